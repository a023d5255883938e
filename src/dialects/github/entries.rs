use super::{
    DIALECT,
    parse::{Rule, parse},
};
use crate::dialects::{Entry, Tree};

/// The lines that match something.
pub(super) fn entries(tree: &Tree<'_>) -> Vec<Entry> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(DIALECT.locations, &mut problems) else {
        return Vec::new();
    };
    let rules = parse(&source, &mut problems).into_iter();
    let line = |rule: Rule| Some((rule.span, rule.glob?, rule.owners, 0));
    Entry::all(&source, rules.filter_map(line))
}
