//! Control files that name a maintainer, as images and packages have them.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::{
    Detector,
    catalog::rename_duplicates,
    deb822::{field, paragraphs},
    declared::open_text,
    paths::directory_name,
};
use crate::{
    inventory::{Component, Declaration, Declarations, Effect, FileReader, Files, Problem},
    text::{Place, printable, printable_bytes},
};

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
/// this field is read.
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
            let (key, effect) = match field.name {
                name if name.eq_ignore_ascii_case("maintainer") => ("Maintainer", Effect::Owner),
                name if name.eq_ignore_ascii_case("uploaders") => ("Uploaders", Effect::Hint),
                _ => continue,
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

/// Names components of the same kind and name after their directories or files.
pub(super) fn disambiguate(components: &mut [Component], kinds: &[&str]) {
    rename_duplicates(components, kinds, |component| match component.path.last() {
        None | Some(b'/') => directory_name(component.path.as_bstr(), ""),
        Some(_) => printable_bytes(&component.path),
    });
}
