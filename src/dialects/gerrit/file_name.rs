use bstr::{BStr, ByteSlice};

use super::DIALECT;
use crate::{
    dialects::tree::folder_of,
    text::{file_name, quoted},
};

/// Whether Gerrit imports a file of this name: `OWNERS`, `OWNERS_x` or `x_OWNERS`.
pub(super) fn is_importable(path: &BStr) -> bool {
    let name = file_name(path);
    let own = DIALECT.locations[0].as_bytes();
    let after = name
        .strip_prefix(own)
        .and_then(|rest| rest.strip_prefix(b"_"));
    let before = name
        .strip_suffix(own)
        .and_then(|rest| rest.strip_suffix(b"_"));
    let is_word = |text: &[u8]| {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        !text.is_empty() && text.iter().all(is_part)
    };
    name == own || [after, before].into_iter().flatten().any(is_word)
}

/// What Gerrit blocks if it rejects the file at this path, as the end of a sentence.
pub(super) fn blocked(path: &BStr) -> String {
    let folder = folder_of(path);
    if file_name(path) != DIALECT.locations[0].as_bytes() {
        "in the folders that import it".to_owned()
    } else if folder.is_empty() {
        "in the repository".to_owned()
    } else {
        format!("in {}", quoted(format!("{}/", folder.as_bstr())))
    }
}
