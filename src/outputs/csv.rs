//! CSV as RFC 4180 has it, for spreadsheets too.

use crate::text::{joined, printable};

/// One record: its line, with the end of line.
///
/// What a repository holds may neither steer a terminal nor be computed by a spreadsheet: a cell that
/// would be a formula begins with an apostrophe, as people write text into a spreadsheet.
pub(crate) fn record<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells = cells.into_iter().map(|text| cell(text.as_ref()));
    joined(cells, ",") + "\r\n"
}

fn cell(text: &str) -> String {
    // The wide forms are what some input methods type; spreadsheets read them alike.
    const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let mut text = printable(text);
    // Spreadsheets look at what follows blanks.
    if text.trim_start().starts_with(FORMULA) {
        text.insert(0, '\'');
    }
    // Where commas are decimal points, spreadsheets separate by semicolons.
    let is_plain = !text.contains([',', ';', '"']) && text.trim() == text;
    if is_plain {
        return text;
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(record(["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(
            record(["a,b", "say \"x\"", " x"]),
            "\"a,b\",\"say \"\"x\"\"\",\" x\"\r\n"
        );
        assert_eq!(record(["a\nb\u{1b}"]), "a\\nb\\u{1b}\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1"] {
            let line = record([text]);
            assert!(line.trim_start_matches('"').starts_with('\''), "{line}");
        }
        assert_eq!(record(["a=b", "a;=b"]), "a=b,\"a;=b\"\r\n");
        assert_eq!(record(["\t=1"]), "\\t=1\r\n");
    }
}
