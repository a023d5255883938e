use super::{Check, Context, Properties, ownership_files};
use crate::{
    dialects,
    finding::{Finding, Severity},
    inventory::ProblemKind,
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unreadable-path",
    severity: Severity::Error,
    summary: "A file or directory that had to be looked into could not be.",
    what: "\
The permissions forbid it, the file is listed but missing or is no file, or it is a symbolic \
link, which is never followed. An ownership file that only a forge goes by is a warning at most.",
    why: "What lies there, or what it declares, is not part of the result.",
    mend: "\
Make it readable to whoever runs ownlint. A declaration behind a symbolic link has to be written \
out.",
    example: "\
chmod -R u+rX hieradata/",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, repository) in context.repositories() {
        let problems = context.misread(at, dialects::FileProblemKind::Access);
        findings.extend(problems.map(of_forge));
        for unreadable in &repository.listing.unreadable {
            let place = repository.place(unreadable.shown_path());
            findings.push(CHECK.at(place, unreadable.sentence()));
        }
        for of in context.components_of(at) {
            let problems = of.said.problems.iter();
            let problems = problems.filter(|problem| problem.kind == ProblemKind::Path);
            findings.extend(problems.map(|problem| Finding {
                component: Some(of.component.id()),
                help: problem.help.clone(),
                ..CHECK.at(problem.place.clone(), problem.message.clone())
            }));
        }
    }
    findings
}

/// What is wrong with a file that only a forge goes by.
fn of_forge(problem: &dialects::FileProblem) -> Finding {
    let finding = ownership_files::finding(&CHECK, problem);
    Finding {
        at_most: Some(Severity::Warning),
        message: format!("{}: {}", quoted(problem.place.path()), problem.message),
        ..finding
    }
}
