//! Splits text into words, and compares them without regard to case, punctuation and number.

/// Returns the words of `text`: runs of letters and digits, in lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    runs(text).map(str::to_lowercase).collect()
}

/// Returns the words of `text` as written.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|char: char| !char.is_alphanumeric());
    runs.filter(|run| !run.is_empty())
}

/// Splits a run of letters before its capitals: `VarnishDown`, `HTTPErrors`.
pub(super) fn camel_case_words(run: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut start, mut before_is_lower) = (0, false);
    let mut chars = run.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        if at > start && char.is_uppercase() && (before_is_lower || next_is_lower) {
            words.push(run[start..at].to_lowercase());
            start = at;
        }
        before_is_lower = char.is_lowercase();
    }
    words.push(run[start..].to_lowercase());
    words
}

/// Returns the forms of a word: the word, its singular, and its verb or noun without `-ing` (`caching` is
/// `cache`). Two words are equal if they have a form in common.
pub(super) fn forms(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    let letters = word.chars().count();
    let is_plural = !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    if letters > 3
        && is_plural
        && let Some(stem) = word.strip_suffix('s')
    {
        forms.push(stem.to_owned());
        if let Some(stem) = stem.strip_suffix("ie") {
            forms.push(format!("{stem}y"));
        }
        let sibilants = ["che", "she", "xe", "se", "ze"];
        if sibilants.iter().any(|end| stem.ends_with(end)) {
            forms.push(stem[..stem.len() - 1].to_owned());
        }
    }
    if letters > 5
        && let Some(stem) = word.strip_suffix("ing")
    {
        forms.push(stem.to_owned());
        forms.push(format!("{stem}e"));
        let mut ends = stem.chars().rev();
        if let (Some(last), Some(before)) = (ends.next(), ends.next())
            && last == before
        {
            forms.push(stem[..stem.len() - last.len_utf8()].to_owned());
        }
    }
    forms
}

/// Words that occur in any question, and do not describe its topic.
const FILLERS: &str = "\
    a about after also an and any anybody anyone are ask at be been behind broken by call \
    called can care cluster clusters contact contacts could currently do does down \
    everything fix for from get had handles has have hello help hey hi how i if in is \
    issue issues it its just know knows look looking looks maintain maintains me my need \
    needs not now of on oncall or other our own owned owner owners ownership owns page \
    paged pager pages paging people person please problem problems question questions \
    reach responsible run runs should so some somebody someone still stuff such take takes \
    talk team teams tell that the their there they thing things this to today tonight \
    until urgent us use used uses using was we what when where which who whom whose why \
    will with working works would wrong you your";

/// Words for places and environments in which any team runs something.
const PLACES: &str = "\
    codfw dev drmrs eqiad eqsin esams magru prod production stage staging ulsfo";

/// The first parts of the names of regions of cloud providers.
const CONTINENTS: &str = "\
    af africa ap asia australia ca eu europe il me mx northamerica sa southamerica us";

/// Returns whether a text is the name of a region or zone of a cloud provider: `us-east-1`, `europe-west4-a`.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let is_direction = |part: &str| {
        let part = part.trim_end_matches(|char: char| char.is_ascii_digit());
        ["central", "east", "north", "south", "west"]
            .iter()
            .any(|direction| part.starts_with(direction))
    };
    CONTINENTS.split(' ').any(|known| known == first)
        && parts.next().is_some_and(is_direction)
        && text.contains(|char: char| char.is_ascii_digit())
}

/// Words that occur in any address.
const ADDRESS_PARTS: &str = "com html http https net org wiki www";

/// Returns whether a word alone has no meaning for the search.
pub(super) fn is_filler(word: &str) -> bool {
    let mut known = FILLERS.split(' ').chain(PLACES.split(' '));
    known.any(|known| known == word) || word.chars().count() == 1
}

/// Returns whether a word of an address alone has no meaning for the search.
pub(super) fn is_address_part(word: &str) -> bool {
    ADDRESS_PARTS.split(' ').any(|known| known == word) || is_filler(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_regions() {
        for (text, expected) in [
            ("us-east-1", true),
            ("europe-west4", true),
            ("europe-west4-a", true),
            ("ap-southeast-2a", true),
            ("us-east", false),
            ("us-1", false),
            ("east-1", false),
            ("kafka-east-1", false),
            ("us", false),
            ("", false),
        ] {
            assert_eq!(is_region(text), expected, "{text}");
        }
    }

    fn are_equal(a: &str, b: &str) -> bool {
        let others = forms(b);
        forms(a).iter().any(|form| others.contains(form))
    }

    #[test]
    fn ignores_grammatical_number() {
        for (one, many) in [
            ("backup", "backups"),
            ("database", "databases"),
            ("registry", "registries"),
            ("cache", "caches"),
            ("switch", "switches"),
            ("proxy", "proxies"),
            ("cache", "caching"),
            ("log", "logging"),
            ("network", "networking"),
            ("kubernetes", "kubernetes"),
        ] {
            assert!(are_equal(one, many), "{one} {many}");
        }
        for (a, b) in [
            ("redis", "redi"),
            ("dns", "dn"),
            ("access", "acces"),
            ("ring", "r"),
        ] {
            assert!(!are_equal(a, b), "{a} {b}");
        }
    }

    #[test]
    fn splits_before_capitals() {
        for (run, split) in [
            ("KafkaConsumerLag", "kafka consumer lag"),
            ("HTTPErrors", "http errors"),
            ("k8sDown", "k8s down"),
            ("EC2Down", "ec2 down"),
            ("ÜbungÄndern", "übung ändern"),
            ("Varnish", "varnish"),
            ("DNS", "dns"),
        ] {
            assert_eq!(camel_case_words(run).join(" "), split);
        }
    }

    #[test]
    fn splits_into_letters_and_digits() {
        assert_eq!(
            words("Break/fix, O11y: Übung?"),
            ["break", "fix", "o11y", "übung"]
        );
        assert!(FILLERS.split(' ').is_sorted());
        assert!(is_filler("about") && is_filler("your") && !is_filler("swift"));
    }
}
