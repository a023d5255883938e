use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-notification-route",
    severity: Severity::Warning,
    summary: "Alertmanager or Grafana rejects a part of the notification routes.",
    what: "\
The configuration is not valid YAML, a matcher or a regular expression (RE2) is invalid, a receiver \
does not exist, or a key is misspelled. ownlint reads the configurations of Alertmanager, also behind \
templates of Ruby and Go and in the values of charts, `AlertmanagerConfig` resources, and the \
notification policies of Grafana. It does not check receivers that may be defined elsewhere, for \
example by a template.",
    why: "\
Alertmanager keeps its old configuration if the new one is invalid, and does not start with it. \
ownlint still evaluates all other routes.",
    impact: "Alertmanager does not load this configuration.",
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

fn run(context: &Context<'_>) -> Vec<Finding> {
    let problems = context.routing().problems.iter();
    problems
        .map(|problem| Finding {
            subject: format!("{}\n{}", problem.kind.name(), problem.place.words()),
            label: problem.kind.label().to_owned(),
            advice: problem.help.iter().map(Advice::in_words).collect(),
            ..CHECK.at(problem.place.clone(), &problem.message)
        })
        .collect()
}
