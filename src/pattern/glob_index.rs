//! Finds the globs at one node of the tree that match a name without testing each: by extension, by
//! first byte, or by the literals that a name must contain.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use bstr::ByteSlice;
use rustc_hash::FxHashMap;

use super::Segment;

/// How many globs without a literal prefix or extension a node may have before they are prefiltered
/// by the literals inside them.
const PREFILTER_FROM: usize = 8;

/// The position of a node in the tree.
pub(super) type NodeId = u32;

/// The globs of a node, by what a name must have to match them.
#[derive(Debug, Default)]
pub(super) struct GlobIndex {
    by_extension: FxHashMap<Box<[u8]>, Vec<(Segment, NodeId)>>,
    by_first_byte: FxHashMap<u8, Vec<(Segment, NodeId)>>,
    by_literal: Option<ByLiteral>,
    rest: Vec<(Segment, NodeId)>,
}

impl GlobIndex {
    /// Creates an index of globs and the nodes they lead to.
    pub fn new(globs: Vec<(Segment, NodeId)>) -> Self {
        let mut index = Self::default();
        for (glob, node) in globs {
            let suffix = glob.suffix();
            if let Some(dot) = suffix.rfind_byte(b'.') {
                let extension = suffix[dot..].into();
                let list = index.by_extension.entry(extension).or_default();
                list.push((glob, node));
            } else if let Some(first) = glob.prefix().first() {
                let list = index.by_first_byte.entry(*first).or_default();
                list.push((glob, node));
            } else {
                index.rest.push((glob, node));
            }
        }
        if index.rest.len() > PREFILTER_FROM {
            let (with, without): (Vec<_>, Vec<_>) = std::mem::take(&mut index.rest)
                .into_iter()
                .partition(|(glob, _)| glob.literals().next().is_some());
            index.rest = without;
            match ByLiteral::new(with) {
                Ok(by_literal) => index.by_literal = Some(by_literal),
                // Too large for the library: test them one by one.
                Err(globs) => index.rest.extend(globs),
            }
        }
        index
    }

    /// Calls `found` with the node of each glob that matches `name`.
    pub fn each_match(&self, name: &[u8], tally: &mut Tally, mut found: impl FnMut(NodeId)) {
        let mut test = |globs: &[(Segment, NodeId)]| {
            for (glob, node) in globs {
                if glob.matches(name) {
                    found(*node);
                }
            }
        };
        if !self.by_extension.is_empty()
            && let Some(dot) = name.rfind_byte(b'.')
            && let Some(globs) = self.by_extension.get(&name[dot..])
        {
            test(globs);
        }
        if !self.by_first_byte.is_empty()
            && let Some(first) = name.first()
            && let Some(globs) = self.by_first_byte.get(first)
        {
            test(globs);
        }
        test(&self.rest);
        if let Some(by_literal) = &self.by_literal {
            by_literal.each_match(name, tally, found);
        }
    }
}

/// Globs that can only match a name that contains all of their literals.
#[derive(Debug)]
struct ByLiteral {
    /// Finds literals in a name.
    automaton: AhoCorasick,
    /// The globs that need each literal.
    needed_by: Vec<Vec<u32>>,
    /// The globs, with the number of literals that each needs.
    globs: Vec<(Segment, NodeId, u32)>,
}

impl ByLiteral {
    fn new(globs: Vec<(Segment, NodeId)>) -> Result<Self, Vec<(Segment, NodeId)>> {
        let mut literals: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
        let mut counted = Vec::with_capacity(globs.len());
        for ((glob, node), at) in globs.iter().zip(0..) {
            let needed: BTreeSet<Vec<u8>> = glob.literals().collect();
            counted.push((glob.clone(), *node, needed.len() as u32));
            for literal in needed {
                literals.entry(literal).or_default().push(at);
            }
        }
        let (literals, needed_by): (Vec<_>, Vec<_>) = literals.into_iter().unzip();
        match AhoCorasick::new(literals) {
            Ok(automaton) => Ok(Self {
                automaton,
                needed_by,
                globs: counted,
            }),
            Err(_) => Err(globs),
        }
    }

    fn each_match(&self, name: &[u8], tally: &mut Tally, mut found: impl FnMut(NodeId)) {
        tally.start(self.needed_by.len().max(self.globs.len()));
        for hit in self.automaton.find_overlapping_iter(name) {
            let literal = hit.pattern().as_usize();
            if !tally.is_first_sight(literal) {
                continue;
            }
            for glob in &self.needed_by[literal] {
                let (segment, node, needed) = &self.globs[*glob as usize];
                if tally.count(*glob as usize) == *needed && segment.matches(name) {
                    found(*node);
                }
            }
        }
    }
}

/// Counts for one name at a time. A new round clears them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    round: u32,
    sighted: Vec<u32>,
    counts: Vec<(u32, u32)>,
}

impl Tally {
    fn start(&mut self, size: usize) {
        if self.sighted.len() < size {
            self.sighted.resize(size, self.round);
            self.counts.resize(size, (self.round, 0));
        }
        self.round = self.round.wrapping_add(1);
    }

    fn is_first_sight(&mut self, at: usize) -> bool {
        std::mem::replace(&mut self.sighted[at], self.round) != self.round
    }

    fn count(&mut self, at: usize) -> u32 {
        let (round, count) = &mut self.counts[at];
        if *round != self.round {
            (*round, *count) = (self.round, 0);
        }
        *count += 1;
        *count
    }
}
