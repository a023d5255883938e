use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BString, ByteSlice as _};

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    dialects::{Generated, Ownership, Refusal, Tree, generated},
    finding::{Finding, Related, Severity},
    resolution::{RepositoryError, ResolvedRepository},
    text::{Place, Source, Span, count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "outdated-ownership-file",
    severity: Severity::Error,
    summary: "A generated ownership file no longer matches the map.",
    what: "\
According to its header, ownlint generated the file, but `ownlint generate` would now write \
different content. Either the map or the repository has changed, or somebody has edited the file. \
The check covers CODEOWNERS, OWNERS and MAINTAINERS files, Backstage catalogs and Markdown pages \
in their usual places. The check also reports folders whose generated OWNERS file is missing or no \
longer needed. Differences in line endings are ignored. To check a file with another name, run \
`ownlint generate --check`.",
    why: "\
The forge uses the outdated file, so it may request reviews from people who do not own the changed \
files.",
    impact: "The forge may request reviews from the wrong people.",
    fix: "\
Change the map, not the file. Then, in the map's directory, run the command shown in the file's \
header.",
    example: "\
# .github/CODEOWNERS
# Written by ownlint from ownership.yaml. Do not edit it; change the map, then run:
#   ownlint generate github --output .github/CODEOWNERS

/docs/ @org/web      # the map says `docs` now",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let repositories = context.repositories();
    repositories
        .flat_map(|(at, repository)| of_repository(context, at, repository))
        .collect()
}

fn of_repository(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
) -> Vec<Finding> {
    if !context.scope.touches(at) {
        return Vec::new();
    }
    let generated = generated(&Tree::of_repository(repository), &repository.listing.files);
    // Group the files by the run that writes them: a single file, or the files of all folders.
    let mut runs: BTreeMap<(&str, Option<&BString>), Vec<&Generated>> = BTreeMap::new();
    for file in &generated {
        let path = (!file.dialect.is_per_folder).then_some(&file.source.path);
        runs.entry((file.dialect.name, path))
            .or_default()
            .push(file);
    }
    let runs = runs.values();
    let findings = runs.flat_map(|files| of_run(context, at, repository, files));
    findings.collect()
}

fn of_run(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
    files: &[&Generated],
) -> Vec<Finding> {
    let Some(typical) = typical(files) else {
        return Vec::new();
    };
    let command = typical.command(&context.map.repositories[at]);
    let former = files.iter().find(|file| file.has_former_option());
    let mut findings = match (former, written(context, repository, typical, &command)) {
        (Some(file), Ok(_)) => vec![CHECK.at(
            line(&file.source, 0),
            format!(
                "{} was generated with `--leave-out`, which has been renamed to `--keep-existing`",
                quoted(&file.source.path)
            ),
        )],
        (None, Ok(written)) => compare(repository, files, &written),
        (_, Err(reasons)) => files
            .iter()
            .map(|file| unwritable(file, &reasons))
            .collect(),
    };
    for finding in &mut findings {
        let help = format!(
            "change the map, not the file, then run {} in the map's directory",
            quoted(&command)
        );
        finding.advice = vec![Advice::in_words(help)];
    }
    findings
}

/// Returns the first file with the most frequent header.
fn typical<'g>(files: &[&'g Generated]) -> Option<&'g Generated> {
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *alike.entry(&file.head).or_default() += 1;
    }
    let backwards = files.iter().rev().copied();
    backwards.max_by_key(|file| alike.get(file.head.as_str()))
}

/// Returns what would be written now, by path, or the reasons why nothing can be written.
fn written(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    like: &Generated,
    command: &str,
) -> Result<BTreeMap<BString, String>, Vec<Refusal>> {
    let (dialect, per_file) = (like.dialect, like.per_file);
    let ownership = Ownership::new(
        dialect,
        context.map,
        repository,
        per_file,
        command.to_owned(),
    );
    let mut ownership = ownership.map_err(|error| {
        let errors = match error {
            RepositoryError::Claims(errors) => errors,
            RepositoryError::Listing(_) => Vec::new(),
        };
        let refusals = errors.into_iter().map(|error| Refusal {
            place: error.place,
            message: error.message,
            help: None,
        });
        refusals.collect::<Vec<_>>()
    })?;
    for folder in &like.kept_folders {
        ownership.exclude_folder(folder.as_bstr());
    }
    let written = dialect.written(&ownership)?;
    Ok(written.files.into_iter().collect())
}

fn unwritable(file: &Generated, reasons: &[Refusal]) -> Finding {
    let path = &file.source.path;
    let more = match reasons.len() {
        0 | 1 => String::new(),
        more => format!(" (and {})", count(more as u64 - 1, "more reason")),
    };
    let reason = reasons.first().map_or("", |reason| &reason.message);
    let message = format!("{} cannot be regenerated: {reason}{more}", quoted(path));
    let related = reasons
        .first()
        .and_then(|reason| Some(Related::new(reason.place.clone()?, "reason")));
    Finding {
        related: related.into_iter().collect(),
        ..CHECK.at(line(&file.source, 0), message)
    }
}

/// Compares the existing files with those that would be written.
fn compare(
    repository: &ResolvedRepository,
    files: &[&Generated],
    written: &BTreeMap<BString, String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let path = &file.source.path;
        // A file for the whole repository may be at any path.
        let wanted = match file.dialect.is_per_folder {
            true => written.get(path),
            false => written.values().next(),
        };
        let (message, place) = match wanted {
            None => (
                format!("{} is no longer needed", quoted(path)),
                line(&file.source, 0),
            ),
            Some(wanted) => match difference(&file.source, wanted) {
                None => continue,
                Some((at, what)) => (
                    format!("{} does not match the map: {what}", quoted(path)),
                    line(&file.source, at),
                ),
            },
        };
        findings.push(Finding {
            label: "first difference".to_owned(),
            ..CHECK.at(place, message)
        });
    }
    let there: BTreeSet<&BString> = files.iter().map(|file| &file.source.path).collect();
    let is_per_folder = files.iter().any(|file| file.dialect.is_per_folder);
    let missing = written
        .keys()
        .filter(|path| is_per_folder && !there.contains(path));
    findings.extend(missing.map(|path| {
        let message = format!("generated file {} is missing", quoted(path));
        CHECK.at(repository.place(path.clone()), message)
    }));
    findings
}

/// Returns the first line that differs, counted from 0, and a description of the difference.
fn difference(source: &Source, wanted: &str) -> Option<(usize, String)> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (source.text().lines().collect(), wanted.lines().collect());
    let forwards = old.iter().zip(&new);
    let start = forwards.take_while(|(is, would)| is == would).count();
    let (old, new) = (&old[start..], &new[start..]);
    let backwards = old.iter().rev().zip(new.iter().rev());
    let end = backwards.take_while(|(is, would)| is == would).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    let number = start + 1;
    let what = match (old.first(), new.first()) {
        (None, None) => return None,
        (Some(is), Some(would)) => {
            format!(
                "line {number} is {}, but should be {}",
                short(is),
                short(would)
            )
        }
        (Some(is), None) => format!("unexpected line {number}: {}", short(is)),
        (None, Some(would)) => format!("line {number} should be {}", short(would)),
    };
    let more = match old.len().max(new.len()) - 1 {
        0 => String::new(),
        more => format!(" (and {})", count(more, "more line")),
    };
    Some((start, what + &more))
}

/// Shortens and quotes a line for a sentence.
fn short(line: &str) -> String {
    const LONGEST: usize = 100;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => quoted(format!("{}…", &line[..end])),
        None => quoted(line),
    }
}

/// Returns the place of a line, counted from 0, or of the last line if there are fewer.
fn line(source: &Arc<Source>, at: usize) -> Place {
    let starts = source.line_starts();
    let text = source.text();
    let start = starts
        .get(at)
        .or(starts.last())
        .map_or(0, |start| *start as usize);
    let length = text[start..].lines().next().map_or(0, str::len);
    Place::Text(Arc::clone(source), Span::new(start, start + length))
}
