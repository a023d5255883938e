//! The text of a template whose code stands in one line with other text.

use std::ops::Range;

use bstr::ByteSlice as _;

use super::Action;

/// The text of a template in another form.
#[derive(Debug)]
pub(super) struct Lenient {
    /// The text, with the same length and lines that begin where the code ends.
    pub text: String,
    /// The parts that an output before them may turn into something else, such as a comment.
    pub uncertain: Vec<Range<usize>>,
}

/// Returns the text of a template in which code without output becomes blanks. If code precedes other text in a line, this
/// text gets a line of its own with the indent that it has without the code. `replaced` is the text with all actions
/// replaced.
pub(super) fn lenient(text: &str, replaced: &str, actions: &[Action]) -> Lenient {
    let mut lenient = Lenient {
        text: String::new(),
        uncertain: Vec::new(),
    };
    let mut out = replaced.as_bytes().to_vec();
    let mut first = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let content_end = start + line.trim_end().len();
        first += actions[first..].partition_point(|action| action.end <= start);
        let number = actions[first..].partition_point(|action| action.start < content_end);
        let line = Line {
            text: text.as_bytes(),
            range: start..content_end,
            actions: &actions[first..first + number],
        };
        line.rewrite(&mut out, &mut lenient.uncertain);
        start = end;
    }
    // Only characters of actions, blanks and markers of items were replaced, by ASCII.
    lenient.text = String::from_utf8(out).unwrap_or_else(|_| replaced.to_owned());
    lenient
}

/// A line of a template, without the blanks at its end.
struct Line<'t> {
    text: &'t [u8],
    range: Range<usize>,
    /// The actions in it.
    actions: &'t [Action],
}

impl Line<'_> {
    fn rewrite(&self, out: &mut [u8], uncertain: &mut Vec<Range<usize>>) {
        let contents = self.contents();
        let leading = self.leading(&contents);
        for action in self.actions.iter().filter(|action| action.is_silent) {
            self.blank(out, action.start..action.end);
        }
        let Some(last) = leading.last() else {
            return;
        };
        let content = contents[leading.len() - 1];
        if content >= self.range.end {
            return;
        }
        if let Some(output) = leading.iter().find(|action| !action.is_silent) {
            uncertain.push(output.start..self.range.end);
        }
        for action in leading {
            self.blank(out, action.start..action.end);
        }
        let in_actions: usize = leading.iter().map(|it| it.end - it.start).sum();
        let indent = (content - self.range.start).saturating_sub(in_actions);
        self.begin_line(out, self.behind_markers(last.start), content, indent);
        let others = self.actions.iter().zip(contents).skip(leading.len());
        for (action, next) in others {
            if action.is_silent && self.begins_entry(next) {
                self.begin_line(out, action.start, next, indent);
            }
        }
    }

    /// Returns the actions that only blanks and markers of items precede. Text behind an output may be a part of the same
    /// value, unless it begins an entry.
    fn leading(&self, contents: &[usize]) -> &[Action] {
        let mut from = self.range.start;
        let mut number = 0;
        for (action, content) in self.actions.iter().zip(contents) {
            let before = self.text.get(from..action.start).unwrap_or_default();
            let is_marker = |byte: &u8| matches!(byte, b' ' | b'\t' | b'-');
            let is_in_line = action.start >= self.range.start && action.end <= self.range.end;
            if !is_in_line
                || !before.iter().all(is_marker)
                || !action.is_silent && !self.begins_entry(*content)
            {
                break;
            }
            from = action.end;
            number += 1;
        }
        &self.actions[..number]
    }

    fn begins_entry(&self, at: usize) -> bool {
        begins_entry(self.text.get(at..self.range.end).unwrap_or_default())
    }

    /// Returns the end of the last marker of an item before a position, or the start of the line.
    fn behind_markers(&self, at: usize) -> usize {
        let mut from = self.range.start;
        let mut last = self.range.start;
        for action in self.actions.iter().filter(|action| action.start <= at) {
            let before = &self.text[from..action.start];
            last = before.rfind_byte(b'-').map_or(last, |at| from + at + 1);
            from = action.end;
        }
        last
    }

    /// Returns by action the start of the next text behind it that is no blank and no action without output.
    fn contents(&self) -> Vec<usize> {
        let mut contents = vec![self.range.end; self.actions.len()];
        let mut next: Option<(&Action, usize)> = None;
        for (at, action) in self.actions.iter().enumerate().rev() {
            let end = next.map_or(self.range.end, |(next, _)| next.start);
            let between = self.text.get(action.end..end).unwrap_or_default();
            let blanks = between.len() - between.trim_ascii_start().len();
            contents[at] = match next {
                Some((next, content)) if blanks == between.len() && next.is_silent => content,
                _ => action.end + blanks,
            };
            next = Some((action, contents[at]));
        }
        contents
    }

    /// Puts a line break before the text at a position, if there is room for it and the indent behind `from`.
    fn begin_line(&self, out: &mut [u8], from: usize, at: usize, indent: usize) {
        let line_break = at.checked_sub(indent + 1).filter(|it| *it >= from);
        if let Some(line_break) = line_break {
            out[line_break] = b'\n';
            out[line_break + 1..at].fill(b' ');
        }
    }

    fn blank(&self, out: &mut [u8], range: Range<usize>) {
        let bytes = out[range].iter_mut();
        bytes
            .filter(|byte| !matches!(**byte, b'\r' | b'\n'))
            .for_each(|byte| *byte = b' ');
    }
}

/// Returns whether a text begins with an item of a list or a key of a mapping.
fn begins_entry(text: &[u8]) -> bool {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.\"'".contains(byte);
    let key = text.iter().take_while(|byte| is_key(byte)).count();
    let is_end = |rest: &[u8]| rest.first().is_none_or(u8::is_ascii_whitespace);
    match (text, &text[key..]) {
        ([b'-', rest @ ..], _) if is_end(rest) => true,
        (_, [b':', rest @ ..]) => key > 0 && is_end(rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        inventory::template::{erb_actions, replace},
        testing::within,
    };

    fn of(text: &str) -> Lenient {
        let actions = erb_actions(text);
        let found = lenient(text, &replace(text, &actions), &actions);
        assert_eq!(found.text.len(), text.len(), "{text}");
        found
    }

    #[test]
    fn text_behind_code_has_its_own_line() {
        for (text, expected) in [
            ("a: 1 <% x %>\n", "a: 1        \n"),
            ("<% x %>a: 1<% y %>", "      ~a: 1       "),
            ("  <% x %>- a<% y %>", "      ~  - a       "),
            ("- <% x %>a: 1\n  b: 2\n", "-     ~  a: 1\n  b: 2\n"),
            ("<% x %><% y %>- a", "             ~- a"),
            ("<% x %>- a<% y %>- b<% z %>", "      ~- a      ~- b       "),
            // There is no room for the indent.
            ("        <% %>- a<% %>- b", "    ~        - a     - b"),
            ("<%= x %>- a\n", "       ~- a\n"),
            ("<%= x %>: a\n", "xxxxxxxx: a\n"),
            ("<%= x %>a\n", "xxxxxxxxa\n"),
            ("a: <%= x %>b: c\n", "a: xxxxxxxxb: c\n"),
            ("a: b<% x %>c<% y %>\n", "a: b       c       \n"),
            ("<% x\n y %>a: 1\n", "~~~~~     a: 1\n"),
            ("é<% é %>é: <% é %>\n", "é        é:         \n"),
        ] {
            let found = of(text);
            assert_eq!(
                found.text.replace('~', "\n"),
                expected.replace('~', "\n"),
                "{text}"
            );
            let is_uncertain = text.starts_with("<%= x %>-");
            assert_eq!(found.uncertain.len(), usize::from(is_uncertain), "{text}");
        }
    }

    #[test]
    fn long_lines_are_fast() {
        within(5, || {
            for part in [
                "<% x %>",
                "<%= x %>",
                "- <% x %>a: ",
                "<% x %>\n",
                "<% x\n%>",
            ] {
                of(&part.repeat(30_000));
            }
        });
    }
}
