//! Which claim wins, clause by clause.

mod harness;

use harness::Repo;
use proptest::prelude::*;

const TEAMS: &str = "version: 1
teams:
  sre: {}
  traffic: {parent: sre}
  wmcs: {parent: sre}
  dba: {}
";

fn repo(rules: &str) -> Repo {
    Repo::new(&[
        ("ownership.yaml", &format!("{TEAMS}{rules}")),
        ("charts/kask/Chart.yaml", "team: dba\n"),
        ("charts/kask/templates/x.yaml", ""),
        ("charts/echo/Chart.yaml", "name: echo\n"),
        ("modules/role/manifests/db.pp", "class role::db {}\n"),
        (
            "hieradata/role/common/db.yaml",
            "profile::contacts::role_contacts: ['dba']\n",
        ),
    ])
}

#[test]
fn claims_are_ordered_by_priority_then_language_then_naming() {
    for (rules, path, expected) in [
        (
            "rules: [{paths: [a/], owner: sre}, {paths: [a/b/], owner: dba}]",
            "a/b/c",
            "dba",
        ),
        (
            "rules: [{paths: [a/b/], owner: dba}, {paths: [a/], owner: wmcs}]",
            "a/b/c",
            "dba",
        ),
        (
            "rules: [{paths: ['**/*.sql'], owner: dba}, {paths: [a/], owner: wmcs}]",
            "a/x.sql",
            "conflicting",
        ),
        (
            "rules: [{paths: ['a/**/*.sql'], owner: dba}, {paths: [a/], owner: wmcs}]",
            "a/x.sql",
            "dba",
        ),
        (
            "rules: [{paths: ['*/x'], owner: dba}, {paths: ['a/*'], owner: wmcs, priority: 1}]",
            "a/x",
            "wmcs",
        ),
        (
            "rules: [{paths: ['*/x'], owner: dba}, {paths: ['a/*'], owner: dba}]",
            "a/x",
            "dba",
        ),
        (
            "rules: [{paths: ['a/'], owners: [dba, wmcs]}]",
            "a/x",
            "dba wmcs",
        ),
        (
            "rules: [{paths: ['*/x'], owner: sre}, {paths: ['a/*'], owner: traffic}]",
            "a/x",
            "traffic",
        ),
        (
            "rules: [{paths: ['*/x'], owner: traffic}, {paths: ['a/*'], owner: wmcs}]",
            "a/x",
            "conflicting",
        ),
        (
            "rules: [{paths: [a/], owner: dba}]\nexemptions: [{paths: [a/b], reason: r}]",
            "a/b",
            "exempt",
        ),
        (
            "exemptions: [{paths: [a/b], reason: r, until: 2026-11-21}]",
            "a/b",
            "unowned",
        ),
        (
            "exemptions: [{paths: [a/b], reason: r, until: 2026-11-22}]",
            "a/b",
            "exempt",
        ),
        ("rules: [{paths: [a/], owner: dba}]", "a", "unowned"),
        ("rules: [{paths: [a], owner: dba}]", "a", "dba"),
        ("rules: [{paths: [/a], owner: dba}]", "a/b/c", "dba"),
        // Declarations and selectors.
        (
            "rules: [{paths: [charts/], owner: wmcs}]",
            "charts/kask/values.yaml",
            "dba",
        ),
        (
            "rules: [{paths: [charts/], owner: wmcs}]",
            "charts/echo/values.yaml",
            "wmcs",
        ),
        (
            "rules: [{paths: [charts/kask/templates/], owner: wmcs}]",
            "charts/kask/templates/x.yaml",
            "wmcs",
        ),
        (
            "rules: [{components: ['helm-chart:*'], owner: wmcs}]",
            "charts/kask/values.yaml",
            "dba",
        ),
        (
            "rules: [{components: ['helm-chart:*'], owner: wmcs}, {components: ['helm-chart:e*'], owner: sre}]",
            "charts/echo/x",
            "sre",
        ),
        (
            "rules: [{components: ['helm-chart:kask'], owner: wmcs}]",
            "charts/kask/x",
            "conflicting",
        ),
        (
            "rules: [{components: ['helm-chart:kask'], owner: wmcs, priority: 1}]",
            "charts/kask/x",
            "wmcs",
        ),
        // A component that lies in two places is compared where the file lies.
        (
            "rules: [{paths: [modules/, hieradata/], owner: wmcs}]",
            "hieradata/role/common/db.yaml",
            "dba",
        ),
        (
            "rules: [{paths: [modules/role/manifests/db.pp], owner: wmcs}]",
            "modules/role/manifests/db.pp",
            "wmcs",
        ),
        (
            "rules: [{paths: [modules/role/manifests/db.pp], owner: wmcs}]",
            "hieradata/role/common/db.yaml",
            "dba",
        ),
    ] {
        assert_eq!(repo(rules).verdict(path), expected, "{path} by {rules}");
    }
}

#[test]
fn policies_say_what_declarations_are_worth() {
    let rules = "rules: [{paths: ['**'], owner: wmcs}]\n";
    for (policy, verdict, mismatches) in [
        ("trust", "dba", 0),
        ("compare", "wmcs", 1),
        ("ignore", "wmcs", 0),
    ] {
        let repo = repo(&format!(
            "{rules}declarations: {{helm: {policy}, puppet: ignore}}\n"
        ));
        assert_eq!(repo.verdict("charts/kask/x"), verdict, "{policy}");
        let found = harness::findings(&repo.check());
        let expected = "declaration-mismatch charts/kask/Chart.yaml helm-chart:kask";
        assert_eq!(
            found.iter().filter(|line| *line == expected).count(),
            mismatches,
            "{found:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rules_never_decides(order in Just(vec![0, 1, 2, 3, 4]).prop_shuffle()) {
        let rules = [
            "  - {paths: [charts/], owner: wmcs}\n",
            "  - {paths: ['*/kask/'], owner: traffic}\n",
            "  - {paths: ['**/*.yaml'], owner: sre}\n",
            "  - {components: ['helm-chart:*'], owner: dba}\n",
            "  - {paths: [modules/role/], owner: wmcs, priority: 2}\n",
        ];
        let shuffled: String = order.iter().map(|at| rules[*at]).collect();
        let of = |rules: &str| {
            let report = repo(&format!("rules:\n{rules}")).check();
            let mut prints: Vec<String> = report["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|finding| finding["fingerprint"].to_string())
                .collect();
            prints.sort();
            (report["repositories"][0]["verdicts"].clone(), report["repositories"][0]["teams"].clone(), prints)
        };
        prop_assert_eq!(of(&shuffled), of(&rules.concat()));
    }
}
