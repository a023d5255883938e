//! CODEOWNERS that no forge reads, though one looks there, or where none looks.

use bstr::{BStr, BString, ByteSlice};

use super::{
    OwnershipLine, Tree,
    detect::{codeowners, is_elsewhere},
    github, gitlab,
    header::Generated,
    tree::{folder_of, join},
};
use crate::inventory::{FileKind, Files};

/// A file that loses against one in another place.
#[derive(Debug)]
pub struct Losing {
    /// Where it is.
    pub path: &'static str,
    /// The one that is read.
    pub winner: &'static str,
    /// The forge that reads that one.
    pub forge: &'static str,
}

/// The files that are read by no forge that the repository is on, as each takes the first it finds.
pub fn losing(tree: &Tree<'_>, files: &Files) -> Vec<Losing> {
    let is_there = |path: &&str| files.find(BStr::new(path)).is_some();
    let is_file = |path: &str| {
        let at = files.find(BStr::new(path));
        at.is_some_and(|at| files.get(at).kind == FileKind::Regular)
    };
    let lists = [github::DIALECT.locations, gitlab::DIALECT.locations];
    let mut there: Vec<&'static str> = lists.concat().into_iter().filter(is_there).collect();
    there.sort_unstable();
    there.dedup();
    if there.len() < 2 || is_elsewhere(tree) {
        return Vec::new();
    }
    let is_written_for_gitlab = |path: &&str| {
        let source = tree.read(BStr::new(path), &mut Vec::new());
        let written = source.and_then(Generated::read);
        written.is_some_and(|it| it.dialect.name == gitlab::DIALECT.name)
    };
    let uses_gitlab = codeowners(tree) == Some("gitlab")
        || there.iter().any(is_written_for_gitlab)
        || tree.has(BStr::new(".gitlab-ci.yml"))
        || tree.is_directory(BStr::new(".gitlab"));
    let uses_github = tree.is_directory(BStr::new(".github")) || !uses_gitlab;
    let forges = [
        ("GitHub", uses_github, lists[0]),
        ("GitLab", uses_gitlab, lists[1]),
    ];
    let forges = forges.into_iter().filter(|(_, is_used, _)| *is_used);
    let first = |list: &'static [&'static str]| list.iter().copied().find(is_there);
    let readers: Vec<(&str, &[&str], &str)> = forges
        .filter_map(|(forge, _, list)| Some((forge, list, first(list)?)))
        .collect();
    let is_read = |path: &str| readers.iter().any(|(.., winner)| *winner == path);
    // A link to the other is no second file.
    let losers = there
        .into_iter()
        .filter(|path| !is_read(path) && is_file(path));
    losers
        .filter_map(|path| {
            let mut looking = readers.iter().filter(|(_, list, _)| list.contains(&path));
            let (forge, _, winner) = looking.find(|(.., winner)| is_file(winner))?;
            Some(Losing {
                path,
                winner,
                forge,
            })
        })
        .collect()
}

/// A file that looks like one of the repository, where no forge looks for it.
#[derive(Debug)]
pub struct Misplaced {
    /// Where it is.
    pub path: BString,
    /// What it is known by.
    pub sign: Sign,
}

/// What a misplaced file is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// It lies where forges look, but for the case of its name.
    Name,
    /// It lies deeper in a directory that is a forge's.
    Directory,
    /// It speaks of this place, which is there from the root, and nothing that it speaks of is there
    /// from where it lies.
    Speaks(String),
    /// It is the only one, right below the root.
    Alone,
}

/// Where forges look, or others of which too little is known.
const HOMES: [&str; 7] = [
    "",
    ".bitbucket",
    ".forgejo",
    ".gitea",
    ".github",
    ".gitlab",
    "docs",
];

/// The files that look like the repository's own, and are not where any forge looks. What came along
/// with what was copied, as paths that are `foreign` did, speaks of what it lies in.
pub fn misplaced(
    tree: &Tree<'_>,
    files: &Files,
    foreign: impl Fn(&BStr) -> bool,
) -> Vec<Misplaced> {
    let named = files.named_in_any_case("CODEOWNERS");
    let regular = named.filter(|file| file.kind == FileKind::Regular);
    let mut found: Vec<(&BStr, Option<Sign>)> = regular
        .map(|file| file.path)
        .filter(|path| !foreign(path))
        .map(|path| (path, sign(tree, files, path)))
        .collect();
    let has_own = [
        "CODEOWNERS",
        ".github/CODEOWNERS",
        "docs/CODEOWNERS",
        ".gitlab/CODEOWNERS",
    ]
    .iter()
    .any(|path| tree.has(BStr::new(path)));
    // Several are a custom of their own.
    if let [(path, sign @ None)] = &mut found[..]
        && !has_own
        && is_alone(tree, files, path)
    {
        *sign = Some(Sign::Alone);
    }
    found
        .into_iter()
        .filter_map(|(path, sign)| {
            Some(Misplaced {
                path: path.to_owned(),
                sign: sign?,
            })
        })
        .collect()
}

fn sign(tree: &Tree<'_>, files: &Files, path: &BStr) -> Option<Sign> {
    let folder = folder_of(path);
    let is_home = HOMES.iter().any(|home| folder == home.as_bytes());
    let is_named = path.ends_with(b"CODEOWNERS");
    if is_home || !is_named {
        let is_meant = is_home && !is_named && has_owners(&entries(tree, path));
        return is_meant.then_some(Sign::Name);
    }
    let parents: [&[u8]; 2] = [b".github/", b".gitlab/"];
    if parents.iter().any(|parent| folder.starts_with(parent)) {
        return Some(Sign::Directory);
    }
    let base = base(folder);
    let entries = entries(tree, path);
    let places: Vec<&str> = entries.iter().filter_map(place).collect();
    // A test may have a whole repository in it, with a file that is out of place there.
    let bases = std::iter::successors(Some(base), |below| Some(folder_of(below)));
    let mut bases = bases.take_while(|base| !base.is_empty());
    let has_any = |base: &BStr| {
        let mut places = places.iter();
        places.any(|place| files.holds(join(base, place.as_bytes()).as_bstr()))
    };
    if bases.any(has_any) {
        return None;
    }
    let of_root = places.iter().find(|place| files.holds(BStr::new(place)));
    of_root.map(|place| Sign::Speaks((*place).to_owned()))
}

/// Whether the file, of which nothing else tells, lies where nobody keeps what was copied.
fn is_alone(tree: &Tree<'_>, files: &Files, path: &BStr) -> bool {
    const OF_PROJECTS: [&[u8]; 3] = [b"COPYING", b"LICENSE", b"README"];
    let folder = folder_of(path);
    let is_project = |name: &&[u8]| files.any_under(&join(folder, name));
    let entries = entries(tree, path);
    !folder.is_empty()
        && !HOMES.iter().any(|home| folder == home.as_bytes())
        && !folder.contains(&b'/')
        && has_owners(&entries)
        && entries.iter().all(|entry| place(entry).is_none())
        && !OF_PROJECTS.iter().any(is_project)
}

fn entries(tree: &Tree<'_>, path: &BStr) -> Vec<OwnershipLine> {
    let read = github::DIALECT.entries;
    let entries = tree.alone(path).zip(read).map(|(alone, read)| read(&alone));
    entries.unwrap_or_default()
}

fn has_owners(entries: &[OwnershipLine]) -> bool {
    entries.iter().any(|entry| !entry.owners.is_empty())
}

/// The directory that the patterns of a file would start at if it came along with something.
fn base(folder: &BStr) -> &BStr {
    let name = folder.rsplit_str("/").next().unwrap_or_default();
    match HOMES.iter().any(|home| name == home.as_bytes()) {
        true => folder_of(folder),
        false => folder,
    }
}

/// The place that a pattern begins with, if it begins at the root. What is hidden is left out with
/// many a copy.
fn place(entry: &OwnershipLine) -> Option<&str> {
    let pattern = entry.place.words().split([' ', '\t']).next()?;
    let inner = pattern.trim_end_matches('/');
    if !inner.contains('/') {
        return None;
    }
    let inner = inner.trim_start_matches('/');
    let wild = inner.find(['*', '?', '\\']).unwrap_or(inner.len());
    let literal = match wild == inner.len() {
        true => inner,
        false => &inner[..inner[..wild].rfind('/')?],
    };
    (!literal.is_empty() && !literal.starts_with('.')).then_some(literal)
}
