use std::{cell::OnceCell, cmp::Reverse, collections::BTreeMap};

use bstr::BStr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Check, Context, KnownComponent, Properties,
    filed_names::{FiledName, KnownNames, filed_names},
    name_key::name_key,
    respell::{respell, respell_declared},
    team_candidates::{TeamCandidates, new_id},
    unknown_catalog_owner,
};
use crate::{
    advice::{Advice, NewTeam},
    claims::{Claim, ClaimId, ClaimSource, UnknownName, Unresolved},
    config::{Policy, TeamId, Teams, name_and_address, slug, spelling_parts},
    finding::{Finding, Severity},
    inventory::{Component, Effect},
    resolution::Verdict,
    text::{MAX_SUGGESTIONS, quoted},
    whatif::NewClaim,
};

pub(super) const CHECK: Check = Check {
    name: "unknown-declared-team",
    severity: Severity::Error,
    summary: "A declaration or a trusted ownership file names an owner that is not a team in the map.",
    what: "ownlint compares the declared name with the ids, names, aliases, handles and contacts \
of all teams. There is one finding per name, with all places that declare the name. Where a \
declaration can also name a person, a name is reported only if it looks like a team name, for \
example `Data Platform Team` or `@org/team`. Such a finding is at most a warning. This is also the \
case for a name in the `team` annotation of an alert, because this annotation does not always name \
an owner. A group in a trusted ownership file, such as `@org/team` or an alias, is a team only if \
the map lists it under `handles`. In trusted files, and in those that are compared with the map, a name that \
differs from a handle or an address in the map by one typo is reported, too.",
    why: "The declaration does not assign an owner, although its author probably meant it to.",
    impact: "The declaration does not assign an owner.",
    fix: "\
If the name is misspelled, correct it. If it is another name for an existing team, add it to that \
team's `aliases`. If it names a team that is not in the map, add the team under `teams`. ownlint \
suggests a team with a similar name, such as `team-shield` for `shield`. It also suggests a team \
that owns at least two thirds of the places where the name is declared, unless the team's files \
often declare other names as well. If several teams qualify, ownlint asks which one you \
mean.",
    example: "\
teams:
  infrastructure-foundations:
    name: SRE Infrastructure Foundations
    aliases: [Infrastructure Foundations]   # alias was missing; roles declare this name",
    properties: Properties {
        knows_scope: true,
        ..Properties::ONE_FINDING
    },
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut by_name: FxHashMap<String, NewName<'_>> = FxHashMap::default();
    for of in context.components() {
        for name in could_be_teams(context, of) {
            let same = by_name.entry(shortest_part(&name.raw)).or_default();
            let last = same.declared.last();
            if last.is_none_or(|(last, _)| !std::ptr::eq(last.component, of.component)) {
                same.declared.push((of, name));
            }
        }
    }
    let named = NamedByOwner::of(context, by_name.values());
    let mut near_names: FxHashMap<&str, Option<(&str, TeamId)>> = FxHashMap::default();
    let mut findings = Vec::new();
    for of in context.components() {
        let component = of.component;
        let is_unowned = context.has_only_unknown_teams(of) && context.is_unowned(of);
        let names = could_be_teams(context, of)
            .filter(|name| is_unowned || context.scope.holds(of.at, name.place.path()));
        for name in names {
            let count = near_names.len();
            let near = *near_names.entry(&name.raw).or_insert_with(|| {
                let teams = &context.map.teams;
                (count < MAX_SUGGESTIONS).then(|| teams.suggest(&name.raw))?
            });
            let raw = quoted(&name.raw);
            let entity = name.reference.as_ref().map(|it| it.entity.as_str());
            let is_undefined = entity.is_some_and(|entity| context.is_undefined_owner(entity));
            let (what, label, at_most) = match name.seems {
                UnknownName::ProbableTeam => (
                    format!("declares {raw}, which looks like a team, but is not in the map"),
                    "looks like a team",
                    Some(Severity::Warning),
                ),
                _ if is_undefined => (
                    format!(
                        "declares {raw}, which is not a team in the map, and not in the Backstage \
                         catalog either"
                    ),
                    "not a team in the map",
                    None,
                ),
                _ => (
                    format!("declares {raw}, which is not a team in the map"),
                    "not a team in the map",
                    (component.may_declare_others && !is_unowned).then_some(Severity::Warning),
                ),
            };
            findings.push(Finding {
                label: label.to_owned(),
                // Not everybody means an owner by such a declaration.
                at_most: at_most.or_else(|| name.effect.is_hint().then_some(Severity::Warning)),
                advice: match near {
                    Some(near) => vec![respelt(context, component, name, near)],
                    None => {
                        let same = &by_name[&shortest_part(&name.raw)];
                        new_name(context, of, name, same, &named)
                    }
                },
                subject: name_key(&name.raw),
                ..CHECK.of(component, name.place.clone(), &what)
            });
        }
    }
    findings.extend(in_ownership_files(context));
    findings
}

/// Returns a finding for each name in ownership files that is not a team in the map, but is a group in a trusted file, or
/// probably a misspelled handle.
fn in_ownership_files(context: &Context<'_>) -> Vec<Finding> {
    let teams = &context.map.teams;
    let mut known = KnownNames::new(teams);
    let problems = context.file_problems().iter();
    // These lines have a finding of their own.
    let reported: FxHashSet<_> = problems.map(|(_, problem)| problem.place.key()).collect();
    let mut findings = Vec::new();
    for (at, repository) in context.repositories() {
        for name in filed_names(context, at, repository) {
            if name.team.is_some() {
                continue;
            }
            let near = known.near(&name);
            let near = near.filter(|_| !reported.contains(&name.place.key()));
            if near.is_some() || name.is_group && name.is_trusted {
                findings.push(of_filed(context, &name, near));
            }
        }
    }
    findings
}

/// Returns the finding about a name in an ownership file, with the handle that it was probably meant to be.
fn of_filed(context: &Context<'_>, name: &FiledName<'_>, near: Option<(&str, TeamId)>) -> Finding {
    let teams = &context.map.teams;
    let (raw, file) = (quoted(name.text), quoted(name.place.path()));
    let id = name.text.trim_start_matches('@');
    let id = id.rsplit('/').next().unwrap_or(id);
    let mut advice = vec![match near {
        Some((near, team)) => {
            let team = quoted(teams.name(team));
            let text = format!("did you mean {} (team {team})?", quoted(near));
            Advice::edit(text, respell(name.place, Some(name.text), near))
        }
        None => Advice::in_words("correct the spelling"),
    }];
    let of_members = team_of_members(teams, name);
    if near.is_none() {
        let similar = of_members.or_else(|| Some(teams.successor(teams.find([id])?.team)));
        let similar = similar.map(|team| quoted(teams.name(team)));
        advice.extend(similar.map(|team| {
            Advice::in_words(format!(
                "add {raw} to the handles of team {team} under `{}`",
                name.handle_key
            ))
        }));
        // The members own the files for their team.
        let id = new_id(teams, id).filter(|_| of_members.is_none());
        advice.extend(id.map(|id| {
            Advice::add_team(NewTeam {
                id,
                name: None,
                aliases: Vec::new(),
                handle: Some((name.handle_key, name.text.to_owned())),
            })
        }));
    }
    let what = match (name.is_group, of_members) {
        (true, Some(team)) => {
            let team = quoted(teams.name(team));
            format!("is not a handle of team {team}, to which its members belong")
        }
        (true, None) => "is not a team in the map".to_owned(),
        (false, _) => "is not a handle or address in the map".to_owned(),
    };
    let label = what.trim_start_matches("is ").split(',').next();
    Finding {
        label: label.unwrap_or_default().to_owned(),
        at_most: Some(Severity::Warning),
        advice,
        subject: name.text.to_lowercase(),
        ..CHECK.at(
            name.place.clone(),
            format!("{file} names {raw}, which {what}"),
        )
    }
}

/// Returns the team to which all members of a group belong.
fn team_of_members(teams: &Teams, name: &FiledName<'_>) -> Option<TeamId> {
    let members = name.members.iter();
    let mut members = members.map(|member| teams.with_member(name.handle_key, member));
    let first = members.next()??;
    members.all(|team| team == Some(first)).then_some(first)
}

/// Returns the declared names that are not teams in the map, but could be.
fn could_be_teams<'c>(
    context: &Context<'c>,
    of: KnownComponent<'c>,
) -> impl Iterator<Item = &'c Unresolved> {
    let names = context.unknown_names(of);
    names.filter(|name| match name.seems {
        UnknownName::Team => name.effect != Effect::Hint,
        seems => seems == UnknownName::ProbableTeam,
    })
}

/// Returns the advice for a name that is similar to a spelling of a team.
fn respelt(
    context: &Context<'_>,
    component: &Component,
    name: &Unresolved,
    (near, team): (&str, TeamId),
) -> Advice {
    let team = context.map.teams.name(team);
    let of = match near == team {
        true => String::new(),
        false => format!(" (team {})", quoted(team)),
    };
    let text = format!("did you mean {}{of}?", quoted(near));
    let fix = respell_declared(component, &name.place, &name.raw, near);
    match name.seems {
        UnknownName::ProbableTeam => Advice::edit(text, fix),
        _ => Advice::certain(text, fix),
    }
}

/// Returns the part that all spellings of a name have in common, so that an alias for one of them matches the others,
/// such as a URL whose last segment is the name.
fn shortest_part(raw: &str) -> String {
    let parts = spelling_parts(raw)
        .map(slug)
        .filter(|part| !part.is_empty());
    parts.min_by_key(String::len).unwrap_or_default()
}

/// A name that is not similar to any spelling of a team, in all its spellings.
#[derive(Default)]
struct NewName<'c> {
    /// The components that declare it, each with the name.
    declared: Vec<(KnownComponent<'c>, &'c Unresolved)>,
    /// The teams that it could belong to.
    candidates: OnceCell<TeamCandidates>,
    /// The first claim that contradicts a new team with this name, and whether an alias for the clear candidate avoids
    /// the contradiction.
    contradiction: OnceCell<Option<(&'c Claim, bool)>>,
}

impl<'c> NewName<'c> {
    fn candidates(&self, context: &Context<'c>, named: &NamedByOwner) -> &TeamCandidates {
        self.candidates.get_or_init(|| {
            let raw = self.declared.first().map_or("", |(_, name)| &name.raw);
            let teams = &context.map.teams;
            TeamCandidates::new(teams, raw, &named.evidence(teams, self))
        })
    }

    /// Returns how many of the places belong to each team according to other claims than the declarations.
    fn places_by_owner(&self, teams: &Teams) -> BTreeMap<TeamId, usize> {
        let mut places = BTreeMap::new();
        for (of, name) in &self.declared {
            for owner in assigned(teams, *of, name.place.path()) {
                *places.entry(owner).or_default() += 1;
            }
        }
        places
    }

    fn contradiction(
        &self,
        context: &Context<'c>,
        candidate: Option<TeamId>,
    ) -> Option<(&'c Claim, bool)> {
        *self.contradiction.get_or_init(|| {
            let first = |team| {
                let mut declared = self.declared.iter();
                declared.find_map(|(of, name)| contradiction(context, *of, name, team))
            };
            let claim = first(None)?;
            Some((
                claim,
                candidate.is_some_and(|team| first(Some(team)).is_none()),
            ))
        })
    }
}

/// How often the files of a team declare the name of another owner. If most of them declare the same unknown name, this
/// name probably belongs to the team. The owner of a whole repository has files with many different names, so none of
/// the names belongs to it only because of its files.
struct NamedByOwner(FxHashMap<TeamId, usize>);

impl NamedByOwner {
    fn of<'s, 'c: 's>(
        context: &Context<'c>,
        unknown: impl Iterator<Item = &'s NewName<'c>>,
    ) -> Self {
        let mut named: FxHashMap<TeamId, usize> = FxHashMap::default();
        let mut is_any = false;
        for (owner, places) in unknown.flat_map(|name| name.places_by_owner(&context.map.teams)) {
            is_any = true;
            *named.entry(owner).or_default() += places;
        }
        for of in context.components().filter(|_| is_any) {
            let declared = &of.resolved_declarations;
            let Some(statement) = declared.statements.first() else {
                continue;
            };
            for owner in assigned(&context.map.teams, of, statement.place.path()) {
                let others = declared.owners.iter().filter(|other| **other != owner);
                *named.entry(owner).or_default() += others.count();
            }
        }
        Self(named)
    }

    /// Returns the teams that own at least a third of the places of a name, and whose files mostly declare no other
    /// name, with whether both are at least two thirds.
    fn evidence(&self, teams: &Teams, name: &NewName<'_>) -> Vec<(TeamId, bool)> {
        let places = name.places_by_owner(teams).into_iter();
        let mut evidence: Vec<(TeamId, usize, usize)> = places
            .map(|(team, places)| (team, places, name.declared.len().max(self.0[&team])))
            .filter(|(_, places, all)| 3 * places >= *all)
            .collect();
        evidence.sort_by_key(|(_, places, _)| Reverse(*places));
        let evidence = evidence.into_iter();
        evidence
            .map(|(team, places, all)| (team, 3 * places >= 2 * all))
            .collect()
    }
}

/// Returns the active owners in the claims that would win a file of a component without the component's declarations.
fn assigned(teams: &Teams, of: KnownComponent<'_>, path: &BStr) -> Vec<TeamId> {
    let (repository, claims) = (of.repository, &of.repository.claims);
    let Some(file) = repository.listing.files.find(path) else {
        return Vec::new();
    };
    let is_declared = |id: ClaimId| of.is_declared_in(claims.get(id));
    let resolution = &repository.resolved.group_of(file).resolution;
    let replaced = resolution.overridden.iter();
    let replaced = replaced
        .filter(|one| is_declared(one.by))
        .map(|one| one.claim);
    let winning = resolution.winning.iter().copied().chain(replaced);
    // The owners of everything own all names.
    let has_limits = |claim: &Claim| {
        !claim
            .patterns
            .iter()
            .any(|it| claims.pattern(*it).is_everything())
    };
    let owners = winning
        .filter(|id| !is_declared(*id))
        .map(|id| claims.get(id))
        .filter(|claim| has_limits(claim))
        .flat_map(|claim| &claim.owners);
    let mut owners: Vec<TeamId> = owners.filter_map(|owner| teams.active(*owner)).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

/// Returns a claim that would contradict a component if one of the names that it declares belonged to a team. If the
/// team is new, there is `None`.
fn contradiction<'c>(
    context: &Context<'c>,
    of: KnownComponent<'c>,
    name: &Unresolved,
    team: Option<TeamId>,
) -> Option<&'c Claim> {
    let (repository, component) = (of.repository, of.component);
    let (claims, what_if) = (&repository.claims, &context.what_if[of.at]);
    let policy = context.map.repositories[of.at].policy(component.detector);
    let file = repository.listing.files.find(name.place.path());
    let resolution = file.map(|file| &repository.resolved.group_of(file).resolution);
    let all = resolution.into_iter().flat_map(|it| {
        let overridden = it.overridden.iter().map(|one| one.claim);
        it.winning.iter().copied().chain(overridden)
    });
    // The claim of the other names that the same files declare.
    let joint = all
        .map(|id| claims.get(id))
        .find(|claim| of.is_declared_in(claim));
    let declared = match joint {
        Some(claim) => &claim.owners,
        None => &of.resolved_declarations.owners,
    };
    let owners = team.map(|team| {
        let declared = declared.iter().copied().filter(|other| *other != team);
        Vec::from_iter(declared.chain([team]))
    });
    let patterns = Context::patterns_of(component);
    let new = NewClaim {
        patterns: &patterns,
        owners: owners.as_deref().unwrap_or_default(),
        replaced: &Vec::from_iter(joint.map(ClaimSource::of)),
    };
    let is_claim = policy == Policy::Trust;
    // Without a claim, the declaration is compared with the owners of the file.
    let compared = resolution.filter(|it| is_claim || it.verdict == Verdict::Owned);
    let mut winning = compared.into_iter().flat_map(|it| &it.winning).copied();
    let stronger = winning.find(|id| {
        let has_same_owners = new.agrees(claims.get(*id), &context.map.teams);
        !has_same_owners && (!is_claim || what_if.beats(*id, &new))
    });
    let found = stronger.or_else(|| what_if.rival(&new, 0).filter(|_| is_claim));
    found.map(|id| claims.get(id))
}

/// Returns the advice for a name that is not similar to any spelling of a team.
fn new_name<'c>(
    context: &Context<'c>,
    of: KnownComponent<'c>,
    unknown: &Unresolved,
    same: &NewName<'c>,
    named: &NamedByOwner,
) -> Vec<Advice> {
    let teams = &context.map.teams;
    let raw = unknown.raw.as_str();
    let reference = unknown.reference.as_ref();
    let near = reference.and_then(|it| unknown_catalog_owner::near(context, &it.entity));
    let near = near.map(|near| {
        let near = quoted(near);
        format!("correct the spelling (the catalog defines the {near} group)")
    });
    let mut advice = vec![Advice::in_words(
        near.unwrap_or_else(|| "correct the spelling".to_owned()),
    )];
    let candidates = same.candidates(context, named);
    match same.contradiction(context, candidates.clear) {
        None => advice.push(candidates.alias(teams, raw)),
        Some((_, true)) => {
            advice.push(candidates.alias(teams, raw));
            return advice;
        }
        Some((claim, false)) => {
            advice.push(Advice::in_words(format!(
                "correct {} {} before you add the name to the map{}",
                claim.origin.name(),
                quoted(&claim.about),
                candidates.question(teams, "does it belong to")
            )));
            return advice;
        }
    }
    // The address after a name need not be part of the new team: the name is enough to find it.
    let name = name_and_address(raw).map_or(raw, |(name, _)| name);
    if let Some(id) = new_id(teams, name) {
        let group = reference.and_then(|it| of.repository.owner_catalog.get(&it.entity));
        let group = group.filter(|group| !group.is_user());
        let title = group.and_then(|group| group.titles.first());
        let (name, aliases) = match name.contains(['@', '/']) {
            // The id is the end of the reference.
            _ if group.is_some() => (title.cloned(), Vec::new()),
            true => (None, vec![name.to_owned()]),
            false => (Some(name.to_owned()), Vec::new()),
        };
        advice.push(Advice::add_team(NewTeam {
            id,
            name,
            aliases,
            handle: None,
        }));
    }
    advice
}
