//! Units of systemd, and templates of units. They have no key for an owner. Other programs use the same extensions, so
//! only the sections of a file show that it is a unit. Which unit a drop-in directory without a unit beside it changes
//! is unknown.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Detector, catalog::rename_duplicates, paths::file_name};
use crate::{
    inventory::{Component, FileKind, Files},
    text::printable_bytes,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "systemd-unit",
    kinds: &["systemd-unit"],
    find: |search| match search.finds_unlisted(&DETECTOR) {
        true => find(search.files).into(),
        false => find_in_parts(search.files).into(),
    },
    has_unlisted: true,
    // A service of D-Bus has a section with another name.
    needles: &[
        "[Unit]",
        "[Install]",
        "[Automount]",
        "[Mount]",
        "[Path]",
        "[Service]",
        "[Slice]",
        "[Socket]",
        "[Swap]",
        "[Timer]",
    ],
    read: |component, reader, _| {
        // An unreadable file may be anything.
        let is_readable = reader.read(component.path.as_bstr()).is_ok();
        let found = is_readable.then_some((component, Default::default()));
        found.into_iter().collect()
    },
    link: |components, _, _| {
        rename_duplicates(components, DETECTOR.kinds, |component| {
            printable_bytes(&component.path)
        });
    },
    ..Detector::PLAIN
};

/// The extensions of units.
const UNITS: [&str; 9] = [
    ".automount",
    ".mount",
    ".path",
    ".service",
    ".slice",
    ".socket",
    ".swap",
    ".target",
    ".timer",
];

/// The extensions of templates.
const TEMPLATES: [&str; 8] = [
    ".epp", ".erb", ".gotmpl", ".in", ".j2", ".jinja2", ".tmpl", ".tpl",
];

fn find(files: &Files) -> Vec<Component> {
    let ends = [&UNITS[..], &TEMPLATES].concat();
    let units = files.ending_in(&ends).filter_map(|file| {
        let unit = without_template(file.path);
        let is_unit = UNITS.iter().any(|end| unit.ends_with(end.as_bytes()));
        (is_unit && file.kind != FileKind::Submodule).then_some((file.path, unit))
    });
    let component = |(path, unit): (&BStr, &BStr)| {
        let mut component = Component {
            name: printable_bytes(file_name(unit)),
            is_listed: false,
            ..DETECTOR.in_file(DETECTOR.kinds[0], path, unit)
        };
        let drop_ins = [unit.as_bytes(), b".d/"].concat();
        if files.any_under(&drop_ins) {
            component.paths.push(drop_ins.into());
        }
        component
    };
    units.map(component).collect()
}

/// Returns the units that consist of several parts, which can have different owners, and other units with the same names,
/// because names must be unique.
fn find_in_parts(files: &Files) -> Vec<Component> {
    let is_unit = |path: &BStr| UNITS.iter().any(|end| path.ends_with(end.as_bytes()));
    if !files.before(".d/").any(is_unit) {
        return Vec::new();
    }
    let mut units = find(files);
    let in_parts = units.iter().filter(|unit| unit.paths.len() > 1);
    let names: FxHashSet<String> = in_parts.map(|unit| unit.name.clone()).collect();
    units.retain(|unit| names.contains(&unit.name));
    units
}

/// Returns the path of a unit without the extension of a template.
fn without_template(path: &BStr) -> &BStr {
    let ends = TEMPLATES.iter();
    let mut stems = ends.filter_map(|end| path.strip_suffix(end.as_bytes()));
    stems.next().unwrap_or(path).as_bstr()
}
