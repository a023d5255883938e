use std::collections::BTreeSet;

use bstr::{BStr, BString};

use super::{DIALECT, GROUPS, aliases::Aliases, answer::as_characters, parse::login};
use crate::{
    config::TeamId,
    dialects::{
        OwnerSet, Ownership, Refusal, TeamNames, Written,
        folder_owners::{FolderRules, FolderStatement, files, owners_of, samples, statements},
    },
    prow::is_skipped,
    yaml::Quotes,
};

/// Prow looks for owners in the folders above until it finds some, so each of them has to list what is unowned.
const RULES: FolderRules = FolderRules {
    can_be_unowned: false,
    has_direct: true,
    is_skipped,
};

/// Writes an `OWNERS` file for each folder that needs one. If too much below a folder has no owner, the file only names
/// the owners of the files directly in the folder.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let mut sources = ownership.existing.iter();
    let aliases = sources.find(|source| source.path == GROUPS);
    let aliases = aliases.map(|source| Aliases::parse(source, &mut Vec::new()));
    let aliases = aliases.unwrap_or_default();
    let logins = |team: TeamId| -> Result<Logins, Refusal> {
        let handles = ownership.handles(team, DIALECT.handle_key())?;
        let handles = handles.iter().map(|handle| login(handle)).collect();
        Ok(Logins::new(handles, &aliases))
    };
    let teams = ownership.teams();
    let written = TeamNames::new(teams, |team| Ok(logins(team)?.written));
    let names = TeamNames::new(teams, |team| Ok(logins(team)?.answered));
    let expected = ownership.expected(&names)?;
    let statements = statements(ownership, &names, &RULES);
    let (samples, is_complete) = samples(ownership, &statements);
    let has_break = ownership.paths().any(|path| path.contains(&b'\n'));
    let any = if has_break { "(?s:.)" } else { "." };
    let body = |folder: &BStr, statement: &FolderStatement| {
        body(statement, &owners_of(folder, &statements), &written, any)
    };
    Ok(Written {
        files: files(ownership, &DIALECT, &statements, body)?,
        expected,
        names,
        notes: Vec::new(),
        samples,
        is_complete,
    })
}

/// The logins of a team.
struct Logins {
    /// As they are written.
    written: Vec<String>,
    /// Those that Prow returns.
    answered: Vec<String>,
}

impl Logins {
    /// Converts handles. Each is a login, or an alias for several. If one is also the name of an alias, although the
    /// handles are the members of another alias, they are written as that alias: Prow would expand the handle itself.
    fn new(handles: Vec<String>, aliases: &Aliases) -> Self {
        let own: BTreeSet<String> = handles.iter().cloned().collect();
        let expanded = aliases.expand(&own);
        if expanded == own {
            return Self {
                written: handles.clone(),
                answered: handles,
            };
        }
        match aliases.of(&own) {
            Some(alias) => Self {
                written: vec![alias.to_owned()],
                answered: handles,
            },
            None => Self {
                written: handles,
                answered: expanded.into_iter().collect(),
            },
        }
    }
}

/// Writes the content of a file; `any` is an expression for any character in a path.
fn body(
    statement: &FolderStatement,
    owners: &OwnerSet,
    names: &TeamNames,
    any: &'static str,
) -> Result<String, Refusal> {
    let mut text = String::new();
    let list = |owners: &OwnerSet| -> Result<String, Refusal> {
        let names = names.of_all(owners)?;
        let names: Vec<String> = names.iter().map(|name| scalar(name)).collect();
        Ok(format!("[{}]", names.join(", ")))
    };
    if !owners.is_empty() {
        text += "options:\n  no_parent_owners: true\n";
    }
    let is_plain = statement.files.is_empty() && statement.unowned.is_empty();
    if is_plain && statement.direct.is_none() {
        if !owners.is_empty() {
            text += &format!("approvers: {}\n", list(owners)?);
        }
        return Ok(text);
    }
    text += "filters:\n";
    let names: BTreeSet<&BString> = statement.files.keys().chain(&statement.unowned).collect();
    let names: Vec<Vec<char>> = names.into_iter().map(chars).collect();
    let rest = match &statement.direct {
        Some(direct) => vec![(direct, Rest::Direct), (owners, Rest::Below(any))],
        None => vec![(owners, Rest::All(any))],
    };
    for (owners, rest) in rest.into_iter().filter(|(owners, _)| !owners.is_empty()) {
        let filter = rest.all_but(&names);
        text += &format!("{}    approvers: {}\n", key(&filter), list(owners)?);
    }
    let spelled = |name: &BString| {
        let escaped: String = chars(name).into_iter().map(escape).collect();
        let is_folder = name.ends_with(b"/");
        match is_folder {
            true => format!("{escaped}{any}*"),
            false => escaped,
        }
    };
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

/// Returns the characters of a name.
fn chars(name: &BString) -> Vec<char> {
    as_characters(name).chars().collect()
}

/// Escapes a character of a name in an expression. YAML cannot contain control characters.
fn escape(char: char) -> String {
    match char {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
            format!("\\{char}")
        }
        char::REPLACEMENT_CHARACTER => "\\x{fffd}".to_owned(),
        char if char.is_control() => format!("\\x{{{:x}}}", u32::from(char)),
        char => char.to_string(),
    }
}

/// The number of characters of a name that are written before a new group: the nesting of groups is
/// limited.
const GROUP: usize = 8;

/// The paths in a folder that have no line of their own.
#[derive(Clone, Copy)]
enum Rest {
    /// All; the expression matches any character.
    All(&'static str),
    /// Those directly in the folder.
    Direct,
    /// Those in folders in it; the expression matches any character.
    Below(&'static str),
}

impl Rest {
    /// Returns an expression for every path except these names. A name with a final `/` stands for everything that
    /// starts with it. Expressions here have no negation, so it lists all alternatives: paths that differ from every
    /// name at some character, or end before or after a name does.
    fn all_but(self, names: &[Vec<char>]) -> String {
        let is_in = |name: &&Vec<char>| match self {
            Self::All(_) => true,
            Self::Direct => !name.contains(&'/'),
            Self::Below(_) => name.contains(&'/'),
        };
        let names: Vec<Vec<char>> = names.iter().filter(is_in).cloned().collect();
        match names.is_empty() {
            true => format!("^{}$", self.rest(false)),
            false => format!("^(?:{})$", self.other_than(&names, 0).join("|")),
        }
    }

    /// Returns expressions for everything after position `at` except `names`, which are equal up to there.
    fn other_than(self, names: &[Vec<char>], at: usize) -> Vec<String> {
        let mut branches = Vec::new();
        self.branch(names, at, at + GROUP, "", &mut branches);
        branches
    }

    fn branch(
        self,
        names: &[Vec<char>],
        at: usize,
        end: usize,
        before: &str,
        branches: &mut Vec<String>,
    ) {
        if names
            .iter()
            .any(|name| name.len() == at && name.ends_with(&['/']))
        {
            return;
        }
        if at == end {
            let others = self.other_than(names, at);
            if !others.is_empty() {
                branches.push(format!("{before}(?:{})", others.join("|")));
            }
            return;
        }
        let next: BTreeSet<char> = names
            .iter()
            .filter_map(|name| name.get(at).copied())
            .collect();
        // All names are equal up to here.
        let is_below = names.iter().any(|name| name[..at].contains(&'/'));
        let is_too_short = matches!(self, Self::Below(_)) && !is_below;
        if !names.iter().any(|name| name.len() == at) && !is_too_short {
            branches.push(before.to_owned());
        }
        let (any, rest) = (self.any(), self.rest(is_below));
        if next.is_empty() {
            branches.push(format!("{before}{any}+"));
        } else {
            let slash = match self {
                Self::Direct => "/",
                Self::Below(_) if !is_below => "/",
                _ => "",
            };
            let listed: String = next.iter().copied().map(in_class).collect();
            branches.push(format!("{before}[^{slash}{listed}]{rest}"));
            if is_too_short && at > 0 && !next.contains(&'/') {
                branches.push(format!("{before}/{any}*"));
            }
        }
        for char in next {
            let with: Vec<Vec<char>> = names
                .iter()
                .filter(|name| name.get(at) == Some(&char))
                .cloned()
                .collect();
            let before = before.to_owned() + &escape(char);
            self.branch(&with, at + 1, end, &before, branches);
        }
    }

    /// Returns an expression for any character.
    fn any(self) -> &'static str {
        match self {
            Self::All(any) | Self::Below(any) => any,
            Self::Direct => "[^/]",
        }
    }

    /// Returns an expression for the rest of a path, of which the part so far ends below the folder or directly in it.
    fn rest(self, is_below: bool) -> String {
        let any = self.any();
        match self {
            Self::Below(_) if !is_below => format!("[^/]*/{any}*"),
            _ => format!("{any}*"),
        }
    }
}

/// Escapes a character in a class.
fn in_class(char: char) -> String {
    match char {
        '\\' | ']' | '^' | '-' | '[' | '&' | '~' => format!("\\{char}"),
        char if char.is_control() => escape(char),
        char => char.to_string(),
    }
}
