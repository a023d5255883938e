//! CODEOWNERS that no forge reads, though one looks there, or where none looks.

use bstr::{BStr, BString, ByteSlice};

use super::{
    Dialect, OwnershipLine, Signature, Tree,
    family::{ELSEWHERE, Family, is_elsewhere},
    header::Generated,
    tree::{folder_of, join, upwards},
};
use crate::{
    inventory::{FileKind, Files},
    text::file_name,
};

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
    let families = Family::all();
    families
        .flat_map(|family| losing_of(family, tree, files))
        .collect()
}

fn losing_of(family: Family, tree: &Tree<'_>, files: &Files) -> Vec<Losing> {
    let is_there = |path: &&str| files.find(BStr::new(path)).is_some();
    let is_file = |path: &str| {
        let at = files.find(BStr::new(path));
        at.is_some_and(|at| files.get(at).kind == FileKind::Regular)
    };
    let mut there: Vec<&'static str> = family.locations().filter(is_there).collect();
    there.sort_unstable();
    there.dedup();
    if there.len() < 2 || is_elsewhere(tree) {
        return Vec::new();
    }
    let governing = family.of_places(tree);
    let is_used = |(dialect, signature): &(&Dialect, &Signature)| {
        let is_written = |path: &&str| {
            let source = tree.read(BStr::new(path), &mut Vec::new());
            let written = source.and_then(Generated::read);
            written.is_some_and(|it| it.dialect.name == dialect.name)
        };
        governing.is_some_and(|it| it.name == dialect.name)
            || there.iter().any(is_written)
            || signature.is_used(tree)
    };
    let others: Vec<(&Dialect, &Signature)> = family.others().filter(is_used).collect();
    let assumed = family.assumed();
    let assumed = assumed.filter(|(_, it)| it.has_home(tree) || others.is_empty());
    let first = |list: &'static [&'static str]| list.iter().copied().find(is_there);
    let readers: Vec<(&str, &[&str], &str)> = assumed
        .into_iter()
        .chain(others)
        .filter_map(|(dialect, _)| {
            let list = dialect.locations;
            Some((dialect.forge.as_ref()?.name, list, first(list)?))
        })
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
    family: Family,
}

impl Misplaced {
    /// What the forges call such a file.
    pub fn file_name(&self) -> &'static str {
        self.family.file_name()
    }

    /// What to do about it: the place in which each forge looks first.
    pub fn help(&self) -> String {
        let places = self.family.signed().filter_map(|(dialect, _)| {
            let (place, forge) = (dialect.locations[0], dialect.forge.as_ref()?.name);
            Some(format!("to `{place}` for {forge}"))
        });
        format!("move it {}", places.collect::<Vec<_>>().join(", "))
    }
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

/// The files that look like the repository's own, and are not where any forge looks. What came along
/// with what was copied, as paths that are `foreign` did, speaks of what it lies in.
pub fn misplaced(
    tree: &Tree<'_>,
    files: &Files,
    foreign: impl Fn(&BStr) -> bool,
) -> Vec<Misplaced> {
    let families = Family::all().filter_map(|family| {
        let read = family.assumed()?.0.entries?;
        Some(Search {
            tree,
            files,
            family,
            read,
        })
    });
    families.flat_map(|search| search.run(&foreign)).collect()
}

/// The search for misplaced files of some dialects.
struct Search<'s> {
    tree: &'s Tree<'s>,
    files: &'s Files,
    family: Family,
    /// Reads the lines of a file.
    read: fn(&Tree<'_>) -> Vec<OwnershipLine>,
}

impl Search<'_> {
    fn run(&self, foreign: impl Fn(&BStr) -> bool) -> Vec<Misplaced> {
        let named = self.files.named_in_any_case(self.family.file_name());
        let regular = named.filter(|file| file.kind == FileKind::Regular);
        let mut found: Vec<(&BStr, Option<Sign>)> = regular
            .map(|file| file.path)
            .filter(|path| !foreign(path))
            .map(|path| (path, self.sign(path)))
            .collect();
        let mut locations = self.family.locations();
        let has_own = locations.any(|path| self.tree.has(BStr::new(path)));
        // Several are a custom of their own.
        if let [(path, sign @ None)] = &mut found[..]
            && !has_own
            && self.is_alone(path)
        {
            *sign = Some(Sign::Alone);
        }
        found
            .into_iter()
            .filter_map(|(path, sign)| {
                Some(Misplaced {
                    path: path.to_owned(),
                    sign: sign?,
                    family: self.family,
                })
            })
            .collect()
    }

    fn sign(&self, path: &BStr) -> Option<Sign> {
        let folder = folder_of(path);
        let is_home = self.is_home(folder);
        let is_named = path.ends_with(self.family.file_name().as_bytes());
        if is_home || !is_named {
            let is_meant = is_home && !is_named && has_owners(&self.entries(path));
            return is_meant.then_some(Sign::Name);
        }
        let mut signatures = self.family.signed().map(|(_, signature)| signature);
        if signatures.any(|signature| signature.is_below_home(folder)) {
            return Some(Sign::Directory);
        }
        let base = self.base(folder);
        let entries = self.entries(path);
        let places: Vec<&str> = entries.iter().filter_map(place).collect();
        // A test may have a whole repository in it, with a file that is out of place there.
        let mut bases = upwards(base).take_while(|base| !base.is_empty());
        let has_any = |base: &BStr| {
            let mut places = places.iter();
            places.any(|place| self.files.holds(join(base, place.as_bytes()).as_bstr()))
        };
        if bases.any(has_any) {
            return None;
        }
        let mut places = places.iter();
        let of_root = places.find(|place| self.files.holds(BStr::new(place)));
        of_root.map(|place| Sign::Speaks((*place).to_owned()))
    }

    /// Whether the file, of which nothing else tells, lies where nobody keeps what was copied.
    fn is_alone(&self, path: &BStr) -> bool {
        const OF_PROJECTS: [&[u8]; 3] = [b"COPYING", b"LICENSE", b"README"];
        let folder = folder_of(path);
        let is_project = |name: &&[u8]| self.files.any_under(&join(folder, name));
        let entries = self.entries(path);
        !folder.is_empty()
            && !self.is_home(folder)
            && !folder.contains(&b'/')
            && has_owners(&entries)
            && entries.iter().all(|entry| place(entry).is_none())
            && !OF_PROJECTS.iter().any(is_project)
    }

    fn entries(&self, path: &BStr) -> Vec<OwnershipLine> {
        let alone = self.tree.alone(path);
        alone.map_or(Vec::new(), |alone| (self.read)(&alone))
    }

    /// The directory that the patterns of a file would start at if it came along with something.
    fn base<'p>(&self, folder: &'p BStr) -> &'p BStr {
        match self.is_home(file_name(folder)) {
            true => folder_of(folder),
            false => folder,
        }
    }

    /// Whether forges look into a directory, or others of which too little is known.
    fn is_home(&self, folder: &BStr) -> bool {
        let mut locations = self.family.locations();
        locations.any(|location| folder_of(BStr::new(location)) == folder)
            || ELSEWHERE.iter().any(|home| folder == *home)
    }
}

fn has_owners(entries: &[OwnershipLine]) -> bool {
    entries.iter().any(|entry| !entry.owners.is_empty())
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
