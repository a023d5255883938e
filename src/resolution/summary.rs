use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice as _;

use super::{Resolution, ResolvedRepository, Verdict};
use crate::{
    claims::{Approvers, ComponentId, StatedTeam},
    config::{TeamId, Teams},
};

impl ResolvedRepository {
    /// Returns the owners of a resolution, or all teams with a claim if the claims conflict.
    pub fn mentioned(&self, resolution: &Resolution) -> Vec<TeamId> {
        let mut teams = resolution.owners.clone();
        if resolution.verdict == Verdict::Conflicting {
            for claim in &resolution.winning {
                for team in &self.claims.get(*claim).owners {
                    if !teams.contains(team) {
                        teams.push(*team);
                    }
                }
            }
        }
        teams
    }

    /// Returns the names in ownership files that say that teams own something; `None` for a team that owns it by another
    /// claim.
    pub fn stated<'r>(
        &'r self,
        teams: &'r Teams,
        resolution: &Resolution,
    ) -> Vec<(TeamId, Option<(&'static str, StatedTeam<'r>)>)> {
        let mut all = Vec::new();
        for claim in resolution.winning.iter().map(|id| self.claims.get(*id)) {
            match &claim.filed {
                Some(filed) => {
                    let stated = filed.stated(teams);
                    all.extend(stated.map(|it| (it.team, Some((filed.handle_key, it)))));
                }
                None => all.extend(claim.owners.iter().map(|team| (*team, None))),
            }
        }
        all
    }

    /// Returns the owners of which ownership files name only people, each with their names.
    pub fn people_of_owners<'r>(
        &'r self,
        teams: &'r Teams,
        resolution: &Resolution,
    ) -> Vec<(TeamId, Vec<&'r str>)> {
        let mut people: BTreeMap<TeamId, Option<BTreeSet<&str>>> = BTreeMap::new();
        for (team, stated) in self.stated(teams, resolution) {
            let names = people.entry(team).or_insert_with(|| Some(BTreeSet::new()));
            match stated.filter(|(_, it)| it.is_person).zip(names.as_mut()) {
                Some(((_, it), names)) => {
                    names.insert(it.name);
                }
                None => *names = None,
            }
        }
        let owners = resolution.owners.iter();
        let owners = owners.filter_map(|team| Some((*team, people.remove(team)??)));
        let owners = owners.map(|(team, names)| (team, names.into_iter().collect()));
        owners.collect()
    }

    /// Returns the teams and people who are not owners, but whose approval is enough by ownership files.
    pub fn may_also_approve(&self, teams: &Teams, resolution: &Resolution) -> Approvers {
        let mut all = Approvers::default();
        if resolution.verdict != Verdict::Owned {
            return all;
        }
        let people = self.people_of_owners(teams, resolution);
        let claims = resolution.winning.iter().map(|id| self.claims.get(*id));
        for others in claims.filter_map(|claim| Some(&claim.filed.as_ref()?.may_also_approve)) {
            let owners = others.owners.iter();
            let owners = owners.filter(|team| {
                !resolution.owners.contains(team) || people.iter().any(|(of, _)| of == *team)
            });
            owners.for_each(|team| all.add_team(*team));
            let people = others.people.iter();
            let people = people.filter(|person| !resolution.people.contains(person));
            people.for_each(|person| all.add_person(person));
        }
        all
    }

    /// Returns the resolution of a component as a whole: the worst one of its files.
    pub fn whole(&self, teams: &Teams, id: ComponentId) -> Resolution {
        self.summarize(id, &self.of_component(teams, id))
    }

    /// Returns the worst of the resolutions of its files, `inside`. Among equally bad ones, prefers the
    /// resolution of the file that declares its owner, then the one of most files. If several components declare the
    /// owners of their files together, the component belongs to the owners that it declares itself.
    pub fn summarize(&self, id: ComponentId, inside: &[(&Resolution, u64)]) -> Resolution {
        let component = &self.components[id as usize];
        let own = component.declares_in.first().unwrap_or(&component.path);
        let own = self.listing.files.find(own.as_bstr());
        let own = own.map(|file| &self.resolved.group_of(file).resolution);
        let whole = inside.iter().max_by_key(|(resolution, files)| {
            let is_own = own.is_some_and(|own| own.owners == resolution.owners);
            (resolution.verdict, is_own, *files)
        });
        let whole = whole.map(|(resolution, _)| Resolution::clone(resolution));
        let mut whole = whole.unwrap_or_default();
        if let (Verdict::Owned, [claim]) = (whole.verdict, &whole.winning[..]) {
            whole.owners = self.claims.about_component(*claim, id).owners.clone();
        }
        whole
    }
}
