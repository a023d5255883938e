//! CODEOWNERS files that no forge reads: unused ones at a location of a forge, and misplaced ones.

use bstr::{BStr, BString, ByteSlice};

use super::{
    Dialect, OwnershipLine, Signature, Tree,
    family::Family,
    header::Generated,
    tree::{folder_of, join, upwards},
};
use crate::{
    inventory::{FileKind, Files},
    text::{file_name, quoted},
};

/// A file that is unused because another location has precedence.
#[derive(Debug)]
pub struct UnusedFile {
    /// Where it is.
    pub path: &'static str,
    /// The file that is read instead.
    pub winner: &'static str,
    /// The forge that reads the other file.
    pub forge: &'static str,
}

/// Returns the files that no forge of the repository reads, as each reads only the first it finds. If `from` is given,
/// only the forge of this dialect counts.
pub fn unused_files(tree: &Tree<'_>, files: &Files, from: Option<&Dialect>) -> Vec<UnusedFile> {
    let families = Family::all();
    families
        .flat_map(|family| unused_files_of(family, tree, files, from))
        .collect()
}

fn unused_files_of(
    family: Family,
    tree: &Tree<'_>,
    files: &Files,
    from: Option<&Dialect>,
) -> Vec<UnusedFile> {
    let exists = |path: &&str| files.find(BStr::new(path)).is_some();
    let is_file = |path: &str| files.kind_of(BStr::new(path)) == Some(FileKind::Regular);
    let mut existing: Vec<&'static str> = family.locations().filter(exists).collect();
    existing.sort_unstable();
    existing.dedup();
    if existing.len() < 2 {
        return Vec::new();
    }
    let governing = family.by_location(tree);
    let is_used = |(dialect, signature): &(&Dialect, &Signature)| {
        let is_written = |path: &&str| {
            let source = tree.read(BStr::new(path), &mut Vec::new());
            let written = source.and_then(Generated::read);
            written.is_some_and(|it| it.dialect.name == dialect.name)
        };
        governing.is_some_and(|it| it.name == dialect.name)
            || existing.iter().any(is_written)
            || signature.is_used(tree)
    };
    let others: Vec<(&Dialect, &Signature)> = family.others().filter(is_used).collect();
    let assumed = family.assumed();
    let assumed = assumed.filter(|(_, it)| it.has_home(tree) || others.is_empty());
    let first = |list: &'static [&'static str]| list.iter().copied().find(exists);
    let detected = assumed.into_iter().chain(others);
    let dialects: Vec<&Dialect> = match from {
        Some(from) => {
            let members = family.members().map(|(dialect, _)| dialect);
            members.filter(|it| it.name == from.name).collect()
        }
        None => detected.map(|(dialect, _)| dialect).collect(),
    };
    let dialects = dialects.into_iter();
    let readers: Vec<(&str, &[&str], &str)> = dialects
        .filter_map(|dialect| {
            let list = dialect.locations;
            Some((dialect.forge.as_ref()?.name, list, first(list)?))
        })
        .collect();
    let is_read = |path: &str| readers.iter().any(|(.., winner)| *winner == path);
    // A symbolic link to the other file is not a second file.
    let unused = existing
        .into_iter()
        .filter(|path| !is_read(path) && is_file(path));
    unused
        .filter_map(|path| {
            let mut looking = readers.iter().filter(|(_, list, _)| list.contains(&path));
            let (forge, _, winner) = looking.find(|(.., winner)| is_file(winner))?;
            Some(UnusedFile {
                path,
                winner,
                forge,
            })
        })
        .collect()
}

/// A file that seems to be meant for the repository, at a location that no forge reads.
#[derive(Debug)]
pub struct Misplaced {
    /// Where it is.
    pub path: BString,
    /// The evidence for it.
    pub sign: Sign,
    family: Family,
}

impl Misplaced {
    /// Returns the help text: its right name, or the first location that each forge reads.
    pub fn help(&self) -> String {
        if let Sign::Name(name) = self.sign {
            let path = join(folder_of(self.path.as_bstr()), name.as_bytes());
            return format!("rename it to {}", quoted(&path));
        }
        let places = self.family.members().filter_map(|(dialect, _)| {
            let (place, forge) = (dialect.locations[0], dialect.forge.as_ref()?.name);
            Some(format!("to `{place}` for {forge}"))
        });
        format!("move it {}", places.collect::<Vec<_>>().join(", "))
    }
}

/// The evidence that a file is misplaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// It is where a forge looks for a file of this name, which is spelled slightly differently.
    Name(&'static str),
    /// It is in a subdirectory of a forge's directory.
    Directory,
    /// It mentions this path, which exists relative to the root, and no path it mentions exists relative to
    /// its own directory.
    Mentions(String),
    /// It is the only one, in a directory at the root.
    OnlyOne,
}

/// Returns the files that seem to be meant for the repository but are at no location of a forge. Files
/// for which `foreign` returns true belong to copied code and are skipped.
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
    let mut found: Vec<Misplaced> = families.flat_map(|search| search.run(&foreign)).collect();
    let families = Family::all();
    found.extend(families.flat_map(|family| misnamed_in_folders(family, tree, files, &foreign)));
    found
}

/// Returns the misspelled files of a family whose files any folder can have.
fn misnamed_in_folders(
    family: Family,
    tree: &Tree<'_>,
    files: &Files,
    foreign: impl Fn(&BStr) -> bool,
) -> Vec<Misplaced> {
    let per_folder = family.governing(tree, files).filter(|it| it.is_per_folder);
    let Some((dialect, signature)) = per_folder.and_then(|it| Some((it, it.signature.as_ref()?)))
    else {
        return Vec::new();
    };
    let read = |path: &BStr| tree.read(path, &mut Vec::new());
    let mut found = Vec::new();
    let own = dialect.locations.iter().map(|name| (*name, true));
    let others = signature.traces.iter().map(|name| (*name, false));
    // Other traces are files of other programs.
    let is_ownership_file = |name: &str| name.contains(dialect.file_name());
    for (name, is_own) in own
        .chain(others)
        .filter(|(name, _)| is_ownership_file(name))
    {
        let is_meant = |path: &BStr| match is_own {
            true => read(path).is_some_and(|source| (signature.is_certain)(&source)),
            false => folder_of(path).is_empty(),
        };
        let misspelled = misspelled(files, name).into_iter().filter(|path| {
            let right = join(folder_of(path), name.as_bytes());
            files.find(right.as_bstr()).is_none() && !foreign(path) && is_meant(path)
        });
        found.extend(misspelled.map(|path| Misplaced {
            path: path.to_owned(),
            sign: Sign::Name(name),
            family,
        }));
    }
    found
}

/// Returns the paths of the files whose name differs slightly from `name`, in order.
fn misspelled<'f>(files: &'f Files, name: &str) -> Vec<&'f BStr> {
    let mut names = vec![name.to_owned()];
    names.extend([".txt", ".md", ".yaml", ".yml"].map(|extension| format!("{name}{extension}")));
    names.extend(["-", ""].map(|joint| name.replace('_', joint)));
    // `CODEOWNERS` consists of two words.
    let parts = name
        .strip_suffix("OWNERS")
        .filter(|first| !first.is_empty());
    names.extend(
        parts
            .into_iter()
            .flat_map(|first| ["_", "-"].map(|joint| format!("{first}{joint}OWNERS"))),
    );
    names.extend(
        ["S", "ES"]
            .iter()
            .filter_map(|end| name.strip_suffix(end))
            .map(str::to_owned),
    );
    let found = names.iter().flat_map(|other| {
        let files = files.named_in_any_case(other);
        files
            .filter(|file| file.kind == FileKind::Regular)
            .map(|file| file.path)
    });
    let mut found: Vec<&BStr> = found.filter(|path| file_name(path) != name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The search for misplaced files of a family.
struct Search<'s> {
    tree: &'s Tree<'s>,
    files: &'s Files,
    family: Family,
    /// Reads the lines of a file.
    read: fn(&Tree<'_>) -> Vec<OwnershipLine>,
}

impl Search<'_> {
    fn run(&self, foreign: impl Fn(&BStr) -> bool) -> Vec<Misplaced> {
        let names = [self.family.file_name()];
        let named = self.files.named(&names);
        let named = named.filter(|file| file.kind == FileKind::Regular);
        let named = named.map(|file| file.path);
        let mut found: Vec<(&BStr, Option<Sign>)> = named
            .chain(misspelled(self.files, names[0]))
            .filter(|path| !foreign(path))
            .map(|path| (path, self.sign(path)))
            .collect();
        let mut locations = self.family.locations();
        let has_own = locations.any(|path| self.tree.has(BStr::new(path)));
        // Several such files are a convention of the repository.
        if let [(path, sign @ None)] = &mut found[..]
            && !has_own
            && self.is_only_candidate(path)
        {
            *sign = Some(Sign::OnlyOne);
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
        let name = self.family.file_name();
        let is_named = file_name(path) == name;
        if is_home || !is_named {
            let is_meant = is_home && !is_named && has_owners(&self.entries(path));
            return is_meant.then_some(Sign::Name(name));
        }
        let mut signatures = self.family.members().map(|(_, signature)| signature);
        if signatures.any(|signature| signature.is_below_home(folder)) {
            return Some(Sign::Directory);
        }
        let base = self.base(folder);
        let entries = self.entries(path);
        let places: Vec<&str> = entries.iter().filter_map(place).collect();
        // A test fixture may contain a whole repository with a misplaced file.
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
        of_root.map(|place| Sign::Mentions((*place).to_owned()))
    }

    /// Returns whether a file without other evidence is in a directory that is unlikely to contain copied code.
    fn is_only_candidate(&self, path: &BStr) -> bool {
        const PROJECT_FILES: [&[u8]; 3] = [b"COPYING", b"LICENSE", b"README"];
        let folder = folder_of(path);
        let is_project = |name: &&[u8]| self.files.any_under(&join(folder, name));
        let entries = self.entries(path);
        !folder.is_empty()
            && !self.is_home(folder)
            && !folder.contains(&b'/')
            && has_owners(&entries)
            && entries.iter().all(|entry| place(entry).is_none())
            && !PROJECT_FILES.iter().any(is_project)
    }

    fn entries(&self, path: &BStr) -> Vec<OwnershipLine> {
        let tree = self.tree.only_file(path);
        tree.map_or(Vec::new(), |tree| (self.read)(&tree))
    }

    /// Returns the directory that the patterns of a file start at if it belongs to copied code.
    fn base<'p>(&self, folder: &'p BStr) -> &'p BStr {
        match self.is_home(file_name(folder)) {
            true => folder_of(folder),
            false => folder,
        }
    }

    /// Returns whether a forge looks into a directory.
    fn is_home(&self, folder: &BStr) -> bool {
        let mut locations = self.family.locations();
        locations.any(|location| folder_of(BStr::new(location)) == folder)
    }
}

fn has_owners(entries: &[OwnershipLine]) -> bool {
    entries.iter().any(|entry| !entry.owners.is_empty())
}

/// Returns the literal path that a pattern starts with, if it is anchored at the root. Hidden paths are
/// skipped: copies often lack them.
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
