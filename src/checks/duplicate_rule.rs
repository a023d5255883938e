use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    Check, Context,
    entry::{Entry, Says},
};
use crate::{
    claims::Claim,
    config::TeamId,
    finding::{Finding, Help, Related, Severity},
    foresight::Subject,
    pattern::{Language, Pattern, Relation},
    resolution::{ResolvedRepository, owner_set},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "duplicate-rule",
    severity: Severity::Warning,
    summary: "Two entries of rules say the same: the same paths, the same owners.",
    what: "\
Both match the same paths, now and for ever, however they are spelled (`modules/kafka/` and \
`modules/kafka/**`), and name the same owners. A rule for all repositories and one for a single \
repository count as two, too.",
    why: "\
Whoever changes one of them will wonder why nothing happens, or leave the two in conflict.",
    mend: "\
Keep one.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [\"modules/kafka/**\"]       # says the same
    owner: observability",
    knows_scope: false,
    one_cause: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    duplicates(context)
        .into_iter()
        .map(|(entry, first)| {
            let message = format!(
                "{} says the same as {}",
                quoted(entry.text()),
                quoted(first.text())
            );
            let mut subject = [entry.text(), first.text()];
            subject.sort_unstable();
            Finding {
                subject: subject.join("\n"),
                teams: context.teams(entry.owners(context)),
                label: "said again".to_owned(),
                help: Some(Help::Say("keep one of the two".to_owned())),
                related: vec![Related {
                    message: "said here first".to_owned(),
                    place: first.place.clone(),
                }],
                ..entry.finding(context, CHECK.name, message)
            }
        })
        .collect()
}

/// The entries of rules that say what an earlier one says, each with the first that does, in the order
/// of the map. Dead ones, which are told as such, are left out.
pub(super) fn duplicates<'e, 'c>(context: &'e Context<'c>) -> Vec<(&'e Entry<'c>, &'e Entry<'c>)> {
    let mut first_of: BTreeMap<Subject, (&Entry<'_>, &Entry<'_>)> = BTreeMap::new();
    for (at, repository) in context.repositories() {
        // What says the same matches the same files, so only that has to be compared.
        let mut alike: FxHashMap<Likeness<'_>, Vec<&Entry<'_>>> = FxHashMap::default();
        let matched = matched(repository);
        for entry in context.entries() {
            let Some(likeness) = Likeness::of(entry, at, repository, &matched) else {
                continue;
            };
            let before = alike.entry(likeness).or_default();
            match before.iter().find(|first| say_the_same(first, entry)) {
                Some(first) => {
                    first_of.entry(entry.subject).or_insert((entry, first));
                }
                None => before.push(entry),
            }
        }
    }
    first_of.into_values().collect()
}

/// What two entries that say the same have in common.
#[derive(PartialEq, Eq, Hash)]
struct Likeness<'r> {
    kind: Option<&'r str>,
    matched: Vec<u64>,
    owners: Vec<TeamId>,
    priority: i64,
}

impl<'r> Likeness<'r> {
    fn of(
        entry: &Entry<'r>,
        at: usize,
        repository: &ResolvedRepository,
        matched: &[u64],
    ) -> Option<Self> {
        if !entry.is_of_rule() || entry.is_dead() {
            return None;
        }
        let ids = entry.claims.iter().filter(|(of, _)| *of == at);
        let claims: Vec<&Claim> = ids.map(|(_, id)| repository.claims.get(*id)).collect();
        let first = claims.first()?;
        let patterns = claims.iter().flat_map(|claim| &claim.patterns);
        Some(Self {
            kind: match entry.says {
                Says::Path(_) => None,
                Says::Selector(selector) => Some(selector.kind),
            },
            matched: patterns.map(|id| matched[*id as usize]).collect(),
            owners: owner_set(&first.owners),
            priority: first.priority,
        })
    }
}

/// By pattern: a number that stands for the files that it matches.
fn matched(repository: &ResolvedRepository) -> Vec<u64> {
    let mut matched = vec![0u64; repository.claims.patterns().len()];
    for (id, group) in (1..).zip(repository.resolved.groups()) {
        for pattern in &group.patterns {
            let so_far = &mut matched[*pattern as usize];
            *so_far = (so_far.rotate_left(5) ^ id).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }
    matched
}

fn say_the_same(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    let patterns: Option<[&Pattern; 2]> = match (one.says, other.says) {
        (Says::Path(one), Says::Path(other)) => Some([one, other]),
        (Says::Selector(one), Says::Selector(other)) => Some([&one.name, &other.name]),
        _ => None,
    };
    patterns.is_some_and(|[one, other]| {
        let relation = Language::of([one]).relation(&Language::of([other]));
        relation == Ok(Relation::Equal)
    })
}
