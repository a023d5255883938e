//! What `who`, `components` and `report` answer about components.

use std::collections::BTreeMap;

use crate::harness::{Repo, strings, text};
use proptest::prelude::*;
use serde_json::{Value, json};

const MAP: &str = "version: 1
teams: {web: {}, dba: {}, sre: {}}
people: [{name: Ann Bee, team: dba}]
";

fn components(repo: &Repo) -> Vec<Value> {
    let document = repo.run(&["components", "--format", "json"]).json();
    document["components"].as_array().unwrap().clone()
}

fn row(repo: &Repo, name: &str) -> String {
    let rows = components(repo);
    let row = rows.iter().find(|row| row["name"] == name);
    let row = row.unwrap_or_else(|| panic!("{name} in {rows:#?}"));
    let owners = strings(&row["owners"]).join(" ");
    format!(
        "{} [{owners}] {}",
        text(&row["verdict"]),
        text(&row["state"])
    )
}

/// The counts of the components of a kind in a report.
fn of_kind<'r>(report: &'r Value, kind: &str) -> &'r Value {
    let mut kinds = report["repositories"][0]["components"]
        .as_array()
        .unwrap()
        .iter();
    kinds.find(|of| of["kind"] == kind).unwrap()
}

/// The number of components of a kind that declare a team, according to `report`.
fn declared(repo: &Repo, kind: &str) -> Value {
    let report = repo.run(&["report", "--format", "json"]).json();
    of_kind(&report, kind)["declared"].clone()
}

#[test]
fn a_fallback_that_names_a_team_is_a_declaration() {
    let chart = "name: c\nmaintainers:\n  - name: web\n";
    let repo = Repo::new(&[("ownership.yaml", MAP), ("charts/c/Chart.yaml", chart)]);
    assert_eq!(row(&repo, "c"), "owned [web] declared");
    assert_eq!(declared(&repo, "helm-chart"), 1);
    let claim = &repo.who("helm-chart:c")["claims"][0];
    assert_eq!(
        (&claim["origin"], &claim["outcome"]),
        (&json!("declaration"), &json!("wins"))
    );
    // A fallback that names nobody in the map declares nothing.
    repo.write("charts/c/Chart.yaml", chart.replace("web", "Jane Doe"));
    assert_eq!(row(&repo, "c"), "unowned [] missing");
    assert_eq!(declared(&repo, "helm-chart"), 0);
}

#[test]
fn who_names_a_person_that_a_component_declares() {
    let map = format!("{MAP}rules: [{{paths: ['**'], owner: sre}}]\n");
    let control = "Package: p\nDescription: x\nMaintainer: Jane Roe <jroe@example.org>\n";
    let repo = Repo::new(&[
        ("ownership.yaml", &map),
        ("images/p/Dockerfile.template", "FROM scratch\n"),
        ("images/p/control", control),
        ("charts/g/Chart.yaml", "name: g\nteam: ghost\n"),
    ]);
    assert_eq!(row(&repo, "p"), "owned [sre] unknown");
    assert_eq!(row(&repo, "g"), "owned [sre] unknown");
    assert_eq!(declared(&repo, "docker-image"), 0);
    for (component, owner, reason) in [
        ("docker-image:p", "Jane Roe", "a person, not a team"),
        ("helm-chart:g", "ghost", "not a team in the map"),
    ] {
        let answer = repo.who(component);
        let [ignored] = &answer["ignored_declarations"].as_array().unwrap()[..] else {
            panic!("{answer:#}");
        };
        assert!(
            text(&ignored["owners"][0]).starts_with(owner),
            "{ignored:#}"
        );
        assert_eq!(ignored["reason"], reason);
    }
}

#[test]
fn a_catalog_entry_belongs_to_its_own_owner() {
    let entry = |name: &str, owner: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
             spec: {{{owner}type: service, lifecycle: production}}\n"
        )
    };
    let catalog = [
        ("cart", "owner: web, "),
        ("till", "owner: web, "),
        ("pay", "owner: dba, "),
        ("free", ""),
    ];
    let catalog: String = catalog
        .iter()
        .map(|(name, owner)| entry(name, owner))
        .collect();
    let repo = Repo::new(&[("ownership.yaml", MAP), ("catalog-info.yaml", &catalog)]);
    assert_eq!(repo.verdict("catalog-info.yaml"), "web dba");
    for (name, owners, declared) in [
        ("cart", "web", "declared"),
        ("till", "web", "declared"),
        ("pay", "dba", "declared"),
        // An entry without an owner belongs to the owners of the file.
        ("free", "web dba", "missing"),
    ] {
        let name = format!("component/default/{name}");
        assert_eq!(row(&repo, &name), format!("owned [{owners}] {declared}"));
        let answer = repo.who(&format!("backstage-entity:{name}"));
        assert_eq!(strings(&answer["owners"]).join(" "), owners);
        let claim = &answer["claims"][0];
        assert_eq!(strings(&claim["owners"]).join(" "), owners);
        let is_own = text(&claim["pattern"]).ends_with(&name);
        assert_eq!(is_own, declared == "declared", "{claim:#}");
    }
    // A stronger rule owns the file and all of its entries.
    repo.write(
        "ownership.yaml",
        format!("{MAP}rules: [{{paths: [catalog-info.yaml], owner: sre, priority: 1}}]\n"),
    );
    assert_eq!(row(&repo, "component/default/pay"), "owned [sre] declared");
}

const OWNERS: [&str; 6] = [
    "web",
    "dba",
    "ghost",
    "Jane Doe <jane@example.org>",
    "Ann Bee",
    "",
];

/// A repository with charts, images and a catalog that declare owners in several ways.
fn repository() -> impl Strategy<Value = Vec<(String, String)>> {
    let owner = || prop::sample::select(OWNERS.to_vec());
    let chart = (owner(), owner(), any::<bool>()).prop_map(|(team, maintainer, opts_out)| {
        let mut chart = "name: x\n".to_owned();
        if !team.is_empty() {
            chart += &format!("team: '{team}'\n");
        }
        if !maintainer.is_empty() {
            chart += &format!("maintainers: [{{name: '{maintainer}'}}]\n");
        }
        if opts_out {
            chart += "annotations: {skip-checks: team}\n";
        }
        chart
    });
    let charts = prop::collection::vec(chart, 0..4);
    let entries = prop::collection::vec(owner(), 0..4);
    let image = prop::option::of(owner());
    let rules = prop::sample::subsequence(
        vec![
            "- {paths: ['**'], owner: sre}\n",
            "- {paths: ['charts/c0/x'], owner: web}\n",
            "- {paths: ['**/Chart.yaml'], owner: dba}\n",
            "- {paths: ['images/'], owners: [web, dba]}\n",
            "- {components: ['helm-chart:*1'], owner: sre}\n",
            "- {paths: ['catalog-info.yaml'], owners: [web, dba], priority: 1}\n",
        ],
        0..4,
    );
    let policy = prop::sample::select(vec!["trust", "compare", "ignore"]);
    (charts, entries, image, rules, policy, any::<bool>()).prop_map(
        |(charts, entries, image, rules, policy, exempts)| {
            let mut map = format!("{MAP}declarations: {{helm: {policy}}}\n");
            if !rules.is_empty() {
                map += &format!("rules:\n{}", rules.concat());
            }
            if exempts {
                map += "exemptions: [{paths: ['charts/c0/', '**/x'], reason: r}]\n";
            }
            let mut files = vec![("ownership.yaml".to_owned(), map)];
            for (at, chart) in charts.into_iter().enumerate() {
                files.push((format!("charts/c{at}/Chart.yaml"), chart));
                files.push((format!("charts/c{at}/x"), String::new()));
            }
            if let Some(owner) = image {
                let control = format!("Package: p\nDescription: x\nMaintainer: {owner}\n");
                files.push(("images/p/Dockerfile.template".to_owned(), "FROM scratch\n".to_owned()));
                files.push(("images/p/control".to_owned(), control));
            }
            let entry = |(at, owner): (usize, &&str)| {
                format!(
                    "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: e{at}}}\n\
                     spec: {{owner: '{owner}', type: service, lifecycle: production}}\n"
                )
            };
            let catalog: String = entries.iter().enumerate().map(entry).collect();
            files.push(("catalog-info.yaml".to_owned(), catalog));
            files
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn who_and_components_and_report_agree(files in repository()) {
        let repo = Repo::new(&[]);
        for (path, text) in &files {
            repo.write(path, text);
        }
        let rows = components(&repo);
        let ids: Vec<String> = rows
            .iter()
            .map(|row| format!("{}:{}", text(&row["kind"]), text(&row["name"])))
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        // The number of components, and of those with each verdict and with a declared team, by kind.
        let mut counts: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        let answers = if ids.is_empty() { Vec::new() } else { repo.who_all(&ids) };
        for ((row, answer), id) in rows.iter().zip(&answers).zip(&ids) {
            prop_assert_eq!(&row["verdict"], &answer["verdict"], "{}", id);
            prop_assert_eq!(&row["owners"], &answer["owners"], "{}", id);
            let count = counts.entry(text(&row["kind"])).or_default();
            *count.entry("total").or_default() += 1;
            *count.entry(text(&row["verdict"])).or_default() += 1;
            let is_declared = row["state"] == "declared";
            *count.entry("declared").or_default() += u64::from(is_declared);
            // A declaration that makes a claim declares a team, and the claim names the team.
            for claim in answer["claims"].as_array().unwrap() {
                if claim["origin"] == "declaration" && text(&claim["pattern"]) == *id {
                    prop_assert!(is_declared, "{}: {}", id, claim);
                    let decides = claim["outcome"] == "wins" && answer["claims"].as_array().unwrap().len() == 1;
                    prop_assert!(!decides || claim["owners"] == answer["owners"], "{}: {}", id, answer);
                }
            }
            if row["state"] == "unknown" {
                let ignored = answer["ignored_declarations"].as_array().unwrap();
                prop_assert!(!ignored.is_empty(), "{}: {}", id, answer);
            }
        }
        let report = repo.run(&["report", "--format", "json"]).json();
        for (kind, counts) in counts {
            let of_report = of_kind(&report, kind);
            let count = |key: &str| counts.get(key).copied().unwrap_or_default();
            for key in ["total", "declared"] {
                prop_assert_eq!(&of_report[key], count(key), "{} {}", kind, key);
            }
            for key in ["owned", "exempt", "unowned", "conflicting"] {
                prop_assert_eq!(&of_report["verdicts"][key], count(key), "{} {}", kind, key);
            }
        }
        // The verdict on a chart is the worst one on its files.
        for (row, id) in rows.iter().zip(&ids).filter(|(row, _)| row["kind"] == "helm-chart") {
            let directory = format!("charts/{}/", text(&row["name"]));
            let inside: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).filter(|path| path.starts_with(&directory)).collect();
            let rank = |answer: &Value| ["exempt", "owned", "unowned", "conflicting"].iter().position(|name| answer["verdict"] == *name);
            let worst = repo.who_all(&inside).iter().map(rank).max().unwrap();
            prop_assert_eq!(rank(row), worst, "{}", id);
        }
    }
}
