use crate::finding::Finding;

/// What a change does to the findings.
#[derive(Debug)]
pub struct ChangeReport {
    /// What it is compared with, for a person.
    pub base: String,
    /// Why nothing could be compared: then everything is new.
    pub without_base: Option<String>,
    /// How many findings it leaves as they were.
    pub pre_existing: usize,
    /// Findings that were, and are no more.
    pub fixed: Vec<Finding>,
}
