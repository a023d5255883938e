use std::sync::Arc;

use bstr::BStr;

use super::{ALL, Dialect, Signature, Tree, header::Generated};
use crate::{inventory::Files, text::Source};

/// Dialects whose files have the same name, with the signature of each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family(&'static [&'static Dialect]);

/// Directories of forges whose files have the same names and another syntax, of which too little is
/// known.
pub(super) const ELSEWHERE: [&str; 3] = [".bitbucket", ".forgejo", ".gitea"];

/// Whether the repository is hosted by one of those.
pub(super) fn is_elsewhere(tree: &Tree<'_>) -> bool {
    let mut directories = ELSEWHERE.iter();
    directories.any(|directory| tree.is_directory(BStr::new(directory)))
}

impl Family {
    /// All families that a repository can go by, in the order of all dialects.
    pub fn all() -> impl Iterator<Item = Self> {
        let families = ALL.chunk_by(|a, b| a.file_name() == b.file_name());
        families
            .map(Self)
            .filter(|family| family.signed().next().is_some())
    }

    /// Its dialects that a repository can go by.
    pub fn signed(self) -> impl Iterator<Item = (&'static Dialect, &'static Signature)> {
        let dialects = self.0.iter();
        dialects.filter_map(|dialect| Some((*dialect, dialect.signature.as_ref()?)))
    }

    /// The one that is assumed where nothing shows which it is.
    pub fn assumed(self) -> Option<(&'static Dialect, &'static Signature)> {
        self.signed().find(|(_, signature)| signature.is_assumed)
    }

    /// All others.
    pub fn others(self) -> impl Iterator<Item = (&'static Dialect, &'static Signature)> {
        self.signed().filter(|(_, signature)| !signature.is_assumed)
    }

    /// The name of its files.
    pub fn file_name(self) -> &'static str {
        self.0[0].file_name()
    }

    /// Where its files are looked for; some places are those of several dialects.
    pub fn locations(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().flat_map(|it| it.locations).copied()
    }

    /// The dialect by whose files a repository is governed.
    pub fn governing(self, tree: &Tree<'_>, files: &Files) -> Option<&'static Dialect> {
        match self.0[0].is_per_folder {
            true => self.of_folders(tree, files),
            false => self.of_places(tree),
        }
    }

    /// The same, of one file that may lie in several places: what is around it comes first.
    pub fn of_places(self, tree: &Tree<'_>) -> Option<&'static Dialect> {
        let has = |path: &&str| tree.has(BStr::new(path));
        let mut signed = self.signed();
        let at_home = signed.find(|(dialect, signature)| {
            let mut locations = dialect.locations.iter();
            locations.any(|path| signature.is_home_of(path) && has(path))
        });
        if let Some((dialect, _)) = at_home {
            return Some(dialect);
        }
        let path = self.locations().find(has)?;
        if let Some((dialect, _)) = self.others().find(|(_, it)| it.is_used(tree)) {
            return Some(dialect);
        }
        let assumed = self.assumed();
        if assumed.is_some_and(|(_, it)| !it.has_home(tree)) && is_elsewhere(tree) {
            return None;
        }
        let source = tree.read(BStr::new(path), &mut Vec::new());
        let mut others = self.others();
        let certain = source.and_then(|it| others.find(|(_, of)| (of.is_certain)(it.text())));
        certain.or(assumed).map(|(dialect, _)| dialect)
    }

    /// The same, of files that any folder may have: they count if there is one at the root, as one that
    /// lies deeper only came along with what was copied from elsewhere. It decides as well whose they
    /// are, unless it could be of several.
    fn of_folders(self, tree: &Tree<'_>, files: &Files) -> Option<&'static Dialect> {
        let names = [self.file_name()];
        let root = BStr::new(names[0]);
        if !tree.has(root) {
            return None;
        }
        let read = |path: &BStr| tree.read(path, &mut Vec::new());
        let own = read(root);
        let written = own.clone().and_then(Generated::read);
        if let Some(written) = written.filter(|it| it.dialect.is_one(root)) {
            return Some(written.dialect);
        }
        let is_certain = |signature: &Signature, source: &Option<Arc<Source>>| {
            let text = source.as_ref().map(|source| source.text());
            text.is_some_and(signature.is_certain)
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
