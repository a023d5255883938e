use super::quoted;

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

/// As [`closest`], for names of several words: each word has to be near as well, since
/// `wikidata-platform` is no slip of `data-platform`.
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

/// The words of a fixed list that `word` was most likely meant to be: the nearest; else all that it is
/// a piece of, or that are a piece of it; else all with a part between hyphens that is near.
pub fn likely<'c>(word: &str, words: &[&'c str]) -> Vec<&'c str> {
    /// Shorter ones are pieces of many others.
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

/// Asks whether one of these words was meant.
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
    fn a_piece_stands_for_all_words_that_have_it() {
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
    fn finds_what_is_near_and_nothing_else() {
        assert_eq!(closest("onwer", ["owner", "owners"]), Some("owner"));
        assert_eq!(closest("Trafic", ["traffic", "wmcs"]), Some("traffic"));
        assert_eq!(closest("zzz", ["owner", "owners"]), None);
    }

    #[test]
    fn another_word_is_another_name() {
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
