/// Returns whether `word` can be an owner: `user` or `org/team`, usually with an `@`. Gitea ignores all others, including
/// email addresses, because no user has such a name.
pub(super) fn is_owner(word: &str) -> bool {
    let name = word.strip_prefix('@').unwrap_or(word);
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    let is_name = |part: &str| !part.is_empty() && part.chars().all(allowed);
    let parts: Vec<&str> = name.split('/').collect();
    parts.len() <= 2 && parts.into_iter().all(is_name)
}
