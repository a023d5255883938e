//! Finds the path that a question means: it need not start in the current directory, and a line can follow it.

use std::{
    ffi::OsStr,
    path::{Component, Path, PathBuf},
};

use bstr::{BStr, ByteSlice as _};

use super::reading::{LinePosition, PathStart, Reading};
use crate::{
    config::without_dots,
    text::read_regular,
    workspace::target::{Target, innermost},
};

/// Returns whether the repository at a position contains a path that may be missing in the work tree.
pub(in crate::workspace) type IsListed<'f> = dyn Fn(usize, &BStr) -> bool + 'f;

/// Where paths can be.
pub(super) struct PathSearch<'s> {
    /// The roots of the repositories.
    pub roots: &'s [PathBuf],
    /// The names of repositories that a question may start with, each with the position of the repository.
    pub names: Vec<(&'s str, usize)>,
    /// The directory that relative paths start from.
    pub here: &'s Path,
    /// The directory of the map, if there is one: the map lists repositories by their paths from there.
    pub map: Option<&'s Path>,
    /// Whether a repository contains a path.
    pub is_listed: &'s IsListed<'s>,
}

/// A path, and how the question was understood.
#[derive(Debug)]
pub(super) struct FoundTarget {
    pub target: Target,
    pub reading: Reading,
    /// Whether the question can mean only this: the path exists, or the part before it is known.
    pub is_certain: bool,
    /// Whether it is likely to be a new file: a directory in it exists.
    pub is_likely: bool,
    /// Whether it is a new file in several directories that exist, so that it cannot be a name with a slash.
    pub is_new_file: bool,
    /// Why the path exists, but the line behind it does not.
    pub missing_line: Option<MissingLine>,
}

/// Why a line does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingLine {
    /// No file has a line with such a number.
    Impossible,
    /// The file has only so many lines.
    Beyond(u64),
}

/// The lines of larger files are not counted.
const MAX_COUNTED: u64 = 64 << 20;

/// A place where the path can be.
struct Candidate {
    target: Target,
    start: Option<PathStart>,
    /// How many parts of what was typed exist.
    depth: usize,
    exists: bool,
    /// Whether what was typed has several directories, and all of them exist.
    has_directories: bool,
}

impl PathSearch<'_> {
    /// Returns the path itself, if it exists in a repository.
    pub fn existing(&self, typed: &OsStr) -> Option<Target> {
        let here = self.candidate(self.here, Path::new(typed), None)?;
        let is_named = !typed.is_empty() && here.exists;
        is_named.then_some(here.target)
    }

    /// Returns the path that exists if the question is understood in another way; else the most likely place for a
    /// new file.
    pub fn find(&self, typed: &OsStr) -> Option<FoundTarget> {
        let bytes = typed.as_encoded_bytes();
        let positions = LinePosition::split(bytes).into_iter();
        let positions = positions.map(|(path, position)| (path, Some(position)));
        let readings: Vec<(&[u8], Option<Option<LinePosition>>)> =
            [(bytes, None)].into_iter().chain(positions).collect();
        let found = |of: Candidate, position: Option<Option<LinePosition>>| FoundTarget {
            missing_line: match position {
                Some(None) => Some(MissingLine::Impossible),
                Some(Some(position)) if of.exists => self.beyond(&of.target, position),
                _ => None,
            },
            is_certain: of.exists || of.depth == usize::MAX,
            is_likely: of.depth > 0,
            is_new_file: of.has_directories,
            target: of.target,
            reading: Reading {
                start: of.start,
                position: position.flatten(),
            },
        };
        let ways: [fn(&Self, &Path) -> Vec<Candidate>; 8] = [
            Self::in_named,
            Self::below_named,
            Self::below_here,
            Self::absolute,
            Self::below_root,
            Self::below_parents,
            Self::below_map,
            Self::below_other_roots,
        ];
        let mut new: Vec<(Candidate, Option<Option<LinePosition>>)> = Vec::new();
        // A number at the end of a new path is a line, too, if it can be one.
        let mut of_new = readings.iter().enumerate().rev();
        let of_new = of_new.find(|(_, (_, position))| *position != Some(None));
        let of_new = of_new.map_or(0, |(at, _)| at);
        for way in ways {
            for (at, (path, position)) in readings.iter().enumerate() {
                let Ok(path) = path.to_path() else {
                    continue;
                };
                for candidate in way(self, path) {
                    if candidate.exists {
                        return Some(found(candidate, *position));
                    }
                    if at == of_new {
                        new.push((candidate, *position));
                    }
                }
            }
        }
        // Of equally likely places, the current directory counts, else the first.
        let likeliness = |(of, _): &(Candidate, _)| (of.depth, of.start.is_none());
        let new = new.into_iter().rev().max_by_key(likeliness);
        new.map(|(candidate, position)| found(candidate, position))
    }

    /// Returns that a file on disk has fewer lines.
    fn beyond(&self, target: &Target, position: LinePosition) -> Option<MissingLine> {
        let path = target.path.to_path().ok()?;
        let full = self.roots.get(target.repository)?.join(path);
        let bytes = read_regular(&full, MAX_COUNTED).ok()?;
        // Editors count the empty line at the end of a file, too.
        let lines = bytes.find_iter(b"\n").count() + 1;
        let is_beyond = position.last_line() as usize > lines;
        let lines = lines - usize::from(bytes.ends_with(b"\n"));
        is_beyond.then_some(MissingLine::Beyond(lines as u64))
    }

    /// Returns the path behind the name of a repository and a colon.
    fn in_named(&self, path: &Path) -> Vec<Candidate> {
        let candidates = self.behind_name(path, b":").into_iter();
        let certain = candidates.map(|candidate| Candidate {
            depth: usize::MAX,
            ..candidate
        });
        certain.collect()
    }

    /// Returns the path behind the name of a repository and a slash.
    fn below_named(&self, path: &Path) -> Vec<Candidate> {
        self.behind_name(path, b"/").into_iter().collect()
    }

    /// Returns the path behind the longest name of a repository that it starts with.
    fn behind_name(&self, path: &Path, between: &[u8]) -> Option<Candidate> {
        let typed = path.as_os_str().as_encoded_bytes();
        let rests = self.names.iter().filter_map(|(name, at)| {
            let rest = typed.strip_prefix(name.as_bytes())?;
            Some((rest.strip_prefix(between)?, *at))
        });
        let (rest, at) = rests.min_by_key(|(rest, _)| rest.len())?;
        let rest = without_slashes(rest)?;
        let found = self.candidate(&self.roots[at], rest, Some(PathStart::Repository))?;
        let depth = found.depth + 1;
        Some(Candidate { depth, ..found })
    }

    fn below_here(&self, path: &Path) -> Vec<Candidate> {
        let is_relative = path.is_relative() && !path.as_os_str().is_empty();
        let here = is_relative.then(|| self.candidate(self.here, path, None));
        here.flatten().into_iter().collect()
    }

    /// Returns an absolute path: in the file system, else from the root of a repository.
    fn absolute(&self, path: &Path) -> Vec<Candidate> {
        if path.is_relative() {
            return Vec::new();
        }
        if let Some(found) = self.candidate(Path::new(""), path, None) {
            return vec![found];
        }
        let rest = without_slashes(path.as_os_str().as_encoded_bytes());
        let rest = rest.filter(|_| path.symlink_metadata().is_err());
        let Some(rest) = rest else {
            return Vec::new();
        };
        let from = |root: &PathBuf| self.candidate(root, rest, Some(PathStart::Root));
        let own = match (self.around_here(), self.roots) {
            (Some(at), _) => from(&self.roots[at]),
            (None, [root]) => from(root),
            (None, _) => None,
        };
        if own.as_ref().is_some_and(|own| own.exists) {
            return own.into_iter().collect();
        }
        let existing = self.roots.iter().filter_map(from).filter(|it| it.exists);
        let mut existing: Vec<Candidate> = existing.collect();
        if existing.is_empty() {
            existing.extend(self.in_other_checkout(rest));
        }
        match existing.len() {
            1 => existing,
            _ => own.into_iter().collect(),
        }
    }

    /// Returns the longest end of a path that exists in a repository: the directories before it are those of a checkout
    /// elsewhere. Every repository can contain a single word.
    fn in_other_checkout(&self, path: &Path) -> Vec<Candidate> {
        let mut rest = path.components();
        let mut ends = std::iter::from_fn(|| {
            rest.next()?;
            Some(rest.as_path())
        });
        let mut ends = ends
            .by_ref()
            .take_while(|end| end.components().nth(1).is_some());
        let existing = ends.find_map(|end| {
            let of = |root: &PathBuf| self.candidate(root, end, Some(PathStart::Repository));
            let existing = self.roots.iter().filter_map(of).filter(|it| it.exists);
            let existing: Vec<Candidate> = existing.collect();
            (!existing.is_empty()).then_some(existing)
        });
        existing.unwrap_or_default()
    }

    /// Returns a path that exists relative to a directory between the current one and the root of its repository, the
    /// nearest first.
    fn below_parents(&self, path: &Path) -> Vec<Candidate> {
        let root = self.around_here().map(|at| &self.roots[at]);
        // Every directory can contain a single word.
        let is_long = starts_anywhere(path) && path.components().nth(1).is_some();
        let root = root.filter(|_| is_long);
        let is_below =
            |above: &&Path| root.is_some_and(|root| *above != root && above.starts_with(root));
        let above = self.here.ancestors().skip(1).take_while(is_below);
        let found = above.filter_map(|above| self.candidate(above, path, Some(PathStart::Parent)));
        found.filter(|it| it.exists).take(1).collect()
    }

    /// Returns a path relative to the root of the repository with the current directory.
    fn below_root(&self, path: &Path) -> Vec<Candidate> {
        let root = self.around_here().map(|at| &self.roots[at]);
        let root = root.filter(|_| starts_anywhere(path));
        let found = root.and_then(|root| self.candidate(root, path, Some(PathStart::Root)));
        found.into_iter().collect()
    }

    /// Returns a path relative to the directory of the map.
    fn below_map(&self, path: &Path) -> Vec<Candidate> {
        let map = self.map.filter(|_| starts_anywhere(path));
        let found = map.and_then(|map| self.candidate(map, path, Some(PathStart::Repository)));
        found.into_iter().collect()
    }

    /// Returns a path relative to the root of the only other repository that contains it, or most of its directories.
    /// Every repository can contain a single word.
    fn below_other_roots(&self, path: &Path) -> Vec<Candidate> {
        if !starts_anywhere(path) || path.components().nth(1).is_none() {
            return Vec::new();
        }
        let here = self.around_here();
        let others = self.roots.iter().enumerate();
        let others = others.filter(|(at, _)| Some(*at) != here);
        let found =
            others.filter_map(|(_, root)| self.candidate(root, path, Some(PathStart::Repository)));
        let likeliness = |of: &Candidate| (of.exists, of.depth);
        let mut found: Vec<Candidate> = found.filter(|of| of.exists || of.depth > 0).collect();
        let best = found.iter().map(likeliness).max();
        found.retain(|of| Some(likeliness(of)) == best);
        match found.len() {
            1 => found,
            _ => Vec::new(),
        }
    }

    /// Returns the repository with the current directory.
    fn around_here(&self) -> Option<usize> {
        innermost(self.roots, self.here).map(|(at, _)| at)
    }

    /// Returns the path below `base`, if it is in a repository.
    fn candidate(&self, base: &Path, path: &Path, start: Option<PathStart>) -> Option<Candidate> {
        let full = base.join(path);
        let target = Target::at(self.roots, &full)?;
        let exists = self.exists(&full);
        let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
        above.reverse();
        let is_missing = |above: &&Path| !self.exists(&base.join(above));
        // Nothing exists below a missing directory.
        let missing = match exists {
            true => None,
            false => above.iter().position(is_missing),
        };
        // The first one is `base` itself.
        let depth = missing.unwrap_or(above.len()).saturating_sub(1);
        Some(Candidate {
            target,
            start,
            exists,
            depth,
            has_directories: depth > 1 && missing.is_none(),
        })
    }

    fn exists(&self, full: &Path) -> bool {
        if full.symlink_metadata().is_ok() {
            return true;
        }
        let found = innermost(self.roots, &without_dots(full));
        found.is_some_and(|(at, path)| (self.is_listed)(at, path.as_bstr()))
    }
}

/// Returns whether a path does not say where it starts: it starts with neither `/` nor `./` nor `../`.
fn starts_anywhere(path: &Path) -> bool {
    let starts_below = matches!(path.components().next(), Some(Component::Normal(_)));
    starts_below && !is_explicit(path.as_os_str().as_encoded_bytes())
}

/// Returns whether a path starts with `./` or `../`, so that it is nothing but a path.
pub(super) fn is_explicit(path: &[u8]) -> bool {
    path.starts_with(b"./") || path.starts_with(b"../")
}

/// Returns a path without the slashes before it.
fn without_slashes(path: &[u8]) -> Option<&Path> {
    path.trim_start_with(|char| char == '/').to_path().ok()
}
