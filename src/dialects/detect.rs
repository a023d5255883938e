use std::path::Path;

use bstr::{BStr, ByteSlice};

use super::{ALL, Dialect, by_name, dialect::read};
use crate::inventory::Files;

/// The dialect of the ownership files that a repository has. Some share their names: what only one
/// of them has decides.
pub fn detect(root: &Path, files: &Files) -> Option<&'static Dialect> {
    let is_there = |path: &str| read(root, BStr::new(path)).is_some();
    let text = |path: &BStr| read(root, path).unwrap_or_default();
    let named = |dialect: &&&Dialect| {
        dialect.answer.is_some()
            && match dialect.is_per_folder {
                false => dialect.locations.iter().any(|path| is_there(path)),
                true => files.iter().any(|file| dialect.is_one(file.path)),
            }
    };
    let first = ALL.iter().find(named)?;
    let other = match first.name {
        "github" if !is_there(".github/CODEOWNERS") => {
            let path = first.locations.iter().find(|path| is_there(path))?;
            let has_sections = text(BStr::new(path))
                .lines()
                .any(|line| line.starts_with(b"[") || line.starts_with(b"^["));
            (has_sections || is_there(".gitlab-ci.yml")).then_some("gitlab")
        }
        "gerrit" => {
            let mut owners = files.iter().filter(|file| first.is_one(file.path));
            let has_approvers = |bytes: Vec<u8>| {
                let mut lines = bytes.lines();
                lines.any(|line| line.starts_with(b"approvers:") || line.starts_with(b"reviewers:"))
            };
            let is_kubernetes =
                is_there("OWNERS_ALIASES") || owners.any(|file| has_approvers(text(file.path)));
            is_kubernetes.then_some("kubernetes")
        }
        _ => None,
    };
    other.and_then(by_name).or(Some(first))
}
