//! Names that belong together, such as `kask` and `kask-next`.

/// The characters that separate the words of a name.
const SEPARATORS: [char; 5] = ['-', '_', '.', ':', '/'];

/// Returns a name without its last word; `None` if it has only one.
pub(super) fn base(name: &str) -> Option<&str> {
    let at = name.rfind(SEPARATORS)?;
    let (base, rest) = (&name[..at], &name[at + 1..]);
    // Kinds with nested names separate them by `::`.
    let base = base.strip_suffix(':').unwrap_or(base);
    (!base.is_empty() && !rest.is_empty()).then_some(base)
}

/// Returns whether one name is the other one with one more word.
pub(super) fn are_kin(one: &str, other: &str) -> bool {
    base(one) == Some(other) || base(other) == Some(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_one_word() {
        for (name, expected) in [
            ("kask-next", Some("kask")),
            ("kubernetes::master", Some("kubernetes")),
            ("a-b_c", Some("a-b")),
            ("kask", None),
            ("-x", None),
            ("::x", None),
            ("x-", None),
            ("", None),
            ("ä-ü", Some("ä")),
        ] {
            assert_eq!(base(name), expected, "{name}");
        }
        assert!(are_kin("k", "k-next") && are_kin("k-next", "k"));
        assert!(!are_kin("k", "k") && !are_kin("k", "k-a-b") && !are_kin("k-a", "k-b"));
    }
}
