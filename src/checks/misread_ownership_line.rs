use super::{Check, Context};
use crate::{
    dialects::{Problem, Tree, detect_whole},
    finding::{Finding, Severity},
    inventory::Content,
};

pub(super) const CHECK: Check = Check {
    name: "misread-ownership-line",
    severity: Severity::Warning,
    summary: "A line of CODEOWNERS that its forge does not read as it was meant.",
    explanation: "\
Forges skip what they can't read in a CODEOWNERS, or take it for something else, and mostly say so \
nowhere: the files that the line is about go to whoever an earlier line names, or to nobody.

The file is looked for where GitHub and GitLab look; one that lies elsewhere has no effect, and is \
not looked into. Mend the line at the place that is shown, or write the file with `ownlint generate`.",
    example: "\
# .github/CODEOWNERS
!docs/generated/ @org/docs      # `!` does not work: the line is skipped
docs/generated/",
    knows_scope: false,
    one_cause: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, repository) in context.repositories() {
        let dialect = detect_whole(&repository.root);
        // No forge reads MAINTAINERS.
        let dialect = dialect.filter(|dialect| dialect.name != "maintainers");
        let Some(answer) = dialect.and_then(|dialect| dialect.answer) else {
            continue;
        };
        let tree = Tree::of_repository(Content {
            repository: repository.name.clone(),
            root: repository.root.clone(),
            left_out: repository.listing.left_out.clone(),
        });
        findings.extend(answer(&tree, &[]).problems.iter().map(finding));
    }
    findings
}

/// The finding about what a forge would not read as it was meant.
pub(crate) fn finding(problem: &Problem) -> Finding {
    Finding {
        severity: CHECK.severity,
        path: Some(problem.place.path().into()),
        subject: problem.place.words().to_owned(),
        label: "here".to_owned(),
        ..Finding::new(CHECK.name, problem.place.clone(), problem.message.clone())
    }
}
