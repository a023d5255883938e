use super::{Check, Context, Properties, map_entry::MapEntry, removal::remove, respell::respell};
use crate::{
    advice::{Advice, Fix},
    claims::Origin,
    config::{Spanned, TeamId},
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "retired-team",
    severity: Severity::Warning,
    summary: "A rule lists a retired team as an owner.",
    what: "\
The map marks the team as retired, but a rule still names it as an owner. A declaration that \
names a retired team is reported by `former-team-name`.",
    why: "Nobody can contact or page a retired team about the files that the rule covers.",
    impact: "A retired team cannot be paged or asked for review.",
    fix: "Replace the team with its successor or with the current owner.",
    example: "\
teams:
  data-engineering:
    retired: {since: 2024-02-09, successor: data-platform}
rules:
  - paths: [modules/hadoop/]
    owner: data-engineering         # write `data-platform`",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let rules = context.map.rules.iter().enumerate();
    rules
        .flat_map(|(at, rule)| rule.owners.iter().map(move |owner| (at, rule, owner)))
        .filter_map(|(at, rule, owner)| {
            let team = context.map.teams.get(owner.value);
            let retired = team.retired.as_ref()?;
            let teams = &context.map.teams;
            let successor = Some(teams.successor(owner.value));
            let successor = successor.filter(|id| teams.get(*id).retired.is_none());
            let mut about: Vec<&str> = rule
                .paths
                .iter()
                .map(|path| &**path.value.text())
                .chain(rule.components.iter().map(|of| of.value.text.as_str()))
                .collect();
            // The order in the map must not be part of the identity.
            about.sort_unstable();
            let shown = quoted(&team.id.value);
            let advice = match successor {
                Some(id) => replacement(context, at, owner, id),
                None => Advice::in_words("replace the team with the current owner"),
            };
            Some(Finding {
                repository: context.name_of(rule.repository),
                subject: about.join("\n"),
                teams: context.teams(&[owner.value]),
                label: retired.text(),
                advice: vec![advice],
                ..CHECK.finding(
                    owner.place.clone(),
                    format!("team {shown} is retired, but a rule still names it"),
                )
            })
        })
        .collect()
}

/// Proposes to replace a retired team among the owners of a rule with its successor.
fn replacement(
    context: &Context<'_>,
    at: usize,
    owner: &Spanned<TeamId>,
    successor: TeamId,
) -> Advice {
    let rule = &context.map.rules[at];
    let name = context.map.teams.name(successor);
    let mut others = rule.owners.iter().map(|owner| owner.value);
    let is_owner = others.any(|other| other == successor);
    let current = |other: &Spanned<TeamId>| match other.value == owner.value {
        true => successor,
        false => other.value,
    };
    let mut owners: Vec<TeamId> = rule.owners.iter().map(current).collect();
    owners.sort_unstable();
    owners.dedup();
    let is_repeated = |entry: &&MapEntry<'_>| {
        let mut claims = entry.claims.iter();
        !entry.claims.is_empty()
            && claims.all(|(at, id)| context.what_if[*at].is_repeated(*id, &owners))
    };
    let entries = context.entries().iter();
    let entries = entries.filter(|entry| entry.subject.origin == Origin::Rule(at));
    let repeated: Vec<&MapEntry<'_>> = entries.filter(is_repeated).collect();
    let shown = quoted(name);
    if repeated.len() == rule.paths.len() + rule.components.len() {
        let text = format!(
            "remove the rule, because other rules already assign the same paths to the successor \
                {shown}"
        );
        return Advice::edit(text, remove(&rule.place));
    }
    let (text, fix) = match is_owner {
        true => (
            format!("remove the team, because its successor {shown} is already an owner"),
            remove(&owner.place),
        ),
        false => (
            format!("replace the team with its successor {shown}"),
            respell(&owner.place, None, name),
        ),
    };
    match &repeated[..] {
        [] if is_owner => Advice::edit(text, fix),
        [] => Advice::certain(text, fix),
        [entry] => {
            let path = quoted(entry.text());
            let fixes = [entry.removal(context.map), fix].map(|fix| Some(fix?.edits));
            let [Some(removal), Some(edits)] = fixes else {
                return Advice::in_words(format!("{text}, and remove {path}, which is repeated"));
            };
            let mut edits = [removal, edits].concat();
            edits.sort_by(|one, other| one.place.cmp(&other.place));
            let description = format!("{text} and remove {path}");
            let text = format!("{text}, and remove {path}, which another rule repeats");
            Advice::edit(text, Some(Fix { description, edits }))
        }
        _ => Advice::in_words(format!(
            "{text}, and remove the patterns that other rules repeat"
        )),
    }
}
