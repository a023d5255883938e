//! `init`: a first map, from what is there.

use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice as _};

use super::{
    CLEAN, Outcome,
    args::{Global, InitArguments},
    checkouts,
    failure::Failure,
    file,
    session::{here, today, vocabulary},
    terminal::Terminal,
};
use crate::{
    config::{self, MAP_NAME, Map, MapError},
    dialects::{self, Answers, Dialect, Tree},
    draft::{self, Draft, Evidence},
    git::Git,
    inventory::{Listing, Standing, list, work_tree},
    outputs::Places,
    resolution::{ResolvedRepository, Verdict},
    text::{count, printable, quoted, quoted_path},
};

pub(super) fn run(arguments: &InitArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let here = here()?;
    let here = here.canonicalize().unwrap_or(here);
    let target = arguments.output.as_ref().map(|path| here.join(path));
    if let Some(target) = &target
        && target.symlink_metadata().is_ok()
        && !arguments.force
    {
        let shown = quoted_path(target);
        return Err(Failure::new(format!("{shown} is there already"))
            .help("--force writes over it; without --output the draft is printed"));
    }
    if let Some(target) = &target {
        file::require_parent(target)?;
    }
    let site = Site {
        root: work_tree(&here).unwrap_or_else(|| here.clone()),
        here,
        global,
    };
    let (text, notes) = site.draft(arguments, terminal)?;
    if !terminal.err.quiet {
        let outside = target
            .as_deref()
            .and_then(Path::parent)
            .filter(|directory| {
                directory
                    .canonicalize()
                    .is_ok_and(|directory| directory != site.root)
            });
        let root = quoted_path(&site.root);
        let moved = outside.map(|_| {
            format!("a map covers the directory it lies in: this one belongs into {root}")
        });
        for note in notes.into_iter().chain(moved) {
            terminal.note(&note);
        }
    }
    match target {
        None => Ok((text.into_bytes(), CLEAN)),
        Some(target) => file::replace(&target, text.as_bytes()).map(|()| (Vec::new(), CLEAN)),
    }
}

/// The repository that the map is for.
struct Site<'g> {
    root: PathBuf,
    /// The directory that the user is in.
    here: PathBuf,
    global: &'g Global,
}

impl Site<'_> {
    /// The text of the map, and what to tell of it.
    fn draft(
        &self,
        arguments: &InitArguments,
        terminal: &Terminal,
    ) -> Result<(String, Vec<String>), Failure> {
        let (map, bare) = self.resolve("version: 1\nteams: {}\n")?;
        checkouts::warn_of_unreadable(&map, [&bare], &self.here, terminal);
        let detected = || dialects::detect(&self.root, &bare.listing.files);
        let dialect = match &arguments.from {
            Some(name) => dialects::by_name(name),
            None => detected(),
        };
        let Some((dialect, answer)) = dialect.and_then(|it| Some((it, it.answer?))) else {
            return Ok((self.declared_only(&bare)?, Vec::new()));
        };
        let tree = Tree::on_disk(self.root.clone());
        let files: Vec<&BStr> = bare.listing.files.iter().map(|file| file.path).collect();
        let answers = answer(&tree, &files);
        if answers.read.is_empty() && arguments.from.is_some() {
            Failure::of_unread(&answers)?;
            let names: Vec<String> = dialect.locations.iter().map(quoted).collect();
            let root = quoted_path(&self.root);
            return Err(Failure::new(format!(
                "there is no {} in {root}",
                names.join(", ")
            )));
        }
        let places = Places::of_map(&self.root, &self.here);
        terminal.warn_of(&answers.problems, &places);
        if answers.read.is_empty() {
            return Ok((self.declared_only(&bare)?, Vec::new()));
        }
        let mut draft = Draft::default();
        let mut notes = Vec::new();
        for at in 0..files.len() {
            for owner in &answers.of(at).owners {
                draft.teams.add_handle(dialect.name, owner);
            }
        }
        draft.reason = format!("{} gives it no owner", dialect.summary);
        draft.sources.push(source(dialect, &answers));
        draft.compares = declared(&bare, &mut draft);
        self.import(draft, dialect, &tree, &files, &answers, &mut notes)
            .map(|text| (text, notes))
    }

    /// The map where there is no ownership file.
    fn declared_only(&self, repository: &ResolvedRepository) -> Result<String, Failure> {
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
    ) -> Result<String, Failure> {
        let proven = |draft: &Draft| {
            let (map, resolved) = self.resolve(&draft::write(draft))?;
            Ok::<_, Failure>(draft::prove(&map, &draft.teams, &resolved, answers))
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
                let line = |entry: &&dialects::Entry| {
                    let words = entry.place.words();
                    format!("{}: {words}", places.position(&entry.place))
                };
                draft.left_out = left_out.iter().map(line).collect();
                if proven(&draft)?.is_empty() {
                    told(notes);
                    return self.finish(draft);
                }
            }
            notes.push(
                "not all lines can be said in a map: it goes by folders and files".to_owned(),
            );
            draft.left_out.clear();
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
        Err(Failure::new(format!(
            "no map could be drafted that gives {path} its owners: {} by the ownership file, {} by the map",
            list(&first.wanted),
            list(&first.drafted),
        )))
    }

    /// The text, with what nobody owns.
    fn finish(&self, mut draft: Draft) -> Result<String, Failure> {
        let (map, resolved) = self.resolve(&draft::write(&draft))?;
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
        let is_owned: Vec<(&BStr, bool)> = files()
            .map(|(at, file)| (file.path, of(at).verdict != Verdict::Unowned))
            .collect();
        let owned = files().filter(|(at, _)| of(*at).verdict == Verdict::Owned);
        draft.owned = (owned.count(), resolved.listing.files.len());
        draft.unowned = draft::unowned(&is_owned, evidence.as_ref());
        if let Some(evidence) = &evidence {
            draft.commits = evidence.commits();
            for unowned in &draft.unowned {
                evidence.guesses(&unowned.path, &mut draft.guesses);
            }
        }
        Ok(draft::write(&draft))
    }

    /// The repository under a map of this text.
    fn resolve(&self, text: &str) -> Result<(Map, ResolvedRepository), Failure> {
        let vocabulary = vocabulary();
        let map = config::load_text(text, &self.root.join(MAP_NAME), &vocabulary.as_ref())
            .map_err(|MapError(faults)| Failure::Map(faults, self.root.clone()))?;
        let listing: Listing = list(&self.root, false).map_err(Failure::new)?;
        let today = today(self.global);
        let resolved = ResolvedRepository::new(&map, 0, self.root.clone(), listing, today);
        let resolved = resolved.map_err(|error| Failure::of_repository(error, &self.root))?;
        Ok((map, resolved))
    }
}

/// Adds the teams that components declare; whether there are any.
fn declared(repository: &ResolvedRepository, draft: &mut Draft) -> bool {
    let mut detectors: Vec<&str> = Vec::new();
    for (component, declarations) in repository.components.iter().zip(&repository.declarations) {
        if declarations.is_upstream {
            continue;
        }
        let voices = declarations.voices.iter();
        let owners = voices.filter(|voice| voice.standing == Standing::Owner);
        for name in owners.flat_map(|voice| &voice.names) {
            if name.is_template || name.is_person() || name.is_placeholder() {
                continue;
            }
            draft.teams.add_name(name);
            detectors.push(component.detector);
        }
    }
    detectors.sort_unstable();
    detectors.dedup();
    if !detectors.is_empty() {
        draft
            .sources
            .push(format!("what components declare: {}", detectors.join(", ")));
    }
    !detectors.is_empty()
}

/// What was imported.
fn source(dialect: &Dialect, answers: &Answers) -> String {
    let shown = match &answers.read[..] {
        [one] => one.to_str_lossy().into_owned(),
        several => format!("{} files", several.len()),
    };
    format!("{} ({})", printable(&shown), dialect.summary)
}
