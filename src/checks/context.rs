use std::sync::{Arc, OnceLock};

use bstr::{BStr, BString, ByteSlice};
use jiff::civil::Date;

use super::{
    Scope, map_entry::MapEntry, near::Near, overridden::OverriddenEntry, ownership_files::problems,
    unmatched_path::UnmatchedPath,
};
use crate::{
    claims::{Claim, ComponentId, ResolvedDeclarations},
    config::{Map, Policy, TeamId},
    dialects::{Dialect, FileProblem},
    finding::{Finding, Related},
    inventory::{Component, Declarations, Effect, Name},
    resolution::{ResolvedRepository, Verdict, agree},
    text::quoted,
    whatif::WhatIf,
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
    pub(super) what_if: Vec<WhatIf<'c>>,
    entries: OnceLock<Vec<MapEntry<'c>>>,
    dead: OnceLock<Dead>,
    overridden_claims: OnceLock<Vec<OverriddenEntry>>,
    misread: OnceLock<Vec<(&'static Dialect, FileProblem)>>,
}

/// What matches nothing.
#[derive(Debug)]
struct Dead {
    /// Entries, by their positions.
    entries: Vec<(usize, Option<Near>)>,
    paths: Vec<UnmatchedPath>,
}

/// A component, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct KnownComponent<'c> {
    /// Its repository.
    pub repository: &'c ResolvedRepository,
    /// The position of that.
    pub at: usize,
    /// Its position in the repository.
    pub id: ComponentId,
    /// The component.
    pub component: &'c Component,
    /// What its files say.
    pub said: &'c Declarations,
    /// Which teams that comes to.
    pub resolved_declarations: &'c ResolvedDeclarations,
}

/// A name that a component declares.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredName<'c> {
    /// The component.
    pub component: &'c Component,
    /// What the statement counts for.
    pub effect: Effect,
    /// The name.
    pub name: &'c Name,
}

impl<'c> Context<'c> {
    /// What checks ask of a map and its repositories, which go in its order.
    pub fn new(
        map: &'c Map,
        repositories: &'c [ResolvedRepository],
        today: Date,
        scope: &'c Scope,
    ) -> Self {
        let what_if = repositories.iter();
        let what_if = what_if.map(|repository| WhatIf::new(repository, &map.teams));
        Self {
            map,
            repositories,
            today,
            scope,
            what_if: what_if.collect(),
            entries: OnceLock::new(),
            dead: OnceLock::new(),
            overridden_claims: OnceLock::new(),
            misread: OnceLock::new(),
        }
    }

    /// The same, asked about another scope.
    #[must_use]
    pub fn within<'s>(&self, scope: &'s Scope) -> Context<'s>
    where
        'c: 's,
    {
        Context::new(self.map, self.repositories, self.today, scope)
    }

    /// The components of all repositories.
    pub fn components(&self) -> impl Iterator<Item = KnownComponent<'c>> {
        (0..self.repositories.len()).flat_map(|at| self.components_of(at))
    }

    /// The components of the repository at a position.
    pub fn components_of(&self, at: usize) -> impl Iterator<Item = KnownComponent<'c>> + use<'c> {
        let repository = &self.repositories[at];
        let said = repository
            .declarations
            .iter()
            .zip(&repository.resolved_declarations);
        let components = (0..).zip(&repository.components).zip(said);
        components.map(
            move |((id, component), (said, resolved_declarations))| KnownComponent {
                repository,
                at,
                id,
                component,
                said,
                resolved_declarations,
            },
        )
    }

    /// Every name that some component declares, where it is no template and not upstream's.
    pub fn declared_names(&self) -> impl Iterator<Item = DeclaredName<'c>> {
        let own = self.components().filter(|of| !of.said.is_vendored);
        let declarations = own.flat_map(|of| {
            of.said
                .declarations
                .iter()
                .map(move |declaration| (of, declaration))
        });
        declarations.flat_map(|(of, declaration)| {
            let names = declaration.names.iter().filter(|name| !name.is_template);
            names.map(move |name| DeclaredName {
                component: of.component,
                effect: declaration.effect,
                name,
            })
        })
    }

    /// The name of the repository that something of the map is for; nothing if it is for all.
    pub fn name_of(&self, repository: Option<usize>) -> Option<Arc<str>> {
        repository.map(|at| Arc::clone(&self.repositories[at].name))
    }

    /// The repositories with their positions.
    pub fn repositories(&self) -> impl Iterator<Item = (usize, &'c ResolvedRepository)> {
        self.repositories.iter().enumerate()
    }

    /// The position of the repository that a finding is about, if it is about one.
    pub fn position(&self, finding: &Finding) -> Option<usize> {
        let name = finding.repository.as_ref()?;
        self.repositories
            .iter()
            .position(|repository| repository.name == *name)
    }

    /// All paths and selectors of the map, but for exemptions that have expired.
    pub(super) fn entries(&self) -> &[MapEntry<'c>] {
        self.entries
            .get_or_init(|| MapEntry::all(self.map, self.repositories, &self.what_if, self.today))
    }

    /// All dead entries, with what each might have been meant to match.
    pub(super) fn dead_entries(&self) -> impl Iterator<Item = (&MapEntry<'c>, Option<&Near>)> {
        let dead = self.dead().entries.iter();
        dead.map(|(entry, near)| (&self.entries()[*entry], near.as_ref()))
    }

    /// By entry that is not dead as a whole: what its braces write out to that matches nothing.
    pub(super) fn dead_paths(&self) -> impl Iterator<Item = (&MapEntry<'c>, &[UnmatchedPath])> {
        let by_entry = self.dead().paths.chunk_by(|a, b| a.entry == b.entry);
        by_entry.map(|dead| (&self.entries()[dead[0].entry], dead))
    }

    fn dead(&self) -> &Dead {
        self.dead.get_or_init(|| {
            let entries = self.entries().iter().enumerate();
            let dead = entries.filter(|(_, entry)| entry.is_dead());
            let mut entries: Vec<(usize, Option<Near>)> = dead.map(|(at, _)| (at, None)).collect();
            let mut paths = UnmatchedPath::all(self.repositories, self.entries());
            let of = |at: usize| &self.entries()[at];
            let of_entries = entries.iter_mut().filter_map(|(at, near)| {
                let entry = of(*at);
                Some((entry.repository, entry.pattern()?, near))
            });
            let of_paths = paths.iter_mut().map(|path| {
                let repository = of(path.entry).repository;
                (repository, &path.pattern, &mut path.near)
            });
            Near::find(self.repositories, of_entries.chain(of_paths));
            Dead { entries, paths }
        })
    }

    /// All entries of rules that match files of which they win none, with what has become of them.
    pub(super) fn overridden_claims(
        &self,
    ) -> impl Iterator<Item = (&MapEntry<'c>, &OverriddenEntry)> {
        let all = self
            .overridden_claims
            .get_or_init(|| OverriddenEntry::all(&self.what_if, self.entries()));
        all.iter().map(|one| (&self.entries()[one.entry], one))
    }

    /// What is wrong with the ownership files by which forges go.
    pub(super) fn misread(&self) -> &[(&'static Dialect, FileProblem)] {
        self.misread
            .get_or_init(|| self.repositories.iter().flat_map(problems).collect())
    }

    /// The ids of teams, each once.
    pub fn teams(&self, ids: &[TeamId]) -> Vec<String> {
        let mut teams: Vec<String> = Vec::with_capacity(ids.len());
        for id in ids {
            let team = self.map.teams.name(*id);
            if !teams.iter().any(|known| known == team) {
                teams.push(team.to_owned());
            }
        }
        teams
    }

    /// Teams in a sentence, each once.
    pub fn team_list(&self, ids: &[TeamId]) -> String {
        let ids: Vec<String> = self.teams(ids).iter().map(quoted).collect();
        ids.join(" and ")
    }

    /// Whether owners have nobody in common with others, and neither say the same less precisely. Where
    /// there are none, there is nobody to be apart from.
    pub fn are_apart(&self, one: &[TeamId], other: &[TeamId]) -> bool {
        !one.is_empty()
            && !other.is_empty()
            && !one.iter().any(|team| other.contains(team))
            && !agree(one, other, &self.map.teams)
    }

    /// What a claim says, in a sentence: "claimed for `traffic`".
    pub fn says(&self, claim: &Claim) -> String {
        let words = claim.origin.says();
        match claim.origin.is_exemption() {
            true => words.to_owned(),
            false => format!("{words} {}", self.team_list(&claim.owners)),
        }
    }

    /// The place of a claim, with what it says.
    pub fn related(&self, claim: &Claim) -> Related {
        Related::new(claim.place.clone(), self.says(claim))
    }

    /// The place of a claim, with what it is about and what it says.
    pub fn related_by_name(&self, claim: &Claim) -> Related {
        let about = quoted(&claim.about);
        Related::new(
            claim.place.clone(),
            format!("{about}: {}", self.says(claim)),
        )
    }

    /// Whether a component has a file that nobody owns and that the user asked about.
    pub fn is_unowned(&self, of: KnownComponent<'_>) -> bool {
        let KnownComponent { repository, at, .. } = of;
        let files = &repository.listing.files;
        let is_asked = |file: usize| {
            repository.resolved.group_of(file).resolution.verdict == Verdict::Unowned
                && self.scope.holds(at, files.get(file).path)
        };
        repository.verdict_of(of.id) >= Verdict::Unowned && of.component.files(files).any(is_asked)
    }

    /// Whether a component would be owned if what it declares were not only names of no team.
    pub fn is_misspelt(&self, of: KnownComponent<'_>) -> bool {
        self.map.repositories[of.at].policy(of.component.detector) == Policy::Trust
            && of.resolved_declarations.owners.is_empty()
            && of
                .resolved_declarations
                .unresolved
                .iter()
                .any(|name| name.could_be_team)
    }
}

/// The directory, ending in `/`, that holds all of some sorted paths; the path itself if there is
/// one only; nothing if they have no more than the root in common.
pub(super) fn common_path(first: &BStr, last: &BStr) -> Option<BString> {
    if first == last {
        return Some(first.into());
    }
    let same = first
        .iter()
        .zip(last.iter())
        .take_while(|(a, b)| a == b)
        .count();
    let slash = first[..same].rfind_byte(b'/')?;
    Some(first[..=slash].into())
}
