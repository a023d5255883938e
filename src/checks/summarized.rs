//! Findings that replace many others in the report of everything.

use std::hash::Hash;

use bstr::{BStr, ByteSlice as _};
use rustc_hash::FxHashMap;

use crate::{
    finding::{Finding, Related},
    text::{and_more, quoted},
};

/// More findings of one group are shown as one.
const MOST: usize = 10;

/// How many of them the message names.
const EXAMPLES: usize = 3;

/// Replaces the findings of each group with more than ten of them by the one that `about` creates, which is where the
/// first of them was. Findings without a group stay. All findings of a group have the same severity.
pub(super) fn summarized<G: Eq + Hash + Copy>(
    findings: Vec<Finding>,
    group: impl Fn(&Finding) -> Option<G>,
    about: impl Fn(G, &[&Finding]) -> Finding,
) -> Vec<Finding> {
    let key = |finding: &Finding| {
        let group = group(finding)?;
        Some((group, finding.severity, finding.is_baselined))
    };
    let keys: Vec<_> = findings.iter().map(key).collect();
    let mut groups: FxHashMap<_, Vec<&Finding>> = FxHashMap::default();
    for (finding, key) in findings.iter().zip(&keys) {
        if let Some(key) = key {
            groups.entry(*key).or_default().push(finding);
        }
    }
    groups.retain(|_, members| members.len() > MOST);
    let mut shown = Vec::with_capacity(findings.len());
    for (finding, key) in findings.iter().zip(keys) {
        let members = key.and_then(|key| Some((key, groups.get(&key)?)));
        match members {
            None => shown.push(finding.clone()),
            Some(((group, ..), members)) if std::ptr::eq(members[0], finding) => {
                shown.push(Finding {
                    severity: finding.severity,
                    at_most: finding.at_most,
                    is_baselined: finding.is_baselined,
                    related: members.iter().map(|it| related(it)).collect(),
                    ..about(group, members)
                });
            }
            Some(_) => {}
        }
    }
    shown
}

/// Returns the place and the message of a replaced finding.
fn related(finding: &Finding) -> Related {
    Related::new(finding.place.clone(), finding.message.clone())
}

/// Returns the first few names, for the end of a message.
pub(super) fn examples<'n>(names: impl ExactSizeIterator<Item = &'n BStr>) -> String {
    let all = names.len();
    and_more(names.take(EXAMPLES).map(quoted), all)
}

/// Returns the innermost directory that contains all paths; `.` for the root.
pub(super) fn common_directory<'p>(mut paths: impl Iterator<Item = &'p BStr>) -> &'p BStr {
    let first = paths.next().unwrap_or_default();
    let shared = paths.fold(first, |shared, path| {
        let same = shared.iter().zip(path.iter());
        let end = same.take_while(|(a, b)| a == b).count();
        shared[..end].as_bstr()
    });
    match shared.rfind_byte(b'/') {
        Some(slash) => shared[..=slash].as_bstr(),
        None => BStr::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_innermost_common_directory() {
        for (paths, expected) in [
            (&["a/b", "a/c"][..], "a/"),
            (&["a/bc/d", "a/bd/e"], "a/"),
            (&["a/", "a/b"], "a/"),
            (&["a", "b/"], "."),
            (&["a", "ab"], "."),
            (&["a/b/"], "a/b/"),
        ] {
            let found = common_directory(paths.iter().map(BStr::new));
            assert_eq!(found, expected, "{paths:?}");
        }
    }
}
