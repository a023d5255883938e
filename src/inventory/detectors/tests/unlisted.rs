//! Components of kinds that never declare an owner.

use super::{Detected, seen};

const UNIT: &str = "[Unit]\nDescription=x\n";

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
fn grafana_dashboards_are_recognized_by_their_content() {
    let dashboard = r#"{"title": "x", "panels": [{"id": 1}], "schemaVersion": 39}"#;
    let found = seen(&[
        ("boards/shop.json", dashboard),
        (
            "boards/api.json",
            &format!("{{\"dashboard\": {dashboard}, \"meta\": {{}}}}"),
        ),
        ("boards/old.json", r#"{"rows": [], "schemaVersion": 14}"#),
        ("boards/shop.txt", dashboard),
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
