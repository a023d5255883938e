/// In what way words match a team, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchKind {
    /// They are one of its areas.
    Area,
    /// They are its id, name, alias, former name or address.
    Name,
    /// One of them is in one of its areas.
    AreaWord,
    /// One of them is in its name, an alias or a former name.
    NameWord,
    /// They are in the name of a component it owns.
    Component,
    /// They are in its description.
    Description,
}

impl MatchKind {
    /// The word for it in every output.
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

    /// The same where other words of the question say more, or more words are called so.
    pub(super) fn weakened(self) -> Self {
        match self {
            Self::Area => Self::AreaWord,
            Self::Name => Self::NameWord,
            other => other,
        }
    }

    /// How direct it is: teams that are meant hide behind no others.
    pub(super) fn directness(self) -> u8 {
        match self {
            Self::Area | Self::Name => 0,
            Self::AreaWord | Self::NameWord | Self::Component => 1,
            Self::Description => 2,
        }
    }
}
