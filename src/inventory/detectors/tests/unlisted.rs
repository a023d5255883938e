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

#[test]
fn ansible_playbooks_are_recognized_by_their_content() {
    let found = |text: &str| {
        let lines = seen(&[("ansible/site.yml", text)]);
        assert!(lines.len() < 2, "{lines:?}");
        !lines.is_empty()
    };
    for (text, expected) in [
        ("- hosts: all\n  roles: [web]\n", true),
        ("---\n# x\n- name: x\n  hosts: web\n  tasks: []\n", true),
        ("- hosts: all\n  gather_facts: false\n", true),
        ("- import_playbook: other.yml\n", true),
        ("- ansible.builtin.import_playbook: other.yml\n", true),
        (
            "- hosts: all\n  roles: [web]\n- import_playbook: x.yml\n",
            true,
        ),
        ("[{\"hosts\": \"all\", \"tasks\": []}]\n", true),
        // Lists of other programs, tasks, and mappings.
        ("- hosts: [a.example.org]\n  port: 80\n", false),
        ("- hosts: all\n  roles: [web]\n- name: x\n", false),
        ("- name: x\n  debug: {msg: hosts}\n", false),
        ("hosts: all\nroles: [web]\n", false),
        ("- hosts\n- roles\n", false),
        ("[]  # hosts\n", false),
        ("- hosts: all\n  roles: [web\n", false),
        (
            "- hosts: all\n  roles: [web]\n---\n- hosts: all\n  roles: [web]\n",
            false,
        ),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
    let play = "- hosts: all\n  roles: []\n";
    let lines = seen(&[
        ("a/site.yml", play),
        ("a/site.yaml", play),
        ("b/x.yml", play),
    ]);
    let expected = [
        "ansible-playbook:a/site.yaml @ a/site.yaml = missing",
        "ansible-playbook:a/site.yml @ a/site.yml = missing",
        "ansible-playbook:b/x @ b/x.yml = missing",
    ];
    assert_eq!(lines, expected);
    let all = Detected::in_files(&[("site.yml", play)]);
    let playbook = all.component("ansible-playbook:site");
    assert!(!playbook.is_listed);
    assert_eq!(playbook.how_to_declare, None);
}

#[test]
fn a_playbook_is_linked_to_its_roles() {
    let hints = |path: &str, text: &str| {
        let role = |path: &str| (format!("{path}/tasks/main.yml"), String::new());
        let mut files = [
            "roles/web",
            "roles/db/base",
            "other/roles/web",
            "x/roles/web",
            "x/roles/app",
            "my/own",
        ]
        .map(role)
        .to_vec();
        files.push((
            "ansible.cfg".to_owned(),
            "[defaults]\nroles_path = my\n".to_owned(),
        ));
        files.push((path.to_owned(), text.to_owned()));
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (&**path, &**text))
            .collect();
        let all = Detected::in_files(&files);
        let [id] = &all.ids("ansible-playbook:")[..] else {
            panic!("{text}");
        };
        all.hints(id)
    };
    let play = |keys: &str| format!("- hosts: all\n  {keys}\n");
    for (path, keys, expected) in [
        ("site.yml", "roles: [web]", &["web its role `web`"][..]),
        (
            "site.yml",
            "roles: [{role: web}, {name: db/base}]",
            &["web its role `web`", "db/base its role `db/base`"],
        ),
        // The nearest directory of roles counts.
        (
            "playbooks/site.yml",
            "roles: [web]",
            &["web its role `web`"],
        ),
        (
            "x/site.yml",
            "roles: [web, app]",
            &["x/roles/web its role `web`", "x/roles/app its role `app`"],
        ),
        (
            "x/playbooks/site.yml",
            "roles: [web]",
            &["x/roles/web its role `web`"],
        ),
        // The only role with a name, wherever it is.
        (
            "site.yml",
            "roles: [own, app, base]",
            &[
                "my/own its role `own`",
                "x/roles/app its role `app`",
                "db/base its role `base`",
            ],
        ),
        (
            "site.yml",
            "tasks: [{include_role: {name: web}}]",
            &["web its role `web`"],
        ),
        (
            "site.yml",
            "post_tasks: [{ansible.builtin.import_role: {name: own}}]",
            &["my/own its role `own`"],
        ),
        (
            "site.yml",
            "tasks: [{block: [{rescue: [{import_role: {name: own}}]}]}]",
            &["my/own its role `own`"],
        ),
        (
            "site.yml",
            "roles: [web, web, missing, '{{ x }}', org.tools.web]",
            &["web its role `web`"],
        ),
        ("site.yml", "roles: web", &[]),
        ("site.yml", "tasks: [{include_role: web}, {name: web}]", &[]),
    ] {
        let expected: Vec<String> = expected
            .iter()
            .map(|it| format!("ansible-role:{it}"))
            .collect();
        assert_eq!(hints(path, &play(keys)), expected, "{path} {keys}");
    }
}
