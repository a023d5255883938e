//! The tags of Ruby and Go templates in short texts.

use std::borrow::Cow;

/// The starts and ends of tags.
const TAGS: [(&str, &str); 2] = [("<%", "%>"), ("{{", "}}")];

/// A tag that stands for any text.
pub const ANY_TEXT: &str = "<%%>";

/// What is shown in place of a tag, whose code may contain something secret.
const PLACEHOLDER: &str = "<template>";

/// Splits a text into tags of a template and the text between them.
pub fn template_parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = match start_of_tag(rest) {
            Some((0, end)) => rest.find(end).map_or(rest.len(), |at| at + end.len()),
            Some((start, _)) => start,
            None => rest.len(),
        };
        let (part, after) = rest.split_at(length);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// Returns where the first tag of a text starts, and its end.
fn start_of_tag(text: &str) -> Option<(usize, &'static str)> {
    let pairs = text.as_bytes().windows(2).enumerate();
    pairs.into_iter().find_map(|(at, pair)| {
        let tag = TAGS.iter().find(|(start, _)| start.as_bytes() == pair);
        tag.map(|(_, end)| (at, *end))
    })
}

/// Returns whether a part of a text is a tag.
pub fn is_template_tag(part: &str) -> bool {
    TAGS.iter().any(|(start, _)| part.starts_with(start))
}

/// Returns whether a template decides a part of a text.
pub fn has_template_tag(text: &str) -> bool {
    start_of_tag(text).is_some()
}

/// Returns a text with a placeholder for each tag.
pub fn without_template_code(text: &str) -> Cow<'_, str> {
    if !has_template_tag(text) {
        return Cow::Borrowed(text);
    }
    let parts = template_parts(text);
    let shown = parts.map(|part| match is_template_tag(part) {
        true => PLACEHOLDER,
        false => part,
    });
    Cow::Owned(shown.collect())
}

/// Returns the code of a tag that produces output.
pub fn code_of_output(part: &str) -> Option<&str> {
    let ruby = part
        .strip_prefix("<%=")
        .and_then(|it| it.strip_suffix("%>"));
    let go = part.strip_prefix("{{").and_then(|it| it.strip_suffix("}}"));
    let code = ruby.or(go)?.trim_matches('-').trim();
    (!code.is_empty()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::within;

    #[test]
    fn shows_no_code() {
        for (text, expected) in [
            ("sre-page", "sre-page"),
            ("a{b}<c>", "a{b}<c>"),
            ("<%= @secret %>-pd", "<template>-pd"),
            ("a-{{ .Values.token }}-b", "a-<template>-b"),
            ("{{ a }}{{ b }}", "<template><template>"),
            ("a {{ \"<% b", "a <template>"),
            ("<% a {{ b %>c", "<template>c"),
            ("é<%é%>é", "é<template>é"),
        ] {
            assert_eq!(without_template_code(text), expected, "{text}");
            assert_eq!(template_parts(text).collect::<String>(), text);
        }
    }

    #[test]
    fn many_tags_are_fast() {
        within(5, || {
            for text in ["{{ a }}", "<% a %>", "{{", "<%", "{", "<"] {
                without_template_code(&text.repeat(200_000));
            }
        });
    }
}
