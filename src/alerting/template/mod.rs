//! Configurations behind templates: the parts that depend on conditions are read in all variants.

mod blocks;
mod go;
mod ruby;

use std::ops::Range;

use self::blocks::{BlockReader, Blocks, Control};
pub(super) use self::blocks::{Condition, TagProblem, UnclearTag};

use crate::{
    inventory::detectors::go_template::{self, Action, replace},
    text::Span,
};

/// A template as text that can be parsed, and what depends on its conditions.
#[derive(Debug)]
pub(super) struct Template {
    /// The text with all actions replaced by characters of the same length.
    pub text: String,
    /// The actions that produce output.
    outputs: Vec<Range<usize>>,
    /// The outputs that are alone in their lines, so that nothing is known about them.
    loose: Vec<Range<usize>>,
    blocks: Blocks,
}

impl Template {
    /// Reads a template of Ruby.
    pub fn erb(text: &str) -> Self {
        Self::new(text, &go_template::erb_actions(text), "<%", ruby::controls)
    }

    /// Reads a template of Go.
    pub fn go(text: &str) -> Self {
        Self::new(text, &go_template::actions(text), "{{", go::controls)
    }

    fn new(
        text: &str,
        actions: &[Action],
        start: &'static str,
        controls: fn(&str) -> Option<Vec<Control>>,
    ) -> Self {
        let replaced = replace(text, actions);
        let (mut outputs, mut loose) = (Vec::new(), Vec::new());
        for action in actions.iter().filter(|action| !action.is_silent) {
            let output = action.start..action.end;
            if replaced[output.clone()].trim().is_empty() {
                loose.push(output.clone());
            }
            outputs.push(output);
        }
        let mut reader = BlockReader::new();
        let are_read = actions.iter().all(|action| {
            let tag = action.start..action.end;
            let controls = controls(&text[tag.clone()]);
            reader.add(tag, controls)
        });
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
            blocks: reader.finish(),
        }
    }

    /// Returns the text with comments in place of the lines that consist only of actions. A string in a block must not
    /// begin with a line of blanks that is longer than its indent.
    pub fn with_comments(&self, template: &str) -> String {
        let mut commented = String::with_capacity(self.text.len());
        for written in template.split_inclusive('\n') {
            // Several line breaks can stand for the actions of one line.
            let line = &self.text[commented.len()..commented.len() + written.len()];
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

    /// Returns the conditions under which the text at a position exists. Each text whose conditions are
    /// [unclear](Self::is_unclear) has none.
    pub fn conditions(&self, at: u32) -> impl Iterator<Item = Condition> {
        self.blocks.conditions(at as usize)
    }

    /// Returns whether nothing is known about the conditions of the text at a position.
    pub fn is_unclear(&self, at: u32) -> bool {
        self.blocks.is_unclear(at as usize)
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
        let range = span.range();
        let next = self.outputs.partition_point(|it| it.end <= range.start);
        self.outputs
            .get(next)
            .is_some_and(|output| output.start < range.end)
    }

    /// Returns the first output in a range about which nothing is known.
    pub fn unknown_in(&self, range: Range<usize>) -> Option<Span> {
        let mut loose = self.loose.iter();
        let output = loose.find(|output| range.contains(&output.start))?;
        Some(Span::new(output.start, output.end))
    }
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
            let commented = Template::erb(template).with_comments(template);
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
