//! Finds which of many patterns overlap a pattern without comparing each: patterns share their common
//! prefix in a tree, and subtrees that cannot overlap are skipped.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Alternative, Part, Pattern, PatternId, Segment};

/// An index of patterns, to find those that overlap another one.
#[derive(Debug)]
pub struct Overlaps<'p> {
    nodes: Vec<Node<'p>>,
}

type NodeId = u32;

const ROOT: NodeId = 0;

#[derive(Debug, Default)]
struct Node<'p> {
    names: BTreeMap<&'p [u8], NodeId>,
    globs: Vec<(&'p Segment, NodeId)>,
    any: Option<NodeId>,
    any_depth: Option<NodeId>,
    /// Whether the node is a `**`: any name leads back to it.
    stays: bool,
    /// The patterns that end here, and contain everything below.
    ends: Vec<PatternId>,
    /// The patterns for files that end here.
    files: Vec<PatternId>,
}

impl<'p> Overlaps<'p> {
    /// Creates an index of `patterns` with their ids.
    pub fn new(patterns: impl IntoIterator<Item = (PatternId, &'p Pattern)>) -> Self {
        let mut overlaps = Self {
            nodes: vec![Node::default()],
        };
        let mut globs = FxHashMap::default();
        for (id, pattern) in patterns {
            for alternative in pattern.alternatives() {
                overlaps.insert(alternative, id, &mut globs);
            }
        }
        overlaps
    }

    fn insert(
        &mut self,
        alternative: &'p Alternative,
        id: PatternId,
        globs: &mut FxHashMap<(NodeId, &'p Segment), NodeId>,
    ) {
        let mut at = ROOT;
        for part in (0..alternative.len()).map(|at| alternative.part(at)) {
            if matches!(part, Part::End) {
                self.nodes[at as usize].files.push(id);
                return;
            }
            let fresh = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 segments");
            let node = &mut self.nodes[at as usize];
            let next = match part {
                Part::Name(name) => *node.names.entry(name).or_insert(fresh),
                Part::Any | Part::End => *node.any.get_or_insert(fresh),
                Part::AnyDepth => *node.any_depth.get_or_insert(fresh),
                Part::Glob(glob) => *globs.entry((at, glob)).or_insert_with(|| {
                    node.globs.push((glob, fresh));
                    fresh
                }),
            };
            if next == fresh {
                self.nodes.push(Node {
                    stays: matches!(part, Part::AnyDepth),
                    ..Node::default()
                });
            }
            at = next;
        }
        self.nodes[at as usize].ends.push(id);
    }

    /// Returns the sorted ids of the patterns that have a path in common with `pattern`.
    pub fn of(&self, pattern: &Pattern) -> Vec<PatternId> {
        let mut found = Vec::new();
        for alternative in pattern.alternatives() {
            self.collect(alternative, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn collect(&self, alternative: &Alternative, found: &mut Vec<PatternId>) {
        // A node of the tree, and the number of parts of `alternative` that led there.
        let mut open: Vec<(NodeId, usize)> = vec![(ROOT, 0)];
        let mut seen = FxHashSet::default();
        while let Some((id, at)) = open.pop() {
            // A `**` can lead to the same place in several ways.
            if !seen.insert((id, at)) {
                continue;
            }
            let node = &self.nodes[id as usize];
            found.extend(&node.ends);
            open.extend(node.any_depth.map(|child| (child, at)));
            if at == alternative.len() {
                // The alternative contains everything below.
                found.extend(&node.files);
                open.extend(node.children().map(|child| (child, at)));
                continue;
            }
            let part = alternative.part(at);
            let next = match part {
                Part::End => {
                    found.extend(&node.files);
                    continue;
                }
                Part::AnyDepth => {
                    open.push((id, at + 1));
                    at
                }
                _ => at + 1,
            };
            if node.stays {
                open.push((id, next));
            }
            open.extend(node.any.map(|child| (child, next)));
            match part {
                Part::Name(name) => open.extend(node.names.get(name).map(|child| (*child, next))),
                _ => {
                    let names = node.names.iter().filter(|(name, _)| part.matches(name));
                    open.extend(names.map(|(_, child)| (*child, next)));
                }
            }
            let globs = node
                .globs
                .iter()
                .filter(|(glob, _)| part.meets(Part::Glob(glob)));
            open.extend(globs.map(|(_, child)| (*child, next)));
        }
    }
}

impl Node<'_> {
    /// Returns the nodes that one name can lead to.
    fn children(&self) -> impl Iterator<Item = NodeId> {
        let globs = self.globs.iter().map(|(_, child)| *child);
        self.names.values().copied().chain(globs).chain(self.any)
    }
}
