//! Compares the owners of new files by the map with those that the forge would return.
//!
//! The writer of a dialect provides the paths on which the two may differ. Components and their declarations are used
//! as they exist now, and no existing file becomes a directory.

use std::collections::{BTreeSet, HashMap};

use bstr::{BStr, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Dialect, Difference, Ownership, Written, proof::answers};
use crate::{
    claims::ClaimId,
    config::TeamId,
    pattern::PatternId,
    resolution::{Resolver, Verdict},
    text::quoted,
};

/// The result for files that don't exist yet.
#[derive(Debug, Default)]
pub struct NewFiles {
    /// One example file for each difference between the forge and the map.
    pub differences: Vec<Difference>,
    /// Whether these are all differences.
    pub is_complete: bool,
}

/// The owners of a path by the map.
struct ByMap {
    owners: BTreeSet<String>,
    standing: Vec<ClaimId>,
}

/// Compares the written files with the map; returns `None` if the dialect has no owners of paths.
/// Paths with conflicting claims are skipped.
pub fn compare_new_files(
    dialect: &Dialect,
    ownership: &Ownership<'_>,
    written: &Written,
) -> Option<NewFiles> {
    let mut paths: Vec<&BStr> = written.samples.iter().map(|path| path.as_bstr()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.retain(|path| ownership.obstacle(path).is_none());
    let answers = answers(dialect, ownership, written, &paths)?;
    let claims = &ownership.repository.claims;
    let mut resolver = Resolver::new(claims, ownership.teams());
    let mut walker = ownership.repository.tree().walk();
    let mut known: HashMap<Box<[PatternId]>, Option<ByMap>, _> = FxHashMap::default();
    let mut seen: FxHashSet<(Vec<ClaimId>, u32)> = FxHashSet::default();
    let mut new_files = NewFiles {
        differences: Vec::new(),
        is_complete: written.is_complete,
    };
    for (path, at) in paths.iter().zip(0..) {
        let by_map = walker.matches(path, false, |patterns| {
            if !known.contains_key(patterns) {
                let resolved = resolver.resolve(patterns);
                new_files.is_complete &= resolved.is_ok();
                let decided = resolved
                    .ok()
                    .filter(|it| it.verdict != Verdict::Conflicting);
                let by_map = decided.map(|resolution| ByMap {
                    owners: handles(dialect, ownership, &resolution.owners),
                    standing: resolution.winning,
                });
                known.insert(patterns.into(), by_map);
            }
            known[patterns].as_ref()
        });
        let Some(by_map) = by_map else {
            continue;
        };
        let answer = answers.of(at);
        let answered: BTreeSet<String> = answer.owners.iter().cloned().collect();
        if answered != by_map.owners && seen.insert((by_map.standing.clone(), answers.id_of(at))) {
            let place = by_map.standing.first();
            new_files.differences.push(Difference {
                path: (*path).to_owned(),
                expected: by_map.owners.clone(),
                answered,
                place: place.map(|claim| claims.get(*claim).place.clone()),
                rules: answer.rules.clone(),
            });
        }
    }
    Some(new_files)
}

/// Returns the names of teams in a dialect's files.
fn handles(dialect: &Dialect, ownership: &Ownership<'_>, owners: &[TeamId]) -> BTreeSet<String> {
    let handles = owners.iter().flat_map(|team| {
        // A team without files needs no handle yet.
        let handles = ownership.handles(&[*team], dialect.handle_key());
        handles.unwrap_or_else(|_| {
            let team = ownership.teams().get(*team);
            vec![format!("{} (no handle)", quoted(&team.id.value))]
        })
    });
    handles.collect()
}

#[cfg(test)]
mod tests {
    use bstr::BString;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        dialects::{by_name, prove},
        inventory::list,
        resolution::ResolvedRepository,
        testing::{self, Repo},
    };

    const FILES: [&str; 5] = ["a/b/a", "a/x", "b/a", "x/b/y", "z"];

    const TEAMS: &str = "version: 1
teams:
  sre: {handles: {github: '@o/sre', gitlab: '@o/sre'}}
  web: {parent: sre, handles: {github: '@o/web', gitlab: '@o/web'}}
  dba: {handles: {github: '@o/dba', gitlab: '@o/dba'}}
  old: {retired: {successor: dba}, handles: {github: '@o/old', gitlab: '@o/old'}}
  bare: {}
rules:
";

    fn segment() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "a", "b", "x", "z", "y", "a", "b", "x", "*", "?", "a*", "*b", "*x*", "**", "**",
        ])
    }

    fn pattern() -> impl Strategy<Value = String> {
        let segments = prop::collection::vec(segment(), 1..4);
        (segments, any::<bool>())
            .prop_map(|(segments, inside)| segments.join("/") + if inside { "/" } else { "" })
    }

    /// The lines of a rule or an exemption.
    fn entry(pattern: impl Strategy<Value = String>) -> impl Strategy<Value = (bool, String)> {
        let owners = prop::sample::select(vec!["sre", "web", "dba", "old", "dba, web", "bare", ""]);
        let priority = prop::sample::select(vec![0, 0, 0, 1, 2]);
        let patterns = prop::collection::vec(pattern, 1..3);
        (patterns, owners, priority).prop_map(|(patterns, owners, priority)| {
            let paths = format!("'{}'", patterns.join("', '"));
            match owners {
                "" => (true, format!("  - {{paths: [{paths}], reason: x}}\n")),
                _ => {
                    let rest = format!("owners: [{owners}], priority: {priority}");
                    (false, format!("  - {{paths: [{paths}], {rest}}}\n"))
                }
            }
        })
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec("[abxyzq]{1,2}", 1..5).prop_map(|names| names.join("/"))
    }

    /// Compares the answers of a generated file for `paths` with the map. Returns the number of differences, and
    /// `None` if the dialect cannot express the map.
    fn compare(
        dialect: &str,
        entries: &[(bool, String)],
        paths: &[String],
    ) -> Option<(usize, NewFiles)> {
        let of_kind = |exempt: bool| {
            let entries = entries
                .iter()
                .filter(move |(is_exempt, _)| *is_exempt == exempt);
            entries.map(|(_, text)| text.as_str()).collect::<String>()
        };
        let rules = of_kind(false);
        let text = format!(
            "{TEAMS}  - {{paths: [ownership.yaml], owner: sre}}\n{rules}exemptions:\n  \
            - {{paths: [q/q], reason: x}}\n{}",
            of_kind(true)
        );
        let repo = Repo::new(&FILES.map(|path| (path, "")));
        repo.write("ownership.yaml", text);
        let map = testing::map(repo.path());
        let listing = list(repo.path(), false).unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let root = repo.path().to_path_buf();
        let repository = ResolvedRepository::new(&map, 0, root, listing, today).ok()?;
        let dialect = by_name(dialect).unwrap();
        let ownership = Ownership::new(dialect, &map, &repository, false, String::new()).ok()?;
        let written = dialect.written(&ownership).ok()?;
        assert!(prove(dialect, &ownership, &written).is_empty());
        let paths: Vec<&BStr> = paths.iter().map(|path| path.as_bytes().as_bstr()).collect();
        let answers = answers(dialect, &ownership, &written, &paths).unwrap();
        let is_different = |(path, at): &(&&BStr, usize)| {
            let (by_map, _) = repository.resolve_path(&map.teams, path, false).unwrap();
            let expected = handles(dialect, &ownership, &by_map.owners);
            let answered = answers.of(*at).owners.iter().cloned().collect();
            ownership.obstacle(path).is_none()
                && by_map.verdict != Verdict::Conflicting
                && expected != answered
        };
        let different = paths.iter().zip(0..).filter(is_different).count();
        let new_files = compare_new_files(dialect, &ownership, &written).unwrap();
        Some((different, new_files))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn new_files_have_the_owners_of_the_map_or_are_listed(
            entries in prop::collection::vec(entry(pattern()), 1..7),
            paths in prop::collection::vec(path(), 60),
            gitlab in any::<bool>(),
        ) {
            let dialect = if gitlab { "gitlab" } else { "github" };
            let Some((different, new_files)) = compare(dialect, &entries, &paths) else {
                return Ok(());
            };
            prop_assert!(
                different == 0 || !new_files.differences.is_empty() || !new_files.is_complete
            );
            // Only owners without a name on the forge prevent an exact file.
            let is_named = |(_, text): &(bool, String)| !text.contains("bare");
            if entries.iter().all(is_named) {
                let differences: Vec<&BString> =
                    new_files.differences.iter().map(|it| &it.path).collect();
                prop_assert!(different == 0 && differences.is_empty(), "{:?}", differences);
            }
        }
    }
}
