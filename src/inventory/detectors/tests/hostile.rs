//! No file content makes a detector fail; it causes findings at most.

use super::seen_in;
use crate::{
    config::Settings,
    testing::{Repo, within},
};

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

/// Content that makes each detector read to the end of the file.
const BAIT: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: a, labels: {k: sre}}
spec: {owner: x}
info: {x-cortex-tag: a}
# tags owner team
";

fn all(content: impl AsRef<[u8]>) -> Vec<String> {
    let repo = Repo::new(&[]);
    for path in FILES {
        repo.write(path, content.as_ref());
    }
    let mut settings = Settings {
        namespace_owner: true,
        ..Settings::default()
    };
    settings.owner_keys.add(None, "k");
    seen_in(&repo, &settings)
}

#[test]
fn no_content_makes_a_detector_fail() {
    let manifest = BAIT.replace("backstage.io/v1alpha1", "v1");
    let deep = 100_000;
    for content in [
        String::new(),
        "\u{feff}".to_owned(),
        "\0\0\0".to_owned(),
        "---\n".repeat(10_000),
        BAIT.to_owned() + "---\n",
        BAIT.replace('\n', "\r\n"),
        BAIT.replace('\n', "\r"),
        format!("\u{feff}{BAIT}"),
        format!("{BAIT}---\n").repeat(500),
        format!("{manifest}---\n").repeat(500),
        format!("{BAIT}x: {}", "[".repeat(deep)),
        format!("{manifest}x: {}", "{a: ".repeat(deep)),
        format!("{BAIT}x: &a [{}]\n", "*a,".repeat(1000)),
        {
            let mut bomb = format!("{manifest}x0: &x0 [x,x,x,x,x,x,x,x,x,x]\n");
            for at in 1..20 {
                let items = vec![format!("*x{}", at - 1); 10].join(",");
                bomb += &format!("x{at}: &x{at} [{items}]\n");
            }
            bomb
        },
        format!("x = {}", "[".repeat(deep)) + " tags owner",
        format!("x = {} tags owner", "!".repeat(deep)),
        format!("x = {} tags owner", "a ? b : ".repeat(deep)),
        format!("x = {} tags owner", "1 + ".repeat(deep)),
        format!("x = \"{} tags owner", "${\"".repeat(deep)),
        format!("x = \"{} tags owner", "%{ if a }".repeat(deep)),
        format!("{} tags owner", "a {\n".repeat(deep)),
        format!("maintainer '{}", "\\".repeat(deep)),
        "maintainer \"é\\\nname 'é'\nmaintainer é".to_owned(),
    ] {
        within(60, || all(&content));
    }
    let mut latin = BAIT.as_bytes().to_vec();
    latin.extend(b"# caf\xe9\n");
    let lines = all(&latin);
    assert!(
        lines.iter().any(|line| line.contains("not valid UTF-8")),
        "{lines:?}"
    );
}
