//! Owners in labels and annotations of Kubernetes resources. Only keys that the map lists are read, because there is
//! no common key for an owner.

use std::sync::Arc;

use super::declared::YamlFile;
use crate::{
    config::Settings,
    inventory::{Declaration, Declarations, Effect, Name},
    text::{Place, Span},
    yaml::Node,
};

/// Adds the declarations in the labels or annotations `values`.
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
        let declaration = Declaration::new(key, Effect::Owner, file.place(value), names(name));
        declarations.declarations.push(declaration);
    }
}

/// Splits a value into names. A value of several words may be one team or several, so each name has the whole value
/// as its first spelling. `Name: address` is one team with two spellings.
fn names(mut name: Name) -> Vec<Name> {
    let Some(whole) = name
        .spellings
        .first()
        .cloned()
        .filter(|_| !name.is_template)
    else {
        return vec![name];
    };
    if let Some((label, address)) = whole.split_once(':')
        && address.contains('@')
        && !label.trim().is_empty()
    {
        let spellings = [label, address].map(|text| text.trim().to_owned());
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

/// Splits a value at commas, semicolons and line ends. Spaces separate only words that cannot be parts of one name,
/// such as `team-a team-b`.
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

/// Returns the place of a part of a value, or of the whole value if the part is not written literally.
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
    fn splits_only_values_with_several_names() {
        assert_eq!(parts("hosting-migrations,zaizi-devs").len(), 2);
        assert_eq!(parts("a, b; c"), ["a", "b", "c"]);
        assert_eq!(parts("team-a team-b"), ["team-a", "team-b"]);
        assert_eq!(parts("Data Platform"), ["Data Platform"]);
        assert_eq!(parts("sre,"), ["sre"]);
    }
}
