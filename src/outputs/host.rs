/// The features that an output uses of the service that reads it.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Whether the output votes on a label of the change (`--gerrit-label`).
    pub uses_label: bool,
    /// Whether the output uses the list of changed files (`--changed-files`).
    pub uses_changed_files: bool,
    /// Whether the reader shows findings at lines of the change.
    pub comments_on_lines: bool,
    /// The maximum number of findings that the reader accepts.
    pub limit: Option<usize>,
    /// Whether the service may have merged the change with its target branch before it is checked.
    pub tests_merges: bool,
    /// The CI service that reads the output from its log. There it is added to the default output.
    pub runner: Option<Runner>,
}

impl Host {
    /// An output for a program that comments on lines.
    pub(super) const LINES: Self = Self {
        comments_on_lines: true,
        ..Self::ANY
    };

    /// An output for any reader.
    pub(super) const ANY: Self = Self {
        uses_label: false,
        uses_changed_files: false,
        comments_on_lines: false,
        limit: None,
        tests_merges: false,
        runner: None,
    };
}

/// A CI service with annotations in its log and a summary page per step.
#[derive(Debug, Clone, Copy)]
pub struct Runner {
    /// The environment variable that is `true` in this service.
    pub variable: &'static str,
    /// The environment variable with the path of the summary file, in Markdown.
    pub summary_variable: &'static str,
    /// The maximum size of the summary, in bytes.
    pub summary_limit: u64,
    /// Wraps text so that the service executes no command in it.
    pub shield: fn(&[u8]) -> Vec<u8>,
}
