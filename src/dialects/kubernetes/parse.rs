use std::sync::Arc;

use super::filters::FilterCache;
use crate::{
    config::is_team_handle,
    dialects::{FileProblem, file_problem::too_large},
    prow::{EVERYTHING, Fault, FullConfig, OWNER_KEYS, Owners, OwnersConfig},
    regexes::Regexes,
    text::{Source, Span, quoted},
    yaml::go_yaml::{self, Value},
};

/// The content of an `OWNERS` file.
#[derive(Debug, Default)]
pub(super) struct OwnersFile {
    /// The approvers of everything in the folder, with their spans.
    pub approvers: Vec<(String, Span)>,
    /// The approvers of each filter.
    pub filtered: Vec<Vec<(String, Span)>>,
    /// The filters, which are matched against paths relative to the folder.
    pub filters: Option<Arc<Regexes>>,
    /// The span of the option that excludes approvers of folders above.
    pub no_parent: Option<Span>,
}

/// Normalizes a login: lower case, without a leading `@`.
pub(super) fn login(text: &str) -> String {
    // Only `İ` has several characters in lower case, of which Go takes the first.
    let mut lower = text
        .chars()
        .map(|char| char.to_lowercase().next().unwrap_or(char))
        .peekable();
    lower.next_if_eq(&'@');
    lower.collect()
}

/// Returns whether a login is blank and so does not identify a user.
pub(super) fn is_blank(login: &str) -> bool {
    login.trim().is_empty()
}

/// Reads the YAML in a file; reports a problem and returns `None` if Prow cannot read it.
pub(super) fn document(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Option<Value> {
    let error = match go_yaml::read(source.bytes()) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let message = match error.is_limit {
        true => uncertain(&format!("{}, so ownlint ignores the file", error.message)),
        false => format!(
            "Prow cannot read this file and ignores it: {}",
            error.message
        ),
    };
    problems.push(FileProblem::new(source, error.span, message));
    None
}

/// Returns the message that what ownlint answers may not be what Prow does.
pub(super) fn uncertain(reason: &str) -> String {
    format!("Prow may read this file differently: {reason}")
}

/// Parses a file; a file with any invalid part is ignored.
pub(super) fn parse(
    source: &Arc<Source>,
    cache: &mut FilterCache,
    problems: &mut Vec<FileProblem>,
) -> OwnersFile {
    let Some(value) = document(source, problems) else {
        return OwnersFile::default();
    };
    let OwnersConfig {
        simple,
        full,
        filters,
        misspelled,
        duplicates,
    } = OwnersConfig::of(&value);
    for (span, key, meant) in misspelled {
        let message = format!(
            "unknown key {} is ignored; did you mean `{meant}`?",
            quoted(&key)
        );
        problems.push(FileProblem::new(source, span, message));
    }
    if let Some(span) = duplicates.first() {
        let message = uncertain("a key is written in two ways, and any of the values may count");
        problems.push(FileProblem::new(source, *span, message));
    }
    let mut report = |(span, message): Fault| {
        problems.push(FileProblem::new(source, span, message));
    };
    match (simple, full) {
        (Ok(config), _) if !config.owners.is_empty() => {
            if let Some(span) = filters {
                let message = "`filters` is ignored, because the file also sets owners or labels \
                               for all files";
                report((span, message.to_owned()));
            }
            report_invalid(&config.owners, &mut report);
            OwnersFile {
                approvers: logins(&config.owners),
                no_parent: config.options.no_parent,
                ..OwnersFile::default()
            }
        }
        // If it fails for both reasons, the first is usually the one that matters.
        (Err((span, message)), Err(_)) | (Ok(_), Err((span, message))) => {
            report((span, format!("{message}: the file is ignored")));
            OwnersFile::default()
        }
        (simple, Ok(config)) => {
            if let Err((span, message)) = simple {
                let effect = match config.filters.is_empty() {
                    true => "the file is ignored",
                    false => "only `filters` and `options` count",
                };
                report((span, format!("{message}: {effect}")));
            }
            for (_, _, owners) in &config.filters {
                report_invalid(owners, &mut report);
            }
            filtered(source, config, cache, problems)
        }
    }
}

/// Returns the approvers as logins.
fn logins(owners: &Owners) -> Vec<(String, Span)> {
    let approvers = owners.approvers().iter();
    approvers.map(|(text, span)| (login(text), *span)).collect()
}

/// Reports names that nobody can have. They still count as items.
fn report_invalid(owners: &Owners, report: &mut impl FnMut(Fault)) {
    let lists = OWNER_KEYS.iter().zip(owners.lists());
    for (key, (text, span)) in lists.flat_map(|(key, list)| list.iter().map(move |it| (key, it))) {
        let login = login(text);
        if is_blank(&login) {
            report((*span, "the name is empty".to_owned()));
        } else if *key != "labels" && login.trim().contains(char::is_whitespace) {
            let message = format!(
                "{} is not a login, because it contains a blank",
                quoted(text)
            );
            report((*span, message));
        } else if let Some(message) = not_a_login(text).filter(|_| *key != "labels") {
            report((*span, message));
        }
    }
}

/// Returns the message about the handle of a team, or an address, in place of a login.
pub(super) fn not_a_login(text: &str) -> Option<String> {
    // Prow removes `@` from the start once more to look for an alias.
    let login = text.trim_start_matches('@');
    let why = match (
        is_team_handle(text) || login.contains('/'),
        login.contains('@'),
    ) {
        (_, true) => "Prow does not support addresses, so write the login of the person",
        (true, false) => {
            "Prow does not support teams, so list the people in `OWNERS_ALIASES` instead"
        }
        (false, false) => return None,
    };
    Some(format!("{} is not a login: {why}", quoted(text)))
}

/// Compiles the filters of a file.
fn filtered(
    source: &Arc<Source>,
    config: FullConfig,
    cache: &mut FilterCache,
    problems: &mut Vec<FileProblem>,
) -> OwnersFile {
    let mut owners = OwnersFile {
        no_parent: config.options.no_parent,
        ..OwnersFile::default()
    };
    let mut expressions = Vec::new();
    for (text, span, of_filter) in &config.filters {
        if text == EVERYTHING {
            owners.approvers.extend(logins(of_filter));
        } else {
            expressions.push((text, *span));
            owners.filtered.push(logins(of_filter));
        }
    }
    let texts = expressions.iter().map(|(text, _)| (*text).clone());
    let filters = cache.get(texts.collect());
    for (at, reason) in &filters.invalid {
        let (text, span) = expressions[*at];
        let message = format!(
            "invalid regular expression {} is ignored: {reason}",
            quoted(text)
        );
        problems.push(FileProblem::new(source, span, message));
    }
    if let [first, others @ ..] = &filters.too_large[..] {
        let (text, span) = expressions[*first];
        let message = too_large(text, others.len());
        problems.push(FileProblem::new(source, span, message));
    }
    owners.filters = (!expressions.is_empty()).then(|| Arc::clone(&filters.regexes));
    owners
}
