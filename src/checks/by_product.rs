//! Files that tools or people left behind by mistake.

use std::cell::OnceCell;

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashSet;

use crate::resolution::{ResolvedRepository, Verdict};

/// The ends of the names of back-ups, patches, logs and what editors and merges leave behind.
const ENDS: [&str; 15] = [
    "~", ".bak", ".diff", ".log", ".orig", ".patch", ".pid", ".pyc", ".rej", ".save", ".swo",
    ".swp", ".temp", ".tmp", "#",
];

/// The names of reports, dumps and outputs.
const NAMES: [&str; 12] = [
    ".DS_Store",
    "Thumbs.db",
    "a.out",
    "core",
    "coverage.html",
    "coverage.xml",
    "diff",
    "nohup.out",
    "output.txt",
    "patch",
    "report.html",
    "report.json",
];

/// The by-products that are in a repository by mistake.
#[derive(Debug)]
pub(super) struct ByProducts<'r> {
    repository: &'r ResolvedRepository,
    /// The kinds of by-products that have an owner or are exempt somewhere, so that they are there on purpose.
    intended: OnceCell<FxHashSet<&'static str>>,
}

impl<'r> ByProducts<'r> {
    pub fn new(repository: &'r ResolvedRepository) -> Self {
        Self {
            repository,
            intended: OnceCell::new(),
        }
    }

    /// Returns whether a file without an owner has the name of a by-product, and no similar file has an owner.
    pub fn hold(&self, path: &BStr) -> bool {
        kind(path).is_some_and(|kind| !self.intended().contains(kind))
    }

    fn intended(&self) -> &FxHashSet<&'static str> {
        self.intended.get_or_init(|| {
            let files = self.repository.listing.files.iter().enumerate();
            let intended = files.filter(|(at, _)| {
                self.repository.resolved.group_of(*at).resolution.verdict != Verdict::Unowned
            });
            intended.filter_map(|(_, file)| kind(file.path)).collect()
        })
    }
}

/// Returns the name or the end of the name that makes a file a by-product.
fn kind(path: &BStr) -> Option<&'static str> {
    let name = path.rsplit_str("/").next().unwrap_or_default();
    let is_dump = name
        .strip_prefix(b"core.")
        .is_some_and(|number| number.iter().all(u8::is_ascii_digit));
    if is_dump {
        return Some("core");
    }
    let named = NAMES.iter().find(|one| one.as_bytes() == name);
    let named = named.or_else(|| ENDS.iter().find(|end| name.ends_with(end.as_bytes())));
    named.copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_names_of_by_products() {
        for (path, expected) in [
            ("a/x.patch", Some(".patch")),
            ("core", Some("core")),
            ("a/core.123", Some("core")),
            ("a/core.pp", None),
            ("a/.x.yaml.swp", Some(".swp")),
            ("x.yaml~", Some("~")),
            ("#x#", Some("#")),
            ("diff", Some("diff")),
            ("diff/x", None),
            ("b/report.html", Some("report.html")),
            ("b/index.html", None),
        ] {
            assert_eq!(kind(path.into()), expected, "{path}");
        }
    }
}
