//! The JSON of `check`, version 1. Keys are added, but never changed or removed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Host, Job, Output, path_text};
use crate::{
    advice::{Advice, Change, NewTarget},
    config::Teams,
    coverage::RepositoryCoverage,
    finding::{Finding, Severity},
    lint::{BaselineEntry, ChangeReport, NotChecked, Report},
    resolution::{KindCoverage, VerdictCounts},
    text::{Place, printable_bytes, steers},
};

pub(super) const OUTPUT: Output = Output {
    name: "json",
    help: "complete results, machine-readable (format version 1)",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let report = job.report;
    let baseline = report.baseline.as_ref();
    let baselined = baseline.map_or(0, |baseline| baseline.baselined as usize);
    let report = CheckDocument {
        repositories: report
            .repositories
            .iter()
            .map(|repository| CheckedRepositoryEntry::new(job.teams, repository))
            .collect(),
        baseline: baseline.map(|baseline| ComparisonEntry {
            baselined: baseline.baselined,
            resolved: &baseline.resolved,
        }),
        findings: report
            .findings
            .iter()
            .map(|finding| {
                let introduced = report.change.as_ref().map(|_| !finding.is_pre_existing);
                FindingEntry::new(finding, introduced)
            })
            .collect(),
        summary: Severity::ALL
            .map(|severity| (severity.name(), report.count(severity)))
            .into_iter()
            .chain([
                ("suppressed", report.suppressed.len()),
                ("baselined", baselined),
            ])
            .collect(),
        change: report
            .change
            .as_ref()
            .map(|change| ChangeEntry::new(report, change)),
        not_checked: report.not_checked.as_ref().map(NotCheckedEntry::new),
    };
    versioned(&report)
}

/// Returns a document of version 1 with the answer under one key.
pub(crate) fn document(key: &str, answer: impl Serialize) -> serde_json::Result<String> {
    versioned(&BTreeMap::from([(key, answer)]))
}

/// Returns a document of version 1: the version, the tool and the keys of `payload`.
pub(crate) fn versioned(payload: &impl Serialize) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Versioned<'t, T> {
        version: u32,
        tool: Tool,
        #[serde(flatten)]
        payload: &'t T,
    }
    to_json(&Versioned {
        version: VERSION,
        tool: Tool::THIS,
        payload,
    })
}

/// Returns a document as JSON with a line end. Control and invisible characters are written as `\uXXXX`,
/// which is the same string to a JSON parser.
pub(crate) fn to_json(document: &impl Serialize) -> serde_json::Result<String> {
    Ok(safe(&serde_json::to_string_pretty(document)?))
}

/// Returns a document as JSON on one line, like [`to_json`].
pub(super) fn to_json_line(document: &impl Serialize) -> serde_json::Result<String> {
    Ok(safe(&serde_json::to_string(document)?))
}

fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    // serde_json has escaped lower characters in strings; the others are layout.
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte >= 0x7f) {
        let (plain, tail) = rest.split_at(at);
        safe.push_str(plain);
        let mut chars = tail.chars();
        if let Some(char) = chars.next() {
            match steers(char) {
                true => {
                    let mut units = [0; 2];
                    let units = char.encode_utf16(&mut units).iter();
                    safe.extend(units.map(|unit| format!("\\u{unit:04x}")));
                }
                false => safe.push(char),
            }
        }
        rest = chars.as_str();
    }
    safe.push_str(rest);
    safe.push('\n');
    safe
}

#[derive(Serialize)]
struct CheckDocument<'r> {
    repositories: Vec<CheckedRepositoryEntry<'r>>,
    findings: Vec<FindingEntry<'r>>,
    baseline: Option<ComparisonEntry<'r>>,
    summary: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeEntry<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_checked: Option<NotCheckedEntry<'r>>,
}

/// What is not checked, if not all repositories in the map are.
#[derive(Serialize)]
struct NotCheckedEntry<'r> {
    repositories: Vec<UncheckedRepositoryEntry<'r>>,
    /// The number of paths and selectors for all repositories that match nothing in the checked ones.
    shared_entries: usize,
}

/// A repository in the map that is not checked.
#[derive(Serialize)]
struct UncheckedRepositoryEntry<'r> {
    name: &'r str,
    /// The number of paths and selectors in the map that apply only to it.
    entries: usize,
}

impl<'r> NotCheckedEntry<'r> {
    fn new(not_checked: &'r NotChecked) -> Self {
        let repositories = not_checked.repositories.iter();
        let repositories = repositories.map(|it| UncheckedRepositoryEntry {
            name: &it.name,
            entries: it.entries,
        });
        Self {
            repositories: repositories.collect(),
            shared_entries: not_checked.shared_entries,
        }
    }
}

/// How the checked change affects the findings.
#[derive(Serialize)]
struct ChangeEntry<'r> {
    base: &'r str,
    /// The id of the base; null if no earlier commit exists.
    base_commit: Option<&'r str>,
    /// The number of commits; null for the staged change.
    commits: Option<usize>,
    /// Whether the clone is too shallow to count all commits.
    shallow: bool,
    /// The number of files that the change touches.
    files: usize,
    /// The same in a sentence.
    checked: String,
    /// Why there is no base to compare with, so that all findings are introduced.
    without_base: Option<&'r str>,
    introduced: usize,
    pre_existing: usize,
    fixed: Vec<FindingEntry<'r>>,
}

impl<'r> ChangeEntry<'r> {
    fn new(report: &'r Report, change: &'r ChangeReport) -> Self {
        let checked = &change.checked;
        Self {
            base: &checked.base,
            base_commit: checked.commit.as_deref(),
            commits: checked.commits.map(|range| range.commits),
            shallow: checked.commits.is_some_and(|range| !range.is_complete),
            files: checked.files,
            checked: checked.to_string(),
            without_base: change.without_base.as_deref(),
            introduced: report
                .findings
                .iter()
                .filter(|finding| !finding.is_pre_existing)
                .count(),
            pre_existing: change.pre_existing,
            fixed: change
                .fixed
                .iter()
                .map(|finding| FindingEntry::new(finding, None))
                .collect(),
        }
    }
}

/// The version of the JSON of all commands.
const VERSION: u32 = 1;

/// The program that wrote a document.
#[derive(Debug, Serialize)]
pub(crate) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

impl Tool {
    /// This program.
    pub(crate) const THIS: Self = Self {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
}

#[derive(Serialize)]
struct CheckedRepositoryEntry<'r> {
    name: &'r str,
    root: String,
    files: u64,
    verdicts: VerdictCounts,
    teams: BTreeMap<&'r str, u64>,
    components: &'r BTreeMap<&'static str, KindCoverage>,
}

impl<'r> CheckedRepositoryEntry<'r> {
    fn new(teams: &'r Teams, repository: &'r RepositoryCoverage) -> Self {
        let coverage = &repository.coverage;
        Self {
            name: &repository.name,
            root: printable_bytes(repository.root.as_os_str().as_encoded_bytes()),
            files: coverage.files.total(),
            verdicts: coverage.files,
            teams: coverage
                .teams
                .iter()
                .map(|(team, files)| (teams.name(*team), *files))
                .collect(),
            components: &coverage.kinds,
        }
    }
}

#[derive(Serialize)]
struct FindingEntry<'r> {
    check: &'static str,
    severity: &'static str,
    repository: Option<&'r str>,
    path: Option<String>,
    component: Option<&'r str>,
    teams: &'r [String],
    files: Option<u64>,
    message: &'r str,
    help: Option<String>,
    advice: Vec<AdviceEntry<'r>>,
    location: Location,
    related: Vec<RelatedEntry<'r>>,
    fingerprint: String,
    baselined: bool,
    /// The owners before and after the change, if the finding is about a change of owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_change: Option<OwnerChangeEntry<'r>>,
    /// Whether the change introduces the finding; only if a change is checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    introduced: Option<bool>,
}

/// The ids of the owners before and after a change; none if something is unowned or exempt.
#[derive(Serialize)]
struct OwnerChangeEntry<'r> {
    from: &'r [String],
    to: &'r [String],
}

/// The comparison with a baseline; its entries are as in the baseline file.
#[derive(Serialize)]
struct ComparisonEntry<'r> {
    baselined: u64,
    resolved: &'r [BaselineEntry],
}

impl<'r> FindingEntry<'r> {
    fn new(finding: &'r Finding, introduced: Option<bool>) -> Self {
        let related = finding.related.iter().map(|related| RelatedEntry {
            message: &related.message,
            location: Location::new(&related.place),
        });
        Self {
            check: finding.check,
            severity: finding.severity.name(),
            repository: finding.repository.as_deref(),
            path: finding.path.as_ref().map(|path| path_text(path)),
            component: finding.component.as_deref(),
            teams: &finding.teams,
            files: finding.files,
            message: &finding.message,
            help: finding.help(),
            advice: finding.advice.iter().map(AdviceEntry::new).collect(),
            location: Location::new(&finding.place),
            related: related.collect(),
            fingerprint: finding.fingerprint(),
            baselined: finding.is_baselined,
            owner_change: finding.owner_change.as_ref().map(|it| OwnerChangeEntry {
                from: &it.from,
                to: &it.to,
            }),
            introduced,
        }
    }
}

/// One way to fix a finding, with the change that does it.
#[derive(Serialize)]
struct AdviceEntry<'r> {
    text: &'r str,
    /// Whether a program can apply the change although nobody has decided between alternatives.
    certain: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    edits: Option<Vec<EditEntry<'r>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<RuleEntry<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<AliasEntry<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<TeamEntry<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonEntry<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delete: Option<Location>,
}

#[derive(Serialize)]
struct EditEntry<'r> {
    location: Location,
    old: &'r str,
    new: &'r str,
}

/// A rule to add. If the owners are null, the reader chooses one.
#[derive(Serialize)]
struct RuleEntry<'r> {
    repository: Option<&'r str>,
    paths: Vec<&'r str>,
    components: Vec<&'r str>,
    owners: Option<&'r [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
}

/// An alias to add. If the team is null, the reader chooses it.
#[derive(Serialize)]
struct AliasEntry<'r> {
    alias: &'r str,
    team: Option<&'r str>,
}

#[derive(Serialize)]
struct TeamEntry<'r> {
    id: &'r str,
    name: Option<&'r str>,
    aliases: &'r [String],
    handles: BTreeMap<&'static str, &'r str>,
}

/// A person to add. The reader chooses the team.
#[derive(Serialize)]
struct PersonEntry<'r> {
    name: Option<&'r str>,
    email: Option<&'r str>,
}

impl<'r> AdviceEntry<'r> {
    fn new(advice: &'r Advice) -> Self {
        let mut entry = Self {
            text: &advice.text,
            certain: advice.is_certain,
            edits: None,
            rule: None,
            alias: None,
            team: None,
            person: None,
            delete: None,
        };
        match &advice.change {
            None => {}
            Some(Change::Edit(fix)) => {
                let edits = fix.edits.iter().map(|edit| EditEntry {
                    location: Location::new(&edit.place),
                    old: edit.place.words(),
                    new: &edit.replacement,
                });
                entry.edits = Some(edits.collect());
            }
            Some(Change::AddRule(rule)) => {
                let (path, component) = match &rule.target {
                    NewTarget::Path(pattern) => (Some(pattern), None),
                    NewTarget::Component(selector) => (None, Some(selector)),
                };
                entry.rule = Some(RuleEntry {
                    repository: rule.repository.as_deref(),
                    paths: path.map(String::as_str).into_iter().collect(),
                    components: component.map(String::as_str).into_iter().collect(),
                    owners: Some(&rule.owners[..]).filter(|owners| !owners.is_empty()),
                    priority: rule.priority,
                });
            }
            Some(Change::AddAlias(alias)) => {
                entry.alias = Some(AliasEntry {
                    alias: &alias.alias,
                    team: alias.team.as_deref(),
                });
            }
            Some(Change::AddTeam(team)) => {
                entry.team = Some(TeamEntry {
                    id: &team.id,
                    name: team.name.as_deref(),
                    aliases: &team.aliases,
                    handles: (team.handle.iter())
                        .map(|(key, name)| (*key, name.as_str()))
                        .collect(),
                });
            }
            Some(Change::AddPerson(person)) => {
                entry.person = Some(PersonEntry {
                    name: person.name.as_deref(),
                    email: person.email.as_deref(),
                });
            }
            Some(Change::Delete(place)) => entry.delete = Some(Location::new(place)),
        }
        entry
    }
}

#[derive(Serialize)]
struct RelatedEntry<'r> {
    message: &'r str,
    location: Location,
}

/// A range in a file, counted from 1 and in code points. Without a repository, the file is relative to the
/// directory of the map.
#[derive(Debug, Serialize)]
pub(crate) struct Location {
    repository: Option<String>,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Location {
    pub(crate) fn new(place: &Place) -> Self {
        let (start, end) = (place.start(), place.end());
        Self {
            repository: place.repository().map(|name| name.to_string()),
            file: path_text(place.path()),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}
