//! Tests `ownlint hook` with the commands of git that run hooks.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::harness::{Repo, Run, project};

const MAP: &str = "\
version: 1
teams: {a: {}}
checks: {missing-contact: off, unused-team: off}
rules:
  - {paths: [owned/], owner: a}
exemptions:
  - {paths: [ownership.yaml], reason: x}
";

const HOOKS: [&str; 2] = ["pre-commit", "pre-merge-commit"];

/// A repository with a commit, and with the hooks if they are `installed`.
fn repo(installed: bool) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("owned/x", "")]);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.git(&["config", "user.name", "test"]);
    repo.git(&["config", "user.email", "test@example.org"]);
    repo.commit();
    if installed {
        let run = repo.run(&["hook", "install"]);
        assert_eq!((run.code, &*run.err), (0, ""));
        assert_eq!(
            run.out,
            "installed `.git/hooks/pre-commit`\ninstalled `.git/hooks/pre-merge-commit`\n"
        );
    }
    repo
}

/// Runs a script of git commands, of which the last one must be rejected because of these paths.
#[track_caller]
fn rejects(repo: &Repo, script: &str, paths: &[&str]) {
    let run = repo.shell(script);
    assert_ne!(run.code, 0, "{}{}", run.out, run.err);
    let printed = run.out + &run.err;
    let found = printed.lines().filter(|line| line.contains("has no owner"));
    let found: Vec<&str> = found.filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(found, paths, "{printed}");
}

#[track_caller]
fn accepts(repo: &Repo, script: &str) -> String {
    let run = repo.shell(&format!("set -e; {script}"));
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run.out
}

#[test]
fn checks_commits_and_amended_commits() {
    let repo = repo(true);
    rejects(
        &repo,
        "touch new; git add new; git commit -q -m x",
        &["new"],
    );
    accepts(&repo, "git commit -q --no-verify -m x");
    accepts(&repo, "git commit -q --amend -m other");
    accepts(&repo, "touch owned/y; git add owned; git commit -q -m x");
    rejects(
        &repo,
        "touch more; git add more; git commit -q --amend -m x",
        &["more"],
    );
    accepts(
        &repo,
        "git rm -q -f --cached more; git commit -q --allow-empty -m x",
    );
}

#[test]
fn checks_merges_with_and_without_conflicts() {
    let repo = repo(false);
    // Each branch is fine, but the merge is not: one adds a file, the other removes its rule.
    accepts(
        &repo,
        "git checkout -q -b topic; touch owned/new; git add -A; git commit -q -m x; git checkout -q main",
    );
    repo.write(
        "ownership.yaml",
        MAP.replace("[owned/]", "[owned/x, other/]"),
    );
    accepts(&repo, "git commit -q -a -m x");
    assert_eq!(repo.run(&["hook", "install"]).code, 0);
    rejects(&repo, "git merge -q topic", &["owned/new"]);
    accepts(
        &repo,
        "git reset -q --hard; git rm -q --cached -r . ; git reset -q --hard",
    );
    accepts(
        &repo,
        "git checkout -q -b fine HEAD; touch other; rm other; mkdir other; touch other/x; git add -A; git commit -q -m x",
    );
    accepts(
        &repo,
        "git checkout -q main; git commit -q --allow-empty -m x; git merge -q --no-ff -m merge fine",
    );
    // A conflict in a file that has an owner.
    accepts(
        &repo,
        "git checkout -q -b one; echo 1 > owned/x; git commit -q -a -m x; \
         git checkout -q main; echo 2 > owned/x; git commit -q -a -m x",
    );
    rejects(
        &repo,
        "git merge -q one; touch by-hand; git add -A; git commit -q -m merge",
        &["by-hand"],
    );
    accepts(&repo, "git rm -q --cached by-hand; git commit -q -m merge");
}

#[test]
fn linked_work_trees_share_the_hooks() {
    let repo = repo(false);
    accepts(
        &repo,
        "git worktree add -q ../linked-$$ -b linked; mv ../linked-$$ tree; git worktree repair tree",
    );
    fs::write(repo.path().join(".git/info/exclude"), "tree\n").unwrap();
    let installed = accepts(&repo, "cd tree && ownlint hook install");
    assert!(
        installed.contains("../.git/hooks/pre-commit`"),
        "{installed}"
    );
    for directory in [".", "tree"] {
        let script = format!("cd {directory}; touch new; git add new; git commit -q -m x");
        rejects(&repo, &script, &["new"]);
    }
    let again = accepts(&repo, "ownlint hook install");
    assert!(again.contains("is already installed"), "{again}");
    accepts(&repo, "cd tree && ownlint hook uninstall");
    accepts(&repo, "git commit -q -m x");
}

#[test]
fn a_git_directory_elsewhere_has_the_hooks() {
    let repo = repo(false);
    accepts(
        &repo,
        "mkdir work; mv ownership.yaml owned work; mv .git other.git",
    );
    let with = "cd work; export GIT_DIR=$PWD/../other.git GIT_WORK_TREE=$PWD";
    accepts(&repo, &format!("{with}; ownlint hook install"));
    assert!(
        repo.path()
            .join("other.git/hooks/pre-merge-commit")
            .is_file()
    );
    rejects(
        &repo,
        &format!("{with}; touch new; git add new; git commit -q -m x"),
        &["new"],
    );
}

#[test]
fn follows_the_configured_directory() {
    let repo = repo(false);
    let top = repo.path().canonicalize().unwrap();
    let absolute = top.join(".absolute");
    for (value, directory) in [
        (".relative", ".relative"),
        (absolute.to_str().unwrap(), ".absolute"),
    ] {
        repo.git(&["config", "core.hooksPath", value]);
        let installed = accepts(&repo, "ownlint hook install");
        assert_eq!(
            installed,
            format!(
                "installed `{directory}/pre-commit`\ninstalled `{directory}/pre-merge-commit`\n"
            )
        );
        rejects(
            &repo,
            "touch new; git add new; git commit -q -m x",
            &["new"],
        );
        accepts(
            &repo,
            "ownlint hook uninstall; git commit -q --dry-run -m x",
        );
        assert_eq!(fs::read_dir(top.join(directory)).unwrap().count(), 0);
    }
    // From a directory below, the path is relative to the top.
    repo.git(&["config", "core.hooksPath", ".relative"]);
    let installed = accepts(&repo, "cd owned && ownlint hook install");
    assert!(
        installed.contains("`../.relative/pre-commit`"),
        "{installed}"
    );
}

#[track_caller]
fn fails(run: &Run, message: &str, help: &str) {
    assert_eq!((run.code, &*run.out), (2, ""), "{}", run.err);
    assert!(run.err.contains(message), "{}", run.err);
    assert!(run.err.contains(help), "{}", run.err);
}

#[test]
fn a_directory_outside_the_repository_needs_an_option() {
    let outside = Repo::new(&[("config", "")]);
    let global = format!(
        "export GIT_CONFIG_GLOBAL={0}/config; git config --global core.hooksPath {0}/hooks",
        outside.path().canonicalize().unwrap().display()
    );
    let is_empty = |path: &Path| fs::read_dir(path).map_or(0, Iterator::count) == 0;
    let hooks = outside.path().join("hooks");
    let repo = repo(false);
    let run = repo.shell(&format!("{global}; ownlint hook install"));
    fails(
        &run,
        "is outside the git repository, so other repositories may use it too",
        "use `--shared`",
    );
    assert!(is_empty(&hooks));
    let run = repo.shell(&format!("{global}; ownlint hook install --shared"));
    assert_eq!(run.code, 0, "{}", run.err);
    rejects(
        &repo,
        &format!("{global}; touch new; git add new; git commit -q -m x"),
        &["new"],
    );
    let run = repo.shell(&format!("{global}; ownlint hook uninstall"));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(is_empty(&hooks));
    // A symbolic link that leads out.
    fs::remove_dir_all(repo.path().join(".git/hooks")).unwrap();
    repo.link(".git/hooks", hooks.to_str().unwrap());
    fails(
        &repo.run(&["hook", "install"]),
        "is outside the git repository",
        "use `--shared`",
    );
    assert!(is_empty(&hooks));
    repo.git(&["config", "core.hooksPath", "/dev/null"]);
    fails(
        &repo.run(&["hook", "install", "--shared"]),
        "/dev/null` is not a directory, so git runs no hooks",
        "core.hooksPath",
    );
}

#[test]
fn keeps_hooks_that_it_did_not_write() {
    let repo = repo(false);
    let hook = |name: &str| format!(".git/hooks/{name}");
    let own = "#!/bin/sh\n# ownlint check --staged would be nice\nexec true\n";
    repo.write(hook("pre-commit"), own);
    let run = repo.run(&["hook", "install"]);
    fails(
        &run,
        "`.git/hooks/pre-commit` already exists; no hook was written",
        "add the line `ownlint check --staged --format compact || exit 1` to the existing hooks, and run `ownlint hook install` again",
    );
    assert!(!repo.path().join(hook("pre-merge-commit")).exists());
    let uninstalled = repo.run(&["hook", "uninstall"]);
    assert_eq!(uninstalled.code, 0);
    assert_eq!(
        uninstalled.out,
        "kept `.git/hooks/pre-commit`, which does not run ownlint\n"
    );
    let added = own.replace(
        "exec true",
        "ownlint check --staged --format compact || exit 1",
    );
    repo.write(hook("pre-commit"), &added);
    repo.shell("chmod +x .git/hooks/pre-commit");
    let run = repo.run(&["hook", "install"]);
    assert_eq!(
        run.out,
        "`.git/hooks/pre-commit` already runs ownlint\ninstalled `.git/hooks/pre-merge-commit`\n"
    );
    rejects(
        &repo,
        "touch new; git add new; git commit -q -m x",
        &["new"],
    );
    let run = repo.run(&["hook", "uninstall"]);
    assert!(
        run.out
            .starts_with("kept `.git/hooks/pre-commit`: it runs ownlint"),
        "{}",
        run.out
    );
    assert!(
        run.out.ends_with("removed `.git/hooks/pre-merge-commit`\n"),
        "{}",
        run.out
    );
    assert_eq!(
        fs::read_to_string(repo.path().join(hook("pre-commit"))).unwrap(),
        added
    );
    // A link could lead anywhere, even if it is dangling.
    fs::remove_file(repo.path().join(hook("pre-commit"))).unwrap();
    repo.link(&hook("pre-merge-commit"), "../../elsewhere");
    fails(
        &repo.run(&["hook", "install"]),
        "`.git/hooks/pre-merge-commit` already exists",
        "",
    );
    assert!(!repo.path().join("elsewhere").exists());
    repo.write(
        "elsewhere",
        fs::read(project().join("ci/hooks/pre-commit")).unwrap(),
    );
    repo.run(&["hook", "uninstall"]);
    assert!(repo.path().join(hook("pre-merge-commit")).exists());
}

#[test]
fn installs_again_and_updates_what_it_wrote() {
    let repo = repo(true);
    let path = |name: &str| repo.path().join(".git/hooks").join(name);
    let shipped = fs::read_to_string(project().join("ci/hooks/pre-commit")).unwrap();
    for name in HOOKS {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), shipped);
        assert_eq!(
            path(name).metadata().unwrap().permissions().mode() & 0o111,
            0o111
        );
    }
    let run = repo.run(&["hook", "install"]);
    assert_eq!(
        run.out,
        "`.git/hooks/pre-commit` is already installed\n`.git/hooks/pre-merge-commit` is already installed\n"
    );
    fs::set_permissions(path("pre-commit"), PermissionsExt::from_mode(0o644)).unwrap();
    let run = repo.run(&["hook", "install"]);
    assert!(
        run.out.starts_with("updated `.git/hooks/pre-commit`\n"),
        "{}",
        run.out
    );
    rejects(
        &repo,
        "touch new; git add new; git commit -q -m x",
        &["new"],
    );
    // A hook that was edited is the user's.
    let edited = format!("{shipped}echo done\n");
    fs::write(path("pre-commit"), &edited).unwrap();
    let run = repo.run(&["hook", "uninstall"]);
    assert!(
        run.out.contains("or it has been changed since\nremoved"),
        "{}",
        run.out
    );
    assert_eq!(fs::read_to_string(path("pre-commit")).unwrap(), edited);
    fs::remove_file(path("pre-commit")).unwrap();
    assert_eq!(
        repo.run(&["hook", "uninstall"]).out,
        "no hooks are installed\n"
    );
}

#[test]
fn writes_the_options_that_find_the_map() {
    let map = "\
version: 1
teams: {a: {}}
checks: {missing-contact: off, unused-team: off}
repositories:
  - {name: charts, path: ../charts}
  - {name: puppet, path: ../puppet, rules: [{paths: [owned/], owner: a}]}
";
    let all = Repo::new(&[("the map/ownership.yaml", map), ("checkout/owned/x", "")]);
    accepts(
        &all,
        "cd checkout; git init -q; git config user.name x; git config user.email x@y; git add -A; git commit -q -m x",
    );
    let install = "ownlint hook install --config '../the map/ownership.yaml' --root puppet=. --repository puppet";
    accepts(&all, &format!("cd checkout; {install}"));
    let hook = fs::read_to_string(all.path().join("checkout/.git/hooks/pre-commit")).unwrap();
    let real = all.path().canonicalize().unwrap();
    let command = hook.lines().last().unwrap();
    assert_eq!(
        command,
        format!(
            "exec ownlint --config '{}/the map/ownership.yaml' --root 'puppet=.' check --staged --repository puppet --format compact",
            real.display()
        )
    );
    rejects(
        &all,
        "cd checkout; mkdir -p deep; touch deep/new; git add -A; cd deep; git commit -q -m x",
        &["deep/"],
    );
    // Without the options, the hooks would find no map.
    let run = all.shell("cd checkout; ownlint hook install");
    fails(&run, "no `ownership.yaml`", "");
    // A map below the top is named relative to it.
    let repo = Repo::new(&[("maps/ownership.yaml", MAP), ("maps/owned/x", "")]);
    repo.track();
    accepts(&repo, "cd maps && ownlint hook install");
    let hook = fs::read_to_string(repo.path().join(".git/hooks/pre-commit")).unwrap();
    assert!(
        hook.contains("\nexec ownlint --config maps/ownership.yaml check --staged"),
        "{hook}"
    );
    fails(
        &Repo::new(&[("ownership.yaml", MAP)]).run(&["hook", "install"]),
        "is not in a git repository",
        "",
    );
}
