//! What images and packages share: a control file that names a maintainer.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::{
    Detector,
    catalog::rename_same,
    deb822::{field, paragraphs},
    declared::open_text,
    paths::directory_name,
};
use crate::{
    inventory::{Component, Declaration, Declarations, FileReader, Files, Problem, Standing},
    text::{Place, printable},
};

/// What lies in the directories in which there is a file `control`, where `is_one` says so.
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

/// Reads the control file of `component`, whose name stands in the field `name_field`. Only the first
/// paragraph that has one is about it.
pub(super) fn read(
    mut component: Component,
    reader: &FileReader<'_>,
    name_field: &str,
) -> Vec<(Component, Declarations)> {
    let mut declarations = Declarations::default();
    let path = component.declares_in.first().cloned().unwrap_or_default();
    if let Some(file) = open_text(reader, path.as_bstr(), &mut declarations) {
        let source = &file.source;
        let paragraphs = paragraphs(source.text());
        let paragraph = paragraphs
            .iter()
            .find(|paragraph| field(paragraph, name_field).is_some())
            .or(paragraphs.first());
        for field in paragraph.into_iter().flatten() {
            let (key, standing) = match field.name {
                name if name.eq_ignore_ascii_case("maintainer") => ("Maintainer", Standing::Owner),
                name if name.eq_ignore_ascii_case("uploaders") => ("Uploaders", Standing::Hint),
                _ => continue,
            };
            let names = field.names(source);
            if names.is_empty() {
                if standing == Standing::Owner {
                    let message = format!("expected `Name <email>` in `{key}`, found nothing");
                    let problem = Problem::in_text(source, field.span, message);
                    declarations.problems.push(problem);
                }
                continue;
            }
            let place = Place::Text(Arc::clone(source), field.span);
            let declaration = Declaration::new(key, standing, place, names);
            declarations.declarations.push(declaration);
        }
        let name = paragraph.and_then(|paragraph| field(paragraph, name_field)?.value());
        if let Some(name) = name {
            component.name = printable(name);
        }
    }
    vec![(component, declarations)]
}

/// Components of a kind that have the same name are told apart by where they lie.
pub(super) fn tell_apart(components: &mut [Component], kinds: &[&str]) {
    rename_same(components, kinds, |component| {
        directory_name(component.home.as_bstr(), "")
    });
}
