//! Control files that name a maintainer, as images and packages have them.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::{
    Detector,
    catalog::rename_duplicates,
    deb822::{Field, field, paragraphs},
    declared::open_text,
    paths::directory_name,
};
use crate::{
    inventory::{
        Component, Declaration, Declarations, Effect, FileReader, Files, Problem, ProblemKind,
    },
    text::{Place, printable, printable_bytes, quoted},
};

/// The fields that name owners.
const KEYS: [(&str, Effect); 2] = [("Maintainer", Effect::Owner), ("Uploaders", Effect::Hint)];

/// Returns the components in directories with a file `control` for which `is_one` returns true.
pub(super) fn find(
    detector: &Detector,
    files: &Files,
    control: &str,
    how_to_declare: &'static str,
    is_one: impl Fn(&BStr) -> bool,
) -> Vec<Component> {
    let paths = files.named(&["control"]).map(|file| file.path);
    paths
        .filter_map(|path| {
            let directory = path.strip_suffix(control.as_bytes())?.as_bstr();
            is_one(directory).then(|| Component {
                needs_others: true,
                how_to_declare: Some(how_to_declare),
                ..detector.in_directory(detector.kinds[0], directory, "", vec![path.to_owned()])
            })
        })
        .collect()
}

/// Reads the control file of `component`, with its name in the field `name_field`. Only the first paragraph that has
/// this field applies. Owners in another paragraph are a problem.
pub(super) fn read(
    mut component: Component,
    reader: &FileReader<'_>,
    name_field: &str,
) -> Vec<(Component, Declarations)> {
    let mut declarations = Declarations::default();
    let path = component.declares_in.first().cloned().unwrap_or_default();
    if let Some(file) = open_text(reader, path.as_bstr(), &mut declarations) {
        let source = &file.source;
        let mut paragraphs = paragraphs(source.text());
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let mut all = paragraphs.iter();
        let named = all.position(|paragraph| field(paragraph, name_field).is_some());
        let own = named.unwrap_or_default();
        let paragraph = paragraphs.get(own);
        let others = paragraphs.iter().enumerate().filter(|(at, _)| *at != own);
        let mut elsewhere = others.flat_map(|(_, other)| other);
        if let Some(field) = elsewhere.find(|it| key(it).is_some() && it.value().is_some()) {
            let shown = quoted(field.name);
            let own = match named {
                Some(_) => format!("the first paragraph with {}", quoted(name_field)),
                None => "the first paragraph".to_owned(),
            };
            let message = format!("{shown} is not in {own}");
            declarations.problems.push(Problem {
                kind: ProblemKind::Ignored,
                help: Some(format!("move {shown} to {own}, or remove it")),
                ..Problem::in_text(source, field.span, message)
            });
        }
        for field in paragraph.into_iter().flatten() {
            let Some((key, effect)) = key(field) else {
                continue;
            };
            let names = field.names(source);
            if names.is_empty() {
                if effect == Effect::Owner {
                    let message = format!("`{key}` is empty, expected `Name <email>`");
                    let problem = Problem::in_text(source, field.span, message);
                    declarations.problems.push(problem);
                }
                continue;
            }
            let place = Place::Text(Arc::clone(source), field.span);
            let declaration = Declaration::new(key, effect, place, names);
            declarations.declarations.push(declaration);
        }
        let name = paragraph.and_then(|paragraph| field(paragraph, name_field)?.value());
        if let Some(name) = name {
            component.name = printable(name);
        }
    }
    vec![(component, declarations)]
}

/// Returns the usual spelling and the effect of a field, if it names owners.
fn key(field: &Field<'_>) -> Option<(&'static str, Effect)> {
    let mut keys = KEYS.into_iter();
    keys.find(|(key, _)| field.name.eq_ignore_ascii_case(key))
}

/// Names components of the same kind and name after their directories or files.
pub(super) fn disambiguate(components: &mut [Component], kinds: &[&str]) {
    rename_duplicates(components, kinds, |component| match component.path.last() {
        None | Some(b'/') => directory_name(component.path.as_bstr(), ""),
        Some(_) => printable_bytes(&component.path),
    });
}
