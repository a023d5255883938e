//! Entries in the map that stop matching through a change fail the run that checks the change.

use serde_json::Value;

use crate::harness::{Repo, text};

const MAP: &str = "\
version: 1
teams: {a: {}, b: {}}
checks: {unused-team: off, missing-contact: off, owner-changed: off, overridden-rule: off, redundant-rule: off}
rules:
  - {paths: ['**'], owner: b}
  - {paths: [modules/kafka/], owner: a}
  - {components: ['helm-chart:kask'], owner: a}
exemptions:
  - {paths: [vendor/], reason: x}
";

fn repo() -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("vendor/x", "")]);
    repo.write("charts/kask/Chart.yaml", "name: kask\n");
    for at in 0..64 {
        repo.write(format!("modules/kafka/{at}"), format!("{at}").repeat(20));
    }
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo
}

/// Returns the introduced findings about entries without a match.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let unmatched = findings.filter(|it| {
        let check = text(&it["check"]);
        check.starts_with("unmatched-") || ["case-mismatch", "missing-globstar"].contains(&check)
    });
    let shown = unmatched.map(|it| {
        let [severity, check, message] = ["severity", "check", "message"].map(|key| text(&it[key]));
        format!("{severity}[{check}]: {message}")
    });
    shown.collect()
}

/// Returns what both ways to check a change report about the same change, and its exit code.
fn check(repo: &Repo) -> (Value, i32) {
    repo.git(&["add", "-A"]);
    let staged = repo.check_with(&["--staged"]);
    repo.git(&["commit", "-q", "-m", "change"]);
    let since = repo.run(&["check", "--since", "HEAD~", "--format", "json"]);
    assert_eq!(found(&staged), found(&since.json()));
    (since.json(), since.code)
}

#[test]
fn an_edited_entry_that_matches_nothing_is_an_error() {
    let kafka = "modules/kafka/], owner: a";
    for (old, new, expected) in [
        (
            kafka,
            "modules/kafak/], owner: a",
            "error[unmatched-rule]: pattern `modules/kafak/` matches no files; this change removes \
             `modules/kafka/`, and 64 files lose the owner `a`",
        ),
        (
            kafka,
            "modules/Kafka/], owner: a",
            "error[case-mismatch]: pattern `modules/Kafka/` matches no files because the letter case \
             differs; this change removes `modules/kafka/`, and 64 files lose the owner `a`",
        ),
        (
            "helm-chart:kask",
            "helm-chart:kaks",
            "error[unmatched-rule]: selector `helm-chart:kaks` matches no components; this change \
             removes `helm-chart:kask`, and 1 file loses the owner `a`",
        ),
        (
            "vendor/]",
            "vedor/]",
            "error[unmatched-exemption]: exemption `vedor/` matches no files; this change removes \
             `vendor/`, and 1 file is no longer exempt",
        ),
        (
            kafka,
            "modules/kafka/, new/], owner: a",
            "error[unmatched-rule]: pattern `new/` matches no files; it is new in this change",
        ),
    ] {
        let repo = repo();
        repo.write("ownership.yaml", MAP.replace(old, new));
        let (report, code) = check(&repo);
        assert_eq!((found(&report), code), (vec![expected.to_owned()], 1));
        // Without a change, it is still a warning.
        let [all] = &found(&repo.check())[..] else {
            panic!("{new}");
        };
        assert!(all.starts_with("warning["), "{all}");
    }
}

#[test]
fn moved_and_deleted_files_are_errors_with_the_new_path() {
    let repo = repo();
    repo.git(&["mv", "modules/kafka", "modules/queue"]);
    repo.git(&["rm", "-q", "-r", "vendor"]);
    let (report, code) = check(&repo);
    let expected = [
        "error[unmatched-rule]: pattern `modules/kafka/` matches no files; because of this change, \
         64 files lose the owner `a`",
        "error[unmatched-exemption]: exemption `vendor/` matches no files; it matched 1 file before \
         this change",
    ];
    assert_eq!(
        (found(&report), code),
        (expected.map(str::to_owned).to_vec(), 1)
    );
    let help = text(&report["findings"][0]["help"]);
    assert!(
        help.starts_with("write `modules/queue/`, the new path in this change"),
        "{help}"
    );
    let advice = &report["findings"][0]["advice"][0];
    assert_eq!(advice["edits"][0]["new"], "modules/queue/", "{advice}");
}

#[test]
fn a_moved_component_is_proposed_by_its_new_name() {
    let repo = repo();
    repo.write("charts/kask/values.yaml", "x: 1\n".repeat(20));
    repo.commit();
    repo.git(&["mv", "charts/kask", "charts/session-storage"]);
    repo.write(
        "charts/session-storage/Chart.yaml",
        "name: session-storage\n",
    );
    let (report, code) = check(&repo);
    let expected = "error[unmatched-rule]: selector `helm-chart:kask` matches no components; because \
                    of this change, 1 file loses the owner `a`";
    assert_eq!((found(&report), code), (vec![expected.to_owned()], 1));
    let help = text(&report["findings"][0]["help"]);
    assert!(
        help.starts_with("write `helm-chart:session-storage`"),
        "{help}"
    );
}

#[test]
fn the_severity_in_the_map_applies_and_pre_existing_findings_do_not_fail() {
    let repo = repo();
    let typo = MAP.replace("modules/kafka/", "modules/kafak/");
    repo.write(
        "ownership.yaml",
        typo.replace("unused-team: off", "unmatched-rule: info"),
    );
    let (report, code) = check(&repo);
    assert_eq!((found(&report).len(), code), (1, 0));
    assert!(found(&report)[0].starts_with("info["), "{report}");

    repo.write("modules/more", "");
    let (report, code) = check(&repo);
    assert_eq!((found(&report).len(), code), (0, 0), "{report}");
}

#[test]
fn a_selector_without_globstar_is_corrected() {
    let rules = "groups: [{name: g, rules: [{alert: A, expr: up}]}]\n";
    let map = MAP.replace("helm-chart:kask", "prometheus-rules:*search*");
    let repo = Repo::new(&[("ownership.yaml", &map.replace("'**'", "modules/**"))]);
    repo.write("team-x/search_lag.yaml", rules);
    repo.write("modules/kafka/x", "");
    let report = repo.check();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut about = findings.filter(|it| text(&it["message"]).contains("*search*"));
    let finding = about.next().unwrap_or_else(|| panic!("{report}"));
    assert_eq!(
        text(&finding["help"]),
        "write `prometheus-rules:**/*search*` to match names at any depth, such as \
         `prometheus-rules:team-x/search_lag`"
    );
    assert_eq!(
        finding["advice"][0]["edits"][0]["new"],
        "prometheus-rules:**/*search*"
    );
}
