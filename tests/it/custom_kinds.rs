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

/// A map of teams and one custom kind with these members and this declaration.
fn map_of(members: &str, declared_by: &str) -> String {
    format!(
        "version: 1
teams: {{web: {{}}, ops: {{}}, db: {{}}}}
checks: {{unused-team: off}}
kinds:
  - kind: service
    members: {members}
    declared_by: {declared_by}
rules: [{{paths: [ownership.yaml], owner: ops}}]
"
    )
}

#[test]
fn members_can_be_at_any_depth() {
    let map = map_of(
        "{app: {path: \"clusters/**/apps/{name}/\", required: true}, doc: {path: \"docs/{name}.md\"}}",
        "{file: \"clusters/**/apps/{name}/owner.yaml\", key: team}",
    );
    let repo = Repo::new(&[
        ("ownership.yaml", &map),
        ("clusters/apps/shop/owner.yaml", "team: web\n"),
        ("clusters/eu/prod/apps/shop/deep/x", ""),
        ("clusters/eu/apps/disk/owner.yaml", "team: db\n"),
        // A component inside another one.
        ("clusters/eu/apps/disk/apps/inner/owner.yaml", "team: ops\n"),
        ("docs/shop.md", ""),
        ("docs/lone.md", ""),
        ("other/apps/shop/x", ""),
    ]);
    for (subject, owner) in [
        ("clusters/apps/shop/owner.yaml", "web"),
        ("clusters/eu/prod/apps/shop/deep/x", "web"),
        ("docs/shop.md", "web"),
        ("service:shop", "web"),
        ("clusters/eu/apps/disk/owner.yaml", "db"),
        ("clusters/eu/apps/disk/apps/inner/owner.yaml", "ops"),
        ("service:inner", "ops"),
        ("docs/lone.md", "unowned"),
        ("other/apps/shop/x", "unowned"),
    ] {
        assert_eq!(repo.verdict(subject), owner, "{subject}");
    }
    let orphans = of_check(&repo.check(), "orphan-member").len();
    assert_eq!(orphans, 1);
}

#[test]
fn declarations_can_be_in_lists_of_tags() {
    let members = "{file: {path: \"services/{name}.yaml\", required: true}}";
    for (key, content, owner) in [
        ("team", "team: web", "web"),
        ("teams", "teams: [web, db]", "web db"),
        ("tags.team", "tags: {team: web}", "web"),
        ("tags.team", "tags: [\"env:prod\", \"team:web\"]", "web"),
        ("tags.team", "tags: [team=web, team_size=4]", "web"),
        ("tags.team", "tags: [\"team: web\", \"team:db\"]", "web db"),
        (
            "tags.team",
            "tags: [{key: env, value: prod}, {key: team, value: web}]",
            "web",
        ),
        (
            "tags.team",
            "Tags: []\ntags: [{Key: team, Value: web}]",
            "web",
        ),
        ("tags.team", "tags: [{name: team, value: [web]}]", "unowned"),
        (
            "tags.team",
            "tags: [env:prod, teams:web, \"team:\", [team], {key: team}]",
            "unowned",
        ),
        ("tags.team", "tags: []", "unowned"),
        ("a.tags.team", "a: {tags: [\"team:web\"]}", "web"),
        ("tags.team.name", "tags: [\"team:web\"]", "unowned"),
    ] {
        let map = map_of(
            members,
            &format!("{{file: \"services/{{name}}.yaml\", key: {key}}}"),
        );
        let repo = Repo::new(&[("ownership.yaml", &map), ("services/shop.yaml", content)]);
        assert_eq!(
            repo.verdict("services/shop.yaml"),
            owner,
            "{key}: {content}"
        );
    }
}

#[test]
fn places_of_tags_are_exact() {
    let members = "{file: {path: \"services/{name}.yaml\", required: true}}";
    let map = map_of(members, "{file: \"services/{name}.yaml\", key: tags.team}");
    let content = "tags: [\"env:prod\", \"team:strange\"]\n";
    let repo = Repo::new(&[("ownership.yaml", &map), ("services/shop.yaml", content)]);
    let report = repo.check();
    let unknown = of_check(&report, "unknown-declared-team");
    assert_eq!(unknown.len(), 1);
    let location = &unknown[0]["location"];
    assert_eq!(
        (&location["column"], &location["end_column"]),
        (&26.into(), &33.into())
    );
}

const SEVERAL: &str = "version: 1
teams: {web: {}, ops: {}}
checks: {unused-team: off, missing-contact: off}
kinds:
  - kind: everywhere
    members: {x: {path: \"x/{name}\", required: true}}
rules: [{components: [\"service:*\"], owner: web}, {components: [\"everywhere:*\"], owner: ops}]
repositories:
  - name: a
    path: a
    kinds:
      - kind: service
        members: {app: {path: \"apps/{name}/\", required: true}}
  - name: b
    path: b
    kinds:
      - kind: service
        members: {app: {path: \"svc/{name}/\", required: true}}
  - name: c
    path: c
";

#[test]
fn kinds_can_belong_to_one_repository() {
    let files = ["a", "b", "c"].map(|repository| {
        ["apps/one/f", "svc/two/f", "x/three"].map(|path| format!("{repository}/{path}"))
    });
    let files = files.as_flattened();
    let mut all = vec![("ownership.yaml", SEVERAL)];
    all.extend(files.iter().map(|file| (file.as_str(), "")));
    let repo = Repo::new(&all);
    for file in files {
        let owner = match &**file {
            "a/apps/one/f" | "b/svc/two/f" => "web",
            _ if file.ends_with("x/three") => "ops",
            _ => "unowned",
        };
        assert_eq!(repo.verdict(file), owner, "{file}");
    }
    let components = repo.run(&["components", "--format", "csv", "--kind", "service"]);
    assert_eq!(components.out.lines().count(), 3, "{}", components.out);
    // A kind with this name may not apply to a repository twice.
    for (from, to) in [
        ("kind: everywhere", "kind: service"),
        ("  - name: b\n    path: b\n    kinds:\n", ""),
    ] {
        assert!(SEVERAL.contains(from));
        repo.write("ownership.yaml", SEVERAL.replace(from, to));
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2);
        assert!(
            run.err.contains("kind `service` already exists"),
            "{}",
            run.err
        );
        assert!(run.err.contains("first defined here"), "{}", run.err);
    }
}

#[test]
fn adding_a_kind_to_a_repository_is_a_change() {
    let before = SEVERAL.replace("path: \"svc/{name}/\"", "path: \"none/{name}/\"");
    let mut all = vec![
        ("ownership.yaml", &*before),
        ("b/svc/two/f", ""),
        ("b/svc/two/g", ""),
    ];
    all.extend([("a/x/one", ""), ("c/x/one", ""), (".gitignore", "")]);
    let repo = Repo::new(&all);
    repo.track().commit();
    repo.write("ownership.yaml", SEVERAL);
    let report = repo.check_with(&["--since", "HEAD", "--fail-on", "never"]);
    let fixed = report["change"]["fixed"].as_array().unwrap();
    assert!(
        fixed.iter().any(|it| text(&it["check"]) == "unowned-path"),
        "{report}"
    );
}
