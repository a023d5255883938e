use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};

use super::{Commit, Git};

impl Git {
    /// The files of a merge of two parents that differ from git's own merge of them. `None` where git can't
    /// merge them: it is too old (before 2.35), or the clone does not contain their merge base.
    pub fn differs_from_automatic_merge(
        &self,
        merge: &Commit,
        [first, second]: [&str; 2],
    ) -> Option<BTreeSet<BString>> {
        let base = self.run(&["merge-base", first, second]).ok()?;
        if !base.status.success() {
            return None;
        }
        let objects = ["rev-parse", "--git-path", "objects"];
        let objects = self.read_path(&objects, "find a directory").ok()?;
        // Git writes the merged files for the time of the comparison, so they go elsewhere.
        let scratch = tempfile::tempdir().ok()?;
        let output = self
            .command()
            .env("GIT_OBJECT_DIRECTORY", scratch.path())
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", objects)
            // Gerrit recognizes no renames here.
            .args([
                "-c",
                "merge.renames=false",
                "-c",
                "merge.directoryRenames=false",
            ])
            .args([
                "show",
                "--remerge-diff",
                "--name-only",
                "-z",
                "--format=",
                "--no-renames",
            ])
            .args(["--no-ext-diff", "--no-textconv", &merge.id])
            .output()
            .ok()?;
        let paths = output
            .stdout
            .split_str("\0")
            .filter(|path| !path.is_empty());
        output
            .status
            .success()
            .then(|| paths.map(BString::from).collect())
    }
}
