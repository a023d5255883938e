//! The blocks of a template: which parts of its text exist under which conditions.

use std::ops::Range;

/// The deepest nesting of blocks that is read.
const MAX_DEPTH: usize = 100;

/// What a statement does to the blocks of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// It begins a block.
    Open(Block),
    /// It begins the next part of an [`If`](Block::If), which has a condition of its own.
    ElseIf,
    /// It begins the next part of a [`Case`](Block::Case).
    When,
    /// It begins the part for all other cases.
    Else,
    /// It begins a part of a [`Body`](Block::Body) that may exist in addition to the parts before it.
    Rescue,
    /// It ends a block.
    End,
    /// It ends a [`Braces`](Block::Braces).
    CloseBraces,
    /// It may skip the rest of a block.
    Jump(Reach),
}

/// The kind of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// At most one of its parts exists.
    If,
    /// At most one of its parts exists, and the first one begins with [`When`](Control::When).
    Case,
    /// A loop, perhaps with a part that exists instead of it.
    Range,
    /// Each of its parts exists any number of times.
    Body,
    /// The same, in braces.
    Braces,
}

/// What a jump may skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The rest of the innermost loop.
    Loop,
    /// The rest of the template.
    Template,
}

/// A part of a template about which nothing is known, because its blocks cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclearTag {
    /// The tag that shows this.
    pub tag: Range<usize>,
    /// What is wrong.
    pub problem: TagProblem,
}

/// Why the blocks of a template cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagProblem {
    /// The statements in the tag are not understood.
    Unreadable,
    /// The tag has no end, or begins a block that has no end.
    NotClosed,
    /// The tag ends or continues a block that no tag begins.
    NotOpened,
}

/// The result of a condition in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The position of the condition.
    pub at: usize,
    /// Which of its variants it is.
    pub variant: usize,
}

/// The parts of a template and their conditions.
#[derive(Debug)]
pub(super) struct Blocks {
    /// By condition: the number of its variants.
    pub variants: Vec<usize>,
    /// The tags whose reach is unclear.
    pub unclear_tags: Vec<UnclearTag>,
    parts: Vec<Part>,
    /// The positions from which text belongs to another part, in order.
    starts: Vec<(usize, Option<usize>)>,
    /// Nothing is known about the text before this position.
    unclear_until: usize,
    /// Nothing is known about the text from this position on.
    unclear_from: usize,
}

/// A part of a template that exists only in one variant of a condition.
#[derive(Debug)]
struct Part {
    condition: Condition,
    /// The part around it.
    outer: Option<usize>,
}

/// A block whose end was not read yet.
struct Open {
    /// `None` for what follows a jump, up to the end of the block around it.
    block: Option<Block>,
    /// The tag that begins it.
    tag: Range<usize>,
    part: usize,
    has_else: bool,
    /// Whether something in it may skip the rest of it.
    jump: Option<Reach>,
}

/// Reads the blocks of a template from what its tags do, in order.
pub(super) struct BlockReader {
    blocks: Blocks,
    open: Vec<Open>,
}

impl BlockReader {
    pub fn new() -> Self {
        Self {
            blocks: Blocks {
                variants: Vec::new(),
                unclear_tags: Vec::new(),
                parts: Vec::new(),
                starts: Vec::new(),
                unclear_until: 0,
                unclear_from: usize::MAX,
            },
            open: Vec::new(),
        }
    }

    /// Adds what a tag does; `None` if that is not understood. Returns whether the tags behind it can be read.
    pub fn add(&mut self, tag: Range<usize>, controls: Option<Vec<Control>>) -> bool {
        let Some(controls) = controls else {
            self.unclear_from(tag.start, tag, TagProblem::Unreadable);
            return false;
        };
        if controls.is_empty() {
            return true;
        }
        for control in controls {
            if self.apply(control, &tag).is_some() {
                continue;
            }
            let problem = match control {
                Control::Open(_) => TagProblem::Unreadable,
                _ => TagProblem::NotOpened,
            };
            let is_surplus = self.open.iter().all(|open| open.block.is_none());
            if is_surplus && control == Control::End {
                // Something before it may have begun a block.
                self.blocks.unclear_until = tag.end;
                self.blocks.unclear_tags.push(UnclearTag {
                    tag: tag.clone(),
                    problem,
                });
                continue;
            }
            self.unclear_from(self.outermost().unwrap_or(0), tag, problem);
            return false;
        }
        let part = self.open.last().map(|open| open.part);
        self.blocks.starts.push((tag.end, part));
        true
    }

    /// Adds that nothing is known about the text from a position on.
    pub fn unclear_from(&mut self, start: usize, tag: Range<usize>, problem: TagProblem) {
        self.blocks.unclear_from = start;
        self.blocks.unclear_tags.push(UnclearTag { tag, problem });
        self.open.clear();
    }

    /// Returns all blocks.
    pub fn finish(mut self) -> Blocks {
        let mut real = self.open.iter().filter(|open| open.block.is_some());
        if let Some(open) = real.next() {
            let tag = open.tag.clone();
            self.unclear_from(tag.start, tag, TagProblem::NotClosed);
        }
        self.blocks
    }

    /// Returns the start of the outermost open block.
    fn outermost(&self) -> Option<usize> {
        let mut real = self.open.iter().filter(|open| open.block.is_some());
        real.next().map(|open| open.tag.start)
    }

    /// Applies what a statement does. Returns `None` if it does not fit the blocks around it.
    fn apply(&mut self, control: Control, tag: &Range<usize>) -> Option<()> {
        match control {
            Control::Open(block) => {
                if self.open.len() >= MAX_DEPTH {
                    return None;
                }
                self.push(Some(block), tag);
            }
            Control::Jump(reach) => self.jump(reach, tag),
            Control::End | Control::CloseBraces => {
                self.end_rest();
                let block = self.open.last()?.block;
                let is_in_braces = block == Some(Block::Braces);
                if is_in_braces != (control == Control::CloseBraces) {
                    return None;
                }
                let closed = self.open.pop()?;
                let is_left = |reach: &Reach| *reach == Reach::Template || !is_loop(block);
                if let Some(reach) = closed.jump.filter(is_left) {
                    self.jump(reach, tag);
                }
            }
            Control::ElseIf | Control::When | Control::Else | Control::Rescue => {
                self.end_rest();
                self.next_part(control)?;
            }
        }
        Some(())
    }

    /// Begins the next part of the innermost block.
    fn next_part(&mut self, control: Control) -> Option<()> {
        let is_in_loop = self.is_in_loop(self.open.len().checked_sub(1)?);
        let outer = self.part_around(self.open.len() - 1);
        let open = self.open.last_mut()?;
        let block = open.block?;
        let is_expected = match control {
            Control::ElseIf => block == Block::If,
            Control::When => block == Block::Case,
            Control::Rescue => block == Block::Body,
            _ => block != Block::Braces,
        };
        if !is_expected || open.has_else && block != Block::Body {
            return None;
        }
        let blocks = &mut self.blocks;
        let Condition { at, variant } = blocks.parts[open.part].condition;
        // The text before the first part of a `case` is no variant of its own.
        if control == Control::When && blocks.variants[at] == 1 {
            blocks.variants[at] = 2;
            return Some(());
        }
        open.has_else = control == Control::Else;
        let condition = match is_in_loop || block == Block::Body {
            // Several parts can exist, in different iterations.
            true => blocks.condition(2),
            false => {
                let is_complete = open.has_else && block != Block::Range;
                blocks.variants[at] = variant + 2 + usize::from(!is_complete);
                Condition {
                    at,
                    variant: variant + 1,
                }
            }
        };
        open.part = blocks.part(condition, outer);
        Some(())
    }

    fn push(&mut self, block: Option<Block>, tag: &Range<usize>) {
        // A `case` without any part has only one variant.
        let variants = if block == Some(Block::Case) { 1 } else { 2 };
        let outer = self.part_around(self.open.len());
        let condition = self.blocks.condition(variants);
        self.open.push(Open {
            block,
            tag: tag.clone(),
            part: self.blocks.part(condition, outer),
            has_else: false,
            jump: None,
        });
    }

    /// Makes the rest of the innermost block depend on a condition.
    fn jump(&mut self, reach: Reach, tag: &Range<usize>) {
        self.end_rest();
        if let Some(open) = self.open.last_mut() {
            open.jump = open.jump.max(Some(reach));
        }
        self.push(None, tag);
    }

    /// Ends what follows a jump.
    fn end_rest(&mut self) {
        self.open.pop_if(|open| open.block.is_none());
    }

    fn part_around(&self, depth: usize) -> Option<usize> {
        self.open[..depth].last().map(|open| open.part)
    }

    fn is_in_loop(&self, depth: usize) -> bool {
        self.open[..depth].iter().any(|open| is_loop(open.block))
    }
}

fn is_loop(block: Option<Block>) -> bool {
    matches!(block, Some(Block::Range | Block::Body | Block::Braces))
}

impl Blocks {
    fn condition(&mut self, variants: usize) -> Condition {
        self.variants.push(variants);
        Condition {
            at: self.variants.len() - 1,
            variant: 0,
        }
    }

    fn part(&mut self, condition: Condition, outer: Option<usize>) -> usize {
        self.parts.push(Part { condition, outer });
        self.parts.len() - 1
    }

    /// Returns the conditions under which the text at a position exists, the innermost first.
    pub fn conditions(&self, at: usize) -> impl Iterator<Item = Condition> {
        self.parts_at(at).map(|part| self.parts[part].condition)
    }

    /// Returns whether the text at a position may be missing although that at `base` exists.
    pub fn is_conditional(&self, at: usize, base: usize) -> bool {
        // The parts around a part are the same for all positions.
        let part = self.parts_at(at).next();
        self.is_unclear(at)
            || part.is_some_and(|part| self.parts_at(base).all(|around| around != part))
    }

    /// Returns the parts that contain a position, the innermost first.
    fn parts_at(&self, at: usize) -> impl Iterator<Item = usize> {
        let next = self.starts.partition_point(|(start, _)| *start <= at);
        let part = next.checked_sub(1).and_then(|last| self.starts[last].1);
        let part = part.filter(|_| !self.is_unclear(at));
        std::iter::successors(part, |part| self.parts[*part].outer)
    }

    /// Returns whether nothing is known about the conditions of the text at a position.
    pub fn is_unclear(&self, at: usize) -> bool {
        at < self.unclear_until || at >= self.unclear_from
    }
}

#[cfg(test)]
mod tests {
    use super::super::Template;
    use crate::testing::within;

    /// Returns for each capital letter in a template the conditions and variants under which it exists, or `?` if
    /// nothing is known about them.
    fn read(template: &Template, text: &str) -> String {
        let letters = text
            .char_indices()
            .filter(|(_, char)| char.is_ascii_uppercase());
        let each = letters.map(|(at, char)| {
            let at = u32::try_from(at).unwrap();
            if template.is_unclear(at) {
                return format!("{char}?");
            }
            let mut conditions: Vec<String> = template
                .conditions(at)
                .map(|it| format!("{}.{}/{}", it.at, it.variant, template.variants()[it.at]))
                .collect();
            conditions.reverse();
            format!("{char}{}", conditions.join("+"))
        });
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads_blocks_of_ruby() {
        for (text, expected) in [
            (
                "A <% if x %> B <% else %> C <% end %> D",
                "A B0.0/2 C0.1/2 D",
            ),
            (
                "<% if x %> A <% elsif y %> B <% end %> C",
                "A0.0/3 B0.1/3 C",
            ),
            (
                "<% if x %> A <% end; if y %> B <% end %> C",
                "A0.0/2 B1.0/2 C",
            ),
            ("<% if x then y end %> A", "A"),
            ("<% x if y %> A <% if z %> B <% end %>", "A B0.0/2"),
            (
                "<% case x %> <% when 1 %> A <% when 2 %> B <% else %> C <% end %> D",
                "A0.0/3 B0.1/3 C0.2/3 D",
            ),
            ("<% case x; when 1 %> A <% end %> B", "A0.0/2 B"),
            // In a loop, all parts can exist.
            (
                "<% x.each do |y| # z %> A <% if y %> B <% else %> C <% end %> <% end %> D",
                "A0.0/2 B0.0/2+1.0/2 C0.0/2+2.0/2 D",
            ),
            ("<% x.each { |y| %> A <% } %> B", "A0.0/2 B"),
            (
                "<% begin %> A <% rescue %> B <% ensure %> C <% end %> D",
                "A0.0/2 B1.0/2 C2.0/2 D",
            ),
            // Jumps.
            (
                "<% x.each do %> A <% next if y %> B <% break if z %> C <% end %> D",
                "A0.0/2 B0.0/2+1.0/2 C0.0/2+2.0/2 D",
            ),
            (
                "<% x.each do %> A <% if y %> B <% next %> C <% end %> D <% end %> E",
                "A0.0/2 B0.0/2+1.0/2 C0.0/2+1.0/2+2.0/2 D0.0/2+3.0/2 E",
            ),
            ("A <% return if x %> B", "A B0.0/2"),
            (
                "<% x.each do %> A <% return if x %> B <% end %> C",
                "A0.0/2 B0.0/2+1.0/2 C2.0/2",
            ),
            // What cannot be understood.
            ("A <% if x %> B", "A B?"),
            ("A <% if x %> B <% if y %> C <% end %> D", "A B? C? D?"),
            ("A <% end %> B", "A? B"),
            ("A <% if x %> B <% } %> C <% end %> D", "A B? C? D?"),
            ("A <% else %> B", "A? B?"),
            (
                "<% if x %> A <% else %> B <% else %> C <% end %> D",
                "A? B? C? D?",
            ),
            ("<% if x %> A <% 'y %> B <% end %> C", "A0.0/2 B? C?"),
            ("A <% x.each do %> B <% when 1 %> C <% end %>", "A B? C?"),
            ("A <% if x %> B <% end C", "A B0.0/2 C?"),
            ("A <% x B", "A B?"),
            ("A <%% if %> B <%# if %> C", "A B C"),
        ] {
            let template = Template::erb(text);
            assert_eq!(read(&template, text), expected, "{text}");
            let is_unclear = expected.contains('?');
            assert_eq!(is_unclear, !template.unclear_tags().is_empty(), "{text}");
        }
    }

    #[test]
    fn reads_blocks_of_go() {
        for (text, expected) in [
            (
                "{{ if .x }} A {{ else if .y }} B {{ else }} C {{ end }} D",
                "A0.0/3 B0.1/3 C0.2/3 D",
            ),
            ("{{ with .x }} A {{ else }} B {{ end }}", "A0.0/2 B0.1/2"),
            ("{{ range .x }} A {{ else }} B {{ end }}", "A0.0/3 B0.1/3"),
            (
                "{{ range .x }} A {{ break }} B {{ end }} C",
                "A0.0/2 B0.0/2+1.0/2 C",
            ),
            ("{{ define \"x\" }} A {{ end }} B", "A0.0/2 B"),
            (
                "{{ end_of_x }} {{ .end }} {{ \"if\" }} {{/* end */}} A",
                "A",
            ),
            ("{{ end }} A", "A"),
            ("A {{ if .x }} B", "A B?"),
            ("A {{ if .x }} B {{ end }} {{ end }} C", "A? B? C"),
            ("A {{ else }} B", "A? B?"),
            ("A {{ x B", "A B?"),
        ] {
            let template = Template::go(text);
            assert_eq!(read(&template, text), expected, "{text}");
        }
    }

    #[test]
    fn text_of_other_blocks_may_be_missing() {
        for (text, expected) in [
            ("A B", false),
            ("A <% if x %> B <% end %>", true),
            ("<% if x %> A B <% end %>", false),
            ("<% if x %> A <% end %> B", false),
            ("<% if x %> A <% if y %> B <% end %><% end %>", true),
            ("<% if x %><% if y %> A <% end %> B <% end %>", false),
            ("<% if x %> A <% else %> B <% end %>", true),
            ("<% if x %> A <% end %><% if y %> B <% end %>", true),
            ("<% x.each do %><% next if y %> A B <% end %>", false),
            (
                "<% x.each do %><% next if y %> A <% next if z %> B <% end %>",
                true,
            ),
            ("A <% 'x %> B", true),
        ] {
            let template = Template::erb(text);
            let [base, at] =
                ['A', 'B'].map(|char| u32::try_from(text.find(char).unwrap()).unwrap());
            assert_eq!(template.is_conditional(at, base), expected, "{text}");
        }
    }

    #[test]
    fn many_blocks_are_fast() {
        within(10, || {
            for text in [
                "<% if x %>A",
                "<% if x %>A<% end %>",
                "<% end %>A",
                "<% next %>A",
                "<% else %>A",
                "<% case x %>A<% when y %>",
            ] {
                let text = text.repeat(50_000);
                let template = Template::erb(&text);
                read(&template, &text);
            }
        });
    }
}
