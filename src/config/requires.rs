//! `requires` of the map: the versions of ownlint that the map is written for.

use std::str::FromStr;

use semver::{Op, Version, VersionReq};

use super::{
    MapError,
    reader::{Fields, Reader},
    spanned::Spanned,
    written::WrittenMap,
};
use crate::text::quoted;

/// The first version.
const FIRST: Version = Version::new(0, 1, 0);

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

    /// Returns whether the oldest version in the range is older than `version`, such as the first one with a check. A
    /// range without a lower bound starts with the first version.
    pub fn predates(&self, version: &str) -> bool {
        Version::parse(version).is_ok_and(|version| self.oldest() < version)
    }

    fn oldest(&self) -> Version {
        let comparators = self.0.comparators.iter();
        let lower = comparators.filter(|it| !matches!(it.op, Op::Less | Op::LessEq));
        let oldest = lower.map(|it| Version {
            pre: it.pre.clone(),
            ..Version::new(it.major, it.minor.unwrap_or(0), it.patch.unwrap_or(0))
        });
        oldest.max().map_or(FIRST, |oldest| oldest.max(FIRST))
    }
}

impl FromStr for Requirement {
    type Err = semver::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, written: &mut WrittenMap) {
    let Some(text) = reader.text(fields, "requires") else {
        return;
    };
    match text.value.parse() {
        Ok(requirement) => {
            let entry = Some(text.with(requirement));
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
    let help = match requires.value.oldest() <= own {
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
            ("<2", "0.1.0", false),
            ("<2", "0.2.0", true),
            ("*", "0.1.0", false),
            ("0.x", "0.1.0", false),
            (">=0", "0.1.0", false),
            (">=0.1.0-alpha", "0.1.0", false),
            (">=0.0.1, <1", "0.1.1", true),
        ] {
            let range: Requirement = range.parse().unwrap();
            assert_eq!(range.predates(since), expected, "{range:?} {since}");
        }
    }
}
