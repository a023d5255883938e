use std::sync::Arc;

use crate::{
    config::name_and_mail,
    dialects::{
        FileProblem,
        lines::{Line, is_blank, lines},
    },
    text::{Source, quoted},
};

/// A section: consecutive lines of the form `X: value`.
#[derive(Debug, Default)]
pub(super) struct MaintainersSection<'s> {
    /// Values of `M:`.
    pub maintainers: Vec<Line<'s>>,
    /// Values of `F:`.
    pub files: Vec<Line<'s>>,
    /// Values of `X:`.
    pub excluded: Vec<Line<'s>>,
    /// Values of `N:`.
    pub names: Vec<Line<'s>>,
}

/// Parses the sections of a file.
pub(super) fn parse<'s>(
    source: &'s Arc<Source>,
    problems: &mut Vec<FileProblem>,
) -> Vec<MaintainersSection<'s>> {
    let mut sections = vec![MaintainersSection::default()];
    for line in lines(source, problems) {
        let mut bytes = line.text.bytes();
        let letter = bytes.next().filter(u8::is_ascii_uppercase);
        // Only at the start of a line: the header of the file explains the letters in indented lines.
        let starts = source.text()[..line.span.start as usize].ends_with(['\n', '\u{feff}'])
            || line.span.start == 0;
        let Some(letter) = letter.filter(|_| bytes.next() == Some(b':') && starts) else {
            sections.push(MaintainersSection::default());
            continue;
        };
        let value = line.part(2, line.text.len()).trim(is_blank);
        let Some(section) = sections.last_mut() else {
            continue;
        };
        let list = match letter {
            b'M' => &mut section.maintainers,
            b'F' => &mut section.files,
            b'X' => &mut section.excluded,
            b'N' => &mut section.names,
            _ => continue,
        };
        if value.text.is_empty() {
            let message = format!("{} has no value and is ignored", quoted(line.text));
            problems.push(line.problem(message));
        } else if letter == b'M' && name_and_mail(value.text) == Some(("", "")) {
            let message = format!("{} does not name a maintainer", quoted(line.text));
            problems.push(line.problem(message));
        } else {
            list.push(value);
        }
    }
    sections
}
