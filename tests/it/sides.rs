//! What the sides of a change have in common is read once. Each is the same as if it were alone.

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

/// By fingerprint, what is found.
type Found = BTreeMap<String, Vec<String>>;

fn found<'f>(findings: impl Iterator<Item = &'f Value>) -> Found {
    let mut found = Found::new();
    for finding in findings {
        let print = text(&finding["fingerprint"]).to_owned();
        let told = format!("{} {}", text(&finding["check"]), text(&finding["message"]));
        found.entry(print).or_default().push(told);
    }
    found
}

fn without(all: &Found, others: &Found) -> Vec<String> {
    let known = |print: &String| others.get(print).map_or(0, Vec::len);
    let rest = all
        .iter()
        .flat_map(|(print, told)| told.iter().skip(known(print)));
    rest.cloned().collect()
}

/// Compares what is said of the change with what is said of each side.
#[track_caller]
fn agrees(change: impl FnOnce(&Repo)) {
    const SKIP: [&str; 2] = ["--skip", "unowned-path,conflicting-owners"];
    let repo = Repo::new(&FILES);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "first"]);
    let alone = || {
        found(
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
        assert_eq!(found(all.clone()), after, "{since:?}");
        let nothing = Found::new();
        let told = found(all.filter(is_new));
        assert_eq!(without(&told, &nothing), new, "{since:?}");
        let told = found(report["change"]["fixed"].as_array().unwrap().iter());
        assert_eq!(without(&told, &nothing), fixed, "{since:?}");
    }
}

#[test]
fn one_of_many_files_changes() {
    agrees(|repo| repo.write("charts/x/Chart.yaml", "name: x\nteam: gone\n"));
    agrees(|repo| repo.write("charts/y/Chart.yaml", "name: y\nteam: b\n"));
    agrees(|repo| repo.write("charts/y/Chart.yaml", "name: y\nteam: [\n"));
    agrees(|repo| repo.write("charts/y/Chart.yaml", b"name: y\nteam: \xff\n"));
}

#[test]
fn a_component_that_lies_in_several_places_changes_in_one() {
    let contacts = "profile::contacts::role_contacts: [gone]\n";
    agrees(|repo| repo.write("hieradata/role/eqiad/web.yaml", contacts));
    agrees(|repo| repo.write("hieradata/role/codfw/web.yaml", contacts));
    agrees(|repo| repo.write("hieradata/role/common/web.yaml", contacts));
}

#[test]
fn a_file_becomes_something_else() {
    let replace = |repo: &Repo| {
        fs::remove_file(repo.path().join("charts/x/Chart.yaml")).unwrap();
        repo.link("charts/x/Chart.yaml", "../y/Chart.yaml");
    };
    agrees(replace);
    agrees(|repo| {
        repo.git(&["mv", "charts/y", "charts/z"]);
    });
}

#[test]
fn the_map_changes_what_files_say() {
    let key = MAP.replace("key: team", "key: owner");
    agrees(|repo| repo.write("ownership.yaml", key));
    agrees(|repo| repo.write("teams.yaml", "teams: {a: {}, nobody: {}}\n"));
    // Shorter by nothing that any file says.
    let other = MAP.replace("one/", "two/");
    agrees(|repo| repo.write("ownership.yaml", other));
}

#[test]
fn a_repository_is_called_otherwise() {
    agrees(|repo| {
        let called = |name: &str| format!("{MAP}repositories: [{{name: {name}, path: .}}]\n");
        repo.write("ownership.yaml", called("one"));
        repo.git(&["commit", "-q", "-a", "--amend", "-m", "named"]);
        repo.write("ownership.yaml", called("two"));
    });
}

#[test]
fn an_include_leads_elsewhere() {
    agrees(|repo| {
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
