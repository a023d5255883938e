//! Reads existing ownership files, and drafts rules from them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bstr::{BStr, ByteSlice as _};

use super::{Error, MapDrafter, Places};
use crate::{
    config::Settings,
    dialects::{self, Answers, Dialect, Extras, FileProblem, FileProblemKind, OwnershipLine, Tree},
    draft::{self, Draft, DraftDifference, DraftProof, DraftRepository, ExpectedOwners},
    inventory::{FileKind, is_generated},
    resolution::ResolvedRepository,
    text::{Place, count, joined, printable, quoted},
};

/// The ownership files of a repository, with the owners of all files.
pub(super) struct Import<'r> {
    pub dialect: &'static Dialect,
    /// The dialects of other ownership files in the repository.
    pub others: Vec<&'static Dialect>,
    /// The files, without lines in which all owners are invalid.
    pub tree: Tree<'r>,
    pub files: Vec<&'r BStr>,
    submodules: BTreeSet<&'r BStr>,
    pub answers: Answers,
}

impl MapDrafter {
    /// Reads the ownership files of a repository: those of the dialect `from`, or else of the detected one.
    pub(super) fn import<'r>(
        &self,
        repository: &'r ResolvedRepository,
        from: Option<&str>,
        settings: &'r Settings,
        places: &Places,
    ) -> Result<Option<Import<'r>>, Error> {
        let tree = Tree::on_disk(repository.content()).without_vendored(settings);
        let mut others = dialects::by_authority(&tree, &repository.listing.files, None, None);
        let dialect = match from {
            Some(name) => dialects::by_name(name),
            None => others.first().copied(),
        };
        let Some((dialect, answer)) = dialect.and_then(|it| Some((it, it.answer?))) else {
            return Ok(None);
        };
        others.retain(|other| !other.shares_files_with(dialect));
        let files = repository.listing.files.iter();
        let files: Vec<&BStr> = files.map(|file| file.path).collect();
        let all = repository.listing.files.iter();
        let submodules = all.filter(|file| file.kind == FileKind::Submodule);
        let answers = answer(&tree, &files);
        if answers.read.is_empty() && from.is_some() {
            Error::of_unusable(&answers)?;
            // Another repository may have one.
            return Ok(None);
        }
        self.notices.warn_of(&answers.problems, places);
        let is_read = !answers.read.is_empty();
        if from.is_none()
            && let Some(Ok(path)) = answers.read.first().map(|path| path.to_str())
            && let Some(reason) = dialects::reason(dialect, &tree, path)
        {
            self.notices.note(reason);
        }
        let ignored = dialect.entries.map_or_else(Vec::new, |read| {
            dialects::without_valid_owners(&read(&tree), &answers.problems)
        });
        Ok(is_read.then_some(Import {
            dialect,
            others,
            tree: tree.without_lines(&ignored),
            files,
            submodules: submodules.map(|file| file.path).collect(),
            answers,
        }))
    }

    /// Drafts the rules for the repository at a position from its ownership files, and verifies them: by lines, or by
    /// folders if the files have no lines with patterns.
    pub(super) fn draft_from_ownership_file(
        &self,
        draft: &mut Draft,
        at: usize,
        import: &Import<'_>,
        expected: &ExpectedOwners<'_>,
    ) -> Result<(), Error> {
        let root = &self.repositories[at].root;
        let Draft {
            teams,
            repositories,
            ..
        } = draft;
        let repository = &mut repositories[at];
        let verify = |repository: &DraftRepository| {
            let text = draft::write_alone(teams, repository);
            let workspace = self.resolve_in(&text, vec![root.clone()], root)?;
            let resolved = &workspace.repositories()?[0];
            Ok::<_, Error>(DraftProof::new(&workspace.map, teams, resolved, expected))
        };
        match import.dialect.entries {
            Some(read) => {
                let entries = read(&import.tree);
                repository.comments = dialects::comments(&entries);
                repository.rules = draft::rules_in_order(&entries, expected);
                repository.skipped_lines = import.skipped_lines(&entries, expected, root);
            }
            None => repository.rules = draft::rules_by_folder(expected),
        }
        let mut proof = verify(repository)?;
        let mut by_folder = import.dialect.entries.is_none();
        if !by_folder && !proof.is_empty() {
            let rules = draft::rules_by_folder(expected);
            let by_lines = std::mem::replace(&mut repository.rules, rules);
            let folders = verify(repository)?;
            by_folder = folders.len() < proof.len();
            match by_folder {
                true => {
                    proof = folders;
                    self.notices.note(
                        "some lines cannot be expressed in a map, so the rules list folders and files instead",
                    );
                }
                false => repository.rules = by_lines,
            }
        }
        if !proof.files.is_empty() {
            let corrections = draft::corrections(&proof, &repository.rules);
            repository.rules.extend(corrections);
            proof = verify(repository)?;
        }
        if let Some(first) = proof.files.first() {
            return Err(Error::new(format!(
                "failed to draft a map with the same owners for {}: the ownership file assigns {}, but the map would \
                 assign {}",
                quoted(&first.path),
                owner_list(&first.expected),
                owner_list(&first.drafted),
            )));
        }
        // Only the comments of lines become notes.
        repository.lost = import.lost(!by_folder);
        self.note_verified(import, expected, &proof);
        if !repository.lost.is_empty() {
            let (source, lost) = (import.source(), joined(&repository.lost, ", "));
            self.notices
                .note(format!("{source}: the map does not contain {lost}"));
        }
        repository.new_files = proof.new_files.iter().map(describe).collect();
        Ok(())
    }

    /// Adds a note about how far the draft agrees with the files.
    fn note_verified(
        &self,
        import: &Import<'_>,
        expected: &ExpectedOwners<'_>,
        proof: &DraftProof,
    ) {
        let ignored = match import.answers.unusable().next() {
            None if import.answers.has_failures() => Some("invalid regular expressions"),
            None => None,
            Some(_) => Some("ownership files that could not be read"),
        };
        let files = count(import.files.len(), "file");
        let source = import.source();
        self.notices.note(match ignored {
            None => format!("{source}: verified that the map assigns the same owners to {files}"),
            Some(ignored) => format!(
                "{source}: the map assigns the same owners to {files}, but this is not verified, because {ignored} were \
                 ignored"
            ),
        });
        if let gaining @ 1.. = import.gaining_owners(expected) {
            let have = if gaining == 1 { "has" } else { "have" };
            self.notices.note(format!(
                "{source}: {} {have} no owner because of mistakes in the file, but get owners from other lines in the \
                 map; a comment in the map lists the skipped lines",
                count(gaining, "file"),
            ));
        }
        if let differing @ 1.. = proof.new_files.len() {
            self.notices.note(format!(
                "{source}: {} would have other owners than by the map; a comment in the map lists the directories",
                count(differing, "new file"),
            ));
        }
    }
}

/// Returns the owners of a path in words.
fn owner_list(names: &[String]) -> String {
    match names {
        [] => "no owner".to_owned(),
        names => printable(&names.join(", ")),
    }
}

/// Returns the line about a new file with other owners.
fn describe(difference: &DraftDifference) -> String {
    format!(
        "{}: {}, but {} in this map",
        draft::folder_of_new_file(difference.path.as_bstr()),
        owner_list(&difference.expected),
        owner_list(&difference.drafted),
    )
}

impl Import<'_> {
    /// Returns the owners of existing and new files.
    pub fn expected(&self) -> ExpectedOwners<'_> {
        let submodules = self.submodules.clone();
        ExpectedOwners::new(self.dialect, &self.tree, &self.files, submodules)
    }

    /// Returns the number of files that have an owner only because `tree` does not contain all lines.
    fn gaining_owners(&self, expected: &ExpectedOwners<'_>) -> usize {
        let is_unowned = |at: &usize| self.answers.of(*at).owners.is_empty();
        let unowned = (0..self.files.len()).filter(is_unowned);
        unowned.filter(|at| expected.is_owned(*at)).count()
    }

    /// Returns the lines that decide about no file, each with the reason. `entries` are the lines of `tree`.
    fn skipped_lines(
        &self,
        entries: &[OwnershipLine],
        expected: &ExpectedOwners<'_>,
        root: &Path,
    ) -> Vec<String> {
        let mut lines: BTreeMap<usize, (Place, &str)> = BTreeMap::new();
        for entry in entries {
            let reason = "it does not decide the owners of any file";
            lines.insert(entry.place.start().line, (entry.place.clone(), reason));
        }
        let is_invalid = |it: &&FileProblem| it.kind == FileProblemKind::Line;
        for problem in self.answers.problems.iter().filter(is_invalid) {
            let Some(line) = problem.place.whole_line() else {
                continue;
            };
            // Section headers have other effects.
            if self.dialect.lines_of_extras(line.words()).is_empty() {
                lines.insert(line.start().line, (line, &problem.message));
            }
        }
        lines.retain(|line, _| !expected.deciding_lines.contains(line));
        let places = Places::of_map(root, root);
        let shown = |(place, reason): &(Place, &str)| {
            format!(
                "{}: {}: {reason}",
                places.position(place),
                quoted(place.words())
            )
        };
        lines.values().map(shown).collect()
    }

    /// Returns what the files state in addition to owners and is not in a draft, with the first line of each kind. Comments
    /// are in a draft of rules `by_lines`.
    fn lost(&self, by_lines: bool) -> Vec<String> {
        let mut extras = Extras::default();
        for path in &self.answers.read {
            let source = self.tree.read(path.as_bstr(), &mut Vec::new());
            if let Some(source) = source.filter(|source| !is_generated(source.text())) {
                extras.add(self.dialect, path.as_bstr(), source.text());
            }
        }
        if by_lines {
            extras = extras.without_comments();
        }
        let mut lost = extras.texts();
        lost.extend(self.other_approvers());
        lost
    }

    /// Returns a text about the files that people can approve who do not own them, such as the owners of parent directories.
    fn other_approvers(&self) -> Option<String> {
        let has_others = |at: &usize| {
            let statement = self.answers.of(*at).statement.as_deref();
            statement.is_some_and(|statement| {
                let mut others = statement.may_also_approve.iter();
                others.any(|other| statement.owners().all(|owner| owner.text != other.text))
            })
        };
        let mut files = (0..self.files.len()).filter(has_others);
        let first = quoted(self.files[files.next()?]);
        Some(format!(
            "the approvers of {} from parent directories (such as {first})",
            count(files.count() + 1, "file")
        ))
    }

    /// Returns the description of the ownership files.
    pub fn source(&self) -> String {
        let shown = match &self.answers.read[..] {
            [one] => one.to_str_lossy().into_owned(),
            several => format!("{} files", several.len()),
        };
        format!("{} ({})", printable(&shown), self.dialect.summary)
    }
}
