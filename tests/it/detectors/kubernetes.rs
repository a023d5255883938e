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
