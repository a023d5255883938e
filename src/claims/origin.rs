use crate::config::Map;

/// Where a claim comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The rule at this position of the map.
    Rule(usize),
    /// What a component's own files say.
    Declaration,
    /// The exemption at this position of the map.
    Exemption(usize),
}

impl Origin {
    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule(_) => "rule",
            Self::Declaration => "declaration",
            Self::Exemption(_) => "exemption",
        }
    }

    /// What it says of paths, in a sentence that goes on with the owners, if there are any.
    pub fn says(self) -> &'static str {
        match self {
            Self::Rule(_) => "claimed for",
            Self::Declaration => "declared to be owned by",
            Self::Exemption(_) => "said to need no owner",
        }
    }

    /// Whether it says that no owner is needed.
    pub fn is_exemption(self) -> bool {
        matches!(self, Self::Exemption(_))
    }

    /// Whether the map says so.
    pub fn is_of_map(self) -> bool {
        matches!(self, Self::Rule(_) | Self::Exemption(_))
    }

    /// Whether it is about every repository of the map.
    pub fn is_for_all(self, map: &Map) -> bool {
        match self {
            Self::Rule(at) => map.rules[at].repository.is_none(),
            Self::Exemption(at) => map.exemptions[at].repository.is_none(),
            Self::Declaration => false,
        }
    }

    /// Why it says so, as the map has it.
    pub fn note(self, map: &Map) -> Option<&str> {
        match self {
            Self::Rule(at) => map.rules[at].note.as_deref(),
            Self::Exemption(at) => Some(&map.exemptions[at].reason),
            Self::Declaration => None,
        }
    }
}
