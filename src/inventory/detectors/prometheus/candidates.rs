//! Which files may hold rules, by their names alone.

use bstr::{BStr, ByteSlice};

use super::super::{
    inherited::Inherited,
    paths::{contains_in_any_case, directory, file_name},
};
use crate::inventory::{FileKind, Files};

const ENDS: [&str; 3] = [".yaml", ".yml", ".rules"];

/// The files that may hold rules, with the names they have as components: without the extension,
/// where that tells them apart.
pub(super) fn among(files: &Files) -> impl Iterator<Item = (&BStr, &BStr)> {
    let mut taken: Option<(&BStr, &BStr)> = None;
    let mut directories = Inherited::new(Likely::No);
    let regular = files.ending_in(&ENDS).filter_map(move |file| {
        let directory = directory(file.path);
        let likely = directories.of(directory, |around, _, name| around.inside(name));
        let stem = stem(file.path)?;
        (file.kind == FileKind::Regular && may_hold_rules(file.path, stem, likely))
            .then_some((file.path, stem))
    });
    regular.map(move |(path, stem)| {
        // What differs only by its extension lies together, but for what begins the same: `a.b.yml`.
        let is_taken = taken.is_some_and(|(_, known)| known == stem)
            || [".yaml", ".yml"].iter().any(|extension| {
                let other = [stem, extension.as_bytes()].concat();
                other.as_bytes() < path.as_bytes() && files.find(other.as_bstr()).is_some()
            });
        taken = Some((path, stem));
        (path, if is_taken { path } else { stem })
    })
}

fn stem(path: &BStr) -> Option<&BStr> {
    ENDS.iter()
        .find_map(|extension| path.strip_suffix(extension.as_bytes()))
        .map(BStr::new)
}

/// What the names of directories say of the files in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likely {
    /// Those of a chart are templates.
    Never,
    No,
    Yes,
}

impl Likely {
    /// What they say in a directory of this one that is called `name`.
    fn inside(self, name: &[u8]) -> Self {
        match (self, name) {
            (Self::Never, _) | (_, b"templates") => Self::Never,
            _ if name.starts_with(b"team-") || is_baselined(name) => Self::Yes,
            _ => self,
        }
    }
}

fn may_hold_rules(path: &BStr, stem: &BStr, likely: Likely) -> bool {
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

/// Whether rules are kept in directories of this name.
fn is_baselined(directory: &[u8]) -> bool {
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
    fn rules_are_sought_where_they_are_kept() {
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
        let files = builder.build();
        let names: Vec<&BStr> = among(&files).map(|(_, name)| name).collect();
        let expected = [
            "monitoring/a",
            "monitoring/a.yml",
            "other/HighAlerts",
            "other/x",
            "team-sre/deep/b.rules",
        ];
        assert_eq!(names, expected);
    }
}
