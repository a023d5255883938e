/// A forge that asks those whom an ownership file names.
#[derive(Debug, Clone, Copy)]
pub struct Forge {
    /// What people call it.
    pub name: &'static str,
    /// The key under `handles` in the map that says what it calls a team.
    pub handle_key: &'static str,
    /// Whether it takes reviewers as a ReviewInput.
    pub takes_review_input: bool,
}
