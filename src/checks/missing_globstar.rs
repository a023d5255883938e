use bstr::{BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{
    Check, Context, Properties,
    map_entry::{EntryTarget, MapEntry},
    near::{Prospect, anywhere},
    respell::respell,
};
use crate::{
    advice::Advice,
    config::TeamId,
    finding::{Finding, Severity},
    pattern::{Language, Pattern, PatternTree, Step},
    resolution::{GroupId, ResolvedRepository, owner_set},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "missing-globstar",
    severity: Severity::Warning,
    summary: "A pattern such as `*.tf` matches only files at the repository root, which is \
        probably not intended.",
    what: "In CODEOWNERS and .gitignore files, a pattern without a slash matches at any depth. In \
the map, every pattern starts at the repository root. A pattern is reported if prefixing it with \
`**/` would make it match files in subdirectories too. If the pattern already matches files at the \
root, it is reported only if some of the additional files would get a different owner. In that \
case, the severity is at most `info`, because the pattern may be intentional.",
    why: "\
`*.tf` matches only files at the repository root, but its author may expect it to cover all `.tf` \
files.",
    impact: "Files in subdirectories do not get the intended owner.",
    fix: "\
To match files in all directories, write `**/*.tf`. To match only files at the root, write \
`/*.tf`: it means the same as `*.tf`, but is not reported.",
    example: "\
rules:
  - paths: [\"*.tf\"]                   # matches only at the root: write `**/*.tf`
    owner: infrastructure",
    properties: Properties::UNMATCHED,
    run,
};

/// Returns whether a rule entry is a glob without a slash that starts with a wildcard, so that it
/// is probably meant for names, not paths.
pub(super) fn lacks_globstar(entry: &MapEntry<'_>) -> bool {
    let EntryTarget::Path(pattern) = entry.target else {
        return false;
    };
    let text = pattern.text();
    let is_glob_of_names = |pattern: &Pattern| {
        pattern
            .alternatives()
            .iter()
            .all(|one| match &one.steps[..] {
                [Step::Glob(glob)] => !glob.is_any() && glob.prefix().is_empty(),
                _ => false,
            })
    };
    entry.is_of_rule()
        && !text.strip_suffix('/').unwrap_or(text).contains('/')
        && is_glob_of_names(pattern)
}

/// The files in subdirectories that a pattern does not reach.
#[derive(Default)]
struct Deeper {
    files: u64,
    first: Option<BString>,
    /// Whether the pattern would win some of them for its owners if it reached them.
    would_win: bool,
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let candidates = context
        .entries()
        .iter()
        .filter(|entry| !entry.is_partly_known && lacks_globstar(entry));
    let candidates: Vec<(&MapEntry<'_>, Pattern)> = candidates
        .filter_map(|entry| {
            let anywhere = entry.pattern()?.parse_like(&anywhere(entry.text()));
            Some((entry, anywhere.ok()?))
        })
        .collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let found = deeper(context, &candidates).into_iter().zip(&candidates);
    let reported = found.filter(|(deeper, (entry, _))| {
        deeper.files > 0 && (deeper.would_win || entry.is_unmatched())
    });
    let (deeper, new): (Vec<Deeper>, Vec<(&MapEntry<'_>, &Pattern)>) = reported
        .map(|(deeper, (entry, anywhere))| (deeper, (*entry, anywhere)))
        .unzip();
    let prospects = Prospect::all(context, &new);
    let reported = deeper.iter().zip(&new).zip(&prospects);
    reported
        .map(|((deeper, new), prospect)| finding(context, *new, deeper, prospect))
        .collect()
}

fn deeper(context: &Context<'_>, candidates: &[(&MapEntry<'_>, Pattern)]) -> Vec<Deeper> {
    let tree = PatternTree::new(candidates.iter().map(|(_, anywhere)| anywhere));
    let mut deeper: Vec<Deeper> = candidates.iter().map(|_| Deeper::default()).collect();
    for (at, repository) in context.repositories() {
        let mut walker = tree.walk();
        // The groups of files for which each pattern has been tried: all files of a group have the same claims.
        let mut tried: Vec<FxHashSet<GroupId>> = vec![FxHashSet::default(); candidates.len()];
        // Whether each entry matches the file or directory at the root that contains the last file.
        let mut reaches: Vec<bool> = vec![false; candidates.len()];
        let mut place: &[u8] = b"";
        for (position, file) in repository.listing.files.iter().enumerate() {
            let end = file.path.find_byte(b'/').unwrap_or(file.path.len());
            if file.path[..end] != *place {
                place = &file.path[..end];
                let is_directory = end < file.path.len() || file.is_directory();
                for (reaches, (entry, _)) in reaches.iter_mut().zip(candidates) {
                    let mut own = entry.pattern().into_iter();
                    *reaches = own.any(|own| own.matches(place.as_bstr(), is_directory));
                }
            }
            walker.matches(file.path, file.is_directory(), |hits| {
                for hit in hits {
                    let (entry, anywhere) = &candidates[*hit as usize];
                    if !entry.applies_in(at) || reaches[*hit as usize] {
                        continue;
                    }
                    let deeper = &mut deeper[*hit as usize];
                    deeper.files += 1;
                    deeper.first.get_or_insert_with(|| file.path.into());
                    let owners = entry.owners(context.repositories);
                    let group = repository.resolved.group_id_of(position);
                    deeper.would_win = deeper.would_win
                        || tried[*hit as usize].insert(group)
                            && would_win(repository, group, anywhere, owners);
                }
            });
        }
    }
    deeper
}

/// Returns whether a claim about `anywhere` would win the files of a group for these owners: all winning claims on them
/// are for other owners and match more than `anywhere`.
fn would_win(
    repository: &ResolvedRepository,
    group: GroupId,
    anywhere: &Pattern,
    owners: &[TeamId],
) -> bool {
    let claims = &repository.claims;
    let language = Language::of([anywhere]);
    let group = &repository.resolved.groups()[group as usize];
    let standing = &group.resolution.winning;
    standing.iter().map(|id| claims.get(*id)).all(|claim| {
        let patterns = claim.patterns.iter();
        let around = Language::of(patterns.map(|id| claims.pattern(*id)));
        owner_set(&claim.owners) != owner_set(owners)
            && claim.priority <= 0
            && language.is_within(&around) == Ok(true)
            && around.is_within(&language) == Ok(false)
    })
}

fn finding(
    context: &Context<'_>,
    (entry, anywhere): (&MapEntry<'_>, &Pattern),
    deeper: &Deeper,
    prospect: &Prospect,
) -> Finding {
    let shown = quoted(entry.text());
    let missed = count(deeper.files, "such file");
    let message = match entry.files + u64::from(entry.has_untracked_map) {
        0 => format!(
            "pattern {shown} matches no files at the root, but subdirectories contain \
            {missed}"
        ),
        files => format!(
            "pattern {shown} matches only {} at the root, but subdirectories contain {missed}",
            count(files, "file")
        ),
    };
    // A pattern that matches some files may be intended.
    let is_unmatched = entry.is_unmatched();
    let replace = |new: &str| respell(entry.place, Some(entry.text()), new);
    let root = format!("/{}", entry.text());
    let example = deeper.first.clone().unwrap_or_default();
    let text = format!(
        "write {} to match files at any depth, such as {}",
        quoted(&**anywhere.text()),
        quoted(example)
    );
    let fix = prospect.is_clear.then(|| replace(anywhere.text()));
    let fix = fix.flatten();
    let advice = match is_unmatched {
        true => vec![Advice::certain(text, fix)],
        false => vec![
            Advice::edit(text, fix),
            Advice::edit(
                format!("write {} to match only files at the root", quoted(&root)),
                replace(&root),
            ),
        ],
    };
    Finding {
        at_most: (!is_unmatched).then_some(Severity::Info),
        label: "matches only at the root".to_owned(),
        advice,
        ..entry.finding(context, &CHECK, message)
    }
}
