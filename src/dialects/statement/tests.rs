//! Properties of the claims that ownership files make, for any files, rules and declarations.

use std::{collections::BTreeSet, sync::Arc};

use bstr::{BStr, BString};
use proptest::prelude::*;

use super::read_statements;
use crate::{
    config::Map,
    dialects::{Tree, by_name, names},
    inventory::list,
    resolution::{Resolution, ResolvedRepository, Verdict},
    testing::{self, Repo},
};

/// The files without ownership files.
const FILES: [&str; 12] = [
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
struct Filed {
    dialect: &'static str,
    files: Vec<(String, String)>,
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

fn filed() -> impl Strategy<Value = Filed> {
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

/// A rule or an exemption.
fn entry() -> impl Strategy<Value = String> {
    let patterns = ["**", "a/", "a/b/", "**/*.md", "b/x", "c/", "docs/*", "a/*"];
    let pattern = prop::sample::select(patterns.to_vec());
    let priority = prop::sample::select(vec![0, 0, 0, 1, -1]);
    (pattern, 0..3u8, priority).prop_map(|(pattern, team, priority)| {
        format!("  - {{paths: ['{pattern}'], owner: t{team}, priority: {priority}}}\n")
    })
}

struct Resolved {
    map: Map,
    repository: ResolvedRepository,
    /// Files are read later, too.
    _repo: Repo,
}

impl Resolved {
    fn new(files: &[Filed], rules: &[String], declares: bool) -> Self {
        let repo = Repo::new(&FILES.map(|path| (path, "")));
        let files = files.iter();
        let policies = files.clone().map(|of| format!("{}: trust", of.dialect));
        let policies = BTreeSet::from_iter(policies);
        for (path, text) in files.flat_map(|of| &of.files) {
            repo.write(path, text);
        }
        if declares {
            repo.write(
                "c/Chart.yaml",
                "name: c\nannotations: {team: t2}\nmaintainers: []\n",
            );
        }
        let team = |at: u8| {
            format!(
                "  t{at}: {{handles: {{github: '@t{at}', gerrit: ['t{at}@x'], kubernetes: t{at}}}}}\n"
            )
        };
        let teams: String = (0..3).map(team).collect();
        let rules = match rules {
            [] => String::new(),
            rules => format!("rules:\n{}", rules.concat()),
        };
        let policies = Vec::from_iter(policies).join(", ");
        repo.write(
            "ownership.yaml",
            format!("version: 1\nteams:\n{teams}{rules}ownership_files: {{{policies}}}\n"),
        );
        let map = testing::map(repo.path());
        let listing = list(repo.path(), false).unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let root = repo.path().canonicalize().unwrap();
        let repository =
            ResolvedRepository::new(&map, 0, root, listing, today, read_statements).unwrap();
        Self {
            map,
            repository,
            _repo: repo,
        }
    }

    /// Returns the resolutions of all files, and of one new file in each directory.
    fn all(&self) -> Vec<(BString, Resolution)> {
        let files = &self.repository.listing.files;
        let listed = files.iter().enumerate().map(|(at, file)| {
            let resolution = self.repository.resolved.group_of(at).resolution.clone();
            (file.path.to_owned(), resolution)
        });
        let folders = files.iter().map(|file| {
            let path = file.path.to_string();
            path.rfind('/')
                .map_or(String::new(), |at| path[..=at].to_owned())
        });
        let new = BTreeSet::from_iter(folders).into_iter().map(|folder| {
            let path = BString::from(format!("{folder}new.md"));
            let teams = &self.map.teams;
            let resolution = self
                .repository
                .resolution_of(teams, BStr::new(&path), false);
            (path, resolution.unwrap())
        });
        listed.chain(new).collect()
    }

    /// Returns the owners as the files name them, sorted.
    fn owners(&self, resolution: &Resolution) -> Vec<String> {
        let teams = self
            .map
            .teams
            .names(&resolution.owners)
            .into_iter()
            .map(str::to_owned);
        let people = resolution.people.iter().map(|person| bare(person));
        Vec::from_iter(BTreeSet::from_iter(teams.chain(people)))
    }
}

/// Returns a name without what the syntax of a dialect adds.
fn bare(name: &str) -> String {
    let name = name.strip_prefix('@').unwrap_or(name);
    name.strip_suffix("@x").unwrap_or(name).to_owned()
}

/// Returns the owners that the files of a dialect give to a path, by its own rules: in dialects with a file per folder those
/// of the nearest file that names somebody, and in MAINTAINERS without orphaned sections, and without the section for the
/// rest where another one matches.
fn by_dialect(of: &Resolved, dialect: &'static str, path: &BStr) -> Vec<String> {
    let tree = Tree::of_repository(&of.repository);
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
                let content = of.repository.content();
                let Ok(file) = content.keep(BStr::new(&place)) else {
                    continue;
                };
                // Alone, the file says whom it names.
                let alone = Tree::of_sources([Arc::clone(&file.source)]);
                let own = by_name(dialect).unwrap().answer.unwrap()(&alone, &[path]);
                let own = own.of(0).owners.iter().map(|owner| bare(owner));
                let own = BTreeSet::from_iter(own.filter(|owner| owner != "*"));
                if !own.is_empty() {
                    return own.into_iter().collect();
                }
                if dialect == "gerrit" && file.source.text().contains("set noparent") {
                    break;
                }
            }
            Vec::new()
        }
        "maintainers" => {
            let places = answer.rules.iter();
            let section = |place: &crate::text::Place| {
                let crate::text::Place::Text(source, span) = place else {
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
            let owners = lines.filter_map(|line| line.strip_prefix("M: ")).map(bare);
            Vec::from_iter(BTreeSet::from_iter(owners))
        }
        _ => {
            let owners = answer.owners.iter().map(|owner| bare(owner));
            Vec::from_iter(BTreeSet::from_iter(owners))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn trust_alone_gives_the_answers_of_the_files(filed in filed()) {
        let dialect = filed.dialect;
        let resolved = Resolved::new(std::slice::from_ref(&filed), &[], false);
        for (path, resolution) in resolved.all() {
            let expected = by_dialect(&resolved, dialect, BStr::new(&path));
            prop_assert_eq!(resolved.owners(&resolution), expected.clone(), "{} in {:?}", path, filed);
            let verdict = match expected.is_empty() {
                true => Verdict::Unowned,
                false => Verdict::Owned,
            };
            prop_assert_eq!(resolution.verdict, verdict, "{}", path);
        }
    }

    #[test]
    fn at_least_one_claim_is_never_overridden(
        filed in prop::collection::vec(filed(), 1..3),
        rules in prop::collection::vec(entry(), 0..6),
        declares in any::<bool>(),
    ) {
        let resolved = Resolved::new(&filed, &rules, declares);
        for (path, resolution) in resolved.all() {
            let has_claims = !resolution.overridden.is_empty();
            prop_assert!(!has_claims || !resolution.winning.is_empty(), "{}", path);
            for overridden in &resolution.overridden {
                prop_assert!(resolution.winning.contains(&overridden.by), "{}", path);
            }
            let of_files = |dialect: &str| {
                let claims = resolution.winning.iter().copied();
                let claims = claims.chain(resolution.overridden.iter().map(|it| it.claim));
                let claims = claims.map(|id| resolved.repository.claims.get(id));
                claims.filter(|it| it.filed.as_ref().is_some_and(|it| it.dialect == dialect)).count()
            };
            prop_assert!(names().into_iter().all(|dialect| of_files(dialect) <= 1), "{}", path);
        }
    }
}
