//! The names in ownership files, and what they stand for.

use rustc_hash::FxHashSet;

use super::{Context, ownership_files::filed_claims};
use crate::{
    claims::OwnerName,
    config::{TeamId, TeamName, Teams, name_and_address},
    resolution::ResolvedRepository,
    text::{Place, Typos},
};

/// A name in an ownership file, or a member of a group there.
#[derive(Debug, Clone, Copy)]
pub(super) struct FiledName<'c> {
    pub dialect: &'static str,
    /// The key under `handles` for names in the file.
    pub handle_key: &'static str,
    /// The name as the dialect reads it.
    pub text: &'c str,
    /// Where it is. For a member of a group, this is the name of the group.
    pub place: &'c Place,
    pub is_group: bool,
    /// The members of the group, if a file lists them.
    pub members: &'c [String],
    /// Whether it is a member of a group that is a team.
    pub is_in_team: bool,
    /// The team of the group or person. Only the name of a group can be a former one.
    pub team: Option<TeamName>,
    /// Whether the map trusts the file. Otherwise, it is compared with the map.
    pub is_trusted: bool,
}

/// Returns the names in the trusted ownership files of the repository at a position, and in those that are compared with
/// the map and name a team, each place once.
pub(super) fn filed_names<'c>(
    context: &'c Context<'_>,
    at: usize,
    repository: &'c ResolvedRepository,
) -> Vec<FiledName<'c>> {
    let trusted = filed_claims(repository).filter_map(|claim| claim.filed.as_deref());
    let trusted = trusted.flat_map(|filed| {
        let names = filed.names();
        names.map(move |name| (filed.dialect, filed.handle_key, name, true))
    });
    let compared = context.compared_files(at).iter();
    let compared = compared
        .filter(|files| files.name_teams())
        .flat_map(|files| {
            let names = files.names();
            names.map(|(key, name)| (files.dialect.name, key, name, false))
        });
    let mut known = FxHashSet::default();
    let mut seen = FxHashSet::default();
    // Many claims can share a line.
    let all = trusted
        .chain(compared)
        .filter(|(_, _, name, _)| seen.insert((name.place.key(), &name.text)))
        .flat_map(|(dialect, key, name, is_trusted)| {
            expanded(&context.map.teams, dialect, key, name, is_trusted)
        });
    let mut all: Vec<FiledName<'_>> = all.collect();
    all.retain(|name| known.insert((name.place.key(), name.text)));
    all
}

/// Returns a name, and the members of its group.
fn expanded<'c>(
    teams: &'c Teams,
    dialect: &'static str,
    handle_key: &'static str,
    name: &'c OwnerName,
    is_trusted: bool,
) -> impl Iterator<Item = FiledName<'c>> {
    let own = FiledName {
        dialect,
        handle_key,
        text: &name.text,
        place: &name.place,
        is_group: name.is_group,
        members: name.members(),
        is_in_team: false,
        team: team(teams, handle_key, name),
        is_trusted,
    };
    let definition = name.definition.iter();
    let members = definition.flat_map(move |group| {
        let members = group.members.iter();
        members.map(move |member| FiledName {
            text: member,
            place: &group.place,
            is_group: false,
            members: &[],
            is_in_team: own.team.is_some(),
            team: current(teams.with_member(handle_key, member)),
            ..own
        })
    });
    std::iter::once(own).chain(members)
}

fn current(team: Option<TeamId>) -> Option<TeamName> {
    team.map(|team| TeamName {
        team,
        is_former: false,
    })
}

fn team(teams: &Teams, key: &str, name: &OwnerName) -> Option<TeamName> {
    match name.is_group {
        false => current(teams.with_member(key, &name.text)),
        true => current(teams.with_handle_on(key, &name.text)).or_else(|| {
            let found = teams.find([name.text.as_str()]);
            found.filter(|found| found.is_former)
        }),
    }
}

/// The names in the map of which those in ownership files may be misspellings.
pub(super) struct KnownNames<'c> {
    teams: &'c Teams,
    by_key: Vec<(&'static str, Typos<(&'c str, TeamId)>)>,
}

impl<'c> KnownNames<'c> {
    pub fn new(teams: &'c Teams) -> Self {
        Self {
            teams,
            by_key: Vec::new(),
        }
    }

    /// Returns the name in the map that a name without a team was probably meant to be, and its team.
    pub fn near(&mut self, name: &FiledName<'_>) -> Option<(&'c str, TeamId)> {
        let key = name.handle_key;
        if !self.by_key.iter().any(|(known, _)| *known == key) {
            let names = self.teams.names_on(key);
            let names = names.map(|(text, team)| (plain(text).to_owned(), (text, team)));
            self.by_key.push((key, Typos::new(names)));
        }
        let (_, typos) = self.by_key.iter().find(|(known, _)| *known == key)?;
        let (_, address) = name_and_address(name.text).unwrap_or(("", name.text));
        typos.find(plain(address)).copied()
    }
}

/// Returns a handle without `@` at the start.
fn plain(handle: &str) -> &str {
    handle.strip_prefix('@').unwrap_or(handle)
}
