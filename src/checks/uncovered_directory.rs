use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use bstr::{BStr, BString, ByteSlice};

use super::{Check, Context, Properties, removal::remove, respell::respell};
use crate::{
    advice::{Advice, Fix, NewTarget},
    claims::{Claim, ClaimSource, Origin},
    config::TeamId,
    finding::{Finding, Severity},
    inventory::Files,
    pattern::{Alternative, Extent, Pattern, escape},
    resolution::{Resolution, ResolvedRepository, Verdict, owner_set},
    text::{Place, count, directory, quoted},
    whatif::{Evaluator, NewClaim},
};

pub(super) const CHECK: Check = Check {
    name: "uncovered-directory",
    severity: Severity::Info,
    summary: "Rules list the files in a directory individually, so a new file in the directory \
              would have no owner.",
    what: "Rules list several existing files in the directory, but no rule covers the directory \
itself. The repository root is not reported, because no pattern can match only the files directly \
in the root. Directories whose files belong to components are not reported, because components can \
declare their own owners. Directories are also skipped if other patterns cover new files with the \
same extensions as the existing files.",
    why: "\
Every existing file in the directory is owned or exempt, but `unowned-path` will report the next \
file that is added to the directory.",
    impact: "Whoever adds a file to the directory may have to add a rule.",
    fix: "List the directory instead of the files in it, or add a rule for the directory.",
    example: "\
rules:
  - paths: [modules/kafka/init.pp, modules/kafka/README.md]   # a new file has no owner
    owner: observability",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, repository) in context.repositories() {
        let mut evaluator = context.what_if[at].evaluator();
        let directories = directories(repository).into_iter();
        findings.extend(directories.filter_map(|directory| {
            let new = unowned_file(repository, &mut evaluator, &directory)?;
            Some(finding(context, at, repository, &directory, &new))
        }));
    }
    findings
}

/// A directory with files directly in it.
struct OwnedDirectory<'r> {
    /// The path, which ends in `/`.
    path: &'r BStr,
    /// How many files are directly in it.
    files: u64,
}

/// Returns the directories, except the root, with several files directly in them that are all owned or
/// exempt, with at least one owned file, and without claims about components.
fn directories(repository: &ResolvedRepository) -> Vec<OwnedDirectory<'_>> {
    let resolved = &repository.resolved;
    let files = &repository.listing.files;
    let is_of_files = of_files(repository);
    let fits: Vec<bool> = resolved
        .groups()
        .iter()
        .map(|group| {
            let mut patterns = group.patterns.iter();
            patterns.all(|id| is_of_files.get(*id as usize).copied().unwrap_or_default())
                && is_owned_by_path(repository, &group.resolution)
        })
        .collect();
    let fits = |file: usize| fits[resolved.group_id_of(file) as usize];
    let is_owned = |file: usize| resolved.group_of(file).resolution.verdict == Verdict::Owned;
    let owned = (0..files.len()).filter(|file| fits(*file) && is_owned(*file));
    let paths: BTreeSet<&BStr> = owned
        .map(|file| directory(files.get(file).path))
        .filter(|path| !path.is_empty())
        .collect();
    let directories = paths.into_iter().filter_map(|path| {
        let mut count = 0;
        let all_fit = directly_in(files, path).all(|file| {
            count += 1;
            fits(file)
        });
        (all_fit && count > 1).then_some(OwnedDirectory { path, files: count })
    });
    directories.collect()
}

/// Returns, for each pattern, whether it may be meant for single files. A literal path that is not a
/// file is a directory and covers new files in it.
fn of_files(repository: &ResolvedRepository) -> Vec<bool> {
    let files = &repository.listing.files;
    let patterns = repository.claims.patterns();
    let counts = repository.resolved.files_by_pattern(patterns.len());
    let is_file = |pattern: &Pattern| {
        let path = pattern.literal_path();
        let is_there = |path: BString| files.find(path.as_bstr()).is_some();
        !pattern.is_literal() || path.is_some_and(is_there)
    };
    let all = patterns.iter().zip(counts);
    all.map(|(pattern, files)| match files {
        0 | 1 => is_file(pattern),
        _ => !pattern.is_literal(),
    })
    .collect()
}

fn is_owned_by_path(repository: &ResolvedRepository, resolution: &Resolution) -> bool {
    let mut standing = resolution.winning.iter();
    matches!(resolution.verdict, Verdict::Owned | Verdict::Exempt)
        && standing.all(|id| repository.claims.get(*id).component.is_none())
}

/// Returns a new file in the directory that would have no owner and has the extension of an existing
/// file; `None` unless all files in and below the directory are owned or exempt today.
fn unowned_file(
    repository: &ResolvedRepository,
    evaluator: &mut Evaluator<'_>,
    directory: &OwnedDirectory<'_>,
) -> Option<BString> {
    // A claim that matches an unusual name like this matches all names.
    let strange = [directory.path.as_bytes(), b"\x01"].concat();
    if !evaluator.is_unclaimed(strange.as_bstr()) {
        return None;
    }
    let files = &repository.listing.files;
    let is_owned = |at: usize| {
        let verdict = repository.resolved.group_of(at).resolution.verdict;
        matches!(verdict, Verdict::Owned | Verdict::Exempt)
    };
    if !files.under(directory.path).all(is_owned) {
        return None;
    }
    let mut extensions: BTreeMap<&[u8], u64> = BTreeMap::new();
    for at in directly_in(files, directory.path) {
        let name = &files.get(at).path[directory.path.len()..];
        let dot = name.rfind_byte(b'.').filter(|dot| *dot > 0);
        *extensions
            .entry(dot.map_or(b"", |dot| &name[dot..]))
            .or_default() += 1;
    }
    // The most frequent extension is the most likely one for a new file.
    let mut extensions: Vec<(&[u8], u64)> = extensions.into_iter().collect();
    extensions.sort_by_key(|(_, count)| Reverse(*count));
    let new = |(extension, _)| {
        [directory.path.as_bytes(), b"new", extension]
            .concat()
            .into()
    };
    let mut new = extensions.into_iter().map(new);
    new.find(|path: &BString| {
        files.find(path.as_bstr()).is_none() && evaluator.is_unclaimed(path.as_bstr())
    })
}

fn finding(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
    directory: &OwnedDirectory<'_>,
    new: &BString,
) -> Finding {
    let path = directory.path;
    let message = format!(
        "rules list {} in {} individually, so a new file {} would have no owner",
        count(directory.files, "file"),
        quoted(path),
        quoted(new)
    );
    let claim = example_claim(repository, directory);
    let advice = instead_of_files(context, at, directory).unwrap_or_else(|| {
        let owners = only_owners(repository, directory);
        let target = NewTarget::Path(escape(path));
        context.new_rule(at, target, &[Pattern::literal(path)], &owners)
    });
    Finding {
        advice: vec![advice],
        related: Vec::from_iter(claim.map(|claim| context.related_by_name(claim))),
        ..CHECK.at(repository.place(path.to_owned()), message)
    }
}

/// Proposes to list the directory instead of the files in it; `None` if not a single rule lists them, or if the
/// directory would conflict with other claims.
fn instead_of_files(
    context: &Context<'_>,
    at: usize,
    directory: &OwnedDirectory<'_>,
) -> Option<Advice> {
    let repository = &context.repositories[at];
    let files = directly_in(&repository.listing.files, directory.path);
    let resolutions = files.map(|file| &repository.resolved.group_of(file).resolution);
    let owned = resolutions.filter(|it| it.verdict == Verdict::Owned);
    let winning: BTreeSet<ClaimSource> = owned
        .flat_map(|it| &it.winning)
        .map(|id| ClaimSource::of(repository.claims.get(*id)))
        .collect();
    let sources: Vec<ClaimSource> = winning.into_iter().collect();
    let rule = match sources[0].origin {
        Origin::Rule(rule) => &context.map.rules[rule],
        Origin::Exemption(_) | Origin::Declaration | Origin::OwnershipFile => return None,
    };
    let is_of_files = |source: &ClaimSource| {
        let is_directly_in = |path: BString| {
            let name = path.strip_prefix(directory.path.as_bytes());
            name.is_some_and(|name| !name.contains(&b'/'))
        };
        let mut alternatives = source.path(context.map)?.alternatives().iter();
        let is_file = |one: &Alternative| {
            one.extent != Extent::Inside && one.path().is_some_and(is_directly_in)
        };
        (source.origin == sources[0].origin && alternatives.all(is_file)).then_some(())
    };
    let owners: Vec<TeamId> = rule.owners.iter().map(|owner| owner.value).collect();
    // What the list must have instead of the files depends on its key.
    let listed = sources[0].path(context.map)?;
    let new = match listed.is_of_files() {
        true => escape(directory.path) + "*",
        false => escape(directory.path),
    };
    let pattern = listed.parse_like(&new).ok()?;
    let is_like_it = |source: &ClaimSource| {
        let path = source.path(context.map);
        path.is_some_and(|path| path.is_of_files() == listed.is_of_files())
    };
    if !sources.iter().all(is_like_it) {
        return None;
    }
    let claim = NewClaim {
        patterns: &[pattern],
        owners: &owners,
        replaced: &sources,
    };
    let priority = rule.priority.as_ref().map_or(0, |it| it.value);
    let takes_nothing = priority == 0 && context.what_if[at].rival(&claim, 0).is_none();
    if !takes_nothing || !sources.iter().all(|source| is_of_files(source).is_some()) {
        return None;
    }
    let mut places: Vec<&Place> = sources
        .iter()
        .map(|it| &rule.paths[it.entry].place)
        .collect();
    // The last one stays, because the removal of the others includes the comma after them.
    let last = places.pop()?;
    let fixes = places.into_iter().map(remove);
    let fixes: Vec<Fix> = fixes
        .chain([respell(last, None, &new)])
        .collect::<Option<_>>()?;
    let fix = Fix {
        description: format!("replace the files with {}", quoted(&new)),
        edits: fixes.into_iter().flat_map(|fix| fix.edits).collect(),
    };
    let text = format!("list {} instead of the files in it", quoted(&new));
    Some(Advice::edit(text, Some(fix)))
}

/// Returns the positions of the files that are directly in a directory, not further below.
fn directly_in<'f>(files: &'f Files, directory: &'f BStr) -> impl Iterator<Item = usize> + use<'f> {
    let inside = files.directly_in(directory);
    let inside = inside.filter(|(_, name)| !name.ends_with(b"/"));
    inside.map(|(at, _)| at)
}

/// Returns the owners of all owned files directly in a directory. They are empty if the files have different owners.
fn only_owners(repository: &ResolvedRepository, directory: &OwnedDirectory<'_>) -> Vec<TeamId> {
    let files = directly_in(&repository.listing.files, directory.path);
    let resolutions = files.map(|at| &repository.resolved.group_of(at).resolution);
    let mut owned = resolutions.filter(|it| it.verdict == Verdict::Owned);
    let first = owned.next().map_or(&[][..], |first| &first.owners);
    match owned.all(|it| owner_set(&it.owners) == owner_set(first)) {
        true => first.to_vec(),
        false => Vec::new(),
    }
}

/// Returns a claim that assigns the first owned file.
fn example_claim<'r>(
    repository: &'r ResolvedRepository,
    directory: &OwnedDirectory<'_>,
) -> Option<&'r Claim> {
    let files = directly_in(&repository.listing.files, directory.path);
    let groups = files.map(|at| repository.resolved.group_of(at));
    let mut owned = groups.filter(|group| group.resolution.verdict == Verdict::Owned);
    let standing = &owned.next()?.resolution.winning;
    standing.first().map(|id| repository.claims.get(*id))
}
