/// A section of an ownership file, which often stands for a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerSection {
    /// Its title; empty for a section that stands for nobody in particular.
    pub title: String,
    /// All owners that it names, as written.
    pub owners: Vec<String>,
}
