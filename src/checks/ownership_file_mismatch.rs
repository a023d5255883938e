use std::collections::BTreeMap;

use bstr::BString;
use rustc_hash::FxHashMap;

use super::{
    Check, Context, Properties,
    compared_files::{Compared, ComparedFiles},
};
use crate::{
    advice::Advice,
    config::TeamId,
    finding::{Finding, Related, Severity},
    resolution::{ResolvedRepository, Verdict, agree},
    text::{and_more, count, quoted},
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
Files of a dialect are compared only if at least one of them names a team in the map.",
    why: "The forge asks the people in the ownership file for reviews, but everybody who looks at the \
map asks another team.",
    impact: "The forge asks other people for review than the map names.",
    fix: "Correct the file or the map, whichever is wrong. If the file should decide, trust the files \
of its dialect with `ownership_files` in the map, and remove the rules that repeat them.",
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
            compared
                .flat_map(|files| of_dialect(context, at, repository, files))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The paths for which one ownership file names other owners than the map.
struct Differing<'c> {
    /// What the file states about the first path.
    stated: Compared<'c>,
    /// The positions of the paths, each with what the file states about it.
    files: Vec<(usize, Compared<'c>)>,
}

fn of_dialect(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
    compared: &ComparedFiles,
) -> Vec<Finding> {
    let mut known: FxHashMap<(u32, u32), bool> = FxHashMap::default();
    let mut by_file: BTreeMap<BString, Differing<'_>> = BTreeMap::new();
    for (position, file) in repository.listing.files.iter().enumerate() {
        let Some(stated) = compared.of(position) else {
            continue;
        };
        let group = repository.resolved.group_id_of(position);
        let differs = *known.entry((group, stated.id)).or_insert_with(|| {
            let resolution = &repository.resolved.group_of(position).resolution;
            resolution.verdict == Verdict::Owned && differ(context, stated, &resolution.owners)
        });
        if !differs || !context.scope.holds(at, file.path) {
            continue;
        }
        let path = stated.place().path().to_owned();
        let differing = by_file.entry(path).or_insert_with(|| Differing {
            stated,
            files: Vec::new(),
        });
        differing.files.push((position, stated));
    }
    let finding = |differing: &Differing<'_>| finding(context, repository, compared, differing);
    match by_file.len() > MAX_FILES {
        true => vec![of_many(repository, compared, &by_file)],
        false => by_file.values().map(finding).collect(),
    }
}

/// Returns whether a file names other owners than the map. People do not matter beside teams. The map may also name those
/// whose approval is enough.
fn differ(context: &Context<'_>, stated: Compared<'_>, owners: &[TeamId]) -> bool {
    let teams = &context.map.teams;
    let (named, others) = (&stated.owners.owners, &stated.others.owners);
    let is_known = |team: &TeamId| named.contains(team) || others.contains(team);
    let is_same = !named.is_empty()
        && named.iter().all(|team| owners.contains(team))
        && owners.iter().all(is_known);
    let is_retired = |team: &TeamId| teams.get(*team).retired.is_some();
    let is_former = || named.iter().any(is_retired);
    !owners.is_empty() && !is_same && (!agree(named, owners, teams) || is_former())
}

fn finding(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    compared: &ComparedFiles,
    differing: &Differing<'_>,
) -> Finding {
    let stated = differing.stated;
    let path = |position: usize| repository.listing.files.get(position).path;
    let resolution_of = |position: usize| &repository.resolved.group_of(position).resolution;
    let first = differing.files[0].0;
    let resolution = resolution_of(first);
    // Only the paths with the same owners as the first one are named.
    let is_alike = |(position, other): &&(usize, Compared<'_>)| {
        other.owners == stated.owners && resolution_of(*position).owners == resolution.owners
    };
    let alike = differing.files.iter().filter(is_alike);
    let number = alike.clone().count();
    let shown = alike.take(EXAMPLES).map(|(position, _)| path(*position));
    let paths = and_more(shown.map(quoted), number);
    let named = context.owner_list(&stated.owners.owners, &stated.owners.people);
    let others = match differing.files.len() - number {
        0 => String::new(),
        others => format!("; {} with other owners", count(others as u64, "more file")),
    };
    let message = format!(
        "{} assigns {paths} to {named}, but the map assigns {} to {}{others}",
        quoted(stated.file()),
        if number == 1 { "it" } else { "them" },
        context.team_list(&resolution.owners),
    );
    let winning = resolution.winning.iter().copied();
    let claims = repository.claims.distinct(winning).into_iter();
    let claims = claims.map(|(_, claim)| context.related_by_name(claim));
    let teams = [&stated.owners.owners[..], &resolution.owners].concat();
    Finding {
        files: Some(differing.files.len() as u64),
        example: Some(path(first).to_owned()),
        teams: context.teams(&teams),
        label: format!("names {named}"),
        related: claims.collect(),
        advice: advice(compared),
        ..CHECK.at(stated.place().clone(), message)
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
fn of_many(
    repository: &ResolvedRepository,
    compared: &ComparedFiles,
    by_file: &BTreeMap<BString, Differing<'_>>,
) -> Finding {
    let files: usize = by_file.values().map(|of| of.files.len()).sum();
    let shown = by_file.keys().take(EXAMPLES).map(quoted);
    let message = format!(
        "{} ownership files assign {} to other owners than the map: {}",
        by_file.len(),
        count(files as u64, "file"),
        and_more(shown, by_file.len()),
    );
    let related = by_file.values().take(EXAMPLES).map(|differing| {
        let (position, _) = differing.files[0];
        let path = repository.listing.files.get(position).path;
        let place = differing.stated.place().clone();
        Related::new(place, format!("differs for {}", quoted(path)))
    });
    Finding {
        path: None,
        is_about_path: false,
        subject: compared.dialect.name.to_owned(),
        repository: Some(repository.name.clone()),
        files: Some(files as u64),
        related: related.collect(),
        advice: advice(compared),
        ..CHECK.finding(repository.place("."), message)
    }
}
