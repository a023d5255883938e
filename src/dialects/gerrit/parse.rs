use std::sync::Arc;

use super::glob;
use crate::{
    dialects::{
        FileProblem,
        glob::Glob,
        lines::{Line, is_blank, lines},
    },
    text::{Source, Span, quoted},
};

/// What an `OWNERS` file says.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The line that says that owners of folders above don't count.
    pub no_parent: Option<Span>,
    /// OwnerSet of the folder: an e-mail address or `*`, and the line.
    pub owners: Vec<(String, Span)>,
    /// Other files that are taken in.
    pub imports: Vec<Import>,
    /// What is said of some files only.
    pub per_file: Vec<PerFile>,
}

/// Another file that is taken in.
#[derive(Debug, Clone)]
pub(super) struct Import {
    /// Its path as written.
    pub path: String,
    /// Whether all of it counts (`include`), or only the owners of its folder (`file:`).
    pub whole: bool,
    /// Where it is written.
    pub span: Span,
}

/// A `per-file` line.
#[derive(Debug)]
pub(super) struct PerFile {
    /// The files: any of these.
    pub globs: Vec<Glob>,
    /// What is said of them.
    pub directive: Directive,
    /// The line.
    pub span: Span,
}

/// What a `per-file` line says.
#[derive(Debug)]
pub(super) enum Directive {
    /// They have these owners.
    OwnerSet(Vec<String>),
    /// OwnerSet of their folder and of those above don't count.
    NoParent,
    /// They have the owners of another file.
    File(Import),
}

/// Reads a file. Gerrit takes a file with a line at fault as a whole as invalid; here the other lines
/// still count, so that one can see what they come to.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Config {
    let mut config = Config::default();
    for line in lines(source, problems) {
        let end = line.text.find('#').unwrap_or(line.text.len());
        let line = line.part(0, end).trim(is_blank);
        if line.text.is_empty() {
            continue;
        }
        if let Err(mut problem) = config.read(line, problems) {
            problem.message += ": Gerrit refuses the whole file";
            problems.push(problem);
        }
    }
    config
}

impl Config {
    fn read(&mut self, line: Line<'_>, problems: &mut Vec<FileProblem>) -> Result<(), FileProblem> {
        if let Some(rest) = keyword(line, "per-file") {
            let per_file = per_file(line, rest, problems)?;
            self.per_file.push(per_file);
            return Ok(());
        }
        if is_no_parent(line.text) {
            self.no_parent = Some(line.span);
        } else if let Some(import) = import(line)? {
            self.imports.push(import);
        } else if is_owner(line.text) {
            self.owners.push((line.text.to_owned(), line.span));
        } else {
            let message = format!("{} is neither an owner nor a directive", quoted(line.text));
            return Err(line.problem(message));
        }
        Ok(())
    }
}

fn per_file(
    line: Line<'_>,
    rest: Line<'_>,
    problems: &mut Vec<FileProblem>,
) -> Result<PerFile, FileProblem> {
    let Some(equals) = rest.text.find('=') else {
        return Err(line.problem("`per-file` without a `=`"));
    };
    let written = rest.part(0, equals).trim(is_blank);
    let value = rest.part(equals + 1, rest.text.len()).trim(is_blank);
    if written.text.is_empty() {
        return Err(line.problem("`per-file` without a file"));
    }
    let mut globs = Vec::new();
    for text in split_globs(written) {
        if text.text.starts_with(is_blank) || text.text.ends_with(is_blank) {
            let message = format!("the blank belongs to the name in {}", quoted(text.text));
            problems.push(text.problem(message));
        }
        match glob::parse(text.text) {
            Ok(more) => globs.extend(more),
            Err(reason) => {
                let message = format!("{} matches nothing: {reason}", quoted(text.text));
                problems.push(text.problem(message));
            }
        }
    }
    let directive = if is_no_parent(value.text) {
        Directive::NoParent
    } else if value.text.starts_with("file:")
        && let Some(import) = import(value)?
    {
        Directive::File(import)
    } else {
        let owners: Vec<&str> = value
            .text
            .split(',')
            .map(|o| o.trim_matches(is_blank))
            .collect();
        if let Some(wrong) = owners.iter().find(|owner| !is_owner(owner)) {
            return Err(value.problem(format!("{} is no e-mail address", quoted(wrong))));
        }
        Directive::OwnerSet(owners.into_iter().map(str::to_owned).collect())
    };
    Ok(PerFile {
        globs,
        directive,
        span: line.span,
    })
}

/// What follows a keyword and a blank.
fn keyword<'s>(line: Line<'s>, word: &str) -> Option<Line<'s>> {
    let rest = line.text.strip_prefix(word)?;
    rest.starts_with(is_blank)
        .then(|| line.part(word.len(), line.text.len()).trim(is_blank))
}

fn import(line: Line<'_>) -> Result<Option<Import>, FileProblem> {
    let (path, whole) = match keyword(line, "include") {
        Some(path) => (path, true),
        None if line.text.starts_with("file:") => (
            line.part("file:".len(), line.text.len()).trim(is_blank),
            false,
        ),
        None => return Ok(None),
    };
    if path.text.is_empty() || path.text.contains(is_blank) {
        return Err(line.problem(format!("{} is no path", quoted(path.text))));
    }
    Ok(Some(Import {
        path: path.text.to_owned(),
        whole,
        span: path.span,
    }))
}

/// The globs of a list; a comma inside `{}` or `[]` does not end one.
fn split_globs(line: Line<'_>) -> Vec<Line<'_>> {
    let mut globs = Vec::new();
    let (mut start, mut braces, mut brackets) = (0, 0, 0);
    for (at, char) in line.text.char_indices() {
        match char {
            '{' => braces += 1,
            '}' => braces -= 1,
            '[' => brackets += 1,
            ']' => brackets -= 1,
            ',' if braces <= 0 && brackets <= 0 => {
                globs.push(line.part(start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    globs.push(line.part(start, line.text.len()));
    globs
}

fn is_no_parent(text: &str) -> bool {
    let mut words = text.split(is_blank).filter(|word| !word.is_empty());
    words.next() == Some("set") && words.next() == Some("noparent") && words.next().is_none()
}

/// Whether it is `*`, everybody, or has the form of an e-mail address.
pub(super) fn is_owner(text: &str) -> bool {
    let allowed =
        |char: char| !is_blank(char) && !matches!(char, '<' | '>' | '@' | '=' | ',' | ':');
    let is_part = |part: &str| !part.is_empty() && part.chars().all(allowed);
    text == "*"
        || text
            .split_once('@')
            .is_some_and(|(local, domain)| is_part(local) && is_part(domain))
}
