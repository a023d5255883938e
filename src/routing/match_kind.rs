use crate::inventory::NameKind;

/// How words match a team, best match first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchKind {
    /// The words are the name of something that it owns.
    Named(NameKind),
    /// The words are its id, name, alias, former name or address.
    Name,
    /// The words are one of its areas.
    Area,
    /// It owns something that is linked to a component that the words name and that has no owner.
    Linked,
    /// One of the words is in one of its areas.
    AreaWord,
    /// One of the words is in its name, an alias or a former name.
    NameWord,
    /// One of the words is in the name of a component that it owns.
    ComponentWord,
    /// One of the words is in its description.
    Description,
}

impl MatchKind {
    /// Returns the name of the match kind in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Named(kind) => kind.name(),
            Self::Name => "name",
            Self::Area => "area",
            Self::Linked => "linked-component",
            Self::AreaWord => "word-of-area",
            Self::NameWord => "word-of-name",
            Self::ComponentWord => "word-of-component",
            Self::Description => "description",
        }
    }

    /// Returns whether the words are all words of a name or area.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Named(_) | Self::Name | Self::Area)
    }

    /// Returns the match kind for a part of a longer phrase.
    pub(super) fn weakened(self) -> Self {
        match self {
            Self::Area => Self::AreaWord,
            Self::Name => Self::NameWord,
            Self::Named(NameKind::Component) => Self::ComponentWord,
            other => other,
        }
    }

    /// Returns how direct the match is; 0 is the most direct. Only the most direct teams are the main answer.
    pub(super) fn directness(self) -> u8 {
        match self {
            Self::Named(_) | Self::Name | Self::Area => 0,
            Self::Linked | Self::AreaWord | Self::NameWord | Self::ComponentWord => 1,
            Self::Description => 2,
        }
    }
}
