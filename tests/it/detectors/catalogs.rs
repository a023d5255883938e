//! Catalog files: Backstage, Datadog, OpsLevel, Cortex.

use crate::harness::{Repo, findings, of_check, outcome};

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

/// A map in which a team knows its group by an alias, and another one by the title of the group.
const MAP: &str = "version: 1
teams:
  pay: {name: Payments, contacts: {email: pay@x.org}}
  shop: {aliases: ['group:default/shop-squad', 'group:other/sre']}
  sre: {}
people: [{name: Bo Li, team: sre}]
rules: [{paths: [ownership.yaml, org/, catalog-info.yaml], owner: sre}]
checks: {unused-team: off, missing-contact: off}
";

const LOCATION: &str = "apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: org}
spec: {targets: [./org/*.yaml]}
";

const GROUPS: &str = "apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: Pay-Core, title: Payments}
spec: {type: team, children: [], members: [jane]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop-squad}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money, namespace: other}
spec: {type: team, profile: {email: Pay@x.org}, children: []}
";

const USERS: &str = "apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: jane}
spec: {profile: {displayName: Jane Doe}, memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: both}
spec: {memberOf: [pay-core, shop-squad]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bo.li}
spec: {profile: {displayName: Bo Li}, memberOf: [shop-squad]}
";

fn catalog(files: &[(&str, &str)], owner: &str) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("catalog-info.yaml", LOCATION)]);
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.write("svc/catalog-info.yaml", COMPONENT.replace("OWNER", owner));
    repo
}

#[test]
fn groups_and_users_name_the_teams_of_the_map() {
    let files = [("org/groups.yaml", GROUPS), ("org/users.yaml", USERS)];
    for (owner, expected) in [
        ("pay-core", "pay"),
        ("group:default/PAY-core", "pay"),
        ("Group:Pay-Core", "pay"),
        ("group:other/money", "pay"),
        ("shop-squad", "shop"),
        ("default/shop-squad", "shop"),
        ("group:shop-squad", "shop"),
        ("Group:Default/Shop-Squad", "shop"),
        ("user:jane", "pay"),
        ("user:default/jane", "pay"),
        // The map knows the person better than the catalog does.
        ("user:bo.li", "sre"),
        // The catalog does not show for which of their groups users own something.
        ("user:both", "unowned"),
        ("pay", "pay"),
        ("other", "unowned"),
        // Another namespace has a group with the same name.
        ("group:default/sre", "sre"),
        ("group:other/sre", "shop"),
        ("other/sre", "shop"),
    ] {
        let repo = catalog(&files, owner);
        assert_eq!(repo.verdict("svc/catalog-info.yaml"), expected, "{owner}");
        let whole = &repo.who("backstage-entity:component/default/shop");
        assert_eq!(outcome(whole), expected, "{owner}");
    }
}

#[test]
fn reports_owners_that_the_catalog_does_not_define_once() {
    let files = [("org/groups.yaml", GROUPS), ("org/users.yaml", USERS)];
    for (owner, check) in [
        ("pay-core", None),
        ("user:jane", None),
        ("user:both", Some("person-not-team")),
        ("user:bo.li", None),
        // In the map, but not in the catalog.
        ("pay", Some("unknown-catalog-owner")),
        ("group:shop", Some("unknown-catalog-owner")),
        ("user:default/Bo Li", Some("unknown-catalog-owner")),
        ("user:jaen", Some("unknown-catalog-owner")),
        // In neither.
        ("shop-sqad", Some("unknown-declared-team")),
        ("other/shop-squad", Some("unknown-declared-team")),
        ("TODO", Some("placeholder-owner")),
        ("component:default/x", Some("unknown-declared-team")),
    ] {
        let report = catalog(&files, owner).check();
        for name in [
            "person-not-team",
            "placeholder-owner",
            "unknown-catalog-owner",
            "unknown-declared-team",
        ] {
            let found = of_check(&report, name).len();
            assert_eq!(found, usize::from(check == Some(name)), "{owner}: {name}");
        }
    }
}

#[test]
fn suggests_groups_with_a_similar_name_or_of_the_same_team() {
    let files = [("org/groups.yaml", GROUPS), ("org/users.yaml", USERS)];
    for (owner, expected) in [
        ("sre", "correct the name, or add the group"),
        (
            "group:default/shop",
            "did you mean `group:default/shop-squad`?",
        ),
        ("user:default/jaen", "did you mean `user:default/jane`?"),
        ("shop-sqad", "the catalog defines the `shop-squad` group"),
    ] {
        let report = catalog(&files, owner).check();
        assert!(report.to_string().contains(expected), "{owner}: {report}");
    }
    let one = GROUPS.split("---\n").next().unwrap();
    let report = catalog(&[("org/groups.yaml", one)], "pay")
        .check()
        .to_string();
    assert!(report.contains("did you mean `Pay-Core`?"), "{report}");
}

#[test]
fn checks_relations_of_groups_and_users() {
    let group = "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: ";
    let user = "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: b}\nspec: ";
    for (text, found) in [
        (format!("{group}{{parent: pay-core}}\n"), 0),
        (format!("{group}{{parent: gone}}\n"), 1),
        (
            format!("{group}{{children: [gone, shop-squad, lost]}}\n"),
            2,
        ),
        (format!("{group}{{members: [jane, gone]}}\n"), 1),
        (
            format!("{user}{{memberOf: [gone, a]}}\n{group}{{parent: gone}}\n"),
            1,
        ),
        (format!("{user}{{memberOf: ['group:other/money']}}\n"), 0),
    ] {
        let groups = GROUPS.to_owned() + &text;
        let files = [("org/groups.yaml", &*groups), ("org/users.yaml", USERS)];
        let report = catalog(&files, "pay-core").check();
        let known = of_check(&report, "unknown-catalog-owner");
        assert_eq!(known.len(), found, "{text}{report}");
    }
}

#[test]
fn is_silent_about_groups_from_elsewhere() {
    let location = |spec: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: x}}\nspec: {spec}\n"
        )
    };
    let template =
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: '${{ values.name }}'}\n";
    for (path, text, is_silent) in [
        ("x", String::new(), false),
        (
            "more-catalog.yaml",
            location("{target: ./svc/catalog-info.yaml}"),
            false,
        ),
        (
            "more-catalog.yaml",
            location("{target: https://x.org/org.yaml}"),
            true,
        ),
        (
            "more-catalog.yaml",
            location("{target: /srv/org.yaml}"),
            true,
        ),
        ("more-catalog.yaml", location("{target: ../org.yaml}"), true),
        ("more-catalog.yaml", location("{target: ./gone.yaml}"), true),
        (
            "more-catalog.yaml",
            location("{type: ldap-org, target: 'ldaps://x'}"),
            true,
        ),
        (
            "more-catalog.yaml",
            "apiVersion: backstage.io/v1\n a: [\n".to_owned(),
            true,
        ),
        ("more-catalog.yaml", template.to_owned(), true),
        (
            "app-config.yaml",
            "catalog: {rules: []}\n".to_owned(),
            false,
        ),
        (
            "app-config.yaml",
            "catalog: {providers: {githubOrg: {id: x}}}\n".to_owned(),
            true,
        ),
        (
            "app-config.yaml",
            "catalog: {locations: [{type: file, target: ../../org/users.yaml}]}\n".to_owned(),
            false,
        ),
        (
            "app-config.local.yaml",
            "catalog: {locations: [{type: url, target: 'https://x.org/a.yaml'}]}\n".to_owned(),
            true,
        ),
    ] {
        let files = [
            ("org/groups.yaml", GROUPS),
            ("org/users.yaml", USERS),
            (path, &*text),
        ];
        for owner in ["pay", "user:jaen"] {
            let report = catalog(&files, owner).check();
            let found = of_check(&report, "unknown-catalog-owner").len();
            assert_eq!(found, usize::from(!is_silent), "{owner} {path}: {text}");
        }
    }
    // Without groups or users, they come from an identity provider.
    let report = catalog(&[("org/users.yaml", USERS)], "pay").check();
    let found = of_check(&report, "unknown-catalog-owner");
    // The relations of the users are not known, either.
    assert_eq!(found.len(), 0, "{report}");
    let groups = GROUPS.replace(", members: [jane]", "");
    let report = catalog(&[("org/groups.yaml", &groups)], "user:jaen").check();
    assert_eq!(
        of_check(&report, "unknown-catalog-owner").len(),
        0,
        "{report}"
    );
    assert_eq!(of_check(&report, "person-not-team").len(), 1, "{report}");
}

#[test]
fn reads_files_that_the_configuration_of_backstage_names() {
    let config = "app: {title: x}\ncatalog:\n  locations:\n    - {type: file, target: ../../org/all.yaml}\n    - {type: file, target: ./more/all.yaml}\n";
    let entity = |name: &str| COMPONENT.replace("shop", name).replace("OWNER", "pay-core");
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("app-config.yaml", config),
        ("org/all.yaml", &(entity("a") + "---\n" + GROUPS)),
        ("more/all.yaml", &entity("b")),
    ]);
    for name in ["a", "b"] {
        let id = format!("backstage-entity:component/default/{name}");
        assert_eq!(outcome(&repo.who(&id)), "pay", "{name}");
    }
}

#[test]
fn counts_the_groups_in_a_generated_catalog() {
    let repo = catalog(&[], "pay");
    repo.write("org/groups.yaml", GROUPS.replace(", members: [jane]", ""));
    assert_eq!(of_check(&repo.check(), "unknown-catalog-owner").len(), 1);
    let arguments = ["generate", "backstage", "--output", "org/generated.yaml"];
    assert_eq!(repo.run(&arguments).code, 0);
    repo.track();
    let report = repo.check();
    assert_eq!(
        of_check(&report, "unknown-catalog-owner").len(),
        0,
        "{report}"
    );
}
