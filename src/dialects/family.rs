use std::sync::Arc;

use bstr::{BStr, ByteSlice as _};

use super::{ALL, Dialect, Signature, Tree, header::Generated};
use crate::{
    config::Settings,
    inventory::Files,
    resolution::is_vendored,
    text::{Source, join, quoted},
};

/// The dialects that share a file name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family(&'static [&'static Dialect]);

impl Family {
    /// Returns all families with a dialect that can be detected, in the order of [`ALL`].
    pub fn all() -> impl Iterator<Item = Self> {
        let families = ALL.chunk_by(|a, b| a.file_name() == b.file_name());
        families
            .map(Self)
            .filter(|family| family.members().next().is_some())
    }

    /// Returns its dialects that can be detected.
    pub fn members(self) -> impl Iterator<Item = (&'static Dialect, &'static Signature)> {
        let dialects = self.0.iter();
        dialects.filter_map(|dialect| Some((*dialect, dialect.signature.as_ref()?)))
    }

    /// Returns the dialect to assume without any evidence.
    pub fn assumed(self) -> Option<(&'static Dialect, &'static Signature)> {
        self.members().find(|(_, signature)| signature.is_assumed)
    }

    /// Returns the dialects that need evidence.
    pub fn others(self) -> impl Iterator<Item = (&'static Dialect, &'static Signature)> {
        self.members()
            .filter(|(_, signature)| !signature.is_assumed)
    }

    /// Returns the name of its files.
    pub fn file_name(self) -> &'static str {
        self.0[0].file_name()
    }

    /// Returns the locations of its files; dialects can share a location.
    pub fn locations(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().flat_map(|it| it.locations).copied()
    }

    /// Returns whether every folder can have such a file.
    pub fn is_per_folder(self) -> bool {
        self.0[0].is_per_folder
    }

    /// Returns the dialect that applies to a repository.
    pub fn governing(self, tree: &Tree<'_>, files: &Files) -> Option<&'static Dialect> {
        match self.is_per_folder() {
            true if self.counts_in_folders(tree, files) => self.of_folders(tree, files),
            true => None,
            false => self.by_location(tree),
        }
    }

    /// Like [`governing`](Self::governing), for one file with several possible locations. Files around it are better
    /// evidence than its content.
    pub fn by_location(self, tree: &Tree<'_>) -> Option<&'static Dialect> {
        let read = |path: &str| tree.read(BStr::new(path), &mut Vec::new());
        let has = |signature: &Signature, path: &str| {
            let is_foreign = || read(path).is_some_and(|source| (signature.is_foreign)(&source));
            tree.has(BStr::new(path)) && !(signature.is_home_of(path) && is_foreign())
        };
        let first = |(dialect, signature): &(&Dialect, &Signature)| {
            let mut locations = dialect.locations.iter();
            locations.find(|path| has(signature, path)).copied()
        };
        let mut members = self.members();
        let at_home = members.find(|(dialect, signature)| {
            let mut locations = dialect.locations.iter();
            locations.any(|path| signature.is_home_of(path) && has(signature, path))
        });
        if let Some((dialect, _)) = at_home {
            return Some(dialect);
        }
        let assumed = self.assumed();
        let has_assumed_home = assumed.is_some_and(|(_, it)| it.has_home(tree));
        let is_used = |(_, signature): &(_, &Signature)| {
            signature.is_used(tree) && !(signature.yields && has_assumed_home)
        };
        let readers: Vec<_> = self.others().filter(|it| first(it).is_some()).collect();
        if let Some((dialect, _)) = readers.iter().find(|it| is_used(it)) {
            return Some(dialect);
        }
        let path = self.members().find_map(|member| first(&member))?;
        let source = read(path);
        let is_certain =
            |(_, signature): &&(_, &Signature)| source.as_ref().is_some_and(signature.is_certain);
        // The directory of the assumed forge is better evidence than a line that only another forge understands.
        let is_of_assumed =
            has_assumed_home && assumed.as_ref().is_some_and(|it| first(it).is_some());
        if let Some((dialect, _)) = readers.iter().find(|it| !is_of_assumed && is_certain(it)) {
            return Some(dialect);
        }
        // The forge in use does not read this file.
        let is_elsewhere = !has_assumed_home && self.others().any(|it| is_used(&it));
        assumed
            .map(|(dialect, _)| dialect)
            .filter(|_| !is_elsewhere)
    }

    /// Returns why a dialect of this family applies to its only file at `path`, unless that is obvious: no other dialect is
    /// possible there, or nothing suggests another one than the assumed one.
    pub fn reason(self, dialect: &Dialect, tree: &Tree<'_>, path: &str) -> Option<String> {
        let signature = dialect.signature.as_ref()?;
        let source = tree.read(BStr::new(path), &mut Vec::new())?;
        let others = self.members();
        let others: Vec<_> = others
            .filter(|(other, _)| other.name != dialect.name)
            .collect();
        let is_shared = others.iter().any(|(it, _)| it.locations.contains(&path));
        let fits = |it: &Signature| it.is_used(tree) || (it.is_certain)(&source);
        let is_unclear = || others.iter().any(|(_, other)| fits(other));
        let needs_reason = !signature.is_assumed || is_unclear();
        if self.is_per_folder() || signature.is_home_of(path) || !is_shared || !needs_reason {
            return None;
        }
        Some(match signature.evidence(tree) {
            Some(evidence) => format!("because of {}", quoted(evidence)),
            None if (signature.is_certain)(&source) => {
                "because other forges would not understand all of its lines".to_owned()
            }
            None => return None,
        })
    }

    /// Returns whether files that any folder can have count in a repository: the root has one, or most directories in the
    /// root have one. Others may belong to copied code.
    pub fn counts_in_folders(self, tree: &Tree<'_>, files: &Files) -> bool {
        let name = self.file_name();
        tree.has(BStr::new(name)) || in_most_directories(files, name)
    }

    /// Returns the dialect of files that any folder can have, even if they do not count. The file at the root decides it,
    /// unless it fits several.
    pub fn of_folders(self, tree: &Tree<'_>, files: &Files) -> Option<&'static Dialect> {
        let names = [self.file_name()];
        let root = BStr::new(names[0]);
        let read = |path: &BStr| tree.read(path, &mut Vec::new());
        let own = read(root);
        let written = own.clone().and_then(Generated::read);
        if let Some(written) = written.filter(|it| it.dialect.is_one(root)) {
            return Some(written.dialect);
        }
        let is_certain = |signature: &Signature, source: &Option<Arc<Source>>| {
            source.as_ref().is_some_and(signature.is_certain)
        };
        let by_own = |(_, signature): &(_, &Signature)| is_certain(signature, &own);
        let by_others = |(_, signature): &(_, &Signature)| {
            let mut all = files.named(&names).map(|file| read(file.path));
            signature.is_used(tree) || all.any(|source| is_certain(signature, &source))
        };
        let found = self
            .others()
            .find(by_own)
            .or_else(|| self.assumed().filter(by_own))
            .or_else(|| self.others().find(by_others))
            .or_else(|| self.assumed());
        found.map(|(dialect, _)| dialect)
    }
}

/// Returns whether more than half of the directories in the root have a file with a name. Vendored ones do not count.
fn in_most_directories(files: &Files, name: &str) -> bool {
    let (mut all, mut with) = (0_usize, 0);
    let mut last: &[u8] = b"";
    for file in files.iter() {
        let Some((directory, _)) = file.path.split_once_str("/") else {
            continue;
        };
        let is_new = std::mem::replace(&mut last, directory) != directory;
        if is_new && !is_vendored(directory.as_bstr(), &Settings::default()) {
            let path = join(directory.as_bstr(), name.as_bytes());
            all += 1;
            with += usize::from(files.find(path.as_bstr()).is_some());
        }
    }
    with * 2 > all
}
