use crate::config::Map;

/// The source of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The rule at this position in the map.
    Rule(usize),
    /// A declaration in the files of a component.
    Declaration,
    /// The exemption at this position in the map.
    Exemption(usize),
    /// A CODEOWNERS, OWNERS or MAINTAINERS file.
    OwnershipFile,
}

impl Origin {
    /// Returns its name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::OwnershipFile => "ownership-file",
            Self::Rule(_) | Self::Declaration | Self::Exemption(_) => self.name(),
        }
    }

    /// Returns its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule(_) => "rule",
            Self::Declaration => "declaration",
            Self::Exemption(_) => "exemption",
            Self::OwnershipFile => "ownership file",
        }
    }

    /// Returns what it states about paths, in words that the owners follow, if there are any.
    pub fn says(self) -> &'static str {
        match self {
            Self::Rule(_) => "claimed for",
            Self::Declaration => "declared as owned by",
            Self::Exemption(_) => "exempt from ownership",
            Self::OwnershipFile => "listed as owned by",
        }
    }

    /// Returns whether it is an exemption.
    pub fn is_exemption(self) -> bool {
        matches!(self, Self::Exemption(_))
    }

    /// Returns whether it is an entry in the map.
    pub fn is_in_map(self) -> bool {
        matches!(self, Self::Rule(_) | Self::Exemption(_))
    }

    /// Returns whether it applies to every repository in the map.
    pub fn applies_to_all(self, map: &Map) -> bool {
        match self {
            Self::Rule(at) => map.rules[at].repository.is_none(),
            Self::Exemption(at) => map.exemptions[at].repository.is_none(),
            Self::Declaration | Self::OwnershipFile => false,
        }
    }

    /// Returns the note of a rule, or the reason of an exemption.
    pub fn note(self, map: &Map) -> Option<&str> {
        match self {
            Self::Rule(at) => map.rules[at].note.as_deref(),
            Self::Exemption(at) => Some(&map.exemptions[at].reason),
            Self::Declaration | Self::OwnershipFile => None,
        }
    }
}
