use bstr::{BStr, ByteSlice as _};

/// What nobody owns, as few folders (ending in `/`) and files as possible, with how many files each
/// stands for. `files` are sorted.
pub fn unowned(files: &[(&BStr, bool)]) -> Vec<(Vec<u8>, usize)> {
    let mut found = Vec::new();
    visit(files, 0, &mut found);
    found
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
