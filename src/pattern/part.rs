//! What an alternative asks of the names of a path, one after the other.

use super::{Alternative, Segment, Step, bit_rows::with_rows};

/// What an alternative asks of one name.
///
/// That it is about the inside only (`P/`) is one more name, of any kind: with all that is below,
/// `P/*` is the same as `P/**`. So every alternative is a list of parts, and holds a path as soon as
/// the last one is met, with everything below it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'p> {
    /// This name.
    Name(&'p [u8]),
    /// A name that matches this glob.
    Glob(&'p Segment),
    /// A name.
    Any,
    /// Any number of names, none among them; never the last part.
    AnyDepth,
}

impl Alternative {
    /// How many parts there are.
    pub(super) fn len(&self) -> usize {
        self.steps.len() + usize::from(self.inside)
    }

    /// The part at a position.
    pub(super) fn part(&self, at: usize) -> Part<'_> {
        match self.steps.get(at) {
            Some(Step::Literal(name)) => Part::Name(name),
            Some(Step::Glob(glob)) if glob.is_any() => Part::Any,
            Some(Step::Glob(glob)) => Part::Glob(glob),
            Some(Step::AnyDepth) => Part::AnyDepth,
            None => Part::Any,
        }
    }

    /// Whether some path is in the languages of both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        if let (Some(Step::Literal(a)), Some(Step::Literal(b))) =
            (self.steps.first(), other.steps.first())
            && a != b
        {
            return false;
        }
        let end = other.len();
        // How many parts of the other are done where so many of this one are.
        with_rows(end + 1, |mut row, mut below| {
            row[0] = true;
            for part in (0..self.len()).map(|at| self.part(at)) {
                below.fill(false);
                for there in 0..end {
                    if !row[there] {
                        continue;
                    }
                    let facing = other.part(there);
                    match (part, facing) {
                        (Part::AnyDepth, _) | (_, Part::AnyDepth) => {
                            below[there] = true;
                            row[there + 1] = true;
                        }
                        _ => below[there + 1] |= part.meets(facing),
                    }
                }
                // Whichever comes to its end holds what the other goes on to.
                if row[end] {
                    return true;
                }
                std::mem::swap(&mut row, &mut below);
            }
            row.contains(&true)
        })
    }

    /// A cheap yes to whether every path in the language of `other` is in this one: its wildcards are
    /// taken by wildcards. There are others of which that is so.
    pub(super) fn surely_holds(&self, other: &Self) -> bool {
        let end = self.len();
        with_rows(end + 1, |mut live, mut next| {
            live[0] = true;
            for taken in (0..other.len()).map(|at| other.part(at)) {
                next.fill(false);
                for at in 0..end {
                    if !live[at] {
                        continue;
                    }
                    match (self.part(at), taken) {
                        (Part::AnyDepth, Part::AnyDepth) => next[at] = true,
                        (Part::AnyDepth, _) => {
                            next[at] = true;
                            // It may take nothing.
                            live[at + 1] = true;
                        }
                        (part, _) => next[at + 1] |= part.surely_holds(taken),
                    }
                }
                // It holds whatever is below.
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
    /// A cheap yes to whether every name that may be at the place of `other` may be at this one.
    fn surely_holds(&self, other: Part<'_>) -> bool {
        match (self, other) {
            (_, Part::AnyDepth) => false,
            (Part::Any | Part::AnyDepth, _) => true,
            (part, Part::Name(name)) => part.matches(name),
            (Part::Glob(glob), Part::Glob(other)) => glob.surely_holds(other),
            _ => false,
        }
    }

    /// Whether the name at this place may be this one.
    pub fn matches(&self, name: &[u8]) -> bool {
        match self {
            Self::Name(own) => *own == name,
            Self::Glob(glob) => glob.matches(name),
            Self::Any | Self::AnyDepth => true,
        }
    }

    /// Whether some name meets both.
    pub fn meets(&self, other: Part<'_>) -> bool {
        match (*self, other) {
            (Part::Name(name), part) | (part, Part::Name(name)) => part.matches(name),
            (Part::Glob(one), Part::Glob(other)) => one.meets(other),
            _ => true,
        }
    }
}
