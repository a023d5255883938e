/// What kind of entry a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file with content.
    Regular,
    /// A symbolic link: a path like any other, never followed.
    Symlink,
    /// A repository inside the repository: named, never entered.
    Submodule,
}

impl FileKind {
    /// Returns the kind that a mode as git writes it means; `None` where there is no entry.
    pub(super) fn of_mode(mode: &[u8]) -> Option<Self> {
        match mode {
            b"120000" => Some(Self::Symlink),
            b"160000" => Some(Self::Submodule),
            b"000000" => None,
            _ => Some(Self::Regular),
        }
    }
}
