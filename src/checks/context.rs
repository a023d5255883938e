use std::sync::OnceLock;

use bstr::{BStr, BString, ByteSlice};
use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::{Check, entry::Entry, near::Near, overtaken::Overtaken};
use crate::{
    claims::{Claim, ComponentId},
    config::{Map, TeamId},
    finding::Severity,
    foresight::Foresight,
    resolution::{ResolvedRepository, Verdict},
    text::quoted,
};

/// What checks ask.
#[derive(Debug)]
pub struct Context<'c> {
    /// The map.
    pub map: &'c Map,
    /// Its repositories, in its order.
    pub repositories: &'c [ResolvedRepository],
    /// The day on which exemptions are judged.
    pub today: Date,
    /// What the user asked about.
    pub scope: &'c Scope,
    /// By repository: what its patterns tell of files to come.
    foresight: Vec<Foresight<'c>>,
    entries: OnceLock<Vec<Entry<'c>>>,
    near: OnceLock<Vec<Option<Near>>>,
    overtaken: OnceLock<Vec<Overtaken>>,
}

/// The paths that a run is about.
#[derive(Debug, Default)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// These files and directories (by the position of their repository), and the map where the
    /// second value says so.
    Paths(Vec<(usize, BString)>, bool),
}

impl Scope {
    /// Whether `path` is one of the files, or inside one of the directories.
    pub fn holds(&self, repository: usize, path: &BStr) -> bool {
        let Self::Paths(paths, _) = self else {
            return true;
        };
        let path = path.strip_suffix(b"/").unwrap_or(path);
        paths.iter().any(|(of, inside)| {
            let rest = path.strip_prefix(inside.as_slice());
            *of == repository
                && (inside.is_empty() || rest.is_some_and(|r| r.is_empty() || r[0] == b'/'))
        })
    }

    /// Whether what is said of the map itself is asked for.
    pub fn holds_map(&self) -> bool {
        matches!(self, Self::All | Self::Paths(_, true))
    }
}

impl<'c> Context<'c> {
    /// What checks ask of a map and its repositories, which go in its order.
    pub fn new(
        map: &'c Map,
        repositories: &'c [ResolvedRepository],
        today: Date,
        scope: &'c Scope,
    ) -> Self {
        let foresight = repositories.iter();
        Self {
            map,
            repositories,
            today,
            scope,
            foresight: foresight
                .map(|repository| Foresight::new(repository, &map.teams))
                .collect(),
            entries: OnceLock::new(),
            near: OnceLock::new(),
            overtaken: OnceLock::new(),
        }
    }

    /// The repositories with their positions.
    pub fn repositories(&self) -> impl Iterator<Item = (usize, &'c ResolvedRepository)> {
        self.repositories.iter().enumerate()
    }

    /// What the patterns of a repository tell of files to come.
    pub(super) fn foresight(&self, repository: usize) -> &Foresight<'c> {
        &self.foresight[repository]
    }

    /// All paths and selectors of the map, but for exemptions that have expired.
    pub(super) fn entries(&self) -> &[Entry<'c>] {
        self.entries.get_or_init(|| Entry::all(self))
    }

    /// All dead entries, with what each might have been meant to match.
    pub(super) fn dead_entries(&self) -> impl Iterator<Item = (&Entry<'c>, Option<&Near>)> {
        let near = self.near.get_or_init(|| Near::all(self, self.entries()));
        let entries = self.entries().iter().zip(near);
        let dead = entries.filter(|(entry, _)| entry.is_dead());
        dead.map(|(entry, near)| (entry, near.as_ref()))
    }

    /// All entries of rules that match files of which they win none, with what has become of them.
    pub(super) fn overtaken(&self) -> impl Iterator<Item = (&Entry<'c>, &Overtaken)> {
        let all = self
            .overtaken
            .get_or_init(|| Overtaken::all(self, self.entries()));
        all.iter().map(|one| (&self.entries()[one.entry], one))
    }

    /// What a check's findings about a repository, or about the map as a whole, weigh; nothing if
    /// the check is off there.
    pub fn severity(&self, check: &Check, repository: Option<usize>) -> Option<Severity> {
        let severities = match repository {
            Some(at) => &self.map.repositories[at].severities,
            None => &self.map.severities,
        };
        severities
            .get(check.name)
            .copied()
            .unwrap_or(Some(check.severity))
    }

    /// A team's id.
    pub fn team(&self, id: TeamId) -> String {
        self.map.teams.name(id).to_owned()
    }

    /// The ids of teams.
    pub fn teams(&self, ids: &[TeamId]) -> Vec<String> {
        ids.iter().map(|id| self.team(*id)).collect()
    }

    /// Teams in a sentence.
    pub fn team_list(&self, ids: &[TeamId]) -> String {
        let ids: Vec<String> = ids
            .iter()
            .map(|id| quoted(self.map.teams.name(*id)))
            .collect();
        ids.join(" and ")
    }

    /// What a claim says, in a sentence: "claimed for `traffic`".
    pub fn says(&self, claim: &Claim) -> String {
        if claim.origin.is_exemption() {
            "said to need no owner".to_owned()
        } else if claim.origin == crate::claims::Origin::Declaration {
            format!("declared to be owned by {}", self.team_list(&claim.owners))
        } else {
            format!("claimed for {}", self.team_list(&claim.owners))
        }
    }

    /// Whether an unowned component has a finding of its own, so that its files need no other.
    pub fn tells_component(&self, repository: usize, component: ComponentId) -> bool {
        let resolved = &self.repositories[repository];
        let is_on = |check| self.severity(check, Some(repository)).is_some();
        resolved.components[component as usize]
            .how_to_declare
            .is_some()
            && resolved.verdict_of(component) == Verdict::Unowned
            && (is_on(&super::unowned_component::CHECK)
                || (self.is_misspelt(repository, component)
                    && is_on(&super::unknown_declared_team::CHECK)))
    }

    /// The components with a file that nobody owns and that the user asked about.
    pub fn unowned_components(&self, repository: usize) -> FxHashSet<ComponentId> {
        let of = &self.repositories[repository];
        let files = &of.listing.files;
        let is_asked = |file: usize| {
            of.resolved.group_of(file).resolution.verdict == Verdict::Unowned
                && self.scope.holds(repository, files.get(file).path)
        };
        (0..)
            .zip(&of.components)
            .filter(|(_, component)| component.files(files).any(is_asked))
            .map(|(id, _)| id)
            .collect()
    }

    /// Whether all that a component declares are names that stand for no team.
    pub fn is_misspelt(&self, repository: usize, component: ComponentId) -> bool {
        let heard = &self.repositories[repository].heard[component as usize];
        heard.owners.is_empty() && !heard.unresolved.is_empty()
    }
}

/// `1 file`, `2 files`.
pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The directory, ending in `/`, that holds all of some sorted paths; the path itself if there is
/// one only; `.` for the root.
pub(super) fn common_path(first: &BStr, last: &BStr) -> BString {
    if first == last {
        return first.into();
    }
    let same = first
        .iter()
        .zip(last.iter())
        .take_while(|(a, b)| a == b)
        .count();
    match first[..same].rfind_byte(b'/') {
        Some(slash) => first[..=slash].into(),
        None => ".".into(),
    }
}
