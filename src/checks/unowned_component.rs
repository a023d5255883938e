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
    summary: "A component that could say who owns it, has files that nobody owns.",
    what: "\
Its kind has a place to declare the owner, and neither that place nor the map names one for all of \
its files. An empty list (`role_contacts: []`) and an opt-out are statements, but not of an owner: \
the finding shows them. What nothing uses is info: a role that no machine has, where \
`manifests/site.pp` names roles, and all of them by name; a chart of no release, where there are \
helmfiles, and all of them can be read and name their charts.",
    why: "\
A component is what people deploy and page about: a puppet role, a helm chart. Without an owner, \
nobody is paged when it breaks.",
    fix: "\
Declare the owner in the component's own file, or name the component in a rule of the map; under \
`declarations: compare` or `ignore` only the rule helps. If it needs no owner, exempt its paths, \
with the reason.",
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
                && !is_told_as_misspelt(context, *of)
        })
        .filter_map(|of| Some(finding(context, of, of.component.how_to_declare?)))
        .collect()
}

fn is_told_as_misspelt(context: &Context<'_>, of: KnownComponent<'_>) -> bool {
    context.is_misspelt(of) && unknown_declared_team::CHECK.is_on(context, Some(of.at))
}

/// Whether an unowned component has a finding of its own, so that its files need no other.
pub(super) fn is_told(context: &Context<'_>, of: KnownComponent<'_>) -> bool {
    of.component.how_to_declare.is_some()
        && of.repository.verdict_of(of.id) == Verdict::Unowned
        && (CHECK.is_on(context, Some(of.at)) || is_told_as_misspelt(context, of))
}

fn finding(context: &Context<'_>, of: KnownComponent<'_>, how_to_declare: &str) -> Finding {
    let (repository, component, said) = (of.repository, of.component, of.said);
    let policy = context.map.repositories[of.at].policy(component.detector);
    let shown = quoted(component.id());
    let mut declarations = said.declarations.iter();
    let nobody = declarations.find(|declaration| declaration.effect == Effect::Owner);
    let declared = of.resolved_declarations.statements.first();
    let declared = declared.filter(|_| policy == Policy::Compare);
    let (why, place, label) = match (said.state(), declared, nobody, &said.opted_out) {
        // Trusted, it would be a claim.
        (_, Some(declared), ..) => {
            let teams = context.team_list(&declared.owners);
            let why = format!(": it declares {teams}, which the map only compares");
            (why, declared.place.clone(), "claims nothing")
        }
        (State::ExplicitlyUnowned, _, Some(declaration), _) => {
            let why = ", and says so".to_owned();
            (why, declaration.place.clone(), "nobody, on purpose")
        }
        (State::OptedOut, _, _, Some(place)) => {
            let why = " and opts out of declaring one".to_owned();
            (why, place.clone(), "opts out here")
        }
        _ => {
            let path = component.declares_in.first().unwrap_or(&component.path);
            (String::new(), repository.place(path.clone()), "")
        }
    };
    let (in_use, at_most) = match component.in_use {
        Some(false) => ("; nothing uses it", Some(Severity::Info)),
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
        related: said
            .problems
            .iter()
            .map(|problem| Related::new(problem.place.clone(), problem.message.clone()))
            .filter(|related| matches!(related.place, Place::Text(..)))
            .collect(),
        ..CHECK.of(component, place, &format!("has no owner{why}{in_use}"))
    }
}
