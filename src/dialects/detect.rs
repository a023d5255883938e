use std::path::Path;

use bstr::{BStr, ByteSlice};

use super::{ALL, Dialect, by_name, dialect::read};
use crate::inventory::Files;

/// The dialect of the ownership files that a repository has. Some share their names: what only one
/// of them has decides.
pub fn detect(root: &Path, files: &Files) -> Option<&'static Dialect> {
    detect_whole(root).or_else(|| in_folders(root, files))
}

/// As [`detect`], for the dialects of which one file speaks for the whole repository.
pub fn detect_whole(root: &Path) -> Option<&'static Dialect> {
    let text = |path: &str| read(root, BStr::new(path));
    let found = ALL.iter().find_map(|dialect| {
        let is_one = dialect.answer.is_some() && !dialect.is_per_folder;
        let mut there = dialect.locations.iter().filter(|_| is_one);
        Some((*dialect, there.find_map(|path| text(path))?))
    });
    let (first, bytes) = found?;
    let is_gitlab = || {
        let has_sections = bytes
            .lines()
            .any(|line| line.starts_with(b"[") || line.starts_with(b"^["));
        text(".github/CODEOWNERS").is_none() && (has_sections || text(".gitlab-ci.yml").is_some())
    };
    match first.name {
        "github" if is_gitlab() => by_name("gitlab"),
        _ => Some(first),
    }
}

fn in_folders(root: &Path, files: &Files) -> Option<&'static Dialect> {
    let [gerrit, kubernetes] = [by_name("gerrit")?, by_name("kubernetes")?];
    // One that lies deeper only came along with what was copied from elsewhere.
    read(root, BStr::new("OWNERS"))?;
    let mut owners = files.iter().filter(|file| gerrit.is_one(file.path));
    let has_approvers = |bytes: Vec<u8>| {
        let mut lines = bytes.lines();
        lines.any(|line| line.starts_with(b"approvers:") || line.starts_with(b"reviewers:"))
    };
    let is_kubernetes = read(root, BStr::new("OWNERS_ALIASES")).is_some()
        || owners.any(|file| read(root, file.path).is_some_and(has_approvers));
    Some(if is_kubernetes { kubernetes } else { gerrit })
}
