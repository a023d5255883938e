//! Notification routes: which receivers alerts reach.
//!
//! A configuration is a tree of routes, as Alertmanager, the Prometheus operator and Grafana read it. The labels of an
//! alert decide its way through the tree. Since a rule does not show all labels, some receivers are certain and others
//! only possible.

mod alert_routes;
mod blockers;
mod budget;
mod certain;
mod configuration;
mod evaluate;
mod evaluator;
mod expression;
mod expressions;
mod formula;
mod label_set;
mod label_tests;
mod label_values;
mod matcher;
mod matcher_syntax;
mod notification_routing;
mod open_matches;
mod reachability;
mod reached_receiver;
mod read;
mod receivers;

#[cfg(test)]
mod tests;

pub use alert_routes::{
    LabelSource, Pages, SEVERITY, SeverityPages, TEAM, TeamAlert, TeamLabels, TeamPages,
};
use configuration::ConfigurationProblem;
pub use configuration::{Configuration, ConfigurationKind, ConfigurationProblemKind};
pub use evaluate::{Reached, ReachedRoute};
pub use evaluator::Evaluator;
pub use label_set::LabelSet;
pub use matcher::Matcher;
pub use matcher_syntax::{LabelError, label};
pub use notification_routing::{KnownConfiguration, NotificationRouting, UnreadFile};
pub use reachability::Reachability;
pub use reached_receiver::ReachedReceiver;
use read::FileConfigurations;
pub use read::read;
use receivers::{Receiver, Receivers};
