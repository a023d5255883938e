mod triage;

use std::{ffi::OsString, path::PathBuf};

use clap::{
    ArgGroup, Args, Parser, Subcommand, ValueEnum,
    builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser},
};
use jiff::civil::Date;

use super::formats::Formats;
use crate::{
    dialects::{self, Dialect},
    inventory::State,
    workspace::{ChangeQuestion, Options},
};

pub use triage::TriageOptions;

/// The ownership linter for infrastructure repositories.
#[derive(Debug, Parser)]
#[command(
    name = "ownlint",
    version,
    about,
    long_about = "The ownership linter for infrastructure repositories.\n\n\
        Reads one ownership.yaml (teams, components, glob rules), maps paths and components to \
        owning teams, and tells what is unowned, what conflicts, and what says something else \
        than the map.",
    after_help = "\
Examples:
  ownlint check                                   lint what the map covers
  ownlint check modules/kafka --format compact    one directory, one line a finding
  ownlint who modules/kafka/files/x.sql           who owns this, and why
  ownlint who helm-chart:kask --format json       the same of a component, for a program
  ownlint route kafka                             who to ask about something
  ownlint explain conflicting-owners              what a check means and how to fix it
  ownlint generate github                         the CODEOWNERS that the map comes to

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run.",
    infer_subcommands = false,
    propagate_version = true
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The map [default: ownership.yaml here or in a directory above]
    #[arg(long, value_name = "FILE", global = true, env = "OWNLINT_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where a repository of the map is checked out; may be given several times
    #[arg(long, value_name = "NAME=DIR", global = true)]
    pub root: Vec<OsString>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: ColorWhen,
    /// Only what was asked for: no summary, no progress, no notes
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// The day on which exemptions are judged [default: today]
    #[arg(
        long,
        value_name = "DATE",
        global = true,
        env = "OWNLINT_TODAY",
        hide = true
    )]
    pub today: Option<Date>,
}

impl Global {
    /// How to open a workspace.
    pub(super) fn options(&self) -> Options {
        Options {
            map: self.config.clone(),
            roots: self.root.clone(),
            today: self.today,
            ..Options::default()
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint the repositories of the map
    #[command(after_help = "\
Examples:
  ownlint check
  ownlint check modules/kafka hieradata/role/common/kafka
  ownlint check --format json > ownership.json
  ownlint check --format sarif --output ownership.sarif --format human
  ownlint check --since HEAD^ --format gerrit --output review.json
  ownlint check --root puppet=../puppet --fail-on warning
  ownlint check --untracked                       with files that git does not know yet
  ownlint check --only unmatched-rule,unmatched-exemption
  ownlint check --baseline known.json             only what is new; --update-baseline writes it
  ownlint check --staged                          what the next commit introduces
  ownlint check --since origin/main               what this branch introduces
  ownlint check --since auto                      the same in CI

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run.")]
    Check(CheckArguments),
    /// Say who owns a path or component, why, and how to reach them; or what a team owns
    #[command(after_help = "\
Examples:
  ownlint who modules/kafka/manifests/broker.pp
  ownlint who modules/kafka/files/new.sql         also for a file that does not exist yet
  ownlint who helm-chart:kask puppet-role:kafka::broker
  ownlint who traffic                             a team, by any of its names
  git diff --name-only -z | ownlint who --stdin -0 --format json
  ownlint who --from github src/main.rs           what GitHub would say by its CODEOWNERS

Exit codes: 0 answered, whoever owns it; 2 could not run, or could not answer all.")]
    Who(WhoArguments),
    /// Say which teams to ask about something
    #[command(after_help = "\
Examples:
  ownlint route kafka                             every team that looks after it, best first
  ownlint route who do I ask about object storage
  ownlint route --emergency swift                 who to page, first of all
  ownlint route backups --format json

Words are looked for in the areas, names (former ones too), aliases and descriptions of teams and
in the names of the components they own. If nobody matches, the answer is whom the organisation
says to ask.")]
    Route(RouteArguments),
    /// List the teams and what they own
    #[command(after_help = "\
Examples:
  ownlint teams
  ownlint teams --format csv > teams.csv
  ownlint who data-persistence                    one team, with how to reach it")]
    Teams(TeamsArguments),
    /// List the components, their owners and what they declare
    #[command(after_help = "\
Examples:
  ownlint components
  ownlint components --kind helm-chart --state missing
  ownlint components --team traffic --team sre    of any of these teams
  ownlint components --format csv > components.csv")]
    Components(ComponentsArguments),
    /// Draft a first map from ownership files and declarations that are there
    #[command(after_help = "\
Examples:
  ownlint init                                    to standard output
  ownlint init --output ownership.yaml            only if there is none yet
  ownlint init --from gitlab                      by the rules of this forge

Exit codes: 0 drafted and proven, 2 could not be drafted or written.")]
    Init(InitArguments),
    /// Say how much is owned, by repository, team, directory and kind of component
    #[command(after_help = "\
Examples:
  ownlint report
  ownlint report --format markdown >> \"$GITHUB_STEP_SUMMARY\"
  ownlint report --format prometheus --output /var/lib/node_exporter/ownlint.prom
  ownlint report --format csv --output ownership.csv")]
    Report(ReportArguments),
    /// Write the ownership file of a forge from the map, proven file by file
    #[command(after_help = "\
Examples:
  ownlint generate github                         to standard output
  ownlint generate github --output .github/CODEOWNERS
  ownlint generate github --check                 for CI: 1 with a diff if it would change
  ownlint generate gerrit --repository puppet --output ../puppet
  ownlint generate markdown --output OWNERSHIP.md

Exit codes: 0 written or up to date, 1 --check found a difference, 2 could not be written.")]
    Generate(GenerateArguments),
    /// Say what a change hands from one team to another
    #[command(after_help = "\
Examples:
  ownlint diff main                               from main to what is there now
  ownlint diff HEAD~5 HEAD                        between two revisions
  ownlint diff --staged                           what the next commit does
  ownlint diff auto --format markdown             for a review comment, in CI

Exit codes: 0 told, whatever it is; 2 could not run.")]
    Diff(DiffArguments),
    /// Say which teams own what a change touches, before and after
    #[command(after_help = "\
Examples:
  ownlint reviewers --since origin/main --forge github
  ownlint reviewers --staged
  ownlint reviewers --since auto --format gerrit > reviewers.json
  ownlint reviewers modules/kafka charts/kask

The smallest set of teams that between them own everything comes first.
Exit codes: 0 answered, 2 could not run.")]
    Reviewers(ReviewersArguments),
    /// Say what a check finds, why it matters and how to mend it
    #[command(after_help = "\
Examples:
  ownlint explain                                 all checks, a line each
  ownlint explain unowned-path
  ownlint explain --format markdown > checks.md   all checks in full")]
    Explain(ExplainArguments),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  ownlint completions bash > /etc/bash_completion.d/ownlint
  ownlint completions zsh > ~/.zfunc/_ownlint")]
    Completions(CompletionsArguments),
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Files and directories to report on [default: everything]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to write the result, and where.
    #[command(flatten)]
    pub formats: Formats,
    /// Exit with 1 for findings of this severity or above
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
    /// Include files that are new to git and not ignored
    #[arg(long, conflicts_with = "staged")]
    pub untracked: bool,
    /// The files that the change under review touches, one a line or each ended by a NUL byte (`-` for
    /// standard input): the formats gerrit and zuul comment on no others [default: with --staged or
    /// --since, what git says]
    #[arg(long, value_name = "FILE|-")]
    pub changed_files: Option<PathBuf>,
    /// With --format gerrit: vote on this label, -1 if the findings fail the run, else +1; errors are
    /// then unresolved
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub gerrit_label: Option<String>,
    /// Which findings are told, and which are no reason to fail.
    #[command(flatten)]
    pub living: TriageOptions,
    /// What to judge
    #[command(flatten)]
    pub change: ChangeArguments,
    /// With --staged or --since: show old findings too; they never fail the run
    #[arg(long, requires = "change")]
    pub show_pre_existing: bool,
}

/// Which change a command is about.
#[derive(Debug, Args)]
pub struct ChangeArguments {
    /// Judge what is staged: what the next commit introduces
    #[arg(long, group = "change")]
    pub staged: bool,
    /// Judge what came since REV and HEAD parted; `auto` finds the base of a change in CI
    #[arg(long, value_name = "REV", group = "change")]
    pub since: Option<String>,
    /// With --since: since REV itself
    #[arg(long, requires = "since")]
    pub no_merge_base: bool,
}

impl ChangeArguments {
    /// The change that the options name. `None` without such an option.
    pub(super) fn question(&self) -> Option<ChangeQuestion> {
        if self.staged {
            return Some(ChangeQuestion::Staged);
        }
        let revision = self.since.clone()?;
        Some(match self.no_merge_base {
            true => ChangeQuestion::From(revision),
            false => ChangeQuestion::Since(revision),
        })
    }
}

/// What makes `check` exit with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Info,
    /// No finding.
    Never,
}

/// Arguments of `who`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("asked").args(["targets", "stdin"]).required(true))]
pub struct WhoArguments {
    /// Paths, components as kind:name, or teams by any name (team:ID where a path has that name too)
    #[arg(value_name = "PATH|COMPONENT|TEAM")]
    pub targets: Vec<OsString>,
    /// Read them from standard input, one a line
    #[arg(long)]
    pub stdin: bool,
    /// With --stdin: a NUL byte ends each
    #[arg(long, short = '0', requires = "stdin", conflicts_with = "targets")]
    pub null: bool,
    /// Answer by an existing ownership file with the forge's own rules; no map is needed
    #[arg(long, value_name = "DIALECT", value_parser = dialects_that(|it| it.answer.is_some()))]
    pub from: Option<String>,
    /// With --from: the file, or the root of a tree of them [default: where the forge looks]
    #[arg(long, value_name = "FILE", requires = "from")]
    pub file: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = WhoFormat::Human)]
    pub format: WhoFormat,
}

/// The names of dialects that `can` do what they are to be for.
fn dialects_that(can: fn(&Dialect) -> bool) -> PossibleValuesParser {
    let all = dialects::ALL.iter().filter(|dialect| can(dialect));
    let values = all.map(|dialect| PossibleValue::new(dialect.name).help(dialect.summary));
    PossibleValuesParser::new(values)
}

/// How `who` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhoFormat {
    /// For a person at a terminal.
    Human,
    /// With --from: path, tab, owners; one line a path.
    Tsv,
    /// For programs.
    Json,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
pub struct RouteArguments {
    /// What it is about, in any words
    #[arg(value_name = "WORDS", required_unless_present = "emergency")]
    pub words: Vec<String>,
    /// Put what is for emergencies first
    #[arg(long)]
    pub emergency: bool,
    /// How to write the answer
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = RouteFormat::Human)]
    pub format: RouteFormat,
}

/// How `route` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RouteFormat {
    /// For a person at a terminal.
    Human,
    /// For programs.
    Json,
}

/// Arguments of `teams`.
#[derive(Debug, Args)]
pub struct TeamsArguments {
    /// How to write the list
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

/// Arguments of `components`.
#[derive(Debug, Args)]
pub struct ComponentsArguments {
    /// Only components of this kind; may be given several times
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// Only components of this team, by any of its names; may be given several times
    #[arg(long, value_name = "TEAM")]
    pub team: Vec<String>,
    /// Only components whose declaration is in this state; may be given several times
    #[arg(long, value_name = "STATE", help = states())]
    pub state: Vec<String>,
    /// Only components of this repository of the map
    #[arg(long, value_name = "REPOSITORY")]
    pub repository: Option<String>,
    /// How to write the list
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

fn states() -> String {
    let names = State::ALL.map(State::name).join(", ");
    format!(
        "Only components whose declaration is in this state ({names}); may be given several times"
    )
}

/// How lists are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For a person at a terminal.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets (RFC 4180; no cell is a formula).
    Csv,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// What the ownership file is to be read as [default: what it looks like]
    #[arg(long, value_name = "DIALECT", value_parser = dialects_that(|it| it.answer.is_some()))]
    pub from: Option<String>,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// How to write the report
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    /// The file to write, as a whole or not at all [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How `report` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Bars, for a person at a terminal.
    Human,
    /// Tables, for a page or a job summary.
    Markdown,
    /// For spreadsheets (RFC 4180; no cell is a formula).
    Csv,
    /// For programs.
    Json,
    /// Text exposition, for the textfile collector of node_exporter.
    Prometheus,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// What to write
    #[arg(value_name = "DIALECT", value_parser = dialects_that(|_| true))]
    pub dialect: String,
    /// For which repository of the map [default: the only one]
    #[arg(long, short, value_name = "NAME")]
    pub repository: Option<String>,
    /// The file to write or, for files in many folders, the directory [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Write nothing; exit with 1 and a diff if what is there differs: at --output or, without it, where
    /// the forge looks
    #[arg(long)]
    pub check: bool,
    /// Name files one by one where the dialect can't say it otherwise (not for backstage and markdown)
    #[arg(long)]
    pub per_file_fallback: bool,
    /// With files in many folders: leave a folder to an ownership file in it that somebody else wrote;
    /// may be given several times
    #[arg(long, value_name = "FOLDER")]
    pub keep_existing: Vec<String>,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("asked").args(["from", "staged"]).required(true))]
pub struct DiffArguments {
    /// From this revision; `auto` finds the base of a change in CI
    #[arg(value_name = "REV")]
    pub from: Option<String>,
    /// To this one [default: what is there now]
    #[arg(value_name = "REV")]
    pub to: Option<String>,
    /// From HEAD to what is staged
    #[arg(long)]
    pub staged: bool,
    /// How to write it
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
}

/// How `diff` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For a person at a terminal.
    Human,
    /// For programs.
    Json,
    /// For a review comment.
    Markdown,
}

/// Arguments of `reviewers`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("asked").args(["paths", "staged", "since"]).required(true))]
pub struct ReviewersArguments {
    /// Files and directories; or else --staged or --since says which change
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Which change
    #[command(flatten)]
    pub change: ChangeArguments,
    /// Name teams as this forge does, by the handles of the map
    #[arg(long, value_name = "FORGE", value_parser = forges())]
    pub forge: Option<String>,
    /// How to write it
    #[arg(long, short, value_name = "FORMAT", default_value = "lines")]
    pub format: ReviewersFormat,
}

fn forges() -> PossibleValuesParser {
    let values = dialects::forges();
    PossibleValuesParser::new(
        values.map(|forge| PossibleValue::new(forge.handle_key).help(forge.name)),
    )
}

/// How `reviewers` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReviewersFormat {
    /// One team or handle a line.
    Lines,
    /// For programs.
    Json,
    /// The part of a Gerrit ReviewInput that adds reviewers.
    Gerrit,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Name of a check [default: list all]
    #[arg(value_name = "CHECK")]
    pub check: Option<String>,
    /// How to write it
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = ExplainFormat::Human)]
    pub format: ExplainFormat,
}

/// How checks are explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For a person at a terminal; all checks as a list.
    Human,
    /// For a page; all checks in full.
    Markdown,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
