//! Helmfile services and releases, and their charts.

use crate::harness::{Repo, of_check, outcome, strings, text};

const CHART: &str = "helmfile.d/services/kask/helmfile.yaml";

const MAP: &str = "version: 1
teams: {sre: {}, dba: {}}
rules: [{paths: [ownership.yaml], owner: sre}]
";

#[test]
fn who_shows_the_chart_as_a_hint_and_not_as_a_claim() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/kask/Chart.yaml", "team: dba\n"),
        (CHART, "releases:\n- name: main\n  chart: wmf-stable/kask\n"),
    ]);
    for target in [
        CHART,
        "helmfile.d/services/kask/new.yaml",
        "helmfile-service:services/kask",
        "helmfile-release:services/kask/main",
    ] {
        let answer = repo.who(target);
        assert_eq!(outcome(&answer), "unowned", "{target}");
        let hint = &answer["inferred_owners"][0];
        assert_eq!(text(&hint["component"]), "helm-chart:kask", "{target}");
        assert_eq!(text(&hint["relation"]), "its chart");
        assert_eq!(text(&hint["verdict"]), "owned");
        assert_eq!(strings(&hint["owners"]), ["dba"]);
        assert_eq!(hint["location"]["line"], 3);
        let out = repo.run(&["who", target]).out;
        let line = "its chart `helm-chart:kask` is owned by dba (helmfile.d/services/kask/helmfile.yaml:3:10 · inferred)";
        assert!(out.contains(line), "{out}");
    }
    assert_eq!(
        repo.who("charts/kask/x")["inferred_owners"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn rules_can_select_releases() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            &MAP.replace(
                "rules: [",
                "rules: [{components: ['helmfile-release:services/kask/*'], owner: dba}, ",
            ),
        ),
        (CHART, "releases: [{name: main}]\n"),
    ]);
    assert_eq!(repo.verdict(CHART), "dba");
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn reports_another_owner_of_the_chart_if_all_users_have_the_same_owner() {
    const KASK: &str = "helmfile.d/services/kask";
    let releases = "releases:\n- {name: main, chart: wmf-stable/kask}\n- {name: canary, chart: wmf-stable/kask}\n";
    let teams = "teams: {sre: {}, dba: {}, web: {parent: sre}, perf: {parent: sre}}";
    let map = MAP.replace("teams: {sre: {}, dba: {}}", teams);
    let findings = |services: &[(&str, &str)]| {
        let rules: String = services
            .iter()
            .filter(|(_, owner)| !owner.is_empty())
            .map(|(service, owner)| format!("{{paths: [{KASK}{service}/], owner: {owner}}}, "))
            .collect();
        let map = map.replace("rules: [", &format!("rules: [{rules}"));
        let repo = Repo::new(&[
            ("ownership.yaml", &*map),
            ("charts/kask/Chart.yaml", "team: dba\n"),
        ]);
        for (service, _) in services {
            repo.write(format!("{KASK}{service}/helmfile.yaml"), releases);
        }
        of_check(&repo.check(), "linked-owner-mismatch").len()
    };
    // One finding for each release.
    assert_eq!(findings(&[("", "sre")]), 2);
    assert_eq!(findings(&[("", "sre"), ("-next", "sre")]), 4);
    assert_eq!(findings(&[("", "sre"), ("-next", "web")]), 4);
    assert_eq!(findings(&[("", "sre"), ("-next", "dba")]), 0);
    assert_eq!(findings(&[("", "sre"), ("-next", "")]), 0);
    assert_eq!(findings(&[("", "web"), ("-next", "perf")]), 0);
    assert_eq!(
        findings(&[("", "sre"), ("-next", "web"), ("-old", "perf")]),
        0
    );
    assert_eq!(findings(&[("", "dba"), ("-next", "dba")]), 0);
}
