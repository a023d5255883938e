//! Paths in the braces of a pattern that match no files although other paths in them do.
//!
//! Only paths without wildcards count: `*.{yaml,yml}` names kinds of files, but does not mean that both
//! exist.

use bstr::{BString, ByteSlice as _};

use super::{Check, Context, map_entry::MapEntry, near::Near};
use crate::{
    finding::Finding,
    inventory::Files,
    pattern::{Pattern, escape},
    resolution::ResolvedRepository,
    text::quoted_in_brief,
};

/// How many paths a finding names.
const NAMED: usize = 3;

/// A path in braces that matches no files.
#[derive(Debug)]
pub(super) struct UnmatchedPath {
    /// The position of the entry that contains it.
    pub entry: usize,
    /// A pattern for this path alone.
    pub pattern: Pattern,
    /// What it was probably meant to match, once that is known.
    pub near: Option<Near>,
}

impl UnmatchedPath {
    /// Returns all such paths, in the order of the entries.
    pub fn all(repositories: &[ResolvedRepository], entries: &[MapEntry<'_>]) -> Vec<Self> {
        let mut all = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let is_known = !entry.is_partly_known;
            let pattern = entry
                .pattern()
                .filter(|_| is_known && !entry.is_unmatched());
            let alternatives = pattern.map_or(&[][..], Pattern::alternatives);
            if alternatives.len() < 2 {
                continue;
            }
            let paths = alternatives
                .iter()
                .filter_map(|one| Some((one.path()?, one.inside)));
            let unmatched = paths.filter(|(path, inside)| {
                let mut of = repositories
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| entry.applies_in(*at));
                !of.any(|(_, of)| is_there(&of.listing.files, path, *inside))
            });
            all.extend(unmatched.filter_map(|(path, inside)| {
                let end = if inside { "/" } else { "" };
                let pattern = Pattern::parse(&(escape(path.as_bstr()) + end)).ok()?;
                Some(Self {
                    entry: at,
                    pattern,
                    near: None,
                })
            }));
        }
        all
    }

    /// Returns the findings of a check: one for each entry, about its paths that the check reports.
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
        context.unmatched_paths().filter_map(of_entry).collect()
    }

    fn finding(
        context: &Context<'_>,
        check: &Check,
        entry: &MapEntry<'_>,
        unmatched: &[&Self],
        why: &str,
    ) -> Finding {
        let names: Vec<&str> = unmatched.iter().map(|one| &**one.pattern.text()).collect();
        let shown: Vec<String> = names
            .iter()
            .take(NAMED)
            .map(|name| quoted_in_brief(name))
            .collect();
        let list = match (&shown[..], names.len().saturating_sub(NAMED)) {
            ([one], _) => one.clone(),
            ([before @ .., last], 0) => format!("{} or {last}", before.join(", ")),
            (shown, more) => format!("{} or {more} more", shown.join(", ")),
        };
        let pattern = quoted_in_brief(entry.text());
        let near = match unmatched {
            [one] => one.near.as_ref().map(|near| near.help(&one.pattern)),
            _ => None,
        };
        let help = near.unwrap_or_else(|| {
            let they = if names.len() == 1 { "it" } else { "them" };
            format!("correct {they} in the braces, or remove {they}")
        });
        Finding {
            subject: [entry.text(), &names.join(" ")].join(" "),
            label: "partially unmatched".to_owned(),
            help: Some(help),
            ..entry.finding(
                context,
                check,
                format!("{pattern} is partially unmatched: no files match {list}{why}"),
            )
        }
    }
}

/// Returns whether one of `files` is at a path or below it; if `inside`, a file must be below it.
fn is_there(files: &Files, path: &BString, inside: bool) -> bool {
    let is_it = |at: usize| !inside || files.get(at).is_directory();
    files.find(path.as_bstr()).is_some_and(is_it)
        || files.any_under(&[path.as_slice(), b"/"].concat())
}
