//! Control files of docker-pkg images and Debian packages.

use crate::harness::{Repo, outcome};

#[test]
fn matches_teams_by_name_or_address() {
    let map = "version: 1\nteams: {sre: {aliases: [sre@example.org]}, dba: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        (
            "images/a/control",
            "Package: a\nMaintainer: The Reliable <sre@example.org>\n",
        ),
        ("images/a/changelog", ""),
        (
            "b/debian/control",
            "Source: b\nMaintainer: DBA <x@example.org>\nUploaders: sre <y@x.org>\n",
        ),
    ]);
    assert_eq!(outcome(&repo.who("images/a/changelog")), "sre");
    assert_eq!(outcome(&repo.who("docker-image:a")), "sre");
    assert_eq!(outcome(&repo.who("b/x")), "dba");
}

#[test]
fn a_package_at_the_root_covers_the_repository() {
    let map = "version: 1\nteams: {sre: {}, dba: {}}\nrules: [{paths: [db/], owner: dba}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        (
            "debian/control",
            "Source: tool\nMaintainer: SRE <sre@x.org>\n",
        ),
        ("src/main.c", ""),
        ("db/schema.sql", ""),
    ]);
    for (path, owner) in [
        ("src/main.c", "sre"),
        ("debian/rules", "sre"),
        ("db/schema.sql", "dba"),
    ] {
        assert_eq!(repo.verdict(path), owner, "{path}");
    }
    assert_eq!(repo.run(&["check"]).code, 0);
}
