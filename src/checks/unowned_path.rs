use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Check, Context, Properties, by_product::ByProducts};
use crate::{
    advice::{Advice, NewRule, NewTarget},
    finding::{Finding, Severity},
    inventory::{Component, Subtree},
    pattern::escape,
    resolution::{Group, ResolvedRepository, Verdict},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unowned-path",
    severity: Severity::Error,
    summary: "Files are not covered by any rule, declaration or exemption.",
    what: "Each finding covers a single file, or the topmost directory in which all files, \
including those in subdirectories, are unowned. A directory is not reported if all its files \
belong to components that have their own findings, such as `unowned-component`.",
    why: "\
No team is asked to review changes to these files, and no team is paged when a service configured \
by these files breaks.",
    impact: "No team is asked for review or paged.",
    fix: "If the files need no owner (for example, vendored code or a license), list them under \
`exemptions` in the map and give a reason. Otherwise, extend an existing rule in the map, or add a \
new one.",
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
            let by_products = ByProducts::new(repository);
            let components = components_by_path(repository, &areas);
            areas
                .into_iter()
                .map(move |area| finding(context, at, &by_products, &components, &area))
        })
        .collect()
}

/// Returns the components by their directory or first file.
fn components_by_path<'r>(
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

/// Returns the highest directories without any owned file, and the other files without an owner. Those
/// in which all files belong to components with findings of their own are excluded.
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
    let reported = context.files_reported_with_components(at);
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
    areas.retain(|area| reported[area.files.clone()].contains(&false));
    areas
}

fn finding(
    context: &Context<'_>,
    at: usize,
    by_products: &ByProducts<'_>,
    components: &FxHashMap<&BStr, &Component>,
    area: &Subtree<'_>,
) -> Finding {
    let repository = &context.repositories[at];
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
    let rule = NewRule {
        repository: context.listed_name(at),
        target: NewTarget::Path(pattern),
        owners: Vec::new(),
    };
    let is_by_product = components.get(path).is_none() && by_products.hold(path);
    let delete = is_by_product.then(|| Advice::delete(repository.place(path)));
    let advice = delete.into_iter().chain([Advice::add_rule(rule)]);
    Finding {
        component: components.get(path).map(|component| component.id()),
        // The component may be any of those in the directory, and another one if their names change.
        is_about_component: false,
        files: Some(files),
        advice: context.with_evidence(advice, context.evidence(at).of_place(path)),
        ..CHECK.at(repository.place(place), message)
    }
}
