//! `requires` of the map: the versions of ownlint that the map is written for.

use semver::{Op, Version, VersionReq};

use super::{
    MapError,
    reader::{Fields, Reader},
    spanned::Spanned,
    written::WrittenMap,
};
use crate::text::quoted;

/// This version.
const OWN: &str = env!("CARGO_PKG_VERSION");

/// A range of versions, in the syntax of Cargo: `>=0.4, <1`. A version without an operator allows compatible ones.
#[derive(Debug, Clone)]
pub struct Requirement(VersionReq);

impl Requirement {
    /// Returns the text of the range that starts with this version.
    pub fn of_this_version() -> String {
        format!(">={OWN}")
    }

    /// Returns whether the oldest version in the range is older than `version`, such as the first one with a check.
    pub fn predates(&self, version: &str) -> bool {
        let Ok(version) = Version::parse(version) else {
            return false;
        };
        let comparators = self.0.comparators.iter();
        let lower = comparators.filter(|it| !matches!(it.op, Op::Less | Op::LessEq));
        let oldest = lower.map(|it| {
            let pre = it.pre.clone();
            let numbers = (it.major, it.minor.unwrap_or(0), it.patch.unwrap_or(0));
            Version {
                pre,
                ..Version::new(numbers.0, numbers.1, numbers.2)
            }
        });
        oldest.max().is_none_or(|oldest| oldest < version)
    }
}

pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, written: &mut WrittenMap) {
    let Some(text) = reader.text(fields, "requires") else {
        return;
    };
    match text.value.parse() {
        Ok(range) => {
            let entry = Some(text.with(Requirement(range)));
            reader.once("requires", entry, &mut written.requires);
        }
        Err(error) => {
            let message = format!(
                "{} is not a range of versions: {error}",
                quoted(&text.value)
            );
            let help = "write the versions as in `>=0.4` or `>=0.4, <1`";
            let error = MapError::new(text.place, message);
            reader.errors.push(error.help(help));
        }
    }
}

/// Returns the error if this version is outside the range. Then all other errors may only be misunderstandings.
pub(super) fn unmet(requires: Option<&Spanned<Requirement>>) -> Option<MapError> {
    let requires = requires?;
    let range = &requires.value.0;
    let own = Version::parse(OWN).ok()?;
    if range.matches(&own) {
        return None;
    }
    let message = format!("the map requires ownlint {range}, but this is ownlint {OWN}");
    let help = match requires.value.predates(OWN) {
        true => {
            "use an older version, or change the range after you have checked the map with this version"
        }
        false => "upgrade ownlint",
    };
    Some(MapError::new(requires.place.clone(), message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_bound_decides_which_checks_are_new() {
        for (range, since, expected) in [
            (">=0.4", "0.4.0", false),
            (">=0.4", "0.4.1", true),
            (">=0.4, <1", "0.3.9", false),
            ("0.4.2", "0.4.2", false),
            ("~0.4", "0.5.0", true),
            ("=0.4.2", "0.4.3", true),
            (">0.4.2, <0.6", "0.4.2", false),
            ("0.4.*", "0.4.1", true),
            ("<2", "0.1.0", true),
            ("*", "0.1.0", true),
        ] {
            let range = Requirement(range.parse().unwrap());
            assert_eq!(range.predates(since), expected, "{range:?} {since}");
        }
    }
}
