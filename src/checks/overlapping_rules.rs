use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Check, Context, Properties};
use crate::{
    claims::{Claim, ClaimId},
    finding::{Finding, Related, Severity},
    resolution::ResolvedRepository,
    text::{quoted, quoted_in_brief},
    whatif::{ClaimSource, MOST, PotentialConflict, Undecided},
};

pub(super) const CHECK: Check = Check {
    name: "overlapping-rules",
    severity: Severity::Warning,
    summary: "Two claims for different owners would meet on a new file, and neither is more precise.",
    what: "\
Each finding names such a file. What a third claim settles is not told, nor are a team and its parent, \
nor what would take an odd name: a directory `x.yaml/`, or `.x.yaml` for `*.yaml`. Of a pattern that \
crosses many others there is one finding, which counts them.",
    why: "\
No file is there today, so nobody has noticed. The first one to be added will be told as \
conflicting-owners, to somebody who has changed nothing in the map.",
    fix: "\
Settle it as a conflict is settled: with a more precise rule for what they have in common, with joint \
`owners`, or with a `priority` on the one that should win.",
    example: "\
rules:
  - paths: [\"**/*.sql\"]               # a new file `modules/kafka/files/x.sql` is whose?
    owner: data-persistence
    priority: 1                       # was missing
  - paths: [modules/kafka/]
    owner: observability",
    properties: Properties::USUAL,
    run,
};

/// How many of those that a pattern crosses a finding names.
const NAMED: usize = 3;

/// Something that claims; in which repository, unless it is about all of them.
type Node = (Option<usize>, ClaimSource);

/// Two that would meet: in which repository, and where.
type Meeting = (usize, PotentialConflict);

/// By node: what it would meet.
type Meetings = BTreeMap<Node, Vec<Meeting>>;

/// What makes a comparison of patterns go beyond the limit.
pub(super) const TOO_COMPLEX: &str =
    "many `?` or classes behind a `*` are what costs most: write it more simply";

fn run(context: &Context<'_>) -> Vec<Finding> {
    if !context.scope.holds_map() {
        return Vec::new();
    }
    let mut meetings: Meetings = BTreeMap::new();
    let mut undecided = BTreeMap::new();
    let mut told = BTreeSet::new();
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
            if is_told_as_conflict(context, pair.0, pair.1) || !told.insert(pair) {
                continue;
            }
            match potential_conflict {
                Ok(potential_conflict) => {
                    let hub = node(hub(context, repository, [one, other]));
                    meetings
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
    let of_hubs = meetings.iter().map(|(hub, met)| match &met[..] {
        [meeting] => of_pair(context, *hub, meeting),
        several => of_hub(context, *hub, several),
    });
    undecided.chain(of_hubs).collect()
}

/// Of two that would meet, the one whose finding it is: a path that begins with a wildcard rather than
/// one that begins in a directory, so that what crosses many others is told once, and as the same
/// finding when there is one more of them.
fn hub(context: &Context<'_>, repository: &ResolvedRepository, pair: [ClaimId; 2]) -> ClaimId {
    let [one, other] = pair;
    let key = |id: ClaimId| {
        let claim = repository.claims.get(id);
        let patterns = claim.patterns.iter();
        let literal = patterns.map(|id| repository.claims.patterns()[*id as usize].literal_depth());
        let is_path = claim.component.is_none();
        (
            !is_path,
            literal.min(),
            &claim.about,
            context.teams(&claim.owners),
        )
    };
    if key(one) <= key(other) { one } else { other }
}

/// Whether two that are about all repositories have files in common in another one.
fn is_told_as_conflict(context: &Context<'_>, one: Node, other: Node) -> bool {
    let (None, None) = (one.0, other.0) else {
        return false;
    };
    let mut repositories = context.what_if.iter();
    repositories.any(|what_if| what_if.are_in_conflict(one.1, other.1))
}

/// The two claims of a meeting, that of `subject` first.
fn sides<'c>(
    context: &Context<'c>,
    subject: ClaimSource,
    (at, potential_conflict): &Meeting,
) -> [&'c Claim; 2] {
    let claims = &context.repositories[*at].claims;
    let [one, other] = [potential_conflict.one, potential_conflict.other].map(|id| claims.get(id));
    if ClaimSource::of(one) == subject {
        [one, other]
    } else {
        [other, one]
    }
}

const HELP: &str = "add a more precise rule for what they share, name joint `owners`, or give one a \
                    `priority`";

fn of_pair(context: &Context<'_>, hub: Node, meeting: &Meeting) -> Finding {
    let [own, other] = sides(context, hub.1, meeting);
    let message = format!(
        "{} and {} overlap, and neither is more precise: {}",
        quoted_in_brief(&own.about),
        quoted_in_brief(&other.about),
        outcome(context, meeting, [own, other], "both")
    );
    Finding {
        related: vec![context.related(other)],
        ..finding(context, own, &[meeting], message)
    }
}

fn of_hub(context: &Context<'_>, hub: Node, met: &[Meeting]) -> Finding {
    let mut met: Vec<(&Meeting, [&Claim; 2])> = met
        .iter()
        .map(|meeting| (meeting, sides(context, hub.1, meeting)))
        .collect();
    // What is about most is met first.
    met.sort_by_cached_key(|((at, _), [_, other])| {
        let what_if = &context.what_if[*at];
        let patterns = other.patterns.iter();
        let files: u64 = patterns.map(|id| what_if.files_of(*id)).sum();
        (Reverse(files), &other.about, &other.place)
    });
    let (first, [own, other]) = met[0];
    let at_least = if met.len() < MOST { "" } else { "at least " };
    let message = format!(
        "{} overlaps {at_least}{} others that are for different owners, and none is more precise: {}",
        quoted_in_brief(&own.about),
        met.len(),
        outcome(
            context,
            first,
            [own, other],
            &format!("it and {}", quoted_in_brief(&other.about))
        )
    );
    let meetings: Vec<&Meeting> = met.iter().map(|(meeting, _)| *meeting).collect();
    let related = met.iter().take(NAMED).map(|(meeting, pair)| {
        Related::new(
            pair[1].place.clone(),
            format!(
                "{}; {}",
                context.says(pair[1]),
                outcome(context, meeting, *pair, "both")
            ),
        )
    });
    Finding {
        related: related.collect(),
        ..finding(context, own, &meetings, message)
    }
}

/// A finding about what a claim would meet.
fn finding(context: &Context<'_>, own: &Claim, met: &[&Meeting], message: String) -> Finding {
    Finding {
        repository: repository_of(context, met),
        subject: own.about.clone(),
        teams: context.teams(&own.owners),
        label: context.says(own),
        help: Some(HELP.to_owned()),
        ..CHECK.finding(own.place.clone(), message)
    }
}

/// What a new file would come to.
fn outcome(
    context: &Context<'_>,
    (at, potential_conflict): &Meeting,
    pair: [&Claim; 2],
    both: &str,
) -> String {
    let path = quoted(context.what_if[*at].readable_conflict(potential_conflict));
    if pair.iter().any(|claim| claim.origin.is_exemption()) {
        format!("a new file {path} would be exempt by one and owned by the other")
    } else {
        format!("a new file {path} would be claimed by {both}")
    }
}

/// The repository that all meetings are in, if what meets there is not about all repositories.
fn repository_of(context: &Context<'_>, meetings: &[&Meeting]) -> Option<Arc<str>> {
    let (first, _) = meetings[0];
    let is_of_one = |(at, potential_conflict): &&Meeting| {
        let claims = &context.repositories[*at].claims;
        let mut pair = [potential_conflict.one, potential_conflict.other].into_iter();
        at == first && pair.any(|id| !claims.get(id).origin.applies_to_all(context.map))
    };
    let of_one = meetings.iter().all(is_of_one);
    of_one.then(|| context.repositories[*first].name.clone())
}

fn of_undecided(context: &Context<'_>, at: usize, pair: Undecided) -> Finding {
    let repository = &context.repositories[at];
    let mut pair = [pair.one, pair.other].map(|id| repository.claims.get(id));
    pair.sort_by_key(|claim| (&claim.about, &claim.place));
    let [one, other] = pair;
    let message = format!(
        "whether {} and {} overlap takes too much to decide",
        quoted_in_brief(&one.about),
        quoted_in_brief(&other.about)
    );
    Finding {
        subject: format!("{}\n{}", one.about, other.about),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        label: context.says(one),
        help: Some(TOO_COMPLEX.to_owned()),
        related: vec![context.related(other)],
        ..CHECK.finding(one.place.clone(), message)
    }
}
