//! What people own, approve and review by ownership files, themselves or as members of groups.

use std::collections::BTreeMap;

use bstr::BString;
use rustc_hash::FxHashMap;

use super::{Question, Reply, answer::Answers};
use crate::{
    checks::ComparedFiles,
    claims::{ClaimId, OwnerName},
    config::{TeamId, name_and_address},
    dialects::{self, Tree},
    inventory::Subtree,
    resolution::ResolvedRepository,
};

/// A person in ownership files.
#[derive(Debug)]
pub struct PersonAnswer<'r> {
    pub question: &'r Question,
    /// The name in the files.
    pub name: String,
    /// Whether it is a group instead.
    pub is_group: bool,
    /// Their team in the map.
    pub team: Option<TeamId>,
    /// What they own or approve, by repository, dialect and group.
    pub holdings: Vec<PersonHolding<'r>>,
    /// Where they are named as a reviewer.
    pub reviews: Vec<PersonReview<'r>>,
}

/// What ownership files of a dialect give to a person.
#[derive(Debug)]
pub struct PersonHolding<'r> {
    pub repository: &'r ResolvedRepository,
    /// The name of the dialect.
    pub dialect: &'static str,
    /// Whether the map trusts the files. Otherwise, it only compares them, and the person owns nothing by the map.
    pub is_trusted: bool,
    /// Whether they own the files. Otherwise, their approval is enough, too.
    pub is_owner: bool,
    /// The group through which they do; `None` if files name them.
    pub group: Option<String>,
    /// The directories and files.
    pub subtrees: Vec<Subtree<'r>>,
}

/// An ownership file that names a person as a reviewer.
#[derive(Debug)]
pub struct PersonReview<'r> {
    pub repository: &'r ResolvedRepository,
    /// The name of the dialect.
    pub dialect: &'static str,
    /// The file.
    pub path: BString,
    /// The group through which it does.
    pub group: Option<String>,
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
        let searched = Searched {
            text: question.typed.to_str()?,
            has_groups: !question.is_about_team(),
        };
        let repositories = self.repositories.iter().enumerate();
        let repositories = repositories.filter_map(|(at, it)| Some((at, it.as_ref()?)));
        let (mut holdings, mut reviews) = (Vec::new(), Vec::new());
        let (mut name, mut key, mut is_group) = (None, "", false);
        for (at, repository) in repositories.filter(|(_, repository)| repository.is_whole) {
            let map = &self.workspace.map;
            let compared = ComparedFiles::all(map, at, repository, None);
            let mut found = NamedFiles::default();
            found.add_trusted(repository, searched);
            for files in &compared {
                found.add_compared(repository, files, searched);
            }
            let trusted = map.repositories[at].trusted_dialects();
            let dialects = trusted
                .into_iter()
                .chain(compared.iter().map(|it| it.dialect.name));
            for dialect in dialects {
                let (found, reviewer) = named_reviews(repository, dialect, searched);
                name = name.or(reviewer);
                reviews.extend(found);
            }
            is_group |= found.is_group;
            if let Some((found_name, found_key)) = found.person {
                name = Some(found_name);
                key = found_key;
            }
            holdings.extend(found.by_route.into_iter().map(|(route, files)| {
                let has_file = |position: usize| files.binary_search(&position).is_ok();
                PersonHolding {
                    repository,
                    dialect: route.dialect,
                    is_trusted: !route.is_compared,
                    is_owner: !route.is_other,
                    group: route.group,
                    subtrees: repository.listing.files.subtrees(has_file),
                }
            }));
        }
        let name = name?;
        Some(Reply::Person(Box::new(PersonAnswer {
            question,
            is_group,
            team: self.workspace.map.teams.with_member(key, &name),
            name,
            holdings,
            reviews,
        })))
    }
}

/// How a person gets files. The most important way comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    is_compared: bool,
    dialect: &'static str,
    /// Whether others own the files.
    is_other: bool,
    group: Option<String>,
}

/// The files that ownership files give to a person.
#[derive(Default)]
struct NamedFiles {
    /// The name in the files, and the key under `handles` for it.
    person: Option<(String, &'static str)>,
    is_group: bool,
    /// The positions, in order.
    by_route: BTreeMap<Route, Vec<usize>>,
}

impl NamedFiles {
    /// Adds the files that trusted files give to the person.
    fn add_trusted(&mut self, repository: &ResolvedRepository, searched: Searched<'_>) {
        let mut known: FxHashMap<ClaimId, Vec<Route>> = FxHashMap::default();
        for (position, _) in repository.listing.files.iter().enumerate() {
            let winning = &repository.resolved.group_of(position).resolution.winning;
            for claim in winning {
                let Some(filed) = &repository.claims.get(*claim).filed else {
                    continue;
                };
                let routes = known.entry(*claim).or_insert_with(|| {
                    let (own, others) = (filed.names(), filed.other_names.iter());
                    self.routes(
                        (filed.dialect, filed.handle_key),
                        false,
                        own,
                        others,
                        searched,
                    )
                });
                add(&mut self.by_route, routes, position);
            }
        }
    }

    /// Adds the files that files of a dialect give to the person, and that are compared with the map.
    fn add_compared(
        &mut self,
        repository: &ResolvedRepository,
        files: &ComparedFiles,
        searched: Searched<'_>,
    ) {
        let mut known: FxHashMap<u32, Vec<Route>> = FxHashMap::default();
        let dialect = (files.dialect.name, files.handle_key());
        for (position, _) in repository.listing.files.iter().enumerate() {
            let Some(of) = files.of(position) else {
                continue;
            };
            let routes = known.entry(of.id).or_insert_with(|| {
                let (own, others) = (of.statement.owners(), of.statement.may_also_approve.iter());
                self.routes(dialect, true, own, others, searched)
            });
            add(&mut self.by_route, routes, position);
        }
    }

    /// Returns how the person gets files with these owners, and with others whose approval is enough. What they own, they
    /// need not approve as well.
    fn routes<'n>(
        &mut self,
        (dialect, key): (&'static str, &'static str),
        is_compared: bool,
        owners: impl Iterator<Item = &'n OwnerName>,
        others: impl Iterator<Item = &'n OwnerName>,
        searched: Searched<'_>,
    ) -> Vec<Route> {
        let mut find = |names: &mut dyn Iterator<Item = &'n OwnerName>, is_other| {
            let mut routes = Vec::new();
            let found = names.filter_map(|name| Some((name.is_group, searched.find(name)?)));
            for (is_group, (person, group)) in found {
                self.is_group |= is_group && group.is_none();
                self.person.get_or_insert_with(|| (person.to_owned(), key));
                routes.push(Route {
                    is_compared,
                    dialect,
                    is_other,
                    group: group.map(str::to_owned),
                });
            }
            routes
        };
        let (mut owners, mut others) = (owners, others);
        let own = find(&mut owners, false);
        match own.is_empty() {
            true => find(&mut others, true),
            false => own,
        }
    }
}

/// Adds a file to each way in which a person gets it.
fn add(by_route: &mut BTreeMap<Route, Vec<usize>>, routes: &[Route], position: usize) {
    for route in routes {
        let files = by_route.entry(route.clone()).or_default();
        if files.last() != Some(&position) {
            files.push(position);
        }
    }
}

/// Returns the files of a dialect that name a person as a reviewer, and the name.
fn named_reviews<'r>(
    repository: &'r ResolvedRepository,
    dialect: &'static str,
    searched: Searched<'_>,
) -> (Vec<PersonReview<'r>>, Option<String>) {
    let reviewers = dialects::by_name(dialect).and_then(|dialect| dialect.reviewers);
    let tree = Tree::of_repository(repository);
    let names = reviewers.map_or_else(Vec::new, |read| read(&tree, &repository.listing.files));
    let mut person = None;
    let found = names.iter().filter_map(|name| {
        let (found, group) = searched.find(name)?;
        person.get_or_insert_with(|| found.to_owned());
        Some(PersonReview {
            repository,
            dialect,
            path: name.place.path().to_owned(),
            group: group.map(str::to_owned),
        })
    });
    (found.collect(), person)
}

/// A login with or without `@`, an address, or the name of a group that is not a team in the map.
#[derive(Debug, Clone, Copy)]
struct Searched<'q> {
    text: &'q str,
    /// Whether it can also be a group.
    has_groups: bool,
}

impl Searched<'_> {
    /// Returns the person as the name in an ownership file spells them, and the group that they are in; `None` if the name
    /// is that of somebody else.
    fn find(self, name: &OwnerName) -> Option<(&str, Option<&str>)> {
        if self.is_person(&name.text) {
            return (!name.is_group || self.has_groups).then_some((&*name.text, None));
        }
        let mut members = name.members().iter();
        let member = members.find(|member| self.is_person(member))?;
        Some((member, Some(&name.text)))
    }

    /// Returns whether a name in an ownership file is the searched one: a login, an address, or both a name and an address.
    fn is_person(self, name: &str) -> bool {
        let plain = |text: &str| text.strip_prefix('@').unwrap_or(text).to_lowercase();
        let address = name_and_address(name).map(|(_, address)| address);
        let searched = plain(self.text);
        plain(name) == searched || address.is_some_and(|it| plain(it) == searched)
    }
}
