//! No file content makes a detector fail; it causes findings at most.

use std::fs::File;

use crate::harness::{Repo, findings, text, within};

/// One file for each detector to open.
const FILES: [&str; 13] = [
    "a/catalog-info.yaml",
    "b/service.datadog.yaml",
    "c/entity.datadog.yaml",
    "d/opslevel.yml",
    "e/cortex.yaml",
    "f/galaxy.yml",
    "roles/g/meta/main.yml",
    "h/kustomization.yaml",
    "k8s/i.yaml",
    "j/main.tf",
    "cookbooks/k/metadata.rb",
    "cookbooks/l/metadata.json",
    "m/namespace.yaml",
];

#[test]
fn ten_thousand_documents_are_read() {
    let entity = |at: usize| {
        format!(
            "apiVersion: backstage.io/v1\nkind: API\nmetadata: {{name: a{at}}}\nspec: {{owner: t{}}}\n---\n",
            at % 9
        )
    };
    let resource = |at: usize| {
        format!(
            "apiVersion: v1\nkind: A\nmetadata: {{name: a, labels: {{k: t{}}}}}\n---\n",
            at % 9
        )
    };
    let teams: Vec<String> = (0..9).map(|at| format!("t{at}: {{}}")).collect();
    let map = format!(
        "version: 1\nteams: {{{}}}\nrules: [{{paths: [ownership.yaml], owner: t0}}]\ndetectors: {{kubernetes: {{owner_keys: [k]}}}}\n",
        teams.join(", ")
    );
    let repo = Repo::new(&[
        ("ownership.yaml", &map),
        (
            "a/catalog-info.yaml",
            &(0..10_000).map(entity).collect::<String>(),
        ),
        ("k8s/a.yaml", &(0..10_000).map(resource).collect::<String>()),
    ]);
    let report = within(60, || repo.check());
    assert_eq!(findings(&report), [""; 0]);
    let kinds = &report["repositories"][0]["components"];
    assert_eq!(kinds["backstage-entity"]["owned"], 10_000);
}

#[test]
fn nesting_up_to_the_limit_of_a_parser_fits_its_stack() {
    let nested = |depth: usize| {
        let open = "{ a = [".repeat(depth / 2);
        let close = "] }".repeat(depth / 2);
        format!(
            "resource \"x\" \"y\" {{\n  tags = {{ owner = \"sre\" }}\n  x = {open}1{close}\n}}\n"
        )
    };
    for depth in [10, 40, 60, 80] {
        let repo = Repo::new(&[]);
        for at in 0..64 {
            repo.write(format!("m{at}/main.tf"), nested(depth));
        }
        repo.write(
            "ownership.yaml",
            "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n",
        );
        let run = repo.run(&["check", "--format", "json"]);
        assert!(run.code < 2, "{depth}: {} {}", run.code, run.err);
    }
}

#[test]
fn reports_a_large_file_if_its_name_is_certain() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n",
    )]);
    for path in FILES {
        repo.write(path, "");
        let file = File::options()
            .write(true)
            .open(repo.path().join(path))
            .unwrap();
        file.set_len(50 << 20).unwrap();
    }
    let report = repo.check();
    let mut reported: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| format!("{} {}", text(&finding["check"]), text(&finding["path"])))
        .collect();
    reported.sort();
    // Others may contain notification routes.
    let expected = FILES.iter().map(|path| {
        let is_certain = !path.starts_with("k8s")
            && !path.contains("kustomization")
            && !path.contains("namespace");
        match is_certain {
            true => format!("unreadable-declaration {path}"),
            false => format!("unreadable-path {path}"),
        }
    });
    let mut expected: Vec<String> = expected.collect();
    expected.sort();
    assert_eq!(reported, expected);
}
