use crate::{
    claims::{ComponentId, team},
    config::Teams,
    evidence::{LinkedOwner, Links},
    inventory::{Component, Declaration, Declarations, Effect, State},
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
    /// The owners inferred from the components that it is linked to.
    pub inferred_owners: Vec<LinkedOwner<'r>>,
}

impl<'r> ComponentReport<'r> {
    /// Returns all components of `repositories`, sorted by kind, name and repository.
    pub fn all(
        teams: &'r Teams,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for repository in repositories {
            let links = Links::new(repository, teams);
            let existing = repository.existing_components();
            all.extend(existing.map(|(id, _)| Self::new(&links, repository, id, teams)));
        }
        all.sort_by(|a, b| a.key().cmp(&b.key()));
        all
    }

    fn new(
        links: &Links<'r>,
        repository: &'r ResolvedRepository,
        id: ComponentId,
        teams: &Teams,
    ) -> Self {
        let component = &repository.components[id as usize];
        let state = repository.state_of(id);
        let place = deciding_place(&repository.declarations[id as usize], state, teams);
        Self {
            repository,
            component,
            resolution: repository.whole(teams, id),
            files: repository.resolved.files_of(id),
            state,
            place: place
                .cloned()
                .unwrap_or_else(|| repository.place(component.path.clone())),
            inferred_owners: links.of(id).collect(),
        }
    }

    fn key(&self) -> (&str, &str, &str) {
        let component = self.component;
        (component.kind, &component.name, &self.repository.name)
    }
}

/// Returns the place that decides the state of a component.
fn deciding_place<'d>(
    declarations: &'d Declarations,
    state: State,
    teams: &Teams,
) -> Option<&'d Place> {
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
        let declarations = declarations.declarations.iter();
        let hints = declarations.filter(|declaration| declaration.effect.is_hint());
        let mut names = hints.flat_map(|declaration| &declaration.names);
        let name = names.find(|name| team(name, teams).is_some());
        name.map(|name| &name.place)
    };
    match state {
        State::Declared
        | State::Unknown
        | State::Templated
        | State::ExplicitlyUnowned
        | State::Vendored => named().or_else(empty).or_else(team_among),
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
        let mut repository = ResolvedRepository::new(
            &map,
            0,
            root,
            listing,
            today,
            crate::dialects::read_statements,
        )
        .unwrap();
        let hint = |kind, name: &str| Hint {
            kind,
            name: name.to_owned(),
            relation: "its chart",
            is_user: false,
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
        let inferred = web.inferred_owners.iter();
        let inferred = inferred.map(|it| (it.hint.name.as_str(), map.teams.names(&it.owners)));
        // A component that does not exist is not linked.
        assert_eq!(
            inferred.collect::<Vec<_>>(),
            [
                ("kask", vec!["dba"]),
                ("shared", vec!["sre", "dba"]),
                ("mute", vec![]),
            ]
        );
    }
}
