use bstr::{BStr, ByteSlice as _};

use super::{Evidence, Guess};

/// What nobody owns.
#[derive(Debug)]
pub struct Unowned {
    /// A folder, ending in `/`, or a file.
    pub path: Vec<u8>,
    /// How many files it stands for.
    pub files: usize,
    /// Who changed it lately.
    pub guess: Option<Guess>,
}

/// What nobody owns, as few folders and files as possible. `files` are sorted.
pub fn unowned(files: &[(&BStr, bool)], evidence: Option<&Evidence<'_>>) -> Vec<Unowned> {
    let mut found = Vec::new();
    visit(files, 0, &mut found);
    let guess = |path: &[u8]| evidence?.about(path);
    let all = found.into_iter().map(|(path, files)| Unowned {
        guess: guess(&path),
        path,
        files,
    });
    all.collect()
}

fn visit(files: &[(&BStr, bool)], length: usize, found: &mut Vec<(Vec<u8>, usize)>) {
    let mut at = 0;
    while let Some((path, is_owned)) = files.get(at) {
        let Some(slash) = path[length..].find_byte(b'/') else {
            if !is_owned {
                found.push((path.to_vec(), 1));
            }
            at += 1;
            continue;
        };
        let end = length + slash + 1;
        let prefix = &path[..end];
        let inside = files[at..].partition_point(|(path, _)| path.starts_with(prefix));
        let inside = &files[at..at + inside];
        match inside.iter().any(|(_, is_owned)| *is_owned) {
            true => visit(inside, end, found),
            false => found.push((prefix.to_vec(), inside.len())),
        }
        at += inside.len();
    }
}
