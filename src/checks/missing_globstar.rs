use bstr::{BString, ByteSlice};

use super::{
    Check, Context, Properties,
    map_entry::{EntryTarget, MapEntry},
    near::anywhere,
    respell::respell,
};
use crate::{
    config::TeamId,
    finding::{Finding, Severity},
    pattern::{Language, Pattern, PatternTree, Step},
    resolution::{ResolvedRepository, owner_set},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "missing-globstar",
    severity: Severity::Warning,
    summary: "A pattern such as `*.tf` matches at the root only, and was hardly meant to.",
    what: "\
In CODEOWNERS and .gitignore a pattern without a slash matches at any depth. Here every pattern \
begins at the root. It is told where files of that shape lie deeper and the rule would make a \
difference to them: `**/` in front would win some of them, or the pattern matches nothing at all as it \
is. Where it matches files at the root, it may be meant: the finding is no more than info.",
    why: "\
`*.tf` is about the files next to the map and no others, and whoever wrote it may believe that all are \
owned.",
    fix: "\
Write `**/*.tf`. If only the root is meant, say so: `/*.tf` means the same as `*.tf`, and is not \
told.",
    example: "\
rules:
  - paths: [\"*.tf\"]                   # matches at the root only: write `**/*.tf`
    owner: infrastructure",
    properties: Properties::USUAL,
    run,
};

/// Whether an entry of a rule is a glob without a slash that leaves open how names begin: of names,
/// not of paths.
pub(super) fn is_habit(entry: &MapEntry<'_>) -> bool {
    let EntryTarget::Path(pattern) = entry.says else {
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

/// What lies deeper than a pattern reaches.
#[derive(Default)]
struct Deeper {
    files: u64,
    first: Option<BString>,
    /// Whether the pattern, if it reached so far, would win some of them for its owners.
    would_win: bool,
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let habits = context.entries().iter().filter(|entry| is_habit(entry));
    let habits: Vec<(&MapEntry<'_>, Pattern)> = habits
        .filter_map(|entry| Some((entry, Pattern::parse(&anywhere(entry.text())).ok()?)))
        .collect();
    if habits.is_empty() {
        return Vec::new();
    }
    deeper(context, &habits)
        .into_iter()
        .zip(&habits)
        .filter(|(deeper, (entry, _))| deeper.files > 0 && (deeper.would_win || entry.files == 0))
        .map(|(deeper, (entry, _))| finding(context, entry, &deeper))
        .collect()
}

fn deeper(context: &Context<'_>, habits: &[(&MapEntry<'_>, Pattern)]) -> Vec<Deeper> {
    let tree = PatternTree::new(habits.iter().map(|(_, anywhere)| anywhere));
    let mut deeper: Vec<Deeper> = habits.iter().map(|_| Deeper::default()).collect();
    for (at, repository) in context.repositories() {
        let mut walker = tree.walk();
        // Whether each reaches what lies in the same place of the root as the file before.
        let mut reaches: Vec<bool> = vec![false; habits.len()];
        let mut place: &[u8] = b"";
        for (position, file) in repository.listing.files.iter().enumerate() {
            let end = file.path.find_byte(b'/').unwrap_or(file.path.len());
            if file.path[..end] != *place {
                place = &file.path[..end];
                let is_directory = end < file.path.len() || file.is_directory();
                for (reaches, (entry, _)) in reaches.iter_mut().zip(habits) {
                    let mut own = entry.pattern().into_iter();
                    *reaches = own.any(|own| own.matches(place.as_bstr(), is_directory));
                }
            }
            walker.matches(file.path, file.is_directory(), |hits| {
                for hit in hits {
                    let (entry, anywhere) = &habits[*hit as usize];
                    if entry.repository.is_some_and(|only| only != at) || reaches[*hit as usize] {
                        continue;
                    }
                    let deeper = &mut deeper[*hit as usize];
                    deeper.files += 1;
                    deeper.first.get_or_insert_with(|| file.path.into());
                    let owners = entry.owners(context.repositories);
                    let wins = || would_win(repository, position, anywhere, owners);
                    deeper.would_win = deeper.would_win || wins();
                }
            });
        }
    }
    deeper
}

/// Whether a claim about `anywhere` would make these owners those of a file: all that stands there is
/// for others, and about more than it.
fn would_win(
    repository: &ResolvedRepository,
    file: usize,
    anywhere: &Pattern,
    owners: &[TeamId],
) -> bool {
    let claims = &repository.claims;
    let language = Language::of([anywhere]);
    let standing = &repository.resolved.group_of(file).resolution.winning;
    standing.iter().map(|id| claims.get(*id)).all(|claim| {
        let patterns = claim.patterns.iter();
        let around = Language::of(patterns.map(|id| &*claims.patterns()[*id as usize]));
        owner_set(&claim.owners) != owner_set(owners)
            && claim.priority <= 0
            && language.is_within(&around) == Ok(true)
            && around.is_within(&language) == Ok(false)
    })
}

fn finding(context: &Context<'_>, entry: &MapEntry<'_>, deeper: &Deeper) -> Finding {
    let shown = quoted(entry.text());
    let lies = if deeper.files == 1 { "lies" } else { "lie" };
    let of_shape = format!(
        "{} of that shape {lies} deeper",
        count(deeper.files, "file")
    );
    let message = match entry.files {
        0 => format!("pattern {shown} matches nothing, but {of_shape}"),
        files => format!(
            "pattern {shown} matches {} at the root only; {of_shape}",
            count(files, "file")
        ),
    };
    // What matches something may be meant as it is.
    let is_dead = entry.files == 0;
    let fix = is_dead.then(|| anywhere(entry.text()));
    let example = deeper.first.clone().unwrap_or_default();
    Finding {
        at_most: (!is_dead).then_some(Severity::Info),
        label: "begins at the root".to_owned(),
        help: Some(format!(
            "write {} for any depth, which matches {}; or {}, if only the root is meant",
            quoted(anywhere(entry.text())),
            quoted(example),
            quoted(format!("/{}", entry.text())),
        )),
        fix: fix.and_then(|new| respell(entry.place, Some(entry.text()), &new)),
        ..entry.finding(context, &CHECK, message)
    }
}
