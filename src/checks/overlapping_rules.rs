use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use super::{Check, Context};
use crate::{
    claims::{Claim, Origin},
    finding::{Finding, Help, Related, Severity},
    foresight::{Contest, MOST, Subject, Undecided},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "overlapping-rules",
    severity: Severity::Warning,
    summary: "Two claims for different owners would meet on a new file, and neither is more precise.",
    explanation: "\
No file is there today, so nobody has noticed. The first one to be added will be told as \
conflicting-owners, to somebody who has changed nothing in the map.

Each finding names such a file. What a third claim settles is not told, nor are a team and its parent, \
nor what would take an odd name: a directory `x.yaml/`, or `.x.yaml` for `*.yaml`. Of a pattern that \
crosses many others there is one finding, which counts them.

Settle it as a conflict is settled: with a more precise rule for what they have in common, with joint \
`owners`, or with a `priority` on the one that should win.",
    example: "\
rules:
  - paths: [\"**/*.sql\"]               # a new file `modules/kafka/files/x.sql` is whose?
    owner: data-persistence
    priority: 1                       # was missing
  - paths: [modules/kafka/]
    owner: observability",
    knows_scope: false,
    run,
};

/// How many of those that a pattern crosses a finding names.
const NAMED: usize = 3;

/// Something that claims; in which repository, unless it is about all of them.
type Node = (Option<usize>, Subject);

/// Two that would meet: in which repository, and where.
type Meeting = (usize, Contest);

/// By node: what it would meet.
type Meetings = BTreeMap<Node, BTreeMap<Node, Meeting>>;

const TOO_COMPLEX: &str =
    "many `?` or classes behind a `*` are what costs most: write it more simply";

fn run(context: &Context<'_>) -> Vec<Finding> {
    if !context.scope.holds_map() {
        return Vec::new();
    }
    let mut meetings: Meetings = BTreeMap::new();
    let mut undecided = BTreeMap::new();
    for (at, repository) in context.repositories() {
        let node = |claim| {
            let subject = Subject::of(repository.claims.get(claim));
            ((!subject.is_for_all(context.map)).then_some(at), subject)
        };
        for contest in context.foresight(at).contests() {
            let (one, other) = match &contest {
                Ok(contest) => (node(contest.one), node(contest.other)),
                Err(pair) => (node(pair.one), node(pair.other)),
            };
            if is_told_as_conflict(context, one, other) {
                continue;
            }
            match contest {
                Ok(contest) => {
                    for (one, other) in [(one, other), (other, one)] {
                        let met = meetings.entry(one).or_default();
                        met.entry(other).or_insert_with(|| (at, contest.clone()));
                    }
                }
                Err(pair) => {
                    undecided.insert((one, other), (at, pair));
                }
            }
        }
    }
    let undecided = undecided.into_values();
    let undecided = undecided.map(|(at, pair)| of_undecided(context, at, pair));
    undecided.chain(by_hub(context, meetings)).collect()
}

/// Whether two that are about all repositories have files in common in another one.
fn is_told_as_conflict(context: &Context<'_>, one: Node, other: Node) -> bool {
    let (None, None) = (one.0, other.0) else {
        return false;
    };
    let mut repositories = (0..context.repositories.len()).map(|at| context.foresight(at));
    repositories.any(|foresight| foresight.are_in_conflict(one.1, other.1))
}

/// One finding for what meets most, and so on with what is left.
fn by_hub(context: &Context<'_>, mut meetings: Meetings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_in_map = |node: &Node| node.1.origin != Origin::Declaration;
    loop {
        let hubs = meetings.iter().filter(|(node, _)| is_in_map(node));
        let most = hubs.max_by_key(|(node, met)| (met.len(), Reverse(about(context, node, met))));
        let Some((hub, _)) = most
            .map(|(hub, met)| (*hub, met.len()))
            .filter(|(_, n)| *n > 0)
        else {
            return findings;
        };
        let met = meetings.remove(&hub).unwrap_or_default();
        for other in met.keys() {
            if let Some(others) = meetings.get_mut(other) {
                others.remove(&hub);
            }
        }
        let met: Vec<Meeting> = met.into_values().collect();
        findings.push(match &met[..] {
            [meeting] => of_pair(context, meeting),
            several => of_hub(context, hub, several),
        });
    }
}

/// What a node says it is about.
fn about<'c>(context: &Context<'c>, node: &Node, met: &BTreeMap<Node, Meeting>) -> &'c str {
    let meeting = met.values().next();
    meeting.map_or("", |meeting| &sides(context, node.1, meeting)[0].about)
}

/// The two claims of a meeting, that of `subject` first.
fn sides<'c>(context: &Context<'c>, subject: Subject, (at, contest): &Meeting) -> [&'c Claim; 2] {
    let claims = &context.repositories[*at].claims;
    let [one, other] = [contest.one, contest.other].map(|id| claims.get(id));
    if Subject::of(one) == subject {
        [one, other]
    } else {
        [other, one]
    }
}

const HELP: &str = "add a more precise rule for what they share, name joint `owners`, or give one a \
                    `priority`";

fn of_pair(context: &Context<'_>, meeting: &Meeting) -> Finding {
    let (at, contest) = meeting;
    let repository = &context.repositories[*at];
    let mut pair = [contest.one, contest.other].map(|id| repository.claims.get(id));
    // Declarations stand in files, the others in the map, where it is to be settled.
    pair.sort_by_key(|claim| {
        (
            claim.origin == Origin::Declaration,
            &claim.about,
            &claim.place,
        )
    });
    let [one, other] = pair;
    let message = format!(
        "{} and {} overlap, and neither is more precise: {}",
        quoted(&one.about),
        quoted(&other.about),
        outcome(context, meeting, pair, "both")
    );
    let component = one.component.or(other.component);
    Finding {
        repository: repository_of(context, &[meeting]),
        component: component.map(|id| repository.components[id as usize].id()),
        subject: format!("{}\n{}", one.about, other.about),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        label: context.says(one),
        help: Some(Help::Say(HELP.to_owned())),
        related: vec![Related {
            message: context.says(other),
            place: other.place.clone(),
        }],
        ..Finding::new(CHECK.name, one.place.clone(), message)
    }
}

fn of_hub(context: &Context<'_>, hub: Node, met: &[Meeting]) -> Finding {
    let mut met: Vec<(&Meeting, [&Claim; 2])> = met
        .iter()
        .map(|meeting| (meeting, sides(context, hub.1, meeting)))
        .collect();
    // What is about most is met first.
    met.sort_by_cached_key(|((at, _), [_, other])| {
        let foresight = context.foresight(*at);
        let patterns = other.patterns.iter();
        let files: u64 = patterns.map(|id| foresight.files_of(*id)).sum();
        (Reverse(files), &other.about, &other.place)
    });
    let (first, [own, other]) = met[0];
    let at_least = if met.len() < MOST { "" } else { "at least " };
    let message = format!(
        "{} overlaps {at_least}{} others that are for different owners, and none is more precise: {}",
        quoted(&own.about),
        met.len(),
        outcome(
            context,
            first,
            [own, other],
            &format!("it and {}", quoted(&other.about))
        )
    );
    let meetings: Vec<&Meeting> = met.iter().map(|(meeting, _)| *meeting).collect();
    let related = met.iter().take(NAMED).map(|(meeting, pair)| Related {
        message: format!(
            "{}; {}",
            context.says(pair[1]),
            outcome(context, meeting, *pair, "both")
        ),
        place: pair[1].place.clone(),
    });
    Finding {
        repository: repository_of(context, &meetings),
        subject: own.about.clone(),
        teams: context.teams(&own.owners),
        label: context.says(own),
        help: Some(Help::Say(HELP.to_owned())),
        related: related.collect(),
        ..Finding::new(CHECK.name, own.place.clone(), message)
    }
}

/// What a new file would come to.
fn outcome(
    context: &Context<'_>,
    (at, contest): &Meeting,
    pair: [&Claim; 2],
    both: &str,
) -> String {
    let path = quoted(context.foresight(*at).readable_contest(contest));
    if pair.iter().any(|claim| claim.origin.is_exemption()) {
        format!("a new file {path} would be exempt by one and owned by the other")
    } else {
        format!("a new file {path} would be claimed by {both}")
    }
}

/// The repository that all meetings are in, if what meets there is not about all repositories.
fn repository_of(context: &Context<'_>, meetings: &[&Meeting]) -> Option<Arc<str>> {
    let (first, _) = meetings[0];
    let is_of_one = |(at, contest): &&Meeting| {
        let claims = &context.repositories[*at].claims;
        let mut pair = [contest.one, contest.other].into_iter();
        at == first && pair.any(|id| !Subject::of(claims.get(id)).is_for_all(context.map))
    };
    let of_one = meetings.iter().all(is_of_one);
    of_one.then(|| context.repositories[*first].name.clone())
}

fn of_undecided(context: &Context<'_>, at: usize, pair: Undecided) -> Finding {
    let repository = &context.repositories[at];
    let [one, other] = [pair.one, pair.other].map(|id| repository.claims.get(id));
    let message = format!(
        "whether {} and {} overlap takes too much to decide",
        quoted(&one.about),
        quoted(&other.about)
    );
    Finding {
        subject: format!("{}\n{}", one.about, other.about),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        label: context.says(one),
        help: Some(Help::Say(TOO_COMPLEX.to_owned())),
        related: vec![Related {
            message: context.says(other),
            place: other.place.clone(),
        }],
        ..Finding::new(CHECK.name, one.place.clone(), message)
    }
}
