//! The header of a generated file: which command wrote it.

use std::{
    path::{Component, Path},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice as _};

use super::{ALL, Dialect, Tree, by_name};
use crate::{
    config::{self, Map},
    inventory::{Files, after_mark},
    text::{Source, shell_word},
};

/// A file that ownlint generated.
#[derive(Debug)]
pub struct Generated {
    /// The file.
    pub source: Arc<Source>,
    /// The dialect it was written in.
    pub dialect: &'static Dialect,
    /// Whether it was written with `--per-file-fallback`.
    pub per_file: bool,
    /// Folders that keep their existing ownership files.
    pub kept_folders: Vec<BString>,
    /// The command that wrote it, as written in the file.
    pub head: String,
    /// The words of the command after `ownlint generate`.
    words: Vec<String>,
}

/// Returns whether a file has the header that a command writes.
pub fn has_command(source: &Source, command: &str) -> bool {
    let line = after_mark(source.text()).and_then(|rest| rest.lines().nth(1));
    let is_comment = |char: char| !char.is_ascii_alphanumeric();
    line.is_some_and(|line| line.trim_start_matches(is_comment) == command)
}

/// Returns the generated files of a tree at the locations of the dialects, sorted by path.
pub fn generated(tree: &Tree<'_>, files: &Files) -> Vec<Generated> {
    let whole = ALL.iter().filter(|dialect| !dialect.is_per_folder);
    let whole = whole.flat_map(|dialect| dialect.locations.iter().copied());
    let mut paths: Vec<&BStr> = whole.map(BStr::new).collect();
    let per_folder = ALL.iter().filter(|dialect| dialect.is_per_folder);
    let listed = per_folder.flat_map(|dialect| files.named(dialect.locations));
    paths.extend(listed.map(|file| file.path));
    paths.sort_unstable();
    paths.dedup();
    let read = |path: &BStr| tree.read(path, &mut Vec::new());
    let sources = paths.into_iter().filter_map(read);
    sources.filter_map(Generated::read).collect()
}

impl Generated {
    /// Parses the header of a file; returns `None` if ownlint did not generate it.
    pub(super) fn read(source: Arc<Source>) -> Option<Self> {
        let (_, rest) = after_mark(source.text())?.split_once(COMMAND)?;
        let rest = rest.lines().next()?.trim_end();
        let words = words(rest);
        let dialect = by_name(words.first()?)?;
        let kept_folders = words.windows(2).filter_map(|pair| match pair {
            [option, folder] if [KEEP_EXISTING, FORMER_NAME].contains(&option.as_str()) => {
                Some(folder.as_str().into())
            }
            _ => None,
        });
        Some(Self {
            per_file: words.iter().any(|word| word == PER_FILE),
            kept_folders: kept_folders.collect(),
            head: format!("{COMMAND}{rest}"),
            words,
            dialect,
            source,
        })
    }

    /// Returns whether its header has the former name of an option, which the program no longer accepts.
    pub fn has_former_option(&self) -> bool {
        self.words.iter().any(|word| word == FORMER_NAME)
    }

    /// Returns the command that regenerates it, with the current names of the repository and of options.
    pub fn command(&self, repository: &config::Repository) -> String {
        const OPTION: &str = "--repository";
        let name = &*repository.name;
        let named = repository.place.is_some().then_some([OPTION, name]);
        // Anybody may have edited the header: only what ownlint itself writes there is repeated, and quoted.
        let mut written = self.words.iter().skip(1).map(String::as_str);
        let mut rest = Vec::new();
        while let Some(word) = written.next() {
            match word {
                PER_FILE => rest.push(PER_FILE),
                KEEP_EXISTING | FORMER_NAME => {
                    rest.extend(
                        written
                            .next()
                            .into_iter()
                            .flat_map(|folder| [KEEP_EXISTING, folder]),
                    );
                }
                OUTPUT => {
                    let path = written.next().filter(|path| is_below(path));
                    rest.extend(path.into_iter().flat_map(|path| [OUTPUT, path]));
                }
                _ => {}
            }
        }
        let words = [self.dialect.name]
            .into_iter()
            .chain(named.into_iter().flatten());
        let words = words.chain(rest).map(shell_word);
        COMMAND.to_owned() + &words.collect::<Vec<_>>().join(" ")
    }
}

/// Returns the command that generates the files of a dialect for the repository at a position in the directory of the
/// map. It is the same for every user: `output` is the path in the repository to write to, and files outside the
/// repository are treated like files on standard output.
pub fn command(
    map: &Map,
    at: usize,
    dialect: &Dialect,
    per_file: bool,
    kept: &[BString],
    output: Option<&BString>,
) -> String {
    let mut command = format!("{COMMAND}{}", dialect.name);
    let repository = &map.repositories[at];
    if repository.place.is_some() {
        command += &format!(" --repository {}", shell_word(&*repository.name));
    }
    if per_file {
        command += &format!(" {PER_FILE}");
    }
    for folder in kept {
        command += &format!(" {KEEP_EXISTING} {}", shell_word(folder));
    }
    let root = repository.root.strip_prefix(&map.directory);
    let root = root.unwrap_or(&repository.root);
    let location = dialect.locations.first().filter(|_| !dialect.is_per_folder);
    let output = match (output, location) {
        (Some(path), _) if !path.is_empty() => root.join(path.to_path_lossy()),
        (_, Some(location)) => root.join(location),
        (_, None) if root.as_os_str().is_empty() => ".".into(),
        (_, None) => root.to_owned(),
    };
    format!(
        "{command} {OUTPUT} {}",
        shell_word(output.as_os_str().as_encoded_bytes())
    )
}

/// Returns whether a path cannot lead out of the directory of the map, except through links.
fn is_below(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// The option to list single files.
const PER_FILE: &str = "--per-file-fallback";

/// The option for folders whose ownership files somebody else wrote, and its name before version 0.1.
const KEEP_EXISTING: &str = "--keep-existing";
const FORMER_NAME: &str = "--leave-out";

/// The option for the path to write to.
const OUTPUT: &str = "--output";

/// The start of every command.
const COMMAND: &str = "ownlint generate ";

/// Splits a command into words like a shell. The line may end inside quotes.
fn words(text: &str) -> Vec<String> {
    let whole = shlex::split(text).or_else(|| shlex::split(&format!("{text}'")));
    whole.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_words_like_a_shell() {
        assert_eq!(
            words(" a  --b 'c d'e 'it'\\''s' "),
            ["a", "--b", "c de", "it's"]
        );
        assert_eq!(words("'a b"), ["a b"]);
        for word in ["a", "it's", "a b", "", "$(x)", "a\\b"] {
            assert_eq!(words(&shell_word(word)), [word]);
        }
        assert_eq!(words(""), [""; 0]);
    }
}
