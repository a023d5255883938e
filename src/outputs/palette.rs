use owo_colors::{OwoColorize as _, Style};

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Bad.
    Error,
    /// Dubious.
    Warning,
    /// By the way.
    Info,
    /// Good.
    Good,
    /// A heading or a name.
    Strong,
    /// Of less interest.
    Faint,
}

/// Colours text, or doesn't.
#[derive(Debug, Clone, Copy)]
pub struct Palette(pub bool);

impl Palette {
    /// `text` in the colour of `tone`.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        if !self.0 || text.is_empty() {
            return text.to_owned();
        }
        let style = match tone {
            Tone::Error => Style::new().red().bold(),
            Tone::Warning => Style::new().yellow().bold(),
            Tone::Info => Style::new().cyan().bold(),
            Tone::Good => Style::new().green(),
            Tone::Strong => Style::new().bold(),
            Tone::Faint => Style::new().dimmed(),
        };
        text.style(style).to_string()
    }
}
