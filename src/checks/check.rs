use super::{Context, Properties};
use crate::{
    config::Map,
    finding::{Finding, Severity},
    inventory::Component,
    text::{Place, quoted},
};

/// A check of the resolved ownership.
#[derive(Debug)]
pub struct Check {
    /// The name of the problem, as used under `checks` in the map and in every finding.
    pub name: &'static str,
    /// The severity of its findings unless the map sets another one.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// The details that the summary omits: what counts and what does not.
    pub what: &'static str,
    /// Why the problem matters.
    pub why: &'static str,
    /// Why each finding matters, in one short sentence for a review comment.
    pub impact: &'static str,
    /// How to fix the problem.
    pub fix: &'static str,
    /// A part of a map or of a file that shows the problem or its fix.
    pub example: &'static str,
    /// How it differs from most other checks.
    pub properties: Properties,
    /// Returns the findings.
    pub run: fn(&Context<'_>) -> Vec<Finding>,
}

impl Check {
    /// Returns a finding at `place`.
    pub(super) fn finding(&self, place: Place, message: impl Into<String>) -> Finding {
        Finding::new(self.name, place, message)
    }

    /// Returns a finding about the file or directory at `place`.
    pub(super) fn at(&self, place: Place, message: impl Into<String>) -> Finding {
        Finding {
            path: Some(place.path().into()),
            ..self.finding(place, message)
        }
    }

    /// Returns a finding about a component and the file or directory at `place`. `what` continues the
    /// message after the component.
    pub(super) fn of(&self, component: &Component, place: Place, what: &str) -> Finding {
        let id = component.id();
        let message = format!("{} {what}", quoted(&id));
        Finding {
            component: Some(id),
            ..self.at(place, message)
        }
    }

    /// Returns whether the check is on for a repository, or for the map as a whole.
    pub fn is_on(&self, context: &Context<'_>, repository: Option<usize>) -> bool {
        self.severity_in(context, repository).is_some()
    }

    /// Returns the severity of its findings about a repository, or about the map as a whole; `None` if
    /// the check is off there.
    pub fn severity_in(
        &self,
        context: &Context<'_>,
        repository: Option<usize>,
    ) -> Option<Severity> {
        let stated = self.stated_severity(context, repository);
        let usual = || (!self.properties.is_opt_in).then(|| self.default_severity(context.map));
        stated.unwrap_or_else(usual)
    }

    /// Returns the severity of its findings if the map sets none.
    pub fn default_severity(&self, map: &Map) -> Severity {
        self.allowed(map, self.severity)
    }

    /// Returns the severity, or a lower one: a check that is newer than what the map requires reports no errors, so that
    /// an upgrade of ownlint does not fail runs that passed.
    pub fn allowed(&self, map: &Map, severity: Severity) -> Severity {
        let requires = map.requires.as_ref();
        match requires.is_some_and(|it| it.predates(self.properties.since)) {
            true => severity.min(Severity::Warning),
            false => severity,
        }
    }

    /// Returns what the map sets as the severity; the outer `None` if it sets nothing.
    pub fn stated_severity(
        &self,
        context: &Context<'_>,
        repository: Option<usize>,
    ) -> Option<Option<Severity>> {
        let severities = match repository {
            Some(at) => &context.map.repositories[at].severities,
            None => &context.map.severities,
        };
        severities.get(self.name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::ALL;

    #[test]
    fn newer_checks_report_no_errors() {
        let check = |since| Check {
            properties: Properties {
                since,
                ..ALL[0].properties
            },
            severity: Severity::Error,
            ..*ALL[0]
        };
        for (requires, since, expected) in [
            (None, "0.4.0", Severity::Error),
            (Some(">=0.4"), "0.4.0", Severity::Error),
            (Some(">=0.3, <1"), "0.4.0", Severity::Warning),
            (Some("<1"), "0.4.0", Severity::Warning),
            (Some("<1"), "0.1.0", Severity::Error),
        ] {
            let map = Map {
                requires: requires.map(|text| text.parse().unwrap()),
                ..Map::default()
            };
            let check = check(since);
            assert_eq!(
                check.default_severity(&map),
                expected,
                "{requires:?} {since}"
            );
            let info = check.allowed(&map, Severity::Info);
            assert_eq!(info, Severity::Info);
        }
    }

    #[test]
    fn impacts_are_short_sentences() {
        for check in ALL {
            let impact = check.impact;
            assert!(impact.len() <= 70 && impact.ends_with('.'), "{impact}");
            assert!(impact.starts_with(char::is_uppercase), "{impact}");
        }
    }
}
