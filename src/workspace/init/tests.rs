//! The draft of a map that trusts ownership files agrees with them, whatever changes later.

use std::{collections::BTreeSet, fs};

use bstr::{BStr, BString};
use proptest::prelude::*;

use super::{MapDrafter, Options};
use crate::{
    config::{MAP_NAME, Map},
    dialects::{by_name, read_statements},
    inventory::list,
    resolution::ResolvedRepository,
    testing::{
        self, Repo,
        ownership_files::{FILES, Filed, by_dialect, filed},
    },
};

/// A change to the files of a repository.
#[derive(Debug, Clone)]
enum Edit {
    /// The ownership files get other contents; those that are not listed stay.
    Rewrite(Filed),
    /// An ownership file is removed, unless it is the only one.
    Remove(usize),
    /// A new file.
    Add(String),
    /// A file is removed.
    Delete(usize),
}

/// A repository with ownership files of one dialect, and edits.
fn edited() -> impl Strategy<Value = (Filed, Vec<Edit>)> {
    filed().prop_flat_map(|first| {
        let dialect = first.dialect;
        let same = filed().prop_filter("another dialect", move |it| it.dialect == dialect);
        let edit = prop_oneof![
            3 => same.prop_map(Edit::Rewrite),
            1 => (0..6usize).prop_map(Edit::Remove),
            1 => "(a|b|c|docs|new)/(x|y\\.md|new/z)".prop_map(Edit::Add),
            1 => (0..FILES.len()).prop_map(Edit::Delete),
        ];
        (Just(first), prop::collection::vec(edit, 100))
    })
}

fn apply(repo: &Repo, edit: &Edit) {
    let listing = list(repo.path(), false).unwrap();
    let files: Vec<String> = listing
        .files
        .iter()
        .map(|file| file.path.to_string())
        .collect();
    let is_ownership_file = |path: &&String| {
        let names = ["CODEOWNERS", "OWNERS", "MAINTAINERS"];
        names.contains(&path.rsplit('/').next().unwrap())
    };
    match edit {
        Edit::Rewrite(filed) => {
            for (path, text) in &filed.files {
                repo.write(path, text);
            }
        }
        Edit::Add(path)
            if !files
                .iter()
                .any(|known| known.starts_with(path) || path.starts_with(&format!("{known}/"))) =>
        {
            repo.write(path, "");
        }
        Edit::Add(_) => {}
        Edit::Remove(at) => {
            let own: Vec<&String> = files.iter().filter(is_ownership_file).collect();
            if own.len() > 1 {
                fs::remove_file(repo.path().join(own[at % own.len()])).unwrap();
            }
        }
        Edit::Delete(at) => {
            let _ = fs::remove_file(repo.path().join(FILES[*at]));
        }
    }
}

fn resolved(repo: &Repo, map: &Map) -> ResolvedRepository {
    let listing = list(repo.path(), false).unwrap();
    let root = repo.path().canonicalize().unwrap();
    let today = jiff::civil::date(2026, 11, 30);
    ResolvedRepository::new(map, 0, root, listing, today, read_statements).unwrap()
}

/// Returns the names of teams and people.
fn names(map: &Map, repository: &ResolvedRepository, path: &BStr) -> BTreeSet<String> {
    let resolution = repository.resolution_of(&map.teams, path, false).unwrap();
    let teams = map
        .teams
        .names(&resolution.owners)
        .into_iter()
        .map(|id| format!("team {id}"));
    let people = resolution.people.iter().map(|person| person.to_string());
    teams.chain(people).collect()
}

/// Returns the owners by the dialect, with the teams to which they belong.
fn expected(
    map: &Map,
    repository: &ResolvedRepository,
    dialect: &'static str,
    path: &BStr,
) -> BTreeSet<String> {
    let key = by_name(dialect)
        .and_then(|it| it.forge)
        .map_or(dialect, |forge| forge.handle_key);
    let owners = by_dialect(repository, dialect, path).into_iter();
    let named = owners.map(|owner| match map.teams.with_member(key, &owner) {
        Some(team) => format!("team {}", map.teams.name(team)),
        None => owner,
    });
    named.collect()
}

/// Returns a map that is drafted for a repository and written there.
fn drafted(repo: &Repo, dialect: &'static str, replaces: bool) -> (Map, String) {
    let options = Options::default().directory(repo.path());
    let path = repo.path().join(MAP_NAME);
    let drafter = MapDrafter::open(&options, &[], &path, false).unwrap();
    let text = drafter.draft(Some(dialect), replaces).unwrap();
    repo.write(MAP_NAME, &text);
    (testing::map(repo.path()), text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn rules_give_new_files_the_same_owners(filed in filed()) {
        let dialect = filed.dialect;
        let repo = Repo::new(&FILES.map(|path| (path, "")));
        apply(&repo, &Edit::Rewrite(filed.clone()));
        let (map, text) = drafted(&repo, dialect, true);
        let repository = resolved(&repo, &map);
        for path in FILES {
            let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
            for new in ["new", "new.md", "new/new"] {
                let path = BString::from(format!("{folder}{new}"));
                let path = BStr::new(&path);
                let found = names(&map, &repository, path);
                let expected = expected(&map, &repository, dialect, path);
                // The draft lists what a map cannot express.
                let is_listed = text.contains("# New files here would have other owners");
                prop_assert!(found == expected || is_listed, "{path} {found:?} {expected:?} {filed:?}\n{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn drafts_agree_with_trusted_files_after_any_edits((filed, edits) in edited()) {
        let dialect = filed.dialect;
        let repo = Repo::new(&FILES.map(|path| (path, "")));
        apply(&repo, &Edit::Rewrite(filed));
        let (map, text) = drafted(&repo, dialect, false);
        let trust = format!("ownership_files: {{{dialect}: trust");
        prop_assert!(text.contains(&trust), "{}", text);
        for edit in &edits {
            apply(&repo, edit);
            let repository = resolved(&repo, &map);
            let files = repository.listing.files.iter().map(|file| file.path.to_owned());
            let new = FILES.iter().map(|path| BString::from(format!("{path}.new.md")));
            for path in files.chain(new) {
                let path = BStr::new(&path);
                let found = names(&map, &repository, path);
                let expected = expected(&map, &repository, dialect, path);
                prop_assert_eq!(found, expected, "{} after {:?}\n{}", path, edit, text);
            }
        }
    }
}
