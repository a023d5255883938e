//! `diff`: what a change hands from one team to another.

mod human;
mod json;
mod markdown;

use super::{
    CLEAN, Outcome,
    args::{DiffArguments, DiffFormat, Global},
    change::{Base, Question, Sides},
    progress::Progress,
    terminal::Terminal,
};
use crate::{
    handover::{
        ComponentChange, Holding, Moment, Renames, Transfer, component_changes, fates, transfers,
    },
    outputs::Palette,
    text::printable,
};

/// Everything that is told.
struct Told<'d> {
    base: &'d str,
    /// Why there is nothing to compare with.
    without_base: Option<&'d str>,
    teams: &'d Renames,
    transfers: &'d [Transfer<'d>],
    components: &'d [ComponentChange],
    /// Whether the map has more than one repository.
    has_several: bool,
}

pub(super) fn run(arguments: &DiffArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let question = match (&arguments.from, &arguments.to) {
        (Some(from), Some(to)) => Question::Between(from.clone(), to.clone()),
        (Some(from), None) => Question::From(from.clone()),
        (None, _) => Question::Staged,
    };
    let progress = Progress::start(terminal, "resolving owners before and after".to_owned());
    let sides = Sides::resolve(&question, global, false)?;
    let (before, without_base) = match &sides.base {
        Base::Resolved(side) => (Some(side.moment()), None),
        Base::Nothing(why) => (None, Some(why.as_str())),
    };
    let after: Moment<'_> = sides.head.moment();
    let fates = fates(before, after, &sides.git.top, &sides.changes);
    let transfers = transfers(&fates);
    let components = component_changes(before, after, &fates);
    drop(progress);
    let told = Told {
        base: &sides.against,
        without_base,
        teams: &Renames::between(before, after),
        transfers: &transfers,
        components: &components,
        has_several: after.repositories.len() > 1,
    };
    let out = match arguments.format {
        DiffFormat::Human => human::write(&told, Palette(terminal.out.color)),
        DiffFormat::Json => json::write(&told)?,
        DiffFormat::Markdown => markdown::write(&told),
    };
    Ok((out.into_bytes(), CLEAN))
}

/// A holding in a sentence.
fn words(holding: &Holding) -> String {
    match holding {
        Holding::Absent => "–".to_owned(),
        Holding::Unowned => "nobody".to_owned(),
        Holding::Exempt => "exempt".to_owned(),
        Holding::Conflicting(teams) => format!("conflicting: {}", teams.join(", ")),
        Holding::Owned(teams) => printable(&teams.join(", ")),
    }
}
