use super::{Claim, Origin};
use crate::{config::Map, pattern::Pattern};

/// The source of claims: one path or selector in the map, the declaration of one component, or an ownership file. Each
/// alternative in the braces of a path or selector makes claims of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimSource {
    /// The origin of the claims.
    pub origin: Origin,
    /// The position among the paths and then selectors of the rule or exemption, or the component.
    pub entry: usize,
}

impl ClaimSource {
    /// Returns the source of a claim.
    pub fn of(claim: &Claim) -> Self {
        Self {
            origin: claim.origin,
            entry: claim.entry,
        }
    }

    /// Returns the path as written in the map; `None` for a selector or a declaration.
    pub fn path(self, map: &Map) -> Option<&Pattern> {
        let paths = match self.origin {
            Origin::Rule(at) => &map.rules[at].paths,
            Origin::Exemption(at) => &map.exemptions[at].paths,
            Origin::Declaration | Origin::OwnershipFile => return None,
        };
        paths.get(self.entry).map(|path| &*path.value)
    }

    /// Returns the path or selector as written in the map; `None` for a declaration.
    pub fn text(self, map: &Map) -> Option<&str> {
        let path = self.path(map).map(|path| &**path.text());
        path.or_else(|| match self.origin {
            Origin::Rule(at) => {
                let rule = &map.rules[at];
                let selector = rule.components.get(self.entry - rule.paths.len());
                selector.map(|selector| &*selector.value.text)
            }
            Origin::Exemption(_) | Origin::Declaration | Origin::OwnershipFile => None,
        })
    }
}
