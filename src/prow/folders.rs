use bstr::{BStr, ByteSlice};

/// Returns whether Prow skips a folder by default, because it is in one for which Prow finds `\.git$`, `_output$` or
/// `vendor/.*/.*` in its path.
pub fn is_skipped(folder: &BStr) -> bool {
    const VENDOR: &[u8] = b"vendor/";
    let mut names = folder.split_str("/");
    let is_in_vendor = folder.find_iter(VENDOR).any(|at| {
        // `.` does not match line breaks.
        let line = folder[at + VENDOR.len()..].split_str("\n").next();
        line.is_some_and(|line| line.contains(&b'/'))
    });
    names.any(|name| name.ends_with(b".git") || name.ends_with(b"_output")) || is_in_vendor
}
