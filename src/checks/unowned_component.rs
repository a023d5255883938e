use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use super::{
    Check, Context, KnownComponent, Properties,
    summarized::{common_directory, examples, summarized},
    unknown_declared_team,
};
use crate::{
    advice::{Advice, NewTarget},
    config::{Policy, TeamId},
    dialects,
    finding::{Finding, Related, Severity},
    inventory::{Component, Effect, State},
    pattern::escape,
    resolution::Verdict,
    text::{Place, grouped, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unowned-component",
    severity: Severity::Error,
    summary: "A component that can declare an owner has unowned files.",
    what: "Components of this kind can declare their owner, but some files of this component get \
no owner from a declaration or from the map. An empty list (`role_contacts: []`) or an opt-out \
does not assign an owner either, but the finding mentions it. If the component is unused, the \
severity is `info`, as it is if the component opts out of declaring an owner. With `--since` or `--staged`, however, the severity is `error` if the change \
adds such a component, unless the component is vendored. A role is unused if \
`manifests/site.pp` does not name it and no other class includes it. ownlint detects unused roles \
only if `manifests/site.pp` names at least one role and spells out every role name as a literal. A \
chart is unused if no release uses it and no chart in the repository that is itself in use \
depends on it. \
ownlint detects unused charts only if the repository has helmfile releases, and if ownlint can \
read every helmfile and every chart name. If more than ten components of a kind have no owner for \
the same reason, the `human` output of a full run shows a single finding about them.",
    why: "\
Components such as Puppet roles and Helm charts run in production. If a component without an owner \
breaks, no team is paged.",
    impact: "No team is paged if the component breaks.",
    fix: "\
If the component needs no owner, exempt its paths and give a reason. Otherwise, declare the owner \
in the component's own file, or add a rule for the component to the map. If the map sets \
`declarations` to `compare` or `ignore` for the component's detector, only the rule takes effect.",
    example: "\
# hieradata/role/common/mw_rc_irc.yaml
profile::contacts::role_contacts: ['ServiceOps']

# or in the map
rules:
  - components: [\"puppet-role:mw_rc_irc\"]
    owner: service-operations",
    properties: Properties {
        knows_scope: true,
        summarize: Some(summarize),
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

/// Replaces the findings about many components of one kind that have no owner for the same reason.
fn summarize(context: &Context<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let at = findings.first().and_then(|first| context.position(first));
    let known = context.components().filter(|of| Some(of.at) == at);
    let known: BTreeMap<String, KnownComponent<'_>> =
        known.map(|of| (of.component.id(), of)).collect();
    let of = |finding: &Finding| known.get(finding.component.as_ref()?);
    let group = |finding: &Finding| {
        let of = of(finding)?;
        let opts_out = matches!(cause(context, *of), Cause::OptsOut(_));
        Some((
            of.component.kind,
            opts_out,
            of.component.in_use == Some(false),
        ))
    };
    summarized(findings, group, |(kind, opts_out, is_unused), members| {
        let components = members.iter().filter_map(|it| Some(of(it)?.component));
        let components: Vec<&Component> = components.collect();
        let total = known
            .values()
            .filter(|of| of.component.kind == kind)
            .count();
        let directory = common_directory(components.iter().map(|it| it.path.as_bstr()));
        let names = examples(components.iter().map(|it| it.name.as_str().into()));
        let (state, why) = match (is_unused, opts_out) {
            (_, true) => ("have", " because they opt out of declaring one"),
            (true, false) => ("are unused and have", ""),
            (false, false) => ("have", ""),
        };
        let message = format!(
            "{} of {} {} components {state} no owner{why}: {names}",
            grouped(members.len()),
            grouped(total),
            quoted(kind),
        );
        let declare = components.first().and_then(|it| it.how_to_declare);
        let rules = format!(
            "add rules to the map; `ownlint components --kind {kind}` lists the components"
        );
        let place = match at {
            Some(at) => context.repositories[at].place(directory),
            None => members[0].place.clone(),
        };
        Finding {
            subject: format!("{kind}{why}"),
            is_about_path: false,
            is_rolled_up: true,
            advice: declare
                .into_iter()
                .map(Advice::in_words)
                .chain([Advice::in_words(rules)])
                .collect(),
            ..CHECK.at(place, message)
        }
    })
}

/// Why a component has no owner.
enum Cause<'c> {
    /// With `trust`, its declaration would be a claim.
    OnlyCompared(&'c [TeamId], &'c Place),
    /// It declares an empty list of owners here.
    ExplicitlyUnowned(&'c Place),
    /// It says here that it declares no owner.
    OptsOut(&'c Place),
    /// It says nothing.
    NotDeclared,
}

fn cause<'c>(context: &Context<'_>, of: KnownComponent<'c>) -> Cause<'c> {
    let own = of.declarations;
    let policy = context.map.repositories[of.at].policy(of.component.detector);
    let declared = of.resolved_declarations.statements.first();
    let declared = declared.filter(|_| policy == Policy::Compare);
    let mut declarations = own.declarations.iter();
    let statement = declarations.find(|declaration| declaration.effect == Effect::Owner);
    match (own.state(), declared, statement, &own.opted_out) {
        (_, Some(declared), ..) => Cause::OnlyCompared(&declared.owners, &declared.place),
        (State::ExplicitlyUnowned, _, Some(statement), _) => {
            Cause::ExplicitlyUnowned(&statement.place)
        }
        (State::OptedOut, _, _, Some(place)) => Cause::OptsOut(place),
        _ => Cause::NotDeclared,
    }
}

fn finding(context: &Context<'_>, of: KnownComponent<'_>, how_to_declare: &str) -> Finding {
    let (repository, component, own) = (of.repository, of.component, of.declarations);
    let policy = context.map.repositories[of.at].policy(component.detector);
    let cause = cause(context, of);
    let why = match &cause {
        Cause::OnlyCompared(owners, _) => {
            let teams = context.team_list(owners);
            format!(
                ": it declares {teams}, but this declaration is only compared with the map \
                (`declarations: compare`)"
            )
        }
        Cause::ExplicitlyUnowned(_) => ": it is explicitly unowned".to_owned(),
        Cause::OptsOut(_) => ": it opts out of declaring an owner".to_owned(),
        Cause::NotDeclared => String::new(),
    };
    let (place, label) = match &cause {
        Cause::OnlyCompared(_, place) => ((*place).clone(), "only compared"),
        Cause::ExplicitlyUnowned(place) => ((*place).clone(), "explicitly unowned"),
        Cause::OptsOut(place) => ((*place).clone(), "opts out here"),
        Cause::NotDeclared => {
            // An owner in a file for a single site or environment would not apply elsewhere.
            let path = match &component.missing_file {
                None => component.declares_in.first().unwrap_or(&component.path),
                Some(_) => &component.path,
            };
            (repository.place(path.clone()), "")
        }
    };
    let (in_use, at_most) = match component.in_use {
        Some(false) => (" (unused)", Some(Severity::Info)),
        // The opt-out is a decision, so nobody has to act.
        _ if matches!(cause, Cause::OptsOut(_)) => ("", Some(Severity::Info)),
        _ => ("", None),
    };
    let create = component.missing_file.as_ref();
    let create = create.map_or_else(String::new, |path| format!(" (create {})", quoted(path)));
    let declare = Advice::in_words(format!("{how_to_declare}{create}"));
    let declare = Some(declare).filter(|_| policy == Policy::Trust);
    let name = escape(component.name.as_str().into());
    let target = NewTarget::Component(format!("{}:{name}", component.kind));
    let owners = match &cause {
        Cause::OnlyCompared(owners, _) => owners,
        _ => &[][..],
    };
    let entry = in_ownership_file(context, of, owners);
    let rule = entry
        .unwrap_or_else(|| context.new_rule(of.at, target, &Context::patterns_of(component), &[]));
    Finding {
        path: Some(component.path.clone()),
        at_most,
        is_strict_if_added: !own.is_vendored,
        files: Some(repository.resolved.files_of(of.id)),
        label: label.to_owned(),
        advice: context.with_evidence(
            declare.into_iter().chain([rule]),
            context.evidence(of.at).of_component(of.id),
        ),
        related: own
            .problems
            .iter()
            .map(|problem| Related::new(problem.place.clone(), problem.message.clone()))
            .filter(|related| matches!(related.place, Place::Text(..)))
            .collect(),
        ..CHECK.of(component, place, &format!("has no owner{why}{in_use}"))
    }
}

/// Returns the advice to name the owner of a component in the ownership files that the map trusts; `None` if it trusts
/// none, or a pattern for the component needs more than a path.
fn in_ownership_file(
    context: &Context<'_>,
    of: KnownComponent<'_>,
    owners: &[TeamId],
) -> Option<Advice> {
    let trusted = context.map.repositories[of.at].trusted_dialects();
    let dialect = trusted.into_iter().find_map(dialects::by_name)?;
    let key = dialect.forge.as_ref()?.handle_key;
    let [path] = &of.component.paths[..] else {
        return None;
    };
    let path = std::str::from_utf8(path).ok()?;
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    if path.is_empty() || !path.chars().all(is_plain) {
        return None;
    }
    let owner = match owners.first() {
        Some(owner) => {
            let mut handles = context.map.teams.get(*owner).handles.iter();
            handles.find(|(of, _)| of == key)?.1.first()?.clone()
        }
        None => "TEAM".to_owned(),
    };
    let directory = path.ends_with('/').then_some(path);
    let files = &of.repository.listing.files;
    let mut locations = dialect.locations.iter();
    let text = match dialect.is_per_folder {
        true => {
            let file = format!("{}{}", directory?, dialect.locations[0]);
            format!("name {} as an owner in {}", quoted(owner), quoted(file))
        }
        false => {
            let file = locations.find(|file| files.find(BStr::new(**file)).is_some())?;
            let line = format!("/{path} {owner}");
            format!("add the line {} to {}", quoted(line), quoted(file))
        }
    };
    Some(Advice::in_words(text))
}
