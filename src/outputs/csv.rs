//! CSV (RFC 4180) that is safe to open in spreadsheets.

use crate::text::{joined, printable};

/// Returns one record, with its line end.
///
/// Control characters are escaped. A cell that a spreadsheet would evaluate as a formula is prefixed with
/// an apostrophe, which marks text in spreadsheets.
pub(crate) fn record<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells = cells.into_iter().map(|text| cell(text.as_ref()));
    joined(cells, ",") + "\r\n"
}

fn cell(text: &str) -> String {
    // Some input methods type the wide forms; spreadsheets treat them the same.
    const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let mut text = printable(text);
    // Spreadsheets ignore leading blanks.
    if text.trim_start().starts_with(FORMULA) {
        text.insert(0, '\'');
    }
    // In locales with decimal commas, spreadsheets separate cells by semicolons.
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
    fn quotes_cells_where_needed() {
        assert_eq!(record(["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(
            record(["a,b", "say \"x\"", " x"]),
            "\"a,b\",\"say \"\"x\"\"\",\" x\"\r\n"
        );
        assert_eq!(record(["a\nb\u{1b}"]), "a\\nb\\u{1b}\r\n");
    }

    #[test]
    fn escapes_formulas() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1"] {
            let line = record([text]);
            assert!(line.trim_start_matches('"').starts_with('\''), "{line}");
        }
        assert_eq!(record(["a=b", "a;=b"]), "a=b,\"a;=b\"\r\n");
        assert_eq!(record(["\t=1"]), "\\t=1\r\n");
    }
}
