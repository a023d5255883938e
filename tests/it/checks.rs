//! Each check on small repositories with and without its findings.

use std::{collections::BTreeSet, fs};

use crate::harness::{Repo, arguments_for, checks, of_check, project, strings, text};

#[test]
fn every_check_has_a_file_and_fixtures_with_its_name() {
    let list = Repo::new(&[]).run(&["explain"]).out;
    let names = list.lines().map(|line| line.split(' ').next().unwrap());
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    assert_eq!(names, checks().into_iter().collect());
    for name in &names {
        let mut inside: Vec<String> = fs::read_dir(project().join("fixtures/checks").join(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        inside.sort();
        // A check of changes also has the files before the change.
        inside.retain(|it| it != "base");
        assert_eq!(inside, ["bad", "expected.txt", "good"], "{name}");
        let file = format!("src/checks/{}.rs", name.replace('-', "_"));
        assert!(project().join(&file).is_file(), "{file}");
    }
}

#[test]
fn each_check_reports_its_bad_fixture() {
    for check in &checks() {
        let arguments = [&["check", "--format", "compact"], arguments_for(check)].concat();
        let run = Repo::fixture(check, "bad").run(&arguments);
        let mark = format!("[{check}]: ");
        let found: String = run
            .out
            .lines()
            .filter(|line| line.contains(&mark))
            .map(|l| format!("{l}\n"))
            .collect();
        let expected = project()
            .join("fixtures/checks")
            .join(check)
            .join("expected.txt");
        if std::env::var_os("OWNLINT_UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        assert!(
            !found.is_empty(),
            "{check} finds nothing: {}{}",
            run.out,
            run.err
        );
        assert_eq!(found, fs::read_to_string(&expected).unwrap(), "{check}");
    }
}

/// The fields that a line of text does not show: check, path, component, teams, number of files.
const SUBJECTS: [(&str, &str, &str, &str, Option<u64>); 73] = [
    (
        "conflicting-owners",
        "modules/varnish/files/a",
        "-",
        "wmcs traffic",
        Some(1),
    ),
    ("unowned-path", "modules/quarry/", "-", "", Some(2)),
    (
        "unowned-component",
        "modules/role/manifests/cache.pp",
        "puppet-role:cache",
        "",
        Some(2),
    ),
    (
        "unknown-declared-team",
        "hieradata/role/common/cache.yaml",
        "puppet-role:cache",
        "",
        None,
    ),
    (
        "unreadable-declaration",
        "hieradata/role/common/cache.yaml",
        "puppet-role:cache",
        "",
        None,
    ),
    (
        "unreadable-path",
        "charts/kask/Chart.yaml",
        "helm-chart:kask",
        "",
        None,
    ),
    (
        "outdated-ownership-file",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "unlisted-generated-file",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "ownership-file-mismatch",
        ".github/CODEOWNERS",
        "-",
        "web docs",
        Some(1),
    ),
    (
        "ownership-file-too-large",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    ("misplaced-codeowners", "config/CODEOWNERS", "-", "", None),
    (
        "unread-ownership-file",
        ".github/CODEOWNERS.txt",
        "-",
        "",
        None,
    ),
    (
        "unmatched-ownership-line",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "unmatched-ownership-line",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "unmatched-ownership-line",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "overridden-ownership-line",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    ("unused-codeowners", "CODEOWNERS", "-", "", None),
    ("rejected-ownership-file", "modules/OWNERS", "-", "", None),
    (
        "invalid-ownership-line",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "invalid-ownership-line",
        ".github/CODEOWNERS",
        "-",
        "",
        None,
    ),
    (
        "declaration-mismatch",
        "hieradata/role/common/cache.yaml",
        "puppet-role:cache",
        "traffic wmcs",
        None,
    ),
    ("overlapping-rules", "-", "-", "wmcs", None),
    ("uncovered-directory", "modules/kafka/", "-", "", None),
    ("default-owner", "-", "-", "", Some(4)),
    ("missing-globstar", "-", "-", "", None),
    ("missing-globstar", "-", "-", "", None),
    ("case-mismatch", "-", "-", "", None),
    ("case-mismatch", "-", "-", "", None),
    ("shadowed-rule", "-", "-", "", None),
    ("shadowed-rule", "-", "-", "", None),
    ("duplicate-rule", "-", "-", "traffic", None),
    ("overridden-rule", "-", "-", "", None),
    ("redundant-rule", "-", "-", "traffic", None),
    ("expired-exemption", "-", "-", "", None),
    ("unmatched-rule", "-", "-", "", None),
    ("unmatched-rule", "-", "-", "", None),
    ("unmatched-exemption", "-", "-", "", None),
    ("unused-suppression", "-", "-", "", None),
    ("unused-suppression", "-", "-", "", None),
    ("unused-suppression", "-", "-", "", None),
    ("unused-suppression", "-", "-", "", None),
    ("low-coverage", "-", "-", "", None),
    ("low-coverage", "-", "-", "", None),
    ("low-coverage", "-", "-", "traffic", None),
    ("low-coverage", "-", "-", "", None),
    ("unused-team", "-", "-", "perf", None),
    ("retired-team", "-", "-", "perf", None),
    (
        "former-team-name",
        "hieradata/role/common/kafka.yaml",
        "puppet-role:kafka",
        "data-platform",
        None,
    ),
    (
        "former-team-name",
        "hieradata/role/common/kafka.yaml",
        "puppet-role:kafka",
        "perf",
        None,
    ),
    ("unused-alias", "-", "-", "data-platform", None),
    ("redundant-alias", "-", "-", "data-platform", None),
    (
        "placeholder-owner",
        "charts/new-thing/Chart.yaml",
        "helm-chart:new-thing",
        "",
        None,
    ),
    (
        "person-not-team",
        "charts/kask/Chart.yaml",
        "helm-chart:kask",
        "",
        None,
    ),
    (
        "unknown-catalog-owner",
        "catalog-info.yaml",
        "backstage-entity:component/default/cart",
        "",
        None,
    ),
    ("too-many-owners", "-", "-", "sre traffic wmcs", None),
    (
        "too-many-owners",
        "hieradata/role/common/kafka.yaml",
        "puppet-role:kafka",
        "sre traffic wmcs",
        None,
    ),
    ("missing-contact", "-", "-", "wmcs", None),
    ("missing-member", "charts/kask/", "service:kask", "", None),
    ("orphan-member", "helmfile.d/services/kask/", "-", "", None),
    (
        "split-component",
        "modules/role/manifests/kafka.pp",
        "puppet-role:kafka",
        "sre data-platform",
        None,
    ),
    (
        "owner-changed",
        "modules/varnish/",
        "-",
        "sre traffic",
        Some(2),
    ),
    ("unrouted-alerts", "alerts/search.yaml", "-", "search", None),
    (
        "unknown-team-in-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    (
        "unknown-team-in-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    (
        "invalid-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    (
        "invalid-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    (
        "invalid-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    (
        "unreachable-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    (
        "unreachable-notification-route",
        "alertmanager.yml",
        "-",
        "",
        None,
    ),
    ("unused-receiver", "alertmanager.yml", "-", "", None),
    (
        "alert-without-team",
        "alerts/cache.yaml",
        "prometheus-rules:alerts/cache",
        "",
        None,
    ),
    (
        "duplicate-alert",
        "alerts/cache.yaml",
        "prometheus-rules:alerts/cache",
        "traffic wmcs",
        None,
    ),
    (
        "linked-owner-mismatch",
        "team-sre/logs.yaml",
        "prometheus-rules:team-sre/logs",
        "o11y sre",
        None,
    ),
];

#[test]
fn each_finding_names_its_subject_and_teams() {
    for check in &checks() {
        let report = Repo::fixture(check, "bad").check_with(arguments_for(check));
        let found: Vec<_> = of_check(&report, check)
            .into_iter()
            .map(|f| {
                let teams = strings(&f["teams"]).join(" ");
                (
                    &**check,
                    text(&f["path"]),
                    text(&f["component"]),
                    teams,
                    f["files"].as_u64(),
                )
            })
            .collect();
        let expected: Vec<_> = SUBJECTS
            .into_iter()
            .filter(|(of, ..)| of == check)
            .map(|(of, path, component, teams, files)| {
                (of, path, component, teams.to_owned(), files)
            })
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn the_map_sets_the_severity_of_a_check_or_turns_it_off() {
    for check in &checks() {
        let repo = Repo::fixture(check, "bad");
        let report = || repo.check_with(arguments_for(check));
        let map = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        let found = of_check(&report(), check).len();
        // Some checks are off unless the map sets their severity.
        let others = map
            .lines()
            .filter(|line| !line.starts_with(&format!("checks: {{{check}:")));
        let map: String = others.map(|line| format!("{line}\n")).collect();
        for severity in ["error", "warning", "info"] {
            let setting = format!("{map}checks: {{{}: {severity}}}\n", check);
            repo.write("ownership.yaml", setting);
            let report = report();
            let findings = of_check(&report, check);
            assert_eq!(findings.len(), found, "{}", check);
            assert!(
                findings.iter().all(|f| f["severity"] == severity),
                "{}",
                check
            );
        }
        repo.write(
            "ownership.yaml",
            format!("{map}checks: {{{}: off}}\n", check),
        );
        assert!(of_check(&report(), check).is_empty(), "{}", check);
    }
}

#[test]
fn no_check_reports_its_good_fixture() {
    for check in &checks() {
        let arguments = ["check", "--format", "compact", "--fail-on", "info"];
        let run =
            Repo::fixture(check, "good").run(&[&arguments[..], arguments_for(check)].concat());
        assert_eq!((run.code, &*run.out, &*run.err), (0, "", ""), "{check}");
    }
}

#[test]
fn a_conflict_shows_both_claims_and_how_to_resolve_it() {
    let more = "add a more precise rule for the shared files";
    for (rest, message, help) in [
        (
            "rules: [{paths: ['a/*'], owner: sre}, {paths: ['*/x'], owners: [dba, web]}]",
            "rule `*/x` (`dba` and `web`) and rule `a/*` (`sre`) claim the same file for different \
             owners: `a/x`",
            format!(
                "{more}, list both teams as `owners`, or set a `priority` on the rule that should win"
            ),
        ),
        (
            "rules: [{components: ['helm-chart:kask'], owner: sre}]",
            "rule `helm-chart:kask` (`sre`) and declaration `helm-chart:kask` (`dba`) claim the \
             same 2 files for different owners: `charts/kask/Chart.yaml`, `charts/kask/x`",
            format!("correct the declaration, {more}, or set `priority: 1` on the rule"),
        ),
        (
            "exemptions: [{paths: [charts/kask/], reason: r}]",
            "exemption `charts/kask/` and declaration `helm-chart:kask` (`dba`) claim the same 2 \
             files: `charts/kask/Chart.yaml`, `charts/kask/x`",
            format!(
                "correct the exemption, correct the declaration, {more}, or set `priority: 1` on \
                 the exemption"
            ),
        ),
        (
            "rules: [{paths: ['a/*'], owner: sre}]\nexemptions: [{paths: ['*/x'], reason: r}]",
            "exemption `*/x` and rule `a/*` (`sre`) claim the same file: `a/x`",
            format!(
                "correct the exemption, {more}, set `priority: 1` on the exemption, or set \
                 `priority: 1` on the rule"
            ),
        ),
    ] {
        let map = format!("version: 1\nteams: {{sre: {{}}, dba: {{}}, web: {{}}}}\n{rest}\n");
        let repo = Repo::new(&[
            ("ownership.yaml", &map),
            ("a/x", ""),
            ("charts/kask/Chart.yaml", "team: dba\n"),
            ("charts/kask/x", ""),
        ]);
        let report = repo.check();
        let [finding] = of_check(&report, "conflicting-owners")[..] else {
            panic!("one conflict expected of {rest}: {report:#}");
        };
        let shown = (text(&finding["message"]), text(&finding["help"]));
        assert_eq!(shown, (message, &*help), "{rest}");
    }
}

const CHARTS_WITH_READMES: &str = "version: 1
teams: {sre: {}, dba: {}, web: {}}
";

/// Charts of two teams, each with a file that a path in the map also matches.
fn charts_with_readmes(rest: &str) -> Repo {
    let repo = Repo::new(&[("charts/a/x", "")]);
    repo.write("ownership.yaml", format!("{CHARTS_WITH_READMES}{rest}"));
    for (chart, team) in [("a", "dba"), ("b", "web"), ("c", "dba")] {
        repo.write(
            format!("charts/{chart}/Chart.yaml"),
            format!("team: {team}\n"),
        );
        repo.write(format!("charts/{chart}/README.md"), "");
    }
    repo
}

#[test]
fn a_path_that_conflicts_with_several_declarations_is_reported_once() {
    for (entry, message, edited) in [
        (
            "exemptions:\n- paths: ['**/README.md']\n  reason: everyone\n",
            "exemption `**/README.md` and the declarations of 3 components claim the same 3 files: ",
            "exemptions:\n- paths: ['**/README.md']\n  reason: everyone\n  priority: 1\n",
        ),
        (
            "rules: [{paths: ['**/README.md'], owner: sre, priority: 0}]\n",
            "rule `**/README.md` (`sre`) and the declarations of 3 components claim the same 3 files \
             for different owners: ",
            "rules: [{paths: ['**/README.md'], owner: sre, priority: 1}]\n",
        ),
    ] {
        let repo = charts_with_readmes(entry);
        let report = repo.check();
        let [finding] = of_check(&report, "conflicting-owners")[..] else {
            panic!("one conflict expected of {entry}: {report:#}");
        };
        assert!(
            text(&finding["message"]).starts_with(message),
            "{finding:#}"
        );
        assert_eq!(finding["path"], "charts/");
        assert_eq!(finding["files"], 3);
        assert!(finding["component"].is_null());
        assert_eq!(finding["related"].as_array().unwrap().len(), 3);
        let teams = strings(&finding["teams"]);
        assert!(
            teams.contains(&"dba") && teams.contains(&"web"),
            "{teams:?}"
        );

        // The edit that the help suggests resolves the conflict.
        let advice = finding["advice"].as_array().unwrap();
        let edits = advice.iter().find_map(|one| one["edits"].as_array());
        let [edit] = &edits.unwrap()[..] else {
            panic!("{advice:?}");
        };
        let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        let (line, column) = (&edit["location"]["line"], &edit["location"]["column"]);
        let (line, column) = (
            line.as_u64().unwrap() as usize,
            column.as_u64().unwrap() as usize,
        );
        let before: usize = map.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let (head, tail) = map.split_at(before + column - 1);
        let tail = tail.strip_prefix(text(&edit["old"])).unwrap();
        let map = format!("{head}{}{tail}", text(&edit["new"]));
        assert_eq!(map, format!("{CHARTS_WITH_READMES}{edited}"));
        repo.write("ownership.yaml", map);
        assert!(of_check(&repo.check(), "conflicting-owners").is_empty());
    }
}

#[test]
fn a_path_that_conflicts_with_declarations_has_one_identity() {
    let repo = charts_with_readmes("exemptions: [{paths: ['**/README.md'], reason: everyone}]\n");
    let fingerprint = |arguments: &[&str]| {
        let report = repo.check_with(arguments);
        let [finding] = of_check(&report, "conflicting-owners")[..] else {
            panic!("{report:#}");
        };
        text(&finding["fingerprint"]).to_owned()
    };
    let of_all = fingerprint(&[]);
    assert_eq!(fingerprint(&["charts/a"]), of_all);
    std::fs::remove_file(repo.path().join("charts/b/README.md")).unwrap();
    assert_eq!(fingerprint(&[]), of_all);
}

#[test]
fn a_suppression_of_each_declaration_hides_a_conflict_with_several() {
    for (suppressed, is_hidden) in [
        ("components: ['helm-chart:*']", true),
        ("components: ['helm-chart:{a,b,c}']", true),
        ("components: ['helm-chart:{a,b}']", false),
        ("paths: ['**/README.md']", true),
        ("paths: [charts/b/]", false),
        (
            "paths: ['charts/{a,c}/'], components: ['helm-chart:b']",
            true,
        ),
    ] {
        let repo = charts_with_readmes(&format!(
            "exemptions: [{{paths: ['**/README.md'], reason: everyone}}]\n\
             suppressions: [{{check: conflicting-owners, {suppressed}, reason: known}}]\n"
        ));
        let report = repo.check();
        let found = of_check(&report, "conflicting-owners");
        assert_eq!(found.is_empty(), is_hidden, "{suppressed}");
        assert!(
            of_check(&report, "unused-suppression").is_empty(),
            "{report:#}"
        );
    }
}

#[test]
fn an_alias_that_repeats_the_name_of_its_team_is_a_warning() {
    let teams = "{a: {name: Data Base, aliases: [A, a, data-base, Data Base, a@, other]}, b-c: {aliases: [B C]}}";
    let repo = Repo::new(&[("ownership.yaml", &format!("version: 1\nteams: {teams}\n"))]);
    let report = repo.check();
    let found = of_check(&report, "redundant-alias");
    let messages: Vec<&str> = found.iter().map(|one| text(&one["message"])).collect();
    assert_eq!(
        messages,
        [
            "alias `a` duplicates the id of team `a`",
            "alias `data-base` duplicates the name of team `a`",
            "alias `Data Base` duplicates the name of team `a`",
        ]
    );
    assert!(found.iter().all(|one| one["severity"] == "warning"));
}

#[test]
fn a_conflict_has_the_path_of_the_requested_part() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {sre: {}, dba: {}}
rules:
  - {paths: ['**/x*'], owner: sre}
  - {paths: ['**/*y'], owner: dba}
",
        ),
        ("a/xy", ""),
        ("b/xy", ""),
        ("b/c/xzy", ""),
    ]);
    for (part, path) in [(".", "-"), ("b", "b/"), ("a", "a/xy")] {
        let report = repo.check_with(&[part]);
        let found = of_check(&report, "conflicting-owners");
        let paths: Vec<&str> = found.iter().map(|f| text(&f["path"])).collect();
        assert_eq!(paths, [path], "{part}");
    }
    let report = repo.check_with(&["a", "b"]);
    assert_eq!(of_check(&report, "conflicting-owners").len(), 1);
}

#[test]
fn reports_an_overridden_rule_below_a_conflict_in_any_order() {
    let rules = [
        "  - {paths: ['**/*.sql'], owner: web}\n",
        "  - {paths: ['a/*'], owners: [sre, dba], priority: 1}\n",
        "  - {paths: ['*/b/*'], owner: web, priority: 1}\n",
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 1, 0]] {
        let rules = order.map(|at| rules[at]).concat();
        let map =
            format!("version: 1\nteams: {{sre: {{}}, dba: {{}}, web: {{}}}}\nrules:\n{rules}");
        let repo = Repo::new(&[("ownership.yaml", &map), ("a/b/y.sql", "")]);
        let report = repo.check();
        let [finding] = of_check(&report, "overridden-rule")[..] else {
            panic!("expected one finding for {rules}: {report:#}");
        };
        let message = "pattern `**/*.sql` matches 1 file, but is fully overridden by other claims";
        assert_eq!(text(&finding["message"]), message, "{rules}");
    }
}

#[test]
fn lists_or_counts_the_claims_that_override_a_rule() {
    for (others, last) in [
        (1, "`m0/` takes precedence for 1 file: claimed for `sre`"),
        (4, "`m3/` takes precedence for 1 file: claimed for `sre`"),
        (6, "this claim and 2 others take precedence for 3 files"),
    ] {
        let mut map = String::from("version: 1\nteams: {sre: {}, dba: {}}\nrules:\n");
        map += "- {paths: ['*/'], owner: dba}\n- {paths: [ownership.yaml], owner: dba}\n";
        let repo = Repo::new(&[]);
        for at in 0..others {
            map += &format!("- {{paths: [m{at}/], owner: sre}}\n");
            repo.write(format!("m{at}/x"), "");
        }
        repo.write("ownership.yaml", map);
        let report = repo.check();
        let [finding] = of_check(&report, "overridden-rule")[..] else {
            panic!("expected one finding: {report:#}");
        };
        let related = finding["related"].as_array().unwrap();
        assert_eq!(related.len(), others.min(4));
        assert_eq!(text(&related[related.len() - 1]["message"]), last);
    }
}

#[test]
fn the_owner_of_a_folder_does_not_depend_on_order() {
    let alert = "groups: [{name: g, rules: [{alert: A, expr: up, labels: {team: c}}]}]\n";
    for (one, other, shown) in [("a", "b", 0), ("a", "a", 1), ("a", "c", 0)] {
        let both = [(one, other), (other, one)].map(|(first, second)| {
            let map = format!(
                "version: 1\nteams: {{a: {{}}, b: {{}}, c: {{}}}}\ndeclarations: {{prometheus: compare}}\n\
                 rules: [{{paths: ['**'], owner: c, priority: 1}}, {{paths: [team-a/], owner: {first}}}, \
                 {{paths: [team-a/], owner: {second}}}]\n"
            );
            let repo = Repo::new(&[("ownership.yaml", &map), ("team-a/z.yaml", alert)]);
            let report = repo.check();
            let found = of_check(&report, "linked-owner-mismatch").into_iter();
            let found = found.map(|it| text(&it["fingerprint"]).to_owned());
            found.collect::<Vec<_>>()
        });
        assert_eq!(both[0], both[1], "{one} and {other}");
        assert_eq!(both[0].len(), shown, "{one} and {other}");
    }
}

#[test]
fn reports_an_unowned_path_with_all_its_files_or_as_its_components() {
    let map = "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("lost/kask/Chart.yaml", "name: kask\n"),
        ("lost/kask/values.yaml", ""),
    ]);
    let shown = || {
        let report = repo.check();
        let files = |check| {
            of_check(&report, check)
                .iter()
                .map(|f| f["files"].as_u64())
                .collect()
        };
        ["unowned-path", "unowned-component"].map(files)
    };
    let [paths, components]: [Vec<Option<u64>>; 2] = shown();
    assert_eq!((paths, components), (vec![], vec![Some(2)]));
    repo.write("lost/x", "");
    let [paths, components] = shown();
    assert_eq!((paths, components), (vec![Some(3)], vec![Some(2)]));
    let explained = repo
        .run(&["explain", "unowned-path"])
        .out
        .replace('\n', " ");
    for part in [
        "What it finds: ",
        "including those in subdirectories",
        "if all its files belong to components",
        "Why it matters: ",
        "How to fix it: ",
    ] {
        assert!(explained.contains(part), "{explained}");
    }
}

#[test]
fn every_check_is_explained() {
    for check in &checks() {
        let run = Repo::new(&[]).run(&["explain", check]);
        assert_eq!(run.code, 0);
        assert!(
            run.out.starts_with(check) && run.out.contains("Example:"),
            "{}",
            run.out
        );
        let page = Repo::new(&[]).run(&["explain", check, "--format", "markdown"]);
        assert!(
            page.out.starts_with(&format!("## {check}\n")),
            "{}",
            page.out
        );
    }
    for (name, meant) in [
        ("unowned-pth", "did you mean `unowned-path`?"),
        ("orphan", "did you mean `orphan-member`?"),
        (
            "unmatched",
            "did you mean `unmatched-ownership-line`, `unmatched-rule` or `unmatched-exemption`?",
        ),
        ("zzz", "`ownlint explain` lists all checks"),
    ] {
        let run = Repo::new(&[]).run(&["explain", name]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(meant), "{}", run.err);
    }
}

#[test]
fn reports_each_brace_alternative_without_matches() {
    let map = "version: 1
teams: {sre: {}, web: {}}
rules:
  - {paths: ['**'], owner: sre}
  - {paths: ['modules/{varnish,Nginx,gone}/**', '/modules/{a,b,c,d,e,f}'], owner: web}
  - {paths: ['**/*.{pp,rb}', '{docs,web/**/x,w*}/', 'sub/{m,n}/'], owner: web}
exemptions:
  - {paths: ['{LICENSE,COPYING}', 'modules/b/{X,z}'], reason: free}
";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    for file in [
        "modules/varnish/x.pp",
        "modules/nginx/x",
        "modules/b/x",
        "modules/b/z",
        "docs/x",
        "w",
        "web/x",
        "LICENSE",
        "sub/m/x",
        "n/x",
    ] {
        repo.write(file, "");
    }
    let report = repo.check();
    let shown = ["unmatched-rule", "unmatched-exemption", "case-mismatch"].map(|check| {
        let findings = of_check(&report, check);
        let shown = findings.iter().map(|finding| {
            let at = &finding["location"];
            let help = text(&finding["help"]);
            let message = text(&finding["message"]);
            format!("{}:{} {message} ({help})", at["line"], at["column"])
        });
        shown.collect::<Vec<String>>()
    });
    assert_eq!(
        shown,
        [
            vec![
                "5:14 one alternative of `modules/{varnish,Nginx,gone}/**` matches no files: \
                 `modules/gone/**` (correct this alternative, or remove it)",
                "5:49 some alternatives of `/modules/{a,b,c,d,e,f}` match no files: `/modules/a`, \
                 `/modules/c`, `/modules/d` and 2 more (correct these alternatives, or remove them)",
                "6:53 one alternative of `sub/{m,n}/` matches no files: `sub/n/` (correct this \
                 alternative, or remove it)",
            ],
            vec![
                "8:14 one alternative of `{LICENSE,COPYING}` matches no files: `COPYING` (correct \
                 this alternative, or remove it)",
            ],
            vec![
                "5:14 one alternative of `modules/{varnish,Nginx,gone}/**` matches no files because \
                 the letter case differs: `modules/Nginx/**` (write `modules/nginx/`)",
                "8:35 one alternative of `modules/b/{X,z}` matches no files because the letter case \
                 differs: `modules/b/X` (write `modules/b/x`)",
            ],
        ]
    );
}
