use crate::checks::Check;

/// The checks whose findings are told.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// These alone; nothing for all.
    pub only: Option<Vec<&'static str>>,
    /// Not these.
    pub skip: Vec<&'static str>,
}

impl Selection {
    /// Whether the findings of a check are told.
    pub fn holds(&self, check: &Check) -> bool {
        let is_named = |names: &[&str]| names.contains(&check.name);
        self.only.as_deref().is_none_or(is_named) && !is_named(&self.skip)
    }
}
