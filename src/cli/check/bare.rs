//! `check` where there is no map: lints the ownership file that is there.

use std::{collections::BTreeMap, env, io::Write as _, path::Path};

use bstr::{BStr, BString, ByteSlice as _};

use super::told;
use crate::{
    checks::{Scope, UNOWNED_PATH, misread_line},
    cli::{
        Outcome,
        args::{CheckArguments, Global},
        session::{Failure, Terminal, vocabulary},
    },
    config::{self, MAP_NAME, Map, MapError, TeamId, without_dots},
    dialects::{Answers, Dialect, Tree, detect},
    draft::{self, Draft, DraftTeams},
    finding::{Finding, Help},
    inventory::{Content, Files, list, work_tree},
    report::{Places, Report, RepositoryReport},
    resolution::{Coverage, Verdict},
    text::{Place, printable_bytes, quoted},
};

/// Nothing, if there is no ownership file either.
pub(super) fn run(
    arguments: &CheckArguments,
    global: &Global,
    terminal: &Terminal,
) -> Option<Outcome> {
    // A misspelt name of a repository is better told as what it is.
    if !global.root.is_empty() {
        return None;
    }
    let here = env::current_dir().ok()?;
    let here = here.canonicalize().unwrap_or(here);
    if here.join("ownership.yml").is_file() {
        return None;
    }
    let root = work_tree(&here).unwrap_or_else(|| here.clone());
    let listing = match list(&root, arguments.untracked) {
        Ok(listing) => listing,
        Err(message) => return Some(Err(Failure::new(message))),
    };
    let dialect = detect(&root, &listing.files)?;
    let answer = dialect.answer?;
    let tree = Tree::of_repository(Content {
        repository: ".".into(),
        root: root.clone(),
        left_out: listing.left_out.clone(),
    });
    let paths: Vec<&BStr> = listing.files.iter().map(|file| file.path).collect();
    let answers = answer(&tree, &paths);
    Some(lint(&Site {
        arguments,
        terminal,
        here: &here,
        root: &root,
        files: &listing.files,
        dialect,
        answers: &answers,
    }))
}

/// What is linted, and how.
struct Site<'s> {
    arguments: &'s CheckArguments,
    terminal: &'s Terminal,
    here: &'s Path,
    root: &'s Path,
    files: &'s Files,
    dialect: &'s Dialect,
    answers: &'s Answers,
}

fn lint(site: &Site<'_>) -> Outcome {
    let scope = scope(site)?;
    let name = match &site.answers.read[..] {
        [one] => printable_bytes(one),
        several => format!("{} OWNERS files", several.len()),
    };
    if !site.terminal.err.quiet {
        let summary = site.dialect.summary;
        // A note that can't be written is no reason to stop.
        let _ = writeln!(
            std::io::stderr().lock(),
            "note: there is no `{MAP_NAME}`: checking {name} ({summary}); `ownlint init` makes a map of it"
        );
    }
    let mut teams = DraftTeams::default();
    for at in 0..site.files.len() {
        for owner in &site.answers.of(at).owners {
            teams.add_handle(site.dialect.name, owner);
        }
    }
    let draft = Draft {
        teams,
        ..Draft::default()
    };
    let map = config::load_text(
        &draft::write(&draft),
        &site.root.join(MAP_NAME),
        &vocabulary().as_ref(),
    )
    .map_err(|MapError(faults)| Failure::Map(faults, site.root.to_path_buf()))?;
    let places = Places::of_map(site.root, site.here.to_path_buf());
    let problems = site.answers.problems.iter().map(misread_line);
    let problems = problems.filter(|finding| scope.holds(0, finding.place.path()));
    let report = Report {
        map: &map,
        repositories: vec![RepositoryReport {
            name: ".".into(),
            root: site.root.to_path_buf(),
            coverage: coverage(site, &scope, &map, &draft.teams),
        }],
        findings: unowned(site, &scope, &name).chain(problems).collect(),
    };
    told(&report, &places, site.arguments, site.terminal)
}

/// What the user asked about; all of it has to be there.
fn scope(site: &Site<'_>) -> Result<Scope, Failure> {
    if site.arguments.paths.is_empty() {
        return Ok(Scope::All);
    }
    let path = |typed: &std::path::PathBuf| {
        let shown = quoted(typed.as_os_str().as_encoded_bytes());
        let full = without_dots(&site.here.join(typed));
        let inside = full.strip_prefix(site.root).map_err(|_| {
            let root = quoted(site.root.as_os_str().as_encoded_bytes());
            Failure::new(format!("{shown} is not in {root}"))
        })?;
        let path: BString = inside.as_os_str().as_encoded_bytes().into();
        let below = [path.as_bytes(), b"/"].concat();
        let is_there = path.is_empty()
            || site.files.find(path.as_bstr()).is_some()
            || !site.files.under(&below).is_empty();
        match is_there {
            true => Ok((0, path)),
            false => Err(Failure::new(format!(
                "no file of the repository is in {shown}"
            ))),
        }
    };
    let paths = site.arguments.paths.iter().map(path);
    Ok(Scope::Paths(paths.collect::<Result<_, _>>()?, false))
}

/// What the file says of the file at a position: a line without owners exempts it.
fn verdict(answers: &Answers, at: usize) -> Verdict {
    let answer = answers.of(at);
    match (answer.owners.is_empty(), answer.rules.is_empty()) {
        (false, _) => Verdict::Owned,
        (true, false) => Verdict::Exempt,
        (true, true) => Verdict::Unowned,
    }
}

fn coverage(site: &Site<'_>, scope: &Scope, map: &Map, teams: &DraftTeams) -> Coverage {
    let ids: BTreeMap<&str, TeamId> = map
        .teams
        .iter()
        .map(|(id, _)| (map.teams.name(id), id))
        .collect();
    let mut coverage = Coverage::default();
    for (at, file) in site.files.iter().enumerate() {
        if !scope.holds(0, file.path) {
            continue;
        }
        *coverage.files.entry(verdict(site.answers, at)).or_default() += 1;
        let owners = site.answers.of(at).owners.iter();
        for team in owners.filter_map(|owner| ids.get(teams.of_handle(owner)?)) {
            *coverage.teams.entry(*team).or_default() += 1;
        }
    }
    coverage
}

fn unowned(site: &Site<'_>, scope: &Scope, name: &str) -> impl Iterator<Item = Finding> {
    let files = site.files.iter().enumerate();
    // What was not asked about keeps the directories around it from being told.
    let is_told = |at, path| verdict(site.answers, at) == Verdict::Unowned && scope.holds(0, path);
    let files: Vec<(&BStr, bool)> = files
        .map(|(at, file)| (file.path, !is_told(at, file.path)))
        .collect();
    draft::unowned(&files)
        .into_iter()
        .map(move |(path, files)| {
            let plural = if files == 1 { "" } else { "s" };
            let message = format!("{} has no owner ({files} file{plural})", quoted(&path));
            let help = format!(
                "give it an owner in {name}; a line without owners says that it needs none"
            );
            Finding {
                severity: UNOWNED_PATH.severity,
                path: Some(path.clone().into()),
                files: Some(files as u64),
                help: Some(Help::Say(help)),
                ..Finding::new(
                    UNOWNED_PATH.name,
                    Place::Path(".".into(), path.into()),
                    message,
                )
            }
        })
}
