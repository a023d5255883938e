//! Owners that components declare in their own files.

use crate::harness::{self, Repo, findings, of_check, outcome, text};
use serde_json::Value;

const MAP: &str = "version: 1
teams:
  sre: {name: Site Reliability Engineering}
  dba: {name: SRE Data Persistence, aliases: [Data Persistence, 'https://w.org/wiki/SRE/DBA']}
  service-ops: {aliases: [ServiceOps]}
rules: [{paths: [ownership.yaml], owner: sre}]
# The teams and spellings are those of all tests.
checks: {unused-team: off, unused-alias: off}
";

const ROLE: &str = "modules/role/manifests/cache/text.pp";

const KEY: &str = "profile::contacts::role_contacts";

/// Returns a role with a hieradata file at each of these levels; `KEY` is replaced by the key.
fn role(levels: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        (ROLE, "class role::cache::text {}\n"),
    ]);
    for (level, text) in levels {
        repo.write(
            format!("hieradata/role/{level}/cache/text.yaml"),
            text.replace("KEY", KEY),
        );
    }
    repo
}

fn chart(text: &str) -> Repo {
    Repo::new(&[("ownership.yaml", MAP), ("charts/kask/Chart.yaml", text)])
}

/// Returns the checks with findings.
fn reported(repo: &Repo) -> String {
    let report = repo.check();
    let mut checks: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| text(&finding["check"]))
        .collect();
    checks.dedup();
    checks.join(" ")
}

fn position(location: &Value) -> String {
    let (line, column) = (&location["line"], &location["column"]);
    format!("{}:{line}:{column}", text(&location["file"]))
}

#[test]
fn reads_role_contacts_in_all_notations() {
    for (text, expected, checks) in [
        ("KEY: ['Data Persistence']\n", "dba", ""),
        ("KEY: [\"Data Persistence\"]\n", "dba", ""),
        ("KEY: ['ServiceOps','dba']\n", "service-ops dba", ""),
        (
            "KEY:\n  - Data Persistence\n  - ServiceOps\n",
            "dba service-ops",
            "",
        ),
        ("KEY:\n- sre\n", "sre", ""),
        ("\"KEY\": [sre]\n", "sre", ""),
        ("KEY: [sre, SRE, sre]\n", "sre", ""),
        ("owners: &o [dba]\nKEY: *o\n", "dba", ""),
        ("base: &b\n  KEY: [dba]\n<<: *b\n", "dba", ""),
        ("base: &b\n  KEY: [dba]\n<<: *b\nKEY: [sre]\n", "sre", ""),
        ("x: !ruby/regexp '/^a$/'\nKEY: [sre]\n", "sre", ""),
        ("KEY: !ruby/array [sre]\n", "sre", ""),
        ("\u{feff}KEY: [sre]\n", "sre", ""),
        ("KEY: [sre]\r\nx: 1\r\n", "sre", ""),
        ("---\nKEY: [sre]\n...\n", "sre", ""),
        ("---\nx: 1\n---\nKEY: [sre]\n", "sre", ""),
        // As in Puppet: the alias ends before the colon.
        (
            "bird: &domain x\nby:\n  *domain:\n    x: 1\nKEY: [sre]\n",
            "sre",
            "",
        ),
        (
            "by:\n  *domain:\n    x: 1\nKEY: [sre]\n",
            "unowned",
            "unowned-component unreadable-declaration",
        ),
        // Values that name no owner.
        ("", "unowned", "unowned-component"),
        ("---\n", "unowned", "unowned-component"),
        ("~\n", "unowned", "unowned-component"),
        ("# KEY: [sre]\n", "unowned", "unowned-component"),
        ("x:\n  KEY: [sre]\n", "unowned", "unowned-component"),
        ("KEY: []\n", "unowned", "unowned-component"),
        (
            "KEY: ['%{lookup(\"owner\")}']\n",
            "unowned",
            "unowned-component",
        ),
        // Invalid values, which are reported and used as far as possible.
        ("KEY: sre\n", "sre", "unreadable-declaration"),
        ("KEY: [sre, [dba]]\n", "sre", "unreadable-declaration"),
        ("KEY: [sre, ~]\n", "sre", "unreadable-declaration"),
        (
            "KEY: ~\n",
            "unowned",
            "unowned-component unreadable-declaration",
        ),
        (
            "KEY: [sre\n",
            "unowned",
            "unowned-component unreadable-declaration",
        ),
        (
            "KEY: [sre, Data Persistance]\n",
            "sre",
            "unknown-declared-team",
        ),
        ("KEY: [nobody]\n", "unowned", "unknown-declared-team"),
        ("KEY: [sre]\nKEY: [sre]\n", "sre", "declaration-mismatch"),
    ] {
        let repo = role(&[("common", text)]);
        assert_eq!(repo.verdict(ROLE), expected, "{text}");
        assert_eq!(reported(&repo), checks, "{text}");
    }
}

#[test]
fn merges_the_levels_of_a_role() {
    let sre = "KEY: [sre]\n";
    let dba = "KEY: [dba]\n";
    for (levels, expected) in [
        (&[("common", sre)][..], "sre"),
        (&[("eqiad", dba)], "dba"),
        (&[("codfw", dba), ("common", sre)], "sre dba"),
        (&[("common", sre), ("eqiad", sre)], "sre"),
        (&[("common", sre), ("eqiad", "x: 1\n")], "sre"),
        (&[("common", sre), ("eqiad", "KEY: []\n")], "sre"),
        (&[("common", "KEY: []\n"), ("eqiad", dba)], "dba"),
        (&[("env/dev", dba)], "dba"),
        (&[("common", sre), ("env/dev", dba)], "sre dba"),
        (&[("common", ""), ("eqiad", ""), ("codfw", dba)], "dba"),
    ] {
        let repo = role(levels);
        let files: Vec<String> = levels
            .iter()
            .map(|(level, _)| format!("hieradata/role/{level}/cache/text.yaml"))
            .chain([ROLE.to_owned()])
            .collect();
        for answer in repo.who_all(&files) {
            assert_eq!(outcome(&answer), expected, "{levels:?}");
            assert!(harness::strings(&answer["components"]).contains(&"puppet-role:cache::text"));
        }
        assert_eq!(reported(&repo), "", "{levels:?}");
    }
}

#[test]
fn ignores_hieradata_that_belongs_to_no_role() {
    for path in [
        "hieradata/role/common/cache.yaml",
        "hieradata/role/cache/text.yaml",
        "hieradata/role/a/b/c/cache/text.yaml",
        "hieradata/common/cache/text.yaml",
        "hieradata/role/common/cache/text.yml",
    ] {
        let repo = role(&[]);
        repo.write(path, format!("{KEY}: [sre]\n"));
        assert_eq!(repo.verdict(ROLE), "unowned", "{path}");
        assert_eq!(repo.verdict(path), "unowned", "{path}");
    }
}

#[test]
fn a_level_of_two_directories_is_not_inside_another_level() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("modules/role/manifests/zz.pp", ""),
        ("modules/role/manifests/yy.pp", ""),
    ]);
    for path in [
        "common/yy.yaml",
        "common/b/zz.yaml",
        "eqiad/yy.yaml",
        "eqiad/b/zz.yaml",
        "env/dev/zz.yaml",
        "env/dev/yy.yaml",
    ] {
        repo.write(format!("hieradata/role/{path}"), "");
    }
    for (path, components) in [
        ("common/b/zz.yaml", &[][..]),
        ("eqiad/b/zz.yaml", &[]),
        ("env/dev/zz.yaml", &["puppet-role:zz"]),
        ("env/dev/yy.yaml", &["puppet-role:yy"]),
        ("common/yy.yaml", &["puppet-role:yy"]),
    ] {
        let answer = repo.who(&format!("hieradata/role/{path}"));
        assert_eq!(
            harness::strings(&answer["components"]),
            components,
            "{path}"
        );
    }
}

#[test]
fn reports_a_repeated_key_with_both_places() {
    let repo = role(&[("common", "KEY: [sre, dba]\nx: 1\nKEY: ['ServiceOps']\n")]);
    assert_eq!(repo.verdict(ROLE), "service-ops");
    let report = repo.check();
    let [finding] = of_check(&report, "declaration-mismatch")[..] else {
        panic!("{report:#}");
    };
    let file = "hieradata/role/common/cache/text.yaml";
    assert_eq!(position(&finding["location"]), format!("{file}:1:35"));
    let [related] = &finding["related"].as_array().unwrap()[..] else {
        panic!("{finding:#}");
    };
    assert_eq!(position(&related["location"]), format!("{file}:3:35"));
    assert_eq!(finding["location"]["end_column"], 45);
}

#[test]
fn reports_a_mismatch_with_all_declarations() {
    let repo = role(&[
        ("common", "KEY: [sre]\n"),
        ("codfw", "KEY: []\n"),
        ("eqiad", "KEY: [dba]\n"),
    ]);
    let rule = "rules: [{components: ['puppet-role:*'], owner: service-ops, priority: 1}, ";
    repo.write("ownership.yaml", MAP.replace("rules: [", rule));
    let report = repo.check();
    let [finding] = of_check(&report, "declaration-mismatch")[..] else {
        panic!("{report:#}");
    };
    assert!(
        text(&finding["message"]).contains("declares `sre` and `dba`"),
        "{finding:#}"
    );
    let level = |level: &str| format!("hieradata/role/{level}/cache/text.yaml:1:36");
    assert_eq!(position(&finding["location"]), level("common"));
    let related = &finding["related"][0];
    assert_eq!(position(&related["location"]), level("eqiad"));
    assert_eq!(text(&related["message"]), "declares `dba`");
}

#[test]
fn reports_a_mismatch_at_the_file_with_another_owner() {
    let repo = role(&[("common", "KEY: [sre]\n"), ("eqiad", "KEY: [dba]\n")]);
    let rule = "rules: [{paths: [hieradata/role/eqiad/], owner: service-ops, priority: 1}, ";
    repo.write("ownership.yaml", MAP.replace("rules: [", rule));
    let report = repo.check();
    let [finding] = of_check(&report, "declaration-mismatch")[..] else {
        panic!("{report:#}");
    };
    let file = text(&finding["path"]);
    assert_eq!(file, "hieradata/role/eqiad/cache/text.yaml");
}

#[test]
fn reports_a_mismatch_with_each_team_once() {
    for (repo, expected) in [
        (
            role(&[("common", "KEY: [sre, dba]\nKEY: [dba]\n")]),
            "dba sre",
        ),
        (
            role(&[("common", "KEY: [sre, SRE]\nKEY: [dba]\n")]),
            "dba sre",
        ),
        (
            chart("team: dba\nmaintainers: [{name: sre}, {name: sre}]\n"),
            "dba sre",
        ),
    ] {
        let report = repo.check();
        let finding = of_check(&report, "declaration-mismatch")[0];
        let teams = harness::strings(&finding["teams"]).join(" ");
        assert_eq!(teams, expected, "{finding:#}");
        assert!(!text(&finding["message"]).contains("`sre` and `sre`"));
    }
}

#[test]
fn only_an_empty_list_is_explicitly_unowned() {
    let message = |repo: &Repo| {
        let report = repo.check();
        text(&of_check(&report, "unowned-component")[0]["message"]).to_owned()
    };
    let says_so = "it is explicitly unowned";
    assert!(message(&role(&[("common", "KEY: []\n")])).contains(says_so));
    assert!(message(&chart("team: []\n")).contains(says_so));
    for repo in [
        role(&[("common", "x: 1\n")]),
        role(&[("common", "KEY: [[sre]]\n")]),
        role(&[("common", "KEY: {sre: x}\n")]),
        role(&[("common", "KEY: ['%{x}']\n")]),
        chart("team: {name: sre}\n"),
        chart("team:\n"),
    ] {
        assert!(!message(&repo).contains(says_so), "{}", message(&repo));
    }
}

#[test]
fn reports_a_problem_with_the_other_declarations() {
    for (levels, message, help) in [
        (
            &[("common", "KEY: Data Persistence\n")][..],
            "declares `dba`, but one of its files has an error: expected a list in",
            "write `['Data Persistence']`",
        ),
        (
            &[("common", "KEY: Nobody\n")],
            "declares `Nobody`, but one of its files has an error: expected a list in",
            "write `['Nobody']`",
        ),
        (
            &[("common", "KEY: [sre]\n"), ("eqiad", "KEY: [dba\n")],
            "declares `sre`, but one of its files has an error: not valid YAML",
            "-",
        ),
        (
            &[("common", "KEY: %{x}\n")],
            "cannot read the owner of `puppet-role:cache::text`: not valid YAML",
            "quote the value: in YAML, `%` at the start of a value is a directive",
        ),
    ] {
        let report = role(levels).check();
        let [finding] = of_check(&report, "unreadable-declaration")[..] else {
            panic!("{report:#}");
        };
        assert!(text(&finding["message"]).contains(message), "{finding:#}");
        assert_eq!(text(&finding["help"]), help);
    }
}

#[test]
fn suggests_a_spelling_for_an_unknown_name() {
    for (raw, near) in [
        ("Data Persistance", Some("`Data Persistence` (team `dba`)")),
        ("service-opps", Some("`service-ops`?")),
        ("Service Opps", Some("`service-ops`")),
        ("https://w.org/wiki/Service_Opps", Some("`service-ops`")),
        // A name with a different word is not a typo.
        ("Web Service Ops", None),
        ("https://w.org/wiki/SelfService_Ops", None),
        ("Completely Else", None),
    ] {
        for repo in [
            role(&[("common", &format!("KEY: ['{raw}']\n"))]),
            chart(&format!("team: '{raw}'\n")),
        ] {
            let report = repo.check();
            let help = text(&of_check(&report, "unknown-declared-team")[0]["help"]);
            match near {
                Some(near) => assert!(
                    help.contains("did you mean") && help.contains(near),
                    "{raw}: {help}"
                ),
                None => assert!(!help.contains("did you mean"), "{raw}: {help}"),
            }
        }
    }
}

#[test]
fn suggests_names_in_use_and_urls_for_urls() {
    let map = MAP.replace(
        "  service-ops: {aliases: [ServiceOps]}\n",
        "  service-ops:
    aliases: ['https://w.org/wiki/Core', 'https://w.org/wiki/Service_Ops']
    former_names: [Core, Core Platform]
  web: {retired: {successor: service-ops}}
",
    );
    for (raw, check, name) in [
        ("Core Platform", "former-team-name", "service-ops"),
        ("Core Platfrom", "unknown-declared-team", "service-ops"),
        (
            "https://w.org/wiki/Core_Platform",
            "former-team-name",
            "https://w.org/wiki/Service_Ops",
        ),
        (
            "https://w.org/wiki/Web",
            "former-team-name",
            "https://w.org/wiki/Service_Ops",
        ),
        (
            "https://w.org/wiki/Service_Opps",
            "unknown-declared-team",
            "https://w.org/wiki/Service_Ops",
        ),
    ] {
        let team = format!("team: {raw}\n");
        let repo = Repo::new(&[("ownership.yaml", &*map), ("charts/kask/Chart.yaml", &team)]);
        let report = repo.check();
        let help = text(&of_check(&report, check)[0]["help"]);
        assert!(help.contains(&format!("`{name}`")), "{raw}: {help}");
        let fixes = repo.run(&["check", "--only", check, "--format", "rdjson"]);
        let written = format!("\"text\": \"{name}\"");
        assert!(fixes.out.contains(&written), "{}", fixes.out);
    }
}

#[test]
fn reads_teams_of_charts_in_all_notations() {
    for (text, expected, checks) in [
        ("team: Data Persistence\n", "dba", ""),
        ("team: 'data_persistence'\n", "dba", ""),
        ("team: https://w.org/wiki/SRE/DBA\n", "dba", ""),
        (
            "team: https://w.org/wiki/Teams/Service_Ops/\n",
            "service-ops",
            "",
        ),
        (
            "team: Data Persistence (https://w.org/unknown)\n",
            "dba",
            "",
        ),
        ("team: The DBAs (https://w.org/wiki/SRE/DBA)\n", "dba", ""),
        ("team: [dba, sre]\n", "dba sre", ""),
        ("a: 1\n---\nteam: dba\n", "dba", ""),
        // Teams and people as maintainers.
        ("maintainers:\n  - name: Data Persistence\n", "dba", ""),
        (
            "maintainers: [{name: The DBAs, url: 'https://w.org/wiki/SRE/DBA'}]\n",
            "dba",
            "",
        ),
        (
            "maintainers: [{name: Jo}, {name: dba}, {name: sre}]\n",
            "dba sre",
            "",
        ),
        (
            "maintainers: [{name: Jo Doe, email: jo@example.org}]\n",
            "unowned",
            "unowned-component person-not-team",
        ),
        (
            "team: Nobody\nmaintainers: [{name: Jo Doe}]\n",
            "unowned",
            "unknown-declared-team",
        ),
        (
            "maintainers: dba\n",
            "unowned",
            "unowned-component unreadable-declaration",
        ),
        ("team: dba\nmaintainers: [{name: Jo Doe}]\n", "dba", ""),
        (
            "team: dba\nmaintainers: [{name: dba}, {name: sre}]\n",
            "dba",
            "",
        ),
        (
            "team: dba\nmaintainers: [{name: sre}]\n",
            "dba",
            "declaration-mismatch",
        ),
        ("team: sre\nteam: dba\n", "dba", "declaration-mismatch"),
        // Opting out.
        (
            "annotations: {skip-checks: 'home, team'}\n",
            "unowned",
            "unowned-component",
        ),
        (
            "annotations: {skip-checks: 'teams'}\n",
            "unowned",
            "unowned-component",
        ),
        ("team: dba\nannotations: {skip-checks: team}\n", "dba", ""),
        // Invalid values.
        ("", "unowned", "unowned-component"),
        (
            "- team\n",
            "unowned",
            "unowned-component unreadable-declaration",
        ),
        ("team:\n", "unowned", "unowned-component"),
        (
            "team: '{{ .Values.team }}'\n",
            "unowned",
            "unowned-component",
        ),
        (
            "team: [dba\n",
            "unowned",
            "unowned-component unreadable-declaration",
        ),
        ("team: [dba, {}]\n", "dba", "unreadable-declaration"),
        ("x: {team: dba}\n", "unowned", "unowned-component"),
        ("Team: dba\n", "unowned", "unowned-component"),
    ] {
        let repo = chart(text);
        assert_eq!(repo.verdict("charts/kask/Chart.yaml"), expected, "{text}");
        assert_eq!(reported(&repo), checks, "{text}");
    }
}

#[test]
fn unused_components_are_info_unless_the_map_sets_the_severity() {
    let repo = chart("name: kask\n");
    let severity = |helmfile: &str, map: &str| {
        repo.write("helmfile.d/services/x/helmfile.yaml", helmfile);
        repo.write("ownership.yaml", MAP.replace("unused-alias: off", map));
        let report = repo.check();
        text(&of_check(&report, "unowned-component")[0]["severity"]).to_owned()
    };
    let unused = "releases: [{name: main, chart: wmf-stable/other}]\n";
    assert_eq!(severity(unused, "unused-alias: off"), "info");
    assert_eq!(severity(unused, "unowned-component: error"), "error");
    assert_eq!(severity(unused, "unowned-component: warning"), "warning");
    let unknown = "releases: [{name: main, chart: '{{ .Chart }}'}]\n";
    assert_eq!(severity(unknown, "unused-alias: off"), "error");
    // The settings of a repository apply too.
    let own = "unused-alias: off}\nrepositories: [{name: here, path: ., checks: {unowned-component: error}}]\n#";
    assert_eq!(severity(unused, own), "error");
}

#[test]
fn reports_an_opt_out() {
    let repo = chart("name: kask\nannotations:\n  skip-checks: 'team,home'\n");
    let report = repo.check();
    let finding = of_check(&report, "unowned-component")[0];
    assert!(
        text(&finding["message"]).contains("opts out"),
        "{finding:#}"
    );
    assert_eq!(finding["severity"], "info", "it is a decision");
    assert_eq!(
        position(&finding["location"]),
        "charts/kask/Chart.yaml:3:16"
    );
    assert!(
        repo.run(&["check", "--min-severity", "info"])
            .out
            .contains("skip-checks: 'team,home'")
    );
    let map = MAP.replace(
        "rules: [",
        "rules: [{components: ['helm-chart:kask'], owner: sre}, ",
    );
    repo.write("ownership.yaml", map);
    assert_eq!(reported(&repo), "", "owned by a rule");
}

#[test]
fn a_subchart_has_its_own_owner_or_that_of_its_chart() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/hub/Chart.yaml", "team: sre\n"),
        ("charts/hub/charts/gms/Chart.yaml", "team: dba\n"),
        ("charts/hub/charts/front/Chart.yaml", "name: front\n"),
        (
            "charts/hub/charts/front/charts/deep/Chart.yaml",
            "team: dba\n",
        ),
        ("charts/hub-two/Chart.yaml", "team: service-ops\n"),
    ]);
    for (path, expected) in [
        ("charts/hub/values.yaml", "sre"),
        ("charts/hub/charts/gms/x", "dba"),
        ("charts/hub/charts/front/x", "sre"),
        ("charts/hub/charts/front/charts/deep/x", "dba"),
        ("charts/hub-two/x", "service-ops"),
        ("helm-subchart:hub/gms", "dba"),
        ("helm-subchart:hub/front/deep", "dba"),
    ] {
        assert_eq!(repo.verdict(path), expected, "{path}");
    }
    assert_eq!(reported(&repo), "");
}

#[test]
fn a_chart_has_its_own_owner_even_if_most_files_are_in_subcharts() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/hub/Chart.yaml", "team: sre\n"),
        ("charts/hub/charts/gms/Chart.yaml", "team: dba\n"),
        ("charts/hub/charts/gms/values.yaml", ""),
    ]);
    assert_eq!(repo.verdict("charts/hub"), "sre");
    assert_eq!(repo.verdict("helm-chart:hub"), "sre");
}

#[test]
fn ignores_ownership_files_and_templates_in_charts() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/kask/Chart.yaml", "team: dba\n"),
        ("charts/kask/OWNERS", "approvers: [sre]\n"),
        ("charts/kask/CODEOWNERS", "* @sre\n"),
        (
            "charts/kask/templates/a.yaml",
            "labels: {team: {{ .Values.team }}}\n",
        ),
        ("charts/_skel/Chart.yaml", "team: $TEAM\n"),
    ]);
    assert_eq!(findings(&repo.check()), ["unowned-path charts/_skel/ -"]);
    let files = ["charts/kask/OWNERS", "charts/kask/templates/a.yaml"];
    assert!(
        repo.who_all(&files)
            .iter()
            .all(|answer| outcome(answer) == "dba")
    );
}

#[test]
fn one_broken_file_does_not_hide_others() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/a/Chart.yaml", "team: [\n"),
        ("charts/c/Chart.yaml", "team: sre\n"),
        ("charts/e/Chart.yaml", "team: nobody\n"),
        ("modules/role/manifests/r.pp", ""),
        ("hieradata/role/common/r.yaml", "a: 'x\n"),
        ("hieradata/role/eqiad/r.yaml", &format!("{KEY}: [dba]\n")),
    ]);
    repo.write("charts/b/Chart.yaml", b"team: sre # caf\xe9\n");
    let big = std::fs::File::create(repo.path().join("charts/big.yaml")).unwrap();
    big.set_len(17 << 20).unwrap();
    std::fs::create_dir_all(repo.path().join("charts/d")).unwrap();
    let path = |name: &str| repo.path().join(name);
    std::fs::rename(path("charts/big.yaml"), path("charts/d/Chart.yaml")).unwrap();
    let report = repo.check();
    let unreadable: Vec<(&str, String)> = of_check(&report, "unreadable-declaration")
        .into_iter()
        .map(|f| (text(&f["component"]), position(&f["location"])))
        .collect();
    let expected = [
        ("puppet-role:r", "hieradata/role/common/r.yaml:1:4"),
        ("helm-chart:a", "charts/a/Chart.yaml:1:7"),
        ("helm-chart:b", "charts/b/Chart.yaml:1:16"),
        ("helm-chart:d", "charts/d/Chart.yaml:1:1"),
    ];
    for (component, place) in expected {
        assert!(
            unreadable.contains(&(component, place.to_owned())),
            "{component} in {unreadable:?}"
        );
    }
    assert_eq!(unreadable.len(), expected.len());
    assert_eq!(repo.verdict("charts/b/x"), "sre", "the valid part is used");
    assert_eq!(repo.verdict("charts/c/x"), "sre");
    assert_eq!(repo.verdict("modules/role/manifests/r.pp"), "dba");
    assert_eq!(of_check(&report, "unknown-declared-team").len(), 1);
}

#[test]
fn a_declaring_file_that_is_not_regular_is_an_unreadable_path() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/c/Chart.yaml", "team: sre\n"),
        ("charts/gone/Chart.yaml", "team: sre\n"),
        ("charts/moved/Chart.yaml", "team: sre\n"),
        ("elsewhere/Chart.yaml", "team: sre\n"),
    ]);
    repo.link("charts/link/Chart.yaml", "../../elsewhere/Chart.yaml");
    repo.link("charts/dangling/Chart.yaml", "/nonexistent/Chart.yaml");
    repo.track();
    // Now the work tree differs from the index.
    std::fs::remove_dir_all(repo.path().join("charts/gone")).unwrap();
    std::fs::remove_dir_all(repo.path().join("charts/moved")).unwrap();
    repo.link("charts/moved", "../elsewhere");
    let report = repo.check();
    let unreadable: Vec<&str> = of_check(&report, "unreadable-path")
        .into_iter()
        .map(|finding| text(&finding["component"]))
        .collect();
    assert_eq!(
        unreadable,
        ["helm-chart:dangling", "helm-chart:gone", "helm-chart:moved"],
        "only links that git tracks are followed"
    );
    assert_eq!(repo.verdict("charts/c/x"), "sre");
    assert_eq!(repo.verdict("charts/link/x"), "sre");
}

#[test]
fn suggests_only_a_rule_if_declarations_are_not_trusted() {
    let rule = "add a rule to the map:\n- components:\n  - helm-chart:kask\n  owner: TEAM";
    let declare = "set `team` in the chart's `Chart.yaml`, or ";
    for (policy, chart, message, help) in [
        (
            "trust",
            "x: 1\n",
            "has no owner",
            format!("{declare}{rule}"),
        ),
        ("compare", "x: 1\n", "has no owner", rule.to_owned()),
        ("compare", "team: nobody\n", "has no owner", rule.to_owned()),
        ("ignore", "x: 1\n", "has no owner", rule.to_owned()),
        ("ignore", "team: dba\n", "has no owner", rule.to_owned()),
        (
            "compare",
            "x: 1\nteam: dba\n",
            "has no owner: it declares `dba`, but this declaration is only compared with the map (`declarations: compare`)",
            rule.to_owned(),
        ),
    ] {
        let repo = self::chart(chart);
        let map = format!("{MAP}declarations: {{helm: {policy}}}\n");
        repo.write("ownership.yaml", map);
        let report = repo.check();
        let finding = of_check(&report, "unowned-component")[0];
        let expected = format!("`helm-chart:kask` {message}");
        assert_eq!(text(&finding["message"]), expected, "{policy} {chart}");
        assert_eq!(text(&finding["help"]), help, "{policy} {chart}");
        let place = match chart.contains("x: 1\nteam") {
            true => "charts/kask/Chart.yaml:2:7",
            false => "charts/kask/Chart.yaml:1:1",
        };
        assert_eq!(position(&finding["location"]), place);
    }
}

#[test]
fn the_map_sets_the_policy_for_declarations() {
    let with = |rest: &str| {
        let repo = role(&[("common", "KEY: [dba]\n")]);
        repo.write("charts/kask/Chart.yaml", "team: dba\n");
        repo.write("charts/typo/Chart.yaml", "team: nobody\n");
        let map = MAP.replace("[ownership.yaml]", "['**']");
        repo.write("ownership.yaml", map + rest);
        repo
    };
    for (rest, chart, role, checks) in [
        ("", "dba", "dba", "unknown-declared-team"),
        (
            "declarations: {helm: trust, puppet: trust}\n",
            "dba",
            "dba",
            "unknown-declared-team",
        ),
        (
            "declarations: {helm: compare}\n",
            "sre",
            "dba",
            "unknown-declared-team declaration-mismatch",
        ),
        ("declarations: {helm: ignore}\n", "sre", "dba", ""),
        (
            "declarations: {helm: ignore, puppet: compare}\n",
            "sre",
            "sre",
            "declaration-mismatch",
        ),
        ("declarations: {\"*\": ignore}\n", "sre", "sre", ""),
        (
            "declarations: {helm: ignore}\nrepositories: [{name: all, declarations: {helm: trust}}]\n",
            "dba",
            "dba",
            "unknown-declared-team",
        ),
    ] {
        let repo = with(rest);
        assert_eq!(repo.verdict("charts/kask/x"), chart, "{rest}");
        assert_eq!(repo.verdict(ROLE), role, "{rest}");
        assert_eq!(reported(&repo), checks, "{rest}");
    }
}

#[test]
fn reports_invalid_charts_and_follows_merge_keys() {
    let map = "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    for (chart, message) in [
        (
            "- name: x\n",
            "expected a chart to be a mapping, found a list",
        ),
        (
            "maintainers: sre\n",
            "expected `maintainers` to be a list, found a single value",
        ),
        (
            "maintainers: [sre]\n",
            "expected an entry in `maintainers` to be a mapping",
        ),
        (
            "annotations: [skip-checks]\n",
            "expected `annotations` to be a mapping, found a list",
        ),
        (
            "annotations: {skip-checks: [team]}\n",
            "expected `skip-checks` to be a string, found a list",
        ),
    ] {
        repo.write("charts/x/Chart.yaml", chart);
        let report = repo.check();
        let found = of_check(&report, "unreadable-declaration");
        assert_eq!(found.len(), 1, "{chart}");
        assert!(text(&found[0]["message"]).contains(message), "{}", found[0]);
    }
    repo.write("charts/x/Chart.yaml", "<<: {team: unheard-of}\n");
    assert_eq!(of_check(&repo.check(), "unknown-declared-team").len(), 1);
    repo.write("charts/x/Chart.yaml", "maintainers:\nannotations:\n");
    assert_eq!(repo.run(&["check"]).code, 0);
}
