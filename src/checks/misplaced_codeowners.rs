use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    dialects::Sign,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "misplaced-codeowners",
    severity: Severity::Warning,
    summary: "A CODEOWNERS file is in a place where no forge looks for it.",
    what: "Only CODEOWNERS files that are meant for this repository are reported. A file is \
assumed to be meant for this repository if one of the following applies: (1) it is in a \
subdirectory of a forge's directory, such as `.github/`; (2) its \
lines start with paths that exist relative to the repository root, but not relative to the file's \
own directory; or (3) it is the only CODEOWNERS file, it is in a top-level directory without a \
readme or license, and its lines do not reveal which directory its paths are relative to. Other \
CODEOWNERS files in subdirectories usually came with copied code or belong to another tool.",
    why: "No forge reads the file, so the owners listed in it are never asked to review changes.",
    impact: "The owners in the file are never asked to review changes.",
    fix: "For GitHub, move the file to `.github/CODEOWNERS`. For GitLab and \
Gitea, move the file to `CODEOWNERS` at the repository root. For Bitbucket, move the file to `.bitbucket/CODEOWNERS`.",
    example: "\
git mv config/CODEOWNERS .github/CODEOWNERS",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let files = context.misplaced_files();
    let found = files.filter_map(|(repository, file)| {
        let path = quoted(&file.path);
        let message = match &file.sign {
            Sign::Name(_) => return None,
            Sign::Directory | Sign::OnlyOne => {
                format!("no forge reads {path}: forges look for this file elsewhere")
            }
            Sign::Mentions(place) => format!(
                "no forge reads a CODEOWNERS file at {path}; patterns such as {} seem to be \
                 relative to the repository root, so the file may be in the wrong place",
                quoted(place)
            ),
        };
        Some(Finding {
            advice: vec![Advice::in_words(file.help())],
            ..CHECK.at(repository.place(file.path.clone()), message)
        })
    });
    found.collect()
}
