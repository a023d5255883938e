use super::{DIALECT, parse::parse};
use crate::dialects::{OwnershipLine, Tree};

/// The lines that match something.
pub(super) fn entries(tree: &Tree<'_>) -> Vec<OwnershipLine> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(DIALECT.locations, &mut problems) else {
        return Vec::new();
    };
    let rules = parse(&source, &mut problems).into_iter();
    OwnershipLine::all(
        &source,
        rules.map(|rule| (rule.span, rule.glob, rule.owners, 0)),
    )
}
