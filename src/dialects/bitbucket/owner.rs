/// Returns what is wrong with `word` as an owner; `None` for `@user`, `@workspace/group`, `@teams/team` and email
/// addresses. A group or team can have a suffix that selects some members.
pub(super) fn owner_problem(word: &str) -> Option<&'static str> {
    const MALFORMED: &str =
        "is not a valid owner (`@user`, `@workspace/group`, `@teams/team` or an email address)";
    let Some(handle) = word.strip_prefix('@') else {
        let is_email = word.split_once('@').is_some_and(|(local, domain)| {
            let is_part = |char: char| char.is_alphanumeric() || matches!(char, '.' | '-');
            let is_local = |char: char| !matches!(char, ',' | ';' | '<' | '>' | '(' | ')' | '"');
            !local.is_empty()
                && local.chars().all(is_local)
                && domain.chars().all(is_part)
                && domain.split('.').all(|label| !label.is_empty())
        });
        return (!is_email).then_some(MALFORMED);
    };
    let (name, selector) = match handle.split_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (handle, None),
    };
    // A name can contain a blank after a backslash.
    let is_part = |char: char| {
        char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | '\\' | ' ' | '+' | '~')
    };
    let is_name = |part: &str| !part.is_empty() && part.chars().all(is_part);
    if !name.splitn(2, '/').all(is_name) {
        return Some(MALFORMED);
    }
    match selector {
        Some(selector) if !is_selector(selector) => Some(
            "selects members in an unknown way (known are `:all`, `:random(n)` and `:least_busy(n)`)",
        ),
        _ => None,
    }
}

fn is_selector(text: &str) -> bool {
    let count = |name| {
        let rest = text.strip_prefix(name)?;
        match rest.strip_prefix('(') {
            None => rest.is_empty().then_some(1),
            Some(rest) => rest.strip_suffix(')')?.parse::<u32>().ok(),
        }
    };
    let mut counts = [count("random"), count("least_busy")].into_iter().flatten();
    text == "all" || counts.any(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::owner_problem;

    #[test]
    fn recognizes_owners() {
        for word in [
            "@ann",
            "@ann.b-c_d",
            "ann@example.org",
            "@o/team",
            "@teams/py-owners",
            "@o/team:all",
            "@o/team:random",
            "@o/team:least_busy(2)",
            "@back\\ end:random(2)",
        ] {
            assert_eq!(owner_problem(word), None, "{word}");
        }
        for word in [
            "ann",
            "@",
            "@@o",
            "@a@b",
            "@o/",
            "@o/a/b",
            "@o/team:any",
            "@o/team:random(0)",
            "@o/team:random(x)",
            "@o/team:all(2)",
            "@a,",
            "a@",
            "a@b,",
        ] {
            assert!(owner_problem(word).is_some(), "{word}");
        }
    }
}
