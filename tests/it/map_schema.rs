//! The JSON Schema of the map: it knows what ownlint knows, accepts what ownlint accepts, and rejects what it can.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    Repo, Run,
    map_schema::{SCHEMA, errors, read},
    project, schema,
};

/// Mistakes that no schema can express: a reference to another part of the map, or a value of the language of patterns.
const NOT_EXPRESSIBLE: [&str; 13] = [
    "component in paths",
    "distant team",
    "near team",
    "team by name",
    "team by handle",
    "smart quotes",
    "alias dup",
    "kind typo",
    "selector glob in paths",
    "owner in capitals",
    "unclosed class",
    "unclosed brace",
    "two owners in one",
];

/// A map with an unknown key or name in each place that has keys or names, and the place of the known ones in the schema.
const UNKNOWN: [(&str, &str); 27] = [
    ("zz: 1", "/properties"),
    (
        "organization: {zz: 1}",
        "/properties/organization/properties",
    ),
    (
        "organization: {escalation: [{when: a, via: b, zz: 1}]}",
        "/$defs/escalation/properties",
    ),
    ("teams: {b: {zz: 1}}", "/$defs/team/properties"),
    (
        "teams: {b: {handles: {zz: 1}}}",
        "/$defs/handles-by-forge/properties",
    ),
    (
        "teams: {b: {retired: {zz: 1}}}",
        "/$defs/team/properties/retired/properties",
    ),
    (
        "people: [{name: b, team: a, zz: 1}]",
        "/$defs/person/properties",
    ),
    (
        "rules: [{paths: [b], owner: a, zz: 1}]",
        "/$defs/rule/properties",
    ),
    (
        "exemptions: [{paths: [b], reason: c, zz: 1}]",
        "/$defs/exemption/properties",
    ),
    (
        "suppressions: [{check: unowned-path, paths: [b], reason: c, zz: 1}]",
        "/$defs/suppression/properties",
    ),
    (
        "kinds: [{kind: b, members: {c: {path: '{name}/'}}, zz: 1}]",
        "/$defs/kind/properties",
    ),
    (
        "kinds: [{kind: b, members: {c: {path: '{name}/', zz: 1}}}]",
        "/$defs/member/properties",
    ),
    (
        "kinds: [{kind: b, members: {c: {path: '{name}/'}}, declared_by: {file: '{name}/x', key: c, zz: 1}}]",
        "/$defs/kind/properties/declared_by/properties",
    ),
    ("detectors: {zz: {}}", "/properties/detectors/properties"),
    (
        "detectors: {kubernetes: {zz: 1}}",
        "/$defs/kubernetes-settings/properties",
    ),
    (
        "detectors: {prometheus: {zz: 1}}",
        "/$defs/prometheus-settings/properties",
    ),
    ("detectors: {helm: {zz: 1}}", "/$defs/owner-keys/properties"),
    (
        "declarations: {zz: trust}",
        "/$defs/declarations/properties",
    ),
    (
        "ownership_files: {zz: trust}",
        "/$defs/ownership_files/properties",
    ),
    ("forge: zz", "/$defs/forge/anyOf/0/enum"),
    (
        "people: [{handles: {zz: 1}, team: a}]",
        "/$defs/handles-by-forge/properties",
    ),
    (
        "generate: [{dialect: zz}]",
        "/$defs/generated-file/properties/dialect/enum",
    ),
    (
        "generate: [{dialect: github, zz: 1}]",
        "/$defs/generated-file/properties",
    ),
    ("checks: {zz: error}", "/$defs/checks/properties"),
    (
        "suppressions: [{check: zz, paths: [b], reason: c}]",
        "/$defs/check/enum",
    ),
    (
        "min_coverage: {components: {zz: 1}}",
        "/properties/min_coverage/properties/components/properties",
    ),
    (
        "alerting: {configs: [{path: b, zz: 1}]}",
        "/$defs/alerting-config/properties",
    ),
];

/// Returns whether other names are possible too: a map can have kinds of its own.
fn is_open(place: &str) -> bool {
    place.contains("min_coverage")
}

fn accepts(map: &str) -> bool {
    read(map).is_ok_and(|map| errors(&map).is_empty())
}

fn errors_of(map: &str) -> String {
    let repo = Repo::new(&[("ownership.yaml", map)]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2, "{map}");
    run.err
}

/// Returns the known keys or names that an error about `zz` lists.
fn known(errors: &str) -> BTreeSet<String> {
    let (_, after) = errors.split_once("`zz`").unwrap();
    let (_, list) = after.split_once("help: known ").unwrap();
    let (_, list) = list.split_once(": ").unwrap();
    let end = ["\n  ×", "\nerror: "]
        .iter()
        .filter_map(|end| list.find(end));
    let list = &list[..end.min().unwrap()];
    list.split(',').map(|name| name.trim().to_owned()).collect()
}

#[test]
fn knows_the_same_keys_and_names_as_ownlint() {
    for (entry, place) in UNKNOWN {
        let map = match entry.starts_with("teams") {
            true => format!("version: 1\n{entry}\n"),
            false => format!("version: 1\nteams: {{a: {{}}}}\n{entry}\n"),
        };
        let in_schema: BTreeSet<String> = match SCHEMA.pointer(place).expect(place) {
            Value::Object(properties) => properties.keys().cloned().collect(),
            names => crate::harness::strings(names)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        };
        let known = known(&errors_of(&map));
        // `*` stands for all names, and is none.
        let in_schema = &in_schema - &BTreeSet::from(["*".to_owned()]);
        assert_eq!(in_schema, known, "{entry}");
        assert_eq!(accepts(&map), is_open(place), "{map}");
    }
}

#[test]
fn every_key_has_a_description_and_examples() {
    fn visit(value: &Value, at: &str) {
        for (key, property) in value["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{key}");
            let reference = property["$ref"]
                .as_str()
                .map(|it| it.strip_prefix('#').unwrap());
            let referred = reference.map(|pointer| SCHEMA.pointer(pointer).unwrap());
            let has = |what: &str| property.get(what).or_else(|| referred?.get(what)).is_some();
            assert!(has("description"), "{at} has no description");
            let has_keys = property.get("properties").is_some() || has("properties");
            assert!(
                has_keys || has("enum") || has("examples"),
                "{at} has no examples"
            );
            visit(property, &at);
        }
    }
    visit(&SCHEMA, "");
    for (name, definition) in SCHEMA["$defs"].as_object().unwrap() {
        visit(definition, name);
    }
}

#[test]
fn describes_checks_as_explain_does() {
    let repo = Repo::new(&[]);
    let mut command = repo.command();
    let run = Run::of(
        command
            .arg("explain")
            .env("COLUMNS", "400")
            .output()
            .unwrap(),
    );
    for (check, schema) in SCHEMA["$defs"]["checks"]["properties"].as_object().unwrap() {
        let mut lines = run.out.lines();
        let line = lines
            .find(|line| line.split(' ').next() == Some(check))
            .unwrap();
        let summary = schema["description"].as_str().unwrap();
        assert!(line.ends_with(&format!("  {summary}")), "{check}: {line}");
    }
}

#[test]
fn accepts_the_maps_of_the_project() {
    let mut count = 0;
    let fixtures = ignore::WalkBuilder::new(project().join("fixtures")).build();
    let fixtures = fixtures.map(|entry| entry.unwrap().into_path());
    for path in fixtures.chain([project().join("ownership.yaml")]) {
        if path.ends_with("ownership.yaml") {
            let map = std::fs::read_to_string(&path).unwrap();
            assert_eq!(errors(&read(&map).unwrap()), "", "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn accepts_the_example_of_all_keys() {
    let page = std::fs::read_to_string(project().join("docs/map.md")).unwrap();
    let (_, example) = page.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let example = read(example).unwrap();
    assert_eq!(errors(&example), "");
    for key in SCHEMA["properties"].as_object().unwrap().keys() {
        assert!(example.get(key).is_some(), "the example lacks {key}");
    }
}

#[test]
fn rejects_usual_mistakes() {
    let cases = include_str!("data/map_mistakes.txt").split("==== ").skip(1);
    let mut accepted = Vec::new();
    for case in cases {
        let (name, rest) = case.split_once(": ").unwrap();
        let (_, rest) = rest.split_once('\n').unwrap();
        let (map, _) = rest.split_once("---- ").unwrap();
        if accepts(&map.replace('→', "\t")) {
            accepted.push(name);
        }
    }
    assert_eq!(accepted, NOT_EXPRESSIBLE);
}

#[test]
fn the_older_draft_says_the_same() {
    let repo = Repo::new(&[]);
    let newest = repo.run(&["schema", "--draft", "2020-12"]);
    assert_eq!(newest.json(), *SCHEMA);
    let older = repo.run(&["schema"]).json();
    assert_eq!(
        older["$schema"],
        json!("http://json-schema.org/draft-07/schema#")
    );
    // Draft 07 ignores keywords beside `$ref`.
    fn visit(value: &Value) {
        if let Value::Object(object) = value {
            assert!(!object.contains_key("$ref") || object.len() == 1, "{value}");
            assert!(!object.contains_key("$defs"), "{value}");
            object.values().for_each(visit);
        } else if let Value::Array(items) = value {
            items.iter().for_each(visit);
        }
    }
    visit(&older);
    for (entry, place) in UNKNOWN {
        let map: Value = serde_yaml::from_str(&format!("version: 1\n{entry}\n")).unwrap();
        let is_valid = schema::errors(&older, &map).is_empty();
        assert_eq!(is_valid, is_open(place), "{entry}");
    }
    let map = std::fs::read_to_string(project().join("ownership.yaml")).unwrap();
    let map: Value = serde_yaml::from_str(&map).unwrap();
    assert_eq!(schema::errors(&older, &map), "");
}
