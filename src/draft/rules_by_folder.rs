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
    let above = Inherited {
        inside: 0,
        of_suffix: vec![None; expected.suffixes().len()],
    };
    draft.visit(0..expected.files.len(), 0, &above);
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

/// The owners that the rules for the folders above give to everything in a folder.
#[derive(Clone)]
struct Inherited {
    inside: OwnersId,
    /// By suffix: the owners of files with it, if there is a rule about them.
    of_suffix: Vec<Option<OwnersId>>,
}

impl FolderRules<'_, '_> {
    /// Visits the folder with these files; `length` is the length of its path including the final `/`.
    fn visit(&mut self, files: std::ops::Range<usize>, length: usize, above: &Inherited) {
        let expected = self.expected;
        let folder = expected.files.get(files.start);
        let folder = folder.map_or(BStr::new(""), |file| file[..length].as_bstr());
        let here = self.add_folder(folder, above);
        let mut at = files.start;
        while at < files.end {
            let path = expected.files[at];
            let Some(slash) = path[length..].find_byte(b'/') else {
                let id = expected.id(at);
                let around = match expected.is_submodule(path) {
                    true => here.inside,
                    false => expected.beside(path),
                };
                if id != around {
                    self.add(id, expected.only_or_longer(at));
                }
                at += 1;
                continue;
            };
            let end = length + slash + 1;
            let rest = &expected.files[at..files.end];
            let below = rest.partition_point(|other| other.starts_with(&path[..end]));
            self.visit(at..at + below, end, &here);
            at += below;
        }
    }

    /// Adds the rules for new files in a folder, and returns what its folders inherit.
    fn add_folder(&mut self, folder: &BStr, above: &Inherited) -> Inherited {
        let expected = self.expected;
        let [direct, inside] = expected.of_folder(folder, None);
        let own = escape(folder);
        let has_rule = inside != above.inside;
        if has_rule {
            let pattern = match own.is_empty() {
                true => Pattern::parse("**"),
                false => Pattern::parse(&own),
            };
            self.add(inside, pattern.ok());
        }
        if direct != inside {
            self.add(direct, Pattern::parse_files(&format!("{own}*")).ok());
        }
        let mut of_suffix = above.of_suffix.clone();
        for (at, suffix) in expected.suffixes().iter().enumerate() {
            let suffix = escape(suffix.as_bstr());
            let [direct_here, inside_here] = expected.of_folder(folder, Some(at));
            let inherited = of_suffix[at];
            // Neither a rule for a folder nor one for a suffix in a folder above is more precise.
            let is_unclear = has_rule && inherited.is_some();
            if is_unclear || inside_here != inherited.unwrap_or(inside) {
                let pattern = Pattern::parse_files(&format!("{own}**/*{suffix}"));
                self.add(inside_here, pattern.ok());
                of_suffix[at] = Some(inside_here);
            }
            let is_unclear = direct != inside && of_suffix[at].is_some();
            if is_unclear || direct_here != of_suffix[at].unwrap_or(direct) {
                let pattern = Pattern::parse_files(&format!("{own}*{suffix}"));
                self.add(direct_here, pattern.ok());
            }
        }
        Inherited { inside, of_suffix }
    }

    fn add(&mut self, id: OwnersId, pattern: Option<Pattern>) {
        self.patterns.entry(id).or_default().extend(pattern);
    }
}
