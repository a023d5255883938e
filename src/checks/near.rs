//! What a pattern that matches no files was probably meant to match.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, map_entry::MapEntry, nearest_pattern::nearest_pattern};

use crate::{
    advice::{Advice, Fix},
    claims::ClaimId,
    config::TeamId,
    pattern::{Extent, Language, Pattern, PatternId, PatternTree, Relation, escape},
    resolution::{GroupId, ResolvedRepository, Verdict, owner_set},
    text::{directory, quoted},
    whatif::WhatIf,
};

/// How an unmatched pattern misses a file.
#[derive(Debug, Clone)]
pub(super) struct Near {
    /// What is wrong.
    pub miss: Miss,
    /// The file.
    file: BString,
    /// The pattern to write instead; `None` if it would take what another team owns, or lead to other findings.
    new: Option<String>,
}

/// What is wrong with an unmatched pattern, the most probable last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Miss {
    /// The spelling of names.
    Spelling,
    /// It starts at the root.
    Deeper,
    /// Its letter case.
    LetterCase,
    /// It is for files, but matches the path of a directory.
    Directory,
}

impl Near {
    /// Returns the path of the file.
    pub fn file(&self) -> &BStr {
        self.file.as_bstr()
    }

    /// Returns the pattern to write instead, if known.
    pub fn new_pattern(&self) -> Option<&str> {
        self.new.as_deref()
    }

    /// Finds files that unmatched patterns nearly match. Each pattern comes with the position of its
    /// repository (`None` for all) and with the place for the result.
    ///
    /// One walk over the paths tries all patterns, and a hit needs no further test.
    pub fn find<'p>(
        repositories: &[ResolvedRepository],
        unmatched: impl Iterator<Item = (Option<usize>, &'p Pattern, &'p mut Option<Self>)>,
    ) {
        let mut unmatched: Vec<_> = unmatched.collect();
        if unmatched.is_empty() {
            return;
        }
        let patterns = unmatched.iter().map(|(_, pattern, _)| *pattern);
        let in_lower_case = Variants::new(patterns.clone(), |pattern| {
            pattern
                .parse_like(&pattern.text().to_ascii_lowercase())
                .ok()
        });
        let deeper = Variants::new(patterns.clone(), |pattern| {
            let at_root = Some(pattern.text()).filter(|text| !text.starts_with("**/"));
            pattern.parse_like(&anywhere(at_root?)).ok()
        });
        let with_content = Variants::new(patterns, |pattern| {
            pattern.is_of_files().then(|| pattern.with_content())
        });
        let mut misses: Vec<Option<(Miss, &BStr)>> = vec![None; unmatched.len()];
        for (of, repository) in repositories.iter().enumerate() {
            let mut record = |variants: &Variants, hits: &[PatternId], miss, path| {
                for hit in hits {
                    let at = variants.of[*hit as usize];
                    let applies = unmatched[at].0.is_none_or(|only| only == of);
                    if applies && misses[at].is_none_or(|(known, _)| known < miss) {
                        misses[at] = Some((miss, path));
                    }
                }
            };
            let mut from_root = in_lower_case.tree.walk();
            let mut at_any_depth = deeper.tree.walk();
            let mut in_directories = with_content.tree.walk();
            let mut lower = Vec::new();
            // The last directory, if no pattern can nearly match a file directly in it.
            let mut idle: Option<&[u8]> = None;
            for file in repository.listing.files.iter() {
                let (path, is_directory) = (file.path, file.is_directory());
                if idle.is_some_and(|idle| is_right_in(path, idle)) && !is_directory {
                    continue;
                }
                lower.clear();
                lower.extend_from_slice(path);
                lower.make_ascii_lowercase();
                from_root.matches(lower.as_bstr(), is_directory, |hits| {
                    record(&in_lower_case, hits, Miss::LetterCase, path);
                });
                at_any_depth.matches(path, is_directory, |hits| {
                    record(&deeper, hits, Miss::Deeper, path);
                });
                in_directories.matches(path, is_directory, |hits| {
                    record(&with_content, hits, Miss::Directory, path);
                });
                let walkers = [&from_root, &at_any_depth, &in_directories];
                let is_idle = walkers.iter().all(|walker| walker.is_idle());
                idle = is_idle.then(|| directory(path).as_bytes());
            }
        }
        for ((of, pattern, near), miss) in unmatched.iter_mut().zip(misses) {
            let found = miss.map(|(miss, file)| Self {
                miss,
                file: file.to_owned(),
                new: None,
            });
            **near = found.or_else(|| {
                let repositories = repositories.iter().enumerate();
                let mut applicable = repositories.filter(|(at, _)| of.is_none_or(|of| of == *at));
                applicable.find_map(|(_, repository)| Self::respelt(repository, pattern))
            });
        }
    }

    /// Finds a file that a pattern would match if the names in it were spelled like others nearby.
    fn respelt(repository: &ResolvedRepository, pattern: &Pattern) -> Option<Self> {
        let (new, file) = nearest_pattern(&repository.listing.files, pattern)?;
        Some(Self {
            miss: Miss::Spelling,
            file: file.to_owned(),
            new: Some(new),
        })
    }

    /// Looks for the patterns that entries, or one of their alternatives alone, should have instead of their unmatched
    /// patterns.
    pub fn find_new(context: &Context<'_>, mut misses: Vec<(&MapEntry<'_>, &Pattern, &mut Self)>) {
        let candidates = misses.iter().enumerate();
        let candidates: Vec<(usize, Pattern)> = candidates
            .flat_map(|(at, (_, pattern, near))| {
                let candidates = near.candidates(pattern).into_iter();
                candidates.map(move |candidate| (at, candidate))
            })
            .collect();
        let subjects = candidates.iter();
        let subjects = subjects.map(|(at, candidate)| (misses[*at].0, candidate));
        let prospects = Prospect::all(context, &subjects.collect::<Vec<_>>());
        let found: Vec<_> = candidates.into_iter().zip(prospects).collect();
        for of_miss in found.chunk_by(|((one, _), _), ((other, _), _)| one == other) {
            let near = &mut *misses[of_miss[0].0.0].2;
            let mut fitting = of_miss.iter().filter(|(_, prospect)| match near.miss {
                Miss::LetterCase | Miss::Directory => prospect.is_clear,
                Miss::Spelling => prospect.is_unowned && prospect.is_clear,
                Miss::Deeper => {
                    let (_, all) = &of_miss[of_miss.len() - 1];
                    all.is_unowned && prospect.files == all.files && prospect.is_clear
                }
            });
            let new = fitting.next();
            near.new = new.map(|((_, candidate), _)| candidate.text().to_string());
        }
    }

    /// Returns the patterns that may be written instead, the best first. The last one matches the most files.
    fn candidates(&self, pattern: &Pattern) -> Vec<Pattern> {
        let texts = match self.miss {
            Miss::LetterCase => [respelt(pattern, self.file.as_bstr()), None],
            Miss::Spelling => [self.new.clone(), None],
            Miss::Deeper => [
                moved(pattern, self.file.as_bstr()),
                Some(anywhere(pattern.text())),
            ],
            Miss::Directory => [None, None],
        };
        let texts = texts.iter().flatten();
        texts
            .filter_map(|text| pattern.parse_like(text).ok())
            .collect()
    }

    /// Returns the advice for a pattern that misses the file. `replace` returns the edit that replaces the pattern.
    /// `None` if nothing better is known than to correct or remove the pattern.
    pub fn advice(
        &self,
        pattern: &Pattern,
        replace: impl Fn(&str) -> Option<Fix>,
    ) -> Option<Advice> {
        let file = quoted(&self.file);
        match (self.miss, &self.new) {
            (Miss::Directory, _) => {
                let text = pattern.text();
                let [direct, all] = ["/*", "/**"].map(|end| quoted(format!("{text}{end}")));
                Some(Advice::in_words(format!(
                    "write {direct} or {all} to match the files in the directory, such as {file}"
                )))
            }
            (Miss::Deeper | Miss::Spelling, None) => None,
            (Miss::Spelling, Some(new)) => {
                Some(Advice::edit(format!("write {}", quoted(new)), replace(new)))
            }
            (Miss::Deeper, Some(new)) if new.starts_with("**/") => Some(Advice::certain(
                format!(
                    "write {} to match files at any depth, such as {file}",
                    quoted(new)
                ),
                replace(new),
            )),
            (Miss::Deeper, Some(new)) => Some(Advice::certain(
                format!("write {} to match {file}", quoted(new)),
                replace(new),
            )),
            (Miss::LetterCase, Some(new)) => Some(Advice::certain(
                format!("write {}", quoted(new)),
                replace(new),
            )),
            (Miss::LetterCase, None) => Some(Advice::in_words(
                match respelt(pattern, self.file.as_bstr()) {
                    Some(new) => format!("write {}", quoted(new)),
                    None => format!("correct the letter case to match {file}"),
                },
            )),
        }
    }
}

/// What a new pattern of an entry would match.
#[derive(Debug, Clone)]
pub(super) struct Prospect {
    /// How many files.
    files: u64,
    /// Whether no other team owns any of them, and some have no owner.
    is_unowned: bool,
    /// Whether the entry could have the pattern without further findings. Claims that match more may decide the owner
    /// of some of the files today, if they decide others too.
    pub is_clear: bool,
}

impl Prospect {
    /// Returns the prospect of each of several new patterns of entries.
    ///
    /// One walk over the files tries all patterns.
    pub fn all(context: &Context<'_>, new: &[(&MapEntry<'_>, &Pattern)]) -> Vec<Self> {
        let mut all = vec![Tally::default(); new.len()];
        let tree = PatternTree::new(new.iter().map(|(_, pattern)| *pattern));
        for (at, repository) in context.repositories() {
            // The number of matched files in each group, by pattern.
            let mut matched: Vec<FxHashMap<GroupId, u64>> = vec![FxHashMap::default(); new.len()];
            let mut walker = tree.walk();
            for (position, file) in repository.listing.files.iter().enumerate() {
                let group = repository.resolved.group_id_of(position);
                walker.matches(file.path, file.is_directory(), |hits| {
                    for hit in hits {
                        *matched[*hit as usize].entry(group).or_default() += 1;
                    }
                });
            }
            let decided = files_by_winning_claim(repository);
            let all = all.iter_mut().zip(&matched).zip(new);
            for ((tally, matched), (entry, pattern)) in all.filter(|(_, (it, _))| it.applies_in(at))
            {
                let owners = entry.owners(context.repositories);
                tally.add(repository, &decided, (pattern, owners), matched);
            }
        }
        let all = all.iter().zip(new);
        all.map(|(tally, (entry, pattern))| tally.prospect(context, entry, pattern))
            .collect()
    }
}

/// The files that a new pattern would match, in all repositories so far.
#[derive(Debug, Clone, Default)]
struct Tally {
    files: u64,
    /// Whether some of them do not have the owners of the entry.
    has_new: bool,
    /// Whether other teams own some of them.
    is_taken: bool,
    /// Whether a claim that owns some of them for other teams owns nothing else, or does not match more.
    is_taken_unseen: bool,
}

impl Tally {
    /// Adds the files of a repository, of which `matched` has the numbers by group. `decided` is the number of files that
    /// each claim owns.
    fn add(
        &mut self,
        repository: &ResolvedRepository,
        decided: &[u64],
        (pattern, owners): (&Pattern, &[TeamId]),
        matched: &FxHashMap<GroupId, u64>,
    ) {
        let claims = &repository.claims;
        let own = owner_set(owners);
        // The claims on these files with the numbers of the files, and those of the claims that would lose some.
        let mut decided_here: FxHashMap<ClaimId, u64> = FxHashMap::default();
        let mut losing: FxHashSet<ClaimId> = FxHashSet::default();
        let mut matched: Vec<(&GroupId, &u64)> = matched.iter().collect();
        matched.sort_unstable();
        for (group, files) in matched {
            let resolution = &repository.resolved.groups()[*group as usize].resolution;
            self.files += files;
            for claim in &resolution.winning {
                *decided_here.entry(*claim).or_default() += files;
            }
            let is_owned = resolution.verdict != Verdict::Unowned;
            let is_same = is_owned && owner_set(&resolution.owners) == own;
            self.has_new |= !is_same;
            if is_owned && !is_same {
                self.is_taken = true;
                losing.extend(&resolution.winning);
            }
        }
        let language = Language::of([pattern]);
        let matches_more = |claim: &ClaimId| {
            let patterns = claims.get(*claim).patterns.iter();
            let other = patterns.map(|id| claims.pattern(*id));
            language.relation(&Language::of(other)) == Ok(Relation::Inside)
        };
        self.is_taken_unseen |= !losing
            .iter()
            .all(|claim| decided[*claim as usize] > decided_here[claim] && matches_more(claim));
    }

    fn prospect(&self, context: &Context<'_>, entry: &MapEntry<'_>, pattern: &Pattern) -> Prospect {
        let owners = entry.owners(context.repositories);
        let priority = entry.priority(context.repositories);
        let is_contested =
            |what_if: &WhatIf<'_>| what_if.is_contested(pattern, entry.subject, owners, priority);
        let what_if = context.what_if.iter().enumerate();
        let mut applied = what_if.filter(|(at, _)| entry.applies_in(*at));
        Prospect {
            files: self.files,
            is_unowned: self.has_new && !self.is_taken,
            is_clear: self.has_new
                && !self.is_taken_unseen
                && !applied.any(|(_, what_if)| is_contested(what_if)),
        }
    }
}

/// Returns, for each claim, the number of files whose owner it decides.
fn files_by_winning_claim(repository: &ResolvedRepository) -> Vec<u64> {
    let mut files = vec![0; repository.claims.iter().count()];
    for group in repository.resolved.groups() {
        for claim in &group.resolution.winning {
            files[*claim as usize] += group.files;
        }
    }
    files
}

/// Returns a pattern with the directory in front below which it matches the file.
fn moved(pattern: &Pattern, file: &BStr) -> Option<String> {
    let text = pattern.text().trim_start_matches('/');
    let mut ends = file.find_iter("/");
    ends.find_map(|end| {
        let new = format!("{}/{text}", escape(file[..end].as_bstr()));
        pattern
            .parse_like(&new)
            .is_ok_and(|one| one.matches(file, false))
            .then_some(new)
    })
}

/// Rewrites a literal pattern in the letter case of a file.
fn respelt(pattern: &Pattern, file: &BStr) -> Option<String> {
    let [alternative] = pattern.alternatives() else {
        return None;
    };
    if !pattern.is_literal() {
        return None;
    }
    let names: Vec<&[u8]> = file.split_str("/").take(alternative.steps.len()).collect();
    let path = escape(bstr::join("/", &names).as_bstr());
    let slash = |is_there| if is_there { "/" } else { "" };
    let start = slash(pattern.text().starts_with('/'));
    let end = slash(alternative.extent == Extent::Inside);
    Some(format!("{start}{path}{end}"))
}

/// Returns whether a path is directly in a directory, not further below.
fn is_right_in(path: &BStr, directory: &[u8]) -> bool {
    let name = path.strip_prefix(directory);
    name.is_some_and(|name| name.find_byte(b'/').is_none())
}

/// Patterns in another form.
struct Variants {
    /// The position of the pattern that each was made from.
    of: Vec<usize>,
    tree: PatternTree,
}

impl Variants {
    /// Creates the patterns to which `change` changes `patterns`.
    fn new<'p>(
        patterns: impl Iterator<Item = &'p Pattern>,
        change: impl Fn(&Pattern) -> Option<Pattern>,
    ) -> Self {
        let valid = patterns.enumerate();
        let valid = valid.filter_map(|(at, pattern)| Some((at, change(pattern)?)));
        let (of, patterns): (Vec<usize>, Vec<Pattern>) = valid.unzip();
        Self {
            of,
            tree: PatternTree::new(&patterns),
        }
    }
}

/// Returns a pattern that matches at any depth.
pub(super) fn anywhere(text: &str) -> String {
    format!("**/{}", text.trim_start_matches('/'))
}
