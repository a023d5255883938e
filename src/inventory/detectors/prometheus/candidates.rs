//! Files that may contain rules, by their names. Only their content decides.

use bstr::{BStr, ByteSlice};

use super::super::paths::{contains_in_any_case, directory, file_name};
use crate::{
    config::Settings,
    inventory::{FileKind, Files},
};

/// The extensions of files that are searched for rules.
pub(super) const ENDS: [&str; 6] = [".rules", ".yaml", ".yml", ".json", ".tpl", ".erb"];

/// The extensions that are not part of a component's name. If several files only differ in them, the first one is
/// omitted.
const OMITTED: [&str; 3] = [".rules", ".yaml", ".yml"];

/// Returns the files that may contain rules, with their names as components: without the extension, unless another
/// file has the same name then.
pub(super) fn find<'f>(
    files: &'f Files,
    settings: &'f Settings,
) -> impl Iterator<Item = (&'f BStr, &'f BStr)> {
    let is_listed = |path: &BStr| {
        let mut patterns = settings.rule_files.iter();
        patterns.any(|pattern| pattern.value.matches(path, false))
    };
    let has_end = |path: &BStr| ENDS.iter().any(|end| path.ends_with(end.as_bytes()));
    let usual = files.ending_in(&ENDS).map(|file| (file.path, file.kind));
    let lists_others = !settings.rule_files.is_empty();
    let others = lists_others.then(|| files.iter()).into_iter().flatten();
    let others = others.map(|file| (file.path, file.kind));
    let others = others.filter(move |(path, _)| !has_end(path) && is_listed(path));
    let regular = usual.chain(others);
    let regular = regular.filter(|(_, kind)| *kind != FileKind::Submodule);
    // Most repositories only have files with one of these ends, so there is nothing to look up.
    let is_used = OMITTED.map(|end| files.ending_in(&[end]).next().is_some());
    regular.map(move |(path, _)| (path, name(path, files, is_used)))
}

fn name<'f>(path: &'f BStr, files: &Files, is_used: [bool; OMITTED.len()]) -> &'f BStr {
    let ends = || OMITTED.iter().map(|end| end.as_bytes());
    let Some((at, stem)) = ends()
        .enumerate()
        .find_map(|(at, end)| Some((at, path.strip_suffix(end)?)))
    else {
        return path;
    };
    let is_taken = ends()
        .zip(is_used)
        .take(at)
        .any(|(end, is_used)| is_used && files.find([stem, end].concat().as_bstr()).is_some());
    if is_taken { path } else { stem.as_bstr() }
}

/// Returns whether a file with such a path usually contains rules, so that its owner is expected to be declared in
/// them.
pub(super) fn is_usual(path: &BStr) -> bool {
    let name = file_name(path);
    let is_named = || {
        path.ends_with(b".rules")
            || contains_in_any_case(name, b"alert")
            || contains_in_any_case(name, b"rule")
    };
    let mut directories = directory(path).split(|byte| *byte == b'/');
    let is_test = || {
        let stem = OMITTED
            .iter()
            .find_map(|end| path.strip_suffix(end.as_bytes()));
        let ends = ["_test", "-test", ".test", "_tests", "-tests", ".tests"];
        stem.is_some_and(|stem| ends.iter().any(|end| stem.ends_with(end.as_bytes())))
    };
    let is_usual = directories.any(|name| name.starts_with(b"team-") || is_usual_directory(name));
    OMITTED.iter().any(|end| path.ends_with(end.as_bytes()))
        && (is_named() || is_usual)
        && !name.starts_with(b".")
        && !is_test()
}

/// Returns whether directories of this name usually contain rules.
fn is_usual_directory(name: &[u8]) -> bool {
    matches!(
        name,
        b"alerting"
            | b"alerting_rules"
            | b"alerts"
            | b"monitoring"
            | b"prometheus"
            | b"prometheus-rules"
            | b"prometheusrules"
            | b"rules"
    )
}

/// Returns the directory of the chart in whose `templates/` a file is.
pub(super) fn chart_around<'p>(path: &'p BStr, files: &Files) -> Option<&'p BStr> {
    let marks = path.find_iter("templates/");
    let mut charts = marks.filter_map(|at| {
        let chart = path[..at].as_bstr();
        let file = [chart.as_bytes(), b"Chart.yaml"].concat();
        let is_directory = chart.is_empty() || chart.ends_with(b"/");
        (is_directory && files.find(file.as_bstr()).is_some()).then_some(chart)
    });
    charts.next()
}
