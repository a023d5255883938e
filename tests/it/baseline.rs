//! `check --baseline`: only findings that are not in the baseline fail.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::PathBuf,
};

use crate::harness::{Repo, checks, findings, project};
use serde_json::Value;

const MAP: &str = "version: 1
teams: {sre: {}, dba: {}, web: {}}
max_owners: 2
rules:
  - {paths: ['*.*'], owner: sre}
  - {paths: [a/], owners: [sre, dba, web]}
  - {paths: [b/], owners: [sre, dba, web]}
";

const CHECK: [&str; 3] = ["check", "--baseline", "known.json"];
const UPDATE: [&str; 4] = ["check", "--baseline", "known.json", "--update-baseline"];

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("a/x", ""),
        ("b/x", ""),
        ("lost/x", ""),
    ])
}

fn read(repo: &Repo) -> String {
    fs::read_to_string(repo.path().join("known.json")).unwrap()
}

fn check(repo: &Repo) -> Value {
    repo.check_with(&CHECK[1..])
}

#[test]
fn hides_baselined_findings_and_fails_for_new_ones() {
    let repo = repo();
    assert_eq!(repo.run(&["check"]).code, 1);
    let run = repo.run(&UPDATE);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(
        run.err,
        "note: baseline `known.json` contains 3 findings (3 added, 0 removed)\n"
    );
    assert!(
        run.out.ends_with("no new findings (3 baselined)\n"),
        "{}",
        run.out
    );
    let report = check(&repo);
    assert_eq!(findings(&report), [""; 0]);
    assert_eq!(report["summary"]["baselined"], 3);
    assert_eq!(
        report["baseline"],
        serde_json::json!({"baselined": 3, "resolved": []})
    );

    repo.write("new/x", "");
    let run = repo.run(&[&CHECK[..], &["--format", "compact"]].concat());
    assert_eq!(
        (run.code, &*run.out),
        (
            1,
            "new/:1:1: error[unowned-path]: `new/` has no owner (1 file)\n"
        )
    );
    let run = repo.run(&CHECK);
    assert!(
        run.out.contains("1 error: 1 unowned-path (3 baselined)\n"),
        "{}",
        run.out
    );
}

#[test]
fn shows_baselined_findings_on_request() {
    let repo = repo();
    repo.run(&UPDATE);
    let run = repo.run(&[&CHECK[..], &["--show-baselined", "--format", "compact"]].concat());
    assert_eq!(run.code, 0);
    assert_eq!(run.out.matches(" (baselined)\n").count(), 3, "{}", run.out);
    let run = repo.run(&[&CHECK[..], &["--show-baselined"]].concat());
    assert_eq!(run.out.matches(" (baselined)").count(), 3, "{}", run.out);
    let report = repo.check_with(&[&CHECK[1..], &["--show-baselined"]].concat());
    let all = report["findings"].as_array().unwrap();
    assert!(all.len() == 3 && all.iter().all(|finding| finding["baselined"] == true));
    assert_eq!(report["summary"]["error"], 0);
    assert_eq!(repo.run(&["check", "--show-baselined"]).code, 2);

    repo.write("new/x", "");
    let sarif = repo.run(&[&CHECK[..], &["--show-baselined", "--format", "sarif"]].concat());
    let results = sarif.json()["runs"][0]["results"].clone();
    let states = results.as_array().unwrap().iter();
    let mut states: Vec<&str> = states
        .map(|result| result["baselineState"].as_str().unwrap())
        .collect();
    states.sort_unstable();
    assert_eq!(states, ["new", "unchanged", "unchanged", "unchanged"]);
    let sarif = repo.run(&["check", "--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["results"][0].get("baselineState"), None);
}

#[test]
fn reports_resolved_findings_until_the_baseline_is_updated() {
    let repo = repo();
    repo.run(&UPDATE);
    let before = read(&repo);
    repo.write(
        "ownership.yaml",
        format!("{MAP}  - {{paths: [lost/], owner: sre}}\n"),
    );
    let run = repo.run(&CHECK);
    assert_eq!(
        (run.code, &*run.err),
        (
            0,
            "note: 1 finding in baseline `known.json` is resolved; use `--update-baseline` to remove resolved \
             findings\n  \
             unowned-path (. lost/, 1 file)\n"
        )
    );
    let resolved = check(&repo)["baseline"]["resolved"].clone();
    assert_eq!(resolved[0]["check"], "unowned-path");
    assert_eq!(resolved[0]["path"], "lost/");
    assert_eq!(read(&repo), before, "only written on request");
    let run = repo.run(&UPDATE);
    assert!(
        run.err.contains("contains 2 findings (0 added, 1 removed)"),
        "{}",
        run.err
    );
    assert!(!read(&repo).contains("unowned-path"));
    assert_eq!(repo.run(&CHECK).err, "");
}

/// Returns the paths of unowned findings, and the note about the baseline.
fn counting(repo: &Repo, more: &[&str]) -> (Vec<String>, String) {
    let arguments = [&CHECK[..], &["--format", "json"], more].concat();
    let run = repo.run(&arguments);
    let counts = findings(&run.json()).into_iter();
    let counts = counts.filter_map(|it| Some(it.split_once("unowned-path ")?.1.to_owned()));
    (counts.collect(), run.err)
}

#[test]
fn a_directory_without_an_owner_is_baselined_with_its_number_of_files() {
    let repo = repo();
    repo.write("lost/deep/y", "");
    repo.write("lost/deep/z", "");
    repo.run(&UPDATE);
    assert!(read(&repo).contains("\"files\":3"), "{}", read(&repo));
    repo.track();
    repo.git(&["commit", "-qm", "known"]);

    // Some files are owned now: the others are reported for other directories, and remain baselined.
    let owned = |path: &str| format!("{MAP}  - {{paths: [{path}], owner: sre}}\n");
    repo.write("ownership.yaml", owned("lost/deep/y"));
    let (shown, note) = counting(&repo, &[]);
    assert_eq!(shown, [""; 0]);
    let part = "is fully or partially resolved; use `--update-baseline` to remove resolved findings\n  \
                unowned-path (. lost/, 1 file)";
    assert!(note.contains(part), "{note}");
    repo.write("ownership.yaml", MAP);

    // A new file is reported with its directory, or alone if only that file is selected.
    repo.write("lost/deep/new", "");
    repo.track();
    assert_eq!(
        counting(&repo, &[]),
        (vec!["lost/ -".to_owned()], String::new())
    );
    let report = check(&repo);
    let shown = report["findings"][0]["message"].as_str().unwrap();
    let message = "`lost/` has no owner (4 files); the baseline covers only 3 files in `lost/`";
    assert_eq!(shown, message);
    for change in [&["lost/deep/new"][..], &["--staged"], &["--since", "HEAD"]] {
        assert_eq!(counting(&repo, change).0, ["lost/deep/new -"], "{change:?}");
    }
    // Once accepted, it is baselined in every run.
    repo.run(&UPDATE);
    for part in [&[][..], &["lost/deep/new"], &["--staged"]] {
        assert_eq!(
            counting(&repo, part),
            (Vec::new(), String::new()),
            "{part:?}"
        );
    }

    // Nothing in the repository has an owner any more. The baseline itself is not a finding.
    repo.write("ownership.yaml", "version: 1\nteams: {sre: {}}\n");
    let (shown, _) = counting(&repo, &[]);
    let has = |path: &str| shown.iter().any(|it| it.starts_with(path));
    assert!(has("b/") && has("ownership.yaml"), "{shown:?}");
    assert!(
        !has("lost/") && !has("known.json") && !has(". "),
        "{shown:?}"
    );
}

#[test]
fn counts_findings_with_the_same_fingerprint() {
    let repo = repo();
    repo.run(&UPDATE);
    assert!(read(&repo).contains("\"count\":2}"), "{}", read(&repo));
    repo.write(
        "ownership.yaml",
        format!("{MAP}  - {{paths: [c/], owners: [sre, dba, web]}}\n"),
    );
    repo.write("c/x", "");
    let report = check(&repo);
    assert_eq!(findings(&report), ["too-many-owners - -"]);
    assert_eq!(report["summary"]["baselined"], 3);
    repo.write(
        "ownership.yaml",
        MAP.replace("[b/], owners: [sre, dba, web]", "[b/], owner: sre"),
    );
    let resolved = check(&repo)["baseline"]["resolved"].clone();
    assert_eq!(
        (&resolved[0]["check"], &resolved[0]["count"]),
        (&"too-many-owners".into(), &Value::Null)
    );
}

#[test]
fn a_partial_run_resolves_only_what_it_covers() {
    let repo = repo();
    repo.run(&UPDATE);
    let all = read(&repo);
    // Some paths, or some checks.
    for part in [
        &["a"][..],
        &["ownership.yaml"],
        &["--only", "unmatched-rule"],
        &["--skip", "unowned-path,too-many-owners"],
    ] {
        let run = repo.run(&[&CHECK[..], part].concat());
        assert_eq!((run.code, &*run.err), (0, ""), "{part:?}");
    }
    repo.run(&[&UPDATE[..], &["--only", "unmatched-rule"]].concat());
    assert_eq!(read(&repo), all);
    for part in ["a", "."] {
        let run = repo.run(&[&UPDATE[..], &[part]].concat());
        assert_eq!(run.code, 2, "{}", run.err);
    }
    // A check that is off or no longer exists finds nothing.
    repo.write(
        "ownership.yaml",
        format!("{MAP}checks: {{unowned-path: off}}\n"),
    );
    repo.write("known.json", all.replace("too-many-owners", "gone-check"));
    assert_eq!(
        check(&repo)["baseline"]["resolved"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(check(&repo)["baseline"]["baselined"], 2);
    repo.write("known.json", all.replace(&all, "{\"version\":1,\"findings\":[{\"check\":\"gone-check\",\"repository\":null,\"path\":null,\"component\":null,\"fingerprint\":\"ab\"}]}"));
    assert_eq!(
        check(&repo)["baseline"]["resolved"][0]["check"],
        "gone-check"
    );
}

#[test]
fn distinguishes_files_that_look_alike_when_escaped() {
    let repo = repo();
    repo.write(OsStr::from_bytes(b"lost-\xff"), "");
    repo.run(&UPDATE);
    assert_eq!(findings(&check(&repo)), [""; 0]);
    repo.write("lost-\\xff", "");
    let shown = ["unowned-path lost-\\xff -"; 2];
    assert_eq!(findings(&check(&repo)), shown);
}

#[test]
fn reports_an_unusable_baseline_and_does_not_overwrite_it() {
    let repo = repo();
    let run = repo.run(&CHECK);
    assert_eq!((run.code, &*run.out), (2, ""));
    assert!(
        run.err.contains("baseline `known.json` does not exist"),
        "{}",
        run.err
    );
    repo.run(&UPDATE);
    let good = read(&repo);
    let own = repo.run(&["check", "--format", "json"]).out;
    for (text, message) in [
        (
            "{\"version\": 2, \"fundings\": {}}",
            "the format version 2 of the baseline file is not supported",
        ),
        (
            "{\"version\": 0, \"findings\": []}",
            "the baseline file is damaged: format version 0 is not supported",
        ),
        ("", "the baseline file is damaged"),
        ("findings: []\n", "the baseline file is damaged"),
        ("[]", "the baseline file is damaged"),
        (
            "{\"version\": 1, \"findings\": [], \"\\u001b[31m\u{202e}x\": 1}",
            "unknown field `\\u{1b}[31m\\u{202e}x`",
        ),
        (
            "{\"version\": \"1\", \"findings\": []}",
            "the baseline file is damaged",
        ),
        (
            "{\"version\": 1}",
            "the baseline file is damaged: missing field `findings`",
        ),
        (
            "{\"version\": 1, \"findings\": [{}]}",
            "the baseline file is damaged",
        ),
        (&good[..good.len() / 2], "the baseline file is damaged"),
        (
            &good.replace("fingerprint", "fingerprints"),
            "unknown field",
        ),
        (
            &good.replace("\"count\":2", "\"count\":0"),
            "the baseline file is damaged",
        ),
        (&good.replace("\"files\":1", "\"files\":0"), "is empty"),
        (
            &good.replace("\"count\":2", "\"count\":18446744073709551615"),
            "expected u32",
        ),
        (&format!("{good}{good}"), "trailing characters"),
        (&own, "unknown field"),
        (&"[".repeat(100_000), "the baseline file is damaged"),
    ] {
        repo.write("known.json", text);
        for arguments in [&CHECK[..], &UPDATE] {
            let run = repo.run(arguments);
            let shown = run.err.replace("\n", " ");
            assert_eq!((run.code, &*run.out), (2, ""), "{shown}");
            assert!(
                shown.contains("baseline `known.json`") && shown.contains(message),
                "{shown}"
            );
            assert!(shown.contains("help: "), "{shown}");
        }
        assert_eq!(read(&repo), text);
    }
    repo.write("known.json", b"{\"version\": 1, \"findings\": \"\xff\"}");
    assert_eq!(repo.run(&UPDATE).code, 2);
    for path in [".", "/dev/null", "nowhere/known.json"] {
        let run = repo.run(&["check", "--baseline", path, "--update-baseline"]);
        assert_eq!(run.code, 2, "{path}: {}", run.err);
        assert!(run.err.contains(&format!("`{path}`")), "{}", run.err);
    }
    assert_eq!(repo.run(&["check", "--update-baseline"]).code, 2);
}

#[test]
fn writes_the_file_atomically_and_one_finding_a_line() {
    let repo = repo();
    repo.run(&UPDATE);
    let text = read(&repo);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..3], ["{", "  \"version\": 1,", "  \"findings\": ["]);
    assert!(lines[3].starts_with(
        "    {\"check\":\"too-many-owners\",\"repository\":null,\"path\":null,\"component\":null,\"fingerprint\":\""
    ), "{text}");
    assert!(
        lines[4]
            .starts_with("    {\"check\":\"unowned-path\",\"repository\":\".\",\"path\":\"lost/\""),
        "{text}"
    );
    let file = repo.path().join("known.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    repo.write("new/x", "");
    assert_eq!(repo.run(&UPDATE).code, 0);
    let real = fs::metadata(&file).unwrap();
    assert_eq!(real.permissions().mode() & 0o777, 0o640);
    let names: Vec<PathBuf> = fs::read_dir(repo.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".new"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    assert_eq!(repo.run(&UPDATE).code, 0);
    assert_eq!(
        fs::metadata(&file).unwrap().modified().unwrap(),
        before,
        "nothing new"
    );
    // A duplicate entry, as after a merge, counts once.
    let text = read(&repo);
    let (head, rest) = text.split_once("[\n").unwrap();
    let first = rest.lines().next().unwrap();
    repo.write("real.json", format!("{head}[\n{first}\n{rest}"));
    assert_eq!(check(&repo)["baseline"]["resolved"], serde_json::json!([]));
}

#[test]
fn the_findings_of_every_check_can_be_baselined() {
    for name in &checks() {
        let bad = project().join("fixtures/checks").join(name).join("bad");
        let repo = Repo::copy_of(&bad);
        let known = tempfile::tempdir().unwrap();
        let file = known.path().join("known.json");
        let file = file.to_str().unwrap();
        let count = repo.check()["findings"].as_array().unwrap().len();
        let run = repo.run(&[
            "check",
            "--baseline",
            file,
            "--update-baseline",
            "-q",
            "--fail-on",
            "info",
        ]);
        assert_eq!((run.code, &*run.out, &*run.err), (0, "", ""), "{name}");
        let report = repo.check_with(&["--baseline", file]);
        assert_eq!(report["findings"], serde_json::json!([]), "{name}");
        assert_eq!(report["summary"]["baselined"], count, "{name}");
    }
}

#[test]
fn checks_are_selected_by_name() {
    let repo = repo();
    let shown = |arguments: &[&str]| {
        let report = repo.check_with(arguments);
        let all = findings(&report);
        let mut names: Vec<String> = all
            .iter()
            .map(|it| it.split(' ').next().unwrap().to_owned())
            .collect();
        names.dedup();
        names.join(" ")
    };
    assert_eq!(shown(&["--only", "unowned-path"]), "unowned-path");
    assert_eq!(
        shown(&["--only", "unowned-path, too-many-owners"]),
        "unowned-path too-many-owners"
    );
    assert_eq!(
        shown(&["--only", "unowned-path", "--only", "unmatched-rule"]),
        "unowned-path"
    );
    assert_eq!(shown(&["--skip", "unowned-path"]), "too-many-owners");
    assert_eq!(
        shown(&[
            "--only",
            "unowned-path,too-many-owners",
            "--skip",
            "unowned-path"
        ]),
        "too-many-owners"
    );
    assert_eq!(repo.run(&["check", "--skip", "unowned-path"]).code, 0);
    for (arguments, message) in [
        (["--only", "unowned-pth"], "did you mean `unowned-path`?"),
        (
            ["--only", "unowned"],
            "did you mean `unowned-path` or `unowned-component`?",
        ),
        (["--skip", "orphan"], "did you mean `orphan-member`?"),
        (["--skip", "unmatched-rule,zzz"], "unknown check `zzz`"),
        (["--only", ""], "unknown check ``"),
    ] {
        let run = repo.run(&[&["check"][..], &arguments].concat());
        assert_eq!((run.code, &*run.out), (2, ""));
        assert!(run.err.contains(message), "{}", run.err);
    }
    let run = repo.run(&[
        "check",
        "--only",
        "unmatched-rule",
        "--skip",
        "unmatched-rule",
    ]);
    assert!(
        run.code == 2 && run.err.contains("leave no checks to run"),
        "{}",
        run.err
    );
    // A suppression is unused only if the suppressed check ran. `unused-suppression` alone runs that check too.
    repo.write(
        "ownership.yaml",
        format!("{MAP}suppressions: [{{check: unowned-path, paths: [lost/], reason: r}}]\n"),
    );
    assert_eq!(shown(&["--skip", "unowned-path"]), "too-many-owners");
    assert_eq!(shown(&["--only", "unused-suppression"]), "");
    repo.write(
        "ownership.yaml",
        format!("{MAP}suppressions: [{{check: unowned-path, paths: [lost/y], reason: r}}]\n"),
    );
    assert_eq!(
        shown(&["--only", "unused-suppression"]),
        "unused-suppression"
    );
}

#[test]
fn requires_a_minimum_coverage() {
    let repo = repo();
    let run = |percent: &str, more: &[&str]| {
        let fixed = ["check", "--fail-on", "never", "--min-coverage", percent];
        repo.run(&[&fixed[..], more].concat())
    };
    for (percent, code) in [("75", 0), ("75.0", 0), ("75.1", 1), ("100", 1), ("0", 0)] {
        let run = run(percent, &[]);
        assert_eq!(run.code, code, "{percent}: {}", run.err);
        assert_eq!(run.err.is_empty(), code == 0);
    }
    assert_eq!(
        run("99.5", &["-q"]).err,
        "error: 75.0 % of the files are covered (3 of 4), but --min-coverage requires 99.5 %\n"
    );
    // `--min-coverage` also reports low coverage if findings fail the run.
    assert_eq!(
        run("99.5", &["-q", "--fail-on", "error"]).err,
        run("99.5", &["-q"]).err
    );
    assert_eq!(run("100", &["a"]).code, 0, "of what is asked about");
    for percent in ["101", "-1", "x", "95%"] {
        let run = run(percent, &[]);
        assert_eq!(run.code, 2, "{percent}");
    }
    assert!(
        run("x", &[])
            .err
            .contains("write a number from 0 to 100, such as 95 or 99.5")
    );
}
