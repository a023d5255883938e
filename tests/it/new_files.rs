//! The rule that `unowned-path` proposes for new files: one for the directory, if nothing in it has an owner.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

use serde_json::Value;

use crate::harness::{Repo, Run, of_check, strings, text};

const MAP: &str = "\
version: 1
teams: {a: {}}
checks: {missing-contact: off, unmatched-rule: off, uncovered-directory: off}
kinds:
  - kind: tool
    members:
      code: {path: \"tools/{name}/\", required: true}
      job: {path: \"jobs/*/{name}/\"}
rules:
  - paths: [ownership.yaml, part/owned, deep/in/owned, \"**/*.owned\", tools/half/owned]
    owner: a
exemptions:
  - {paths: [\"**/LICENSE\"], reason: r}
";

/// Returns the rules that the findings propose, as `path: pattern`.
fn proposals(report: &Value) -> Vec<String> {
    let findings = of_check(report, "unowned-path").into_iter();
    let each = findings.flat_map(|finding| {
        let advice = finding["advice"].as_array().unwrap().iter();
        let rules = advice.filter(|advice| advice["rule"].is_object());
        rules.map(|advice| {
            let [pattern] = strings(&advice["rule"]["paths"])[..] else {
                panic!("{advice:#}");
            };
            let help = text(&finding["help"]);
            assert!(help.contains("\n  owner: TEAM"), "{help}");
            format!("{}: {pattern}", text(&finding["path"]))
        })
    });
    each.collect()
}

/// A repository with a commit that contains these files.
fn repo<'p>(files: impl IntoIterator<Item = &'p [u8]>) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    write(repo.track(), files);
    repo.commit();
    repo
}

fn write<'p>(repo: &Repo, files: impl IntoIterator<Item = &'p [u8]>) {
    for file in files {
        repo.write(Path::new(OsStr::from_bytes(file)), "");
    }
    repo.git(&["add", "-A"]);
}

#[test]
fn proposes_a_rule_for_the_directory_if_nothing_in_it_has_an_owner() {
    for (before, new, expected) in [
        // The directory of the file, not those around it.
        (&[&b"d/1"[..]][..], &[&b"d/2"[..]][..], &["d/2: d/"][..]),
        (&[b"d/x/1"], &[b"d/x/2"], &["d/x/2: d/x/"]),
        (&[b"d/1"], &[b"d/x/2"], &["d/x/: d/x/"]),
        (&[b"d/x/1"], &[b"d/2"], &["d/2: d/"]),
        (
            &[b"d/x/1"],
            &[b"d/x/2", b"d/x/3"],
            &["d/x/2: d/x/", "d/x/3: d/x/"],
        ),
        (
            &[b"part/owned", b"part/x/1"],
            &[b"part/x/2"],
            &["part/x/2: part/x/"],
        ),
        // Something in it has an owner or is exempt, also if it is new or further below.
        (&[b"part/owned"], &[b"part/2"], &["part/2: part/2"]),
        (
            &[b"part/1"],
            &[b"part/owned", b"part/2"],
            &["part/2: part/2"],
        ),
        (&[b"deep/in/owned"], &[b"deep/2"], &["deep/2: deep/2"]),
        (&[b"d/x.owned"], &[b"d/2"], &["d/2: d/2"]),
        (&[b"d/LICENSE"], &[b"d/2"], &["d/2: d/2"]),
        (&[b"d/x/LICENSE", b"d/1"], &[b"d/2"], &["d/2: d/2"]),
        // The directory of the innermost component around the file.
        (
            &[b"tools/k/1"],
            &[b"tools/k/src/2"],
            &["tools/k/src/: tools/k/"],
        ),
        (
            &[b"tools/k/src/in/1"],
            &[b"tools/k/src/in/2"],
            &["tools/k/src/in/2: tools/k/"],
        ),
        (
            &[b"tools/k/1", b"jobs/x/k/src/1"],
            &[b"jobs/x/k/src/2"],
            &["jobs/x/k/src/2: jobs/x/k/"],
        ),
        (&[b"tools/k/1"], &[b"tools/2"], &["tools/2: tools/"]),
        (
            &[b"tools/half/owned", b"tools/half/src/in/1"],
            &[b"tools/half/src/in/2"],
            &["tools/half/src/in/2: tools/half/src/in/"],
        ),
        // The root is no directory with a purpose.
        (&[b"1"], &[b"2"], &["2: 2"]),
        // Names with special characters.
        (
            &[b"d[1]/{a}*/1"],
            &[b"d[1]/{a}*/2"],
            &["d[1]/{a}*/2: d\\[1\\]/\\{a\\}\\*/"],
        ),
        (
            &["ä b/1".as_bytes()],
            &["ä b/2".as_bytes()],
            &["ä b/2: ä b/"],
        ),
        // `?` may match other directories.
        (&[b"d/\xff/1"], &[b"d/\xff/2"], &["d/\\xff/2: d/"]),
        (&[b"\xff/1"], &[b"\xff/2"], &["\\xff/2: ?/2"]),
        (&[b"d/1"], &[b"d/\xff"], &["d/\\xff: d/"]),
    ] {
        let repo = repo(before.iter().copied());
        write(&repo, new.iter().copied());
        for change in [&["--staged"][..], &["--since", "HEAD"]] {
            let report = repo.check_with(change);
            assert_eq!(proposals(&report), expected, "{change:?}");
        }
    }
}

#[test]
fn the_next_file_passes_with_the_proposed_rule() {
    let repo = repo([&b"components/a/1"[..]]);
    let add = |file: &[u8]| {
        write(&repo, [file]);
        repo.run(&["check", "--staged", "--format", "json"])
    };
    assert_eq!(
        proposals(&add(b"components/a/2").json()),
        ["components/a/2: components/a/"]
    );
    let rule = "rules:\n  - {paths: [components/a/], owner: a}\n";
    repo.write("ownership.yaml", MAP.replace("rules:\n", rule));
    assert_eq!(add(b"components/a/3").code, 0);
    assert_eq!(add(b"components/b/1").code, 1);
}

#[test]
fn a_check_of_a_path_proposes_the_directory() {
    let repo = repo([
        &b"d/x/1"[..],
        b"d/x/2",
        b"d/3",
        b"part/owned",
        b"part/1",
        b"top",
    ]);
    for (path, expected) in [
        ("d/x/1", "d/x/1: d/x/"),
        ("d/x", "d/x/: d/x/"),
        ("part/1", "part/1: part/1"),
        ("top", "top: top"),
    ] {
        assert_eq!(proposals(&repo.check_with(&[path])), [expected]);
    }
    // Without a path, the topmost directory is reported as a whole.
    let all = ["d/: d/", "part/1: part/1", "top: top"];
    assert_eq!(proposals(&repo.check()), all);
}

#[test]
fn a_by_product_can_be_removed_instead() {
    let repo = repo([&b"d/1"[..]]);
    write(&repo, [&b"d/x.patch"[..]]);
    let report = repo.check_with(&["--staged"]);
    assert_eq!(proposals(&report), ["d/x.patch: d/"]);
    let help = text(&report["findings"][0]["help"]);
    assert!(help.starts_with("remove the file, or add a rule"), "{help}");
}

#[test]
fn the_evidence_is_about_the_proposed_directory() {
    let repo = repo([&b"kit.owned/1"[..], b"kit.owned-next/1", b"other/1"]);
    write(&repo, [&b"kit.owned-next/2"[..], b"other/2"]);
    let report = repo.check_with(&["--staged"]);
    let findings = of_check(&report, "unowned-path");
    let helps: Vec<&str> = findings.iter().map(|it| text(&it["help"])).collect();
    assert!(helps[0].contains("which owns `kit.owned/`"), "{helps:?}");
    assert!(helps[1].starts_with("add a rule"), "{helps:?}");
}

#[test]
fn a_submodule_counts_as_a_file() {
    let commit = "0123456789012345678901234567890123456789";
    for (path, expected) in [("s/sub", "s/2: s/"), ("s/sub.owned", "s/2: s/2")] {
        let repo = repo([]);
        let entry = format!("160000,{commit},{path}");
        repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
        repo.git(&["commit", "-q", "-m", "submodule"]);
        repo.write("s/2", "");
        repo.git(&["add", "s/2"]);
        assert_eq!(proposals(&repo.check_with(&["--staged"])), [expected]);
    }
    let repo = repo([&b"s/1"[..]]);
    let entry = format!("160000,{commit},s/sub");
    repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
    assert_eq!(proposals(&repo.check_with(&["--staged"])), ["s/sub: s/"]);
}

#[test]
fn the_rule_belongs_to_the_repository_of_the_file() {
    let all = Repo::new(&[]);
    let map = "\
version: 1
teams: {a: {}}
repositories:
  - {name: one, path: ../one}
  - {name: two, path: ../two, rules: [{paths: [d/], owner: a}]}
";
    for (path, text) in [
        ("map/ownership.yaml", map),
        ("one/d/1", ""),
        ("two/d/1", ""),
    ] {
        all.write(path, text);
    }
    for directory in ["map", "one", "two"] {
        all.git(&["init", "-q", directory]);
        all.commit_in(directory);
    }
    all.write("one/d/2", "");
    all.git(&["-C", "one", "add", "-A"]);
    let mut command = all.command();
    command.current_dir(all.path().join("one"));
    command.args(["check", "--staged", "--format", "json"]);
    command.args(["--config", "../map/ownership.yaml"]);
    let report = Run::of(command.output().unwrap()).json();
    assert_eq!(proposals(&report), ["d/2: d/"]);
    let rule = &report["findings"][0]["advice"][0]["rule"];
    assert_eq!(rule["repository"], "one");
}
