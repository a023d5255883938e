use crate::pattern::{Language, Pattern, Relation};

/// Returns a pattern for the paths that both patterns match; `None` if no simple one is known.
pub(super) fn intersection(one: &Pattern, other: &Pattern) -> Option<Pattern> {
    let [a, b] = [one, other].map(|pattern| Language::of([pattern]));
    match a.relation(&b).ok()? {
        Relation::Equal | Relation::Inside => Some(one.clone()),
        Relation::Around => Some(other.clone()),
        Relation::Disjoint => None,
        Relation::Overlapping => {
            let mut patterns = [one, other];
            patterns.sort_by_key(|pattern| !pattern.text().ends_with('/'));
            let [first, second] = patterns;
            let candidates = [
                at_any_depth_in(first, second),
                at_any_depth_in(second, first),
            ];
            let is_in_both = |pattern: &Pattern| {
                let both = Language::of([pattern]);
                both.is_within(&a) == Ok(true) && both.is_within(&b) == Ok(true)
            };
            candidates.into_iter().flatten().find(is_in_both)
        }
    }
}

/// Returns the pattern for what `deep`, such as `**/*.md`, matches inside a directory.
fn at_any_depth_in(directory: &Pattern, deep: &Pattern) -> Option<Pattern> {
    let (_, rest) = deep.text().rsplit_once("**/")?;
    if directory.is_of_files() {
        return None;
    }
    let directory = directory.text().trim_end_matches("/**").trim_matches('/');
    deep.parse_like(&format!("{directory}/**/{rest}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_patterns_for_files() {
        let (directory, deep) = (Pattern::parse("docs/"), Pattern::parse_files("**/*.md"));
        let found = intersection(&directory.unwrap(), &deep.unwrap()).unwrap();
        assert_eq!(
            (&**found.text(), found.is_of_files()),
            ("docs/**/*.md", true)
        );
    }

    #[test]
    fn returns_patterns_for_what_both_match() {
        for (one, other, expected) in [
            ("docs/", "**", Some("docs/")),
            ("docs/", "docs/a/", Some("docs/a/")),
            ("docs/", "**/*.md", Some("docs/**/*.md")),
            ("**/*.md", "/docs/**", Some("docs/**/*.md")),
            ("**/docs/", "**/*.md", Some("**/docs/**/*.md")),
            ("a/*/", "**/x", Some("a/*/**/x")),
            ("docs/a/", "docs/**/*.md", Some("docs/a/**/*.md")),
            ("a/", "b/", None),
            ("a*", "*b", None),
        ] {
            let [a, b] = [one, other].map(|text| Pattern::parse(text).unwrap());
            for (a, b) in [(&a, &b), (&b, &a)] {
                let found = intersection(a, b).map(|pattern| pattern.text().to_string());
                assert_eq!(found.as_deref(), expected, "{one} {other}");
            }
        }
    }
}
