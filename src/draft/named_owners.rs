//! The teams and people that ownership files name, for a map that trusts these files.

use std::collections::{BTreeMap, BTreeSet};

use super::{DraftPeople, DraftTeams, rule::handle_key};
use crate::{
    claims::{FileStatements, OwnerName, UnknownName},
    config::{Teams, name_and_mail},
    dialects::{Dialect, OwnerSection},
    inventory::Name,
};

/// The owners that the files of a dialect name. A person belongs to a team if they
/// are in exactly one group or section.
#[derive(Debug)]
pub struct NamedOwners<'s> {
    dialect: &'static Dialect,
    /// The groups, by key, and addresses that seem to belong to teams.
    groups: BTreeMap<String, &'s OwnerName>,
    /// The keys of everybody who owns a path.
    owners: BTreeSet<String>,
    sections: Vec<OwnerSection>,
}

/// People who may belong to a team.
struct Unit<'s> {
    name: UnitName<'s>,
    members: Vec<&'s str>,
}

/// What names a team.
#[derive(Clone, Copy)]
enum UnitName<'s> {
    Group(&'s str),
    Section(&'s str),
}

impl<'s> NamedOwners<'s> {
    /// Collects the owners that files name, and those in their sections.
    pub fn new(
        dialect: &'static Dialect,
        statements: &'s FileStatements,
        sections: Vec<OwnerSection>,
    ) -> Self {
        let all = statements.statements.iter();
        let all = all.flat_map(|it| it.owners().chain(&it.may_also_approve));
        let (mut groups, mut owners) = (BTreeMap::new(), BTreeSet::new());
        for name in all {
            let key = handle_key(&name.text);
            if owners.insert(key.clone()) && (name.is_group || is_address_of_team(name)) {
                groups.insert(key, name);
            }
        }
        Self {
            dialect,
            groups,
            owners,
            sections,
        }
    }

    /// Adds the teams and their members.
    pub fn add_to(&self, teams: &mut DraftTeams, people: &mut DraftPeople) {
        for group in self.groups.values() {
            teams.add_handle(self.dialect, &group.text);
        }
        let shared = self.shared(teams);
        let units = self.units();
        let mut of_member: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (at, unit) in units.iter().enumerate() {
            for member in &unit.members {
                of_member.entry(handle_key(member)).or_default().insert(at);
            }
        }
        let has_team = |key: &String| {
            of_member[key].len() == 1 && !self.groups.contains_key(key) && !shared.contains(key)
        };
        let team_of = |mailbox: &str| {
            let key = handle_key(mailbox);
            has_team(&key)
                .then(|| of_member[&key].first().copied())
                .flatten()
        };
        let mut mailboxes: Vec<(&str, Option<usize>)> = Vec::new();
        let mut ids: BTreeMap<usize, String> = BTreeMap::new();
        for (at, unit) in units.iter().enumerate() {
            let own = unit.members.iter().copied();
            let own: Vec<&str> = own.filter(|it| has_team(&handle_key(it))).collect();
            let is_owner = |member: &&str| self.owners.contains(&handle_key(member));
            let team = match unit.name {
                UnitName::Group(handle) => teams.position_of_handle(handle),
                UnitName::Section("") => None,
                UnitName::Section(title) => {
                    own.iter().any(is_owner).then(|| teams.add_titled(title))
                }
            };
            let Some(team) = team else {
                continue;
            };
            match self.dialect.forge {
                Some(_) => own
                    .iter()
                    .for_each(|member| teams.add_member(team, self.dialect, member)),
                None => {
                    if let Some(first) = own.first() {
                        teams.add_email(team, &handle_key(first));
                    }
                    ids.insert(at, teams.id_at(team).to_owned());
                }
            }
        }
        if self.dialect.forge.is_none() {
            let members = units.iter().flat_map(|unit| &unit.members);
            mailboxes.extend(members.map(|member| (*member, team_of(member))));
            add_mailboxes(&mailboxes, &ids, people);
        }
    }

    /// Returns the keys of the owners of lines in sections that also name a group of another team. They are no members of
    /// the team of the section: it would own the paths of such a line as well.
    fn shared(&self, teams: &DraftTeams) -> BTreeSet<String> {
        if self.dialect.forge.is_none() {
            return BTreeSet::new();
        }
        let mut shared = BTreeSet::new();
        for section in &self.sections {
            let own = teams.of_title(&section.title);
            for line in &section.lines {
                let keys = line.iter().map(|owner| handle_key(owner));
                let is_other = |key: &String| {
                    self.groups.contains_key(key) && teams.position_of_handle(key) != own
                };
                if keys.clone().any(|key| is_other(&key)) {
                    shared.extend(keys);
                }
            }
        }
        shared
    }

    /// Returns the groups with known members, and the sections.
    fn units(&self) -> Vec<Unit<'_>> {
        let groups = self.groups.values().map(|group| Unit {
            name: UnitName::Group(&group.text),
            members: group.members().iter().map(String::as_str).collect(),
        });
        let sections = self.sections.iter().map(|section| Unit {
            name: UnitName::Section(&section.title),
            members: section.lines.iter().flatten().map(String::as_str).collect(),
        });
        let mut units: Vec<Unit<'_>> = groups.chain(sections).collect();
        for unit in &mut units {
            unit.members.retain(|member| is_person(member));
        }
        units
    }
}

/// Returns whether a name can be the one of a person: no group and no role.
fn is_person(name: &str) -> bool {
    let is_group = name.contains('/') && !name.contains(['<', ' ']);
    !is_group && !name.starts_with("@@") && !name.trim().is_empty()
}

/// Returns whether a name is an address that belongs to a team rather than to a person.
fn is_address_of_team(name: &OwnerName) -> bool {
    let is_address = name.text.find('@').is_some_and(|at| at > 0);
    let read = || Name::new(vec![name.text.clone()], name.place.clone());
    is_address && UnknownName::of(&read(), &Teams::default()) == UnknownName::ProbableTeam
}

/// Adds the people with these mailboxes whose team has an id. A name that belongs to several people is left away.
fn add_mailboxes(
    mailboxes: &[(&str, Option<usize>)],
    ids: &BTreeMap<usize, String>,
    people: &mut DraftPeople,
) {
    let parts = |mailbox| name_and_mail(mailbox).unwrap_or(("", mailbox));
    let name_of = |name: &str| name.trim_matches('"').replace("\\\"", "\"");
    let mut teams_of_name: BTreeMap<String, BTreeSet<Option<usize>>> = BTreeMap::new();
    for (mailbox, team) in mailboxes {
        let name = name_of(parts(mailbox).0).to_lowercase();
        teams_of_name.entry(name).or_default().insert(*team);
    }
    for (mailbox, team) in mailboxes {
        let (name, address) = parts(mailbox);
        let name = name_of(name);
        let is_unique = !name.is_empty() && teams_of_name[&name.to_lowercase()].len() == 1;
        if let Some(id) = team.and_then(|team| ids.get(&team)) {
            people.add_mailbox(is_unique.then_some(name), address, id);
        }
    }
}
