//! `suppress` of the map: findings that somebody decided to live with, and why.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    Fault,
    model::Spanned,
    reader::{Fields, Reader},
    schema::{Text, required, some_texts, text},
    selector::Selector,
    validate::{Validator, date},
};
use crate::{pattern::Pattern, yaml::Node};

/// Findings that are not told.
#[derive(Debug)]
pub struct Suppression {
    /// The repository (by position) it is for; nothing for all of them.
    pub repository: Option<usize>,
    /// The checks that find them.
    pub checks: Vec<Spanned<&'static str>>,
    /// Paths they are about.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// Components they are about.
    pub components: Vec<Spanned<Selector>>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
}

impl Suppression {
    /// Whether its end date has passed.
    pub fn has_ended(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.value < today)
    }
}

/// An entry as written.
#[derive(Debug)]
pub(super) struct SuppressionEntry {
    checks: Vec<Text>,
    paths: Vec<Text>,
    components: Vec<Text>,
    reason: Option<Text>,
    until: Option<Text>,
}

pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<SuppressionEntry> {
    let Some(node) = fields.get("suppress") else {
        return Vec::new();
    };
    let items = reader.items(node, "suppress");
    let entries = items.iter().filter_map(|item| entry(reader, item));
    entries.collect()
}

fn entry(reader: &mut Reader<'_>, node: &Node) -> Option<SuppressionEntry> {
    const KEYS: [&str; 5] = ["check", "paths", "components", "reason", "until"];
    let fields = reader.fields(node, "a suppression", &KEYS)?;
    if fields.get("paths").is_none() && fields.get("components").is_none() {
        let fault = Fault::new(fields.place.clone(), "the suppression is about nothing");
        let help =
            "give it `paths` or `components`; what silences a check is `checks: {NAME: off}`";
        reader.faults.push(fault.help(help));
    }
    let checks = match fields.get("check") {
        Some(list) if list.items().is_some() => some_texts(reader, &fields, "check"),
        _ => {
            let one = required(reader, &fields, "check", "a suppression");
            one.into_iter().collect()
        }
    };
    Some(SuppressionEntry {
        checks,
        paths: some_texts(reader, &fields, "paths"),
        components: some_texts(reader, &fields, "components"),
        reason: required(reader, &fields, "reason", "a suppression"),
        until: text(reader, &fields, "until"),
    })
}

impl Validator<'_> {
    pub(super) fn suppressions(
        &mut self,
        repository: Option<usize>,
        entries: Vec<SuppressionEntry>,
    ) -> Vec<Suppression> {
        entries
            .into_iter()
            .map(|entry| Suppression {
                repository,
                checks: self.checks(&entry.checks),
                paths: self.patterns(&entry.paths),
                components: self.selectors(&entry.components),
                // Without one it is told already.
                reason: entry.reason.map(|reason| reason.value).unwrap_or_default(),
                until: entry.until.and_then(|text| date(&text, self.faults)),
            })
            .collect()
    }

    fn checks(&mut self, names: &[Text]) -> Vec<Spanned<&'static str>> {
        let checks = names.iter().filter_map(|name| {
            let value = self.known(name, self.vocabulary.checks, "check")?;
            let place = name.place.clone();
            Some(Spanned { value, place })
        });
        checks.collect()
    }
}
