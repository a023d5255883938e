use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

/// Reads a regular file of at most `limit` bytes; symbolic links are followed. Nothing else is opened: a
/// pipe or a device may block or never end.
pub(crate) fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // One byte more, to detect the end.
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
