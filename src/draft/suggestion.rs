use std::collections::{BTreeMap, BTreeSet};

use super::Statement;
use bstr::{BStr, BString, ByteSlice as _};

use crate::{
    claims::ComponentId,
    config::TeamId,
    evidence::EvidenceSearch,
    inventory::{Component, Files},
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::{directory_around, printable, printable_bytes},
};

/// A rule that evidence suggests.
#[derive(Debug)]
pub struct Suggestion {
    /// The pattern or selector of the rule.
    pub subject: String,
    /// Whether the subject selects a component.
    pub is_component: bool,
    /// The owners, the primary one first.
    pub owners: Vec<TeamId>,
    /// The best evidence for them.
    pub reason: String,
}

/// Returns a suggestion for the topmost directories and files without an owner for which there is evidence, then for
/// each listed component for which better evidence names other teams. The best evidence are `statements`, each with its
/// team.
pub fn suggestions(
    repository: &ResolvedRepository,
    search: &EvidenceSearch<'_>,
    statements: &[(&Statement, TeamId)],
) -> Vec<Suggestion> {
    let stated: BTreeMap<ComponentId, (Vec<TeamId>, String)> = statements
        .iter()
        .map(|(statement, team)| {
            let phrase = printable(&statement.phrase);
            let file = printable_bytes(statement.place.path());
            (
                statement.component,
                (vec![*team], format!("{file} says \"{phrase}\"")),
            )
        })
        .collect();
    let mut found = Suggestions {
        files: &repository.listing.files,
        search,
        owners: BTreeMap::new(),
        components: component_directories(repository),
        found: Vec::new(),
    };
    for area in search.unowned() {
        found.visit(area.path);
    }
    for (id, component) in repository.listed_components() {
        if repository.verdict_of(id) != Verdict::Unowned {
            continue;
        }
        let best = || {
            let evidence = search.of_component(id).into_iter().next()?;
            Some((evidence.owners, evidence.reason))
        };
        if let Some((owners, reason)) = stated.get(&id).cloned().or_else(best) {
            found.add_component(component, owners, reason);
        }
    }
    found.found
}

struct Suggestions<'s> {
    files: &'s Files,
    search: &'s EvidenceSearch<'s>,
    /// The suggested owners of directories, files and components, by path.
    owners: BTreeMap<BString, Vec<TeamId>>,
    /// The directories of all listed components.
    components: BTreeSet<&'s BStr>,
    found: Vec<Suggestion>,
}

/// Returns the directories of the listed components of a repository.
fn component_directories(repository: &ResolvedRepository) -> BTreeSet<&BStr> {
    let components = repository.listed_components();
    let paths = components.flat_map(|(_, component)| &component.paths);
    let paths = paths.map(|path| path.as_bstr());
    paths.filter(|path| path.ends_with(b"/")).collect()
}

impl Suggestions<'_> {
    /// Adds the suggestion for a file or directory, or else those for its parts.
    fn visit(&mut self, place: &BStr) {
        let is_shared = self.search.has_component(place) && self.holds_others(place);
        let best = || self.search.of_place(place).into_iter().next();
        if let Some(evidence) = (!is_shared).then(best).flatten() {
            self.owners
                .insert(place.to_owned(), evidence.owners.clone());
            self.found.push(Suggestion {
                subject: escape(place),
                is_component: false,
                owners: evidence.owners,
                reason: evidence.reason,
            });
            return;
        }
        // A component usually has one owner.
        if self.search.has_component(place) && !is_shared || !place.ends_with(b"/") {
            return;
        }
        let mut at = self.files.under(place).start;
        let end = self.files.under(place).end;
        while at < end {
            let path = self.files.get(at).path;
            let slash = path[place.len()..].find_byte(b'/');
            let part = &path[..slash.map_or(path.len(), |slash| place.len() + slash + 1)];
            self.visit(part.as_bstr());
            at = match slash {
                Some(_) => self.files.under(part).end,
                None => at + 1,
            };
        }
    }

    /// Adds the suggestion for a component, unless all its paths have a suggestion for the same teams.
    fn add_component(&mut self, component: &Component, owners: Vec<TeamId>, reason: String) {
        let is_known = |path: &BString| self.suggested(path) == Some(&owners);
        if component.paths.iter().all(is_known) {
            return;
        }
        let (subject, is_component) = match &component.paths[..] {
            [path] if self.holds_others(path.as_bstr()) => return,
            [path] if !path.is_empty() => (escape(path.as_bstr()), false),
            _ => {
                let name = escape(component.name.as_bytes().as_bstr());
                (format!("{}:{name}", component.kind), true)
            }
        };
        let owners = self.add_owners(&subject, owners, &reason);
        for path in &component.paths {
            self.owners.insert(path.clone(), owners.clone());
        }
        if self.found.iter().any(|it| it.subject == subject) {
            return;
        }
        self.found.push(Suggestion {
            subject,
            is_component,
            owners,
            reason,
        });
    }

    /// Adds owners to an existing suggestion for the same subject: two rules for it would conflict. Returns all owners.
    fn add_owners(&mut self, subject: &str, owners: Vec<TeamId>, reason: &str) -> Vec<TeamId> {
        let Some(known) = self.found.iter_mut().find(|it| it.subject == subject) else {
            return owners;
        };
        let new = owners
            .into_iter()
            .filter(|owner| !known.owners.contains(owner));
        let new: Vec<TeamId> = new.collect();
        if !new.is_empty() {
            known.owners.extend(new);
            known.reason = format!("{}; {reason}", known.reason);
        }
        known.owners.clone()
    }

    /// Returns whether several components are in directories inside a directory. The owner of another component, which is
    /// about the whole directory, says little about them.
    fn holds_others(&self, directory: &BStr) -> bool {
        let mut others = 0;
        let mut last = None;
        let inside = self.components.range(directory..);
        let inside = inside.take_while(|path| path.starts_with(directory));
        for path in inside.copied().filter(|path| *path != directory) {
            if last.is_none_or(|last: &BStr| !path.starts_with(last)) {
                others += 1;
                last = Some(path);
            }
        }
        directory.ends_with(b"/") && others > 1
    }

    /// Returns the suggested owners of a path or of the innermost directory around it.
    fn suggested(&self, path: &BString) -> Option<&Vec<TeamId>> {
        let mut place = path.as_bstr();
        while !place.is_empty() {
            if let Some(owners) = self.owners.get(place.as_bytes()) {
                return Some(owners);
            }
            place = directory_around(place);
        }
        None
    }
}
