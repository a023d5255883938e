//! What a generated file says of how it was written.

use std::{borrow::Cow, sync::Arc};

use bstr::{BStr, BString};

use super::{ALL, Dialect, Tree, by_name};
use crate::{
    config,
    inventory::{Files, MARK},
    text::{Source, printable_bytes},
};

/// A file that this program wrote.
#[derive(Debug)]
pub struct Generated {
    /// The file.
    pub source: Arc<Source>,
    /// What it was written as.
    pub dialect: &'static Dialect,
    /// Whether with a line for each file that nothing else fits.
    pub per_file: bool,
    /// Folders that are left to the ownership files in them.
    pub left_out: Vec<BString>,
    /// The command that wrote it, as the file has it.
    pub head: String,
}

/// The files of a tree that this program wrote, where it writes them; sorted by path.
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
    /// What the head of a file says; nothing if this program did not write it.
    pub(super) fn read(source: Arc<Source>) -> Option<Self> {
        let (_, after) = source.text().split_once(MARK)?;
        let (_, rest) = after.split_once(COMMAND)?;
        let rest = rest.lines().next()?.trim_end();
        let words = words(rest);
        let dialect = by_name(words.first()?)?;
        let left_out = words.windows(2).filter_map(|pair| match pair {
            [option, folder] if [KEEP_EXISTING, LEAVE_OUT].contains(&option.as_str()) => {
                Some(folder.as_str().into())
            }
            _ => None,
        });
        Some(Self {
            per_file: words.iter().any(|word| word == "--per-file-fallback"),
            left_out: left_out.collect(),
            head: format!("{COMMAND}{rest}"),
            dialect,
            source,
        })
    }

    /// Whether its header has the former name of an option, which the program no longer accepts.
    pub fn has_former_option(&self) -> bool {
        words(&self.head).iter().any(|word| word == LEAVE_OUT)
    }

    /// The command that writes it again, with the current names of the repository and of options.
    pub fn command(&self, repository: &config::Repository) -> String {
        const OPTION: &str = " --repository ";
        let start = COMMAND.len() + self.dialect.name.len();
        let (start, mut rest) = self.head.split_at(start);
        if let Some(after) = rest.strip_prefix(OPTION) {
            rest = &after[after.find(" --").unwrap_or(after.len())..];
        }
        let rest = rest.replace(&format!(" {LEAVE_OUT} "), &format!(" {KEEP_EXISTING} "));
        match repository.place.is_some() {
            true => format!("{start}{OPTION}{}{rest}", shell_word(&*repository.name)),
            false => format!("{start}{rest}"),
        }
    }
}

/// The option for folders whose ownership files somebody else wrote, and its name before version 0.1.
const KEEP_EXISTING: &str = "--keep-existing";
const LEAVE_OUT: &str = "--leave-out";

/// How the command begins.
const COMMAND: &str = "ownlint generate ";

/// A word of a command that a person may run.
pub fn shell_word(word: impl AsRef<[u8]>) -> String {
    let text = printable_bytes(word.as_ref());
    // Only a zero byte can't be quoted, which is printed as an escape.
    shlex::try_quote(&text).map_or_else(|_| text.clone(), Cow::into_owned)
}

/// The words of a command, as a shell reads them. A line may have been cut off inside quotes.
fn words(text: &str) -> Vec<String> {
    let whole = shlex::split(text).or_else(|| shlex::split(&format!("{text}'")));
    whole.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
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
