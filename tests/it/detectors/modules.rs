//! Terraform, Ansible and Chef.

use crate::harness::{Repo, findings};

#[test]
fn modules_have_their_declared_owners() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {sre: {}, dba: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n",
        ),
        (
            "tf/main.tf",
            "resource \"x\" \"a\" {\n  tags = { owner = \"sre\" }\n}\nresource \"x\" \"b\" {\n  tags = { team = \"dba\" }\n}\n",
        ),
        (
            "tf/sub/main.tf",
            "provider \"aws\" {\n  default_tags {\n    tags = { team = \"dba\" }\n  }\n}\n",
        ),
        ("cookbooks/web/metadata.rb", "maintainer 'sre'\n"),
        ("roles/web/meta/main.yml", "galaxy_info: {author: dba}\n"),
    ]);
    assert_eq!(findings(&repo.check()), [""; 0]);
    for (path, owners) in [
        ("tf/main.tf", "sre dba"),
        ("tf/sub/main.tf", "dba"),
        ("cookbooks/web/x.rb", "sre"),
        ("roles/web/tasks/main.yml", "dba"),
    ] {
        assert_eq!(repo.verdict(path), owners, "{path}");
    }
}
