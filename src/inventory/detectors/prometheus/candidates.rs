//! Files that may contain rules, by their names.

use bstr::{BStr, ByteSlice};

use super::super::{
    inherited::Inherited,
    paths::{contains_in_any_case, directory, file_name},
};
use crate::inventory::{FileKind, Files};

const ENDS: [&str; 3] = [".yaml", ".yml", ".rules"];

/// Returns the files that may contain rules, with their names as components: without the extension, unless another
/// file has the same name then.
pub(super) fn find(files: &Files) -> impl Iterator<Item = (&BStr, &BStr)> {
    let mut last: Option<(&BStr, &BStr)> = None;
    let mut directories = Inherited::new(Likely::No);
    let regular = files.ending_in(&ENDS).filter_map(move |file| {
        let directory = directory(file.path);
        let likely = directories.of(directory, |around, _, name| around.inside(name));
        let stem = stem(file.path)?;
        (file.kind != FileKind::Submodule && may_have_rules(file.path, stem, likely))
            .then_some((file.path, stem))
    });
    regular.map(move |(path, stem)| {
        // Files that differ only in the extension are adjacent, except for those with the same prefix: `a.b.yml`.
        let is_taken = last.is_some_and(|(_, other)| other == stem)
            || [".yaml", ".yml"].iter().any(|extension| {
                let other = [stem, extension.as_bytes()].concat();
                other.as_bytes() < path.as_bytes() && files.find(other.as_bstr()).is_some()
            });
        last = Some((path, stem));
        (path, if is_taken { path } else { stem })
    })
}

fn stem(path: &BStr) -> Option<&BStr> {
    ENDS.iter()
        .find_map(|extension| path.strip_suffix(extension.as_bytes()))
        .map(BStr::new)
}

/// What the names of directories show about the files in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likely {
    /// Files of a chart are templates.
    Never,
    No,
    Yes,
}

impl Likely {
    /// Returns the value for the directory `name` in this one.
    fn inside(self, name: &[u8]) -> Self {
        match (self, name) {
            (Self::Never, _) | (_, b"templates") => Self::Never,
            _ if name.starts_with(b"team-") || is_usual(name) => Self::Yes,
            _ => self,
        }
    }
}

fn may_have_rules(path: &BStr, stem: &BStr, likely: Likely) -> bool {
    let name = file_name(path);
    let is_likely = match likely {
        Likely::Never => false,
        Likely::No => {
            path.ends_with(b".rules")
                || contains_in_any_case(name, b"alert")
                || contains_in_any_case(name, b"rule")
        }
        Likely::Yes => true,
    };
    let is_test = || {
        ["_test", "-test", ".test", "_tests", "-tests", ".tests"]
            .iter()
            .any(|end| stem.ends_with(end.as_bytes()))
    };
    is_likely && !name.starts_with(b".") && !is_test()
}

/// Returns whether directories of this name usually contain rules.
fn is_usual(directory: &[u8]) -> bool {
    matches!(
        directory,
        b"alerting"
            | b"alerting_rules"
            | b"alerts"
            | b"monitoring"
            | b"prometheus"
            | b"prometheus-rules"
            | b"prometheusrules"
            | b"rules"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::FilesBuilder;

    #[test]
    fn finds_files_that_may_have_rules() {
        let mut builder = FilesBuilder::default();
        for path in [
            "charts/x/templates/alerts.yaml",
            "monitoring/a.yaml",
            "monitoring/a.yml",
            "monitoring/notes.md",
            "other/a.yaml",
            "other/HighAlerts.yml",
            "other/x.rules",
            "team-sre/deep/b.rules.yml",
            "team-sre/b_test.yaml",
        ] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        builder.push(b"rules/link.yaml", FileKind::Symlink);
        builder.push(b"rules/module.yaml", FileKind::Submodule);
        let files = builder.build();
        let names: Vec<&BStr> = find(&files).map(|(_, name)| name).collect();
        let expected = [
            "monitoring/a",
            "monitoring/a.yml",
            "other/HighAlerts",
            "other/x",
            "rules/link",
            "team-sre/deep/b.rules",
        ];
        assert_eq!(names, expected);
    }
}
