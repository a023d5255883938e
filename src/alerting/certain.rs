//! The receivers that all alerts at a route reach.

use rustc_hash::FxHashSet;

/// A set of receivers, by position.
pub(super) type Receivers = FxHashSet<usize>;

/// The receivers that alerts certainly reach in some children of a route, from the last child to the first.
#[derive(Debug)]
pub(super) struct Certain {
    /// Those of alerts that have matched an earlier child.
    matched: Receivers,
    /// The further ones of alerts that have not; `None` if there are no such alerts.
    further: Option<Receivers>,
}

impl Certain {
    /// Creates it for a route without children. `own` are the receivers of alerts that match no child, if there are such
    /// alerts.
    pub fn new(own: Option<Receivers>) -> Self {
        Self {
            matched: Receivers::default(),
            further: own,
        }
    }

    /// Adds a child before the others that may match and in which alerts certainly reach `inner`.
    pub fn add_possible(&mut self, inner: Receivers, continues: bool) {
        if !continues {
            self.matched.retain(|it| inner.contains(it));
        }
        self.further = Some(match self.further.take() {
            Some(mut further) => {
                further.retain(|it| inner.contains(it));
                further
            }
            None => inner,
        });
    }

    /// Adds a child before the others that certainly matches and in which alerts certainly reach `inner`.
    pub fn add_certain(&mut self, inner: Receivers, continues: bool) {
        match continues && !self.matched.is_empty() {
            true => self.matched.extend(inner),
            false => self.matched = inner,
        }
        self.further = Some(Receivers::default());
    }

    /// Returns the receivers that alerts certainly reach.
    pub fn finish(mut self) -> Receivers {
        self.matched.extend(self.further.unwrap_or_default());
        self.matched
    }
}
