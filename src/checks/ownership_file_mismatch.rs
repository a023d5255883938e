use std::{collections::BTreeMap, sync::Arc};

use bstr::BString;
use rustc_hash::FxHashMap;

use super::{
    Check, Context, Properties,
    compared_files::{Compared, ComparedFiles},
};
use crate::{
    advice::Advice,
    claims::{Claim, Origin},
    config::TeamId,
    finding::{Finding, Related, Severity},
    resolution::{FormerMembers, GroupId, ResolvedRepository, Verdict, agree},
    text::{Place, and_more, count, joined, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "ownership-file-mismatch",
    severity: Severity::Warning,
    summary: "An ownership file names other owners than the map.",
    what: "If the map neither trusts nor ignores the CODEOWNERS, OWNERS and MAINTAINERS files in a \
repository under `ownership_files`, ownlint compares the owners that these files give to each path \
with the owners by the map. In files, ownlint recognizes teams only by their `handles`. A team and its parent do not \
differ. The map may also name owners of parent \
directories whose approval is enough. There is one finding for each \
file, or a single one if more than ten files differ. Generated and vendored files are not compared. \
Files of a dialect are compared only if at least one of them names a team in the map. \
A trusted file is reported if a more precise rule or declaration assigns its paths to other owners, unless the rule has a \
`priority`. There is one finding for each such rule. The handles of a team must also be members of its group in a trusted \
file, such as an alias in OWNERS_ALIASES, if the file lists members.",
    why: "The forge asks the people in the ownership file for reviews, but everybody who looks at the \
map asks another team.",
    impact: "The forge asks other people for review than the map names.",
    fix: "Correct the file or the map, whichever is wrong. If the file should decide, trust the files \
of its dialect with `ownership_files` in the map, and remove the rules that repeat them. If a rule should override a \
trusted file, add a `priority` to the rule.",
    example: "\
# components/a/OWNERS
approvers: [bob]            # the map says that alice owns components/a/

# ownership.yaml
rules:
  - paths: [components/a/]
    owner: alice",
    properties: Properties {
        knows_scope: true,
        ..Properties::USUAL
    },
    run,
};

/// If more files differ, there is one finding for all.
const MAX_FILES: usize = 10;

/// How many files or paths are named.
const EXAMPLES: usize = 3;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let repositories = context.repositories();
    repositories
        .flat_map(|(at, repository)| {
            let compared = context.compared_files(at).iter();
            let compared = compared.filter(|files| files.name_teams());
            let compared = compared.flat_map(|files| of_dialect(context, at, repository, files));
            compared
                .chain(of_trusted(context, at, repository))
                .chain(of_members(context, at, repository))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// What an ownership file states about a path.
#[derive(Debug, Clone, Copy)]
struct Stated<'c> {
    /// The place that decides.
    place: &'c Place,
    owners: &'c [TeamId],
    people: &'c [Arc<str>],
    /// The teams whose approval is enough, too.
    others: &'c [TeamId],
}

impl<'c> Stated<'c> {
    fn by_compared(compared: Compared<'c>) -> Self {
        Self {
            place: compared.place(),
            owners: &compared.owners.owners,
            people: &compared.owners.people,
            others: &compared.others.owners,
        }
    }

    /// Returns what the claim of a trusted file states; `None` for other claims.
    fn by_claim(claim: &'c Claim) -> Option<Self> {
        let filed = claim.filed.as_ref()?;
        Some(Self {
            place: &claim.place,
            owners: &claim.owners,
            people: &filed.people,
            others: &filed.may_also_approve.owners,
        })
    }

    /// Returns whom only the file names, and whom only the map does, if both also name the same teams.
    fn difference(&self, context: &Context<'_>, owners: &[TeamId]) -> Option<[Vec<String>; 2]> {
        let only = |ours: &[TeamId], theirs: &[TeamId]| {
            let only = ours.iter().filter(|team| !theirs.contains(team));
            only.copied().collect::<Vec<TeamId>>()
        };
        let (in_file, in_map) = (only(self.owners, owners), only(owners, self.owners));
        (in_file.len() < self.owners.len()).then(|| {
            let people = self.people.iter().map(|person| quoted(&**person));
            let in_file = context.teams(&in_file).into_iter().map(quoted);
            let in_map = context.teams(&in_map).into_iter().map(quoted);
            [in_file.chain(people).collect(), in_map.collect()]
        })
    }

    /// Returns whether the file names other owners than the map. People do not matter beside teams. The map may also name
    /// those whose approval is enough.
    fn differs(&self, context: &Context<'_>, owners: &[TeamId]) -> bool {
        let teams = &context.map.teams;
        let named = self.owners;
        let is_known = |team: &TeamId| named.contains(team) || self.others.contains(team);
        let is_same = !named.is_empty()
            && named.iter().all(|team| owners.contains(team))
            && owners.iter().all(is_known);
        let is_retired = |team: &TeamId| teams.get(*team).retired.is_some();
        let is_former = || named.iter().any(is_retired);
        !owners.is_empty() && !is_same && (!agree(named, owners, teams) || is_former())
    }
}

/// Paths to which an ownership file gives other owners than the map: their positions, each with what the file states
/// about it.
type Differing<'c> = Vec<(usize, Stated<'c>)>;

/// Returns the findings about the files of a dialect that are compared with the map.
fn of_dialect(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
    compared: &ComparedFiles,
) -> Vec<Finding> {
    let mut known: FxHashMap<(u32, u32), bool> = FxHashMap::default();
    let mut by_file: BTreeMap<BString, Differing<'_>> = BTreeMap::new();
    for (position, file) in repository.listing.files.iter().enumerate() {
        let Some(of_file) = compared.of(position) else {
            continue;
        };
        let stated = Stated::by_compared(of_file);
        let group = repository.resolved.group_id_of(position);
        let differs = *known.entry((group, of_file.id)).or_insert_with(|| {
            let resolution = &repository.resolved.group_of(position).resolution;
            resolution.verdict == Verdict::Owned && stated.differs(context, &resolution.owners)
        });
        if differs && context.scope.holds(at, file.path) {
            let path = stated.place.path().to_owned();
            by_file.entry(path).or_default().push((position, stated));
        }
    }
    let finding = |differing: &Differing<'_>| Finding {
        advice: advice(compared),
        ..by_file_finding(context, repository, differing)
    };
    match by_file.len() > MAX_FILES {
        true => vec![Finding {
            subject: compared.dialect.name.to_owned(),
            advice: advice(compared),
            ..of_many(repository, &by_file)
        }],
        false => by_file.values().map(finding).collect(),
    }
}

/// Returns the findings about trusted files whose claims are overridden by more precise ones without a `priority`: one for
/// each rule, and one for each file if declarations override it.
fn of_trusted(context: &Context<'_>, at: usize, repository: &ResolvedRepository) -> Vec<Finding> {
    if !repository.claims.has_filed() {
        return Vec::new();
    }
    let mut known: FxHashMap<GroupId, Option<(Stated<'_>, &Claim)>> = FxHashMap::default();
    let mut by_rule: BTreeMap<usize, (&Claim, Differing<'_>)> = BTreeMap::new();
    let mut by_file: BTreeMap<BString, Differing<'_>> = BTreeMap::new();
    for (position, file) in repository.listing.files.iter().enumerate() {
        let group = repository.resolved.group_id_of(position);
        let found = known
            .entry(group)
            .or_insert_with(|| contradiction(context, repository, position));
        let Some((stated, by)) = found.filter(|_| context.scope.holds(at, file.path)) else {
            continue;
        };
        let differing = match by.origin {
            Origin::Rule(rule) => &mut by_rule.entry(rule).or_insert((by, Vec::new())).1,
            _ => by_file.entry(stated.place.path().to_owned()).or_default(),
        };
        differing.push((position, stated));
    }
    let rules = by_rule.into_iter();
    let rules = rules.map(|(_, (by, differing))| of_rule(context, repository, by, &differing));
    let advice = || {
        vec![
            Advice::in_words("correct the ownership file or the declaration"),
            Advice::in_words("only compare declarations, with `declarations` in the map"),
        ]
    };
    let files: Vec<Finding> = match by_file.len() > MAX_FILES {
        true => vec![of_many(repository, &by_file)],
        false => {
            let files = by_file.values();
            files
                .map(|of| by_file_finding(context, repository, of))
                .collect()
        }
    };
    let files = files.into_iter().map(|finding| Finding {
        advice: advice(),
        ..finding
    });
    rules.chain(files).collect()
}

/// Returns the findings about people whom the map lists for a team, but who are not in the group of the team in a trusted
/// file.
fn of_members(context: &Context<'_>, at: usize, repository: &ResolvedRepository) -> Vec<Finding> {
    let former = repository.former_members(&context.map.teams).into_iter();
    let former = former.filter(|it| context.scope.holds(at, it.definition.path()));
    let finding = |former: FormerMembers<'_>| {
        let message = format!(
            "{}, but the map lists {} under `handles`",
            former.message(&context.map.teams),
            if former.handles.len() == 1 {
                "it"
            } else {
                "them"
            },
        );
        let key = former.handle_key;
        Finding {
            repository: Some(repository.name.clone()),
            subject: format!("{key}: {}", former.handles.join(" ")),
            teams: context.teams(&[former.team]),
            label: "does not contain them".to_owned(),
            advice: vec![
                Advice::in_words(format!(
                    "if they have left the team, remove them from `handles.{key}` of {} in the map",
                    quoted(context.map.teams.name(former.team)),
                )),
                Advice::in_words("otherwise, add them to the group"),
            ],
            ..CHECK.at(former.definition.clone(), message)
        }
    };
    former.map(finding).collect()
}

/// Returns what a trusted file states about a path whose owners differ, and the claim that overrides it. A rule with a
/// `priority` does so on purpose.
fn contradiction<'c>(
    context: &Context<'_>,
    repository: &'c ResolvedRepository,
    position: usize,
) -> Option<(Stated<'c>, &'c Claim)> {
    let resolution = &repository.resolved.group_of(position).resolution;
    if resolution.verdict != Verdict::Owned {
        return None;
    }
    let is_intended = |by: &Claim| match by.origin {
        Origin::Rule(at) => context.map.rules[at].priority.is_some(),
        Origin::Declaration => false,
        Origin::Exemption(_) | Origin::OwnershipFile => true,
    };
    let mut overridden = resolution.overridden.iter();
    overridden.find_map(|one| {
        let stated = Stated::by_claim(repository.claims.get(one.claim))?;
        let by = repository.claims.get(one.by);
        let differs = !is_intended(by) && stated.differs(context, &resolution.owners);
        differs.then_some((stated, by))
    })
}

/// Returns the finding about a rule that overrides trusted files.
fn of_rule(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    by: &Claim,
    differing: &Differing<'_>,
) -> Finding {
    let finding = by_file_finding(context, repository, differing);
    let stated = differing[0].1;
    let named = context.owner_list(stated.owners, stated.people);
    let file = Related::new(stated.place.clone(), format!("names {named}"));
    let mut texts: Vec<String> = match by.origin {
        Origin::Rule(at) => context.map.rules[at].texts(),
        _ => Vec::new(),
    };
    texts.sort_unstable();
    Finding {
        place: by.place.clone(),
        path: None,
        repository: Some(repository.name.clone()),
        subject: texts.join("\n"),
        label: context.says(by),
        related: vec![file],
        advice: vec![
            Advice::in_words("correct the ownership file or the rule"),
            Advice::in_words("if the rule should decide, add `priority: 1` to it"),
        ],
        ..finding
    }
}

/// Returns the finding about paths, at the place in the ownership file that decides about the first of them.
fn by_file_finding(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    differing: &Differing<'_>,
) -> Finding {
    let (first, stated) = differing[0];
    let path = |position: usize| repository.listing.files.get(position).path;
    let resolution_of = |position: usize| &repository.resolved.group_of(position).resolution;
    let resolution = resolution_of(first);
    // Only the paths with the same owners, by the same file, as the first one are named.
    let is_alike = |(position, other): &&(usize, Stated<'_>)| {
        (other.owners, other.people) == (stated.owners, stated.people)
            && other.place.path() == stated.place.path()
            && resolution_of(*position).owners == resolution.owners
    };
    let alike = differing.iter().filter(is_alike);
    let number = alike.clone().count();
    let shown = alike.take(EXAMPLES).map(|(position, _)| path(*position));
    let paths = and_more(shown.map(quoted), number);
    let named = context.owner_list(stated.owners, stated.people);
    let others = match differing.len() - number {
        0 => String::new(),
        others => format!("; {} with other owners", count(others as u64, "more file")),
    };
    let file = quoted(stated.place.path());
    let message = match stated.difference(context, &resolution.owners) {
        Some([in_file, in_map]) => {
            let only = |names: &[String], what| {
                (!names.is_empty()).then(|| format!("only {what} names {}", names.join(" and ")))
            };
            let parts = [only(&in_file, "the file"), only(&in_map, "the map")];
            let parts = joined(parts.into_iter().flatten(), ", and ");
            format!("{file} and the map assign {paths} to different owners: {parts}{others}")
        }
        None => format!(
            "{file} assigns {paths} to {named}, but the map assigns {} to {}{others}",
            if number == 1 { "it" } else { "them" },
            context.team_list(&resolution.owners),
        ),
    };
    let winning = resolution.winning.iter().copied();
    let claims = repository.claims.distinct(winning).into_iter();
    let claims = claims.map(|(_, claim)| context.related_by_name(claim));
    let teams = [stated.owners, &resolution.owners].concat();
    Finding {
        files: Some(differing.len() as u64),
        example: Some(path(first).to_owned()),
        teams: context.teams(&teams),
        label: format!("names {named}"),
        related: claims.collect(),
        ..CHECK.at(stated.place.clone(), message)
    }
}

fn advice(compared: &ComparedFiles) -> Vec<Advice> {
    let trust = compared.trust_line();
    vec![
        Advice::in_words("correct the ownership file"),
        Advice::in_words("correct the map"),
        Advice::in_words(format!("let the file decide with `{trust}` in the map")),
    ]
}

/// Returns the finding about many files.
fn of_many(repository: &ResolvedRepository, by_file: &BTreeMap<BString, Differing<'_>>) -> Finding {
    let files: usize = by_file.values().map(Vec::len).sum();
    let shown = by_file.keys().take(EXAMPLES).map(quoted);
    let message = format!(
        "{} ownership files assign {} to other owners than the map: {}",
        by_file.len(),
        count(files as u64, "file"),
        and_more(shown, by_file.len()),
    );
    let related = by_file.values().take(EXAMPLES).map(|differing| {
        let (position, stated) = differing[0];
        let path = repository.listing.files.get(position).path;
        Related::new(
            stated.place.clone(),
            format!("differs for {}", quoted(path)),
        )
    });
    Finding {
        path: None,
        is_about_path: false,
        repository: Some(repository.name.clone()),
        files: Some(files as u64),
        related: related.collect(),
        ..CHECK.finding(repository.place("."), message)
    }
}
