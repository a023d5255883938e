/// How a question was understood, where this is not obvious.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Where the path starts, if not in the current directory.
    pub start: Option<PathStart>,
    /// The line and column behind the path.
    pub position: Option<LinePosition>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathStart {
    /// At the root of the repository with the current directory.
    Root,
    /// In a directory above the current one.
    Parent,
    /// At the root of the repository that the question names.
    Repository,
}

/// A line, or several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePosition {
    pub line: u32,
    /// The last one of several lines.
    pub last: Option<u32>,
    pub column: Option<u32>,
}

impl PathStart {
    /// Returns the name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Parent => "parent",
            Self::Repository => "repository",
        }
    }
}

impl LinePosition {
    /// Returns the ways to read the end of `typed` as a position, each with the path before it: first only a line, then
    /// a line and a column. As in the output of many programs, a colon may follow. The position is `None` if no file has
    /// such a line: `0`, negative numbers, and numbers that are too large.
    pub fn split(typed: &[u8]) -> Vec<(&[u8], Option<Self>)> {
        let found = in_parentheses(typed).or_else(|| behind_hash(typed));
        match found {
            Some(found) => vec![found],
            None => behind_colons(typed),
        }
    }

    /// Returns the last line that it includes.
    pub fn last_line(self) -> u32 {
        self.last.unwrap_or(self.line)
    }

    fn new(lines: Lines, column: Option<u32>) -> Option<Self> {
        let (line, last) = lines?;
        Some(Self { line, last, column })
    }
}

/// The first line, and the last one if there are several. `None` if no file has such lines.
type Lines = Option<(u32, Option<u32>)>;

/// Reads `PATH(LINE)` and `PATH(LINE,COLUMN)`, as compilers write them.
fn in_parentheses(typed: &[u8]) -> Option<(&[u8], Option<LinePosition>)> {
    let rest = typed.strip_suffix(b":").unwrap_or(typed);
    let (path, inside) = split_last(rest.strip_suffix(b")")?, b'(')?;
    let position = match split_last(inside, b',') {
        Some((line, column)) => {
            let (line, column) = (number(line)?, number(column)?);
            line.zip(column).map(|(line, column)| LinePosition {
                line,
                last: None,
                column: Some(column),
            })
        }
        None => LinePosition::new(lines(inside)?, None),
    };
    Some((path, position))
}

/// Reads `PATH#L5` and `PATH#L5-L9`, as in the URLs of forges.
fn behind_hash(typed: &[u8]) -> Option<(&[u8], Option<LinePosition>)> {
    let (path, mark) = split_last(typed, b'#')?;
    let rest = mark.strip_prefix(b"L")?;
    let read = match split_last(rest, b'-') {
        Some((first, last)) => range(first, last.strip_prefix(b"L").unwrap_or(last)),
        None => lines(rest),
    };
    Some((path, LinePosition::new(read?, None)))
}

/// Reads `PATH:LINE`, `PATH:LINE:COLUMN` and `PATH:LINE-LINE`.
fn behind_colons(typed: &[u8]) -> Vec<(&[u8], Option<LinePosition>)> {
    let typed = typed.strip_suffix(b":").unwrap_or(typed);
    let Some((path, last)) = split_last(typed, b':') else {
        return Vec::new();
    };
    let Some(only_lines) = lines(last) else {
        return Vec::new();
    };
    let mut all = vec![(path, LinePosition::new(only_lines, None))];
    let column = number(last);
    let line = column.and_then(|_| split_last(path, b':'));
    if let Some((path, line)) = line
        && let Some(line) = number(line)
    {
        let both = line.zip(column.flatten());
        let position = both.map(|(line, column)| LinePosition {
            line,
            last: None,
            column: Some(column),
        });
        all.push((path, position));
    }
    all
}

/// Splits a text at the last `mark`, which is not the first byte.
fn split_last(text: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().rposition(|byte| *byte == mark)?;
    (at > 0).then(|| (&text[..at], &text[at + 1..]))
}

/// Reads a line, or the first and the last line. The outer `None` if it is neither.
fn lines(text: &[u8]) -> Option<Lines> {
    match number(text) {
        Some(line) => Some(line.map(|line| (line, None))),
        None => split_last(text, b'-').and_then(|(first, last)| range(first, last)),
    }
}

fn range(first: &[u8], last: &[u8]) -> Option<Lines> {
    let (first, last) = (number(first)?, number(last)?);
    let both = first.zip(last).filter(|(first, last)| first <= last);
    Some(both.map(|(first, last)| (first, Some(last).filter(|last| *last > first))))
}

/// Reads a number. The outer `None` if it is none, the inner one if no line or column has it.
fn number(text: &[u8]) -> Option<Option<u32>> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(text).ok().filter(|_| is_number)?;
    Some(number.parse().ok().filter(|number| *number > 0))
}

#[cfg(test)]
mod tests {
    use bstr::ByteSlice as _;

    use super::*;

    #[test]
    fn splits_a_line_and_a_column() {
        for (typed, expected) in [
            ("a", &[][..]),
            ("a:", &[]),
            ("a:b", &[]),
            (":1", &[]),
            ("a:1b", &[]),
            ("a:--1", &[]),
            ("a:-", &[]),
            ("a:-1", &[("a", None)]),
            ("a:0", &[("a", None)]),
            ("a:4294967295", &[("a", Some((4_294_967_295, None)))]),
            ("a:4294967296", &[("a", None)]),
            ("a:1", &[("a", Some((1, None)))]),
            ("a:1:", &[("a", Some((1, None)))]),
            ("a:b:1", &[("a:b", Some((1, None)))]),
            (
                "a:1:2",
                &[("a:1", Some((2, None))), ("a", Some((1, Some(2))))],
            ),
            ("a:1:0", &[("a:1", None), ("a", None)]),
            ("a:0:2", &[("a:0", Some((2, None))), ("a", None)]),
            (
                "a:0:1:2",
                &[("a:0:1", Some((2, None))), ("a:0", Some((1, Some(2))))],
            ),
        ] {
            let found = LinePosition::split(typed.as_bytes());
            let found = found.iter();
            let found =
                found.map(|(path, at)| (path.to_str().unwrap(), at.map(|at| (at.line, at.column))));
            assert!(found.eq(expected.iter().copied()), "{typed}");
        }
    }

    #[test]
    fn reads_the_notations_of_forges_and_compilers() {
        for (typed, expected) in [
            ("a#L5", Some(("a", Some((5, None, None))))),
            ("a#L5-L9", Some(("a", Some((5, Some(9), None))))),
            ("a#L5-9", Some(("a", Some((5, Some(9), None))))),
            ("a#L9-L5", Some(("a", None))),
            ("a#L0", Some(("a", None))),
            ("a#b#L5", Some(("a#b", Some((5, None, None))))),
            ("a#Lb", None),
            ("a#", None),
            ("#L5", None),
            ("a#5", None),
            ("a:5-9", Some(("a", Some((5, Some(9), None))))),
            ("a:5-5", Some(("a", Some((5, None, None))))),
            ("a:9-5", Some(("a", None))),
            ("a:5-b", None),
            ("a:b:5-9", Some(("a:b", Some((5, Some(9), None))))),
            ("a(5)", Some(("a", Some((5, None, None))))),
            ("a(5,2)", Some(("a", Some((5, None, Some(2)))))),
            ("a(5,2):", Some(("a", Some((5, None, Some(2)))))),
            ("a(5-9)", Some(("a", Some((5, Some(9), None))))),
            ("a(0,2)", Some(("a", None))),
            ("a(b)", None),
            ("a(5,)", None),
            ("(5)", None),
        ] {
            let found = LinePosition::split(typed.as_bytes());
            assert!(found.len() <= 1, "{typed}");
            let found = found.first().map(|(path, at)| {
                let at = at.map(|at| (at.line, at.last, at.column));
                (path.to_str().unwrap(), at)
            });
            assert_eq!(found, expected, "{typed}");
        }
    }
}
