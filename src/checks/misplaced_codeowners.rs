use super::{Check, Context, Properties, ownership_files::is_whole};
use crate::{
    dialects::{Sign, Tree, misplaced},
    finding::{Finding, Severity},
    resolution::is_vendored,
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "misplaced-codeowners",
    severity: Severity::Warning,
    summary: "A CODEOWNERS of this repository where no forge looks for it.",
    what: "\
A file is taken for the repository's own if it lies where forges look but for the case of its name, \
or deeper in `.github/` or `.gitlab/`; if its lines begin with places that are there from the root of \
the repository, and none from where it lies; or if it is the only one, in a directory at the top \
without a readme or licence of its own, and no line says where it starts. Any other that lies deeper \
came along with copied code, or is for another tool.",
    why: "\
No forge reads it: nobody is asked to review what it speaks of.",
    fix: "\
Move it to `.github/CODEOWNERS` for GitHub, to `CODEOWNERS` for GitLab.",
    example: "\
git mv config/CODEOWNERS .github/CODEOWNERS",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let foreign = |path: &bstr::BStr| is_vendored(path, &context.map.settings);
    let files = context.repositories().flat_map(|(_, repository)| {
        let tree = Tree::of_repository(repository);
        let misplaced = misplaced(&tree, &repository.listing.files, foreign);
        misplaced.into_iter().map(move |file| (repository, file))
    });
    files
        .filter(|(repository, _)| is_whole(&repository.root))
        .map(|(repository, file)| {
            let path = quoted(&file.path);
            let message = match &file.sign {
                Sign::Name => {
                    let name = file.file_name();
                    format!("no forge reads {path}: its name is written `{name}`")
                }
                Sign::Directory | Sign::OnlyOne => format!("no forge looks for {path}"),
                Sign::Mentions(place) => format!(
                    "no forge looks for {path}, which speaks of {} from the root",
                    quoted(place)
                ),
            };
            Finding {
                help: Some(file.help()),
                ..CHECK.at(repository.place(file.path), message)
            }
        })
        .collect()
}
