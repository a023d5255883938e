use super::{Context, Properties};
use crate::finding::{Finding, Severity};

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
    pub mend: &'static str,
    /// A map, or a file, that has the problem and then has it no more.
    pub example: &'static str,
    /// What distinguishes it from most others.
    pub properties: Properties,
    /// Finds them.
    pub run: fn(&Context<'_>) -> Vec<Finding>,
}

impl Check {
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
