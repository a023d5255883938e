use crate::text::steers;

/// Words that YAML 1.1 does not read as strings.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// The quotes around a string that YAML would misread without them.
#[derive(Debug, Clone, Copy)]
pub enum Quotes {
    /// All characters are literal.
    Single,
    /// With an escape for each character that controls a terminal or that YAML does not allow.
    Double,
}

impl Quotes {
    /// Returns `text` in these quotes.
    pub fn around(self, text: &str) -> String {
        if matches!(self, Self::Single) {
            return format!("'{}'", text.replace('\'', "''"));
        }
        let mut quoted = String::from("\"");
        for char in text.chars() {
            match char {
                '"' | '\\' => quoted.extend(['\\', char]),
                char if steers(char) => quoted.push_str(&format!("\\U{:08x}", u32::from(char))),
                char => quoted.push(char),
            }
        }
        quoted + "\""
    }

    /// Returns `text` in these quotes, unless it is a word of ASCII letters, digits, `-`, `_`, `.` and
    /// `allowed` characters.
    pub fn unless_word(self, text: &str, allowed: &[char]) -> String {
        let is_of_word = |char: char| {
            char.is_ascii_alphanumeric() || "-_.".contains(char) || allowed.contains(&char)
        };
        let starts = text.starts_with(|char: char| char.is_ascii_alphabetic());
        match starts && text.chars().all(is_of_word) && !has_special_meaning(text) {
            true => text.to_owned(),
            false => self.around(text),
        }
    }
}

/// Returns `text` as an item of a list in block style, in quotes if it needs them.
pub fn item(text: &str) -> String {
    let escaped = || Quotes::Double.around(text);
    if text.chars().any(steers) {
        return escaped();
    }
    serde_yaml::to_string(text)
        .map_or_else(|_| escaped(), |line| line.trim_end_matches('\n').into())
}

/// Returns whether a string needs no quotes, in flow style too (YAML 1.2.2, 7.3.3), and is a string in
/// YAML 1.1 as well.
pub fn is_plain(text: &str) -> bool {
    let is_number =
        !text.chars().any(char::is_alphabetic) || text.starts_with(|it: char| it.is_ascii_digit());
    let mut chars = text.chars().peekable();
    let first_is_fine = chars.peek().is_some_and(|char| char.is_alphanumeric());
    let rest_is_fine =
        std::iter::from_fn(|| Some((chars.next()?, chars.peek().copied()))).all(|(char, next)| {
            match char {
                ' ' => next.is_some_and(|next| next != '#' && next != ' '),
                ':' => {
                    next.is_some_and(|next| next.is_alphanumeric() || next == ':' || next == '/')
                }
                char => char.is_alphanumeric() || "_./@+-~()#".contains(char),
            }
        });
    first_is_fine && rest_is_fine && !has_special_meaning(text) && !is_number
}

fn has_special_meaning(text: &str) -> bool {
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
