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

#[test]
fn roles_consist_of_manifest_and_hieradata() {
    let all = Detected::in_files(&[
        ("modules/role/manifests/a/b.pp", ""),
        ("modules/role/manifests/dev.pp", ""),
        ("modules/kafka/init.pp", ""),
        ("hieradata/role/eqiad/a/b.yaml", ""),
        ("hieradata/role/common/a/b.yaml", ""),
        ("hieradata/role/env/dev/a/b.yaml", ""),
        ("hieradata/role/common/removed.yaml", ""),
    ]);
    let expected = [
        "puppet-module:kafka",
        "puppet-module:role",
        "puppet-role:a::b",
        "puppet-role:dev",
    ];
    assert_eq!(all.ids("puppet"), expected);
    assert_eq!(
        all.component("puppet-role:a::b").declares_in,
        [
            "hieradata/role/common/a/b.yaml",
            "hieradata/role/env/dev/a/b.yaml",
            "hieradata/role/eqiad/a/b.yaml",
            "modules/role/manifests/a/b.pp",
        ]
    );
    let [orphan] = &all.orphans[..] else {
        panic!("{:?}", all.orphans);
    };
    assert_eq!(orphan.name, "removed");
    assert_eq!(orphan.expected, "modules/role/manifests/removed.pp");
}

#[test]
fn environment_conf_sets_the_directories_of_modules() {
    for (configuration, expected) in [
        (None, "a b c"),
        (Some(""), "a b c"),
        (
            Some("environment_timeout = 5\n#modulepath = modules\n"),
            "a b c",
        ),
        (
            Some("modulepath = site-modules:modules:$basemodulepath\n"),
            "a c",
        ),
        (Some("modulepath=\"site:./own/puppet/\"\n"), "b d"),
        (Some("modulepath = modules\nmodulepath = own/puppet\n"), "d"),
        (Some("modulepath = $basemodulepath\n"), ""),
        (Some("modulepath = own;C:\\x\n"), "puppet"),
        (Some("modulepath = own:own/puppet\n"), "d"),
    ] {
        let mut files = vec![
            ("site-modules/a/manifests/init.pp", "# Team: sre\n"),
            ("site/b/manifests/init.pp", ""),
            ("site/README.md", ""),
            ("modules/c/manifests/x.pp", ""),
            ("own/puppet/d/lib/facter/x.rb", ""),
        ];
        files.extend(configuration.map(|text| ("environment.conf", text)));
        let all = Detected::in_files(&files);
        let names: Vec<String> = all.ids("puppet-module:");
        let names: Vec<&str> = names
            .iter()
            .filter_map(|id| Some(id.split_once(':')?.1))
            .collect();
        assert_eq!(names.join(" "), expected, "{configuration:?}");
    }
    // Other tools have such directories too.
    let all = Detected::in_files(&[("site/x/index.pp", ""), ("site-modules/x/a.tf", "")]);
    assert!(all.ids("puppet").is_empty());
}

#[test]
fn control_repositories_have_profiles_and_roles() {
    let files = [
        ("environment.conf", "modulepath = site-modules:modules\n"),
        (
            "site-modules/profile/manifests/shop.pp",
            "# Team: web\nclass profile::shop { }\n",
        ),
        (
            "site-modules/role/manifests/shop.pp",
            "# Team: web\nclass role::shop { include profile::shop }\n",
        ),
        ("site-modules/role/manifests/idle.pp", ""),
        ("modules/role/manifests/shop.pp", "# Team: sre\n"),
        ("manifests/site.pp", "node 'shop1' { include role::shop }\n"),
    ];
    let all = Detected::in_files(&files);
    assert_eq!(
        all.ids("puppet-role"),
        [
            "puppet-role:idle",
            "puppet-role:modules/role/manifests/shop",
            "puppet-role:shop",
        ]
    );
    assert_eq!(all.shown_declarations("puppet-profile:shop"), "Team: web");
    assert_eq!(all.shown_declarations("puppet-role:shop"), "Team: web");
    assert_eq!(all.component("puppet-role:shop").in_use, Some(true));
    assert_eq!(all.component("puppet-role:idle").in_use, Some(false));
    // Nothing shows that roles must declare owners.
    assert_eq!(all.component("puppet-role:shop").how_to_declare, None);
    let hints = all.hints("puppet-profile:shop");
    assert_eq!(hints, ["puppet-role:shop includes it `profile::shop`"]);
}

#[test]
fn environments_have_their_own_modules() {
    let all = Detected::in_files(&[
        (
            "environments/dev/environment.conf",
            "manifest = nodes.pp\nmodulepath = site:../../shared\n",
        ),
        ("environments/dev/nodes.pp", "node x { include role::a }\n"),
        ("environments/dev/site/role/manifests/a.pp", ""),
        ("environments/dev/site/role/manifests/b.pp", ""),
        (
            "environments/prod/environment.conf",
            "modulepath = modules:../../shared\n",
        ),
        ("environments/prod/modules/role/manifests/a.pp", ""),
        ("environments/prod/manifests/x/y.pp", "include role::b\n"),
        ("shared/ntp/manifests/init.pp", ""),
        ("shared/ntp/files/environment.conf", "modulepath = ..\n"),
    ]);
    assert_eq!(
        all.ids("puppet"),
        [
            "puppet-module:environments/prod/modules/role",
            "puppet-module:ntp",
            "puppet-module:role",
            "puppet-role:a",
            "puppet-role:b",
            "puppet-role:environments/prod/modules/role/manifests/a",
        ]
    );
    let in_use = |id: &str| all.component(id).in_use;
    assert_eq!(in_use("puppet-role:a"), Some(true));
    assert_eq!(in_use("puppet-role:b"), Some(false));
    let other = "puppet-role:environments/prod/modules/role/manifests/a";
    assert_eq!(in_use(other), Some(false));
}

#[test]
fn a_repository_can_be_a_single_module() {
    let metadata = (
        "metadata.json",
        "{\"name\": \"acme-ntp\", \"author\": \"acme\"}",
    );
    let all = Detected::in_files(&[
        metadata,
        ("manifests/init.pp", "# Team: sre\nclass ntp { }\n"),
        ("spec/fixtures/environment.conf", ""),
        ("spec/fixtures/modules/x/manifests/init.pp", ""),
    ]);
    assert_eq!(all.ids("puppet"), ["puppet-module:ntp"]);
    assert_eq!(all.component("puppet-module:ntp").paths, [""]);
    assert_eq!(
        all.shown_declarations("puppet-module:ntp"),
        "Team: sre; ?author: acme"
    );
    let all = Detected::in_files(&[metadata, ("recipes/default.rb", "")]);
    assert!(all.ids("puppet").is_empty());
}

#[test]
fn modules_in_a_puppetfile_are_vendored() {
    let all = Detected::in_files(&[
        (
            "Puppetfile",
            "moduledir 'thirdparty'\nmod 'puppetlabs/stdlib', '9.0.0'\nmod 'own', :local => true\n\
             mod 'absent/x'\nmod 'ntp',\n  git: 'https://example.org/ntp',\n  install_path: 'modules'\n\
             mod 'data', :git => 'https://example.org/data', :install_path => 'hiera'\n",
        ),
        (
            "thirdparty/stdlib/manifests/init.pp",
            "# Team: puppetlabs\n",
        ),
        ("thirdparty/own/manifests/init.pp", ""),
        ("modules/ntp/manifests/init.pp", ""),
        ("modules/shop/manifests/init.pp", "# Team: web\n"),
        ("hiera/data/common.yaml", ""),
    ]);
    assert_eq!(
        all.ids("puppet"),
        [
            "puppet-module:ntp",
            "puppet-module:shop",
            "puppet-module:stdlib"
        ]
    );
    for (name, state) in [
        ("ntp", "vendored"),
        ("stdlib", "vendored"),
        ("shop", "declared"),
    ] {
        assert_eq!(all.state(&format!("puppet-module:{name}")), state, "{name}");
    }
}

#[test]
fn hieradata_of_a_machine_belongs_to_its_role() {
    let all = Detected::in_files(&[
        (
            "manifests/site.pp",
            "node 'db1.example.org' { role(db) }\nnode /^cache\\d{1,2}$/ { include role::cache }\n\
             node default { include role::spare }\n",
        ),
        ("modules/role/manifests/db.pp", ""),
        ("modules/role/manifests/cache.pp", ""),
        ("modules/role/manifests/spare.pp", ""),
        ("hieradata/role/common/db.yaml", ""),
        ("hieradata/hosts/db1.yaml", ""),
        ("hieradata/hosts/cache12.yaml", ""),
        ("hieradata/hosts/other.yaml", ""),
        ("data/nodes/db1.example.org.yaml", ""),
    ]);
    let paths = |name: &str| {
        all.component(&format!("puppet-role:{name}"))
            .paths
            .join(&b' ')
    };
    let show = |name: &str| String::from_utf8(paths(name)).unwrap();
    assert_eq!(
        show("db"),
        "modules/role/manifests/db.pp hieradata/role/common/db.yaml hieradata/hosts/db1.yaml \
         data/nodes/db1.example.org.yaml"
    );
    assert_eq!(
        show("cache"),
        "modules/role/manifests/cache.pp hieradata/hosts/cache12.yaml"
    );
    assert_eq!(show("spare"), "modules/role/manifests/spare.pp");
    assert_eq!(all.component("puppet-role:spare").in_use, Some(true));
}
