use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BString, ByteSlice as _};

use super::{Check, Context, Properties};
use crate::{
    dialects::{Generated, Ownership, Refusal, Tree, generated},
    finding::{Finding, Related, Severity},
    resolution::{RepositoryError, ResolvedRepository},
    text::{Place, Source, Span, count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "outdated-ownership-file",
    severity: Severity::Error,
    summary: "A generated ownership file that is not what the map comes to.",
    what: "\
A CODEOWNERS, OWNERS, MAINTAINERS, catalog or page in its usual place whose head says that ownlint \
wrote it, and that `ownlint generate` would write differently now: the map or the files have changed \
since, or somebody edited it. A folder that lacks a generated OWNERS, or has one too many, counts too. \
Ends of lines don't. Of a file of another name `ownlint generate --check` tells.",
    why: "\
The forge goes by the file: it asks other people for a review than those who own what changes.",
    fix: "\
Change the map, not the file, then run the command that the head of the file names, in the directory \
of the map.",
    example: "\
# .github/CODEOWNERS
# Written by ownlint from ownership.yaml. Do not edit it; change the map, then run:
#   ownlint generate github --output .github/CODEOWNERS

/docs/ @org/web      # the map says `docs` by now",
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
    // What one run writes belongs together: one file, or those of all folders.
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
                "{} was generated with `--leave-out`, which is now `--keep-existing`",
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
            "change the map, not the file, then run {} where the map is",
            quoted(&command)
        );
        finding.help = Some(help);
    }
    findings
}

/// The first file with the head that most have.
fn typical<'g>(files: &[&'g Generated]) -> Option<&'g Generated> {
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *alike.entry(&file.head).or_default() += 1;
    }
    let backwards = files.iter().rev().copied();
    backwards.max_by_key(|file| alike.get(file.head.as_str()))
}

/// What would be written now, by path; or what is in the way.
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
        more => format!(" (and {} more)", count(more as u64 - 1, "reason")),
    };
    let reason = reasons.first().map_or("", |reason| &reason.message);
    let message = format!("{} can't be written again: {reason}{more}", quoted(path));
    let related = reasons
        .first()
        .and_then(|reason| Some(Related::new(reason.place.clone()?, "this is in the way")));
    Finding {
        related: related.into_iter().collect(),
        ..CHECK.at(line(&file.source, 0), message)
    }
}

/// The files that are there against those that would be.
fn compare(
    repository: &ResolvedRepository,
    files: &[&Generated],
    written: &BTreeMap<BString, String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let path = &file.source.path;
        // A file that speaks for the whole may lie where the user wants it.
        let wanted = match file.dialect.is_per_folder {
            true => written.get(path),
            false => written.values().next(),
        };
        let (message, place) = match wanted {
            None => (
                format!("{} is no longer wanted", quoted(path)),
                line(&file.source, 0),
            ),
            Some(wanted) => match difference(&file.source, wanted) {
                None => continue,
                Some((at, what)) => (
                    format!("{} is not what the map comes to: {what}", quoted(path)),
                    line(&file.source, at),
                ),
            },
        };
        findings.push(Finding {
            label: "from here on".to_owned(),
            ..CHECK.at(place, message)
        });
    }
    let there: BTreeSet<&BString> = files.iter().map(|file| &file.source.path).collect();
    let is_per_folder = files.iter().any(|file| file.dialect.is_per_folder);
    let missing = written
        .keys()
        .filter(|path| is_per_folder && !there.contains(path));
    findings.extend(missing.map(|path| {
        let message = format!(
            "the map comes to a file {}, which is not generated",
            quoted(path)
        );
        CHECK.at(repository.place(path.clone()), message)
    }));
    findings
}

/// The first line, from 0, that would be another, and what it would be.
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
                "line {number} is {}, and would be {}",
                short(is),
                short(would)
            )
        }
        (Some(is), None) => format!("line {number}, {}, would not be there", short(is)),
        (None, Some(would)) => format!("line {number} would be {}", short(would)),
    };
    let more = match old.len().max(new.len()) - 1 {
        0 => String::new(),
        more => format!(", and {} more", count(more, "line")),
    };
    Some((start, what + &more))
}

/// A line as it can be shown in a sentence.
fn short(line: &str) -> String {
    const LONGEST: usize = 100;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => quoted(format!("{}…", &line[..end])),
        None => quoted(line),
    }
}

/// A line, from 0, as a place; the last one, if there are fewer.
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
