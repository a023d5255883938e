use super::{Check, Context, Properties, unknown_declared_team};
use crate::{
    claims::ComponentId,
    config::Policy,
    finding::{Finding, Related, Severity},
    inventory::{Standing, State},
    resolution::{ResolvedRepository, Verdict},
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
    mend: "\
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
    let is_told = |at: usize, id: ComponentId| {
        context.is_misspelt(at, id) && unknown_declared_team::CHECK.is_on(context, Some(at))
    };
    context
        .repositories()
        .flat_map(|(at, repository)| {
            let unowned = context.unowned_components(at);
            (0..)
                .zip(&repository.components)
                .filter(move |(id, _)| {
                    unowned.contains(id)
                        && repository.verdict_of(*id) == Verdict::Unowned
                        && !is_told(at, *id)
                })
                .filter_map(move |(id, component)| {
                    let policy = context.map.repositories[at].policy(component.detector);
                    let how = component.how_to_declare?;
                    Some(finding(context, repository, id, how, policy))
                })
        })
        .collect()
}

/// Whether an unowned component has a finding of its own, so that its files need no other.
pub(super) fn is_told(context: &Context<'_>, repository: usize, component: ComponentId) -> bool {
    let resolved = &context.repositories[repository];
    let is_on = |check: &Check| check.is_on(context, Some(repository));
    resolved.components[component as usize]
        .how_to_declare
        .is_some()
        && resolved.verdict_of(component) == Verdict::Unowned
        && (is_on(&CHECK)
            || (context.is_misspelt(repository, component) && is_on(&unknown_declared_team::CHECK)))
}

fn finding(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    id: ComponentId,
    how_to_declare: &str,
    policy: Policy,
) -> Finding {
    let component = &repository.components[id as usize];
    let said = &repository.declarations[id as usize];
    let shown = quoted(component.id());
    let nobody = said
        .voices
        .iter()
        .find(|voice| voice.standing == Standing::Owner);
    let declared = repository.heard[id as usize].statements.first();
    let declared = declared.filter(|_| policy == Policy::Compare);
    let (message, place, label) = match (said.state(), declared, nobody, &said.opted_out) {
        // Trusted, it would be a claim.
        (_, Some(declared), ..) => {
            let teams = context.team_list(&declared.owners);
            (
                format!("{shown} has no owner: it declares {teams}, which the map only compares"),
                declared.place.clone(),
                "claims nothing",
            )
        }
        (State::DeliberatelyNone, _, Some(voice), _) => (
            format!("{shown} has no owner, and says so"),
            voice.place.clone(),
            "nobody, on purpose",
        ),
        (State::OptedOut, _, _, Some(place)) => (
            format!("{shown} has no owner and opts out of declaring one"),
            place.clone(),
            "opts out here",
        ),
        _ => {
            let place = match component.declares_in.first() {
                Some(path) => repository.place(path.clone()),
                None => repository.place(component.home.clone()),
            };
            (format!("{shown} has no owner"), place, "")
        }
    };
    let (message, at_most) = match component.in_use {
        Some(false) => (message + "; nothing uses it", Some(Severity::Info)),
        _ => (message, None),
    };
    let files = repository.resolved.files_of(id);
    Finding {
        path: Some(component.home.clone()),
        component: Some(component.id()),
        at_most,
        files: Some(files),
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
        ..CHECK.finding(place, message)
    }
}
