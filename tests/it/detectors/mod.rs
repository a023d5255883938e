//! What detectors find in the files of other tools, and what those say of owners.

mod catalogs;
mod control;
mod helm;
mod helmfile;
mod hostile;
mod kubernetes;
mod modules;
mod prometheus;
mod puppet;

use std::sync::Arc;

use crate::harness::Repo;
use ownlint::{
    config::Settings,
    inventory::{Component, Content, Declarations, Found, Standing, detectors, list},
    text::Place,
};

/// Everything that the detectors see in a repository of these files, one line a component:
/// `kind:name @ footprint = state: names`. A name's spellings are joined by `|`, one that may be a
/// person's ends in `?`, a hint is in parentheses.
fn seen(files: &[(&str, &str)]) -> Vec<String> {
    seen_in(&Repo::new(files), &Settings::default())
}

fn seen_in(repo: &Repo, settings: &Settings) -> Vec<String> {
    let all = inspect(repo, settings);
    let mut lines: Vec<String> = all.iter().map(|(of, said)| line(of, said)).collect();
    lines.sort();
    lines
}

/// As `check` does it.
fn inspect(repo: &Repo, settings: &Settings) -> Vec<(Component, Declarations)> {
    let root = repo.path().canonicalize().unwrap();
    let mut listing = list(&root, false).unwrap();
    let content = Content {
        repository: Arc::from("r"),
        root,
        left_out: Arc::default(),
        snapshot: ownlint::snapshot::Snapshot::default(),
    };
    let read = |component: Component| {
        let detector = detectors::by_name(component.detector).unwrap();
        if component.declares_in.is_empty() {
            assert!(!component.is_tentative);
            return vec![(component, Declarations::default())];
        }
        (detector.read)(component, &content, settings)
    };
    let found = Found::among(&mut listing, settings).components;
    let (mut components, said): (Vec<_>, Vec<_>) = found.into_iter().flat_map(read).unzip();
    for detector in detectors::ALL {
        (detector.link)(&mut components, &content);
    }
    components.into_iter().zip(said).collect()
}

fn line(component: &Component, said: &Declarations) -> String {
    let mut line = format!("{} @", component.id());
    for part in &component.footprint {
        line += &format!(" {part}");
    }
    line += &format!(" = {}", said.state().name());
    for (at, voice) in said.voices.iter().enumerate() {
        let names: Vec<String> = voice
            .names
            .iter()
            .map(|name| {
                let person = if name.may_be_person { "?" } else { "" };
                format!("{}{person}", name.spellings.join("|"))
            })
            .collect();
        let names = names.join(", ");
        line += if at == 0 { ": " } else { "; " };
        line += &match voice.standing {
            Standing::Owner => names,
            Standing::Hint => format!("({names})"),
            Standing::Overridden => format!("[{names}]"),
        };
    }
    for problem in &said.problems {
        line += &format!(" ! {}", problem.message);
    }
    line
}

/// The words that a place shows.
fn words(place: &Place) -> String {
    match place {
        Place::Text(source, span) => source.text()[span.range()].to_owned(),
        Place::Path(_, path) => path.to_string(),
    }
}
