//! Catalog files: Backstage, Datadog, OpsLevel, Cortex.

use crate::harness::{Repo, findings, outcome};

const COMPONENT: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: service
  owner: OWNER
";

#[test]
fn owners_of_entities_in_one_file_own_it_jointly() {
    let entity =
        |name: &str, owner: &str| COMPONENT.replace("shop", name).replace("OWNER", owner) + "---\n";
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {sre: {}, dba: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n",
        ),
        (
            "all/catalog-info.yaml",
            &(entity("a", "sre") + &entity("b", "group:default/dba") + &entity("c", "sre")),
        ),
        ("one/catalog-info.yaml", &entity("d", "dba")),
        ("one/src/main.rs", ""),
    ]);
    assert_eq!(findings(&repo.check()), [""; 0]);
    assert_eq!(repo.verdict("all/catalog-info.yaml"), "sre dba");
    assert_eq!(repo.verdict("one/src/main.rs"), "dba");
    assert_eq!(
        outcome(&repo.who("backstage-entity:component/default/d")),
        "dba"
    );
}
