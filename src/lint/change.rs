use crate::finding::Finding;

/// How a change affects the findings.
#[derive(Debug)]
pub struct ChangeReport {
    /// A description of the base revision for the user.
    pub base: String,
    /// Why there is nothing to compare with, so that every finding counts as introduced.
    pub without_base: Option<String>,
    /// How many findings existed before the change.
    pub pre_existing: usize,
    /// The findings that the change fixed.
    pub fixed: Vec<Finding>,
}
