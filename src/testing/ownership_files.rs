//! Random ownership files of all dialects, and their owners.

use std::{collections::BTreeSet, sync::Arc};

use bstr::BStr;
use proptest::prelude::*;

use crate::{
    dialects::{Tree, by_name},
    resolution::ResolvedRepository,
    text::Place,
};

/// The files without ownership files.
pub const FILES: [&str; 12] = [
    "x",
    "a/x",
    "a/y.md",
    "a/b/x",
    "a/b/c/x",
    "b/x",
    "b/y.md",
    "c/values.yaml",
    "c/x",
    "d e/x",
    "docs/x.md",
    "docs/a/x",
];

/// Directories that can have ownership files of their own.
const FOLDERS: [&str; 6] = ["", "c/", "b/", "a/", "a/b/", "a/b/c/"];

/// Owners in files: `t0` to `t2` are handles of teams, the others are people.
const OWNERS: [&str; 5] = ["t0", "t1", "t2", "p0", "p1"];

const PATTERNS: [&str; 11] = [
    "*",
    "a/",
    "/a/*",
    "*.md",
    "docs",
    "/b/**",
    "x",
    "/a/b/x",
    "/c/",
    "**/b/",
    "/docs/*.md",
];

const REGEXES: [&str; 8] = [
    ".*",
    "a/.*",
    "docs/.*\\.md",
    "b/(x|y)",
    "!a/.*",
    "[ab]/.*",
    "(?!a/).*x",
    "c/.*",
];

const MAINTAINED: [&str; 8] = ["*", "*/", "a/", "a/b/", "docs/*.md", "b/x", "c/", "docs/"];

/// The ownership files of one dialect.
#[derive(Debug, Clone)]
pub struct Filed {
    pub dialect: &'static str,
    pub files: Vec<(String, String)>,
}

fn owners(prefix: &'static str) -> impl Strategy<Value = Vec<String>> {
    let owner = prop::sample::select(&OWNERS[..]).prop_map(move |name| format!("{prefix}{name}"));
    prop::collection::vec(owner, 0..3)
}

/// Lines with a pattern and owners.
fn codeowners(
    dialect: &'static str,
    path: &'static str,
    patterns: &'static [&'static str],
    has_sections: bool,
) -> impl Strategy<Value = Filed> {
    let line = (prop::sample::select(patterns), owners("@"), 0..5u8);
    prop::collection::vec(line, 1..7).prop_map(move |lines| {
        let mut text = String::new();
        for (at, (pattern, owners, section)) in lines.into_iter().enumerate() {
            if has_sections && section == 0 {
                text += &format!("[S{at}]\n");
            }
            text += &format!("{pattern} {}\n", owners.join(" "));
        }
        Filed {
            dialect,
            files: vec![(path.to_owned(), text)],
        }
    })
}

/// A file in some folders, with the text that `text` returns.
fn in_folders(
    dialect: &'static str,
    text: fn(&[String], &[String], u8) -> String,
    prefix: &'static str,
) -> impl Strategy<Value = Filed> {
    let file = (
        prop::sample::select(&FOLDERS[..]),
        owners(prefix),
        owners(prefix),
        0..8u8,
    );
    prop::collection::vec(file, 1..6).prop_map(move |files| {
        let files = files.into_iter().map(|(folder, owners, others, kind)| {
            (format!("{folder}OWNERS"), text(&owners, &others, kind))
        });
        Filed {
            dialect,
            files: files.collect(),
        }
    })
}

fn kubernetes(owners: &[String], others: &[String], kind: u8) -> String {
    let list = |owners: &[String]| format!("[{}]", owners.join(", "));
    let options = ["", "options: {no_parent_owners: true}\n"][usize::from(kind % 2)];
    match kind < 4 {
        true => format!("approvers: {}\n{options}", list(owners)),
        false => format!(
            "{options}filters:\n  \".*\": {{approvers: {}}}\n  \"\\\\.md$\": {{approvers: {}}}\n",
            list(owners),
            list(others)
        ),
    }
}

fn gerrit(owners: &[String], others: &[String], kind: u8) -> String {
    let mut text: String = owners.iter().map(|owner| format!("{owner}@x\n")).collect();
    let others: Vec<String> = others.iter().map(|owner| format!("{owner}@x")).collect();
    if kind.is_multiple_of(2) {
        text += "set noparent\n";
    }
    if kind > 3 && !others.is_empty() {
        text += &format!("per-file *.md={}\n", others.join(","));
    }
    if kind == 7 {
        text += "*\n";
    }
    text
}

fn maintainers() -> impl Strategy<Value = Filed> {
    let section = (prop::sample::select(&MAINTAINED[..]), owners(""), 0..8u8);
    prop::collection::vec(section, 1..6).prop_map(|sections| {
        let sections = sections.into_iter().enumerate();
        let text = sections.map(|(at, (path, owners, kind))| {
            let title = if kind == 0 {
                "THE REST".to_owned()
            } else {
                format!("PART {at}")
            };
            let status = if kind == 1 { "S: Orphan\n" } else { "" };
            let lines: String = owners
                .iter()
                .map(|owner| format!("M: {owner}@x\n"))
                .collect();
            format!("{title}\n{lines}{status}F: {path}\n\n")
        });
        Filed {
            dialect: "maintainers",
            files: vec![("MAINTAINERS".to_owned(), text.collect())],
        }
    })
}

/// Ownership files of any dialect.
pub fn filed() -> impl Strategy<Value = Filed> {
    prop_oneof![
        codeowners("github", ".github/CODEOWNERS", &PATTERNS, false),
        codeowners("gitlab", ".gitlab/CODEOWNERS", &PATTERNS, true),
        codeowners("bitbucket", ".bitbucket/CODEOWNERS", &PATTERNS, false),
        codeowners("gitea", "CODEOWNERS", &REGEXES, false),
        in_folders("kubernetes", kubernetes, ""),
        in_folders("gerrit", gerrit, ""),
        maintainers(),
    ]
}

/// Returns the owners that the files of a dialect give to a path, by its own rules: in dialects with a file per folder those
/// of the nearest file that names somebody, and in MAINTAINERS without orphaned sections, and without the section for the
/// rest where another one matches.
pub fn by_dialect(of: &ResolvedRepository, dialect: &'static str, path: &BStr) -> BTreeSet<String> {
    let tree = Tree::of_repository(of);
    let answer = by_name(dialect).unwrap().answer.unwrap();
    let answers = answer(&tree, &[path]);
    let answer = answers.of(0);
    match dialect {
        "kubernetes" | "gerrit" => {
            let folders = FOLDERS
                .iter()
                .rev()
                .filter(|folder| path.starts_with(folder.as_bytes()));
            for folder in folders {
                let place = format!("{folder}OWNERS");
                let content = of.content();
                let Ok(file) = content.keep(BStr::new(&place)) else {
                    continue;
                };
                // Alone, the file says whom it names.
                let alone = Tree::of_sources([Arc::clone(&file.source)]);
                let own = by_name(dialect).unwrap().answer.unwrap()(&alone, &[path]);
                let own = own.of(0).owners.iter().cloned();
                let own = BTreeSet::from_iter(own.filter(|owner| owner != "*"));
                if !own.is_empty() {
                    return own;
                }
                if dialect == "gerrit" && file.source.text().contains("set noparent") {
                    break;
                }
            }
            BTreeSet::new()
        }
        "maintainers" => {
            let places = answer.rules.iter();
            let section = |place: &Place| {
                let Place::Text(source, span) = place else {
                    unreachable!()
                };
                let before = &source.text()[..span.range().start];
                before.rsplit("\n\n").next().unwrap().to_owned()
            };
            let sections: Vec<String> = places.map(section).collect();
            let is_rest = |section: &str| section.starts_with("THE REST");
            let is_alone = sections.iter().all(|section| is_rest(section));
            let counting = sections.iter().filter(|section| {
                !section.contains("S: Orphan") && (is_alone || !is_rest(section))
            });
            let lines = counting.flat_map(|section| section.lines());
            let owners = lines.filter_map(|line| line.strip_prefix("M: "));
            owners.map(str::to_owned).collect()
        }
        _ => answer.owners.iter().cloned().collect(),
    }
}
