//! Properties that directories inherit from the directories around them.

use bstr::{BStr, ByteSlice};

/// A property of directories that depends on their names and on the directories around them. If directories are
/// requested in order, each name is looked at once.
#[derive(Debug)]
pub(super) struct Inherited<'f, T> {
    directory: &'f BStr,
    /// The ends of the paths from the root down to the directory that was requested last, each with its property.
    levels: Vec<(usize, T)>,
}

impl<'f, T: Copy> Inherited<'f, T> {
    /// Starts with the property of the root.
    pub fn new(root: T) -> Self {
        Self {
            directory: b"".into(),
            levels: vec![(0, root)],
        }
    }

    /// Returns the property of `directory`, which ends in `/` unless it is the root. `enter` returns the property of a
    /// directory, given the property and the path of the directory around it, and its name.
    pub fn of(&mut self, directory: &'f BStr, enter: impl Fn(T, &BStr, &[u8]) -> T) -> T {
        let is_around = |end: usize| directory.starts_with(&self.directory[..end]);
        while let Some((end, _)) = self.levels.last()
            && !is_around(*end)
        {
            self.levels.pop();
        }
        self.directory = directory;
        // The root is never removed.
        let (mut start, mut known) = self.levels[self.levels.len() - 1];
        for part in directory[start..].split_inclusive(|byte| *byte == b'/') {
            let name = part.strip_suffix(b"/").unwrap_or(part);
            known = enter(known, directory[..start].as_bstr(), name);
            start += part.len();
            self.levels.push((start, known));
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_inherit_from_those_around_them() {
        let mut depth_and_length = Inherited::new((0, 0));
        for directory in ["", "a/", "a/b/", "a/bc/d/", "a/bc/", "a/b/c/", "", "x//"] {
            let found = depth_and_length.of(directory.into(), |(depth, length), around, name| {
                assert_eq!(around.len(), length);
                (depth + 1, length + name.len() + 1)
            });
            let depth = directory.matches('/').count();
            assert_eq!(found, (depth, directory.len()), "{directory}");
        }
    }
}
