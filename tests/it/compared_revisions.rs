//! Both sides of a change share what they read. A change reports the same as two separate runs.

use std::{collections::BTreeMap, fs};

use crate::harness::{Repo, text};
use serde_json::Value;

const MAP: &str = "\
version: 1
include: [teams.yaml]
checks: {missing-contact: off}
kinds:
  - kind: service
    members: {home: {path: \"services/{name}/\", required: true}}
    declared_by: {file: \"services/{name}/owner.yaml\", key: team}
rules:
  - {paths: [\"*\", one/, services/], owner: a}
  - {components: [\"puppet-role:web\"], owner: a}
";

const FILES: [(&str, &str); 10] = [
    ("ownership.yaml", MAP),
    ("teams.yaml", "teams: {a: {}, b: {aliases: [Bee]}}\n"),
    ("charts/x/Chart.yaml", "name: x\nteam: a\n"),
    ("charts/y/Chart.yaml", "name: y\nteam: nobody\n"),
    (
        "modules/role/manifests/web.pp",
        "# Team: b\nclass role::web {}\n",
    ),
    (
        "hieradata/role/common/web.yaml",
        "profile::contacts::role_contacts: [b]\n",
    ),
    ("hieradata/role/eqiad/web.yaml", "x: 1\n"),
    ("manifests/site.pp", "node 'x' { role(web) }\n"),
    ("services/s/owner.yaml", "team: b\nowner: nobody\n"),
    ("services/t/owner.yaml", "team: b\nowner: a\n"),
];

/// Findings by fingerprint.
type Findings = BTreeMap<String, Vec<String>>;

fn by_fingerprint<'f>(findings: impl Iterator<Item = &'f Value>) -> Findings {
    let mut all = Findings::new();
    for finding in findings {
        let print = text(&finding["fingerprint"]).to_owned();
        // Only the report of a change says what the change does through a rule.
        let message = match text(&finding["check"]) {
            "unmatched-rule" => text(&finding["message"]).split("; ").next().unwrap(),
            _ => text(&finding["message"]),
        };
        let line = format!("{} {message}", text(&finding["check"]));
        all.entry(print).or_default().push(line);
    }
    all
}

fn without(all: &Findings, others: &Findings) -> Vec<String> {
    let number = |print: &String| others.get(print).map_or(0, Vec::len);
    let rest = all
        .iter()
        .flat_map(|(print, lines)| lines.iter().skip(number(print)));
    rest.cloned().collect()
}

/// Compares the report on a change with the reports on each side.
#[track_caller]
fn assert_agrees(change: impl FnOnce(&Repo)) {
    assert_agrees_after(|_| {}, change);
}

/// Like [`assert_agrees`], for a repository that is prepared first.
#[track_caller]
fn assert_agrees_after(prepare: impl FnOnce(&Repo), change: impl FnOnce(&Repo)) {
    // They compare files, or exist only in the report of a change.
    const SKIP: [&str; 2] = ["--skip", "unowned-path,conflicting-owners,owner-changed"];
    let repo = Repo::new(&FILES);
    prepare(&repo);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "first"]);
    let alone = || {
        by_fingerprint(
            repo.check_with(&SKIP)["findings"]
                .as_array()
                .unwrap()
                .iter(),
        )
    };
    let before = alone();
    change(&repo);
    repo.git(&["add", "-A"]);
    let after = alone();
    let (new, fixed) = (without(&after, &before), without(&before, &after));
    assert!(new.len() + fixed.len() > 0, "the change changes something");
    for since in [&["--staged"][..], &["--since", "HEAD"]] {
        let report = repo.check_with(&[since, &["--show-pre-existing"], &SKIP].concat());
        let all = report["findings"].as_array().unwrap().iter();
        let is_new = |finding: &&Value| finding["introduced"] == true;
        assert_eq!(by_fingerprint(all.clone()), after, "{since:?}");
        let none = Findings::new();
        let reported = by_fingerprint(all.filter(is_new));
        assert_eq!(without(&reported, &none), new, "{since:?}");
        let reported = by_fingerprint(report["change"]["fixed"].as_array().unwrap().iter());
        assert_eq!(without(&reported, &none), fixed, "{since:?}");
    }
}

#[test]
fn agrees_if_one_of_many_files_changes() {
    assert_agrees(|repo| repo.write("charts/x/Chart.yaml", "name: x\nteam: gone\n"));
    assert_agrees(|repo| repo.write("charts/y/Chart.yaml", "name: y\nteam: b\n"));
    assert_agrees(|repo| repo.write("charts/y/Chart.yaml", "name: y\nteam: [\n"));
    assert_agrees(|repo| repo.write("charts/y/Chart.yaml", b"name: y\nteam: \xff\n"));
}

#[test]
fn agrees_if_a_component_changes_in_one_of_its_places() {
    let contacts = "profile::contacts::role_contacts: [gone]\n";
    assert_agrees(|repo| repo.write("hieradata/role/eqiad/web.yaml", contacts));
    assert_agrees(|repo| repo.write("hieradata/role/codfw/web.yaml", contacts));
    assert_agrees(|repo| repo.write("hieradata/role/common/web.yaml", contacts));
}

#[test]
fn agrees_if_a_file_becomes_a_link_or_moves() {
    let replace = |repo: &Repo| {
        fs::remove_file(repo.path().join("charts/x/Chart.yaml")).unwrap();
        repo.link("charts/x/Chart.yaml", "../y/Chart.yaml");
    };
    let name_other = |repo: &Repo| repo.write("charts/x/Chart.yaml", "team: gone\n");
    assert_agrees_after(name_other, replace);
    let add_invalid = |repo: &Repo| repo.write("charts/w/Chart.yaml", "team: [\n");
    assert_agrees_after(add_invalid, |repo| {
        repo.git(&["mv", "charts/w", "charts/z"]);
    });
}

#[test]
fn agrees_if_links_or_their_targets_change() {
    let with_links = |repo: &Repo| {
        repo.link("charts/l/Chart.yaml", "../y/Chart.yaml");
        repo.link("charts/m/Chart.yaml", "../l/Chart.yaml");
        repo.link("charts/n/Chart.yaml", "../gone");
    };
    let relink = |repo: &Repo, path: &str, target: &str| {
        fs::remove_file(repo.path().join(path)).unwrap();
        repo.link(path, target);
    };
    assert_agrees(with_links);
    assert_agrees_after(with_links, |repo| {
        repo.write("charts/y/Chart.yaml", "team: gone\n")
    });
    assert_agrees_after(with_links, |repo| {
        repo.write("charts/y/Chart.yaml", "team: a\n")
    });
    assert_agrees_after(with_links, |repo| {
        relink(repo, "charts/l/Chart.yaml", "../lost/Chart.yaml")
    });
    assert_agrees_after(with_links, |repo| {
        relink(repo, "charts/n/Chart.yaml", "../x/Chart.yaml")
    });
    assert_agrees_after(with_links, |repo| {
        relink(repo, "charts/l/Chart.yaml", "../nowhere")
    });
    // The link becomes a copy of its target.
    assert_agrees_after(with_links, |repo| {
        fs::remove_file(repo.path().join("charts/m/Chart.yaml")).unwrap();
        repo.write("charts/m/Chart.yaml", "name: y\nteam: nobody\n");
        repo.write("charts/new/Chart.yaml", "team: gone\n");
    });
    assert_agrees_after(with_links, |repo| {
        repo.git(&["rm", "-q", "charts/y/Chart.yaml"]);
    });
}

#[test]
fn agrees_if_the_map_reads_files_otherwise() {
    let key = MAP.replace("key: team", "key: owner");
    assert_agrees(|repo| repo.write("ownership.yaml", key));
    assert_agrees(|repo| repo.write("teams.yaml", "teams: {a: {}, nobody: {}}\n"));
    // This rule does not affect what is read.
    let other = MAP.replace("one/", "two/");
    assert_agrees(|repo| repo.write("ownership.yaml", other));
}

#[test]
fn agrees_if_a_repository_is_renamed() {
    assert_agrees(|repo| {
        let called = |name: &str| format!("{MAP}repositories: [{{name: {name}, path: .}}]\n");
        repo.write("ownership.yaml", called("one"));
        repo.git(&["commit", "-q", "-a", "--amend", "-m", "named"]);
        repo.write("ownership.yaml", called("two"));
    });
}

#[test]
fn agrees_if_an_included_link_leads_elsewhere() {
    assert_agrees(|repo| {
        repo.write("one.yaml", FILES[1].1);
        repo.write("two.yaml", "teams: {a: {}, b: {}, nobody: {}}\n");
        fs::remove_file(repo.path().join("teams.yaml")).unwrap();
        repo.link("teams.yaml", "one.yaml");
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "--amend", "-m", "links"]);
        fs::remove_file(repo.path().join("teams.yaml")).unwrap();
        repo.link("teams.yaml", "two.yaml");
    });
}
