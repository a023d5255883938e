use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::parse::{document, login, names};
use crate::{dialects::FileProblem, text::Source};

/// The aliases: names for several people.
#[derive(Debug, Default)]
pub(super) struct Aliases(FxHashMap<String, Vec<String>>);

impl Aliases {
    /// Parses `OWNERS_ALIASES`; returns no aliases if any part of the file is invalid.
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
                "`aliases` is ignored, because it is {} instead of a mapping",
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

    /// Returns the members of an alias, without expanding aliases in it; or the login itself if it is not an alias.
    pub fn expand<'a>(&'a self, login: &'a String) -> &'a [String] {
        self.0
            .get(login)
            .map_or(std::slice::from_ref(login), Vec::as_slice)
    }
}
