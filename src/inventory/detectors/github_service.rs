//! GitHub's service catalog: `ownership.yaml` lists services, each with its `team` and with the contacts for incidents
//! by severity. Other organizations use the same list with fewer keys.
//!
//! The people in `maintainer`, `exec_sponsor` and `product_manager` do not own a service, so they are not read. Whether
//! a service belongs to another repository is unknown, because nothing shows the address of this one.

use std::sync::Arc;

use bstr::ByteSlice;

use super::{
    Detector,
    catalog::{Catalog, Described, Named, disambiguate, text},
    declared::YamlFile,
    paths,
};
use crate::{
    inventory::{Effect, Name, Problem, SeverityContact, SeverityContacts},
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "github-service",
    kinds: &["github-service"],
    find: |search| CATALOG.find(&DETECTOR, search.files).into(),
    // Most files with this name are maps.
    needles: &["ownership:", "\"ownership\""],
    read: |component, reader, _| CATALOG.read(component, reader),
    link: |components, _, _| disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

const CATALOG: Catalog = Catalog {
    how_to_declare: "set `team`",
    names: |path| match paths::file_name(paths::yaml_stem(path)?).as_bytes() {
        b"ownership" => Some(Named::InPlace),
        _ => None,
    },
    targets: |_| Vec::new(),
    owners: None,
    describe,
};

fn describe(file: &YamlFile, document: &Node, problems: &mut Vec<Problem>) -> Vec<Described> {
    let services = document.get("ownership").and_then(|list| list.items());
    let services = services.unwrap_or_default().iter();
    // The entries of other programs have other keys.
    let services = services.filter(|it| ["name", "team"].iter().any(|key| it.get(key).is_some()));
    let described = services.map(|service| {
        let team = service.get("team");
        let mut team = file.declaration("team", Effect::Owner, team, problems);
        for name in team.iter_mut().flat_map(|team| &mut team.names) {
            add_short(name);
        }
        Described {
            name: text(service.get("name")).map(str::to_owned),
            covers_directory: true,
            declarations: team.into_iter().collect(),
            contacts: contacts(service),
        }
    });
    described.collect()
}

/// Adds the name alone as a spelling of `organization/team`.
fn add_short(name: &mut Name) {
    let written = name.as_written();
    let short = written.split_once('/').map(|(_, team)| team);
    let short = short.filter(|team| !team.is_empty() && !team.contains('/') && !name.is_template);
    let short = short.map(str::to_owned);
    name.spellings.extend(short);
}

/// Returns the contacts for incidents of each severity, in the order of the file.
fn contacts(service: &Node) -> Vec<SeverityContacts> {
    let entries = service.entries().unwrap_or_default().iter();
    let severities = entries.filter_map(|entry| {
        let severity = entry.key.as_str()?;
        let digits = severity.strip_prefix("sev")?;
        let is_severity = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_severity.then(|| SeverityContacts {
            severity: severity.to_owned(),
            contacts: addresses(&entry.value),
            response_time: response_time(entry.value.get(RESPONSE_TIME)),
        })
    });
    let severities = severities.filter(|it| !it.contacts.is_empty());
    severities.collect()
}

/// The key of the time to acknowledge an incident.
const RESPONSE_TIME: &str = "tta";

fn addresses(severity: &Node) -> Vec<SeverityContact> {
    let entries = severity.entries().unwrap_or_default().iter();
    let contacts = entries.filter_map(|entry| {
        let kind = entry.key.as_str().filter(|key| *key != RESPONSE_TIME)?;
        let address = text(Some(&entry.value))?;
        Some(SeverityContact {
            kind: kind.to_owned(),
            address: address.to_owned(),
        })
    });
    contacts.collect()
}

/// Returns a response time; some files contain a word in place of a missing one.
fn response_time(value: Option<&Arc<Node>>) -> Option<String> {
    let time = text(value)?;
    let is_missing = ["none", "n/a"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(time));
    (!is_missing).then(|| time.to_owned())
}
