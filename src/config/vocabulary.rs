/// What a map must know about a dialect that ownlint can write.
#[derive(Debug, Clone, Copy)]
pub struct OutputDialect {
    /// Its name.
    pub name: &'static str,
    /// The usual path of its file.
    pub location: &'static str,
    /// Whether it has a file in each folder.
    pub is_per_folder: bool,
    /// Whether it can list single files.
    pub lists_files: bool,
}

/// The names that later stages define. A map must use no others.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'v> {
    /// Names of checks.
    pub checks: &'v [&'static str],
    /// Names of detectors.
    pub detectors: &'v [&'static str],
    /// The dialects that ownlint can write.
    pub outputs: &'v [OutputDialect],
    /// Names of the dialects that say who owns paths.
    pub dialects: &'v [&'static str],
    /// Names of the detectors that read owner keys.
    pub owner_keys: &'v [&'static str],
    /// Kinds of components.
    pub kinds: &'v [&'static str],
    /// Forges for which teams can have handles.
    pub forges: &'v [&'static str],
}
