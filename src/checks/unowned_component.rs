use super::{Check, Context, KnownComponent, Properties, unknown_declared_team};
use crate::{
    config::Policy,
    finding::{Finding, Related, Severity},
    inventory::{Effect, State},
    resolution::Verdict,
    text::{Place, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unowned-component",
    severity: Severity::Error,
    summary: "A component that can declare an owner has files without an owner.",
    what: "\
This kind of component has a place to declare the owner, but neither the declaration nor the map \
names an owner for all of its files. An empty list (`role_contacts: []`) and an opt-out are \
explicit, but they name no owner; the finding shows them. An unused component is reported as info. \
A role is unused if no machine has it, `manifests/site.pp` names roles, and it names all of them \
literally. A chart is unused if no release uses it, there are helmfiles, and all of them can be \
read and name their charts.",
    why: "\
People deploy components, such as a Puppet role or a Helm chart, and are paged for them. If a \
component without an owner breaks, no team is paged.",
    fix: "\
Declare the owner in the component's own file, or name the component in a rule of the map. With \
`declarations: compare` or `ignore`, only the rule has an effect. If the component needs no owner, \
exempt its paths, with the reason.",
    example: "\
# hieradata/role/common/mw_rc_irc.yaml
profile::contacts::role_contacts: ['ServiceOps']

# or in the map
rules:
  - components: [\"puppet-role:mw_rc_irc\"]
    owner: service-operations",
    properties: Properties {
        knows_scope: true,
        ..Properties::USUAL
    },
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .components()
        .filter(|of| {
            of.repository.verdict_of(of.id) == Verdict::Unowned
                && context.is_unowned(*of)
                && !is_reported_as_unknown_team(context, *of)
        })
        .filter_map(|of| Some(finding(context, of, of.component.how_to_declare?)))
        .collect()
}

fn is_reported_as_unknown_team(context: &Context<'_>, of: KnownComponent<'_>) -> bool {
    context.has_only_unknown_teams(of) && unknown_declared_team::CHECK.is_on(context, Some(of.at))
}

/// Returns whether an unowned component has a finding of its own, so that its files need no other.
pub(super) fn is_reported(context: &Context<'_>, of: KnownComponent<'_>) -> bool {
    of.component.how_to_declare.is_some()
        && of.repository.verdict_of(of.id) == Verdict::Unowned
        && (CHECK.is_on(context, Some(of.at)) || is_reported_as_unknown_team(context, of))
}

fn finding(context: &Context<'_>, of: KnownComponent<'_>, how_to_declare: &str) -> Finding {
    let (repository, component, own) = (of.repository, of.component, of.declarations);
    let policy = context.map.repositories[of.at].policy(component.detector);
    let shown = quoted(component.id());
    let mut declarations = own.declarations.iter();
    let statement = declarations.find(|declaration| declaration.effect == Effect::Owner);
    let declared = of.resolved_declarations.statements.first();
    let declared = declared.filter(|_| policy == Policy::Compare);
    let (why, place, label) = match (own.state(), declared, statement, &own.opted_out) {
        // With `trust`, the declaration would be a claim.
        (_, Some(declared), ..) => {
            let teams = context.team_list(&declared.owners);
            let why = format!(": it declares {teams}, but the map only compares declarations");
            (why, declared.place.clone(), "only compared")
        }
        (State::ExplicitlyUnowned, _, Some(declaration), _) => {
            let why = ": it is explicitly unowned".to_owned();
            (why, declaration.place.clone(), "explicitly unowned")
        }
        (State::OptedOut, _, _, Some(place)) => {
            let why = ": it opts out of declaring one".to_owned();
            (why, place.clone(), "opts out here")
        }
        _ => {
            let path = component.declares_in.first().unwrap_or(&component.path);
            (String::new(), repository.place(path.clone()), "")
        }
    };
    let (in_use, at_most) = match component.in_use {
        Some(false) => (" (unused)", Some(Severity::Info)),
        _ => ("", None),
    };
    Finding {
        path: Some(component.path.clone()),
        at_most,
        files: Some(repository.resolved.files_of(of.id)),
        label: label.to_owned(),
        help: Some(match policy {
            Policy::Trust => format!("{how_to_declare}, or name {shown} in a rule of the map"),
            Policy::Compare | Policy::Ignore => format!("name {shown} in a rule of the map"),
        }),
        related: own
            .problems
            .iter()
            .map(|problem| Related::new(problem.place.clone(), problem.message.clone()))
            .filter(|related| matches!(related.place, Place::Text(..)))
            .collect(),
        ..CHECK.of(component, place, &format!("has no owner{why}{in_use}"))
    }
}
