//! Comparison of who can approve before and after a change, by the names in ownership files.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::BString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ApprovalChange, ApprovalSubject, ChangedGroup, FileTransition, OwnerState, Side, TeamRenames,
    later_teams::LaterTeams,
};
use crate::{
    claims::{Approvers, Claim, Filed, GroupDefinition, OwnerName},
    config::Teams,
    resolution::{GroupId, Resolution, ResolvedRepository, Verdict},
};

/// Returns who can approve changes of files that keep their owners, and could not before, or no longer can. Removes the
/// files from `files` whose owners differ only because groups have other members: the groups have changed instead.
pub fn approval_changes(
    before: Side<'_>,
    after: Side<'_>,
    files: &mut Vec<FileTransition>,
) -> Vec<ApprovalChange> {
    let renames = TeamRenames::between(Some(before), after);
    let mut changes = Vec::new();
    for repository in after.repositories {
        let mut old = before.repositories.iter();
        let old = old.find(|it| it.name == repository.name);
        let Some(old) = old.filter(|old| old.claims.has_filed() && repository.claims.has_filed())
        else {
            continue;
        };
        let later = LaterTeams::of_sides(before, after);
        let before = NamedOwners {
            repository: old,
            teams: &before.map.teams,
        };
        let after = NamedOwners {
            repository,
            teams: &after.map.teams,
        };
        let compared = ComparedApprovals::new(before, after, &renames, later);
        changes.extend(compared.changes());
        let explained = compared.explained();
        files.retain(|file| {
            let at = repository.listing.files.find(file.path.as_ref());
            let is_explained = at.is_some_and(|at| explained.contains(&at));
            file.repository != repository.name || file.was.is_some() || !is_explained
        });
    }
    changes
}

/// The names in the ownership files that decide who owns the files of a repository.
struct NamedOwners<'r> {
    repository: &'r ResolvedRepository,
    teams: &'r Teams,
}

/// The key under `handles` for the names in a file, and such a name.
type NameKey<'r> = (&'static str, &'r str);

/// The definition of a group, if there is one.
type Definition<'r> = Option<&'r Arc<GroupDefinition>>;

impl<'r> NamedOwners<'r> {
    fn resolution(&self, group: GroupId) -> &'r Resolution {
        &self.repository.resolved.groups()[group as usize].resolution
    }

    /// Returns the claims that decide about a group of files.
    fn claims(&self, group: GroupId) -> impl Iterator<Item = &'r Claim> {
        let (winning, claims) = (&self.resolution(group).winning, &self.repository.claims);
        winning.iter().map(|id| claims.get(*id))
    }

    /// Returns the names of the owners, or of the others who may approve.
    fn names(
        &self,
        group: GroupId,
        are_owners: bool,
    ) -> impl Iterator<Item = (&'r Filed, &'r OwnerName)> {
        let filed = self.claims(group).filter_map(|it| it.filed.as_deref());
        filed.flat_map(move |filed| {
            let own = are_owners.then(|| filed.names());
            let others = (!are_owners).then_some(&filed.other_names);
            let names = own
                .into_iter()
                .flatten()
                .chain(others.into_iter().flatten());
            names.map(move |name| (filed, name))
        })
    }

    fn keys(&self, group: GroupId, are_owners: bool) -> BTreeSet<NameKey<'r>> {
        let names = self.names(group, are_owners);
        names
            .map(|(filed, name)| (filed.handle_key, &*name.text))
            .collect()
    }

    /// Returns the names with the definitions of those that are groups.
    fn definitions(&self) -> FxHashMap<NameKey<'r>, Definition<'r>> {
        let groups = (0..).zip(self.repository.resolved.groups());
        let names = groups.flat_map(|(group, _)| {
            let owners = self.names(group, true);
            owners.chain(self.names(group, false))
        });
        let names =
            names.map(|(filed, it)| ((filed.handle_key, &*it.text), it.definition.as_ref()));
        names.collect()
    }

    /// Returns the teams and people with the names, without the members of groups.
    fn labels(&self, group: GroupId, are_owners: bool) -> BTreeSet<&'r str> {
        let names = self.names(group, are_owners);
        let labels = names.map(|(filed, name)| {
            let team = filed.team_of(name, self.teams);
            team.map_or(&*name.text, |team| self.teams.name(team))
        });
        labels.collect()
    }

    /// Returns the people of teams who own the files, and the teams that own them as a whole.
    fn people(&self, group: GroupId) -> BTreeSet<&'r str> {
        let (resolution, teams) = (self.resolution(group), self.teams);
        let mut people = self.repository.people_of_owners(teams, resolution);
        let owners = resolution.owners.iter();
        let names = owners.flat_map(|team| {
            let of = people.iter_mut().find(|(of, _)| of == team);
            of.map_or_else(|| vec![teams.name(*team)], |(_, of)| std::mem::take(of))
        });
        names.collect()
    }

    /// Returns the teams and people who own the files as a whole, or else the others who may approve, with the members of
    /// groups that are not teams. `later` is the map in which to look for the teams of other names.
    fn approvers(
        &self,
        group: GroupId,
        are_owners: bool,
        later: Option<&'r Teams>,
    ) -> BTreeSet<&'r str> {
        let (resolution, teams) = (self.resolution(group), self.teams);
        let approvers = match are_owners {
            true => Approvers {
                owners: resolution.owners.clone(),
                people: resolution.people.clone(),
            },
            false => self.repository.may_also_approve(teams, resolution),
        };
        let in_part = match are_owners {
            true => self.repository.people_of_owners(teams, resolution),
            false => Vec::new(),
        };
        let found = later
            .map(|later| LaterTeams::new(self.names(group, are_owners), teams, later))
            .unwrap_or_default();
        let owners = approvers.owners.iter().filter(|team| {
            in_part.iter().all(|(of, _)| of != *team) && !found.is_only_of_members(**team)
        });
        let owners = owners.map(|team| teams.name(*team));
        let later = later.into_iter().flat_map(|later| {
            let teams = found.teams.iter();
            teams.map(|team| later.name(*team)).collect::<Vec<_>>()
        });
        let people: FxHashSet<&str> = approvers.people.iter().map(|name| &**name).collect();
        let names = self.names(group, are_owners);
        let names = names.flat_map(|(_, name)| name.members().iter().chain([&name.text]));
        let names = names.map(String::as_str);
        let people = names.filter(|name| people.contains(name) && !found.has_person(name));
        owners.chain(later).chain(people).collect()
    }

    /// Names people by the groups of which all members are among them.
    fn with_groups(&self, group: GroupId, people: &BTreeSet<&'r str>) -> Vec<String> {
        let others = self.names(group, false).map(|(_, name)| name);
        let groups = others.filter(|name| {
            let mut members = name.members().iter();
            !name.members().is_empty() && members.all(|member| people.contains(&**member))
        });
        let groups: Vec<&OwnerName> = groups.collect();
        let members = groups.iter().flat_map(|name| name.members());
        let members: FxHashSet<&str> = members.map(String::as_str).collect();
        let names = groups.iter().map(|name| &*name.text);
        let people = people.iter().copied();
        let names: BTreeSet<&str> = people
            .filter(|name| !members.contains(name))
            .chain(names)
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Returns the owners by other claims than those of ownership files.
    fn owners_by_map(&self, group: GroupId) -> BTreeSet<&'r str> {
        let claims = self.claims(group).filter(|claim| claim.filed.is_none());
        let owners = claims.flat_map(|claim| &claim.owners);
        owners.map(|team| self.teams.name(*team)).collect()
    }

    /// Returns the team of a member of a group, or else the member.
    fn label_of_member(&self, key: &str, member: &'r str) -> &'r str {
        let team = self.teams.with_member(key, member);
        team.map_or(member, |team| self.teams.name(team))
    }
}

/// Who can approve changes of some files before and after a change.
#[derive(Default)]
struct ApprovalsOfFiles<'r> {
    /// The groups with other members, each with whether it owns the files.
    groups: Vec<(NameKey<'r>, bool)>,
    /// Which people of the same teams ownership files no longer name, and which they name now.
    people: Option<[Vec<String>; 2]>,
    /// Which owners of parent directories can no longer approve, and which can now.
    others: Option<[Vec<String>; 2]>,
    /// Whether the owners differ only because groups have other members.
    is_explained: bool,
}

/// Files whose owners all differ in the same way.
struct ComparedFiles<'r> {
    /// The positions after the change.
    files: Vec<usize>,
    approvals: ApprovalsOfFiles<'r>,
}

/// Both sides of a repository.
struct ComparedApprovals<'r> {
    before: NamedOwners<'r>,
    after: NamedOwners<'r>,
    renames: &'r TeamRenames,
    /// The teams after the change, if names belong to them that belonged to no team.
    later: Option<&'r Teams>,
    /// The names with other members than before.
    changed: FxHashMap<NameKey<'r>, [Definition<'r>; 2]>,
    /// The files that exist on both sides, by the groups that they belong to.
    compared: Vec<ComparedFiles<'r>>,
}

/// The positions of files in [`ComparedApprovals::compared`].
type Positions = Vec<usize>;

impl<'r> ComparedApprovals<'r> {
    fn new(
        before: NamedOwners<'r>,
        after: NamedOwners<'r>,
        renames: &'r TeamRenames,
        later: Option<&'r Teams>,
    ) -> Self {
        let new = after.definitions();
        let both = before.definitions().into_iter();
        let both = both.filter_map(|(key, old)| Some((key, [old, *new.get(&key)?])));
        let changed = both.filter(|(_, [old, new])| {
            old.is_some() != new.is_some() || members(*old) != members(*new)
        });
        let mut compared = Self {
            changed: changed.collect(),
            before,
            after,
            renames,
            later,
            compared: Vec::new(),
        };
        compared.compared = compared.compare();
        compared
    }

    /// Compares the files that exist on both sides.
    fn compare(&self) -> Vec<ComparedFiles<'r>> {
        let mut by_groups: BTreeMap<(GroupId, GroupId), Vec<usize>> = BTreeMap::new();
        let (old, new) = (self.before.repository, self.after.repository);
        for (at, file) in new.listing.files.iter().enumerate() {
            if let Some(of) = old.listing.files.find(file.path) {
                let groups = (old.resolved.group_id_of(of), new.resolved.group_id_of(at));
                by_groups.entry(groups).or_default().push(at);
            }
        }
        let by_groups = by_groups.into_iter();
        let compared = by_groups.map(|((old, new), files)| ComparedFiles {
            files,
            approvals: self.of_files(old, new),
        });
        compared.collect()
    }

    /// Returns all changes.
    fn changes(&self) -> Vec<ApprovalChange> {
        let mut of_groups: BTreeMap<(NameKey<'_>, bool), Positions> = BTreeMap::new();
        let mut of_people: BTreeMap<&[Vec<String>; 2], Positions> = BTreeMap::new();
        let mut of_others: BTreeMap<&[Vec<String>; 2], Positions> = BTreeMap::new();
        for (position, ComparedFiles { approvals, .. }) in self.compared.iter().enumerate() {
            for group in &approvals.groups {
                of_groups.entry(*group).or_default().push(position);
            }
            if let Some(people) = &approvals.people {
                of_people.entry(people).or_default().push(position);
            }
            if let Some(others) = &approvals.others {
                of_others.entry(others).or_default().push(position);
            }
        }
        let mut lists = FileLists::new(self);
        let is_owner = |key| of_groups.contains_key(&(key, true));
        let of_groups = of_groups.iter();
        // The files of which a group may only approve changes do not matter beside those that it owns.
        let of_groups = of_groups.filter(|((key, owns), _)| *owns || !is_owner(*key));
        let mut changes = Vec::new();
        for ((key, owns), positions) in of_groups {
            changes.extend(self.of_group(*key, *owns, lists.files(positions)));
        }
        let others = of_others.into_iter();
        let others = others.map(|it| (ApprovalSubject::Parents, it));
        let people = of_people.into_iter();
        let people = people.map(|it| (ApprovalSubject::People, it));
        for (of, (names, positions)) in people.chain(others) {
            changes.extend(self.change(of, names.clone(), lists.files(&positions)));
        }
        changes
    }

    /// Returns the files whose owners differ only because groups have other members.
    fn explained(&self) -> FxHashSet<usize> {
        let explained = self.compared.iter();
        let explained = explained.filter(|compared| compared.approvals.is_explained);
        explained
            .flat_map(|compared| &compared.files)
            .copied()
            .collect()
    }

    fn of_group(
        &self,
        key: NameKey<'_>,
        is_owner: bool,
        files: Arc<[BString]>,
    ) -> Option<ApprovalChange> {
        let [before, after] = self.changed[&key];
        let group = ChangedGroup {
            name: key.1.to_owned(),
            definition: after.or(before)?.place.clone(),
            is_defined: [before.is_some(), after.is_some()],
            is_owner,
        };
        let changed = difference(&members(before), &members(after));
        self.change(ApprovalSubject::Group(group), changed, files)
    }

    fn change(
        &self,
        subject: ApprovalSubject,
        [lost, gained]: [Vec<String>; 2],
        files: Arc<[BString]>,
    ) -> Option<ApprovalChange> {
        let repository = self.after.repository;
        let first = repository.listing.files.find(files.first()?.as_ref())?;
        let first = repository.resolved.group_id_of(first);
        let mut claims = self.after.claims(first);
        let filed = claims.find(|it| it.filed.is_some());
        let claim = filed.or_else(|| self.after.claims(first).next())?;
        Some(ApprovalChange {
            repository: Arc::clone(&repository.name),
            place: match &subject {
                ApprovalSubject::Group(group) => group.definition.clone(),
                ApprovalSubject::People | ApprovalSubject::Parents => claim.place.clone(),
            },
            subject,
            lost,
            gained,
            files,
        })
    }

    /// Compares the files of two groups that have the same paths.
    fn of_files(&self, old: GroupId, new: GroupId) -> ApprovalsOfFiles<'r> {
        let [before, after] = [(&self.before, old), (&self.after, new)]
            .map(|(side, group)| side.resolution(group).verdict == Verdict::Owned);
        if !before || !after {
            return ApprovalsOfFiles::default();
        }
        let groups = [true, false].into_iter().flat_map(|are_owners| {
            let keys = self.before.keys(old, are_owners);
            let both = &keys & &self.after.keys(new, are_owners);
            let changed = both
                .into_iter()
                .filter(|key| self.changed.contains_key(key));
            changed.map(move |key| (key, are_owners))
        });
        let groups: Vec<(NameKey<'r>, bool)> = groups.collect();
        let is_same = self.is_same(old, new);
        let is_explained = !is_same && self.is_same_by_name(&groups, old, new);
        let others = match is_same || is_explained {
            true => self.others(&groups, old, new),
            false => None,
        };
        let people = match is_same {
            true => self.people(old, new),
            false => None,
        };
        ApprovalsOfFiles {
            groups,
            people,
            others,
            is_explained,
        }
    }

    fn is_same(&self, old: GroupId, new: GroupId) -> bool {
        let (before, after) = (&self.before, &self.after);
        let was = OwnerState::before(
            before.repository,
            before.teams,
            before.resolution(old),
            self.later,
        );
        let is = OwnerState::new(after.repository, after.teams, after.resolution(new));
        self.renames.apply(&was).is_same(&is)
    }

    /// Returns whether two groups of files have the same owners, apart from the members of `groups`.
    fn is_same_by_name(&self, groups: &[(NameKey<'r>, bool)], old: GroupId, new: GroupId) -> bool {
        let mut groups = groups.iter().filter(|(_, is_owner)| *is_owner).peekable();
        groups.peek().is_some()
            && groups.all(|(key, _)| self.keeps_members(*key))
            && self.renamed(self.before.labels(old, true)) == self.after.labels(new, true)
            && self.renamed(self.before.owners_by_map(old)) == self.after.owners_by_map(new)
    }

    /// Returns whether those who remain in a group belong to the same teams as before.
    fn keeps_members(&self, key: NameKey<'r>) -> bool {
        let [old, new] = self.changed[&key].map(members);
        (&old & &new).into_iter().all(|member| {
            let before = self.before.label_of_member(key.0, member);
            self.renames.current(before) == self.after.label_of_member(key.0, member)
        })
    }

    /// Returns which people of the same teams own the files no longer, and which do now; `None` if they are the same. A team
    /// that files name as a whole is like a person with its name.
    fn people(&self, old: GroupId, new: GroupId) -> Option<[Vec<String>; 2]> {
        if self.before.keys(old, true) == self.after.keys(new, true) {
            return None;
        }
        let before = self.renamed(self.before.people(old));
        let after = self.after.people(new);
        (before != after).then(|| difference(&before, &after))
    }

    /// Returns which owners of parent directories can no longer approve, and which can now; `None` if they are the same. The
    /// changes of `groups` are reported for the groups.
    fn others(
        &self,
        groups: &[(NameKey<'r>, bool)],
        old: GroupId,
        new: GroupId,
    ) -> Option<[Vec<String>; 2]> {
        let (before, after) = (&self.before, &self.after);
        let later = |label| self.renames.current(label);
        let [others, owners] = [false, true].map(|are_owners| {
            let was = before.approvers(old, are_owners, self.later);
            let was: BTreeSet<&str> = was.into_iter().map(later).collect();
            [was, after.approvers(new, are_owners, None)]
        });
        let of_groups = [0, 1].map(|side| {
            let changed = groups.iter();
            let labels = changed.flat_map(|(key, _)| {
                let members = members(self.changed[key][side]).into_iter();
                let side = if side == 0 { before } else { after };
                members
                    .chain([key.1])
                    .map(move |member| side.label_of_member(key.0, member))
            });
            labels.map(later).collect::<BTreeSet<&str>>()
        });
        let only = |side: usize| -> BTreeSet<&str> {
            let other = 1 - side;
            let names = others[side].iter().copied();
            let is_known = |name: &str| {
                others[other].contains(name)
                    || owners[other].contains(name)
                    || of_groups[side].contains(name)
            };
            names.filter(|name| !is_known(name)).collect()
        };
        let (lost, gained) = (only(0), only(1));
        let is_same = lost.is_empty() && gained.is_empty();
        (!is_same).then(|| {
            [
                before.with_groups(old, &lost),
                after.with_groups(new, &gained),
            ]
        })
    }

    /// Replaces the former ids of teams.
    fn renamed(&self, labels: BTreeSet<&'r str>) -> BTreeSet<&'r str> {
        let labels = labels.into_iter();
        labels.map(|label| self.renames.current(label)).collect()
    }
}

/// The paths of files, which changes of the same files share.
struct FileLists<'c> {
    compared: &'c ComparedApprovals<'c>,
    known: FxHashMap<Positions, Arc<[BString]>>,
}

impl<'c> FileLists<'c> {
    fn new(compared: &'c ComparedApprovals<'c>) -> Self {
        Self {
            compared,
            known: FxHashMap::default(),
        }
    }

    /// Returns the paths of compared files, sorted.
    fn files(&mut self, positions: &Positions) -> Arc<[BString]> {
        if let Some(known) = self.known.get(positions) {
            return Arc::clone(known);
        }
        let compared = &self.compared.compared;
        let files = positions.iter().flat_map(|at| &compared[*at].files);
        let mut files: Vec<usize> = files.copied().collect();
        files.sort_unstable();
        let listed = &self.compared.after.repository.listing.files;
        let paths = files.iter().map(|at| listed.get(*at).path.to_owned());
        let paths: Arc<[BString]> = paths.collect();
        self.known.insert(positions.clone(), Arc::clone(&paths));
        paths
    }
}

fn members(group: Definition<'_>) -> BTreeSet<&str> {
    let members = group.into_iter().flat_map(|group| &group.members);
    members.map(String::as_str).collect()
}

/// Returns what only the first set contains, and what only the second one does.
fn difference(before: &BTreeSet<&str>, after: &BTreeSet<&str>) -> [Vec<String>; 2] {
    let only = |ours: &BTreeSet<&str>, theirs| {
        let only = ours.difference(theirs);
        only.map(|name| (*name).to_owned()).collect()
    };
    [only(before, after), only(after, before)]
}
