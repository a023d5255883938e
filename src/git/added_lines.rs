use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    ops::RangeInclusive,
    process::Stdio,
};

use bstr::{BString, ByteSlice as _};

use super::{Commit, Git, GitError, unquoted};

/// The line ranges that a change adds, by file. Files without any are not included.
pub type AddedLines = BTreeMap<BString, Vec<RangeInclusive<usize>>>;

/// `git diff` finds renames, so a file that was only renamed has no added lines here either.
const OPTIONS: [&str; 6] = [
    "-M",
    "--patch",
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
];

impl Git {
    /// Returns the lines that are added between `base` and the commit `until` or, without one, the index.
    ///
    /// # Errors
    /// If git cannot compare them.
    pub fn added_lines(
        &self,
        base: Option<&Commit>,
        until: Option<&Commit>,
    ) -> Result<AddedLines, GitError> {
        let base = self.id_or_empty(base)?;
        let (command, ends): (&[&str], _) = match until {
            Some(until) => (&["diff-tree", "-r"], [&*base, &*until.id]),
            None => (&["diff-index", "--cached"], [&*base, "--"]),
        };
        let mut git = self.start(&[command, &OPTIONS[..], &ends].concat(), Stdio::null())?;
        let mut added = AddedLines::new();
        let mut parser = Parser::default();
        let failed = |why: String| {
            GitError::new(format!(
                "git could not list the added lines: \
                                                          {why}"
            ))
        };
        // Only the headers are kept: the patch may be much larger than the list.
        if let Some(patch) = git.stdout.take() {
            let mut patch = BufReader::new(patch);
            let mut line = Vec::new();
            while patch
                .read_until(b'\n', &mut line)
                .map_err(|error| failed(error.to_string()))?
                > 0
            {
                if let Some((path, lines)) = parser.line(line.strip_suffix(b"\n").unwrap_or(&line))
                {
                    added.entry(path).or_default().push(lines);
                }
                line.clear();
            }
        }
        let status = git.wait().map_err(|error| failed(error.to_string()))?;
        match status.success() {
            true => Ok(added),
            false => Err(failed(status.to_string())),
        }
    }
}

/// Reads a patch without context lines.
#[derive(Debug, Default)]
struct Parser {
    /// The file after the change; `None` if it was removed.
    file: Option<BString>,
    /// How many lines of the current hunk follow. They may look like headers.
    rest: usize,
}

impl Parser {
    /// Reads a line; returns the file and the added lines if it is the header of a hunk that adds some.
    fn line(&mut self, line: &[u8]) -> Option<(BString, RangeInclusive<usize>)> {
        if self.rest > 0 {
            // A note about a missing line end is not a line of the file.
            self.rest -= usize::from(!line.starts_with(b"\\"));
            return None;
        }
        if let Some(name) = line.strip_prefix(b"+++ ") {
            // Git ends a name that contains blanks with a tab.
            let name = unquoted(name.strip_suffix(b"\t").unwrap_or(name));
            self.file = name.strip_prefix(b"b/").map(BString::from);
            return None;
        }
        // `@@ -<line>[,<count>] +<line>[,<count>] @@`
        let mut ranges = line.strip_prefix(b"@@ -")?.split_str(" ").map(|range| {
            let mut numbers = range.trim_start_with(|sign| sign == '+').split_str(",");
            let mut number = || numbers.next()?.to_str().ok()?.parse::<usize>().ok();
            (number().unwrap_or_default(), number().unwrap_or(1))
        });
        let (_, removed) = ranges.next()?;
        let (start, added) = ranges.next()?;
        self.rest = removed + added;
        let file = self.file.clone().filter(|_| added > 0)?;
        Some((file, start..=start + added - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hunks_as_git_writes_them() {
        let patch: &[u8] = b"\
diff --git a/x b/x
index 1..2 100644
--- a/x
+++ b/x
@@ -3 +3,2 @@ context
--- a/removed
+++ b/added
+@@ -1 +1 @@
@@ -9,2 +10,0 @@
-a
-b
@@ -20 +19 @@
-a
\\ No newline at end of file
+b
diff --git \"a/\\303\\234 \\\"x\" \"b/\\303\\234 \\\"x\"
--- /dev/null
+++ \"b/\\303\\234 \\\"x\"
@@ -0,0 +1 @@
+x
diff --git a/y z b/y z
--- /dev/null
+++ b/y z\t
@@ -0,0 +1,3 @@
+x
+y
+z
diff --git a/gone b/gone
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-x
";
        let mut parser = Parser::default();
        let lines = patch.split(|byte| *byte == b'\n');
        let added: Vec<_> = lines.filter_map(|line| parser.line(line)).collect();
        let expected = [
            ("x", 3..=4),
            ("x", 19..=19),
            ("Ü \"x", 1..=1),
            ("y z", 1..=3),
        ];
        assert_eq!(added, expected.map(|(path, lines)| (path.into(), lines)));
    }
}
