//! What ownership files state as claims: the owners of a path, and the lines that decide.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{Answer, Tree, by_name, glob::Glob, tree::folder_of};
use crate::{
    claims::{DecidingLine, FileQuestion, FileStatement, FileStatements, OwnerName},
    inventory::is_generated,
    pattern::{Alternative, Pattern},
    text::{Place, Source, join, printable_bytes},
};

/// Returns what the ownership files of a dialect state about paths. Generated files state nothing, and vendored ones do
/// not count.
pub fn read_statements(question: &FileQuestion<'_>) -> FileStatements {
    let dialect = by_name(question.dialect);
    let Some((dialect, answer)) = dialect.and_then(|it| Some((it, it.answer?))) else {
        return FileStatements::default();
    };
    let tree = Tree::listed(question.content.clone(), question.files);
    let tree = match question.is_standalone {
        true => tree,
        false => tree.without_vendored(question.settings),
    };
    let mut answers = answer(&tree, question.paths);
    let mut statements = Vec::new();
    let mut by_answer: FxHashMap<u32, Option<u32>> = FxHashMap::default();
    let mut generated = GeneratedSources::default();
    let ids: Vec<u32> = (0..answers.len()).map(|at| answers.id_of(at)).collect();
    let by_path = ids.into_iter().enumerate().map(|(at, id)| {
        *by_answer.entry(id).or_insert_with(|| {
            let statement = match question.is_standalone {
                true => {
                    let exempting = exempting(answers.of(at));
                    answers.take_statement(id).or(exempting)
                }
                false => {
                    let statement = answers.take_statement(id);
                    statement.filter(|it| !generated.decide(it))
                }
            };
            statements.push(*statement?);
            u32::try_from(statements.len() - 1).ok()
        })
    });
    FileStatements {
        by_path: by_path.collect(),
        statements,
        handle_key: dialect.handle_key(),
    }
}

/// Returns the statement of lines without owners, which say that a path needs none.
fn exempting(answer: &Answer) -> Option<Box<FileStatement>> {
    let is_exempting = answer.owners.is_empty() && !answer.rules.is_empty();
    is_exempting.then(|| {
        let place = answer.rules[0].clone();
        Box::new(FileStatement {
            lines: vec![line(&printable_bytes(place.path()), &[], Vec::new(), place).into()],
            ..FileStatement::default()
        })
    })
}

/// Which files ownlint wrote, by path: to see that takes a search in the whole file.
#[derive(Default)]
struct GeneratedSources(FxHashMap<BString, bool>);

impl GeneratedSources {
    /// Returns whether ownlint wrote one of the files that decide.
    fn decide(&mut self, statement: &FileStatement) -> bool {
        let mut places = statement.lines.iter().flat_map(|line| &line.places);
        places.any(|place| match place {
            Place::Text(source, _) => match self.0.get(&source.path) {
                Some(known) => *known,
                None => {
                    let is_generated = is_generated(source.text());
                    self.0.insert(source.path.clone(), is_generated);
                    is_generated
                }
            },
            Place::Path(..) => false,
        })
    }
}

/// Creates a statement; `None` if it names nobody.
pub(super) fn statement(
    lines: Vec<Arc<DecidingLine>>,
    may_also_approve: Vec<OwnerName>,
) -> Option<Box<FileStatement>> {
    let names_somebody = lines.iter().any(|line| !line.owners.is_empty());
    names_somebody.then(|| {
        Box::new(FileStatement {
            lines,
            may_also_approve,
        })
    })
}

/// Creates the statement of files that are about their folders, from the nearest, each with those whom it names. The
/// nearest that names somebody decides, and those whom the others name may also approve.
pub(super) fn of_folders<'s>(
    folders: impl Iterator<Item = (&'s Arc<Source>, Vec<OwnerName>)>,
) -> Option<Box<FileStatement>> {
    let mut folders = folders.filter(|(_, names)| !names.is_empty());
    let (nearest, owners) = folders.next()?;
    let others = folders.flat_map(|(_, names)| names).collect();
    statement(vec![folder(nearest, owners).into()], others)
}

/// Returns the names of the owners in a line.
pub(super) fn names(owners: &[String], place: &Place) -> Vec<OwnerName> {
    owners.iter().map(|owner| name(owner, place)).collect()
}

/// Returns the name of an owner. In many dialects, teams have a `/` in their names.
pub(super) fn name(text: &str, place: &Place) -> OwnerName {
    OwnerName {
        text: text.to_owned(),
        is_group: text.contains('/') && !text.contains(['<', ' ']),
        definition: None,
        place: place.clone(),
    }
}

/// Returns a line with the globs for its pattern; without globs, the line can apply to all paths.
pub(super) fn line(
    about: &str,
    globs: &[&Glob],
    owners: Vec<OwnerName>,
    place: Place,
) -> DecidingLine {
    let reach = globs.iter().map(|glob| glob.with_all_content());
    let reach: Option<Vec<Alternative>> = reach.collect();
    let reach = reach.filter(|reach| !reach.is_empty());
    DecidingLine {
        owners,
        about: about.to_owned(),
        is_only_files: reach.is_some() && globs.iter().all(|glob| !glob.holds_content()),
        reach: reach.unwrap_or_else(|| inside(BStr::new(""))),
        places: vec![place],
    }
}

/// Returns the line for a file that is about everything in its folder, and names these owners.
fn folder(source: &Arc<Source>, owners: Vec<OwnerName>) -> DecidingLine {
    let folder: BString = match folder_of(source.path.as_bstr()) {
        root if root.is_empty() => root.to_owned(),
        folder => join(folder, b""),
    };
    DecidingLine {
        about: match folder.is_empty() {
            true => "**".to_owned(),
            false => printable_bytes(&folder),
        },
        reach: inside(folder.as_bstr()),
        is_only_files: false,
        places: owners.iter().map(|name| name.place.clone()).collect(),
        owners,
    }
}

/// Returns what matches everything in a folder, whose path ends in `/` or is empty.
fn inside(folder: &BStr) -> Vec<Alternative> {
    Pattern::literal(folder).alternatives().to_vec()
}
