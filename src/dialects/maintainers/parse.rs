use std::{borrow::Cow, sync::Arc};

use bstr::ByteSlice;

use super::{address::addresses, files, script::Script};
use crate::{
    dialects::{FileProblem, OwnerSection, Tree, lines::Line},
    text::{Source, Span, quoted},
};

/// The lines between two titles.
#[derive(Debug, Default)]
pub(super) struct MaintainersSection<'s> {
    /// Its title; empty for what precedes the first one.
    pub title: &'s str,
    /// Whether its title says that it is about what no other section is about.
    pub is_rest: bool,
    /// Whether its status says that nobody maintains it.
    pub is_orphan: bool,
    /// Values of `M:`, with the addresses in them.
    pub maintainers: Vec<(Line<'s>, Vec<String>)>,
    /// Values of `F:`.
    pub files: Vec<Value<'s>>,
    /// Values of `X:`.
    pub excluded: Vec<Value<'s>>,
    /// Values of `N:`.
    pub names: Vec<Value<'s>>,
    /// Values of `K:`.
    pub keywords: Vec<Value<'s>>,
}

/// Returns the sections that name owners; the title of the one for the rest is empty.
pub(super) fn sections(tree: &Tree<'_>) -> Vec<OwnerSection> {
    let (script, mut problems) = (Script::of(tree), Vec::new());
    let sources = files::sources(tree, &script, &mut problems);
    let sections = parse(&sources, &script, &mut problems).into_iter();
    let section = |section: MaintainersSection<'_>| {
        let title = if section.is_rest { "" } else { section.title };
        let owners = section.maintainers.into_iter();
        OwnerSection {
            title: title.to_owned(),
            lines: owners.map(|(_, owners)| owners).collect(),
        }
    };
    sections
        .filter(|section| !section.is_orphan)
        .map(section)
        .collect()
}

/// The value of an entry, as the program reads it.
#[derive(Debug)]
pub(super) struct Value<'s> {
    /// Where it is.
    pub line: Line<'s>,
    /// Its text, which can contain invalid UTF-8 unless the program decodes the file.
    pub bytes: Cow<'s, [u8]>,
}

/// Parses the sections of files. The program reads all files as one.
pub(super) fn parse<'s>(
    sources: &'s [Arc<Source>],
    script: &Script,
    problems: &mut Vec<FileProblem>,
) -> Vec<MaintainersSection<'s>> {
    let mut sections = vec![MaintainersSection::default()];
    // The line before the maintainers is the title of their section, even if it is an entry.
    let mut has_title = false;
    for source in sources
        .iter()
        .filter(|it| it.text().starts_with('\u{feff}'))
    {
        let message = "the byte order mark at the start of the file is part of the first line";
        problems.push(FileProblem::new(source, Span::new(0, 3), message));
    }
    for line in sources.iter().flat_map(raw_lines) {
        let bytes = &line.source.bytes()[line.span.range()];
        let Some((letter, value)) = entry(&line, bytes, script) else {
            if is_title(bytes, script) {
                sections.push(MaintainersSection {
                    title: line.text.trim(),
                    is_rest: bytes.trim() == b"THE REST",
                    ..MaintainersSection::default()
                });
                has_title = true;
            }
            continue;
        };
        let is_title = !std::mem::replace(&mut has_title, true);
        let Some(section) = sections.last_mut() else {
            continue;
        };
        let list = match letter {
            b'M' => {
                let shown = || quoted(line.text.trim_end());
                let message = match addresses(&value.bytes, script) {
                    _ if is_title => format!(
                        "{} has no effect, because `get_maintainer.pl` skips an entry where it expects a title",
                        shown()
                    ),
                    None => "the entry contains too many comments and is ignored".to_owned(),
                    Some(addresses) if addresses.is_empty() => {
                        format!("{} does not contain an address and is ignored", shown())
                    }
                    Some(addresses) => {
                        section.maintainers.push((value.line, addresses));
                        continue;
                    }
                };
                problems.push(line.problem(message));
                continue;
            }
            b'F' => &mut section.files,
            b'X' => &mut section.excluded,
            b'K' => &mut section.keywords,
            b'N' if script.has_names => &mut section.names,
            b'N' => {
                let message = format!(
                    "{} has no effect, because this project's `get_maintainer.pl` ignores `N:` lines",
                    quoted(line.text.trim_end())
                );
                problems.push(line.problem(message));
                continue;
            }
            b'S' => {
                section.is_orphan |= value.bytes.trim().eq_ignore_ascii_case(b"orphan");
                continue;
            }
            _ => continue,
        };
        list.push(value);
    }
    sections
}

/// Returns the lines of a file, with all their blanks.
fn raw_lines(source: &Arc<Source>) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    source.text().split('\n').map(move |text| {
        let span = Span::new(at, at + text.len());
        at += text.len() + 1;
        Line { text, span, source }
    })
}

/// Returns the letter and the value of an entry.
fn entry<'s>(line: &Line<'s>, bytes: &'s [u8], script: &Script) -> Option<(u8, Value<'s>)> {
    let (letter, rest) = bytes.split_first()?;
    let is_letter = script.has_any_letter || letter.is_ascii_uppercase();
    let rest = rest.strip_prefix(b":").filter(|_| is_letter)?;
    let value = trim_start(rest, script);
    let line = line.part(bytes.len() - value.len(), bytes.len());
    let bytes = match script.is_decoded {
        true => decoded(value),
        false => value.into(),
    };
    Some((*letter, Value { line, bytes }))
}

/// Returns whether a line that is no entry ends a section.
fn is_title(bytes: &[u8], script: &Script) -> bool {
    let rest = trim_start(bytes, script);
    let is_comment = script.has_comments && rest.starts_with(b"#");
    !rest.is_empty() && !is_comment
}

/// Returns a text without the whitespace at its start.
pub(super) fn trim_start<'t>(text: &'t [u8], script: &Script) -> &'t [u8] {
    let mut rest = text;
    loop {
        let (char, length) = bstr::decode_utf8(rest);
        let is_space = |char: char| match script.is_decoded {
            true => char.is_whitespace(),
            false => matches!(char, '\t'..='\r' | ' '),
        };
        match char {
            Some(char) if is_space(char) => rest = &rest[length..],
            _ => return rest,
        }
    }
}

/// Returns a text as Perl decodes it: bytes that are not UTF-8 become four characters such as `\xFF`.
fn decoded(value: &[u8]) -> Cow<'_, [u8]> {
    if value.is_utf8() {
        return value.into();
    }
    let mut text = Vec::new();
    for chunk in value.utf8_chunks() {
        text.extend(chunk.valid().bytes());
        let invalid = chunk.invalid().iter();
        text.extend(invalid.flat_map(|byte| format!("\\x{byte:02X}").into_bytes()));
    }
    text.into()
}
