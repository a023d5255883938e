use bstr::{BStr, ByteSlice as _};

use crate::{
    inventory::Files,
    pattern::{Pattern, SPECIAL},
    text::closest_within,
};

/// Names of at least this many bytes may contain two typos.
const LONG_NAME: usize = 9;

/// Returns a pattern that differs from an unmatched one only in the spelling of the literal names at its start, and a file
/// that it matches. `None` if there are no similar names.
pub(super) fn nearest_pattern<'f>(
    files: &'f Files,
    pattern: &Pattern,
) -> Option<(String, &'f BStr)> {
    let text = &**pattern.text();
    let (start, relative) = match text.strip_prefix('/') {
        Some(relative) => ("/", relative),
        None => ("", text),
    };
    let mut path = String::new();
    let mut rest = relative;
    while !rest.is_empty() {
        let (name, below) = match rest.find('/') {
            Some(slash) => rest.split_at(slash + 1),
            None => (rest, ""),
        };
        if name.contains(SPECIAL) {
            break;
        }
        let inside = [&path, name].concat();
        if name.ends_with('/') && files.any_under(inside.as_bytes())
            || files.find(BStr::new(&inside)).is_some()
        {
            path = inside;
        } else {
            let names = files.directly_in(path.as_bytes());
            let names = names.filter_map(|(_, name)| name.to_str().ok());
            let names = names.filter(|name| !name.contains(SPECIAL));
            let is_directory = name.ends_with('/');
            let same_kind = names.filter(|name| !is_directory || name.ends_with('/'));
            // Directories beside each other often have similar names, such as `ipoid/` and `citoid/`.
            let allowed = match name.len() {
                ..LONG_NAME => 1,
                _ => 2,
            };
            path += closest_within(name, allowed, same_kind)?;
        }
        rest = below;
    }
    let new = format!("{start}{path}{rest}");
    let parsed = pattern.parse_like(&new).ok()?;
    let near = files.at_path(BStr::new(&path));
    let mut near = near.map(|at| files.get(at));
    let file = near.find(|file| parsed.matches(file.path, file.is_directory()))?;
    Some((new, file.path))
}
