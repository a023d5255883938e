//! `init`: a first map, from what is there.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bstr::{BStr, ByteSlice as _};
use jiff::civil::Date;

use super::{Error, Notice, Options, Places, Workspace, map_file, notices::Notices};
use crate::{
    config::MapErrors,
    dialects::{self, Answers, Dialect, Tree},
    draft::{self, Draft, Evidence},
    git::{Git, work_tree},
    inventory::Effect,
    resolution::{ResolvedRepository, Verdict},
    text::{count, joined, printable, quoted, quoted_path},
};

/// A repository for which a first map is to be drafted.
#[derive(Debug)]
pub struct Undrafted {
    root: PathBuf,
    /// The directory that the user is in.
    here: PathBuf,
    today: Date,
    notices: Notices,
}

impl Undrafted {
    /// The repository that the directory of the options lies in.
    ///
    /// # Errors
    /// Where there is no such directory.
    pub fn open(options: &Options) -> Result<Self, Error> {
        let here = options.real_here()?;
        Ok(Self {
            root: work_tree(&here).unwrap_or_else(|| here.clone()),
            here,
            today: options.today(),
            notices: Notices::default(),
        })
    }

    /// The root of the repository, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns what a person should know besides the draft, since the last call.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
    }

    /// The text of a first map, from declarations and the ownership file: that of the dialect `from`, or
    /// the one that is there.
    ///
    /// # Errors
    /// Where that file is not there, or no map could be drafted that gives all files their owners.
    pub fn draft(&self, from: Option<&str>) -> Result<String, Error> {
        let bare = self.under("version: 1\nteams: {}\n")?;
        let bare = &bare.repositories()?[0];
        let places = Places::of_map(&self.root, &self.here);
        self.notices.warn_of_unreadable(bare, &places);
        let detected = || dialects::detect(&self.root, &bare.listing.files);
        let dialect = match from {
            Some(name) => dialects::by_name(name),
            None => detected(),
        };
        let Some((dialect, answer)) = dialect.and_then(|it| Some((it, it.answer?))) else {
            return self.declared_only(bare);
        };
        let tree = Tree::on_disk(self.root.clone());
        let files: Vec<&BStr> = bare.listing.files.iter().map(|file| file.path).collect();
        let answers = answer(&tree, &files);
        if answers.read.is_empty() && from.is_some() {
            Error::of_unread(&answers)?;
            let names = joined(dialect.locations.iter().map(quoted), ", ");
            let root = quoted_path(&self.root);
            return Err(Error::new(format!("there is no {names} in {root}")));
        }
        self.notices.warn_of(&answers.problems, &places);
        if answers.read.is_empty() {
            return self.declared_only(bare);
        }
        let mut draft = Draft::default();
        let mut notes = Vec::new();
        draft.teams.add_owners(dialect, &answers);
        draft.reason = format!("{} gives it no owner", dialect.summary);
        draft.sources.push(source(dialect, &answers));
        draft.compares = declared(bare, &mut draft);
        let text = self.import(draft, dialect, &tree, &files, &answers, &mut notes)?;
        for note in notes {
            self.notices.note(note);
        }
        Ok(text)
    }

    /// The map where there is no ownership file.
    fn declared_only(&self, repository: &ResolvedRepository) -> Result<String, Error> {
        let mut draft = Draft::default();
        declared(repository, &mut draft);
        self.finish(draft)
    }

    /// The map for an ownership file, proven: by its lines, or where these can't be said by folders.
    fn import(
        &self,
        mut draft: Draft,
        dialect: &Dialect,
        tree: &Tree<'_>,
        files: &[&BStr],
        answers: &Answers,
        notes: &mut Vec<String>,
    ) -> Result<String, Error> {
        let proven = |draft: &Draft| {
            let workspace = self.under(&draft::write(draft))?;
            let resolved = &workspace.repositories()?[0];
            let differences = draft::prove(&workspace.map, &draft.teams, resolved, answers);
            Ok::<_, Error>(differences)
        };
        let told = |notes: &mut Vec<String>| {
            let proven = match answers.unread().next() {
                None => "proven",
                Some(_) => "but for what can't be read",
            };
            notes.push(format!(
                "{}: the same owners for {}, {proven}",
                source(dialect, answers),
                count(files.len(), "file")
            ));
        };
        if let Some(read) = dialect.entries {
            let entries = read(tree);
            draft.comments = dialects::comments(&entries);
            if let Some((rules, left_out)) = draft::rules_in_order(&entries, files, answers) {
                draft.rules = rules;
                let places = Places::of_map(&self.root, &self.root);
                let line = |entry: &&dialects::OwnershipLine| {
                    let words = entry.place.words();
                    format!("{}: {words}", places.position(&entry.place))
                };
                draft.unused_lines = left_out.iter().map(line).collect();
                if proven(&draft)?.is_empty() {
                    told(notes);
                    return self.finish(draft);
                }
            }
            notes.push(
                "not all lines can be said in a map: it goes by folders and files".to_owned(),
            );
            draft.unused_lines.clear();
        }
        draft.rules = draft::rules_by_folder(files, answers);
        let differences = proven(&draft)?;
        let Some(first) = differences.first() else {
            told(notes);
            return self.finish(draft);
        };
        let path = quoted(&first.path);
        let list = |names: &[String]| match names {
            [] => "nobody".to_owned(),
            names => printable(&names.join(", ")),
        };
        Err(Error::new(format!(
            "no map could be drafted that gives {path} its owners: {} by the ownership file, {} by the map",
            list(&first.expected),
            list(&first.drafted),
        )))
    }

    /// The text, with what nobody owns.
    fn finish(&self, mut draft: Draft) -> Result<String, Error> {
        let workspace = self.under(&draft::write(&draft))?;
        let (map, resolved) = (&workspace.map, &workspace.repositories()?[0]);
        let files = || resolved.listing.files.iter().enumerate();
        let of = |at| &resolved.resolved.group_of(at).resolution;
        // Without git, or where it does not answer, there are no guesses.
        let history = Git::at(&self.root).and_then(|git| git.history()).ok();
        let owned: Vec<(&BStr, Vec<&str>)> = files()
            .filter(|(at, _)| matches!(of(*at).verdict, Verdict::Owned | Verdict::Unowned))
            .map(|(at, file)| (file.path, map.teams.names(&of(at).owners)))
            .collect();
        let evidence = history
            .as_ref()
            .map(|history| Evidence::new(history, &owned, &draft.teams));
        let owned = files().filter(|(at, _)| of(*at).verdict == Verdict::Owned);
        let is_unowned = |at| of(at).verdict == Verdict::Unowned;
        draft.owned = (owned.count(), resolved.listing.files.len());
        draft.unowned = draft::unowned(&resolved.listing.files, is_unowned, evidence.as_ref());
        if let Some(evidence) = &evidence {
            draft.commits = evidence.commits();
            for unowned in &draft.unowned {
                evidence.guesses(&unowned.path, &mut draft.guesses);
            }
        }
        Ok(draft::write(&draft))
    }

    /// The repository under a map of this text.
    fn under(&self, text: &str) -> Result<Workspace, Error> {
        let map = map_file::load_text(text, &self.root)
            .map_err(|MapErrors(errors)| Error::of_map(errors, &self.root))?;
        let roots = vec![self.root.clone()];
        Ok(Workspace::of_map(
            map.into(),
            roots,
            self.here.clone(),
            self.today,
        ))
    }
}

/// Adds the teams that components declare; whether there are any.
fn declared(repository: &ResolvedRepository, draft: &mut Draft) -> bool {
    let mut detectors: BTreeSet<&str> = BTreeSet::new();
    for (component, declarations) in repository.components.iter().zip(&repository.declarations) {
        if declarations.is_vendored {
            continue;
        }
        let declarations = declarations.declarations.iter();
        let owners = declarations.filter(|declaration| declaration.effect == Effect::Owner);
        for name in owners.flat_map(|declaration| &declaration.names) {
            if name.is_template || name.is_person() || name.is_placeholder() {
                continue;
            }
            draft.teams.add_name(name);
            detectors.insert(component.detector);
        }
    }
    let are_any = !detectors.is_empty();
    if are_any {
        let detectors = joined(detectors, ", ");
        draft
            .sources
            .push(format!("what components declare: {detectors}"));
    }
    are_any
}

/// What was imported.
fn source(dialect: &Dialect, answers: &Answers) -> String {
    let shown = match &answers.read[..] {
        [one] => one.to_str_lossy().into_owned(),
        several => format!("{} files", several.len()),
    };
    format!("{} ({})", printable(&shown), dialect.summary)
}
