use super::{
    Check, Context, Properties,
    ownership_files::{findings, line_subject},
};
use crate::{
    advice::Advice,
    dialects::{FileProblemKind, OverriddenLine},
    finding::{Finding, Related, Severity},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "overridden-ownership-line",
    severity: Severity::Warning,
    summary: "A line in a CODEOWNERS file has no effect, because later lines match all of its files.",
    what: "On GitHub and Bitbucket, and in each section on GitLab, the last line that matches a file \
determines its owners. A line is reported if it matches files, and other lines override it for all \
paths that it can match, including future ones. If the same pattern occurs twice in a section, GitLab \
uses only the owners of the second line, but keeps the position of the first one. All lines \
that one line overrides are one finding. Generated files are not checked.",
    why: "The owners in the line are never asked to review changes. Often, `*` is at the end of a file \
instead of at the start, or several owners of a pattern are in several lines instead of one.",
    impact: "The owners in the line are never asked to review changes.",
    fix: "Move the more general line above the others. If the patterns are the same, write all owners \
in one line.",
    example: "\
# .github/CODEOWNERS
/modules/kafka/ @org/data       # has no effect
* @org/sre                      # belongs at the start of the file",
    properties: Properties::WITHOUT_MAP,
    run,
};

const ONE_LINE: &str = "write all owners of the pattern in one line";

/// How many of the overridden lines are shown.
const EXAMPLES: usize = 5;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = findings(context, &CHECK, FileProblemKind::Overridden)
        .map(|finding| Finding {
            label: "these owners have no effect".to_owned(),
            // Without this line, the position of the other one would count.
            advice: vec![Advice::in_words(ONE_LINE)],
            ..finding
        })
        .collect();
    for (at, _) in context.repositories() {
        let lines = context.idle_lines(at);
        let overridden = lines.iter().flat_map(|lines| &lines.overridden);
        let mut overridden: Vec<&OverriddenLine> = overridden.collect();
        overridden.sort_by(|a, b| a.by.cmp(&b.by));
        let by_cause = overridden.chunk_by(|a, b| a.by == b.by);
        findings.extend(by_cause.filter_map(finding));
    }
    findings
}

/// Returns the finding about the lines that one line overrides.
fn finding(lines: &[&OverriddenLine]) -> Option<Finding> {
    let (first, others) = lines.split_first()?;
    let number = first.by.start().line;
    let advice = match (first.is_repeated, first.is_by_catch_all) {
        (true, _) => [ONE_LINE, "remove this line"].map(Advice::in_words).into(),
        (_, true) => vec![Advice::in_words(format!(
            "move line {number} above all lines with more specific patterns"
        ))],
        _ => vec![
            Advice::in_words(format!("move line {number} above this line")),
            Advice::in_words("remove this line"),
        ],
    };
    let also = match others.len() {
        0 => String::new(),
        more => format!(" and {}", count(more, "other line")),
    };
    let pattern = quoted(
        first
            .by
            .words()
            .split_whitespace()
            .next()
            .unwrap_or_default(),
    );
    let related = others.iter().take(EXAMPLES);
    let related = related.map(|line| Related::new(line.place.clone(), "also has no effect"));
    let by = Related::new(first.by.clone(), "this line decides instead");
    Some(Finding {
        subject: line_subject(&first.place),
        label: "has no effect".to_owned(),
        advice,
        related: std::iter::once(by).chain(related).collect(),
        ..CHECK.at(
            first.place.clone(),
            format!("line {number} ({pattern}) overrides this line{also} for all files"),
        )
    })
}
