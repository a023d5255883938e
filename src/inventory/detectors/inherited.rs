//! What directories hand down to those inside.

use bstr::{BStr, ByteSlice};

/// Something that is known of a directory by its name and what lies around it. Asked for directories
/// in order, it looks at each name once.
#[derive(Debug)]
pub(super) struct Inherited<'f, T> {
    directory: &'f BStr,
    /// Of the root and each directory down to the one that was asked for last: where its path ends.
    levels: Vec<(usize, T)>,
}

impl<'f, T: Copy> Inherited<'f, T> {
    /// What is known of the root.
    pub fn new(root: T) -> Self {
        Self {
            directory: b"".into(),
            levels: vec![(0, root)],
        }
    }

    /// What is known of `directory`, which ends in `/` unless it is the root. `enter` tells by what is
    /// known of a directory, by its path and by the name of one inside what is known of that.
    pub fn of(&mut self, directory: &'f BStr, enter: impl Fn(T, &BStr, &[u8]) -> T) -> T {
        let is_around = |end: usize| directory.starts_with(&self.directory[..end]);
        while let Some((end, _)) = self.levels.last()
            && !is_around(*end)
        {
            self.levels.pop();
        }
        self.directory = directory;
        // The root is around all.
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
    fn each_directory_knows_what_the_ones_around_it_do() {
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
