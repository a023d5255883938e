//! The statements of Ruby in the tags of an ERB template, as far as the blocks of the template depend on them.

use super::blocks::{Block, Control, Reach};

/// The deepest nesting of code in strings that is read.
const MAX_DEPTH: usize = 20;

/// Returns what a tag does to the blocks of a template, without the blocks that begin and end in it. Returns `None` if
/// its code is not understood.
pub(super) fn controls(tag: &str) -> Option<Vec<Control>> {
    let code = tag.strip_prefix("<%").unwrap_or(tag);
    let code = code.strip_suffix("%>").unwrap_or(code);
    if code.starts_with('#') {
        return Some(Vec::new());
    }
    // The output of such code is unknown.
    if code.contains("_erbout") {
        return None;
    }
    let code = code.trim_start_matches(['-', '=']);
    let code = code.strip_suffix('-').unwrap_or(code);
    let mut scanner = Scanner::new(code.as_bytes(), 0, 0);
    scanner.scan(false)?;
    Some(scanner.controls)
}

/// Reads code from start to end.
struct Scanner<'c> {
    code: &'c [u8],
    at: usize,
    /// How many strings with code are around it.
    depth: usize,
    controls: Vec<Control>,
    /// The positions in `controls` of the blocks that are not closed yet.
    open: Vec<usize>,
    /// The brackets that are not closed yet.
    brackets: Vec<u8>,
    /// The ends of the strings that begin in the next line, each with whether it may be indented.
    heredocs: Vec<(&'c [u8], bool)>,
    /// Whether a value can begin here, so that `if` begins a block and is no modifier.
    begins_value: bool,
    /// Whether a statement begins here.
    begins_statement: bool,
    /// Whether the last word may be the name of a method with arguments.
    is_command: bool,
    /// Whether the next word is the name of a method.
    is_method: bool,
    /// Whether blanks precede.
    is_apart: bool,
    /// Whether the next `do` belongs to the loop that precedes it.
    is_loop: bool,
    /// Whether this is the first line of a method.
    is_definition: bool,
}

impl<'c> Scanner<'c> {
    fn new(code: &'c [u8], at: usize, depth: usize) -> Self {
        Self {
            code,
            at,
            depth,
            controls: Vec::new(),
            open: Vec::new(),
            brackets: Vec::new(),
            heredocs: Vec::new(),
            begins_value: true,
            begins_statement: true,
            is_command: false,
            is_method: false,
            is_apart: true,
            is_loop: false,
            is_definition: false,
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.code.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Reads to the end, or to the brace that ends the code in a string.
    fn scan(&mut self, is_in_string: bool) -> Option<()> {
        while self.at < self.code.len() {
            let byte = self.peek(0);
            if is_in_string && byte == b'}' && self.open.is_empty() {
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    self.is_apart = true;
                    continue;
                }
                b'\\' => {
                    self.at += 2;
                    continue;
                }
                b'#' => {
                    let rest = &self.code[self.at..];
                    let end = rest.iter().position(|byte| *byte == b'\n');
                    self.at += end.unwrap_or(rest.len());
                    continue;
                }
                b'\n' => self.line()?,
                b';' => {
                    self.at += 1;
                    self.statement();
                }
                _ if is_of_word(byte) => self.word()?,
                _ => self.symbol(byte)?,
            }
            self.is_apart = false;
        }
        let is_complete = self.brackets.is_empty() && self.heredocs.is_empty();
        is_complete.then_some(())
    }

    fn statement(&mut self) {
        self.begins_value = true;
        self.begins_statement = true;
        self.is_loop = false;
        self.is_definition = false;
        self.is_command = false;
        self.is_method = false;
    }

    /// Reads a line break, and the strings that begin behind it.
    fn line(&mut self) -> Option<()> {
        self.at += 1;
        for (name, is_indented) in std::mem::take(&mut self.heredocs) {
            loop {
                let rest = self.code.get(self.at..).filter(|rest| !rest.is_empty())?;
                let end = rest.iter().position(|byte| *byte == b'\n');
                let line = &rest[..end.unwrap_or(rest.len())];
                self.at += end.map_or(rest.len(), |end| end + 1);
                let line = line.trim_ascii_end();
                let line = if is_indented {
                    line.trim_ascii_start()
                } else {
                    line
                };
                if line == name {
                    break;
                }
            }
        }
        self.statement();
        (!self.code[self.at..].starts_with(b"=begin")).then_some(())
    }

    /// Reads a name or keyword.
    fn word(&mut self) -> Option<()> {
        let start = self.at;
        self.at += self.length_of_word(0);
        if matches!(self.peek(0), b'?' | b'!') && self.peek(1) != b'=' && !is_of_word(self.peek(1))
        {
            self.at += 1;
        }
        let word = &self.code[start..self.at];
        let is_key = self.peek(0) == b':' && self.peek(1) != b':';
        let is_method = std::mem::take(&mut self.is_method);
        let begins_statement = std::mem::take(&mut self.begins_statement);
        self.is_command = false;
        if word[0].is_ascii_digit() {
            // The exponent and the decimals are words of their own.
            self.begins_value = false;
            return Some(());
        }
        if is_key {
            self.at += 1;
            self.begins_value = true;
            return Some(());
        }
        match is_method {
            true => self.name(),
            false => self.keyword(word, begins_statement)?,
        }
        Some(())
    }

    fn name(&mut self) {
        self.begins_value = false;
        self.is_command = true;
    }

    fn keyword(&mut self, word: &[u8], begins_statement: bool) -> Option<()> {
        let can_open = self.begins_value;
        self.begins_value = true;
        match word {
            b"if" | b"unless" if can_open => self.open(Block::If),
            b"while" | b"until" | b"for" if can_open => {
                self.open(Block::Body);
                self.is_loop = true;
            }
            b"if" | b"unless" | b"while" | b"until" | b"and" | b"or" | b"not" => {}
            b"then" => self.begins_statement = true,
            b"case" => self.open(Block::Case),
            b"begin" => {
                self.open(Block::Body);
                self.begins_statement = true;
            }
            b"do" => {
                if !std::mem::take(&mut self.is_loop) {
                    self.open(Block::Body);
                }
                self.parameters()?;
            }
            b"class" | b"module" if can_open => self.open(Block::Body),
            b"def" => {
                self.open(Block::Body);
                self.is_method = true;
                self.is_definition = true;
            }
            b"elsif" => self.controls.push(Control::ElseIf),
            b"when" => self.controls.push(Control::When),
            b"in" if begins_statement => self.controls.push(Control::When),
            b"else" => {
                self.controls.push(Control::Else);
                self.begins_statement = true;
            }
            b"rescue" if begins_statement => self.controls.push(Control::Rescue),
            b"ensure" => {
                self.controls.push(Control::Rescue);
                self.begins_statement = true;
            }
            b"in" | b"rescue" => {}
            b"end" => {
                self.begins_value = false;
                self.close(false)?;
            }
            b"next" | b"break" | b"redo" | b"retry" => self.jump(Reach::Loop),
            b"return" | b"throw" => self.jump(Reach::Template),
            b"__END__" => return None,
            b"nil" | b"true" | b"false" | b"self" => self.begins_value = false,
            _ => self.name(),
        }
        Some(())
    }

    fn jump(&mut self, reach: Reach) {
        self.begins_value = false;
        self.controls.push(Control::Jump(reach));
    }

    /// Reads something that is no word.
    fn symbol(&mut self, byte: u8) -> Option<()> {
        let can_begin = self.begins_value;
        let next = self.peek(1);
        let is_argument = self.is_command && self.is_apart && next != b' ' && next != b'=';
        let begins_value = can_begin || is_argument;
        self.begins_statement = false;
        self.is_command = false;
        self.is_method = false;
        self.begins_value = false;
        match byte {
            b'"' | b'\'' | b'`' => self.string(1, None, byte, byte != b'\'')?,
            b'/' if begins_value => {
                self.string(1, None, b'/', true)?;
                self.at += self.length_of_word(0);
            }
            b'%' if begins_value && self.percent_string()? => {}
            b'<' if next == b'<' && self.heredoc(begins_value) => {}
            b'?' if can_begin && next.is_ascii_graphic() && !is_of_word(self.peek(2)) => {
                self.at += 2;
            }
            b'@' | b'$' => {
                self.at += 1 + usize::from(next == b'@');
                let name = self.length_of_word(0);
                // Special variables are named by a sign.
                self.at += name.max(usize::from(byte == b'$'));
            }
            b':' if next == b':' => {
                self.at += 2;
                self.is_method = true;
            }
            b':' if next == b'"' || next == b'\'' => self.string(2, None, next, next == b'"')?,
            b':' if is_of_word(next) => {
                self.at += 1 + self.length_of_word(1);
                self.at += usize::from(matches!(self.peek(0), b'?' | b'!'));
            }
            b'.' if next == b'.' => {
                self.at += 2;
                self.begins_value = true;
            }
            b'.' => {
                self.at += 1;
                self.is_method = true;
            }
            b'&' if next == b'.' => {
                self.at += 2;
                self.is_method = true;
            }
            b'(' | b'[' => {
                self.at += 1;
                self.brackets.push(byte);
                self.begins_value = true;
                self.begins_statement = true;
            }
            b')' | b']' => {
                self.at += 1;
                let open = if byte == b')' { b'(' } else { b'[' };
                self.brackets.pop_if(|last| *last == open)?;
            }
            b'{' => {
                self.at += 1;
                self.open(Block::Braces);
                self.begins_value = true;
                self.parameters()?;
            }
            b'}' => {
                self.at += 1;
                self.close(true)?;
            }
            _ => {
                // A method of the form `def name = value` has no end.
                let is_assignment = byte == b'=' && next != b'=' && self.is_apart;
                if is_assignment && self.brackets.is_empty() && self.is_definition {
                    self.is_definition = false;
                    self.open.pop();
                    self.controls.pop();
                }
                self.at += 1;
                self.begins_value = true;
            }
        }
        Some(())
    }

    fn length_of_word(&self, ahead: usize) -> usize {
        let rest = self.code.get(self.at + ahead..).unwrap_or_default();
        rest.iter().take_while(|byte| is_of_word(**byte)).count()
    }

    /// Reads a string after the first `skipped` bytes. Strings between brackets can contain such brackets.
    fn string(
        &mut self,
        skipped: usize,
        open: Option<u8>,
        close: u8,
        has_code: bool,
    ) -> Option<()> {
        self.at += skipped;
        let mut depth = 0_usize;
        loop {
            let byte = *self.code.get(self.at)?;
            self.at += 1;
            if byte == b'\\' {
                self.at += 1;
            } else if has_code && byte == b'#' && self.peek(0) == b'{' {
                self.code_in_string()?;
            } else if byte == close {
                match depth.checked_sub(1) {
                    Some(rest) => depth = rest,
                    None => return Some(()),
                }
            } else if Some(byte) == open {
                depth += 1;
            }
        }
    }

    /// Reads code in a string, from the brace on.
    fn code_in_string(&mut self) -> Option<()> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH {
            return None;
        }
        let mut inner = Scanner::new(self.code, self.at + 1, depth);
        inner.scan(true)?;
        self.at = inner.at + 1;
        let is_complete = inner.controls.is_empty() && inner.at < self.code.len();
        is_complete.then_some(())
    }

    /// Reads a string such as `%w(a b)`. Returns whether there is one.
    fn percent_string(&mut self) -> Option<bool> {
        let is_kind = b"iIqQrswWx".contains(&self.peek(1));
        let skipped = if is_kind { 2 } else { 1 };
        let open = self.peek(skipped);
        if !open.is_ascii_punctuation() || open == b'=' {
            return Some(false);
        }
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            _ => open,
        };
        let has_code = !is_kind || b"IQrWx".contains(&self.peek(1));
        let is_regex = is_kind && self.peek(1) == b'r';
        let open = (open != close).then_some(open);
        self.string(skipped + 1, open, close, has_code)?;
        if is_regex {
            self.at += self.length_of_word(0);
        }
        Some(true)
    }

    /// Reads the name of a string that begins in the next line, such as `<<~TEXT`. Returns whether there is one.
    fn heredoc(&mut self, begins_value: bool) -> bool {
        let is_indented = matches!(self.peek(2), b'~' | b'-');
        let start = if is_indented { 3 } else { 2 };
        let quote = Some(self.peek(start)).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let start = start + usize::from(quote.is_some());
        let length = self.length_of_word(start);
        let name = self.code.get(self.at + start..self.at + start + length);
        let Some([first, ..]) = name else {
            return false;
        };
        // `a <<b` may also add something to a list.
        let is_named = is_indented || quote.is_some() || first.is_ascii_uppercase();
        if first.is_ascii_digit() || !begins_value || !is_named {
            return false;
        }
        self.heredocs.extend(name.map(|name| (name, is_indented)));
        self.at += start + length + usize::from(quote.is_some());
        true
    }

    /// Reads the parameters of a block, if it has some.
    fn parameters(&mut self) -> Option<()> {
        self.begins_statement = true;
        let rest = &self.code[self.at..];
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        let blanks = blanks.count();
        if rest.get(blanks) == Some(&b'|') {
            let parameters = &rest[blanks + 1..];
            let length = parameters.iter().position(|byte| *byte == b'|')?;
            self.at += blanks + 1 + length + 1;
        }
        Some(())
    }

    fn open(&mut self, block: Block) {
        self.open.push(self.controls.len());
        self.controls.push(Control::Open(block));
    }

    /// Ends a block. One that began in the same code has no effect on the template, unless something in it skips more.
    fn close(&mut self, is_in_braces: bool) -> Option<()> {
        let Some(open) = self.open.pop() else {
            self.controls.push(match is_in_braces {
                true => Control::CloseBraces,
                false => Control::End,
            });
            return Some(());
        };
        let inner = self.controls.split_off(open);
        let Some(Control::Open(block)) = inner.first() else {
            return None;
        };
        if is_in_braces != (*block == Block::Braces) {
            return None;
        }
        let is_conditional = matches!(block, Block::If | Block::Case);
        let is_left = |control: &Control| match control {
            Control::Jump(Reach::Template) => true,
            Control::Jump(Reach::Loop) => is_conditional,
            _ => false,
        };
        let jump = inner.iter().rfind(|control| is_left(control));
        self.controls.extend(jump);
        Some(())
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::within;

    /// Returns what some code does, with a letter for each statement that matters; `?` if it is not understood.
    fn read(code: &str) -> String {
        let Some(controls) = controls(&format!("<%{code}%>")) else {
            return "?".to_owned();
        };
        let letters = controls.iter().map(|control| match control {
            Control::Open(Block::If) => 'i',
            Control::Open(Block::Case) => 'c',
            Control::Open(Block::Range) => 'r',
            Control::Open(Block::Body) => 'b',
            Control::Open(Block::Braces) => '{',
            Control::ElseIf => 'n',
            Control::When => 'w',
            Control::Else => 'e',
            Control::Rescue => 'x',
            Control::End => '.',
            Control::CloseBraces => '}',
            Control::Jump(Reach::Loop) => 'j',
            Control::Jump(Reach::Template) => 'J',
        });
        letters.collect()
    }

    #[test]
    fn reads_statements() {
        for (code, expected) in [
            // Blocks across tags.
            (" if @x ", "i"),
            ("- unless x.nil? -", "i"),
            (" x = if y ", "i"),
            (" foo(a, b) && begin ", "b"),
            (" while x ", "b"),
            (" until x do ", "b"),
            (" for a in b do ", "b"),
            (" @x.each do |a, b| ", "b"),
            (" @x.each do |a| # comment", "b"),
            (" @x.each do # end", "b"),
            (" loop do", "b"),
            (" @x.each { |a|", "{"),
            (" @x.each {", "{"),
            (" case x ", "c"),
            (" case x\n when 1 then", "cw"),
            (" def x(a)", "b"),
            (" end ", "."),
            (" } ", "}"),
            (" end.join(',') ", "."),
            (" elsif x ", "n"),
            (" else ", "e"),
            (" when 'a', 'b' ", "w"),
            (" in [a, b] ", "w"),
            (" rescue Error => e ", "x"),
            (" ensure ", "x"),
            // Several statements in a tag.
            (" end; if x ", ".i"),
            (" end\n if x\n", ".i"),
            (" else; x = 1 ", "e"),
            (" else if x ", "ei"),
            (" if x then y end ", ""),
            (" if x; y; else; z; end ", ""),
            (" if x then y else z end; if z ", "i"),
            (" x.each do |a| puts a end ", ""),
            (" x.map { |a| a.b }.each do |c| ", "b"),
            (" while x do y end ", ""),
            (" while x.any? do ", "b"),
            (" y = begin; a; rescue; b; end ", ""),
            (" x.each { |a| if a then b end } ", ""),
            (" case x when 1 then 2 else 3 end ", ""),
            ("= if x then 'a' else 'b' end ", ""),
            ("= [1, 2].map { |a| { b: a } } ", ""),
            // Modifiers and values.
            (" x if y ", ""),
            (" x unless y ", ""),
            (" x while y ", ""),
            (" x rescue y ", ""),
            (" return if x ", "J"),
            (" next if x ", "j"),
            (" break unless x ", "j"),
            (" if x then next end ", "j"),
            (" x.each { |a| next if a } ", ""),
            (" x.each { |a| return if a } ", "J"),
            (" begin; x; end while y ", ""),
            (" x in y ", ""),
            (" a ? b : c ", ""),
            (" x = y ? :if : :end ", ""),
            (" def a(b) = b ", ""),
            // Words that are no keywords.
            (" x.end ", ""),
            (" x&.if ", ""),
            (" x::begin ", ""),
            (" { if: 1, end: 2 } ", ""),
            (" x(:if, :\"end\", do: 1) ", ""),
            (" @end = $if + @@do ", ""),
            (" x.end? && endless && do_it && iffy ", ""),
            // Strings, expressions and comments.
            ("# if x ", ""),
            (" # if x ", ""),
            (" x # end\n if y", "i"),
            (" 'if' + \"end\" + `do` ", ""),
            (" 'it\\'s {' ", ""),
            (" \"a#{b.map { |c| \"#{c}\" }}end\" ", ""),
            (" \"#{if a then b end} {\" ", ""),
            (" %w(if end (do) {) + %q{ {a} end } ", ""),
            (" x % y ", ""),
            (" \"%s {\" % x ", ""),
            (" x / y / z if a ", ""),
            (" x.split(/if { end/) ", ""),
            (" if x =~ /end \\/ {/i ", "i"),
            (" split /{ if/ ", ""),
            (" x = <<EOF\n if {\n end\nEOF\n if y", "i"),
            (" x = <<~'A B'\nA B\n", "?"),
            (" x(<<-A, <<~B)\n if\n  A\n do\n  B\n end", "."),
            (" x << y ", ""),
            (" x << 'end' ", ""),
            (" x = ?{ ", ""),
            (" x = ?a + 'b' ", ""),
            (" 1.5.floor(1) + 0x1f + 1..2 ", ""),
            (" é = 'é' if ü ", ""),
            // What cannot be understood.
            (" x = 'a ", "?"),
            (" x = \"#{a ", "?"),
            (" \"#{if a}\" ", "?"),
            (" (x ", "?"),
            (" x) ", "?"),
            (" [1 } ", "?"),
            (" x.each do |a ", "?"),
            (" x.each { |a| if b } ", "?"),
            (" x = <<EOF\n if\n", "?"),
            (" x\n=begin\n if\n=end\n", "?"),
            (" __END__ ", "?"),
            (" $", ""),
            (" \\", ""),
            ("", ""),
        ] {
            assert_eq!(read(code), expected, "{code}");
        }
    }

    #[test]
    fn bad_code_is_fast() {
        within(5, || {
            for code in [
                "if ", "end ", "{", "}", "(", "'", "\"#{", "do |", "%w(", "/", "<<A\n", "x /", "?",
                ":", "\\", "$", "# ", "next ",
            ] {
                controls(&format!("<% {}%>", code.repeat(100_000)));
            }
        });
    }
}
