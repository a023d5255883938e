use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

/// The bytes of a regular file (or of one that a link leads to) of at most `limit` bytes. Anything
/// else is never opened: a pipe or a device may wait, or go on, for ever.
pub(crate) fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    // One more, by which the end is seen.
    let length = usize::try_from(metadata.len().min(limit)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(length + 1);
    fs::File::open(path)?
        .take(limit + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let message = match limit >> 20 {
            0 => format!("it is larger than {limit} bytes"),
            mebibytes => format!("it is larger than {mebibytes} MiB"),
        };
        return Err(io::Error::other(message));
    }
    Ok(bytes)
}
