//! SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), with the properties that GitHub code scanning
//! requires (docs.github.com/code-security, "SARIF support for code scanning").

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};
use serde::Serialize;

use super::{
    Host, Job, Output, Tool, documentation,
    output_job::{Spot, shortened},
    to_json,
    uri::encoded,
};
use crate::{
    advice::Fix,
    checks::{self, Check},
    finding::{Finding, Related, Severity},
    lint::{Report, ReportIds},
    text::{LineColumn, Place, Unit},
};

pub(super) const OUTPUT: Output = Output {
    name: "sarif",
    help: "SARIF 2.1.0, for GitHub code scanning and other tools",
    host: Host {
        limit: Some(RESULTS_LIMIT),
        ..Host::LINES
    },
    write,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of the root of the checkout in SARIF consumers.
const SRCROOT: &str = "%SRCROOT%";

/// The maximum number of results per run on GitHub.
const RESULTS_LIMIT: usize = 25_000;

/// The maximum length of `fullDescription` on GitHub.
const DESCRIPTION_LIMIT: usize = 1024;

/// The maximum number of locations per result on GitHub.
const MAX_RELATED: usize = 999;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: ToolEntry,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<String, BaseUri>,
    results: Vec<ResultEntry>,
}

#[derive(Serialize)]
struct ToolEntry {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
struct BaseUri {
    uri: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    help: MultiformatMessage,
    default_configuration: Configuration,
    properties: PropertyBag,
}

#[derive(Serialize)]
struct MultiformatMessage {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct PropertyBag {
    tags: [&'static str; 1],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultEntry {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    /// On all results or on none (section 3.27.24): only with a baseline, or if a change is checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    message: Message,
    locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry>,
}

/// The fingerprints of a result. GitHub uses only `primaryLocationLineHash`, which is a rolling hash of the text from
/// the line of the result on. The action `upload-sarif` computes it from the checkout if it is absent. If it is present
/// with any other value, the action keeps that value and prints a warning for each result
/// (`src/fingerprints.ts` of github/codeql-action). So ownlint leaves it to the action: it could only repeat the same
/// computation.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "ownlint/v1")]
    own: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixEntry {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<SarifReplacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifReplacement {
    deleted_region: Region,
    inserted_content: Message,
}

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let mut bases = BTreeMap::new();
    let root = job.reader.base.as_os_str().as_encoded_bytes();
    bases.insert(SRCROOT.to_owned(), directory_uri(root.into()));
    let mut ids = ReportIds::default();
    let notifications = job.cut(RESULTS_LIMIT).map(|text| Notification {
        level: "warning",
        message: message(&text),
    });
    let findings = job.at_most(RESULTS_LIMIT).into_iter();
    let results = findings.map(|finding| result(job, finding, &mut bases, &mut ids));
    let results = results.collect();
    to_json(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: ToolEntry {
                driver: Driver {
                    name: Tool::THIS.name,
                    version: Tool::THIS.version,
                    semantic_version: Tool::THIS.version,
                    rules: rules(job.report),
                },
            },
            invocations: [Invocation {
                execution_successful: job.report.has_checks(),
                tool_execution_notifications: notifications.into_iter().collect(),
            }],
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: bases,
            results,
        }],
    })
}

fn directory_uri(path: &BStr) -> BaseUri {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    BaseUri {
        uri: format!("file://{}/", encoded(path.into())),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Returns a message in which links (`[text](target)`, section 3.11.6 of the standard) are escaped.
fn message(text: &str) -> Message {
    Message {
        text: text.replace("](", "\\]("),
    }
}

/// Returns what a check finds, why it matters and how to fix it.
fn paragraphs(check: &Check) -> String {
    [check.what, check.why, check.fix].join("\n\n")
}

/// Returns the rules that results refer to: all checks and, if the map has errors, one for these.
fn rules(report: &Report) -> Vec<ReportingDescriptor> {
    const INVALID: &str = "The map has an error, so no checks ran.";
    let checks = checks::ALL.iter().map(|check| rule(check));
    let error = report.findings.first().filter(|_| !report.has_checks());
    let invalid = error.map(|error| ReportingDescriptor {
        id: error.check,
        short_description: message(INVALID),
        full_description: message(INVALID),
        help_uri: None,
        help: MultiformatMessage {
            text: INVALID.to_owned(),
            markdown: INVALID.to_owned(),
        },
        default_configuration: Configuration { level: "error" },
        properties: PropertyBag {
            tags: ["ownership"],
            severity: "error",
        },
    });
    checks.chain(invalid).collect()
}

fn rule(check: &Check) -> ReportingDescriptor {
    ReportingDescriptor {
        id: check.name,
        short_description: message(check.summary),
        full_description: message(&shortened(paragraphs(check), DESCRIPTION_LIMIT)),
        help_uri: documentation(check.name),
        help: MultiformatMessage {
            text: format!("{}\n\nExample:\n\n{}", paragraphs(check), check.example),
            markdown: format!("{}\n\n```yaml\n{}\n```", paragraphs(check), check.example),
        },
        default_configuration: Configuration {
            level: level(check.severity),
        },
        properties: PropertyBag {
            tags: ["ownership"],
            severity: match check.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

type Bases = BTreeMap<String, BaseUri>;

fn result(job: &Job<'_>, finding: &Finding, bases: &mut Bases, ids: &mut ReportIds) -> ResultEntry {
    let place = job.line_place(finding);
    let component = finding.component.iter();
    let related = (1..).zip(finding.related.iter().take(MAX_RELATED));
    let is_compared = job.report.baseline.is_some() || job.report.change.is_some();
    ResultEntry {
        rule_id: finding.check,
        rule_index: checks::ALL
            .iter()
            .position(|check| check.name == finding.check)
            .unwrap_or(checks::ALL.len()),
        level: level(finding.severity),
        baseline_state: is_compared.then_some(match finding.counts() {
            true => "new",
            false => "unchanged",
        }),
        message: message(&place.with_help(job, "\n")),
        locations: [SarifLocation {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: match place.is_moved() {
                    true => inside(&place.spot),
                    false => artifact(job, &finding.place, bases),
                },
                region: region(place.range_in(Unit::Utf16)),
            },
            logical_locations: component
                .map(|component| LogicalLocation {
                    fully_qualified_name: component.clone(),
                })
                .collect(),
            message: None,
        }],
        related_locations: related
            .map(|(id, related)| related_location(job, id, related, bases))
            .collect(),
        partial_fingerprints: Fingerprints {
            own: ids.of(finding),
        },
        fixes: finding
            .fix()
            .into_iter()
            .map(|fix| fix_entry(job, fix, bases))
            .collect(),
    }
}

fn related_location(
    job: &Job<'_>,
    id: usize,
    related: &Related,
    bases: &mut Bases,
) -> SarifLocation {
    SarifLocation {
        id: Some(id),
        physical_location: physical(job, &related.place, bases),
        logical_locations: Vec::new(),
        message: Some(message(&related.message)),
    }
}

fn physical(job: &Job<'_>, place: &Place, bases: &mut Bases) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: artifact(job, place, bases),
        region: region(place.range_in(Unit::Utf16)),
    }
}

/// Returns the location of a file. A file outside the checkout has the base of its repository or of the map.
fn artifact(job: &Job<'_>, place: &Place, bases: &mut Bases) -> ArtifactLocation {
    let spot = job.spot(place);
    let (path, base) = match place.repository() {
        _ if spot.is_inside => return inside(&spot),
        Some(name) => (place.path(), format!("REPOSITORY:{name}")),
        None => (place.path(), "MAP".to_owned()),
    };
    if !bases.contains_key(&base) {
        let root = job.places.root(place).as_os_str().as_encoded_bytes();
        bases.insert(base.clone(), directory_uri(root.into()));
    }
    ArtifactLocation {
        uri: uri(path),
        uri_base_id: base,
    }
}

/// Returns the location of a file in the checkout.
fn inside(spot: &Spot) -> ArtifactLocation {
    ArtifactLocation {
        uri: uri(spot.path.as_bstr()),
        uri_base_id: SRCROOT.to_owned(),
    }
}

fn uri(path: &BStr) -> String {
    match path == "." {
        true => "./".to_owned(),
        false => encoded(path),
    }
}

fn region(range: Option<[LineColumn; 2]>) -> Region {
    // GitHub requires a region for every location.
    let [start, end] = range.unwrap_or([LineColumn::TOP; 2]);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn fix_entry(job: &Job<'_>, fix: &Fix, bases: &mut Bases) -> FixEntry {
    let mut files: BTreeMap<ArtifactLocation, Vec<SarifReplacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let file = artifact(job, &edit.place, bases);
        files.entry(file).or_default().push(SarifReplacement {
            deleted_region: region(edit.place.range_in(Unit::Utf16)),
            inserted_content: Message {
                text: edit.replacement.clone(),
            },
        });
    }
    let changes = files
        .into_iter()
        .map(|(file, replacements)| ArtifactChange {
            artifact_location: file,
            replacements,
        });
    FixEntry {
        description: message(&fix.description),
        artifact_changes: changes.collect(),
    }
}
