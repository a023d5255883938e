use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{DIALECT, parse::is_owner};
use crate::{
    dialects::{
        Ownership, Refusal, TeamNames, Written,
        folder_owners::{
            FolderRules, FolderStatement, FolderStatements, files, owners_of, samples, statements,
        },
        spelling::{escape, escaped},
        tree::{folder_of, join, upwards},
    },
    text::file_name,
};

/// An `OWNERS` file for each folder that needs one. As owners of folders add up, each of them says
/// `set noparent`.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let names = TeamNames::new(ownership.teams(), |team| {
        let wrong = "not a valid owner in Gerrit";
        let instead = "an email address, because Gerrit does not accept groups here";
        ownership.owner_handles(team, &DIALECT, is_owner, wrong, instead)
    });
    let expected = ownership.expected(&names)?;
    let mut statements = statements(ownership, &names, &FolderRules::FREE);
    separate_subfolders(ownership, &mut statements);
    let (samples, is_complete) = samples(ownership, &statements);
    let body = |_: &BStr, statement: &FolderStatement| body(statement, &names);
    Ok(Written {
        files: files(ownership, &DIALECT, &statements, body)?,
        expected,
        names,
        notes: Vec::new(),
        samples,
        is_complete,
    })
}

fn body(statement: &FolderStatement, names: &TeamNames) -> Result<String, Refusal> {
    let mut text = String::new();
    if let Some(owners) = &statement.owners {
        text += "set noparent\n";
        for owner in names.of_all(owners)? {
            text += &owner;
            text.push('\n');
        }
    }
    for (owners, globs) in statement.by_owners(glob) {
        let owners = names.of_all(owners)?.join(",");
        for globs in lines_of(&globs) {
            let globs = globs.join(",");
            text += &format!("per-file {globs}=set noparent\n");
            if !owners.is_empty() {
                text += &format!("per-file {globs}={owners}\n");
            }
        }
    }
    Ok(text)
}

/// How many globs a line may have: the plugin overflows its stack at about 1,700, and then fails for the
/// whole folder.
const MAX_GLOBS: usize = 500;

/// Splits globs into lines. A brace or bracket, escaped or not, can keep the next comma from ending its glob, so
/// such a glob has a line of its own.
fn lines_of(globs: &[String]) -> impl Iterator<Item = &[String]> {
    let is_alone = |glob: &String| glob.contains(['{', '[']);
    let lines = globs.chunk_by(move |a, b| !is_alone(a) && !is_alone(b));
    lines.flat_map(|line| line.chunks(MAX_GLOBS))
}

/// A file name as a glob. What a line cannot hold is any one character.
fn glob(name: &BString) -> String {
    escaped(name, |char| escape(char, "*?[]{}\\", ",=#"))
}

/// A glob is also tried in all folders below. Where one of those has a file of that name, the folder
/// on the way to it says again who owns it, and so keeps the glob out.
fn separate_subfolders(ownership: &Ownership<'_>, statements: &mut FolderStatements) {
    // A folder that gets a statement here has no lines for single files, so one round is enough.
    let said: Vec<(BString, Vec<BString>)> = statements
        .iter()
        .map(|(folder, statement)| (folder.clone(), statement.files.keys().cloned().collect()))
        .collect();
    let names = said.iter().flat_map(|(_, names)| names);
    let mut by_name: FxHashMap<&BStr, Vec<&BStr>> =
        names.map(|name| (name.as_bstr(), Vec::new())).collect();
    for file in &ownership.files {
        if let Some(paths) = by_name.get_mut(file_name(file.path)) {
            paths.push(file.path);
        }
    }
    for (folder, names) in &said {
        let prefix = match folder.is_empty() {
            true => BString::default(),
            false => join(folder.as_bstr(), b""),
        };
        for name in names {
            for path in hit(ownership, &by_name, &prefix, name) {
                separate(path, folder, statements);
            }
        }
    }
}

/// The files below a folder that the glob for a name matches by their own names, wherever they are.
fn hit<'o>(
    ownership: &Ownership<'o>,
    by_name: &FxHashMap<&BStr, Vec<&'o BStr>>,
    prefix: &BString,
    name: &BString,
) -> Vec<&'o BStr> {
    let text = glob(name);
    if text.as_bytes() == name.as_bytes() || !text.contains('?') {
        let paths = by_name.get(name.as_bstr()).map(Vec::as_slice);
        let paths = paths.unwrap_or_default();
        let below = paths.partition_point(|path| *path < prefix.as_bstr());
        let below = paths[below..].iter().copied();
        return below.take_while(|path| path.starts_with(prefix)).collect();
    }
    let globs = super::glob::parse(&text).unwrap_or_default();
    let is_hit = |path: &&BStr| {
        path.starts_with(prefix) && globs.iter().any(|glob| glob.matches(file_name(path)))
    };
    let paths = ownership.files.iter().map(|file| file.path);
    paths.filter(is_hit).collect()
}

/// Makes the first folder below `folder` on the way to `path` say who owns it, unless some folder on
/// the way does already.
fn separate(path: &BStr, folder: &BString, statements: &mut FolderStatements) {
    let prefix = join(folder.as_bstr(), b"");
    let Some(below) = path.strip_prefix(prefix.as_bytes()) else {
        return;
    };
    let Some(slash) = below.find_byte(b'/') else {
        return;
    };
    let first = join(folder.as_bstr(), &below[..slash]);
    let says = |at: &BStr| statements.get(at).is_some_and(|it| it.owners.is_some());
    let mut on_the_way = upwards(folder_of(path)).take_while(|at| at.len() >= first.len());
    if !on_the_way.any(says) {
        let owners = owners_of(folder.as_bstr(), statements);
        statements.entry(first).or_default().owners = Some(owners);
    }
}
