/// The problem of an invalid owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnerProblem {
    /// It does not have the form of an owner.
    Malformed,
    /// Two handles in one word, `@a@b`: GitHub shows no error and finds no owner.
    TwoHandles,
}

/// Returns the problem of `word` as an owner; `None` for `@user`, `@org/team` and email addresses.
pub(super) fn owner_problem(word: &str) -> Option<OwnerProblem> {
    let is_valid = match word.strip_prefix('@') {
        Some(handle) => {
            if handle.contains('@') {
                return Some(OwnerProblem::TwoHandles);
            }
            let mut parts = handle.splitn(2, '/');
            // Managed users have underscores in their names; no name contains dots.
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
