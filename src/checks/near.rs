//! What a pattern that matches no files was probably meant to match.

use std::cell::OnceCell;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Context, map_entry::MapEntry};

use crate::{
    advice::{Advice, Fix},
    claims::ClaimId,
    inventory::File,
    pattern::{Language, Pattern, PatternTree, Relation, Walker, escape},
    resolution::{ResolvedRepository, Verdict, owner_set},
    text::quoted,
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

/// What is wrong with an unmatched pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// Its letter case.
    LetterCase,
    /// It starts at the root.
    Deeper,
}

impl Near {
    /// Finds files that unmatched patterns nearly match. Each pattern comes with the position of its
    /// repository (`None` for all) and with the place for the result.
    ///
    /// One walk over the paths in lower case tries all patterns.
    pub fn find<'p>(
        repositories: &[ResolvedRepository],
        unmatched: impl Iterator<Item = (Option<usize>, &'p Pattern, &'p mut Option<Self>)>,
    ) {
        let loose =
            unmatched.filter_map(|(only, pattern, near)| LenientPattern::new(only, pattern, near));
        // Most paths are already in lower case, and many patterns cannot match those.
        let (mut in_all, mut in_mixed): (Vec<_>, Vec<_>) =
            loose.partition(LenientPattern::differs_in_lower_case);
        let trees = [&in_all, &in_mixed]
            .map(|patterns| PatternTree::new(patterns.iter().map(|loose| &loose.loose)));
        for (of, repository) in repositories.iter().enumerate() {
            if in_all.is_empty() && in_mixed.is_empty() {
                break;
            }
            let [mut all, mut mixed] = trees.each_ref().map(PatternTree::walk);
            let mut lower = Vec::new();
            // The last directory, if no pattern can nearly match a file directly in it.
            let mut idle: Option<&[u8]> = None;
            for file in repository.listing.files.iter() {
                if idle.is_some_and(|idle| is_right_in(file.path, idle)) && !file.is_directory() {
                    continue;
                }
                lower.clear();
                lower.extend_from_slice(file.path);
                lower.make_ascii_lowercase();
                let lower = lower.as_bstr();
                let try_out = |walker: &mut Walker<'_>, patterns: &mut [LenientPattern<'_>]| {
                    walker.matches(lower, file.is_directory(), |hits| {
                        for hit in hits {
                            patterns[*hit as usize].try_on(of, &file, lower);
                        }
                    });
                };
                if !in_all.is_empty() {
                    try_out(&mut all, &mut in_all);
                }
                if !in_mixed.is_empty() && lower != file.path {
                    try_out(&mut mixed, &mut in_mixed);
                }
                let is_idle = in_mixed.is_empty() && all.is_idle();
                let end = file.path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
                idle = is_idle.then(|| &file.path.as_bytes()[..end]);
            }
        }
    }

    /// Looks for a pattern that the entry, or one of its alternatives alone, should be instead of `pattern`.
    pub fn find_new(&mut self, context: &Context<'_>, entry: &MapEntry<'_>, pattern: &Pattern) {
        let prospect = |text: &str| Prospect::of(context, entry, &Pattern::parse(text).ok()?);
        self.new = match self.miss {
            Miss::LetterCase => respelt(pattern, self.file.as_bstr()).filter(|new| {
                let prospect = prospect(new);
                prospect.is_some_and(|prospect| prospect.is_clear())
            }),
            Miss::Deeper => {
                let anywhere = anywhere(pattern.text());
                let all = prospect(&anywhere).filter(|all| all.is_unowned);
                all.and_then(|all| {
                    let here = moved(pattern, self.file.as_bstr());
                    let is_only_place = |prospect: Option<Prospect>| {
                        prospect.is_some_and(|it| it.files == all.files && it.is_uncontested)
                    };
                    here.filter(|here| is_only_place(prospect(here)))
                        .or(all.is_uncontested.then_some(anywhere))
                })
            }
        };
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
            (Miss::Deeper, None) => None,
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
pub(super) struct Prospect {
    /// How many files.
    files: u64,
    /// Whether no other team owns any of them, and some have no owner.
    is_unowned: bool,
    /// Like `is_unowned`, but claims that match more may also decide their owner today, if they decide others too.
    may_be_taken: bool,
    /// Whether it would neither conflict with other claims nor repeat them.
    is_uncontested: bool,
}

impl Prospect {
    /// Returns whether the entry could have the pattern without further findings.
    pub fn is_clear(&self) -> bool {
        self.may_be_taken && self.is_uncontested
    }

    /// Returns `None` if it would match no files.
    pub fn of(context: &Context<'_>, entry: &MapEntry<'_>, pattern: &Pattern) -> Option<Self> {
        let owners = entry.owners(context.repositories);
        let priority = entry.claims.first().map_or(0, |(at, id)| {
            context.repositories[*at].claims.get(*id).priority
        });
        let own = owner_set(owners);
        let mut prospect = Self {
            files: 0,
            is_unowned: false,
            may_be_taken: false,
            is_uncontested: true,
        };
        let (mut has_new, mut is_taken, mut is_taken_unseen) = (false, false, false);
        let language = Language::of([pattern]);
        for (at, repository) in context
            .repositories()
            .filter(|(at, _)| entry.applies_in(*at))
        {
            let (claims, resolved) = (&repository.claims, &repository.resolved);
            // The claims that would lose files to the entry, and those that decide the owners of other files.
            let mut losing: FxHashSet<ClaimId> = FxHashSet::default();
            let mut decides_others: FxHashSet<ClaimId> = FxHashSet::default();
            for (position, file) in repository.listing.files.iter().enumerate() {
                let resolution = &resolved.group_of(position).resolution;
                if !pattern.matches(file.path, file.is_directory()) {
                    decides_others.extend(&resolution.winning);
                    continue;
                }
                prospect.files += 1;
                let is_owned = resolution.verdict != Verdict::Unowned;
                let is_same = is_owned && owner_set(&resolution.owners) == own;
                has_new |= !is_same;
                if is_owned && !is_same {
                    is_taken = true;
                    losing.extend(&resolution.winning);
                }
            }
            let matches_more = |claim: &ClaimId| {
                let patterns = claims.get(*claim).patterns.iter();
                let other = patterns.map(|id| &*claims.patterns()[*id as usize]);
                language.relation(&Language::of(other)) == Ok(Relation::Inside)
            };
            is_taken_unseen |= !losing
                .iter()
                .all(|claim| decides_others.contains(claim) && matches_more(claim));
            let what_if = &context.what_if[at];
            prospect.is_uncontested &=
                !what_if.is_contested(pattern, entry.subject, owners, priority);
        }
        prospect.is_unowned = has_new && !is_taken;
        prospect.may_be_taken = has_new && !is_taken_unseen;
        (prospect.files > 0).then_some(prospect)
    }
}

/// Returns a pattern with the directory in front below which it matches the file.
fn moved(pattern: &Pattern, file: &BStr) -> Option<String> {
    let text = pattern.text().trim_start_matches('/');
    let mut ends = file.find_iter("/");
    ends.find_map(|end| {
        let new = format!("{}/{text}", escape(file[..end].as_bstr()));
        Pattern::parse(&new)
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
    let end = slash(alternative.inside);
    Some(format!("{start}{path}{end}"))
}

/// Returns whether a path is directly in a directory, not further below.
fn is_right_in(path: &BStr, directory: &[u8]) -> bool {
    let name = path.strip_prefix(directory);
    name.is_some_and(|name| name.find_byte(b'/').is_none())
}

/// An unmatched pattern as it was probably meant: at any depth, in any letter case.
struct LenientPattern<'p> {
    only: Option<usize>,
    pattern: &'p Pattern,
    near: &'p mut Option<Near>,
    /// In lower case, at any depth.
    loose: Pattern,
    /// As written, at any depth. Parsed when needed, because most patterns miss all files.
    anywhere: OnceCell<Option<Pattern>>,
    /// In lower case, from the root.
    in_lower_case: OnceCell<Option<Pattern>>,
}

impl<'p> LenientPattern<'p> {
    fn new(only: Option<usize>, pattern: &'p Pattern, near: &'p mut Option<Near>) -> Option<Self> {
        Some(Self {
            only,
            pattern,
            near,
            loose: Pattern::parse(&anywhere(pattern.text()).to_ascii_lowercase()).ok()?,
            anywhere: OnceCell::new(),
            in_lower_case: OnceCell::new(),
        })
    }

    /// Returns whether it could match a path in lower case that the pattern as written does not match.
    fn differs_in_lower_case(&self) -> bool {
        let text = self.pattern.text();
        !text.starts_with("**/") || text.bytes().any(|byte| byte.is_ascii_uppercase())
    }

    /// Records how it misses `file` of a repository. `lower` is its path in lower case.
    fn try_on(&mut self, repository: usize, file: &File<'_>, lower: &BStr) {
        let applies = self.only.is_none_or(|only| only == repository);
        if applies && !matches!(self.near, Some(near) if near.miss == Miss::LetterCase) {
            *self.near = self.nearness(file, lower).or(self.near.take());
        }
    }

    /// Returns how it misses `file`; `None` if more than one change is needed.
    fn nearness(&self, file: &File<'_>, lower: &BStr) -> Option<Near> {
        let matches = |pattern: &Option<Pattern>, path: &BStr| {
            let pattern = pattern.as_ref();
            pattern.is_some_and(|pattern| pattern.matches(path, file.is_directory()))
        };
        let text = self.pattern.text();
        let in_lower_case = self
            .in_lower_case
            .get_or_init(|| Pattern::parse(&text.to_ascii_lowercase()).ok());
        let near = |miss| Near {
            miss,
            file: file.path.into(),
            new: None,
        };
        if matches(in_lower_case, lower) {
            return Some(near(Miss::LetterCase));
        }
        let anywhere = self
            .anywhere
            .get_or_init(|| Pattern::parse(&anywhere(text)).ok());
        matches(anywhere, file.path).then(|| near(Miss::Deeper))
    }
}

/// Returns a pattern that matches at any depth.
pub(super) fn anywhere(text: &str) -> String {
    format!("**/{}", text.trim_start_matches('/'))
}
