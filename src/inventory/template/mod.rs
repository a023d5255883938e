//! Configurations behind templates: the parts that depend on conditions are read in all variants.

mod actions;
mod blocks;
mod go;
mod lenient;
mod ruby;

use std::ops::Range;

use self::{
    actions::replace,
    blocks::{BlockReader, Blocks, Control},
};
pub use self::{
    actions::{Action, erb_actions, go_actions, is_template, strip, strip_erb},
    blocks::{Condition, TagProblem, UnclearTag},
};
use crate::{
    text::Span,
    yaml::{self, Parsed},
};

/// A template as text that can be parsed, and what depends on its conditions.
#[derive(Debug)]
pub struct Template {
    /// The text with all actions replaced by characters of the same length.
    pub text: String,
    /// The actions that produce output.
    outputs: Vec<Range<usize>>,
    /// The outputs that are alone in their lines, so that nothing is known about them.
    loose: Vec<Range<usize>>,
    /// The other actions that may decide a part of a value around them.
    statements: Vec<Range<usize>>,
    blocks: Blocks,
    actions: Vec<Action>,
    /// The bodies of templates that are defined here and included elsewhere.
    definitions: Vec<Range<usize>>,
    /// The parts that an output before them may turn into something else, such as a comment.
    uncertain: Vec<Range<usize>>,
}

impl Template {
    /// Reads a template of Ruby.
    pub fn erb(text: &str) -> Self {
        Self::new(text, erb_actions(text), "<%", ruby::controls)
    }

    /// Reads a template of Go.
    pub fn go(text: &str) -> Self {
        let actions = go_actions(text);
        let definitions = go::definitions(text, &actions);
        Self {
            definitions,
            ..Self::new(text, actions, "{{", go::controls)
        }
    }

    fn new(
        text: &str,
        actions: Vec<Action>,
        start: &'static str,
        controls: fn(&str) -> Option<Vec<Control>>,
    ) -> Self {
        let mut reader = BlockReader::new();
        let (mut are_read, mut has_no_effect) = (true, Vec::new());
        for action in &actions {
            let tag = action.start..action.end;
            let controls = controls(&text[tag.clone()]).filter(|_| are_read);
            has_no_effect.push(action.is_silent && controls.as_ref().is_some_and(Vec::is_empty));
            are_read = are_read && reader.add(tag, controls);
        }
        let replaced = replace(text, &actions);
        let (mut outputs, mut loose, mut statements) = (Vec::new(), Vec::new(), Vec::new());
        let mut blank = replaced.into_bytes();
        let mut ends = ends_of_lines(text, &actions, &has_no_effect).into_iter();
        for action in &actions {
            let tag = action.start..action.end;
            let ends_line = ends.next().unwrap_or(false);
            if !action.is_silent {
                if blank[tag.clone()].trim_ascii().is_empty() {
                    loose.push(tag.clone());
                }
                outputs.push(tag);
            } else if ends_line {
                let filled = blank[tag].iter_mut().filter(|byte| **byte == b'x');
                filled.for_each(|byte| *byte = b' ');
            } else {
                statements.push(tag);
            }
        }
        // Only ASCII was replaced by ASCII.
        let replaced = String::from_utf8(blank).unwrap_or_else(|_| text.to_owned());
        let last = actions.last().map_or(0, |action| action.end);
        let unclosed = starts_of_tags(&text[last..], start).next();
        if let Some(at) = unclosed.filter(|_| are_read) {
            let tag = last + at..last + at + start.len();
            reader.unclear_from(tag.start, tag, TagProblem::NotClosed);
        }
        Self {
            text: replaced,
            outputs,
            loose,
            statements,
            blocks: reader.finish(),
            actions,
            definitions: Vec::new(),
            uncertain: Vec::new(),
        }
    }

    /// Parses the text of the template. If it is no YAML, tries other forms of the text: with comments in place of lines of
    /// actions, with text behind actions in lines of its own, and without the bodies of definitions.
    pub fn parse(&mut self, template: &str) -> Parsed {
        let first = yaml::parse(&self.text);
        if first.errors.is_empty() {
            return first;
        }
        let lenient = lenient::lenient(template, &self.text, &self.actions);
        let outside = self.without_definitions(&lenient.text);
        let commented = [&self.text, &lenient.text, &outside].map(|it| with_comments(it, template));
        let [own_commented, lenient_commented, outside_commented] = commented;
        let forms = [
            (own_commented, Vec::new()),
            (lenient.text, lenient.uncertain.clone()),
            (lenient_commented, lenient.uncertain.clone()),
            (outside, lenient.uncertain.clone()),
            (outside_commented, lenient.uncertain),
        ];
        for (text, uncertain) in forms {
            let parsed = yaml::parse(&text);
            if parsed.errors.is_empty() {
                (self.text, self.uncertain) = (text, uncertain);
                return parsed;
            }
        }
        first
    }

    /// Returns a text of the template with blanks in place of the bodies of definitions.
    fn without_definitions(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for body in &self.definitions {
            out += &text[out.len()..body.start];
            out.extend(text[body.clone()].bytes().map(|byte| match byte {
                b'\r' | b'\n' => char::from(byte),
                _ => ' ',
            }));
        }
        out += &text[out.len()..];
        out
    }

    /// Returns the conditions under which the text at a position exists. Each text whose conditions are
    /// [unclear](Self::is_unclear) has none.
    pub fn conditions(&self, at: u32) -> impl Iterator<Item = Condition> {
        self.blocks.conditions(at as usize)
    }

    /// Returns whether the text at a position may be missing although that at `base` exists.
    pub fn is_conditional(&self, at: u32, base: u32) -> bool {
        let (at, base) = (at as usize, base as usize);
        let uncertain = around(&self.uncertain, at);
        uncertain.is_some_and(|it| !it.contains(&base)) || self.blocks.is_conditional(at, base)
    }

    /// Returns whether nothing is known about the conditions of the text at a position.
    pub fn is_unclear(&self, at: u32) -> bool {
        let at = at as usize;
        around(&self.uncertain, at).is_some() || self.blocks.is_unclear(at)
    }

    /// Returns the number of variants of each condition.
    pub fn variants(&self) -> &[usize] {
        &self.blocks.variants
    }

    /// Returns the tags that cannot be understood.
    pub fn unclear_tags(&self) -> &[UnclearTag] {
        &self.blocks.unclear_tags
    }

    /// Returns whether a template decides a part of the text.
    pub fn is_output(&self, span: Span) -> bool {
        overlaps(&self.outputs, span.range())
    }

    /// Returns whether a scalar contains statements, so that its parts may exist only under conditions.
    pub fn has_statements(&self, scalar: Span) -> bool {
        let range = scalar.range();
        let text = self.text.get(range.clone()).unwrap_or_default();
        // A block scalar includes the empty lines behind it.
        overlaps(
            &self.statements,
            range.start..range.start + text.trim_end().len(),
        )
    }

    /// Returns the first output in a range about which nothing is known.
    pub fn unknown_in(&self, range: Range<usize>) -> Option<Span> {
        let mut loose = self.loose.iter();
        let output = loose.find(|output| range.contains(&output.start))?;
        Some(Span::new(output.start, output.end))
    }
}

/// Returns the text of a template with comments in place of the lines that consist only of actions. A string in a block
/// must not begin with a line of blanks that is longer than its indent.
fn with_comments(text: &str, template: &str) -> String {
    let mut commented = String::with_capacity(text.len());
    for written in template.split_inclusive('\n') {
        // Several line breaks can stand for the actions of one line.
        let line = &text[commented.len()..commented.len() + written.len()];
        let content = written.trim_start_matches(' ');
        match line.trim().is_empty() && !content.trim().is_empty() {
            true => {
                let indent = written.len() - content.len();
                let end = written.trim_end_matches(['\r', '\n']).len();
                commented.extend(std::iter::repeat_n(' ', indent));
                commented.push('#');
                commented.extend(std::iter::repeat_n(' ', end - indent - 1));
                commented += &written[end..];
            }
            false => commented += line,
        }
    }
    commented
}

/// Returns the one of some ranges, which are in order, that contains a position.
fn around(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let next = ranges.partition_point(|it| it.end <= at);
    ranges.get(next).filter(|it| it.contains(&at))
}

/// Returns whether one of some ranges, which are in order, overlaps another.
fn overlaps(ranges: &[Range<usize>], range: Range<usize>) -> bool {
    let next = ranges.partition_point(|it| it.end <= range.start);
    ranges.get(next).is_some_and(|it| it.start < range.end)
}

/// Returns by action whether it has no effect, such as a comment, and only others of its kind follow it in its line.
fn ends_of_lines(text: &str, actions: &[Action], has_no_effect: &[bool]) -> Vec<bool> {
    let mut ends = vec![false; actions.len()];
    let mut next = (text.len(), true);
    for (at, action) in actions.iter().enumerate().rev() {
        let between = &text[action.end..next.0];
        let rest = between.split('\n').next().unwrap_or_default();
        let is_last = rest.len() < between.len() || next.1;
        ends[at] = has_no_effect[at] && is_last && rest.trim().is_empty();
        next = (action.start, ends[at]);
    }
    ends
}

/// Returns where tags of a language start that begin with some characters. Twice the last one is no start in Ruby.
fn starts_of_tags(text: &str, start: &'static str) -> impl Iterator<Item = usize> {
    let starts = text.match_indices(start).map(|(at, _)| at);
    starts.filter(move |at| !(start == "<%" && text[at + start.len()..].starts_with('%')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(template: &Template, text: &str, word: &str) -> Vec<(usize, usize)> {
        let at = u32::try_from(text.find(word).unwrap()).unwrap();
        let conditions = template.conditions(at);
        conditions.map(|it| (it.at, it.variant)).collect()
    }

    #[test]
    fn reads_all_variants_of_ruby_templates() {
        let text = "a: 1\n<% if @x -%>\nb: 1\n<% elsif y %>\nc: 1\n<%- else -%>\nd: 1\n<% end %>\n\
             <% [1].each do |it| %>\ne: '<%= it %>'\n<% end %>\n<%= z %>\n<%# if %>f: 1 # <%% if\n";
        let template = Template::erb(text);
        assert_eq!(template.text.len(), text.len());
        assert_eq!(conditions(&template, text, "a: 1"), []);
        assert_eq!(conditions(&template, text, "b: 1"), [(0, 0)]);
        assert_eq!(conditions(&template, text, "c: 1"), [(0, 1)]);
        assert_eq!(conditions(&template, text, "d: 1"), [(0, 2)]);
        assert_eq!(conditions(&template, text, "e: "), [(1, 0)]);
        assert_eq!(conditions(&template, text, "f: 1"), []);
        assert_eq!(template.variants(), [3, 2]);
        let output = text.find("'<%=").unwrap();
        assert!(template.is_output(Span::new(output, output + 4)));
        assert!(!template.is_output(Span::new(0, 4)));
        let loose = text.find("<%= z").unwrap();
        let found = template.unknown_in(0..text.len());
        assert_eq!(found, Some(Span::new(loose, loose + 8)));
    }

    #[test]
    fn statements_decide_the_values_around_them() {
        for (text, expected) in [
            ("a: b", "b"),
            ("a: b <%# c %>", "b"),
            ("a: b <%# c %> <%# d -%> \nc: d", "b"),
            ("a: 'b' <% x = 1 %>\n<% if x %><% end %>", "b"),
            ("a: >-\n  b\n<% if x %>\nc: d\n<% end %>", "b"),
            ("<% if x %>\na: b\n<% end %>", "b"),
            ("a: b<%# c %>d", "?"),
            ("a: \"b<%# c %>\"", "?"),
            ("a: b<% if x %>c<% end %>", "?"),
            ("a: <% if x %>b<% else %>c<% end %>", "?"),
            ("a: '<% x.each do %>b<% end %>'", "?"),
            ("a: >-\n  b\n  <% if x %>\n  c\n  <% end %>", "?"),
            ("a:\n  <% if x %>\n  b\n  <% else %>\n  c\n  <% end %>", "?"),
            ("a: b <% 'x %>", "?"),
        ] {
            let template = Template::erb(text);
            let parsed = crate::yaml::parse(&template.text);
            let value = parsed.documents.first().and_then(|it| it.get("a"));
            let value = value.unwrap_or_else(|| panic!("{text}: {parsed:?}"));
            let is_known = !template.has_statements(value.span);
            let found = value.as_str().filter(|_| is_known);
            assert_eq!(found.unwrap_or("?"), expected, "{text}");
        }
    }

    #[test]
    fn lines_of_actions_become_comments() {
        for (template, expected) in [
            ("<% x %>\nroute:\n", "#      \nroute:\n"),
            (
                "a:\n  <% é %>\r\n  b: <%= c %>",
                "a:\n  #       \r\n  b: xxxxxxxx",
            ),
            ("<% x\n\n  y %>\n<% z %>", "#   \n\n  #   \n#      "),
            ("<% é %>\n<% é %>\na: é\n", "#       \n#       \na: é\n"),
        ] {
            let commented = with_comments(&Template::erb(template).text, template);
            assert_eq!(commented, expected, "{template}");
        }
    }

    #[test]
    fn reads_all_variants_of_go_templates() {
        let text = "{{- if .a }}\na: 1\n{{- else if .b }}\nb: 1\n{{- end }}\n\
             {{ range .c }}\nc: {{ . }}\n{{ else }}\nd: 1\n{{ end }}\n{{/* if */}}\ne: 1\n";
        let template = Template::go(text);
        assert_eq!(conditions(&template, text, "a: 1"), [(0, 0)]);
        assert_eq!(conditions(&template, text, "b: 1"), [(0, 1)]);
        assert_eq!(conditions(&template, text, "c: {"), [(1, 0)]);
        assert_eq!(conditions(&template, text, "d: 1"), [(1, 1)]);
        assert_eq!(conditions(&template, text, "e: 1"), []);
        assert_eq!(template.variants(), [3, 3]);
    }
}
