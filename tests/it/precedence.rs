//! Which claim wins, rule by rule, and properties of every map.

use std::collections::BTreeSet;

use crate::harness::{self, Repo, outcome, strings, text};
use proptest::prelude::*;
use serde_json::Value;

const HEAD: &str = "version: 1
teams: {sre: {}, traffic: {parent: sre}, cdn: {parent: traffic}, wmcs: {parent: sre}, dba: {}, old: {parent: sre, retired: {successor: dba}}, older: {retired: {successor: old}}}
";

const FILES: [(&str, &str); 7] = [
    ("a/x", ""),
    ("a/b/x", ""),
    ("a/b/y.sql", ""),
    ("c", ""),
    ("charts/kask/Chart.yaml", "team: dba\n"),
    ("charts/kask/templates/x", ""),
    ("charts/echo/Chart.yaml", "name: echo\n"),
];

fn repo(rest: &str) -> Repo {
    let repo = Repo::new(&FILES);
    repo.write("ownership.yaml", format!("{HEAD}{rest}"));
    repo
}

fn verdict(rest: &str, path: &str) -> String {
    repo(rest).verdict(path)
}

/// A list of rules `paths: [a], owners: [x]`, one for each pair.
fn rules(pairs: &[(&str, &str)]) -> String {
    let items = pairs
        .iter()
        .map(|(path, owner)| format!("- {{paths: ['{path}'], owners: [{owner}]}}\n"));
    format!("rules:\n{}", items.collect::<String>())
}

#[test]
fn a_pattern_inside_another_wins_however_long_either_is() {
    for (inside, around, path) in [
        ("a/b/", "a/", "a/b/x"),
        ("a/b", "**", "a/b/x"),
        ("{a,c}/", "[ac]/", "a/x"),
        ("{a,c}/b/", "{a,bbbbbbbbbbbbbbbbbbbb}/", "a/b/x"),
        ("a/", "[abc]/", "a/x"),
        ("a/**/*.sql", "**/*.sql", "a/b/y.sql"),
        ("a/*/*.sql", "a/**/*.sql", "a/b/y.sql"),
        ("a/*/y.sql", "a/**/y.s?l", "a/b/y.sql"),
        ("a/b/", "a/*", "a/b/x"),
        ("a/?/x", "a/*/x", "a/b/x"),
        ("**/b/x", "**/x", "a/b/x"),
        ("a/b/", "a/b", "a/b/x"),
    ] {
        let found = verdict(&rules(&[(inside, "dba"), (around, "wmcs")]), path);
        assert_eq!(found, "dba", "{inside} is inside {around}");
    }
}

#[test]
fn two_spellings_of_one_language_are_equally_strong() {
    for (one, other, path) in [
        ("a/", "a/**", "a/b/x"),
        ("a/", "a/*", "a/b/x"),
        ("a/", "a/**/*", "a/b/x"),
        ("a/", "/a/", "a/x"),
        ("a/", "{a,bbbbbbbbbbbbbbbbbbbb}/", "a/x"),
        ("{a,b}/**", "{c,a}/", "a/x"),
        ("**/x", "**/**/x", "a/x"),
        ("a/b", "a/{b,b}", "a/b"),
        ("a/\\\\-b/", "a/-b/", "a/-b/x"),
    ] {
        let one = one.replace("\\\\", "\\");
        let found = verdict(&rules(&[(&one, "dba"), (other, "wmcs")]), path);
        assert_eq!(found, "conflicting", "{one} and {other}");
        let found = verdict(&rules(&[(&one, "dba"), (other, "dba")]), path);
        assert_eq!(found, "dba", "{one} and {other} agree");
    }
}

#[test]
fn patterns_that_only_overlap_are_equally_strong() {
    for (one, other, path) in [
        ("a/", "**/*.sql", "a/b/y.sql"),
        ("a/*/x", "a/b/*", "a/b/x"),
        ("a/b?/", "a/?b/", "a/bb/x"),
        ("{a,c}/", "{a,d}/", "a/x"),
        ("*/x", "a/?", "a/x"),
    ] {
        let found = verdict(&rules(&[(one, "dba"), (other, "wmcs")]), path);
        assert_eq!(found, "conflicting", "{one} and {other}");
    }
}

#[test]
fn priority_comes_before_everything_else() {
    for (rest, path, expected) in [
        (
            "rules: [{paths: ['**'], owner: dba, priority: 1}, {paths: [a/b/], owner: wmcs}]",
            "a/b/x",
            "dba",
        ),
        (
            "rules: [{paths: ['**'], owner: dba}, {paths: [a/b/], owner: wmcs, priority: -1}]",
            "a/b/x",
            "dba",
        ),
        (
            "rules: [{paths: [a/], owner: dba, priority: 2}, {paths: ['*/x'], owner: wmcs, priority: 1}]",
            "a/x",
            "dba",
        ),
        (
            "rules: [{paths: [a/], owner: dba, priority: 2}, {paths: ['*/x'], owner: wmcs, priority: 2}]",
            "a/x",
            "conflicting",
        ),
        (
            "rules: [{paths: [a/], owner: dba, priority: 1}]\nexemptions: [{paths: [a/x], reason: r}]",
            "a/x",
            "dba",
        ),
        (
            "rules: [{components: ['helm-chart:*'], owner: wmcs, priority: 1}]",
            "charts/kask/x",
            "wmcs",
        ),
        (
            "exemptions: [{paths: ['**/Chart.yaml'], reason: r}]",
            "charts/kask/Chart.yaml",
            "conflicting",
        ),
        (
            "exemptions: [{paths: ['**/Chart.yaml'], reason: r, priority: 1}]",
            "charts/kask/Chart.yaml",
            "exempt",
        ),
        (
            "rules: [{paths: [a/x], owner: dba}]\nexemptions: [{paths: ['**'], reason: r, priority: 1}]",
            "a/x",
            "exempt",
        ),
        (
            "rules: [{paths: ['**'], owner: dba}]\nexemptions: [{paths: [a/x], reason: r, priority: -1}]",
            "a/x",
            "dba",
        ),
    ] {
        assert_eq!(verdict(rest, path), expected, "{rest}");
    }
}

#[test]
fn an_exact_subject_beats_a_glob_for_the_same_paths() {
    for (rest, path, expected) in [
        // A path, a name and a declaration each beat a glob.
        (
            "rules: [{paths: [charts/echo/], owner: dba}, {components: ['helm-chart:*'], owner: wmcs}]",
            "charts/echo/x",
            "dba",
        ),
        (
            "rules: [{components: ['helm-chart:echo'], owner: dba}, {components: ['helm-chart:*'], owner: wmcs}]",
            "charts/echo/x",
            "dba",
        ),
        (
            "rules: [{components: ['helm-chart:*'], owner: wmcs}]",
            "charts/kask/x",
            "dba",
        ),
        // None of these three is stronger than another.
        (
            "rules: [{paths: [charts/echo/], owner: dba}, {components: ['helm-chart:echo'], owner: wmcs}]",
            "charts/echo/x",
            "conflicting",
        ),
        (
            "rules: [{paths: [charts/kask/], owner: wmcs}]",
            "charts/kask/x",
            "conflicting",
        ),
        (
            "rules: [{paths: [charts/kask/], owner: dba}]",
            "charts/kask/x",
            "dba",
        ),
        // The more specific of two globs wins.
        (
            "rules: [{components: ['helm-chart:e*'], owner: dba}, {components: ['helm-chart:?*'], owner: wmcs}]",
            "charts/echo/x",
            "dba",
        ),
        (
            "rules: [{components: ['helm-chart:e*'], owner: dba}, {components: ['helm-chart:*o'], owner: wmcs}]",
            "charts/echo/x",
            "conflicting",
        ),
        (
            "rules: [{components: ['helm-chart:e*'], owner: dba}, {components: ['helm-chart:e**'], owner: wmcs}]",
            "charts/echo/x",
            "conflicting",
        ),
        // A selector covers only what it selects, so it is inside a rule for the parent directory.
        (
            "rules: [{components: ['helm-chart:*'], owner: dba}, {paths: [charts/], owner: wmcs}]",
            "charts/echo/x",
            "dba",
        ),
        (
            "rules: [{components: ['helm-chart:echo'], owner: dba}, {paths: [charts/echo/t/], owner: wmcs}]",
            "charts/echo/t/x",
            "wmcs",
        ),
    ] {
        assert_eq!(verdict(rest, path), expected, "{rest}");
    }
}

#[test]
fn an_ancestor_is_less_precise_than_its_descendants() {
    for (one, other, expected) in [
        ("sre", "traffic", "traffic"),
        ("sre", "cdn", "cdn"),
        ("traffic", "cdn", "cdn"),
        ("traffic", "wmcs", "conflicting"),
        ("sre", "dba", "conflicting"),
        ("sre", "'traffic', 'wmcs'", "traffic wmcs"),
        ("'sre', 'dba'", "'traffic', 'dba'", "traffic dba"),
        ("'sre', 'dba'", "traffic", "conflicting"),
        ("'dba', 'wmcs'", "'dba'", "conflicting"),
        ("'dba', 'wmcs'", "'dba', 'wmcs'", "dba wmcs"),
    ] {
        for (a, b) in [(one, other), (other, one)] {
            let found = verdict(&rules(&[("a/*", a), ("*/x", b)]), "a/x");
            assert_eq!(found, expected, "{a} meets {b}");
        }
    }
    let three = rules(&[("a/*", "sre"), ("*/x", "traffic"), ("?/x", "wmcs")]);
    assert_eq!(
        verdict(&three, "a/x"),
        "wmcs",
        "a refined claim no longer conflicts"
    );
    let three = rules(&[("a/*", "sre"), ("*/x", "traffic"), ("[a-c]/?", "dba")]);
    assert_eq!(verdict(&three, "a/x"), "conflicting");
    let nested = rules(&[("a/b/", "sre"), ("a/", "traffic")]);
    assert_eq!(verdict(&nested, "a/b/x"), "sre", "refinement comes first");
}

/// With `sre` above `traffic` above `cdn`, joint owners that name the same team with different ancestors.
#[test]
fn joint_owners_with_ancestors_do_not_override_each_other() {
    for (one, other, expected) in [
        ("cdn, traffic", "cdn, sre", "cdn traffic"),
        ("cdn, traffic", "cdn", "cdn"),
        ("cdn, sre", "cdn, traffic, sre", "cdn sre"),
        ("cdn, wmcs, traffic", "cdn, wmcs, sre", "cdn wmcs traffic"),
        ("cdn, sre", "traffic", "cdn sre"),
        ("cdn, dba, sre", "cdn, dba, traffic", "cdn dba traffic"),
        ("cdn, traffic", "cdn, traffic", "cdn traffic"),
        ("cdn, traffic", "cdn, dba, sre", "cdn dba sre"),
        ("cdn, traffic, dba", "cdn, sre, wmcs", "conflicting"),
    ] {
        for (a, b) in [(one, other), (other, one)] {
            let found = verdict(&rules(&[("a/*", a), ("*/x", b)]), "a/x");
            assert_eq!(found, expected, "{a} meets {b}");
        }
    }
    // Neither `traffic` nor `db` is above the other, and both lists name `cdn` and `pg`.
    let map = "version: 1\nteams: {traffic: {}, cdn: {parent: traffic}, db: {}, pg: {parent: db}}\n"
        .to_owned() + &rules(&[("a/*", "cdn, pg, traffic"), ("*/x", "cdn, pg, db")]);
    let repo = Repo::new(&[("ownership.yaml", &map), ("a/x", "")]);
    assert_eq!(repo.verdict("a/x"), "conflicting");
}

#[test]
fn a_retired_team_counts_as_its_successor() {
    for (one, other, expected) in [
        ("old", "dba", "dba"),
        ("older", "dba", "dba"),
        ("older", "old", "conflicting"),
        ("old", "wmcs", "conflicting"),
        // The parent of the successor counts, and not the one of the retired team.
        ("old", "sre", "conflicting"),
        ("'old', 'dba'", "dba", "dba"),
        ("'old', 'wmcs'", "'dba', 'wmcs'", "dba wmcs"),
        ("old", "'dba', 'wmcs'", "conflicting"),
        ("'old', 'sre'", "'dba', 'traffic'", "dba traffic"),
    ] {
        for (a, b) in [(one, other), (other, one)] {
            let found = verdict(&rules(&[("a/*", a), ("*/x", b)]), "a/x");
            assert_eq!(found, expected, "{a} meets {b}");
        }
    }
}

#[test]
fn joint_owners_agree_in_any_order() {
    let both = rules(&[("a/*", "dba, wmcs"), ("*/x", "wmcs, dba")]);
    let repo = repo(&both);
    let answer = repo.who("a/x");
    let owners: BTreeSet<&str> = strings(&answer["owners"]).into_iter().collect();
    assert_eq!(owners, BTreeSet::from(["dba", "wmcs"]));
    let single = rules(&[("a/", "wmcs, dba")]);
    assert_eq!(
        verdict(&single, "a/x"),
        "wmcs dba",
        "the first is the primary owner"
    );
}

#[test]
fn the_primary_owner_of_agreeing_claims_does_not_depend_on_order() {
    for teams in ["{web: {}, plat: {}}", "{plat: {}, web: {}}"] {
        for (one, other) in [("plat, web", "web, plat"), ("web, plat", "plat, web")] {
            let rules = rules(&[("a/*", one), ("*/x", other)]);
            let map = format!("version: 1\nteams: {teams}\n{rules}");
            let repo = Repo::new(&[("ownership.yaml", &map), ("a/x", "")]);
            assert_eq!(repo.verdict("a/x"), "plat web", "{map}");
        }
    }
}

#[test]
fn exemptions_are_ordinary_claims() {
    for (rest, path, expected) in [
        ("exemptions: [{paths: [a/], reason: r}]", "a/x", "exempt"),
        (
            "exemptions: [{paths: ['*/x'], reason: r}, {paths: ['a/*'], reason: s}]",
            "a/x",
            "exempt",
        ),
        (
            "rules: [{paths: [a/b/], owner: dba}]\nexemptions: [{paths: [a/], reason: r}]",
            "a/b/x",
            "dba",
        ),
        (
            "rules: [{paths: [a/], owner: dba}]\nexemptions: [{paths: [a/], reason: r}]",
            "a/x",
            "conflicting",
        ),
        (
            "exemptions: [{paths: [charts/], reason: r}]",
            "charts/kask/x",
            "dba",
        ),
        (
            "rules: [{paths: [a/], owner: dba}]\nexemptions: [{paths: [a/b/], reason: r, until: 2026-11-21}]",
            "a/b/x",
            "dba",
        ),
    ] {
        assert_eq!(verdict(rest, path), expected, "{rest}");
    }
}

#[test]
fn a_component_with_two_paths_is_compared_by_the_path_of_the_file() {
    let manifest = "modules/role/manifests/db.pp";
    let hieradata = "hieradata/role/common/db.yaml";
    for (rules, at_manifest, at_hieradata) in [
        ("", "dba", "dba"),
        ("{paths: [modules/, hieradata/], owner: wmcs}", "dba", "dba"),
        ("{paths: [modules/], owner: wmcs}", "dba", "dba"),
        ("{paths: ['**'], owner: wmcs}", "dba", "dba"),
        // The same path here, and no other paths.
        (
            "{paths: [modules/role/manifests/db.pp], owner: wmcs}",
            "wmcs",
            "dba",
        ),
        (
            "{paths: [hieradata/role/common/db.yaml], owner: wmcs}",
            "dba",
            "wmcs",
        ),
        (
            "{components: ['puppet-role:db'], owner: wmcs}",
            "conflicting",
            "conflicting",
        ),
        ("{components: ['puppet-role:*'], owner: wmcs}", "dba", "dba"),
        (
            "{components: ['puppet-module:role'], owner: wmcs}",
            "dba",
            "dba",
        ),
        // Inside neither of the two paths.
        ("{paths: ['**/db.*'], owner: wmcs}", "dba", "dba"),
        (
            "{paths: [modules/role/, hieradata/], owner: wmcs, priority: 1}",
            "wmcs",
            "wmcs",
        ),
    ] {
        let repo = repo(&format!("rules: [{rules}]\n").replace("rules: []\n", ""));
        repo.write(manifest, "class role::db {}\n");
        repo.write(hieradata, "profile::contacts::role_contacts: ['dba']\n");
        assert_eq!(repo.verdict(manifest), at_manifest, "{rules}");
        assert_eq!(repo.verdict(hieradata), at_hieradata, "{rules}");
    }
}

#[test]
fn a_pattern_is_anchored_and_matches_what_is_inside() {
    for (pattern, path, is_owned) in [
        ("a", "a", true),
        ("a", "a/b/c", true),
        ("/a", "a/b/c", true),
        ("a", "x/a", false),
        ("**/a", "x/a", true),
        ("**/a", "x/a/b", true),
        ("a/", "a/b", true),
        ("a/", "a", false),
        ("a/*/", "a/b", false),
        ("a/*/", "a/b/c/d", true),
        ("a*", "ab", true),
        ("a*", "a/b", true),
        ("a?c", "a/c", false),
        ("A", "a", false),
        ("a/[b-d]", "a/c", true),
        ("a/{b,c}", "a/c/x", true),
        ("a/\\*", "a/*", true),
        ("a/\\*", "a/b", false),
        ("ü/", "ü/x", true),
    ] {
        let pattern = pattern.replace("\\\\", "\\");
        let expected = if is_owned { "dba" } else { "unowned" };
        let repo = Repo::new(&[]);
        repo.write(
            "ownership.yaml",
            format!("{HEAD}{}", rules(&[(&pattern, "dba")])),
        );
        let path = format!("./{path}");
        assert_eq!(repo.verdict(&path), expected, "{pattern} and {path}");
    }
}

#[test]
fn a_component_has_the_worst_verdict_of_its_files() {
    let declared = "rules: [{components: ['helm-chart:echo'], owner: dba}, RULE]\n";
    for (rule, [owned, conflicting, unowned]) in [
        ("{paths: [nothing], owner: dba}", [2, 0, 0]),
        ("{paths: [charts/echo/Chart.yaml], owner: wmcs}", [2, 0, 0]),
        ("{paths: ['**/templates/'], owner: wmcs}", [1, 1, 0]),
        ("{paths: ['charts/*/Chart.yaml'], owner: wmcs}", [0, 2, 0]),
    ] {
        let report = repo(&declared.replace("RULE", rule)).check();
        let charts = &report["repositories"][0]["components"]["helm-chart"];
        let counts = ["owned", "conflicting", "unowned"].map(|verdict| charts[verdict].as_u64());
        assert_eq!(counts, [owned, conflicting, unowned].map(Some), "{rule}");
    }
}

fn pattern() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a/",
        "a/b/",
        "a/*",
        "*/x",
        "**/x",
        "**/*.sql",
        "{a,c}",
        "c",
        "charts/",
        "charts/kask/",
        "charts/*/Chart.yaml",
        "**",
        "*/b/*",
    ])
}

fn item() -> impl Strategy<Value = String> {
    let selector = prop::sample::select(vec![
        "helm-chart:*",
        "helm-chart:kask",
        "helm-chart:*k*",
        "helm-chart:e*",
    ]);
    let subject = prop_oneof![
        3 => pattern().prop_map(|p| format!("paths: ['{p}']")),
        1 => selector.prop_map(|s| format!("components: ['{s}']")),
    ];
    let owners = prop::sample::select(vec![
        "sre",
        "traffic",
        "wmcs",
        "dba",
        "dba, wmcs",
        "wmcs, dba",
        "sre, dba",
    ]);
    let priority = prop::sample::select(vec!["", "", "", ", priority: 1", ", priority: -1"]);
    (subject, owners, priority).prop_map(|(subject, owners, priority)| {
        format!("- {{{subject}, owners: [{owners}]{priority}}}\n")
    })
}

/// A rule with joint owners among `t0` to `t5`.
fn item_of_teams() -> impl Strategy<Value = String> {
    let owners = prop::sample::subsequence(vec!["t0", "t1", "t2", "t3", "t4", "t5"], 1..4);
    let priority = prop::sample::select(vec!["", "", "", ", priority: 1"]);
    (pattern(), owners.prop_shuffle(), priority).prop_map(|(pattern, owners, priority)| {
        let owners = owners.join(", ");
        format!("- {{paths: ['{pattern}'], owners: [{owners}]{priority}}}\n")
    })
}

fn document(items: &[String], exempt: &[&str]) -> String {
    let mut rest = String::new();
    if !items.is_empty() {
        rest += &format!("rules:\n{}", items.concat());
    }
    if !exempt.is_empty() {
        rest += "exemptions:\n";
        rest.extend(
            exempt
                .iter()
                .map(|p| format!("- {{paths: ['{p}'], reason: r}}\n")),
        );
    }
    rest
}

fn paths() -> Vec<&'static str> {
    let files = FILES.iter().map(|(path, _)| *path);
    files.chain(["ownership.yaml"]).collect()
}

/// The pattern, owners and outcome of a claim.
type ClaimOutcome = (String, String, String);

/// The verdict or owners of each file, and the outcome of each claim.
fn verdicts(repo: &Repo) -> Vec<(String, BTreeSet<ClaimOutcome>)> {
    let answers = repo.who_all(&paths());
    let claim = |claim: &Value| {
        let owners = strings(&claim["owners"]).join(" ");
        (
            text(&claim["pattern"]).to_owned(),
            owners,
            text(&claim["outcome"]).to_owned(),
        )
    };
    answers
        .iter()
        .map(|answer| {
            let claims = answer["claims"].as_array().unwrap();
            (outcome(answer), claims.iter().map(claim).collect())
        })
        .collect()
}

fn fingerprints(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    let mut prints: Vec<&str> = findings.iter().map(|f| text(&f["fingerprint"])).collect();
    prints.sort_unstable();
    prints
}

#[test]
fn equal_claims_are_one_side_of_a_conflict_in_every_order() {
    let braces = [
        "- {paths: ['{a,c}'], owner: sre}\n",
        "- {paths: [a/], owner: sre}\n",
    ];
    let joint = [
        "- {paths: [charts/kask/], owners: [dba, wmcs]}\n",
        "- {paths: [charts/kask/], owners: [wmcs, dba]}\n",
    ];
    for (rules, exempt) in [(braces, ["c", "{a,c}"]), (joint, ["**/*.sql", "c"])] {
        let found = |rules: [&str; 2], exempt: [&str; 2]| {
            let repo = repo(&document(&rules.map(str::to_owned), &exempt));
            let report = repo.check();
            let found = harness::of_check(&report, "conflicting-owners");
            let found = found.iter().map(|it| text(&it["fingerprint"]).to_owned());
            found.collect::<BTreeSet<String>>()
        };
        let expected = found(rules, exempt);
        assert!(!expected.is_empty(), "{rules:?}");
        let (mut rules_back, mut exempt_back) = (rules, exempt);
        rules_back.reverse();
        exempt_back.reverse();
        for (rules, exempt) in [
            (rules_back, exempt),
            (rules, exempt_back),
            (rules_back, exempt_back),
        ] {
            assert_eq!(found(rules, exempt), expected, "{rules:?}, {exempt:?}");
        }
    }
}

#[test]
fn duplicate_entries_are_the_same_in_every_order() {
    let rule = |path: &&str| format!("- {{paths: ['{path}'], owner: sre}}\n");
    let orders = [
        ["a/", "a/*", "a/*"],
        ["a/*", "a/", "a/*"],
        ["a/*", "a/*", "a/"],
    ];
    let reports = orders.map(|paths| {
        let items: Vec<String> = paths.iter().map(rule).collect();
        repo(&document(&items, &[])).check()
    });
    let duplicates = harness::of_check(&reports[0], "duplicate-rule");
    assert_eq!(duplicates.len(), 2);
    for report in &reports {
        assert_eq!(fingerprints(report), fingerprints(&reports[0]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_the_map_never_matters(
        (items, shuffled) in prop::collection::vec(item(), 2..7)
            .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle())),
        exempt in prop::collection::vec(pattern(), 0..3),
    ) {
        let backwards: Vec<&str> = exempt.iter().rev().copied().collect();
        let one = repo(&document(&items, &exempt));
        let other = repo(&document(&shuffled, &backwards));
        prop_assert_eq!(verdicts(&one), verdicts(&other));
        let (one, other) = (one.check(), other.check());
        prop_assert_eq!(fingerprints(&one), fingerprints(&other));
        prop_assert_eq!(&one["repositories"][0]["verdicts"], &other["repositories"][0]["verdicts"]);
        prop_assert_eq!(&one["repositories"][0]["teams"], &other["repositories"][0]["teams"]);
    }

    #[test]
    fn check_and_who_agree_on_every_file(
        items in prop::collection::vec(item(), 0..6),
        exempt in prop::collection::vec(pattern(), 0..2),
    ) {
        let repo = repo(&document(&items, &exempt));
        let report = repo.check();
        for verdict in ["owned", "conflicting", "exempt", "unowned"] {
            let count = repo.who_all(&paths()).iter().filter(|a| a["verdict"] == verdict).count();
            prop_assert_eq!(&report["repositories"][0]["verdicts"][verdict], count, "{}", verdict);
        }
        let unowned: u64 = harness::of_check(&report, "unowned-path")
            .iter()
            .chain(&harness::of_check(&report, "unowned-component"))
            .filter_map(|f| f["files"].as_u64())
            .sum();
        let counted = report["repositories"][0]["verdicts"]["unowned"].as_u64().unwrap();
        prop_assert!(unowned >= counted, "every unowned file is reported: {unowned} of {counted}");
    }

    #[test]
    fn a_repeated_rule_changes_no_owner(
        items in prop::collection::vec(item(), 1..6),
    ) {
        let twice: Vec<String> = items.iter().chain(&items).cloned().collect();
        let (one, two) = (repo(&document(&items, &[])), repo(&document(&twice, &[])));
        let outcomes = |repo: &Repo| verdicts(repo).into_iter().map(|(o, _)| o).collect::<Vec<_>>();
        prop_assert_eq!(outcomes(&one), outcomes(&two));
    }

    #[test]
    fn at_least_one_claim_on_a_path_is_never_overridden(
        parents in prop::collection::vec(prop::option::weighted(0.7, 0..6_usize), 6),
        items in prop::collection::vec(item_of_teams(), 2..8),
        exempt in prop::collection::vec(pattern(), 0..2),
    ) {
        let team = |(at, parent): (usize, &Option<usize>)| match parent.filter(|parent| *parent < at) {
            Some(parent) => format!("  t{at}: {{parent: t{parent}}}\n"),
            None => format!("  t{at}: {{}}\n"),
        };
        let teams: String = parents.iter().enumerate().map(team).collect();
        let repo = Repo::new(&FILES);
        let map = |items: &[String]| format!("version: 1\nteams:\n{teams}  dba: {{}}\n{}", document(items, &exempt));
        repo.write("ownership.yaml", map(&items));
        let answers = repo.who_all(&paths());
        for answer in &answers {
            let claims = answer["claims"].as_array().unwrap();
            let is_overridden = |claim: &&Value| claim["outcome"] == "overridden";
            prop_assert_eq!(claims.is_empty(), answer["verdict"] == "unowned", "{}", answer);
            prop_assert!(claims.is_empty() || !claims.iter().all(|claim| is_overridden(&claim)), "{}", answer);
        }
        let backwards: Vec<String> = items.iter().rev().cloned().collect();
        let other = Repo::new(&FILES);
        other.write("ownership.yaml", map(&backwards));
        prop_assert_eq!(verdicts(&repo), verdicts(&other));
    }
}
