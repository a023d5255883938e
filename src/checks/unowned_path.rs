use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Check, Context, Properties, unowned_component};
use crate::{
    finding::{Finding, Severity, add_rule},
    inventory::{Component, Subtree},
    pattern::escape,
    resolution::{Group, ResolvedRepository, Verdict},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unowned-path",
    severity: Severity::Error,
    summary: "Files that no rule, declaration or exemption claims.",
    what: "\
A finding stands for the highest directory of which nothing is owned, with all of its files. If \
every one of them belongs to a component that has a finding of its own, such as unowned-component, \
there is none here.",
    why: "\
Nobody is asked when such a file changes, and nobody is paged when what it configures breaks.",
    fix: "\
Give the path an owner in the map: widen a rule that is near, or add one. What needs no owner \
(vendored code, a licence) belongs under `exemptions`, with the reason.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [modules/quarry/]      # was missing: 43 files without an owner
    owner: cloud-services",
    properties: Properties {
        knows_scope: true,
        needs_map: false,
        verdict: Some(Verdict::Unowned),
        ..Properties::USUAL
    },
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            let areas = areas(context, at, repository);
            let components = homes(repository, &areas);
            areas
                .into_iter()
                .map(move |area| finding(repository, &components, &area))
        })
        .collect()
}

/// Components by what they are to a reader of paths: their directory or first file.
fn homes<'r>(
    repository: &'r ResolvedRepository,
    areas: &[Subtree<'_>],
) -> FxHashMap<&'r BStr, &'r Component> {
    if areas.is_empty() {
        return FxHashMap::default();
    }
    let components = repository.components.iter();
    components
        .map(|component| (component.path.as_bstr(), component))
        .collect()
}

/// The highest directories of which nothing is owned, and other files without an owner, but for those
/// all of whose files belong to components with findings of their own.
fn areas<'r>(
    context: &Context<'_>,
    at: usize,
    repository: &'r ResolvedRepository,
) -> Vec<Subtree<'r>> {
    let groups = repository.resolved.groups();
    let is_unowned = |group: &Group| group.resolution.verdict == Verdict::Unowned;
    if !groups.iter().any(is_unowned) {
        return Vec::new();
    }
    let files = &repository.listing.files;
    let mut told = vec![false; files.len()];
    let components = context.components_of(at);
    for of in components.filter(|of| unowned_component::is_told(context, *of)) {
        of.component.files(files).for_each(|file| told[file] = true);
    }
    let mut areas = files.subtrees(|file| {
        is_unowned(repository.resolved.group_of(file))
            && context.scope.holds(at, files.get(file).path)
    });
    if areas.iter().map(|area| area.files.len()).sum::<usize>() == files.len() {
        areas = vec![Subtree {
            path: BStr::new(""),
            files: 0..files.len(),
        }];
    }
    areas.retain(|area| told[area.files.clone()].contains(&false));
    areas
}

fn finding(
    repository: &ResolvedRepository,
    components: &FxHashMap<&BStr, &Component>,
    area: &Subtree<'_>,
) -> Finding {
    let path = area.path;
    let files = area.files.len() as u64;
    let (shown, pattern, place) = match path.is_empty() {
        true => (
            "the whole repository".to_owned(),
            "**".to_owned(),
            ".".into(),
        ),
        false => (quoted(path), escape(path), path),
    };
    let number = match path.is_empty() || path.ends_with(b"/") {
        true => format!(" ({})", count(files, "file")),
        false => String::new(),
    };
    let message = format!("{shown} has no owner{number}");
    Finding {
        component: components.get(path).map(|component| component.id()),
        files: Some(files),
        help: Some(add_rule(&pattern)),
        ..CHECK.at(repository.place(place), message)
    }
}
