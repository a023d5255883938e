//! The keys under which labels, annotations, tags and variables name owners.

use crate::harness::{Repo, findings, of_check, text};

const MAP: &str = "version: 1
teams: {web: {}, db: {}, sre: {}}
rules: [{paths: ['**'], owner: sre}]
checks: {unused-team: off, overridden-rule: off, redundant-rule: off}
";

/// A file of each format with the key `x.org/team`, and the path whose owner it names.
const FORMATS: [(&str, &str); 12] = [
    ("charts/a/Chart.yaml", "annotations: {x.org/team: db}\n"),
    (
        "k8s/a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {x.org/team: db}}\n",
    ),
    (
        "apps/argo.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n\
         metadata: {name: a, annotations: {x.org/team: db}}\n",
    ),
    (
        "clusters/flux.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n\
         spec: {commonMetadata: {labels: {x.org/team: db}}}\n",
    ),
    (
        "over/kustomization.yaml",
        "labels: [{pairs: {x.org/team: db}}]\n",
    ),
    (
        "tf/labels/main.tf",
        "resource \"google_x\" \"y\" {\n  labels = { \"x.org/team\" = \"db\" }\n}\n",
    ),
    (
        "alerts/labels.yaml",
        "groups: [{rules: [{alert: A, expr: x, labels: {x.org/team: db}}]}]\n",
    ),
    (
        "alerts/annotations.yaml",
        "groups: [{rules: [{alert: A, expr: x, annotations: {x.org/team: db}}]}]\n",
    ),
    (
        "images/a/Dockerfile.template",
        "FROM scratch\nLABEL other=1 \\\n  x.org/team=\"db\"\n",
    ),
    (
        "alerts/resource.yaml",
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n\
         metadata: {name: a, labels: {x.org/team: db}}\n\
         spec: {groups: [{name: a, rules: [{alert: A, expr: x, labels: {severity: page}}]}]}\n",
    ),
    (
        "boards/a.json",
        "{\"panels\": [], \"schemaVersion\": 39, \"tags\": [\"shop\", \"x.org/team:db\"]}\n",
    ),
    (
        "svc/OWNERS",
        "approvers: [jo]\nlabels: [lgtm, x.org/team/db]\n",
    ),
];

fn repo(keys: &str) -> Repo {
    let repo = Repo::new(&FORMATS);
    repo.write("images/a/control", "Package: a\nDescription: x\n");
    repo.write("ownership.yaml", MAP.to_owned() + keys);
    repo
}

#[test]
fn one_table_applies_to_all_formats() {
    for (keys, expected) in [
        ("", "sre"),
        ("owner_keys: [x.org/team]\n", "db"),
        (
            "detectors:\n  helm: &k {owner_keys: [x.org/team]}\n  kubernetes: *k\n  terraform: *k\n  \
             prometheus: *k\n  docker-image: *k\n  grafana-dashboard: *k\n  owners-folder: *k\n",
            "db",
        ),
    ] {
        let repo = repo(keys);
        for (path, _) in FORMATS {
            assert_eq!(repo.verdict(path), expected, "{keys}: {path}");
        }
    }
    // Keys of one detector do not apply to another.
    let repo = repo("detectors: {helm: {owner_keys: [x.org/team]}}\n");
    assert_eq!(repo.verdict("charts/a/Chart.yaml"), "db");
    assert_eq!(repo.verdict("k8s/a.yaml"), "sre");
}

#[test]
fn presets_stand_for_the_keys_of_a_convention() {
    for (preset, key) in [
        ("a8r.io", "a8r.io/owner"),
        ("app.kubernetes.io", "app.kubernetes.io/team"),
        ("app.kubernetes.io", "app.kubernetes.io/owner"),
        ("backstage.io", "backstage.io/owner"),
    ] {
        let manifest = FORMATS[1].1.replace("x.org/team", key);
        let map = format!("{MAP}owner_keys: [{preset}]\n");
        let repo = Repo::new(&[("ownership.yaml", &map), ("k8s/a.yaml", &manifest)]);
        assert_eq!(repo.verdict("k8s/a.yaml"), "db", "{key}");
    }
}

#[test]
fn rejects_keys_for_detectors_without_labels() {
    let repo = repo("detectors: {puppet: {owner_keys: [x]}}\n");
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("unknown key `puppet`"), "{}", run.err);
    let repo = self::repo("detectors: {helm: {namespace_owner: true}}\n");
    assert_eq!(repo.run(&["check"]).code, 2);
    let repo = self::repo("detectors: {kubernetes: {namespace_owner: maybe}}\n");
    let run = repo.run(&["check"]);
    assert!(run.err.contains("must be `true` or `false`"), "{}", run.err);
}

#[test]
fn alerts_name_their_team_in_annotations_too() {
    let rule = |labels: &str, annotations: &str| {
        format!(
            "groups: [{{rules: [{{alert: A, expr: x, labels: {{{labels}}}, annotations: {{{annotations}}}}}]}}]\n"
        )
    };
    for (text, expected) in [
        (rule("severity: page", "team: web"), "web"),
        (rule("team: db", "team: web"), "db"),
        (
            "groups: [{labels: {team: db}, rules: [{alert: A, expr: x, annotations: {team: web}}]}]\n"
                .to_owned(),
            "db",
        ),
        (rule("severity: page", "summary: x"), "sre"),
        // In the metadata of a resource, the key is a label of the resource, not of its alerts.
        (
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n\
             metadata: {name: a, labels: {team: web}}\n\
             spec: {groups: [{name: a, rules: [{alert: A, expr: x, labels: {team: db}}]}]}\n"
                .to_owned(),
            "db",
        ),
    ] {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("alerts/a.yaml", &text)]);
        assert_eq!(repo.verdict("alerts/a.yaml"), expected, "{text}");
        assert_eq!(findings(&repo.check()), [""; 0], "{text}");
    }
    // Without a key in the map, an annotation is a fallback, and its unknown names are only warnings.
    let unknown = rule("severity: page", "team: other");
    let repo = Repo::new(&[("ownership.yaml", MAP), ("alerts/a.yaml", &unknown)]);
    assert_eq!(repo.verdict("alerts/a.yaml"), "sre");
    let expected = "unknown-declared-team alerts/a.yaml prometheus-rules:alerts/a";
    let report = repo.check();
    assert_eq!(findings(&report), [expected]);
    assert_eq!(report["findings"][0]["severity"], "warning");
}

#[test]
fn terraform_loads_values_of_variables_in_its_own_order() {
    let main = "variable \"team\" {\n  default = \"web\"\n}\nprovider \"aws\" {\n  default_tags {\n    tags = { owner = var.team }\n  }\n}\n";
    let db = "team = \"db\"\n";
    let web = "team = \"web\"\n";
    for (files, expected) in [
        (&[][..], "web"),
        (&[("terraform.tfvars", db)], "db"),
        (
            &[
                ("terraform.tfvars", db),
                ("terraform.tfvars.json", "{\"team\": \"web\"}"),
            ],
            "web",
        ),
        (&[("terraform.tfvars", web), ("a.auto.tfvars", db)], "db"),
        (
            &[
                ("terraform.tfvars.json", "{\"team\": \"web\"}"),
                ("a.auto.tfvars.json", "{\"team\": \"db\"}"),
            ],
            "db",
        ),
        (
            &[
                ("a.auto.tfvars.json", "{\"team\": \"web\"}"),
                ("b.auto.tfvars", db),
            ],
            "db",
        ),
        (&[("a.auto.tfvars", db), ("b.auto.tfvars", web)], "web"),
        (
            &[("b.auto.tfvars", "other = 1\n"), ("a.auto.tfvars", db)],
            "db",
        ),
        // Terraform loads these only on request.
        (&[("prod.tfvars", db), ("sub/terraform.tfvars", db)], "web"),
    ] {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("tf/main.tf", main)]);
        for (name, text) in files {
            repo.write(format!("tf/{name}"), text);
        }
        assert_eq!(repo.verdict("tf/main.tf"), expected, "{files:?}");
        let report = repo.check();
        assert!(
            of_check(&report, "unreadable-declaration").is_empty(),
            "{report:#}"
        );
    }
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("tf/main.tf", main),
        ("tf/terraform.tfvars", "team = {\n"),
    ]);
    let report = repo.check();
    let [finding] = of_check(&report, "unreadable-declaration")[..] else {
        panic!("{report:#}");
    };
    assert_eq!(text(&finding["location"]["file"]), "tf/terraform.tfvars");
}

#[test]
fn keys_without_effect_are_reported_as_warnings() {
    for (files, expected, message) in [
        (
            &[(
                "tf/main.tf",
                "resource \"x\" \"y\" {\n  tags = {\n    team = \"web\"\n    team = \"db\"\n  }\n}\n",
            )][..],
            "db",
            "a declaration of `terraform-module:tf` has no effect: `team` is set more than once, and Terraform uses \
             only the last value",
        ),
        (
            &[
                ("images/a/control", "Package: a\n\nMaintainer: db\n"),
                ("images/a/changelog", ""),
            ],
            "sre",
            "a declaration of `docker-image:a` has no effect: `Maintainer` is not in the first paragraph with `Package`",
        ),
    ] {
        let repo = Repo::new(&[("ownership.yaml", MAP)]);
        for (path, text) in files {
            repo.write(path, text);
        }
        assert_eq!(repo.verdict(files[0].0), expected);
        let report = repo.check();
        let [finding] = of_check(&report, "unreadable-declaration")[..] else {
            panic!("{report:#}");
        };
        assert_eq!(text(&finding["severity"]), "warning");
        assert_eq!(text(&finding["message"]), message);
        assert_eq!(finding["location"]["line"], 3);
    }
}

#[test]
fn terraform_reads_keys_of_the_map_outside_of_tags() {
    let keys = "detectors: {terraform: {owner_keys: [team_name]}}\n";
    for (text, expected) in [
        (
            "module \"m\" {\n  source = \"./x\"\n  team_name = \"db\"\n}\n",
            "db",
        ),
        (
            "module \"m\" {\n  team_name = var.t\n}\nvariable \"t\" {\n  default = \"db\"\n}\n",
            "db",
        ),
        ("locals {\n  team_name = \"db\"\n}\n", "db"),
        ("variable \"team_name\" {\n  default = \"db\"\n}\n", "db"),
        (
            "resource \"x\" \"y\" {\n  tags = { Team_Name = \"db\" }\n}\n",
            "db",
        ),
        (
            "provider \"google\" {\n  default_labels = { team = \"db\" }\n}\n",
            "db",
        ),
        (
            "provider \"azapi\" {\n  default_tags = { team = \"db\" }\n}\n",
            "db",
        ),
        // These are arguments with other meanings.
        ("resource \"x\" \"y\" {\n  team_name = \"db\"\n}\n", "sre"),
        ("module \"m\" {\n  owner = \"db\"\n}\n", "sre"),
    ] {
        let map = MAP.to_owned() + keys;
        let repo = Repo::new(&[("ownership.yaml", &*map), ("tf/main.tf", text)]);
        assert_eq!(repo.verdict("tf/main.tf"), expected, "{text}");
    }
}

#[test]
fn what_is_deployed_into_a_namespace_inherits_its_owner() {
    let namespace = |owner: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations: {{x.org/team: {owner}}}\n"
        )
    };
    let deployment =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n";
    let keys = "detectors: {kubernetes: {owner_keys: [x.org/team], namespace_owner: true}}\n";
    let repo = Repo::new(&[
        ("ownership.yaml", &(MAP.to_owned() + keys)),
        ("ns/namespace.yaml", &namespace("db")),
        ("k8s/shop/deployment.yaml", deployment),
        (
            "k8s/own/deployment.yaml",
            &deployment.replace("{name: web,", "{name: own, labels: {x.org/team: web},"),
        ),
        (
            "k8s/other/deployment.yaml",
            &deployment.replace("shop", "other"),
        ),
        ("over/kustomization.yaml", "namespace: shop\n"),
        ("over/patch.txt", ""),
        (
            "apps/argo.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\n\
             spec: {destination: {namespace: shop}}\n",
        ),
    ]);
    let owners = |repo: &Repo| {
        [
            "ns/namespace.yaml",
            "k8s/shop/deployment.yaml",
            "k8s/own/deployment.yaml",
            "k8s/other/deployment.yaml",
            "over/patch.txt",
            "apps/argo.yaml",
        ]
        .map(|path| repo.verdict(path))
    };
    assert_eq!(owners(&repo), ["db", "db", "web", "sre", "db", "db"]);
    assert_eq!(findings(&repo.check()), [""; 0]);
    // Another cluster gives the namespace to another team, and the repository does not show which applies.
    repo.write("ns/other/namespace.yaml", namespace("web"));
    assert_eq!(owners(&repo), ["db", "sre", "web", "sre", "sre", "sre"]);
    repo.write("ns/other/namespace.yaml", namespace("db"));
    assert_eq!(owners(&repo), ["db", "db", "web", "sre", "db", "db"]);
    // It is off by default.
    repo.write(
        "ownership.yaml",
        MAP.to_owned() + &keys.replace(", namespace_owner: true", ""),
    );
    assert_eq!(owners(&repo), ["db", "sre", "web", "sre", "sre", "sre"]);
}

#[test]
fn alerts_have_keys_of_the_map_in_annotations() {
    let map = format!("{MAP}owner_keys: [x.org/team]\n");
    let key = |team: &str| format!("annotations: {{x.org/team: {team}}}");
    let rule = |name: &str, more: &str| format!("{{alert: {name}, expr: x, {more}}}");
    let file = |rules: &[String]| format!("groups: [{{name: a, rules: [{}]}}]\n", rules.join(", "));
    for (text, expected) in [
        (file(&[rule("A", &key("db")), rule("B", &key("db"))]), "db"),
        // All alerts count, and their teams own the file together.
        (
            file(&[rule("A", &key("db")), rule("B", &key("web"))]),
            "db web",
        ),
        (
            file(&[
                rule("A", "labels: {severity: page}"),
                rule("B", &key("web")),
            ]),
            "web",
        ),
        (
            file(&[rule("A", "labels: {team: db}"), rule("B", &key("web"))]),
            "db web",
        ),
        // Labels come first.
        (
            file(&[rule(
                "A",
                &format!("labels: {{x.org/team: db}}, {}", key("web")),
            )]),
            "db",
        ),
        // Recording rules have no annotations.
        (
            file(&["{record: a, expr: x, annotations: {x.org/team: db}}".to_owned()]),
            "sre",
        ),
    ] {
        let repo = Repo::new(&[("ownership.yaml", &*map), ("alerts/a.yaml", &text)]);
        assert_eq!(repo.verdict("alerts/a.yaml"), expected, "{text}");
    }
}

#[test]
fn tags_of_dashboards_name_owners() {
    let map = format!("{MAP}owner_keys: [owner, team]\n");
    let board =
        |tags: &str| format!("{{\"panels\": [], \"tags\": {tags}, \"schemaVersion\": 39}}\n");
    for (text, expected) in [
        (board(r#"["owner:db"]"#), "db"),
        (board(r#"["x", "team: db"]"#), "db"),
        (board(r#"["owner:db", "team:web"]"#), "db web"),
        (board(r#"["owner:db,web"]"#), "db web"),
        (board(r#"["\u006fwner:db"]"#), "db"),
        (
            format!("{{\"dashboard\": {}}}", board(r#"["owner:db"]"#)),
            "db",
        ),
        (
            board(r#"["owner", "owner:", "db", "owner-x:db", "Owner:db"]"#),
            "sre",
        ),
        (board("null"), "sre"),
        (board(r#"{"owner": "db"}"#), "sre"),
        (board(r#"[1, ["owner:db"]]"#), "sre"),
    ] {
        let repo = Repo::new(&[("ownership.yaml", &*map), ("boards/a.json", &text)]);
        assert_eq!(repo.verdict("boards/a.json"), expected, "{text}");
        assert_eq!(findings(&repo.check()), [""; 0], "{text}");
        // The key must be in the map.
        repo.write("ownership.yaml", MAP);
        assert_eq!(repo.verdict("boards/a.json"), "sre", "{text}");
    }
    let unknown = board(r#"["x", "owner:team-shop"]"#);
    let repo = Repo::new(&[("ownership.yaml", &*map), ("boards/a.json", &unknown)]);
    let report = repo.check();
    let [finding] = of_check(&report, "unknown-declared-team")[..] else {
        panic!("{report:#}");
    };
    assert_eq!(finding["location"]["column"], 37);
    assert!(
        text(&finding["message"]).contains("`team-shop`"),
        "{finding:#}"
    );
}

#[test]
fn labels_of_owners_files_name_the_owner_of_the_folder() {
    let map = format!("{MAP}owner_keys: [sig, team]\n").replace(
        "teams: {",
        "teams: {sig-node: {}, sig-network: {name: SIG Network}, ",
    );
    let paths = [
        "OWNERS",
        "a/OWNERS",
        "a/x.txt",
        "a/b/y.txt",
        "c/vendor/m/n/z.txt",
    ];
    for (files, expected) in [
        (
            &[("a/OWNERS", "labels: [team/db]\n")][..],
            ["sre", "db", "db", "db", "sre"],
        ),
        // The nearest labels decide.
        (
            &[
                ("a/OWNERS", "labels: [kind/x, team/db]\n"),
                ("a/b/OWNERS", "labels: [team/web]\n"),
            ],
            ["sre", "db", "db", "web", "sre"],
        ),
        (
            &[
                ("a/OWNERS", "labels: [team/db]\n"),
                ("a/b/OWNERS", "approvers: [jo]\nlabels: [lgtm]\n"),
            ],
            ["sre", "db", "db", "db", "sre"],
        ),
        // The whole label can be the name.
        (
            &[("a/b/OWNERS", "labels: [sig/network]\n")],
            ["sre", "sre", "sre", "sig-network", "sre"],
        ),
        (
            &[("a/OWNERS", "labels:\n- sig/node\n- sig/network\n")],
            [
                "sre",
                "sig-node sig-network",
                "sig-node sig-network",
                "sig-node sig-network",
                "sre",
            ],
        ),
        (
            &[(
                "a/OWNERS",
                "filters:\n  \".*\": {labels: [team/db]}\n  \"[.]go$\": {labels: [team/web]}\n",
            )],
            ["sre", "db", "db", "db", "sre"],
        ),
        // Prow reads YAML 1.1, and ignores a file with an invalid part as a whole.
        (
            &[
                ("a/OWNERS", "Labels: [team/db]\n"),
                ("a/b/OWNERS", "labels: [team/web, yes]\n"),
            ],
            ["sre", "db", "db", "db", "sre"],
        ),
        (
            &[(
                "a/OWNERS",
                "approvers: jo\nfilters: {.*: {labels: [team/db]}}\n",
            )],
            ["sre", "db", "db", "db", "sre"],
        ),
        // Prow does not read vendored files.
        (
            &[("c/vendor/m/n/OWNERS", "labels: [team/db]\n")],
            ["sre"; 5],
        ),
        (
            &[("a/OWNERS", "labels: [area/db, team, team/]\n")],
            ["sre"; 5],
        ),
        // This is a file for Gerrit.
        (
            &[(
                "a/OWNERS",
                "jo@x.org\n# labels\nper-file *.c = file: /OWNERS\n",
            )],
            ["sre"; 5],
        ),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", &*map),
            ("OWNERS", "approvers: [jo]\n"),
            ("a/OWNERS", "approvers: [jo]\n"),
            ("a/x.txt", ""),
            ("a/b/y.txt", ""),
            ("c/vendor/m/n/z.txt", ""),
        ]);
        for (path, text) in files {
            repo.write(path, text);
        }
        let owners = paths.map(|path| repo.verdict(path));
        assert_eq!(owners, expected, "{files:?}");
        // The key must be in the map.
        repo.write("ownership.yaml", MAP);
        assert_eq!(
            paths.map(|path| repo.verdict(path)),
            ["sre"; 5],
            "{files:?}"
        );
    }
    // A component in the folder that declares its owner keeps it.
    let repo = Repo::new(&[
        ("ownership.yaml", &*map),
        ("charts/OWNERS", "labels: [team/web]\n"),
        ("charts/a/Chart.yaml", "name: a\nteam: db\n"),
        ("charts/b/Chart.yaml", "name: b\n"),
    ]);
    assert_eq!(repo.verdict("charts/a/Chart.yaml"), "db");
    assert_eq!(repo.verdict("charts/b/Chart.yaml"), "web");
    assert_eq!(findings(&repo.check()), [""; 0]);
    // An invalid file is reported once, whether or not the repository has such a file at its root.
    for root in [None, Some("approvers: [jo]\n")] {
        let repo = Repo::new(&[
            ("ownership.yaml", &*map),
            ("a/OWNERS", "labels: [team/db\n"),
        ]);
        if let Some(text) = root {
            repo.write("OWNERS", text);
        }
        let report = repo.check();
        assert_eq!(findings(&report).len(), 1, "{report:#}");
    }
}

#[test]
fn releases_inherit_the_owner_of_their_namespace() {
    let map = format!(
        "{MAP}detectors: {{kubernetes: {{owner_keys: [x.org/team], namespace_owner: true}}}}\n"
    );
    let namespace = |name: &str, owner: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels: {{x.org/team: {owner}}}\n"
        )
    };
    for (helmfile, expected) in [
        ("releases: [{name: a, chart: x/a, namespace: shop}]\n", "db"),
        (
            "releases: [{name: a, chart: x/a, namespace: other}]\n",
            "sre",
        ),
        ("releases: [{name: a, chart: x/a}]\n", "sre"),
        (
            "releases:\n- name: a\n  chart: x/a\n  namespace: {{ .Environment.Name }}\n",
            "sre",
        ),
        (
            "releases: [{name: a, namespace: shop}, {name: b, namespace: blog}]\n",
            "db web",
        ),
        (
            "releases: [{name: a, namespace: shop}, {name: b, namespace: other}]\n",
            "db",
        ),
        (
            "templates: {default: {namespace: blog}}\nreleases: [{name: a, inherit: [{template: default}]}]\n",
            "web",
        ),
        (
            "templates: {default: {namespace: blog}}\nreleases: [{name: a, namespace: shop, inherit: [{template: default}]}]\n",
            "db",
        ),
        (
            "namespace: blog\nreleases: [{name: a, namespace: shop}]\n",
            "web",
        ),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", &*map),
            ("ns/shop/namespace.yaml", &namespace("shop", "db")),
            ("ns/blog/namespace.yaml", &namespace("blog", "web")),
            ("svc/helmfile.yaml", helmfile),
            ("svc/values.yaml", ""),
        ]);
        assert_eq!(repo.verdict("svc/values.yaml"), expected, "{helmfile}");
        assert_eq!(findings(&repo.check()), [""; 0], "{helmfile}");
        // It is off by default.
        repo.write("ownership.yaml", map.replace(", namespace_owner: true", ""));
        assert_eq!(repo.verdict("svc/values.yaml"), "sre", "{helmfile}");
    }
}

#[test]
fn init_proposes_frequent_keys() {
    let manifest = |labels: &str| {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a, labels: {{{labels}}}}}\n")
    };
    let repo = Repo::new(&[]);
    for at in 0..4 {
        let rare = if at == 0 { ", x.org/owner: a" } else { "" };
        let labels = format!("x.org/team: team-{at}, app: a, owned-by: '{{{{ .x }}}}'{rare}");
        repo.write(format!("k8s/{at}.yaml"), manifest(&labels));
    }
    let run = repo.run(&["init", "--output", "ownership.yaml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    let proposed = "# owner_keys:\n#   - x.org/team # 4 files, such as team-3\n";
    assert!(map.contains(proposed), "{map}");
    assert!(
        !map.contains("x.org/owner") && !map.contains("owned-by"),
        "{map}"
    );
    let uncommented = map
        .replace("# owner_keys", "owner_keys")
        .replace("#   - x", "  - x");
    repo.write("ownership.yaml", uncommented);
    let report = repo.check();
    assert_eq!(
        of_check(&report, "unknown-declared-team").len(),
        4,
        "{report:#}"
    );
}
