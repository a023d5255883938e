use crate::config::Suppression;

/// What of a suppression has hidden a finding.
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
    /// Nothing yet.
    pub fn none_of(suppression: &Suppression) -> Self {
        Self {
            checks: vec![false; suppression.checks.len()],
            paths: vec![false; suppression.paths.len()],
            components: vec![false; suppression.components.len()],
        }
    }
}
