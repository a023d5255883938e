use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::{Check, Context, Properties, context::common_path};
use crate::{
    claims::{Claim, ClaimId, Origin},
    config::TeamId,
    finding::{Finding, Related, Severity},
    resolution::{ResolvedRepository, Verdict, owner_set},
    text::{and_more, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "conflicting-owners",
    severity: Severity::Error,
    summary: "Two equally strong claims assign the same files to different owners.",
    what: "\
Neither claim is more precise or has a higher priority, so it is unclear who owns the files that \
match both claims. Each pair of claims gets one finding. If more than six claims overlap, only \
some pairs are reported.",
    why: "\
It is unclear which of the two teams to ask or page. The order of rules in the map does not \
matter, because readers would not expect it to decide ownership.",
    fix: "\
If two rules conflict, add a more precise rule for the shared files, name joint owners with \
`owners: [a, b]`, or set a `priority` on the rule that should win. If one claim is a declaration \
or an exemption, correct the claim, add a more precise rule, or set a `priority` on the rule that \
should win.",
    example: "\
rules:
  - paths: [\"modules/*/files/kafka/\"]
    owner: observability
    priority: 1                        # was missing: modules/confluent/files/kafka/ had two owners
  - paths: [modules/confluent/]
    owner: data-platform",
    properties: Properties {
        knows_scope: true,
        verdict: Some(Verdict::Conflicting),
        ..Properties::USUAL
    },
    run,
};

/// How many files a finding names.
const EXAMPLES: usize = 3;

/// How many of the overlapping claims are reported in pairs.
const MAX_SIDES: usize = 6;

/// The files on which two claims overlap.
#[derive(Default)]
struct SharedFiles {
    files: u64,
    /// How many more claims overlap here that are not reported in pairs.
    further: usize,
    examples: Vec<BString>,
    last: BString,
}

impl SharedFiles {
    /// Lists some of the files and counts the others.
    fn shown(&self) -> String {
        and_more(self.examples.iter().map(quoted), self.files as usize)
    }
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            shared_files(context, at, repository)
                .into_iter()
                .map(move |(pair, shared)| finding(context, repository, pair, shared))
        })
        .collect()
}

fn shared_files(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
) -> BTreeMap<(ClaimId, ClaimId), SharedFiles> {
    let claims = &repository.claims;
    let pairs: Vec<Pairs> = repository
        .resolved
        .groups()
        .iter()
        .map(|group| match group.resolution.verdict {
            Verdict::Conflicting => differing(&group.resolution.winning, |id| claims.get(id)),
            _ => Pairs::default(),
        })
        .collect();
    let mut shared_files: BTreeMap<(ClaimId, ClaimId), SharedFiles> = BTreeMap::new();
    if pairs.iter().all(|pairs| pairs.reported.is_empty()) {
        return shared_files;
    }
    for (position, file) in repository.listing.files.iter().enumerate() {
        let pairs = &pairs[repository.resolved.group_id_of(position) as usize];
        if pairs.reported.is_empty() || !context.scope.holds(at, file.path) {
            continue;
        }
        for pair in &pairs.reported {
            let shared = shared_files.entry(*pair).or_default();
            shared.files += 1;
            shared.further = shared.further.max(pairs.further);
            if shared.examples.len() < EXAMPLES {
                shared.examples.push(file.path.into());
            }
            shared.last = file.path.into();
        }
    }
    shared_files
}

/// Pairs of claims that overlap and name different owners.
#[derive(Default)]
struct Pairs {
    reported: Vec<(ClaimId, ClaimId)>,
    /// How many claims are in none of the pairs.
    further: usize,
}

/// Returns the pairs of claims that name different owners. Claims with the same subject and the same
/// owners count once. If there are too many claims, only the first one of each set of owners counts.
fn differing<'c>(standing: &[ClaimId], claim: impl Fn(ClaimId) -> &'c Claim) -> Pairs {
    let mut sides: Vec<(&str, Vec<TeamId>, ClaimId)> = standing
        .iter()
        .map(|id| {
            (
                claim(*id).about.as_str(),
                owner_set(&claim(*id).owners),
                *id,
            )
        })
        .collect();
    sides.sort_unstable_by(|(a_about, a, a_id), (b_about, b, b_id)| {
        (a_about, a, &claim(*a_id).place).cmp(&(b_about, b, &claim(*b_id).place))
    });
    sides.dedup_by(|(a_about, a, _), (b_about, b, _)| (a_about, a) == (b_about, b));
    let all = sides.len();
    if all > MAX_SIDES {
        let mut known = BTreeSet::new();
        sides.retain(|(_, owners, _)| known.len() < MAX_SIDES && known.insert(owners.clone()));
    }
    let mut reported = Vec::new();
    for (at, (_, owners, a)) in sides.iter().enumerate() {
        let others = sides[at + 1..]
            .iter()
            .filter(|(_, others, _)| others != owners);
        reported.extend(others.map(|(_, _, b)| (*a.min(b), *a.max(b))));
    }
    Pairs {
        reported,
        further: all - sides.len(),
    }
}

fn finding(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    (a, b): (ClaimId, ClaimId),
    shared: SharedFiles,
) -> Finding {
    let (mut one, mut other) = (repository.claims.get(a), repository.claims.get(b));
    if (&other.about, &other.place) < (&one.about, &one.place) {
        std::mem::swap(&mut one, &mut other);
    }
    let sides = [one, other];
    let component = one.component.or(other.component);
    let path = common_path(
        shared.examples[0].as_slice().into(),
        shared.last.as_slice().into(),
    );
    let has_exemption = sides.iter().any(|claim| claim.origin.is_exemption());
    let message = format!(
        "{} and {} claim {}{}: {}",
        side(context, one),
        side(context, other),
        match shared.files {
            1 => "the same file".to_owned(),
            files => format!("the same {files} files"),
        },
        if has_exemption {
            ""
        } else {
            " for different owners"
        },
        shared.shown(),
    ) + &match shared.further {
        0 => String::new(),
        1 => "; 1 more claim is equally strong".to_owned(),
        further => format!("; {further} more claims are equally strong"),
    };
    Finding {
        repository: Some(repository.name.clone()),
        path,
        is_about_path: false,
        component: component.map(|id| repository.components[id as usize].id()),
        subject: format!("{}\n{}", one.about, other.about),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        files: Some(shared.files),
        example: shared.examples.into_iter().next(),
        label: context.says(one),
        help: Some(help(sides.map(|claim| claim.origin))),
        related: std::iter::once(context.related(other))
            .chain(sides.into_iter().flat_map(further))
            .collect(),
        ..CHECK.finding(one.place.clone(), message)
    }
}

/// Describes a claim in a sentence: its origin, its subject and its owners.
fn side(context: &Context<'_>, claim: &Claim) -> String {
    let (what, about) = (claim.origin.name(), quoted(&claim.about));
    match &claim.owners[..] {
        [] => format!("{what} {about}"),
        owners => format!("{what} {about} ({})", context.team_list(owners)),
    }
}

/// Lists the ways to resolve a conflict that are possible for the origins of both claims.
fn help(origins: [Origin; 2]) -> String {
    let count = |is: fn(&Origin) -> bool| origins.iter().filter(|origin| is(origin)).count();
    let rules = count(|origin| matches!(origin, Origin::Rule(_)));
    let declarations = count(|origin| *origin == Origin::Declaration);
    let mut ways = Vec::new();
    if origins.iter().any(|origin| origin.is_exemption()) {
        ways.push("correct the exemption");
    }
    match declarations {
        0 => {}
        1 => ways.push("correct the declaration"),
        _ => ways.push("correct a declaration"),
    }
    ways.push("add a more precise rule for the shared files");
    match rules {
        0 => {}
        1 => ways.push("set a `priority` on the rule"),
        _ => ways.extend([
            "name joint `owners`",
            "set a `priority` on the rule that should win",
        ]),
    }
    let last = ways.pop().unwrap_or_default();
    format!("{}, or {last}", ways.join(", "))
}

/// Returns the other places of a claim.
fn further(claim: &Claim) -> impl Iterator<Item = Related> {
    claim.further.iter().map(|place| {
        Related::new(
            place.clone(),
            format!("also part of the declaration of {}", quoted(&claim.about)),
        )
    })
}
