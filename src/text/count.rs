use std::fmt::Display;

/// `1 file`, `2 files`.
pub fn count<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Some of several, and how many more those are: `a, b and 3 more`.
pub fn and_more(shown: impl IntoIterator<Item = String>, all: usize) -> String {
    let shown: Vec<String> = shown.into_iter().collect();
    match all - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The first of several, `most` at most; then how many others there are, as `more` says it.
pub fn first_few(
    all: impl ExactSizeIterator<Item = String>,
    most: usize,
    more: impl FnOnce(usize) -> String,
) -> impl Iterator<Item = String> {
    let others = all.len().saturating_sub(most);
    let others = (others > 0).then(|| more(others));
    all.take(most).chain(others)
}
