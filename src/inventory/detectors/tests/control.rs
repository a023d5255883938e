//! Control files of docker-pkg images and Debian packages.

use super::Detected;
use crate::testing::{Repo, within};

#[test]
fn an_image_has_a_control_file_and_a_dockerfile_or_changelog() {
    let control =
        "Package: golang1.22\nDescription: Go\n more of it\nMaintainer: Jo Doe <jo@example.org>\n";
    let all = Detected::in_files(&[
        ("images/golang/1.22/control", control),
        ("images/golang/1.22/Dockerfile.template", ""),
        ("images/old/control", "Package: old\n"),
        ("images/old/changelog", ""),
        ("images/nameless/control", "Maintainer:\n"),
        ("images/nameless/changelog", ""),
        ("images/one/control", "Package: same\nMaintainer: SRE\n"),
        ("images/one/changelog", ""),
        (
            "images/two/control",
            "Package: same\nmaintainer: <sre@x.org>\n",
        ),
        ("images/two/changelog", ""),
        ("images/alone/control", control),
        ("control", control),
        ("changelog", ""),
        ("pkg/debian/control", control),
        ("pkg/debian/changelog", ""),
    ]);
    for (name, state, declarations) in [
        (
            "golang1.22",
            "declared",
            "Maintainer: Jo Doe <jo@example.org>",
        ),
        ("old", "missing", ""),
        ("images/nameless", "unreadable", ""),
        ("images/one", "declared", "Maintainer: SRE"),
        ("images/two", "declared", "Maintainer: <sre@x.org>"),
    ] {
        let id = format!("docker-image:{name}");
        assert_eq!(
            (all.state(&id), &*all.shown_declarations(&id)),
            (state, declarations),
            "{name}"
        );
    }
    assert_eq!(all.ids("docker-image").len(), 5);
    let image = all.component("docker-image:golang1.22");
    assert_eq!(image.paths, ["images/golang/1.22/"]);
    assert_eq!(
        all.places("docker-image:golang1.22"),
        ["Jo Doe <jo@example.org>"]
    );
    assert!(all.declared("docker-image:golang1.22").declarations[0].names[0].may_be_person);
}

#[test]
fn a_package_contains_a_directory_debian() {
    let all = Detected::in_files(&[
        (
            "tools/x/debian/control",
            "# Maintainer: No <no@x.org>\nSource: xtool\nMaintainer: SRE <sre@x.org>\nUploaders: A <a@x.org>,\n# No <no@x.org>,\n B <b@x.org>\n\nPackage: xtool-bin\nMaintainer: Other\n",
        ),
        ("debian/control", "Uploaders: A\n"),
        ("notdebian/control", "Source: y\nMaintainer: Y\n"),
    ]);
    let id = "debian-package:xtool";
    assert_eq!(
        all.shown_declarations(id),
        "Maintainer: SRE <sre@x.org>; ?Uploaders: A <a@x.org>, B <b@x.org>"
    );
    assert_eq!(all.component(id).paths, ["tools/x/"]);
    assert_eq!(all.places(id)[2], "B <b@x.org>");
    assert_eq!(all.ids("debian-package"), ["debian-package:.", id]);
    assert_eq!(all.state("debian-package:."), "missing");
}

#[test]
fn recognizes_templates() {
    for (maintainer, state) in [
        ("@MAINTAINER@", "templated"),
        ("${maintainer}", "templated"),
        ("{{ maintainer }}", "templated"),
        ("@org/team", "declared"),
    ] {
        let control = format!("Source: x\nMaintainer: {maintainer}\n");
        let all = Detected::in_files(&[("debian/control", &control)]);
        assert_eq!(all.state("debian-package:x"), state, "{maintainer}");
    }
}

#[test]
fn hostile_files_are_within_limits() {
    let repo = Repo::new(&[
        (
            "many/debian/control",
            &"Source: x\nMaintainer: A\n\n".repeat(100_000),
        ),
        (
            "long/debian/control",
            &format!(
                "Source: long\nUploaders: {}",
                "A <a@x>, \n ".repeat(100_000)
            ),
        ),
    ]);
    repo.write(
        "latin/debian/control",
        b"Source: latin\nMaintainer: Jos\xe9 <j@x.org>\n",
    );
    repo.write("big/debian/control", "");
    let big = std::fs::File::create(repo.path().join("big/debian/control")).unwrap();
    big.set_len(50 << 20).unwrap();
    let all = within(10, || Detected::in_repo(&repo));
    assert_eq!(all.shown_declarations("debian-package:x"), "Maintainer: A");
    assert!(all.problems("debian-package:big")[0].contains("larger than 16 MiB"));
    assert!(all.problems("debian-package:latin")[0].contains("not valid UTF-8"));
    assert_eq!(
        all.shown_declarations("debian-package:latin"),
        "Maintainer: Jos? <j@x.org>"
    );
}

#[test]
fn an_image_without_a_control_file_is_named_in_its_changelog() {
    let all = Detected::in_files(&[
        ("images/kc/Dockerfile.template", ""),
        (
            "images/kc/changelog",
            "\nkeycloak (1.0-2) wikimedia; urgency=low\n\nother (1) x\n",
        ),
        ("images/old/Dockerfile.template", ""),
        ("images/old/changelog", "Version 1\n"),
        ("images/template/Dockerfile.template", ""),
        ("images/log/changelog", "log (1.0) x\n"),
    ]);
    let expected = ["docker-image:images/old", "docker-image:keycloak"];
    assert_eq!(all.ids("docker-image"), expected);
    let image = all.component("docker-image:keycloak");
    assert_eq!(image.paths, ["images/kc/"]);
    // It has no file for an owner.
    assert_eq!(image.how_to_declare, None);
    assert_eq!(all.state("docker-image:keycloak"), "missing");
}

#[test]
fn dockerfiles_are_images() {
    let all = Detected::in_files(&[
        ("Dockerfile", ""),
        ("Dockerfile.dockerignore", ""),
        ("web/Dockerfile", ""),
        ("web/Dockerfile.worker", ""),
        ("web/debug.dockerfile", ""),
        ("web/Containerfile", ""),
        ("web/Dockerfile.md", ""),
        ("web/MyDockerfile", ""),
        ("web/Dockerfiles/x", ""),
        (".devcontainer/Dockerfile", ""),
        ("images/kc/Dockerfile.template", ""),
        ("images/kc/changelog", "web/worker (1)\n"),
    ]);
    assert_eq!(
        all.ids("docker-image"),
        [
            "docker-image:.",
            "docker-image:images/kc",
            "docker-image:web/Containerfile",
            "docker-image:web/Dockerfile",
            "docker-image:web/Dockerfile.worker",
            "docker-image:web/debug",
        ]
    );
    let image = all.component("docker-image:web/Dockerfile");
    assert_eq!(image.paths, ["web/Dockerfile"]);
    assert!(!image.is_listed);
    assert_eq!(image.how_to_declare, None);
}

#[test]
fn owners_in_another_paragraph_are_reported() {
    let message = "`Maintainer` is not in the first paragraph with `Package`";
    for (control, state, declarations, problems) in [
        (
            "Package: x\n\nMaintainer: SRE\n",
            "missing",
            "",
            &[message][..],
        ),
        ("Maintainer: SRE\n\nPackage: x\n", "missing", "", &[message]),
        (
            "Package: x\nMaintainer: SRE\n\nDescription: y\nMaintainer: Z\n\nMaintainer: Z\n",
            "declared",
            "Maintainer: SRE",
            &[message],
        ),
        (
            "Package: x\n\nPackage: y\nuploaders: Z\n",
            "missing",
            "",
            &["`uploaders` is not in the first paragraph with `Package`"],
        ),
        (
            "Description: y\n\nMaintainer: Z\n",
            "missing",
            "",
            &["`Maintainer` is not in the first paragraph"],
        ),
        (
            "# x\n\nMaintainer: SRE\n",
            "declared",
            "Maintainer: SRE",
            &[],
        ),
        (
            "Package: x\nMaintainer: SRE\n\nMaintainer:\n",
            "declared",
            "Maintainer: SRE",
            &[],
        ),
    ] {
        let all = Detected::in_files(&[("i/x/control", control), ("i/x/changelog", "")]);
        let [id] = &all.ids("docker-image:")[..] else {
            panic!("{control}");
        };
        assert_eq!(
            (all.state(id), &*all.shown_declarations(id)),
            (state, declarations),
            "{control}"
        );
        assert_eq!(all.problems(id), problems, "{control}");
    }
}
