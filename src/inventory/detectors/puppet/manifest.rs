//! The content of manifests: owners in the comment at the top, and the classes that they use.

use std::sync::Arc;

use bstr::BStr;

use super::tokens::{ManifestToken, Placed};
use crate::{
    inventory::{
        Declaration, Declarations, Effect, FileReader, Name, ReadError,
        detectors::declared::unreadable,
    },
    text::{Place, Source, Span},
};

/// Opens a manifest. Owners in manifests are optional, so invalid bytes in a comment or a link to another manifest
/// are not problems.
pub(super) fn open(
    reader: &FileReader<'_>,
    path: &BStr,
    declarations: &mut Declarations,
) -> Option<Arc<Source>> {
    match reader.read(path) {
        Ok(file) => Some(Arc::clone(&file.source)),
        Err(ReadError::Missing | ReadError::NotAFile | ReadError::Symlink) => None,
        Err(error) => {
            let problem = unreadable(&reader.links.content.repository, path, &error);
            declarations.problems.push(problem);
            None
        }
    }
}

/// The words before a name in the comment at the top: the word, its key and its effect.
const WORDS: [(&str, &str, Effect); 4] = [
    ("team:", "Team", Effect::Owner),
    ("@author ", "@author", Effect::Hint),
    ("maintainer:", "maintainer", Effect::Hint),
    ("contact:", "Contact", Effect::Hint),
];

/// Adds the owners that the comment at the top names. They are only hints if the component declares owners in another
/// place.
pub(super) fn header(source: &Arc<Source>, declarations: &mut Declarations) {
    let is_declared = declarations
        .declarations
        .iter()
        .any(|declaration| declaration.effect == Effect::Owner);
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let at = start;
        start += line.len();
        let content = line.trim();
        if content.is_empty() {
            continue;
        }
        let Some(comment) = content.strip_prefix('#') else {
            break;
        };
        let comment = comment.trim_start_matches('#').trim_start();
        let found = WORDS.iter().find_map(|(word, key, effect)| {
            let begins = comment.get(..word.len())?.eq_ignore_ascii_case(word);
            begins.then(|| (comment[word.len()..].trim(), *key, *effect))
        });
        let Some((text, key, effect)) = found.filter(|(text, ..)| !text.is_empty()) else {
            continue;
        };
        let end = at + line.trim_end().len();
        let place = Place::Text(Arc::clone(source), Span::new(end - text.len(), end));
        let mut names = Name::list(text, place);
        for name in &mut names {
            name.may_be_person = effect == Effect::Hint;
        }
        let effect = match is_declared {
            true => Effect::Hint,
            false => effect,
        };
        let declaration = Declaration::of(key, effect, names);
        declarations.declarations.extend(declaration);
    }
}

/// A class or defined type that a manifest uses.
pub(super) struct Named<'t> {
    /// The name without leading colons; for an assigned role, without `role::`.
    pub name: &'t str,
    /// The place of the name.
    pub span: Span,
    /// Whether it is assigned to a machine: `role(a::b)`.
    pub is_assigned: bool,
}

/// What a manifest uses.
#[derive(Default)]
pub(super) struct Names<'t> {
    /// The classes, defined types and assigned roles, each with its place.
    pub named: Vec<Named<'t>>,
    /// Whether it uses more classes, with names that are known only at run time.
    pub are_partial: bool,
}

/// Returns what a manifest uses.
pub(super) fn names<'t>(tokens: &[Placed<'t>]) -> Names<'t> {
    let mut names = Names::default();
    let mut at = 0;
    while at < tokens.len() {
        let next = tokens.get(at + 1).map(|(_, token)| *token);
        let is_next = |sign: u8| next == Some(ManifestToken::Sign(sign));
        match tokens[at].1 {
            // `lookup('classes').include`
            ManifestToken::Word("include" | "contain" | "require") if is_called_on(tokens, at) => {
                names.are_partial = true;
            }
            ManifestToken::Word("hiera_include") => names.are_partial = true,
            ManifestToken::Word("include" | "require" | "contain") => {
                at = list(tokens, at + 1, &mut names);
                continue;
            }
            ManifestToken::Word("class") if is_next(b'{') => {
                at = list(tokens, at + 2, &mut names);
                continue;
            }
            ManifestToken::Word("role") if is_next(b'(') => {
                let before = names.named.len();
                at = list(tokens, at + 2, &mut names);
                for role in &mut names.named[before..] {
                    role.is_assigned = true;
                }
                continue;
            }
            ManifestToken::Word(word) if is_next(b'{') && is_title(tokens, at + 2) => {
                names.named.extend(named(&tokens[at], word));
            }
            _ => {}
        }
        at += 1;
    }
    names
}

/// Adds the names from `at` on, which are separated by commas and may be in brackets. Returns the position after the
/// last one.
fn list<'t>(tokens: &[Placed<'t>], mut at: usize, names: &mut Names<'t>) -> usize {
    while let Some(ManifestToken::Sign(b'(' | b'[')) = tokens.get(at).map(|(_, token)| *token) {
        at += 1;
    }
    while let Some(ManifestToken::Word(name) | ManifestToken::Text(name)) =
        tokens.get(at).map(|(_, token)| *token)
    {
        let next = tokens.get(at + 1).map(|(_, token)| *token);
        // `lookup('classes')` is known only at run time.
        match named(&tokens[at], name).filter(|_| next != Some(ManifestToken::Sign(b'('))) {
            Some(name) => names.named.push(name),
            None => names.are_partial = true,
        }
        at += 1;
        if next != Some(ManifestToken::Sign(b',')) {
            return at;
        }
        at += 1;
    }
    // `*$classes`
    names.are_partial |= tokens.get(at).map(|(_, token)| *token) == Some(ManifestToken::Sign(b'*'));
    at
}

fn named<'t>(token: &Placed<'t>, name: &'t str) -> Option<Named<'t>> {
    let plain = name.trim_start_matches("::");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let is_name = plain.starts_with(|char: char| char.is_ascii_lowercase());
    (is_name && plain.bytes().all(is_plain)).then(|| Named {
        name: plain,
        span: Span::new(token.0, token.0 + name.len()),
        is_assigned: false,
    })
}

/// Returns whether the word at `at` is a method call on the value before it.
fn is_called_on(tokens: &[Placed<'_>], at: usize) -> bool {
    at > 0 && tokens[at - 1].1 == ManifestToken::Sign(b'.')
}

/// Returns whether a title begins at `at`, as after the name of a type: a value and a colon, or a list.
fn is_title(tokens: &[Placed<'_>], at: usize) -> bool {
    let token = |at: usize| tokens.get(at).map(|(_, token)| *token);
    match token(at) {
        Some(ManifestToken::Text(_) | ManifestToken::Word(_)) => {
            token(at + 1) == Some(ManifestToken::Sign(b':'))
        }
        Some(ManifestToken::Sign(sign)) => sign == b'[',
        Some(ManifestToken::Pattern(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tokens::tokens, *};

    #[test]
    fn finds_classes_in_all_notations() {
        for (text, expected) in [
            ("include profile::a", "profile::a"),
            (
                "include ::profile::a, b\ncontain(c::d)",
                "profile::a b c::d",
            ),
            ("require ['a', 'b']\n", "a b"),
            ("class { '::a::b': x => 1 }", "a::b"),
            ("class { ['a', 'b']: }", "a b"),
            ("systemd::unit { 'x': ensure => present }", "systemd::unit"),
            ("a::b { $title: }\n@@c::d { [1, 2]: }", "a::b c::d"),
            ("node 'x' { role(a::b) }", "a::b"),
            ("node 'x' { role('a::b') }", "a::b"),
            // No classes are used here.
            ("# include a\n$x = 'include b'\n", ""),
            ("class a::b (String $x) inherits c { }", ""),
            ("file_x($y) { 'z' }", ""),
            ("include $x\ninclude \"a::${x}\"\n", ""),
            ("x { a => 1, require => Class['b'] }", ""),
            ("case $x { 'a': { } }\nif $y { }", ""),
            ("include", ""),
        ] {
            let names = names(&tokens(text)).named;
            let found: Vec<&str> = names.iter().map(|named| named.name).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn notices_names_that_are_known_only_at_run_time() {
        for text in [
            "include $x",
            "include a, \"role::${x}\"",
            "include lookup('classes')",
            "contain(*$x)",
            "class { $x: }",
            "node 'x' { role($x) }",
            "lookup('classes').include\n",
            "$x.each |$y| { include $y }",
            "hiera_include('classes')",
        ] {
            assert!(names(&tokens(text)).are_partial, "{text}");
        }
        for text in [
            "include a, b\n$x = 1",
            "role(a::b, 'c')",
            "class { ['a', 'b']: x => $y }",
            "x { a: require => Class[$b] }",
            "a::b { $title: }",
            "include",
        ] {
            assert!(!names(&tokens(text)).are_partial, "{text}");
        }
    }

    #[test]
    fn places_include_leading_colons() {
        let text = "class role::x {\n  include ::profile::a # b\n}\n";
        let places = names(&tokens(text))
            .named
            .into_iter()
            .map(|named| &text[named.span.range()]);
        assert_eq!(places.collect::<Vec<_>>(), ["::profile::a"]);
    }
}
