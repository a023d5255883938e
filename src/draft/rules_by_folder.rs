//! Derives rules from the owners of every file: a rule for a folder, and further rules for exceptions in it.
//! Rules only refine each other, so the result is exact for every source.

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use super::{DraftRule, rule::set};
use crate::{dialects::Answers, pattern::escape};

/// A folder gets a rule if at most one in this many of its files is unowned.
const FEW: usize = 10;

/// Returns the rules for `files`, which are sorted, by their answers.
pub fn rules(files: &[&BStr], answers: &Answers) -> Vec<DraftRule> {
    let mut draft = FolderRules {
        files,
        owners: Vec::new(),
        of_file: Vec::new(),
        paths: BTreeMap::new(),
    };
    let mut known = BTreeMap::new();
    for at in 0..files.len() {
        let owners = &answers.of(at).owners;
        let next = draft.owners.len();
        let id = *known.entry(set(owners)).or_insert(next);
        if id == next {
            draft.owners.push(owners.clone());
        }
        draft.of_file.push(id);
    }
    draft.visit(0..files.len(), 0, None);
    let owners = draft.owners;
    let rules = draft.paths.into_iter();
    rules
        .map(|(id, paths)| DraftRule {
            paths,
            owners: owners[id].clone(),
            priority: 0,
            note: None,
        })
        .collect()
}

struct FolderRules<'f> {
    files: &'f [&'f BStr],
    /// The owners by the id of their set, in the order of one of the answers.
    owners: Vec<Vec<String>>,
    of_file: Vec<usize>,
    /// The patterns of the rule for each set of owners.
    paths: BTreeMap<usize, Vec<String>>,
}

impl FolderRules<'_> {
    /// Visits the folder with these files; `length` is the length of its path including the final `/`, and
    /// `above` the owners that the folder above gives to everything in it.
    fn visit(&mut self, files: std::ops::Range<usize>, length: usize, above: Option<usize>) {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for at in files.clone() {
            *counts.entry(self.of_file[at]).or_default() += 1;
        }
        let is_unowned = |id: &usize| self.owners[*id].is_empty();
        let most = counts.iter().filter(|(id, _)| !is_unowned(id));
        let most = most.max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
        let unowned = counts.iter().find(|(id, _)| is_unowned(id));
        let unowned = unowned.map_or(0, |(_, count)| *count);
        let here = match most {
            Some((id, _)) if unowned * FEW <= files.len() => Some(*id),
            _ if unowned == files.len() => self.of_file.get(files.start).copied(),
            _ => above,
        };
        // Without owners from above, unowned files need no rule.
        let here = here.filter(|id| above.is_some() || !is_unowned(id));
        if let Some(id) = here
            && here != above
        {
            let folder = files.start;
            let pattern = match length {
                0 => "**".to_owned(),
                _ => escape(self.files[folder][..length].as_bstr()),
            };
            self.paths.entry(id).or_default().push(pattern);
        }
        if counts.len() == 1 {
            return;
        }
        let mut at = files.start;
        while at < files.end {
            let path = self.files[at];
            let Some(slash) = path[length..].find_byte(b'/') else {
                let id = self.of_file[at];
                if here != Some(id) && (here.is_some() || !self.owners[id].is_empty()) {
                    self.paths.entry(id).or_default().push(escape(path));
                }
                at += 1;
                continue;
            };
            let end = length + slash + 1;
            let prefix = &path[..end];
            let inside = self.files[at..files.end].partition_point(|path| path.starts_with(prefix));
            self.visit(at..at + inside, end, here);
            at += inside;
        }
    }
}
