//! `ownlint components`: the list of components, with their owners and the state of their declarations.

use crate::harness::{Repo, csv, keys, strings, text};
use serde_json::Value;

const MAP: &str = "version: 1
teams:
  sre: {name: SRE Crew, aliases: [Crew]}
  dba: {name: =SUM(A1)}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {components: ['helm-chart:shared'], owners: [sre, dba]}
  - {components: ['service:web'], owner: sre}
exemptions:
  - {paths: [charts/free/], reason: nobody needs it}
kinds:
  - kind: service
    members: {main: {path: 'services/{name}/', required: true}}
    declared_by: {file: 'services/{name}/owner.yaml', key: team}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/kask/Chart.yaml", "name: kask\nteam: dba\n"),
        ("charts/shared/Chart.yaml", "name: shared\n"),
        ("charts/free/Chart.yaml", "name: free\n"),
        ("charts/later/Chart.yaml", "team: '{{ .Values.team }}'\n"),
        ("charts/broken/Chart.yaml", "team: [\n"),
        ("charts/vendor/x/Chart.yaml", "team: upstream\n"),
        (
            "charts/mute/Chart.yaml",
            "annotations:\n  skip-checks: \"team\"\n",
        ),
        ("services/api/owner.yaml", "team: Crew\n"),
        ("services/web/main.py", ""),
    ])
}

fn components(repo: &Repo, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["components", "--format", "json"], arguments].concat();
    let document = repo.run(&arguments).json();
    assert_eq!(document["version"], 1);
    assert_eq!(document["tool"]["name"], "ownlint");
    document["components"].as_array().unwrap().clone()
}

fn ids(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let all = components(repo, arguments);
    let id = |it: &Value| format!("{}:{}", text(&it["kind"]), text(&it["name"]));
    all.iter().map(id).collect()
}

#[test]
fn lists_components_with_owner_state_and_place() {
    let all = components(&repo(), &[]);
    let lines: Vec<String> = all
        .iter()
        .map(|it| {
            let at = &it["location"];
            format!(
                "{}:{} {} [{}] {} {}:{}:{}",
                text(&it["kind"]),
                text(&it["name"]),
                text(&it["verdict"]),
                strings(&it["owners"]).join(" "),
                text(&it["state"]),
                text(&at["file"]),
                at["line"],
                at["column"],
            )
        })
        .collect();
    for line in [
        "helm-chart:broken unowned [] unreadable charts/broken/Chart.yaml:1:7",
        "helm-chart:free exempt [] missing charts/free/:1:1",
        "helm-chart:kask owned [dba] declared charts/kask/Chart.yaml:2:7",
        "helm-chart:later unowned [] templated charts/later/Chart.yaml:1:7",
        "helm-chart:mute unowned [] opted-out charts/mute/Chart.yaml:2:16",
        "helm-chart:shared owned [sre dba] missing charts/shared/:1:1",
        "service:api owned [sre] declared services/api/owner.yaml:1:7",
        "service:web owned [sre] missing services/web/:1:1",
    ] {
        assert!(
            lines.iter().any(|listed| listed == line),
            "{line} in {lines:#?}"
        );
    }
    assert!(lines.is_sorted(), "{lines:#?}");
    for entry in &all {
        assert_eq!(
            keys(entry),
            [
                "files",
                "in_use",
                "inferred_owners",
                "kind",
                "location",
                "name",
                "owners",
                "path",
                "people",
                "repository",
                "state",
                "verdict"
            ]
        );
    }
}

#[test]
fn owners_are_those_of_who() {
    let repo = repo();
    for entry in components(&repo, &[]) {
        let id = format!("{}:{}", text(&entry["kind"]), text(&entry["name"]));
        let answer = repo.who(&id);
        assert_eq!(answer["verdict"], entry["verdict"], "{id}");
        assert_eq!(answer["owners"], entry["owners"], "{id}");
    }
}

#[test]
fn filters_can_be_combined() {
    let repo = repo();
    assert_eq!(
        ids(&repo, &["--kind", "service"]),
        ["service:api", "service:web"]
    );
    assert_eq!(
        ids(&repo, &["--team", "Crew"]),
        ["helm-chart:shared", "service:api", "service:web"]
    );
    assert_eq!(
        ids(
            &repo,
            &["--team", "sre", "--team", "dba", "--state", "declared"]
        ),
        ["helm-chart:kask", "service:api"]
    );
    assert_eq!(
        ids(&repo, &["--state", "opted-out", "--state", "templated"]),
        ["helm-chart:later", "helm-chart:mute"]
    );
    assert_eq!(
        ids(&repo, &["--repository", "."]).len(),
        ids(&repo, &[]).len()
    );
    let none = repo.run(&["components", "--team", "dba", "--kind", "service"]);
    assert_eq!((none.code, &*none.out), (0, "no component matches\n"));
}

#[test]
fn errors_for_unknown_names_list_the_known_ones() {
    let repo = repo();
    for (option, value, near, known) in [
        ("--kind", "servce", "`service`", "`helm-subchart`"),
        ("--team", "dbaa", "`dba`", "`sre`"),
        ("--team", "Cerw", "`Crew`", "`dba`"),
        ("--state", "mising", "`missing`", "`opted-out`"),
        ("--repository", "puppet", "", &name_of(&repo)),
    ] {
        let run = repo.run(&["components", option, value]);
        assert_eq!((run.code, &*run.out), (2, ""), "{option}");
        for word in [value, near, known] {
            assert!(run.err.contains(word), "{word} in {}", run.err);
        }
        assert_eq!(run.err.contains("did you mean"), !near.is_empty());
    }
}

fn name_of(repo: &Repo) -> String {
    let name = repo.path().file_name().unwrap();
    name.to_str().unwrap().to_owned()
}

#[test]
fn a_repository_without_a_name_is_named_after_its_directory() {
    let repo = repo();
    let name = name_of(&repo);
    let printed = repo.run(&["report"]).out;
    assert!(printed.contains(&name), "{printed}");
    assert_eq!(ids(&repo, &["--repository", &name]), ids(&repo, &[]));
    let generate = ["generate", "markdown", "--repository", &name];
    assert_eq!(repo.run(&generate).code, 0);
    repo.write("elsewhere/charts/x/Chart.yaml", "team: sre\n");
    for called in [&*name, "."] {
        let root = format!("{called}=elsewhere");
        assert_eq!(ids(&repo, &["--root", &root]), ["helm-chart:x"]);
    }
    let run = repo.run(&["check", "--root", &format!("{name}=gone")]);
    let message = format!("repository `{name}` is not at");
    assert!(run.err.contains(&message), "{}", run.err);
    assert!(run.err.contains(&format!("--root {name}=DIR")));
    let run = repo.run(&["check", "--root", "other=."]);
    assert!(
        run.err.contains(&format!("known repositories: `{name}`")),
        "{}",
        run.err
    );
}

#[test]
fn only_requested_repositories_must_exist() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {sre: {}}\nrepositories:\n  - {name: a, path: a}\n  - {name: b, path: b}\n",
        ),
        ("a/charts/x/Chart.yaml", "team: sre\n"),
    ]);
    let run = repo.run(&["components"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("repository `b` is not at"), "{}", run.err);
    assert_eq!(ids(&repo, &["--repository", "a"]), ["helm-chart:x"]);
}

#[test]
fn tables_are_aligned_and_not_truncated() {
    let repo = repo();
    repo.write("services/漢字漢字/x", "");
    let wide = repo
        .command()
        .args(["components", "--kind", "service"])
        .env("COLUMNS", "160")
        .output()
        .unwrap();
    let wide = String::from_utf8(wide.stdout).unwrap();
    let expected = "\
KIND     NAME      OWNER    STATE     USED  PLACE
service  api       sre      declared        services/api/owner.yaml:1:7
service  web       sre      missing         services/web/
service  漢字漢字  unowned  missing         services/漢字漢字/

3 components: 2 owned, 1 unowned
";
    assert_eq!(wide, expected);
    let narrow = repo
        .command()
        .args(["components", "--kind", "service", "--quiet"])
        .env("COLUMNS", "50")
        .output()
        .unwrap();
    let narrow = String::from_utf8(narrow.stdout).unwrap();
    assert!(
        narrow.starts_with("KIND     NAME      OWNER    STATE     USED\nservice  api       sre      declared\n    services/api/owner.yaml:1:7\n"),
        "{narrow}"
    );
    assert!(!narrow.contains("components:"));
}

#[test]
fn csv_has_one_record_per_component_and_no_formulas() {
    let repo = repo();
    repo.write("services/=cmd(1)/x", "");
    repo.write("services/a,\"b\"/x", "");
    repo.write("services/-1/x", "");
    let run = repo.run(&["components", "--format", "csv", "--kind", "service"]);
    let records = csv(&run.out);
    assert_eq!(
        records[0],
        [
            "repository",
            "kind",
            "name",
            "verdict",
            "owners",
            "state",
            "in_use",
            "files",
            "place",
            "inferred_owners"
        ]
    );
    let names: Vec<&str> = records[1..].iter().map(|it| it[2].as_str()).collect();
    assert_eq!(names, ["'-1", "'=cmd(1)", "a,\"b\"", "api", "web"]);
    assert_eq!(records[4][8], "services/api/owner.yaml:1:7");
    assert!(records.iter().all(|record| record.len() == 10));
}

#[test]
fn output_contains_no_control_characters() {
    let repo = repo();
    repo.write("services/e\u{1b}[2J\u{202e}\n=x/y", "");
    for format in ["table", "csv", "json"] {
        let run = repo.run(&["components", "--format", format, "--color", "never"]);
        let text = run.out.replace("\r\n", "\n");
        let steers = |char: char| (char.is_control() && char != '\n') || char == '\u{202e}';
        // JSON escapes control characters itself, and is not for terminals.
        assert!(format == "json" || !text.contains(steers), "{text:?}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

/// Kinds that never declare an owner do not change lists, counts and findings unless they are requested.
#[test]
fn kinds_without_declarations_are_listed_only_on_request() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {sre: {}, dba: {}}
rules:
  - {paths: ['**'], owner: sre}
  - {components: ['github-workflow:release*'], owner: dba}
min_coverage: {components: {github-workflow: 100}, teams: {dba: 100}}
",
        ),
        (".github/workflows/ci.yml", "on: push\n"),
        (".github/workflows/release.yml", "on: push\n"),
        ("charts/kask/Chart.yaml", "team: dba\n"),
        ("units/web.service", "[Service]\n"),
    ]);
    let workflows = ["github-workflow:ci", "github-workflow:release"];
    assert_eq!(ids(&repo, &[]), ["helm-chart:kask"]);
    assert_eq!(ids(&repo, &["--kind", "github-workflow"]), workflows);
    assert_eq!(
        ids(&repo, &["--all-kinds", "--team", "dba"]),
        ["github-workflow:release", "helm-chart:kask"]
    );
    assert_eq!(
        ids(&repo, &["--all-kinds"]),
        [
            workflows[0],
            workflows[1],
            "helm-chart:kask",
            "systemd-unit:web.service"
        ]
    );
    let both = ["components", "--all-kinds", "--kind", "helm-chart"];
    assert_eq!(repo.run(&both).code, 2);
    let report = repo.check();
    assert_eq!(report["findings"], serde_json::json!([]), "{report:#}");
    let kinds = keys(&report["repositories"][0]["components"]);
    assert_eq!(kinds, ["helm-chart"]);
    let answer = repo.who(".github/workflows/release.yml");
    assert_eq!(strings(&answer["components"]), ["github-workflow:release"]);
    assert_eq!(strings(&answer["owners"]), ["dba"]);
    let answer = repo.who("units/web.service");
    assert_eq!(strings(&answer["components"]), ["systemd-unit:web.service"]);
}

/// An Argo CD application that deploys a directory.
fn application(name: &str, path: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\n\
         spec: {{source: {{repoURL: https://git.example.org/infra, path: {path}}}}}\n"
    )
}

/// Returns a repository in which several components are deployed together.
fn deployed() -> Repo {
    let manifest = "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n";
    Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {sre: {}, shop: {}}
rules:
  - {paths: ['**'], owner: sre}
  - {paths: [c/till/], owner: shop}
",
        ),
        ("apps/till.yaml", &application("till", "c/till/prod")),
        ("apps/one.yaml", &application("one", "c/one")),
        ("apps/two.yaml", &application("two", "c/two")),
        // An application deploys what its kustomization includes.
        (
            "c/till/prod/kustomization.yaml",
            "resources: [../base, ns.yaml]\n",
        ),
        ("c/till/prod/ns.yaml", manifest),
        (
            "c/till/base/kustomization.yaml",
            "resources: [ns.yaml, https://x.org/y]\n",
        ),
        ("c/till/base/ns.yaml", manifest),
        // Two applications share a directory.
        ("c/one/kustomization.yaml", "bases: [../shared]\n"),
        ("c/two/kustomization.yaml", "components: [../shared]\n"),
        ("c/shared/kustomization.yaml", ""),
        // No application deploys the root kustomization.
        ("c/root/kustomization.yaml", "resources: [part]\n"),
        ("c/root/part/kustomization.yaml", ""),
        ("k8s/alone.yaml", manifest),
    ])
}

#[test]
fn groups_components_by_what_deploys_them() {
    let repo = deployed();
    let answer = repo
        .run(&["components", "--group", "--format", "json"])
        .json();
    let first = &answer["groups"][0];
    let names = [
        "components",
        "kind",
        "name",
        "owners",
        "repository",
        "verdict",
    ];
    assert_eq!(keys(first), names);
    assert_eq!(
        (text(&first["repository"]), text(&first["verdict"])),
        (".", "owned")
    );
    let groups = repo
        .run(&["components", "--group", "--format", "json"])
        .json();
    let groups: Vec<String> = groups["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{}:{} [{}] {}",
                text(&it["kind"]),
                text(&it["name"]),
                strings(&it["owners"]).join(" "),
                strings(&it["components"]).join(" ")
            )
        })
        .collect();
    let expected = [
        "argocd-application:one [sre] argocd-application:one kustomization:c/one",
        "argocd-application:till [sre shop] argocd-application:till \
         kubernetes-manifest:c/till/base/ns kubernetes-manifest:c/till/prod/ns \
         kustomization:c/till/base kustomization:c/till/prod",
        "argocd-application:two [sre] argocd-application:two kustomization:c/two",
        "kubernetes-manifest:k8s/alone [sre] kubernetes-manifest:k8s/alone",
        "kustomization:c/root [sre] kustomization:c/root kustomization:c/root/part",
        "kustomization:c/shared [sre] kustomization:c/shared",
    ];
    assert_eq!(groups, expected);
    let table = repo.run(&["components", "--group"]).out;
    assert!(
        table.ends_with("\n\n13 components in 6 groups\n"),
        "{table}"
    );
    let rows = csv(&repo.run(&["components", "--group", "--format", "csv"]).out);
    assert_eq!(
        rows[2],
        [".", "argocd-application", "till", "owned", "sre shop", "5"]
    );
    let filtered = repo.run(&["components", "--group", "--kind", "kubernetes-manifest"]);
    assert!(
        filtered.out.contains("3 components in 2 groups"),
        "{}",
        filtered.out
    );
}

#[test]
fn reports_count_what_is_deployed_together() {
    let repo = deployed();
    let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    // One component of a group, and one that nothing deploys, have no owner.
    let paths = "['**'], owner: sre}\n  - {paths: [c/till/], owner: shop}";
    let fewer = "['*.yaml', apps/, c/o*/, c/t*/, c/root/, c/shared/], owner: sre}\n  \
                 - {paths: [c/till/prod/], owner: shop, priority: 1}";
    assert!(map.contains(paths), "{map}");
    let map = map.replace(paths, fewer).replace("c/t*/", "c/two/");
    repo.write("ownership.yaml", map);
    let report = |format: &str| repo.run(&["report", "--group", "--format", format]).out;
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    let of = &json["repositories"][0];
    let counts = |it: &serde_json::Value| {
        let [owned, unowned] = ["owned", "unowned"].map(|verdict| &it["verdicts"][verdict]);
        format!("{} {owned} {unowned}", it["total"])
    };
    let groups: Vec<String> = of["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let owners = strings(&it["owners"]).join(" ");
            format!("{} [{owners}] {}", text(&it["name"]), counts(it))
        })
        .collect();
    let expected = [
        "argocd-application:one [sre] 2 2 0",
        "argocd-application:till [sre shop] 5 3 2",
        "argocd-application:two [sre] 2 2 0",
        "kustomization:c/root [sre] 2 2 0",
    ];
    assert_eq!(groups, expected);
    assert_eq!(counts(&of["ungrouped"]), "2 1 1");
    let rows = csv(&report("csv"));
    let rows: Vec<String> = rows.iter().map(|row| row[1..9].join(" ")).collect();
    for row in [
        "group argocd-application:till components 5 3 0 2 0",
        "ungrouped not in a group components 2 1 0 1 0",
    ] {
        assert!(rows.iter().any(|it| it == row), "{rows:?}");
    }
    for (format, line) in [
        ("human", "  deployed together\n"),
        ("human", "    argocd-application:till"),
        ("human", "60.0 %  3 of 5\n"),
        ("human", "    not in a group "),
        (
            "markdown",
            "| `argocd-application:till` | `sre` `shop` | 5 | 3 | 0 | 2 | 0 | 60.0 % |\n",
        ),
        (
            "markdown",
            "| not in a group |  | 2 | 1 | 0 | 1 | 0 | 50.0 % |\n",
        ),
        (
            "prometheus",
            "ownlint_group_components{repository=\".\",group=\"argocd-application:till\",verdict=\"unowned\"} 2\n",
        ),
    ] {
        let text = report(format);
        assert!(text.contains(line), "{line}: {text}");
    }
    // The sum of all groups is the number of components.
    let all: u64 = of["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["total"].as_u64().unwrap())
        .sum();
    assert_eq!(all, 13);
    for format in ["human", "markdown", "csv", "json", "prometheus"] {
        let plain = repo.run(&["report", "--format", format]).out;
        assert!(!plain.contains("group"), "{plain}");
        assert!(!plain.contains("deployed together"), "{plain}");
    }
}
