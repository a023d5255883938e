/// How words match a team, best match first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchKind {
    /// The words are one of its areas.
    Area,
    /// The words are its id, name, alias, former name or address.
    Name,
    /// One of the words is in one of its areas.
    AreaWord,
    /// One of the words is in its name, an alias or a former name.
    NameWord,
    /// The words are in the name of a component that it owns.
    Component,
    /// The words are in its description.
    Description,
}

impl MatchKind {
    /// Returns the name of the match kind in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Name => "name",
            Self::AreaWord => "word-of-area",
            Self::NameWord => "word-of-name",
            Self::Component => "component",
            Self::Description => "description",
        }
    }

    /// Returns the match kind for a part of a longer phrase.
    pub(super) fn weakened(self) -> Self {
        match self {
            Self::Area => Self::AreaWord,
            Self::Name => Self::NameWord,
            other => other,
        }
    }

    /// Returns how direct the match is; 0 is the most direct. Only the most direct teams are the main answer.
    pub(super) fn directness(self) -> u8 {
        match self {
            Self::Area | Self::Name => 0,
            Self::AreaWord | Self::NameWord | Self::Component => 1,
            Self::Description => 2,
        }
    }
}
