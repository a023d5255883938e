//! What a pattern that matches no files was probably meant to match.

use std::cell::OnceCell;

use bstr::{BStr, BString, ByteSlice};

use super::{map_entry::MapEntry, respell::respell};
use crate::{
    finding::Fix,
    inventory::File,
    pattern::{Pattern, PatternTree, Walker, escape},
    resolution::ResolvedRepository,
    text::quoted,
};

/// How an unmatched pattern misses a file.
#[derive(Debug, Clone)]
pub(super) enum Near {
    /// Its letter case is wrong.
    LetterCase(BString),
    /// It starts at the root.
    Deeper(BString),
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

    /// Returns the edit that makes an entry match the file.
    pub fn fix(&self, entry: &MapEntry<'_>) -> Option<Fix> {
        let pattern = entry.pattern()?;
        let new = match self {
            Self::Deeper(_) => anywhere(pattern.text()),
            Self::LetterCase(file) => respelt(pattern, file.as_bstr())?,
        };
        respell(entry.place, Some(entry.text()), &new)
    }

    /// Returns the help for a pattern that misses the file.
    pub fn help(&self, pattern: &Pattern) -> String {
        match self {
            Self::Deeper(file) => format!(
                "write {} to match at any depth, for example {}",
                quoted(anywhere(pattern.text())),
                quoted(file)
            ),
            Self::LetterCase(file) => match respelt(pattern, file.as_bstr()) {
                Some(path) => format!("write {}", quoted(path)),
                None => format!("correct the letter case to match {}", quoted(file)),
            },
        }
    }
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
        if applies && !matches!(self.near, Some(Near::LetterCase(_))) {
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
        if matches(in_lower_case, lower) {
            return Some(Near::LetterCase(file.path.into()));
        }
        let anywhere = self
            .anywhere
            .get_or_init(|| Pattern::parse(&anywhere(text)).ok());
        matches(anywhere, file.path).then(|| Near::Deeper(file.path.into()))
    }
}

/// Returns a pattern that matches at any depth.
pub(super) fn anywhere(text: &str) -> String {
    format!("**/{}", text.trim_start_matches('/'))
}
