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

/// A line, and a column in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePosition {
    pub line: u32,
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
        let number = |text: &'_ [u8]| -> Option<(usize, Option<u32>)> {
            let colon = text.iter().rposition(|byte| *byte == b':')?;
            let written = &text[colon + 1..];
            let digits = written.strip_prefix(b"-").unwrap_or(written);
            let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
            let number = std::str::from_utf8(written).ok().filter(|_| is_number)?;
            let number = number.parse().ok().filter(|number| *number > 0);
            (colon > 0).then_some((colon, number))
        };
        let typed = typed.strip_suffix(b":").unwrap_or(typed);
        let Some((end, last)) = number(typed) else {
            return Vec::new();
        };
        let path = &typed[..end];
        let only_line = last.map(|line| Self { line, column: None });
        let mut all = vec![(path, only_line)];
        all.extend(number(path).map(|(end, line)| {
            let both = line.zip(last);
            let position = both.map(|(line, column)| Self {
                line,
                column: Some(column),
            });
            (&path[..end], position)
        }));
        all
    }
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
}
