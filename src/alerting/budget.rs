/// The number of steps that a decision may still take.
#[derive(Debug)]
pub(super) struct Budget(pub usize);

/// The decision takes too many steps, or needs an expression that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooComplex;

impl Budget {
    /// Takes some steps.
    pub fn take(&mut self, steps: usize) -> Result<(), TooComplex> {
        match self.0.checked_sub(steps) {
            Some(rest) => {
                self.0 = rest;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err(TooComplex)
            }
        }
    }
}
