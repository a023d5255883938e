use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    alerting::ConfigurationProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-notification-route",
    severity: Severity::Warning,
    summary: "Alertmanager or Grafana rejects some of the notification routes.",
    what: "The configuration is not valid YAML, contains an invalid matcher or regular expression \
(RE2), refers to a receiver that does not exist, or has a misspelled key. ownlint reads \
Alertmanager configurations (including those in Ruby or Go templates and in chart values), \
`AlertmanagerConfig` resources, and Grafana notification policies. It does not check receivers \
that may be defined elsewhere, for example by a template. With severity `info`, the check reports \
parts that ownlint does not read: a file that may contain notification routes is not valid YAML, \
lists and mappings are nested too deeply, a template's tags cannot be understood, or a \
configuration's regular expressions are too large together.",
    why: "If a new configuration is invalid, a running Alertmanager keeps the previous one, and a \
new Alertmanager does not start. ownlint still evaluates all other routes.",
    impact: "Alertmanager fails to load this configuration.",
    fix: "Correct the reported part of the file.",
    example: "\
# alertmanager.yml
route:
  receiver: default
  routes:
    - matchers: ['team=~\"sre|(data\"']     # the `)` is missing
      receiver: sre-page
receivers:
  - name: default
  - name: sre-page",
    properties: Properties::USUAL,
    run,
};

/// Returns the highest severity of a problem, if it does not show that the configuration is wrong.
fn at_most(kind: ConfigurationProblemKind) -> Option<Severity> {
    use ConfigurationProblemKind::{
        Expression, Invalid, Limit, Receiver, Syntax, Template, UncertainSyntax,
    };
    match kind {
        Invalid | Syntax | Expression | Receiver => None,
        UncertainSyntax | Limit | Template => Some(Severity::Info),
    }
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let problems = context.routing().problems.iter();
    problems
        .map(|problem| Finding {
            subject: format!("{}\n{}", problem.kind.name(), problem.place.words()),
            label: problem.kind.label().to_owned(),
            at_most: at_most(problem.kind),
            advice: problem.help.iter().map(Advice::in_words).collect(),
            ..CHECK.at(problem.place.clone(), &problem.message)
        })
        .collect()
}
