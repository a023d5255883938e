use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Check, Context};
use crate::{
    finding::{Finding, Help, Severity},
    inventory::Component,
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::{count, quoted},
};

pub(crate) const CHECK: Check = Check {
    name: "unowned-path",
    severity: Severity::Error,
    summary: "Files that no rule, declaration or exemption claims.",
    what: "\
A finding stands for the highest directory of which nothing is owned, with all of its files. If \
every one of them belongs to a component that has a finding of its own, such as unowned-component, \
there is none here.",
    why: "\
Nobody is asked when such a file changes, and nobody is paged when what it configures breaks.",
    mend: "\
Give the path an owner in the map: widen a rule that is near, or add one. What needs no owner \
(vendored code, a licence) belongs under `exemptions`, with the reason.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [modules/quarry/]      # was missing: 43 files without an owner
    owner: cloud-services",
    knows_scope: true,
    one_cause: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            let areas = roll_up(context, at, repository);
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
    areas: &[Area],
) -> FxHashMap<&'r BStr, &'r Component> {
    if areas.is_empty() {
        return FxHashMap::default();
    }
    let components = repository.components.iter();
    components
        .map(|component| (component.home.as_bstr(), component))
        .collect()
}

/// A file or directory of which nothing is owned.
struct Area {
    /// The position of its first file.
    file: usize,
    /// How much of that file's path is its own: all for a file, up to a `/` for a directory, nothing
    /// for the root.
    end: usize,
    files: u64,
    /// Those among the files that belong to components with findings of their own.
    told: u64,
}

/// A directory whose files are being counted.
struct Open {
    /// Length of its path, the `/` included; 0 for the root.
    end: usize,
    /// The position of its first file.
    first: usize,
    files: u64,
    unowned: u64,
    told: u64,
    areas: Vec<Area>,
}

impl Open {
    fn new(end: usize, first: usize) -> Self {
        Self {
            end,
            first,
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
    let mut told = vec![false; repository.listing.files.len()];
    for (id, component) in (0..).zip(&repository.components) {
        if context.tells_component(at, id) {
            let files = component.files(&repository.listing.files);
            files.for_each(|file| told[file] = true);
        }
    }
    let mut open = vec![Open::new(0, 0)];
    let mut before: &BStr = BStr::new("");
    for (position, file) in repository.listing.files.iter().enumerate() {
        let directory = file.path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
        // Most files lie next to the one before.
        while let Some(innermost) = open.last()
            && (innermost.end > directory || before[..innermost.end] != file.path[..innermost.end])
        {
            close(&mut open);
        }
        let mut end = open.last().map_or(0, |innermost| innermost.end);
        while let Some(slash) = file.path[end..directory].find_byte(b'/') {
            end += slash + 1;
            open.push(Open::new(end, position));
        }
        before = file.path;
        let Some(innermost) = open.last_mut() else {
            break;
        };
        innermost.files += 1;
        let group = repository.resolved.group_id_of(position) as usize;
        if is_unowned(groups[group].resolution.verdict) && context.scope.holds(at, file.path) {
            innermost.unowned += 1;
            innermost.told += u64::from(told[position]);
            innermost.areas.push(Area {
                file: position,
                end: file.path.len(),
                files: 1,
                told: u64::from(told[position]),
            });
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop().map_or(Vec::new(), whole_or_parts);
    root.into_iter()
        .filter(|area| area.told < area.files)
        .collect()
}

/// Counts the innermost directory toward its parent.
fn close(open: &mut Vec<Open>) {
    let Some(done) = open.pop() else {
        return;
    };
    let Some(parent) = open.last_mut() else {
        return;
    };
    parent.files += done.files;
    parent.unowned += done.unowned;
    parent.told += done.told;
    parent.areas.extend(whole_or_parts(done));
}

fn whole_or_parts(directory: Open) -> Vec<Area> {
    if directory.unowned < directory.files || directory.files == 0 {
        return directory.areas;
    }
    vec![Area {
        file: directory.first,
        end: directory.end,
        files: directory.files,
        told: directory.told,
    }]
}

fn finding(
    repository: &ResolvedRepository,
    components: &FxHashMap<&BStr, &Component>,
    area: &Area,
) -> Finding {
    let path = &repository.listing.files.get(area.file).path[..area.end];
    let is_directory = path.ends_with(b"/");
    let shown = quoted(path);
    let message = if path.is_empty() {
        format!(
            "the whole repository has no owner ({})",
            count(area.files, "file")
        )
    } else if is_directory {
        format!("{shown} has no owner ({})", count(area.files, "file"))
    } else {
        format!("{shown} has no owner")
    };
    let pattern = match escape(path.as_bstr()) {
        root if root.is_empty() => "**".to_owned(),
        pattern => pattern,
    };
    let component = components
        .get(path.as_bstr())
        .map(|component| component.id());
    let path = if path.is_empty() {
        BStr::new(".")
    } else {
        path.as_bstr()
    };
    Finding {
        component,
        files: Some(area.files),
        help: Some(Help::AddRule(pattern)),
        path: Some(path.into()),
        ..Finding::new(CHECK.name, repository.place(path), message)
    }
}
