//! Terraform, Ansible and Chef.

use super::{Detected, seen};
use crate::testing::{Repo, within};

fn terraform(files: &[(&str, &str)]) -> String {
    let files: Vec<(String, &str)> = files
        .iter()
        .map(|(name, text)| (format!("tf/{name}"), *text))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    let lines = seen(&files);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    let (_, shown) = line.split_once("terraform-module:tf @ tf/ = ").unwrap();
    shown.to_owned()
}

#[test]
fn reads_owners_in_tags() {
    let provider = |tags: &str| {
        format!(
            "provider \"aws\" {{\n  default_tags {{\n    tags = {{\n      {tags}\n    }}\n  }}\n}}\n"
        )
    };
    for (text, expected) in [
        (provider("owner = \"sre\""), "declared: sre?"),
        (provider("Team = \"sre\", Name = \"x\""), "declared: sre"),
        (provider("\"OWNER\" : \"sre\""), "declared: sre?"),
        (provider("owner = \"a\"\n team = \"b\""), "declared: a?, b"),
        (provider("owner = var.team_name"), "templated: var.team_name?"),
        (provider("owner = \"${var.team}\""), "templated: \"${var.team}\"?"),
        (provider("owner = lower(\"X\")"), "templated: lower(\"X\")?"),
        (provider("owner = null"), "missing"),
        (provider("owner = \"\""), "missing"),
        (provider("owner-email = \"x\""), "missing"),
        (
            "resource \"x\" \"y\" {\n  tags = { owner = \"a\" }\n}\nresource \"x\" \"z\" {\n  tags = { owner = \"b\" }\n}\nresource \"x\" \"w\" {\n  tags = merge(local.t, { Owner = \"a\" })\n}\n".to_owned(),
            "declared: a?, b?",
        ),
        ("module \"m\" {\n  tags = {team = \"a\"}\n}\n".to_owned(), "declared: a"),
        ("resource \"x\" \"y\" {\n  owner = \"postgres\"\n}\n".to_owned(), "missing"),
        ("data \"x\" \"y\" {\n  tags = { owner = \"a\" }\n}\n".to_owned(), "missing"),
        (
            provider("owner = \"a\"") + "resource \"x\" \"y\" {\n  tags = { owner = \"a\", team = \"b\" }\n}\n",
            "declared: a?; b",
        ),
        ("".to_owned(), "missing"),
        ("# owner tags\n".to_owned(), "missing"),
    ] {
        assert_eq!(terraform(&[("main.tf", &text)]), expected, "{text}");
        let with_mark = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(terraform(&[("main.tf", &with_mark)]), expected, "{text}");
    }
}

#[test]
fn follows_references_inside_a_module() {
    let resource = |tags: &str| format!("resource \"x\" \"y\" {{\n  tags = {tags}\n}}\n");
    let rest = "variable \"team_name\" {\n  default = \"webops\"\n}
variable \"none\" {}
variable \"tags\" {\n  default = { team = \"of-default\" }\n}
locals {\n  owner = \"${var.team_name}\"\n  tags = merge({ owner = local.owner }, var.tags)\n  loop = local.loop\n}\n";
    for (tags, expected) in [
        ("{ team = var.team_name }", "declared: webops"),
        ("{ team = \"${var.team_name}\" }", "declared: webops"),
        ("{ team = (var.team_name) }", "declared: webops"),
        ("{ team = local.owner }", "declared: webops"),
        ("local.tags", "declared: webops?, of-default"),
        ("var.tags", "declared: of-default"),
        ("{ team = var.none }", "templated: var.none"),
        (
            "{ team = \"a-${var.team_name}\" }",
            "templated: \"a-${var.team_name}\"",
        ),
        ("{ team = local.loop }", "templated: local.loop"),
        ("local.loop", "missing"),
        (
            "{ team = module.x.team_name }",
            "templated: module.x.team_name",
        ),
    ] {
        let resource = resource(tags);
        let files = [("main.tf", &*resource), ("variables.tf", rest)];
        assert_eq!(terraform(&files), expected, "{tags}");
    }
    let repo = Repo::new(&[
        ("main.tf", &resource("{ team = var.team_name }")),
        ("variables.tf", rest),
    ]);
    let all = Detected::in_repo(&repo);
    let places = all.places(&all.ids("terraform-module")[0]);
    assert_eq!(places[0], "\"webops\"", "the place to change");
}

#[test]
fn large_modules_are_fast() {
    let resources: String = (0..2_000)
        .map(|at| format!("resource \"x\" \"y{at}\" {{\n  tags = {{ team = var.v{at} }}\n}}\nvariable \"v{at}\" {{\n  default = \"t{at}\"\n}}\n"))
        .collect();
    let merges: String = (1..12)
        .map(|at| {
            let last = vec![format!("local.a{}", at - 1); 50].join(", ");
            format!("locals {{\n  a{at} = merge({last})\n}}\n")
        })
        .collect();
    let tags =
        "locals {\n  a0 = { team = \"x\" }\n}\nresource \"x\" \"z\" {\n  tags = local.a3\n}\n";
    let keys: String = (0..20_000)
        .map(|at| format!("  key{at} = {at}\n"))
        .collect();
    let shown = within(30, || {
        terraform(&[
            ("a.tf", &resources),
            ("b.tf", &merges),
            ("c.tf", tags),
            ("large.tf", &format!("# owner\ntags = {{\n{keys}}}\n")),
        ])
    });
    assert!(shown.starts_with("declared: t0, t1, t2, "), "{shown}");
    assert!(
        shown.contains(", x ! the file is larger than 256 KiB"),
        "{shown}"
    );
}

#[test]
fn reports_a_module_that_is_not_valid() {
    let broken = "resource \"x\" \"y\" {\n  tags = { owner = \"a\" \n";
    let shown = terraform(&[
        ("main.tf", broken),
        ("ok.tf", "module \"m\" {\n  tags = {team = \"b\"}\n}\n"),
    ]);
    assert!(shown.starts_with("declared: b ! not valid HCL"), "{shown}");
    // Files without declarations are not parsed.
    assert_eq!(terraform(&[("main.tf", "resource {{{")]), "missing");
}

#[test]
fn ansible_authors_are_hints() {
    for (text, expected) in [
        ("galaxy_info:\n  author: Jo Doe\n", "missing: (Jo Doe?)"),
        (
            "galaxy_info:\n  author: [Jo, sre]\n",
            "missing: (Jo?, sre?)",
        ),
        ("galaxy_info: {company: x}\n", "missing"),
        ("dependencies: []\n", "missing"),
        ("galaxy_info: {author: '{{ x }}'}\n", "missing: ({{ x }}?)"),
        ("", "missing"),
    ] {
        for (path, name) in [
            ("roles/web/meta/main.yml", "web @ roles/web/"),
            (
                "ansible/roles/web/meta/main.yaml",
                "ansible/roles/web @ ansible/roles/web/",
            ),
        ] {
            assert_eq!(
                seen(&[(path, text)]),
                [format!("ansible-role:{name} = {expected}")]
            );
        }
    }
    assert_eq!(
        seen(&[("web/meta/main.yml", ""), ("web/tasks/x.yml", "")]),
        ["ansible-role:web @ web/ = missing"]
    );
    assert_eq!(
        seen(&[("meta/main.yml", ""), ("tasks/main.yml", "")]),
        ["ansible-role:. @  = missing"]
    );
    assert_eq!(
        seen(&[("roles/web/tasks/main.yml", "")]),
        ["ansible-role:web @ roles/web/ = missing"]
    );
    for path in [
        "web/meta/main.yml",
        "web/tasks/main.yml",
        "roles/main.yml",
        "roles/tasks/main.yml",
        "roles/web/files/main.yml",
    ] {
        assert!(seen(&[(path, "")]).is_empty(), "{path}");
    }
}

#[test]
fn ansible_collections_have_authors() {
    assert_eq!(
        seen(&[(
            "c/galaxy.yml",
            "namespace: org\nname: shop\nauthors:\n- Jo <jo@example.org>\n- sre\n"
        )]),
        ["ansible-collection:org.shop @ c/ = missing: (Jo <jo@example.org>?, sre?)"]
    );
    assert_eq!(
        seen(&[("galaxy.yml", "namespace: org\nname: shop\nauthors: []\n")]),
        ["ansible-collection:org.shop @  = missing: ()"]
    );
    assert!(seen(&[("galaxy.yml", "tools: []\n")]).is_empty());
}

#[test]
fn chef_cookbooks_have_a_maintainer() {
    for (text, expected) in [
        (
            "name 'shop'\nmaintainer 'Web Ops'\nmaintainer_email 'w@example.org'\n",
            "shop @ cookbooks/web/ = declared: Web Ops|w@example.org?",
        ),
        (
            "maintainer_email(\"w@example.org\")\r\n",
            "web @ cookbooks/web/ = declared: w@example.org?",
        ),
        (
            "maintainer \"#{ENV['TEAM']}\"\n",
            "web @ cookbooks/web/ = templated: #{ENV['TEAM']}?",
        ),
        (
            "# maintainer 'x'\nversion '1'\n",
            "web @ cookbooks/web/ = missing",
        ),
        ("maintainer ''\n", "web @ cookbooks/web/ = missing"),
        ("", "web @ cookbooks/web/ = missing"),
    ] {
        let lines = seen(&[("cookbooks/web/metadata.rb", text)]);
        assert_eq!(lines, [format!("chef-cookbook:{expected}")], "{text}");
    }
    let json = r#"{"name": "shop", "maintainer": "Web Ops", "maintainer_email": ""}"#;
    assert_eq!(
        seen(&[("metadata.json", json), ("recipes/default.rb", "")]),
        ["chef-cookbook:shop @  = declared: Web Ops?"]
    );
    // `metadata.json` is generated from `metadata.rb`.
    assert_eq!(
        seen(&[
            ("metadata.json", json),
            ("metadata.rb", "name 'x'\nmaintainer 'sre'\n"),
            ("recipes/default.rb", "")
        ]),
        ["chef-cookbook:x @  = declared: sre?"]
    );
    // A Puppet module.
    let lines = seen(&[("modules/x/metadata.json", r#"{"name": "x", "author": "y"}"#)]);
    assert!(
        !lines.iter().any(|line| line.starts_with("chef")),
        "{lines:?}"
    );
}

#[test]
fn ansible_roles_can_be_nested_and_configured() {
    let roles = |files: &[(&str, &str)]| {
        let lines = seen(files).into_iter();
        let roles = lines.filter_map(|line| {
            let (id, _) = line.split_once(" @")?;
            Some(id.strip_prefix("ansible-role:")?.to_owned())
        });
        roles.collect::<Vec<_>>().join(" ")
    };
    for (path, expected) in [
        ("roles/web/base/tasks/main.yml", "web/base"),
        ("roles/a/b/c/defaults/main.yaml", "a/b/c"),
        ("roles/web/handlers/main.yml", "web"),
        ("roles/web/vars/main.yml", "web"),
        ("roles/files/tasks/main.yml", "files"),
        (
            "ansible/roles/web/base/meta/main.yml",
            "ansible/roles/web/base",
        ),
        ("roles/web/roles/x/tasks/main.yml", "web/roles/x"),
        // Parts of another role.
        ("roles/web/molecule/default/tasks/main.yml", ""),
        ("roles/web/files/x/tasks/main.yml", ""),
        ("roles/web/tasks/x/vars/main.yml", ""),
        ("my-roles/web/tasks/main.yml", ""),
    ] {
        assert_eq!(roles(&[(path, "")]), expected, "{path}");
    }
    let files = [
        ("shared/web/tasks/main.yml", ""),
        ("ansible/own/db/base/handlers/main.yml", ""),
        ("ansible/own/db/base/templates/x/tasks/main.yml", ""),
        ("other/x/tasks/main.yml", ""),
    ];
    for (configuration, expected) in [
        (
            "[defaults]\nroles_path = own:../shared ; both\n",
            "ansible/own/db/base shared/web",
        ),
        (
            "[defaults]\nroles_path=./own/:~/.ansible/roles:/etc/ansible/roles\n",
            "ansible/own/db/base",
        ),
        (
            "[defaults]\nroles_path = {{ ANSIBLE_HOME ~ '/roles' }}:$HOME/x:../../x\n",
            "",
        ),
        (
            "[galaxy]\nroles_path = own\n[defaults]\n#roles_path = own\n",
            "",
        ),
    ] {
        let mut files = files.to_vec();
        files.push(("ansible/ansible.cfg", configuration));
        assert_eq!(roles(&files), expected, "{configuration}");
    }
}

#[test]
fn terraform_uses_the_last_value_of_a_key() {
    let tags = |tags: &str| {
        terraform(&[(
            "main.tf",
            &format!("resource \"x\" \"y\" {{\n  tags = {tags}\n}}\n"),
        )])
    };
    let problem = " ! `team` is set more than once, and Terraform uses only the last value";
    for (text, expected, is_reported) in [
        ("{ team = \"a\", team = \"b\" }", "declared: b", true),
        (
            "{\n    team = \"a\"\n    x = 1\n    team = \"b\"\n  }",
            "declared: b",
            true,
        ),
        ("{ \"team\" = \"a\", team : \"b\" }", "declared: b", true),
        (
            "{ \"team\" = \"a\", \"team\" = \"b\" }",
            "declared: b",
            true,
        ),
        ("{ team /* a, b */ = \"a\" }", "declared: a", false),
        (
            "{ team /* a */ = \"a\", team /* b */ = \"b\" }",
            "declared: b",
            true,
        ),
        (
            "{ team = \"a\", team = \"b\", team = null }",
            "missing",
            true,
        ),
        // Other keys can be repeated too, and are not reported.
        (
            "{ \"${upper(\"x\")}:\" = 1, \"${upper(\"x\")}:\" = 2, team = \"a\" }",
            "declared: a",
            false,
        ),
        (
            "{ (local.x) = 1, (local.x) = 2, team = \"a\" }",
            "declared: a",
            false,
        ),
        // Values in several objects are merged on purpose, and letter case matters.
        (
            "merge({ team = \"a\" }, { team = \"b\" })",
            "declared: b",
            false,
        ),
        ("{ team = \"a\", Team = \"b\" }", "declared: a, b", false),
        (
            "{ team = \"a\", x = \"b\", x = \"c\" }",
            "declared: a",
            false,
        ),
        // One problem, even if several blocks have the tags.
        (
            "local.t\n}\nresource \"x\" \"z\" {\n  tags = local.t\n}\nlocals {\n  t = { team = \"a\", team = \"b\" }",
            "declared: b",
            true,
        ),
    ] {
        let reported = if is_reported { problem } else { "" };
        assert_eq!(tags(text), format!("{expected}{reported}"), "{text}");
    }
}
