//! Reads existing ownership files, and drafts rules from them.

use bstr::{BStr, ByteSlice as _};

use super::{Error, MapDrafter, Places};
use crate::{
    dialects::{self, Answers, Dialect, Tree},
    draft::{self, Draft, DraftRepository, DraftTeams},
    resolution::ResolvedRepository,
    text::{count, printable, quoted},
};

/// The ownership files of a repository, with the owners of all files.
pub(super) struct Import<'r> {
    pub dialect: &'static Dialect,
    /// The dialects of other ownership files in the repository.
    pub others: Vec<&'static Dialect>,
    pub tree: Tree<'r>,
    pub files: Vec<&'r BStr>,
    pub answers: Answers,
}

impl MapDrafter {
    /// Reads the ownership files of a repository: those of the dialect `from`, or else of the detected one.
    pub(super) fn import<'r>(
        &self,
        repository: &'r ResolvedRepository,
        from: Option<&str>,
        places: &Places,
    ) -> Result<Option<Import<'r>>, Error> {
        let tree = Tree::on_disk(repository.content());
        let mut others = dialects::by_authority(&tree, &repository.listing.files, None);
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
        let answers = answer(&tree, &files);
        if answers.read.is_empty() && from.is_some() {
            Error::of_unusable(&answers)?;
            // Another repository may have one.
            return Ok(None);
        }
        self.notices.warn_of(&answers.problems, places);
        let is_read = !answers.read.is_empty();
        Ok(is_read.then_some(Import {
            dialect,
            others,
            tree,
            files,
            answers,
        }))
    }

    /// Drafts the rules for the repository at a position from its ownership file, and verifies them: by lines, or by
    /// folders if a map cannot express the lines.
    pub(super) fn draft_from_ownership_file(
        &self,
        draft: &mut Draft,
        at: usize,
        import: &Import<'_>,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let (files, answers) = (&import.files, &import.answers);
        let root = &self.repositories[at].root;
        let verify = |teams: &DraftTeams, repository: &DraftRepository| {
            let text = draft::write_alone(teams, repository);
            let workspace = self.resolve_in(&text, vec![root.clone()], root)?;
            let resolved = &workspace.repositories()?[0];
            let differences = draft::prove(&workspace.map, teams, resolved, answers);
            Ok::<_, Error>(differences)
        };
        let note_verified = |notes: &mut Vec<String>| {
            let except = match answers.unusable().next() {
                None if answers.has_failures() => "; invalid regular expressions were ignored",
                None => "",
                Some(_) => "; ownership files that could not be read were ignored",
            };
            notes.push(format!(
                "{}: verified that the map assigns the same owners to {}{except}",
                import.source(),
                count(files.len(), "file")
            ));
        };
        let Draft {
            teams,
            repositories,
            ..
        } = draft;
        let repository = &mut repositories[at];
        if let Some(read) = import.dialect.entries {
            let entries = read(&import.tree);
            repository.comments = dialects::comments(&entries);
            let (rules, unused) = draft::rules_in_order(&entries, files, answers);
            repository.rules = rules;
            let places = Places::of_map(root, root);
            let line = |entry: &&dialects::OwnershipLine| {
                let words = entry.place.words();
                format!("{}: {words}", places.position(&entry.place))
            };
            repository.unused_lines = unused.iter().map(line).collect();
            if verify(teams, repository)?.is_empty() {
                note_verified(notes);
                return Ok(());
            }
            notes.push(
                "some lines cannot be expressed in a map, so the rules list folders and files \
                 instead"
                    .to_owned(),
            );
            repository.unused_lines.clear();
        }
        repository.rules = draft::rules_by_folder(files, answers);
        let differences = verify(teams, repository)?;
        let Some(first) = differences.first() else {
            note_verified(notes);
            return Ok(());
        };
        let path = quoted(&first.path);
        let list = |names: &[String]| match names {
            [] => "no owner".to_owned(),
            names => printable(&names.join(", ")),
        };
        Err(Error::new(format!(
            "failed to draft a map with the same owners for {path}: the ownership file assigns {}, \
             but the map would assign {}",
            list(&first.expected),
            list(&first.drafted),
        )))
    }
}

impl Import<'_> {
    /// Returns the description of the ownership files.
    pub fn source(&self) -> String {
        let shown = match &self.answers.read[..] {
            [one] => one.to_str_lossy().into_owned(),
            several => format!("{} files", several.len()),
        };
        format!("{} ({})", printable(&shown), self.dialect.summary)
    }
}
