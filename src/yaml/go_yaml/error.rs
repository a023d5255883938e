use crate::text::Span;

/// Why go-yaml rejects a file, or ownlint cannot decide whether it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoYamlError {
    /// Where it is.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// Whether go-yaml may accept the file: it exceeds a limit of ownlint.
    pub is_limit: bool,
}

impl GoYamlError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            is_limit: false,
        }
    }

    pub(super) fn limit(span: Span, message: &str) -> Self {
        Self {
            is_limit: true,
            ..Self::new(span, message)
        }
    }

    pub(super) fn too_deep(span: Span) -> Self {
        Self::limit(span, "lists and mappings are nested too deeply")
    }
}
