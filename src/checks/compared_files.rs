//! The ownership files that are compared with the map.

use bstr::BStr;

use super::ownership_files::is_whole;
use crate::{
    claims::{Approvers, FileQuestion, FileStatement, FileStatements, OwnerName},
    config::{Map, Policy},
    dialects::{self, Dialect, Tree, governing, read_statements},
    resolution::ResolvedRepository,
    text::{Place, printable_bytes},
};

/// The ownership files of a dialect, which make no claims.
#[derive(Debug)]
pub struct ComparedFiles {
    /// The dialect.
    pub dialect: &'static Dialect,
    statements: FileStatements,
    /// By statement: its owners, and those who may also approve.
    owners: Vec<[Approvers; 2]>,
}

/// What an ownership file states about a path.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'c> {
    /// Its position among the statements.
    pub id: u32,
    pub statement: &'c FileStatement,
    /// The owners.
    pub owners: &'c Approvers,
    /// Those whose approval is enough, too.
    pub others: &'c Approvers,
}

impl ComparedFiles {
    /// Returns the files to compare with the map in the repository at a position in the map: those that the map names,
    /// or else those of the detected dialects that it does not mention. If `from` is given, only this dialect counts.
    pub fn all(
        map: &Map,
        at: usize,
        repository: &ResolvedRepository,
        from: Option<&'static Dialect>,
    ) -> Vec<Self> {
        let policies = &map.repositories[at].ownership_files;
        let tree = Tree::of_repository(repository);
        let files = &repository.listing.files;
        let mut dialects: Vec<&'static Dialect> = match is_whole(&repository.root) {
            true => governing(&tree, files, from, Some(&map.repositories[at])),
            false => Vec::new(),
        };
        dialects.retain(|dialect| !policies.contains_key(dialect.name));
        let named = dialects::ALL.iter().copied().filter(|dialect| {
            policies.get(dialect.name) == Some(&Policy::Compare)
                && from.is_none_or(|from| from.name == dialect.name)
                && dialect.has_file(&tree, files)
        });
        dialects.extend(named);
        // Of the dialects that read the same file, the detected one counts if the map does not choose one.
        let detected = governing(&tree, files, from, Some(&map.repositories[at]));
        let is_chosen = |dialect: &&'static Dialect| {
            let mut same = detected
                .iter()
                .filter(|other| other.shares_files_with(dialect));
            let is_for_all = dialects::names()
                .iter()
                .all(|name| policies.contains_key(name));
            !is_for_all || same.clone().next().is_none() || same.any(|it| it.name == dialect.name)
        };
        dialects.retain(is_chosen);
        let of = |dialect| Self::new(map, repository, dialect);
        dialects.into_iter().map(of).collect()
    }

    fn new(map: &Map, repository: &ResolvedRepository, dialect: &'static Dialect) -> Self {
        let files = repository.listing.files.iter();
        let paths: Vec<&BStr> = files.map(|file| file.path).collect();
        let statements = read_statements(&FileQuestion {
            is_standalone: false,
            dialect: dialect.name,
            content: &repository.content(),
            files: &repository.listing.files,
            settings: &map.settings,
            paths: &paths,
        });
        let key = statements.handle_key;
        let owners = statements.statements.iter();
        let owners = owners.map(|it| {
            let own = Approvers::of(it.owners(), key, &map.teams);
            [own, Approvers::of(&it.may_also_approve, key, &map.teams)]
        });
        Self {
            dialect,
            owners: owners.collect(),
            statements,
        }
    }

    /// Returns whether any of the files names a team in the map.
    pub fn name_teams(&self) -> bool {
        self.owners.iter().any(|[own, _]| !own.owners.is_empty())
    }

    /// Returns the key under `handles` for names in the files.
    pub fn handle_key(&self) -> &'static str {
        self.statements.handle_key
    }

    /// Returns the names of owners, each with the key under `handles` for it.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, &OwnerName)> {
        let statements = self.statements.statements.iter();
        let names = statements.flat_map(|statement| statement.owners());
        names.map(|name| (self.statements.handle_key, name))
    }

    /// Returns what the files state about the listed file at a position; `None` if they name nobody.
    pub fn of(&self, file: usize) -> Option<Compared<'_>> {
        let id = self.statements.by_path.get(file).copied().flatten()?;
        let [owners, others] = &self.owners[id as usize];
        Some(Compared {
            id,
            statement: &self.statements.statements[id as usize],
            owners,
            others,
        })
    }

    /// Returns how to trust the files.
    pub fn trust_line(&self) -> String {
        format!("ownership_files: {{{}: trust}}", self.dialect.name)
    }
}

impl<'c> Compared<'c> {
    /// Returns the place that decides.
    pub fn place(&self) -> &'c Place {
        &self.statement.lines[0].places[0]
    }

    /// Returns the path of the file that decides.
    pub fn file(&self) -> String {
        printable_bytes(self.place().path())
    }
}
