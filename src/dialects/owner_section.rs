/// A section of an ownership file, which often stands for a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerSection {
    /// Its title; empty for a section that stands for nobody in particular.
    pub title: String,
    /// The owners that it names, as written: those of each line.
    pub lines: Vec<Vec<String>>,
}
