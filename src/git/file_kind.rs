/// The kind of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A file with content.
    Regular,
    /// A symbolic link: a file with the path of its target.
    Symlink,
    /// A repository inside the repository: a path that is never entered.
    Submodule,
}

impl FileKind {
    /// Returns the kind of a mode as git writes it; `None` if there is no entry.
    pub(super) fn of_mode(mode: &[u8]) -> Option<Self> {
        match mode {
            b"120000" => Some(Self::Symlink),
            b"160000" => Some(Self::Submodule),
            b"000000" => None,
            _ => Some(Self::Regular),
        }
    }
}
