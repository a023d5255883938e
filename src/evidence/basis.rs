/// What evidence is based on, from the most to the least reliable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The team owns something that nothing else uses.
    Used,
    /// The team owns everything that uses it.
    Users,
    /// The team is named in the path or in the name of the component.
    TeamName,
    /// The team owns a sibling with the same name and one more or one less word.
    Sibling,
    /// The team owns something shared, and everything else that uses it.
    Shared,
    /// People of the team made most of the recent changes.
    History,
}

impl Basis {
    /// Returns its name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Users => "users",
            Self::TeamName => "team-name",
            Self::Sibling => "sibling",
            Self::Shared => "shared",
            Self::History => "history",
        }
    }
}
