//! Kubernetes, Kustomize and Argo CD.

use super::{Detected, seen, seen_in};
use crate::{config::Settings, testing::Repo};

fn keys(keys: &[&str]) -> Settings {
    let mut settings = Settings::default();
    for key in keys {
        settings.owner_keys.add(Some("kubernetes"), key);
    }
    settings
}

fn with_keys(path: &str, text: &str) -> Vec<String> {
    seen_in(
        &Repo::new(&[(path, text)]),
        &keys(&["org/team", "org/owner"]),
    )
}

const NAMESPACE: &str = "apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {owner: nobody, team: nobody}
  annotations:
    org/team: VALUE
";

fn namespace(value: &str) -> String {
    NAMESPACE.replace("VALUE", value)
}

#[test]
fn reads_only_keys_that_the_map_names() {
    assert_eq!(
        seen(&[("ns/00-namespace.yaml", &namespace("sre"))]),
        ["kubernetes-manifest:ns/00-namespace @ ns/00-namespace.yaml = missing"]
    );
    assert_eq!(
        with_keys("ns/00-namespace.yaml", &namespace("sre")),
        ["kubernetes-manifest:ns/00-namespace @ ns/00-namespace.yaml = declared: sre"]
    );
}

#[test]
fn a_value_names_one_or_several_teams() {
    for (value, expected) in [
        ("Data Platform", "declared: Data Platform"),
        ("a,b", "declared: a,b|a, a,b|b"),
        (
            "team-a team-b",
            "declared: team-a team-b|team-a, team-a team-b|team-b",
        ),
        (
            "'Shop: shop@example.org'",
            "declared: Shop: shop@example.org",
        ),
        ("{{ .team }}", "templated: {{ .team }}"),
        ("${TEAM}", "templated: ${TEAM}"),
        ("", "missing"),
        (
            "[a]",
            "unreadable ! expected a name in `org/team`, found a list",
        ),
    ] {
        let lines = with_keys("k8s/x.yaml", &namespace(value));
        let expected = format!("kubernetes-manifest:k8s/x @ k8s/x.yaml = {expected}");
        assert_eq!(lines, [expected], "{value}");
    }
    let repo = Repo::new(&[("k8s/x.yaml", &namespace("'one, two'"))]);
    let all = Detected::with_settings(&repo, &keys(&["org/team"]));
    assert_eq!(all.places("kubernetes-manifest:k8s/x"), ["one", "two"]);
}

#[test]
fn reads_all_resources_of_a_file() {
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {name: a, labels: {org/team: one}}
spec: {template: {metadata: {annotations: {org/owner: two}}}}
";
    let cron = "apiVersion: batch/v1
kind: CronJob
spec: {jobTemplate: {spec: {template: {metadata: {labels: {org/team: three}}}}}}
";
    let list = "apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {labels: {org/team: four}}}
- {kind: Service, metadata: {labels: {org/team: not a resource}}}
";
    let text = format!("{deployment}---\r\n{cron}---\n# empty\n---\n{list}");
    assert_eq!(
        with_keys("deploy/all.yml", &text),
        ["kubernetes-manifest:deploy/all @ deploy/all.yml = declared: one; two; three; four"]
    );
}

#[test]
fn argo_cd_applications_are_components() {
    let application = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  labels: {org/team: one}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: shops, annotations: {org/team: two}}
";
    let path = "argocd/shop.yaml";
    assert_eq!(
        seen(&[(path, application)]),
        [
            "argocd-application:shop @ argocd/shop.yaml = missing",
            "argocd-application:shops @ argocd/shop.yaml = missing",
        ]
    );
    assert_eq!(
        with_keys(path, application),
        [
            "argocd-application:shop @ argocd/shop.yaml = declared: one",
            "argocd-application:shops @ argocd/shop.yaml = declared: two",
        ]
    );
    assert_eq!(
        with_keys(path, &format!("{application}---\n{}", namespace("three"))),
        [
            "argocd-application:shop @ argocd/shop.yaml = declared: one",
            "argocd-application:shops @ argocd/shop.yaml = declared: two",
            "kubernetes-manifest:argocd/shop @ argocd/shop.yaml = declared: three",
        ]
    );
    let unnamed = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: [\n";
    assert_eq!(
        seen(&[(path, unnamed)]),
        ["kubernetes-manifest:argocd/shop @ argocd/shop.yaml = missing"]
    );
}

#[test]
fn a_kustomization_covers_its_directory() {
    let text = "commonLabels: {org/team: one, team: nobody}
commonAnnotations:
  org/owner: two
labels:
- pairs: {org/team: three}
  includeSelectors: true
";
    for (path, name) in [
        (
            "overlays/dev/kustomization.yaml",
            "overlays/dev @ overlays/dev/",
        ),
        ("app/kustomization.yml", "app @ app/"),
        ("Kustomization", ". @ "),
    ] {
        assert_eq!(
            with_keys(path, text),
            [format!("kustomization:{name} = declared: three; one; two")]
        );
        assert_eq!(
            seen(&[(path, text)]),
            [format!("kustomization:{name} = missing")]
        );
    }
}

#[test]
fn ignores_other_files_among_manifests() {
    for (path, text) in [
        ("k8s/values.yaml", "org/team: sre\n"),
        ("k8s/notes.yaml", "metadata: {labels: {org/team: sre}}\n"),
        ("k8s/broken.yaml", "org/team: [\n"),
        (
            "hieradata/role/common/kubernetes/master.yaml",
            "apiVersion: v1\norg/team: sre\n",
        ),
        ("charts/x/templates/namespace.yaml", NAMESPACE),
        ("anywhere/else.yaml", NAMESPACE),
        (".github/namespace.yaml", NAMESPACE),
        (
            "k8s/catalog.yaml",
            "apiVersion: example.backstage.io/v1\nkind: x\nmetadata: {labels: {org/team: a}}\n",
        ),
    ] {
        let repo = Repo::new(&[(path, text)]);
        if path.starts_with("charts/") {
            repo.write("charts/x/Chart.yaml", "name: x\nteam: sre\n");
        }
        let lines = seen_in(&repo, &keys(&["org/team"]));
        let of_kubernetes = |line: &&String| line.starts_with("kubernetes");
        assert_eq!(lines.iter().find(of_kubernetes), None, "{path}");
    }
}

#[test]
fn reports_invalid_yaml_unless_it_is_a_template() {
    let broken = namespace("sre") + "x: [\n";
    let lines = with_keys("k8s/x.yaml", &broken);
    assert!(
        lines[0].contains("= unreadable ! not valid YAML"),
        "{lines:?}"
    );
    for text in [
        namespace("sre") + "{% if x %}\nx: [\n",
        namespace("sre") + "{{ if x }}\n- {{ end }}\n",
    ] {
        assert_eq!(
            with_keys("k8s/x.yaml", &text),
            ["kubernetes-manifest:k8s/x @ k8s/x.yaml = missing"]
        );
    }
    // Files that cannot declare an owner have no problems.
    let lines = seen(&[("k8s/x.yaml", &broken)]);
    assert_eq!(lines, ["kubernetes-manifest:k8s/x @ k8s/x.yaml = missing"]);
}

const HOME: &str = "https://git.example.org/infra";

/// An Application, or an ApplicationSet with these generators.
fn application(generators: &str, path: &str) -> String {
    let source = format!("source: {{repoURL: '{HOME}', path: '{path}'}}");
    let (kind, spec) = match generators {
        "" => ("Application", source),
        _ => (
            "ApplicationSet",
            format!("generators: [{generators}]\n  template: {{spec: {{{source}}}}}"),
        ),
    };
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: app}}\nspec:\n  {spec}\n"
    )
}

fn deployed(application: &str, more: &[(&str, &str)]) -> Vec<String> {
    let manifest = namespace("x");
    let mut files = vec![
        ("apps/app.yaml", application),
        ("c/till/kustomization.yaml", ""),
        ("c/till/ns.yaml", &*manifest),
        ("c/cart/Chart.yaml", "name: cart\n"),
        ("c/plain/namespace.yaml", &*manifest),
        ("c/plain/deep/namespace.yaml", &*manifest),
    ];
    files.extend(more);
    let all = Detected::in_files(&files);
    let hints = &all.component("argocd-application:app").hints;
    let ids = hints.iter().map(|it| format!("{}:{}", it.kind, it.name));
    ids.collect()
}

#[test]
fn an_application_is_linked_to_what_it_deploys() {
    let (till, cart) = ("kustomization:c/till", "helm-chart:c/cart");
    let plain = "kubernetes-manifest:c/plain/namespace";
    let clusters = "{clusters: {values: {dir: c, name: till}}}";
    let elements =
        "{list: {elements: [{name: x, values.name: cart}, {name: y, values: {name: plain}}]}}";
    let merge = format!("{{merge: {{mergeKeys: [name], generators: [{clusters}, {elements}]}}}}");
    let names = "{list: {elements: [{of: till}, {of: cart}]}}";
    let tops = "{list: {elements: [{top: c}]}}";
    let matrix = format!("{{matrix: {{generators: [{tops}, {names}]}}}}");
    let directories = "{git: {directories: [{path: 'c/*'}, {path: c/cart, exclude: true}]}}";
    let invalid_glob = "{git: {directories: [{path: 'c/[pt]*'}, {path: 'c/[*'}]}}";
    for (generators, path, expected) in [
        ("", "c/till", &[till][..]),
        ("", "./c/till/", &[till]),
        ("", "/c/cart", &[cart]),
        ("", "c/plain", &[plain]),
        ("", ".", &[]),
        ("", "../c/till", &[]),
        ("", "{{ path }}", &[]),
        (names, "c/{{of}}", &[till, cart]),
        (names, "c/{{ .of }}", &[till, cart]),
        (clusters, "{{values.dir}}/{{ .values.name }}", &[till]),
        (clusters, "c/{{name}}", &[]),
        (&merge, "c/{{values.name}}", &[till, cart, plain]),
        (&matrix, "{{top}}/{{of}}", &[till, cart]),
        (directories, "{{path}}", &[till, plain]),
        (directories, "c/{{path.basename}}", &[till, plain]),
        // A glob that is not valid has no effect on the others.
        (invalid_glob, "{{path}}", &[till, plain]),
        (directories, "{{ .path.path }}", &[till, plain]),
        ("{scmProvider: {}}", "c/{{branch}}", &[]),
    ] {
        let mut found = deployed(&application(generators, path), &[]);
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{generators} {path}");
    }
    let sources = application("", "c/till").replace(
        "source: {",
        "sources: [{repoURL: https://charts.example.org, chart: x}, {",
    );
    let sources = sources.replace("'}\n", "'}]\n");
    assert_eq!(deployed(&sources, &[]), [till]);
}

#[test]
fn limits_and_invalid_globs_of_applications_are_problems() {
    let elements = |count: usize| {
        let all: Vec<String> = (0..count).map(|at| format!("{{of: d{at}}}")).collect();
        format!("{{list: {{elements: [{}]}}}}", all.join(", "))
    };
    let matrix = |one: usize, other: usize| {
        let generators = [elements(one), elements(other)].join(", ");
        format!("{{matrix: {{generators: [{generators}]}}}}")
    };
    let merge = |one: usize, other: usize| {
        let generators = [elements(one), elements(other)].join(", ");
        format!("{{merge: {{mergeKeys: [of], generators: [{generators}]}}}}")
    };
    let globs = |globs: &[&str]| {
        let all: Vec<String> = globs.iter().map(|it| format!("{{path: '{it}'}}")).collect();
        format!("{{git: {{directories: [{}]}}}}", all.join(", "))
    };
    let more = "its generators create more than 1,000 applications";
    for (generators, path, expected) in [
        (elements(1_000), "{{of}}", &[][..]),
        (elements(1_001), "{{of}}", &[more]),
        ([elements(600), elements(600)].join(", "), "{{of}}", &[more]),
        (matrix(20, 50), "{{of}}", &[]),
        (matrix(40, 40), "{{of}}", &[more]),
        (matrix(2_000, 0), "{{of}}", &[]),
        (merge(1, 999), "{{of}}", &[]),
        (merge(1, 1_000), "{{of}}", &[more]),
        (globs(&["c/*", "c/[pt]*", "c/pl?in"]), "{{path}}", &[]),
        (
            globs(&["c/[*", "c/{a,*", "c/[*"]),
            "{{path}}",
            &["`c/[*` is not a valid glob", "`c/{a,*` is not a valid glob"],
        ),
        (String::new(), "c/[x", &["`c/[x` is not a valid glob"]),
        (
            String::new(),
            "many",
            &["`many/` contains more than 20 manifests"],
        ),
        (
            globs(&["m*"]),
            "{{path}}",
            &["`many/` and 1 other directory contain more than 20 manifests"],
        ),
        (String::new(), "few", &[]),
    ] {
        let application = application(&generators, path);
        let repo = Repo::new(&[("apps/app.yaml", &*application)]);
        for at in 0..21 {
            repo.write(format!("many/{at}-namespace.yaml"), namespace("x"));
            repo.write(format!("more/{at}-namespace.yaml"), namespace("x"));
            if at < 20 {
                repo.write(format!("few/{at}-namespace.yaml"), namespace("x"));
            }
        }
        let all = Detected::in_repo(&repo);
        let id = "argocd-application:app";
        let mut found = all.problems(id);
        found.sort_unstable();
        let start = &generators[..generators.len().min(99)];
        assert_eq!(found, expected, "{start} {path}");
        // They do not hide owners.
        assert_eq!(all.state(id), "missing");
    }
}

/// Paths that do not exist here show that the address is that of another repository.
#[test]
fn an_application_from_another_repository_is_not_linked() {
    let here = application("", "c/till");
    let other = here.replace("name: app", "name: other");
    for (path, url, is_linked) in [
        ("c/cart", HOME, true),
        ("c/missing", HOME, false),
        ("c/missing", "https://Git.example.org/infra.git/", false),
        ("c/missing", "https://git.example.org/elsewhere", true),
    ] {
        let of = |path: &str| other.replace("c/till", path).replace(HOME, url);
        let missing = of("x/missing").replace("name: other", "name: third");
        let several = [missing, of(path)].join("---\n");
        let found = deployed(&here, &[("apps/other.yaml", &several)]);
        assert_eq!(!found.is_empty(), is_linked, "{path} {url}");
    }
}

#[test]
fn flux_releases_and_kustomizations_are_components_that_are_not_listed() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cart, labels: {org/team: one}}
spec: {chart: {spec: {chart: ./c/cart, sourceRef: {kind: GitRepository, name: infra}}}}
";
    let other = release
        .replace("name: cart", "name: far")
        .replace("./c/cart", "cart")
        .replace("GitRepository", "HelmRepository");
    let kustomization = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: till, labels: {org/team: two}}
spec: {path: ./c/till, sourceRef: {kind: GitRepository, name: infra}}
";
    let repo = Repo::new(&[
        (
            "flux/all.yaml",
            &format!("{release}---\n{other}---\n{kustomization}"),
        ),
        ("c/till/kustomization.yaml", ""),
        ("c/cart/Chart.yaml", "name: cart\n"),
    ]);
    let all = Detected::with_settings(&repo, &keys(&["org/team"]));
    // A rule for manifests still selects the file, which declares the owners.
    let manifest = "kubernetes-manifest:flux/all";
    assert_eq!(
        all.shown_declarations(manifest),
        "labels: one; labels: one; labels: two"
    );
    assert!(all.component(manifest).is_listed);
    for (id, expected) in [
        (
            "flux-helm-release:cart",
            &["helm-chart:c/cart is deployed by it `./c/cart`"][..],
        ),
        ("flux-helm-release:far", &[]),
        (
            "flux-kustomization:till",
            &["kustomization:c/till is deployed by it `./c/till`"],
        ),
    ] {
        assert_eq!(all.hints(id), expected, "{id}");
        assert!(!all.component(id).is_listed);
        assert_eq!(all.state(id), "missing");
    }
}
