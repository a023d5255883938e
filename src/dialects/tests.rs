//! The answers of each dialect's ownership files.
//!
//! The cases are in `tests/dialects/`, one file for each dialect, in a format that any program can read. A line that
//! starts with `==== ` opens a part: `case` with its description; `file` with a path, followed by its content up
//! to the next part, in which `\u{…}` stands for a character; `answers`, one path per line: path, tab, owners as written, sorted, separated by blanks, and
//! optionally another tab and the lines that determine them; `problems`, in the order of the file, one per line:
//! line and column. A case without `problems` has none.

use std::fs;

use bstr::{BStr, BString};

use super::{Answers, Dialect, Tree, by_name};
use crate::{testing::project, text::Place};

/// A test case.
#[derive(Default)]
struct Case<'t> {
    name: &'t str,
    files: Vec<(&'t str, Vec<&'t str>)>,
    answers: Vec<&'t str>,
    problems: Vec<&'t str>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut part = "";
    for line in text.lines() {
        if let Some(opened) = line.strip_prefix("==== ") {
            let (kind, rest) = opened.split_once(' ').unwrap_or((opened, ""));
            part = kind;
            match kind {
                "case" => cases.push(Case {
                    name: rest,
                    ..Case::default()
                }),
                "file" => cases.last_mut().unwrap().files.push((rest, Vec::new())),
                "answers" | "problems" => {}
                other => panic!("no part {other}"),
            }
            continue;
        }
        let case = cases.last_mut().unwrap();
        match part {
            "file" => case.files.last_mut().unwrap().1.push(line),
            _ if line.is_empty() => {}
            "answers" => case.answers.push(line),
            "problems" => case.problems.push(line),
            _ => panic!("{line}"),
        }
    }
    cases
}

fn position(place: &Place, separator: &str, with_file: bool) -> String {
    let Place::Text(source, span) = place else {
        panic!("{place:?}");
    };
    let at = source.line_column(span.start);
    match separator {
        "" if with_file => format!("{}:{}", source.path, at.line),
        "" => at.line.to_string(),
        _ => format!("{}{separator}{}", at.line, at.column),
    }
}

/// Replaces each `\u{…}` by the character with this code.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut unescaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        let code = u32::from_str_radix(code, 16).unwrap();
        unescaped.push(char::from_u32(code).unwrap());
        unescaped += rest;
    }
    unescaped
}

fn answers(dialect: &Dialect, case: &Case<'_>, paths: &[&str]) -> Answers {
    let files = case.files.iter();
    let tree = Tree::in_memory(files.map(|(path, lines)| {
        (
            BString::from(*path),
            unescaped(&lines.join("\n")).into_bytes(),
        )
    }));
    let paths: Vec<&BStr> = paths.iter().map(BStr::new).collect();
    (dialect.answer.unwrap())(&tree, &paths)
}

fn check(name: &str) {
    let text = fs::read_to_string(project().join(format!("tests/dialects/{name}.txt"))).unwrap();
    let dialect = by_name(name).unwrap();
    let mut failures = Vec::new();
    for case in cases(&text) {
        let rows: Vec<Vec<&str>> = case
            .answers
            .iter()
            .map(|a| a.split('\t').collect())
            .collect();
        let paths: Vec<&str> = rows.iter().map(|row| row[0]).collect();
        let answers = answers(dialect, &case, &paths);
        for (at, row) in rows.iter().enumerate() {
            let answer = answers.of(at);
            let owners = answer.sorted().join(" ");
            if owners != *row.get(1).unwrap_or(&"") {
                failures.push(format!("{}: {:?}: {owners:?}", case.name, row));
            }
            if let Some(lines) = row.get(2) {
                let with_file = lines.contains(':');
                let found: Vec<String> = answer
                    .rules
                    .iter()
                    .map(|place| position(place, "", with_file))
                    .collect();
                if found.join(" ") != *lines {
                    failures.push(format!("{}: {:?}: lines {found:?}", case.name, row));
                }
            }
        }
        let problems: Vec<String> = answers
            .problems
            .iter()
            .map(|problem| position(&problem.place, ":", false))
            .collect();
        if problems != case.problems {
            failures.push(format!(
                "{}: {:#?}",
                case.name,
                answers
                    .problems
                    .iter()
                    .map(|p| (position(&p.place, ":", false), &p.message))
                    .collect::<Vec<_>>()
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn github() {
    check("github");
}

#[test]
fn gitlab() {
    check("gitlab");
}

#[test]
fn bitbucket() {
    check("bitbucket");
}

#[test]
fn gitea() {
    check("gitea");
}

#[test]
fn gerrit() {
    check("gerrit");
}

#[test]
fn kubernetes() {
    check("kubernetes");
}

#[test]
fn maintainers() {
    check("maintainers");
}
