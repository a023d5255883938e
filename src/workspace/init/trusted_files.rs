//! Drafts maps that trust the existing ownership files instead of repeating them.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};

use super::{MapDrafter, ownership_file::Import};
use crate::{
    claims::{Approvers, FileQuestion, FileStatements},
    config::{Map, Policy, Settings, is_team_handle},
    dialects::read_statements,
    draft::{self, DraftPeople, DraftRepository, DraftTeams, NamedOwners},
    inventory::is_generated,
    resolution::ResolvedRepository,
    text::{count, grouped, printable, printable_bytes, quoted},
};

impl MapDrafter {
    /// Returns what the ownership files of a repository state, for a map that trusts them; `None` if it cannot, because
    /// ownlint wrote them or git does not track them.
    pub(super) fn trusted(
        &self,
        import: &Import<'_>,
        repository: &ResolvedRepository,
        settings: &Settings,
    ) -> Option<FileStatements> {
        let content = repository.content();
        let is_own = |path: &BString| {
            let file = content.keep(path.as_bstr());
            file.is_ok_and(|file| is_generated(file.source.text()))
        };
        let files = &repository.listing.files;
        let is_listed = |path: &BString| files.find(path.as_bstr()).is_some();
        let (read, shown) = (&import.answers.read, quoted(import.answers.read.first()?));
        if read.iter().all(is_own) {
            self.notices.note(format!(
                "ownlint generated {shown}, so the map does not trust it; to convert it to rules, use `--replace`"
            ));
            return None;
        }
        if !read.iter().any(is_listed) {
            self.notices.note(format!(
                "git does not track {shown}, so the map cannot trust it; run `git add` on it, or use `--replace` to \
                 convert it to rules"
            ));
            return None;
        }
        Some(read_statements(&FileQuestion {
            is_standalone: false,
            dialect: import.dialect.name,
            content: &content,
            files,
            settings,
            paths: &import.files,
        }))
    }

    /// Returns what a map that trusts ownership files does with those who own paths by the files.
    pub(super) fn note_trusted(&self, import: &Import<'_>, statements: &FileStatements, map: &Map) {
        let key = statements.handle_key;
        let has_team = |id: &u32| {
            let statement = &statements.statements[*id as usize];
            let owners = Approvers::of(statement.owners(), key, &map.teams);
            !owners.owners.is_empty()
        };
        let stated = statements.by_path.iter().flatten();
        let (all, owned) = (statements.by_path.len(), stated.clone().count());
        let of_people = owned - stated.filter(|id| has_team(id)).count();
        let people = match of_people {
            0 => String::new(),
            some => format!(" ({some} only people without a team)"),
        };
        self.notices.note(format!(
            "the map trusts {}: {} of {} have owners there{people}; to write rules instead, use `--replace`",
            import.source(),
            grouped(owned),
            count(all, "file"),
        ));
        for other in &import.others {
            self.notices.note(format!(
                "the repository also has other ownership files, which the map only compares ({}); to trust them instead, \
                 use `--from {}`",
                other.summary, other.name
            ));
        }
    }
}

/// Adds the teams that trusted files name, and how a repository uses the files.
pub(super) fn add(
    import: &Import<'_>,
    statements: &FileStatements,
    teams: &mut DraftTeams,
    people: &mut DraftPeople,
    repository: &mut DraftRepository,
) {
    let sections = import.dialect.sections;
    let sections = sections.map_or_else(Vec::new, |read| read(&import.tree));
    NamedOwners::new(import.dialect, statements, sections).add_to(teams, people);
    let others = import.others.iter();
    let others = others.map(|other| (other.name, Policy::Compare));
    repository.ownership_files = std::iter::once((import.dialect.name, Policy::Trust))
        .chain(others)
        .collect();
    if let Some(read) = import.dialect.entries {
        repository.rules = draft::exemptions(&read(&import.tree), &import.answers);
    }
}

/// Adds the groups in lines that decide about no file to the teams with similar names, which components declare. Lists the
/// other groups as lost.
pub(super) fn add_unused_groups(
    import: &Import<'_>,
    teams: &mut DraftTeams,
    repository: &mut DraftRepository,
) {
    let lines = import
        .dialect
        .entries
        .map_or_else(Vec::new, |read| read(&import.tree));
    let mut seen = BTreeSet::new();
    for line in &lines {
        for group in line.owners.iter().filter(|owner| is_team_handle(owner)) {
            teams.add_unused_handle(import.dialect, group);
            if !teams.has_handle(group) && seen.insert(group) {
                let at = printable(&line.place.in_file(printable_bytes(line.place.path())));
                repository.lost.push(format!(
                    "{at}: {}, whose lines do not decide the owners of any file",
                    quoted(group)
                ));
            }
        }
    }
}
