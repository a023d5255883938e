use std::sync::Arc;

use super::{file_name::blocked, glob};
use crate::{
    dialects::{FileProblem, FileProblemKind, glob::Glob, lines::Line},
    text::{Source, Span, quoted},
};

/// The content of an `OWNERS` file.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The line `set noparent`: owners of parent folders do not count.
    pub no_parent: Option<Span>,
    /// Owners of the folder: an email address or `*`, and its line.
    pub owners: Vec<(String, Span)>,
    /// Imports for the whole folder.
    pub imports: Vec<Import>,
    /// The `per-file` lines.
    pub per_file: Vec<PerFile>,
    /// Why Gerrit rejects the file.
    pub rejection: Option<FileProblem>,
}

/// A reference to another file.
#[derive(Debug, Clone)]
pub(super) struct Import {
    /// The project, and the branch if there is one, as written before the path.
    pub prefixes: Vec<String>,
    /// The path as written.
    pub path: String,
    /// Whether everything in it counts (`include`), or only the owners of its folder (`file:`).
    pub whole: bool,
    /// Where it is written.
    pub span: Span,
}

/// A `per-file` line.
#[derive(Debug)]
pub(super) struct PerFile {
    /// The line applies to files that match any of these.
    pub globs: Vec<Glob>,
    /// What applies to them.
    pub directive: Directive,
    /// The line.
    pub span: Span,
}

/// The right-hand side of a `per-file` line.
#[derive(Debug)]
pub(super) enum Directive {
    /// These owners.
    Owners(Vec<String>),
    /// Only the owners of `per-file` lines count.
    NoParent,
    /// The owners of another file.
    File(Import),
}

/// Parses a file. Gerrit rejects a file with one invalid line as a whole; the other lines are parsed
/// nevertheless, to show what they mean.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Config {
    let mut config = Config::default();
    for line in lines(source) {
        let line = line.trim(is_blank);
        if line.text.is_empty() || line.text.starts_with('#') {
            continue;
        }
        if let Err(mut problem) = config.read(line, problems) {
            let blocked = blocked(source.path.as_ref());
            problem.message +=
                &format!(": Gerrit rejects the file and blocks every change {blocked}");
            problem.kind = FileProblemKind::Rejected;
            config.rejection.get_or_insert_with(|| problem.clone());
            problems.push(problem);
        }
    }
    config
}

/// The lines of a file: each of Unicode's line breaks ends one.
fn lines(source: &Arc<Source>) -> impl Iterator<Item = Line<'_>> {
    let is_break = |char| {
        matches!(
            char,
            '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let text = source.text();
    let start = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    text.split(is_break).map(move |part| Line {
        text: part,
        span: Span::new(start(part), start(part) + part.len()),
        source,
    })
}

/// A blank in the middle of a line, as Java's regular expressions have it.
fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

impl Config {
    /// Adds a line, which is neither empty nor a comment.
    ///
    /// # Errors
    /// If Gerrit rejects the line.
    fn read(&mut self, line: Line<'_>, problems: &mut Vec<FileProblem>) -> Result<(), FileProblem> {
        let code = without_comment(line);
        if is_no_parent(code.text) {
            self.no_parent = Some(code.span);
        } else if let Some(owner) = owner(line) {
            warn_of_bytes(owner, problems);
            self.owners.push((owner.text.to_owned(), owner.span));
        } else if let Some(rest) = keyword(code, "per-file") {
            warn_of_bytes(code, problems);
            self.per_file.push(per_file(code, rest, problems)?);
        } else if let Some(import) = import(line)? {
            self.imports.push(import);
        } else {
            let message = match code.text.strip_prefix('\u{feff}') {
                Some(_) => "the byte order mark makes the line invalid".to_owned(),
                None => format!("{} is neither an owner nor a directive", quoted(code.text)),
            };
            return Err(code.problem(message));
        }
        Ok(())
    }
}

/// Warns of characters of an owner or a glob that hardly anybody wrote.
fn warn_of_bytes(part: Line<'_>, problems: &mut Vec<FileProblem>) {
    if part.source.is_faulty(part.span) {
        let message = format!(
            "{} is not UTF-8: Gerrit replaces the invalid bytes",
            quoted(part.text)
        );
        problems.push(part.problem(message));
    } else if part.text.starts_with('\u{feff}') {
        problems.push(part.problem("Gerrit treats the byte order mark as part of the address"));
    }
}

fn without_comment(line: Line<'_>) -> Line<'_> {
    let end = line.text.find('#').unwrap_or(line.text.len());
    line.part(0, end).trim(is_blank)
}

/// The owner on a line of its own: `*` or an email address, whose local part may contain `#`.
fn owner(line: Line<'_>) -> Option<Line<'_>> {
    let ends = |at: usize| {
        let rest = line.text[at..].trim_start_matches(is_blank);
        rest.is_empty() || rest.starts_with('#')
    };
    if line.text.starts_with('*') && ends(1) {
        return Some(line.part(0, 1));
    }
    let domain = line.text.find('@')? + 1;
    let is_end = |char: char| is_blank(char) || matches!(char, '<' | '>' | '@' | '#' | ',');
    let length = line.text[domain..].find(is_end);
    let end = length.map_or(line.text.len(), |length| domain + length);
    (is_owner(&line.text[..end]) && ends(end)).then(|| line.part(0, end))
}

fn per_file<'s>(
    line: Line<'s>,
    rest: Line<'s>,
    problems: &mut Vec<FileProblem>,
) -> Result<PerFile, FileProblem> {
    let Some(equals) = rest.text.find('=') else {
        return Err(line.problem("the `per-file` line has no `=`"));
    };
    let written = rest.part(0, equals).trim(is_blank);
    let value = rest.part(equals + 1, rest.text.len()).trim(is_blank);
    // Gerrit checks what is between commas before it knows which commas separate globs.
    for part in written
        .text
        .split(',')
        .map(|part| part.trim_matches(is_blank))
    {
        if part.is_empty() {
            return Err(written.problem("the `per-file` line has an empty glob"));
        }
        if part.contains(is_blank) {
            let message = format!("the glob {} contains whitespace", quoted(part));
            return Err(written.problem(message));
        }
    }
    let mut globs = Vec::new();
    for text in split_globs(written) {
        // Gerrit puts a character that names do not have in place of the invalid bytes. The line is a problem already.
        if line.source.is_faulty(text.span) {
            continue;
        }
        let glob = without_extra_blanks(text.text);
        if glob.starts_with(' ') || glob.ends_with(' ') {
            let message = format!(
                "the leading or trailing space is part of the glob {}",
                quoted(&glob)
            );
            problems.push(text.problem(message));
        }
        match glob::parse(&glob) {
            Ok(more) => globs.extend(more),
            Err(reason) => {
                let message = format!("{} matches no files: {reason}", quoted(text.text));
                problems.push(text.problem(message));
            }
        }
    }
    let owners = value
        .text
        .split(',')
        .map(|owner| owner.trim_matches(is_blank));
    let directive = if is_no_parent(value.text) {
        Directive::NoParent
    } else if value.text.starts_with("file:")
        && let Ok(Some(import)) = import(value)
    {
        Directive::File(import)
    } else if keyword(value, "include").is_some() {
        return Err(value.problem(
            "a `per-file` line can import a file only with `file:`, not with \
            `include`",
        ));
    } else if let Some(wrong) = owners.clone().find(|owner| !is_owner(owner)) {
        let message = match wrong {
            "" => "an email address is missing".to_owned(),
            _ => format!("{} is not an email address", quoted(wrong)),
        };
        return Err(value.problem(message));
    } else {
        Directive::Owners(owners.map(str::to_owned).collect())
    };
    Ok(PerFile {
        globs,
        directive,
        span: line.span,
    })
}

/// A glob as Gerrit stores it: with single blanks, and with none around colons.
fn without_extra_blanks(text: &str) -> String {
    let words = text.split(is_blank).filter(|word| !word.is_empty());
    let mut glob = words.collect::<Vec<_>>().join(" ");
    if text.starts_with(is_blank) {
        glob.insert(0, ' ');
    }
    if text.ends_with(is_blank) {
        glob.push(' ');
    }
    glob.replace(" :", ":").replace(": ", ":")
}

/// The text after a keyword and at least one blank.
fn keyword<'s>(line: Line<'s>, word: &str) -> Option<Line<'s>> {
    let rest = line.text.strip_prefix(word)?;
    rest.starts_with(is_blank)
        .then(|| line.part(word.len(), line.text.len()).trim(is_blank))
}

/// The import on a line, which may have a comment.
///
/// # Errors
/// If there is an import, and Gerrit rejects it.
fn import(line: Line<'_>) -> Result<Option<Import>, FileProblem> {
    let (reference, whole) = match keyword(line, "include") {
        Some(reference) => (reference, true),
        None if line.text.starts_with("file:") => {
            let reference = line.part("file:".len(), line.text.len());
            (reference.trim(is_blank), false)
        }
        None => return Ok(None),
    };
    // A project may contain `#`, so the longest prefixes have precedence over a comment.
    let found = (0..=2)
        .rev()
        .find_map(|prefixes| path_after(reference, prefixes));
    let Some((prefixes, path)) = found else {
        let reference = without_comment(reference);
        let message = format!("{} is not a file path", quoted(reference.text));
        return Err(without_comment(line).problem(message));
    };
    Ok(Some(Import {
        prefixes,
        path: path.text.to_owned(),
        whole,
        span: path.span,
    }))
}

/// The path after so many prefixes that end in `:`, and these; `None` if the reference is not of this form.
fn path_after(reference: Line<'_>, count: usize) -> Option<(Vec<String>, Line<'_>)> {
    let mut prefixes = Vec::new();
    let mut rest = reference;
    for _ in 0..count {
        let (prefix, _) = rest.text.split_once(':')?;
        rest = rest.part(prefix.len() + 1, rest.text.len()).trim(is_blank);
        prefixes.push(prefix.trim_end_matches(is_blank).to_owned());
    }
    let is_end = |char: char| is_blank(char) || char == '#';
    let end = rest.text.find(is_end).unwrap_or(rest.text.len());
    let path = rest.part(0, end);
    let after = rest.text[end..].trim_start_matches(is_blank);
    let is_prefix = |prefix: &String| !prefix.is_empty() && !prefix.contains(is_blank);
    let is_valid = prefixes.iter().all(is_prefix)
        && !path.text.is_empty()
        && !path.text.contains(':')
        && (after.is_empty() || after.starts_with('#'));
    is_valid.then_some((prefixes, path))
}

/// Splits a list of globs; a comma inside `{}` or `[]` does not end a glob.
fn split_globs(line: Line<'_>) -> Vec<Line<'_>> {
    let mut globs = Vec::new();
    let (mut start, mut braces, mut brackets) = (0, 0_usize, 0_usize);
    for (at, char) in line.text.char_indices() {
        match char {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            '[' => brackets += 1,
            ']' => brackets = brackets.saturating_sub(1),
            ',' if braces == 0 && brackets == 0 => {
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

/// Whether a text is `*`, which means everybody, or has the form of an email address.
pub(super) fn is_owner(text: &str) -> bool {
    let is_part = |part: &str, more: &[char]| {
        let allowed = |char: char| {
            !is_blank(char) && !matches!(char, '<' | '>' | '@' | ',') && !more.contains(&char)
        };
        !part.is_empty() && part.chars().all(allowed)
    };
    text == "*"
        || text
            .split_once('@')
            .is_some_and(|(local, domain)| is_part(local, &[]) && is_part(domain, &['#']))
}
