use super::{Context, Properties};
use crate::{
    finding::{Finding, Severity},
    inventory::Component,
    text::{Place, quoted},
};

/// One question asked of the resolved ownership.
#[derive(Debug)]
pub struct Check {
    /// Names the problem; stands in the map under `checks` and in every finding.
    pub name: &'static str,
    /// How much its findings weigh unless the map says otherwise.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// What the sentence leaves open: what counts and what does not.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How to mend it.
    pub fix: &'static str,
    /// A map, or a file, that has the problem and then has it no more.
    pub example: &'static str,
    /// What distinguishes it from most others.
    pub properties: Properties,
    /// Finds them.
    pub run: fn(&Context<'_>) -> Vec<Finding>,
}

impl Check {
    /// A finding at `place`.
    pub(super) fn finding(&self, place: Place, message: impl Into<String>) -> Finding {
        Finding::new(self.name, place, message)
    }

    /// A finding about the file or directory at `place`.
    pub(super) fn at(&self, place: Place, message: impl Into<String>) -> Finding {
        Finding {
            path: Some(place.path().into()),
            ..self.finding(place, message)
        }
    }

    /// A finding about a component, and the file or directory at `place`: of the component, `what`
    /// is so.
    pub(super) fn of(&self, component: &Component, place: Place, what: &str) -> Finding {
        let id = component.id();
        let message = format!("{} {what}", quoted(&id));
        Finding {
            component: Some(id),
            ..self.at(place, message)
        }
    }

    /// Whether it is on for a repository, or for the map as a whole.
    pub fn is_on(&self, context: &Context<'_>, repository: Option<usize>) -> bool {
        self.severity_in(context, repository).is_some()
    }

    /// What its findings about a repository, or about the map as a whole, weigh; nothing if it is off
    /// there.
    pub fn severity_in(
        &self,
        context: &Context<'_>,
        repository: Option<usize>,
    ) -> Option<Severity> {
        let stated = self.stated_severity(context, repository);
        stated.unwrap_or(Some(self.severity))
    }

    /// The same, only where the map says it.
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
