//! Reads people, kinds, vendored paths, owner keys, `detectors` and `max_owners` of the map.

use super::{
    Vocabulary,
    reader::{Fields, Reader},
    schema::handles,
    settings::{CustomKind, DeclaredBy, Member},
    spanned::{Spanned, Text},
    written::{WrittenMap, WrittenPerson},
};
use crate::yaml::Node;

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    vocabulary: &Vocabulary<'_>,
    written: &mut WrittenMap,
) {
    written
        .people
        .extend(reader.list(fields, "people", |reader, node| {
            person(reader, node, vocabulary.forges)
        }));
    let kinds = reader.list(fields, "kinds", kind);
    written.kinds.extend(kinds);
    written.vendored.extend(reader.texts(fields, "vendored"));
    owner_keys(reader, fields, None, written);
    if let Some(node) = fields.get("detectors") {
        detectors(reader, node, vocabulary, written);
    }
    if let Some(node) = fields.get("max_owners") {
        let number = node.as_str().and_then(|text| text.parse().ok());
        match number.filter(|number| *number > 0) {
            Some(value) => {
                let place = reader.place(node.span);
                written.max_owners = Some(Spanned { value, place });
            }
            None => reader.error(node, "`max_owners` must be a whole number above 0"),
        }
    }
}

fn person(reader: &mut Reader<'_>, node: &Node, forges: &[&'static str]) -> Option<WrittenPerson> {
    let fields = reader.fields(node, "a person", &["name", "emails", "handles", "team"])?;
    let name = reader.text(&fields, "name");
    let emails = reader.texts(&fields, "emails");
    let handles = handles(reader, &fields, forges);
    let lack = "the person has neither `name`, `emails` nor `handles`";
    let help = "add `name`, `emails` or `handles`";
    reader.require_any(&fields, &["name", "emails", "handles"], lack, help);
    Some(WrittenPerson {
        name,
        emails,
        handles,
        team: reader.required(&fields, "team", "a person")?,
    })
}

pub(super) fn kind(reader: &mut Reader<'_>, node: &Node) -> Option<CustomKind> {
    let fields = reader.fields(node, "a kind", &["kind", "members", "declared_by"])?;
    let help = "add `members`, such as `chart: {path: \"charts/{name}/\"}`";
    reader.require_any(&fields, &["members"], "the kind has no `members`", help);
    let members = reader.named(&fields, "members", member);
    let declared_by = fields
        .get("declared_by")
        .and_then(|node| declared_by(reader, node));
    let kind = reader.required(&fields, "kind", "a kind")?;
    // Components refer to their kind by a `&'static str`.
    let name: &'static str = Box::leak(kind.value.clone().into_boxed_str());
    Some(CustomKind {
        repository: None,
        kind: kind.with(name),
        members,
        declared_by,
    })
}

fn member(reader: &mut Reader<'_>, name: Text, node: &Node) -> Option<Member> {
    let fields = reader.fields(node, "a member", &["path", "required"])?;
    let is_required = is_true(reader, &fields, "required");
    Some(Member {
        name,
        path: reader.member_path(&fields, "path", "a member")?,
        is_required,
    })
}

fn declared_by(reader: &mut Reader<'_>, node: &Node) -> Option<DeclaredBy> {
    let fields = reader.fields(node, "`declared_by`", &["file", "key"])?;
    let file = reader.member_path(&fields, "file", "`declared_by`");
    let key = match fields.get("key") {
        Some(list) if list.items().is_some() => {
            let keys = reader.texts(&fields, "key").into_iter();
            keys.map(|key| key.value).collect()
        }
        _ => {
            let path = reader.required(&fields, "key", "`declared_by`")?;
            let keys = path.value.split('.');
            keys.map(str::to_owned).collect()
        }
    };
    let file = file?.value;
    Some(DeclaredBy { file, key })
}

fn is_true(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> bool {
    reader.flag(fields, key).is_some_and(|flag| flag.value)
}

/// The detectors with settings of their own.
const KUBERNETES: &str = "kubernetes";

const PROMETHEUS: &str = "prometheus";

fn detectors(
    reader: &mut Reader<'_>,
    node: &Node,
    vocabulary: &Vocabulary<'_>,
    written: &mut WrittenMap,
) {
    let Some(fields) = reader.fields(node, "`detectors`", vocabulary.owner_keys) else {
        return;
    };
    for detector in vocabulary.owner_keys {
        let known: &[&str] = match *detector {
            KUBERNETES => &["owner_keys", "paths", "namespace_owner"],
            PROMETHEUS => &["owner_keys", "paths"],
            _ => &["owner_keys"],
        };
        let Some(node) = fields.get(detector) else {
            continue;
        };
        let Some(fields) = reader.fields(node, &format!("`{detector}`"), known) else {
            continue;
        };
        owner_keys(reader, &fields, Some(detector), written);
        match *detector {
            KUBERNETES => {
                written.manifests.extend(reader.texts(&fields, "paths"));
                written.namespace_owner |= is_true(reader, &fields, "namespace_owner");
            }
            PROMETHEUS => written.rule_files.extend(reader.texts(&fields, "paths")),
            _ => {}
        }
    }
}

fn owner_keys(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    detector: Option<&str>,
    written: &mut WrittenMap,
) {
    for key in reader.texts(fields, "owner_keys") {
        written.owner_keys.add(detector, &key.value);
    }
}
