use std::{cmp::Reverse, collections::BTreeMap};

use bstr::{BStr, ByteSlice as _};

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    claims::ClaimId,
    finding::{Finding, Severity},
    resolution::ResolvedRepository,
    text::{count, joined, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "default-owner",
    severity: Severity::Info,
    summary: "Files are owned only by a rule or line that matches all files.",
    what: "The files in a repository that no other rule, declaration or line of a trusted ownership \
file assigns: only one that matches all files does, such as `**` in the map, `*` in CODEOWNERS or the \
approvers in the OWNERS file at the root. There is one finding for each of them in each repository. \
The check is off unless the map sets its severity under `checks`, because some teams do own the rest \
of a repository. `ownlint report` always shows the number of these files. ownlint does not know who \
works on the files.",
    why: "The owners of everything are often asked only because nobody else is, so they review changes \
that they do not know.",
    impact: "The reviewers may not know the changed files.",
    fix: "Add rules or lines for the largest directories that the finding names.",
    example: "\
checks: {default-owner: info}
rules:
  - {paths: ['**'], owner: sre}
  - {paths: [modules/kafka/], owner: data-platform}    # was owned by sre only because of `**`",
    properties: Properties {
        is_opt_in: true,
        ..Properties::USUAL
    },
    run,
};

/// How many directories a finding names.
const DIRECTORIES: usize = 3;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let repositories = context.repositories();
    let repositories = repositories.filter(|(at, _)| CHECK.is_on(context, Some(*at)));
    repositories
        .flat_map(|(_, repository)| of_repository(repository))
        .collect()
}

fn of_repository(repository: &ResolvedRepository) -> Vec<Finding> {
    let groups = repository.resolved.groups().iter();
    let by: Vec<Option<ClaimId>> = groups.map(|group| repository.catch_all_of(group)).collect();
    // By claim, the number of its files in each directory at the top level.
    let mut files: BTreeMap<ClaimId, BTreeMap<&BStr, u64>> = BTreeMap::new();
    for (at, file) in repository.listing.files.iter().enumerate() {
        if let Some(claim) = by[repository.resolved.group_id_of(at) as usize] {
            let end = file.path.find_byte(b'/').map_or(0, |slash| slash + 1);
            let directories = files.entry(claim).or_default();
            *directories.entry(file.path[..end].as_bstr()).or_default() += 1;
        }
    }
    let findings = files.into_iter().map(|(claim, directories)| {
        let claim = repository.claims.get(claim);
        let number: u64 = directories.values().sum();
        let message = format!(
            "{} are owned only by {}, which matches all files",
            count(number, "file"),
            quoted(&claim.about)
        );
        let mut largest: Vec<(&BStr, u64)> = directories.into_iter().collect();
        largest.retain(|(directory, _)| !directory.is_empty());
        largest.sort_by_key(|(_, files)| Reverse(*files));
        let shown = largest.iter().take(DIRECTORIES);
        let shown =
            shown.map(|(path, files)| format!("{} ({})", quoted(path), count(*files, "file")));
        let advice = match largest.is_empty() {
            true => Vec::new(),
            false => vec![Advice::in_words(format!(
                "add rules for the largest directories: {}",
                joined(shown, ", ")
            ))],
        };
        Finding {
            repository: Some(repository.name.clone()),
            subject: claim.about.clone(),
            files: Some(number),
            label: "matches all files".to_owned(),
            advice,
            ..CHECK.finding(claim.place.clone(), message)
        }
    });
    findings.collect()
}
