//! The errors of a map: all of them, each with its place, in one run.

use crate::harness::{self, Repo};

#[test]
fn reports_all_errors_in_one_run() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1
teems: {}
teams:
  traffic: {parent: ops, aliases: [Edge]}
  wmcs: {aliases: [edge], parent: cloud}
  cloud: {parent: wmcs}
  Bad_Id: {}
rules:
  - paths: [a]
    owner: trafic
  - paths: [\"modules/[ab\"]
    owner: traffic
  - owner: traffic
  - paths: []
    owner: traffic
  - components: [\"helm-chrt:x\", nothing]
    owner: traffic
    owner: wmcs
exemptions:
  - {paths: [x], reason: why, until: 2027-13-01}
checks: {unmatched-rul: error, unmatched-rule: loud}
declarations: {helmm: trust}
",
    )]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    for (place, message) in [
        ("2:1", "unknown key `teems` in the map"),
        ("4:21", "parent `ops` is not a team in the map"),
        ("5:20", "`edge` is already a name of team `traffic`"),
        ("5:35", "team `wmcs` is its own ancestor"),
        ("7:3", "`Bad_Id` is not a valid team id"),
        ("10:12", "`trafic` is not a team in the map"),
        (
            "11:22",
            "invalid pattern `modules/[ab`: `[` is never closed",
        ),
        (
            "13:5",
            "the rule has none of `paths`, `files` and `components`",
        ),
        ("14:12", "the `paths` list is empty"),
        ("16:19", "`helm-chrt` is not a component kind"),
        ("16:33", "`nothing` is not a component selector"),
        ("18:5", "duplicate key `owner` in a rule"),
        ("20:38", "`2027-13-01` is not a date"),
        ("21:10", "`unmatched-rul` is not a check"),
        (
            "21:48",
            "`loud` is not one of `error`, `warning`, `info`, `off`",
        ),
        ("22:16", "`helmm` is not a detector"),
    ] {
        assert!(run.err.contains(message), "{message}\n{}", run.err);
        let after = &run.err[run.err.find(message).unwrap()..];
        assert!(
            after.contains(&format!("ownership.yaml:{place}]")),
            "{message} at {place}\n{after}"
        );
    }
    for help in [
        "did you mean `teams`?",
        "did you mean `traffic`?",
        "did you mean `unmatched-rule`?",
    ] {
        assert!(run.err.contains(help), "{help}");
    }
}

/// The place and text of each error of `map`.
fn errors(map: &str) -> Vec<(String, String)> {
    let repo = Repo::new(&[("ownership.yaml", map)]);
    let mut command = repo.command();
    let output = command.arg("check").env("COLUMNS", "160").output().unwrap();
    let run = harness::Run::of(output);
    assert_eq!((run.code, &*run.out), (2, ""), "{map}");
    let parts = run.err.split("\n  × ");
    let parts = parts.map(|part| part.strip_prefix("  × ").unwrap_or(part));
    let errors: Vec<(String, String)> = parts
        .map(|part| {
            let (_, place) = part.split_once("ownership.yaml:").unwrap_or(("", ""));
            let place = place.split([']', ')', '\n']).next().unwrap();
            (place.to_owned(), part.replace("\n  │ ", " "))
        })
        .collect();
    let count = format!("the map has {} error", errors.len());
    assert!(run.err.contains(&count), "{}", run.err);
    errors
}

#[test]
fn reports_each_kind_of_error_at_the_place_to_fix() {
    let head = "version: 1\nteams: {a: {}, b: {}}\n";
    for (rest, place, message) in [
        // Keys.
        ("rulez: []", "3:1", "did you mean `rules`?"),
        (
            "rules: [{path: [x], owner: a, paths: [x]}]",
            "3:10",
            "did you mean `paths`?",
        ),
        (
            "rules: [{paths: [x], owner: a, prio: 1}]",
            "3:32",
            "did you mean `priority`?",
        ),
        (
            "rules: [{paths: [x], owner: a, own: a}]",
            "3:32",
            "did you mean `owner` or `owners`?",
        ),
        (
            "rules: [{paths: [x], owner: a, who: 1}]",
            "3:32",
            "known keys: paths, files, components",
        ),
        (
            "checks: {unowned: off}",
            "3:10",
            "did you mean `unowned-path` or `unowned-component`?",
        ),
        (
            "declarations: {puppet-role: trust}",
            "3:16",
            "did you mean `puppet`?",
        ),
        (
            "min_coverage: {components: {hlm: 3}}",
            "3:29",
            "did you mean `helm-chart`, `helm-subchart` or `flux-helm-release`?",
        ),
        (
            "min_coverage: {components: {zzz: 3}}",
            "3:29",
            "names: ansible-collection, ",
        ),
        (
            "exemptions: [{paths: [x], reason: r, untill: 2027-01-01}]",
            "3:38",
            "did you mean `until`?",
        ),
        (
            "repositories: [{name: x, root: y}]",
            "3:26",
            "unknown key `root` in a repository",
        ),
        ("teams: {}", "3:1", "duplicate key `teams` in the map"),
        // Suppressions and minimum coverage.
        (
            "suppressions: [{check: unmatched-rul, paths: [x], reason: r}]",
            "3:24",
            "did you mean `unmatched-rule`?",
        ),
        (
            "suppressions: [{check: [unmatched-rule, unowned-pth], paths: [x], reason: r}]",
            "3:41",
            "did you mean `unowned-path`?",
        ),
        (
            "suppressions: [{paths: [x], reason: r}]",
            "3:16",
            "missing key `check` in a suppression",
        ),
        (
            "suppressions: [{check: unmatched-rule, paths: [x]}]",
            "3:16",
            "missing key `reason` in a suppression",
        ),
        (
            "suppressions: [{check: unmatched-rule, reason: r}]",
            "3:16",
            "the suppression has none of `paths`, `files` and `components`",
        ),
        (
            "suppressions: [{check: [], paths: [x], reason: r}]",
            "3:24",
            "the `check` list is empty",
        ),
        (
            "suppressions: [{check: unmatched-rule, path: x, paths: [x], reason: r}]",
            "3:40",
            "did you mean `paths`?",
        ),
        (
            "suppressions: [{check: unmatched-rule, components: [helm-char:x], reason: r}]",
            "3:53",
            "did you mean `helm-chart`?",
        ),
        (
            "suppressions: [{check: unmatched-rule, paths: [x], reason: r, until: soon}]",
            "3:70",
            "`soon` is not a date",
        ),
        (
            "repositories: [{name: x, suppressions: [{check: y, paths: [x], reason: r}]}]",
            "3:49",
            "`y` is not a check",
        ),
        (
            "min_coverage: {overall: 101}",
            "3:25",
            "`101` is not a percentage",
        ),
        (
            "min_coverage: {total: 95}",
            "3:16",
            "unknown key `total` in `min_coverage`",
        ),
        (
            "min_coverage: {components: {helm-char: 5}}",
            "3:29",
            "did you mean `helm-chart`?",
        ),
        (
            "min_coverage: {repositories: {x: 5}}",
            "3:31",
            "`x` is not a repository listed in the map",
        ),
        (
            "min_coverage: {teams: {c: 5}}",
            "3:24",
            "`c` is not a team in the map",
        ),
        (
            "min_coverage: 95",
            "3:15",
            "expected `min_coverage` to be a mapping",
        ),
        (
            "rules: [{paths: [x], owner: a, owner: b}]",
            "3:32",
            "duplicate key `owner` in a rule",
        ),
        // Teams.
        (
            "rules: [{paths: [x], owner: c}]",
            "3:29",
            "`c` is not a team in the map",
        ),
        ("rules: [{paths: [x], owner: A}]", "3:29", "team's id, `a`"),
        (
            "rules: [{paths: [x], owners: [a, c]}]",
            "3:34",
            "`c` is not a team in the map",
        ),
        (
            "rules: [{paths: [x], owners: [a, a]}]",
            "3:34",
            "owner `a` is listed twice",
        ),
        (
            "rules: [{paths: [x], owner: a, owners: [b]}]",
            "3:40",
            "both `owner` and `owners`",
        ),
        ("rules: [{paths: [x]}]", "3:9", "the rule has no owner"),
        // Patterns: the exact bytes.
        (
            "rules: [{paths: ['é/x{a,b'], owner: a}]",
            "3:22",
            "`{` is never closed",
        ),
        (
            "rules: [{paths: [\"ok\", \"ab/[z-a]/c\"], owner: a}]",
            "3:28",
            "invalid range",
        ),
        (
            "rules: [{paths: [a/../b], owner: a}]",
            "3:20",
            "segment `..` matches no files",
        ),
        (
            "rules: [{paths: [a//b], owner: a}]",
            "3:19",
            "an empty segment",
        ),
        (
            "rules: [{paths: [''], owner: a}]",
            "3:18",
            "an empty pattern matches no files",
        ),
        (
            "exemptions: [{paths: [''], reason: r}]",
            "3:23",
            "write `**` to match everything",
        ),
        (
            "exemptions: [{paths: ['a/b[c'], reason: r}]",
            "3:27",
            "`[` is never closed",
        ),
        (
            "rules: [{components: ['helm-chart:a[b'], owner: a}]",
            "3:36",
            "`[` is never closed",
        ),
        // Selectors.
        (
            "rules: [{components: ['helm-chrt:x'], owner: a}]",
            "3:24",
            "did you mean `helm-chart`?",
        ),
        (
            "rules: [{components: [kask], owner: a}]",
            "3:23",
            "is not a component selector",
        ),
        // Empty entries and lists.
        (
            "rules: [{owner: a}]",
            "3:9",
            "the rule has none of `paths`, `files` and `components`",
        ),
        (
            "rules: [{paths: [], owner: a}]",
            "3:17",
            "the `paths` list is empty",
        ),
        (
            "rules: [{components: [], owner: a}]",
            "3:22",
            "the `components` list is empty",
        ),
        (
            "rules: [{paths: [x], owners: []}]",
            "3:30",
            "the `owners` list is empty",
        ),
        (
            "exemptions: [{paths: [], reason: r}]",
            "3:22",
            "the `paths` list is empty",
        ),
        (
            "exemptions: [{reason: r}]",
            "3:14",
            "the exemption has neither `paths` nor `files`",
        ),
        (
            "exemptions: [{paths: [x]}]",
            "3:14",
            "missing key `reason` in an exemption",
        ),
        // Values.
        (
            "exemptions: [{paths: [x], reason: r, until: soon}]",
            "3:45",
            "`soon` is not a date",
        ),
        (
            "exemptions: [{paths: [x], reason: r, until: 2027-02-30}]",
            "3:45",
            "`2027-02-30` is not a date",
        ),
        (
            "exemptions: [{paths: [x], reason: r, until: 31.12.2027}]",
            "3:45",
            "is not a date",
        ),
        (
            "rules: [{paths: [x], owner: a, priority: high}]",
            "3:42",
            "must be a whole number",
        ),
        (
            "rules: [{paths: [x], owner: a, priority: 1.5}]",
            "3:42",
            "must be a whole number",
        ),
        (
            "rules: [{paths: x, owner: a}]",
            "3:17",
            "expected a list in `paths`",
        ),
        ("rules: {paths: [x]}", "3:8", "expected a list in `rules`"),
        ("rules: [x]", "3:9", "expected a rule to be a mapping"),
        (
            "checks: {unmatched-rulee: off}",
            "3:10",
            "did you mean `unmatched-rule`?",
        ),
        (
            "checks: {unmatched-rule: fatal}",
            "3:26",
            "`fatal` is not one of `error`, `warning`, `info`, `off`",
        ),
        (
            "declarations: {helmm: trust}",
            "3:16",
            "did you mean `helm`?",
        ),
        (
            "declarations: {helm: trusted}",
            "3:22",
            "`trusted` is not one of `trust`, `compare`, `ignore`",
        ),
        // Repositories.
        (
            "repositories: [{path: x}]",
            "3:16",
            "missing key `name` in a repository",
        ),
        (
            "repositories: [{name: x}, {name: x}]",
            "3:34",
            "repository `x` is listed twice",
        ),
        (
            "repositories: [{name: x, rules: [{paths: [y], owner: c}]}]",
            "3:54",
            "`c` is not a team",
        ),
        // YAML.
        ("rules: [", "3:8", "not valid YAML"),
        ("\tx: 1", "3:2", "not valid YAML"),
        ("---\nversion: 1", "4:1", "single YAML document"),
    ] {
        let map = format!("{head}{rest}\n");
        let found = errors(&map);
        let [(at, text)] = &found[..] else {
            panic!("one error expected of {rest}: {found:#?}");
        };
        assert!(text.contains(message), "{message}: {text}");
        assert_eq!(at, place, "{rest}: {text}");
    }
}

#[test]
fn no_error_hides_another() {
    let head = "version: 1\nteams: {a: {}}\n";
    for (rest, expected) in [
        (
            "exemptions: [{paths: ['a['], until: tomorrow}]",
            [
                "missing key `reason` in an exemption",
                "`[` is never closed",
                "`tomorrow` is not a date",
            ],
        ),
        (
            "exemptions: [{paths: ['a['], reason: '', until: tomorrow}]",
            [
                "`[` is never closed",
                "`reason` is empty",
                "`tomorrow` is not a date",
            ],
        ),
        (
            "repositories: [{rules: [{paths: [x], owner: b}], checks: {x: off}}, {name: r}]",
            [
                "missing key `name` in a repository",
                "`b` is not a team",
                "`x` is not a check",
            ],
        ),
    ] {
        let found = errors(&format!("{head}{rest}\n"));
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for ((_, text), message) in found.iter().zip(expected) {
            assert!(text.contains(message), "{message}: {text}");
        }
    }
}

#[test]
fn suggests_what_to_write() {
    let head = "version: 1\nteams: {a: {}, b: {}}\n";
    let quote = |char: &str, what: &str| {
        format!("quote the value: in YAML, {char} at the start of a value {what}")
    };
    for (rest, help) in [
        (
            "rules: [{paths: [x], owner: [a]}]",
            "write `owners: [a]`".to_owned(),
        ),
        (
            "rules:\n- paths: [x]\n  owner:\n  - a\n  - b",
            "write `owners: [a, b]`".to_owned(),
        ),
        (
            "rules: [{paths: [x], owners: a}]",
            "write `owners: [a]`".to_owned(),
        ),
        (
            "rules: [{paths: x, owner: a}]",
            "write `paths: [x]`".to_owned(),
        ),
        (
            "rules: [{paths: 'modules/*', owner: a}]",
            "write `paths: ['modules/*']`".to_owned(),
        ),
        (
            "rules: [{components: helm-chart:x, owner: a}]",
            "write `components: [helm-chart:x]`".to_owned(),
        ),
        ("include: x.yaml", "write `include: [x.yaml]`".to_owned()),
        (
            "rules:\n- paths:\n  - *.md\n  owner: a",
            quote("`*`", "is an alias"),
        ),
        (
            "rules: [{paths: [**/x], owner: a}]",
            quote("`*`", "is an alias"),
        ),
        (
            "rules:\n- paths:\n  - @x\n  owner: a",
            quote("`@`", "is reserved"),
        ),
        (
            "rules:\n- paths:\n  - `x`\n  owner: a",
            quote("a backtick", "is reserved"),
        ),
        (
            "rules:\n- paths:\n  - %x\n  owner: a",
            quote("`%`", "is a directive"),
        ),
        (
            "rules:\n- paths:\n  - !*.md\n  owner: a",
            quote("`!`", "is a tag"),
        ),
        (
            "rules: [{paths: [y, !x], owner: a}]",
            quote("`!`", "is a tag"),
        ),
        (
            "rules:\n- paths:\n  - &x\n  owner: a",
            quote("`&`", "is an anchor"),
        ),
    ] {
        let found = errors(&format!("{head}{rest}\n"));
        let [(_, text)] = &found[..] else {
            panic!("one error expected of {rest}: {found:#?}");
        };
        let help = format!("help: {help}");
        assert!(
            text.replace("\n        ", " ").contains(&help),
            "{help}: {text}"
        );
    }
    for rest in [
        "rules: [{paths: [''], owner: a}]",
        "rules: [{paths: [~], owner: a}]",
    ] {
        let found = errors(&format!("{head}{rest}\n"));
        assert!(!found[0].1.contains("quote the value"), "{found:#?}");
    }
}

/// Mistakes that people make in their first map. In the data file, `→` is a tab.
#[test]
fn shows_how_to_correct_usual_mistakes() {
    let cases = include_str!("data/map_mistakes.txt").split("==== ").skip(1);
    let mut count = 0;
    for case in cases {
        let (name, rest) = case.split_once(": ").unwrap();
        let (place, rest) = rest.split_once('\n').unwrap();
        let (map, help) = rest.split_once("---- ").unwrap();
        let map = map.replace('→', "\t");
        let found = errors(&map);
        let [(at, text)] = &found[..] else {
            panic!("{name}: one error expected: {found:#?}");
        };
        let (_, shown) = text.split_once("  help: ").expect(name);
        let shown = shown.split("\nerror: ").next().unwrap();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((&**at, words(shown)), (place, words(help)), "{name}");
        count += 1;
    }
    assert!(count >= 60, "{count}");
}

#[test]
fn points_at_both_names_of_a_repository_listed_twice() {
    let map = "version: 1\nrepositories:\n- {path: x, name: r}\n- {path: y, name: r}\n";
    let found = errors(map);
    let [(place, text)] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(place, "4:19");
    let lines: Vec<&str> = text.lines().collect();
    let first = lines
        .iter()
        .position(|line| line.contains("{path: x, name: r}"));
    let column = |line: &str, what: char| line.chars().position(|char| char == what);
    let (named, marked) = (lines[first.unwrap()], lines[first.unwrap() + 1]);
    assert_eq!(column(marked, '┬'), column(named, 'r'), "{text}");
}

#[test]
fn reports_each_error_of_a_team_at_the_place_to_fix() {
    for (teams, at, message) in [
        (
            "{a: {aliases: [x]}, b: {aliases: [«x]}}",
            "`x` is already a name of team `a`",
        ),
        (
            "{a: {name: Edge}, b: {aliases: [«EDGE]}}",
            "`EDGE` is already a name of team `a`",
        ),
        (
            "{a: {aliases: [b]}, «b: {}}",
            "is already a name of team `a`",
        ),
        (
            "{a: {aliases: [x, «x]}}",
            "`x` is already a name of team `a`",
        ),
        ("{a: {parent: «b}}", "parent `b` is not a team"),
        (
            "{traffic: {}, b: {parent: «trafic}}",
            "did you mean `traffic`?",
        ),
        ("{a: {parent: «a}}", "team `a` is its own ancestor"),
        (
            "{c: {parent: b}, a: {parent: «b}, b: {parent: a}}",
            "team `a` is its own ancestor",
        ),
        (
            "{a: {retired: {successor: «a}}}",
            "team `a` is its own successor",
        ),
        (
            "{d: {retired: {successor: b}}, a: {retired: {successor: «b}}, \
             b: {retired: {successor: c}}, c: {retired: {successor: a}}}",
            "team `a` is its own successor",
        ),
        (
            "{a: {name: x, aliases: [y], former_names: [«x]}}",
            "`x` is already a name of team `a`",
        ),
        ("{«A: {}}", "`A` is not a valid team id"),
        ("{«a b: {}}", "`a b` is not a valid team id"),
        (
            "{a: {retired: {since: «yesterday}}}",
            "`yesterday` is not a date",
        ),
        (
            "{a: {retired: {successor: «b}}}",
            "successor `b` is not a team",
        ),
        ("{a: {handles: {«githb: x}}}", "did you mean `github`?"),
        ("{a: {«nmae: x}}", "did you mean `name`?"),
        ("{a: «x}", "expected a team to be a mapping"),
        ("«[a]", "expected `teams` to be a mapping"),
    ]
    .map(|(teams, message)| (teams.replace('«', ""), teams.find('«').unwrap(), message))
    {
        let found = errors(&format!("version: 1\nteams: {teams}\n"));
        let [(place, text)] = &found[..] else {
            panic!("one error expected of {teams}: {found:#?}");
        };
        assert!(text.contains(message), "{message}: {text}");
        assert_eq!(
            *place,
            format!("2:{}", "teams: ".len() + at + 1),
            "{teams}: {text}"
        );
    }
    let cycle = errors(
        "version: 1\nteams: {a: {parent: b}, b: {parent: c}, c: {parent: a}, d: {parent: a}}\n",
    );
    let places: Vec<&str> = cycle.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        ["2:21"],
        "one error for each cycle, at its first team: {cycle:#?}"
    );
}

#[test]
fn reports_errors_of_included_files_in_those_files() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\ninclude: [a/teams.yaml, a/rules.yaml, a/teams.yaml]\n",
        ),
        ("a/teams.yaml", "teams: {sre: {}}\nfoo: 1\n"),
        (
            "a/rules.yaml",
            "include: [more/x.yaml, ../../up.yaml, /etc/passwd]\nrules: [{paths: [x], owner: sree}]\n",
        ),
        (
            "a/more/x.yaml",
            "include: [../rules.yaml]\nteams: {dba: {parent: cloud}}\n",
        ),
    ]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    for (place, message) in [
        ("ownership.yaml:2:39", "the file is included twice"),
        ("a/teams.yaml:2:1", "unknown key `foo`"),
        (
            "a/rules.yaml:1:24",
            "an included file must be inside the map's directory",
        ),
        ("a/rules.yaml:1:39", "an include must be a relative path"),
        ("a/rules.yaml:2:29", "`sree` is not a team in the map"),
        (
            "a/more/x.yaml:1:11",
            "the files include each other in a cycle",
        ),
        (
            "a/more/x.yaml:2:23",
            "parent `cloud` is not a team in the map",
        ),
    ] {
        let found = run.err.split("\n  × ").find(|part| part.contains(message));
        let found = found.unwrap_or_else(|| panic!("{message} in {}", run.err));
        assert!(found.contains(place), "{place}: {found}");
    }
    assert!(run.err.contains("the map has 7 errors"), "{}", run.err);
}

#[test]
fn rejects_a_second_min_coverage() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\ninclude: [more.yaml]\nteams: {}\nmin_coverage: {overall: 5}\n",
        ),
        ("more.yaml", "min_coverage: {overall: 6}\n"),
    ]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    for part in ["`min_coverage` is defined twice", "first defined here"] {
        assert!(run.err.contains(part), "{}", run.err);
    }
}

#[test]
fn reports_a_team_defined_twice_once() {
    let found = errors("version: 1\nteams: {a: {}, a: {}}\n");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, "2:16");
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\ninclude: [more.yaml]\nteams: {a: {}}\n",
        ),
        ("more.yaml", "teams: {a: {}}\n"),
    ]);
    let run = repo.run(&["check"]);
    assert!(run.err.contains("team `a` is defined twice"), "{}", run.err);
    assert!(run.err.contains("the map has 1 error\n"), "{}", run.err);
}

#[test]
fn rejects_an_include_outside_of_the_directory_through_a_link() {
    let repo = Repo::new(&[
        ("map/ownership.yaml", "version: 1\ninclude: [link.yaml]\n"),
        ("teams.yaml", "teams: {sre: {}}\n"),
    ]);
    repo.link("map/link.yaml", "../teams.yaml");
    let run = repo.run(&["check", "--config", "map/ownership.yaml"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("must be inside the map's directory"),
        "{}",
        run.err
    );
}

#[test]
fn rejects_deep_nesting_of_every_kind() {
    let block: String = (0..2000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    for text in [
        format!("rules: {}", "[".repeat(5000)),
        format!("rules: {}{}", "[".repeat(5000), "]".repeat(5000)),
        format!("rules: {}", "{a: ".repeat(5000)),
        format!("rules:\n  {}", "- ".repeat(5000)),
        block,
    ] {
        let repo = Repo::new(&[("ownership.yaml", &format!("version: 1\n{text}\n"))]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err.contains("not valid YAML") && run.err.len() < 20_000,
            "{}",
            run.err.len()
        );
        assert!(run.err.contains("more than 100 levels deep"), "{}", run.err);
    }
}

#[test]
fn rejects_a_map_that_is_not_text() {
    for bytes in [
        &b"version: 1\n# caf\xe9\n"[..],
        b"\xff\xfev\0e\0",
        b"version: 1\n\0\n",
    ] {
        let repo = Repo::new(&[]);
        repo.write("ownership.yaml", bytes);
        let run = repo.run(&["check"]);
        assert_eq!((run.code, &*run.out), (2, ""), "{bytes:?}: {}", run.err);
    }
    let repo = Repo::new(&[("ownership.yaml/x", "")]);
    assert_eq!(repo.run(&["check", "--config", "ownership.yaml"]).code, 2);
}

#[test]
fn every_command_that_needs_the_map_reports_its_errors() {
    let repo = Repo::new(&[("ownership.yaml", "version: 1\nteems: {}\n")]);
    for arguments in [
        &["check"][..],
        &["who", "x"],
        &["check", "--format", "human"],
    ] {
        let run = repo.run(arguments);
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
        assert!(run.err.contains("did you mean `teams`?"), "{}", run.err);
    }
    assert_eq!(repo.run(&["explain"]).code, 0);
}

#[test]
fn rejects_versions_includes_and_hostile_yaml() {
    let bomb = (1..12).fold(String::from("version: 1\na0: &a0 [x]\n"), |text, at| {
        let row = vec![format!("*a{}", at - 1); 10].join(", ");
        text + &format!("a{at}: &a{at} [{row}]\n")
    });
    for (map, message) in [
        ("version: 2\n", "map version `2` is not supported"),
        ("teams: {}\n", "the map has no `version`"),
        ("", "the map is empty"),
        ("version: 1\nrules: [\n", "not valid YAML"),
        (
            "version: 1\ninclude: [sub/a.yaml]\n",
            "the files include each other in a cycle",
        ),
        (
            "version: 1\ninclude: [../x.yaml]\n",
            "an included file must be inside the map's directory",
        ),
        ("version: 1\ninclude: [gone.yaml]\n", "could not be read"),
        (&bomb, "the file has more than"),
        (&"[".repeat(100_000), "not valid YAML"),
    ] {
        let repo = Repo::new(&[
            ("in/ownership.yaml", map),
            ("in/sub/a.yaml", "include: [../ownership.yaml]\n"),
            ("x.yaml", "teams: {}\n"),
        ]);
        let run = repo.run(&["check", "--config", "in/ownership.yaml"]);
        assert_eq!(run.code, 2, "{message}");
        assert!(run.err.contains(message), "{message}\n{}", run.err);
    }
}

#[test]
fn accepts_empty_lists_where_they_are_harmless() {
    for (rest, teams) in [
        (
            "rules: []\nexemptions: []\ninclude: []\nrepositories: []",
            "{}",
        ),
        (
            "organization: {escalation: []}",
            "{a: {aliases: [], areas: []}}",
        ),
        (
            "repositories: [{name: x, path: ., rules: [], exemptions: []}]",
            "{}",
        ),
    ] {
        let map = format!("version: 1\nteams: {teams}\n{rest}\n");
        let run = Repo::new(&[("ownership.yaml", &map)]).run(&["check", "--fail-on", "never"]);
        assert_eq!((run.code, &*run.err), (0, ""), "{map}");
    }
}

#[test]
fn reads_included_files() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\ninclude: [teams.yaml]\nrules: [{paths: ['**'], owner: sre}]\n",
        ),
        ("teams.yaml", "teams: {sre: {}}\n"),
    ]);
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn suggests_what_to_do_about_a_missing_map_or_repository() {
    let run = Repo::new(&[("ownership.yml", "")]).run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("rename `ownership.yml` to `ownership.yaml`"),
        "{}",
        run.err
    );
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nrepositories: [{name: puppet, path: ../gone}]\n",
    )]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`puppet`") && run.err.contains("--root puppet=DIR"),
        "{}",
        run.err
    );
    let run = repo.run(&["check", "--root", "pupet=."]);
    assert!(run.err.contains("did you mean `puppet`?"), "{}", run.err);
    assert_eq!(
        repo.run(&["check", "--root", "puppet=.", "--fail-on", "never"])
            .code,
        0
    );
}

#[test]
fn checks_merged_mappings_too() {
    let map = "version: 1
teams: {sre: {}, dba: {handles: {<<: &h {github: '@o/dba', sourcehut: x}}}}
rules:
  - &base {paths: ['**'], owner: sre, bogus: 7}
  - <<: {<<: *base}
    note: n
  - {<<: 5, paths: [a], owner: sre}
  - {<<: [{priority: 1}, {prioritty: 2}], paths: [b], owner: sre}
";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    for message in [
        "unknown key `bogus` in a rule",
        "unknown key `sourcehut`",
        "expected the value of `<<` to be a mapping, found a single value",
        "unknown key `prioritty` in a rule",
        "the map has 4 errors",
    ] {
        assert!(run.err.contains(message), "{message}\n{}", run.err);
    }
    let mut deep =
        String::from("version: 1\nteams: {sre: {}}\nrules:\n- &r0 {paths: ['**'], owner: sre}\n");
    for at in 1..40 {
        deep += &format!("- &r{at} {{<<: *r{}}}\n", at - 1);
    }
    repo.write("ownership.yaml", &deep);
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn limits_the_size_of_expanded_patterns() {
    let rule = |at: usize| {
        let letters: Vec<String> = (0..1_000).map(|of| format!("{of}")).collect();
        format!(
            "- {{paths: ['d{at}/{{{}}}'], owner: sre}}\n",
            letters.join(",")
        )
    };
    let rules: String = (0..300).map(rule).collect();
    let map = format!("version: 1\nteams: {{sre: {{}}}}\nrules:\n{rules}");
    let repo = Repo::new(&[("ownership.yaml", &map)]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    let message = "the total length of the patterns in the map is too large after brace expansion";
    assert_eq!(run.err.matches(message).count(), 1, "{}", run.err);
    let long = format!("{}{}", "{x,y}".repeat(9), "x".repeat(90_000));
    repo.write(
        "ownership.yaml",
        format!("version: 1\nteams: {{sre: {{}}}}\nrules: [{{paths: ['{long}'], owner: sre}}]\n"),
    );
    let run = repo.run(&["check"]);
    assert!(
        run.err.contains("more than 100000 characters"),
        "{}",
        run.err
    );
}

#[test]
fn shortens_very_long_values() {
    let long = "x".repeat(1 << 20);
    for map in [
        format!("version: {long}\n"),
        format!("version: 1\nteams: {{sre: {{aliases: {long}}}}}\n"),
        format!("version: 1\nteams: {{sre: {{}}}}\nrules: [{{paths: [{long}], owner: sre}}]\n"),
        format!("version: 1\nteams: {{sre: {{}}}}\nrules: [{{paths: [x], owner: {long}}}]\n"),
    ] {
        let run = Repo::new(&[("ownership.yaml", &map)]).run(&["check"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("xxx…xxx"), "{}", run.err);
        assert!(run.err.len() < 1_000, "{} bytes", run.err.len());
    }
}

#[test]
fn limits_the_number_of_suggestions() {
    let teams: String = (0..200).map(|at| format!("  team-{at}: {{}}\n")).collect();
    let rules: String = (0..200)
        .map(|at| format!("- {{paths: [p{at}], owner: teem-{at}}}\n"))
        .collect();
    let map = format!("version: 1\nteams:\n{teams}rules:\n{rules}");
    let run = Repo::new(&[("ownership.yaml", &map)]).run(&["check"]);
    assert!(run.err.contains("the map has 200 errors"), "{}", run.err);
    assert_eq!(run.err.matches("did you mean").count(), 100);
}
