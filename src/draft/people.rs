use std::collections::BTreeSet;

use super::{DraftTeams, Dropped};
use crate::inventory::{OwnerCatalog, OwnerEntity};

/// A person of a draft.
#[derive(Debug, PartialEq, Eq)]
pub struct DraftPerson {
    /// Their name.
    pub name: String,
    /// Their email address.
    pub email: Option<String>,
    /// The id of their team.
    pub team: String,
}

/// The people of a draft: the users in catalogs, each with the team of their only group.
#[derive(Debug, Default)]
pub struct DraftPeople {
    /// The people, in the order of the catalog.
    pub list: Vec<DraftPerson>,
    /// The users that were not added.
    pub dropped: Vec<Dropped>,
    /// The names and addresses in lower case.
    known: BTreeSet<String>,
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
        self.list.extend(team.map(|team| DraftPerson {
            name: name.clone(),
            email: user.email.clone(),
            team: team.to_owned(),
        }));
        Ok(())
    }
}
