//! Properties of the claims that ownership files make, for any files, rules and declarations.

use std::collections::BTreeSet;

use bstr::{BStr, BString};
use proptest::prelude::*;

use super::read_statements;
use crate::{
    config::Map,
    dialects::names,
    inventory::list,
    resolution::{Resolution, ResolvedRepository, Verdict},
    testing::{
        self, Repo,
        ownership_files::{FILES, Filed, by_dialect, filed},
    },
};

/// A rule or an exemption.
fn entry() -> impl Strategy<Value = String> {
    let patterns = ["**", "a/", "a/b/", "**/*.md", "b/x", "c/", "docs/*", "a/*"];
    let pattern = prop::sample::select(patterns.to_vec());
    let priority = prop::sample::select(vec![0, 0, 0, 1, -1]);
    (pattern, 0..3u8, priority).prop_map(|(pattern, team, priority)| {
        format!("  - {{paths: ['{pattern}'], owner: t{team}, priority: {priority}}}\n")
    })
}

struct Resolved {
    map: Map,
    repository: ResolvedRepository,
    /// Files are read later, too.
    _repo: Repo,
}

impl Resolved {
    fn new(files: &[Filed], rules: &[String], declares: bool) -> Self {
        let repo = Repo::new(&FILES.map(|path| (path, "")));
        let files = files.iter();
        let policies = files.clone().map(|of| format!("{}: trust", of.dialect));
        let policies = BTreeSet::from_iter(policies);
        for (path, text) in files.flat_map(|of| &of.files) {
            repo.write(path, text);
        }
        if declares {
            repo.write(
                "c/Chart.yaml",
                "name: c\nannotations: {team: t2}\nmaintainers: []\n",
            );
        }
        let team = |at: u8| {
            format!(
                "  t{at}: {{handles: {{github: '@t{at}', gerrit: ['t{at}@x'], kubernetes: t{at}}}}}\n"
            )
        };
        let teams: String = (0..3).map(team).collect();
        let rules = match rules {
            [] => String::new(),
            rules => format!("rules:\n{}", rules.concat()),
        };
        let policies = Vec::from_iter(policies).join(", ");
        repo.write(
            "ownership.yaml",
            format!("version: 1\nteams:\n{teams}{rules}ownership_files: {{{policies}}}\n"),
        );
        let map = testing::map(repo.path());
        let listing = list(repo.path(), false).unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let root = repo.path().canonicalize().unwrap();
        let repository =
            ResolvedRepository::new(&map, 0, root, listing, today, read_statements).unwrap();
        Self {
            map,
            repository,
            _repo: repo,
        }
    }

    /// Returns the resolutions of all files, and of one new file in each directory.
    fn all(&self) -> Vec<(BString, Resolution)> {
        let files = &self.repository.listing.files;
        let listed = files.iter().enumerate().map(|(at, file)| {
            let resolution = self.repository.resolved.group_of(at).resolution.clone();
            (file.path.to_owned(), resolution)
        });
        let folders = files.iter().map(|file| {
            let path = file.path.to_string();
            path.rfind('/')
                .map_or(String::new(), |at| path[..=at].to_owned())
        });
        let new = BTreeSet::from_iter(folders).into_iter().map(|folder| {
            let path = BString::from(format!("{folder}new.md"));
            let teams = &self.map.teams;
            let resolution = self
                .repository
                .resolution_of(teams, BStr::new(&path), false);
            (path, resolution.unwrap())
        });
        listed.chain(new).collect()
    }

    /// Returns the owners as the files name them, sorted.
    fn owners(&self, resolution: &Resolution) -> Vec<String> {
        let teams = self
            .map
            .teams
            .names(&resolution.owners)
            .into_iter()
            .map(str::to_owned);
        let people = resolution.people.iter().map(|person| bare(person));
        Vec::from_iter(BTreeSet::from_iter(teams.chain(people)))
    }
}

/// Returns a name without what the syntax of a dialect adds.
fn bare(name: &str) -> String {
    let name = name.strip_prefix('@').unwrap_or(name);
    name.strip_suffix("@x").unwrap_or(name).to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn trust_alone_gives_the_answers_of_the_files(filed in filed()) {
        let dialect = filed.dialect;
        let resolved = Resolved::new(std::slice::from_ref(&filed), &[], false);
        for (path, resolution) in resolved.all() {
            let expected = by_dialect(&resolved.repository, dialect, BStr::new(&path));
            let expected: BTreeSet<String> = expected.iter().map(|owner| bare(owner)).collect();
            let expected = Vec::from_iter(expected);
            prop_assert_eq!(resolved.owners(&resolution), expected.clone(), "{} in {:?}", path, filed);
            let verdict = match expected.is_empty() {
                true => Verdict::Unowned,
                false => Verdict::Owned,
            };
            prop_assert_eq!(resolution.verdict, verdict, "{}", path);
        }
    }

    #[test]
    fn at_least_one_claim_is_never_overridden(
        filed in prop::collection::vec(filed(), 1..3),
        rules in prop::collection::vec(entry(), 0..6),
        declares in any::<bool>(),
    ) {
        let resolved = Resolved::new(&filed, &rules, declares);
        for (path, resolution) in resolved.all() {
            let has_claims = !resolution.overridden.is_empty();
            prop_assert!(!has_claims || !resolution.winning.is_empty(), "{}", path);
            for overridden in &resolution.overridden {
                prop_assert!(resolution.winning.contains(&overridden.by), "{}", path);
            }
            let of_files = |dialect: &str| {
                let claims = resolution.winning.iter().copied();
                let claims = claims.chain(resolution.overridden.iter().map(|it| it.claim));
                let claims = claims.map(|id| resolved.repository.claims.get(id));
                claims.filter(|it| it.filed.as_ref().is_some_and(|it| it.dialect == dialect)).count()
            };
            prop_assert!(names().into_iter().all(|dialect| of_files(dialect) <= 1), "{}", path);
        }
    }
}
