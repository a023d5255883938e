//! Which entries of rules win nothing today, and whether they ever could.

use super::map_entry::MapEntry;
use crate::{
    claims::ClaimId,
    whatif::{self, Evaluator, Prospect, WhatIf},
};

/// An entry of a rule that matches files of which it wins none.
#[derive(Debug)]
pub(super) struct OverriddenEntry {
    /// Its position among all entries.
    pub entry: usize,
    /// What has become of its claims, with the positions of their repositories.
    pub claims: Vec<(usize, ClaimId, whatif::OverriddenClaim)>,
}

impl OverriddenEntry {
    pub fn all(what_if: &[WhatIf<'_>], entries: &[MapEntry<'_>]) -> Vec<Self> {
        let mut all: Vec<Self> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.is_of_rule() && entry.files > 0 && !entry.stands)
            .map(|(entry, _)| Self {
                entry,
                claims: Vec::new(),
            })
            .collect();
        for (at, what_if) in what_if.iter().enumerate() {
            let mut of: Vec<usize> = Vec::new();
            let mut claims: Vec<ClaimId> = Vec::new();
            for (position, overridden_claims) in all.iter().enumerate() {
                let here = entries[overridden_claims.entry].claims.iter();
                for (_, claim) in here.filter(|(repository, _)| *repository == at) {
                    of.push(position);
                    claims.push(*claim);
                }
            }
            let found = what_if.overridden_claims(&claims);
            for ((position, claim), one) in of.into_iter().zip(claims).zip(found) {
                all[position].claims.push((at, claim, one));
            }
        }
        all
    }

    /// A new file that it would win, in the repository that comes first; `oracles` go by repository.
    pub fn could_win(
        &self,
        what_if: &[WhatIf<'_>],
        evaluators: &mut [Evaluator<'_>],
    ) -> Option<bstr::BString> {
        self.claims
            .iter()
            .find_map(|(at, claim, one)| match &one.prospect {
                Some(Prospect::Wins(path)) => {
                    let what_if = &what_if[*at];
                    Some(what_if.readable_win(&mut evaluators[*at], *claim, path.as_ref()))
                }
                _ => None,
            })
    }

    /// Whether its owners have all of its files anyway.
    pub fn is_said_anyway(&self) -> bool {
        self.claims.iter().all(|(.., one)| one.owners_agree)
    }

    /// Whether it can't be decided within the limits if there is a file that it could win.
    pub fn is_undecided(&self) -> bool {
        let mut fates = self.claims.iter().map(|(.., one)| &one.prospect);
        fates.any(|fate| matches!(fate, Some(Prospect::Undecided)))
    }

    /// Whether there is no file, in any repository, that it could win.
    pub fn never_wins(&self) -> bool {
        let mut fates = self.claims.iter().map(|(.., one)| &one.prospect);
        fates.all(|fate| matches!(fate, Some(Prospect::NeverWins(_))))
    }
}
