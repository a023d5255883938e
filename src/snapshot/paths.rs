use std::path::{Component, Path, PathBuf};

/// Removes `.` and `..` from `path` without looking at the file system.
pub(crate) fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// Returns `path` as an absolute path, without symbolic links in the part that exists on disk.
pub(crate) fn canonicalize_existing(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let plain = without_dots(&path);
    let above = plain.ancestors().find_map(|directory| {
        let real = directory.canonicalize().ok()?;
        let below = plain.strip_prefix(directory).ok()?;
        Some(if below.as_os_str().is_empty() {
            real
        } else {
            real.join(below)
        })
    });
    above.unwrap_or(plain)
}
