use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    claims::{Claim, ClaimId, ClaimSource},
    finding::{Finding, Related, Severity},
    pattern::Pattern,
    resolution::ResolvedRepository,
    text::{quoted, quoted_in_brief},
    whatif::{MOST, PotentialConflict, Undecided},
};

pub(super) const CHECK: Check = Check {
    name: "overlapping-rules",
    severity: Severity::Warning,
    summary: "\
Two claims for different owners overlap, so a new file that matches both would have conflicting \
owners.",
    what: "Neither claim is more precise. The finding includes an example of a new file that would \
match both claims. An overlap is not reported if a third claim resolves it, or if the team of one \
claim is a parent of the other claim's team. Nor is an overlap reported if only paths with \
unlikely names match both claims. For `*.yaml`, examples of such names are `x.yaml/` (a directory) \
and `.x.yaml` (a file). ownlint also treats it as unlikely that an existing file is replaced by a \
directory. If a pattern overlaps with many others, ownlint reports it once, with the number of \
overlaps.",
    why: "No file is affected yet, so the conflict goes unnoticed until somebody adds a file that \
matches both claims. The author of the new file then gets a `conflicting-owners` finding, even \
though they did not touch the map.",
    impact: "Whoever adds a matching file has to resolve the conflict.",
    fix: "\
Add a more precise rule for the shared paths, list both teams as owners, or set a `priority` on \
the rule or exemption that should win.",
    example: "\
rules:
  - paths: [\"**/*.sql\"]               # also matches a new `modules/kafka/files/x.sql`
    owner: data-persistence
    priority: 1                       # was missing
  - paths: [modules/kafka/]
    owner: observability",
    properties: Properties::USUAL,
    run,
};

/// How many of the overlaps of a pattern a finding names.
const NAMED: usize = 3;

/// The source of claims, with the position of its repository; `None` for all repositories.
type Node = (Option<usize>, ClaimSource);

/// A potential conflict, with the position of its repository.
type Overlap = (usize, PotentialConflict);

/// The overlaps of each node.
type Overlaps = BTreeMap<Node, Vec<Overlap>>;

/// The help for patterns that are too complex to compare.
pub(super) const TOO_COMPLEX: &str =
    "use a simpler pattern with fewer `?` or character classes after a `*`";

fn run(context: &Context<'_>) -> Vec<Finding> {
    if !context.scope.holds_map() {
        return Vec::new();
    }
    let mut overlaps: Overlaps = BTreeMap::new();
    let mut undecided = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (at, repository) in context.repositories() {
        let node = |claim| {
            let subject = ClaimSource::of(repository.claims.get(claim));
            let is_of_one = !subject.origin.applies_to_all(context.map);
            (is_of_one.then_some(at), subject)
        };
        for potential_conflict in context.what_if[at].potential_conflicts() {
            let (one, other) = match &potential_conflict {
                Ok(potential_conflict) => (potential_conflict.one, potential_conflict.other),
                Err(pair) => (pair.one, pair.other),
            };
            let (one_node, other_node) = (node(one), node(other));
            let pair = (one_node.min(other_node), one_node.max(other_node));
            if is_reported_as_conflict(context, pair.0, pair.1) || !seen.insert(pair) {
                continue;
            }
            match potential_conflict {
                Ok(potential_conflict) => {
                    let hub = node(hub(context, repository, [one, other]));
                    overlaps
                        .entry(hub)
                        .or_default()
                        .push((at, potential_conflict));
                }
                Err(one) => {
                    undecided.insert(pair, (at, one));
                }
            }
        }
    }
    let undecided = undecided.into_values();
    let undecided = undecided.map(|(at, pair)| of_undecided(context, at, pair));
    let of_hubs = overlaps.iter().map(|(hub, pairs)| match &pairs[..] {
        [overlap] => of_pair(context, *hub, overlap),
        several => of_hub(context, *hub, several),
    });
    undecided.chain(of_hubs).collect()
}

/// Returns which of two overlapping claims the finding is about. A path that starts with a wildcard
/// comes before one that starts in a directory, so that a pattern that overlaps many others is reported
/// once, and one more overlap does not change the identity of the finding.
fn hub<'c>(
    context: &Context<'c>,
    repository: &'c ResolvedRepository,
    pair: [ClaimId; 2],
) -> ClaimId {
    let [one, other] = pair;
    let key = |id: ClaimId| {
        let claim = repository.claims.get(id);
        let path = ClaimSource::of(claim).path(context.map);
        let literal = path.map(Pattern::literal_depth).or_else(|| {
            let patterns = claim.patterns.iter();
            let patterns = patterns.map(|id| repository.claims.pattern(*id));
            patterns.map(|pattern| pattern.literal_depth()).min()
        });
        let is_path = claim.component.is_none();
        (
            !is_path,
            literal,
            context.written(claim),
            context.teams(&claim.owners),
        )
    };
    if key(one) <= key(other) { one } else { other }
}

/// Returns whether two entries for all repositories are already in conflict in one of them.
fn is_reported_as_conflict(context: &Context<'_>, one: Node, other: Node) -> bool {
    let (None, None) = (one.0, other.0) else {
        return false;
    };
    let mut repositories = context.what_if.iter();
    repositories.any(|what_if| what_if.are_in_conflict(one.1, other.1))
}

/// Returns the two claims of an overlap, the one of `subject` first.
fn sides<'c>(
    context: &Context<'c>,
    subject: ClaimSource,
    (at, potential_conflict): &Overlap,
) -> [&'c Claim; 2] {
    let claims = &context.repositories[*at].claims;
    let [one, other] = [potential_conflict.one, potential_conflict.other].map(|id| claims.get(id));
    if ClaimSource::of(one) == subject {
        [one, other]
    } else {
        [other, one]
    }
}

const HELP: &str = "add a more precise rule for the shared paths, list both teams as `owners`, or \
                    set a `priority` on the rule that should win";

const HELP_FOR_EXEMPTIONS: &str = "add a more precise rule for the shared paths, or set a \
                                   `priority` on the rule or exemption that should win";

fn of_pair(context: &Context<'_>, hub: Node, overlap: &Overlap) -> Finding {
    let [own, other] = sides(context, hub.1, overlap);
    let message = format!(
        "{} and {} overlap, and neither is more precise: {}",
        quoted_in_brief(&own.about),
        quoted_in_brief(&other.about),
        outcome(context, overlap, [own, other], "both")
    );
    Finding {
        related: vec![context.related(other)],
        ..finding(context, hub, own, &[other], message)
    }
}

fn of_hub<'c>(context: &Context<'c>, hub: Node, pairs: &[Overlap]) -> Finding {
    let mut pairs: Vec<(&Overlap, [&'c Claim; 2])> = pairs
        .iter()
        .map(|overlap| (overlap, sides(context, hub.1, overlap)))
        .collect();
    // The claims with the most files come first.
    pairs.sort_by_cached_key(|((at, _), [_, other])| {
        let what_if = &context.what_if[*at];
        let patterns = other.patterns.iter();
        let files: u64 = patterns.map(|id| what_if.files_of(*id)).sum();
        (Reverse(files), &other.about, &other.place)
    });
    let (first, [own, other]) = pairs[0];
    let at_least = if pairs.len() < MOST { "" } else { "at least " };
    let is_alone = pairs.iter().all(|(_, [one, _])| one.about == own.about);
    let about = if is_alone {
        &own.about
    } else {
        context.written(own)
    };
    let message = format!(
        "{} overlaps with {at_least}{} claims for different owners, and no claim is more precise: \
         {}",
        quoted_in_brief(about),
        pairs.len(),
        outcome(
            context,
            first,
            [own, other],
            &format!("both this claim and {}", quoted_in_brief(&other.about))
        )
    );
    let related = pairs.iter().take(NAMED).map(|(overlap, pair)| {
        Related::new(
            pair[1].place.clone(),
            format!(
                "{}; {}",
                context.says(pair[1]),
                outcome(context, overlap, *pair, "both")
            ),
        )
    });
    let others: Vec<&Claim> = pairs.iter().map(|(_, [_, other])| *other).collect();
    Finding {
        related: related.collect(),
        ..finding(context, hub, own, &others, message)
    }
}

/// Returns a finding about the overlaps of a claim with others.
fn finding<'c>(
    context: &Context<'c>,
    hub: Node,
    own: &'c Claim,
    others: &[&'c Claim],
    message: String,
) -> Finding {
    let mut claims = std::iter::once(&own).chain(others);
    let help = match claims.any(|claim| claim.origin.is_exemption()) {
        true => HELP_FOR_EXEMPTIONS,
        false => HELP,
    };
    Finding {
        // The repository of the claim, whichever claims overlap with it.
        repository: context.name_of(hub.0),
        subject: context.written(own).to_owned(),
        teams: context.teams(&own.owners),
        label: context.says(own),
        advice: vec![Advice::in_words(help)],
        ..CHECK.finding(own.place.clone(), message)
    }
}

/// Describes the result for a new file.
fn outcome(
    context: &Context<'_>,
    (at, potential_conflict): &Overlap,
    pair: [&Claim; 2],
    both: &str,
) -> String {
    let path = quoted(context.what_if[*at].readable_conflict(potential_conflict));
    if pair.iter().any(|claim| claim.origin.is_exemption()) {
        format!("a new file {path} would be both exempt and owned")
    } else {
        format!("a new file at {path} would match {both}")
    }
}

fn of_undecided(context: &Context<'_>, at: usize, pair: Undecided) -> Finding {
    let repository = &context.repositories[at];
    let mut pair = [pair.one, pair.other].map(|id| repository.claims.get(id));
    pair.sort_by_key(|claim| (&claim.about, &claim.place));
    let [one, other] = pair;
    let message = format!(
        "cannot determine whether {} and {} overlap: the patterns are too complex",
        quoted_in_brief(&one.about),
        quoted_in_brief(&other.about)
    );
    Finding {
        subject: [context.written(one), context.written(other)].join("\n"),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        label: context.says(one),
        advice: vec![Advice::in_words(TOO_COMPLEX)],
        related: vec![context.related(other)],
        ..CHECK.finding(one.place.clone(), message)
    }
}
