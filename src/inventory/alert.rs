use std::{ops::RangeInclusive, sync::Arc};

use super::Name;
use crate::text::{Place, Span, has_template_tag};

/// An alert of a rule.
#[derive(Debug, Clone)]
pub struct Alert {
    /// The name.
    pub name: String,
    /// The labels that the rule sets. The alert also has those of its series, which the rule does not show.
    pub labels: Vec<AlertLabel>,
    /// The names of its owner, if the rule or its file declares one.
    pub owner: Vec<Name>,
    /// The label or annotation that declares the owner, if it is one of the rule or its group.
    pub owner_key: Option<AlertKey>,
    /// Whether it may have an owner that the rule does not show: the expression uses the team of a series, or a comment
    /// names the owner of one of the rules in the file.
    pub may_have_owner: bool,
    /// The place of the name.
    pub place: Place,
    /// The span of the rule in the file of the name; `None` if only the string is known that contains the rule.
    pub rule: Option<Span>,
}

/// A label or annotation of an alert.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlertKey {
    /// The name.
    pub name: String,
    /// Whether it is an annotation.
    pub is_annotation: bool,
}

/// A label that a rule sets.
#[derive(Debug, Clone)]
pub struct AlertLabel {
    /// The name.
    pub name: String,
    /// The value; `None` if it is known only when the alert fires, or when a template is filled in.
    pub value: Option<String>,
}

impl Alert {
    /// Returns whether the name is filled in from a template.
    pub fn is_template(&self) -> bool {
        has_template_tag(&self.name)
    }

    /// Returns whether a template fills in its team.
    pub fn has_variable_team(&self) -> bool {
        let mut labels = self.labels.iter();
        self.owner.is_empty() && labels.any(|label| label.name == "team" && label.value.is_none())
    }

    /// Returns whether a place is in its rule.
    pub fn holds(&self, place: &Place) -> bool {
        let (Some(rule), Place::Text(_, span)) = (self.rule, place) else {
            return false;
        };
        self.place.path() == place.path() && (rule.start..rule.end).contains(&span.start)
    }

    /// Returns whether its rule has a part in each of some lines of its file.
    pub fn is_in_lines(&self, lines: &RangeInclusive<u32>) -> bool {
        let (Some(rule), Place::Text(source, _)) = (self.rule, &self.place) else {
            return false;
        };
        let text = source.text().get(rule.range()).unwrap_or_default();
        let first = Place::Text(Arc::clone(source), rule).start().line;
        let last = first + text.trim_end().matches('\n').count();
        let own = first..=last;
        own.contains(&(*lines.start() as usize)) && own.contains(&(*lines.end() as usize))
    }
}
