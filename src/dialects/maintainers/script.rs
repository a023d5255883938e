use crate::dialects::Tree;

/// What differs between the versions of `get_maintainer.pl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Script {
    /// Whether any character can start an entry, and not only a capital letter.
    pub has_any_letter: bool,
    /// Whether lines that start with `#` are skipped. Otherwise, they end a section.
    pub has_comments: bool,
    /// Whether the program decodes the file. Paths are not decoded.
    pub is_decoded: bool,
    /// Whether `**` in a pattern matches at any depth.
    pub has_deep_stars: bool,
    /// Whether braces in a pattern enclose alternatives.
    pub has_braces: bool,
    /// Whether `N:` lines count.
    pub has_names: bool,
    /// Whether options can select other files.
    pub has_file_options: bool,
}

/// Where projects have their copy of the program.
pub(super) const LOCATIONS: [&str; 2] = [
    "scripts/get_maintainer.pl",
    "util/scripts/get_maintainer.pl",
];

impl Script {
    /// The version of Linux 7.2, which projects without a copy use.
    pub const CURRENT: Self = Self {
        has_any_letter: false,
        has_comments: true,
        is_decoded: true,
        has_deep_stars: true,
        has_braces: false,
        has_names: true,
        has_file_options: true,
    };

    /// Returns the version of a project. The program is not run.
    pub fn of(tree: &Tree<'_>) -> Self {
        let source = tree.first_existing(&LOCATIONS);
        source.map_or(Self::CURRENT, |source| Self::read(source.text()))
    }

    fn read(text: &str) -> Self {
        let is_open = |line: &str| line.starts_with("use open") && line.contains("UTF-8");
        Self {
            has_any_letter: text.contains(r"/^(.):\s*(.*)/"),
            has_comments: text.contains(r"/^\s*\#/"),
            is_decoded: text.lines().any(is_open),
            has_deep_stars: text.contains(r"s/\*\*/\x00/g"),
            has_braces: text.contains("brace expansion"),
            has_names: text.contains("eq 'N'"),
            has_file_options: text.contains("find-maintainer-files"),
        }
    }
}
