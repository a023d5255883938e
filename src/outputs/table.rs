//! Tables for a terminal.

use textwrap::core::display_width;

use super::{Look, Palette, Tone};
use crate::text::printable;

/// The space between columns.
const GAP: usize = 2;

/// The indent of the lines below a row.
const INDENT: &str = "    ";

/// A header and rows, each with further lines below it.
#[derive(Debug)]
pub(crate) struct Table {
    header: Vec<Cell>,
    rows: Vec<(Vec<Cell>, Vec<String>)>,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    tone: Option<Tone>,
    is_number: bool,
}

impl Cell {
    /// Creates a cell; control characters are escaped.
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: printable(text.as_ref()),
            tone: None,
            is_number: false,
        }
    }

    /// Creates a right-aligned number.
    pub(crate) fn number(number: u64) -> Self {
        Self {
            is_number: true,
            ..Self::new(number.to_string())
        }
    }

    /// Returns the cell in the color of a tone.
    pub(crate) fn toned(self, tone: Tone) -> Self {
        Self {
            tone: Some(tone),
            ..self
        }
    }

    fn show(&self, width: usize, is_last: bool, palette: Palette) -> String {
        let painted = match self.tone {
            Some(tone) => palette.paint(tone, &self.text),
            None => self.text.clone(),
        };
        let pad = " ".repeat(width.saturating_sub(display_width(&self.text)));
        match (self.is_number, is_last) {
            (true, _) => pad + &painted,
            (false, true) => painted,
            (false, false) => painted + &pad,
        }
    }
}

impl Table {
    /// Creates an empty table. The titles of number columns are right-aligned.
    pub(crate) fn new(header: &[(&str, bool)]) -> Self {
        let header = header.iter().map(|(title, is_number)| Cell {
            is_number: *is_number,
            ..Cell::new(title).toned(Tone::Strong)
        });
        Self {
            header: header.collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, and the lines below it.
    pub(crate) fn row(&mut self, cells: Vec<Cell>, below: Vec<String>) {
        self.rows.push((cells, below));
    }

    /// Renders the table. Text is never truncated: if the table is wider than the terminal, the last column
    /// moves below its row.
    pub(crate) fn render(&self, look: Look) -> String {
        let mut widths: Vec<usize> = (0..self.header.len())
            .map(|at| {
                let column = self.rows.iter().map(|(cells, _)| &cells[at]);
                let cells = column.chain(std::iter::once(&self.header[at]));
                let widths = cells.map(|cell| display_width(&cell.text));
                widths.max().unwrap_or_default()
            })
            .collect();
        let whole = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        let overflows = whole > look.width && widths.len() > 1;
        if overflows {
            widths.pop();
        }
        let mut out = line(&self.header, &widths, look);
        for (cells, below) in &self.rows {
            out += &line(cells, &widths, look);
            let moved = cells[widths.len()..].iter().map(|cell| &cell.text);
            for text in moved.chain(below) {
                out += &faint_below(text, look);
            }
        }
        out
    }
}

fn line(cells: &[Cell], widths: &[usize], look: Look) -> String {
    let palette = Palette(look.color);
    let shown: Vec<String> = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(at, (cell, width))| cell.show(*width, at + 1 == widths.len(), palette))
        .collect();
    let line = shown.join(&" ".repeat(GAP));
    line.trim_end().to_owned() + "\n"
}

/// Returns a line below a row, wrapped; none if the text is empty.
fn faint_below(text: &str, look: Look) -> String {
    if text.is_empty() {
        return String::new();
    }
    let deeper = format!("{INDENT}  ");
    let options = textwrap::Options::new(look.width)
        .initial_indent(INDENT)
        .subsequent_indent(&deeper)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    let text = printable(text);
    let lines = textwrap::wrap(&text, options).into_iter();
    let painted = lines.map(|line| Palette(look.color).paint(Tone::Faint, &line) + "\n");
    painted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(width: usize) -> String {
        let mut table = Table::new(&[("NAME", false), ("FILES", true), ("PLACE", false)]);
        let name = |name: &str| Cell::new(name);
        table.row(
            vec![name("漢字"), Cell::number(7), name("a/b:1:1")],
            vec!["a\tremark".to_owned(), String::new()],
        );
        table.row(
            vec![name("x\u{1b}"), Cell::number(12345678), name("")],
            vec![],
        );
        table.render(Look {
            color: false,
            width,
            wraps: false,
            quiet: false,
        })
    }

    #[test]
    fn sizes_columns_by_display_width() {
        let expected = "\
NAME        FILES  PLACE
漢字            7  a/b:1:1
    a\\tremark
x\\u{1b}  12345678
";
        assert_eq!(render(100), expected);
    }

    #[test]
    fn moves_the_last_column_below_if_it_does_not_fit() {
        let expected = "\
NAME        FILES
漢字            7
    a/b:1:1
    a\\tremark
x\\u{1b}  12345678
";
        assert_eq!(render(20), expected);
    }
}
