use rustc_hash::FxHashSet;

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    alerting::{Configuration, ConfigurationKind},
    finding::{Finding, Severity},
    text::{MAX_SUGGESTIONS, closest_name, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unused-receiver",
    severity: Severity::Info,
    summary: "A receiver is not used by any notification route.",
    what: "The receiver is defined, but no route in the same configuration names it. If a template \
sets receiver names, every receiver that it could refer to counts as used. The check does not \
report Grafana contact points, because alert rules can refer to them directly. The check reports \
nothing if a template adds routes that ownlint cannot read.",
    why: "The team that added the receiver may expect notifications that never arrive. Often a \
route was renamed or removed.",
    impact: "Nothing is ever sent to this receiver.",
    fix: "Add a route that uses the receiver, or remove the receiver.",
    example: "\
# alertmanager.yml
route:
  receiver: default
receivers:
  - name: default
  - name: sre-irc                           # no route uses it",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let configurations = context.routing().configurations.iter();
    let configurations = configurations.map(|known| &known.configuration);
    let decided = configurations
        .filter(|it| it.kind != ConfigurationKind::Grafana && it.unknown_routes.is_none());
    decided.flat_map(of_configuration).collect()
}

fn of_configuration(configuration: &Configuration) -> impl Iterator<Item = Finding> {
    let receivers = configuration.receivers.iter();
    let names = configuration.receiver_names.iter();
    let (templates, literal): (Vec<_>, Vec<_>) = names.partition(|name| name.is_template);
    let literal: FxHashSet<&str> = literal.iter().map(|name| name.text.as_str()).collect();
    let unused = receivers.filter(move |receiver| {
        let name = receiver.name.as_str();
        let mut templates = templates.iter();
        !receiver.is_template
            && !literal.contains(name)
            && !templates.any(|template| template.may_be(name))
    });
    // A receiver that does not exist is probably a misspelling of one that seems unused.
    let all = || configuration.receivers.iter().map(|it| it.name.as_str());
    let missing = configuration
        .receiver_names
        .iter()
        .filter(|name| !name.is_template && configuration.receivers.named(&name.text).is_none());
    let searched = missing.take(MAX_SUGGESTIONS);
    let meant = searched.filter_map(move |name| closest_name(&name.text, all()));
    let meant: Vec<&str> = meant.collect();
    let unused = unused.filter(move |receiver| !meant.contains(&receiver.name.as_str()));
    unused.map(|receiver| {
        let name = quoted(&receiver.name);
        Finding {
            subject: receiver.name.clone(),
            label: "no route uses it".to_owned(),
            advice: vec![Advice::in_words(
                "add a route that uses the receiver, or remove the receiver",
            )],
            ..CHECK.at(
                receiver.place.clone(),
                format!("no notification route uses receiver {name}"),
            )
        }
    })
}
