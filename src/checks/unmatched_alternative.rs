//! Alternatives in the braces of a path or selector that match nothing although other alternatives do.
//!
//! Only alternatives without wildcards count: `*.{yaml,yml}` names kinds of files, but does not mean that
//! both exist.

use std::sync::Arc;

use bstr::{BString, ByteSlice as _};

use super::{
    Check, Context,
    map_entry::{EntryTarget, MapEntry, untracked_map_files},
    near::Near,
    respell::respell,
};
use crate::{
    advice::Advice,
    claims::ClaimId,
    config::Map,
    finding::Finding,
    inventory::Files,
    pattern::{Extent, Pattern},
    resolution::ResolvedRepository,
    text::quoted_in_brief,
    whatif::Prospect,
};

/// How many alternatives a finding names.
const NAMED: usize = 3;

/// An alternative that matches nothing.
#[derive(Debug)]
pub(super) struct UnmatchedAlternative {
    /// The position of the entry that contains it.
    pub entry: usize,
    /// A pattern for this path, or for the name of this component, alone.
    pub pattern: Arc<Pattern>,
    /// What a path was probably meant to match, once that is known.
    pub near: Option<Near>,
    /// The path or selector with this alternative.
    text: String,
}

impl UnmatchedAlternative {
    /// Returns all such alternatives, in the order of the entries.
    pub fn all(
        map: &Map,
        repositories: &[ResolvedRepository],
        entries: &[MapEntry<'_>],
    ) -> Vec<Self> {
        let untracked = repositories.iter();
        let untracked: Vec<Vec<BString>> = untracked
            .map(|repository| untracked_map_files(map, repository))
            .collect();
        let mut all = Vec::new();
        let partial = entries.iter().enumerate();
        for (at, entry) in partial {
            if entry.is_unmatched() || entry.is_partly_known {
                continue;
            }
            let new = |pattern: Arc<Pattern>, text: String| Self {
                entry: at,
                pattern,
                near: None,
                text,
            };
            let alternatives: Vec<Self> = match entry.target {
                EntryTarget::Path(pattern) => {
                    let split = pattern.split().into_iter();
                    let new = |one: Arc<Pattern>| new(Arc::clone(&one), one.text().to_string());
                    split.map(new).collect()
                }
                EntryTarget::Selector(selector) => {
                    let split = selector.split().into_iter();
                    split.map(|one| new(one.name, one.text)).collect()
                }
            };
            if alternatives.len() < 2 {
                continue;
            }
            let unmatched = alternatives.into_iter().filter(|one| {
                let applies = |at: &usize| entry.applies_in(*at);
                let mut here = (0..repositories.len()).filter(applies);
                one.pattern.is_literal()
                    && !here.any(|at| match entry.target {
                        EntryTarget::Path(_) => {
                            let mut untracked = untracked[at].iter();
                            is_there(&repositories[at].listing.files, &one.pattern)
                                || untracked.any(|path| one.pattern.matches(path.as_bstr(), false))
                        }
                        EntryTarget::Selector(selector) => {
                            let mut components = repositories[at].components.iter();
                            components.any(|component| {
                                component.kind == selector.kind
                                    && one.pattern.matches(component.name.as_str().into(), false)
                            })
                        }
                    })
            });
            all.extend(unmatched);
        }
        all
    }

    /// Returns the findings of a check: one for each entry, about its alternatives that the check
    /// reports.
    pub fn findings(
        context: &Context<'_>,
        check: &Check,
        why: &str,
        is_reported: impl Fn(&MapEntry<'_>, Option<&Near>) -> bool,
    ) -> Vec<Finding> {
        let of_entry = |(entry, unmatched): (&MapEntry<'_>, &[Self])| {
            let reported: Vec<&Self> = unmatched
                .iter()
                .filter(|one| is_reported(entry, one.near.as_ref()))
                .collect();
            (!reported.is_empty()).then(|| Self::finding(context, check, entry, &reported, why))
        };
        context
            .unmatched_alternatives()
            .filter_map(of_entry)
            .collect()
    }

    fn finding(
        context: &Context<'_>,
        check: &Check,
        entry: &MapEntry<'_>,
        unmatched: &[&Self],
        why: &str,
    ) -> Finding {
        let names: Vec<&str> = unmatched.iter().map(|one| &*one.text).collect();
        let shown: Vec<String> = names
            .iter()
            .take(NAMED)
            .map(|name| quoted_in_brief(name))
            .collect();
        let list = match (&shown[..], names.len().saturating_sub(NAMED)) {
            ([one], _) => one.clone(),
            ([before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
            (shown, more) => format!("{} and {more} more", shown.join(", ")),
        };
        let pattern = quoted_in_brief(entry.text());
        let what = match entry.target {
            EntryTarget::Path(_) => "files",
            EntryTarget::Selector(_) => "components",
        };
        let replace = |new: Option<String>| respell(entry.place, Some(entry.text()), &new?);
        let near = match unmatched {
            [one] => one.near.as_ref().and_then(|near| {
                near.advice(&one.pattern, |new| {
                    replace(with_alternative(entry.text(), &one.text, new))
                })
            }),
            _ => None,
        };
        let advice = match near {
            Some(near) => vec![near],
            None => {
                let (these, them) = match names.len() {
                    1 => ("this alternative", "it"),
                    _ => ("these alternatives", "them"),
                };
                let removal = match has_effect(context, entry) {
                    true => {
                        let rest = without_alternatives(entry.text(), &names);
                        Advice::edit(format!("remove {them}"), replace(rest))
                    }
                    false => {
                        let all = format!("remove {pattern}, which other claims make unnecessary");
                        Advice::edit(all, entry.removal(context.map))
                    }
                };
                vec![Advice::in_words(format!("correct {these}")), removal]
            }
        };
        let (alternatives, verb) = match names.len() {
            1 => ("one alternative", "matches"),
            _ => ("some alternatives", "match"),
        };
        Finding {
            subject: [entry.text(), &names.join(" ")].join(" "),
            label: "partially unmatched".to_owned(),
            advice,
            ..entry.finding(
                context,
                check,
                format!("{alternatives} of {pattern} {verb} no {what}{why}: {list}"),
            )
        }
    }
}

/// Returns whether an alternative in the braces of an entry decides the owner of files.
fn has_effect(context: &Context<'_>, entry: &MapEntry<'_>) -> bool {
    let mut overridden = context.overridden_claims();
    let overridden = overridden.find(|(other, _)| other.subject == entry.subject);
    let never_wins = |at: usize, id: ClaimId| {
        let all = overridden.iter().flat_map(|(_, one)| &one.claims);
        let mut of_claim = all.filter(|(of, claim, _)| (*of, *claim) == (at, id));
        of_claim.any(|(.., one)| matches!(one.prospect, Some(Prospect::NeverWins(_))))
    };
    let mut claims = entry.claims.iter().copied();
    claims.any(|(at, id)| {
        let (claims, what_if) = (&context.repositories[at].claims, &context.what_if[at]);
        let is_redundant = || {
            let of_entry = |source| source == entry.subject;
            let others = what_if.makes_redundant(&mut what_if.evaluator(), id, of_entry);
            others.is_ok_and(|others| others.is_some())
        };
        what_if.files_of_claim(id) > 0
            && !what_if.is_repeated(id, &claims.get(id).owners)
            && !is_redundant()
            && !never_wins(at, id)
    })
}

/// A path or selector with a single pair of braces, without nested ones.
struct Braces<'t> {
    before: &'t str,
    inside: Vec<&'t str>,
    after: &'t str,
}

impl<'t> Braces<'t> {
    /// Returns the parts of `text`; `None` if it has escapes, character classes or several pairs of braces.
    fn of(text: &'t str) -> Option<Self> {
        let (before, rest) = text.split_once('{')?;
        let (inside, after) = rest.split_once('}')?;
        let is_simple = |part: &str| !part.contains(['{', '}', '[', '\\']);
        [before, inside, after]
            .into_iter()
            .all(is_simple)
            .then(|| Self {
                before,
                inside: inside.split(',').collect(),
                after,
            })
    }

    /// Returns the text with one of the alternatives alone.
    fn alone(&self, alternative: &str) -> String {
        [self.before, alternative, self.after].concat()
    }
}

/// Returns `text` without the alternatives that are `removed`, which are written in full.
pub(super) fn without_alternatives<T: AsRef<str>>(text: &str, removed: &[T]) -> Option<String> {
    let braces = Braces::of(text)?;
    let is_removed = |one: &&str| {
        let alone = braces.alone(one);
        removed.iter().any(|removed| removed.as_ref() == alone)
    };
    let all = braces.inside.len();
    let kept = braces.inside.iter().copied().filter(|one| !is_removed(one));
    let kept: Vec<&str> = kept.collect();
    match &kept[..] {
        _ if kept.len() + removed.len() != all => None,
        [] => None,
        [one] => Some(braces.alone(one)),
        kept => Some(braces.alone(&format!("{{{}}}", kept.join(",")))),
    }
}

/// Returns `text` with the alternative `new` in place of `old`; both are written in full.
fn with_alternative(text: &str, old: &str, new: &str) -> Option<String> {
    let braces = Braces::of(text)?;
    let old = braces.inside.iter().find(|one| braces.alone(one) == old)?;
    let rest = new.strip_prefix(braces.before)?;
    // The end of a path in another letter case may be written differently.
    let same_length = rest
        .get(..old.len())
        .filter(|new| new.eq_ignore_ascii_case(old));
    let new = same_length.or_else(|| rest.strip_suffix(braces.after))?;
    let inside = braces.inside.iter();
    let inside: Vec<&str> = inside
        .map(|one| if one == old { new } else { one })
        .collect();
    Some(braces.alone(&format!("{{{}}}", inside.join(","))))
}

/// Returns whether a literal pattern matches one of `files`.
fn is_there(files: &Files, pattern: &Pattern) -> bool {
    let alternatives = pattern.alternatives().iter();
    let mut paths = alternatives.filter_map(|one| Some((one.path()?, one.extent)));
    paths.any(|(path, extent)| {
        let is_it = |at: usize| match extent {
            Extent::Whole => true,
            Extent::Inside => files.get(at).is_directory(),
            Extent::File => !files.get(at).is_directory(),
        };
        let has_content = || files.any_under(&[path.as_slice(), b"/"].concat());
        files.find(path.as_bstr()).is_some_and(is_it) || extent != Extent::File && has_content()
    })
}
