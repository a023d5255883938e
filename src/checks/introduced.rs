//! What a change does through entries in the map that match nothing since the change.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Context, by_name,
    map_entry::{EntryTarget, MapEntry},
    near::Prospect,
    respell::respell,
};
use crate::{
    advice::Advice,
    claims::{ClaimSource, Origin},
    finding::{Finding, Severity},
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::{MAX_SUGGESTIONS, Place, closest, count, quoted},
    transfer::{FileTransition, OwnershipChange, moved_directory},
};

/// Raises the severity of introduced findings about entries that match nothing, unless the map sets it, and adds what
/// the change does to the files that the entries matched in `base`.
pub fn raise_introduced(
    context: &Context<'_>,
    base: &Context<'_>,
    change: Option<&OwnershipChange<'_>>,
    findings: &mut [Finding],
) {
    let introduced = findings.iter_mut().filter(|finding| {
        let check = by_name(finding.check);
        let is_strict = check.is_some_and(|it| it.properties.is_error_if_introduced);
        is_strict && !finding.is_pre_existing && finding.at_most.is_none()
    });
    let mut effects = None;
    for (number, finding) in introduced.enumerate() {
        let at = context.position(finding);
        if let Some(check) = by_name(finding.check)
            && check.stated_severity(context, at).is_none()
        {
            finding.severity = check.allowed(context.map, Severity::Error);
        }
        if number < MAX_SUGGESTIONS {
            let effects = effects.get_or_insert_with(|| Effects::new(context, base, change));
            effects.describe(finding);
        }
    }
}

/// What identifies an entry on both sides of a change: whether it belongs to a rule, its repository and its text.
type Key<'c> = (bool, Option<Arc<str>>, &'c str);

struct Effects<'e, 'c, 'b> {
    context: &'e Context<'c>,
    base: &'e Context<'b>,
    change: Option<&'e OwnershipChange<'e>>,
    by_place: BTreeMap<&'e Place, &'e MapEntry<'c>>,
    before: FxHashMap<Key<'b>, &'e MapEntry<'b>>,
    /// The entries that the change removes.
    removed: Vec<&'e MapEntry<'b>>,
    /// The number of files that lose an owner or their exemption, by the entry that decided it before.
    lost: FxHashMap<ClaimSource, u64>,
}

impl<'e, 'c, 'b> Effects<'e, 'c, 'b> {
    fn new(
        context: &'e Context<'c>,
        base: &'e Context<'b>,
        change: Option<&'e OwnershipChange<'e>>,
    ) -> Self {
        let entries = context.entries();
        let now: FxHashSet<Key<'_>> = entries.iter().map(|it| key(context, it)).collect();
        let before = base.entries().iter();
        let mut lost = lost_exemptions(context, base);
        count_lost_owners(base, change, &mut lost);
        Self {
            context,
            base,
            change,
            by_place: entries.iter().map(|entry| (entry.place, entry)).collect(),
            removed: before
                .clone()
                .filter(|it| !now.contains(&key(base, it)))
                .collect(),
            before: before.map(|it| (key(base, it), it)).collect(),
            lost,
        }
    }

    /// Adds to the message of a finding about an entry what the change does, and proposes where it moved.
    fn describe(&self, finding: &mut Finding) {
        let Some(entry) = self.by_place.get(&finding.place).copied() else {
            return;
        };
        let same = self.before.get(&key(self.context, entry)).copied();
        let effect = match (same, self.replaced(entry)) {
            (Some(same), _) => match self.loss(same) {
                Some(loss) => format!("because of this change, {loss}"),
                None if same.files > 0 => {
                    let files = count(same.files, "file");
                    format!("it matched {files} before this change")
                }
                None => "it matched something before this change".to_owned(),
            },
            (None, Some((old, loss))) => {
                format!("this change removes {}, and {loss}", quoted(old.text()))
            }
            (None, None) => "it is new in this change".to_owned(),
        };
        finding.message += &format!("; {effect}");
        if let Some(moved) = same.and_then(|same| self.moved(entry, same)) {
            finding.advice.insert(0, moved);
        }
    }

    /// Returns the removed entry that an entry probably replaces and which files lose their owner or exemption by that.
    fn replaced(&self, entry: &MapEntry<'_>) -> Option<(&'e MapEntry<'b>, String)> {
        let owners = owners(self.context, entry);
        let is_alike = |old: &&&MapEntry<'b>| {
            old.is_of_rule() == entry.is_of_rule() && owners == self::owners(self.base, old)
        };
        let alike = self.removed.iter().filter(is_alike);
        let alike: Vec<_> = alike
            .filter_map(|old| Some((*old, self.loss(old)?)))
            .collect();
        if let [_] = &alike[..] {
            return alike.into_iter().next();
        }
        let nearest = closest(entry.text(), alike.iter().map(|(old, _)| old.text()))?;
        let mut alike = alike.into_iter();
        alike.find(|(old, _)| old.text() == nearest)
    }

    /// Says how many files lose the owner or the exemption that an entry gave them before; `None` if none does.
    fn loss(&self, old: &MapEntry<'_>) -> Option<String> {
        let number = *self.lost.get(&old.subject)?;
        let files = count(number, "file");
        Some(match old.subject.origin {
            Origin::Rule(at) => {
                let owners = self.base.map.rules[at].owners.iter();
                let owners: Vec<_> = owners.map(|owner| owner.value).collect();
                let verb = if number == 1 { "loses" } else { "lose" };
                format!("{files} {verb} the owner {}", self.base.team_list(&owners))
            }
            _ => {
                let verb = if number == 1 { "is" } else { "are" };
                format!("{files} {verb} no longer exempt")
            }
        })
    }

    /// Proposes the new path of the files that an entry matched before, if the change moves them.
    fn moved(&self, entry: &MapEntry<'_>, same: &MapEntry<'_>) -> Option<Advice> {
        let renamed = &self.change?.renamed;
        let new = match same.target {
            EntryTarget::Path(pattern) => {
                let inside = renamed.iter().filter(|file| {
                    let was = file.was.as_ref().map(|was| was.as_bstr());
                    was.is_some_and(|was| pattern.matches(was, false))
                });
                let text = pattern.text();
                let start = if text.starts_with('/') { "/" } else { "" };
                let relative = BStr::new(text.trim_start_matches('/'));
                format!("{start}{}", new_path(inside, relative, escape)?)
            }
            EntryTarget::Selector(selector) => {
                let (of, id) = *same.claims.first()?;
                let repository = &self.base.repositories[of];
                let component = repository.claims.get(id).component?;
                let path = repository.components[component as usize].path.as_bstr();
                let inside = renamed.iter().filter(|file| {
                    let was = file.was.as_ref().filter(|was| was.starts_with(path));
                    was.is_some()
                });
                let path = new_path(inside, path, ToString::to_string)?;
                let mut components = self.context.components();
                let moved = components.find(|of| {
                    of.component.kind == selector.kind && of.component.path == path.as_bytes()
                })?;
                moved.component.id()
            }
        };
        let is_clear = match entry.pattern() {
            Some(pattern) => {
                let new = pattern.parse_like(&new).ok()?;
                Prospect::all(self.context, &[(entry, &new)])[0].is_clear
            }
            None => true,
        };
        let fix = is_clear.then(|| respell(entry.place, Some(entry.text()), &new));
        let text = format!("write {}, the new path in this change", quoted(&new));
        Some(Advice::edit(text, fix.flatten()))
    }
}

fn key<'c>(context: &Context<'_>, entry: &MapEntry<'c>) -> Key<'c> {
    let repository = context.name_of(entry.repository);
    (entry.is_of_rule(), repository, entry.text())
}

/// Returns the ids of the owners of an entry in a rule. Without claims, the entry itself does not know them.
fn owners(context: &Context<'_>, entry: &MapEntry<'_>) -> Vec<String> {
    let Origin::Rule(at) = entry.subject.origin else {
        return Vec::new();
    };
    let owners = context.map.rules[at].owners.iter();
    let owners: Vec<_> = owners.map(|owner| owner.value).collect();
    let mut names = context.teams(&owners);
    names.sort_unstable();
    names
}

/// Returns the new form of the path, or of the pattern that starts with it, to which the change moves most of some files.
/// `write` writes the new directory.
fn new_path<'f>(
    files: impl Iterator<Item = &'f FileTransition>,
    path: &BStr,
    write: impl Fn(&BStr) -> String,
) -> Option<String> {
    let mut moves: BTreeMap<(&BStr, &BStr), u64> = BTreeMap::new();
    for file in files {
        let was = file.was.as_ref()?.as_bstr();
        let (from, to) = match write(was) == *path {
            true => (was, file.path.as_bstr()),
            false => moved_directory(was, file.path.as_bstr()),
        };
        *moves.entry((from, to)).or_default() += 1;
    }
    let mut moves: Vec<_> = moves.into_iter().collect();
    moves.sort_by_key(|(_, files)| Reverse(*files));
    moves.iter().find_map(|((from, to), _)| {
        let rest = path.strip_prefix(write(from).as_bytes())?;
        let is_whole = !from.is_empty() && (from.ends_with(b"/") || rest.is_empty());
        is_whole.then(|| write(to) + &rest.to_str_lossy())
    })
}

/// Counts the files that lose an owner, by the entry in the map that decided it before.
fn count_lost_owners(
    base: &Context<'_>,
    change: Option<&OwnershipChange<'_>>,
    lost: &mut FxHashMap<ClaimSource, u64>,
) {
    for file in change.into_iter().flat_map(|change| &change.files) {
        let loses = |name: &String| !file.after.names().any(|after| after == name);
        let path = file.was.as_ref().unwrap_or(&file.path).as_bstr();
        if file.before.names().any(loses)
            && let Some(repository) = named(base.repositories, &file.repository)
            && let Some(at) = repository.listing.files.find(path)
        {
            count_winning(repository, at, lost);
        }
    }
}

/// Counts the files that are no longer exempt, by the exemption.
fn lost_exemptions(context: &Context<'_>, base: &Context<'_>) -> FxHashMap<ClaimSource, u64> {
    let mut lost = FxHashMap::default();
    let verdict = |repository: &ResolvedRepository, at| {
        let group = repository.resolved.group_of(at);
        group.resolution.verdict
    };
    for repository in base.repositories {
        let Some(now) = named(context.repositories, &repository.name) else {
            continue;
        };
        for (at, file) in repository.listing.files.iter().enumerate() {
            if verdict(repository, at) == Verdict::Exempt
                && let Some(found) = now.listing.files.find(file.path)
                && verdict(now, found) != Verdict::Exempt
            {
                count_winning(repository, at, &mut lost);
            }
        }
    }
    lost
}

fn count_winning(
    repository: &ResolvedRepository,
    file: usize,
    lost: &mut FxHashMap<ClaimSource, u64>,
) {
    let winning = repository.resolved.group_of(file).resolution.winning.iter();
    let sources = winning.map(|claim| ClaimSource::of(repository.claims.get(*claim)));
    for source in sources.collect::<BTreeSet<_>>() {
        *lost.entry(source).or_default() += 1;
    }
}

fn named<'r>(repositories: &'r [ResolvedRepository], name: &str) -> Option<&'r ResolvedRepository> {
    repositories.iter().find(|it| *it.name == *name)
}
