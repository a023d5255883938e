use std::fmt::Display;

/// Formats a number with a noun: `1 file`, `4,000 files`.
pub fn count<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// Formats a number with a comma before each group of three digits: `4,000`.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Joins the `shown` ones of `all` items, and counts the rest: `a, b and 3 more`.
pub fn and_more(shown: impl IntoIterator<Item = String>, all: usize) -> String {
    let shown: Vec<String> = shown.into_iter().collect();
    match all - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), grouped(more)),
    }
}

/// Returns the first `most` items, then `more` with the number of the others, if there are any.
pub fn first_few(
    all: impl ExactSizeIterator<Item = String>,
    most: usize,
    more: impl FnOnce(usize) -> String,
) -> impl Iterator<Item = String> {
    let others = all.len().saturating_sub(most);
    let others = (others > 0).then(|| more(others));
    all.take(most).chain(others)
}
