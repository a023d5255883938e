//! Of the paths that the braces of a pattern write out to, those that match nothing, though others do.
//!
//! Only such without wildcards: `*.{yaml,yml}` says what sort of files is meant, not that there are
//! both.

use bstr::{BString, ByteSlice as _};

use super::{Check, Context, map_entry::MapEntry, near::Near};
use crate::{
    finding::Finding,
    inventory::Files,
    pattern::{Pattern, escape},
    resolution::ResolvedRepository,
    text::quoted_in_brief,
};

/// How many are named in one finding.
const NAMED: usize = 3;

/// A path that matches nothing.
#[derive(Debug)]
pub(super) struct UnmatchedPath {
    /// The entry that writes out to it, by its position.
    pub entry: usize,
    /// It alone.
    pub pattern: Pattern,
    /// What it might have been meant to match, once that was looked for.
    pub near: Option<Near>,
}

impl UnmatchedPath {
    /// All, in the order of the entries.
    pub fn all(repositories: &[ResolvedRepository], entries: &[MapEntry<'_>]) -> Vec<Self> {
        let mut all = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let pattern = entry.pattern().filter(|_| !entry.is_dead());
            let alternatives = pattern.map_or(&[][..], Pattern::alternatives);
            if alternatives.len() < 2 {
                continue;
            }
            let paths = alternatives
                .iter()
                .filter_map(|one| Some((one.path()?, one.inside)));
            let dead = paths.filter(|(path, inside)| {
                let mut of = repositories
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| entry.applies_in(*at));
                !of.any(|(_, of)| is_there(&of.listing.files, path, *inside))
            });
            all.extend(dead.filter_map(|(path, inside)| {
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

    /// What a check finds of the `dead` paths of each entry: one finding for those that it tells.
    pub fn findings(
        context: &Context<'_>,
        check: &Check,
        why: &str,
        is_told: impl Fn(&MapEntry<'_>, Option<&Near>) -> bool,
    ) -> Vec<Finding> {
        let of_entry = |(entry, dead): (&MapEntry<'_>, &[Self])| {
            let told: Vec<&Self> = dead
                .iter()
                .filter(|one| is_told(entry, one.near.as_ref()))
                .collect();
            (!told.is_empty()).then(|| Self::finding(context, check, entry, &told, why))
        };
        context.dead_paths().filter_map(of_entry).collect()
    }

    fn finding(
        context: &Context<'_>,
        check: &Check,
        entry: &MapEntry<'_>,
        dead: &[&Self],
        why: &str,
    ) -> Finding {
        let names: Vec<&str> = dead.iter().map(|one| &**one.pattern.text()).collect();
        let shown: Vec<String> = names
            .iter()
            .take(NAMED)
            .map(|name| quoted_in_brief(name))
            .collect();
        let list = match (&shown[..], names.len().saturating_sub(NAMED)) {
            ([one], _) => format!("{one} matches"),
            ([before @ .., last], 0) => format!("{} and {last} match", before.join(", ")),
            (shown, more) => format!("{} and {more} more match", shown.join(", ")),
        };
        let pattern = quoted_in_brief(entry.text());
        let near = match dead {
            [one] => one.near.as_ref().map(|near| near.help(&one.pattern)),
            _ => None,
        };
        Finding {
            subject: [entry.text(), &names.join(" ")].join(" "),
            label: "not all of it matches".to_owned(),
            help: near,
            ..entry.finding(context, check, format!("of {pattern}, {list} nothing{why}"))
        }
    }
}

/// Whether some of `files` is at a path or below it; or `inside` it.
fn is_there(files: &Files, path: &BString, inside: bool) -> bool {
    let is_it = |at: usize| !inside || files.get(at).is_directory();
    files.find(path.as_bstr()).is_some_and(is_it)
        || files.any_under(&[path.as_slice(), b"/"].concat())
}
