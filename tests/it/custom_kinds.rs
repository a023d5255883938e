//! Custom kinds of components, and people, in the map.

use crate::harness::{Repo, of_check, text};

const MAP: &str = "version: 1
teams: {web: {}, ops: {}}
people: [{name: Jane Doe, emails: [jane@example.org], team: ops}]
kinds:
  - kind: service
    members:
      chart: {path: \"charts/{name}/\", required: true}
      release: {path: \"helmfile.d/*/{name}/\"}
    declared_by: {file: \"charts/{name}/owner.yaml\", key: metadata.team}
rules: [{paths: [ownership.yaml], owner: ops}, {components: [\"service:solo\"], owner: web}]
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/kask/owner.yaml", "metadata: {team: web}\n"),
        ("helmfile.d/services/kask/x", ""),
        (
            "charts/echo/owner.yaml",
            "metadata: {team: [jane@example.org]}\n",
        ),
        ("charts/solo/x", ""),
        ("helmfile.d/services/lone/x", ""),
    ])
}

#[test]
fn members_with_the_same_name_are_one_component() {
    let repo = repo();
    for (path, owner) in [
        ("charts/kask/owner.yaml", "web"),
        ("helmfile.d/services/kask/x", "web"),
        ("charts/echo/owner.yaml", "ops"),
        ("charts/solo/x", "web"),
        ("helmfile.d/services/lone/x", "unowned"),
        ("service:kask", "web"),
    ] {
        assert_eq!(repo.verdict(path), owner, "{path}");
    }
    let report = repo.check();
    let orphans = of_check(&report, "orphan-member");
    assert_eq!(orphans.len(), 1);
    assert_eq!(text(&orphans[0]["path"]), "helmfile.d/services/lone/");
}

#[test]
fn reports_errors_in_kinds_and_people() {
    let repo = repo();
    for (from, to, error) in [
        ("charts/{name}/\\", "charts/\\", "does not contain `{name}`"),
        (
            "kind: service",
            "kind: helm-chart",
            "kind `helm-chart` already exists",
        ),
        ("team: ops}]", "team: opps}]", "`opps` is not a team"),
        ("service:solo", "servise:solo", "did you mean `service`?"),
    ] {
        let from = from.replace("\\", "\"");
        let to = to.replace("\\", "\"");
        assert!(MAP.contains(&from), "{from}");
        repo.write("ownership.yaml", MAP.replacen(&from, &to, 1));
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2, "{to}");
        assert!(run.err.contains(error), "{error}: {}", run.err);
    }
}
