/// What is wrong with an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnerProblem {
    /// It has not the form of one.
    Malformed,
    /// Two handles in one word, `@a@b`: no error is shown, and nobody is meant.
    Glued,
}

/// What is wrong with `word` as an owner: `@user`, `@org/team`, or an e-mail address.
pub(super) fn owner_problem(word: &str) -> Option<OwnerProblem> {
    let is_valid = match word.strip_prefix('@') {
        Some(handle) => {
            if handle.contains('@') {
                return Some(OwnerProblem::Glued);
            }
            let mut parts = handle.splitn(2, '/');
            // Underscores occur in the names of managed users, dots in none.
            let is_name = |name: &str| {
                let allowed =
                    |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
                !name.is_empty() && name.chars().all(allowed)
            };
            parts.all(is_name)
        }
        None => word.split_once('@').is_some_and(|(local, domain)| {
            let is_label = |label: &str| {
                let allowed = |char: char| char.is_alphanumeric() || char == '-';
                !label.is_empty() && label.chars().all(allowed)
            };
            let is_local = |char: char| !matches!(char, ',' | ';' | '<' | '>' | '(' | ')' | '"');
            !local.is_empty() && local.chars().all(is_local) && domain.split('.').all(is_label)
        }),
    };
    (!is_valid).then_some(OwnerProblem::Malformed)
}
