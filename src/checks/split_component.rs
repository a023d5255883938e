use bstr::ByteSlice;

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    config::TeamId,
    finding::{Finding, Severity},
    resolution::{ResolvedRepository, Verdict},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "split-component",
    severity: Severity::Info,
    summary: "The parts of a component belong to different teams.",
    what: "\
The component has files in several places, and no team owns files in all of them. The component \
is not reported if more specific rules split its files between teams within only one directory.",
    why: "The wrong team may be contacted or paged. For example, one team may be paged for a role \
          whose data belongs to another team.",
    impact: "The wrong team may be contacted or paged.",
    fix: "Use a selector to assign the whole component to one team, or make both teams joint \
owners.",
    example: "\
rules:
  - paths: [modules/role/manifests/kafka/]
    owner: data-platform
  - paths: [hieradata/role/common/kafka/]      # the same components
    owner: observability",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    // Most components have only one part.
    let components = context.components();
    components
        .filter(|of| of.component.paths.len() > 1)
        .filter_map(|of| {
            let component = of.component;
            let parts = component.paths.iter();
            let mut parts =
                parts.filter_map(|part| Some((part, owners_of(context, of.repository, part)?)));
            let first = parts.next()?;
            let apart = parts.find(|part| context.owners_differ(first.1, part.1))?;
            Some(Finding {
                teams: context.teams(&[first.1, apart.1].concat()),
                advice: vec![Advice::in_words(format!(
                    "add a rule for {} to the map, and set a `priority` if another rule covers \
                         part of the component",
                    quoted(component.id())
                ))],
                ..CHECK.of(
                    component,
                    of.repository.place(component.path.clone()),
                    &format!(
                        "is split: {} belongs to {}, but {} belongs to {}",
                        quoted(first.0),
                        context.team_list(first.1),
                        quoted(apart.0),
                        context.team_list(apart.1),
                    ),
                )
            })
        })
        .collect()
}

/// Returns the owners of a part; for a directory, the owners of most of its files.
fn owners_of<'r>(
    context: &Context<'_>,
    repository: &'r ResolvedRepository,
    part: &[u8],
) -> Option<&'r [TeamId]> {
    let files = &repository.listing.files;
    let resolution = |file| &repository.resolved.group_of(file).resolution;
    let resolution = if part.is_empty() || part.ends_with(b"/") {
        let outcomes = repository.by_outcome(&context.map.teams, files.under(part));
        outcomes.first()?.0
    } else {
        resolution(files.find(part.as_bstr())?)
    };
    (resolution.verdict == Verdict::Owned).then_some(&resolution.owners)
}
