/// Joins `parts`, with `between` as the separator.
pub fn joined<P: AsRef<str>>(parts: impl IntoIterator<Item = P>, between: &str) -> String {
    let mut text = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            text += between;
        }
        text += part.as_ref();
    }
    text
}
