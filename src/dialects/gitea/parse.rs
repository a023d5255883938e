use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{
    habits::{self, Reading},
    is_on_forgejo,
    line::{Token, TokenLine, lines},
    owner::is_owner,
};
use crate::{
    dialects::{FileProblem, FileProblemKind, Tree, file_problem::nearly_too_large},
    regexes::{
        Expression, ExpressionError, dotnet,
        re2::{self, Re2Error},
    },
    text::{Source, Span, quoted},
};

/// Gitea reads only so many bytes of a file.
pub(super) const SIZE_LIMIT: usize = 8 << 20;

/// A line whose owners Gitea asks for reviews.
#[derive(Debug)]
pub(super) struct Rule {
    /// The text of the pattern.
    pub text: String,
    /// What paths are compared with.
    pub expression: Expression,
    /// Whether the owners own the paths that do not match.
    pub is_negated: bool,
    /// The owners as written; never empty.
    pub owners: Vec<String>,
    /// Where the line is.
    pub span: Span,
    /// Where the pattern is.
    pub pattern: Span,
}

/// Parses a file. Invalid lines are skipped, the others count. Each line has at most one problem.
pub(super) fn parse(
    tree: &Tree<'_>,
    source: &Arc<Source>,
    problems: &mut Vec<FileProblem>,
) -> Vec<Rule> {
    if source.text().len() > SIZE_LIMIT {
        let message = "Gitea ignores everything after the first 8 MiB of CODEOWNERS files";
        problems.push(FileProblem {
            kind: FileProblemKind::Size,
            ..FileProblem::new(source, Span::default(), message)
        });
    } else {
        problems.extend(nearly_too_large(source, "Gitea", SIZE_LIMIT, "8 MiB"));
    }
    let mut report = |span, message: String| problems.push(FileProblem::new(source, span, message));
    let is_on_forgejo = is_on_forgejo(tree);
    let lines = lines(source, SIZE_LIMIT);
    let asked = owners_of_matching_paths(&lines);
    let mut rules = Vec::new();
    for TokenLine { tokens, span } in lines {
        let Some((written, words)) = tokens.split_first() else {
            continue;
        };
        let pattern = Pattern::new(written);
        if words.is_empty() {
            let message = match pattern.is_negated {
                true => "a line without owners has no effect, and `!` cannot exclude paths",
                false => {
                    "a line without owners has no effect, because the owners of all matching lines add up"
                }
            };
            report(span, message.to_owned());
            continue;
        }
        let expression = match pattern.expression() {
            Ok(expression) => expression,
            Err(message) => {
                report(written.span, message);
                continue;
            }
        };
        let (owners, others): (Vec<&Token>, Vec<&Token>) =
            words.iter().partition(|word| is_owner(&word.text));
        let reading = Reading {
            tree,
            written,
            text: &pattern.text,
            expression: &expression,
        };
        let is_excluding = pattern.is_negated && owners.iter().any(|it| asked.contains(&*it.text));
        if let Some(message) = habits::problem(&reading) {
            report(written.span, message);
        } else if let Some(other) = others.first() {
            let effect = match owners.is_empty() {
                true => "so Gitea ignores the line",
                false => "so Gitea ignores it",
            };
            let message = format!(
                "{} is not a valid owner (`@user` or `@org/team`), {effect}",
                quoted(&other.text)
            );
            report(other.span, message);
        } else if is_excluding {
            let message = "`!` does not exclude paths: these owners own all paths that do not match the pattern";
            report(written.span, message.to_owned());
        } else if let Some(message) = is_on_forgejo.then(|| pattern.on_forgejo()).flatten() {
            report(written.span, message);
        }
        if !owners.is_empty() {
            rules.push(Rule {
                text: pattern.text,
                expression,
                is_negated: pattern.is_negated,
                owners: owners.iter().map(|owner| owner.text.clone()).collect(),
                span,
                pattern: written.span,
            });
        }
    }
    rules
}

/// Returns the owners in lines without `!`.
fn owners_of_matching_paths(lines: &[TokenLine]) -> FxHashSet<String> {
    let positive = lines
        .iter()
        .filter(|line| !line.tokens[0].text.starts_with('!'));
    let words = positive.flat_map(|line| &line.tokens[1..]);
    words.map(|word| word.text.clone()).collect()
}

/// The first word of a line.
struct Pattern {
    is_negated: bool,
    /// The pattern without a `/` at its start.
    text: String,
    /// Whether there is one.
    has_slash: bool,
}

impl Pattern {
    fn new(written: &Token) -> Self {
        let text = &*written.text;
        let negated = text.strip_prefix('!');
        let text = negated.unwrap_or(text);
        let relative = text.strip_prefix('/');
        Self {
            is_negated: negated.is_some(),
            text: relative.unwrap_or(text).to_owned(),
            has_slash: relative.is_some(),
        }
    }

    /// Returns what Gitea compares paths with: it does not put the pattern into a group.
    fn expression(&self) -> Result<Expression, String> {
        dotnet::parse(&format!("^{}$", self.text)).map_err(|error| {
            let shown = quoted(&self.text);
            match error {
                ExpressionError::Rejected(reason) => {
                    let hint = match self.text.contains("**") {
                        true => "; for any characters, write `.*` instead of `**`",
                        false => "",
                    };
                    format!(
                        "{shown} is not a valid regular expression: {reason}, so Gitea ignores the line{hint}"
                    )
                }
                ExpressionError::Unsupported(reason) => {
                    format!("ownlint cannot evaluate {shown}: {reason}, so the line is skipped")
                }
            }
        })
    }

    /// Returns how Forgejo reads the pattern if that differs.
    fn on_forgejo(&self) -> Option<String> {
        let slash = if self.has_slash { "/" } else { "" };
        match re2::parse(&format!("^{slash}{}$", self.text)) {
            Err(Re2Error::Rejected(reason)) => Some(format!(
                "Gitea and Forgejo read this pattern differently: Forgejo ignores the line, because {reason}"
            )),
            Err(Re2Error::TooLarge) => None,
            Ok(_) if self.has_slash => Some(
                "Gitea and Forgejo read this pattern differently: on Forgejo, a pattern that starts with `/` matches \
                 no paths"
                    .to_owned(),
            ),
            Ok(hir) if dotnet::is_like_re2(&format!("^{}$", self.text), &hir) => None,
            Ok(_) => Some("Gitea and Forgejo read this pattern differently".to_owned()),
        }
    }
}
