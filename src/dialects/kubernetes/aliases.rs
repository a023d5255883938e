use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::parse::{document, login, names};
use crate::{dialects::FileProblem, text::Source};

/// Names that stand for several people.
#[derive(Debug, Default)]
pub(super) struct Aliases(FxHashMap<String, Vec<String>>);

impl Aliases {
    /// Reads `OWNERS_ALIASES`; none if it can't be read as a whole.
    pub fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Self {
        let mut aliases = Self::default();
        let Some(root) = document(source, problems) else {
            return aliases;
        };
        let Some(node) = root.get("aliases").filter(|node| !node.is_null()) else {
            return aliases;
        };
        let Some(entries) = node.entries() else {
            let message = format!(
                "`aliases` is {}, not a mapping: there are none",
                node.what()
            );
            problems.push(FileProblem::new(source, node.span, message));
            return aliases;
        };
        for entry in entries {
            let Some(name) = entry.key.as_str() else {
                continue;
            };
            match names(source, &entry.value, problems) {
                Ok(people) => {
                    let people = people.into_iter().map(|(login, _)| login).collect();
                    aliases.0.insert(login(name), people);
                }
                Err((span, message)) => {
                    let message = format!("{message}: the whole file is ignored");
                    problems.push(FileProblem::new(source, span, message));
                    return Self::default();
                }
            }
        }
        aliases
    }

    /// Whom a login stands for: one level, itself if it is no alias.
    pub fn expand<'a>(&'a self, login: &'a String) -> &'a [String] {
        self.0
            .get(login)
            .map_or(std::slice::from_ref(login), Vec::as_slice)
    }
}
