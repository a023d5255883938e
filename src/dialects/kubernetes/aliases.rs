use std::{collections::BTreeSet, sync::Arc};

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

    /// Returns logins with their aliases expanded as Prow does it: in the order of names, so that a member that is an
    /// alias itself is expanded only if it is also one of `logins` and comes later.
    pub fn expand(&self, logins: &BTreeSet<String>) -> BTreeSet<String> {
        let mut expanded = logins.clone();
        for login in logins {
            if let Some(members) = self.0.get(login) {
                expanded.remove(login);
                expanded.extend(members.iter().cloned());
            }
        }
        expanded
    }

    /// Returns the first alias, by name, that expands to exactly these logins.
    pub fn of(&self, logins: &BTreeSet<String>) -> Option<&str> {
        let expands = |alias: &&String| self.expand(&BTreeSet::from([(*alias).clone()])) == *logins;
        self.0.keys().filter(expands).min().map(String::as_str)
    }
}
