//! Findings about directories that replace many findings about their files without an owner.

use bstr::{BStr, BString, ByteSlice as _};

use crate::{
    advice::Advice,
    finding::Finding,
    inventory::{RolledUp, roll_up},
    resolution::ResolvedRepository,
    text::{and_more, count, grouped, quoted},
};

/// How many files or directories are named.
const EXAMPLES: usize = 3;

/// The files of a repository and which of them have no owner.
pub struct UnownedFiles<'r, U> {
    pub repository: &'r ResolvedRepository,
    pub is_unowned: U,
}

impl<U: Fn(usize) -> bool> UnownedFiles<'_, U> {
    /// Replaces many findings about files without an owner in one directory by a finding about the directory. `about`
    /// creates it for a path, which is empty for the root, and for the replaced findings. The findings must be sorted.
    pub fn roll_up(
        &self,
        findings: Vec<Finding>,
        about: impl Fn(&BStr, &[Finding]) -> Finding,
    ) -> Vec<Finding> {
        let entries = findings.iter().map(|finding| {
            let files = finding.files.unwrap_or(1);
            (
                path_of(finding),
                usize::try_from(files).unwrap_or(usize::MAX),
            )
        });
        let entries = roll_up(entries, |it| self.repository.listing.files.under(it).len());
        if entries.len() == findings.len() {
            return findings;
        }
        let finding = |RolledUp { path, entries, .. }: RolledUp<'_>| match &findings[entries] {
            [one] => one.clone(),
            several => self.filled(path, several, about(path, several)),
        };
        entries.into_iter().map(finding).collect()
    }

    /// Sets the message and the files of the finding about a directory that replaces others.
    fn filled(&self, directory: &BStr, replaced: &[Finding], about: Finding) -> Finding {
        let files = &self.repository.listing.files;
        let ranges = replaced.iter().map(|it| files.at_path(path_of(it)));
        let contents = ranges.flatten().map(|at| files.get(at).path.to_owned());
        let contents: Vec<BString> = contents.collect();
        let all = files.under(directory);
        let (number, total) = (contents.len(), all.len());
        let (path, place) = match directory.is_empty() {
            true => (BStr::new("."), "the repository".to_owned()),
            false => (directory, quoted(directory)),
        };
        let is_all = all.filter(|at| (self.is_unowned)(*at)).count() == number;
        let message = match is_all {
            true => format!(
                "{} of {} in {place} have no owner",
                grouped(number),
                count(total, "file")
            ),
            // Others are not selected, suppressed or reported with their components.
            false => {
                let examples = named(&contents);
                format!(
                    "{} in {place} have no owner{examples}",
                    count(number, "file")
                )
            }
        };
        let largest = largest(replaced);
        Finding {
            message,
            path: Some(path.to_owned()),
            place: self.repository.place(path),
            files: Some(number as u64),
            contents,
            is_rolled_up: true,
            advice: about.advice.into_iter().chain(largest).collect(),
            ..about
        }
    }
}

/// Returns the examples at the end of a message about files.
pub fn named(files: &[BString]) -> String {
    let examples = files.iter().take(EXAMPLES).map(quoted);
    format!(": {}", and_more(examples, files.len()))
}

/// Returns the path of a finding as prefix of the paths in it: the path of the root is empty.
fn path_of(finding: &Finding) -> &BStr {
    let path = finding.path.as_ref().filter(|path| *path != ".");
    path.map_or(BStr::new(""), |path| path.as_bstr())
}

/// Returns the advice to start with the directories with most files; `None` if only files are replaced.
fn largest(replaced: &[Finding]) -> Option<Advice> {
    let mut directories: Vec<(&BStr, u64)> = replaced
        .iter()
        .map(|finding| (path_of(finding), finding.files.unwrap_or(1)))
        .filter(|(path, _)| path.ends_with(b"/"))
        .collect();
    directories.sort_by_key(|(path, files)| (std::cmp::Reverse(*files), *path));
    let shown = directories.iter().take(EXAMPLES);
    let shown = shown.map(|(path, files)| format!("{} ({})", quoted(path), count(*files, "file")));
    let shown = and_more(shown, directories.len());
    (!directories.is_empty()).then(|| {
        Advice::in_words(format!(
            "add rules for the largest directories without an owner: {shown}"
        ))
    })
}
