//! Reads the structure of the map. References and values are checked in `validate`.

use std::sync::Arc;

use rayon::prelude::*;

use super::{
    MapError, Vocabulary, alerting, detector_settings, generated, min_coverage,
    model::{Escalation, Organization},
    reader::{Fields, Reader},
    requires,
    spanned::{Spanned, Text},
    suppress,
    teams::{Retired, Team},
    written::{
        ExemptionEntry, PathTexts, RuleEntry, ScopeEntry, WrittenHandle, WrittenMap,
        WrittenRepository, WrittenTeam,
    },
};
use crate::{
    text::{Span, printable, quoted},
    yaml::{Entry, Node},
};

/// The number of rules that one task reads.
const RULES_OF_A_PART: usize = 256;

/// The keys of a map.
pub(super) const KEYS: [&str; 22] = [
    "version",
    "requires",
    "organization",
    "include",
    "teams",
    "people",
    "rules",
    "exemptions",
    "kinds",
    "vendored",
    "owner_keys",
    "detectors",
    "max_owners",
    "declarations",
    "forge",
    "ownership_files",
    "generate",
    "checks",
    "suppressions",
    "min_coverage",
    "alerting",
    "repositories",
];

/// Reads one file into `written` and returns what it includes.
pub(super) fn read(
    reader: &mut Reader<'_>,
    root: &Node,
    is_main: bool,
    vocabulary: &Vocabulary<'_>,
    written: &mut WrittenMap,
) -> Vec<Text> {
    let Some(fields) = reader.fields(root, "the map", &KEYS) else {
        return Vec::new();
    };
    version(reader, &fields, is_main);
    requires::read(reader, &fields, written);
    if let Some(node) = fields.get("organization") {
        let entry = organization(reader, node);
        reader.once("organization", entry, &mut written.organization);
    }
    let teams = reader.named(&fields, "teams", |reader, id, node| {
        team(reader, id, node, vocabulary.forges)
    });
    written.teams.extend(teams);
    scope(reader, &fields, &mut written.of_all);
    detector_settings::read(reader, &fields, vocabulary, written);
    min_coverage::read(reader, &fields, written);
    alerting::read(reader, &fields, written);
    generated::read(reader, &fields, written);
    let repositories = reader.list(&fields, "repositories", repository);
    written.repositories.extend(repositories);
    reader.texts(&fields, "include")
}

fn version(reader: &mut Reader<'_>, fields: &Fields<'_>, is_main: bool) {
    match fields.get("version") {
        Some(node) if node.as_str() == Some("1") => {}
        Some(node) => {
            let found = node.as_str().map_or(node.what().to_owned(), quoted);
            let message = format!("map version {found} is not supported");
            let error = MapError::new(reader.place(node.span), message);
            let help = "write `version: 1`, or upgrade ownlint if the map needs a newer version";
            reader.errors.push(error.help(help));
        }
        None if is_main => {
            if !fields.lacks("version") {
                return;
            }
            let first = Span::new(0, reader.source.text().lines().next().map_or(0, str::len));
            let error = MapError::new(reader.place(first), "the map has no `version`");
            reader
                .errors
                .push(error.help("start the map with `version: 1`"));
        }
        None => {}
    }
}

fn organization(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<Organization>> {
    let fields = reader.fields(node, "`organization`", &["name", "escalation"])?;
    let value = Organization {
        name: reader.text(&fields, "name").map(|name| name.value),
        escalation: reader.list(&fields, "escalation", escalation),
    };
    let place = fields.place;
    Some(Spanned { value, place })
}

fn escalation(reader: &mut Reader<'_>, node: &Node) -> Option<Escalation> {
    let fields = reader.fields(node, "an escalation", &["when", "via"])?;
    let when = reader.required(&fields, "when", "an escalation");
    let via = reader.required(&fields, "via", "an escalation");
    Some(Escalation {
        when: when?.value,
        via: via?.value,
    })
}

fn team(
    reader: &mut Reader<'_>,
    id: Text,
    node: &Node,
    forges: &[&'static str],
) -> Option<WrittenTeam> {
    const KEYS: [&str; 9] = [
        "name",
        "parent",
        "aliases",
        "former_names",
        "description",
        "areas",
        "contacts",
        "handles",
        "retired",
    ];
    let fields = if node.is_null() {
        reader.no_fields(node)
    } else {
        reader.fields(node, "a team", &KEYS)?
    };
    let handles = handles(reader, &fields, forges);
    let retired = fields.get("retired");
    let retired = retired.and_then(|node| {
        let fields = reader.fields(node, "`retired`", &["since", "successor"])?;
        let since = reader.date(&fields, "since");
        Some((since, reader.text(&fields, "successor")))
    });
    let (since, successor) = retired.unzip();
    let contacts = reader.pairs(&fields, "contacts").into_iter();
    let description = reader.text(&fields, "description");
    let team = Team {
        name: reader.text(&fields, "name"),
        aliases: reader.texts(&fields, "aliases"),
        former_names: reader.texts(&fields, "former_names"),
        description: description.map(|text| text.value),
        areas: reader.texts(&fields, "areas"),
        contacts: contacts
            .map(|(kind, address)| (kind.value, address.value))
            .collect(),
        handles: by_forge(&handles),
        retired: since.map(|since| Retired {
            since,
            successor: None,
        }),
        ..Team::new(id)
    };
    Some(WrittenTeam {
        team,
        handles,
        parent: reader.text(&fields, "parent"),
        successor: successor.flatten(),
    })
}

/// Reads the names of a team or person on forges, in the order of the map.
pub(super) fn handles(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    forges: &[&'static str],
) -> Vec<WrittenHandle> {
    let Some(node) = fields.get("handles") else {
        return Vec::new();
    };
    let Some(fields) = reader.fields(node, "`handles`", forges) else {
        return Vec::new();
    };
    let mut handles = Vec::new();
    let entries = forges.iter().filter_map(|forge| node.entry(forge));
    let mut entries: Vec<&Entry> = entries.collect();
    entries.sort_by_key(|entry| entry.key.span);
    for entry in entries {
        let Some(forge) = entry.key.as_str().filter(|key| forges.contains(key)) else {
            continue;
        };
        let Some(value) = fields.get(forge) else {
            continue;
        };
        let names = match value.items() {
            Some(_) => reader.texts(&fields, forge),
            None => reader.string(value, forge).into_iter().collect(),
        };
        handles.extend(names.into_iter().map(|name| WrittenHandle {
            forge: forge.to_owned(),
            name,
        }));
    }
    handles
}

/// Groups handles by forge.
fn by_forge(handles: &[WrittenHandle]) -> Vec<(String, Vec<String>)> {
    let groups = handles.chunk_by(|a, b| a.forge == b.forge);
    let groups = groups.map(|same| {
        let names = same.iter().map(|handle| handle.name.value.clone());
        (same[0].forge.clone(), names.collect())
    });
    groups.collect()
}

/// Reads the keys that the map and a repository have in common.
fn scope(reader: &mut Reader<'_>, fields: &Fields<'_>, scope: &mut ScopeEntry) {
    let declarations = reader.pairs(fields, "declarations");
    scope.declarations.extend(declarations);
    let ownership_files = reader.pairs(fields, "ownership_files");
    scope.ownership_files.extend(ownership_files);
    let forge = reader.text(fields, "forge");
    reader.once("forge", forge, &mut scope.forge);
    scope.checks.extend(reader.pairs(fields, "checks"));
    scope.rules.extend(rules(reader, fields));
    let exemptions = reader.list(fields, "exemptions", exemption);
    scope.exemptions.extend(exemptions);
    let suppressions = reader.list(fields, "suppressions", suppress::entry);
    scope.suppressions.extend(suppressions);
}

fn rules(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<RuleEntry> {
    let Some(node) = fields.get("rules") else {
        return Vec::new();
    };
    let items = reader.items(node, "rules");
    let source = &reader.source;
    let parts = items.par_chunks(RULES_OF_A_PART).map(|items| {
        let mut errors = Vec::new();
        let mut reader = Reader {
            source: Arc::clone(source),
            errors: &mut errors,
        };
        let rules = items.iter().filter_map(|item| rule(&mut reader, item));
        (rules.collect(), errors)
    });
    let parts: Vec<(Vec<RuleEntry>, Vec<MapError>)> = parts.collect();
    let mut rules = Vec::with_capacity(items.len());
    for (part, errors) in parts {
        rules.extend(part);
        reader.errors.extend(errors);
    }
    rules
}

fn rule(reader: &mut Reader<'_>, node: &Node) -> Option<RuleEntry> {
    const KEYS: [&str; 7] = [
        "paths",
        "files",
        "components",
        "owner",
        "owners",
        "priority",
        "note",
    ];
    let fields = reader.fields(node, "a rule", &KEYS)?;
    let paths = paths(reader, &fields);
    let components = reader.nonempty_texts(&fields, "components");
    reader.require_any(
        &fields,
        &["paths", "files", "components"],
        "the rule has none of `paths`, `files` and `components`",
        "add `paths`, `files` or `components`",
    );
    let mut owners = owner(reader, &fields);
    let help = "add `owner`, or list the paths under `exemptions` if they need no owner";
    reader.require_any(&fields, &["owner", "owners"], "the rule has no owner", help);
    let others = reader.nonempty_texts(&fields, "owners");
    match (fields.get("owner"), fields.get("owners")) {
        (Some(_), Some(both)) => {
            let message = "the rule has both `owner` and `owners`";
            let error = MapError::new(reader.place(both.span), message);
            reader
                .errors
                .push(error.help("list all owners under `owners`"));
        }
        _ => owners.extend(others),
    }
    Some(RuleEntry {
        paths,
        components,
        owners,
        priority: reader.priority(&fields),
        note: reader.text(&fields, "note"),
        place: fields.place,
    })
}

/// Reads the patterns of an entry.
pub(super) fn paths(reader: &mut Reader<'_>, fields: &Fields<'_>) -> PathTexts {
    PathTexts {
        paths: reader.nonempty_texts(fields, "paths"),
        files: reader.nonempty_texts(fields, "files"),
    }
}

/// Reads the single owner of a rule; several owners belong under `owners`.
fn owner(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<Text> {
    let Some(node) = fields.get("owner") else {
        return Vec::new();
    };
    let Some(items) = node.items() else {
        return reader.string(node, "owner").into_iter().collect();
    };
    let names: Vec<String> = items
        .iter()
        .filter_map(|item| item.as_str().map(printable))
        .collect();
    let message = format!("expected a string in `owner`, found {}", node.what());
    let error = MapError::new(reader.place(node.span), message);
    let help = format!("write `owners: [{}]`", names.join(", "));
    reader.errors.push(error.help(help));
    Vec::new()
}

fn exemption(reader: &mut Reader<'_>, node: &Node) -> Option<ExemptionEntry> {
    let fields = reader.fields(
        node,
        "an exemption",
        &["paths", "files", "reason", "priority", "until"],
    )?;
    let lack = "the exemption has neither `paths` nor `files`";
    reader.require_any(&fields, &["paths", "files"], lack, "add `paths` or `files`");
    Some(ExemptionEntry {
        paths: paths(reader, &fields),
        priority: reader.priority(&fields),
        until: reader.date(&fields, "until"),
        reason: reader.reason(&fields, "an exemption"),
        place: fields.place,
    })
}

fn repository(reader: &mut Reader<'_>, node: &Node) -> Option<WrittenRepository> {
    const KEYS: [&str; 10] = [
        "name",
        "path",
        "forge",
        "kinds",
        "rules",
        "exemptions",
        "declarations",
        "ownership_files",
        "checks",
        "suppressions",
    ];
    let fields = reader.fields(node, "a repository", &KEYS)?;
    let mut own = ScopeEntry::default();
    scope(reader, &fields, &mut own);
    Some(WrittenRepository {
        own,
        kinds: reader.list(&fields, "kinds", detector_settings::kind),
        path: reader.text(&fields, "path"),
        name: reader.required(&fields, "name", "a repository"),
    })
}
