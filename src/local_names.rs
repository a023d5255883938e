//! Tests that the name of a check, detector, dialect or output appears in its own file only: what distinguishes it
//! from the others is a field of its struct.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::{
    checks, dialects,
    inventory::{detectors, list},
    outputs,
    testing::project,
};

/// Words that are also names: the file, the word, and its meaning there.
const OTHER_WORDS: [(&str, &str, &str); 7] = [
    (
        "src/alerting/notification_routing.rs",
        "prometheus",
        "a word in paths",
    ),
    (
        "src/claims/unknown_name.rs",
        "maintainers",
        "a word in the names of teams",
    ),
    (
        "src/config/detector_settings.rs",
        "kubernetes",
        "a key in the map",
    ),
    (
        "src/config/detector_settings.rs",
        "prometheus",
        "a key in the map",
    ),
    (
        "src/inventory/detectors/helm.rs",
        "maintainers",
        "a key of `Chart.yaml`",
    ),
    (
        "src/inventory/detectors/manifest_names.rs",
        "kubernetes",
        "a directory",
    ),
    (
        "src/inventory/detectors/manifest_names.rs",
        "kustomize",
        "a directory",
    ),
];

/// The files and directories in which each name may appear, without file extensions.
fn homes() -> BTreeMap<&'static str, Vec<String>> {
    let mut homes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut add = |name, stage: &str, file: &str| {
        let home = format!("src/{stage}/{}", file.replace('-', "_"));
        homes.entry(name).or_default().push(home);
    };
    for check in checks::ALL {
        add(check.name, "checks", check.name);
    }
    for dialect in dialects::ALL {
        add(dialect.name, "dialects", dialect.name);
    }
    for output in outputs::ALL {
        add(output.name, "outputs", output.name);
    }
    for detector in detectors::ALL {
        for name in detector.kinds.iter().chain([&detector.name]) {
            add(name, "inventory/detectors", detector.name);
        }
    }
    homes
}

/// The source of each file by its path, without comments and tests.
fn sources() -> BTreeMap<String, String> {
    let listing = list(&project().join("src"), true).unwrap();
    let paths = listing.files.iter().map(|file| file.path.to_string());
    let paths = paths.filter(|path| {
        let mut parts = path.split('/');
        let of_tests = [
            "tests",
            "tests.rs",
            "testing",
            "testing.rs",
            "local_names.rs",
        ];
        !parts.any(|part| of_tests.contains(&part))
    });
    let source = |path: String| {
        let text = fs::read_to_string(project().join("src").join(&path)).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        (format!("src/{path}"), lines.collect::<Vec<_>>().join("\n"))
    };
    paths.map(source).collect()
}

#[test]
fn names_appear_in_their_own_files_only() {
    let (homes, sources) = (homes(), sources());
    let mut found = BTreeSet::new();
    for (path, code) in &sources {
        for (name, homes) in &homes {
            let is_home = |home: &String| {
                let rest = path.strip_prefix(home.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            };
            if code.contains(&format!("\"{name}\"")) && !homes.iter().any(is_home) {
                found.insert((path.as_str(), *name));
            }
        }
    }
    let other_words: BTreeSet<(&str, &str)> = OTHER_WORDS
        .iter()
        .map(|(path, word, _)| (*path, *word))
        .collect();
    assert_eq!(found, other_words);
}

#[test]
fn finds_each_name_in_its_own_file() {
    let sources = sources();
    for (name, homes) in homes() {
        let is_home = |path: &str| homes.iter().any(|home| path.starts_with(home));
        let mut own = sources.iter().filter(|(path, _)| is_home(path));
        let quoted = format!("\"{name}\"");
        assert!(own.any(|(_, code)| code.contains(&quoted)), "{name}");
    }
}
