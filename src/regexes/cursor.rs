/// The text of an expression, and how much of it has been parsed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t [char],
    /// The position of the next character.
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t [char]) -> Self {
        Self { text, at: 0 }
    }

    /// Returns what has been parsed.
    pub fn parsed(&self) -> &'t [char] {
        &self.text[..self.at]
    }

    /// Returns what has not been parsed.
    pub fn rest(&self) -> &'t [char] {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    pub fn starts_with(&self, text: &str) -> bool {
        let mut rest = self.rest().iter();
        text.chars().all(|char| rest.next() == Some(&char))
    }

    /// Skips `text` if it follows, and returns whether it did.
    pub fn eat(&mut self, text: &str) -> bool {
        let follows = self.starts_with(text);
        if follows {
            self.at += text.chars().count();
        }
        follows
    }

    /// Returns what precedes the next `end`, and skips both.
    pub fn until(&mut self, end: char) -> Option<&'t [char]> {
        let rest = self.rest();
        let length = rest.iter().position(|char| *char == end)?;
        self.at += length + 1;
        Some(&rest[..length])
    }

    /// Skips characters as long as they fulfill a condition, and returns them.
    pub fn take_while(&mut self, mut is_taken: impl FnMut(char) -> bool) -> &'t [char] {
        let rest = self.rest();
        let length = rest.iter().take_while(|char| is_taken(**char)).count();
        self.at += length;
        &rest[..length]
    }

    /// Skips everything.
    pub fn skip_all(&mut self) {
        self.at = self.text.len();
    }
}
