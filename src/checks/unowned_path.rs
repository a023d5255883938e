use std::cell::OnceCell;

use bstr::{BStr, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Check, Context, Properties,
    by_product::ByProducts,
    rolled_up::UnownedFiles,
    summarized::{common_directory, examples, summarized},
};
use crate::{
    advice::{Advice, NewTarget},
    evidence::EvidenceSearch,
    finding::{Finding, Related, Severity},
    inventory::{Component, Subtree},
    pattern::{Pattern, escape},
    resolution::{ResolvedRepository, Verdict},
    text::{and_more, count, quoted},
};

/// Findings about at most as many files are summarized if there are many of them.
const SMALL: u64 = 10;

/// How many paths the advice on such findings lists.
const LISTED: usize = 20;

pub(super) const CHECK: Check = Check {
    name: "unowned-path",
    severity: Severity::Error,
    summary: "Some files are not covered by any rule, declaration or exemption.",
    what: "Each finding covers a single file, or the topmost directory in which all files, \
including those in subdirectories, are unowned. If a directory would have more than ten findings \
and over half of its files are unowned, a single finding about the directory replaces them. The root \
is such a directory only if all of these findings are about files. If more than ten findings with at \
most ten files each remain, the `human` output of a full run shows a single finding about them. A directory is not reported if \
all its files belong to components that have their own findings, such as `unowned-component`.",
    why: "\
No team is asked to review changes to these files, and no team is paged when a service configured \
by these files breaks.",
    impact: "No team is paged or asked for review.",
    fix: "If the files need no owner (for example, vendored code or a license), list them under \
`exemptions` in the map and give a reason. Otherwise, extend an existing rule in the map, or add a \
new one. If no file in the same directory is owned or exempt, add a rule for the whole directory, \
or for the directory of the component, so that the next new file has an owner too.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [modules/quarry/]      # was missing: 43 files without an owner
    owner: cloud-services",
    properties: Properties {
        knows_scope: true,
        needs_map: false,
        roll_up: Some(roll_up),
        summarize: Some(summarize),
        verdict: Some(Verdict::Unowned),
        ..Properties::USUAL
    },
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            let areas = areas(context, at, repository).into_iter();
            let surroundings = OnceCell::new();
            areas.map(move |area| {
                let surroundings = surroundings.get_or_init(|| Surroundings::new(repository));
                let is_directory = area.path.is_empty() || area.path.ends_with(b"/");
                let contents = area.files.clone().filter(|_| is_directory);
                let contents = contents.map(|file| repository.listing.files.get(file).path);
                Finding {
                    contents: contents.map(ToOwned::to_owned).collect(),
                    ..finding(context, at, surroundings, &area)
                }
            })
        })
        .collect()
}

/// Replaces the findings in directories with many of them.
fn roll_up(context: &Context<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let Some(at) = findings.first().and_then(|first| context.position(first)) else {
        return findings;
    };
    let repository = &context.repositories[at];
    let unowned = UnownedFiles {
        repository,
        is_unowned: |file| is_unowned(context, at, file),
    };
    let surroundings = OnceCell::new();
    unowned.roll_up(findings, |path, replaced| {
        let surroundings = surroundings.get_or_init(|| Surroundings::new(repository));
        let area = Subtree {
            path,
            files: repository.listing.files.under(path),
        };
        Finding {
            severity: replaced[0].severity,
            ..finding(context, at, surroundings, &area)
        }
    })
}

/// Replaces many findings about few files each.
fn summarize(context: &Context<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let group = |finding: &Finding| (finding.files? <= SMALL).then_some(());
    summarized(findings, group, |(), members| {
        let paths = || {
            members
                .iter()
                .filter_map(|it| Some(it.path.as_ref()?.as_bstr()))
        };
        let paths: Vec<&BStr> = paths().collect();
        let files = members.iter().filter_map(|it| it.files).sum();
        let message = format!(
            "{} in {} have no owner: {}",
            count(files, "file"),
            count(paths.len(), "place"),
            examples(paths.iter().copied()),
        );
        let (exempt, own): (Vec<&BStr>, Vec<&BStr>) =
            paths.iter().partition(|path| usually_needs_no_owner(path));
        let list = |paths: &[&BStr]| {
            let shown = paths.iter().take(LISTED).map(quoted);
            and_more(shown, paths.len())
        };
        let exempt = (!exempt.is_empty()).then(|| format!("exempt {}", list(&exempt)));
        let own = (!own.is_empty()).then(|| format!("add rules for {}", list(&own)));
        let advice = exempt.into_iter().chain(own).collect::<Vec<_>>().join("; ");
        let directory = common_directory(paths.iter().copied());
        let position = context.position(members[0]);
        let place = position.map(|at| context.repositories[at].place(directory));
        Finding {
            subject: "small".to_owned(),
            is_about_path: false,
            is_rolled_up: true,
            files: Some(files),
            advice: vec![Advice::in_words(advice)],
            ..CHECK.at(place.unwrap_or_else(|| members[0].place.clone()), message)
        }
    })
}

/// Returns whether a path is a file that most repositories have and nobody is asked about: a license, or the
/// configuration of a tool in the root. The configuration of CI is different.
fn usually_needs_no_owner(path: &BStr) -> bool {
    const CI: [&[u8]; 7] = [
        b".appveyor",
        b".cirrus",
        b".drone",
        b".gitlab-ci",
        b".travis",
        b".woodpecker",
        b".zuul",
    ];
    const LEGAL: [&[u8]; 5] = [b"LICENSE", b"LICENCE", b"COPYING", b"NOTICE", b"PATENTS"];
    let name = &path[path.rfind_byte(b'/').map_or(0, |slash| slash + 1)..];
    let starts = |all: &[&[u8]]| all.iter().any(|start| name.starts_with(start));
    let is_in_root = name.len() == path.len();
    matches!(
        name.as_bytes(),
        b".gitkeep" | b".gitignore" | b".gitattributes"
    ) || is_in_root && (starts(&LEGAL) || name.starts_with(b".") && !starts(&CI))
}

/// What else a repository contains that the findings depend on.
struct Surroundings<'r> {
    by_products: ByProducts<'r>,
    /// The components by their directory or first file.
    components: FxHashMap<&'r BStr, &'r Component>,
    /// The directories that belong to components with everything in them.
    of_components: FxHashSet<&'r BStr>,
}

impl<'r> Surroundings<'r> {
    fn new(repository: &'r ResolvedRepository) -> Self {
        let components = repository.components.iter();
        let components = components.filter(|component| component.is_listed);
        let paths = components.clone().flat_map(|component| &component.paths);
        let directories = paths.filter(|path| path.ends_with(b"/"));
        Self {
            by_products: ByProducts::new(repository),
            components: components
                .map(|component| (component.path.as_bstr(), component))
                .collect(),
            of_components: directories.map(|path| path.as_bstr()).collect(),
        }
    }

    /// Returns the path that a rule should match, so that the next new file has an owner, too: the directory of the
    /// innermost component around `path`, or else the innermost directory. In a directory that has some owned or exempt
    /// files, it is `path` itself.
    fn to_own<'p>(&self, evidence: &EvidenceSearch<'_>, path: &'p BStr) -> &'p BStr {
        let around = evidence.unowned_around(path).into_iter();
        // The pattern for a path that is not UTF-8 may also match other paths.
        let is_exact = |place: &&BStr| place.ends_with(b"/") && place.to_str().is_ok();
        let directories: Vec<&BStr> = around.filter(is_exact).collect();
        let of_component = directories
            .iter()
            .find(|directory| self.of_components.contains(*directory));
        of_component.or(directories.first()).map_or(path, |it| *it)
    }
}

fn is_unowned(context: &Context<'_>, at: usize, file: usize) -> bool {
    let repository = &context.repositories[at];
    repository.resolved.group_of(file).resolution.verdict == Verdict::Unowned
        && !context.is_baseline(at, repository.listing.files.get(file).path)
}

/// Returns the highest directories without any owned file, and the other files without an owner. Those
/// in which all files belong to components with findings of their own are excluded.
fn areas<'r>(
    context: &Context<'_>,
    at: usize,
    repository: &'r ResolvedRepository,
) -> Vec<Subtree<'r>> {
    let mut groups = repository.resolved.groups().iter();
    if !groups.any(|group| group.resolution.verdict == Verdict::Unowned) {
        return Vec::new();
    }
    let files = &repository.listing.files;
    let reported = context.files_reported_with_components(at);
    let mut areas = files.subtrees(|file| {
        is_unowned(context, at, file) && context.scope.holds(at, files.get(file).path)
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
    surroundings: &Surroundings<'_>,
    area: &Subtree<'_>,
) -> Finding {
    let repository = &context.repositories[at];
    let path = area.path;
    let files = area.files.len() as u64;
    let evidence = context.evidence(at);
    let to_own = surroundings.to_own(evidence, path);
    let (shown, pattern, place) = match path.is_empty() {
        true => (
            "the whole repository".to_owned(),
            "**".to_owned(),
            ".".into(),
        ),
        false => (quoted(path), escape(to_own), path),
    };
    let number = match path.is_empty() || path.ends_with(b"/") {
        true => format!(" ({})", count(files, "file")),
        false => String::new(),
    };
    let message = format!("{shown} has no owner{number}");
    let claimed = match path.is_empty() {
        true => Pattern::literal(path),
        false => Pattern::literal(to_own),
    };
    let rule = context.new_rule(at, NewTarget::Path(pattern), &[claimed], &[]);
    let component = surroundings.components.get(path);
    let is_by_product = component.is_none() && surroundings.by_products.hold(path);
    let delete = is_by_product.then(|| Advice::delete(repository.place(path)));
    let advice = delete.into_iter().chain([rule]);
    let mut advice = context.with_evidence(advice, evidence.of_place(to_own));
    if usually_needs_no_owner(path) {
        let exempt = format!(
            "exempt {} in the map, as such files usually need no owner",
            quoted(path)
        );
        advice.insert(0, Advice::in_words(exempt));
    }
    // What the ownership files say that the map does not use.
    let mut compared = context.compared_files(at).iter();
    let stated = compared.find_map(|files| {
        let unowned = area
            .files
            .clone()
            .filter(|file| is_unowned(context, at, *file));
        let mut stated = unowned.filter_map(|file| files.of(file));
        Some((files, stated.next()?))
    });
    advice.extend(stated.map(|(files, stated)| {
        let (file, trust) = (quoted(stated.file()), files.trust_line());
        let names = context.owner_list(&stated.owners.owners, &stated.owners.people);
        Advice::in_words(format!(
            "add `{trust}` to the map so that {file} decides, which names {names}"
        ))
    }));
    let related = stated.map(|(_, stated)| {
        let names = context.owner_list(&stated.owners.owners, &stated.owners.people);
        Related::new(stated.place().clone(), format!("names {names}"))
    });
    Finding {
        related: related.into_iter().collect(),
        component: component.map(|component| component.id()),
        // The component may be any of those in the directory, and another one if their names change.
        is_about_component: false,
        files: Some(files),
        advice,
        ..CHECK.at(repository.place(place), message)
    }
}
