use std::sync::{Arc, OnceLock};

use bstr::{BStr, BString, ByteSlice};
use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::{
    Scope,
    compared_files::ComparedFiles,
    map_entry::MapEntry,
    near::Near,
    overridden::OverriddenEntry,
    ownership_files::{idle_lines, misplaced_files, problems},
    unmatched_alternative::UnmatchedAlternative,
    unowned_component,
};
use crate::{
    advice::{Advice, NewRule, NewTarget},
    alerting::NotificationRouting,
    claims::{
        Claim, ClaimSource, ComponentId, Origin, ResolvedDeclarations, UnknownName, Unresolved,
    },
    config::{Map, Policy, TeamId, TeamName},
    dialects::{Dialect, FileProblem, IdleLines, Misplaced},
    evidence::{Evidence, EvidenceSearch},
    finding::{Finding, Related},
    inventory::{Component, Declarations, Effect, Name, OwnerCatalog},
    pattern::Pattern,
    resolution::{ResolvedRepository, Verdict, agree},
    text::{MAX_SUGGESTIONS, quoted},
    whatif::{NewClaim, WhatIf},
};

/// The usual path of a baseline, which commands such as the hook know without `--baseline`.
pub const USUAL_BASELINE: &str = ".ownlint-baseline";

/// The input of checks.
#[derive(Debug)]
pub struct Context<'c> {
    /// The map.
    pub map: &'c Map,
    /// The repositories listed in the map, in the same order.
    pub repositories: &'c [ResolvedRepository],
    /// The current day, which decides whether exemptions have expired.
    pub today: Date,
    /// The paths that the user selected.
    pub scope: &'c Scope,
    /// The dialect of the ownership files to check; `None` to detect it.
    pub(super) dialect: Option<&'static Dialect>,
    /// The file with the baseline, if it is in one of the repositories, and the position of this repository.
    baseline: Option<(usize, BString)>,
    /// The what-if analysis of each repository.
    pub(super) what_if: Vec<WhatIf<'c>>,
    entries: OnceLock<Vec<MapEntry<'c>>>,
    unmatched: OnceLock<Unmatched>,
    overridden_claims: OnceLock<Vec<OverriddenEntry>>,
    file_problems: OnceLock<Vec<(&'static Dialect, FileProblem)>>,
    /// By repository: the ownership files that are compared with the map.
    compared_files: Vec<OnceLock<Vec<ComparedFiles>>>,
    /// By repository: the lines without an effect in ownership files.
    idle_lines: Vec<OnceLock<Vec<IdleLines>>>,
    /// The files that seem to be ownership files, but that no forge reads, each with the position of its repository.
    misplaced_files: OnceLock<Vec<(usize, Misplaced)>>,
    /// The notification routes.
    routing: OnceLock<NotificationRouting>,
    /// The search for evidence in each repository.
    evidence: Vec<OnceLock<EvidenceSearch<'c>>>,
}

/// The entries in the map that match nothing, and alternatives in the braces of others that do not.
#[derive(Debug)]
struct Unmatched {
    /// Entries by position, each with what it was probably meant to match.
    entries: Vec<(usize, Option<Near>)>,
    alternatives: Vec<UnmatchedAlternative>,
}

/// A component with its repository and declarations.
#[derive(Debug, Clone, Copy)]
pub struct KnownComponent<'c> {
    /// Its repository.
    pub repository: &'c ResolvedRepository,
    /// The position of the repository.
    pub at: usize,
    /// Its position in the repository.
    pub id: ComponentId,
    /// The component.
    pub component: &'c Component,
    /// The declarations in its files.
    pub declarations: &'c Declarations,
    /// The teams that the declarations resolve to.
    pub resolved_declarations: &'c ResolvedDeclarations,
}

impl KnownComponent<'_> {
    /// Returns whether a claim comes from the declarations in the files of the component. Several components of a kind
    /// can have the same files.
    pub(super) fn is_declared_in(&self, claim: &Claim) -> bool {
        let about = claim
            .component
            .map(|id| &self.repository.components[id as usize]);
        claim.origin == Origin::Declaration
            && about.is_some_and(|it| {
                (it.detector, &it.paths) == (self.component.detector, &self.component.paths)
            })
    }
}

/// A name that a component declares.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredName<'c> {
    /// The component.
    pub component: &'c Component,
    /// How the declaration counts.
    pub effect: Effect,
    /// The name.
    pub name: &'c Name,
    /// The team that it refers to.
    pub team: Option<TeamName>,
}

impl<'c> Context<'c> {
    /// Creates the input for a map and its repositories, which must be in the same order.
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
            dialect: None,
            baseline: None,
            what_if: what_if.collect(),
            entries: OnceLock::new(),
            unmatched: OnceLock::new(),
            overridden_claims: OnceLock::new(),
            file_problems: OnceLock::new(),
            compared_files: repositories.iter().map(|_| OnceLock::new()).collect(),
            idle_lines: repositories.iter().map(|_| OnceLock::new()).collect(),
            misplaced_files: OnceLock::new(),
            routing: OnceLock::new(),
            evidence: repositories.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Returns the same input with the dialect of the ownership files to check; `None` to detect it.
    #[must_use]
    pub fn of_dialect(mut self, dialect: Option<&'static Dialect>) -> Self {
        self.dialect = dialect;
        self
    }

    /// Returns the same input with the file that contains the baseline: the position of its repository, and its path.
    #[must_use]
    pub fn with_baseline(mut self, file: Option<(usize, BString)>) -> Self {
        self.baseline = file;
        self
    }

    /// Returns the file that contains the baseline, if it is in a repository.
    pub fn baseline(&self) -> Option<&(usize, BString)> {
        self.baseline.as_ref()
    }

    /// Returns whether a file of the repository at a position contains a baseline, so that it needs no owner.
    pub fn is_baseline(&self, at: usize, path: &BStr) -> bool {
        let named = self.baseline.as_ref();
        path == USUAL_BASELINE || named.is_some_and(|named| named.0 == at && named.1 == path)
    }

    /// Returns the same input with another scope.
    #[must_use]
    pub fn within<'s>(&self, scope: &'s Scope) -> Context<'s>
    where
        'c: 's,
    {
        Context::new(self.map, self.repositories, self.today, scope)
            .of_dialect(self.dialect)
            .with_baseline(self.baseline.clone())
    }

    /// Returns the components of all repositories.
    pub fn components(&self) -> impl Iterator<Item = KnownComponent<'c>> {
        (0..self.repositories.len()).flat_map(|at| self.components_of(at))
    }

    /// Returns the components of the repository at a position.
    pub fn components_of(&self, at: usize) -> impl Iterator<Item = KnownComponent<'c>> + use<'c> {
        let repository = &self.repositories[at];
        let known = repository
            .declarations
            .iter()
            .zip(&repository.resolved_declarations);
        let components = (0..).zip(&repository.components).zip(known);
        components.map(
            move |((id, component), (declarations, resolved_declarations))| KnownComponent {
                repository,
                at,
                id,
                component,
                declarations,
                resolved_declarations,
            },
        )
    }

    /// Returns whether the map uses the declarations of a component: it is not vendored, and its kind is not ignored.
    pub(super) fn uses_declarations(&self, of: &KnownComponent<'_>) -> bool {
        let policy = self.map.repositories[of.at].policy(of.component.detector);
        policy != Policy::Ignore && !of.declarations.is_vendored
    }

    /// Returns the teams that components name, except vendored ones.
    pub fn declared_teams(&self) -> FxHashSet<TeamId> {
        let known = self.declared_names().filter_map(|declared| declared.team);
        known.map(|known| known.team).collect()
    }

    /// Returns the teams that components declare as their owners, unless the map ignores the declarations.
    pub fn declared_owners(&self) -> impl Iterator<Item = TeamId> {
        let used = self.components().filter(|of| self.uses_declarations(of));
        used.flat_map(|of| of.resolved_declarations.owners.iter().copied())
    }

    /// Returns all names that components declare, except templates and the names in vendored components.
    pub fn declared_names(&self) -> impl Iterator<Item = DeclaredName<'c>> {
        let own = self.components().filter(|of| !of.declarations.is_vendored);
        let declarations = own.flat_map(|of| {
            let declarations = of.declarations.declarations.iter();
            let teams = of.resolved_declarations.teams.iter();
            declarations.zip(teams).map(move |it| (of, it))
        });
        declarations.flat_map(|(of, (declaration, teams))| {
            let names = declaration.names.iter().zip(teams);
            let names = names.filter(|(name, _)| !name.is_template);
            names.map(move |(name, team)| DeclaredName {
                component: of.component,
                effect: declaration.effect,
                name,
                team: *team,
            })
        })
    }

    /// Returns the names in the declarations of a component that are not in the map. Maintainers and authors need not be
    /// owners, so they count only if the component has no owner.
    pub fn unknown_names(&self, of: KnownComponent<'c>) -> impl Iterator<Item = &'c Unresolved> {
        let names = of.resolved_declarations.unresolved.iter();
        let is_unowned = of.repository.verdict_of(of.id) == Verdict::Unowned;
        names.filter(move |name| is_unowned || name.effect != Effect::Hint)
    }

    /// Returns whether a group or user, as a reference in lower case, certainly does not exist in the catalogs of all
    /// repositories in the map.
    pub(super) fn is_undefined_owner(&self, entity: &str) -> bool {
        let catalogs = self.repositories.iter().map(|it| &it.owner_catalog);
        let catalogs: Vec<&OwnerCatalog> = catalogs.collect();
        !self.map.is_narrowed() && OwnerCatalog::lack(&catalogs, entity)
    }

    /// Returns the name of the repository at a position; `None` if the entry applies to all repositories.
    pub fn name_of(&self, repository: Option<usize>) -> Option<Arc<str>> {
        repository.map(|at| Arc::clone(&self.repositories[at].name))
    }

    /// Returns the name that the map lists for the repository at a position; `None` if it lists no repositories.
    pub fn listed_name(&self, at: usize) -> Option<Arc<str>> {
        let repository = &self.map.repositories[at];
        repository
            .place
            .as_ref()
            .map(|_| Arc::clone(&repository.name))
    }

    /// Returns the repositories with their positions.
    pub fn repositories(&self) -> impl Iterator<Item = (usize, &'c ResolvedRepository)> {
        self.repositories.iter().enumerate()
    }

    /// Returns the position of the repository that a finding is about; `None` if it is not about a repository.
    pub fn position(&self, finding: &Finding) -> Option<usize> {
        let name = finding.repository.as_ref()?;
        self.repositories
            .iter()
            .position(|repository| repository.name == *name)
    }

    /// Returns all paths and selectors in the map, except those of expired exemptions.
    pub(super) fn entries(&self) -> &[MapEntry<'c>] {
        self.entries
            .get_or_init(|| MapEntry::all(self.map, self.repositories, &self.what_if, self.today))
    }

    /// Returns all unmatched entries, each with what it was probably meant to match.
    pub(super) fn unmatched_entries(&self) -> impl Iterator<Item = (&MapEntry<'c>, Option<&Near>)> {
        let unmatched = self.unmatched().entries.iter();
        unmatched.map(|(entry, near)| (&self.entries()[*entry], near.as_ref()))
    }

    /// Returns the number of entries that match nothing in the checked repositories, but also apply to others.
    pub fn undecided_entries(&self) -> usize {
        let entries = self.entries().iter();
        entries
            .filter(|entry| entry.is_partly_known && entry.is_unmatched())
            .count()
    }

    /// Returns, for each partially unmatched entry, the alternatives in its braces that match nothing.
    pub(super) fn unmatched_alternatives(
        &self,
    ) -> impl Iterator<Item = (&MapEntry<'c>, &[UnmatchedAlternative])> {
        let alternatives = &self.unmatched().alternatives;
        let by_entry = alternatives.chunk_by(|a, b| a.entry == b.entry);
        by_entry.map(|unmatched| (&self.entries()[unmatched[0].entry], unmatched))
    }

    fn unmatched(&self) -> &Unmatched {
        self.unmatched.get_or_init(|| {
            let entries = self.entries().iter().enumerate();
            let unmatched =
                entries.filter(|(_, entry)| entry.is_unmatched() && !entry.is_partly_known);
            let mut entries: Vec<(usize, Option<Near>)> =
                unmatched.map(|(at, _)| (at, None)).collect();
            let mut alternatives =
                UnmatchedAlternative::all(self.map, self.repositories, self.entries());
            let of = |at: usize| &self.entries()[at];
            let of_entries = entries.iter_mut().filter_map(|(at, near)| {
                let entry = of(*at);
                Some((entry.repository, entry.pattern()?, near))
            });
            let of_alternatives = alternatives.iter_mut().filter_map(|one| {
                let entry = of(one.entry);
                entry.pattern()?;
                Some((entry.repository, &*one.pattern, &mut one.near))
            });
            Near::find(self.repositories, of_entries.chain(of_alternatives));
            let of_entries = entries.iter_mut().filter_map(|(at, near)| {
                let entry = of(*at);
                Some((entry, entry.pattern()?, near.as_mut()?))
            });
            let of_alternatives = alternatives.iter_mut().filter_map(|one| {
                let near = one.near.as_mut()?;
                Some((of(one.entry), &*one.pattern, near))
            });
            let all = of_entries.chain(of_alternatives).take(MAX_SUGGESTIONS);
            Near::find_new(self, all.collect());
            Unmatched {
                entries,
                alternatives,
            }
        })
    }

    /// Returns all entries of rules that match files but win none of them. Those that only give way to the successors of
    /// retired teams are excluded, because `retired-team` reports them.
    pub(super) fn overridden_claims(
        &self,
    ) -> impl Iterator<Item = (&MapEntry<'c>, &OverriddenEntry)> {
        let all = self
            .overridden_claims
            .get_or_init(|| OverriddenEntry::all(&self.what_if, self.entries()));
        let all = all.iter().filter(|one| !one.is_succeeded());
        all.map(|one| (&self.entries()[one.entry], one))
    }

    /// Returns the problems in the ownership files that forges use.
    pub(super) fn file_problems(&self) -> &[(&'static Dialect, FileProblem)] {
        self.file_problems.get_or_init(|| {
            let repositories = self.repositories.iter().zip(&self.map.repositories);
            repositories
                .flat_map(|(repository, in_map)| problems(repository, in_map, self.dialect))
                .collect()
        })
    }

    /// Returns the ownership files in the repository at a position that are compared with the map.
    pub(super) fn compared_files(&self, at: usize) -> &[ComparedFiles] {
        self.compared_files[at]
            .get_or_init(|| ComparedFiles::all(self.map, at, &self.repositories[at], self.dialect))
    }

    /// Returns the lines without an effect in the ownership files of the repository at a position.
    pub(super) fn idle_lines(&self, at: usize) -> &[IdleLines] {
        self.idle_lines[at].get_or_init(|| {
            idle_lines(
                &self.repositories[at],
                &self.map.repositories[at],
                self.dialect,
            )
        })
    }

    /// Returns the files that seem to be ownership files, but that no forge reads, each with its repository.
    pub(super) fn misplaced_files(
        &self,
    ) -> impl Iterator<Item = (&'c ResolvedRepository, &Misplaced)> {
        let files = self.misplaced_files.get_or_init(|| {
            let repositories = self.repositories.iter().enumerate();
            let files = repositories.flat_map(|(at, repository)| {
                let files = misplaced_files(repository, &self.map.settings);
                files.into_iter().map(move |file| (at, file))
            });
            files.collect()
        });
        let repositories = self.repositories;
        files.iter().map(|(at, file)| (&repositories[*at], file))
    }

    /// Returns the notification routes in all repositories.
    pub(super) fn routing(&self) -> &NotificationRouting {
        self.routing
            .get_or_init(|| NotificationRouting::new(self.map, self.repositories))
    }

    /// Returns the search for evidence in the repository at a position. It does not use the git history, so that a
    /// check depends only on files.
    pub(super) fn evidence(&self, at: usize) -> &EvidenceSearch<'c> {
        let (repository, teams) = (&self.repositories[at], &self.map.teams);
        self.evidence[at].get_or_init(|| EvidenceSearch::new(repository, teams, None))
    }

    /// Adds the best evidence for an owner to the first of several pieces of advice.
    pub(super) fn with_evidence(
        &self,
        advice: impl Iterator<Item = Advice>,
        evidence: Vec<Evidence>,
    ) -> Vec<Advice> {
        let mut advice: Vec<Advice> = advice.collect();
        if let (Some(best), Some(first)) = (evidence.first(), advice.first_mut()) {
            first.text = format!("{}; {}", best.clause(&self.map.teams), first.text);
        }
        advice
    }

    /// Returns the patterns of claims about a component.
    pub(super) fn patterns_of(component: &Component) -> Vec<Pattern> {
        let paths = component.paths.iter();
        paths.map(|path| Pattern::literal(path.as_bstr())).collect()
    }

    /// Proposes a rule for `target`, which `patterns` match. Without owners, the reader chooses a team. If the rule would
    /// conflict with other claims, its priority is lower.
    pub(super) fn new_rule(
        &self,
        at: usize,
        target: NewTarget,
        patterns: &[Pattern],
        owners: &[TeamId],
    ) -> Advice {
        let priority = self.what_if[at].free_priority(&NewClaim {
            patterns,
            owners,
            replaced: &[],
        });
        Advice::add_rule(NewRule {
            repository: self.listed_name(at),
            target,
            owners: self.teams(owners),
            priority: Some(priority).filter(|priority| *priority != 0),
        })
    }

    /// Returns the ids of teams without duplicates.
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

    /// Returns teams without duplicates, formatted for a sentence.
    pub fn team_list(&self, ids: &[TeamId]) -> String {
        let ids: Vec<String> = self.teams(ids).iter().map(quoted).collect();
        ids.join(" and ")
    }

    /// Returns teams without duplicates and people, formatted for a sentence.
    pub fn owner_list(&self, ids: &[TeamId], people: &[Arc<str>]) -> String {
        let teams = self.teams(ids).into_iter().map(quoted);
        let people = people.iter().map(|person| quoted(&**person));
        teams.chain(people).collect::<Vec<_>>().join(" and ")
    }

    /// Returns whether two lists of owners have no team in common, and neither is a less precise form of
    /// the other. An empty list does not differ from any other.
    pub fn owners_differ(&self, one: &[TeamId], other: &[TeamId]) -> bool {
        !one.is_empty()
            && !other.is_empty()
            && !one.iter().any(|team| other.contains(team))
            && !agree(one, other, &self.map.teams)
    }

    /// Returns the subject of a claim as written in the map, with all alternatives in its braces.
    pub fn written(&self, claim: &'c Claim) -> &'c str {
        let text = ClaimSource::of(claim).text(self.map);
        text.unwrap_or(&claim.about)
    }

    /// Describes a claim in a sentence: "claimed for `traffic`".
    pub fn says(&self, claim: &Claim) -> String {
        let words = claim.origin.says();
        match claim.origin.is_exemption() {
            true => words.to_owned(),
            false => format!("{words} {}", self.owner_list(&claim.owners, claim.people())),
        }
    }

    /// Returns the place of a claim with its description.
    pub fn related(&self, claim: &Claim) -> Related {
        Related::new(claim.place.clone(), self.says(claim))
    }

    /// Returns the place of a claim with its subject and its description.
    pub fn related_by_name(&self, claim: &Claim) -> Related {
        let about = quoted(&claim.about);
        Related::new(
            claim.place.clone(),
            format!("{about}: {}", self.says(claim)),
        )
    }

    /// Returns whether a component has a file without an owner that is in the scope.
    pub fn is_unowned(&self, of: KnownComponent<'_>) -> bool {
        let KnownComponent { repository, at, .. } = of;
        let files = &repository.listing.files;
        let is_requested = |file: usize| {
            repository.resolved.group_of(file).resolution.verdict == Verdict::Unowned
                && self.scope.holds(at, files.get(file).path)
        };
        repository.verdict_of(of.id) >= Verdict::Unowned
            && of.component.files(files).any(is_requested)
    }

    /// Returns, for each file of the repository at a position, whether it belongs to a component with a finding of its
    /// own for its files without an owner, so that the file needs no other finding.
    pub fn files_reported_with_components(&self, at: usize) -> Vec<bool> {
        let files = &self.repositories[at].listing.files;
        let mut reported = vec![false; files.len()];
        let components = self.components_of(at);
        for of in components.filter(|of| unowned_component::is_reported(self, *of)) {
            let own = of.component.files(files);
            own.for_each(|file| reported[file] = true);
        }
        reported
    }

    /// Returns whether a component has no owner only because the names that it declares are certainly meant to be teams,
    /// but are not in the map.
    pub fn has_only_unknown_teams(&self, of: KnownComponent<'_>) -> bool {
        self.map.repositories[of.at].policy(of.component.detector) == Policy::Trust
            && of.resolved_declarations.owners.is_empty()
            && of
                .resolved_declarations
                .unresolved
                .iter()
                .any(|name| name.could_be_team() && name.seems == UnknownName::Team)
    }
}

/// Returns the common directory, ending in `/`, of the first and the last of some sorted paths, or the
/// path itself if both are the same; `None` if only the root is common.
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
