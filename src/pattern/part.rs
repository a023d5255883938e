//! An alternative as a list of parts, which match the names of a path one after the other.

use super::{Alternative, Extent, Segment, Step, bit_rows::with_rows};

/// What an alternative requires of one name.
///
/// An alternative for the content of a directory (`P/`) ends in one more part, any name: with everything
/// below it, `P/*` is the same as `P/**`. So an alternative is a list of parts, and matches a path with
/// everything below it as soon as the last part matches. An alternative for files ends in a part that matches no
/// name but the end of the path, where the path is that of a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'p> {
    /// This name.
    Name(&'p [u8]),
    /// Any name that matches this glob.
    Glob(&'p Segment),
    /// Any name.
    Any,
    /// Any number of names, including none; never the last part.
    AnyDepth,
    /// The end of the path of a file; only the last part.
    End,
}

impl Alternative {
    /// Returns the number of parts.
    pub(super) fn len(&self) -> usize {
        self.steps.len() + usize::from(self.extent != Extent::Whole)
    }

    /// Returns the part at a position.
    pub(super) fn part(&self, at: usize) -> Part<'_> {
        match self.steps.get(at) {
            Some(Step::Literal(name)) => Part::Name(name),
            Some(Step::Glob(glob)) if glob.is_any() => Part::Any,
            Some(Step::Glob(glob)) => Part::Glob(glob),
            Some(Step::AnyDepth) => Part::AnyDepth,
            None if self.extent == Extent::File => Part::End,
            None => Part::Any,
        }
    }

    /// Returns whether some path is in the languages of both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        if let (Some(Step::Literal(a)), Some(Step::Literal(b))) =
            (self.steps.first(), other.steps.first())
            && a != b
        {
            return false;
        }
        let end = other.len();
        let start = self.shared_names(other);
        if start == self.len() || start == end {
            return true;
        }
        // By number of parts of the other: whether they can match the same names as the parts of this one so far.
        with_rows(end + 1, |mut row, mut below| {
            row[start] = true;
            for part in (start..self.len()).map(|at| self.part(at)) {
                below.fill(false);
                for column in start..end {
                    if !row[column] {
                        continue;
                    }
                    let opposite = other.part(column);
                    match (part, opposite) {
                        (Part::AnyDepth, Part::End) => below[column] = true,
                        (Part::End, Part::AnyDepth) => row[column + 1] = true,
                        (Part::AnyDepth, _) | (_, Part::AnyDepth) => {
                            below[column] = true;
                            row[column + 1] = true;
                        }
                        _ => below[column + 1] |= part.meets(opposite),
                    }
                }
                // An alternative at its end contains everything that the other continues to. At the end of an
                // alternative for files, the other one is at its end too.
                if row[end] {
                    return true;
                }
                std::mem::swap(&mut row, &mut below);
            }
            row.contains(&true)
        })
    }

    /// Returns the number of names with which both begin. What follows them decides how the languages are related.
    fn shared_names(&self, other: &Self) -> usize {
        let parts = (0..self.len().min(other.len())).map(|at| (self.part(at), other.part(at)));
        parts
            .take_while(
                |parts| matches!(parts, (Part::Name(one), Part::Name(other)) if one == other),
            )
            .count()
    }

    /// Returns `true` only if every path of `other` is in this language. This is a cheap test, wildcard by
    /// wildcard: it may return `false` although every path is.
    pub(super) fn surely_holds(&self, other: &Self) -> bool {
        let end = self.len();
        let start = self.shared_names(other);
        if start == end {
            return true;
        }
        with_rows(end + 1, |mut live, mut next| {
            live[start] = true;
            for taken in (start..other.len()).map(|at| other.part(at)) {
                next.fill(false);
                for at in start..end {
                    if !live[at] {
                        continue;
                    }
                    match (self.part(at), taken) {
                        (Part::AnyDepth, Part::AnyDepth) => next[at] = true,
                        (Part::AnyDepth, _) => {
                            next[at] = true;
                            // It may match no name.
                            live[at + 1] = true;
                        }
                        (part, _) => next[at + 1] |= part.surely_holds(taken),
                    }
                }
                // It contains everything below.
                if next[end] {
                    return true;
                }
                std::mem::swap(&mut live, &mut next);
            }
            false
        })
    }
}

impl Part<'_> {
    /// Returns `true` only if this part matches every name that `other` matches.
    fn surely_holds(&self, other: Part<'_>) -> bool {
        match (self, other) {
            (Part::End, Part::End) => true,
            (_, Part::AnyDepth) | (Part::End, _) | (_, Part::End) => false,
            (Part::Any | Part::AnyDepth, _) => true,
            (part, Part::Name(name)) => part.matches(name),
            (Part::Glob(glob), Part::Glob(other)) => glob.surely_holds(other),
            _ => false,
        }
    }

    /// Returns whether it matches this name.
    pub fn matches(&self, name: &[u8]) -> bool {
        match self {
            Self::Name(own) => *own == name,
            Self::Glob(glob) => glob.matches(name),
            Self::Any | Self::AnyDepth => true,
            Self::End => false,
        }
    }

    /// Returns whether some name matches both.
    pub fn meets(&self, other: Part<'_>) -> bool {
        match (*self, other) {
            (Part::End, Part::End) => true,
            (Part::End, _) | (_, Part::End) => false,
            (Part::Name(name), part) | (part, Part::Name(name)) => part.matches(name),
            (Part::Glob(one), Part::Glob(other)) => one.meets(other),
            _ => true,
        }
    }
}
