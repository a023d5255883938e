use super::{Check, Context, Properties, ownership_files::is_whole};
use crate::{
    advice::Advice,
    dialects::{Tree, unused_files},
    finding::{Finding, Related, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unused-codeowners",
    severity: Severity::Warning,
    summary: "A CODEOWNERS file is ignored because the forge uses another CODEOWNERS file instead.",
    what: "GitHub reads only the first of `.github/CODEOWNERS`, `CODEOWNERS` and `docs/CODEOWNERS` \
that exists. GitLab reads only the first of `CODEOWNERS`, `docs/CODEOWNERS` and \
`.gitlab/CODEOWNERS` that exists. Gitea reads only the first of `CODEOWNERS`, `docs/CODEOWNERS` and \
`.gitea/CODEOWNERS` that exists. If none of these files exists, Forgejo reads `.forgejo/CODEOWNERS`. ownlint detects which forges are in use from `.github/`, \
`.gitlab/`, `.gitlab-ci.yml`, `.gitea/`, `.forgejo/` and the sections, roles, nested groups and regular expressions in \
CODEOWNERS. One file per forge is fine. A symbolic link \
does not count as a second file.",
    why: "Changes to the ignored file have no effect, and the forge gives no warning.",
    impact: "Changes to the file have no effect.",
    fix: "Move all lines that are still needed into the file that the forge reads. Then delete the \
ignored file.",
    example: "\
.github/CODEOWNERS    # GitHub reads this
CODEOWNERS            # but not this",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let files = context.repositories().flat_map(|(_, repository)| {
        let tree = Tree::of_repository(repository);
        let unused = unused_files(&tree, &repository.listing.files, context.dialect);
        unused.into_iter().map(move |file| (repository, file))
    });
    files
        .filter(|(repository, _)| is_whole(&repository.root))
        .map(|(repository, file)| {
            let (path, winner) = (quoted(file.path), quoted(file.winner));
            let message = format!(
                "{} ignores {path} because it reads {winner} first",
                file.forge
            );
            Finding {
                advice: vec![Advice::in_words(format!(
                    "move any lines that are still needed into {winner}, then remove this file"
                ))],
                related: vec![Related::new(
                    repository.place(file.winner),
                    format!("{} reads this file", file.forge),
                )],
                ..CHECK.at(repository.place(file.path), message)
            }
        })
        .collect()
}
