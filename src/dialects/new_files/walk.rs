//! Visits all kinds of paths that some patterns distinguish, whether such files exist or not.

use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BStr, BString};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    names::{NameKind, kinds},
    shape::{Shape, ShapeStep},
};
use crate::{dialects::tree::join, pattern::Segment};

/// The maximum number of names to visit in all folders.
const MAX_VISITS: usize = 300_000;

/// The number of folders to expand before their content is processed.
const FOLDERS_AT_ONCE: usize = 1_024;

/// The minimum number of folders per parallel task.
const FOLDERS_OF_A_PART: usize = 32;

/// A position in a shape: its next step.
type Position = u32;

/// A class of folders that no shape distinguishes.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
struct Folder {
    /// The positions where shapes continue, sorted.
    live: Vec<Position>,
    /// The ids of the shapes that match everything in it, sorted.
    full: Vec<u32>,
}

/// Visits all kinds of folders and files.
pub(super) struct Walk<'s> {
    shapes: &'s [Shape],
    positions: Vec<At>,
    /// The first position of each shape.
    first: Vec<Position>,
    /// The distinct globs.
    globs: Vec<&'s Segment>,
    /// The section by the id of a shape.
    sections: Vec<Option<u32>>,
    known: Mutex<FxHashMap<Vec<u32>, NameKinds>>,
}

/// A name, the positions that it leads to, and whether only one path leads there.
type Named = (Vec<u8>, Vec<Position>, bool);

/// The kinds of names; `None` if there are too many to find.
type NameKinds = Option<Arc<[NameKind]>>;

/// A position.
struct At {
    shape: u32,
    step: u32,
    /// The next glob.
    glob: u32,
    /// Whether only one path leads here.
    is_literal: bool,
}

/// The result of following a name.
struct Reached {
    /// The ids of the shapes that match a file with this name, sorted.
    file: Vec<u32>,
    folder: Folder,
    /// Whether only one path leads here.
    is_only: bool,
}

impl<'s> Walk<'s> {
    pub fn new(shapes: &'s [Shape]) -> Self {
        let ids = shapes.iter().map(|shape| shape.id as usize + 1).max();
        let mut walk = Self {
            shapes,
            positions: Vec::new(),
            first: Vec::new(),
            globs: Vec::new(),
            sections: vec![None; ids.unwrap_or_default()],
            known: Mutex::default(),
        };
        let mut ids: FxHashMap<&Segment, u32> = FxHashMap::default();
        for (shape, at) in shapes.iter().zip(0..) {
            walk.sections[shape.id as usize] = shape.section;
            walk.first.push(position(walk.positions.len()));
            let mut is_literal = true;
            let mut add = |step, glob, is_literal| {
                walk.positions.push(At {
                    shape: at,
                    step,
                    glob,
                    is_literal,
                });
            };
            for (step, of) in shape.steps.iter().zip(0..) {
                let glob = match step {
                    ShapeStep::Name(name) => *ids.entry(&name.segment).or_insert_with(|| {
                        walk.globs.push(&name.segment);
                        position(walk.globs.len() - 1)
                    }),
                    _ => 0,
                };
                add(of, glob, is_literal);
                is_literal &= matches!(step, ShapeStep::Literal(_));
            }
            add(position(shape.steps.len()), 0, is_literal);
        }
        walk
    }

    /// Calls `found` with a path of each kind, shorter ones first, and the ids of the shapes that match it, in each
    /// section only the strongest. Does not descend into paths for which `is_file` returns true. Returns whether
    /// these were all kinds.
    pub fn all(
        &self,
        is_file: impl Fn(&BStr) -> bool,
        mut found: impl FnMut(&BStr, &[u32]),
    ) -> bool {
        let mut is_complete = true;
        let root = self.reached(&Folder::default(), &self.first, true).folder;
        let mut seen: FxHashSet<Folder> = FxHashSet::default();
        seen.insert(root.clone());
        let mut folders = vec![(BString::default(), root)];
        let (mut done, mut visits) = (0, 0);
        while done < folders.len() {
            let end = folders.len().min(done + FOLDERS_AT_ONCE);
            let inside: Vec<_> = folders[done..end]
                .par_iter()
                .with_min_len(FOLDERS_OF_A_PART)
                .map(|(path, folder)| self.inside(path, folder))
                .collect();
            done = end;
            for (reached, is_all) in inside {
                is_complete &= is_all;
                for (path, reached) in reached {
                    visits += 1;
                    if visits > MAX_VISITS {
                        return false;
                    }
                    found(path.as_ref(), &reached.file);
                    let is_file = || reached.is_only && is_file(path.as_ref());
                    if !seen.contains(&reached.folder) && !is_file() {
                        seen.insert(reached.folder.clone());
                        folders.push((path, reached.folder));
                    }
                }
            }
        }
        is_complete
    }

    /// Returns a path of each kind in a folder and its result, and whether these are all kinds.
    fn inside(&self, above: &BString, folder: &Folder) -> (Vec<(BString, Reached)>, bool) {
        let (names, is_all) = self.names(folder);
        let reached = names.into_iter().map(|(name, next, is_only)| {
            let path = join(above.as_ref(), &name);
            (path, self.reached(folder, &next, is_only))
        });
        (reached.collect(), is_all)
    }

    /// Returns the result of a name in a folder that leads to these positions.
    fn reached(&self, folder: &Folder, next: &[Position], is_only: bool) -> Reached {
        let mut file = folder.full.clone();
        let mut inside = Folder {
            live: Vec::new(),
            full: folder.full.clone(),
        };
        for at in next {
            let mut at = *at;
            loop {
                let At { shape, step, .. } = self.positions[at as usize];
                let shape = &self.shapes[shape as usize];
                match shape.steps.get(step as usize) {
                    None => {
                        if !shape.inside {
                            file.push(shape.id);
                        }
                        if shape.inside || shape.with_content {
                            inside.full.push(shape.id);
                        }
                        break;
                    }
                    Some(ShapeStep::AnyDepth) => {
                        inside.live.push(at);
                        at += 1;
                    }
                    Some(_) => {
                        inside.live.push(at);
                        break;
                    }
                }
            }
        }
        self.keep_winners(&mut file);
        self.keep_winners(&mut inside.full);
        let is_overridden = |at: &Position| {
            let id = self.id(*at);
            let section = self.sections[id as usize];
            let mut full = inside.full.iter().rev();
            section.is_some()
                && full.any(|full| *full >= id && self.sections[*full as usize] == section)
        };
        inside.live.retain(|at| !is_overridden(at));
        // Positions of shapes that already match all content are redundant.
        inside
            .live
            .retain(|at| inside.full.binary_search(&self.id(*at)).is_err());
        inside.live.sort_unstable();
        inside.live.dedup();
        Reached {
            file,
            folder: inside,
            is_only,
        }
    }

    /// Sorts ids and keeps only the last one of each section.
    fn keep_winners(&self, ids: &mut Vec<u32>) {
        ids.sort_unstable();
        ids.dedup();
        let mut last: FxHashMap<u32, u32> = FxHashMap::default();
        for id in &*ids {
            if let Some(section) = self.sections[*id as usize] {
                last.insert(section, *id);
            }
        }
        ids.retain(|id| match self.sections[*id as usize] {
            Some(section) => last.get(&section) == Some(id),
            None => true,
        });
    }

    fn id(&self, at: Position) -> u32 {
        self.shapes[self.positions[at as usize].shape as usize].id
    }

    /// Returns a name of each kind in a folder with the positions that it leads to, and whether these are all.
    fn names(&self, folder: &Folder) -> (Vec<Named>, bool) {
        let mut literals: FxHashMap<&'s [u8], Vec<Position>> = FxHashMap::default();
        let mut order: Vec<&'s [u8]> = Vec::new();
        let mut globs: Vec<(u32, Position)> = Vec::new();
        let mut always: Vec<Position> = Vec::new();
        for at in &folder.live {
            match self.step(*at) {
                ShapeStep::Literal(name) => {
                    let of = literals.entry(name).or_insert_with(|| {
                        order.push(name);
                        Vec::new()
                    });
                    of.push(at + 1);
                }
                ShapeStep::Name(_) => globs.push((self.positions[*at as usize].glob, *at)),
                ShapeStep::AnyDepth => always.push(*at),
            }
        }
        let mut names = Vec::with_capacity(order.len() + 1);
        for name in order {
            let mut next = literals[name].clone();
            let is_only = next
                .iter()
                .any(|at| self.positions[*at as usize].is_literal);
            let hit = globs.iter().filter(|(_, at)| match self.step(*at) {
                ShapeStep::Name(glob) => glob.matches(name),
                _ => false,
            });
            next.extend(hit.map(|(_, at)| at + 1));
            next.extend(&always);
            names.push((name.to_vec(), next, is_only));
        }
        let mut ids: Vec<u32> = globs.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let taken: FxHashSet<&[u8]> = literals.keys().copied().collect();
        let Some(kinds) = self.kinds(&ids, &taken) else {
            return (names, false);
        };
        for NameKind { globs: of, sample } in &*kinds {
            let hit = |id: &u32| of.iter().any(|at| ids[*at] == *id);
            let mut next: Vec<Position> = globs
                .iter()
                .filter(|(id, _)| hit(id))
                .map(|(_, at)| at + 1)
                .collect();
            next.extend(&always);
            names.push((sample.clone(), next, false));
        }
        (names, true)
    }

    fn kinds(&self, ids: &[u32], taken: &FxHashSet<&[u8]>) -> NameKinds {
        if ids.is_empty() {
            let numbered = (2..).map(|number| format!("new{number}"));
            let mut names = std::iter::once("new".to_owned()).chain(numbered);
            let sample = names.find(|name| !taken.contains(name.as_bytes()))?;
            return Some(Arc::new([NameKind {
                globs: Vec::new(),
                sample: sample.into(),
            }]));
        }
        let globs: Vec<&Segment> = ids.iter().map(|id| self.globs[*id as usize]).collect();
        let of_all = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let entry = known.entry(ids.to_vec());
            let new = || kinds(&globs, &FxHashSet::default()).map(Arc::from);
            entry.or_insert_with(new).clone()
        }?;
        let is_free = |kind: &NameKind| !taken.contains(&kind.sample[..]);
        match of_all.iter().all(is_free) {
            true => Some(of_all),
            false => kinds(&globs, taken).map(Arc::from),
        }
    }

    fn step(&self, at: Position) -> &'s ShapeStep {
        let At { shape, step, .. } = self.positions[at as usize];
        &self.shapes[shape as usize].steps[step as usize]
    }
}

fn position(length: usize) -> Position {
    Position::try_from(length).expect("fewer than 2^32 segments")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bstr::ByteSlice as _;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        dialects::{Tree, by_name},
        pattern::Pattern,
    };

    fn segment() -> impl Strategy<Value = String> {
        let plain = prop::sample::select(vec!["a", "b", "ab", "a.b", "é"]);
        let globs = prop::sample::select(vec!["*", "?", "*a", "a*", "*.b", "a?", "*b*", "é?"]);
        prop_oneof![4 => plain, 3 => globs, 1 => Just("**")].prop_map(String::from)
    }

    fn pattern() -> impl Strategy<Value = String> {
        (prop::collection::vec(segment(), 1..4), any::<bool>())
            .prop_map(|(segments, directory)| segments.join("/") + if directory { "/" } else { "" })
    }

    fn path() -> impl Strategy<Value = String> {
        let name = prop_oneof!["[abx.]{1,3}", Just("é".to_owned())];
        let is_name = |name: &String| name != "." && name != "..";
        prop::collection::vec(name.prop_filter("a name", is_name), 1..5)
            .prop_map(|names| names.join("/"))
    }

    #[test]
    fn only_unique_paths_can_be_files() {
        let kinds = |pattern: &str, file: &str| {
            let pattern = Pattern::parse(pattern).unwrap();
            let shapes: Vec<Shape> = Shape::of_pattern(&pattern, 0).collect();
            let mut found = BTreeSet::new();
            let is_file = |path: &BStr| path == file;
            Walk::new(&shapes).all(is_file, |_, ids| {
                found.insert(ids.to_vec());
            });
            found.len()
        };
        assert_eq!(kinds("**/*/", "a"), 2);
        assert_eq!(kinds("a/*/", "b"), 2);
        assert_eq!(kinds("a/*/", "a"), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn every_path_belongs_to_a_kind(
            of_map in prop::collection::vec(pattern(), 0..5),
            lines in prop::collection::vec((any::<bool>(), pattern()), 0..5),
            gitlab in any::<bool>(),
            files in prop::collection::vec(path(), 0..3),
            paths in prop::collection::vec(path(), 30),
        ) {
            let dialect = by_name(if gitlab { "gitlab" } else { "github" }).unwrap();
            let slash = |(anchored, line): &(bool, String)| {
                format!("{}{line} @o\n", if *anchored { "/" } else { "" })
            };
            let text: String = lines.iter().map(slash).collect();
            let tree = Tree::in_memory([("CODEOWNERS".into(), text.into_bytes())]);
            let entries = dialect.entries.unwrap()(&tree);
            let patterns: Vec<Pattern> = of_map.iter().map(|t| Pattern::parse(t).unwrap()).collect();
            let count = position(patterns.len());
            let mut shapes: Vec<Shape> = patterns
                .iter()
                .zip(0..)
                .flat_map(|(pattern, id)| Shape::of_pattern(pattern, id))
                .collect();
            for (entry, id) in entries.iter().zip(count..) {
                shapes.extend(Shape::of_glob(&entry.glob, id, 0));
            }
            prop_assert!(shapes.len() >= patterns.len() + entries.len());
            let matching = |path: &BStr| -> Vec<u32> {
                let of_map = patterns.iter().zip(0..).filter(|(one, _)| one.matches(path, false));
                let mut ids: Vec<u32> = of_map.map(|(_, id)| id).collect();
                let lines = entries.iter().zip(count..).filter(|(one, _)| one.glob.matches(path));
                ids.extend(lines.map(|(_, id)| id).last());
                ids
            };
            let files: BTreeSet<&BStr> = files.iter().map(|path| path.as_bytes().as_bstr()).collect();
            let mut found: BTreeSet<Vec<u32>> = BTreeSet::new();
            let walk = Walk::new(&shapes);
            let is_complete = walk.all(
                |path| files.contains(path),
                |path, ids| {
                    assert_eq!(matching(path), ids, "{path}");
                    found.insert(ids.to_vec());
                },
            );
            prop_assert!(is_complete);
            let is_below_file = |path: &str| {
                path.match_indices('/').any(|(end, _)| files.contains(path.as_bytes()[..end].as_bstr()))
            };
            // Names beyond ASCII are covered only if they occur in a pattern.
            let is_covered = |path: &&String| path.is_ascii() && !is_below_file(path);
            for path in paths.iter().filter(is_covered) {
                let ids = matching(path.as_bytes().as_bstr());
                prop_assert!(found.contains(&ids), "{path}: {ids:?}");
            }
        }
    }
}
