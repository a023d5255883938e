//! Compares the owners of new files by the map with those that the forge would return.
//!
//! The writer of a dialect provides the paths on which the two may differ. Components and their declarations are used
//! as they exist now, and no existing file becomes a directory.

use std::collections::{BTreeSet, HashMap};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Dialect, Difference, Ownership, Written, folder_owners::in_each_folder, proof::answers,
};
use crate::{
    claims::ClaimId,
    config::TeamId,
    pattern::{Language, PatternId},
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
    let of_filed = of_filed_claims(ownership);
    let samples = written.samples.iter().chain(&of_filed);
    let mut paths: Vec<&BStr> = samples.map(|path| path.as_bstr()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.retain(|path| ownership.obstacle(path).is_none());
    let answers = answers(dialect, ownership, written, &paths)?;
    let repository = ownership.repository;
    let filed = repository.filed_patterns(ownership.teams(), &paths);
    let claims = &repository.claims;
    let mut resolver = Resolver::new(claims, ownership.teams());
    let mut walker = repository.tree().walk();
    let mut known: HashMap<Box<[PatternId]>, Option<ByMap>, _> = FxHashMap::default();
    let mut seen: FxHashSet<(Vec<ClaimId>, u32)> = FxHashSet::default();
    let mut new_files = NewFiles {
        differences: Vec::new(),
        is_complete: written.is_complete && filed.is_empty(),
    };
    for (path, at) in paths.iter().zip(0..) {
        let by_map = walker.matches(path, false, |of_map| {
            let of_files = filed.get(at).map_or(&[][..], |of_files| of_files);
            let patterns = &*[of_map, of_files].concat();
            if !known.contains_key(patterns) {
                let resolved = resolver.resolve(patterns);
                new_files.is_complete &= resolved.is_ok();
                let decided = resolved
                    .ok()
                    .filter(|it| it.verdict != Verdict::Conflicting);
                let by_map = decided.map(|resolution| ByMap {
                    owners: names(ownership, written, &resolution.owners),
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
        let is_same = answered == by_map.owners && answer.failure.is_none();
        if !is_same && seen.insert((by_map.standing.clone(), answers.id_of(at))) {
            let place = by_map.standing.first();
            new_files.differences.push(Difference {
                path: (*path).to_owned(),
                expected: by_map.owners.clone(),
                answered,
                place: place.map(|claim| claims.get(*claim).place.clone()),
                failure: answer.failure.clone(),
                rules: answer.rules.clone(),
            });
        }
    }
    Some(new_files)
}

/// The maximum number of claims of ownership files for which samples are determined.
const MAX_FILED: usize = 1_000;

/// Returns paths of new files on which trusted ownership files can make claims: in each folder, and one for each claim on an
/// existing file.
fn of_filed_claims(ownership: &Ownership<'_>) -> Vec<BString> {
    let claims = &ownership.repository.claims;
    if !claims.has_filed() {
        return Vec::new();
    }
    let filed = claims.iter().filter(|(_, claim)| claim.filed.is_some());
    let patterns = filed.take(MAX_FILED).flat_map(|(_, claim)| &claim.patterns);
    let languages = patterns.map(|pattern| Language::of([claims.pattern(*pattern)]));
    // A claim without a sample is one more reason why only a sample of the new files is compared.
    let paths = languages.filter_map(|it| ownership.new_path(&[&it], &[]).ok().flatten());
    let mut samples: Vec<BString> = paths.collect();
    samples.extend(in_each_folder(ownership));
    samples
}

/// Returns the names of teams in the written files.
fn names(ownership: &Ownership<'_>, written: &Written, owners: &[TeamId]) -> BTreeSet<String> {
    let names = owners
        .iter()
        .flat_map(|team| match written.names.of(*team) {
            Ok(names) => names.to_vec(),
            // A team without files needs no name yet.
            Err(_) => {
                let team = ownership.teams().get(*team);
                vec![format!("{} (no handle)", quoted(&team.id.value))]
            }
        });
    names.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{
        dialects::{by_name, gitea::DIALECT, prove},
        inventory::list,
        resolution::ResolvedRepository,
        testing::{self, Repo},
    };

    const FILES: [&str; 5] = ["a/b/a", "a/x", "b/a", "x/b/y", "z"];

    /// The teams, all except `bare` with a name in each dialect.
    fn teams() -> String {
        let team = |(id, more): (&str, &str)| {
            let keys = ["github", "gitlab", "gitea", "bitbucket", "kubernetes"];
            let handles = keys.map(|key| format!("{key}: '@o/{id}'"));
            let handles = handles.join(", ");
            format!("  {id}: {{{more}handles: {{{handles}, gerrit: {id}@x.org}}}}\n")
        };
        let teams = [
            ("sre", ""),
            ("web", "parent: sre, "),
            ("dba", ""),
            ("old", "retired: {successor: dba}, "),
        ];
        let teams = teams.map(team).concat();
        format!("version: 1\nteams:\n{teams}  bare: {{}}\nrules:\n")
    }

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

    /// The lines of a rule or an exemption, for paths or for files.
    fn entry_for_any(
        pattern: impl Strategy<Value = String>,
    ) -> impl Strategy<Value = (bool, String)> {
        (entry(pattern), any::<bool>()).prop_map(|((is_exempt, text), of_files)| {
            let text = match of_files {
                true => text.replace("paths: ", "files: ").replace("/'", "'"),
                false => text,
            };
            (is_exempt, text)
        })
    }

    /// The lines of a rule or an exemption for paths.
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

    /// The result of a comparison with the map.
    struct Compared {
        /// The number of paths with other owners.
        different: usize,
        /// The number of paths that only the generated file gives an owner.
        extended: usize,
        new_files: NewFiles,
    }

    /// Runs `run` with a generated file. Returns `None` if the dialect cannot express the map.
    fn with_written<T>(
        dialect: &str,
        entries: &[(bool, String)],
        run: impl FnOnce(&Dialect, &Ownership<'_>, &Written) -> T,
    ) -> Option<T> {
        let of_kind = |exempt: bool| {
            let entries = entries
                .iter()
                .filter(move |(is_exempt, _)| *is_exempt == exempt);
            entries.map(|(_, text)| text.as_str()).collect::<String>()
        };
        let rules = of_kind(false);
        let text = format!(
            "{}  - {{paths: [ownership.yaml], owner: sre}}\n{rules}exemptions:\n  \
            - {{paths: [q/q], reason: x}}\n{}",
            teams(),
            of_kind(true)
        );
        let repo = Repo::new(&FILES.map(|path| (path, "")));
        repo.write("ownership.yaml", text);
        let map = testing::map(repo.path());
        let listing = list(repo.path(), false).unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let root = repo.path().to_path_buf();
        let repository = ResolvedRepository::new(
            &map,
            0,
            root,
            listing,
            today,
            crate::dialects::read_statements,
        )
        .ok()?;
        let dialect = by_name(dialect).unwrap();
        let ownership = Ownership::new(dialect, &map, &repository, false, String::new()).ok()?;
        let written = dialect.written(&ownership).ok()?;
        assert!(prove(dialect, &ownership, &written).is_empty());
        Some(run(dialect, &ownership, &written))
    }

    /// Returns the owners of a path by the map; `None` if claims on it conflict, or no such file can be created.
    fn by_map(
        ownership: &Ownership<'_>,
        written: &Written,
        path: &BStr,
    ) -> Option<BTreeSet<String>> {
        let resolved = ownership
            .repository
            .resolve_path(ownership.teams(), path, false);
        let (by_map, _) = resolved.unwrap();
        let is_possible =
            ownership.obstacle(path).is_none() && by_map.verdict != Verdict::Conflicting;
        is_possible.then(|| names(ownership, written, &by_map.owners))
    }

    /// Compares the answers of a generated file for `paths` with the map. Returns `None` if the dialect cannot express
    /// the map.
    fn compare(dialect: &str, entries: &[(bool, String)], paths: &[String]) -> Option<Compared> {
        with_written(dialect, entries, |dialect, ownership, written| {
            let paths: Vec<&BStr> = paths.iter().map(|path| path.as_bytes().as_bstr()).collect();
            let answers = answers(dialect, ownership, written, &paths).unwrap();
            let (mut different, mut extended) = (0, 0);
            for (path, at) in paths.iter().zip(0..) {
                let Some(expected) = by_map(ownership, written, path) else {
                    continue;
                };
                let answered: BTreeSet<String> = answers.of(at).owners.iter().cloned().collect();
                different += usize::from(expected != answered);
                extended += usize::from(expected != answered && expected.is_empty());
            }
            Compared {
                different,
                extended,
                new_files: compare_new_files(dialect, ownership, written).unwrap(),
            }
        })
    }

    /// A generated file with some paths.
    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct GeneratedFile {
        text: String,
        paths: Vec<String>,
    }

    /// The program in `tests/oracles/gitea` reads the same files. To update them, set `OWNLINT_UPDATE_EXPECTED`.
    #[test]
    fn gitea_reads_generated_files_like_the_map() {
        let mut runner = TestRunner::deterministic();
        let entries = prop::collection::vec(entry(pattern()), 1..7);
        let paths = prop::collection::vec(path(), 30);
        let (mut files, mut expected) = (Vec::new(), Vec::new());
        while files.len() < 200 {
            let entries = entries.new_tree(&mut runner).unwrap().current();
            let mut all = paths.new_tree(&mut runner).unwrap().current();
            let written = with_written("gitea", &entries, |_, ownership, written| {
                let new_files = compare_new_files(&DIALECT, ownership, written).unwrap();
                let is_exact = new_files.is_complete && new_files.differences.is_empty();
                let owners: BTreeMap<String, BTreeSet<String>> = all
                    .iter()
                    .filter_map(|path| {
                        Some((
                            path.clone(),
                            by_map(ownership, written, path.as_bytes().as_bstr())?,
                        ))
                    })
                    .collect();
                // The wording of the header does not matter.
                let lines = written.files[0]
                    .1
                    .lines()
                    .filter(|line| !line.starts_with('#'));
                let text = lines.map(|line| line.to_owned() + "\n").collect();
                is_exact.then_some((text, owners))
            });
            let Some((text, owners)): Option<(String, _)> = written.flatten() else {
                continue;
            };
            all = owners.keys().cloned().collect();
            files.push(GeneratedFile { text, paths: all });
            expected.push(owners);
        }
        let path = testing::project().join("tests/oracles/gitea/generated.jsonl");
        if std::env::var_os("OWNLINT_UPDATE_EXPECTED").is_some() {
            let lines = files
                .iter()
                .map(|file| serde_json::to_string(file).unwrap() + "\n");
            std::fs::write(&path, lines.collect::<String>()).unwrap();
        }
        let text = std::fs::read_to_string(path).unwrap();
        let evaluated: Vec<GeneratedFile> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(evaluated, files);
        #[derive(Deserialize)]
        struct Recorded {
            owners: BTreeMap<String, BTreeSet<String>>,
        }
        let recorded = testing::recorded::<Recorded>("gitea/recorded/generated.jsonl");
        let answered: Vec<BTreeMap<_, _>> = recorded.into_iter().map(|file| file.owners).collect();
        assert_eq!(answered, expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn new_files_have_the_owners_of_the_map_or_are_listed(
            entries in prop::collection::vec(entry_for_any(pattern()), 1..7),
            paths in prop::collection::vec(path(), 60),
            dialect in prop::sample::select(vec!["github", "gitlab", "gitea", "bitbucket"]),
        ) {
            let Some(compared) = compare(dialect, &entries, &paths) else {
                return Ok(());
            };
            let Compared { different, new_files, .. } = compared;
            prop_assert!(
                different == 0 || !new_files.differences.is_empty() || !new_files.is_complete
            );
            // Only owners without a name on the forge prevent an exact file, and on Bitbucket files without an owner. GitHub
            // matches the content of directories with most patterns.
            let is_exact = |(_, text): &(bool, String)| {
                !(text.contains("bare") || dialect == "github" && text.contains("files: "))
            };
            if entries.iter().all(is_exact) && dialect != "bitbucket" {
                let differences: Vec<&BString> =
                    new_files.differences.iter().map(|it| &it.path).collect();
                prop_assert!(different == 0 && differences.is_empty(), "{:?}", differences);
            }
        }

        #[test]
        fn dialects_of_folders_list_differences_and_extend_no_ownership(
            entries in prop::collection::vec(entry_for_any(pattern()), 1..7),
            paths in prop::collection::vec(path(), 40),
            dialect in prop::sample::select(vec!["gerrit", "kubernetes", "maintainers"]),
        ) {
            // Folders are unowned or not whatever the names of new files in them are.
            let folders = ["", "a/", "a/b/", "b/", "x/", "x/b/"];
            let in_folders = folders.map(|folder| {
                ["q9q9q9", "q9q9q9/q9q9q9"].map(|name| format!("{folder}{name}"))
            });
            let in_folders = in_folders.as_flattened();
            let Some(compared) = compare(dialect, &entries, in_folders) else {
                return Ok(());
            };
            prop_assert_eq!(compared.extended, 0);
            let paths: Vec<String> = paths.into_iter().chain(in_folders.iter().cloned()).collect();
            let Some(Compared { different, new_files, .. }) = compare(dialect, &entries, &paths) else {
                return Ok(());
            };
            prop_assert!(
                different == 0 || !new_files.differences.is_empty() || !new_files.is_complete
            );
        }
    }
}
