//! Tests the lookup of names of alerts, components, machines, Kubernetes resources, images, dashboards and URLs.

use serde_json::Value;

use crate::harness::{Repo, strings, text};

const MAP: &str = "version: 1
organization:
  escalation: [{when: an emergency, via: 'tel:1'}]
teams:
  shop: {areas: [Baskets, Cluster], contacts: {page: 'https://pager.example.org/shop/'}}
  traffic: {areas: [Disk], aliases: ['https://wiki.example.org/Traffic']}
  storage: {name: Storage, areas: [AlphaArea]}
rules:
  - {paths: [charts/kask/, apps/, images/], owner: shop}
  - {paths: [dashboards/, helmfile.d/], owner: traffic}
  - {paths: [modules/role/manifests/cache.pp], owner: traffic}
  - {paths: [modules/role/manifests/db.pp], owner: storage}
  - {paths: [charts/Storage/], owner: shop}
  - {paths: [charts/alpha-area/], owner: shop}
";

const SITE: &str = "node 'db1.a.example.org', 'db2.a.example.org' { role(db) }
node /^db\\d+\\.a\\.example\\.org$/ { role(cache) }
node /^cp\\d+\\.(a|b)\\.example\\.org$/ { include role::cache }
node /^any/ { include role::lost }
node /^empty\\d/ { }
node default { include role::db }
";

const ALERTS: &str = "groups:
- name: g
  rules:
  - alert: DiskSpace
    expr: up
    labels: {team: shop}
    annotations: {runbook: 'https://wiki.example.org/Runbooks/Disk'}
  - alert: SharedDisk
    expr: up
  - alert: StrangersDisk
    expr: up
    labels: {team: strangers}
";

const NOBODYS: &str = "groups: [{name: g, rules: [{alert: NobodysDisk, expr: up}]}]\n";

const DASHBOARD: &str = "{\"title\": \"Edge caches (overview)\", \"uid\": \"edge-1\", \"schemaVersion\": 30, \"panels\": []}\n";

const MANIFEST: &str = "apiVersion: v1
kind: Service
metadata: {name: basket, namespace: store}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: basket-web, namespace: store}
spec: {template: {spec: {containers: [{image: 'registry.example.org/web/basket:1.0'}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: store}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: basket-app, namespace: argocd}
spec: {source: {repoURL: 'https://git.example.org/store/Deploy.git', path: x}}
";

const HELMFILE: &str = "releases:
- {name: production, namespace: edge, chart: ./x}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("alerts/disk.yaml", ALERTS),
        ("alerts/nobody.yaml", NOBODYS),
        ("apps/basket.yaml", MANIFEST),
        ("charts/Storage/Chart.yaml", "name: storage\n"),
        ("charts/alpha-area/Chart.yaml", "name: alpha-area\n"),
        ("charts/kask/Chart.yaml", "name: kask\n"),
        ("charts/lone/Chart.yaml", "name: lone\n"),
        ("dashboards/edge.json", DASHBOARD),
        ("helmfile.d/services/proxy/helmfile.yaml", HELMFILE),
        ("images/cart/Dockerfile", "FROM scratch\n"),
        ("manifests/site.pp", SITE),
        ("modules/role/manifests/cache.pp", "class role::cache { }\n"),
        ("modules/role/manifests/db.pp", "class role::db { }\n"),
    ])
}

fn answer(repo: &Repo, question: &str) -> Value {
    let run = repo.run(&["route", "--format", "json", question]);
    assert_eq!(run.code, 0, "{question}: {}", run.err);
    run.json()["answer"].clone()
}

/// Returns the things in an answer, each as `kind name place: owners`.
fn named(answer: &Value) -> Vec<String> {
    let things = answer["named"].as_array().unwrap().iter();
    let things = things.map(|it| {
        let owners = it["owners"].as_array().unwrap().iter();
        let owners: Vec<&str> = owners.map(text).collect();
        let (kind, name, place) = (text(&it["kind"]), text(&it["name"]), &it["location"]);
        let (file, line) = (text(&place["file"]), &place["line"]);
        format!("{kind} {name} {file}:{line} {}", owners.join(","))
    });
    things.collect()
}

fn teams<'a>(answer: &'a Value, key: &str) -> Vec<&'a str> {
    let teams = answer[key].as_array().unwrap().iter();
    teams.map(|team| text(&team["id"])).collect()
}

#[test]
fn finds_every_kind_of_name() {
    let repo = repo();
    for (question, expected) in [
        ("DiskSpace", "alert DiskSpace alerts/disk.yaml:4 shop"),
        ("diskspace?", "alert DiskSpace alerts/disk.yaml:4 shop"),
        ("SharedDisk", "alert SharedDisk alerts/disk.yaml:8 "),
        ("StrangersDisk", "alert StrangersDisk alerts/disk.yaml:10 "),
        ("NobodysDisk", "alert NobodysDisk alerts/nobody.yaml:1 "),
        ("kask", "component helm-chart:kask charts/kask/:1 shop"),
        (
            "helm-chart:kask",
            "component helm-chart:kask charts/kask/:1 shop",
        ),
        (
            "chart:kask",
            "component helm-chart:kask charts/kask/:1 shop",
        ),
        (
            "role::db",
            "component puppet-role:db modules/role/manifests/db.pp:1 storage",
        ),
        ("lone", "component helm-chart:lone charts/lone/:1 "),
        (
            "proxy",
            "component helmfile-service:services/proxy helmfile.d/services/proxy/:1 traffic",
        ),
        (
            "basket-app",
            "component argocd-application:basket-app apps/basket.yaml:16 shop",
        ),
        // Machines: a name, the first expression, `default`.
        (
            "db1.a.example.org",
            "host db1.a.example.org manifests/site.pp:1 storage",
        ),
        ("DB2", "host DB2 manifests/site.pp:1 storage"),
        (
            "db3.a.example.org",
            "host db3.a.example.org manifests/site.pp:2 traffic",
        ),
        (
            "cp7.b.example.org",
            "host cp7.b.example.org manifests/site.pp:3 traffic",
        ),
        ("cp7", "host cp7 manifests/site.pp:3 traffic"),
        (
            "other9.a.example.org",
            "host other9.a.example.org manifests/site.pp:6 storage",
        ),
        ("any1", "host any1 manifests/site.pp:4 "),
        ("empty1", "host empty1 manifests/site.pp:5 "),
        // Kubernetes.
        (
            "basket",
            "kubernetes-name store/basket apps/basket.yaml:3 shop",
        ),
        (
            "basket-web",
            "kubernetes-name store/basket-web apps/basket.yaml:7 shop",
        ),
        (
            "store/settings",
            "kubernetes-name store/settings apps/basket.yaml:12 shop",
        ),
        (
            "basket.store.svc",
            "kubernetes-name store/basket apps/basket.yaml:3 shop",
        ),
        (
            "basket.store.svc.cluster.local",
            "kubernetes-name store/basket apps/basket.yaml:3 shop",
        ),
        (
            "edge/production",
            "kubernetes-name edge/production helmfile.d/services/proxy/helmfile.yaml:2 traffic",
        ),
        (
            "basket-web.store.svc:8080",
            "kubernetes-name store/basket-web apps/basket.yaml:7 shop",
        ),
        (
            "kask.svc.cluster.local",
            "component helm-chart:kask charts/kask/:1 shop",
        ),
        (
            "kask.kask.svc",
            "component helm-chart:kask charts/kask/:1 shop",
        ),
        // Images.
        (
            "web/basket",
            "image registry.example.org/web/basket:1.0 apps/basket.yaml:8 shop",
        ),
        (
            "other.example.org:5000/web/basket@sha256:0",
            "image registry.example.org/web/basket:1.0 apps/basket.yaml:8 shop",
        ),
        (
            "registry.example.org/cart:2",
            "component docker-image:images/cart images/cart/Dockerfile:1 shop",
        ),
        // Dashboards.
        (
            "Edge caches (overview)",
            "dashboard Edge caches (overview) dashboards/edge.json:1 traffic",
        ),
        ("edge-1", "dashboard edge-1 dashboards/edge.json:1 traffic"),
        (
            "https://grafana.example.org/d/edge-1/edge?x=1",
            "dashboard edge-1 dashboards/edge.json:1 traffic",
        ),
        // URLs.
        (
            "http://git.example.org/store/Deploy.git/",
            "url https://git.example.org/store/Deploy.git apps/basket.yaml:17 shop",
        ),
        (
            "git.example.org/store/Deploy.git",
            "url https://git.example.org/store/Deploy.git apps/basket.yaml:17 shop",
        ),
        (
            "https://wiki.example.org/Runbooks/Disk",
            "url https://wiki.example.org/Runbooks/Disk alerts/disk.yaml:7 shop",
        ),
    ] {
        let found = named(&answer(&repo, question));
        assert_eq!(found, [expected], "{question}");
    }
}

#[test]
fn answers_paths_as_who_does() {
    let repo = repo();
    let absolute = repo.path().join("alerts/disk.yaml");
    let absolute = absolute.to_str().unwrap();
    for (question, expected, teams_of) in [
        (
            "dashboards/edge.json",
            "path dashboards/edge.json dashboards/edge.json:1 traffic",
            &["traffic"][..],
        ),
        (
            "charts/kask",
            "path charts/kask charts/kask:1 shop",
            &["shop"],
        ),
        (
            "charts/kask/Chart.yaml:1:1",
            "path charts/kask/Chart.yaml charts/kask/Chart.yaml:1 shop",
            &["shop"],
        ),
        (
            "/srv/clone/dashboards/edge.json",
            "path dashboards/edge.json dashboards/edge.json:1 traffic",
            &["traffic"],
        ),
        (
            absolute,
            "path alerts/disk.yaml alerts/disk.yaml:1 shop",
            &["shop"],
        ),
        // The alert in a line.
        (
            "alerts/disk.yaml:6",
            "alert DiskSpace alerts/disk.yaml:4 shop",
            &["shop"],
        ),
        (
            "alerts/disk.yaml:12",
            "alert StrangersDisk alerts/disk.yaml:10 ",
            &[],
        ),
        (
            "alerts/disk.yaml:2",
            "path alerts/disk.yaml alerts/disk.yaml:1 shop",
            &["shop"],
        ),
        // Without an owner: words of the path are no guesses.
        ("charts/lone", "path charts/lone charts/lone:1 ", &[]),
        (
            "manifests/site.pp",
            "path manifests/site.pp manifests/site.pp:1 ",
            &[],
        ),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), [expected], "{question}");
        assert_eq!(teams(&answer, "teams"), teams_of, "{question}");
        assert!(teams(&answer, "other_teams").is_empty(), "{question}");
    }
    let human = repo.run(&["route", "charts"]).out;
    let expected = "`charts` is a path (charts): no owner as a whole; its files are owned by `shop`\n\n\
                    shop\n  because the team owns files in `charts` (guess)\n";
    assert!(human.starts_with(expected), "{human}");
    for question in [
        "charts/new",
        "./new",
        "alerts/disk.yaml:0",
        "dashboards edge.json",
    ] {
        let named = named(&answer(&repo, question));
        assert!(
            !named.iter().any(|it| it.starts_with("path")),
            "{question}: {named:?}"
        );
    }
    let run = repo.run(&["who", "--no-history", "alerts/disk.yaml:6"]);
    let start = "`DiskSpace` is an alert (alerts/disk.yaml:4:12)\n  understood as: line 6\n  owned by shop\n";
    assert!(run.out.starts_with(start), "{}", run.out);
}

#[test]
fn an_unknown_team_comes_before_the_owner_of_the_file() {
    let rule = |name, team| format!("  - {{alert: {name}, expr: up, labels: {{team: {team}}}}}\n");
    let alerts = [
        "groups:\n- name: g\n  rules:\n".to_owned(),
        rule("TenetDown", "tenet"),
        rule("TemplateDown", "'{{ $labels.team }}'"),
    ]
    .concat();
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {atlas: {areas: [down]}}\nrules: [{paths: ['**'], owner: atlas}]\n",
        ),
        ("alerts/x.yaml", &alerts),
        ("other/y.yaml", &alerts.replace("tenet", "atlas")),
    ]);
    let human = repo.run(&["route", "alerts/x.yaml:4"]).out;
    let expected = "`TenetDown` is an alert (alerts/x.yaml:4:13): declares the unknown team `tenet`; \
                    its file is owned by `atlas`\n\natlas\n  \
                    because the team owns the file of `TenetDown`, an alert (guess)\n";
    assert!(human.starts_with(expected), "{human}");
    let human = repo.run(&["who", "--no-history", "TenetDown"]).out;
    let expected = "`TenetDown` is an alert (alerts/x.yaml:4:13)\n  declares the unknown team `tenet`\n  \
                    its file is owned by atlas\n";
    assert!(human.starts_with(expected), "{human}");
    let answer = answer(&repo, "TenetDown");
    let unknown = answer["named"].as_array().unwrap().iter();
    let unknown: Vec<&Value> = unknown.map(|it| &it["unknown_teams"]).collect();
    assert_eq!(
        unknown,
        [&serde_json::json!(["tenet"]), &serde_json::json!([])]
    );
    // The other alert with this name belongs to the team for certain.
    assert_eq!(answer["teams"][0]["reasons"][0]["guess"], false);
    let human = repo.run(&["who", "--no-history", "TemplateDown"]).out;
    assert!(
        human.contains("\n  declares a team that a template fills in\n"),
        "{human}"
    );
}

#[test]
fn finds_what_a_pod_belongs_to() {
    let repo = repo();
    let web = "kubernetes-name store/basket-web apps/basket.yaml:7 shop";
    for (question, expected) in [
        ("basket-web-7d9f8b6c5d-x2x4z", web),
        ("store/basket-web-7d9f8b6c5d-x2x4z", web),
        ("pod/basket-web-7d9f8b6c5d-x2x4z", web),
        ("basket-web-0", web),
        ("basket-web-x2x4z", web),
        ("basket-web-7d9f8b6c5d-x2x4z is crashing", web),
        (
            "kask-7d9f8b6c5d-x2x4z",
            "component helm-chart:kask charts/kask/:1 shop",
        ),
        (
            "edge/production-0",
            "kubernetes-name edge/production helmfile.d/services/proxy/helmfile.yaml:2 traffic",
        ),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), [expected], "{question}");
        let understood = &answer["named"][0]["understood_as"];
        assert_eq!(
            *understood,
            serde_json::json!([{"kind": "pod"}]),
            "{question}"
        );
        let line = "\n  understood as: pod of `";
        let human = repo.run(&["route", question]).out;
        assert!(human.contains(line), "{human}");
        if !question.contains(' ') {
            let human = repo.run(&["who", "--no-history", question]).out;
            assert!(human.contains(line), "{human}");
        }
    }
    for question in [
        "basket-x2x4z",
        "other/basket-web-0",
        "DiskSpace-0",
        "cp7-0",
        "basket-web-prod",
    ] {
        assert!(named(&answer(&repo, question)).is_empty(), "{question}");
    }
}

#[test]
fn a_service_is_in_its_namespace() {
    let repo = repo();
    repo.write(
        "helmfile.d/services/kask/helmfile.yaml",
        "releases:\n- {name: main, namespace: sessions, chart: ./kask}\n",
    );
    for (question, expected, understood) in [
        (
            "lone.any.svc",
            Some("helm-chart:lone"),
            "namespace `any`, which no file confirms",
        ),
        ("lone.svc", Some("helm-chart:lone"), ""),
        ("kask.sessions.svc", Some("helm-chart:kask"), ""),
        (
            "kask.sessions.svc.cluster.local",
            Some("helm-chart:kask"),
            "",
        ),
        ("kask.svc", Some("helm-chart:kask"), ""),
        ("kask.nonsense.svc", None, ""),
    ] {
        let answer = answer(&repo, question);
        let found = named(&answer);
        let is_expected = |it: &&str| found.iter().any(|found| found.contains(*it));
        assert_eq!(
            expected.is_none(),
            found.is_empty(),
            "{question}: {found:?}"
        );
        assert!(
            expected.as_ref().is_none_or(is_expected),
            "{question}: {found:?}"
        );
        let human = repo.run(&["route", question]).out;
        assert_eq!(
            human.contains("understood as"),
            !understood.is_empty(),
            "{human}"
        );
        assert!(human.contains(understood), "{human}");
    }
    // As a guess.
    let guess = answer(&repo, "kask.nonsense.svc")["teams"][0]["reasons"][0].clone();
    assert_eq!(
        (&guess["guess"], &guess["text"]),
        (&Value::Bool(true), &"helm-chart:kask".into())
    );
    let human = repo
        .run(&["who", "--no-history", "other9.a.example.org"])
        .out;
    let line = "\n  understood as: host without a node definition of its own (`default`)\n";
    assert!(human.contains(line), "{human}");
}

#[test]
fn corrects_names_of_alerts() {
    let repo = repo();
    for (question, meant) in [
        ("DiskSpcae", "DiskSpace"),
        ("who owns diskspac?", "DiskSpace"),
        ("db1.a.exmple.org", "db1.a.example.org"),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(answer["corrections"][0]["meant"], meant, "{question}");
        assert_eq!(answer["named"].as_array().unwrap().len(), 1, "{question}");
        assert_eq!(
            answer["teams"][0]["reasons"][0]["guess"], true,
            "{question}"
        );
    }
    let human = repo.run(&["route", "DiskSpcae"]).out;
    let expected = "no match for `DiskSpcae`: did you mean `DiskSpace`? Showing results for `DiskSpace`:\n\n\
                    `DiskSpace` is an alert (alerts/disk.yaml:4:12): owned by `shop`\n\nshop\n  \
                    because the team owns `DiskSpace`, an alert (guess)\n";
    assert!(human.starts_with(expected), "{human}");
    for question in ["DiskSpcea", "Dsk", "DiskSpcae quux"] {
        let corrections = answer(&repo, question)["corrections"].clone();
        assert_eq!(corrections, serde_json::json!([]), "{question}");
    }
}

#[test]
fn never_corrects_a_name_to_itself() {
    let repo = repo();
    repo.write("charts/kafka-main1001/Chart.yaml", "name: kafka-main1001\n");
    repo.write("sites/a/p01-zone/Chart.yaml", "name: p01-zone\n");
    repo.write("sites/b/p01-zone/Chart.yaml", "name: p01-zone\n");
    for (question, named_things) in [
        // Several components have this last part of a name: it is not the name of any of them.
        ("p01-zone", 0),
        ("P01-ZONE", 0),
        ("p01zone", 0),
        ("p01zones", 0),
        ("disk-space", 1),
        ("Disk_Space", 1),
        ("diskspace", 1),
        // The numbers of things are no typos.
        ("db3.a.example.org", 1),
        ("kafka-main1006", 0),
    ] {
        let answer = answer(&repo, question);
        let found = named(&answer);
        assert_eq!(answer["corrections"], serde_json::json!([]), "{question}");
        assert_eq!(found.len(), named_things, "{question}: {found:?}");
    }
    let run = repo.run(&["who", "p01-zone"]);
    assert!(!run.err.contains("did you mean `p01-zone`"), "{}", run.err);
    for question in ["disk-space", "Disk_Space"] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), ["alert DiskSpace alerts/disk.yaml:4 shop"]);
        assert_eq!(answer["teams"][0]["reasons"][0]["guess"], true);
    }
}

#[test]
fn shows_that_a_named_component_has_no_owner() {
    let repo = repo();
    repo.write(
        "helmfile.d/services/alone/helmfile.yaml",
        "releases:\n- {name: main, namespace: alone, chart: ../../../charts/kask}\n",
    );
    repo.write(
        "ownership.yaml",
        MAP.replace("dashboards/, helmfile.d/", "dashboards/"),
    );
    for question in ["who owns lone", "the lone hosts"] {
        let found = named(&answer(&repo, question));
        assert_eq!(
            found,
            ["component helm-chart:lone charts/lone/:1 "],
            "{question}"
        );
    }
    let answer = answer(&repo, "alone");
    assert_eq!(teams(&answer, "teams"), ["shop"]);
    let reason = &answer["teams"][0]["reasons"][0];
    assert_eq!(reason["matched"], "linked-component");
    assert_eq!(
        (&reason["guess"], &reason["text"]),
        (&Value::Bool(true), &"helm-chart:kask".into())
    );
}

#[test]
fn finds_what_config_maps_contain() {
    let config_map = "apiVersion: v1
kind: ConfigMap
metadata: {name: inside, namespace: monitoring}
data:
  edge.json: |
    {
      \"title\": \"Inner edge\", \"uid\": \"inner-1\",
      \"schemaVersion\": 30, \"panels\": []
    }
  other.json: '{\"title\": \"One\\u0020line\", \"schemaVersion\": 1, \"panels\": []}'
  disk.rules.yml: |-
    groups:
    - name: g
      rules:
      - record: InnerAlert
        expr: up
      - alert: InnerAlert
        expr: up
        labels: {team: storage}
      - alert: InnerPlain
        expr: up
      - alert: InnerUnknown
        expr: up
        labels: {team: strangers}
      - alert: InnerAlert
        expr: up
  text: 'alert: none'
";
    let repo = repo();
    repo.write("apps/config.yaml", config_map);
    for (question, expected) in [
        (
            "Inner edge",
            &["dashboard Inner edge apps/config.yaml:7 shop"][..],
        ),
        ("inner-1", &["dashboard inner-1 apps/config.yaml:7 shop"]),
        (
            "https://grafana.example.org/d/inner-1/x",
            &["dashboard inner-1 apps/config.yaml:7 shop"],
        ),
        (
            "InnerAlert",
            &[
                "alert InnerAlert apps/config.yaml:17 storage",
                "alert InnerAlert apps/config.yaml:25 shop",
            ],
        ),
        ("InnerPlain", &["alert InnerPlain apps/config.yaml:20 shop"]),
        (
            "InnerUnknown",
            &["alert InnerUnknown apps/config.yaml:22 shop"],
        ),
        ("none", &[]),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), expected, "{question}");
    }
    let unknown = answer(&repo, "InnerUnknown")["named"][0]["unknown_teams"].clone();
    assert_eq!(unknown, serde_json::json!(["strangers"]));
}

/// Rules in each form that a string can have, with `DiskGone` in the line `line`.
const IN_STRINGS: [(&str, &str, usize); 11] = [
    (
        "a.yaml",
        "kind: ConfigMap\ndata:\n  a: |  # DiskGone\n    # alert: DiskGone\n    groups:\n    - name: g\n      rules:\n      - alert: DiskGone # DiskGone\n        labels: {team: storage}\n",
        8,
    ),
    (
        "monitoring/a.yaml",
        "kind: ConfigMap\ndata:\n  a: \"groups:\\n- name: g\\n  rules:\\n  - alert: DiskGone\\n    labels: {team: storage}\\n\"\n",
        3,
    ),
    (
        "b.yaml",
        "kind: ConfigMap\ndata:\n  a: \"# x\\ngroups:\\n\n    - name: g\\n\\\n    \\   rules: [{alert: DiskGone, labels: {team: storage}}]\"\n",
        5,
    ),
    (
        "c.yaml",
        "kind: ConfigMap\ndata:\n  a: 'groups: [{name: g, rules: [{\"alert\": DiskGone,\n    labels: {team: storage}}]}]'\n",
        3,
    ),
    (
        "d.json",
        "{\"kind\": \"ConfigMap\",\n \"data\": {\"a\":\n \"{\\\"groups\\\": [{\\\"rules\\\": [{\\\"alert\\\": \\\"DiskGone\\\", \\\"labels\\\": {\\\"team\\\": \\\"storage\\\"}}]}]}\"}}\n",
        3,
    ),
    (
        "e.yaml",
        "kind: ConfigMap\nmetadata: {annotations: {owner: storage}}\ndata:\n  a: |\n    groups:\n    - rules:\n      - {\"alert\": DiskGone}\n",
        7,
    ),
    (
        "f.yaml",
        "kind: ConfigMap\ndata:\n  a: |\n    groups:\n    - rules:\n      - alert: DiskGone\n        annotations: {owner: storage}\n",
        6,
    ),
    (
        "g.yaml",
        "kind: ConfigMap\ndata:\n  a: |\n    groups:\n    - rules:\n      - alert: Broken\n        expr: \"x\n      - alert: DiskGone\n        labels: {team: storage}\n      - alert: Broken\n        a: b: c\n",
        8,
    ),
    (
        "chart/templates/h.yaml",
        "kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata:\n  a: |\n    groups:\n    {{- if .Values.x }}\n    - rules:\n      - alert: DiskGone\n        annotations: {summary: '{{ \"{{\" }} $labels.x }}'}\n        labels: {team: storage}\n    {{- end }}\n",
        8,
    ),
    (
        "i.yaml",
        "kind: List\nitems:\n- kind: Secret\n  stringData:\n    a: |\n      groups:\n      - rules:\n        - expr: up\n          alert: DiskGone\n          labels: {team: storage}\n",
        9,
    ),
    (
        "j.yaml",
        "kind: ConfigMap\ndata:\n  a: >\n    groups: [{rules: [{alert: DiskGone,\n    labels: {team: storage}}]}]\n",
        4,
    ),
];

#[test]
fn alerts_in_strings_are_alerts_like_others() {
    for (path, text, line) in IN_STRINGS {
        let repo = repo();
        repo.write(
            "ownership.yaml",
            format!("{MAP}detectors: {{prometheus: {{owner_keys: [owner]}}}}\n"),
        );
        repo.write("chart/Chart.yaml", "name: chart\n");
        repo.write(path, text);
        let answer = answer(&repo, "DiskGone");
        assert_eq!(
            named(&answer),
            [format!("alert DiskGone {path}:{line} storage")],
            "{text}"
        );
        let receivers = repo.run(&["receivers", "DiskGone", "--format", "json"]);
        let receivers: Value = serde_json::from_str(&receivers.out).unwrap();
        let answers = receivers["answers"].as_array().unwrap();
        assert_eq!(answers.len(), 1, "{text}");
        assert_eq!(answers[0]["team"], "storage", "{text}");
        // A line of the rule means the alert, if it is known where the rule is written.
        if path != "j.yaml" {
            let who = repo.run(&["who", "--no-history", &format!("{path}:{line}")]);
            assert!(
                who.out.contains("`DiskGone` is an alert"),
                "{text}: {}",
                who.out
            );
        }
        let first = repo.run(&["who", "--no-history", &format!("{path}:1")]);
        assert!(
            !first.out.contains("`DiskGone` is an alert"),
            "{text}: {}",
            first.out
        );
    }
}

#[test]
fn a_line_belongs_to_the_rule_that_contains_it() {
    let repo = repo();
    let rules = "groups:
- name: one
  rules:
  - labels: {team: storage}
    alert: First
    expr: |
      up

  # A comment.
  - record: second
    expr: up
  - alert: Third
    expr: up
- name: two
  interval: 1m
  rules:
  - alert: Fourth
    expr: up
";
    repo.write("lines.yaml", rules);
    for (line, expected) in [
        (1, None),
        (3, None),
        (4, Some("First")),
        (7, Some("First")),
        (9, None),
        (10, None),
        (12, Some("Third")),
        (13, Some("Third")),
        (14, None),
        (15, None),
        (16, None),
        (18, Some("Fourth")),
    ] {
        let out = repo
            .run(&["who", "--no-history", &format!("lines.yaml:{line}")])
            .out;
        let found = out
            .strip_prefix('`')
            .and_then(|out| out.split_once("` is an alert"));
        assert_eq!(found.map(|(name, _)| name), expected, "{line}: {out}");
    }
}

#[test]
fn a_url_that_a_text_mentions_is_weak_evidence() {
    let repo = repo();
    let rule = "groups: [{name: g, rules: [{alert: A, expr: up, annotations: {runbook_url: 'https://wiki.example.org/Named'}}]}]\n";
    repo.write("alerts/named.yaml", rule);
    repo.write(
        "apps/text.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: text}\n\
         # See https://wiki.example.org/Named and https://wiki.example.org/Mentioned.\n",
    );
    repo.write(
        "ownership.yaml",
        MAP.replace("apps/, images/", "apps/, images/, alerts/named.yaml"),
    );
    let found = named(&answer(&repo, "https://wiki.example.org/Named"));
    assert_eq!(
        found,
        ["url https://wiki.example.org/Named alerts/named.yaml:1 shop"]
    );
    let mentioned = answer(&repo, "https://wiki.example.org/Mentioned");
    assert_eq!(
        mentioned["named"][0]["understood_as"],
        serde_json::json!([{"kind": "mention"}])
    );
    assert_eq!(mentioned["teams"][0]["reasons"][0]["guess"], true);
    let line = "`https://wiki.example.org/Mentioned` is mentioned in apps/text.yaml:4:42";
    let human = repo
        .run(&["route", "https://wiki.example.org/Mentioned"])
        .out;
    assert!(
        human.starts_with(&format!("{line}: its file is owned by `shop`\n")),
        "{human}"
    );
    let human = repo
        .run(&["who", "--no-history", "https://wiki.example.org/Mentioned"])
        .out;
    assert!(
        human.starts_with(&format!("{line}\n  its file is owned by shop\n")),
        "{human}"
    );
}

#[test]
fn a_team_has_the_alerts_that_name_it() {
    let repo = repo();
    for (team, expected) in [("shop", Some("DiskSpace")), ("storage", None)] {
        let out = repo.run(&["who", &format!("team:{team}")]).out;
        let mut lines = out.lines();
        let alerts = lines.find_map(|line| line.trim().strip_prefix("alerts"));
        assert_eq!(alerts.map(str::trim), expected, "{out}");
    }
}

#[test]
fn broken_files_may_define_a_name() {
    let broken = "groups:\n- name: g\n  rules:\n  - alert: BrokenDisk\n    expr: [up\n    annotations: {a: '{{ $x }}'}\n";
    let template = "{{ if .x }}\nname: BrokenDisk\n{{ end }}\na: {{ .b }}\n";
    let repo = repo();
    repo.write("alerts/broken.yaml", broken);
    repo.write(
        "alerts/other.yaml",
        broken.replace("BrokenDisk", "OtherDisk"),
    );
    repo.write("charts/kask/templates/x.yaml", template);
    for command in ["who", "route"] {
        for (name, is_in_file) in [("BrokenDisk", true), ("NoDisk", false)] {
            let run = repo.run(&[command, name]);
            assert_eq!(run.code == 0, command == "route", "{}", run.err);
            let warning = format!("`{name}`, but is not valid YAML");
            assert_eq!(
                run.err.matches(&warning).count(),
                usize::from(is_in_file),
                "{}",
                run.err
            );
            let place = "alerts/broken.yaml:4:12";
            assert_eq!(run.err.contains(place), is_in_file, "{}", run.err);
        }
    }
}

#[test]
fn finds_nothing_by_other_words() {
    let repo = repo();
    for question in [
        "cpx",
        "settings",
        "production",
        "nowhere1.c.example.org",
        "Edge caches",
        "edge-1x",
        "store/basket/x",
        "wrong/basket",
        "basket.wrong.svc",
        "basket-web.wrong.svc",
        // Other things in a namespace are not the service.
        "zzz.store.svc",
        "http://zzz.store.svc:8080/",
        "tls.edge.svc.cluster.local",
        "basket-7d9f8b6c5d-x2x4z.store.svc",
        "git.example.org/store",
        "Disk Space",
    ] {
        assert!(named(&answer(&repo, question)).is_empty(), "{question}");
    }
}

#[test]
fn only_a_whole_name_with_an_owner_hides_other_matches() {
    let repo = repo();
    for (question, expected, others) in [
        // The word `disk` matches an area.
        ("DiskSpace", &["shop"][..], &[][..]),
        ("who owns DiskSpace?", &["shop"], &["traffic"]),
        ("NobodysDisk", &["traffic"], &["shop"]),
        ("StrangersDisk", &["traffic"], &["shop"]),
        ("lone disk", &["traffic"], &["shop"]),
        // A team or an area has the same name.
        ("storage", &["shop", "storage"], &[]),
        ("alpha-area", &["shop", "storage"], &[]),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(teams(&answer, "teams"), expected, "{question}");
        assert_eq!(teams(&answer, "other_teams"), others, "{question}");
    }
    let run = repo.run(&["route", "NobodysDisk"]);
    let expected = "\
`NobodysDisk` is an alert (alerts/nobody.yaml:1:36): no owner

traffic
  because the word `disk` matches the team's area `Disk` (guess)
  the map has no contacts for this team

Less direct matches:
  shop: the word `disk` matches `prometheus-rules:alerts/disk` of the team (guess)

Contact instead
  an emergency: tel:1
";
    assert_eq!(run.out, expected);
    let run = repo.run(&["route", "DiskSpace"]);
    let expected = "\
`DiskSpace` is an alert (alerts/disk.yaml:4:12): owned by `shop`

shop
  because the team owns `DiskSpace`, an alert
  page: https://pager.example.org/shop/
";
    assert_eq!(run.out, expected);
}

#[test]
fn labels_guesses() {
    let repo = repo();
    for (question, team, matched, guess, words) in [
        ("DiskSpace", "shop", "alert", false, "disk space"),
        ("kask", "shop", "component", false, "kask"),
        ("storage", "storage", "name", false, "storage"),
        (
            "who is the storage team?",
            "storage",
            "name",
            false,
            "storage",
        ),
        ("baskets", "shop", "area", false, "baskets"),
        ("basket lost", "shop", "area", true, "basket"),
        ("BasketDown", "shop", "area", true, "basket"),
        ("baskest", "shop", "area", true, "basket"),
        (
            "http://pager.example.org/shop",
            "shop",
            "name",
            false,
            "http pager example org shop",
        ),
        (
            "wiki.example.org/Traffic/",
            "traffic",
            "name",
            false,
            "wiki example org traffic",
        ),
    ] {
        let answer = answer(&repo, question);
        let team_of = |key: &str| {
            let teams = answer[key].as_array().unwrap().iter();
            teams.clone().find(|it| it["id"] == team).cloned()
        };
        let found = team_of("teams").or_else(|| team_of("other_teams"));
        let reason = found.unwrap_or_else(|| panic!("{question}"))["reasons"][0].clone();
        assert_eq!(reason["matched"], matched, "{question}");
        assert_eq!(reason["guess"], guess, "{question}");
        let found = reason["words"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(text).collect();
        assert_eq!(found.join(" "), words, "{question}");
    }
}

#[test]
fn never_guesses_by_words_without_meaning_or_several_typos() {
    let repo = repo();
    for question in [
        "flying saucers",
        "who owns the thing",
        "who pages the cluster of things",
        "which page",
        "bskt",
        "bsakte",
        "dusk",
        "baskest quux",
        "kaks",
    ] {
        let run = repo.run(&["route", question]);
        assert!(
            run.out.contains("Contact instead\n  an emergency: tel:1\n"),
            "{question}: {}",
            run.out
        );
        assert!(
            teams(&answer(&repo, question), "teams").is_empty(),
            "{question}"
        );
    }
    // The name of an area is not without meaning.
    assert_eq!(teams(&answer(&repo, "cluster"), "teams"), ["shop"]);
}

#[test]
fn who_answers_names() {
    let repo = repo();
    for (question, path, kind, owners) in [
        ("DiskSpace", "alerts/disk.yaml", "alert", &["shop"][..]),
        ("NobodysDisk", "alerts/nobody.yaml", "alert", &[]),
        ("kask", "charts/kask/", "component", &["shop"]),
        (
            "cp7",
            "modules/role/manifests/cache.pp",
            "host",
            &["traffic"],
        ),
        ("any1", "manifests/site.pp", "host", &[]),
        (
            "store/settings",
            "apps/basket.yaml",
            "kubernetes-name",
            &["shop"],
        ),
        (
            "Edge caches (overview)",
            "dashboards/edge.json",
            "dashboard",
            &["traffic"],
        ),
        ("web/basket", "apps/basket.yaml", "image", &["shop"]),
        (
            "http://git.example.org/store/Deploy.git/",
            "apps/basket.yaml",
            "url",
            &["shop"],
        ),
    ] {
        let run = repo.run(&["who", "--no-history", "--format", "json", question]);
        assert_eq!(run.code, 0, "{question}: {}", run.err);
        let answers = run.json()["answers"].clone();
        assert_eq!(answers.as_array().unwrap().len(), 1, "{question}");
        let answer = &answers[0];
        assert_eq!(answer["path"], path, "{question}");
        assert_eq!(answer["named"]["kind"], kind, "{question}");
        let found = answer["owners"].as_array().unwrap().iter();
        assert_eq!(found.map(text).collect::<Vec<_>>(), owners, "{question}");
        let verdict = if owners.is_empty() {
            "unowned"
        } else {
            "owned"
        };
        assert_eq!(answer["verdict"], verdict, "{question}");
    }
    let out = repo.run(&["who", "--no-history", "DiskSpace"]).out;
    let start = "`DiskSpace` is an alert (alerts/disk.yaml:4:12)\n  owned by shop\n";
    assert!(out.starts_with(start), "{out}");
    let out = repo.run(&["who", "--no-history", "cp7"]).out;
    let start =
        "`cp7` is a host of `puppet-role:cache` (manifests/site.pp:3:7)\n  owned by traffic\n";
    assert!(out.starts_with(start), "{out}");
    // A path is never a name, and a team without any other thing of its name is a team.
    let answer = repo.run(&[
        "who",
        "--format",
        "json",
        "helm-chart:kask",
        "alerts/disk.yaml",
    ]);
    let answers = answer.json()["answers"].clone();
    let mut answers = answers.as_array().unwrap().iter();
    assert!(answers.all(|answer| answer["named"].is_null()));
    let answer = repo.run(&[
        "who",
        "--format",
        "json",
        "http://wiki.example.org/Traffic/",
    ]);
    assert_eq!(answer.json()["answers"][0]["team"]["id"], "traffic");
}

#[test]
fn names_with_a_slash_come_before_new_files() {
    let repo = repo();
    // Each name starts with a directory that exists.
    for directory in [
        "store",
        "svc",
        "deployment.apps",
        "web",
        "registry.example.org",
    ] {
        repo.write(format!("{directory}/x"), "");
    }
    for (question, expected) in [
        ("store/settings", "kubernetes-name store/settings"),
        ("svc/basket", "kubernetes-name store/basket"),
        (
            "deployment.apps/basket-web",
            "kubernetes-name store/basket-web",
        ),
        ("web/basket", "image registry.example.org/web/basket:1.0"),
        ("web/basket:9", "image registry.example.org/web/basket:1.0"),
        (
            "registry.example.org/web/basket:1.0",
            "image registry.example.org/web/basket:1.0",
        ),
        ("svc/basket-web", "new svc/basket-web"),
        ("store/x", "path store/x"),
        ("store/new:3", "new store/new"),
    ] {
        let run = repo.run(&["who", "--no-history", "--format", "json", question]);
        assert_eq!(run.code, 0, "{question}: {}", run.err);
        let answers = run.json()["answers"].clone();
        let answers = answers.as_array().unwrap().iter();
        let shown = answers.map(|it| match (&it["named"], &it["exists"]) {
            (Value::Null, Value::Bool(true)) => format!("path {}", text(&it["path"])),
            (Value::Null, _) => format!("new {}", text(&it["path"])),
            (named, _) => {
                assert!(it["understood_as"].is_null(), "{question}");
                format!("{} {}", text(&named["kind"]), text(&named["name"]))
            }
        });
        assert_eq!(shown.collect::<Vec<_>>(), [expected], "{question}");
    }
    for question in ["deploy/basket", "other/basket", "other/basket:1"] {
        let run = repo.run(&["who", "--no-history", question]);
        assert!(
            run.code == 2 && run.err.contains("use `./") && run.err.contains("tel:1"),
            "{question}: {}",
            run.err
        );
    }
}

#[test]
fn finds_names_in_what_surrounds_them() {
    let repo = repo();
    let alert = "alert DiskSpace alerts/disk.yaml:4 shop";
    let host = "host cp7 manifests/site.pp:3 traffic";
    for (question, expected) in [
        ("DiskSpace: disk full", alert),
        ("alertname=\"DiskSpace\"", alert),
        ("{instance=\"cp7:9100\", severity=\"page\"}", host),
        ("cp7:9104", host),
        ("the disk on cp7:9104 is full", host),
        ("http://cp7:9104/metrics", host),
        (
            "cp7.b.example.org:9100",
            "host cp7.b.example.org manifests/site.pp:3 traffic",
        ),
        (
            "https://cp7.b.example.org:9100/metrics",
            "host cp7.b.example.org manifests/site.pp:3 traffic",
        ),
        (
            "http://basket.store.svc:8080/healthz",
            "kubernetes-name store/basket apps/basket.yaml:3 shop",
        ),
        (
            "kask: latency is high",
            "component helm-chart:kask charts/kask/:1 shop",
        ),
        (
            "https://wiki.example.org/Runbooks/Disk?instance=cp7:9100",
            "url https://wiki.example.org/Runbooks/Disk alerts/disk.yaml:7 shop",
        ),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), [expected], "{question}");
        if question.contains(' ') && !question.starts_with(['D', '{', 'k']) {
            continue;
        }
        let run = repo.run(&["who", "--no-history", "--format", "json", question]);
        assert_eq!(run.code, 0, "{question}: {}", run.err);
        let answers = run.json()["answers"].clone();
        assert_eq!(answers.as_array().unwrap().len(), 1, "{question}");
        let thing = &answers[0]["named"];
        let found = format!("{} {} ", text(&thing["kind"]), text(&thing["name"]));
        assert!(expected.starts_with(&found), "{question}: {found}");
    }
    for question in [
        "https://cp7.b.example.org/metrics",
        "cp7:web",
        "alertname!=\"DiskSpace\"",
    ] {
        assert!(named(&answer(&repo, question)).is_empty(), "{question}");
    }
}

#[test]
fn the_alert_comes_before_the_host_in_its_labels() {
    let repo = repo();
    let alert = "alert DiskSpace alerts/disk.yaml:4 shop";
    let host = "host cp7 manifests/site.pp:3 traffic";
    for question in [
        "{alertname=\"DiskSpace\", instance=\"cp7:9100\"}",
        "firing: {instance=\"cp7:9100\",alertname=\"DiskSpace\"}",
        "alertname = DiskSpace, instance = cp7:9100",
        "[FIRING:1] DiskSpace for node (instance=\"cp7:9100\" severity=\"page\")",
        "[FIRING:1] DiskSpace for node (instance=\"cp7:9100\" cluster=\"logging\")",
        "DiskSpace (instance=\"cp7:9100\")",
        "DiskSpace instance=cp7:9100 severity=page",
        "instance=cp7:9100 DiskSpace",
        "DiskSpace: slow ops {instance=\"cp7:9100\"}",
        "DiskSpace {instance=\"cp7:9100\"}",
        "DiskSpace {host=cp7}",
    ] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), [alert, host], "{question}");
        assert_eq!(
            teams(&answer, "teams")[..2],
            ["shop", "traffic"],
            "{question}"
        );
        let unmatched = &answer["unmatched_words"];
        assert!(unmatched.as_array().unwrap().is_empty(), "{question}");
    }
    for question in [
        "alertname=Nope instance=cp7:9100",
        "{alertname=\"Nope\", instance=\"cp7:9100\"}",
    ] {
        let answer = answer(&repo, question);
        assert_eq!(named(&answer), [host], "{question}");
        assert_eq!(strings(&answer["unmatched_words"]), ["Nope"], "{question}");
        let run = repo.run(&["route", question]);
        assert!(run.out.contains("no match for `Nope`"), "{}", run.out);
    }
}

#[test]
fn labels_name_pods_and_what_runs_in_a_namespace() {
    let repo = repo();
    let web = "kubernetes-name store/basket-web apps/basket.yaml:7 shop";
    for (question, expected) in [
        ("pod=\"basket-web-7d9f8b6c5d-x2x4z\"", web),
        ("{namespace=\"store\", deployment=\"basket-web\"}", web),
    ] {
        assert_eq!(
            named(&answer(&repo, question))[..1],
            [expected],
            "{question}"
        );
        let run = repo.run(&["who", "--no-history", question]);
        assert_eq!(run.code, 0, "{question}: {}", run.err);
        assert!(
            run.out.starts_with("`store/basket-web`"),
            "{question}: {}",
            run.out
        );
    }
    // The alert is the subject, whatever else its labels name.
    for (question, code, expected) in [
        (
            "{alertname=\"DiskSpace\", instance=\"cp7:9100\"}",
            0,
            "`DiskSpace` is an alert",
        ),
        (
            "{instance=\"cp7:9100\", alertname=\"DiskSpace\"}",
            0,
            "`DiskSpace` is an alert",
        ),
        ("{alertname=\"Nope\", instance=\"cp7:9100\"}", 2, ""),
        ("{instance=\"cp7:9100\"}", 0, "`cp7` is a host"),
    ] {
        let run = repo.run(&["who", "--no-history", question]);
        assert_eq!(run.code, code, "{question}: {}", run.err);
        assert!(run.out.starts_with(expected), "{question}: {}", run.out);
        assert!(code == 0 || run.out.is_empty(), "{question}: {}", run.out);
    }
}

#[test]
fn only_values_of_labels_are_words() {
    let repo = repo();
    // Components and an area with the words of keys and ports.
    for name in ["namespace-quota", "severity-9100", "wikifeeds"] {
        repo.write(
            format!("charts/{name}/Chart.yaml"),
            format!("name: {name}\n"),
        );
    }
    repo.write(
        "ownership.yaml",
        MAP.replace(
            "charts/alpha-area/]",
            "charts/alpha-area/, charts/wikifeeds/]",
        )
        .replace(
            "paths: [dashboards/",
            "paths: [charts/namespace-quota/, charts/severity-9100/, dashboards/",
        ),
    );
    for (question, expected) in [
        ("{namespace=\"wikifeeds\"}", &["shop"][..]),
        ("{namespace=\"wikifeeds\",severity=\"page\"}", &["shop"]),
        ("namespace = wikifeeds", &["shop"]),
        (
            "{namespace=\"wikifeeds\", instance=\"quux1:9100\"}",
            &["shop"],
        ),
        // Labels that name nothing come later.
        (
            "{namespace=\"wikifeeds\", site=\"disk\"}",
            &["shop", "traffic"],
        ),
        (
            "{site=\"disk\", namespace=\"wikifeeds\"}",
            &["shop", "traffic"],
        ),
        ("{site=\"disk\", namespace=\"quux\"}", &["traffic", "shop"]),
        ("quux:9100", &[]),
        // Without labels, they are words like others.
        ("namespace", &["traffic"]),
        ("severity", &["traffic"]),
    ] {
        let answer = answer(&repo, question);
        let all = [teams(&answer, "teams"), teams(&answer, "other_teams")].concat();
        assert_eq!(all, expected, "{question}");
    }
    for (question, expected) in [
        (
            "{namespace=\"wikifeeds\", instance=\"quux1:9100\"}",
            &["quux1"][..],
        ),
        (
            "{namespace=\"wikifeeds\", pod=\"quux\", severity=\"vital\"}",
            &["quux", "vital"],
        ),
    ] {
        let answer = answer(&repo, question);
        assert_eq!(strings(&answer["unmatched_words"]), expected, "{question}");
    }
}

#[test]
fn tests_of_rules_and_unknown_teams_prove_no_owner_of_a_url() {
    let url = "https://wiki.example.org/Runbook";
    let rules = |team: &str, url: &str| {
        let rule = format!(
            "{{alert: A{team}, expr: up, labels: {{team: '{team}'}}, annotations: {{runbook_url: '{url}'}}}}"
        );
        format!("groups: [{{name: g, rules: [{rule}]}}]\n")
    };
    let test = "rule_files: [../alerts/real.yaml]\ntests:\n- alert_rule_test:\n  - alertname: A\n    exp_alerts:\n    \
                - exp_annotations: {runbook_url: 'https://wiki.example.org/Runbook'}\n";
    let map = "version: 1\nteams: {alpha: {}, beta: {}, gamma: {}}\nrules:\n  \
               - {paths: [alerts/, tests/], owner: alpha}\n  - {paths: [other/], owner: beta}\n";
    let templated = rules("{{ $labels.team }}", url);
    let (gamma, other) = (
        rules("gamma", url),
        rules("gamma", "https://wiki.example.org/X"),
    );
    for (files, expected, guess) in [
        (
            vec![("alerts/real.yaml", &*gamma), ("tests/a.yaml", test)],
            "gamma",
            false,
        ),
        (
            vec![("alerts/real.yaml", &*other), ("tests/a.yaml", test)],
            "gamma",
            true,
        ),
        (vec![("alerts/real.yaml", &*templated)], "alpha", true),
        (
            vec![
                ("alerts/real.yaml", &*templated),
                ("alerts/b.yaml", &*gamma),
            ],
            "gamma",
            false,
        ),
        // The team with the most mentions comes first.
        (
            vec![
                ("alerts/real.yaml", &*templated),
                ("other/a.yaml", &*templated),
                ("other/b.yaml", &*templated),
            ],
            "beta",
            true,
        ),
    ] {
        let mut all = vec![("ownership.yaml", map)];
        all.extend(files.iter().copied());
        let answer = answer(&Repo::new(&all), url);
        assert_eq!(answer["teams"][0]["id"], expected, "{files:?}");
        assert_eq!(
            answer["teams"][0]["reasons"][0]["guess"], guess,
            "{files:?}"
        );
    }
}

#[test]
fn hosts_of_routes_are_no_default_nodes() {
    let repo = repo();
    let routes = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{host: shop.example.org}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {hostnames: [api.example.org]}
";
    repo.write("apps/routes.yaml", routes);
    for (question, line) in [("shop.example.org", 4), ("api.example.org", 9)] {
        let expected = format!("host {question} apps/routes.yaml:{line} shop");
        assert_eq!(named(&answer(&repo, question)), [expected], "{question}");
        let out = repo.run(&["who", "--no-history", question]).out;
        assert!(!out.contains("node definition"), "{out}");
    }
    let out = repo.run(&["who", "--no-history", "other.example.org"]).out;
    assert!(out.contains("without a node definition"), "{out}");
}

#[test]
fn no_claim_contradicts_the_owner_of_an_alert() {
    let repo = repo();
    let config_map = "apiVersion: v1
kind: ConfigMap
metadata: {name: inside}
data:
  a: |
    groups:
    - rules:
      - {alert: OfTheFile, expr: up}
      - {alert: OfStorage, expr: up, labels: {team: storage}}
";
    repo.write("apps/config.yaml", config_map);
    for (alert, owner, outcome) in [
        ("OfTheFile", "shop", "wins"),
        ("OfStorage", "storage", "overridden"),
    ] {
        let answer = repo.who(alert);
        assert_eq!(strings(&answer["owners"]), [owner]);
        for claim in answer["claims"].as_array().unwrap() {
            assert_eq!(claim["outcome"], outcome, "{alert}: {claim}");
        }
    }
}

#[test]
fn only_known_urls_are_exact() {
    let repo = repo();
    for question in [
        "https://unrelated.example.com/docs/Traffic",
        "https://traffic.example.com/",
        "https://storage",
        "https://pager.example.org/shop/other",
    ] {
        let answer = answer(&repo, question);
        for key in ["teams", "other_teams"] {
            for team in answer[key].as_array().unwrap() {
                for reason in team["reasons"].as_array().unwrap() {
                    assert_eq!(reason["guess"], true, "{question}: {reason}");
                }
            }
        }
        let run = repo.run(&["who", question]);
        assert!(
            run.code == 2 && run.err.contains("tel:1") && !run.err.contains("a file"),
            "{question}: {}",
            run.err
        );
    }
}

#[test]
fn finds_applications_and_subcharts_by_their_own_names() {
    let set = |name| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n\
             metadata: {{name: {name}, namespace: argocd}}\nspec: {{}}\n"
        )
    };
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {a: {}, b: {}}\nrules:\n\
             - {paths: [argocd/one/, charts/], owner: a}\n- {paths: [argocd/two/], owner: b}\n",
        ),
        ("argocd/one/sets.yaml", &set("policy")),
        ("argocd/two/sets.yaml", &set("policy")),
        ("argocd/two/only.yaml", &set("lonely")),
        ("charts/hub/Chart.yaml", "name: hub\n"),
        ("charts/hub/charts/hub-gms/Chart.yaml", "name: hub-gms\n"),
        ("charts/hub/charts/common/Chart.yaml", "name: common\n"),
        ("charts/web/Chart.yaml", "name: web\n"),
        ("charts/web/charts/common/Chart.yaml", "name: common\n"),
    ]);
    let policies = [
        "argocd-application:argocd/one/policy argocd/one/sets.yaml:3 a",
        "argocd-application:argocd/two/policy argocd/two/sets.yaml:3 b",
    ];
    for (question, expected) in [
        ("policy", &policies[..]),
        ("argocd/policy", &policies),
        ("argocd-application:policy", &policies),
        ("applicationset/policy", &policies),
        (
            "argocd/lonely",
            &["argocd-application:lonely argocd/two/only.yaml:3 b"],
        ),
        (
            "hub-gms",
            &["helm-subchart:hub/hub-gms charts/hub/charts/hub-gms/:1 a"],
        ),
        (
            "common",
            &[
                "helm-subchart:hub/common charts/hub/charts/common/:1 a",
                "helm-subchart:web/common charts/web/charts/common/:1 a",
            ],
        ),
    ] {
        let found = named(&answer(&repo, question));
        let expected = expected.iter().map(|it| format!("component {it}"));
        assert_eq!(found, expected.collect::<Vec<_>>(), "{question}");
        let run = repo.run(&["who", "--no-history", "--format", "json", question]);
        let answers = run.json()["answers"].as_array().unwrap().len();
        assert_eq!((run.code, answers), (0, found.len()), "{question}");
    }
    assert_eq!(repo.run(&["who", "other/policy"]).code, 2);
}

#[test]
fn an_alert_has_its_own_declaration() {
    let rule = |name, team| format!("  - {{alert: {name}, expr: up, labels: {{team: {team}}}}}\n");
    let alerts = [
        "groups:\n- name: g\n  rules:\n".to_owned(),
        rule("A", "a"),
        rule("B", "b"),
        rule("Unknown", "strangers"),
        rule("OtherUnknown", "strangers"),
        rule("SecondB", "b"),
        "  - {alert: None, expr: up}\n".to_owned(),
    ]
    .concat();
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {a: {}, b: {}}\n"),
        ("alerts/x.yaml", &alerts),
    ]);
    for (question, line, owners, ignored) in [
        ("A", 4, &["a"][..], None),
        ("B", 5, &["b"], None),
        ("SecondB", 8, &["b"], None),
        ("Unknown", 6, &[], Some(6)),
        ("OtherUnknown", 7, &[], Some(7)),
    ] {
        let run = repo.run(&["who", "--no-history", "--format", "json", question]);
        let answer = run.json()["answers"][0].clone();
        assert_eq!(answer["named"]["location"]["line"], line, "{question}");
        assert_eq!(answer["owners"], serde_json::json!(owners), "{question}");
        let claims = answer["claims"].as_array().unwrap();
        let found: Vec<(&Value, &Value)> = claims
            .iter()
            .map(|claim| (&claim["owners"], &claim["location"]["line"]))
            .collect();
        let (owners, line) = (serde_json::json!(owners), serde_json::json!(line));
        match ignored {
            None => assert_eq!(found, [(&owners, &line)], "{question}"),
            Some(_) => assert!(found.is_empty(), "{question}: {found:?}"),
        }
        let found = answer["ignored_declarations"].as_array().unwrap().iter();
        let found: Vec<Option<u64>> = found.map(|it| it["location"]["line"].as_u64()).collect();
        let expected: Vec<Option<u64>> = ignored.into_iter().map(Some).collect();
        assert_eq!(found, expected, "{question}");
    }
}

#[test]
fn an_alert_without_a_known_team_belongs_to_the_owner_of_its_file() {
    let alerts = "groups:
- name: g
  rules:
  - {alert: Known, expr: up, labels: {team: a}}
  - {alert: NoTeam, expr: up}
  - {alert: Mystery, expr: up, labels: {team: strangers}}
";
    let map = |rules: &str| format!("version: 1\nteams: {{a: {{}}, net: {{}}}}\n{rules}");
    for (rules, owners) in [
        ("rules: [{paths: [mon/], owner: net}]\n", &["net"][..]),
        ("rules: [{paths: ['**'], owner: net}]\n", &["net"]),
        ("", &[]),
    ] {
        let repo = Repo::new(&[("ownership.yaml", &map(rules)), ("mon/r.yaml", alerts)]);
        for (question, expected) in [
            ("Known", &["a"][..]),
            ("NoTeam", owners),
            ("mon/r.yaml:5", owners),
            ("Mystery", owners),
            ("mon/r.yaml:6", owners),
        ] {
            let run = repo.run(&["who", "--no-history", "--format", "json", question]);
            let answer = run.json()["answers"][0].clone();
            assert_eq!(strings(&answer["owners"]), expected, "{question} {rules}");
            let claims = answer["claims"].as_array().unwrap().iter();
            let mut winning = claims.filter(|claim| claim["outcome"] == "wins");
            let is_proven = winning.all(|claim| strings(&claim["owners"]) == expected);
            assert!(is_proven, "{question} {rules}: {answer:#}");
            let found = self::answer(&repo, question);
            assert_eq!(teams(&found, "teams"), expected, "{question} {rules}");
        }
        if !owners.is_empty() {
            let human = repo.run(&["who", "--no-history", "Mystery"]).out;
            let expected = "  declares the unknown team `strangers`\n  its file is owned by net\n";
            assert!(human.contains(expected), "{human}");
        }
    }
}

#[test]
fn shows_the_first_of_many_things_with_a_name() {
    let rules: String = (0..3_000)
        .map(|_| "  - {alert: Same, expr: up, labels: {team: a}}\n")
        .collect();
    let alerts = format!("groups:\n- name: g\n  rules:\n{rules}");
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {a: {}, same: {}}\n"),
        ("alerts/x.yaml", &alerts),
    ]);
    let human = repo.run(&["who", "same"]).out;
    assert_eq!(human.matches("`Same` is an alert (").count(), 8);
    let more = "\n… and 2992 more: use `--format json` to list all\n\nsame\n  owns";
    assert!(human.contains(more), "{human}");
    let answers = repo.run(&["who", "--format", "json", "same"]).json();
    let answers = answers["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 3_001);
    assert_eq!(answers[2_999]["named"]["location"]["line"], 3_003);
    assert_eq!(answers[3_000]["team"]["id"], "same");
    let human = repo.run(&["route", "same"]).out;
    assert_eq!(human.matches("`Same` is an alert (").count(), 8);
    assert_eq!(named(&answer(&repo, "same")).len(), 3_000);
}

#[test]
fn shows_the_contacts_of_the_successor() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams:\n  old: {retired: {since: 2024-01-01, successor: next}}\n  \
         next: {parent: above}\n  above: {contacts: {irc: '#above'}}\n",
    )]);
    let expected = "old\n  retired since 2024-01-01: ask next\n  \
                    irc         #above (of above) (of next)\n  owns        no files or components\n";
    assert_eq!(repo.run(&["who", "old"]).out, expected);
}
