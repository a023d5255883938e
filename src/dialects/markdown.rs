//! A page for people: the teams, their contacts and what they own. It contains no counts, so it changes
//! only when ownership does.

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
    summary: "a Markdown page that lists teams and what they own",
    locations: &["OWNERSHIP.md"],
    is_per_folder: false,
    forge: None,
    signature: None,
    answer: None,
    entries: None,
    sections: None,
    has_exempting_lines: false,
    groups: None,
    reviewers: None,
    extra: |line| (!line.trim().is_empty()).then_some("line"),
    write,
};

fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let mut text = format!("<!-- {}-->\n\n# Ownership\n", head(ownership, ""));
    let shares = shares(ownership);
    for (id, team) in ownership.teams().iter() {
        let Some(owned) = shares.get(&id) else {
            continue;
        };
        text += &format!("\n## {}\n", escaped(team.display_name()));
        if let Some(description) = &team.description {
            text += &format!("\n{}\n", escaped(description));
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
    let no_owner = unowned(ownership);
    if !no_owner.is_empty() {
        text += "\n## No owner\n\nSome files in these locations are unowned or have conflicting claims.\n\n";
        for name in no_owner {
            text += &format!("* {}\n", quoted(name));
        }
    }
    Ok(Written {
        files: vec![(DIALECT.locations[0].into(), text)],
        ..Written::default()
    })
}

/// Returns by team the rules and declarations that give it files, as written in the map.
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

/// Returns the top-level entries with files that are unowned or conflicting. The page itself does not
/// count, whether it exists or not.
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
                escaped(kind),
                printable(to).replace(['<', '>'], "")
            ),
            false => format!("{} {}", escaped(kind), quoted(to)),
        })
        .collect();
    contacts.join(" · ")
}

/// Escapes Markdown syntax in a text.
fn escaped(text: &str) -> String {
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
