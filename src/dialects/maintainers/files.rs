//! Which files the program reads: `MAINTAINERS` at the root, unless options select others.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::{DIALECT, script::Script};
use crate::{
    dialects::{FileProblem, Tree},
    text::{Source, file_name},
};

/// The file at the root with options for the program.
pub(super) const OPTIONS: &str = ".get_maintainer.conf";

/// Reads the files, in order. Files in directories are sorted: the program reads them in the order of the file system.
pub(super) fn sources(
    tree: &Tree<'_>,
    script: &Script,
    problems: &mut Vec<FileProblem>,
) -> Vec<Arc<Source>> {
    let options = match tree.first_existing(&[OPTIONS]) {
        Some(source) if script.has_file_options && !tree.has_only_file() => {
            FileOptions::parse(source.text())
        }
        _ => FileOptions::default(),
    };
    let Some(path) = options.path else {
        return Vec::from_iter(tree.first(DIALECT.locations, problems));
    };
    let is_directory = path.is_empty() || tree.is_directory(path.as_bstr());
    let mut paths: Vec<BString> = match is_directory {
        false => vec![path],
        true => tree.files_in(path.as_bstr(), options.finds_files),
    };
    if is_directory {
        paths.retain(|path| match options.finds_files {
            true => file_name(path.as_bstr()) == DIALECT.locations[0].as_bytes(),
            false => !file_name(path.as_bstr()).starts_with(b"."),
        });
    }
    paths.sort_unstable();
    let read = |path: &BString| tree.read(path.as_bstr(), problems);
    paths.iter().filter_map(read).collect()
}

/// The options that select files.
#[derive(Debug, Default, PartialEq, Eq)]
struct FileOptions {
    /// Whether all files named `MAINTAINERS` below the directory count.
    finds_files: bool,
    /// The file or directory to read; empty for the root.
    path: Option<BString>,
}

impl FileOptions {
    /// Parses the words of a file with options.
    fn parse(text: &str) -> Self {
        let words = text.lines().flat_map(|line| {
            let words = line.split_ascii_whitespace();
            words.take_while(|word| !word.starts_with('#'))
        });
        let mut words = words.take_while(|word| *word != "--");
        let mut options = Self::default();
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else {
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (option, None),
            };
            match &*name.to_ascii_lowercase() {
                "find-maintainer-files" => options.finds_files = true,
                "mpath" | "maintainer-path" => {
                    options.path = value.or_else(|| words.next()).and_then(in_repository);
                }
                _ => {}
            }
        }
        options
    }
}

/// Returns a path as paths in the repository are written; `None` if it is elsewhere.
fn in_repository(path: &str) -> Option<BString> {
    if path.starts_with(['/', '~']) {
        return None;
    }
    super::pattern::normalized(BStr::new(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_options() {
        for (text, finds_files, path) in [
            (
                "--find-maintainer-files --maintainer-path=.\n",
                true,
                Some(""),
            ),
            (
                "# --mpath=a\n--no-git # --mpath=b\n-MPATH ./c//d/\n",
                false,
                Some("c/d"),
            ),
            ("--find-maintainer-files\n", true, None),
            ("-- --mpath=a\n", false, None),
            ("--mpath=~/a\n", false, None),
            ("--mpath=../a\n", false, None),
        ] {
            let expected = FileOptions {
                finds_files,
                path: path.map(BString::from),
            };
            assert_eq!(FileOptions::parse(text), expected, "{text}");
        }
    }
}
