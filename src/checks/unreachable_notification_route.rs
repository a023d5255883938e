use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    alerting::{Configuration, Reachability},
    finding::{Finding, Related, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unreachable-notification-route",
    severity: Severity::Warning,
    summary: "A notification route cannot be reached by any alert.",
    what: "No alert can reach the route: either earlier routes without `continue` match every \
alert that it matches, or its matchers contradict each other or those of its parent routes. \
ownlint evaluates the matchers, including regular expressions, so this holds for every possible \
set of labels. It assumes \
that label values contain no line breaks. It reports nothing if the result depends on a template, \
or if the comparison takes too many steps. Routes nested in an unreachable route are not reported \
separately.",
    why: "The receiver of the route never gets the alerts that the route is meant for. They go to \
the receivers of the earlier routes.",
    impact: "Alerts meant for this route go to a different receiver.",
    fix: "Move the route before the routes that take its alerts, add `continue: true` to those \
routes, or remove the route.",
    example: "\
# alertmanager.yml
route:
  receiver: default
  routes:
    - matchers: ['team=~\"sre|traffic\"']
      receiver: sre-irc
    - matchers: ['team=\"traffic\"']          # the route above already matches these alerts
      receiver: traffic-irc",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let configurations = context.routing().configurations.iter();
    configurations
        .flat_map(|known| of_configuration(&known.configuration))
        .collect()
}

fn of_configuration(configuration: &Configuration) -> Vec<Finding> {
    let reachability = configuration.reachability().into_iter().enumerate();
    let found = reachability.filter_map(|(at, reachability)| {
        let (what, help, earlier) = match reachability {
            Reachability::Contradictory => (
                "its matchers contradict each other".to_owned(),
                "correct the matchers of the route or of its parent routes",
                Vec::new(),
            ),
            Reachability::Taken(earlier) => (
                match earlier.len() {
                    1 => "an earlier route takes all of its alerts".to_owned(),
                    count => format!("{count} earlier routes take all of its alerts"),
                },
                "move the route up, add `continue: true` to the earlier routes, or remove the \
                    route",
                earlier,
            ),
            Reachability::Reachable(_)
            | Reachability::ParentUnreachable
            | Reachability::Unknown => return None,
        };
        let route = &configuration.routes[at];
        let matchers = configuration.matchers_to(at);
        let related = earlier.iter().map(|it| {
            let place = configuration.routes[*it].place.clone();
            Related::new(place, "this route takes alerts without passing them on")
        });
        Some(Finding {
            subject: matchers.clone(),
            label: "no alert reaches it".to_owned(),
            advice: vec![Advice::in_words(help)],
            related: related.collect(),
            ..CHECK.at(
                route.first_line(),
                format!(
                    "no alert reaches notification route {}: {what}",
                    quoted(&matchers)
                ),
            )
        })
    });
    found.collect()
}
