use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice};

use super::{DIALECT, address::owner, script::Script};
use crate::{
    config::{Person, TeamId},
    dialects::{
        OwnerSet, Ownership, Refusal, TeamNames, Written,
        folder_owners::{FolderRules, samples, statements},
        gerrit,
        last_match::head,
        tree::{join, upwards},
    },
    text::file_name,
};

/// The paths of a section.
#[derive(Default)]
struct WrittenSection {
    files: BTreeSet<String>,
    excluded: BTreeSet<String>,
    /// Files with a name that is a prefix of another one.
    names: BTreeSet<String>,
}

/// Writes MAINTAINERS with a section for each set of owners. As all sections that match count, each
/// excludes the paths of the others.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let names = TeamNames::new(ownership.teams(), |team| maintainers(ownership, team));
    let expected = ownership.expected(&names)?;
    let files = &ownership.repository.listing.files;
    let rules = FolderRules {
        has_direct: true,
        ..FolderRules::FREE
    };
    let statements = statements(ownership, &names, &rules);
    let (samples, is_complete) = samples(ownership, &statements);
    let mut sections: BTreeMap<(OwnerSet, usize), WrittenSection> = BTreeMap::new();
    // By folder with a statement: the owners on the path to it, from the root.
    let mut ways: BTreeMap<BString, Vec<OwnerSet>> = BTreeMap::new();
    // A section cannot include again what it excludes further up: that needs another section.
    let key = |way: &[OwnerSet], owners: &OwnerSet| {
        let round = way.iter().filter(|of| *of == owners).count();
        (owners.clone(), round)
    };
    // The section that contains everything without a statement of its own.
    let inside = |way: &[OwnerSet]| {
        let (owners, above) = way.split_last()?;
        (!owners.is_empty()).then(|| key(above, owners))
    };
    // A wildcard matches no line breaks.
    let has_breaks = files.iter().any(|file| file.path.contains(&b'\n'));
    let below = if has_breaks { "[\\x00-\\xFF]+/" } else { "*/" };
    for (folder, statement) in &statements {
        // Sorted, so folders above come first.
        let mut above = upwards(folder.as_bstr()).skip(1);
        let way = above.find_map(|at| ways.get(at).cloned());
        let mut way = way.unwrap_or_default();
        if let Some(owners) = &statement.owners {
            let written = match folder.is_empty() {
                true => vec!["*".to_owned(), below.to_owned()],
                false => vec![format!("{}/", plain(folder.as_bstr()))],
            };
            if let Some(around) = inside(&way) {
                let section = sections.entry(around).or_default();
                section.excluded.extend(written.clone());
            }
            if !owners.is_empty() {
                let section = sections.entry(key(&way, owners)).or_default();
                section.files.extend(written);
            }
            way.push(owners.clone());
            ways.insert(folder.clone(), way.clone());
        }
        let mut around_files = inside(&way);
        if let Some(direct) = &statement.direct {
            let written = join(plain(folder.as_bstr()).as_bytes().as_bstr(), b"*").to_string();
            if let Some(around) = around_files {
                let section = sections.entry(around).or_default();
                section.excluded.insert(written.clone());
            }
            around_files = (!direct.is_empty()).then(|| key(&way, direct));
            if let Some(around) = &around_files {
                let section = sections.entry(around.clone()).or_default();
                section.files.insert(written);
            }
        }
        for (name, of_file) in &statement.files {
            let own_name = name.len();
            let path = join(folder.as_bstr(), name);
            if let Some(around) = around_files.clone() {
                let next = (around.0.clone(), around.1 + 1);
                let section = sections.entry(around).or_default();
                section.excluded.insert(plain(path.as_bstr()));
                // `X:` also excludes longer names with this prefix, so they need another section.
                for longer in files.under(&path).map(|at| files.get(at).path) {
                    let name = file_name(longer);
                    let is_next_to_it = longer.len() == path.len() - own_name + name.len();
                    if is_next_to_it && longer != path && !statement.files.contains_key(name) {
                        let section = sections.entry(next.clone()).or_default();
                        section.names.insert(exactly(longer));
                    }
                }
            }
            if !of_file.is_empty() {
                let section = sections.entry(key(&way, of_file)).or_default();
                let begins_others = files.under(&path).len() > 1;
                if begins_others {
                    section.names.insert(exactly(path.as_bstr()));
                } else {
                    section.files.insert(plain(path.as_bstr()));
                }
            }
        }
    }
    let mut text = head(ownership, "# ");
    for ((owners, round), section) in &sections {
        let section = render(ownership, &names, owners, *round, section);
        text += &section.map_err(|refusal| vec![refusal])?;
    }
    Ok(Written {
        files: vec![(DIALECT.locations[0].into(), text)],
        expected,
        names,
        notes: Vec::new(),
        samples,
        is_complete,
    })
}

fn render(
    ownership: &Ownership<'_>,
    names: &TeamNames,
    owners: &OwnerSet,
    round: usize,
    section: &WrittenSection,
) -> Result<String, Refusal> {
    let titles: Vec<&str> = owners
        .iter()
        .map(|id| ownership.teams().get(*id).display_name())
        .collect();
    let again = match round {
        0 => String::new(),
        more => format!(" ({})", more + 1),
    };
    let mut text = format!("\n{}{again}\n", titles.join(" and ").to_uppercase());
    for name in names.of_all(owners)? {
        text += &format!("M:\t{name}\n");
    }
    text += "S:\tMaintained\n";
    let lines = [
        ('F', &section.files),
        ('N', &section.names),
        ('X', &section.excluded),
    ];
    for (letter, values) in lines {
        for value in values {
            text += &format!("{letter}:\t{value}\n");
        }
    }
    Ok(text)
}

/// Returns the maintainers that a team stands for, as `Name <address>`: the team, with the address from its contacts or
/// its Gerrit handle, or else the people of the team. If the address is that of a person, the name is theirs.
fn maintainers(ownership: &Ownership<'_>, id: TeamId) -> Result<Vec<String>, Refusal> {
    let teams = ownership.teams();
    let team = teams.get(id);
    let contact = team.contacts.iter().find(|(kind, _)| kind == "email");
    let address = contact.map(|(_, address)| address.as_str()).or_else(|| {
        let key = gerrit::FORGE.handle_key;
        let (_, names) = team.handles.iter().find(|(forge, _)| *forge == key)?;
        Some(names.first()?.as_str())
    });
    let name_of = |person: &Person| Some(person.name.as_ref()?.value.clone());
    let people: Vec<(String, &str)> = match address {
        Some(address) => {
            let mut people = teams.people_of(id);
            let person = people.find(|it| it.emails.iter().any(|email| email.value == address));
            let name = team.name.is_none().then(|| person.and_then(name_of));
            let name = name.flatten();
            vec![(
                name.unwrap_or_else(|| team.display_name().to_owned()),
                address,
            )]
        }
        None => {
            let people = teams.people_of(id);
            let people = people.filter_map(|person| {
                let address = person.emails.first()?.value.as_str();
                Some((name_of(person).unwrap_or_default(), address))
            });
            people.collect()
        }
    };
    let written = people.into_iter().map(|(name, address)| {
        let written = match name.is_empty() {
            true => address.to_owned(),
            false => format!("{name} <{address}>"),
        };
        // With quotes around the name if it needs them.
        owner(written.as_bytes(), &Script::CURRENT)
    });
    let written: Option<Vec<String>> = written.collect();
    written
        .filter(|written| !written.is_empty())
        .ok_or_else(|| ownership.unnamed(id, "address", "contacts: {email: …}"))
}

/// Returns a path as a pattern. It is a regular expression apart from its wildcards, so that bytes can be escaped.
fn plain(path: &BStr) -> String {
    // A blank at the end would be easy to miss.
    let is_inner_blank = |at: usize| path[at] == b' ' && at + 1 < path.len();
    escaped(path, |at, char| match char {
        '.' | ',' | '@' | '~' | '=' | ':' => Some(char.to_string()),
        _ => is_inner_blank(at).then(|| char.to_string()),
    })
}

/// Returns an expression for exactly this path, for a syntax that ignores blanks.
fn exactly(path: &BStr) -> String {
    let text = escaped(path, |_, char| {
        char.is_ascii_punctuation().then(|| format!("\\{char}"))
    });
    format!("^{text}$")
}

/// Returns a path with the codes of all bytes that are no letters or digits, unless `write` returns another form for
/// the byte at this position.
fn escaped(path: &BStr, write: impl Fn(usize, char) -> Option<String>) -> String {
    let mut text = String::new();
    for (at, byte) in path.bytes().enumerate() {
        let char = char::from(byte);
        if char.is_ascii_alphanumeric() || matches!(char, '/' | '_' | '-') {
            text.push(char);
        } else {
            text += &write(at, char).unwrap_or_else(|| format!("\\x{byte:02X}"));
        }
    }
    text
}
