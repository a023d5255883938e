//! Declarations in Puppet manifests and metadata, besides the hieradata of roles.

use super::Detected;
use crate::testing::{Repo, within};

const SITE: &str = "manifests/site.pp";

#[test]
fn reads_owners_in_the_comment_at_the_top() {
    for (manifest, state, declarations) in [
        (
            "# Team: SRE\nclass profile::x {}\n",
            "declared",
            "Team: SRE",
        ),
        (
            "# SPDX-License-Identifier: Apache-2.0\n\n# == Class\n#  team:  Data Platform (https://w.org/DP) \nclass profile::x {}\n",
            "declared",
            "Team: Data Platform (https://w.org/DP)",
        ),
        (
            "# @author Jo Doe <jo@x.org>\n# Maintainer: sre\n#Contact: ops@x.org\nclass profile::x {}\n",
            "missing",
            "?@author: Jo Doe <jo@x.org>; ?maintainer: sre; ?Contact: ops@x.org",
        ),
        // Not at the top, or in another form.
        ("class profile::x {\n  # Team: SRE\n}\n", "missing", ""),
        (
            "# the Team: SRE\n# @authors x\n# Team:\nclass profile::x {}\n",
            "missing",
            "",
        ),
        (
            "# system::role names no owner\nclass profile::x { system::role { 'x': description => 'SRE' } }\n",
            "missing",
            "",
        ),
        ("", "missing", ""),
    ] {
        let all = Detected::in_files(&[("modules/profile/manifests/x.pp", manifest)]);
        let id = "puppet-profile:x";
        assert_eq!(
            (all.state(id), &*all.shown_declarations(id)),
            (state, declarations),
            "{manifest}"
        );
    }
}

#[test]
fn hieradata_of_a_role_overrides_its_comment() {
    let all = Detected::in_files(&[
        (
            "modules/role/manifests/a.pp",
            "# Team: dba\nclass role::a {}\n",
        ),
        (
            "modules/role/manifests/b.pp",
            "# Team: dba\nclass role::b {}\n",
        ),
        (
            "hieradata/role/common/a.yaml",
            "profile::contacts::role_contacts: [sre]\n",
        ),
    ]);
    assert_eq!(
        all.shown_declarations("puppet-role:a"),
        "role_contacts: sre; ?Team: dba"
    );
    assert_eq!(all.shown_declarations("puppet-role:b"), "Team: dba");
    assert_eq!(all.places("puppet-role:b"), ["dba"]);
}

#[test]
fn reads_owners_of_modules_in_init_pp_and_metadata() {
    let all = Detected::in_files(&[
        (
            "modules/kafka/manifests/init.pp",
            "# Team: dba\nclass kafka {}\n",
        ),
        (
            "modules/kafka/manifests/other.pp",
            "# Team: sre\nclass kafka::other {}\n",
        ),
        (
            "modules/kafka/metadata.json",
            "{\n\t\"name\": \"x-kafka\",\n\t\"author\": \"Jo\"\n}\n",
        ),
        ("modules/plain/manifests/init.pp", ""),
        ("modules/plain/metadata.json", "{\"author\": null}"),
        ("modules/broken/metadata.json", "{"),
        ("modules/broken/files/metadata.json", "{\"author\": \"x\"}"),
    ]);
    assert_eq!(
        all.shown_declarations("puppet-module:kafka"),
        "Team: dba; ?author: Jo"
    );
    assert_eq!(all.places("puppet-module:kafka")[1], "\"Jo\"");
    assert_eq!(all.state("puppet-module:plain"), "missing");
    assert_eq!(all.state("puppet-module:broken"), "unreadable");
}

#[test]
fn classes_that_include_a_class_are_hints() {
    let all = Detected::in_files(&[
        (
            "modules/role/manifests/db.pp",
            "class role::db {\n  include profile::base, ::profile::db\n  include role::common # include profile::no\n  include profile::gone\n}\n",
        ),
        (
            "modules/role/manifests/common.pp",
            "class role::common { require profile::base }\n",
        ),
        (
            "modules/profile/manifests/base.pp",
            "class profile::base { include profile::base }\n",
        ),
        (
            "modules/profile/manifests/db.pp",
            "class profile::db {\n  class { 'mariadb::server': x => 1 }\n  mariadb::grants { 'x': }\n  contain mariadb\n  file { 'include y': }\n}\n",
        ),
        (
            "modules/mariadb/manifests/init.pp",
            "class mariadb { include y }\n",
        ),
        ("modules/y/manifests/init.pp", ""),
    ]);
    for (id, hints) in [
        (
            "puppet-profile:base",
            &[
                "puppet-role:common includes it `profile::base`",
                "puppet-role:db includes it `profile::base`",
            ][..],
        ),
        (
            "puppet-profile:db",
            &["puppet-role:db includes it `::profile::db`"],
        ),
        (
            "puppet-role:common",
            &["puppet-role:db includes it `role::common`"],
        ),
        ("puppet-role:db", &[]),
        (
            "puppet-module:mariadb",
            &["puppet-profile:db includes it `mariadb::server`"],
        ),
        ("puppet-module:y", &[]),
    ] {
        let mut found = all.hints(id);
        found.sort();
        assert_eq!(found, hints, "{id}");
    }
}

#[test]
fn the_site_manifest_shows_which_roles_are_in_use() {
    let roles = ["a::b", "c", "d", "e", "f"];
    let repo = Repo::new(&[]);
    for role in roles {
        repo.write(
            format!("modules/role/manifests/{}.pp", role.replace("::", "/")),
            "",
        );
    }
    let in_use = |repo: &Repo| -> Vec<Option<bool>> {
        let all = Detected::in_repo(repo);
        let of = |role: &&str| all.component(&format!("puppet-role:{role}")).in_use;
        roles.iter().map(of).collect()
    };
    assert_eq!(in_use(&repo), [None; 5]);
    repo.write(
        SITE,
        "node /^a/ { role(a::b) }\nnode 'c' { include ::role::c }\nnode default { class { 'role::d': } }\n# role(e)\nnode 'f' { include f }\n",
    );
    assert_eq!(in_use(&repo), [true, true, true, false, false].map(Some));
    // A role that another class includes is in use.
    repo.write("modules/role/manifests/c.pp", "class c { include role::e }");
    assert_eq!(in_use(&repo), [true, true, true, true, false].map(Some));
}

#[test]
fn usage_is_unknown_if_the_site_manifest_may_not_name_all_roles() {
    let repo = Repo::new(&[
        ("modules/role/manifests/a.pp", ""),
        ("modules/role/manifests/b.pp", ""),
    ]);
    for (site, expected) in [
        ("", [None, None]),
        ("node 'x' { include standard }\n", [None, None]),
        ("node 'x' { role($role) }\n", [None, None]),
        (
            "node 'x' { role(a) }\nnode 'y' { include $classes }\n",
            [Some(true), None],
        ),
        (
            "node 'x' { role(a) }\nnode 'y' { include lookup('classes') }\n",
            [Some(true), None],
        ),
        ("node 'x' { role(a) }\n", [Some(true), Some(false)]),
    ] {
        repo.write(SITE, site);
        let all = Detected::in_repo(&repo);
        let in_use = ["a", "b"].map(|role| all.component(&format!("puppet-role:{role}")).in_use);
        assert_eq!(in_use, expected, "{site}");
    }
}

#[test]
fn hieradata_of_a_missing_role_is_an_orphan() {
    let all = Detected::in_files(&[
        ("modules/role/manifests/a.pp", ""),
        ("hieradata/role/common/a.yaml", ""),
        ("hieradata/role/env/dev/a.yaml", ""),
        ("hieradata/role/common/gone.yaml", ""),
        ("hieradata/role/eqiad/x/gone.yaml", ""),
        ("hieradata/role/env/dev/gone.yaml", ""),
        ("hieradata/role/top.yaml", ""),
    ]);
    let orphans: Vec<String> = all
        .orphans
        .iter()
        .map(|orphan| {
            format!(
                "{} {} {} {}",
                orphan.kind, orphan.name, orphan.path, orphan.expected
            )
        })
        .collect();
    assert_eq!(
        orphans,
        [
            "puppet-role gone hieradata/role/common/gone.yaml modules/role/manifests/gone.pp",
            "puppet-role gone hieradata/role/env/dev/gone.yaml modules/role/manifests/gone.pp",
            "puppet-role x::gone hieradata/role/eqiad/x/gone.yaml modules/role/manifests/x/gone.pp",
        ]
    );
    let elsewhere = Detected::in_files(&[
        ("modules/x/manifests/init.pp", ""),
        ("hieradata/role/common/gone.yaml", ""),
    ]);
    assert!(elsewhere.orphans.is_empty());
}

#[test]
fn hostile_manifests_are_within_limits() {
    let repo = Repo::new(&[
        (
            "modules/profile/manifests/open.pp",
            &format!("class x {{ '{}", "\\'\"".repeat(500_000)),
        ),
        (
            "modules/profile/manifests/many.pp",
            &"include profile::x,\n".repeat(200_000),
        ),
        ("modules/profile/manifests/x.pp", ""),
    ]);
    repo.write("modules/profile/manifests/latin.pp", b"# Team: caf\xe9\n");
    repo.link("modules/profile/manifests/link.pp", "x.pp");
    let big = std::fs::File::create(repo.path().join("modules/profile/manifests/big.pp")).unwrap();
    big.set_len(50 << 20).unwrap();
    let all = within(10, || Detected::in_repo(&repo));
    assert_eq!(all.hints("puppet-profile:x").len(), 1);
    assert_eq!(all.shown_declarations("puppet-profile:latin"), "Team: caf?");
    assert_eq!(all.state("puppet-profile:link"), "missing");
    assert!(all.problems("puppet-profile:big")[0].contains("larger than 16 MiB"));
}
