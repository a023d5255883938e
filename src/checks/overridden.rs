//! Rule entries that do not win any existing file, and whether they ever could win one.

use super::map_entry::MapEntry;
use crate::{
    claims::ClaimId,
    resolution::Reason,
    whatif::{self, Evaluator, Prospect, WhatIf},
};

/// An entry of a rule that matches files but wins none of them.
#[derive(Debug)]
pub(super) struct OverriddenEntry {
    /// Its position among all entries.
    pub entry: usize,
    /// Its overridden claims, with the positions of their repositories.
    pub claims: Vec<(usize, ClaimId, whatif::OverriddenClaim)>,
}

impl OverriddenEntry {
    pub fn all(what_if: &[WhatIf<'_>], entries: &[MapEntry<'_>]) -> Vec<Self> {
        let mut all: Vec<Self> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !entry.is_partly_known && entry.is_of_rule())
            .filter(|(_, entry)| entry.files > 0 && !entry.is_winning)
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

    /// Returns a new file that it would win, in the first such repository. There is one evaluator for each
    /// repository.
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

    /// Returns whether the only stronger claims belong to the successors of its owners.
    pub fn is_succeeded(&self) -> bool {
        let stronger = self.claims.iter().flat_map(|(.., one)| &one.stronger);
        let mut stronger = stronger.peekable();
        stronger.peek().is_some() && stronger.all(|(one, _)| one.reason == Reason::Successor)
    }

    /// Returns whether its owners own all of its files anyway.
    pub fn is_owned_anyway(&self) -> bool {
        self.claims.iter().all(|(.., one)| one.owners_agree)
    }

    /// Returns whether the limits make it impossible to decide if it could win a file.
    pub fn is_undecided(&self) -> bool {
        let mut prospects = self.claims.iter().map(|(.., one)| &one.prospect);
        prospects.any(|fate| matches!(fate, Some(Prospect::Undecided)))
    }

    /// Returns whether it cannot win a file in any repository.
    pub fn never_wins(&self) -> bool {
        let mut prospects = self.claims.iter().map(|(.., one)| &one.prospect);
        prospects.all(|fate| matches!(fate, Some(Prospect::NeverWins(_))))
    }
}
