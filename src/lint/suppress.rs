//! Applies the `suppressions` in the map. No other module does.

use std::cell::OnceCell;

use bstr::{BStr, BString, ByteSlice as _};

use crate::{
    checks::{Context, Used},
    config::{Selector, Suppression},
    finding::Finding,
    inventory::File,
    pattern::{Alternative, Extent, Pattern},
};

/// Decides which findings are hidden, and records the suppressions that hide them.
pub(super) struct Suppressor<'r, 'c> {
    context: &'r Context<'c>,
    /// Which parts of each suppression are used.
    pub used: Vec<Used>,
}

impl<'r, 'c> Suppressor<'r, 'c> {
    pub fn new(context: &'r Context<'c>) -> Self {
        let used = context.map.suppressions.iter().map(Used::none_of);
        Self {
            context,
            used: used.collect(),
        }
    }

    /// Returns whether `finding` is hidden, which requires that all its parts are hidden if it has parts. Every
    /// suppression that hides it or a part of it counts as used, not only the first.
    pub fn hides(&mut self, finding: &Finding) -> bool {
        if finding.parts.is_empty() {
            let component = finding.component.as_deref();
            return self.hides_part(finding, finding.path.as_ref(), component);
        }
        let mut are_hidden = true;
        for part in &finding.parts {
            are_hidden &= self.hides_part(finding, part.path.as_ref(), Some(&part.component));
        }
        are_hidden
    }

    fn hides_part(
        &mut self,
        finding: &Finding,
        about: Option<&BString>,
        component: Option<&str>,
    ) -> bool {
        let context = self.context;
        let mut is_hidden = false;
        let files = OnceCell::new();
        for (suppression, used) in context.map.suppressions.iter().zip(&mut self.used) {
            let check = suppression.checks.iter();
            let mut check = check.zip(&mut used.checks);
            let Some((_, check)) = check.find(|(check, _)| check.value == finding.check) else {
                continue;
            };
            if suppression.has_ended(context.today) || !is_for(suppression, context, finding) {
                continue;
            }
            let mut hides = false;
            let mut paths = suppression.paths.iter();
            let has_files = paths.any(|path| path.value.is_of_files());
            let files = || files.get_or_init(|| files_of(context, finding, about));
            let files = has_files.then(files).and_then(Option::as_ref);
            if let Some(files) = files {
                hides |= mark_covering(suppression, &mut used.paths, files);
            }
            for (path, used) in suppression.paths.iter().zip(&mut used.paths) {
                let path = &path.value;
                hides |= mark(used, path, |one| {
                    let is_counted = files.is_some() && one.extent == Extent::File;
                    !is_counted && covers(path, one, about, &finding.subject)
                });
            }
            for (selector, used) in suppression.components.iter().zip(&mut used.components) {
                let selector = &selector.value;
                hides |= mark(used, &selector.name, |one| match component {
                    Some(component) => names(selector, one, component),
                    None => about.is_none() && selector.text == finding.subject,
                });
            }
            *check |= hides;
            is_hidden |= hides;
        }
        is_hidden
    }
}

/// Returns the listed files below the directory that a finding is about, or the submodule: patterns for files cover them
/// one by one. `None` for other paths.
fn files_of<'c>(
    context: &Context<'c>,
    finding: &Finding,
    about: Option<&BString>,
) -> Option<Vec<File<'c>>> {
    let files = &context.repositories[context.position(finding)?]
        .listing
        .files;
    let range = match about?.as_slice() {
        b"." => 0..files.len(),
        path => files.at_path(path.as_bstr()),
    };
    let listed: Vec<File<'c>> = range.map(|at| files.get(at)).collect();
    let is_file =
        |file: &File<'_>| !file.is_directory() && Some(file.path) == about.map(|it| it.as_bstr());
    (!listed.iter().any(is_file)).then_some(listed)
}

/// Marks the alternatives of a suppression's patterns for files that match any of these files, if there is one for each.
fn mark_covering(suppression: &Suppression, used: &mut [Vec<bool>], files: &[File<'_>]) -> bool {
    let alternatives = || {
        let patterns = suppression.paths.iter().enumerate();
        patterns.flat_map(|(at, pattern)| {
            let alternatives = pattern.value.alternatives().iter().enumerate();
            let of_files = alternatives.filter(|(_, it)| it.extent == Extent::File);
            of_files.map(move |(alternative, it)| (at, alternative, it))
        })
    };
    let is_covered = |file: &File<'_>| {
        alternatives().any(|(_, _, it)| it.matches(file.path, file.is_directory()))
    };
    if files.is_empty() || !files.iter().all(is_covered) {
        return false;
    }
    for (path, at, alternative) in alternatives() {
        let mut files = files.iter();
        used[path][at] |= files.any(|it| alternative.matches(it.path, it.is_directory()));
    }
    true
}

fn is_for(suppression: &Suppression, context: &Context<'_>, finding: &Finding) -> bool {
    let repository = suppression.repository;
    repository.is_none_or(|at| context.position(finding) == Some(at))
}

/// Marks the alternatives of a pattern that hide a finding as used. Returns whether there are any.
fn mark(used: &mut [bool], pattern: &Pattern, hides: impl Fn(&Alternative) -> bool) -> bool {
    let mut any = false;
    for (alternative, used) in pattern.alternatives().iter().zip(used) {
        if hides(alternative) {
            *used = true;
            any = true;
        }
    }
    any
}

/// Returns whether an alternative of a pattern matches the path of a finding. A finding about an entry in
/// the map has no path; its subject, which is the text of the entry, must be equal to the pattern.
fn covers(
    pattern: &Pattern,
    alternative: &Alternative,
    path: Option<&BString>,
    subject: &str,
) -> bool {
    let Some(path) = path else {
        return **pattern.text() == *subject;
    };
    let path: &[u8] = if *path == "." { b"/" } else { path };
    match path.strip_suffix(b"/") {
        Some(directory) => alternative.matches(directory.as_bstr(), true),
        None => alternative.matches(BStr::new(path), false),
    }
}

/// Returns whether an alternative of a selector names a component.
fn names(selector: &Selector, alternative: &Alternative, component: &str) -> bool {
    let component = component.split_once(':');
    component.is_some_and(|(kind, name)| {
        selector.kind == kind && alternative.matches(name.into(), false)
    })
}
