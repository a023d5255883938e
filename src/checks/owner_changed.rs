use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Check, Context, Properties, context::common_path};
use crate::{
    advice::Advice,
    claims::{Claim, ClaimId, Origin},
    config::Teams,
    finding::{Finding, OwnerChange, Related, Severity},
    resolution::{Resolution, ResolvedRepository},
    text::{and_more, count, joined, quoted},
    transfer::{
        ApprovalChange, ComponentChange, FileTransition, NewName, OwnerState, OwnershipChange, Side,
    },
};

pub(super) const CHECK: Check = Check {
    name: "owner-changed",
    severity: Severity::Info,
    summary: "A change gives existing files or components a different owner.",
    what: "This check runs only if you check a change with `--since` or `--staged`. Each finding \
names the owners before and after the change, the number of files, and the rule, exemption or \
declaration that assigns the owners now. A renamed file is compared with the file before the \
rename. The check skips files that previously had no owner, and files that `unowned-path` or \
`conflicting-owners` reports. Changing the id of a team, or replacing a retired team with its \
successor, does not count as a change of owner. If a group in a trusted ownership file, such as an alias in \
OWNERS_ALIASES, gets other members or is no longer defined, there is one finding for the group. Another finding \
reports files for which the owners of parent directories can approve changes now, or no longer can. One more finding lists \
the people and groups whom a change adds to trusted ownership files, and whom neither the files nor the map named before.",
    why: "When a rule is broadened, a declaration edited or a directory moved, a team can \
gain or lose files without anyone on the team reviewing the change. This check makes the \
transfer visible to reviewers.",
    impact: "The teams may not know about the change.",
    fix: "\
Ask both teams whether the change is intended. To require an explicit decision about every owner \
change, set `owner-changed` to `error` under `checks`, and list intended transfers under \
`suppressions`.",
    example: "\
# charts/kask/Chart.yaml
team: data-persistence       # was service-operations: 12 files change owner

# ownership.yaml
checks:
  owner-changed: error       # fails the run",
    properties: Properties {
        knows_scope: true,
        check_change: Some(check_change),
        ..Properties::USUAL
    },
    run: |_| Vec::new(),
};

// Without a map in the base, or with errors in it, the owners before are unknown. If a file is rewritten while it is
// moved, git does not report a rename, and the file counts as new. In both cases the check reports nothing.

/// The claims and places that a finding shows, at most.
const EXAMPLES: usize = 5;

/// The new names that a message shows, at most.
const NAMES: usize = 10;

/// The places of new names in a finding, at most.
const MAX_RELATED: usize = 1_000;

/// What a finding groups: a repository, the owners before and after, and the entry in the map that assigns them, or
/// else all declarations.
type Cause = (usize, OwnerState, OwnerState, Option<Origin>);

/// What changes owners by one cause.
#[derive(Default)]
struct Transferred<'o> {
    files: Vec<&'o FileTransition>,
    components: Vec<&'o ComponentChange>,
    /// The claims that assign the owners now.
    now: BTreeSet<ClaimId>,
    /// The claims that did before, by repository, without those on renamed files.
    before: BTreeSet<(usize, ClaimId)>,
}

fn check_change(context: &Context<'_>, change: &OwnershipChange<'_>) -> Vec<Finding> {
    let after = Side {
        map: context.map,
        repositories: context.repositories,
    };
    let sides = Sides::new(change.before, after);
    let mut all: BTreeMap<Cause, Transferred<'_>> = BTreeMap::new();
    for file in &change.files {
        let Some(at) = position(context.repositories, &file.repository) else {
            continue;
        };
        let repository = &context.repositories[at];
        let Some(found) = repository.listing.files.find(file.path.as_bstr()) else {
            continue;
        };
        if !context.scope.holds(at, file.path.as_bstr()) {
            continue;
        }
        let resolution = &repository.resolved.group_of(found).resolution;
        let claim = sides.cause(at, resolution);
        let transferred = all
            .entry(cause(at, [&file.before, &file.after], claim))
            .or_default();
        transferred.files.push(file);
        transferred.now.extend(claim.map(|(id, _)| id));
        let origin = match file.was {
            Some(_) => None,
            None => sides.resolution_before(&file.repository, file.path.as_bstr()),
        };
        if let Some((of, resolution)) = origin {
            let claims = resolution.winning.iter();
            transferred.before.extend(claims.map(|claim| (of, *claim)));
        }
    }
    for component in &change.components {
        let Some(at) = position(context.repositories, &component.repository) else {
            continue;
        };
        let repository = &context.repositories[at];
        let Some(id) = repository.component_with_id(&component.component) else {
            continue;
        };
        let path = &repository.components[id as usize].path;
        if !context.scope.holds(at, path.as_bstr()) {
            continue;
        }
        let resolution = repository.whole(&context.map.teams, id);
        let claim = sides.cause(at, &resolution);
        let states = [&component.before, &component.after];
        let transferred = all.entry(cause(at, states, claim)).or_default();
        transferred.components.push(component);
        transferred.now.extend(claim.map(|(id, _)| id));
    }
    let findings = all.iter();
    let findings =
        findings.map(|(cause, transferred)| finding(context, &sides, cause, transferred));
    let approvals = change.approvals.iter();
    findings
        .chain(approvals.filter_map(|change| of_approvals(context, change)))
        .chain(of_new_names(context, change))
        .collect()
}

/// Returns the finding about all people and groups whom nobody knew before the change.
fn of_new_names(context: &Context<'_>, change: &OwnershipChange<'_>) -> Option<Finding> {
    let names = change.new_names.iter().filter(|name| {
        let at = position(context.repositories, &name.repository);
        at.is_some_and(|at| context.scope.holds(at, name.place.path()))
    });
    let names: Vec<&NewName> = names.collect();
    let (first, others) = names.split_first()?;
    let shown = names.iter().take(NAMES).map(|name| quoted(&name.text));
    let message = format!(
        "ownership files name {} for the first time, and the map does not list {}",
        and_more(shown, names.len()),
        if names.len() == 1 {
            "this name"
        } else {
            "these names"
        },
    );
    let texts: Vec<&str> = names.iter().map(|name| &*name.text).collect();
    let others = others.iter();
    let related = others.map(|name| Related::new(name.place.clone(), quoted(&name.text)));
    Some(Finding {
        repository: Some(first.repository.clone()),
        is_about_path: false,
        subject: format!("new names: {}", texts.join(" ")),
        advice: vec![
            Advice::in_words("check the spelling"),
            Advice::in_words("list each person or group under `handles` of their team in the map"),
        ],
        related: related.take(MAX_RELATED).collect(),
        label: "a new name".to_owned(),
        ..CHECK.finding(first.place.clone(), message)
    })
}

/// Returns the finding about who can approve changes of files that keep their owners.
fn of_approvals(context: &Context<'_>, change: &ApprovalChange) -> Option<Finding> {
    let at = position(context.repositories, &change.repository)?;
    let mut files = change.files.iter();
    let example = files.find(|path| context.scope.holds(at, path.as_bstr()))?;
    let group = change.group();
    let is_deleted = group.is_some_and(|group| group.is_defined == [true, false]);
    let names = [&change.lost[..], &change.gained].concat();
    let subject = change.name();
    let advice = match &names[..] {
        [] => quoted(subject),
        names => and_more(names.iter().take(EXAMPLES).map(quoted), names.len()),
    };
    Some(Finding {
        repository: Some(change.repository.clone()),
        is_about_path: false,
        // The files have lost their owners.
        at_least: is_deleted.then_some(Severity::Warning),
        subject: format!(
            "{subject}: {} -> {}",
            change.lost.join(" "),
            change.gained.join(" ")
        ),
        files: Some(change.files.len() as u64),
        example: Some(example.clone()),
        advice: vec![Advice::in_words(format!(
            "ask {advice} whether this is intended"
        ))],
        path: Some(example.clone()),
        ..CHECK.finding(change.place.clone(), change.message(|name| quoted(name)))
    })
}

fn cause(at: usize, [before, after]: [&OwnerState; 2], claim: Option<(ClaimId, &Claim)>) -> Cause {
    let origin = claim.map(|(_, claim)| claim.origin);
    (at, before.in_any_order(), after.in_any_order(), origin)
}

fn finding(
    context: &Context<'_>,
    sides: &Sides<'_>,
    (at, before, after, origin): &Cause,
    transferred: &Transferred<'_>,
) -> Finding {
    let repository = &context.repositories[*at];
    let claims = repository.claims.distinct(transferred.now.iter().copied());
    let mut paths: Vec<&BStr> = transferred
        .files
        .iter()
        .map(|it| it.path.as_bstr())
        .collect();
    paths.sort_unstable();
    let area = match (&paths[..], &transferred.components[..]) {
        ([], [component]) => sides.path_of(*at, component),
        ([first, .., last], _) => common_path(first, last),
        ([only], _) => Some((*only).to_owned()),
        ([], _) => None,
    };
    let component = component(context, *at, &paths, transferred);
    let (what, verb) = shown(repository, area.as_ref(), component.as_deref(), transferred);
    let change = difference(before, after, verb == "changes").unwrap_or_else(|| {
        let (before, after) = (described(before), described(after));
        format!("{verb} owner from {before} to {after}")
    });
    let message = format!(
        "{what} {change}{}",
        reason(context, sides, *at, transferred).unwrap_or_default()
    );
    let first = claims.first().map(|(_, claim)| *claim);
    let fallback = || repository.place(area.clone().unwrap_or_else(|| ".".into()));
    let others = claims.iter().skip(1).take(EXAMPLES);
    let others = others.map(|(_, claim)| context.related_by_name(claim));
    let overridden = sides.still_claimed(*at, transferred);
    let overridden = overridden.into_iter().take(EXAMPLES);
    let overridden = overridden.map(|claim| context.related_by_name(claim));
    let related: Vec<Related> = others.chain(overridden).collect();
    let sorted = |names: Vec<String>| Vec::from_iter(BTreeSet::from_iter(names));
    let teams = sorted([before.teams(), after.teams()].concat());
    let names = sorted(before.names().chain(after.names()).cloned().collect());
    Finding {
        repository: Some(repository.name.clone()),
        is_about_path: false,
        component,
        subject: format!(
            "{} -> {}: {}",
            described(before),
            described(after),
            entry(context, *origin)
        ),
        files: (!paths.is_empty()).then_some(paths.len() as u64),
        example: paths.first().map(|path| (*path).to_owned()),
        owner_change: Some(OwnerChange {
            from: before.teams().to_vec(),
            to: after.teams().to_vec(),
        }),
        label: first.map_or_else(String::new, |claim| context.says(claim)),
        advice: vec![Advice::in_words(format!(
            "ask {} whether this is intended",
            names.iter().map(quoted).collect::<Vec<_>>().join(" and ")
        ))],
        related,
        teams,
        path: area.clone(),
        ..CHECK.finding(
            first.map_or_else(fallback, |claim| claim.place.clone()),
            message,
        )
    }
}

/// Describes which owners something loses and gains; `None` if all owners are others.
fn difference(before: &OwnerState, after: &OwnerState, is_one: bool) -> Option<String> {
    let (OwnerState::Owned(..), OwnerState::Owned(..)) = (before, after) else {
        return None;
    };
    let [was, is] = [before, after].map(|state| state.names().collect::<BTreeSet<_>>());
    let kept = was.intersection(&is).count();
    let part = |verb, names: BTreeSet<&String>| {
        let ending = if is_one { "s" } else { "" };
        let owner = if names.len() == 1 { "owner" } else { "owners" };
        let shown = names.iter().take(EXAMPLES).map(quoted);
        let shown = and_more(shown, names.len());
        (!names.is_empty()).then(|| format!("{verb}{ending} {owner} {shown}"))
    };
    let parts = [part("lose", &was - &is), part("gain", &is - &was)];
    let parts = joined(parts.into_iter().flatten(), " and ");
    let others = match kept {
        1 => "the other owner remains".to_owned(),
        _ => format!("the other {} remain", count(kept, "owner")),
    };
    (kept > 0 && !parts.is_empty()).then(|| format!("{parts}; {others}"))
}

/// Describes owners in a sentence.
fn described(state: &OwnerState) -> String {
    let teams = |between| {
        let teams: Vec<String> = state.names().map(quoted).collect();
        teams.join(between)
    };
    match state {
        OwnerState::Absent | OwnerState::Unowned => "nobody".to_owned(),
        OwnerState::Exempt => "nobody (exempt)".to_owned(),
        OwnerState::Conflicting(_) => format!("{} (conflicting)", teams(" or ")),
        OwnerState::Owned(..) => teams(" and "),
    }
}

/// Returns what changes owners, and the verb that follows.
fn shown(
    repository: &ResolvedRepository,
    area: Option<&BString>,
    component: Option<&str>,
    transferred: &Transferred<'_>,
) -> (String, &'static str) {
    let (files, components) = (&transferred.files, &transferred.components);
    let number = count(files.len(), "file");
    match (&files[..], &components[..]) {
        ([], [one]) => (quoted(&one.component), "changes"),
        ([], several) => (count(several.len(), "component"), "change"),
        ([file], []) => {
            let former = former_path(file).map(|it| format!(" ({it})"));
            let path = quoted(&file.path);
            (path + &former.unwrap_or_default(), "changes")
        }
        (_, []) => {
            if let Some(component) = component {
                return (format!("{} ({number})", quoted(component)), "changes");
            }
            let directory = area.filter(|area| area.ends_with(b"/"));
            let inside = |area: &BString| repository.listing.files.under(area).len();
            let example = files.iter().min_by_key(|file| &file.path);
            let example = example.map_or_else(String::new, |file| {
                let former = former_path(file).map(|it| format!(", {it}"));
                quoted(&file.path) + &former.unwrap_or_default()
            });
            match directory {
                Some(area) if inside(area) == files.len() => {
                    (format!("{} ({number})", quoted(area)), "changes")
                }
                Some(area) => (
                    format!("{number} in {} (such as {example})", quoted(area)),
                    "change",
                ),
                None => (format!("{number} (such as {example})"), "change"),
            }
        }
        (_, several) => (
            format!("{number} and {}", count(several.len(), "component")),
            "change",
        ),
    }
}

/// Returns where a renamed file was before.
fn former_path(file: &FileTransition) -> Option<String> {
    let was = file.was.as_ref()?;
    Some(match *was == file.path {
        true => "formerly in another repository".to_owned(),
        false => format!("formerly {}", quoted(was)),
    })
}

/// Returns the component that contains all the files, if it is the only one.
fn component(
    context: &Context<'_>,
    at: usize,
    paths: &[&BStr],
    transferred: &Transferred<'_>,
) -> Option<String> {
    let [first, ..] = paths else {
        let [one] = &transferred.components[..] else {
            return None;
        };
        return Some(one.component.clone());
    };
    let mut all = context.components_of(at).filter(|of| {
        let component = of.component;
        component.holds(first, false) && paths.iter().all(|path| component.holds(path, false))
    });
    let only = all.next()?;
    all.next().is_none().then(|| only.component.id())
}

/// Returns why the owners change if no new claim assigns them: the claims before no longer apply.
fn reason(
    context: &Context<'_>,
    sides: &Sides<'_>,
    at: usize,
    transferred: &Transferred<'_>,
) -> Option<String> {
    let repository = &context.repositories[at];
    let is_new = |claim: &ClaimId| !sides.was_claimed(at, repository.claims.get(*claim));
    if transferred.now.iter().any(is_new) {
        return None;
    }
    let lost = sides.no_longer_claimed(at, transferred);
    let first = lost.first()?;
    let what = match first.origin {
        Origin::Rule(_) => "rule",
        Origin::Exemption(_) => "exemption",
        Origin::Declaration => "the declaration of",
        Origin::OwnershipFile => "ownership file entry",
    };
    let shown = and_more([format!("{what} {}", quoted(&first.about))], lost.len());
    let verb = if lost.len() == 1 { "applies" } else { "apply" };
    Some(format!(", because {shown} no longer {verb}"))
}

/// Describes an entry in the map, independent of its position.
fn entry(context: &Context<'_>, origin: Option<Origin>) -> String {
    let map = context.map;
    let mut texts: Vec<String> = match origin {
        Some(Origin::Rule(at)) => map.rules[at].texts(),
        Some(Origin::Exemption(at)) => {
            let paths = map.exemptions[at].paths.iter();
            paths.map(|it| it.value.text().to_string()).collect()
        }
        Some(origin @ (Origin::Declaration | Origin::OwnershipFile)) => {
            vec![origin.name().to_owned()]
        }
        None => Vec::new(),
    };
    texts.sort_unstable();
    texts.join("\n")
}

/// Returns the position of the repository with a name.
fn position(repositories: &[ResolvedRepository], name: &str) -> Option<usize> {
    repositories.iter().position(|it| *it.name == *name)
}

/// What a claim states: its origin, its subject and its owners.
type Statement = (&'static str, String, Vec<String>);

fn statement(claim: &Claim, teams: &Teams) -> Statement {
    let people = claim.people().iter().map(|person| &**person);
    let owners = teams.names(&claim.owners).into_iter().chain(people);
    let owners = owners.map(str::to_owned);
    (claim.origin.name(), claim.about.clone(), owners.collect())
}

/// The claims before and after a change.
struct Sides<'o> {
    before: Side<'o>,
    after: Side<'o>,
    /// What the claims state, by repository after the change: before it, and after it.
    statements: Vec<OnceCell<[FxHashSet<Statement>; 2]>>,
}

impl<'o> Sides<'o> {
    fn new(before: Side<'o>, after: Side<'o>) -> Self {
        Self {
            before,
            after,
            statements: vec![OnceCell::new(); after.repositories.len()],
        }
    }

    fn statements(&self, at: usize) -> &[FxHashSet<Statement>; 2] {
        self.statements[at].get_or_init(|| {
            let name = &self.after.repositories[at].name;
            [self.before, self.after].map(|side| {
                let repository = position(side.repositories, name);
                let repository = repository.map(|at| &side.repositories[at]);
                let claims = repository.into_iter().flat_map(|it| it.claims.iter());
                claims
                    .map(|(_, claim)| statement(claim, &side.map.teams))
                    .collect()
            })
        })
    }

    /// Whether a claim after the change already existed before it.
    fn was_claimed(&self, at: usize, claim: &Claim) -> bool {
        let [before, _] = self.statements(at);
        before.contains(&statement(claim, &self.after.map.teams))
    }

    /// Returns the claim that decides the owners of a file, preferably a new one.
    fn cause(&self, at: usize, resolution: &Resolution) -> Option<(ClaimId, &'o Claim)> {
        let claims = &self.after.repositories[at].claims;
        let winning = || resolution.winning.iter().map(|id| (*id, claims.get(*id)));
        let new = winning().find(|(_, claim)| !self.was_claimed(at, claim));
        new.or_else(|| winning().next())
    }

    /// Returns the resolution of a file before the change, and the position of its repository.
    fn resolution_before(&self, name: &str, path: &BStr) -> Option<(usize, &'o Resolution)> {
        let at = position(self.before.repositories, name)?;
        let repository = &self.before.repositories[at];
        let file = repository.listing.files.find(path)?;
        Some((at, &repository.resolved.group_of(file).resolution))
    }

    /// Returns the claims before the change that no longer exist.
    fn no_longer_claimed(&self, at: usize, transferred: &Transferred<'_>) -> Vec<&'o Claim> {
        let [_, after] = self.statements(at);
        let claims = transferred.before.iter();
        let claims = claims.map(|(of, id)| self.before.repositories[*of].claims.get(*id));
        let lost = claims.filter(|it| !after.contains(&statement(it, &self.before.map.teams)));
        lost.collect()
    }

    /// Returns the claims of the owners before the change that still exist, at their place after it.
    fn still_claimed(&self, at: usize, transferred: &Transferred<'_>) -> Vec<&'o Claim> {
        let teams = &self.before.map.teams;
        let claims = transferred.before.iter();
        let before: FxHashSet<Statement> = claims
            .map(|(of, id)| statement(self.before.repositories[*of].claims.get(*id), teams))
            .collect();
        let claims = self.after.repositories[at].claims.iter();
        let teams = &self.after.map.teams;
        let same = claims.filter(|(id, claim)| {
            !transferred.now.contains(id) && before.contains(&statement(claim, teams))
        });
        same.map(|(_, claim)| claim).collect()
    }

    /// Returns the path of a component after the change.
    fn path_of(&self, at: usize, change: &ComponentChange) -> Option<BString> {
        let repository = &self.after.repositories[at];
        let id = repository.component_with_id(&change.component)?;
        Some(repository.components[id as usize].path.clone())
    }
}
