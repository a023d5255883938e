//! `init`: drafts a first map from existing ownership files and declarations.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bstr::{BStr, ByteSlice as _};
use jiff::civil::Date;

use super::{
    Error, Notice, Options, Places, Workspace, map_file, notices::Notices,
    recent_history::recent_history,
};
use crate::{
    config::{Map, MapErrors},
    dialects::{self, Answers, Dialect, Tree},
    draft::{self, Draft},
    evidence::EvidenceSearch,
    git::work_tree,
    inventory::Effect,
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::{count, joined, printable, quoted, quoted_path},
};

/// Drafts the first map of a repository.
#[derive(Debug)]
pub struct MapDrafter {
    root: PathBuf,
    /// The current directory of the user.
    here: PathBuf,
    today: Date,
    /// The name of the map in the root.
    map_name: String,
    /// Whether to use the git history as evidence.
    uses_history: bool,
    notices: Notices,
}

impl MapDrafter {
    /// Opens the repository that contains the directory of the options. The map will be the file `map_name` in its
    /// root. `uses_history` selects whether the git history is evidence for suggested rules.
    ///
    /// # Errors
    /// If the current directory cannot be determined.
    pub fn open(options: &Options, map_name: &str, uses_history: bool) -> Result<Self, Error> {
        let here = options.real_here()?;
        Ok(Self {
            root: work_tree(&here).unwrap_or_else(|| here.clone()),
            here,
            today: options.today(),
            map_name: map_name.to_owned(),
            uses_history,
            notices: Notices::default(),
        })
    }

    /// Returns the absolute root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the notices since the last call.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
    }

    /// Returns the text of a first map, from declarations and the ownership file: that of the dialect `from`, or
    /// else the detected one.
    ///
    /// # Errors
    /// If the ownership file of `from` does not exist, or no draft gives all files the same owners.
    pub fn draft(&self, from: Option<&str>) -> Result<String, Error> {
        let standalone = self.resolve("version: 1\nteams: {}\n")?;
        let repository = &standalone.repositories()?[0];
        let places = Places::of_map(&self.root, &self.here);
        self.notices.warn_of_unreadable(repository, &places);
        let tree = Tree::on_disk(repository.content());
        let detected = || dialects::detect(&tree, &repository.listing.files);
        let dialect = match from {
            Some(name) => dialects::by_name(name),
            None => detected(),
        };
        let Some((dialect, answer)) = dialect.and_then(|it| Some((it, it.answer?))) else {
            return self.draft_from_declarations(repository);
        };
        let files = repository.listing.files.iter();
        let files: Vec<&BStr> = files.map(|file| file.path).collect();
        let answers = answer(&tree, &files);
        if answers.read.is_empty() && from.is_some() {
            Error::of_unread(&answers)?;
            let names = joined(dialect.locations.iter().map(quoted), ", ");
            let root = quoted_path(&self.root);
            return Err(Error::new(format!("no {names} in {root}")));
        }
        self.notices.warn_of(&answers.problems, &places);
        if answers.read.is_empty() {
            return self.draft_from_declarations(repository);
        }
        let mut draft = Draft::default();
        let mut notes = Vec::new();
        draft.teams.add_owners(dialect, &answers);
        draft.reason = format!("no owner in {}", dialect.summary);
        draft.sources.push(source(dialect, &answers));
        draft.compares = add_declared_teams(repository, &mut draft);
        let text =
            self.draft_from_ownership_file(draft, dialect, &tree, &files, &answers, &mut notes)?;
        for note in notes {
            self.notices.note(note);
        }
        Ok(text)
    }

    /// Drafts a map without an ownership file.
    fn draft_from_declarations(&self, repository: &ResolvedRepository) -> Result<String, Error> {
        let mut draft = Draft::default();
        add_declared_teams(repository, &mut draft);
        self.finish(draft)
    }

    /// Drafts a map from an ownership file and verifies it: by lines, or by folders if a map cannot express the
    /// lines.
    fn draft_from_ownership_file(
        &self,
        mut draft: Draft,
        dialect: &Dialect,
        tree: &Tree<'_>,
        files: &[&BStr],
        answers: &Answers,
        notes: &mut Vec<String>,
    ) -> Result<String, Error> {
        let verify = |draft: &Draft| {
            let workspace = self.resolve(&draft::write(draft))?;
            let resolved = &workspace.repositories()?[0];
            let differences = draft::prove(&workspace.map, &draft.teams, resolved, answers);
            Ok::<_, Error>(differences)
        };
        let note_verified = |notes: &mut Vec<String>| {
            let except = match answers.unread().next() {
                None => "",
                Some(_) => "; ownership files that could not be read were ignored",
            };
            notes.push(format!(
                "{}: verified that the map assigns the same owners to {}{except}",
                source(dialect, answers),
                count(files.len(), "file")
            ));
        };
        if let Some(read) = dialect.entries {
            let entries = read(tree);
            draft.comments = dialects::comments(&entries);
            let (rules, unused) = draft::rules_in_order(&entries, files, answers);
            draft.rules = rules;
            let places = Places::of_map(&self.root, &self.root);
            let line = |entry: &&dialects::OwnershipLine| {
                let words = entry.place.words();
                format!("{}: {words}", places.position(&entry.place))
            };
            draft.unused_lines = unused.iter().map(line).collect();
            if verify(&draft)?.is_empty() {
                note_verified(notes);
                return self.finish(draft);
            }
            notes.push(
                "some lines cannot be expressed in a map, so the rules list folders and files \
                 instead"
                    .to_owned(),
            );
            draft.unused_lines.clear();
        }
        draft.rules = draft::rules_by_folder(files, answers);
        let differences = verify(&draft)?;
        let Some(first) = differences.first() else {
            note_verified(notes);
            return self.finish(draft);
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

    /// Adds the paths without an owner, and returns the text of the map.
    fn finish(&self, mut draft: Draft) -> Result<String, Error> {
        let workspace = self.resolve(&draft::write(&draft))?;
        let (map, resolved) = (&workspace.map, &workspace.repositories()?[0]);
        let groups = resolved.resolved.groups().iter();
        let owned = groups.filter(|group| group.resolution.verdict == Verdict::Owned);
        let owned: u64 = owned.map(|group| group.files).sum();
        draft.owned = (owned, resolved.listing.files.len());
        let history = match self.uses_history {
            true => recent_history(&self.root, &self.notices),
            false => None,
        };
        let search = EvidenceSearch::new(resolved, &map.teams, history.as_deref());
        draft.unowned = draft::unowned(&search);
        draft.owner_keys = draft::proposed_keys(resolved);
        let suggestions = draft::suggestions(resolved, &search).into_iter();
        draft.suggestions = suggestions
            .map(|it| {
                let owners = map.teams.names(&it.evidence.owners).into_iter();
                let owners = owners.map(str::to_owned).collect();
                (it, owners)
            })
            .collect();
        draft.map = self.map_rule(map, resolved)?;
        Ok(draft::write(&draft))
    }

    /// Returns the path of the map and the team that owns most files. Returns `None` if the map needs no rule, or if
    /// there is no team.
    fn map_rule(
        &self,
        map: &Map,
        resolved: &ResolvedRepository,
    ) -> Result<Option<(String, String)>, Error> {
        let path = self.map_name.as_str();
        let resolution = resolved
            .resolution_of(&map.teams, path.as_bytes().as_bstr(), false)
            .map_err(|error| Error::of_repository(error, &self.root))?;
        if resolution.verdict != Verdict::Unowned {
            return Ok(None);
        }
        let mut files: BTreeMap<&str, u64> = BTreeMap::new();
        for (_, team) in map.teams.iter() {
            files.insert(&team.id.value, 0);
        }
        for group in resolved.resolved.groups() {
            if let Some(owner) = group.resolution.owners.first() {
                *files.entry(map.teams.name(*owner)).or_default() += group.files;
            }
        }
        let most = files
            .into_iter()
            .max_by_key(|(team, files)| (*files, Reverse(*team)));
        Ok(most.map(|(team, _)| (escape(path.as_bytes().as_bstr()), team.to_owned())))
    }

    /// Opens the repository with a map of this text.
    fn resolve(&self, text: &str) -> Result<Workspace, Error> {
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

/// Adds the teams that components declare, and returns whether there are any.
fn add_declared_teams(repository: &ResolvedRepository, draft: &mut Draft) -> bool {
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
            .push(format!("component declarations: {detectors}"));
    }
    are_any
}

/// Returns the description of the ownership files.
fn source(dialect: &Dialect, answers: &Answers) -> String {
    let shown = match &answers.read[..] {
        [one] => one.to_str_lossy().into_owned(),
        several => format!("{} files", several.len()),
    };
    format!("{} ({})", printable(&shown), dialect.summary)
}
