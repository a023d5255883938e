//! Generates paths and rules like those of infrastructure repositories, for all benchmarks.

#![allow(dead_code, reason = "each benchmark uses some of it")]

use std::{
    collections::HashSet,
    fmt::Write as _,
    time::{Duration, Instant},
};

/// Returns paths like those of an infrastructure repository: many directories, few file names.
pub fn paths(number: usize) -> Vec<String> {
    const KINDS: [&str; 5] = [
        "manifests",
        "files",
        "templates",
        "lib/facter",
        "spec/classes",
    ];
    const NAMES: [&str; 8] = [
        "init.pp",
        "config.yaml",
        "main.erb",
        "fact.rb",
        "run.sh",
        "site.conf",
        "a.json",
        "b.py",
    ];
    let mut paths: Vec<String> = (0..number)
        .map(|at| {
            let (area, part) = (at / 100, at % 100);
            let kind = KINDS[part % KINDS.len()];
            let name = NAMES[part % NAMES.len()];
            format!(
                "areas/area{area:05}/{kind}/part{}/{part:02}_{name}",
                part % 3
            )
        })
        .collect();
    paths.sort();
    paths
}

/// Returns `number` different rules that cover most of `paths`: directories, more precise paths inside them, and some
/// with inner globs, extensions at any depth, or braces. Globs have a priority, as in a map without conflicts.
pub fn rules_for(paths: &[String], number: usize) -> Vec<Rule> {
    let mut directories: Vec<&str> = paths
        .iter()
        .flat_map(|path| path.match_indices('/').map(|(end, _)| &path[..end]))
        .collect();
    directories.sort_unstable();
    directories.dedup();
    // Shallow directories cover more paths.
    directories.sort_by_key(|directory| directory.matches('/').count());
    let mut rules: Vec<Rule> = Vec::with_capacity(number);
    let mut known = HashSet::new();
    for at in 0.. {
        let directory = directories[at % directories.len()];
        let (parent, last) = directory.rsplit_once('/').unwrap_or(("", directory));
        let path = &paths[(at * 7) % paths.len()];
        let (pattern, is_glob) = match at % 20 {
            _ if parent.is_empty() => continue,
            0..=15 => (format!("{directory}/"), false),
            16 => (format!("{directory}/**/*.{}", ["yaml", "rb"][at % 2]), true),
            17 => (format!("{parent}/{}*/", &last[..1]), true),
            18 => (path.clone(), false),
            _ => (format!("{parent}/{{{last},another}}/"), true),
        };
        if known.insert(pattern.clone()) {
            let priority = if is_glob { rules.len() + 1 } else { 0 };
            rules.push(Rule { pattern, priority });
        }
        if rules.len() == number {
            break;
        }
    }
    rules
}

/// One rule of a map.
pub struct Rule {
    /// Its path.
    pub pattern: String,
    /// Its priority.
    pub priority: usize,
}

/// Returns the text of a map with 40 teams.
pub fn map_text(rules: &[Rule]) -> String {
    let mut text = String::from("version: 1\nteams:\n");
    for team in 0..40 {
        let _ = writeln!(
            text,
            "  team-{team}: {{handles: {{github: '@o/team-{team}', gitlab: '@g/team-{team}', gitea: '@o/team-{team}', \
             bitbucket: '@team-{team}', gerrit: [team-{team}@example.org], kubernetes: team-{team}}}}}"
        );
    }
    text += "rules:\n";
    for (at, Rule { pattern, priority }) in rules.iter().enumerate() {
        let team = at % 40;
        let _ = writeln!(text, "  - paths: [{pattern:?}]\n    owner: team-{team}");
        if *priority > 0 {
            let _ = writeln!(text, "    priority: {priority}");
        }
    }
    text
}

pub fn time<R>(run: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    std::hint::black_box(run());
    start.elapsed()
}
