//! Tests that files that could not be read are named: those that may contain notification routes, dashboards or machines.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::harness::{Repo, of_check, text};

const MAP: &str = "version: 1
teams: {web: {name: Web}}
rules: [{paths: ['**'], owner: web}]
";

const ALERTS: &str = "groups: [{name: g, rules: [{alert: A1, expr: up, labels: {team: web}}]}]\n";

const ALERTMANAGER: &str = "route:
  receiver: fallback
  routes:
    - match: {team: web}
      receiver: web-pd
receivers: [{name: fallback, email_configs: [{to: x}]}, {name: web-pd, pagerduty_configs: [{}]}]
";

/// The commands whose answers depend on such files.
const COMMANDS: [&[&str]; 6] = [
    &["receivers", "A1"],
    &["receivers", "team=web", "--format", "json"],
    &["who", "A1"],
    &["route", "A1"],
    &["teams"],
    &["report"],
];

/// More than ownlint reads.
fn huge() -> String {
    format!("{ALERTMANAGER}# {}\n", "x".repeat(17 << 20))
}

/// A route that is nested more deeply than ownlint reads.
fn nested() -> String {
    let (open, close) = ("{receiver: r, routes: [".repeat(64), "]}".repeat(64));
    format!("route: {open}{close}\nreceivers: [{{name: r}}]\n")
}

/// Runs a check and all other commands, and expects a finding and warnings that name the file.
#[track_caller]
fn names(repo: &Repo, path: &str, check: &str, why: &str) {
    let report = repo.check();
    let findings = of_check(&report, check);
    let findings: Vec<_> = findings.iter().filter(|it| it["path"] == path).collect();
    assert_eq!(findings.len(), 1, "{path}: {report:#}");
    let message = text(&findings[0]["message"]);
    assert!(message.contains(why), "{path}: {message}");
    assert!(
        !message.contains("not valid YAML") || why.contains("not valid YAML"),
        "{message}"
    );
    assert_ne!(findings[0]["severity"], "error", "{path}");
    for arguments in COMMANDS {
        let run = repo.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?} {}", run.err);
        let warning = run
            .err
            .lines()
            .find(|line| line.contains("warning: ") && line.contains(why));
        let warning = warning.unwrap_or_else(|| panic!("{arguments:?} {}", run.err));
        assert!(warning.starts_with(path), "{warning}");
    }
}

fn repo(path: &str, content: &str) -> Repo {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("rules.yaml", ALERTS),
        (path, content),
    ]);
    repo.track();
    repo
}

#[test]
fn unread_notification_routes_are_named() {
    let config_map = "kind: ConfigMap\ndata:\n  alertmanager.yml: |\n    route:\n      receiver: [\n    receivers: []\n";
    let in_values = "alertmanager:\n  config:\n    route:\n      receiver: a\n      routes: [\n";
    let deep_values = nested().replace('\n', "\n    ");
    let deep_values = format!("alertmanager:\n  config:\n    {deep_values}\n");
    let unread = "invalid-notification-route";
    for (path, content, check, why) in [
        (
            "am.yml",
            ALERTMANAGER.replace("web}", "web"),
            unread,
            "the notification routes are not valid YAML",
        ),
        (
            "am.yml.erb",
            ALERTMANAGER.replace("web}", "web"),
            unread,
            "the notification routes are not valid YAML",
        ),
        (
            "config.yaml",
            config_map.to_owned(),
            unread,
            "the notification routes are not valid YAML",
        ),
        (
            "values.yaml",
            in_values.to_owned(),
            unread,
            "may contain notification routes, which are not read because it is not valid YAML",
        ),
        (
            "am.yml",
            nested(),
            unread,
            "the notification routes exceed a limit of ownlint and are not read: lists and mappings are nested more than 100 levels deep",
        ),
        ("am.json", nested(), unread, "exceed a limit of ownlint"),
        (
            "values.yaml",
            deep_values,
            unread,
            "may contain notification routes, which exceed a limit of ownlint",
        ),
        (
            "am.yml",
            huge(),
            "unreadable-path",
            "it is larger than 16 MiB",
        ),
        (
            "dashboard.json",
            huge(),
            "unreadable-path",
            "it is larger than 16 MiB",
        ),
    ] {
        let repo = repo(path, &content);
        names(&repo, path, check, why);
        let run = repo.run(&["receivers", "A1"]);
        assert!(
            run.out
                .contains("the receivers are unknown: files that may contain"),
            "{}",
            run.out
        );
        assert!(
            run.err
                .contains("no notification routes found in the files that could be read"),
            "{}",
            run.err
        );
        // Another configuration is evaluated.
        repo.write("other.yml", ALERTMANAGER);
        repo.track();
        names(&repo, path, check, why);
        let run = repo.run(&["receivers", "A1"]);
        assert!(
            run.out.contains("✓ certain   `web-pd` (PagerDuty)"),
            "{}",
            run.out
        );
    }
}

#[test]
fn files_that_cannot_be_opened_are_named() {
    for path in ["am.yml", "dashboard.json"] {
        let repo = repo(path, ALERTMANAGER);
        let full = repo.path().join(path);
        fs::remove_file(&full).unwrap();
        names(&repo, path, "unreadable-path", "missing from the work tree");
        repo.pipe(path);
        names(&repo, path, "unreadable-path", "it is not a regular file");
        fs::remove_file(&full).unwrap();
        repo.write(path, ALERTMANAGER);
        fs::set_permissions(&full, fs::Permissions::from_mode(0o000)).unwrap();
        // Permissions do not apply to root.
        if fs::read(&full).is_err() {
            names(&repo, path, "unreadable-path", "permission denied");
        }
        fs::set_permissions(&full, fs::Permissions::from_mode(0o644)).unwrap();
        let report = repo.check();
        assert!(
            of_check(&report, "unreadable-path").is_empty(),
            "{report:#}"
        );
    }
}

#[test]
fn files_that_are_not_searched_are_not_named() {
    let readable = || repo("x.yml", ALERTMANAGER);
    for path in ["tests/am.yml", "third_party/am.yml", "am.txt"] {
        let repo = readable();
        repo.write(path, huge());
        repo.track();
        let report = repo.check();
        assert!(
            of_check(&report, "unreadable-path").is_empty(),
            "{report:#}"
        );
        let run = repo.run(&["receivers", "A1"]);
        assert_eq!(run.err, "", "{path}");
    }
    // The target of a link is searched, too.
    let repo = readable();
    repo.write("am.yml", ALERTMANAGER);
    repo.track();
    fs::remove_file(repo.path().join("am.yml")).unwrap();
    repo.link("am.yml", "x.yml");
    let report = repo.check();
    assert!(
        of_check(&report, "unreadable-path").is_empty(),
        "{report:#}"
    );
    // Other files that are not valid YAML.
    let repo = readable();
    repo.write("broken.yaml", "a: [\n");
    repo.track();
    let report = repo.check();
    assert!(
        of_check(&report, "invalid-notification-route").is_empty(),
        "{report:#}"
    );
}

#[test]
fn many_unread_files_are_counted() {
    let repo = repo("x.yml", ALERTMANAGER);
    for at in 0..20 {
        repo.write(format!("d{at}.yml"), "a: 1\n");
    }
    repo.track();
    for at in 0..20 {
        fs::remove_file(repo.path().join(format!("d{at}.yml"))).unwrap();
    }
    let run = repo.run(&["receivers", "A1"]);
    assert_eq!(
        run.err.matches("missing from the work tree").count(),
        5,
        "{}",
        run.err
    );
    assert!(
        run.err
            .contains("warning: 15 more files could not be read\nhelp: "),
        "{}",
        run.err
    );
}

#[test]
fn listed_configurations_say_why_they_are_not_used() {
    let listed = |path: &str| format!("{MAP}alerting: {{configs: [{{path: {path}}}]}}\n");
    let message = |repo: &Repo| {
        let report = repo.check();
        let findings = of_check(&report, "invalid-notification-route");
        assert_eq!(findings.len(), 1, "{report:#}");
        let message = text(&findings[0]["message"]).to_owned();
        message.split_once(": ").unwrap().1.to_owned()
    };
    let ends = "`.yaml`, `.yml`, `.json`, `.tpl`, `.erb`";
    for (path, content, expected) in [
        ("am.yml", b"a: 1\n".to_vec(), "`am.yml` contains none"),
        ("am.yml", b"a: \xFF\n".to_vec(), "`am.yml` is not UTF-8"),
        (
            "am.yml",
            huge().into_bytes(),
            "`am.yml` could not be read: it is larger than 16 MiB",
        ),
        (
            "am.conf",
            ALERTMANAGER.into(),
            &*format!("`am.conf` does not end in {ends}"),
        ),
        ("no.yml", b"a: 1\n".to_vec(), "there is no such file"),
    ] {
        let repo = repo("rules.yml", "a: 1\n");
        repo.write("ownership.yaml", listed(path));
        repo.write(if path == "no.yml" { "yes.yml" } else { path }, content);
        repo.track();
        assert_eq!(message(&repo), expected);
    }
    let repo = repo("real.yml", ALERTMANAGER);
    repo.write("ownership.yaml", listed("am.yml"));
    repo.link("am.yml", "real.yml");
    repo.track();
    assert_eq!(
        message(&repo),
        "`am.yml` is a symbolic link, and symbolic links are not followed"
    );
}

#[test]
fn unread_lists_of_machines_are_named() {
    let site = "node 'h1' { role(web) }\n";
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("modules/role/manifests/web.pp", "class role::web {}\n"),
        ("manifests/site.pp", site),
    ]);
    repo.track();
    assert_eq!(repo.run(&["who", "h1"]).code, 0);
    repo.write(
        "manifests/site.pp",
        format!("{site}# {}\n", "x".repeat(17 << 20)),
    );
    for arguments in [&["who", "h1"][..], &["route", "h1"]] {
        let run = repo.run(arguments);
        let why = "`manifests/site.pp` could not be read: it is larger than 16 MiB";
        assert!(run.err.contains(why), "{arguments:?} {}", run.err);
    }
}

#[test]
fn many_unread_files_have_one_finding() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for at in 0..20 {
        repo.write(format!("d{at}.yml"), "a: 1\n");
    }
    repo.track();
    for at in 0..20 {
        fs::remove_file(repo.path().join(format!("d{at}.yml"))).unwrap();
    }
    for (arguments, others) in [
        (&[][..], "; the same applies to 19 other files"),
        (&["d7.yml"][..], "missing from the work tree"),
    ] {
        let report = repo.check_with(arguments);
        let findings = of_check(&report, "unreadable-path");
        assert_eq!(findings.len(), 1, "{arguments:?} {report:#}");
        let message = text(&findings[0]["message"]);
        assert!(message.ends_with(others), "{arguments:?} {message}");
        assert_eq!(findings[0]["severity"], "info");
    }
}
