//! What a generated file says of how it was written.

use std::sync::Arc;

use bstr::BStr;

use super::{ALL, Dialect, Tree, by_name, ordered::MARK};
use crate::{
    config,
    inventory::Files,
    text::{Source, printable},
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
    /// The command, as the file has it.
    command: String,
}

/// The files of a tree that this program wrote, where it writes them; sorted by path.
pub fn generated(tree: &Tree<'_>, files: &Files) -> Vec<Generated> {
    let whole = ALL.iter().filter(|dialect| !dialect.is_per_folder);
    let whole = whole.flat_map(|dialect| dialect.locations.iter().copied());
    let mut paths: Vec<&BStr> = whole.map(BStr::new).collect();
    let listed = files.iter().map(|file| file.path);
    paths.extend(listed.filter(|path| path.ends_with(b"OWNERS") && is_of_folder(path)));
    paths.sort_unstable();
    paths.dedup();
    let read = |path: &BStr| tree.read(path, &mut Vec::new());
    let sources = paths.into_iter().filter_map(read);
    sources.filter_map(Generated::read).collect()
}

fn is_of_folder(path: &BStr) -> bool {
    let mut dialects = ALL.iter().filter(|dialect| dialect.is_per_folder);
    dialects.any(|dialect| dialect.is_one(path))
}

impl Generated {
    fn read(source: Arc<Source>) -> Option<Self> {
        let (_, after) = source.text().split_once(MARK)?;
        let (_, rest) = after.split_once(COMMAND)?;
        let rest = rest.lines().next()?.trim_end();
        let mut words = rest.split_whitespace();
        let dialect = by_name(words.next()?)?;
        Some(Self {
            per_file: words.any(|word| word == "--per-file-fallback"),
            command: format!("{COMMAND}{rest}"),
            dialect,
            source,
        })
    }

    /// The command that wrote it.
    pub fn head(&self) -> &str {
        &self.command
    }

    /// The command that writes it again, with the name that the repository has by now.
    pub fn command(&self, repository: &config::Repository) -> String {
        const OPTION: &str = " --repository ";
        let start = COMMAND.len() + self.dialect.name.len();
        let (start, mut rest) = self.command.split_at(start);
        if let Some(after) = rest.strip_prefix(OPTION) {
            rest = &after[after.find(" --").unwrap_or(after.len())..];
        }
        match repository.place.is_some() {
            true => format!("{start}{OPTION}{}{rest}", printable(&repository.name)),
            false => format!("{start}{rest}"),
        }
    }
}

/// How the command begins.
const COMMAND: &str = "ownlint generate ";
