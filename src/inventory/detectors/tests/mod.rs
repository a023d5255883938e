//! Components that detectors find in the files of other tools, and the owners that the files declare.

mod catalogs;
mod control;
mod helm;
mod helm_alerts;
mod helmfile;
mod hostile;
mod kubernetes;
mod modules;
mod prometheus;
mod puppet;
mod unlisted;

use std::sync::Arc;

use super::ALL;
use crate::{
    config::Settings,
    inventory::{
        CacheMode, Component, Content, Declarations, Effect, FileReader, Found, Kinds, Links,
        Listing, Orphan, Problem, ReadComponents, list, read_components,
    },
    testing::Repo,
    text::Place,
};

/// All components of a repository with their declarations.
struct Detected {
    components: Vec<Component>,
    declarations: Vec<Declarations>,
    orphans: Vec<Orphan>,
    /// The problems with references to files.
    problems: Vec<Problem>,
}

impl Detected {
    /// Returns everything in `repo`.
    fn in_repo(repo: &Repo) -> Self {
        Self::with_settings(repo, &Settings::default())
    }

    /// Returns everything in a repository with these files.
    fn in_files(files: &[(&str, &str)]) -> Self {
        Self::in_repo(&Repo::new(files))
    }

    /// Returns everything in `repo` with the settings of a map.
    fn with_settings(repo: &Repo, settings: &Settings) -> Self {
        Self::of_kinds(repo, settings, Kinds::All)
    }

    /// Returns the components of some kinds in `repo` with the settings of a map.
    fn of_kinds(repo: &Repo, settings: &Settings, kinds: Kinds) -> Self {
        let root = repo.path().canonicalize().unwrap();
        let mut listing = Listing {
            kinds,
            ..list(&root, false).unwrap()
        };
        let content = Content::on_disk(Arc::from("."), root);
        let found = Found::among(&mut listing, settings, &content);
        let can_declare = |of: &Component| !of.declares_in.is_empty();
        let mut all = found.components.iter();
        assert!(all.all(|of| can_declare(of) || !of.is_tentative));
        let cache = CacheMode::Off;
        let links = Links::new(&content, &listing.files, &found.components);
        let ReadComponents {
            mut components,
            mut declarations,
            problems,
            ..
        } = read_components(found.components, &links, &cache, settings, |_| true);
        let reader = FileReader::new(&links);
        for detector in ALL {
            (detector.link)(&mut components, &mut declarations, &reader);
        }
        for (component, declarations) in components.iter().zip(&mut declarations) {
            declarations.is_vendored |= component.is_vendored;
        }
        Self {
            components,
            declarations,
            orphans: found.orphans,
            problems,
        }
    }

    /// Returns the ids that begin with `prefix`, sorted.
    fn ids(&self, prefix: &str) -> Vec<String> {
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

    fn component(&self, id: &str) -> &Component {
        &self.components[self.at(id)]
    }

    fn declared(&self, id: &str) -> &Declarations {
        &self.declarations[self.at(id)]
    }

    fn state(&self, id: &str) -> &'static str {
        self.declared(id).state().name()
    }

    /// Returns the declarations of a component: `key: name + spelling, name`, with `?` before a hint and `!` before an
    /// overridden declaration.
    fn shown_declarations(&self, id: &str) -> String {
        let declarations = self.declared(id).declarations.iter().map(|declaration| {
            let names: Vec<String> = declaration
                .names
                .iter()
                .map(|name| name.spellings.join(" + "))
                .collect();
            let mark = match declaration.effect {
                Effect::Owner => "",
                Effect::Hint | Effect::TeamHint => "?",
                Effect::Overridden => "!",
            };
            format!("{mark}{}: {}", declaration.key, names.join(", "))
        });
        declarations.collect::<Vec<_>>().join("; ")
    }

    /// Returns the text at the place of each name of a component.
    fn places(&self, id: &str) -> Vec<String> {
        let declarations = self.declared(id).declarations.iter();
        let names = declarations.flat_map(|declaration| &declaration.names);
        names.map(|name| text(&name.place)).collect()
    }

    /// Returns the hints of a component, with the text at the place of each.
    fn hints(&self, id: &str) -> Vec<String> {
        let hints = self.component(id).hints.iter();
        hints
            .map(|hint| {
                let place = hint.place.as_ref().map(text).unwrap_or_default();
                format!("{}:{} {} `{place}`", hint.kind, hint.name, hint.relation)
            })
            .collect()
    }

    fn problems(&self, id: &str) -> Vec<&str> {
        let problems = self.declared(id).problems.iter();
        problems.map(|problem| problem.message.as_str()).collect()
    }
}

/// Returns the text at a place.
fn text(place: &Place) -> String {
    match place {
        Place::Text(source, span) => source.text()[span.range()].to_owned(),
        Place::Path(_, path) => path.to_string(),
    }
}

/// Returns everything that the detectors find in a repository with these files, one line per component:
/// `kind:name @ paths = state: names`. The spellings of a name are joined by `|`, a name that may be a person ends in
/// `?`, and hints are in parentheses.
fn seen(files: &[(&str, &str)]) -> Vec<String> {
    seen_in(&Repo::new(files), &Settings::default())
}

fn seen_in(repo: &Repo, settings: &Settings) -> Vec<String> {
    let all = Detected::with_settings(repo, settings);
    let both = all.components.iter().zip(&all.declarations);
    let mut lines: Vec<String> = both
        .map(|(of, declarations)| line(of, declarations))
        .collect();
    lines.sort();
    lines
}

fn line(component: &Component, declared: &Declarations) -> String {
    let mut line = format!("{} @", component.id());
    for part in &component.paths {
        line += &format!(" {part}");
    }
    line += &format!(" = {}", declared.state().name());
    for (at, declaration) in declared.declarations.iter().enumerate() {
        let names: Vec<String> = declaration
            .names
            .iter()
            .map(|name| {
                let person = if name.may_be_person { "?" } else { "" };
                format!("{}{person}", name.spellings.join("|"))
            })
            .collect();
        let names = names.join(", ");
        line += if at == 0 { ": " } else { "; " };
        line += &match declaration.effect {
            Effect::Owner => names,
            Effect::Hint | Effect::TeamHint => format!("({names})"),
            Effect::Overridden => format!("[{names}]"),
        };
    }
    for problem in &declared.problems {
        line += &format!(" ! {}", problem.message);
    }
    line
}
