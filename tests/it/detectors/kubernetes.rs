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
