//! Derives rules from the owners of new files: a rule for a folder, and further rules for exceptions in it. Rules only
//! refine each other, so the result is exact for every source.

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use super::{
    DraftRule,
    expected_owners::{ExpectedOwners, OwnersId},
};
use crate::pattern::{Pattern, escape};

/// Returns the rules for all files.
pub fn rules(expected: &ExpectedOwners<'_>) -> Vec<DraftRule> {
    let mut draft = FolderRules {
        expected,
        patterns: BTreeMap::new(),
    };
    draft.visit(0..expected.files.len(), 0, 0);
    let rules = draft.patterns.into_iter();
    rules
        .map(|(id, patterns)| DraftRule {
            patterns,
            owners: expected.owners(id).to_vec(),
            priority: 0,
            note: None,
        })
        .collect()
}

struct FolderRules<'e, 'f> {
    expected: &'e ExpectedOwners<'f>,
    /// The patterns of the rule for each set of owners.
    patterns: BTreeMap<OwnersId, Vec<Pattern>>,
}

impl FolderRules<'_, '_> {
    /// Visits the folder with these files; `length` is the length of its path including the final `/`, and `above` are the
    /// owners that the folder above gives to everything in it.
    fn visit(&mut self, files: std::ops::Range<usize>, length: usize, above: OwnersId) {
        let expected = self.expected;
        let folder = expected.files.get(files.start);
        let folder = folder.map_or(BStr::new(""), |file| file[..length].as_bstr());
        let [direct, inside] = expected.of_folder(folder);
        if inside != above {
            let pattern = match length {
                0 => Pattern::parse("**"),
                _ => Pattern::parse(&escape(folder)),
            };
            self.add(inside, pattern.ok());
        }
        if direct != inside {
            let pattern = Pattern::parse_files(&format!("{}*", escape(folder)));
            self.add(direct, pattern.ok());
        }
        let mut at = files.start;
        while at < files.end {
            let path = expected.files[at];
            let Some(slash) = path[length..].find_byte(b'/') else {
                let id = expected.id(at);
                let around = match expected.is_submodule(path) {
                    true => inside,
                    false => direct,
                };
                if id != around {
                    self.add(id, expected.only(path));
                }
                at += 1;
                continue;
            };
            let end = length + slash + 1;
            let rest = &expected.files[at..files.end];
            let below = rest.partition_point(|other| other.starts_with(&path[..end]));
            self.visit(at..at + below, end, inside);
            at += below;
        }
    }

    fn add(&mut self, id: OwnersId, pattern: Option<Pattern>) {
        self.patterns.entry(id).or_default().extend(pattern);
    }
}
