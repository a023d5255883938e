//! Rules from what is said of every file: a rule for a folder, further ones for what differs in it.
//! They only ever refine each other, so that they say exactly this, whatever the source was.

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use super::{DraftRule, rule::set};
use crate::{dialects::Answers, pattern::escape};

/// How many of a folder's files may be nobody's before the folder gets no rule: one in so many.
const FEW: usize = 10;

/// The rules for `files`, which are sorted, by the answers for them.
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
    /// By id of a set of owners: the owners, in an order in which they are written.
    owners: Vec<Vec<String>>,
    of_file: Vec<usize>,
    /// By id of a set of owners: the patterns of its rule.
    paths: BTreeMap<usize, Vec<String>>,
}

impl FolderRules<'_> {
    /// Looks into the folder that holds these files, whose path is so long with its `/`. Above it,
    /// these owners are given to all.
    fn visit(&mut self, files: std::ops::Range<usize>, length: usize, above: Option<usize>) {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for at in files.clone() {
            *counts.entry(self.of_file[at]).or_default() += 1;
        }
        let is_nobody = |id: &usize| self.owners[*id].is_empty();
        let most = counts.iter().filter(|(id, _)| !is_nobody(id));
        let most = most.max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
        let unowned = counts.iter().find(|(id, _)| is_nobody(id));
        let unowned = unowned.map_or(0, |(_, count)| *count);
        let here = match most {
            Some((id, _)) if unowned * FEW <= files.len() => Some(*id),
            _ if unowned == files.len() => self.of_file.get(files.start).copied(),
            _ => above,
        };
        // Where nothing is given from above, nobody's is what needs no rule.
        let here = here.filter(|id| above.is_some() || !is_nobody(id));
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
