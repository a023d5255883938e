//! `suppressions` of the map: findings that somebody decided to live with, and why.

use super::{
    model::Suppression,
    reader::Reader,
    spanned::{Spanned, Text},
    validate::Validator,
    written::SuppressionEntry,
};
use crate::yaml::Node;

pub(super) fn entry(reader: &mut Reader<'_>, node: &Node) -> Option<SuppressionEntry> {
    const KEYS: [&str; 5] = ["check", "paths", "components", "reason", "until"];
    let fields = reader.fields(node, "a suppression", &KEYS)?;
    let lack = "the suppression is about nothing";
    let help = "give it `paths` or `components`; what silences a check is `checks: {NAME: off}`";
    reader.some_of(&fields, &["paths", "components"], lack, help);
    let checks = match fields.get("check") {
        Some(list) if list.items().is_some() => reader.some_texts(&fields, "check"),
        _ => {
            let one = reader.required(&fields, "check", "a suppression");
            one.into_iter().collect()
        }
    };
    Some(SuppressionEntry {
        checks,
        paths: reader.some_texts(&fields, "paths"),
        components: reader.some_texts(&fields, "components"),
        reason: reader.reason(&fields, "a suppression"),
        until: reader.date(&fields, "until"),
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
                reason: entry.reason,
                until: entry.until,
            })
            .collect()
    }

    fn checks(&mut self, names: &[Text]) -> Vec<Spanned<&'static str>> {
        let known = |name: &Text| {
            let known = self.known(name, self.vocabulary.checks, "check");
            known.map(|check| name.with(check))
        };
        names.iter().filter_map(known).collect()
    }
}
