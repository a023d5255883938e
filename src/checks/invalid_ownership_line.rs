use bstr::BStr;

use super::{
    Check, Context, Properties,
    filed_names::{FiledName, filed_names},
    ownership_files::{findings, line_subject},
};
use crate::{
    advice::Advice,
    config::TeamId,
    dialects::{self, FileProblemKind},
    finding::{Finding, Severity},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-ownership-line",
    severity: Severity::Warning,
    summary: "A line in an ownership file is invalid, or probably has an unintended effect.",
    what: "A line in a CODEOWNERS, OWNERS or MAINTAINERS file has a syntax error, or the forge \
probably interprets part of the line differently than its author intended. ownlint checks only the \
ownership files that forges use: CODEOWNERS files in the places where forges look for them, all \
OWNERS files (if the root directory or most directories in it have one), and the MAINTAINERS file in the root directory, with \
the other MAINTAINERS files that the options in `.get_maintainer.conf` select. A name in an OWNERS file that is a team in the \
map and has the handles of people beside it must be defined in OWNERS_ALIASES, if this file exists. \
A line such as `docs/*` matches only the files directly in `docs/`: it is reported with severity `info` if files in \
subdirectories have other owners and no later line matches them. \
Vendored ownership files have no effect and are not checked.",
    why: "\
Forges usually skip an invalid line without a warning, so the affected files get their owners \
from another line, or have no owner.",
    impact: "The affected files may have the wrong owners, or no owner.",
    fix: "Correct the reported line, or generate the file with `ownlint generate`.",
    example: "\
# .github/CODEOWNERS
!docs/generated/ @org/docs      # `!` does not work: the line is skipped
docs/generated/",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    findings(context, &CHECK, FileProblemKind::Line)
        .map(|finding| Finding {
            label: "the problem is here".to_owned(),
            ..finding
        })
        .chain(undefined_groups(context))
        .chain(shallow_lines(context))
        .collect()
}

/// Returns a finding for each line that may be meant for a whole directory, but is about the files directly in it.
fn shallow_lines(context: &Context<'_>) -> impl Iterator<Item = Finding> {
    let lines = context
        .repositories()
        .flat_map(|(at, _)| context.idle_lines(at));
    lines.flat_map(|lines| &lines.shallow).map(|line| {
        let written = line.place.words();
        let message = format!(
            "{} matches only files directly in this directory; {} in its subdirectories, such as {}, {} other owners",
            quoted(written),
            count(line.files, "file"),
            quoted(&line.example),
            if line.files == 1 { "has" } else { "have" }
        );
        let whole = written.strip_suffix('*').unwrap_or(written);
        let advice = format!("if the whole directory is meant, write {}", quoted(whole));
        Finding {
            subject: line_subject(&line.place),
            at_most: Some(Severity::Info),
            advice: vec![Advice::in_words(advice)],
            ..CHECK.at(line.place.clone(), message)
        }
    })
}

/// Returns a finding for each name in ownership files that the map takes for a group of people, but that the file with
/// all groups does not define.
fn undefined_groups(context: &Context<'_>) -> Vec<Finding> {
    let teams = &context.map.teams;
    let mut findings = Vec::new();
    for (at, repository) in context.repositories() {
        for name in filed_names(context, at, repository) {
            let groups = dialects::by_name(name.dialect).and_then(|dialect| dialect.groups);
            let groups = groups.filter(|path| {
                let files = &repository.listing.files;
                !name.is_group && files.find(BStr::new(path)).is_some()
            });
            let team = name.team.map(|found| found.team);
            // The name of a person is not that of their team.
            let is_name_of_team = |team: &TeamId| {
                teams.with_spelling(name.text) == Some(*team)
                    && teams.with_handle_on(name.handle_key, name.text) == Some(*team)
                    && teams.is_one_of_several(name.handle_key, name.text)
            };
            if let (Some(groups), Some(team)) = (groups, team.filter(is_name_of_team)) {
                findings.push(undefined_group(context, &name, groups, team));
            }
        }
    }
    findings
}

fn undefined_group(
    context: &Context<'_>,
    name: &FiledName<'_>,
    groups: &str,
    team: TeamId,
) -> Finding {
    let (group, file) = (quoted(name.text), quoted(groups));
    let message = format!(
        "{} names {group}, which is a handle of team {} and is not defined in {file}, so it is read as the login of a person",
        quoted(name.place.path()),
        quoted(context.map.teams.name(team))
    );
    Finding {
        label: "not defined as a group".to_owned(),
        subject: line_subject(name.place),
        advice: vec![Advice::in_words(format!(
            "define {group} in {file}, or name another group or the people"
        ))],
        ..CHECK.at(name.place.clone(), message)
    }
}
