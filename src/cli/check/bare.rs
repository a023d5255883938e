//! `check` where there is no map: lints the ownership file that is there.

use std::{collections::BTreeMap, path::PathBuf};

use bstr::BStr;

use super::{Plan, asked, finish, scope};
use crate::{
    checks::{self, Context, Scope, UNOWNED_PATH},
    cli::{
        Outcome,
        args::{CheckArguments, Global},
        failure::Failure,
        session::{Session, here, today, vocabulary},
        terminal::Terminal,
    },
    config::{self, MAP_NAME, Map, MapError, Settings, TeamId},
    dialects::{Answers, Dialect, Tree, governing, misplaced},
    draft::{self, DraftTeams},
    finding::{Finding, Help},
    inventory::{Listing, list, work_tree},
    lint::{Report, Selection},
    outputs::Places,
    resolution::{Coverage, ResolvedRepository, Verdict, is_upstream},
    text::{count, printable_bytes, quoted},
};

/// The checks that ask about files, and need no map for it.
const CHECKS: [&str; 6] = [
    "unowned-path",
    "unreadable-path",
    "oversized",
    "wrong-location",
    "losing-location",
    "misread-ownership-line",
];

/// A repository for which an ownership file speaks, and no map.
pub(super) struct Bare {
    here: PathBuf,
    root: PathBuf,
    listing: Listing,
    dialect: &'static Dialect,
}

impl Bare {
    /// The repository that the user is in, if it has an ownership file.
    pub fn find(arguments: &CheckArguments, global: &Global) -> Result<Option<Self>, Failure> {
        let here = here()?;
        let here = here.canonicalize().unwrap_or(here);
        // What was misspelt is better told as what it is.
        if !global.root.is_empty() || here.join("ownership.yml").is_file() {
            return Ok(None);
        }
        let root = work_tree(&here).unwrap_or_else(|| here.clone());
        let listing = list(&root, arguments.untracked).map_err(Failure::new)?;
        let tree = Tree::listed(listing.content(&".".into(), &root), &listing.files);
        let found = governing(&tree, &listing.files).into_iter().next();
        let Some(dialect) = found else {
            let foreign = |path: &BStr| is_upstream(path, &Settings::default());
            let on_disk = Tree::on_disk(root.clone());
            return match governing(&on_disk, &listing.files).first() {
                Some(dialect) => {
                    if let Some(answer) = dialect.answer {
                        Failure::of_unread(&answer(&on_disk, &[BStr::new("")]))?;
                    }
                    Err(Failure::new(format!(
                        "there is no `{MAP_NAME}`, and git does not track the file of {} that is there",
                        dialect.summary
                    ))
                    .help("`git add` it, or use --untracked"))
                }
                None => match misplaced(&tree, &listing.files, foreign).first() {
                    Some(file) => Err(Failure::new(format!(
                        "there is no `{MAP_NAME}`, and no forge looks for {}",
                        quoted(&file.path)
                    ))
                    .help(
                        "move it to `.github/CODEOWNERS` for GitHub, to `CODEOWNERS` for GitLab",
                    )),
                    None => Ok(None),
                },
            };
        };
        Ok(Some(Self {
            here,
            root,
            listing,
            dialect,
        }))
    }

    /// Lints it.
    pub fn check(
        self,
        mut plan: Plan<'_>,
        arguments: &CheckArguments,
        global: &Global,
        terminal: &Terminal,
    ) -> Outcome {
        plan.selection = selection(&plan.selection)?;
        let answers = self.answers();
        let name = match &answers.read[..] {
            [] => match answers.unread().next() {
                Some(problem) => printable_bytes(problem.place.path()),
                None => self.dialect.locations[0].to_owned(),
            },
            [one] => printable_bytes(one),
            several => format!("{} files", several.len()),
        };
        let summary = self.dialect.summary;
        terminal.note(&format!(
            "there is no `{MAP_NAME}`: checking {name} ({summary}); `ownlint init` makes a map of it"
        ));
        let mut teams = DraftTeams::default();
        for at in 0..answers.len() {
            for owner in &answers.of(at).owners {
                teams.add_handle(self.dialect.name, owner);
            }
        }
        let session = self.session(&teams, global)?;
        plan.spare(&session.map)?;
        let asked = asked(&session, &arguments.paths)?;
        let repositories =
            ResolvedRepository::new(&session.map, 0, self.root, self.listing, session.today)
                .map_err(|error| session.failure(error))?;
        let repositories = [repositories];
        let scope = scope(&session, asked, &repositories, terminal)?;
        let context = Context::new(&session.map, &repositories, session.today, &scope);
        // That one asks the map, which knows of nothing.
        let others = Selection {
            skip: [&plan.selection.skip[..], &[UNOWNED_PATH.name]].concat(),
            only: plan.selection.only.clone(),
        };
        let mut report = Report::of(&context, &others);
        let site = Site {
            repository: &repositories[0],
            answers: &answers,
            scope: &scope,
        };
        if plan.selection.holds(&UNOWNED_PATH) {
            report.findings.splice(0..0, site.unowned(&name));
        }
        for of in &mut report.repositories {
            of.coverage = site.coverage(&session.map, &teams);
        }
        let places = Places::new(&session.map, &repositories, &session.here);
        let everything = Site {
            scope: &Scope::All,
            ..site
        };
        let unowned = || everything.unowned(&name);
        plan.compare(&mut report, &scope, &unowned, terminal)?;
        finish(report, &places, &session, plan, arguments, terminal)
    }

    /// What the ownership files say of all files.
    fn answers(&self) -> Answers {
        let files = &self.listing.files;
        let tree = Tree::listed(self.listing.content(&".".into(), &self.root), files);
        let paths: Vec<&BStr> = files.iter().map(|file| file.path).collect();
        let answer = self.dialect.answer;
        answer.map_or_else(Answers::default, |answer| answer(&tree, &paths))
    }

    /// A map that knows the owners as teams, and says nothing of files.
    fn session(&self, teams: &DraftTeams, global: &Global) -> Result<Session, Failure> {
        let teams = teams.sorted().into_iter();
        let teams: Vec<String> = teams.map(|team| format!("\"{}\": {{}}", team.id)).collect();
        let text = format!(
            "{{version: 1, teams: {{{}}}, declarations: {{\"*\": ignore}}}}",
            teams.join(", ")
        );
        let vocabulary = vocabulary();
        let map = config::load_text(&text, &self.root.join(MAP_NAME), &vocabulary.as_ref())
            .map_err(|MapError(faults)| Failure::Map(faults, self.root.clone()))?;
        Ok(Session {
            map: map.into(),
            roots: vec![self.root.clone()],
            missing: Vec::new(),
            today: today(global),
            here: self.here.clone(),
        })
    }
}

/// Of the checks that the user selected, those that need no map.
fn selection(asked: &Selection) -> Result<Selection, Failure> {
    let here = CHECKS.iter().filter_map(|name| checks::by_name(name));
    let only: Vec<&'static str> = here
        .filter(|check| asked.holds(check))
        .map(|check| check.name)
        .collect();
    if only.is_empty() {
        let failure = Failure::new(format!(
            "there is no `{MAP_NAME}`: the checks that are selected need one"
        ));
        let names: Vec<String> = CHECKS.iter().map(quoted).collect();
        return Err(failure.help(format!(
            "`ownlint init` drafts one; without it there are {}",
            names.join(", ")
        )));
    }
    Ok(Selection {
        only: Some(only),
        skip: Vec::new(),
    })
}

/// What was asked about, and what the ownership files say of it.
struct Site<'s> {
    repository: &'s ResolvedRepository,
    answers: &'s Answers,
    scope: &'s Scope,
}

impl Site<'_> {
    /// The verdict on the file at a position: a line without owners exempts it.
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
            *coverage.files.entry(self.verdict(at)).or_default() += 1;
            let owners = self.answers.of(at).owners.iter();
            for team in owners.filter_map(|owner| ids.get(teams.of_handle(owner)?)) {
                *coverage.teams.entry(*team).or_default() += 1;
            }
        }
        coverage
    }

    fn unowned(&self, name: &str) -> Vec<Finding> {
        // What was not asked about keeps the directories around it from being told.
        let is_told = |at, path| self.verdict(at) == Verdict::Unowned && self.scope.holds(0, path);
        let files = self.repository.listing.files.iter().enumerate();
        let files: Vec<(&BStr, bool)> = files
            .map(|(at, file)| (file.path, !is_told(at, file.path)))
            .collect();
        let finding = |draft::Unowned { path, files, .. }: draft::Unowned| {
            let message = format!("{} has no owner ({})", quoted(&path), count(files, "file"));
            let help = format!(
                "give it an owner in {name}; a line without owners says that it needs none"
            );
            Finding {
                severity: UNOWNED_PATH.severity,
                path: Some(path.clone().into()),
                files: Some(files as u64),
                help: Some(Help::Say(help)),
                ..Finding::new(UNOWNED_PATH.name, self.repository.place(path), message)
            }
        };
        draft::unowned(&files, None)
            .into_iter()
            .map(finding)
            .collect()
    }
}
