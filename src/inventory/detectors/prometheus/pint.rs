//! The comments that name owners for pint, a linter of rules.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::{
    inventory::{Declaration, Effect, Name},
    text::{Place, Source, Span},
};

/// The owners in the comments of a file.
pub(super) struct PintOwners {
    /// `# pint file/owner X`; the last one counts.
    pub of_file: Vec<Declaration>,
    /// `# pint rule/owner X`, all together.
    pub of_rules: Option<Declaration>,
}

/// Returns the owners in the comments of `source`.
pub(super) fn owners(source: &Arc<Source>) -> PintOwners {
    let mut of_file: Vec<Name> = Vec::new();
    let mut of_rules: Vec<Name> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    for (at, _) in source.text().match_indices("# pint ") {
        let Some((kind, name)) = comment(source, at) else {
            continue;
        };
        if kind == "file/owner" {
            of_file.push(name);
        } else if known.insert(name.spellings.concat()) {
            of_rules.push(name);
        }
    }
    let last = of_file.len();
    let of_file = (1..).zip(of_file).filter_map(|(at, name)| {
        let effect = match at == last {
            true => Effect::Owner,
            false => Effect::Overridden,
        };
        Declaration::of("pint file/owner", effect, vec![name])
    });
    PintOwners {
        of_file: of_file.collect(),
        of_rules: Declaration::of("pint rule/owner", Effect::Owner, of_rules),
    }
}

/// Parses the comment at `start`, and returns its kind and the name.
fn comment(source: &Arc<Source>, start: usize) -> Option<(&str, Name)> {
    let line = source.text()[start..].lines().next()?;
    let kind = ["file/owner", "rule/owner"]
        .into_iter()
        .find(|kind| line["# pint ".len()..].trim_start().starts_with(kind))?;
    let at = line.find(kind)? + kind.len();
    let name = line[at..].trim();
    if name.is_empty() || !line[at..].starts_with([' ', '\t']) {
        return None;
    }
    let at = start + at + line[at..].find(name)?;
    let place = Place::Text(Arc::clone(source), Span::new(at, at + name.len()));
    Some((kind, Name::new(vec![name.to_owned()], place)))
}
