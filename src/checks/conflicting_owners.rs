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
    summary: "Two equally strong claims give the same files to different owners.",
    what: "\
Neither claim is inside the other, and neither has the higher priority, so nothing says who owns \
the files on which they meet. There is one finding for each pair of claims; where more than six \
meet, for some of them.",
    why: "\
Nobody can tell which of the two teams to ask or to page. The order of lines never decides: it is \
not what anybody reads an owner from.",
    fix: "\
Settle it with a more precise rule for what they have in common, with joint `owners: [a, b]`, or \
with a `priority` on the rule that should win. A declaration or an exemption has neither: correct \
it, or write the more precise rule.",
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

/// Of how many claims that meet each is told with each.
const MAX_SIDES: usize = 6;

/// The files on which two claims meet.
#[derive(Default)]
struct Meeting {
    files: u64,
    /// How many more claims there are of which nothing else is told.
    further: usize,
    examples: Vec<BString>,
    last: BString,
}

impl Meeting {
    /// A few of the files, and how many more there are.
    fn shown(&self) -> String {
        and_more(self.examples.iter().map(quoted), self.files as usize)
    }
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            meetings(context, at, repository)
                .into_iter()
                .map(move |(pair, meeting)| finding(context, repository, pair, meeting))
        })
        .collect()
}

fn meetings(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
) -> BTreeMap<(ClaimId, ClaimId), Meeting> {
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
    let mut meetings: BTreeMap<(ClaimId, ClaimId), Meeting> = BTreeMap::new();
    if pairs.iter().all(|pairs| pairs.told.is_empty()) {
        return meetings;
    }
    for (position, file) in repository.listing.files.iter().enumerate() {
        let pairs = &pairs[repository.resolved.group_id_of(position) as usize];
        if pairs.told.is_empty() || !context.scope.holds(at, file.path) {
            continue;
        }
        for pair in &pairs.told {
            let meeting = meetings.entry(*pair).or_default();
            meeting.files += 1;
            meeting.further = meeting.further.max(pairs.further);
            if meeting.examples.len() < EXAMPLES {
                meeting.examples.push(file.path.into());
            }
            meeting.last = file.path.into();
        }
    }
    meetings
}

/// Claims that meet and name different owners.
#[derive(Default)]
struct Pairs {
    told: Vec<(ClaimId, ClaimId)>,
    /// How many claims are in none of the pairs, though they differ from some.
    further: usize,
}

/// The pairs among some claims that name different owners. Claims that say the same of the same are
/// one side; of many sides, one for each of the first different owners.
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
    let mut told = Vec::new();
    for (at, (_, owners, a)) in sides.iter().enumerate() {
        let others = sides[at + 1..]
            .iter()
            .filter(|(_, others, _)| others != owners);
        told.extend(others.map(|(_, _, b)| (*a.min(b), *a.max(b))));
    }
    Pairs {
        told,
        further: all - sides.len(),
    }
}

fn finding(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    (a, b): (ClaimId, ClaimId),
    meeting: Meeting,
) -> Finding {
    let (mut one, mut other) = (repository.claims.get(a), repository.claims.get(b));
    if (&other.about, &other.place) < (&one.about, &one.place) {
        std::mem::swap(&mut one, &mut other);
    }
    let sides = [one, other];
    let component = one.component.or(other.component);
    let path = common_path(
        meeting.examples[0].as_slice().into(),
        meeting.last.as_slice().into(),
    );
    let has_exemption = sides.iter().any(|claim| claim.origin.is_exemption());
    let message = format!(
        "{} and {} claim {}{}: {}",
        side(context, one),
        side(context, other),
        match meeting.files {
            1 => "the same file".to_owned(),
            files => format!("the same {files} files"),
        },
        if has_exemption {
            ""
        } else {
            " for different owners"
        },
        meeting.shown(),
    ) + &match meeting.further {
        0 => String::new(),
        1 => "; 1 more claim is as strong".to_owned(),
        further => format!("; {further} more claims are as strong"),
    };
    Finding {
        repository: Some(repository.name.clone()),
        path,
        is_about_path: false,
        component: component.map(|id| repository.components[id as usize].id()),
        subject: format!("{}\n{}", one.about, other.about),
        teams: context.teams(&[&one.owners[..], &other.owners].concat()),
        files: Some(meeting.files),
        label: context.says(one),
        help: Some(help(sides.map(|claim| claim.origin))),
        related: std::iter::once(context.related(other))
            .chain(sides.into_iter().flat_map(further))
            .collect(),
        ..CHECK.finding(one.place.clone(), message)
    }
}

/// A claim as a sentence names it: what it is, what it is about, and for whom.
fn side(context: &Context<'_>, claim: &Claim) -> String {
    let (what, about) = (claim.origin.name(), quoted(&claim.about));
    match &claim.owners[..] {
        [] => format!("{what} {about}"),
        owners => format!("{what} {about} ({})", context.team_list(owners)),
    }
}

/// What settles a conflict of two claims: only what one of them can be given.
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
    ways.push("write a more precise rule for what they share");
    match rules {
        0 => {}
        1 => ways.push("give the rule a `priority`"),
        _ => ways.extend(["name joint `owners`", "give one a `priority`"]),
    }
    let last = ways.pop().unwrap_or_default();
    format!("{}, or {last}", ways.join(", "))
}

/// The further places of a claim.
fn further(claim: &Claim) -> impl Iterator<Item = Related> {
    claim.further.iter().map(|place| {
        Related::new(
            place.clone(),
            format!("what {} declares, goes on here", quoted(&claim.about)),
        )
    })
}
