//! A page for people: the teams, how to reach them and what they own. It counts nothing, so that it
//! changes only where ownership does.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, ByteSlice};

use super::{Dialect, Ownership, Refusal, Written, last_match::head};
use crate::{
    config::{Team, TeamId},
    resolution::Verdict,
    text::{printable, quoted},
};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "markdown",
    summary: "a page of teams and what they own, in Markdown",
    locations: &["OWNERSHIP.md"],
    is_per_folder: false,
    forge: None,
    signature: None,
    answer: None,
    entries: None,
    write,
};

fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let mut text = format!("<!-- {}-->\n\n# Ownership\n", head(ownership, ""));
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
        text.push('\n');
        for about in owned {
            text += &format!("* {}\n", quoted(about));
        }
    }
    let nobody = unowned(ownership);
    if !nobody.is_empty() {
        text += "\n## Nobody\n\nSomething of these is unowned, or claims about it conflict.\n\n";
        for name in nobody {
            text += &format!("* {}\n", quoted(name));
        }
    }
    Ok(Written {
        files: vec![(DIALECT.locations[0].into(), text)],
        expected: Vec::new(),
        notes: Vec::new(),
    })
}

/// By team: what gives it files, as the map has it.
fn shares<'r>(ownership: &Ownership<'r>) -> BTreeMap<TeamId, BTreeSet<&'r str>> {
    let repository = ownership.repository;
    let mut shares: BTreeMap<TeamId, BTreeSet<&'r str>> = BTreeMap::new();
    for resolution in ownership.resolutions() {
        let Some(claim) = resolution.winning.first() else {
            continue;
        };
        let about = repository.claims.get(*claim).about.as_str();
        for team in &resolution.owners {
            shares.entry(*team).or_default().insert(about);
        }
    }
    shares
}

/// What is at the top and holds files that are unowned or conflict; the page itself does not count,
/// be it there or not.
fn unowned<'r>(ownership: &Ownership<'r>) -> BTreeSet<&'r BStr> {
    let repository = ownership.repository;
    let content = repository.content();
    let is_page =
        |path: &BStr| DIALECT.writes(ownership, path) || DIALECT.has_written(&content, path);
    let files = repository.listing.files.iter().zip(0..);
    files
        .filter(|(_, at)| repository.resolved.group_of(*at).resolution.verdict >= Verdict::Unowned)
        .filter(|(file, _)| !is_page(file.path))
        .map(|(file, _)| {
            let end = file.path.find_byte(b'/').map(|slash| slash + 1);
            file.path[..end.unwrap_or(file.path.len())].as_bstr()
        })
        .collect()
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
            false => format!("{} {}", cell(kind), quoted(to)),
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
