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
            Self::Repository => "repository",
        }
    }
}

impl LinePosition {
    /// Returns the ways to read the end of `typed` as a position, each with the path before it: first only a line, then
    /// a line and a column. As in the output of many programs, a colon may follow.
    pub fn split(typed: &[u8]) -> Vec<(&[u8], Self)> {
        let number = |text: &'_ [u8]| -> Option<(usize, u32)> {
            let colon = text.iter().rposition(|byte| *byte == b':')?;
            let digits = &text[colon + 1..];
            let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
            let digits = std::str::from_utf8(digits).ok().filter(|_| is_number)?;
            (colon > 0).then_some((colon, digits.parse().ok()?))
        };
        let typed = typed.strip_suffix(b":").unwrap_or(typed);
        let Some((end, last)) = number(typed) else {
            return Vec::new();
        };
        let path = &typed[..end];
        let only_line = Self {
            line: last,
            column: None,
        };
        let mut all = vec![(path, only_line)];
        all.extend(number(path).map(|(end, line)| {
            let column = Some(last);
            (&path[..end], Self { line, column })
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
            ("a:-1", &[]),
            ("a:99999999999", &[]),
            ("a:1", &[("a", 1, None)]),
            ("a:1:", &[("a", 1, None)]),
            ("a:b:1", &[("a:b", 1, None)]),
            ("a:1:2", &[("a:1", 2, None), ("a", 1, Some(2))]),
            ("a:0:1:2", &[("a:0:1", 2, None), ("a:0", 1, Some(2))]),
        ] {
            let found = LinePosition::split(typed.as_bytes());
            let found: Vec<(&str, u32, Option<u32>)> = found
                .iter()
                .map(|(path, at)| (path.to_str().unwrap(), at.line, at.column))
                .collect();
            assert_eq!(found, expected, "{typed}");
        }
    }
}
