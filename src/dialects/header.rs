//! What a generated file says of how it was written.

use std::sync::Arc;

use bstr::BStr;

use super::{ALL, Dialect, Tree, by_name, ordered::MARK};
use crate::{
    config,
    inventory::Files,
    text::{Source, printable},
};

/// The command that writes the ownership file of a repository, whoever runs it and from where; into
/// the place where the forge looks first, if no `output` says another.
pub fn command(
    dialect: &Dialect,
    repository: &config::Repository,
    per_file: bool,
    output: Option<&str>,
) -> String {
    let mut command = format!("ownlint generate {}", dialect.name);
    if repository.place.is_some() {
        command += &format!(" --repository {}", printable(&repository.name));
    }
    if per_file {
        command += " --per-file-fallback";
    }
    let usual = match dialect.is_per_folder {
        true => ".",
        false => dialect.locations.first().copied().unwrap_or_default(),
    };
    command + " --output " + output.unwrap_or(usual)
}

/// A file that this program wrote.
#[derive(Debug)]
pub struct Generated {
    /// The file.
    pub source: Arc<Source>,
    /// What it was written as.
    pub dialect: &'static Dialect,
    /// Whether with a line for each file that nothing else fits.
    pub per_file: bool,
    /// Where to, as the command says.
    pub output: Option<String>,
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
        let (_, command) = after.split_once("ownlint generate ")?;
        let mut words = command.lines().next()?.split_whitespace();
        let dialect = by_name(words.next()?)?;
        let mut per_file = false;
        let mut output = None;
        while let Some(word) = words.next() {
            match word {
                "--per-file-fallback" => per_file = true,
                "--output" => output = words.next().map(str::to_owned),
                _ => {}
            }
        }
        Some(Self {
            source,
            dialect,
            per_file,
            output,
        })
    }
}
