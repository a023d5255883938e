use super::{Check, Context, Properties, respell::respell_declared};
use crate::{
    advice::Advice,
    config::TeamName,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "former-team-name",
    severity: Severity::Warning,
    summary: "A component's declaration uses a former team name.",
    what: "\
The name belongs to a retired team, or is listed under the `former_names` of a renamed team.",
    why: "\
ownlint still recognizes the name, but people who read the file may look for a team that has been \
renamed or retired.",
    impact: "People may try to contact a team that no longer exists.",
    fix: "\
If the team was renamed, use its current name. If the team is retired, name its successor or the \
current owner.",
    example: "\
teams:
  data-platform:
    name: Data Platform
    former_names: [Data Engineering]

# hieradata/role/common/kafka/jumbo.yaml
profile::contacts::role_contacts: ['Data Engineering']    # write `Data Platform`",
    properties: Properties::ONE_CAUSE,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let teams = &context.map.teams;
    context
        .declared_names()
        .filter_map(|declared| {
            let TeamName {
                team: id,
                is_former,
            } = declared.team?;
            let of = teams.get(id);
            let raw = declared.name.as_written();
            let retired = of.retired.as_ref();
            if retired.is_none() && !is_former {
                return None;
            }
            let now = Some(teams.successor(id)).filter(|now| teams.get(*now).retired.is_none());
            let advice = match now.map(|now| teams.get(now).name_in_place_of(raw)) {
                Some(name) => Advice::certain(
                    format!("write {}", quoted(name)),
                    respell_declared(declared.component, &declared.name.place, raw, name),
                ),
                None => Advice::in_words("replace the name with the current owner"),
            };
            let what = match is_former {
                true => format!("a former name of team {}", quoted(&of.id.value)),
                false => "a retired team".to_owned(),
            };
            let what = format!("declares {}, {what}", quoted(raw));
            Some(Finding {
                subject: raw.to_owned(),
                teams: context.teams(&[id]),
                label: match retired.filter(|_| !is_former) {
                    Some(retired) => retired.text(),
                    None => "no longer in use".to_owned(),
                },
                advice: vec![advice],
                ..CHECK.of(declared.component, declared.name.place.clone(), &what)
            })
        })
        .collect()
}
