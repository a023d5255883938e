//! A page for people: the teams, how to reach them and what they own.

use std::collections::BTreeMap;

use bstr::ByteSlice;

use super::{Dialect, Ownership, Refusal, Written, ordered::MARK};
use crate::{
    config::{Team, TeamId},
    resolution::Verdict,
    text::{printable, printable_bytes},
};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "markdown",
    summary: "a page of teams and what they own, in Markdown",
    locations: &["OWNERSHIP.md"],
    is_per_folder: false,
    answer: None,
    write,
};

fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let mut text = format!(
        "<!-- {MARK} Do not edit it; change the map, then run:\n  {}\n-->\n\n# Ownership\n",
        ownership.command
    );
    let repository = ownership.repository;
    let coverage = repository.coverage();
    text += &format!(
        "\n{} files: {} owned, {} exempt, {} unowned, {} conflicting.\n",
        coverage.total(),
        coverage.files(Verdict::Owned),
        coverage.files(Verdict::Exempt),
        coverage.files(Verdict::Unowned),
        coverage.files(Verdict::Conflicting),
    );
    let shares = shares(ownership);
    for (id, team) in ownership.teams().iter() {
        let Some(owned) = shares.get(&id) else {
            continue;
        };
        text += &format!("\n## {}\n", cell(team.display_name()));
        if let Some(description) = &team.description {
            text += &format!("\n{}\n", cell(description));
        }
        let contacts = contacts(team);
        if !contacts.is_empty() {
            text += &format!("\n{contacts}\n");
        }
        text += "\n| what | files |\n|---|---:|\n";
        for (about, files) in owned {
            text += &format!("| {} | {files} |\n", code(about));
        }
    }
    let nobody: Vec<(String, u64)> = unowned(ownership).into_iter().collect();
    if !nobody.is_empty() {
        text += "\n## Nobody\n\n| where | files |\n|---|---:|\n";
        for (directory, files) in nobody {
            text += &format!("| {} | {files} |\n", code(&directory));
        }
    }
    Ok(Written {
        files: vec![(DIALECT.locations[0].into(), text)],
        expected: Vec::new(),
        notes: Vec::new(),
    })
}

/// By team: what gives it files, as the map has it, and how many.
fn shares(ownership: &Ownership<'_>) -> BTreeMap<TeamId, BTreeMap<String, u64>> {
    let repository = ownership.repository;
    let mut shares: BTreeMap<TeamId, BTreeMap<String, u64>> = BTreeMap::new();
    for group in repository.resolved.groups() {
        let resolution = &group.resolution;
        let Some(claim) = resolution.standing.first() else {
            continue;
        };
        let about = &repository.claims.get(*claim).about;
        for team in &resolution.owners {
            let of_team = shares.entry(*team).or_default();
            *of_team.entry(about.clone()).or_default() += group.files;
        }
    }
    shares
}

/// Files that are unowned or conflict, by directory at the top.
fn unowned(ownership: &Ownership<'_>) -> BTreeMap<String, u64> {
    let repository = ownership.repository;
    let mut by_directory = BTreeMap::new();
    for (file, at) in repository.listing.files.iter().zip(0..) {
        let verdict = repository.resolved.group_of(at).resolution.verdict;
        if verdict >= Verdict::Unowned {
            let end = file
                .path
                .find_byte(b'/')
                .map_or(file.path.len(), |slash| slash + 1);
            let directory = printable_bytes(&file.path[..end]);
            *by_directory.entry(directory).or_default() += 1;
        }
    }
    by_directory
}

fn contacts(team: &Team) -> String {
    let contacts: Vec<String> = team
        .contacts
        .iter()
        .map(|(kind, to)| match to.contains("://") {
            true => format!(
                "[{}](<{}>)",
                cell(kind),
                printable(to).replace(['<', '>'], "")
            ),
            false => format!("{} {}", cell(kind), code(to)),
        })
        .collect();
    contacts.join(" · ")
}

/// Text that Markdown takes for nothing else.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for char in printable(text).chars() {
        if matches!(
            char,
            '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' | '\\'
        ) {
            out.push('\\');
        }
        out.push(char);
    }
    out
}

/// Text as it is, in a cell of a table.
fn code(text: &str) -> String {
    let text = printable(text).replace('|', "\\|");
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}
