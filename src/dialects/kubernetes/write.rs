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

/// An `OWNERS` file for each folder that needs one. That nobody owns something can't be said below
/// a folder that somebody owns, so a folder with a file of nobody's stays without an owner.
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
            "aliases are left as they are: `OWNERS_ALIASES` says who is behind them".to_owned(),
        ],
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

/// A key of a mapping; a long one has to be announced in YAML.
fn key(text: &str) -> String {
    const LONGEST: usize = 1_000;
    let text = scalar(text);
    match text.chars().count() <= LONGEST {
        true => format!("  {text}:\n"),
        false => format!("  ? {text}\n  :\n"),
    }
}

/// A scalar of YAML.
fn scalar(text: &str) -> String {
    Quotes::Single.unless_word(text, &[])
}

/// A character of a name in an expression; a control character, which YAML can't hold, is any one.
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

/// An expression for every path but these names. Expressions here can't say `not`, so it is spelled
/// out: what leaves the way to all names at some character, and what ends before or behind one.
fn all_but(names: &[Vec<char>]) -> String {
    format!("^(?:{})$", off(names, 0))
}

/// How many characters of names are written out before a group opens: groups can't be nested as
/// deeply as names are long.
const GROUP: usize = 8;

/// Everything that is none of `names`, which are alike up to `at`, from there on.
fn off(names: &[Vec<char>], at: usize) -> String {
    let mut branches = Vec::new();
    branch(names, at, at + GROUP, "", &mut branches);
    branches.join("|")
}

fn branch(names: &[Vec<char>], at: usize, end: usize, before: &str, branches: &mut Vec<String>) {
    if at == end {
        return branches.push(format!("{before}(?:{})", off(names, at)));
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
