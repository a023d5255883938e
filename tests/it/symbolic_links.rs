//! Symbolic links in which components declare their owners.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::harness::{Repo, of_check, text};

const NOT_TRACKED: Option<&str> = Some("does not exist or is not tracked");
const OUTSIDE: Option<&str> = Some("is outside the repository");
const DIRECTORY: Option<&str> = Some("is a directory");
const SUBMODULE: Option<&str> = Some("leads into a submodule");
const CIRCLE: Option<&str> = Some("ends in a loop or goes through more than 40 symbolic links");

/// The directory of a chart, the target of its `Chart.yaml`, and why the link is not followed, if it is not.
const LINKS: [(&str, &str, Option<&str>); 24] = [
    ("absolute", "/etc/hostname", Some("is an absolute path")),
    (
        "below-file",
        "../../shared/deep/chart/../chart",
        NOT_TRACKED,
    ),
    ("chain", "../plain/Chart.yaml", None),
    ("circle", "../other-half/Chart.yaml", CIRCLE),
    ("dangling", "../gone", NOT_TRACKED),
    ("dangling-chain", "../dangling/Chart.yaml", NOT_TRACKED),
    ("directory", "../../shared", DIRECTORY),
    ("directory-by-link", "../../to-deep", DIRECTORY),
    ("dots", ".././../charts/..//shared/./deep/chart", None),
    ("git", "../../.git/description", NOT_TRACKED),
    ("in-submodule", "../../module/chart", SUBMODULE),
    ("itself", "Chart.yaml", CIRCLE),
    ("linked-directory", "../../to-deep/chart", None),
    // The directory above the target of the link, not above the link.
    (
        "linked-directory-above",
        "../../to-deep/../deep/chart",
        None,
    ),
    (
        "linked-directory-twice",
        "../../shared/to-top/to-deep/chart",
        None,
    ),
    ("other-half", "../circle/Chart.yaml", CIRCLE),
    ("outside", "../../../outside", OUTSIDE),
    (
        "outside-and-back",
        "../../../repo/shared/deep/chart",
        OUTSIDE,
    ),
    ("outside-by-link", "../../to-outside/outside", OUTSIDE),
    ("plain", "../../shared/deep/chart", None),
    ("root", "../..", DIRECTORY),
    ("slash", "../../shared/deep/chart/", NOT_TRACKED),
    ("submodule", "../../module", SUBMODULE),
    ("untracked", "../../untracked", NOT_TRACKED),
];

/// The directory of the repository with all [`LINKS`].
const ROOT: &str = "repo";

/// Creates the repository. No link may lead to a file that declares `evil`.
fn repo() -> Repo {
    let repo = Repo::new(&[
        ("outside", "team: evil\n"),
        (
            "repo/ownership.yaml",
            "version: 1\nteams: {sre: {contacts: {email: sre@example.org}}}\nrules: [{paths: [shared/], owner: sre}]\n",
        ),
        ("repo/shared/deep/chart", "team: sre\n"),
    ]);
    repo.link("repo/to-deep", "shared/deep");
    repo.link("repo/shared/to-top", "..");
    repo.link("repo/to-outside", "..");
    for (chart, target, _) in LINKS {
        repo.link(&format!("repo/charts/{chart}/Chart.yaml"), target);
    }
    repo
}

fn git(repo: &Repo, arguments: &[&str]) -> String {
    repo.git(&[&["-C", ROOT], arguments].concat())
}

/// Makes the repository a git repository with an untracked file and a submodule. Its last commit adds everything.
fn commit(repo: &Repo) {
    git(repo, &["init", "-q", "-b", "main"]);
    git(repo, &["commit", "-q", "--allow-empty", "-m", "first"]);
    git(repo, &["add", "-A"]);
    repo.write("repo/untracked", "team: evil\n");
    repo.write("repo/module/chart", "team: evil\n");
    let id = "0123456789012345678901234567890123456789";
    let submodule = format!("160000,{id},module");
    git(repo, &["update-index", "--add", "--cacheinfo", &submodule]);
    git(repo, &["commit", "-q", "-m", "second"]);
}

/// Checks that exactly the links that must be followed are followed.
#[track_caller]
fn assert_follows(report: &Value, applies: impl Fn(&str) -> bool) {
    let expected = LINKS.iter().filter(|(chart, ..)| applies(chart));
    let expected: BTreeSet<(String, String)> = expected
        .filter_map(|(chart, target, why)| {
            let why = (*why)?;
            let path = format!("charts/{chart}/Chart.yaml");
            let message = format!(
                "`{path}` could not be read: it is a symbolic link to `{target}`, which {why}"
            );
            Some((format!("charts/{chart}/"), message))
        })
        .collect();
    let found = |check| {
        let found = of_check(report, check).into_iter();
        found.filter(|it| applies(text(&it["path"]).split('/').nth(1).unwrap()))
    };
    let unreadable: BTreeSet<(String, String)> = found("unreadable-path")
        .map(|it| {
            assert_eq!(it["severity"], "warning");
            let chart = text(&it["path"]).replace("Chart.yaml", "");
            (chart, text(&it["message"]).to_owned())
        })
        .collect();
    assert_eq!(unreadable, expected);
    let unowned: BTreeSet<&str> = found("unowned-component")
        .map(|it| text(&it["path"]))
        .collect();
    let expected: BTreeSet<&str> = expected.iter().map(|(chart, _)| chart.as_str()).collect();
    assert_eq!(unowned, expected);
    assert!(!report.to_string().contains("evil"));
}

#[test]
fn a_link_is_read_as_its_target_in_every_state_of_a_repository() {
    let config = ["--config", "repo/ownership.yaml"];
    let repo = repo();
    // Without git, all files are tracked, and the submodule does not exist.
    let needs_git = ["in-submodule", "submodule", "untracked"];
    assert_follows(&repo.check_with(&config), |chart| {
        !needs_git.contains(&chart)
    });

    commit(&repo);
    let all = |_: &str| true;
    assert_follows(&repo.check_with(&config), all);
    // What is untracked can be requested.
    let untracked = repo.check_with(&[&config[..], &["--untracked"]].concat());
    assert!(untracked.to_string().contains("evil"));

    // The index and commits are read even if the work tree has other files.
    for path in ["repo/shared", "repo/charts"] {
        fs::remove_dir_all(repo.path().join(path)).unwrap();
    }
    repo.write("repo/charts/plain/Chart.yaml", "team: evil\n");
    git(&repo, &["reset", "-q", "--soft", "HEAD^"]);
    assert_follows(
        &repo.check_with(&[&config[..], &["--staged"]].concat()),
        all,
    );
    git(&repo, &["commit", "-q", "-m", "second"]);
    git(&repo, &["clone", "-q", "--bare", ".", "../bare"]);
    let bare = repo
        .command()
        .current_dir(repo.path().join("bare"))
        .args(["check", "--format", "json", "--since", "HEAD^"])
        .output()
        .unwrap();
    assert_follows(&serde_json::from_slice(&bare.stdout).unwrap(), all);
}

const MAP: &str = "\
version: 1
teams: {sre: {contacts: {email: sre@example.org}}}
detectors: {kubernetes: {owner_keys: [team]}}
kinds:
  - kind: service
    members: {main: {path: 'services/{name}/', required: true}}
    declared_by: {file: 'services/{name}/owner.yaml', key: team}
";

/// Files in which components declare their owners, or that show which components are used.
const DECLARING: [(&str, &str); 20] = [
    (
        "ansible/galaxy.yml",
        "namespace: a\nname: b\nauthors: [sre]\n",
    ),
    (
        "ansible/roles/r/meta/main.yml",
        "galaxy_info: {author: sre}\n",
    ),
    ("base/kustomization.yaml", "commonLabels: {team: sre}\n"),
    (
        "catalog/catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\nspec: {owner: sre}\n",
    ),
    ("charts/c/Chart.yaml", "name: c\nteam: sre\n"),
    ("charts/unused/Chart.yaml", "name: c\nteam: sre\n"),
    ("cookbooks/c/metadata.rb", "name 'cook'\nmaintainer 'sre'\n"),
    (
        "cortex/cortex.yaml",
        "info: {x-cortex-tag: t, x-cortex-owners: [{name: sre}]}\n",
    ),
    (
        "datadog/service.datadog.yaml",
        "schema-version: v2.2\ndd-service: d\nteam: sre\n",
    ),
    (
        "helmfile.d/h/helmfile.yaml",
        "releases: [{name: h, chart: ../../charts/c}]\n",
    ),
    (
        "hieradata/role/common/r.yaml",
        "profile::contacts::role_contacts: [sre]\n",
    ),
    (
        "images/i/control",
        "Package: i\nMaintainer: sre <sre@example.org>\n",
    ),
    (
        "k8s/a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {team: sre}}\n",
    ),
    ("manifests/site.pp", "node x { role(r) }\n"),
    ("modules/m/metadata.json", "{\"author\": \"sre\"}"),
    (
        "modules/role/manifests/r.pp",
        "class role::r { include profile::p }\n",
    ),
    (
        "monitoring/a.yaml",
        "groups: [{name: g, rules: [{alert: A, labels: {team: sre}}]}]\n",
    ),
    ("opslevel/opslevel.yml", "service: {name: o, owner: sre}\n"),
    ("services/s/owner.yaml", "team: sre\n"),
    (
        "stacks/t/main.tf",
        "provider \"aws\" {\n  default_tags {\n    tags = { owner = \"sre\" }\n  }\n}\n",
    ),
];

/// Returns the components of a repository as JSON, with the paths of the links instead of their targets.
fn components(repo: &Repo) -> String {
    let mut components = repo.run(&["components", "--format", "json"]).out;
    for (at, (path, _)) in DECLARING.into_iter().enumerate() {
        components = components.replace(&format!("\"shared/{at}\""), &format!("\"{path}\""));
    }
    components
}

#[test]
fn a_link_counts_like_a_copy_of_its_target_for_every_detector() {
    let [copies, links] = [false, true].map(|is_link| {
        let repo = Repo::new(&[
            ("ownership.yaml", MAP),
            ("images/i/Dockerfile.template", ""),
            ("modules/m/manifests/init.pp", ""),
            ("modules/profile/manifests/p.pp", "class profile::p {}\n"),
            (
                "modules/role/manifests/unused.pp",
                "class role::unused {}\n",
            ),
        ]);
        for (at, (path, content)) in DECLARING.into_iter().enumerate() {
            let shared = format!("shared/{at}");
            repo.write(&shared, content);
            match is_link {
                true => {
                    let up = "../".repeat(path.matches('/').count());
                    repo.link(path, &format!("{up}{shared}"));
                }
                false => repo.write(path, content),
            }
        }
        repo
    });
    assert_eq!(components(&links), components(&copies));
    let report = links.check();
    assert!(of_check(&report, "unreadable-path").is_empty());
    // Every file makes a difference.
    let all = components(&copies);
    for (path, _) in DECLARING {
        copies.git(&["init", "-q"]);
        let content = fs::read(copies.path().join(path)).unwrap();
        copies.write(path, "");
        copies.git(&["add", "-A"]);
        assert_ne!(components(&copies), all, "{path}");
        copies.write(path, content);
    }
}

/// Returns the components of a repository of this kind: name, owners and number of files.
fn owners(repo: &Repo, kind: &str) -> Vec<String> {
    let arguments = ["components", "--format", "json", "--kind", kind];
    let document = repo.run(&arguments).json();
    let components = document["components"].as_array().unwrap().iter();
    let shown =
        components.map(|of| format!("{} {} {}", text(&of["name"]), of["owners"], of["files"]));
    shown.collect()
}

#[test]
fn stacks_share_a_file_by_links() {
    let provider =
        "provider \"aws\" {\n  default_tags {\n    tags = { owner = \"OWNER\" }\n  }\n}\n";
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("shared/providers.tf", &provider.replace("OWNER", "sre")),
        ("stacks/own/main.tf", ""),
    ]);
    for stack in ["a", "b", "c"] {
        repo.write(
            format!("stacks/{stack}/main.tf"),
            "resource \"x\" \"y\" {}\n",
        );
        repo.link(
            &format!("stacks/{stack}/providers.tf"),
            "../../shared/providers.tf",
        );
    }
    repo.track();
    let expected = [
        "shared [\"sre\"] 1",
        "stacks/a [\"sre\"] 2",
        "stacks/b [\"sre\"] 2",
        "stacks/c [\"sre\"] 2",
        "stacks/own [] 1",
    ];
    assert_eq!(owners(&repo, "terraform-module"), expected);
    let skip = ["--skip", "unowned-path"];
    assert_eq!(repo.check_with(&skip)["findings"], Value::Array(Vec::new()));
    // The declaration is where its text is.
    let answer = repo.who("stacks/b/main.tf");
    assert_eq!(
        answer["claims"][0]["location"]["file"],
        "shared/providers.tf"
    );
    assert_eq!(repo.verdict("stacks/b/providers.tf"), "sre");

    // An error in the file has one cause.
    repo.write("shared/providers.tf", provider.replace("}\n}", "}\n"));
    let report = repo.check_with(&skip);
    let found = of_check(&report, "unreadable-declaration");
    let [finding] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(finding["path"], "shared/providers.tf");
    // So has an invalid link that several components read.
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {sre: {}}\nkinds:\n  - {kind: chart, members: {main: {path: 'charts/{name}/', required: true}}, \
         declared_by: {file: 'charts/{name}/Chart.yaml', key: team}}\n",
    )]);
    repo.link("charts/c/Chart.yaml", "gone");
    repo.track();
    assert_eq!(of_check(&repo.check(), "unreadable-path").len(), 1);
}

#[test]
fn a_file_under_several_paths_is_one_component() {
    let rules = "groups: [{name: g, rules: [{alert: A, labels: {team: sre}}]}]\n";
    let entity = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\nspec: {owner: sre}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: NAME, labels: {team: sre}}\n";
    let applications = ["one", "two"]
        .map(|name| application.replace("NAME", name))
        .join("---\n");
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("monitoring/z.yaml", rules),
        ("elsewhere/rules.txt", rules),
        ("catalog.yaml", entity),
        ("apps/z.yaml", &applications),
    ]);
    for link in ["a", "b"] {
        repo.link(&format!("monitoring/{link}.yaml"), "z.yaml");
        repo.link(
            &format!("monitoring/{link}/else.yaml"),
            "../../elsewhere/rules.txt",
        );
        repo.link(&format!("apps/{link}.yaml"), "z.yaml");
        repo.link(&format!("{link}/catalog-info.yaml"), "../catalog.yaml");
        repo.write(format!("{link}/main.py"), "");
    }
    repo.track();
    let rules = ["monitoring/a/else [\"sre\"] 2", "monitoring/z [\"sre\"] 3"];
    assert_eq!(owners(&repo, "prometheus-rules"), rules);
    assert_eq!(
        owners(&repo, "argocd-application"),
        ["one [\"sre\"] 3", "two [\"sre\"] 3"]
    );
    // A link also shows which directory belongs to the entity.
    let entities = ["component/default/x [\"sre\"] 5"];
    assert_eq!(owners(&repo, "backstage-entity"), entities);
    // The same answers if only one path is requested.
    for (path, component) in [
        ("monitoring/b.yaml", "prometheus-rules:monitoring/z"),
        ("monitoring/z.yaml", "prometheus-rules:monitoring/z"),
        (
            "monitoring/b/else.yaml",
            "prometheus-rules:monitoring/a/else",
        ),
        ("a/main.py", "backstage-entity:component/default/x"),
        ("catalog.yaml", "backstage-entity:component/default/x"),
    ] {
        let answer = repo.who(path);
        assert_eq!(
            answer["components"],
            serde_json::json!([component]),
            "{path}"
        );
        assert_eq!(answer["owners"], serde_json::json!(["sre"]), "{path}");
    }
    // The owner is missing in one place.
    repo.write(
        "monitoring/z.yaml",
        "groups: [{name: g, rules: [{alert: A}]}]\n",
    );
    let report = repo.check();
    let found: Vec<_> = of_check(&report, "unowned-component")
        .into_iter()
        .map(|it| text(&it["component"]))
        .collect();
    assert_eq!(found, ["prometheus-rules:monitoring/z"]);
}

#[test]
fn a_component_reads_a_file_once() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        (
            "helmfile.d/h/helmfile.yaml.gotmpl",
            "releases: [{name: h, chart: ../../charts/c}]\n",
        ),
        ("modules/role/manifests/r.pp", "class role::r {}\n"),
        (
            "hieradata/role/codfw/r.yaml",
            "profile::contacts::role_contacts: [nobody]\n",
        ),
    ]);
    repo.link("helmfile.d/h/helmfile.yaml", "helmfile.yaml.gotmpl");
    repo.link("hieradata/role/eqiad/r.yaml", "../codfw/r.yaml");
    repo.track();
    assert_eq!(owners(&repo, "helmfile-release"), ["h/h [] 2"]);
    assert_eq!(of_check(&repo.check(), "unknown-declared-team").len(), 1);
}

#[test]
fn links_in_the_work_tree_can_differ_from_the_index() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/file/Chart.yaml", "team: gone\n"),
        ("shared/sre", "team: sre\n"),
        ("shared/gone", "team: gone\n"),
    ]);
    for (chart, target) in [
        ("link", "../../shared/gone"),
        ("chain", "../link/Chart.yaml"),
        ("missing", "../../shared/missing"),
    ] {
        repo.link(&format!("charts/{chart}/Chart.yaml"), target);
    }
    repo.write("shared/missing", "team: sre\n");
    repo.track();
    // The file becomes a link, and the link becomes a file.
    fs::remove_file(repo.path().join("charts/file/Chart.yaml")).unwrap();
    repo.link("charts/file/Chart.yaml", "../../shared/sre");
    fs::remove_file(repo.path().join("charts/link/Chart.yaml")).unwrap();
    repo.write("charts/link/Chart.yaml", "team: sre\n");
    fs::remove_file(repo.path().join("shared/missing")).unwrap();
    let expected = [
        "chain [\"sre\"] 1",
        "file [\"sre\"] 1",
        "link [\"sre\"] 1",
        "missing [] 1",
    ];
    assert_eq!(owners(&repo, "helm-chart"), expected);
    let report = repo.check();
    let found = of_check(&report, "unreadable-path");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["severity"], "warning");
    assert_eq!(
        found[0]["message"],
        "`charts/missing/Chart.yaml` could not be read: it is a symbolic link to `shared/missing`, \
         which could not be read: it is in the git index, but missing from the work tree"
    );
}

#[test]
fn links_of_a_sparse_checkout_are_followed() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("shared/c", "team: sre\n"),
        ("in/x", ""),
    ]);
    repo.link("charts/c/Chart.yaml", "../../to-shared/c");
    repo.link("to-shared", "shared");
    // Ownership files are not followed.
    repo.link("CODEOWNERS", "shared/c");
    repo.track().commit();
    repo.git(&[
        "sparse-checkout",
        "set",
        "--no-cone",
        "/in/",
        "/ownership.yaml",
    ]);
    assert!(!repo.path().join("charts").exists());
    assert_eq!(owners(&repo, "helm-chart"), ["c [\"sre\"] 1"]);
    let report = repo.check();
    let found = of_check(&report, "unreadable-path");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0]["message"],
        "`CODEOWNERS`: it cannot be read: it is a symbolic link, and symbolic links are not followed"
    );
}

#[test]
fn chains_and_amounts_are_limited() {
    let large = format!("team: sre\n{}", "# a comment\n".repeat(50_000));
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("shared/c", "team: sre\n"),
        ("shared/large", &large),
    ]);
    repo.link("links/1", "../shared/c");
    for at in 2..=500 {
        repo.link(&format!("links/{at}"), &(at - 1).to_string());
    }
    repo.link("charts/39/Chart.yaml", "../../links/39");
    repo.link("charts/40/Chart.yaml", "../../links/40");
    repo.link("charts/large/Chart.yaml", "../../shared/large");
    repo.track();
    assert_eq!(
        owners(&repo, "helm-chart"),
        ["39 [\"sre\"] 1", "40 [] 1", "large [] 1"]
    );
    let report = repo.check();
    let messages = ["unreadable-path", "unreadable-declaration"].map(|check| {
        let found = of_check(&report, check);
        assert_eq!(found.len(), 1);
        text(&found[0]["message"]).to_owned()
    });
    let expected = [
        "`charts/40/Chart.yaml` could not be read: it is a symbolic link to `../../links/40`, which \
         ends in a loop or goes through more than 40 symbolic links",
        "`charts/large/Chart.yaml` could not be read: it is a symbolic link to `shared/large`, which \
         is larger than 521 KiB, the limit for 503 links",
    ];
    assert_eq!(messages, expected);
}
