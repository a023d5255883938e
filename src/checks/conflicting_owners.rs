use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use bstr::BString;
use rustc_hash::FxHashMap;

use super::{Check, Context, Properties, context::common_path};
use crate::{
    advice::Advice,
    claims::{Claim, ClaimId, ClaimSource, Origin},
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
match both claims. ownlint reports one finding for each pair of claims. If more than six claims \
overlap, only some pairs are reported.",
    why: "\
It is unclear which of the two teams to ask or page. ownlint does not use the order of the rules \
to resolve the conflict, because readers of the map would not expect the order to matter.",
    impact: "It is unclear which team to ask or page.",
    fix: "If two rules conflict, add a more precise rule for the shared files, list both teams as \
owners (`owners: [a, b]`), or set a `priority` on the rule that should win. If one of the claims \
is a declaration or an exemption, correct it, add a more precise rule, or set a `priority` on the \
rule that should win.",
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
    /// The claims of each side: several if several alternatives in the braces of an entry overlap.
    sides: [BTreeSet<ClaimId>; 2],
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
    let first_of = OnceCell::new();
    // All alternatives in the braces of a path are one side, which its first claim stands for.
    let entry_of = |id: ClaimId| {
        let claim = claims.get(id);
        let is_path = |claim: &Claim| claim.component.is_none();
        let first_of = first_of.get_or_init(|| {
            let paths = claims.iter().filter(|(_, claim)| is_path(claim));
            let mut first_of = FxHashMap::default();
            for (id, claim) in paths {
                first_of.entry(ClaimSource::of(claim)).or_insert(id);
            }
            first_of
        });
        let first = first_of.get(&ClaimSource::of(claim));
        first.copied().filter(|_| is_path(claim)).unwrap_or(id)
    };
    let pairs: Vec<Pairs> = repository
        .resolved
        .groups()
        .iter()
        .map(|group| match group.resolution.verdict {
            Verdict::Conflicting => {
                let winning = claims.distinct(group.resolution.winning.iter().copied());
                differing(&winning)
            }
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
        for (a, b) in &pairs.reported {
            let entries = (entry_of(*a), entry_of(*b));
            let shared = shared_files.entry(entries).or_default();
            for (side, claim) in shared.sides.iter_mut().zip([a, b]) {
                side.insert(*claim);
            }
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
fn differing(standing: &[(ClaimId, &Claim)]) -> Pairs {
    let sides = standing.iter();
    let sides = sides.map(|(id, claim)| (&*claim.about, owner_set(&claim.owners), *id, claim));
    let mut sides: Vec<_> = sides.collect();
    sides.sort_unstable_by(|(a_about, a, _, a_claim), (b_about, b, _, b_claim)| {
        (a_about, a, &a_claim.place).cmp(&(b_about, b, &b_claim.place))
    });
    sides.dedup_by(|(a_about, a, ..), (b_about, b, ..)| (a_about, a) == (b_about, b));
    let all = sides.len();
    if all > MAX_SIDES {
        let mut known = BTreeSet::new();
        sides.retain(|(_, owners, ..)| known.len() < MAX_SIDES && known.insert(owners.clone()));
    }
    let mut reported = Vec::new();
    for (at, (_, owners, a, _)) in sides.iter().enumerate() {
        let others = sides[at + 1..]
            .iter()
            .filter(|(_, others, ..)| others != owners);
        reported.extend(others.map(|(_, _, b, _)| (*a.min(b), *a.max(b))));
    }
    Pairs {
        reported,
        further: all - sides.len(),
    }
}

fn finding<'c>(
    context: &Context<'c>,
    repository: &'c ResolvedRepository,
    (a, b): (ClaimId, ClaimId),
    shared: SharedFiles,
) -> Finding {
    let [one, other] = &shared.sides;
    let (mut one, mut other) = (
        Side::new(context, repository, a, one),
        Side::new(context, repository, b, other),
    );
    if (other.written, &other.claim.place) < (one.written, &one.claim.place) {
        std::mem::swap(&mut one, &mut other);
    }
    let (names, subject) = ([one.name, other.name], [one.written, other.written]);
    let sides = [one.claim, other.claim];
    let [one, other] = sides;
    let component = one.component.or(other.component);
    let path = common_path(
        shared.examples[0].as_slice().into(),
        shared.last.as_slice().into(),
    );
    let has_exemption = sides.iter().any(|claim| claim.origin.is_exemption());
    let message = format!(
        "{} and {} claim {}{}: {}",
        side(context, one, names[0]),
        side(context, other, names[1]),
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
        subject: subject.join("\n"),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        files: Some(shared.files),
        example: shared.examples.into_iter().next(),
        label: context.says(one),
        advice: vec![Advice::in_words(help(sides.map(|claim| claim.origin)))],
        related: std::iter::once(context.related(other))
            .chain(sides.into_iter().flat_map(further))
            .collect(),
        ..CHECK.finding(one.place.clone(), message)
    }
}

/// One of two claims that overlap.
struct Side<'c> {
    claim: &'c Claim,
    /// Its subject as written in the map, which does not depend on the alternative that overlaps.
    written: &'c str,
    /// The alternative that overlaps, or the whole subject if several do.
    name: &'c str,
}

impl<'c> Side<'c> {
    fn new(
        context: &Context<'c>,
        repository: &'c ResolvedRepository,
        first: ClaimId,
        overlapping: &BTreeSet<ClaimId>,
    ) -> Self {
        let claim = repository.claims.get(first);
        let written = context.written(claim);
        let alone = overlapping.first().filter(|_| overlapping.len() == 1);
        Self {
            claim,
            written,
            name: alone.map_or(written, |id| &repository.claims.get(*id).about),
        }
    }
}

/// Describes a claim in a sentence: its origin, its subject and its owners.
fn side(context: &Context<'_>, claim: &Claim, name: &str) -> String {
    let (what, about) = (claim.origin.name(), quoted(name));
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
            "list both teams as `owners`",
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
