/// What an output has to do with the service that it is written for.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Whether it votes on a label of the change (`--gerrit-label`).
    pub uses_label: bool,
    /// Whether it goes by the files of the change (`--changed-files`).
    pub uses_changed_files: bool,
    /// The CI service that reads it out of its log: there it follows what is for people, unasked.
    pub runner: Option<Runner>,
}

impl Host {
    /// Nothing: anybody may read it.
    pub(super) const ANY: Self = Self {
        uses_label: false,
        uses_changed_files: false,
        runner: None,
    };
}

/// A CI service with annotations in its log, and a page for each step.
#[derive(Debug, Clone, Copy)]
pub struct Runner {
    /// The environment variable that is `true` there.
    pub variable: &'static str,
    /// The one that names the file of the page, in Markdown.
    pub summary_variable: &'static str,
    /// The service takes no larger page, in bytes.
    pub summary_limit: u64,
    /// Writes a text in such a way that nothing in it is taken for an annotation.
    pub shield: fn(&[u8]) -> Vec<u8>,
}
