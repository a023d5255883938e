/// The change to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeQuestion {
    /// From HEAD to the index.
    Staged,
    /// From the merge base of HEAD and this revision to the work tree. `auto` finds the base of a change
    /// in CI.
    Since(String),
    /// From this revision, without a merge base, to the work tree.
    From(String),
    /// From the merge base of two revisions to the second one.
    Range(String, String),
    /// From one revision to another.
    Between(String, String),
}
