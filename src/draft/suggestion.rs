use std::collections::BTreeMap;

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
    found: Vec<Suggestion>,
}

impl Suggestions<'_> {
    /// Adds the suggestion for a file or directory, or else those for its parts.
    fn visit(&mut self, place: &BStr) {
        if let Some(evidence) = self.search.of_place(place).into_iter().next() {
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
        if self.search.has_component(place) || !place.ends_with(b"/") {
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
        for path in &component.paths {
            self.owners.insert(path.clone(), owners.clone());
        }
        let (subject, is_component) = match &component.paths[..] {
            [path] if !path.is_empty() => (escape(path.as_bstr()), false),
            _ => {
                let name = escape(component.name.as_bytes().as_bstr());
                (format!("{}:{name}", component.kind), true)
            }
        };
        self.found.push(Suggestion {
            subject,
            is_component,
            owners,
            reason,
        });
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
