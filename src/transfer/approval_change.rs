//! Changes of who can approve changes of files that keep their owners: somebody joins or leaves a group that ownership
//! files name, or is added to the owners of parent directories or removed from them.

use std::sync::Arc;

use bstr::BString;

use crate::text::{Place, and_more, count, printable_bytes};

/// A change of who can approve changes of files that keep their owners.
#[derive(Debug, Clone)]
pub struct ApprovalChange {
    /// The repository.
    pub repository: Arc<str>,
    /// What changes.
    pub subject: ApprovalSubject,
    /// Who can no longer approve, as ids of teams and names of people.
    pub lost: Vec<String>,
    /// Who can approve now.
    pub gained: Vec<String>,
    /// The files; not empty. Changes of the same files share them.
    pub files: Arc<[BString]>,
    /// The line that decides about the first file after the change.
    pub place: Place,
}

/// What changes who can approve.
#[derive(Debug, Clone)]
pub enum ApprovalSubject {
    /// A group has other members.
    Group(ChangedGroup),
    /// Ownership files name other people of the same teams.
    People,
    /// The owners of parent directories change.
    Parents,
}

/// A group that ownership files name, with other members than before.
#[derive(Debug, Clone)]
pub struct ChangedGroup {
    /// Its name.
    pub name: String,
    /// Where it is defined after the change, or else was before it.
    pub definition: Place,
    /// Whether a file defines it before and after the change.
    pub is_defined: [bool; 2],
    /// Whether it owns the files. Otherwise, it owns parent directories.
    pub is_owner: bool,
}

/// How many names are listed.
const EXAMPLES: usize = 3;

impl ApprovalChange {
    /// Returns whether it is about the same group, or about the same people.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let names = [self, other].map(Self::name);
        let people = [self, other].map(|it| (&it.repository, &it.lost, &it.gained));
        names[0] == names[1] && people[0] == people[1]
    }

    /// Returns the group that changes.
    pub fn group(&self) -> Option<&ChangedGroup> {
        match &self.subject {
            ApprovalSubject::Group(group) => Some(group),
            ApprovalSubject::People | ApprovalSubject::Parents => None,
        }
    }

    /// Returns whether those who change own the files.
    pub fn is_of_owners(&self) -> bool {
        match &self.subject {
            ApprovalSubject::Group(group) => group.is_owner,
            ApprovalSubject::People => true,
            ApprovalSubject::Parents => false,
        }
    }

    /// Returns what changes, in words or by name.
    pub fn name(&self) -> &str {
        match &self.subject {
            ApprovalSubject::Group(group) => &group.name,
            ApprovalSubject::People => "people of the same teams",
            ApprovalSubject::Parents => "parent directories",
        }
    }

    /// Describes the change in a sentence. `quote` writes a name or a path.
    pub fn message(&self, quote: impl Fn(&str) -> String) -> String {
        let path = |path: &BString| quote(&printable_bytes(path));
        let first = self.files.first().map_or(String::new(), path);
        let files = match self.files.len() {
            1 => first,
            number => format!("{} (such as {first})", count(number, "file")),
        };
        let list = |names: &[String]| {
            let shown = names.iter().take(EXAMPLES).map(|name| quote(name));
            and_more(shown, names.len())
        };
        let changed = |lose: &str, gain: &str| {
            let parts = [(lose, &self.lost), (gain, &self.gained)];
            let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
            let parts = parts.map(|(verb, names)| format!("{verb} {}", list(names)));
            parts.collect::<Vec<_>>().join(" and ")
        };
        let group = match &self.subject {
            ApprovalSubject::Group(group) => group,
            ApprovalSubject::People => {
                let changed = changed("lose", "gain");
                return format!(
                    "{files}: the owners in ownership files {changed}, but their teams remain the same"
                );
            }
            ApprovalSubject::Parents => {
                let changed = changed("lose", "gain");
                return format!(
                    "{files}: the owners of parent directories, who may also approve changes, {changed}"
                );
            }
        };
        let (name, definition) = (quote(&group.name), &group.definition);
        let file = printable_bytes(definition.path());
        let line = quote(&format!("{file}:{}", definition.start().line));
        let effect = match group.is_owner {
            true => format!("owns {files}"),
            false => format!("may approve changes of {files}"),
        };
        match group.is_defined {
            [true, false] => {
                format!(
                    "group {name} is no longer defined in {}, but still {effect}",
                    quote(&file)
                )
            }
            [false, _] => {
                let members = match self.gained.is_empty() {
                    true => "without members".to_owned(),
                    false => format!("of {}", list(&self.gained)),
                };
                format!("{name} is now a group {members} ({line}); it {effect}")
            }
            [true, true] => {
                format!(
                    "group {name} ({line}) {}; it {effect}",
                    changed("loses", "gains")
                )
            }
        }
    }
}
