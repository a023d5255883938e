use crate::config::Suppression;

/// Which parts of a suppression have hidden a finding.
#[derive(Debug, Clone)]
pub struct Used {
    /// By check.
    pub checks: Vec<bool>,
    /// By path.
    pub paths: Vec<bool>,
    /// By component.
    pub components: Vec<bool>,
}

impl Used {
    /// Returns a value that marks no part as used.
    pub fn none_of(suppression: &Suppression) -> Self {
        Self {
            checks: vec![false; suppression.checks.len()],
            paths: vec![false; suppression.paths.len()],
            components: vec![false; suppression.components.len()],
        }
    }
}
