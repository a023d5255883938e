//! Writes the draft as YAML, without a library, because it contains comments.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use bstr::ByteSlice as _;

use super::{DraftPerson, DraftRule, DraftTeam, DraftTeams, ProposedKey, Suggestion, Unowned};
use crate::{
    config::{Policy, Requirement},
    evidence::Changes,
    pattern::escape,
    text::{count, first_few, joined, printable, printable_bytes},
    yaml::Quotes,
};

/// The maximum number of unowned paths to list.
const MOST: usize = 200;

/// The path in an example of a rule.
const EXAMPLE: &str = "path/to/directory/";

/// The content of a draft.
#[derive(Debug, Default)]
pub struct Draft {
    /// The teams.
    pub teams: DraftTeams,
    /// The people.
    pub people: Vec<DraftPerson>,
    /// The repositories: the directory of the map, or those that the map lists.
    pub repositories: Vec<DraftRepository>,
    /// The keys that probably name owners.
    pub owner_keys: Vec<ProposedKey>,
    /// What the draft does not contain, one line each.
    pub dropped: Vec<String>,
}

/// The part of a draft about one repository.
#[derive(Debug, Default)]
pub struct DraftRepository {
    /// The name and the path of the repository in the map; `None` for the directory of the map.
    pub listed: Option<(String, String)>,
    /// Its sources, one line each.
    pub sources: Vec<String>,
    /// The rules and exemptions.
    pub rules: Vec<DraftRule>,
    /// The default reason of exemptions.
    pub reason: String,
    /// What the ownership files of dialects are worth, by dialect.
    pub ownership_files: Vec<(&'static str, Policy)>,
    /// Whether declarations are only compared with the owners that other files state, and must not override them.
    pub compares: bool,
    /// Lines of the ownership file that have no effect on the draft, each with the reason.
    pub skipped_lines: Vec<String>,
    /// The number of owned files, and of all files.
    pub owned: (u64, usize),
    /// Comments of the ownership file that do not belong to any line.
    pub comments: Vec<String>,
    /// What else the ownership files state, one line each.
    pub lost: Vec<String>,
    /// The unowned folders and files.
    pub unowned: Vec<Unowned>,
    /// Directories with new files that would have other owners than by the ownership file, one line each.
    pub new_files: Vec<String>,
    /// The suggested rules, each with the names of the owners.
    pub suggestions: Vec<(Suggestion, Vec<String>)>,
    /// The path of the map, and the team to own it, unless something else assigns an owner to it.
    pub map: Option<(String, String)>,
}

/// Returns the text of the map.
pub fn write(draft: &Draft) -> String {
    let mut out = String::from("# Draft of a map, written by `ownlint init`. Edit it as needed.\n");
    let (listed, own): (Vec<_>, Vec<_>) = draft
        .repositories
        .iter()
        .partition(|it| it.listed.is_some());
    for repository in &own {
        out += &head(repository);
    }
    out += "version: 1\n";
    out += &format!(
        "# Checks that are newer report no errors, so that an upgrade does not fail runs that passed.\nrequires: {}\n\n",
        text(&Requirement::of_this_version())
    );
    let teams = draft.teams.sorted();
    out += if teams.is_empty() {
        "teams: {}\n"
    } else {
        "teams:\n"
    };
    for one in teams {
        out += &team(one);
    }
    if !draft.people.is_empty() {
        out += "\npeople:\n";
    }
    for one in &draft.people {
        out += &person(one);
    }
    for repository in &own {
        out += &entries(repository, &draft.teams);
    }
    if !listed.is_empty() {
        out += "\nrepositories:\n";
    }
    for repository in listed {
        let (name, path) = repository.listed.clone().unwrap_or_default();
        out += &format!("  - name: {}\n    path: {}\n", text(&name), text(&path));
        let inside = head(repository) + &entries(repository, &draft.teams) + &remarks(repository);
        for line in inside.lines() {
            out += match line.is_empty() {
                true => "",
                false => "    ",
            };
            out += line;
            out.push('\n');
        }
    }
    let keys = draft.owner_keys.iter().map(|proposed| {
        let files = count(proposed.files, "file");
        let example = printable(&proposed.example);
        format!("- {} # {files}, such as {example}", text(&proposed.key))
    });
    out += &comments(
        "\n# These labels, annotations, tags or variables may name owners. Uncomment the correct ones, and run \
            `ownlint check`.\n# owner_keys:",
        keys,
    );
    let dropped = draft.dropped.iter().map(|line| printable(line));
    out += &comments(
        "\n# The draft does not contain these names and files, which may show owners:",
        dropped,
    );
    for repository in own {
        out += &remarks(repository);
    }
    out
}

/// Returns the text of a map with only the teams and the rules of one repository, in the directory of the map.
pub fn write_alone(teams: &DraftTeams, repository: &DraftRepository) -> String {
    let entries = entries(repository, teams);
    let teams: String = teams.sorted().into_iter().map(team).collect();
    match teams.is_empty() {
        true => format!("version: 1\nteams: {{}}\n{entries}"),
        false => format!("version: 1\nteams:\n{teams}{entries}"),
    }
}

/// Returns the comments before the entries of a repository.
fn head(repository: &DraftRepository) -> String {
    let sources = repository.sources.iter();
    let mut out: String = sources
        .map(|source| format!("# From {}\n", printable(source)))
        .collect();
    let unattached = repository.comments.iter().map(|comment| printable(comment));
    out += &comments("#\n# Other comments:", unattached);
    out
}

/// Returns the rules, exemptions and settings of a repository.
fn entries(repository: &DraftRepository, teams: &DraftTeams) -> String {
    let mut out = String::new();
    let (exempt, owned): (Vec<_>, Vec<_>) = repository
        .rules
        .iter()
        .partition(|rule| rule.owners.is_empty());
    let trusts = !repository.ownership_files.is_empty();
    if let (true, (declared @ 1.., all)) = (owned.is_empty() && !trusts, repository.owned) {
        out += &format!(
            "\n# {declared} of {all} files need no rule, because their components declare an \
                owner.\n"
        );
    }
    out += &ownership_files(repository);
    let of_map = repository.map.as_ref().filter(|_| !trusts);
    let has_rules = !owned.is_empty() || of_map.is_some();
    if has_rules {
        out += "\nrules:\n";
    }
    if let Some((path, team)) = of_map {
        out += "  # This map itself. Change the owner if another team maintains the map.\n";
        out += &format!("  - paths: [{}]\n    owner: {}\n", text(path), text(team));
    }
    for rule in owned {
        out += &paths(rule);
        let owners = rule.owners.iter();
        // A file can name an owner in several ways.
        let mut seen = BTreeSet::new();
        let owners = owners.filter_map(|handle| teams.of_handle(handle));
        let owners = owners.filter(|team| seen.insert(*team));
        out += &format!("    {}", owner(owners.map(text)));
        out += &priority(rule);
        if let Some(note) = &rule.note {
            out += &format!("    note: {}\n", text(note));
        }
    }
    if trusts {
        out += &stub(repository);
    } else if !has_rules && repository.suggestions.is_empty() {
        out += &stub_for_unowned(repository);
    }
    out += &suggestions(repository, has_rules || trusts);
    if !exempt.is_empty() {
        out += "\nexemptions:\n";
    }
    for rule in exempt {
        let reason = rule.note.as_deref().unwrap_or(&repository.reason);
        out += &paths(rule);
        out += &format!("    reason: {}\n", text(reason));
        out += &priority(rule);
    }
    if repository.compares {
        let what = match trusts {
            true => "ownership files",
            false => "rules",
        };
        out += &format!(
            "\n# Compare component declarations with the {what}, and report differences. Without \
                this line,\n# declarations would override less precise {what}.\ndeclarations: \
                {{\"*\": compare}}\n"
        );
    }
    out
}

/// Returns what the ownership files are worth.
fn ownership_files(repository: &DraftRepository) -> String {
    let policies = repository.ownership_files.iter();
    let policies = joined(
        policies.map(|(dialect, policy)| format!("{dialect}: {}", policy.name())),
        ", ",
    );
    match policies.is_empty() {
        true => policies,
        false => format!(
            "\n# The existing ownership files decide who owns each path, also in the future.\n\
             ownership_files: {{{policies}}}\n"
        ),
    }
}

/// Returns an example of a rule in comments, which suggested rules can follow.
fn stub(repository: &DraftRepository) -> String {
    let (path, team) = match &repository.map {
        Some((path, team)) => (path.as_str(), team.as_str()),
        None => (EXAMPLE, "TEAM"),
    };
    let heading = "Rules for what the ownership files do not cover";
    commented_rule(heading, path, team)
}

/// Returns an example of a rule in comments for the largest unowned directory.
fn stub_for_unowned(repository: &DraftRepository) -> String {
    let unowned = repository.unowned.iter();
    let largest = unowned.max_by_key(|it| (it.files, Reverse(&it.path)));
    let path = largest.map_or_else(
        || EXAMPLE.to_owned(),
        |largest| match &largest.path[..] {
            b"" | b"." => "**".to_owned(),
            path => escape(path.as_bstr()),
        },
    );
    commented_rule("Rules assign owners to paths", &path, "TEAM")
}

fn commented_rule(heading: &str, path: &str, team: &str) -> String {
    let (path, team) = (text(path), text(team));
    format!("\n# {heading}, such as:\n# rules:\n#   - paths: [{path}]\n#     owner: {team}\n")
}

/// Returns the comments after the entries of a repository.
fn remarks(repository: &DraftRepository) -> String {
    let skipped_lines = repository.skipped_lines.iter();
    let skipped_lines = skipped_lines.map(|line| printable(line));
    let out = comments("\n# These lines were skipped:", skipped_lines);
    let lost = repository.lost.iter().map(|line| printable(line));
    let out = out
        + &comments(
            "\n# The ownership files also contain the following, which the map does not:",
            lost,
        );
    let new_files = repository.new_files.iter().map(|line| printable(line));
    let new_files = first_few(new_files, MOST, |more| format!("and {more} more"));
    let out = out
        + &comments(
            "\n# New files here would have other owners than by the ownership file:",
            new_files,
        );
    let unowned = repository.unowned.iter().map(|unowned| {
        let (path, files) = (printable_bytes(&unowned.path), count(unowned.files, "file"));
        let authors = unowned.changes.as_ref().map(authors).unwrap_or_default();
        format!("{path} ({files}{authors})")
    });
    let unowned = first_few(unowned, MOST, |more| format!("and {more} more"));
    out + &comments("\n# Unowned:", unowned)
}

/// Returns the priority of a rule or exemption; empty if it is the default.
fn priority(rule: &DraftRule) -> String {
    match rule.priority {
        0 => String::new(),
        priority => format!("    priority: {priority}\n"),
    }
}

/// Returns lines as comments below a heading; empty without lines.
fn comments(heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.map(|line| format!("#   {line}\n")).collect();
    match lines.is_empty() {
        true => lines,
        false => format!("{heading}\n{lines}"),
    }
}

/// Returns the suggested rules as comments; without the `# `, they continue the list of rules.
fn suggestions(draft: &DraftRepository, has_rules: bool) -> String {
    if draft.suggestions.is_empty() {
        return String::new();
    }
    let mut by_owners: BTreeMap<&[String], Vec<&Suggestion>> = BTreeMap::new();
    for (suggestion, owners) in &draft.suggestions {
        by_owners.entry(owners).or_default().push(suggestion);
    }
    let mut out = "\n# Suggested rules for unowned paths. The comment after each path gives the \
                   evidence.\n# Check the evidence, and uncomment the correct rules.\n"
        .to_owned();
    if !has_rules {
        out += "# rules:\n";
    }
    for (owners, suggestions) in by_owners {
        let mut indent = "  - ";
        for (key, is_component) in [("paths", false), ("components", true)] {
            let of_key = suggestions
                .iter()
                .filter(|it| it.is_component == is_component);
            let lines: String = of_key
                .map(|it| {
                    let reason = printable(&it.reason);
                    format!("#       - {} # {reason}\n", text(&it.subject))
                })
                .collect();
            if !lines.is_empty() {
                out += &format!("# {indent}{key}:\n{lines}");
                indent = "    ";
            }
        }
        out += &format!(
            "# {indent}{}",
            owner(owners.iter().map(|owner| text(owner)))
        );
    }
    out
}

/// Returns the line for the owners of a rule.
fn owner(owners: impl Iterator<Item = String>) -> String {
    let mut owners: Vec<String> = owners.collect();
    owners.dedup();
    match &owners[..] {
        [one] => format!("owner: {one}\n"),
        several => format!("owners: [{}]\n", several.join(", ")),
    }
}

/// Returns the main authors as a short text.
fn authors(changes: &Changes) -> String {
    let authors = changes.authors.iter();
    let authors = authors.map(|(name, count)| format!("{} {count}", printable(name)));
    format!(
        "; top authors in {}: {}",
        count(changes.all, "change"),
        joined(authors, ", ")
    )
}

fn team(team: &DraftTeam) -> String {
    let mut lines = String::new();
    if let Some(name) = &team.name {
        lines += &format!("    name: {}\n", text(name));
    }
    if let Some(parent) = &team.parent {
        lines += &format!("    parent: {}\n", text(parent));
    }
    if !team.aliases.is_empty() {
        let aliases = joined(team.aliases.iter().map(|alias| text(alias)), ", ");
        lines += &format!("    aliases: [{aliases}]\n");
    }
    if let Some(email) = &team.email {
        lines += &format!("    contacts: {{email: {}}}\n", text(email));
    }
    let handles = handles(team);
    if !handles.is_empty() {
        lines += &format!("    handles: {{{handles}}}\n");
    }
    let id = text(&team.id);
    match lines.is_empty() {
        true => format!("  {id}: {{}}\n"),
        false => format!("  {id}:\n{lines}"),
    }
}

/// Returns the handles of a team, by forge.
fn handles(team: &DraftTeam) -> String {
    let mut by_key: Vec<(&str, Vec<String>)> = Vec::new();
    for (dialect, handle) in &team.handles {
        let Some(forge) = &dialect.forge else {
            continue;
        };
        match by_key.iter_mut().find(|(key, _)| *key == forge.handle_key) {
            Some((_, handles)) => handles.push(text(handle)),
            None => by_key.push((forge.handle_key, vec![text(handle)])),
        }
    }
    let list = |(key, handles): (&str, Vec<String>)| match &handles[..] {
        [one] => format!("{key}: {one}"),
        several => format!("{key}: [{}]", several.join(", ")),
    };
    joined(by_key.into_iter().map(list), ", ")
}

fn person(person: &DraftPerson) -> String {
    let mut fields = Vec::new();
    if let Some(name) = &person.name {
        fields.push(format!("name: {}", text(name)));
    }
    if !person.emails.is_empty() {
        let emails = joined(person.emails.iter().map(|it| text(it)), ", ");
        fields.push(format!("emails: [{emails}]"));
    }
    fields.push(format!("team: {}", text(&person.team)));
    format!("  - {}\n", fields.join("\n    "))
}

/// Returns the patterns in a rule, on one line if they are few.
fn paths(rule: &DraftRule) -> String {
    let mut indent = "  - ";
    let mut out = String::new();
    for (key, of_files) in [("paths", false), ("files", true)] {
        let patterns = rule.patterns.iter();
        let patterns = patterns.filter(|pattern| pattern.is_of_files() == of_files);
        let patterns: Vec<String> = patterns.map(|pattern| text(pattern.text())).collect();
        out += &match &patterns[..] {
            [] => continue,
            few if few.len() <= 4 => format!("{indent}{key}: [{}]\n", few.join(", ")),
            many => format!("{indent}{key}:\n      - {}\n", many.join("\n      - ")),
        };
        indent = "    ";
    }
    out
}

/// Returns a string as YAML, in quotes unless it is unambiguous without.
fn text(text: &str) -> String {
    Quotes::Double.unless_word(text, &['/'])
}

#[cfg(test)]
mod tests {
    use bstr::ByteSlice as _;

    use super::*;
    use crate::{pattern::Pattern, yaml};

    #[test]
    fn is_valid_yaml_with_every_character() {
        let all: String = ('\0'..=char::MAX).collect();
        let repository = |listed| DraftRepository {
            listed,
            comments: vec![all.clone()],
            reason: all.clone(),
            rules: vec![DraftRule {
                patterns: vec![Pattern::literal(all.as_bytes().as_bstr())],
                owners: Vec::new(),
                priority: 0,
                note: None,
            }],
            unowned: vec![Unowned {
                path: all.clone().into_bytes(),
                files: 1,
                changes: None,
            }],
            ..DraftRepository::default()
        };
        for listed in [None, Some((all.clone(), all.clone()))] {
            let draft = Draft {
                people: vec![DraftPerson {
                    name: Some(all.clone()),
                    emails: vec![all.clone()],
                    team: all.clone(),
                }],
                dropped: vec![all.clone()],
                repositories: vec![repository(listed)],
                ..Draft::default()
            };
            let parsed = yaml::parse(&write(&draft));
            assert_eq!(parsed.errors.first().map(|error| &error.message), None);
            let map = &parsed.documents[0];
            let listed = map.get("repositories").and_then(|it| it.items()?.first());
            let rules = listed.unwrap_or(map).get("exemptions").unwrap();
            let reason = rules.items().unwrap()[0].get("reason").unwrap();
            assert!(reason.as_str() == Some(&all));
        }
    }

    #[test]
    fn strings_survive_a_round_trip() {
        for sample in [
            "a",
            "a/b-c.d",
            "no",
            "NULL",
            "1",
            "",
            " a",
            "a: b",
            "- a",
            "#x",
            "@o/t",
            "*.sql",
            "a\\*b",
            "\"",
            "a\nb\u{1b}\u{85}\u{2028}",
            "\u{7f}",
            "\u{202e}x",
            "ü",
            "\u{e0041}",
            "~",
            "y",
        ] {
            let read: serde_yaml::Value = serde_yaml::from_str(&text(sample)).unwrap();
            assert_eq!(read.as_str(), Some(sample), "{}", text(sample));
        }
    }
}
