//! Configurations behind templates: the parts that depend on conditions are read in all variants.

mod erb;
mod go;

use std::ops::Range;

use crate::{
    inventory::detectors::go_template::{self, Action, replace},
    text::Span,
};

/// A template as text that can be parsed, and what depends on its conditions.
#[derive(Debug)]
pub(super) struct Template {
    /// The text with all actions replaced by characters of the same length.
    pub text: String,
    /// The number of variants of each condition.
    pub variants: Vec<usize>,
    /// The actions that produce output.
    outputs: Vec<Range<usize>>,
    /// The outputs that are alone in their lines, so that nothing is known about them.
    loose: Vec<Range<usize>>,
    branches: Vec<Branch>,
}

/// The result of a condition in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    /// The position of the condition.
    pub at: usize,
    /// Which of its variants it is.
    pub variant: usize,
}

/// A part of a template that exists only in one variant of a condition.
#[derive(Debug)]
struct Branch {
    range: Range<usize>,
    condition: Condition,
}

/// What an action does to the structure of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    /// It begins a part that exists if a condition holds.
    If,
    /// It begins a part that exists any number of times.
    Loop,
    /// It begins the next variant.
    Next,
    /// It begins the variant for all other cases.
    Else,
    End,
    None,
}

impl Template {
    /// Reads a template of Ruby.
    pub fn erb(text: &str) -> Self {
        Self::new(text, &go_template::erb_actions(text), erb::control)
    }

    /// Reads a template of Go.
    pub fn go(text: &str) -> Self {
        let actions = go_template::actions(text);
        Self::new(text, &actions, go::control)
    }

    fn new(text: &str, actions: &[Action], control: fn(&str) -> Control) -> Self {
        let mut template = Self {
            text: replace(text, actions),
            variants: Vec::new(),
            outputs: Vec::new(),
            loose: Vec::new(),
            branches: Vec::new(),
        };
        let mut open: Vec<Open> = Vec::new();
        for action in actions {
            if !action.is_silent {
                let output = action.start..action.end;
                if template.text[output.clone()].trim().is_empty() {
                    template.loose.push(output.clone());
                }
                template.outputs.push(output);
            }
            match control(&text[action.start..action.end]) {
                Control::None => {}
                kind @ (Control::If | Control::Loop) => {
                    open.push(Open {
                        condition: template.variants.len(),
                        variant: 0,
                        start: action.end,
                        has_else: false,
                        is_loop: kind == Control::Loop,
                    });
                    template.variants.push(2);
                }
                kind @ (Control::Next | Control::Else) => {
                    if let Some(open) = open.last_mut() {
                        template.close(open, action.start);
                        open.variant += 1;
                        open.start = action.end;
                        open.has_else |= kind == Control::Else;
                    }
                }
                Control::End => {
                    if let Some(open) = open.pop() {
                        template.close(&open, action.start);
                        // Without `else`, one more variant contains none of these parts.
                        let missing = usize::from(!open.has_else || open.is_loop);
                        template.variants[open.condition] = open.variant + 1 + missing;
                    }
                }
            }
        }
        template
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

    fn close(&mut self, open: &Open, end: usize) {
        self.branches.push(Branch {
            range: open.start..end,
            condition: Condition {
                at: open.condition,
                variant: open.variant,
            },
        });
    }

    /// Returns the conditions under which the text at a position exists.
    pub fn conditions(&self, at: u32) -> impl Iterator<Item = Condition> {
        let around = self.branches.iter();
        let around = around.filter(move |branch| branch.range.contains(&(at as usize)));
        around.map(|branch| branch.condition)
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

/// The starts and ends of tags.
const TAGS: [(&str, &str); 2] = [("<%", "%>"), ("{{", "}}")];

/// Splits a text into tags of a template and the text between them.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let starts = TAGS
            .iter()
            .filter_map(|(start, end)| Some((rest.find(start)?, *end)));
        let length = match starts.min() {
            Some((0, end)) => rest.find(end).map_or(rest.len(), |at| at + end.len()),
            Some((start, _)) => start,
            None => rest.len(),
        };
        let (part, after) = rest.split_at(length);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// Returns whether a part of a text is a tag.
pub(super) fn is_tag(part: &str) -> bool {
    TAGS.iter().any(|(start, _)| part.starts_with(start))
}

/// Returns the code of a tag that produces output.
pub(super) fn code_of_output(part: &str) -> Option<&str> {
    let ruby = part
        .strip_prefix("<%=")
        .and_then(|it| it.strip_suffix("%>"));
    let go = part.strip_prefix("{{").and_then(|it| it.strip_suffix("}}"));
    let code = ruby.or(go)?.trim_matches('-').trim();
    (!code.is_empty()).then_some(code)
}

/// A condition whose end was not found yet.
struct Open {
    condition: usize,
    variant: usize,
    start: usize,
    has_else: bool,
    is_loop: bool,
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
        assert_eq!(template.variants, [3, 2]);
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
        assert_eq!(template.variants, [3, 3]);
    }
}
