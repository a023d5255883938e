/// The words that later stages give a meaning: a map may name no others.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'v> {
    /// Names of checks.
    pub checks: &'v [&'static str],
    /// Names of detectors.
    pub detectors: &'v [&'static str],
    /// Kinds of components.
    pub kinds: &'v [&'static str],
    /// What may call teams by handles.
    pub forges: &'v [&'static str],
}
