use std::sync::Arc;

use crate::pattern::Pattern;

/// Selects components by kind and a glob over the name.
#[derive(Debug, Clone)]
pub struct Selector {
    /// As written, `kind:glob`.
    pub text: String,
    /// The kind.
    pub kind: &'static str,
    /// The glob, which matches names as if they were paths.
    pub name: Arc<Pattern>,
}

impl Selector {
    /// Returns whether it selects this component.
    pub fn matches(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.matches(name.into(), false)
    }

    /// Returns one selector for each alternative in its braces.
    pub fn split(&self) -> Vec<Self> {
        let one = |name: Arc<Pattern>| Self {
            text: format!("{}:{}", self.kind, name.text()),
            kind: self.kind,
            name,
        };
        self.name.split().into_iter().map(one).collect()
    }

    /// Returns whether it has no wildcards.
    pub fn is_exact(&self) -> bool {
        self.name.is_literal()
    }
}
