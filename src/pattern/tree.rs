//! Matches many paths against many patterns: the patterns form a tree of segments that is walked along
//! with the directories. A directory keeps the nodes that are still live in it (usually two to four), so
//! a file costs one step, however many patterns there are.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Alternative, Extent, Pattern, Segment, Step,
    glob_index::{GlobIndex, NodeId, Tally},
};

/// The number of a literal segment, in order of first use.
type Word = u32;

/// The id of a pattern in a [`PatternTree`]: its position in the order of adding.
pub type PatternId = u32;

/// Many patterns that are matched at once.
#[derive(Debug, Default)]
pub struct PatternTree {
    nodes: Vec<Node>,
    /// The literal segments of all patterns.
    words: FxHashMap<Box<[u8]>, Word>,
    /// The node that a literal segment leads to from another node.
    literals: FxHashMap<(NodeId, Word), NodeId>,
    patterns: PatternId,
}

const ROOT: NodeId = 0;

#[derive(Debug, Default)]
struct Node {
    any_depth: Option<NodeId>,
    /// Whether the node is a `**`, which stays live in everything below.
    stays: bool,
    has_literals: bool,
    /// Whether a pattern that can match a file ends after one of the literals.
    has_last_literals: bool,
    /// Patterns that end here, and match a path that leads here.
    ends: Vec<PatternId>,
    /// Patterns that match only what is inside a path that leads here.
    inside: Vec<PatternId>,
    /// Patterns that match only a file whose path leads here.
    files: Vec<PatternId>,
    globs: Option<Box<GlobIndex>>,
}

impl Node {
    /// Returns whether no other node can be reached from here.
    fn is_leaf(&self) -> bool {
        !self.stays && !self.has_literals && self.globs.is_none()
    }

    /// Returns whether the next name can complete a pattern that matches a file.
    fn distinguishes_files(&self) -> bool {
        self.has_last_literals
            || self.globs.is_some()
            || (self.stays && !(self.ends.is_empty() && self.files.is_empty()))
    }
}

impl PatternTree {
    /// Creates a tree of `patterns`. Their ids are their positions.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p Pattern>) -> Self {
        let mut tree = Self {
            nodes: vec![Node::default()],
            ..Self::default()
        };
        let mut globs = FxHashMap::default();
        for pattern in patterns {
            for alternative in pattern.alternatives() {
                tree.insert(alternative, tree.patterns, &mut globs);
            }
            tree.patterns += 1;
        }
        let mut globs: Vec<((NodeId, Segment), NodeId)> = globs.into_iter().collect();
        globs.sort_unstable_by_key(|((node, _), child)| (*node, *child));
        let mut rest = globs.into_iter().peekable();
        while let Some(((at, glob), child)) = rest.next() {
            let mut of_node = vec![(glob, child)];
            while let Some(((_, glob), child)) = rest.next_if(|((node, _), _)| *node == at) {
                of_node.push((glob, child));
            }
            tree.nodes[at as usize].globs = Some(GlobIndex::new(of_node).into());
        }
        tree
    }

    fn insert(
        &mut self,
        alternative: &Alternative,
        id: PatternId,
        globs: &mut FxHashMap<(NodeId, Segment), NodeId>,
    ) {
        let mut at = ROOT;
        // The node before the last step, if that is a literal.
        let mut before_last = None;
        for step in &alternative.steps {
            let fresh = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 segments");
            before_last = match step {
                Step::Literal(_) => Some(at),
                Step::Glob(_) => None,
                Step::AnyDepth => before_last,
            };
            let node = &mut self.nodes[at as usize];
            at = match step {
                Step::Literal(name) => {
                    let word = match self.words.get(name) {
                        Some(known) => *known,
                        None => {
                            let next = Word::try_from(self.words.len()).expect("fewer than nodes");
                            self.words.insert(name.clone(), next);
                            next
                        }
                    };
                    node.has_literals = true;
                    *self.literals.entry((at, word)).or_insert(fresh)
                }
                Step::Glob(glob) => *globs.entry((at, glob.clone())).or_insert(fresh),
                Step::AnyDepth => *node.any_depth.get_or_insert(fresh),
            };
            if at == fresh {
                self.nodes.push(Node {
                    stays: *step == Step::AnyDepth,
                    ..Node::default()
                });
            }
        }
        if let Some(before) = before_last.filter(|_| alternative.extent != Extent::Inside) {
            self.nodes[before as usize].has_last_literals = true;
        }
        let node = &mut self.nodes[at as usize];
        let list = match alternative.extent {
            Extent::Whole => &mut node.ends,
            Extent::Inside => &mut node.inside,
            Extent::File => &mut node.files,
        };
        if list.last() != Some(&id) {
            list.push(id);
        }
    }

    /// Returns a walker, which matches paths.
    pub fn walk(&self) -> Walker<'_> {
        let mut walker = Walker {
            tree: self,
            directories: vec![Directory::default()],
            depth: 1,
            path: Vec::new(),
            stepped: Stepped::default(),
            matches: Vec::new(),
            seen: vec![0; self.nodes.len()],
            step: 1,
            tally: Tally::default(),
        };
        if !self.nodes.is_empty() {
            walker.reach(ROOT);
            let Stepped { live, inside, .. } = std::mem::take(&mut walker.stepped);
            walker.directories[0] = Directory {
                end: 0,
                distinguishes_files: self.distinguish_files(&live),
                live,
                matches: inside,
            };
        }
        walker
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    fn distinguish_files(&self, live: &[NodeId]) -> bool {
        live.iter().any(|id| self.node(*id).distinguishes_files())
    }
}

/// Matches paths against a tree; fastest if the paths of a directory follow each other.
#[derive(Debug)]
pub struct Walker<'t> {
    tree: &'t PatternTree,
    /// The directories of the last path, outermost first, which always include the root; then unused ones
    /// whose memory is reused.
    directories: Vec<Directory>,
    /// The number of directories of the last path.
    depth: usize,
    path: Vec<u8>,
    stepped: Stepped,
    /// The patterns that match the last path, if they are more than those of its directory.
    matches: Vec<PatternId>,
    /// The last step that made each node live.
    seen: Vec<u32>,
    step: u32,
    tally: Tally,
}

#[derive(Debug, Default)]
struct Directory {
    /// The length of its path in [`Walker::path`], including the `/` at its end; 0 for the root.
    end: usize,
    live: Vec<NodeId>,
    /// Whether more patterns can match a file directly in it than those that match everything in it.
    distinguishes_files: bool,
    /// The patterns that match everything in it, sorted.
    matches: Vec<PatternId>,
}

/// The result of one step: live nodes for the next step, and matching patterns.
#[derive(Debug, Default)]
struct Stepped {
    live: Vec<NodeId>,
    ends: Vec<PatternId>,
    inside: Vec<PatternId>,
    files: Vec<PatternId>,
}

impl Stepped {
    fn clear(&mut self) {
        self.live.clear();
        self.ends.clear();
        self.inside.clear();
        self.files.clear();
    }
}

impl Walker<'_> {
    /// Calls `found` with the sorted ids of all patterns that match `path`, each once. If the path is a
    /// `directory`, a pattern for all of its content matches it.
    pub fn matches<R>(
        &mut self,
        path: &BStr,
        directory: bool,
        found: impl FnOnce(&[PatternId]) -> R,
    ) -> R {
        let name_start = self.enter(path);
        let innermost = self.depth - 1;
        if !directory && !self.directories[innermost].distinguishes_files {
            return found(&self.directories[innermost].matches);
        }
        self.advance(innermost, &path[name_start..], !directory);
        let parent = &self.directories[innermost];
        let stepped = &self.stepped;
        let further = match directory {
            true => &stepped.inside,
            false => &stepped.files,
        };
        if stepped.ends.is_empty() && further.is_empty() {
            return found(&parent.matches);
        }
        gather(&mut self.matches, [&parent.matches, &stepped.ends, further]);
        found(&self.matches)
    }

    /// Returns whether no pattern can match a file directly in the directory of the last path.
    pub fn is_idle(&self) -> bool {
        let directory = &self.directories[self.depth - 1];
        directory.matches.is_empty() && !directory.distinguishes_files
    }

    /// Makes the directory of `path` the innermost one. Returns the start of the last name.
    fn enter(&mut self, path: &BStr) -> usize {
        let name_start = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
        let directory = path[..name_start].as_bytes();
        if self.path == directory {
            return name_start;
        }
        let mut at = self.directories[self.depth - 1].end;
        while !directory.starts_with(&self.path[..at]) {
            self.depth -= 1;
            at = self.directories[self.depth - 1].end;
        }
        while let Some(slash) = directory[at..].find_byte(b'/') {
            self.advance(self.depth - 1, &directory[at..at + slash], false);
            at += slash + 1;
            if self.depth == self.directories.len() {
                self.directories.push(Directory::default());
            }
            let (leading, free) = self.directories.split_at_mut(self.depth);
            let (parent, child) = (&leading[self.depth - 1], &mut free[0]);
            let stepped = &mut self.stepped;
            child.end = at;
            std::mem::swap(&mut child.live, &mut stepped.live);
            child.distinguishes_files = self.tree.distinguish_files(&child.live);
            let lists = [&parent.matches[..], &stepped.ends, &stepped.inside];
            gather(&mut child.matches, lists);
            self.depth += 1;
        }
        self.path.clear();
        self.path.extend_from_slice(directory);
        name_start
    }

    /// Steps from a directory to the entry `name`. For a file, only looks for patterns that end there.
    fn advance(&mut self, directory: usize, name: &[u8], is_file: bool) {
        self.step = self.step.wrapping_add(1);
        self.stepped.clear();
        let tree = self.tree;
        let live = std::mem::take(&mut self.directories[directory].live);
        let leads_on = |node: &Node| match is_file {
            true => node.has_last_literals,
            false => node.has_literals,
        };
        // Most names in most directories match no literal.
        let word = match live.iter().any(|id| leads_on(tree.node(*id))) {
            true => tree.words.get(name),
            false => None,
        };
        for id in &live {
            let node = tree.node(*id);
            if node.stays {
                self.reach(*id);
            }
            if let Some(word) = word
                && leads_on(node)
                && let Some(child) = tree.literals.get(&(*id, *word))
            {
                self.reach(*child);
            }
            if let Some(globs) = &node.globs {
                let mut tally = std::mem::take(&mut self.tally);
                globs.each_match(name, &mut tally, |child| self.reach(child));
                self.tally = tally;
            }
        }
        self.directories[directory].live = live;
    }

    fn reach(&mut self, id: NodeId) {
        let mut next = Some(id);
        while let Some(id) = next {
            if std::mem::replace(&mut self.seen[id as usize], self.step) == self.step {
                return;
            }
            let node = self.tree.node(id);
            if !node.is_leaf() {
                self.stepped.live.push(id);
            }
            self.stepped.ends.extend(&node.ends);
            self.stepped.inside.extend(&node.inside);
            self.stepped.files.extend(&node.files);
            next = node.any_depth;
        }
    }
}

/// Fills `all` with the ids in any of the lists, sorted, each once.
fn gather(all: &mut Vec<PatternId>, lists: [&[PatternId]; 3]) {
    all.clear();
    for list in lists {
        all.extend_from_slice(list);
    }
    // Mostly only the first list has ids, and it is already sorted.
    if all.len() > lists[0].len() {
        all.sort_unstable();
        all.dedup();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::Language;

    fn segment() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => prop::sample::select(vec!["a", "b", "ab", "a.b", "ba"]),
            3 => prop::sample::select(vec!["*", "?", "*a", "a*", "*.b", "a?", "*b*", "?*a"]),
            1 => prop::sample::select(vec!["[ab]", "[a-b]*", "{a,b}", "{a,b*}b", "x{,a}"]),
            2 => Just("**"),
        ]
        .prop_map(String::from)
    }

    fn pattern() -> impl Strategy<Value = String> {
        (prop::collection::vec(segment(), 1..4), any::<bool>())
            .prop_map(|(segments, directory)| segments.join("/") + if directory { "/" } else { "" })
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec("[abx.]{1,3}", 1..5).prop_map(|names| names.join("/"))
    }

    fn by_globset(text: &str, path: &str) -> bool {
        let matches = |glob: &str| {
            globset::GlobBuilder::new(glob)
                .literal_separator(true)
                .empty_alternates(true)
                .build()
                .unwrap()
                .compile_matcher()
                .is_match(path)
        };
        match text.strip_suffix('/') {
            Some(directory) => matches(&format!("{directory}/**")),
            None => matches(text) || matches(&format!("{text}/**")),
        }
    }

    #[test]
    fn handles_paths_with_empty_names() {
        let pattern = Pattern::parse("a/").unwrap();
        let tree = PatternTree::new([&pattern]);
        let mut walker = tree.walk();
        for path in ["/a/b", "a/b", "/", "//", "a//b", "//a/b", "a/c", ""] {
            let hits = walker.matches(path.into(), false, <[PatternId]>::len);
            assert_eq!(hits == 1, path.starts_with('a'), "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_pattern_matches_like_globset(text in pattern(), path in path()) {
            let pattern = Pattern::parse(&text).unwrap();
            prop_assert_eq!(pattern.matches(path.as_str().into(), false), by_globset(&text, &path));
        }

        #[test]
        fn the_tree_matches_like_single_patterns(
            texts in prop::collection::vec((pattern(), any::<bool>()), 0..14),
            mut paths in prop::collection::vec(path(), 1..20),
            sorted in any::<bool>(),
            directory in any::<bool>(),
        ) {
            if sorted {
                paths.sort();
            }
            let parse = |(text, of_files): &(String, bool)| match of_files {
                true => Pattern::parse_files(text.trim_end_matches('/')).unwrap(),
                false => Pattern::parse(text).unwrap(),
            };
            let patterns: Vec<Pattern> = texts.iter().map(parse).collect();
            let tree = PatternTree::new(&patterns);
            let mut walker = tree.walk();
            for path in &paths {
                let path = BStr::new(path);
                let one_by_one: Vec<PatternId> = (0..)
                    .zip(&patterns)
                    .filter(|(_, pattern)| pattern.matches(path, directory))
                    .map(|(id, _)| id)
                    .collect();
                let at_once = walker.matches(path, directory, <[PatternId]>::to_vec);
                prop_assert_eq!(at_once, one_by_one, "{:?} of {:?}", path, texts);
                if walker.is_idle() {
                    let end = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
                    for name in ["a", "b", "ab", "a.b", "ba", "x"] {
                        let beside = [&path[..end], name.as_bytes()].concat();
                        let matched = patterns.iter().any(|it| it.matches(BStr::new(&beside), false));
                        prop_assert!(!matched, "{:?} of {:?}", beside, texts);
                    }
                }
            }
        }

        #[test]
        fn inclusion_agrees_with_matching(a in pattern(), b in pattern(), paths in prop::collection::vec(path(), 40)) {
            let [one, other] = [&a, &b].map(|text| Pattern::parse(text).unwrap());
            let (inner, outer) = (Language::of([&one]), Language::of([&other]));
            match Language::path(&[&inner], &[&outer]).unwrap() {
                Some(path) => {
                    prop_assert!(one.matches(path.as_bstr(), false), "{} is not in {}", path, a);
                    prop_assert!(!other.matches(path.as_bstr(), false), "{} is in {}", path, b);
                    prop_assert!(!inner.is_within(&outer).unwrap());
                }
                None => {
                    for path in &paths {
                        let path = BStr::new(path);
                        prop_assert!(!one.matches(path, false) || other.matches(path, false));
                    }
                    prop_assert!(inner.is_within(&outer).unwrap(), "{} is within {}", a, b);
                }
            }
        }
    }
}
