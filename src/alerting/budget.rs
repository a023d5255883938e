/// The number of steps that decisions may still take.
#[derive(Debug)]
pub(super) struct Budget {
    steps: usize,
    /// The number of steps that one step of a search through automata counts as. It takes longer than most others.
    search_cost: usize,
}

/// The decision takes too many steps, or needs an expression that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooComplex;

impl Budget {
    /// Creates a budget of some steps.
    pub fn new(steps: usize, search_cost: usize) -> Self {
        Self { steps, search_cost }
    }

    /// Returns the number of steps that are left.
    pub fn remaining(&self) -> usize {
        self.steps
    }

    /// Returns whether no step is left.
    pub fn is_empty(&self) -> bool {
        self.steps == 0
    }

    /// Takes some steps.
    pub fn take(&mut self, steps: usize) -> Result<(), TooComplex> {
        match self.steps.checked_sub(steps) {
            Some(rest) => {
                self.steps = rest;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(TooComplex)
            }
        }
    }

    /// Takes some steps of a search.
    pub fn take_search(&mut self, steps: usize) -> Result<(), TooComplex> {
        self.take(steps.saturating_mul(self.search_cost))
    }
}
