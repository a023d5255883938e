//! `--only` and `--skip`.

use super::{args::TriageOptions, explain};
use crate::{checks, lint::Selection, workspace::Error};

pub(super) fn selection(arguments: &TriageOptions) -> Result<Selection, Error> {
    let names = |names: &[String]| {
        let checks = names.iter().map(|name| explain::check(name.trim()));
        let names = checks.map(|check| Ok(check?.name));
        names.collect::<Result<Vec<&'static str>, Error>>()
    };
    let only = names(&arguments.only)?;
    let selection = Selection {
        only: (!only.is_empty()).then_some(only),
        skip: names(&arguments.skip)?,
    };
    if checks::ALL.iter().all(|check| !selection.holds(check)) {
        let error = Error::new("--only and --skip leave no checks to run");
        return Err(error.help("select at least one check"));
    }
    Ok(selection)
}
