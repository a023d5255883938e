//! Chef: cookbooks. `metadata.rb` is Ruby with one call per line, three of which are read. `metadata.json` has the
//! same content for programs that cannot run Ruby.

use std::{collections::BTreeMap, sync::Arc};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Detector, catalog,
    declared::{YamlFile, open_text},
    paths::{directory, is_directly_in},
};
use crate::{
    inventory::{Component, Declaration, Declarations, Effect, FileReader, Files, Name},
    text::{Place, Source, Span, printable},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "chef",
    kinds: &["chef-cookbook"],
    find: |search| find(search.files).into(),
    read: |component, reader, _| vec![read(component, reader)],
    link: |components, _, _| catalog::disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

/// The files that make a directory a cookbook.
const METADATA: [&str; 2] = ["metadata.json", "metadata.rb"];

fn find(files: &Files) -> Vec<Component> {
    let mut cookbooks: BTreeMap<&BStr, BString> = BTreeMap::new();
    for path in files.named(&METADATA).map(|file| file.path) {
        if is_cookbook(directory(path), files) {
            // `metadata.rb` sorts last and wins: `metadata.json` is generated from it.
            cookbooks.insert(directory(path), path.to_owned());
        }
    }
    let cookbooks = cookbooks.into_iter();
    cookbooks
        .map(|(directory, path)| Component {
            how_to_declare: Some("set `maintainer` in the cookbook's metadata"),
            ..DETECTOR.in_directory(DETECTOR.kinds[0], directory, "cookbooks/", vec![path])
        })
        .collect()
}

/// Returns whether a directory is a cookbook: it has recipes, or is directly inside `cookbooks`. Other tools have a
/// `metadata.json` too.
fn is_cookbook(path: &BStr, files: &Files) -> bool {
    let recipes: BString = [path.as_bytes(), b"recipes/"].concat().into();
    files.any_under(&recipes) || is_directly_in(path, "cookbooks")
}

fn read(component: Component, reader: &FileReader<'_>) -> (Component, Declarations) {
    let mut declarations = Declarations::default();
    let mut calls = Calls::default();
    for path in &component.declares_in {
        if path.ends_with(b".json") {
            // YAML includes JSON.
            if let Some(file) = YamlFile::open(reader, path.as_bstr(), &mut declarations) {
                calls = calls_in_json(&file);
            }
            continue;
        }
        if let Some(file) = open_text(reader, path.as_bstr(), &mut declarations) {
            calls = calls_in_ruby(&file.source);
        }
    }
    // Both keys name the same maintainer.
    let both = ["maintainer", "maintainer_email"].map(|key| calls.remove(key));
    let mut both = both.into_iter().flatten();
    if let Some(mut first) = both.next() {
        first.may_be_person = true;
        first.spellings.extend(both.flat_map(|more| more.spellings));
        let declaration = Declaration::of("maintainer", Effect::Owner, vec![first]);
        declarations.declarations.extend(declaration);
    }
    let name = calls.remove("name").filter(|name| !name.is_template);
    let name = name.and_then(|name| Some(printable(name.spellings.first()?)));
    let name = name.unwrap_or_else(|| component.name.clone());
    (Component { name, ..component }, declarations)
}

/// The values of the calls in [`WORDS`].
type Calls = FxHashMap<&'static str, Name>;

const WORDS: [&str; 3] = ["name", "maintainer", "maintainer_email"];

fn calls_in_ruby(source: &Arc<Source>) -> Calls {
    let mut calls = Calls::default();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        if let Some((call, from, to)) = call(line)
            && let Some(word) = WORDS.into_iter().find(|word| *word == call)
        {
            let text = &line[from..to];
            // The span includes the quotes.
            let span = Span::new(start + from - 1, start + to + 1);
            let place = Place::Text(Arc::clone(source), span);
            let name = Name::new(vec![text.trim().to_owned()], place);
            match text.trim().is_empty() {
                true => calls.remove(word),
                false => calls.insert(word, name),
            };
        }
        start += line.len();
    }
    calls
}

fn calls_in_json(file: &YamlFile) -> Calls {
    let calls = file.documents.iter().flat_map(|document| {
        WORDS.into_iter().filter_map(|word| {
            // Chef writes an empty string for a missing value, which is no problem.
            let name = file.name(word, document.get(word)?, &mut Vec::new())?;
            Some((word, name))
        })
    });
    calls.collect()
}

/// Parses `word 'text'`, also with parentheses: returns the word, and the start and end of the text.
fn call(line: &str) -> Option<(&str, usize, usize)> {
    let bytes = line.as_bytes();
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let end = start
        + bytes[start..]
            .iter()
            .take_while(|byte| is_word(byte))
            .count();
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'(';
    let gap = bytes[end..]
        .iter()
        .take_while(|byte| is_between(byte))
        .count();
    let from = end + gap + 1;
    let quote = *bytes.get(from - 1)?;
    if end == start || !matches!(quote, b'\'' | b'"') {
        return None;
    }
    let mut at = from;
    while *bytes.get(at)? != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    Some((&line[start..end], from, at))
}

#[cfg(test)]
mod tests {
    use super::call;

    #[test]
    fn parses_calls_in_all_spellings() {
        let read = |line| call(line).map(|(word, from, to): (&str, _, _)| (word, &line[from..to]));
        assert_eq!(read("maintainer 'A B'\n"), Some(("maintainer", "A B")));
        assert_eq!(read("  name(\"x\") # y\r\n"), Some(("name", "x")));
        assert_eq!(read("name       %q(x)"), None);
        assert_eq!(read("# maintainer 'A'"), None);
        assert_eq!(read("maintainer 'A"), None);
        assert_eq!(read("maintainer 'A\\'"), None);
        assert_eq!(read("name"), None);
        assert_eq!(read(""), None);
    }
}
