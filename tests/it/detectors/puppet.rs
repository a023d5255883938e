//! Declarations in Puppet manifests, besides the hieradata of roles.

use crate::harness::{Repo, of_check, outcome, strings, text};

#[test]
fn who_follows_hints_to_components_with_owners() {
    let map =
        "version: 1\nteams: {sre: {}, dba: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        (
            "modules/role/manifests/db.pp",
            "class role::db { include profile::db }\n",
        ),
        (
            "modules/role/manifests/db2.pp",
            "class role::db2 { include profile::db }\n",
        ),
        (
            "hieradata/role/common/db.yaml",
            "profile::contacts::role_contacts: [dba]\n",
        ),
        (
            "hieradata/role/common/db2.yaml",
            "profile::contacts::role_contacts: [dba]\n",
        ),
        (
            "modules/profile/manifests/db.pp",
            "class profile::db { include mariadb }\n",
        ),
        ("modules/mariadb/files/my.cnf", ""),
    ]);
    for target in [
        "modules/mariadb/files/my.cnf",
        "modules/mariadb",
        "puppet-module:mariadb",
    ] {
        let answer = repo.who(target);
        assert_eq!(outcome(&answer), "unowned");
        let hints: Vec<String> = answer["inferred_owners"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hint| {
                let owners = strings(&hint["owners"]).join(" ");
                format!(
                    "{} {} {owners}",
                    text(&hint["component"]),
                    text(&hint["inferred_for"])
                )
            })
            .collect();
        assert_eq!(
            hints,
            [
                "puppet-profile:db puppet-module:mariadb ",
                "puppet-role:db puppet-profile:db dba",
                "puppet-role:db2 puppet-profile:db dba",
            ]
        );
    }
    let out = repo.run(&["who", "puppet-module:mariadb"]).out;
    for line in [
        "`puppet-profile:db` includes it and has no owner",
        "`puppet-role:db`, for `puppet-profile:db`, is owned by dba",
        "inferred; 1 similar",
    ] {
        assert!(out.contains(line), "{out}");
    }
}

#[test]
fn the_module_path_can_be_in_a_link_and_is_reported_if_unreadable() {
    let map = "version: 1\nteams: {sre: {}, dba: {}}\nrules: [{paths: ['**'], owner: sre}]\n";
    for (target, owner, reported) in [
        ("shared/environment", "dba", 0),
        ("../environment", "sre", 1),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", map),
            ("shared/environment", "modulepath = own\n"),
            ("own/mariadb/manifests/init.pp", "# Team: dba\n"),
        ]);
        repo.link("environment.conf", target);
        assert_eq!(repo.verdict("own/mariadb/manifests/init.pp"), owner);
        let report = repo.check();
        let findings = of_check(&report, "unreadable-path");
        assert_eq!(findings.len(), reported, "{target}");
        for finding in findings {
            assert_eq!(finding["path"], "environment.conf");
            assert_eq!(finding["severity"], "warning");
        }
    }
}

/// The hieradata files of a role, and where its owner can be declared.
#[test]
fn roles_without_an_owner_can_declare_it_in_their_general_hieradata() {
    const SET: &str = "set `profile::contacts::role_contacts` in the role's hieradata";
    let common = "hieradata/role/common/a/b.yaml";
    for (files, place, create) in [
        (&[][..], "modules/role/manifests/a/b.pp", ""),
        (
            &["hieradata/role/common/other.yaml"],
            "modules/role/manifests/a/b.pp",
            common,
        ),
        (
            &[
                "hieradata/role/common/other.yaml",
                "hieradata/role/codfw/a/b.yaml",
            ],
            "modules/role/manifests/a/b.pp",
            common,
        ),
        (
            &[
                "hieradata/role/common/other.yaml",
                "hieradata/role/env/dev/a/b.yaml",
            ],
            "modules/role/manifests/a/b.pp",
            common,
        ),
        (&["hieradata/role/codfw/a/b.yaml", common], common, ""),
        // The hierarchy has no general level.
        (
            &["hieradata/role/codfw/a/b.yaml"],
            "hieradata/role/codfw/a/b.yaml",
            "",
        ),
    ] {
        let map = "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";
        let repo = Repo::new(&[("ownership.yaml", map)]);
        for name in ["a/b", "other"] {
            let class = name.replace('/', "::");
            let manifest = format!("modules/role/manifests/{name}.pp");
            repo.write(manifest, format!("class role::{class} {{}}\n"));
        }
        for file in files {
            repo.write(file, "x: 1\n");
        }
        repo.track();
        let report = repo.check();
        let findings = of_check(&report, "unowned-component");
        let mut findings = findings
            .iter()
            .filter(|it| it["component"] == "puppet-role:a::b");
        let finding = findings.next().unwrap_or_else(|| panic!("{report:#}"));
        assert_eq!(finding["location"]["file"], place, "{files:?}");
        let create = match create {
            "" => String::new(),
            path => format!(" (create `{path}`)"),
        };
        let help = text(&finding["help"]);
        assert!(
            help.starts_with(&format!("{SET}{create}, or add a rule")),
            "{help}"
        );
    }
}
