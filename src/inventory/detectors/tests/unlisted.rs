//! Components of kinds that never declare an owner.

use super::{Detected, seen};
use crate::{config::Settings, inventory::Kinds, testing::Repo};

const UNIT: &str = "[Unit]\nDescription=x\n";

const DASHBOARD: &str = r#"{"title": "x", "panels": [{"id": 1}], "schemaVersion": 39}"#;

#[test]
fn github_workflows_are_directly_in_the_directory_that_github_reads() {
    let found = seen(&[
        (".github/workflows/ci.yml", ""),
        (".github/workflows/ci.yaml", ""),
        (".github/workflows/release.yml", ""),
        (".github/workflows/parts/x.yml", ""),
        (".github/workflows/readme.md", ""),
        (".github/dependabot.yml", ""),
        ("nested/.github/workflows/x.yml", ""),
    ]);
    assert_eq!(
        found,
        [
            "github-workflow:ci.yaml @ .github/workflows/ci.yaml = missing",
            "github-workflow:ci.yml @ .github/workflows/ci.yml = missing",
            "github-workflow:release @ .github/workflows/release.yml = missing",
        ]
    );
}

#[test]
fn systemd_units_are_recognized_by_their_sections() {
    let found = seen(&[
        ("files/web.service", "[Service]\nExecStart=/bin/web\n"),
        ("files/web.service.d/limits.conf", "[Service]\n"),
        ("files/web.timer", "# daily\n[Timer]\nOnCalendar=daily\n"),
        ("templates/web.service.erb", UNIT),
        ("templates/worker@.service.j2", UNIT),
        ("other/worker@.service.j2", UNIT),
        ("avahi/http.service", "<service-group/>\n"),
        ("dbus/org.x.service", "[D-BUS Service]\nName=org.x\n"),
        ("files/masked.service", ""),
        ("files/unit.txt", UNIT),
        ("alone.service.d/limits.conf", "[Service]\n"),
    ]);
    assert_eq!(
        found,
        [
            "systemd-unit:files/web.service @ files/web.service files/web.service.d/ = missing",
            "systemd-unit:other/worker@.service.j2 @ other/worker@.service.j2 = missing",
            "systemd-unit:templates/web.service.erb @ templates/web.service.erb = missing",
            "systemd-unit:templates/worker@.service.j2 @ templates/worker@.service.j2 = missing",
            "systemd-unit:web.timer @ files/web.timer = missing",
        ]
    );
}

#[test]
fn kinds_without_declarations_are_not_listed_by_default() {
    let all = Detected::in_files(&[
        (".github/workflows/ci.yml", ""),
        ("web.service", UNIT),
        ("charts/kask/Chart.yaml", "name: kask\n"),
    ]);
    let listed = all.components.iter().map(|of| (of.kind, of.is_listed));
    let mut listed: Vec<(&str, bool)> = listed.collect();
    listed.sort_unstable();
    let expected = [
        ("github-workflow", false),
        ("helm-chart", true),
        ("systemd-unit", false),
    ];
    assert_eq!(listed, expected);
}

#[test]
fn kinds_without_declarations_are_found_only_if_needed() {
    let repo = Repo::new(&[
        (".github/workflows/ci.yml", ""),
        ("app/Dockerfile", "FROM scratch\n"),
        ("boards/shop.json", DASHBOARD),
        ("charts/kask/Chart.yaml", "name: kask\n"),
        ("units/web.service", UNIT),
    ]);
    let needed = |repo: &Repo, settings: &Settings| {
        Detected::of_kinds(repo, settings, Kinds::Needed).ids("")
    };
    let selecting = |kind| Settings {
        selected_kinds: [kind].into(),
        ..Settings::default()
    };
    assert_eq!(needed(&repo, &selecting("helm-chart")), ["helm-chart:kask"]);
    let chart = |other: &str| {
        let mut ids = vec![other.to_owned(), "helm-chart:kask".to_owned()];
        ids.sort();
        ids
    };
    for id in [
        "docker-image:app",
        "github-workflow:ci",
        "grafana-dashboard:boards/shop",
        "systemd-unit:web.service",
    ] {
        let (kind, _) = id.split_once(':').unwrap();
        assert_eq!(needed(&repo, &selecting(kind)), chart(id));
    }
    // The labels of an image and the tags of a dashboard can declare owners.
    let mut keys = Settings::default();
    keys.owner_keys.add(None, "owner");
    assert_eq!(
        needed(&repo, &keys),
        [
            "docker-image:app",
            "grafana-dashboard:boards/shop",
            "helm-chart:kask"
        ]
    );

    // The parts of a unit can have different owners, and its name depends on the other units.
    let repo = Repo::new(&[
        ("a/web.service", UNIT),
        ("a/web.service.d/limits.conf", "[Service]\n"),
        ("b/db.service", UNIT),
        ("b/web.service", UNIT),
    ]);
    assert_eq!(
        needed(&repo, &Settings::default()),
        ["systemd-unit:a/web.service", "systemd-unit:b/web.service"]
    );

    // So does the name of an image of docker-pkg.
    let repo = Repo::new(&[
        ("a/app/changelog", "app (1.0) x; urgency=low\n"),
        ("a/app/Dockerfile.template", ""),
        ("app/Dockerfile", "FROM scratch\n"),
    ]);
    assert_eq!(
        needed(&repo, &Settings::default()),
        ["docker-image:a/app", "docker-image:app/Dockerfile"]
    );
}

#[test]
fn grafana_dashboards_are_recognized_by_their_content() {
    let found = seen(&[
        ("boards/shop.json", DASHBOARD),
        (
            "boards/api.json",
            &format!("{{\"dashboard\": {DASHBOARD}, \"meta\": {{}}}}"),
        ),
        ("boards/old.json", r#"{"rows": [], "schemaVersion": 14}"#),
        ("boards/shop.txt", DASHBOARD),
        ("x/broken.json", r#"{"panels": [], "schemaVersion": 39"#),
        ("x/list.json", r#"[{"panels": [], "schemaVersion": 39}]"#),
        ("x/other.json", r#"{"schemaVersion": 2, "packages": []}"#),
        ("x/panels.json", r#"{"panels": []}"#),
        ("x/word.json", r#"{"schemaVersion": "x", "panels": []}"#),
    ]);
    assert_eq!(
        found,
        [
            "grafana-dashboard:boards/api @ boards/api.json = missing",
            "grafana-dashboard:boards/old @ boards/old.json = missing",
            "grafana-dashboard:boards/shop @ boards/shop.json = missing",
        ]
    );
}
