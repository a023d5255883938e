use crate::checks::Check;

/// The checks whose findings are reported.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these checks; `None` for all.
    pub only: Option<Vec<&'static str>>,
    /// Checks to skip.
    pub skip: Vec<&'static str>,
}

impl Selection {
    /// Returns whether the findings of a check are reported.
    pub fn holds(&self, check: &Check) -> bool {
        let is_named = |names: &[&str]| names.contains(&check.name);
        self.only.as_deref().is_none_or(is_named) && !is_named(&self.skip)
    }
}
