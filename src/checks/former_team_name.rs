use super::{
    Check, Context, Properties,
    filed_names::{FiledName, filed_names},
    respell::{respell, respell_declared},
};
use crate::{
    advice::Advice,
    config::TeamName,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "former-team-name",
    severity: Severity::Warning,
    summary: "A declaration or a trusted ownership file uses a former team name.",
    what: "\
The name belongs to a retired team, or is listed under the `former_names` of a renamed team. \
In a trusted ownership file, it is a handle of a retired team, or a former name.",
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
    let declared = context.declared_names().filter_map(|declared| {
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
    });
    declared.chain(in_ownership_files(context)).collect()
}

/// Returns a finding for each name in trusted ownership files that is a handle of a retired team, or a former name.
fn in_ownership_files(context: &Context<'_>) -> Vec<Finding> {
    let repositories = context.repositories();
    let findings = repositories.flat_map(|(at, repository)| {
        let names = filed_names(context, at, repository).into_iter();
        let names = names.filter(|name| name.is_trusted && !name.is_in_team);
        names
            .filter_map(|name| of_filed(context, &name))
            .collect::<Vec<_>>()
    });
    findings.collect()
}

fn of_filed(context: &Context<'_>, name: &FiledName<'_>) -> Option<Finding> {
    let teams = &context.map.teams;
    let TeamName { team, is_former } = name.team?;
    let of = teams.get(team);
    if of.retired.is_none() && !is_former {
        return None;
    }
    let (raw, id) = (quoted(name.text), quoted(&of.id.value));
    let now = teams.active(team).map(|now| teams.get(now));
    let handles = now.iter().flat_map(|now| &now.handles);
    let mut handles = handles.filter(|(key, _)| key == name.handle_key);
    let handle = handles.find_map(|(_, handles)| handles.first());
    let advice = match (handle, now) {
        (Some(handle), _) => Advice::edit(
            format!("write {}", quoted(handle)),
            respell(name.place, Some(name.text), handle),
        ),
        (None, Some(now)) => Advice::in_words(format!(
            "name team {} instead, and list its handle under `{}` in the map",
            quoted(&now.id.value),
            name.handle_key
        )),
        (None, None) => Advice::in_words("replace the name with the current owner"),
    };
    let (what, label) = match (is_former, &of.retired) {
        (false, Some(retired)) => (format!("a handle of the retired team {id}"), retired.text()),
        _ => (
            format!("a former name of team {id}"),
            "no longer in use".to_owned(),
        ),
    };
    let file = quoted(name.place.path());
    Some(Finding {
        subject: name.text.to_owned(),
        teams: context.teams(&[team]),
        label,
        advice: vec![advice],
        ..CHECK.at(name.place.clone(), format!("{file} names {raw}, {what}"))
    })
}
