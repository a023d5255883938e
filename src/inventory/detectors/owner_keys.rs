//! Labels and annotations of Kubernetes resources that name an owner: those whose keys the map lists,
//! and no others, since no key for that is common.

use std::sync::Arc;

use super::declared::YamlFile;
use crate::{
    config::Settings,
    inventory::{Declaration, Declarations, Name, Standing},
    text::{Place, Span},
    yaml::Node,
};

/// Adds what the labels or annotations `values` say.
pub(super) fn read(
    file: &YamlFile,
    values: Option<&Arc<Node>>,
    key: &'static str,
    settings: &Settings,
    declarations: &mut Declarations,
) {
    let Some(values) = values else {
        return;
    };
    for owner_key in &settings.owner_keys {
        let Some(value) = values.get(owner_key).filter(|value| !value.is_null()) else {
            continue;
        };
        let Some(name) = file.name(owner_key, value, &mut declarations.problems) else {
            continue;
        };
        let declaration = Declaration::new(key, Standing::Owner, file.place(value), names(name));
        declarations.declarations.push(declaration);
    }
}

/// A value of several words may be one team or several: each of the names that come of it is first
/// tried as the whole. `Name: address` is one team, written in two ways.
fn names(mut name: Name) -> Vec<Name> {
    let Some(whole) = name
        .spellings
        .first()
        .cloned()
        .filter(|_| !name.is_template)
    else {
        return vec![name];
    };
    if let Some((called, address)) = whole.split_once(':')
        && address.contains('@')
        && !called.trim().is_empty()
    {
        let spellings = [called, address].map(|text| text.trim().to_owned());
        name.spellings.extend(spellings);
        return vec![name];
    }
    let parts = parts(&whole);
    if parts.len() < 2 {
        return vec![name];
    }
    let mut after = 0;
    parts
        .into_iter()
        .map(|part| Name {
            spellings: vec![whole.clone(), part.to_owned()],
            place: within(&name.place, part, &mut after),
            ..name.clone()
        })
        .collect()
}

/// What commas separate; blanks do so only between words that can't be parts of one name, such as
/// `team-a team-b`.
fn parts(whole: &str) -> Vec<&str> {
    let parts = whole.split([',', ';', '\n']).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let words: Vec<&str> = whole.split_whitespace().collect();
    let is_id = |word: &&str| word.contains(['-', '_', '/', '@']) && word.len() > 1;
    if parts.len() < 2 && words.len() > 1 && words.iter().all(is_id) {
        return words;
    }
    parts
}

/// Where a part of a value stands in it; the whole, if it is written in another way.
fn within(place: &Place, part: &str, after: &mut usize) -> Place {
    let Place::Text(source, span) = place else {
        return place.clone();
    };
    let raw = source.text().get(span.range()).unwrap_or_default();
    let Some(at) = raw.get(*after..).and_then(|rest| rest.find(part)) else {
        return place.clone();
    };
    let from = *after + at;
    *after = from + part.len();
    let start = span.start as usize;
    Place::Text(
        Arc::clone(source),
        Span::new(start + from, start + from + part.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn values_are_taken_apart_only_where_they_may_be_several() {
        assert_eq!(parts("hosting-migrations,zaizi-devs").len(), 2);
        assert_eq!(parts("a, b; c"), ["a", "b", "c"]);
        assert_eq!(parts("team-a team-b"), ["team-a", "team-b"]);
        assert_eq!(parts("Data Platform"), ["Data Platform"]);
        assert_eq!(parts("sre,"), ["sre"]);
    }
}
