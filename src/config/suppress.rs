//! `suppressions` of the map: findings that are accepted, with a reason.

use super::{
    model::Suppression,
    reader::Reader,
    schema,
    spanned::{Spanned, Text},
    validate::Validator,
    written::SuppressionEntry,
};
use crate::yaml::Node;

pub(super) fn entry(reader: &mut Reader<'_>, node: &Node) -> Option<SuppressionEntry> {
    const KEYS: [&str; 6] = ["check", "paths", "files", "components", "reason", "until"];
    let fields = reader.fields(node, "a suppression", &KEYS)?;
    let lack = "the suppression has none of `paths`, `files` and `components`";
    let help = "add `paths`, `files` or `components`, or write `checks: {NAME: off}` to turn off the check";
    reader.require_any(&fields, &["paths", "files", "components"], lack, help);
    let checks = match fields.get("check") {
        Some(list) if list.items().is_some() => reader.nonempty_texts(&fields, "check"),
        _ => {
            let one = reader.required(&fields, "check", "a suppression");
            one.into_iter().collect()
        }
    };
    Some(SuppressionEntry {
        checks,
        paths: schema::paths(reader, &fields),
        components: reader.nonempty_texts(&fields, "components"),
        reason: reader.reason(&fields, "a suppression"),
        until: reader.date(&fields, "until"),
        place: fields.place,
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
                paths: self.path_patterns(&entry.paths),
                components: self.selectors(&entry.components),
                reason: entry.reason,
                until: entry.until,
                place: entry.place,
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
