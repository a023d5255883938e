//! `check` without a map: checks the ownership file of a forge.

use std::{collections::BTreeMap, path::Path};

use bstr::{BStr, ByteSlice as _};

use super::{CheckRequest, Checked, Error, Options, Workspace, map_file};
use crate::{
    advice::Advice,
    checks::{self, Check, Context, Scope, UnownedFiles},
    config::{Map, Settings, TeamId},
    dialects::{self, Answers, Dialect, Tree, by_authority, governing, misplaced, uncounted},
    draft::DraftTeams,
    finding::Finding,
    git::work_tree,
    inventory::{Listing, Subtree, detectors, list, list_in},
    lint::{Report, Selection},
    resolution::{Coverage, ResolvedRepository, Verdict, is_vendored},
    snapshot::Snapshot,
    text::{count, joined, printable_bytes, quoted, quoted_path},
};

/// A repository with an ownership file and without a map.
#[derive(Debug)]
pub struct Standalone {
    /// A workspace with a map that has the owners as teams, and no rules.
    pub(crate) workspace: Workspace,
    dialect: &'static Dialect,
    /// The dialects of other ownership files, which are not read.
    others: Vec<&'static Dialect>,
    /// The dialects of ownership files in a few directories, which do not count.
    uncounted: Vec<&'static Dialect>,
    /// Why the file counts as one of this dialect, unless that is obvious.
    reason: Option<String>,
    /// The owners of all files in the ownership files.
    answers: Answers,
    teams: DraftTeams,
}

impl Standalone {
    /// Opens the repository that contains the current directory, if it has an ownership file.
    pub(super) fn find(options: &Options) -> Result<Option<Self>, Error> {
        let here = options.real_here()?;
        // A misspelled map gets its own error message.
        if !options.roots.is_empty() || map_file::misspelled(&here).is_some() {
            return Ok(None);
        }
        let root = work_tree(&here).unwrap_or_else(|| here.clone());
        let listing = list(&root, options.untracked).map_err(Error::new)?;
        let tree = Tree::listed(listing.content(&".".into(), &root), &listing.files);
        let from = options.dialect;
        let found = by_authority(&tree, &listing.files, from, None);
        let [dialect, others @ ..] = &found[..] else {
            return Self::require_none(&root, &listing, &tree, from).map(|()| None);
        };
        let dialect = *dialect;
        let uncounted = uncounted(&tree, &listing.files, &Settings::default());
        let answers = answers(dialect, &tree, &listing);
        let is_detected = from.is_none();
        let reason = answers.read.first().filter(|_| is_detected);
        let reason = reason.and_then(|path| dialects::reason(dialect, &tree, path.to_str().ok()?));
        let mut teams = DraftTeams::default();
        teams.add_owners(
            dialect,
            (0..answers.len()).flat_map(|at| &answers.of(at).owners),
        );
        let ids = teams.sorted().into_iter().map(|team| team.id.clone());
        let map = Map::of_teams(root.clone(), ids, &detectors::names());
        let mut workspace = Workspace::of_map(map.into(), vec![root], here, options.today());
        workspace.dialect = from;
        workspace.resolve_with(listing)?;
        Ok(Some(Self {
            workspace,
            dialect,
            others: others.to_vec(),
            uncounted,
            reason,
            answers,
            teams,
        }))
    }

    /// Returns a workspace for a repository with ownership files and without a map in a snapshot: everybody whom the files
    /// name owns what they say. `None` if there is a map, or no such file.
    pub(super) fn workspace_at(
        options: &Options,
        snapshot: &Snapshot,
        root: &Path,
    ) -> Result<Option<Workspace>, Error> {
        let here = options.real_here()?;
        let has_map = options.find_map_in(snapshot)?.is_some() || options.find_map()?.is_some();
        let is_other = options.repository.is_some() || !options.roots.is_empty();
        if has_map || is_other || map_file::misspelled(&here).is_some() {
            return Ok(None);
        }
        let listing = list_in(snapshot, root, options.untracked).map_err(Error::new)?;
        let tree = Tree::listed(listing.content(&".".into(), root), &listing.files);
        let found = by_authority(&tree, &listing.files, options.dialect, None);
        Ok(found.first().map(|dialect| {
            let root = root.to_path_buf();
            let map = Map::of_ownership_files(root.clone(), dialect.name, &detectors::names());
            let mut workspace = Workspace::of_map(map.into(), vec![root], here, options.today());
            workspace.snapshot = snapshot.clone();
            workspace.untracked = options.untracked;
            workspace.dialect = options.dialect;
            workspace
        }))
    }

    /// Fails if a file looks like an ownership file that no forge would read, or if the files of the dialect `from` are
    /// missing.
    fn require_none(
        root: &Path,
        listing: &Listing,
        tree: &Tree<'_>,
        from: Option<&'static Dialect>,
    ) -> Result<(), Error> {
        let foreign = |path: &BStr| is_vendored(path, &Settings::default());
        let on_disk = Tree::on_disk(listing.content(&".".into(), root));
        if let Some(dialect) = governing(&on_disk, &listing.files, from, None).first() {
            if let Some(answer) = dialect.answer {
                Error::of_unusable(&answer(&on_disk, &[BStr::new("")]))?;
            }
            return Err(Error::new(format!(
                "{}, and git does not track the existing ownership file ({})",
                map_file::absence(root),
                dialect.summary
            ))
            .help("run `git add` on it, or use `--untracked`"));
        }
        if let Some(dialect) = from {
            return Err(Error::no_file(dialect, &quoted_path(root)));
        }
        match misplaced(tree, &listing.files, foreign).first() {
            Some(file) => Err(Error::new(format!(
                "{}, and {} is not a file that any forge reads",
                map_file::absence(root),
                quoted(&file.path)
            ))
            .help(file.help())),
            None => Ok(()),
        }
    }

    /// Checks the ownership file.
    ///
    /// # Errors
    /// If a path of the request does not exist, or all selected checks need a map.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        let workspace = &self.workspace;
        let absence = map_file::absence(&workspace.here);
        let selection = selection(&request.selection, &absence)?;
        let name = self.name();
        let summary = self.dialect.summary;
        workspace.notices.note(format!(
            "{absence}: checking {name} ({summary}); run `ownlint init` to draft a map from \
                it"
        ));
        if let Some(reason) = &self.reason {
            workspace.notices.note(reason);
        }
        for other in &self.others {
            workspace.notices.note(format!(
                "the repository also has ownership files that are not read for owners ({}); to check them instead, use \
                 `--from {}`",
                other.summary, other.name
            ));
        }
        for other in &self.uncounted {
            workspace.notices.note(format!(
                "only a few directories have ownership files of another kind, so these do not count ({}); to check them \
                 instead, use `--from {}`",
                other.summary, other.name
            ));
        }
        let unowned = checks::reporting(Verdict::Unowned);
        let report = |context: &Context<'_>| {
            // This check would use the map, which has no rules.
            let mut others = selection.clone();
            others.skip.extend(unowned.map(|check| check.name));
            let mut report = Report::of(context, &others);
            let site = self.site(context, context.scope);
            if let Some(check) = unowned.filter(|check| selection.holds(check)) {
                report.findings.splice(0..0, site.unowned(check, &name));
            }
            for of in &mut report.repositories {
                of.coverage = site.coverage(&workspace.map, &self.teams);
            }
            Ok(report)
        };
        let unowned_anywhere = |context: &Context<'_>| {
            let everything = self.site(context, &Scope::All);
            unowned.map_or(Vec::new(), |check| everything.unowned(check, &name))
        };
        workspace.checked(request, &selection, report, unowned_anywhere)
    }

    fn site<'s, 'c>(&'s self, context: &'s Context<'c>, scope: &'s Scope) -> Site<'s, 'c> {
        Site {
            context,
            repository: &context.repositories[0],
            answers: &self.answers,
            scope,
            dialect: self.dialect,
        }
    }

    /// Returns the name of the ownership files in messages.
    fn name(&self) -> String {
        match &self.answers.read[..] {
            [] => match self.answers.unusable().next() {
                Some(problem) => printable_bytes(problem.place.path()),
                None => self.dialect.locations[0].to_owned(),
            },
            [one] => printable_bytes(one),
            several => format!("{} files", several.len()),
        }
    }
}

/// Returns the owners of all files in the ownership files of a dialect.
fn answers(dialect: &Dialect, tree: &Tree<'_>, listing: &Listing) -> Answers {
    let paths: Vec<&BStr> = listing.files.iter().map(|file| file.path).collect();
    let answer = dialect.answer;
    answer.map_or_else(Answers::default, |answer| answer(tree, &paths))
}

impl Workspace {
    /// Opens the map of the options, or else the ownership files of the repository around the current directory.
    ///
    /// # Errors
    /// If there is neither, the map has errors, or one of its repositories has no checkout.
    pub(crate) fn open_or_standalone(options: &Options) -> Result<Self, Error> {
        let root = work_tree(&options.real_here()?);
        let standalone =
            root.map(|root| Standalone::workspace_at(options, &Snapshot::default(), &root));
        match standalone.transpose()?.flatten() {
            Some(workspace) => Ok(workspace),
            None => Self::open(options),
        }
    }

    /// If there is no map, notes that the ownership files are used instead. `what` says for what.
    pub(super) fn note_standalone(&self, what: &str) {
        if self.map.is_standalone {
            let dialects = joined(self.map.repositories[0].trusted_dialects(), " and ");
            self.notices.note(format!(
                "{}: {what} the {dialects} files; run `ownlint init` to draft a map from them",
                map_file::absence(&self.here)
            ));
        }
    }
}

/// Returns the selected checks that need no map. `absence` says that there is none.
pub(super) fn selection(requested: &Selection, absence: &str) -> Result<Selection, Error> {
    let usable = || checks::ALL.iter().filter(|it| !it.properties.needs_map);
    let only = usable().filter(|check| requested.holds(check));
    let only: Vec<&'static str> = only.map(|check| check.name).collect();
    if only.is_empty() {
        let error = Error::new(format!("{absence}, but all selected checks need a map"));
        let names: Vec<String> = usable().map(|check| quoted(check.name)).collect();
        return Err(error.help(format!(
            "run `ownlint init` to draft a map, or select checks that need no map: {}",
            names.join(", ")
        )));
    }
    Ok(Selection {
        only: Some(only),
        skip: Vec::new(),
    })
}

/// Returns the help for a path without an owner in ownership files with this name.
fn unowned_help(dialect: &Dialect, name: &str) -> String {
    let or_none = match dialect.has_exempting_lines {
        true => ", or a line without owners if the path needs no owner",
        false => "",
    };
    format!("in {name}, add a line that assigns an owner to the path{or_none}")
}

/// Replaces the advice on paths without an owner, which is about the map, if there is none.
pub(super) fn advise_without_map(map: &Map, findings: &mut [Finding]) {
    let trusted = map.repositories.iter().flat_map(|it| it.trusted_dialects());
    let dialects: Vec<&Dialect> = trusted.filter_map(dialects::by_name).collect();
    let unowned = checks::reporting(Verdict::Unowned);
    for finding in findings.iter_mut().filter(|_| map.is_standalone) {
        if unowned.is_some_and(|check| check.name == finding.check) {
            let helps = dialects.iter();
            let helps =
                helps.map(|dialect| unowned_help(dialect, &format!("the {} files", dialect.name)));
            finding.advice = helps.map(Advice::in_words).collect();
        }
    }
}

/// The requested files, and their owners in the ownership files.
struct Site<'s, 'c> {
    context: &'s Context<'c>,
    repository: &'s ResolvedRepository,
    answers: &'s Answers,
    scope: &'s Scope,
    dialect: &'static Dialect,
}

impl Site<'_, '_> {
    /// Returns the verdict on the file at a position. A line without owners exempts it, and so does an exclusion.
    fn verdict(&self, at: usize) -> Verdict {
        let answer = self.answers.of(at);
        match (answer.owners.is_empty(), answer.rules.is_empty()) {
            (false, _) => Verdict::Owned,
            (true, false) => Verdict::Exempt,
            (true, true) => Verdict::Unowned,
        }
    }

    fn coverage(&self, map: &Map, teams: &DraftTeams) -> Coverage {
        let all = map.teams.iter();
        let ids: BTreeMap<&str, TeamId> = all.map(|(id, _)| (map.teams.name(id), id)).collect();
        let mut coverage = Coverage::default();
        for (at, file) in self.repository.listing.files.iter().enumerate() {
            if !self.scope.holds(0, file.path) {
                continue;
            }
            coverage.files.add(self.verdict(at), 1);
            let owners = self.answers.of(at).owners.iter();
            for team in owners.filter_map(|owner| ids.get(teams.of_handle(owner)?)) {
                *coverage.teams.entry(*team).or_default() += 1;
            }
        }
        coverage
    }

    fn unowned(&self, check: &Check, name: &str) -> Vec<Finding> {
        let files = &self.repository.listing.files;
        // A directory is reported only if all of its files are requested. Files for which a program fails have a finding
        // about the cause.
        let is_unowned = |at| {
            self.verdict(at) == Verdict::Unowned && !self.context.is_baseline(0, files.get(at).path)
        };
        let is_reported = |at| {
            is_unowned(at)
                && self.answers.of(at).failure.is_none()
                && self.scope.holds(0, files.get(at).path)
        };
        let finding = |Subtree { path, files }: Subtree<'_>| {
            let number = count(files.len(), "file");
            let message = format!("{} has no owner ({number})", quoted(path));
            let help = unowned_help(self.dialect, name);
            Finding {
                severity: check.severity,
                path: Some(path.to_owned()),
                files: Some(files.len() as u64),
                advice: vec![Advice::in_words(help)],
                ..Finding::new(check.name, self.repository.place(path), message)
            }
        };
        let subtrees = files.subtrees(is_reported).into_iter();
        let unowned = UnownedFiles {
            repository: self.repository,
            is_unowned,
        };
        unowned.roll_up(subtrees.map(finding).collect(), |_, replaced| {
            replaced[0].clone()
        })
    }
}
