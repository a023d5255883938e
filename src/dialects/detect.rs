use std::path::Path;

use bstr::BStr;

use super::{Dialect, Tree, by_name, header::Generated};
use crate::{inventory::Files, text::Source};

/// The dialect of the ownership files that a repository has. Some share their names: what only one
/// of them has decides.
pub fn detect(root: &Path, files: &Files) -> Option<&'static Dialect> {
    let tree = Tree::on_disk(root.to_path_buf());
    governing(&tree, files).into_iter().next()
}

/// All dialects by whose files a repository is governed, at most one for each kind of file.
pub fn governing(tree: &Tree<'_>, files: &Files) -> Vec<&'static Dialect> {
    let names = [codeowners(tree), owners(tree, files), maintainers(tree)];
    names.into_iter().flatten().filter_map(by_name).collect()
}

/// The paths that a dialect has to be asked about for all of its files to be read.
pub fn asking_all<'f>(dialect: &Dialect, files: &'f Files) -> Vec<&'f BStr> {
    if !dialect.is_per_folder {
        return Vec::new();
    }
    files
        .named(dialect.locations)
        .map(|file| file.path)
        .collect()
}

pub(super) fn codeowners(tree: &Tree<'_>) -> Option<&'static str> {
    let has = |path: &str| tree.has(BStr::new(path));
    let is_used = |directory: &str| tree.is_directory(BStr::new(directory));
    if has(".github/CODEOWNERS") {
        return Some("github");
    }
    if has(".gitlab/CODEOWNERS") {
        return Some("gitlab");
    }
    let path = ["CODEOWNERS", "docs/CODEOWNERS"]
        .into_iter()
        .find(|path| has(path))?;
    if has(".gitlab-ci.yml") || is_used(".gitlab") {
        return Some("gitlab");
    }
    if is_elsewhere(tree) && !is_used(".github") {
        return None;
    }
    let source = tree.read(BStr::new(path), &mut Vec::new());
    let is_gitlab = source.is_some_and(|source| is_of_gitlab(source.text()));
    Some(if is_gitlab { "gitlab" } else { "github" })
}

/// Whether a file has sections, or was written for GitLab.
fn is_of_gitlab(text: &str) -> bool {
    text.lines().any(|line| {
        line.starts_with('[')
            || line.starts_with("^[")
            || line.starts_with('#') && line.contains("ownlint generate gitlab")
    })
}

/// Whether the repository is hosted where files have the same names and another syntax.
pub(super) fn is_elsewhere(tree: &Tree<'_>) -> bool {
    let mut directories = [".bitbucket", ".forgejo", ".gitea"].into_iter();
    directories.any(|directory| tree.is_directory(BStr::new(directory)))
}

/// `OWNERS` files count if there is one at the root: one that lies deeper only came along with what
/// was copied from elsewhere. It decides as well whose they are, unless it could be of either.
fn owners(tree: &Tree<'_>, files: &Files) -> Option<&'static str> {
    let root = BStr::new("OWNERS");
    if !tree.has(root) {
        return None;
    }
    const KEYS: [&str; 4] = ["approvers:", "reviewers:", "filters:", "options:"];
    const STATEMENTS: [&str; 5] = ["*", "file:", "include ", "per-file ", "set noparent"];
    let read = |path: &BStr| tree.read(path, &mut Vec::new());
    let is_of_kubernetes = |source: &Source| {
        let mut lines = source.text().lines();
        lines.any(|line| KEYS.iter().any(|key| line.starts_with(key)))
    };
    // An owner stands alone on its line.
    let is_of_gerrit = |source: &Source| {
        let mut lines = source.text().lines().map(str::trim_start);
        lines.any(|line| {
            let is_owner = || line.contains('@') && !line.starts_with(['#', '-']);
            STATEMENTS.iter().any(|start| line.starts_with(start)) || is_owner()
        })
    };
    let own = read(root);
    let written = own.clone().and_then(Generated::read);
    if let Some(written) = written.filter(|it| it.dialect.is_one(root)) {
        return Some(written.dialect.name);
    }
    let mut others = files.named(&["OWNERS"]).filter_map(|file| read(file.path));
    let is_kubernetes = match own.as_deref() {
        Some(own) if is_of_kubernetes(own) => true,
        Some(own) if is_of_gerrit(own) => false,
        _ => {
            tree.has(BStr::new("OWNERS_ALIASES")) || others.any(|source| is_of_kubernetes(&source))
        }
    };
    Some(if is_kubernetes {
        "kubernetes"
    } else {
        "gerrit"
    })
}

/// Many a file of this name is a text for people.
fn maintainers(tree: &Tree<'_>) -> Option<&'static str> {
    let path = BStr::new("MAINTAINERS");
    if !tree.has(path) {
        return None;
    }
    let source = tree.read(path, &mut Vec::new())?;
    let mut lines = source.text().lines();
    lines
        .any(|line| line.starts_with("F:"))
        .then_some("maintainers")
}
