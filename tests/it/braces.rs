//! Braces in paths and selectors: each alternative is a path or selector of its own.

use serde_json::Value;

use crate::harness::{Repo, of_check, outcome, text};

const HEAD: &str = "version: 1
teams: {a: {}, b: {}, c: {}}
";

const FILES: [(&str, &str); 6] = [
    ("charts/p/Chart.yaml", "name: p\nteam: b\n"),
    ("charts/p/values.yaml", ""),
    ("charts/q/Chart.yaml", "name: q\n"),
    ("charts/q/values.yaml", ""),
    ("x/1.sql", ""),
    ("y/1.sql", ""),
];

fn repo(rest: &str) -> Repo {
    let repo = Repo::new(&FILES);
    repo.write("ownership.yaml", format!("{HEAD}{rest}"));
    repo
}

fn messages<'r>(report: &'r Value, check: &str) -> Vec<&'r str> {
    let findings = of_check(report, check).into_iter();
    findings.map(|finding| text(&finding["message"])).collect()
}

#[test]
fn entries_with_braces_win_like_separate_entries() {
    let declared = "charts/p/values.yaml";
    for (together, apart, path) in [
        (
            "components: ['helm-chart:{p,q}']",
            "components: ['helm-chart:p', 'helm-chart:q']",
            declared,
        ),
        (
            "components: ['helm-chart:{p,q*}']",
            "components: ['helm-chart:p', 'helm-chart:q*']",
            declared,
        ),
        (
            "components: ['helm-chart:{*,q}']",
            "components: ['helm-chart:*', 'helm-chart:q']",
            declared,
        ),
        (
            "components: ['helm-chart:{p*,*p}']",
            "components: ['helm-chart:p*', 'helm-chart:*p']",
            declared,
        ),
        (
            "components: ['helm-chart:{{p,r},q}']",
            "components: ['helm-chart:p', 'helm-chart:r', 'helm-chart:q']",
            declared,
        ),
        (
            "paths: ['charts/{p,q}/']",
            "paths: [charts/p/, charts/q/]",
            declared,
        ),
        (
            "paths: ['charts/{p/**,q}']",
            "paths: ['charts/p/**', charts/q]",
            declared,
        ),
        (
            "paths: ['{charts/p,x}/']",
            "paths: [charts/p/, x/]",
            declared,
        ),
        (
            "paths: ['charts/{?,q}/']",
            "paths: ['charts/?/', charts/q/]",
            declared,
        ),
        (
            "paths: ['charts/{p/values.yaml,q}']",
            "paths: [charts/p/values.yaml, charts/q]",
            declared,
        ),
        (
            "paths: ['{x,**/p,*/p}/']",
            "paths: [x/, '**/p/', '*/p/']",
            declared,
        ),
        ("paths: ['{x,y}/']", "paths: [x/, y/]", "x/1.sql"),
        ("paths: ['[xy]/']", "paths: ['[xy]/']", "x/1.sql"),
        (
            "paths: ['{x,z}/', '{x,y}/1.sql']",
            "paths: [x/, z/, x/1.sql, y/1.sql]",
            "x/1.sql",
        ),
    ] {
        for others in [
            "",
            "  - {paths: ['**/*.sql', 'charts/*/'], owner: c}\n",
            "  - {paths: [x/, '{charts/p,y}/'], owner: c}\n",
            "  - {components: ['helm-chart:{p,q,r}'], owner: c}\n",
            "  - {paths: ['**'], owner: c, priority: 1}\n",
            "exemptions:\n  - {paths: ['{x,charts/p}/'], reason: r}\n",
        ] {
            let [together, apart] = [together, apart].map(|entries| {
                let rest = format!("rules:\n  - {{{entries}, owner: a}}\n{others}");
                repo(&rest).verdict(path)
            });
            assert_eq!(together, apart, "{path} with {others:?}");
        }
    }
}

#[test]
fn an_alternative_against_a_declaration_is_one_conflict() {
    for (entry, alternative) in [
        ("components: ['helm-chart:{p,q}']", "helm-chart:p"),
        ("paths: ['charts/{p,q}/']", "charts/p/"),
        ("paths: ['{charts/p,x}/']", "charts/p/"),
    ] {
        let repo = repo(&format!("rules:\n  - {{{entry}, owner: a}}\n"));
        let report = repo.check();
        let [message] = messages(&report, "conflicting-owners")[..] else {
            panic!("{report:#}");
        };
        let (rule, declaration) = (
            format!("rule `{alternative}` (`a`)"),
            "declaration `helm-chart:p` (`b`)",
        );
        assert!(
            message.contains(&rule) && message.contains(declaration),
            "{message}"
        );
        let answer = repo.who("charts/p/values.yaml");
        assert_eq!(outcome(&answer), "conflicting");
        let claims = answer["claims"].as_array().unwrap();
        assert!(
            claims.iter().any(|claim| claim["pattern"] == alternative),
            "{answer:#}"
        );
    }
}

#[test]
fn alternatives_of_one_entry_are_one_finding_and_one_claim() {
    let repo = repo(
        "rules:
  - {paths: ['{x,y}/'], owner: a}
  - {paths: ['**/{1.sql,*.sql}'], owner: c}
",
    );
    let report = repo.check();
    assert_eq!(
        messages(&report, "conflicting-owners"),
        [
            "rule `**/1.sql` (`c`) and rule `{x,y}/` (`a`) claim the same 2 files for different owners: \
          `x/1.sql`, `y/1.sql`"
        ]
    );
    let answer = repo.who("x/1.sql");
    let claims = answer["claims"].as_array().unwrap();
    let patterns: Vec<&str> = claims.iter().map(|claim| text(&claim["pattern"])).collect();
    assert_eq!(patterns, ["x/", "**/1.sql"]);
    // The identity of a finding does not depend on the alternative that overlaps.
    let fingerprint = |report: &Value| {
        let finding = of_check(report, "conflicting-owners")[0];
        text(&finding["fingerprint"]).to_owned()
    };
    let before = fingerprint(&report);
    std::fs::remove_file(repo.path().join("x/1.sql")).unwrap();
    assert_eq!(fingerprint(&repo.check()), before);
}

#[test]
fn files_in_several_alternatives_count_once() {
    let repo = repo(
        "rules:
  - {paths: ['{x,y,**}/*.sql', '**'], owner: a, priority: 1}
  - {paths: ['{x/,**/*.sql}'], owner: b}
",
    );
    let report = repo.check();
    assert_eq!(messages(&report, "shadowed-rule").len(), 1, "{report:#}");
    let repo = self::repo(
        "rules:
  - {paths: ['**/1.sql'], owner: a, priority: 1}
  - {paths: ['{x/,**/*.sql}'], owner: b}
",
    );
    let report = repo.check();
    assert_eq!(
        messages(&report, "overridden-rule"),
        ["pattern `{x/,**/*.sql}` matches 2 files, but is fully overridden by other claims"]
    );
}

#[test]
fn an_unmatched_alternative_of_a_selector_is_reported() {
    let repo = repo(
        "rules:
  - {components: ['helm-chart:{p,r,s}', 'helm-chart:{q,z*}'], owners: [a, b]}
",
    );
    assert_eq!(
        messages(&repo.check(), "unmatched-rule"),
        [
            "some alternatives of `helm-chart:{p,r,s}` match no components: `helm-chart:r` and `helm-chart:s`"
        ]
    );
}

#[test]
fn an_unused_alternative_of_a_suppression_is_reported() {
    let repo = repo(
        "rules:
  - {paths: [ownership.yaml], owner: a}
suppressions:
  - {check: unowned-path, paths: ['{x,gone,*.none}/', '{y,y/none}/'], reason: r}
  - {check: unowned-component, components: ['helm-chart:{q,r}'], reason: r}
",
    );
    let report = repo.check();
    let unused = messages(&report, "unused-suppression");
    assert_eq!(
        unused,
        [
            "`gone/` in the suppression of `unowned-path` does not hide any findings",
            "`y/none/` in the suppression of `unowned-path` does not hide any findings",
            "`helm-chart:r` in the suppression of `unowned-component` does not hide any findings",
        ]
    );
}

#[test]
fn many_alternatives_that_match_one_path_are_one_claim() {
    // More alternatives match the file than different claims may.
    let name = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz";
    let starts = (0..25).flat_map(|start| (0..25).map(move |end| (start, end)));
    let alternatives =
        starts.map(|(start, end)| format!("{}*{}", &name[..start], &name[name.len() - end..]));
    let all = alternatives.collect::<Vec<_>>().join(",");
    let repo = repo(&format!(
        "rules:\n  - {{paths: ['x/{{{all}}}'], owner: a}}\n"
    ));
    let path = format!("x/{name}");
    repo.write(&path, "");
    assert_eq!(repo.verdict(&path), "a");
}
