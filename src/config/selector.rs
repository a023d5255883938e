use std::sync::Arc;

use crate::pattern::Pattern;

/// Which components a rule is about: a kind and a glob over the name.
#[derive(Debug, Clone)]
pub struct Selector {
    /// As written, `kind:glob`.
    pub text: String,
    /// The kind.
    pub kind: &'static str,
    /// Matched against names as if they were paths.
    pub name: Arc<Pattern>,
}

impl Selector {
    /// Whether it is about this component.
    pub fn matches(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.matches(name.into(), false)
    }

    /// Whether it names one component.
    pub fn is_exact(&self) -> bool {
        self.name.is_literal()
    }
}
