use bstr::{BStr, BString, ByteSlice};

/// Makes `path`, which is the proof of something, more readable: replaces each name, from the first to the
/// last, with the first suggestion for which the path is still a proof.
///
/// Calls `suggest` with the path above the name, and whether the name is the last one, and `proves` with
/// a whole path.
pub fn readable<N: AsRef<[u8]>, I: IntoIterator<Item = N>>(
    path: &BStr,
    suggest: impl Fn(&BStr, bool) -> I,
    mut proves: impl FnMut(&BStr) -> bool,
) -> BString {
    let mut best = path.to_owned();
    let mut start = 0;
    while start <= best.len() {
        let end = best[start..]
            .find_byte(b'/')
            .map_or(best.len(), |slash| start + slash);
        let above = best[..start].strip_suffix(b"/").unwrap_or_default();
        let candidates = suggest(above.as_bstr(), end == best.len()).into_iter();
        let better = candidates
            .map(|name| BString::from([&best[..start], name.as_ref(), &best[end..]].concat()))
            .find(|path| proves(path.as_bstr()));
        let length = match better {
            Some(path) => {
                let length = path.len() + end - best.len();
                best = path;
                length
            }
            None => end,
        };
        start = length + 1;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    #[track_caller]
    fn made_readable(path: &str, proof: &str, names: [&[&str]; 2]) -> String {
        let pattern = Pattern::parse(proof).unwrap();
        let [directories, files] = names;
        let suggest = |_: &BStr, is_last| if is_last { files } else { directories }.to_vec();
        readable(path.into(), suggest, |path| pattern.matches(path, false)).to_string()
    }

    #[test]
    fn uses_suggested_names_where_they_fit() {
        let names: [&[&str]; 2] = [&["kafka", "modules"], &["init.pp", "setup.sql"]];
        assert_eq!(
            made_readable("modules/x/x.sql", "modules/*/*.sql", names),
            "modules/kafka/setup.sql"
        );
        assert_eq!(made_readable("x/x", "**", names), "kafka/init.pp");
        assert_eq!(made_readable("x", "?", names), "x");
        assert_eq!(
            made_readable("x/yy/z", "?/{yy,kafka}/[!i]*", names),
            "x/kafka/setup.sql"
        );
    }
}
