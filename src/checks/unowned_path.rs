use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Check, Context, context::count};
use crate::{
    finding::{Finding, Severity},
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unowned-path",
    severity: Severity::Error,
    summary: "Files that no rule, declaration or exemption claims.",
    explanation: "\
Nobody is asked when such a file changes, and nobody is paged when what it configures breaks.

A finding stands for the highest directory of which nothing is owned. Files of a component that \
has an unowned-component finding are told there, not here.

Give the path an owner in the map: widen a rule that is near, or add one. What needs no owner \
(vendored code, a licence) belongs under `exemptions`, with the reason.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [modules/quarry/]      # was missing: 43 files without an owner
    owner: cloud-services",
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            let components = homes(repository);
            roll_up(context, at, repository)
                .into_iter()
                .map(move |area| finding(repository, &components, area))
        })
        .collect()
}

/// Components by what they are to a reader of paths: their directory or first file.
fn homes(repository: &ResolvedRepository) -> FxHashMap<&BStr, String> {
    repository
        .components
        .iter()
        .map(|component| (component.home.as_bstr(), component.id()))
        .collect()
}

/// A file, or a directory (ending in `/`, the root empty), of which nothing is owned.
struct Area {
    path: BString,
    files: u64,
    /// Those among the files that belong to components with findings of their own.
    told: u64,
}

/// A directory whose files are being counted.
struct Open {
    /// Length of its path, the `/` included; 0 for the root.
    end: usize,
    files: u64,
    unowned: u64,
    told: u64,
    areas: Vec<Area>,
}

impl Open {
    fn new(end: usize) -> Self {
        Self {
            end,
            files: 0,
            unowned: 0,
            told: 0,
            areas: Vec::new(),
        }
    }
}

fn roll_up(context: &Context<'_>, at: usize, repository: &ResolvedRepository) -> Vec<Area> {
    let groups = repository.resolved.groups();
    let is_unowned = |verdict| verdict == Verdict::Unowned;
    if !groups
        .iter()
        .any(|group| is_unowned(group.resolution.verdict))
    {
        return Vec::new();
    }
    let told: Vec<bool> = groups
        .iter()
        .map(|group| {
            is_unowned(group.resolution.verdict)
                && group
                    .components(&repository.claims)
                    .any(|component| context.tells_component(at, component))
        })
        .collect();
    let mut open = vec![Open::new(0)];
    let mut before: &BStr = BStr::new("");
    for (position, file) in repository.listing.files.iter().enumerate() {
        let directory = file.path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
        let common = file.path[..directory]
            .iter()
            .zip(before.iter())
            .take_while(|(a, b)| a == b)
            .count();
        while open.last().is_some_and(|innermost| innermost.end > common) {
            close(&mut open, before);
        }
        let mut end = open.last().map_or(0, |innermost| innermost.end);
        while let Some(slash) = file.path[end..directory].find_byte(b'/') {
            end += slash + 1;
            open.push(Open::new(end));
        }
        before = file.path;
        let Some(innermost) = open.last_mut() else {
            break;
        };
        innermost.files += 1;
        let group = repository.resolved.group_id_of(position) as usize;
        if is_unowned(groups[group].resolution.verdict) && context.scope.holds(at, file.path) {
            innermost.unowned += 1;
            innermost.told += u64::from(told[group]);
            innermost.areas.push(Area {
                path: file.path.into(),
                files: 1,
                told: u64::from(told[group]),
            });
        }
    }
    while open.len() > 1 {
        close(&mut open, before);
    }
    let root = open
        .pop()
        .map_or(Vec::new(), |root| whole_or_parts(root, BStr::new("")));
    root.into_iter()
        .filter(|area| area.told < area.files)
        .collect()
}

/// Counts the innermost directory, in which `path` lies, toward its parent.
fn close(open: &mut Vec<Open>, path: &BStr) {
    let Some(done) = open.pop() else {
        return;
    };
    let Some(parent) = open.last_mut() else {
        return;
    };
    parent.files += done.files;
    parent.unowned += done.unowned;
    parent.told += done.told;
    let directory = &path[..done.end];
    parent.areas.extend(whole_or_parts(done, directory));
}

fn whole_or_parts(directory: Open, path: &BStr) -> Vec<Area> {
    if directory.unowned < directory.files || directory.files == 0 {
        return directory.areas;
    }
    vec![Area {
        path: path.into(),
        files: directory.files,
        told: directory.told,
    }]
}

fn finding(
    repository: &ResolvedRepository,
    components: &FxHashMap<&BStr, String>,
    area: Area,
) -> Finding {
    let is_directory = area.path.is_empty() || area.path.ends_with(b"/");
    let shown = quoted(&area.path);
    let message = if area.path.is_empty() {
        format!(
            "the whole repository has no owner ({})",
            count(area.files, "file")
        )
    } else if is_directory {
        format!("{shown} has no owner ({})", count(area.files, "file"))
    } else {
        format!("{shown} has no owner")
    };
    let rule = rule_for(area.path.as_bstr());
    let component = components.get(area.path.as_bstr()).cloned();
    let path = if area.path.is_empty() {
        ".".into()
    } else {
        area.path
    };
    Finding {
        component,
        files: Some(area.files),
        help: Some(format!("add a rule to the map:\n{}", rule.trim_end())),
        path: Some(path.clone()),
        ..Finding::new(CHECK.name, repository.place(path), message)
    }
}

/// A rule for `path`, as it has to be written under `rules`.
fn rule_for(path: &BStr) -> String {
    #[derive(serde::Serialize)]
    struct Rule {
        paths: [String; 1],
        owner: &'static str,
    }
    let pattern = match escape(path) {
        root if root.is_empty() => "**".to_owned(),
        pattern => pattern,
    };
    let rule = Rule {
        paths: [pattern],
        owner: "TEAM",
    };
    serde_yaml::to_string(&[rule]).unwrap_or_default()
}
