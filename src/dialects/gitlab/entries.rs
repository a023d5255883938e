use super::{DIALECT, parse::parse};
use crate::dialects::{OwnershipLine, Tree};

/// The lines that match something, section by section. What excludes paths overrules its whole
/// section, so it comes last.
pub(super) fn entries(tree: &Tree<'_>) -> Vec<OwnershipLine> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(DIALECT.locations, &mut problems) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for (section, at) in parse(&source, &mut problems).into_iter().zip(0..) {
        let (excluding, others): (Vec<_>, Vec<_>) = section
            .entries
            .into_iter()
            .partition(|entry| entry.is_exclusion);
        let all = others.into_iter().chain(excluding);
        lines.extend(all.filter_map(|entry| Some((entry.span, entry.glob?, entry.owners, at))));
    }
    OwnershipLine::all(&source, lines)
}
