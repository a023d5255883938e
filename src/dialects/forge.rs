/// A forge that requests reviews from the owners in ownership files.
#[derive(Debug, Clone, Copy)]
pub struct Forge {
    /// Its display name.
    pub name: &'static str,
    /// The key under `handles` in the map with its names of a team.
    pub handle_key: &'static str,
    /// Whether it accepts reviewers as a ReviewInput.
    pub takes_review_input: bool,
}
