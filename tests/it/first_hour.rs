//! The first hour with usual repositories: `init`, `check`, a baseline and the hook, from the README alone.

use crate::harness::Repo;

/// A usual repository: its name and its files.
type Layout = (&'static str, &'static [(&'static str, &'static str)]);

const ALERT: &str =
    "groups: [{name: g, rules: [{alert: A, expr: up == 0, labels: {team: sre}}]}]\n";

const LAYOUTS: [Layout; 10] = [
    (
        "puppet control repository",
        &[
            ("Puppetfile", "mod 'puppetlabs-stdlib', '9.0.0'\n"),
            ("manifests/site.pp", "node 'a' { include role::web }\n"),
            (
                "modules/role/manifests/web.pp",
                "class role::web { include profile::web }\n",
            ),
            (
                "modules/profile/manifests/web.pp",
                "class profile::web { }\n",
            ),
            ("modules/nginx/manifests/init.pp", "class nginx { }\n"),
            ("hieradata/common.yaml", "a: 1\n"),
            ("hieradata/role/web.yaml", "role_contacts: ['Web']\n"),
        ],
    ),
    (
        "single chart",
        &[
            ("Chart.yaml", "apiVersion: v2\nname: kask\nversion: 0.1.0\n"),
            ("values.yaml", "replicas: 1\n"),
            ("templates/deployment.yaml", "kind: Deployment\n"),
            ("README.md", "# kask\n"),
        ],
    ),
    (
        "monorepo with CODEOWNERS",
        &[
            (
                ".github/CODEOWNERS",
                "* @org/platform\n/apps/web/ @org/web\n/apps/api/ @org/api\n",
            ),
            ("apps/web/main.ts", ""),
            ("apps/api/main.go", ""),
            ("libs/log/log.go", ""),
        ],
    ),
    (
        "terraform stacks",
        &[
            (
                "stacks/network/main.tf",
                "module \"vpc\" {\n  source = \"../../modules/vpc\"\n}\n",
            ),
            (
                "stacks/dns/main.tf",
                "provider \"aws\" {\n  default_tags {\n    tags = { Owner = \"dns\" }\n  }\n}\n",
            ),
            ("modules/vpc/main.tf", "resource \"aws_vpc\" \"v\" {}\n"),
        ],
    ),
    (
        "alerts repository",
        &[
            ("team-sre/node.yaml", ALERT),
            ("team-sre/disk.yaml", ALERT),
            (
                "team-web/http.yaml",
                "groups: [{name: g, rules: [{alert: B, expr: up, labels: {team: web}}]}]\n",
            ),
            ("README.md", ""),
        ],
    ),
    (
        "Gerrit OWNERS tree",
        &[
            ("OWNERS", "root@example.org\n"),
            ("app/OWNERS", "set noparent\napp@example.org\n"),
            ("app/main.c", ""),
            ("lib/lib.c", ""),
        ],
    ),
    (
        "Prow tree",
        &[
            ("OWNERS", "approvers: [lead]\nreviewers: [lead]\n"),
            ("OWNERS_ALIASES", "aliases:\n  net: [jo, kim]\n"),
            ("pkg/net/OWNERS", "approvers: [net]\n"),
            ("pkg/net/net.go", ""),
            ("cmd/main.go", ""),
        ],
    ),
    (
        "Ansible",
        &[
            ("site.yml", "- hosts: all\n  roles: [web]\n"),
            ("roles/web/tasks/main.yml", "- debug: {msg: hi}\n"),
            ("roles/db/tasks/main.yml", "- debug: {msg: hi}\n"),
            (
                "roles/db/meta/main.yml",
                "galaxy_info: {author: Jo Person}\n",
            ),
            ("inventory/hosts", "[all]\na\n"),
        ],
    ),
    (
        "kustomize",
        &[
            ("base/kustomization.yaml", "resources: [deployment.yaml]\n"),
            (
                "base/deployment.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
            ),
            (
                "overlays/prod/kustomization.yaml",
                "resources: [../../base]\n",
            ),
        ],
    ),
    ("empty", &[]),
];

#[test]
fn a_first_check_is_short_and_a_baseline_and_the_hook_pass() {
    for (name, files) in LAYOUTS {
        let repo = Repo::new(files);
        // Directories with many files, as in real repositories.
        for (path, _) in files.iter().filter(|(path, _)| path.contains('/')) {
            let directory = path.rsplit_once('/').unwrap().0;
            for at in 0..15 {
                repo.write(format!("{directory}/more{at}.txt"), "");
            }
        }
        repo.git(&["init", "-q", "-b", "main"]);
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "first"]);

        // Before `init`, the next command is named.
        let check = repo.run(&["check"]);
        assert!(
            check.err.contains("run `ownlint init`"),
            "{name}: {}",
            check.err
        );

        let printed = repo.run(&["init"]);
        let note = "use `--output ownership.yaml`";
        assert!(
            printed.code == 0 && printed.err.contains(note),
            "{name}: {}",
            printed.err
        );
        let init = repo.run(&["init", "--output", "ownership.yaml"]);
        let note = "note: wrote the map to `ownership.yaml`; next, run `ownlint check`\n";
        assert!(
            init.code == 0 && init.err.ends_with(note),
            "{name}: {}",
            init.err
        );
        assert!(printed.out.contains("rules:"), "{name}: {}", printed.out);

        repo.git(&["add", "-A"]);
        let check = repo.run(&["check"]);
        let shown = format!("{name} ({}):\n{}{}", check.code, check.out, check.err);
        let errors = repo.check()["summary"]["error"].as_u64().unwrap();
        assert!(check.out.lines().count() <= 40, "{shown}");
        assert!(check.code <= 1 && errors <= 10, "{shown}");
        // The draft is not its own finding.
        assert!(!check.out.contains("╭─[ownership.yaml"), "{shown}");

        let update = repo.run(&["check", "--baseline", "known.json", "--update-baseline"]);
        assert_eq!(update.code, 0, "{name}: {}", update.err);
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "-m", "map"]);
        let hook = repo.run(&["hook", "install"]);
        assert_eq!(hook.code, 0, "{name}: {}", hook.err);
        repo.write("ownership.yaml", format!("{}\n# more\n", printed.out));
        let commit =
            repo.shell("git add -A && git -c user.name=a -c user.email=a@b commit -q -m more");
        assert_eq!(commit.code, 0, "{name}: {}{}", commit.out, commit.err);
    }
}

/// A repository in which many files and components have no owner, so that a first check finds errors.
fn with_errors() -> Repo {
    let repo = Repo::new(&[("manifests/site.pp", "node 'a' { include role::web0 }\n")]);
    for at in 0..20 {
        repo.write(
            format!("modules/role/manifests/web{at}.pp"),
            format!("class role::web{at} {{ }}\n"),
        );
        repo.write(
            format!("charts/c{at}/Chart.yaml"),
            format!("apiVersion: v2\nname: c{at}\n"),
        );
        repo.write(format!("x/{at}"), "");
    }
    repo.git(&["init", "-q", "-b", "main"]);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "first"]);
    repo.write(
        "ownership.yaml",
        "version: 1\nteams: {a: {}}\nrules:\n  - {paths: [ownership.yaml], owner: a}\n",
    );
    repo
}

#[test]
fn the_first_commit_of_map_and_baseline_passes_the_hook() {
    for baseline in [None, Some(".ownlint-baseline")] {
        let repo = with_errors();
        assert_eq!(repo.run(&["check"]).code, 1);
        if let Some(baseline) = baseline {
            let update = repo.run(&["check", "--baseline", baseline, "--update-baseline"]);
            assert_eq!(update.code, 0, "{}", update.err);
            assert!(!update.err.contains("exemption"), "{}", update.err);
        }
        assert_eq!(repo.run(&["hook", "install"]).code, 0);
        repo.git(&["add", "-A"]);
        let staged = repo.run(&["check", "--staged"]);
        assert_eq!(staged.code, 0, "{}{}", staged.out, staged.err);
        let note = "(HEAD)) has no map, so its findings are those with the new map";
        assert!(staged.err.contains(note), "{}", staged.err);
        // A new file without an owner is introduced.
        repo.write("y", "");
        repo.git(&["add", "-A"]);
        let staged = repo.run(&["check", "--staged", "--format", "compact"]);
        assert!(
            staged.out.contains("y:1:1: error[unowned-path]"),
            "{}{}",
            staged.out,
            staged.err
        );
        repo.git(&["rm", "-q", "-f", "y"]);
        let commit = repo.shell("git -c user.name=a -c user.email=a@b commit -q -m map");
        assert_eq!(commit.code, 0, "{}{}", commit.out, commit.err);
        if let Some(baseline) = baseline {
            let check = repo.run(&["check", "--baseline", baseline]);
            assert_eq!(check.code, 0, "{}{}", check.out, check.err);
        }
    }
}

#[test]
fn findings_about_a_new_map_are_introduced() {
    let repo = with_errors();
    let map =
        "version: 1\nteams: {a: {}}\nrules:\n  - {paths: [ownership.yaml, missing/], owner: a}\n";
    repo.write("ownership.yaml", map);
    repo.git(&["add", "-A"]);
    let staged = repo.run(&["check", "--staged", "--format", "compact"]);
    let found = ": error[unmatched-rule]";
    assert!(
        staged.code == 1 && staged.out.contains(found),
        "{}{}",
        staged.out,
        staged.err
    );
    assert!(!staged.out.contains("unowned"), "{}", staged.out);
}

#[test]
fn a_baseline_is_not_one_of_the_files_without_an_owner() {
    for name in ["known.json", "x/known.json", ".ownlint-baseline"] {
        let repo = with_errors();
        repo.git(&["add", "-A"]);
        let options = ["check", "--baseline", name];
        let update = repo.run(&[&options[..], &["--update-baseline"]].concat());
        let exemption = format!("add an exemption for `{name}` to the map");
        assert_eq!(
            update.err.contains(&exemption),
            !name.starts_with('.'),
            "{}",
            update.err
        );
        repo.git(&["add", "-A"]);
        let check = repo.run(&options);
        assert_eq!(check.code, 0, "{name}: {}{}", check.out, check.err);
    }
}
