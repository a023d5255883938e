//! Helmfile services and releases, and their charts.

use super::Detected;
use crate::testing::Repo;

const CHART: &str = "helmfile.d/services/kask/helmfile.yaml";

const KASK: (&str, &str) = ("charts/kask/Chart.yaml", "name: kask\n");

#[test]
fn services_are_directories_with_a_helmfile() {
    let all = Detected::in_files(&[
        ("helmfile.d/services/kask/helmfile.yaml", ""),
        (
            "helmfile.d/services/kask/helmfile_rbac.yaml",
            "releases: [{name: rbac}]\n",
        ),
        ("helmfile.d/services/gotmpl/helmfile.yaml.gotmpl", ""),
        ("helmfile.d/services/yml/helmfile.yml", ""),
        (
            "helmfile.d/services/_example_/helmfile.yaml",
            "releases: [{name: x}]\n",
        ),
        ("helmfile.d/services/_shared/deep/helmfile.yaml", ""),
        ("helmfile.d/services/parts/helmfile_rbac.yaml", ""),
        ("helmfile.d/services/other/my-helmfile.yaml", ""),
        ("helmfile.d/services/global.yaml", ""),
        (".fixtures/helmfile.yaml", ""),
        ("deploy/web/helmfile.yaml", ""),
        ("services/yml/helmfile.yaml", ""),
    ]);
    assert_eq!(
        all.ids("helmfile"),
        [
            "helmfile-release:services/kask/rbac",
            "helmfile-service:deploy/web",
            "helmfile-service:helmfile.d/services/yml",
            "helmfile-service:services/gotmpl",
            "helmfile-service:services/kask",
            "helmfile-service:services/yml",
        ]
    );
    let release = all.component("helmfile-release:services/kask/rbac");
    assert_eq!(release.paths, ["helmfile.d/services/kask/"]);
    assert_eq!(release.how_to_declare, None);
    let root = Detected::in_files(&[("helmfile.yaml", "releases: [{name: x}]\n")]);
    assert_eq!(
        root.ids("helmfile"),
        ["helmfile-release:./x", "helmfile-service:."]
    );
}

#[test]
fn reads_releases_through_templates_anchors_and_documents() {
    for (file, releases, hint) in [
        (
            "releases:\n- name: main\n  chart: wmf-stable/kask\n",
            "main",
            "wmf-stable/kask",
        ),
        (
            "a: 1\n---\ntemplates:\n  d: &d\n    chart: \"wmf-stable/kask\"\n    x: {{ .Y }}\nreleases:\n  - name: main\n    <<: *d\n  - name: canary\n    <<: *d\n",
            "canary main",
            "\"wmf-stable/kask\"",
        ),
        (
            "{{ $x := 1 }}\nreleases:\n{{- if .X }}\n  {{ fail \"no\" }}\n- name: main\n  chart: wmf-stable/kask\n{{- end }}\n",
            "main",
            "wmf-stable/kask",
        ),
        (
            "{{/* a\n  : b\n*/}}\nreleases:\n- {name: main, chart: ../../../charts/kask}\n",
            "main",
            "../../../charts/kask",
        ),
        (
            "releases:\n- {name: main, chart: 'file://../../../charts/kask/'}\n",
            "main",
            "'file://../../../charts/kask/'",
        ),
        (
            "templates: {d: {chart: wmf-stable/kask}}\nreleases:\n- name: main\n  inherit: [{template: d}]\n",
            "main",
            "wmf-stable/kask",
        ),
        (
            "releases:\n- name: {{ $name }}\n  chart: wmf-stable/kask\n- name: \"{{ $name }}-x\"\n- name: {{ $name }}\n",
            "{{ $name }} {{ $name }}#2 {{ $name }}-x",
            "wmf-stable/kask",
        ),
        // Less indented inside an `if`.
        (
            "releases:\n  - name: canary\n{{ if .X }}\n- name: main\n  chart: wmf-stable/kask\n{{ end }}\n  - name: test\n",
            "canary main test",
            "wmf-stable/kask",
        ),
        // Charts from elsewhere, or known only at run time.
        (
            "releases: [{name: main, chart: wmf-stable/other}]\n",
            "main",
            "",
        ),
        (
            "releases: [{name: main, chart: ../../../../kask}]\n",
            "main",
            "",
        ),
        ("releases: [{name: main, chart: kask}]\n", "main", ""),
        (
            "releases:\n- name: main\n  chart: {{ $chart }}\n",
            "main",
            "",
        ),
        (
            "releases:\n- name: main\n  chart: wmf-stable/{{ $chart }}\n",
            "main",
            "",
        ),
        // None.
        ("releases:\n", "", ""),
        ("releases: [{chart: wmf-stable/kask}, 1, ~]\n", "", ""),
        ("bases: [../global.yaml]\n", "", ""),
    ] {
        let all = Detected::in_files(&[KASK, (CHART, file)]);
        let prefix = "helmfile-release:services/kask/";
        let names: Vec<String> = all
            .ids("helmfile-release:")
            .iter()
            .map(|id| id[prefix.len()..].to_owned())
            .collect();
        assert_eq!(names.join(" "), releases, "{file}");
        let service = "helmfile-service:services/kask";
        assert_eq!(all.problems(service), [""; 0], "{file}");
        assert_eq!(all.state(service), "missing");
        let expected: Vec<String> = match hint {
            "" => Vec::new(),
            place => vec![format!("helm-chart:kask its chart `{place}`")],
        };
        assert_eq!(all.hints(service), expected, "{file}");
        if names.iter().any(|name| name == "main") {
            assert_eq!(all.hints(&format!("{prefix}main")), expected, "{file}");
        }
        // Usage is unknown if no release is named, or if the chart of one is unknown.
        let is_baselined = names.iter().any(|_| !file.contains("{{ $chart }}"));
        let in_use = match expected.is_empty() {
            false => Some(true),
            true => is_baselined.then_some(false),
        };
        assert_eq!(all.component("helm-chart:kask").in_use, in_use, "{file}");
    }
}

#[test]
fn usage_of_charts_is_known_only_with_helmfiles() {
    assert_eq!(
        Detected::in_files(&[KASK])
            .component("helm-chart:kask")
            .in_use,
        None
    );
    let other = "releases: [{name: main, chart: wmf-stable/other}]\n";
    let second = "helmfile.d/services/other/helmfile.yaml";
    for (file, expected) in [
        (other, Some(false)),
        ("releases: [\n", None),
        ("releases: {name: x}\n", None),
        ("releases: [{name: main, chart: '{{ .Chart }}'}]\n", None),
    ] {
        let all = Detected::in_files(&[KASK, (CHART, other), (second, file)]);
        assert_eq!(all.component("helm-chart:kask").in_use, expected, "{file}");
    }
}

/// The chart `a` is released, and the others only if it depends on them.
#[test]
fn dependencies_of_used_charts_are_in_use() {
    let release = "releases: [{name: main, chart: wmf-stable/a}]\n";
    for (dependencies, of_b, of_subchart, expected) in [
        ("", "", "", "a"),
        ("{name: b}", "", "", "a b"),
        (
            "{name: b, repository: 'https://x.org/stable'}",
            "",
            "",
            "a b",
        ),
        (
            "{name: b, repository: '@stable', condition: b.enabled}",
            "",
            "",
            "a b",
        ),
        ("{name: x, repository: 'file://../b'}", "", "", "a b"),
        (
            "{name: b, repository: 'file://../../other/c/'}",
            "",
            "",
            "a other/c",
        ),
        ("{name: b, repository: 'file://../gone'}", "", "", "a"),
        ("{name: b}", "{name: d}, {name: a}", "", "a b d"),
        ("", "{name: d}", "", "a"),
        ("", "", "{name: x, repository: 'file://../../../d'}", "a d"),
        ("1, {name: 1}, {version: 1}, ~", "", "", "a"),
    ] {
        let chart = |list: &str| format!("dependencies: [{list}]\n");
        let [a, b, sub] = [dependencies, of_b, of_subchart].map(chart);
        let all = Detected::in_files(&[
            (CHART, release),
            ("charts/a/Chart.yaml", &a),
            ("charts/a/charts/sub/Chart.yaml", &sub),
            ("charts/b/Chart.yaml", &b),
            ("charts/d/Chart.yaml", ""),
            ("other/c/Chart.yaml", ""),
        ]);
        let in_use = ["a", "b", "d", "other/c"].into_iter().filter(|name| {
            let chart = all.component(&format!("helm-chart:{name}"));
            chart.in_use.unwrap()
        });
        assert_eq!(
            in_use.collect::<Vec<_>>().join(" "),
            expected,
            "{dependencies}"
        );
        assert_eq!(all.problems("helm-chart:a"), [""; 0], "{dependencies}");
    }
}

#[test]
fn reports_templates_that_are_not_yaml() {
    let deep = format!("releases: {}\n", "[".repeat(200));
    let bomb: String = (1..12).fold("a0: &a0 [x]\n".to_owned(), |bomb, level| {
        let row = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb + &format!("a{level}: &a{level} [{row}]\n")
    });
    for (file, message) in [
        ("releases: [\n", "not valid YAML"),
        (
            "releases: {name: x}\n",
            "expected a list in `releases`, found a mapping",
        ),
        (deep.as_str(), "levels deep"),
        (bomb.as_str(), "the file has more than"),
    ] {
        let all = Detected::in_files(&[(CHART, file)]);
        let problems = all.problems("helmfile-service:services/kask");
        assert!(
            problems.len() == 1 && problems[0].contains(message),
            "{problems:?}"
        );
        assert_eq!(all.state("helmfile-service:services/kask"), "unreadable");
    }
    let many = "releases: [{name: x}]\n---\n".repeat(10_000);
    let all = Detected::in_files(&[(CHART, &many)]);
    assert_eq!(all.ids("helmfile-release:").len(), 10_000);
    let repo = Repo::new(&[]);
    repo.write(CHART, b"releases: [{name: caf\xe9}]\n");
    repo.write("big/helmfile.yaml", "");
    let big = std::fs::File::create(repo.path().join("big/helmfile.yaml")).unwrap();
    big.set_len(50 << 20).unwrap();
    let all = Detected::in_repo(&repo);
    assert_eq!(all.ids("helmfile-release:").len(), 1);
    assert!(all.problems("helmfile-service:services/kask")[0].contains("not valid UTF-8"));
    assert!(all.problems("helmfile-service:big")[0].contains("larger than 16 MiB"));
}
