use rustc_hash::FxHashMap;

use crate::{
    claims::{ComponentId, team},
    config::{TeamId, Teams},
    inventory::{Component, Declaration, Declarations, Effect, Hint, State},
    resolution::{Resolution, ResolvedRepository},
    text::Place,
};

/// A component with its owners and its declaration.
#[derive(Debug)]
pub struct ComponentReport<'r> {
    /// Its repository.
    pub repository: &'r ResolvedRepository,
    /// The component.
    pub component: &'r Component,
    /// The resolution of the component as a whole.
    pub resolution: Resolution,
    /// The number of its files.
    pub files: u64,
    /// The state of its declarations.
    pub state: State,
    /// The place of its declaration, or else the component itself.
    pub place: Place,
    /// The owners inferred from other components.
    pub hints: Vec<InferredOwner<'r>>,
}

/// An owner inferred from another component.
#[derive(Debug)]
pub struct InferredOwner<'r> {
    /// The other component and its relation to this one.
    pub hint: &'r Hint,
    /// The owners of the other component; empty if it has none.
    pub owners: Vec<TeamId>,
}

impl InferredOwner<'_> {
    /// Describes the inferred owner and its source; `None` if the other component has no owner.
    pub fn description(&self, teams: &Teams) -> Option<String> {
        let names = teams.names(&self.owners).join(" and ");
        let Hint { kind, name, .. } = self.hint;
        (!names.is_empty()).then(|| format!("inferred owner: team {names}, from {kind}:{name}"))
    }
}

impl<'r> ComponentReport<'r> {
    /// Returns all components of `repositories`, sorted by kind, name and repository.
    pub fn all(
        teams: &Teams,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for repository in repositories {
            let existing = repository.existing_components();
            all.extend(existing.map(|(id, _)| Self::new(teams, repository, id)));
        }
        let mut same: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
        for (at, report) in all.iter().enumerate() {
            let component = report.component;
            let key = (component.kind, component.name.as_str());
            same.entry(key).or_default().push(at);
        }
        let owners_of = |report: &Self, hint: &'r Hint| {
            let others = same.get(&(hint.kind, hint.name.as_str()))?;
            // If several components have this name, prefer the one in the same repository.
            let here = |at: &&usize| all[**at].repository.name == report.repository.name;
            let other = others.iter().find(here).or(others.first())?;
            Some(all[*other].resolution.owners.clone())
        };
        let hints: Vec<Vec<InferredOwner<'r>>> = all
            .iter()
            .map(|report| {
                let hints = report.component.hints.iter();
                let inferred = hints.map(|hint| InferredOwner {
                    hint,
                    owners: owners_of(report, hint).unwrap_or_default(),
                });
                inferred.collect()
            })
            .collect();
        for (report, hints) in all.iter_mut().zip(hints) {
            report.hints = hints;
        }
        all.sort_by(|a, b| a.key().cmp(&b.key()));
        all
    }

    fn new(teams: &Teams, repository: &'r ResolvedRepository, id: ComponentId) -> Self {
        let component = &repository.components[id as usize];
        let declarations = &repository.declarations[id as usize];
        let place = deciding_place(declarations, teams);
        Self {
            repository,
            component,
            resolution: repository.whole(teams, id),
            files: repository.resolved.files_of(id),
            state: declarations.state(),
            place: place
                .cloned()
                .unwrap_or_else(|| repository.place(component.path.clone())),
            hints: Vec::new(),
        }
    }

    fn key(&self) -> (&str, &str, &str) {
        let component = self.component;
        (component.kind, &component.name, &self.repository.name)
    }
}

/// Returns the place that decides the state of a component.
fn deciding_place<'d>(declarations: &'d Declarations, teams: &Teams) -> Option<&'d Place> {
    let of = |effect| {
        let declarations = declarations.declarations.iter();
        declarations.filter(move |declaration| declaration.effect == effect)
    };
    let problem = || declarations.problems.first().map(|it| &it.place);
    let named = || {
        let with_names = of(Effect::Owner).find(|declaration| !declaration.names.is_empty());
        with_names.map(Declaration::exact_place)
    };
    let empty = || {
        of(Effect::Owner)
            .next()
            .map(|declaration| &declaration.place)
    };
    let team_among = || {
        let mut names = of(Effect::Hint).flat_map(|declaration| &declaration.names);
        let name = names.find(|name| team(name, teams).is_some());
        name.map(|name| &name.place)
    };
    match declarations.state() {
        State::Declared | State::Templated | State::ExplicitlyUnowned | State::Vendored => {
            named().or_else(empty).or_else(team_among)
        }
        State::Derived => declarations.derived.as_ref(),
        State::OptedOut => declarations.opted_out.as_ref(),
        State::Unreadable => problem(),
        State::Missing => team_among(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        coverage::ComponentReport,
        inventory::{Hint, list},
        resolution::ResolvedRepository,
        testing::{self, Repo},
    };

    const MAP: &str = "version: 1
teams: {sre: {name: SRE Crew}, dba: {}}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {components: ['helm-chart:shared'], owners: [sre, dba]}
  - {components: ['service:web'], owner: sre}
kinds:
  - {kind: service, members: {main: {path: 'services/{name}/', required: true}}}
";

    #[test]
    fn infers_owners_from_other_components() {
        let repo = Repo::new(&[
            ("ownership.yaml", MAP),
            ("charts/kask/Chart.yaml", "name: kask\nteam: dba\n"),
            ("charts/shared/Chart.yaml", "name: shared\n"),
            (
                "charts/mute/Chart.yaml",
                "annotations:\n  skip-checks: \"team\"\n",
            ),
            ("services/web/main.py", ""),
        ]);
        let map = testing::map(repo.path());
        let root = repo.path().canonicalize().unwrap();
        let listing = list(&root, false).unwrap();
        let today = "2026-11-22".parse().unwrap();
        let mut repository = ResolvedRepository::new(&map, 0, root, listing, today).unwrap();
        let hint = |kind, name: &str| Hint {
            kind,
            name: name.to_owned(),
            relation: "its chart",
            place: None,
        };
        let web = repository.component("service", "web").unwrap();
        repository.components[web as usize].hints = vec![
            hint("helm-chart", "kask"),
            hint("helm-chart", "shared"),
            hint("helm-chart", "mute"),
            hint("helm-chart", "gone"),
        ];
        let all = ComponentReport::all(&map.teams, [&repository]);
        let web = all.iter().find(|it| it.component.name == "web").unwrap();
        let descriptions: Vec<Option<String>> = web
            .hints
            .iter()
            .map(|it| it.description(&map.teams))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            descriptions,
            [
                some("inferred owner: team dba, from helm-chart:kask"),
                some("inferred owner: team sre and dba, from helm-chart:shared"),
                None,
                None
            ]
        );
    }
}
