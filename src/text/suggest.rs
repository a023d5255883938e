use super::quoted;

/// The number of unknown names in a map for which suggestions are searched.
pub const MAX_SUGGESTIONS: usize = 100;

/// Returns the candidate that `word` was most likely meant to be, ignoring letter case, or `None` if no
/// candidate is similar.
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    closest_within(word, allowed, candidates)
}

/// Returns the candidate that differs from `word` by one typo at most, ignoring letter case.
pub fn with_one_typo<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    closest_within(word, 1, candidates)
}

/// Returns the most similar candidate with at most `allowed` typos, ignoring letter case.
pub fn closest_within<'c>(
    word: &str,
    allowed: usize,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    candidates
        .into_iter()
        // Skip the comparison if the lengths differ too much.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed + 4)
        .map(|candidate| {
            let distance = strsim::osa_distance(&word, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Like [`closest`], for names of several words: each word must be similar as well, since
/// `wikidata-platform` is not a misspelling of `data-platform`.
pub fn closest_name<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    fn words(text: &str) -> Vec<&str> {
        let words = text.split(|char: char| !char.is_alphanumeric());
        words.filter(|word| !word.is_empty()).collect()
    }
    let ours = words(name);
    let is_near = |candidate: &&str| {
        let theirs = words(candidate);
        ours.len() != theirs.len()
            || std::iter::zip(&ours, theirs).all(|(our, their)| closest(our, [their]).is_some())
    };
    closest(name, candidates.into_iter().filter(is_near))
}

/// Returns the words of a fixed list that `word` was most likely meant to be: the most similar one; else all
/// that contain it or are contained in it; else all with a similar part between hyphens.
pub fn likely<'c>(word: &str, words: &[&'c str]) -> Vec<&'c str> {
    /// Shorter words are contained in many others.
    const SHORTEST: usize = 3;
    if let Some(near) = closest(word, words.iter().copied()) {
        return vec![near];
    }
    let lower = word.to_lowercase();
    let is_long = |text: &str| text.chars().count() >= SHORTEST;
    if !is_long(&lower) {
        return Vec::new();
    }
    let all = |is_meant: &dyn Fn(&str) -> bool| -> Vec<&'c str> {
        words.iter().copied().filter(|it| is_meant(it)).collect()
    };
    let pieces = all(&|known| {
        let known = known.to_lowercase();
        known.contains(&lower) || (is_long(&known) && lower.contains(&known))
    });
    match pieces.is_empty() {
        false => pieces,
        true => all(&|known| closest(&lower, known.split('-').filter(|it| is_long(it))).is_some()),
    }
}

/// Returns "did you mean …?" for these words, or `None` if there are none.
pub fn did_you_mean<'c>(words: impl IntoIterator<Item = &'c str>) -> Option<String> {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    let (last, others) = words.split_last()?;
    Some(match others {
        [] => format!("did you mean {last}?"),
        others => format!("did you mean {} or {last}?", others.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_all_words_that_contain_a_part() {
        let words = [
            "helm-chart",
            "helm-subchart",
            "helmfile-release",
            "owner",
            "owners",
        ];
        for (word, expected) in [
            ("helm-chrt", &["helm-chart"][..]),
            ("helm", &["helm-chart", "helm-subchart", "helmfile-release"]),
            ("hlm", &["helm-chart", "helm-subchart"]),
            ("own", &["owner", "owners"]),
            ("team-owner", &["owner"]),
            ("ow", &[]),
            ("zzz", &[]),
        ] {
            assert_eq!(likely(word, &words), expected, "{word}");
        }
    }

    #[test]
    fn finds_only_similar_words() {
        assert_eq!(closest("onwer", ["owner", "owners"]), Some("owner"));
        assert_eq!(closest("Trafic", ["traffic", "wmcs"]), Some("traffic"));
        assert_eq!(closest("zzz", ["owner", "owners"]), None);
    }

    #[test]
    fn does_not_confuse_names_with_different_words() {
        let teams = ["data-platform", "Search Platform", "serviceops"];
        for (name, expected) in [
            ("dta-platfrom", Some("data-platform")),
            ("Seach Platform", Some("Search Platform")),
            ("service-ops", Some("serviceops")),
            ("wikidata-platform", None),
            ("api-platform", None),
        ] {
            assert_eq!(closest_name(name, teams), expected, "{name}");
        }
    }
}
