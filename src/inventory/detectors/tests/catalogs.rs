//! Catalog files: Backstage, Datadog, OpsLevel, Cortex.

use super::{Detected, seen};
use crate::testing::Repo;

const COMPONENT: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: service
  owner: OWNER
";

fn component(owner: &str) -> Vec<String> {
    seen(&[("svc/catalog-info.yaml", &COMPONENT.replace("OWNER", owner))])
}

#[test]
fn reads_references_to_backstage_owners() {
    for (owner, expected) in [
        ("arch", "declared: arch"),
        ("team-tf-core", "declared: team-tf-core"),
        ("group:streams", "declared: group:streams|streams"),
        (
            "group:default/infrastructure",
            "declared: group:default/infrastructure|infrastructure",
        ),
        (
            "backstage/maintainers",
            "declared: backstage/maintainers|maintainers",
        ),
        ("user:jo", "declared: user:jo|jo?"),
        ("User:default/jo", "declared: User:default/jo|jo?"),
        ("'group:'", "declared: group:"),
        ("${{ values.owner }}", "templated: ${{ values.owner }}"),
        ("{{ owner }}", "templated: {{ owner }}"),
        ("", "missing"),
        ("~", "missing"),
        (
            "[a, b]",
            "unreadable:  ! expected a name in `spec.owner`, found a list",
        ),
        (
            "''",
            "unreadable:  ! expected a name in `spec.owner`, found an empty string",
        ),
    ] {
        let expected = format!("backstage-entity:component/default/shop @ svc/ = {expected}");
        assert_eq!(component(owner), [expected], "{owner}");
    }
}

#[test]
fn a_generated_catalog_contains_no_components() {
    let text = format!("# Written by ownlint from ownership.yaml.\n{COMPONENT}");
    let files = [("catalog-info.yaml", &*text)];
    assert_eq!(seen(&files), [""; 0]);
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\n";
    let files = [("catalog-info.yaml", &*format!("{text}---\n{group}"))];
    assert_eq!(seen(&files), [""; 0]);
}

#[test]
fn a_single_component_gets_the_directory_and_others_the_file() {
    let entity = |kind: &str, name: &str, owner: &str| {
        let spec = format!("metadata: {{name: {name}, namespace: n}}\nspec: {{owner: {owner}}}\n");
        format!("---\napiVersion: backstage.io/v1alpha1\nkind: {kind}\n{spec}")
    };
    let one = entity("Component", "a", "x") + &entity("API", "b", "y") + &entity("Group", "c", "z");
    let two = entity("Component", "a", "x") + &entity("Component", "b", "y");
    assert_eq!(
        seen(&[("s/catalog-info.yml", &one)]),
        [
            "backstage-entity:api/n/b @ s/catalog-info.yml = declared: y",
            "backstage-entity:component/n/a @ s/ = declared: x",
        ]
    );
    assert_eq!(
        seen(&[("s/catalog-info.yml", &two)]),
        [
            "backstage-entity:component/n/a @ s/catalog-info.yml = declared: x",
            "backstage-entity:component/n/b @ s/catalog-info.yml = declared: y",
        ]
    );
    // A catalog of entities elsewhere.
    assert_eq!(
        seen(&[("s/all-catalog.yaml", &entity("Component", "a", "x"))]),
        ["backstage-entity:component/n/a @ s/all-catalog.yaml = declared: x"]
    );
    assert_eq!(
        seen(&[("catalog-info.yaml", &entity("Component", "a", "x"))]),
        ["backstage-entity:component/n/a @  = declared: x"]
    );
    // Entities with the same name are distinguished by their directories.
    assert_eq!(
        seen(&[
            ("s/catalog-info.yaml", &entity("Component", "a", "x")),
            ("t/catalog-info.yaml", &entity("Component", "a", "x")),
        ]),
        [
            "backstage-entity:s/component/n/a @ s/ = declared: x",
            "backstage-entity:t/component/n/a @ t/ = declared: x",
        ]
    );
}

#[test]
fn ignores_other_files_with_the_names_of_catalogs() {
    for (path, text) in [
        // As in elastic-agent.
        (
            ".github/workflows/catalog-info.yml",
            "name: Catalog\non:\n  push:\n    paths: [catalog-info.yaml]\njobs: {}\n",
        ),
        ("catalog-info.yaml", ""),
        (
            "catalog-info.yaml",
            "apiVersion: v1\nkind: Component\nmetadata: {name: a}\nspec: {owner: x}\n",
        ),
        (
            "catalog-info.yaml",
            "apiVersion: notbackstage.io/v1\nkind: API\nmetadata: {name: a}\nspec: {owner: x}\n",
        ),
        ("catalog-info.yaml", "[apiVersion, backstage.io/v1alpha1]\n"),
        ("catalog-info.yaml", "kind: [\n"),
        ("catalog-info.json", "{}"),
        ("tables-catalog.yaml", "owner: x\n"),
        (
            "skeleton/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${{ values.name }}\nspec:\n  owner: x\n",
        ),
        (
            "cortex.yaml",
            "auth_enabled: false\nserver: {http_listen_port: 9009}\n",
        ),
        ("cortex.yaml", "info: {title: x}\nowner: x-cortex-y\n"),
        (
            "cortex.yaml",
            "info:\n  x-cortex-type: team\n  x-cortex-tag: a\n",
        ),
        ("opslevel.yaml", "component: {name: a, owner: x}\n"),
        ("opslevel.yml", "component: [a]\n"),
        ("x.datadog.yaml", "dd-service: a\nteam: x\n"),
        ("service.datadog.yaml", "team: x\n"),
    ] {
        let mut found = seen(&[(path, text)]);
        found.retain(|line| !line.starts_with("github-workflow:"));
        assert!(found.is_empty(), "{path} {text}");
    }
}

#[test]
fn reports_a_broken_catalog() {
    let broken = COMPONENT.replace("OWNER", "[");
    for (path, kind, text) in [
        (
            "catalog-info.yaml",
            "backstage-entity:catalog-info",
            &*broken,
        ),
        (
            "cortex.yaml",
            "cortex:cortex",
            "info:\n  x-cortex-owners: [\n",
        ),
        ("opslevel.yml", "opslevel:opslevel", "component: [\n"),
        (
            "entity.datadog.yaml",
            "datadog-service:entity.datadog",
            "apiVersion: [\n",
        ),
    ] {
        let lines = seen(&[(path, text)]);
        let expected = format!("{kind} @ {path} = unreadable ! not valid YAML: ");
        assert!(
            lines.len() == 1 && lines[0].starts_with(&expected),
            "{lines:?}"
        );
    }
    // A broken document does not hide the next.
    let text = format!("{broken}---\n{}", COMPONENT.replace("OWNER", "x"));
    let lines = seen(&[("catalog-info.yaml", &text)]);
    assert!(
        lines[0].contains("= declared: x ! not valid YAML"),
        "{lines:?}"
    );
}

#[test]
fn reads_teams_and_owners_of_datadog() {
    for (file, text, expected) in [
        (
            "service",
            "schema-version: v2\ndd-service: shop\nteam: commerce\n",
            "shop @ d/ = declared: commerce",
        ),
        (
            "service",
            "schema-version: v2\ndd-service: shop\ndd-team: commerce\nteam:\n",
            "shop @ d/ = declared: commerce",
        ),
        (
            "service",
            "schema-version: v2.2\ndd-service: shop\n",
            "shop @ d/ = missing",
        ),
        (
            "entity",
            "apiVersion: v3\nkind: service\nmetadata:\n  name: shop\n  owner: commerce\n  additionalOwners:\n    - {name: sre, type: operator}\n    - {name: dba}\n",
            "shop @ d/ = declared: commerce; sre, dba",
        ),
        (
            "entity",
            "apiVersion: v3\nkind: datastore\nmetadata: {name: shop, additionalOwners: []}\n",
            "datastore/shop @ d/ = missing",
        ),
        (
            "entity",
            "apiVersion: v3\nkind: service\nmetadata: {name: shop, owner: '${TEAM}'}\n",
            "shop @ d/ = templated: ${TEAM}",
        ),
    ] {
        let lines = seen(&[(&format!("d/{file}.datadog.yaml"), text)]);
        assert_eq!(lines, [format!("datadog-service:{expected}")], "{text}");
    }
    let both = "dd-service: a\nteam: x\n---\ndd-service: b\nteam: y\n";
    assert_eq!(
        seen(&[("d/service.datadog.yml", both)]),
        [
            "datadog-service:a @ d/service.datadog.yml = declared: x",
            "datadog-service:b @ d/service.datadog.yml = declared: y",
        ]
    );
}

#[test]
fn reads_owners_of_opslevel() {
    for (text, expected) in [
        (
            "version: 1\ncomponent:\n  name: Order Processor\n  owner: orders_team\n",
            "Order Processor @ o/ = declared: orders_team",
        ),
        ("service: {name: a, owner: x}\n", "a @ o/ = declared: x"),
        ("repository: {owner: x}\n", "o/opslevel @ o/ = declared: x"),
        ("component: {name: a, owner: }\n", "a @ o/ = missing"),
    ] {
        let lines = seen(&[("o/opslevel.yml", text)]);
        assert_eq!(lines, [format!("opslevel:{expected}")], "{text}");
    }
}

#[test]
fn reads_owners_of_cortex() {
    for (owners, expected) in [
        (
            "\n    - {type: group, name: platform, provider: GITHUB}\n    - {type: email, email: jo@example.org}\n    - {type: slack, channel: shop}",
            "declared: platform, jo@example.org?; (shop)",
        ),
        (
            "\n    - {type: email, name: jo@example.org}",
            "declared: jo@example.org?",
        ),
        (
            "\n    - {type: GROUP, name: org/platform}",
            "declared: org/platform|platform",
        ),
        ("\n    - {type: slack, channel: shop}", "missing: (shop)"),
        (" []", "none: "),
        ("", "missing"),
        (
            " platform",
            "unreadable ! expected a list in `x-cortex-owners`, found a single value",
        ),
        (
            " [{type: group}]",
            "unreadable:  ! expected a name in `x-cortex-owners`, found a mapping",
        ),
    ] {
        let text = format!(
            "openapi: 3.0.1\ninfo:\n  title: Shop\n  x-cortex-tag: shop\n  x-cortex-owners:{owners}\n"
        );
        for path in ["c/cortex.yaml", "c/cortex.yml"] {
            let lines = seen(&[(path, &text)]);
            assert_eq!(
                lines,
                [format!("cortex:shop @ c/ = {expected}")],
                "{owners}"
            );
        }
        let path = ".cortex/catalog/shop.yaml";
        let lines = seen(&[(path, &text)]);
        assert_eq!(lines, [format!("cortex:shop @ {path} = {expected}")]);
    }
}

#[test]
fn values_have_their_places() {
    let repo = Repo::new(&[
        (
            "catalog-info.yaml",
            &COMPONENT.replace("OWNER", "'group:x'"),
        ),
        (
            "opslevel.yml",
            "\u{feff}component: {name: a, owner: \"y\"}\r\n",
        ),
    ]);
    let all = Detected::in_repo(&repo);
    let ids = all.ids("");
    let mut shown: Vec<String> = ids.iter().flat_map(|id| all.places(id)).collect();
    shown.sort();
    assert_eq!(shown, ["\"y\"", "'group:x'"]);
}

#[test]
fn escapes_names_in_files() {
    let text = "component: {name: \"a\\e[31m\\n\", owner: x}\n";
    assert_eq!(
        seen(&[("o/opslevel.yml", text)]),
        ["opslevel:a\\u{1b}[31m @ o/ = declared: x"]
    );
}

fn location(targets: &str) -> String {
    let head = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n";
    format!("{head}spec: {targets}\n")
}

#[test]
fn a_glob_of_a_location_that_is_not_valid_is_a_problem() {
    let problem = "`x/[*.yaml` is not a valid glob";
    for (targets, expected) in [
        ("{targets: ['./x/*.yaml']}", &[][..]),
        ("{targets: ['./x/[*.yaml']}", &[problem]),
        ("{targets: ['./x/[*.yaml', 'x/{a,b}.yaml']}", &[problem]),
        ("{target: 'x/[*.yaml'}", &[problem]),
        // This is the name of a file.
        ("{target: 'x/[a.yaml'}", &[]),
        ("{target: 'x/missing.yaml'}", &[]),
        ("{target: 'https://x.org/[*.yaml'}", &[]),
    ] {
        let all = Detected::in_files(&[
            ("catalog-info.yaml", &location(targets)),
            ("x/[a.yaml", COMPONENT),
        ]);
        let problems = all.problems.iter();
        let found: Vec<&str> = problems.map(|problem| &*problem.message).collect();
        assert_eq!(found, expected, "{targets}");
        // The file with the location is no entity.
        assert!(all.ids("").iter().all(|id| id.ends_with("/shop")));
    }
}

#[test]
fn finds_entities_in_all_files_that_a_location_names() {
    let entity = |name: &str| COMPONENT.replace("shop", name);
    let found = seen(&[
        (
            "catalog-info.yaml",
            &location(
                "{targets: [./inventory/*.yaml, parts/more.yaml, 'x/**/e.yml', https://x.org/far.yaml, \
                 /far.yaml, ../far.yaml, missing.yaml, inventory/till.yaml, catalog-info.yaml]}",
            ),
        ),
        ("inventory/till.yaml", &entity("till")),
        ("inventory/deep/hidden.yaml", &entity("hidden")),
        ("inventory/other.yaml", "owner: x\n"),
        ("parts/more.yaml", &location("{target: ../elsewhere/cart}")),
        ("elsewhere/cart", &entity("cart")),
        ("x/a/b/e.yml", &entity("e")),
        ("far.yaml", &entity("far")),
        ("unnamed.yaml", &entity("unnamed")),
        ("s/catalog-info.yaml", &entity("own")),
        (
            "catalogs/my-catalog.yaml",
            &location("{target: ../s/catalog-info.yaml}"),
        ),
    ]);
    let names = |name: &str, path: &str| {
        format!("backstage-entity:component/default/{name} @ {path} = declared: OWNER")
    };
    assert_eq!(
        found,
        [
            names("cart", "elsewhere/cart"),
            names("e", "x/a/b/e.yml"),
            names("own", "s/"),
            names("till", "inventory/till.yaml"),
        ]
    );
}

#[test]
fn follows_references_up_to_a_limit() {
    let file = |at: usize| format!("p/{at}.yaml");
    let chain = |length: usize| {
        let mut files = vec![(
            "catalog-info.yaml".to_owned(),
            location("{target: p/1.yaml}"),
        )];
        for at in 1..length {
            let next = location(&format!("{{target: {}.yaml}}", at + 1));
            files.push((file(at), next));
        }
        files.push((file(length), COMPONENT.to_owned()));
        // A circle ends.
        files.push(("a-catalog.yaml".to_owned(), location("{target: b.yaml}")));
        files.push(("b.yaml".to_owned(), location("{target: a-catalog.yaml}")));
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
        seen(&files)
    };
    assert_eq!(
        chain(40),
        ["backstage-entity:component/default/shop @ p/40.yaml = declared: OWNER"]
    );
    assert_eq!(
        chain(42),
        [
            "backstage-entity:p/41.yaml @ p/41.yaml = unreadable ! `p/41.yaml` was not read: more than \
          40 files refer to each other in a chain"
        ]
    );
}
