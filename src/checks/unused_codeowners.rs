use super::{Check, Context, Properties, ownership_files::is_whole};
use crate::{
    dialects::{Tree, unused_files},
    finding::{Finding, Related, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unused-codeowners",
    severity: Severity::Warning,
    summary: "A CODEOWNERS that no forge reads, as there is one where it looks first.",
    what: "\
GitHub takes the first of `.github/CODEOWNERS`, `CODEOWNERS` and `docs/CODEOWNERS`; GitLab the first \
of `CODEOWNERS`, `docs/CODEOWNERS` and `.gitlab/CODEOWNERS`. A repository is taken to be on each \
forge of which there is a trace (`.github/`, `.gitlab/`, `.gitlab-ci.yml`, sections), so one file for \
each is fine. A symbolic link is no second file.",
    why: "\
Whoever edits the file that loses changes nothing, and is not told.",
    fix: "\
Move what is still true of it into the file that is read, and remove it.",
    example: "\
.github/CODEOWNERS    # GitHub reads this
CODEOWNERS            # and not this",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let files = context.repositories().flat_map(|(_, repository)| {
        let unused = unused_files(&Tree::of_repository(repository), &repository.listing.files);
        unused.into_iter().map(move |file| (repository, file))
    });
    files
        .filter(|(repository, _)| is_whole(&repository.root))
        .map(|(repository, file)| {
            let (path, winner) = (quoted(file.path), quoted(file.winner));
            let message = format!("{} does not read {path}: it takes {winner}", file.forge);
            Finding {
                help: Some(format!(
                    "move what is still true of it into {winner}, and remove it"
                )),
                related: vec![Related::new(
                    repository.place(file.winner),
                    format!("{} reads this", file.forge),
                )],
                ..CHECK.at(repository.place(file.path), message)
            }
        })
        .collect()
}
