use super::{
    CLEAN, Outcome,
    args::ExplainArguments,
    session::{Failure, Terminal},
};
use crate::{
    checks::{self, Check},
    outputs::{Palette, Tone},
    text::{closest, quoted},
};

pub(super) fn run(arguments: &ExplainArguments, terminal: &Terminal) -> Outcome {
    let palette = Palette(terminal.out.color);
    let text = match &arguments.check {
        None => list(palette),
        Some(name) => {
            let check = checks::by_name(name).ok_or_else(|| unknown(name))?;
            explanation(check, palette, terminal.out.width)
        }
    };
    Ok((text.into_bytes(), CLEAN))
}

fn list(palette: Palette) -> String {
    let wide = checks::ALL
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or_default();
    let lines = checks::ALL.iter().map(|check| {
        let name = palette.paint(Tone::Strong, &format!("{:<wide$}", check.name));
        format!("{name}  {:<7}  {}\n", check.severity.name(), check.summary)
    });
    lines.collect()
}

fn explanation(check: &Check, palette: Palette, width: usize) -> String {
    let wrapped: Vec<String> = check
        .explanation
        .split("\n\n")
        .map(|paragraph| textwrap::fill(paragraph, width.min(100)))
        .collect();
    format!(
        "{} ({} unless the map says otherwise)\n{}\n\n{}\n\n{}\n\n{}\n",
        palette.paint(Tone::Strong, check.name),
        check.severity.name(),
        check.summary,
        wrapped.join("\n\n"),
        palette.paint(Tone::Faint, "Example:"),
        textwrap::indent(check.example, "    "),
    )
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("there is no check {}", quoted(name)));
    failure.help(match closest(name, checks::names()) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => "`ownlint explain` lists all checks".to_owned(),
    })
}
