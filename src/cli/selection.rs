//! `--only` and `--skip`.

use super::{args::Living, explain, failure::Failure};
use crate::{checks, lint::Selection};

pub(super) fn selection(arguments: &Living) -> Result<Selection, Failure> {
    let names = |names: &[String]| {
        let checks = names.iter().map(|name| explain::check(name.trim()));
        let names = checks.map(|check| Ok(check?.name));
        names.collect::<Result<Vec<&'static str>, Failure>>()
    };
    let only = names(&arguments.only)?;
    let selection = Selection {
        only: (!only.is_empty()).then_some(only),
        skip: names(&arguments.skip)?,
    };
    if checks::ALL.iter().all(|check| !selection.holds(check)) {
        let failure = Failure::new("--only and --skip leave no check");
        return Err(failure.help("name other checks"));
    }
    Ok(selection)
}
