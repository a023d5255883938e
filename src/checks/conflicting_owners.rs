use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use bstr::{BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{Check, Context, Properties, context::common_path, priority::set_priority};
use crate::{
    advice::Advice,
    claims::{Claim, ClaimId, ClaimSource, Origin},
    config::TeamId,
    finding::{Finding, Part, Related, Severity},
    resolution::{ResolvedRepository, Verdict, owner_set},
    text::{and_more, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "conflicting-owners",
    severity: Severity::Error,
    summary: "Two equally strong claims assign the same files to different owners.",
    what: "\
Neither claim is more precise or has a higher priority, so it is unclear who owns the files that \
match both claims. ownlint reports one finding for each pair of claims. However, if a pattern in \
a rule or exemption conflicts with the declarations of several components, ownlint reports the \
pattern once. If more than six claims overlap on a file, only some pairs are reported.",
    why: "\
It is unclear which of the two teams to ask or page. ownlint does not use the order of the rules \
to resolve the conflict, because readers of the map would not expect the order to matter.",
    impact: "It is unclear which team to ask or page.",
    fix: "If two rules conflict, add a more precise rule for the shared files, list both teams as \
owners (`owners: [a, b]`), or set a `priority` on the rule that should win. If one of the claims \
is a declaration or an exemption, correct it, add a more precise rule, or set a `priority` on the \
rule or exemption that should win.",
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

/// How many of the declarations that conflict with a path are shown.
const DECLARATIONS: usize = 10;

/// What causes a conflict: two claims, or a path in the map that conflicts with declarations, which has no second
/// claim.
type Cause = (ClaimId, Option<ClaimId>);

/// The files on which the claims of a conflict overlap.
#[derive(Default)]
struct SharedFiles {
    files: u64,
    /// How many more claims overlap here that are not reported in pairs.
    further: usize,
    examples: Vec<BString>,
    last: BString,
    /// The claims of each side: several if several alternatives in the braces of an entry overlap, or several
    /// declarations.
    sides: [BTreeSet<ClaimId>; 2],
    /// The first and the last file of each declaration of the second side, if the cause is a path in the map.
    declarations: BTreeMap<ClaimId, (BString, BString)>,
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
                .map(move |(cause, shared)| finding(context, repository, cause, shared))
        })
        .collect()
}

fn shared_files<'c>(
    context: &Context<'c>,
    at: usize,
    repository: &'c ResolvedRepository,
) -> BTreeMap<Cause, SharedFiles> {
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
                differing(context, &winning)
            }
            _ => Pairs::default(),
        })
        .collect();
    // The claims of rules and exemptions come before those of declarations.
    let cause = |a: ClaimId, b: ClaimId| -> Cause {
        let is_path = claims.get(a).component.is_none();
        let is_declared = claims.get(b).origin == Origin::Declaration;
        (
            entry_of(a),
            Some(entry_of(b)).filter(|_| !(is_path && is_declared)),
        )
    };
    let mut shared_files: BTreeMap<Cause, SharedFiles> = BTreeMap::new();
    if pairs.iter().all(|pairs| pairs.reported.is_empty()) {
        return shared_files;
    }
    for (position, file) in repository.listing.files.iter().enumerate() {
        let pairs = &pairs[repository.resolved.group_id_of(position) as usize];
        if pairs.reported.is_empty() || !context.scope.holds(at, file.path) {
            continue;
        }
        for (a, b) in &pairs.reported {
            let cause = cause(*a, *b);
            let shared = shared_files.entry(cause).or_default();
            for (side, claim) in shared.sides.iter_mut().zip([a, b]) {
                side.insert(*claim);
            }
            if cause.1.is_none() {
                let path = || BString::from(file.path);
                let declaration = shared.declarations.entry(*b);
                declaration
                    .and_modify(|(_, last)| *last = path())
                    .or_insert_with(|| (path(), path()));
            }
            // Several declarations may conflict with a path on the same file.
            if shared.files > 0 && shared.last == file.path {
                continue;
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
fn differing<'c>(context: &Context<'c>, standing: &[(ClaimId, &'c Claim)]) -> Pairs {
    let sides = standing.iter();
    let sides = sides.map(|(id, claim)| (&*claim.about, owner_set(&claim.owners), *id, claim));
    let mut sides: Vec<_> = sides.collect();
    sides.sort_unstable_by(|(a_about, a, _, a_claim), (b_about, b, _, b_claim)| {
        let (a_key, b_key) = ((a_about, a), (b_about, b));
        // Of several entries for the same subject, the same one is reported in every order of the map.
        let written = || context.written(a_claim).cmp(context.written(b_claim));
        let place = || a_claim.place.cmp(&b_claim.place);
        a_key.cmp(&b_key).then_with(written).then_with(place)
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
    (a, b): Cause,
    shared: SharedFiles,
) -> Finding {
    let [one, other] = &shared.sides;
    let declared: Vec<&Claim> = other.iter().map(|id| repository.claims.get(*id)).collect();
    let is_path_alone = b.is_none();
    let b = b.or(other.first().copied()).unwrap_or(a);
    let (mut one, mut other) = (
        Side::new(context, repository, a, one),
        Side::new(context, repository, b, other),
    );
    if !is_path_alone && (other.written, &other.claim.place) < (one.written, &one.claim.place) {
        std::mem::swap(&mut one, &mut other);
    }
    let (names, written) = ([one.name, other.name], [one.written, other.written]);
    let sides = [one.claim, other.claim];
    let [one, other] = sides;
    let others = match is_path_alone {
        true => declared,
        false => vec![other],
    };
    let component_of = |claim: &Claim| Some(repository.components[claim.component? as usize].id());
    let has_exemption = sides.iter().any(|claim| claim.origin.is_exemption());
    let message = format!(
        "{} and {} claim {}{}: {}",
        side(context, one, names[0]),
        match others.len() {
            1 => side(context, other, names[1]),
            several => format!("the declarations of {several} components"),
        },
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
    let path = |first: &BString, last: &BString| common_path(first.as_bstr(), last.as_bstr());
    let parts = shared.declarations.iter().filter(|_| others.len() > 1);
    let parts = parts.filter_map(|(id, (first, last))| {
        Some(Part {
            path: path(first, last),
            component: component_of(repository.claims.get(*id))?,
        })
    });
    let owners = others.iter().flat_map(|claim| &claim.owners);
    let owners: Vec<TeamId> = one.owners.iter().chain(owners).copied().collect();
    // More declarations that conflict with the path do not change the identity of the finding.
    let subject = match is_path_alone {
        true => {
            let mut teams = context.map.teams.names(&one.owners);
            teams.sort_unstable();
            std::iter::once(written[0]).chain(teams).collect()
        }
        false => written.to_vec(),
    };
    Finding {
        repository: Some(repository.name.clone()),
        path: path(&shared.examples[0], &shared.last),
        is_about_path: false,
        component: match others.len() {
            1 => component_of(one).or_else(|| component_of(other)),
            _ => None,
        },
        is_about_component: !is_path_alone,
        parts: parts.collect(),
        subject: subject.join("\n"),
        teams: context.teams(&owners),
        is_about_teams: !is_path_alone,
        files: Some(shared.files),
        label: context.says(one),
        advice: advice(context, one, &others),
        related: match &others[..] {
            [other] => std::iter::once(context.related(other))
                .chain(sides.into_iter().flat_map(further))
                .collect(),
            several => several
                .iter()
                .take(DECLARATIONS)
                .map(|claim| context.related_by_name(claim))
                .collect(),
        },
        example: shared.examples.into_iter().next(),
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

/// Returns the ways to resolve a conflict of a claim with others that are possible for their origins.
fn advice(context: &Context<'_>, one: &Claim, others: &[&Claim]) -> Vec<Advice> {
    let claims = || std::iter::once(one).chain(others.iter().copied());
    let count = |is: fn(Origin) -> bool| claims().filter(|claim| is(claim.origin)).count();
    let mut ways = Vec::new();
    if count(Origin::is_exemption) > 0 {
        ways.push(Advice::in_words("correct the exemption"));
    }
    match (
        count(|origin| origin == Origin::Declaration),
        count(Origin::is_in_map),
    ) {
        (0, _) => {}
        (1, _) => ways.push(Advice::in_words("correct the declaration")),
        (_, 0) => ways.push(Advice::in_words("correct a declaration")),
        (_, _) => ways.push(Advice::in_words("correct the declarations")),
    }
    if count(|origin| origin == Origin::OwnershipFile) > 0 {
        ways.push(Advice::in_words("correct the ownership file"));
    }
    ways.push(Advice::in_words(
        "add a more precise rule for the shared files",
    ));
    if count(|origin| matches!(origin, Origin::Rule(_))) > 1 {
        ways.extend([
            Advice::in_words("list both teams as `owners`"),
            Advice::in_words("set a `priority` on the rule that should win"),
        ]);
        return ways;
    }
    ways.extend(claims().filter_map(|claim| {
        let (what, entries, place, current) = match claim.origin {
            Origin::Rule(at) => {
                let rule = &context.map.rules[at];
                let entries = rule.paths.len() + rule.components.len();
                ("rule", entries, &rule.place, &rule.priority)
            }
            Origin::Exemption(at) => {
                let exemption = &context.map.exemptions[at];
                let (entries, place) = (exemption.paths.len(), &exemption.place);
                ("exemption", entries, place, &exemption.priority)
            }
            Origin::Declaration | Origin::OwnershipFile => return None,
        };
        // All claims of a conflict have the same priority.
        let priority = claim.priority.checked_add(1)?;
        // Of several entries, a person may want to separate the one that conflicts.
        let fix = match entries {
            1 => set_priority(place, current.as_ref(), priority),
            _ => None,
        };
        let text = format!("set `priority: {priority}` on the {what}");
        Some(Advice::edit(text, fix))
    }));
    ways
}

/// Returns the other places of a claim.
fn further(claim: &Claim) -> impl Iterator<Item = Related> {
    claim.further.iter().map(|place| {
        Related::new(
            place.clone(),
            format!("also declares the owner of {}", quoted(&claim.about)),
        )
    })
}
