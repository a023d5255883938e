use std::collections::{BTreeMap, BTreeSet};

use super::{DraftTeams, Dropped};
use crate::inventory::{OwnerCatalog, OwnerEntity};

/// A person of a draft.
#[derive(Debug, PartialEq, Eq)]
pub struct DraftPerson {
    /// Their name.
    pub name: Option<String>,
    /// Their email addresses.
    pub emails: Vec<String>,
    /// The id of their team.
    pub team: String,
}

/// The people of a draft: the users in catalogs and those whom MAINTAINERS names, each with their only team.
#[derive(Debug, Default)]
pub struct DraftPeople {
    /// The people, in the order of the catalog.
    pub list: Vec<DraftPerson>,
    /// The users that were not added.
    pub dropped: Vec<Dropped>,
    /// The names and addresses in lower case.
    known: BTreeSet<String>,
    /// By name in lower case and team.
    by_name: BTreeMap<(String, String), usize>,
}

impl DraftPeople {
    /// Adds the users of a catalog whose groups are in `teams`.
    pub fn add_users(&mut self, catalog: &OwnerCatalog, teams: &DraftTeams) {
        for user in catalog.iter().filter(|entity| entity.is_user()) {
            if let Err(reason) = self.add(user, catalog, teams) {
                self.dropped.push(Dropped {
                    name: Some(user.entity.clone()),
                    reason: reason.to_owned(),
                    places: 1,
                    first: user.place.clone(),
                });
            }
        }
    }

    /// Adds a person, or one more address of a person with the same name and team. Skips known addresses, and names that
    /// belong to a person in another team.
    pub fn add_mailbox(&mut self, name: Option<String>, address: &str, team: &str) {
        if !self.known.insert(address.to_lowercase()) {
            return;
        }
        let key = name.as_ref().map(|name| name.to_lowercase());
        let same = key.as_ref().and_then(|key| {
            let same = self.by_name.get(&(key.clone(), team.to_owned()));
            same.copied()
        });
        if let Some(at) = same {
            self.list[at].emails.push(address.to_owned());
            return;
        }
        let is_new = key.is_some_and(|key| self.known.insert(key));
        self.push(DraftPerson {
            name: name.filter(|_| is_new),
            emails: vec![address.to_owned()],
            team: team.to_owned(),
        });
    }

    fn add(
        &mut self,
        user: &OwnerEntity,
        catalog: &OwnerCatalog,
        teams: &DraftTeams,
    ) -> Result<(), &'static str> {
        let groups = catalog.groups_of(user);
        let team = match groups[..] {
            [] => return Err("a user who is not in any group of the catalog"),
            [group] => teams.of_group(group),
            _ => return Err("a user in several groups"),
        };
        let name = user.titles.first().unwrap_or(&user.name);
        let mut keys = std::iter::once(name).chain(&user.email);
        if keys.any(|key| self.known.contains(&key.to_lowercase())) {
            return Err("a user with the same name or address as another user");
        }
        let keys = std::iter::once(name).chain(&user.email);
        self.known.extend(keys.map(|key| key.to_lowercase()));
        if let Some(team) = team {
            self.push(DraftPerson {
                name: Some(name.clone()),
                emails: user.email.clone().into_iter().collect(),
                team: team.to_owned(),
            });
        }
        Ok(())
    }

    fn push(&mut self, person: DraftPerson) {
        if let Some(name) = &person.name {
            let key = (name.to_lowercase(), person.team.clone());
            self.by_name.entry(key).or_insert(self.list.len());
        }
        self.list.push(person);
    }
}
