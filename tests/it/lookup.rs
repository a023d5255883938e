//! Tests the lookup of names of alerts, components, machines, Kubernetes resources, images, dashboards and URLs.

use serde_json::Value;

use crate::harness::{Repo, text};

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
        ("SharedDisk", "alert SharedDisk alerts/disk.yaml:8 shop"),
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
            "tls.edge.svc.cluster.local",
            "kubernetes-name edge/production helmfile.d/services/proxy/helmfile.yaml:2 traffic",
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
        ("{alertname=\"DiskSpace\", instance=\"cp7:9100\"}", alert),
        (
            "firing: {instance=\"cp7:9100\",alertname=\"DiskSpace\"}",
            alert,
        ),
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
