/// The names that later stages define. A map must use no others.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'v> {
    /// Names of checks.
    pub checks: &'v [&'static str],
    /// Names of detectors.
    pub detectors: &'v [&'static str],
    /// Names of the dialects that say who owns paths.
    pub dialects: &'v [&'static str],
    /// Names of the detectors that read owner keys.
    pub owner_keys: &'v [&'static str],
    /// Kinds of components.
    pub kinds: &'v [&'static str],
    /// Forges for which teams can have handles.
    pub forges: &'v [&'static str],
}
