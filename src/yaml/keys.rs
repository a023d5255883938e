use bstr::ByteSlice as _;

/// Returns the positions at which a text may have a key: a word that is followed by a colon, perhaps after quotes that are
/// escaped in a string. This is much faster than parsing the text.
pub fn possible_keys<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = usize> {
    let places = text.as_bytes().find_iter(key);
    places.filter(move |at| {
        let rest =
            text[at + key.len()..].trim_start_matches(['"', '\'', '\\', ' ', '\t', '\r', '\n']);
        rest.starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_keys_without_parsing() {
        for (text, expected) in [
            ("route: a", &[0][..]),
            ("{'a': {\"route\" : b}}", &[8]),
            (r#""x": "{\"route\": {}}\nroute:""#, &[9, 23]),
            ("? route\n: a", &[2]),
            ("a route, routes: b", &[]),
            ("a: route", &[]),
        ] {
            let found: Vec<usize> = possible_keys(text, "route").collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
