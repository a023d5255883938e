mod triage;

use std::{ffi::OsString, path::PathBuf};

use clap::{
    ArgGroup, Args, Parser, Subcommand, ValueEnum,
    builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser},
};
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use jiff::civil::Date;

use super::{
    completions::{Shell, candidates},
    formats::Formats,
};
use crate::{
    dialects::{self, Dialect},
    inventory::State,
    outputs::map_schema::Draft,
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
        Reads an ownership.yaml that maps paths and components to teams. Reports paths \
        without an owner, conflicting claims, and declarations that differ from the map.",
    after_help = "\
Examples:
  ownlint check                                   lint all repositories listed in the map
  ownlint check fixtures/puppet -f compact        lint one directory, one line per finding
  ownlint who fixtures/puppet/modules/mariadb     show who owns a path and why
  ownlint who helm-chart:kask --format json       show who owns a component, as JSON
  ownlint route kafka                             find the teams to ask about a topic
  ownlint explain conflicting-owners              explain what a check finds and how to fix it
  ownlint report                                  show how much of each repository is owned

Exit codes: 0 success, 1 findings at or above --fail-on, 2 error.",
    infer_subcommands = false,
    propagate_version = true
)]
pub struct Cli {
    /// The global options.
    #[command(flatten)]
    pub global: Global,
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// The global options.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Path to the map [default: ownership.yaml, ownlint.yaml or .ownlint.yaml in the current directory or the
    /// nearest parent directory that has one]
    #[arg(long, value_name = "FILE", global = true, env = "OWNLINT_CONFIG")]
    pub config: Option<PathBuf>,
    /// Set the checkout directory of a repository listed in the map (NAME=DIR); can be repeated
    #[arg(long, value_name = "NAME=DIR", global = true, env = "OWNLINT_ROOT")]
    pub root: Vec<OsString>,
    /// When to use colors
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: ColorWhen,
    /// Print only the result, without the summary, progress, notes or warnings
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Use this date to decide whether exemptions and suppressions have expired [default: today]
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
    /// Returns the options for opening a workspace.
    pub(super) fn options(&self) -> Options {
        Options {
            map: self.config.clone(),
            roots: self.root.clone(),
            today: self.today,
            ..Options::default()
        }
    }
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint the repositories listed in the map
    #[command(after_help = "\
Examples:
  ownlint check
  ownlint check fixtures/puppet/modules fixtures/alerts
  ownlint check --format json > ownership.json
  ownlint check --format sarif --output ownership.sarif --format human
  ownlint check --root puppet=fixtures/puppet --fail-on warning
  ownlint check --untracked                       also check files that git does not track
  ownlint check --only unmatched-rule,unmatched-exemption
  ownlint check --baseline .ownlint-baseline --update-baseline
  ownlint check --baseline .ownlint-baseline      report findings that are not in the baseline
  ownlint check --staged                          report what the next commit introduces
  ownlint check --since origin/main               report what this branch introduces
  ownlint check --since auto                      report what a change introduces, in CI
  ownlint check --since HEAD^ --format gerrit --output review.json
  ownlint check --repository alerts               check one repository without the others

If the repository has a CODEOWNERS file:
  ownlint check --from gitlab                     read the file as GitLab does

The revision passed to --since must exist in the clone.
Exit codes: 0 success, 1 findings at or above --fail-on, 2 error.")]
    Check(CheckArguments),
    /// Show who owns a path or component and how to contact the owner, or what a team owns
    #[command(after_help = "Examples:
  ownlint who fixtures/puppet/modules/profile/manifests/kafka/broker.pp
  ownlint who fixtures/puppet/modules/mariadb/files/new.sql
  ownlint who helm-chart:kask puppet-role:kafka::main
  ownlint who traffic                             show a team, by any of its names
  git diff --name-only --diff-filter=d -z | ownlint who --stdin -0 --format json
  ownlint who --from github --file fixtures/puppet/vendor_modules/stdlib/CODEOWNERS lib/x.rb
  ownlint who --from github --file fixtures/puppet/vendor_modules/stdlib/CODEOWNERS lib/

Paths do not have to exist. For a missing path, `who` shows the owner that a new file would have. \
A new file in the
current directory is written ./NAME. Paths can also have these forms: REPOSITORY:PATH, PATH:LINE, \
PATH:LINE:COLUMN, PATH:LINE-LINE, PATH#L5-L9, PATH(LINE).
Exit codes: 0 success, even if a path has no owner; 2 error, even if only one target fails.")]
    Who(WhoArguments),
    /// Find the teams to ask about a topic
    #[command(after_help = "Examples:
  ownlint route kafka                             list the teams for kafka, best match first
  ownlint route MySQLDown                         find the owner of an alert
  ownlint route who do I ask about object storage
  ownlint route --emergency swift                 show emergency contacts first
  ownlint route backups --format json

If the words are the name of an alert, host, component, Kubernetes resource, image or dashboard, \
or a URL,
`route` shows its owner. The words are also matched against each team's areas, names, former \
names, aliases,
description and component names. If no team matches, `route` shows the organization's escalation \
contacts.")]
    Route(RouteArguments),
    /// Show which receivers an alert reaches, and its path through the notification routes
    #[command(after_help = "Examples:
  ownlint receivers MySQLDown                     show the receivers of an alert
  ownlint receivers data-persistence              show the receivers of a team's alerts
  ownlint receivers team=traffic severity=page    show the receivers of alerts with these labels
  ownlint receivers MySQLDown --label site=eqiad
  ownlint receivers                               show the receivers of all teams

A rule does not define every label that its alerts carry, so labels that are neither in the rule \
nor on the command
line are unknown, and receivers that depend on them are listed as possible. To exclude a label, \
pass an empty
value: `--label instance=`.")]
    Receivers(ReceiversArguments),
    /// List the teams and what they own
    #[command(after_help = "\
Examples:
  ownlint teams
  ownlint teams --format csv > teams.csv
  ownlint who data-persistence                    show one team and its contacts")]
    Teams(TeamsArguments),
    /// List the components with their owners and declarations
    #[command(after_help = "\
Examples:
  ownlint components
  ownlint components --kind helm-chart --state missing
  ownlint components --team traffic --team sre    list components of either team
  ownlint components --kind github-workflow       list a kind that is not listed by default
  ownlint components --all-kinds                  list all kinds
  ownlint components --group                      show one row for components deployed together
  ownlint components --format csv > components.csv")]
    Components(ComponentsArguments),
    /// Draft a map from the repository's ownership files and declarations
    #[command(after_help = "\
Examples:
  ownlint init                                    print the draft
  ownlint init --output draft.yaml                write the draft to a new file
  ownlint init --replace                          draft rules, to give up the ownership files
  ownlint init fixtures/puppet fixtures/alerts    draft one map of two repositories
  ownlint init --update                           show what is new since as a diff of the map
  ownlint init --update --write                   insert it into the map

If the repository has a GitLab CODEOWNERS file:
  ownlint init --from gitlab                      read the file as GitLab does

If the repository has ownership files, such as CODEOWNERS or OWNERS, the draft trusts these files instead of \
        repeating them.
Exit codes: 0 success, 2 error.")]
    Init(InitArguments),
    /// Show ownership coverage by repository, team, directory and component kind
    #[command(after_help = "\
Examples:
  ownlint report
  ownlint report --format markdown > ownership.md
  ownlint report --format prometheus --output ownlint.prom
  ownlint report --format csv --output ownership.csv")]
    Report(ReportArguments),
    /// Generate an ownership file, such as CODEOWNERS, from the map, and verify the owner of each file
    #[command(after_help = "Examples:
  ownlint generate markdown --repository puppet   print to standard output
  ownlint generate markdown --repository puppet --output OWNERSHIP.md
  ownlint generate backstage --repository alerts --check

If the map has a single repository and no conflicting claims, and every team that owns files has \
        a handle:
  ownlint generate github --output .github/CODEOWNERS
  ownlint generate github --check                 in CI: exit with 1 if the file would change
  ownlint generate gerrit --repository puppet --output fixtures/puppet

If the map lists generated files under `generate`:
  ownlint generate --all                          write all of them
  ownlint generate --all --check                  in CI: exit with 1 if one of them would change

Exit codes: 0 success, 1 --check found a difference, 2 error.")]
    Generate(GenerateArguments),
    /// Show which files and components a change moves from one team to another
    #[command(after_help = "\
Examples:
  ownlint diff main                               compare main with the work tree
  ownlint diff HEAD^ HEAD                         compare two revisions
  ownlint diff --staged                           compare HEAD with the staged files
  ownlint diff auto --format markdown             write a review comment, in CI

The revisions must exist in the clone.
Exit codes: 0 success, with or without changes; 2 error.")]
    Diff(DiffArguments),
    /// List the teams that owned the changed files before the change, or own them after it
    #[command(after_help = "\
Examples:
  ownlint reviewers --since origin/main --forge github
  ownlint reviewers --staged
  ownlint reviewers --since auto --format gerrit > reviewers.json
  ownlint reviewers fixtures/puppet/modules/varnish fixtures/alerts

The smallest set of teams that covers all changed files is listed first.
The revision passed to --since must exist in the clone.
Exit codes: 0 success, 2 error.")]
    Reviewers(ReviewersArguments),
    /// Install or remove git hooks that reject commits with new errors
    #[command(after_help = "\
Examples:
  ownlint hook install
  ownlint hook uninstall

For a map in another repository:
  ownlint hook install --config ../ownership/ownership.yaml --repository puppet

git runs the pre-commit hook before an ordinary commit. Before git commits a merge without
conflicts, it runs the pre-merge-commit hook instead.
Exit codes: 0 success, 2 error (no hook was written or removed).")]
    Hook(HookArguments),
    /// Explain what a check finds, why it matters and how to fix it
    #[command(after_help = "\
Examples:
  ownlint explain                                 list all checks
  ownlint explain unowned-path
  ownlint explain --format markdown > checks.md   print all checks in full")]
    Explain(ExplainArguments),
    /// Print the JSON Schema of the map, for editors and other programs
    #[command(after_help = "\
Examples:
  ownlint schema > ownership.schema.json          write the schema to a file
  ownlint schema --draft 2020-12                  use the newest draft of JSON Schema

Editors with the YAML language server complete and check a map that starts with this line:
  # yaml-language-server: $schema=ownership.schema.json")]
    Schema(SchemaArguments),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  ownlint completions bash > ownlint.bash         load it with `source ownlint.bash`
  ownlint completions zsh > _ownlint              move it to a directory in $fpath")]
    Completions(CompletionsArguments),
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Files and directories to check [default: everything that the map covers]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The repository to read.
    #[command(flatten)]
    pub only: OneRepository,
    /// The output formats, and the files that they are written to.
    #[command(flatten)]
    pub formats: Formats,
    /// Exit with 1 if there are findings of this severity or higher
    #[arg(
        long,
        value_name = "SEVERITY",
        default_value = "error",
        overrides_with = "fail_on"
    )]
    pub fail_on: FailOn,
    /// List only findings of this severity or higher in the human format, and count the others by check. The exit code and
    /// the other formats do not depend on it [default: warning; info with --only, --fail-on info, --staged or --since]
    #[arg(long, value_name = "SEVERITY", overrides_with = "min_severity")]
    pub min_severity: Option<MinSeverity>,
    /// List all findings, like --min-severity info
    #[arg(long, short, conflicts_with = "min_severity")]
    pub verbose: bool,
    /// Also check untracked files, unless git ignores them
    #[arg(long, conflicts_with = "staged")]
    pub untracked: bool,
    /// Read the ownership files in this dialect [default: detected from the files]
    #[arg(
        long,
        value_name = "DIALECT",
        value_parser = dialects_that(|it| it.answer.is_some())
    )]
    pub from: Option<String>,
    /// Read the paths of the changed files, separated by newlines or NUL bytes, from this file (`-` for standard
    /// input); the gerrit and zuul formats comment only on these files [default with --staged or --since: the changed
    /// files according to git]
    #[arg(long, value_name = "FILE|-")]
    pub changed_files: Option<PathBuf>,
    /// With --format gerrit: vote on this label (-1 if the findings fail the run, otherwise +1)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub gerrit_label: Option<String>,
    /// With --format gerrit: suggest fixes that can be applied in Gerrit. Gerrit 3.10 and later reject a review with
    /// suggested fixes, unless the server has the suggested-fixes experiment enabled
    #[arg(long)]
    pub gerrit_fixes: bool,
    /// Which findings are shown, and which fail the run.
    #[command(flatten)]
    pub triage: TriageOptions,
    /// The change to check.
    #[command(flatten)]
    pub change: ChangeArguments,
    /// With --staged or --since: also show pre-existing findings, which never fail the run. With `=files`, show them
    /// only in reports written to an --output FILE
    #[arg(
        long,
        requires = "change",
        overrides_with = "show_pre_existing",
        value_name = "WHERE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "everywhere"
    )]
    pub show_pre_existing: Option<ShowPreExisting>,
}

/// The formats that include pre-existing findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowPreExisting {
    /// All formats.
    Everywhere,
    /// Formats meant for files. Their reports are complete, so other programs can compare one report with another.
    Files,
}

/// The option that selects a repository.
#[derive(Debug, Args)]
pub struct OneRepository {
    /// Use only this repository from the map; the others need not be checked out
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(candidates::repositories))]
    pub repository: Option<String>,
}

impl OneRepository {
    /// Returns the options for opening a workspace.
    pub(super) fn options(&self, global: &Global) -> Options {
        Options {
            repository: self.repository.clone(),
            ..global.options()
        }
    }
}

/// Options that select a change.
#[derive(Debug, Args)]
pub struct ChangeArguments {
    /// Select the staged changes (the content of the next commit)
    #[arg(long, group = "change")]
    pub staged: bool,
    /// Select the changes since the merge base of REV and HEAD; `auto` detects the base in CI
    #[arg(long, value_name = "REV", group = "change")]
    pub since: Option<String>,
    /// With --since: compare with REV itself, not with the merge base
    #[arg(long, requires = "since")]
    pub no_merge_base: bool,
}

impl ChangeArguments {
    /// Returns the selected change; `None` if no change is selected.
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

/// The findings that make `check` exit with code 1.
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

/// The least severity of the findings that `check` lists in the human format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MinSeverity {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Info,
}

/// Arguments of `who`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("requested").args(["targets", "stdin"]).required(true))]
pub struct WhoArguments {
    /// Paths, components (kind:name) or teams (any name or alias; team:ID if a path has the same name)
    #[arg(value_name = "PATH|COMPONENT|TEAM", add = ArgValueCompleter::new(candidates::targets))]
    pub targets: Vec<OsString>,
    /// Read paths, components and teams from standard input, one per line
    #[arg(long)]
    pub stdin: bool,
    /// With --stdin: expect entries separated by NUL bytes instead of newlines
    #[arg(long, short = '0', requires = "stdin", conflicts_with = "targets")]
    pub null: bool,
    /// Read the owners from an existing ownership file, as its forge does, instead of from the map
    #[arg(
        long,
        value_name = "DIALECT",
        conflicts_with = "repository",
        value_parser = dialects_that(|it| it.answer.is_some())
    )]
    pub from: Option<String>,
    /// With --from: path to the ownership file, or to the root folder of a tree of OWNERS files [default: the path that
    /// the forge reads]
    #[arg(long, value_name = "FILE", requires = "from")]
    pub file: Option<PathBuf>,
    /// Do not use the git history to find possible owners of unowned paths
    #[arg(long, conflicts_with = "from")]
    pub no_history: bool,
    /// The repository to read.
    #[command(flatten)]
    pub only: OneRepository,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = WhoFormat::Human)]
    pub format: WhoFormat,
}

/// Returns a parser for the names of the dialects that satisfy `can`.
fn dialects_that(can: fn(&Dialect) -> bool) -> PossibleValuesParser {
    let all = dialects::ALL.iter().filter(|dialect| can(dialect));
    let values = all.map(|dialect| PossibleValue::new(dialect.name).help(dialect.summary));
    PossibleValuesParser::new(values)
}

/// Output formats of `who`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhoFormat {
    /// Human-readable, for the terminal.
    Human,
    /// With --from: one line per path, with the path, a tab and the space-separated owners. A space in an owner is
    /// written as `\u{20}`.
    Tsv,
    /// Machine-readable.
    Json,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
pub struct RouteArguments {
    /// Words that describe the topic
    #[arg(value_name = "WORDS", required_unless_present = "emergency")]
    pub words: Vec<String>,
    /// Show emergency contacts first
    #[arg(long)]
    pub emergency: bool,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = RouteFormat::Human)]
    pub format: RouteFormat,
}

/// Arguments of `receivers`.
#[derive(Debug, Args)]
pub struct ReceiversArguments {
    /// Names of alerts or teams, and labels (NAME=VALUE); all teams if omitted
    #[arg(value_name = "ALERT|TEAM|NAME=VALUE", add = ArgValueCandidates::new(candidates::teams))]
    pub subjects: Vec<String>,
    /// Add a label to the alerts; can be repeated
    #[arg(long = "label", short, value_name = "NAME=VALUE")]
    pub labels: Vec<String>,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = RouteFormat::Human)]
    pub format: RouteFormat,
}

/// The formats of `route` and `receivers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RouteFormat {
    /// Human-readable, for the terminal.
    Human,
    /// Machine-readable.
    Json,
}

/// Arguments of `teams`.
#[derive(Debug, Args)]
pub struct TeamsArguments {
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

/// Arguments of `components`.
#[derive(Debug, Args)]
pub struct ComponentsArguments {
    /// List only components of this kind; can be repeated
    #[arg(long, value_name = "KIND", add = ArgValueCandidates::new(candidates::kinds))]
    pub kind: Vec<String>,
    /// List components of all kinds, including those that never declare an owner, such as `github-workflow`
    #[arg(long, conflicts_with = "kind")]
    pub all_kinds: bool,
    /// Group the components by the application, release or root kustomization that deploys them
    #[arg(long)]
    pub group: bool,
    /// List only components of this team (any name or alias); can be repeated
    #[arg(long, value_name = "TEAM", add = ArgValueCandidates::new(candidates::teams))]
    pub team: Vec<String>,
    /// List only components with this declaration state; can be repeated
    #[arg(long, value_name = "STATE", help = states(), add = ArgValueCandidates::new(candidates::states))]
    pub state: Vec<String>,
    /// The repository whose components are listed.
    #[command(flatten)]
    pub only: OneRepository,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

fn states() -> String {
    let names = State::ALL.map(State::name).join(", ");
    format!("List only components with this declaration state ({names}); can be repeated")
}

/// The output formats of `teams` and `components`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// Human-readable, for the terminal.
    Table,
    /// Machine-readable.
    Json,
    /// For spreadsheets (RFC 4180; formulas are escaped).
    Csv,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// The repositories that the map lists [default: only the current repository, which contains the map]
    #[arg(value_name = "DIR")]
    pub directories: Vec<PathBuf>,
    /// The dialect of the ownership file [default: detected from the file]
    #[arg(long, value_name = "DIALECT", value_parser = dialects_that(|it| it.answer.is_some()))]
    pub from: Option<String>,
    /// Write rules that replace the ownership files, instead of a map that trusts these files
    #[arg(long)]
    pub replace: bool,
    /// Show what is new since the map was written, as a diff of the map: teams, aliases, handles and ownership files
    #[arg(long, conflicts_with_all = ["directories", "replace", "output", "force", "no_history"])]
    pub update: bool,
    /// Insert into the map what is new
    #[arg(long, requires = "update")]
    pub write: bool,
    /// Write to this file [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite an existing file, unless it belongs to another program
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Do not use the git history to suggest rules
    #[arg(long)]
    pub no_history: bool,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The repository to read.
    #[command(flatten)]
    pub only: OneRepository,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    /// Also count components by the Argo CD application, Flux resource, helmfile release or kustomization that
    /// deploys them
    #[arg(long)]
    pub group: bool,
    /// Write to this file, which is replaced atomically [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The formats of `report`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Bar charts, for the terminal.
    Human,
    /// Markdown tables, for a job summary or a web page.
    Markdown,
    /// For spreadsheets (RFC 4180; formulas are escaped).
    Csv,
    /// Machine-readable.
    Json,
    /// Prometheus text format, for node_exporter's textfile collector.
    Prometheus,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// Type of file to generate
    #[arg(
        value_name = "DIALECT",
        value_parser = dialects_that(|_| true),
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub dialect: Option<String>,
    /// Write all files that the map lists under `generate`; with --check, compare them
    #[arg(long, conflicts_with_all = ["output", "per_file_fallback", "keep_existing"])]
    pub all: bool,
    /// Generate the file for the repository with this name in the map; the others need not be checked out
    /// [default: the repository in the map, if there is only one]
    #[arg(long, short, value_name = "NAME", add = ArgValueCandidates::new(candidates::repositories))]
    pub repository: Option<String>,
    /// Write to this file, or to this directory if the dialect uses one file per folder [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Replace files that ownlint did not generate
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
    /// Do not write anything; print a diff and exit with 1 if the result differs from the file at --output
    /// or, by default, from the file that the forge reads
    #[arg(long)]
    pub check: bool,
    /// List files individually if the dialect's patterns cannot assign the right owners to them (not available for
    /// backstage and markdown)
    #[arg(long)]
    pub per_file_fallback: bool,
    /// For dialects with one file per folder: keep this folder's existing ownership file instead of generating one; can
    /// be repeated
    #[arg(long, value_name = "FOLDER")]
    pub keep_existing: Vec<String>,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("requested").args(["from", "staged"]).required(true))]
pub struct DiffArguments {
    /// Revision before the change; `auto` detects the base in CI
    #[arg(value_name = "REV")]
    pub from: Option<String>,
    /// Revision after the change [default: the work tree]
    #[arg(value_name = "REV")]
    pub to: Option<String>,
    /// Compare HEAD with the staged files
    #[arg(long)]
    pub staged: bool,
    /// The repository to read.
    #[command(flatten)]
    pub only: OneRepository,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
}

/// The formats of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Human-readable, for the terminal.
    Human,
    /// Machine-readable.
    Json,
    /// Markdown, for a review comment.
    Markdown,
}

/// Arguments of `reviewers`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("requested").args(["paths", "staged", "since"]).required(true))]
pub struct ReviewersArguments {
    /// Files and directories to treat as changed, instead of using --staged or --since
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The change to review.
    #[command(flatten)]
    pub change: ChangeArguments,
    /// Print each team's handle on this forge, as set in the map
    #[arg(long, value_name = "FORGE", value_parser = forges())]
    pub forge: Option<String>,
    /// The repository to read.
    #[command(flatten)]
    pub only: OneRepository,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "lines")]
    pub format: ReviewersFormat,
}

fn forges() -> PossibleValuesParser {
    let values = dialects::forges();
    PossibleValuesParser::new(
        values.map(|forge| PossibleValue::new(forge.handle_key).help(forge.name)),
    )
}

/// The formats of `reviewers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReviewersFormat {
    /// One team or handle per line.
    Lines,
    /// Machine-readable.
    Json,
    /// The part of a Gerrit ReviewInput that adds reviewers.
    Gerrit,
}

/// Arguments of `hook`.
#[derive(Debug, Args)]
pub struct HookArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: HookAction,
}

/// What to do with the hooks.
#[derive(Debug, Subcommand)]
pub enum HookAction {
    /// Install the pre-commit and pre-merge-commit hooks; never overwrite a hook that ownlint did not install
    #[command(after_help = "\
Examples:
  ownlint hook install
  ownlint hook install --config ../ownership/ownership.yaml --repository puppet

The hooks run `ownlint check --staged` with the given --config, --root and --repository.
Exit codes: 0 success, 2 error (no hook was written).")]
    Install(InstallArguments),
    /// Remove the hooks that ownlint installed
    #[command(after_help = "\
Examples:
  ownlint hook uninstall

Exit codes: 0 success, 2 error.")]
    Uninstall,
}

/// Arguments of `hook install`.
#[derive(Debug, Args)]
pub struct InstallArguments {
    /// The repository that the hooks check.
    #[command(flatten)]
    pub only: OneRepository,
    /// Install the hooks even if the hooks directory is outside the repository, for example because of a global
    /// core.hooksPath
    #[arg(long)]
    pub shared: bool,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Name of a check [default: list all checks]
    #[arg(value_name = "CHECK", add = ArgValueCandidates::new(candidates::checks))]
    pub check: Option<String>,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = ExplainFormat::Human)]
    pub format: ExplainFormat,
}

/// The formats of `explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// Human-readable, for the terminal; without a check name, lists all checks.
    Human,
    /// Markdown; without a check name, prints all checks in full.
    Markdown,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// The draft of JSON Schema
    #[arg(long, value_name = "DRAFT", default_value = "07")]
    pub draft: Draft,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}
