//! `min_coverage` of the map: how much must be owned or exempt.

use super::{
    MapError,
    model::{MinCoverage, Repository},
    percent::Percent,
    reader::{Fields, Reader},
    spanned::{Spanned, Text},
    validate::Validator,
    written::{MinCoverageEntry, WrittenMap},
};
use crate::text::quoted;

pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, written: &mut WrittenMap) {
    const KEYS: [&str; 4] = ["overall", "repositories", "components", "teams"];
    let Some(node) = fields.get("min_coverage") else {
        return;
    };
    let Some(fields) = reader.fields(node, "`min_coverage`", &KEYS) else {
        return;
    };
    let value = MinCoverageEntry {
        overall: reader.text(&fields, "overall"),
        repositories: reader.pairs(&fields, "repositories"),
        components: reader.pairs(&fields, "components"),
        teams: reader.pairs(&fields, "teams"),
    };
    let place = fields.place;
    let entry = Some(Spanned { value, place });
    reader.once("min_coverage", entry, &mut written.min_coverage);
}

impl Validator<'_> {
    pub(super) fn min_coverage(
        &mut self,
        entry: Option<Spanned<MinCoverageEntry>>,
        repositories: &[Repository],
    ) -> MinCoverage {
        let Some(Spanned { value: entry, .. }) = entry else {
            return MinCoverage::default();
        };
        let mut goals = MinCoverage {
            overall: entry.overall.and_then(|text| self.percent(&text)),
            ..MinCoverage::default()
        };
        for (name, text) in &entry.repositories {
            let at = repositories.iter().position(|r| *r.name == *name.value);
            if at.is_none() {
                let names = repositories.iter().map(|repository| &*repository.name);
                self.unknown(
                    name,
                    "a repository listed in the map",
                    &names.collect::<Vec<_>>(),
                );
            }
            let goal = self.percent(text);
            goals.repositories.extend(at.zip(goal));
        }
        for (name, text) in &entry.components {
            let kind = self.kinds.iter().find(|kind| **kind == name.value).copied();
            if kind.is_none() {
                let kinds = self.kinds.clone();
                self.unknown(name, "a component kind", &kinds);
            }
            let goal = self.percent(text);
            goals.components.extend(kind.zip(goal));
        }
        for (name, text) in &entry.teams {
            let team = self.owners(std::slice::from_ref(name));
            let goal = self.percent(text);
            let team = team.first().map(|team| team.value);
            goals.teams.extend(team.zip(goal));
        }
        goals
    }

    fn percent(&mut self, text: &Text) -> Option<Spanned<Percent>> {
        match text.value.parse() {
            Ok(value) => Some(text.with(value)),
            Err(_) => {
                let message = format!("{} is not a percentage", quoted(&text.value));
                let error = MapError::new(text.place.clone(), message);
                let help = "write a number from 0 to 100, such as `95` or `99.5`";
                self.errors.push(error.help(help));
                None
            }
        }
    }
}
