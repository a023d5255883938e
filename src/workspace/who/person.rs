//! What people own who are in no team in the map: the files that ownership files give to them.

use std::collections::BTreeMap;

use super::{Question, Reply, answer::Answers};
use crate::{
    checks::ComparedFiles, config::name_and_address, inventory::Subtree,
    resolution::ResolvedRepository,
};

/// A person in ownership files who is in no team in the map.
#[derive(Debug)]
pub struct PersonAnswer<'r> {
    pub question: &'r Question,
    /// The name in the files.
    pub name: String,
    /// What they own, by repository and dialect.
    pub holdings: Vec<PersonHolding<'r>>,
}

/// What ownership files of a dialect give to a person.
#[derive(Debug)]
pub struct PersonHolding<'r> {
    pub repository: &'r ResolvedRepository,
    /// The name of the dialect.
    pub dialect: &'static str,
    /// Whether the map trusts the files. Otherwise, it only compares them, and the person owns nothing by the map.
    pub is_trusted: bool,
    /// The directories and files.
    pub subtrees: Vec<Subtree<'r>>,
}

impl PersonHolding<'_> {
    /// Returns the number of files.
    pub fn files(&self) -> usize {
        self.subtrees
            .iter()
            .map(|subtree| subtree.files.len())
            .sum()
    }
}

impl<'r> Answers<'_, 'r> {
    /// Returns the answer about the person with a login or address; `None` if no ownership file names them.
    pub(super) fn person(&self, question: &'r Question) -> Option<Reply<'r>> {
        let searched = question.typed.to_str()?;
        let repositories = self.repositories.iter().enumerate();
        let repositories = repositories.filter_map(|(at, it)| Some((at, it.as_ref()?)));
        let mut name = None;
        let mut holdings = Vec::new();
        for (at, repository) in repositories.filter(|(_, repository)| repository.is_whole) {
            for found in self.named_files(at, repository, searched) {
                name = name.or(Some(found.name));
                let has_file = |position: usize| found.files.binary_search(&position).is_ok();
                holdings.push(PersonHolding {
                    repository,
                    dialect: found.dialect,
                    is_trusted: found.is_trusted,
                    subtrees: repository.listing.files.subtrees(has_file),
                });
            }
        }
        let name = name?;
        Some(Reply::Person(Box::new(PersonAnswer {
            question,
            name,
            holdings,
        })))
    }

    /// Returns the files that ownership files give to a person, by dialect.
    fn named_files(
        &self,
        at: usize,
        repository: &ResolvedRepository,
        searched: &str,
    ) -> Vec<NamedFiles> {
        let mut trusted: BTreeMap<&'static str, NamedFiles> = BTreeMap::new();
        for (position, _) in repository.listing.files.iter().enumerate() {
            let winning = &repository.resolved.group_of(position).resolution.winning;
            let claims = winning.iter().map(|id| repository.claims.get(*id));
            for filed in claims.filter_map(|claim| claim.filed.as_deref()) {
                let mut people = filed.people.iter();
                if let Some(name) = people.find(|name| is_person(name, searched)) {
                    let of = trusted.entry(filed.dialect);
                    let of = of.or_insert_with(|| NamedFiles::new(name, filed.dialect, true));
                    of.files.push(position);
                }
            }
        }
        let map = &self.workspace.map;
        let compared = ComparedFiles::all(map, at, repository, None);
        let compared = compared.iter().filter_map(|files| {
            let mut found: Option<NamedFiles> = None;
            for (position, _) in repository.listing.files.iter().enumerate() {
                let people = files.of(position).map_or(&[][..], |of| &of.owners.people);
                if let Some(name) = people.iter().find(|name| is_person(name, searched)) {
                    let dialect = files.dialect.name;
                    let of = found.get_or_insert_with(|| NamedFiles::new(name, dialect, false));
                    of.files.push(position);
                }
            }
            found
        });
        trusted.into_values().chain(compared).collect()
    }
}

/// The files that the ownership files of a dialect give to a person.
struct NamedFiles {
    name: String,
    dialect: &'static str,
    is_trusted: bool,
    /// The positions, in order.
    files: Vec<usize>,
}

impl NamedFiles {
    fn new(name: &str, dialect: &'static str, is_trusted: bool) -> Self {
        Self {
            name: name.to_owned(),
            dialect,
            is_trusted,
            files: Vec::new(),
        }
    }
}

/// Returns whether a name in an ownership file is the searched one: a login with or without `@`, an address, or both a
/// name and an address.
fn is_person(name: &str, searched: &str) -> bool {
    let plain = |text: &str| text.strip_prefix('@').unwrap_or(text).to_lowercase();
    let address = name_and_address(name).map(|(_, address)| address);
    plain(name) == plain(searched) || address.is_some_and(|it| plain(it) == plain(searched))
}
