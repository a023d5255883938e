/// For how many unknown names of a kind the nearest known one is worth searching: who has more has
/// another problem.
pub const MAX_SUGGESTIONS: usize = 100;

/// The candidate that `word` was most likely meant to be, ignoring letter case; nothing if none is
/// near.
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let allowed = (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        // What differs more in length needs no comparison, however long it is.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed + 4)
        .map(|candidate| {
            let distance = strsim::osa_distance(&word, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_near_and_nothing_else() {
        assert_eq!(closest("onwer", ["owner", "owners"]), Some("owner"));
        assert_eq!(closest("Trafic", ["traffic", "wmcs"]), Some("traffic"));
        assert_eq!(closest("zzz", ["owner", "owners"]), None);
    }
}
