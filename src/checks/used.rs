use crate::{
    config::{Selector, Suppression},
    pattern::Pattern,
};

/// Which parts of a suppression have hidden a finding.
#[derive(Debug, Clone)]
pub struct Used {
    /// By check.
    pub checks: Vec<bool>,
    /// By path, then by alternative in its braces.
    pub paths: Vec<Vec<bool>>,
    /// By component, then by alternative in its braces.
    pub components: Vec<Vec<bool>>,
}

impl Used {
    /// Returns a value that marks no part as used.
    pub fn none_of(suppression: &Suppression) -> Self {
        let none = |pattern: &Pattern| vec![false; pattern.alternatives().len()];
        let name = |selector: &Selector| none(&selector.name);
        let (paths, components) = (&suppression.paths, &suppression.components);
        Self {
            checks: vec![false; suppression.checks.len()],
            paths: paths.iter().map(|path| none(&path.value)).collect(),
            components: components.iter().map(|one| name(&one.value)).collect(),
        }
    }
}
