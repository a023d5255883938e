use crate::text::steers;

/// `text` in double quotes, with an escape for each character that a terminal would obey or that YAML
/// does not allow.
pub fn in_quotes(text: &str) -> String {
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
