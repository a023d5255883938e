use owo_colors::{OwoColorize as _, Style};

/// The role of a text, which determines its color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Additional information.
    Info,
    /// A good result.
    Good,
    /// A heading or a name.
    Strong,
    /// A less important text.
    Faint,
}

/// Colors text, if enabled.
#[derive(Debug, Clone, Copy)]
pub struct Palette(pub bool);

impl Palette {
    /// Returns `text` in the color of `tone`.
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
