//! Kubernetes, Kustomize and Argo CD.

use crate::harness::{Repo, findings, of_check, text};

const NAMESPACE: &str = "apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {owner: nobody, team: nobody}
  annotations:
    org/team: VALUE
";

fn namespace(value: &str) -> String {
    NAMESPACE.replace("VALUE", value)
}

#[test]
fn the_map_names_keys_and_places() {
    let map = "version: 1
teams: {sre: {}, dba: {aliases: [The DBAs]}}
rules: [{paths: [ownership.yaml, other.yaml], owner: sre}]
detectors: {kubernetes: {owner_keys: [org/team], paths: [odd/]}}
";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("odd/a.yaml", &namespace("The DBAs")),
        ("k8s/b.yaml", &namespace("sre,The DBAs")),
        (
            "k8s/c.yaml",
            &(namespace("sre") + "---\n" + &namespace("dba")),
        ),
        ("other.yaml", &namespace("dba")),
    ]);
    assert_eq!(findings(&repo.check()), [""; 0]);
    repo.write("k8s/d.yaml", namespace("dba, nobody, sre"));
    let report = repo.check();
    let [finding] = of_check(&report, "unknown-declared-team")[..] else {
        panic!("{report:#}");
    };
    assert!(text(&finding["message"]).contains("declares `nobody`"));
    assert_eq!(repo.verdict("k8s/d.yaml"), "dba sre");
    for (path, owners) in [
        ("odd/a.yaml", "dba"),
        ("k8s/b.yaml", "sre dba"),
        ("k8s/c.yaml", "sre dba"),
        ("other.yaml", "sre"),
    ] {
        assert_eq!(repo.verdict(path), owners, "{path}");
    }
}

#[test]
fn who_shows_what_an_application_deploys() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {sre: {}, shop: {}}
rules:
  - {paths: ['**'], owner: sre}
  - {paths: [components/till/], owner: shop}
",
        ),
        (
            "apps/till.yaml",
            "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: till}
spec: {source: {repoURL: https://git.example.org/infra.git, path: components/till}}
",
        ),
        ("components/till/kustomization.yaml", "resources: []\n"),
    ]);
    // A question about the path has the same answer, although only its own file is read first.
    for question in ["argocd-application:till", "apps/till.yaml"] {
        let answer = repo.who(question);
        assert_eq!(crate::harness::strings(&answer["owners"]), ["sre"]);
        let inferred = answer["inferred_owners"].as_array().unwrap();
        assert_eq!(inferred.len(), 1, "{question}: {answer:#}");
        assert_eq!(inferred[0]["component"], "kustomization:components/till");
        assert_eq!(crate::harness::strings(&inferred[0]["owners"]), ["shop"]);
    }
}

#[test]
fn parts_without_effect_and_limits_are_reported_at_their_place() {
    let application = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: app}}\n\
             spec: {{source: {{repoURL: https://x.org/r, path: '{path}'}}}}\n"
        )
    };
    let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n\
                    spec: {targets: ['./x/[*.yaml', 'x/{a.yaml']}\n";
    for (path, text, severity, messages) in [
        (
            "apps/app.yaml",
            application("k8s/[a"),
            "warning",
            &["4:49 `argocd-application:app` is only partially read: `k8s/[a` is not a valid glob"]
                [..],
        ),
        (
            "apps/app.yaml",
            application("k8s"),
            "info",
            &[
                "4:49 `argocd-application:app` is only partially read: `k8s/` contains more than 20 manifests",
            ],
        ),
        (
            "catalog-info.yaml",
            location.to_owned(),
            "warning",
            &[
                "4:18 `catalog-info.yaml` is only partially read: `x/[*.yaml` is not a valid glob",
                "4:33 `catalog-info.yaml` is only partially read: `x/{a.yaml` is not a valid glob",
            ],
        ),
    ] {
        let map = "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n";
        let repo = Repo::new(&[("ownership.yaml", map), (path, &text)]);
        for at in 0..21 {
            repo.write(format!("k8s/{at}.yaml"), namespace("x"));
        }
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{}", run.out);
        let report = repo.check();
        let found = of_check(&report, "unreadable-declaration");
        let found = found.iter().map(|finding| {
            assert_eq!(finding["severity"], severity);
            let location = &finding["location"];
            assert_eq!(location["file"], path);
            let (line, column) = (&location["line"], &location["column"]);
            format!("{line}:{column} {}", self::text(&finding["message"]))
        });
        assert_eq!(found.collect::<Vec<_>>(), messages);
    }
}
