use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Basis, Evidence, Links,
    kin::{are_kin, base},
};
use crate::{
    claims::ComponentId,
    config::{TeamId, slug},
    inventory::Hint,
    resolution::{ResolvedRepository, owner_set},
    text::{count, directory_around, quoted},
};

/// The maximum number of users of a component for evidence: what everything uses says little about one user.
const MAX_USERS: usize = 50;

/// Evidence from the structure of a repository: what uses what, and names.
#[derive(Debug)]
pub(super) struct Structure<'r> {
    pub links: Links<'r>,
    /// The components that use a component, each with the hint that shows it.
    users: FxHashMap<ComponentId, Vec<(ComponentId, &'r Hint)>>,
    /// What a component uses, each with the hint that shows it.
    used: FxHashMap<ComponentId, Vec<(ComponentId, &'r Hint)>>,
    /// All components by kind and name.
    names: BTreeMap<(&'r str, &'r str), ComponentId>,
}

impl<'r> Structure<'r> {
    pub fn new(links: Links<'r>) -> Self {
        let components: &'r ResolvedRepository = links.repository;
        let mut users: FxHashMap<ComponentId, Vec<(ComponentId, &Hint)>> = FxHashMap::default();
        let mut used: FxHashMap<ComponentId, Vec<(ComponentId, &Hint)>> = FxHashMap::default();
        let mut names = BTreeMap::new();
        for (component, id) in components.components.iter().zip(0..) {
            names.insert((component.kind, component.name.as_str()), id);
            for hint in &component.hints {
                let Some(other) = links.target(hint) else {
                    continue;
                };
                let (user, target) = match hint.is_user {
                    true => (other, id),
                    false => (id, other),
                };
                users.entry(target).or_default().push((user, hint));
                used.entry(user).or_default().push((target, hint));
            }
        }
        Self {
            links,
            users,
            used,
            names,
        }
    }

    /// Returns the evidence for a component, the best first.
    pub fn of_component(&self, id: ComponentId) -> Vec<Evidence> {
        let component = self.links.component(id);
        let words = component.name.split("::").flat_map(|part| part.split('/'));
        let mut found: Vec<Evidence> = self.of_used(id);
        found.extend(self.of_users(id));
        found.extend(self.of_words(component.path.as_bstr(), words));
        found.extend(self.of_related_names(id));
        found.sort_by_key(|evidence| evidence.basis);
        found
    }

    /// Returns the users of a component apart from `id` and what else is at its path, such as its releases; of several
    /// at one path only the first. Returns `None` if there are too many.
    fn other_users(&self, target: ComponentId, id: ComponentId) -> Option<Vec<ComponentId>> {
        let path = |id: ComponentId| self.links.component(id).path.as_bstr();
        let mut paths = FxHashSet::from_iter([path(id)]);
        let mut others = Vec::new();
        for (user, _) in self.users.get(&target).into_iter().flatten() {
            if paths.insert(path(*user)) {
                others.push(*user);
            }
            if others.len() > MAX_USERS {
                return None;
            }
        }
        Some(others)
    }

    /// Returns the teams that own what a component uses: what only it uses, or what else only these teams use.
    fn of_used(&self, id: ComponentId) -> Vec<Evidence> {
        let links = &self.links;
        let used = self.used.get(&id).into_iter().flatten();
        used.filter_map(|(target, hint)| {
            let owners = links.own_owners(*target)?;
            let others = self.other_users(*target, id)?;
            let kin = others.iter().filter(|other| self.are_kin(id, **other));
            let is_all_kin = kin.count() == others.len();
            let shown = quoted(links.component(*target).id());
            let (basis, reason) = if is_all_kin {
                let alone = match &others[..] {
                    [] => "no other component uses".to_owned(),
                    [kin] => format!(
                        "is otherwise used only by {}",
                        quoted(links.component(*kin).id())
                    ),
                    kin => format!(
                        "only {} with similar names use",
                        count(kin.len(), "other component")
                    ),
                };
                (Basis::Used, format!("owns {shown}, which {alone}"))
            } else if others.iter().all(|other| self.is_owned_by(*other, owners)) {
                let reason = format!("owns {shown} and everything else that uses it");
                (Basis::Shared, reason)
            } else {
                return None;
            };
            Evidence::new(links.teams, basis, owners, reason, hint.place.clone())
        })
        .collect()
    }

    /// Returns the teams that own every user of a component.
    fn of_users(&self, id: ComponentId) -> Option<Evidence> {
        let links = &self.links;
        let users = self.other_users(id, id)?;
        let first = users.first()?;
        let owners = links.own_owners(*first)?;
        if !users.iter().all(|user| self.is_owned_by(*user, owners)) {
            return None;
        }
        let reason = match &users[..] {
            [user] => format!(
                "owns {}, the only component that uses it",
                quoted(links.component(*user).id())
            ),
            users => format!("owns all {} that use it", count(users.len(), "component")),
        };
        let (_, hint) = self.users.get(&id)?.first()?;
        Evidence::new(
            links.teams,
            Basis::Users,
            owners,
            reason,
            hint.place.clone(),
        )
    }

    /// Returns the team that is named in a path. Returns `None` if the path names several teams.
    pub fn of_team_name(&self, place: &BStr) -> Option<Evidence> {
        self.of_words(place, std::iter::empty())
    }

    /// Returns the team that is named in a path or by one of some words. Returns `None` if they name several teams.
    fn of_words<'w>(
        &self,
        place: &'w BStr,
        words: impl Iterator<Item = &'w str>,
    ) -> Option<Evidence> {
        let directory = match place.ends_with(b"/") {
            true => place,
            false => directory_around(place),
        };
        let names = directory
            .split_str("/")
            .filter_map(|name| name.to_str().ok());
        let mut found: Option<(&str, TeamId)> = None;
        for name in names.chain(words) {
            let Some(team) = self.team(name) else {
                continue;
            };
            if found.is_some_and(|(_, known)| known != team) {
                return None;
            }
            found = Some((name, team));
        }
        let (name, team) = found?;
        let reason = format!("is named in the path ({})", quoted(name));
        Evidence::new(self.links.teams, Basis::TeamName, &[team], reason, None)
    }

    /// Returns the team that a part of a path names: as any of its names, with or without the word `team`.
    fn team(&self, name: &str) -> Option<TeamId> {
        let teams = self.links.teams;
        // The slug of `team-` and a name without letters and digits would be that of a team called `team`.
        if slug(name).is_empty() {
            return None;
        }
        let known = |name: &str| (name.len() > 1).then(|| teams.resolve(name))?;
        let without = ["team-", "team_"]
            .iter()
            .find_map(|word| name.strip_prefix(word));
        let without = without.or_else(|| name.strip_suffix("-team"));
        known(name)
            .or_else(|| teams.resolve(without?))
            .or_else(|| known(&format!("team-{name}")))
    }

    /// Returns the owners of the component with the same name and one word less, or of all those with one more.
    fn of_related_names(&self, id: ComponentId) -> Option<Evidence> {
        let links = &self.links;
        let component = links.component(id);
        let (kind, name) = (component.kind, component.name.as_str());
        let shorter = base(name).and_then(|base| links.id(kind, base));
        let mut related: Vec<ComponentId> = Vec::from_iter(shorter);
        if shorter.is_none_or(|id| links.own_owners(id).is_none()) {
            let longer = self.names.range((kind, name)..);
            let longer =
                longer.take_while(|((of, other), _)| *of == kind && other.starts_with(name));
            let longer = longer.filter(|((_, other), _)| base(other) == Some(name));
            related = longer.map(|(_, id)| *id).collect();
        }
        let mut owned = related
            .into_iter()
            .filter_map(|id| Some((id, links.own_owners(id)?)));
        let (first, owners) = owned.next()?;
        if owned.any(|(_, others)| owner_set(others) != owner_set(owners)) {
            return None;
        }
        let first = quoted(links.component(first).id());
        let reason = format!("owns {first}, whose name differs by one word");
        Evidence::new(links.teams, Basis::Sibling, owners, reason, None)
    }

    /// Returns the owners of the sibling directory with the same name and one word less.
    pub fn of_sibling(&self, place: &BStr) -> Option<Evidence> {
        let links = &self.links;
        let around = directory_around(place);
        let name = place.strip_suffix(b"/")?.strip_prefix(around.as_bytes())?;
        let sibling = [
            around.as_bytes(),
            base(name.to_str().ok()?)?.as_bytes(),
            b"/",
        ]
        .concat();
        if !links.repository.listing.files.any_under(&sibling) {
            return None;
        }
        let resolution = links.resolve(sibling.as_bstr())?;
        let owners = links.narrow(&resolution, sibling.as_bstr())?;
        let reason = format!("owns {}, whose name differs by one word", quoted(&sibling));
        Evidence::new(links.teams, Basis::Sibling, owners, reason, None)
    }

    /// Returns whether claims about a component itself name the same owners.
    fn is_owned_by(&self, id: ComponentId, owners: &[TeamId]) -> bool {
        let own = self.links.own_owners(id);
        own.is_some_and(|own| owner_set(own) == owner_set(owners))
    }

    /// Returns whether two components are next to each other, and their names differ by one word.
    fn are_kin(&self, one: ComponentId, other: ComponentId) -> bool {
        let (one, other) = (self.links.component(one), self.links.component(other));
        let around = directory_around(one.path.as_bstr());
        let name = |path: &BStr| {
            let name = path.strip_suffix(b"/").unwrap_or(path);
            let name = name.strip_prefix(around.as_bytes())?;
            name.to_str().ok().map(str::to_owned)
        };
        let names = name(one.path.as_bstr()).zip(name(other.path.as_bstr()));
        names.is_some_and(|(one, other)| !other.contains('/') && are_kin(&one, &other))
    }
}
