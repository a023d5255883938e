use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice};

use super::{DIALECT, parse::login};
use crate::{
    config::TeamId,
    dialects::{
        OwnerSet, Ownership, Refusal, Written,
        folder_owners::{FolderStatement, files, owners_of, statements},
    },
    yaml::Quotes,
};

/// Writes an `OWNERS` file for each folder that needs one. Below a folder with owners, no file can be
/// unowned, so a folder that contains a file without owners gets no owners.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let handles = |teams: &[TeamId]| -> Result<Vec<String>, Refusal> {
        let handles = ownership.handles(teams, DIALECT.handle_key())?;
        Ok(handles.iter().map(|handle| login(handle)).collect())
    };
    let expected = ownership.expected(handles)?;
    let statements = statements(ownership, true);
    let body = |folder: &BStr, statement: &FolderStatement| {
        body(statement, &owners_of(folder, &statements), handles)
    };
    Ok(Written {
        files: files(ownership, &DIALECT, &statements, body)?,
        expected,
        notes: vec![
            "aliases in the generated files are not expanded, because `OWNERS_ALIASES` defines \
             their members"
                .to_owned(),
        ],
        samples: Vec::new(),
        is_complete: true,
    })
}

fn body(
    statement: &FolderStatement,
    owners: &OwnerSet,
    handles: impl Fn(&[TeamId]) -> Result<Vec<String>, Refusal>,
) -> Result<String, Refusal> {
    let mut text = String::new();
    let list = |owners: &OwnerSet| -> Result<String, Refusal> {
        let names = handles(owners)?;
        let names: Vec<String> = names.iter().map(|name| scalar(name)).collect();
        Ok(format!("[{}]", names.join(", ")))
    };
    if !owners.is_empty() {
        text += "options:\n  no_parent_owners: true\n";
    }
    if statement.files.is_empty() {
        if !owners.is_empty() {
            text += &format!("approvers: {}\n", list(owners)?);
        }
        return Ok(text);
    }
    text += "filters:\n";
    let names: Vec<Vec<char>> = statement
        .files
        .keys()
        .map(|name| name.to_str_lossy().chars().collect())
        .collect();
    if !owners.is_empty() {
        let rest = all_but(&names);
        text += &format!("{}    approvers: {}\n", key(&rest), list(owners)?);
    }
    let spelled = |name: &BString| name.to_str_lossy().chars().map(escape).collect();
    let by_owners = statement.by_owners(spelled).into_iter();
    for (owners, names) in by_owners.filter(|(owners, _)| !owners.is_empty()) {
        let filter = match &names[..] {
            [one] => format!("^{one}$"),
            several => format!("^(?:{})$", several.join("|")),
        };
        text += &format!("{}    approvers: {}\n", key(&filter), list(owners)?);
    }
    Ok(text)
}

/// Writes a mapping key; YAML requires the explicit form for long ones.
fn key(text: &str) -> String {
    const LONGEST: usize = 1_000;
    let text = scalar(text);
    match text.chars().count() <= LONGEST {
        true => format!("  {text}:\n"),
        false => format!("  ? {text}\n  :\n"),
    }
}

/// Writes a YAML scalar.
fn scalar(text: &str) -> String {
    Quotes::Single.unless_word(text, &[])
}

/// Escapes a character of a name in an expression. `.` replaces control characters, which YAML cannot contain.
fn escape(char: char) -> String {
    match char {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
            format!("\\{char}")
        }
        char::REPLACEMENT_CHARACTER => ".".to_owned(),
        char if char.is_control() => ".".to_owned(),
        char => char.to_string(),
    }
}

/// Returns an expression for every path except these names. Expressions here have no negation, so it lists
/// all alternatives: paths that differ from every name at some character, or end before or after a name does.
fn all_but(names: &[Vec<char>]) -> String {
    format!("^(?:{})$", other_than(names, 0))
}

/// The number of characters of a name that are written before a new group: the nesting of groups is
/// limited.
const GROUP: usize = 8;

/// Returns an expression for everything after position `at` except `names`, which are equal up to there.
fn other_than(names: &[Vec<char>], at: usize) -> String {
    let mut branches = Vec::new();
    branch(names, at, at + GROUP, "", &mut branches);
    branches.join("|")
}

fn branch(names: &[Vec<char>], at: usize, end: usize, before: &str, branches: &mut Vec<String>) {
    if at == end {
        return branches.push(format!("{before}(?:{})", other_than(names, at)));
    }
    let next: BTreeSet<char> = names
        .iter()
        .filter_map(|name| name.get(at).copied())
        .collect();
    if !names.iter().any(|name| name.len() == at) {
        branches.push(before.to_owned());
    }
    if next.is_empty() {
        branches.push(format!("{before}.+"));
    } else {
        let mut class = String::from("[^");
        for char in &next {
            if matches!(char, '\\' | ']' | '^' | '-' | '[' | '&' | '~') {
                class.push('\\');
            }
            class.push(*char);
        }
        branches.push(format!("{before}{class}].*"));
    }
    for char in next {
        let with: Vec<Vec<char>> = names
            .iter()
            .filter(|name| name.get(at) == Some(&char))
            .cloned()
            .collect();
        let before = before.to_owned() + &escape(char);
        branch(&with, at + 1, end, &before, branches);
    }
}
