//! What detectors make of a repository on disk.

use std::sync::Arc;

use ownlint::{
    config::Settings,
    inventory::{Component, Content, Declarations, Found, Orphan, Standing, detectors, list},
    text::Place,
};

use super::Repo;

/// All components of a repository with what they declare.
pub struct Detected {
    pub components: Vec<Component>,
    pub declarations: Vec<Declarations>,
    pub orphans: Vec<Orphan>,
}

impl Detected {
    /// Everything in `repo`.
    pub fn of(repo: &Repo) -> Self {
        let settings = Settings::default();
        let mut listing = list(repo.path(), true).unwrap();
        let found = Found::among(&mut listing, &settings);
        let content = Content {
            repository: Arc::from("."),
            root: repo.path().to_owned(),
            left_out: Arc::default(),
            snapshot: ownlint::snapshot::Snapshot::default(),
        };
        let read = |component: Component| {
            let detector = detectors::by_name(component.detector).unwrap();
            (detector.read)(component, &content, &settings)
        };
        let all = found.components.into_iter().flat_map(read);
        let (mut components, declarations): (Vec<_>, Vec<_>) = all.unzip();
        for detector in detectors::ALL {
            (detector.link)(&mut components, &content);
        }
        Self {
            components,
            declarations,
            orphans: found.orphans,
        }
    }

    /// A repository of these files.
    pub fn among(files: &[(&str, &str)]) -> Self {
        Self::of(&Repo::new(files))
    }

    /// The ids of components whose id begins with `prefix`, sorted.
    pub fn ids(&self, prefix: &str) -> Vec<String> {
        let mut ids: Vec<String> = self.components.iter().map(Component::id).collect();
        ids.retain(|id| id.starts_with(prefix));
        ids.sort();
        ids
    }

    fn at(&self, id: &str) -> usize {
        let mut ids = self.components.iter().map(Component::id);
        ids.position(|known| known == id)
            .unwrap_or_else(|| panic!("no {id} in {:?}", self.ids("")))
    }

    pub fn component(&self, id: &str) -> &Component {
        &self.components[self.at(id)]
    }

    pub fn declared(&self, id: &str) -> &Declarations {
        &self.declarations[self.at(id)]
    }

    pub fn state(&self, id: &str) -> &'static str {
        self.declared(id).state().name()
    }

    /// What a component says: `key: name + spelling, name`, a `?` before what is a hint only, a `!`
    /// before what is overridden.
    pub fn says(&self, id: &str) -> String {
        let voices = self.declared(id).voices.iter().map(|voice| {
            let names: Vec<String> = voice
                .names
                .iter()
                .map(|name| name.spellings.join(" + "))
                .collect();
            let mark = match voice.standing {
                Standing::Owner => "",
                Standing::Hint => "?",
                Standing::Overridden => "!",
            };
            format!("{mark}{}: {}", voice.key, names.join(", "))
        });
        voices.collect::<Vec<_>>().join("; ")
    }

    /// The text at each place that a component's names stand at.
    pub fn places(&self, id: &str) -> Vec<String> {
        let voices = self.declared(id).voices.iter();
        let names = voices.flat_map(|voice| &voice.names);
        names.map(|name| text(&name.place)).collect()
    }

    /// What hints at the owner of a component, and the text at the place of each hint.
    pub fn hints(&self, id: &str) -> Vec<String> {
        let hints = self.component(id).hints.iter();
        hints
            .map(|hint| {
                let place = hint.place.as_ref().map(text).unwrap_or_default();
                format!("{}:{} {} `{place}`", hint.kind, hint.name, hint.relation)
            })
            .collect()
    }

    pub fn problems(&self, id: &str) -> Vec<&str> {
        let problems = self.declared(id).problems.iter();
        problems.map(|problem| problem.message.as_str()).collect()
    }
}

/// What stands at a place.
pub fn text(place: &Place) -> String {
    match place {
        Place::Text(source, span) => source.text()[span.range()].to_owned(),
        Place::Path(_, path) => path.to_string(),
    }
}
