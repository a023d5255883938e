use super::{Check, Context, Properties};
use crate::{
    dialects::{FileProblemKind, Tree},
    finding::{Finding, Related, Severity},
    text::{Place, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "rejected-ownership-file",
    severity: Severity::Error,
    summary: "Gerrit or `get_maintainer.pl` rejects an ownership file as a whole, because a part of it \
        is invalid.",
    what: "Gerrit's code-owners plugin accepts or rejects an OWNERS file as a whole. The plugin \
rejects the file if even a single line is invalid, or if `OWNERS` is a symbolic link, a directory \
or a submodule. The severity is `error` if a `.gitreview` file or a `gerrit` handle in the map \
shows that the repository uses Gerrit, and `warning` otherwise. ownlint cannot check OWNERS files \
in `refs/meta/config`, in other projects or in other branches, because only the server has these \
files. The patterns in a MAINTAINERS file are Perl regular expressions. If Perl rejects one of \
them, `get_maintainer.pl` fails for all paths, except for those that an `X:` line of the same \
section excludes. ownlint does not report an expression with a Unicode property that it does not \
know.",
    why: "Until the OWNERS file is corrected, Gerrit blocks every change to the files that the \
OWNERS file covers. Until a MAINTAINERS file is corrected, nobody can look up the maintainers of \
a file, and patches are sent without them.",
    impact: "Gerrit blocks all changes, or `get_maintainer.pl` fails.",
    fix: "Correct the reported lines.",
    example: "\
# modules/OWNERS
dba@example.org
per-file *.sql *.psql=dba@example.org    # separate globs with a comma: *.sql,*.psql",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let problems = context.file_problems().iter();
    let is_rejected = |kind| matches!(kind, FileProblemKind::Rejected | FileProblemKind::Failing);
    let rejected = problems.filter(|(_, problem)| is_rejected(problem.kind));
    let rejected: Vec<_> = rejected.collect();
    // One finding for each file.
    let file = |place: &Place| (place.repository().cloned(), place.path().to_owned());
    let files = rejected.chunk_by(|(_, a), (_, b)| file(&a.place) == file(&b.place));
    let findings = files.filter_map(|problems| {
        let ((dialect, first), others) = problems.split_first()?;
        let mut repositories = context.repositories();
        let own = repositories.find(|(_, it)| first.place.repository() == Some(&it.name));
        let is_in_use = own.is_some_and(|(_, repository)| {
            dialect.is_in_use(&Tree::of_repository(repository), &context.map.teams)
        });
        let message = match first.message.strip_prefix("it ") {
            Some(rest) => format!("{} {rest}", quoted(first.place.path())),
            None => first.message.clone(),
        };
        let related = others
            .iter()
            .map(|(_, problem)| Related::new(problem.place.clone(), "this line is also invalid"));
        // Only a forge can be unused: whoever runs another program reads this file.
        let is_certain = is_in_use || dialect.forge.is_none();
        Some(Finding {
            at_most: (!is_certain).then_some(Severity::Warning),
            label: "invalid".to_owned(),
            related: related.collect(),
            ..CHECK.at(first.place.clone(), message)
        })
    });
    findings.collect()
}
