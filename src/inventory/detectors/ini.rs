//! Settings in INI files, as Puppet and Ansible have them.

/// Returns the value of `key` in `section`, trimmed. Lines before the first header belong to the section `first`, and a
/// later line overrides an earlier one.
pub(super) fn value<'t>(text: &'t str, first: &str, section: &str, key: &str) -> Option<&'t str> {
    let mut is_inside = first == section;
    let mut found = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            is_inside = header.strip_suffix(']').map(str::trim) == Some(section);
        } else if let Some((name, value)) = line.split_once('=')
            && is_inside
            && name.trim() == key
        {
            found = Some(value.trim());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn finds_the_last_value_in_a_section() {
        let text = "\u{feff}\na = 1\n# a = 2\n;a=3\n[b]\na=4\n a\t=  5 = 6 \n[c]\naa=7\n";
        assert_eq!(value(text, "main", "main", "a"), Some("1"));
        assert_eq!(value(text, "main", "b", "a"), Some("5 = 6"));
        assert_eq!(value(text, "main", "c", "a"), None);
        assert_eq!(value(text, "", "main", "a"), None);
    }
}
