use std::{path::Path, sync::Arc};

use super::reading;
use crate::{
    alerting::TeamPages,
    config::{Map, TeamId},
    evidence::LinkedOwner,
    inventory::{Component, NameKind, SeverityContacts},
    lookup::NamedThing,
    outputs::{Palette, Tone, contacts, named, named_thing, pages, understood_as, unknown_teams},
    resolution::{Resolution, ResolvedRepository, Verdict},
    routing::retirement,
    text::{joined, printable, printable_bytes, quoted},
    workspace::{Existence, OwnerAnswer, Places, ignored_declarations},
};

/// Formats answers for a terminal.
pub(super) struct AnswerText<'s> {
    pub map: &'s Map,
    /// The path of the map, if it belongs to another checkout.
    pub other_map: Option<&'s Path>,
    pub places: Places,
    pub pages: &'s TeamPages,
    pub palette: Palette,
    /// Whether each answer without an owner shows the contacts of the organization.
    pub shows_escalation: bool,
}

impl<'s> AnswerText<'s> {
    /// Returns the lines of one answer.
    pub fn render(&self, answer: &OwnerAnswer<'s>) -> String {
        let paint = |tone, text: &str| self.palette.paint(tone, text);
        let named = answer.named.as_ref();
        let named = named.filter(|thing| thing.kind != NameKind::Component);
        let named = named.map(|thing| named_thing(thing, &self.places));
        let mut subject = match (named, answer.requested) {
            (Some(named), _) => named,
            (None, Some(id)) => printable(&answer.repository.components[id as usize].id()),
            (None, None) if answer.path.is_empty() => "the whole repository".to_owned(),
            (None, None) => printable_bytes(&answer.path),
        };
        if &*answer.repository.name != "." {
            subject += &paint(
                Tone::Faint,
                &format!("  in {}", printable(&answer.repository.name)),
            );
        }
        let mut lines = vec![paint(Tone::Strong, &subject)];
        let understood = answer.named.as_ref().and_then(understood_as);
        lines.extend(understood.map(|text| format!("  {}", paint(Tone::Faint, &text))));
        let reading = reading::line(&answer.reading(), &answer.repository.name, self.other_map);
        lines.extend(reading.map(|text| format!("  {}", paint(Tone::Faint, &text))));
        let note = answer.found.existence.note();
        lines.extend(note.map(|note| format!("  {}", paint(Tone::Warning, &note))));
        lines.extend(
            answer
                .hint
                .iter()
                .map(|hint| format!("  {}", printable(hint))),
        );
        let unknown = answer.named.as_ref().and_then(unknown_teams);
        let is_mention = answer.named.as_ref().is_some_and(NamedThing::is_mention);
        let is_of_file =
            (unknown.is_some() || is_mention) && answer.resolution.verdict == Verdict::Owned;
        lines.extend(unknown.map(|text| format!("  {}", paint(Tone::Warning, &text))));
        let is_directory = match answer.found.existence {
            Existence::Directory => true,
            Existence::Untracked => answer.found.is_directory,
            Existence::File | Existence::Missing | Existence::Unknown(_) => false,
        };
        if is_directory {
            let verdict = match answer.resolution.verdict {
                Verdict::Unowned => "no single claim covers it".to_owned(),
                _ => self.verdict(answer.repository, &answer.resolution),
            };
            lines.push(format!("  the directory as a whole: {verdict}"));
        } else {
            let of_file = if is_of_file { "its file is " } else { "" };
            lines.push(format!(
                "  {of_file}{}",
                self.verdict(answer.repository, &answer.resolution)
            ));
        }
        let others = answer
            .repository
            .may_also_approve(&self.map.teams, &answer.resolution);
        let others = self.list_with(&others.owners, &others.people);
        if !others.is_empty() {
            lines.push(format!("  may also approve: {others}"));
        }
        let mentioned = answer.repository.mentioned(&answer.resolution);
        lines.extend(mentioned.iter().filter_map(|id| self.retirement(*id)));
        for team in self.reached(mentioned) {
            lines.extend(self.contacts(team).map(|line| format!("    {line}")));
            let pages = pages::lines(self.pages, self.pages.of(team), &self.places).into_iter();
            let pages = pages.filter(|_| answer.has_pages() && answer.rule().is_none());
            let name = self.map.teams.name(team);
            lines.extend(pages.map(|line| format!("    pages for {name}: {line}")));
        }
        if let Some(rule) = answer.rule() {
            let pages = self.pages.of_alerts([rule]);
            let pages = pages::lines(self.pages, &pages, &self.places).into_iter();
            lines.extend(pages.map(|line| format!("    pages: {line}")));
        }
        lines.extend(self.severity_contacts(answer));
        let escalation = answer.escalation(self.map).iter();
        for way in escalation.filter(|_| self.shows_escalation) {
            let (when, via) = (printable(&way.when), printable(&way.via));
            lines.push(format!("    {when}: {via}"));
        }
        let parents = answer.components.iter();
        let parents = parents
            .filter(|id| answer.requested != Some(**id))
            .map(|id| printable(&answer.repository.components[*id as usize].id()));
        let parents = joined(parents, ", ");
        if !parents.is_empty() {
            lines.push(format!("  part of {parents}"));
        }
        for entry in answer.claims(self.map) {
            let (mark, tone) = match entry.outcome {
                "wins" => ("✓", Tone::Good),
                "conflicts" => ("✗", Tone::Error),
                _ => ("·", Tone::Faint),
            };
            let owners = match entry.claim.origin.is_exemption() {
                true => "no owner needed".to_owned(),
                false => self.list_with(&entry.claim.owners, entry.claim.people()),
            };
            lines.push(format!(
                "  {} {:<10} {} {} → {owners}",
                paint(tone, mark),
                entry.outcome,
                entry.claim.origin.name(),
                quoted(&entry.claim.about),
            ));
            lines.push(format!(
                "      {}",
                paint(
                    Tone::Faint,
                    &format!(
                        "{} · {}",
                        self.places.position(&entry.claim.place),
                        printable(&entry.reason)
                    )
                )
            ));
            for place in &entry.claim.further {
                let position = self.places.position(place);
                lines.push(format!("      {}", paint(Tone::Faint, &position)));
            }
            if let Some(note) = entry.note {
                let word = match entry.claim.origin.is_exemption() {
                    true => "reason",
                    false => "note",
                };
                lines.push(format!("      {word}: {}", printable(note)));
            }
        }
        for entry in ignored_declarations(answer, self.map) {
            lines.push(format!(
                "  {} ignored    declaration {} → {}",
                paint(Tone::Warning, "!"),
                quoted(entry.component.id()),
                joined(entry.owners.iter().map(|owner| printable(owner)), ", "),
            ));
            let why = format!("{} · {}", self.places.position(entry.place), entry.reason);
            lines.push(format!("      {}", paint(Tone::Faint, &why)));
        }
        lines.extend(self.hints(answer));
        lines.extend(self.evidence(answer));
        if answer.contents.len() > 1 || (is_directory && !answer.contents.is_empty()) {
            lines.push("  its current files:".to_owned());
            for (resolution, files) in &answer.contents {
                lines.push(format!(
                    "    {files:>6}  {}",
                    self.verdict(answer.repository, resolution)
                ));
            }
        }
        lines.join("\n") + "\n"
    }

    fn list(&self, owners: &[TeamId]) -> String {
        self.map.teams.names(owners).join(", ")
    }

    fn list_with(&self, owners: &[TeamId], people: &[Arc<str>]) -> String {
        let people = people.iter().map(|person| printable(person));
        let teams = self.map.teams.names(owners).into_iter();
        joined(teams.map(str::to_owned).chain(people), ", ")
    }

    fn verdict(&self, repository: &ResolvedRepository, resolution: &Resolution) -> String {
        let teams = &self.map.teams;
        let paint = |tone, text: &str| self.palette.paint(tone, text);
        match resolution.verdict {
            Verdict::Owned => {
                let named_people = repository.people_of_owners(teams, resolution);
                let names = resolution.owners.iter().map(|id| {
                    let of_team = named_people.iter().find(|(team, _)| team == id);
                    let shown = |(_, people): &(_, Vec<_>)| {
                        format!(" (names {})", joined(people.iter().map(quoted), ", "))
                    };
                    let people = of_team.map(shown).unwrap_or_default();
                    named(teams.get(*id), self.palette) + &people
                });
                let people = resolution.people.iter();
                let people = people.map(|person| paint(Tone::Strong, &printable(person)));
                format!("owned by {}", joined(names.chain(people), " and "))
            }
            Verdict::Unowned => paint(Tone::Error, "unowned: no claim matches"),
            Verdict::Conflicting => paint(
                Tone::Error,
                "conflicting: equally strong claims for different owners",
            ),
            Verdict::Exempt => "exempt: needs no owner".to_owned(),
        }
    }

    /// Returns the lines about possible owners, the most likely first.
    fn evidence(&self, answer: &OwnerAnswer<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        if !answer.evidence.is_empty() {
            lines.push(
                "  possible owners, most likely first (evidence, not a decision):".to_owned(),
            );
        }
        for evidence in &answer.evidence {
            let place = evidence.place.as_ref();
            let place = place.map(|place| format!(" ({})", self.places.position(place)));
            let place = self.palette.paint(Tone::Faint, &place.unwrap_or_default());
            let (names, reason) = (self.list(&evidence.owners), &evidence.reason);
            lines.push(format!("    ? {names}: {reason}{place}"));
        }
        lines
    }

    /// Returns the lines about inferred owners; equal ones share a line.
    fn hints(&self, answer: &OwnerAnswer<'_>) -> Vec<String> {
        let mut alike: Vec<(LinkedOwner<'_>, usize)> = Vec::new();
        for hinted in answer.linked_owners(&self.map.teams) {
            let is_alike = |(known, _): &&mut (LinkedOwner<'_>, usize)| {
                known.component.id() == hinted.component.id()
                    && known.hint.relation == hinted.hint.relation
                    && known.verdict == hinted.verdict
                    && known.owners == hinted.owners
            };
            match alike.iter_mut().find(is_alike) {
                Some((_, more)) => *more += 1,
                None => alike.push((hinted, 0)),
            }
        }
        let line = |(hinted, more): &(LinkedOwner<'_>, usize)| self.hint(answer, hinted, *more);
        alike.iter().map(line).collect()
    }

    /// Returns `its chart X is owned by Y (inferred)` or `X includes it and is owned by Y (inferred)`.
    fn hint(&self, answer: &OwnerAnswer<'_>, hinted: &LinkedOwner<'_>, more: usize) -> String {
        let hint = hinted.hint;
        let id = quoted(format!("{}:{}", hint.kind, hint.name));
        let is_subject = answer.components.iter().any(|of| {
            std::ptr::eq(
                &answer.repository.components[*of as usize],
                hinted.component,
            )
        });
        let subject = match (is_subject, hint.relation.starts_with("its ")) {
            (true, true) => format!("{} {id}", hint.relation),
            (true, false) => format!("{id} {} and", hint.relation),
            (false, _) => format!("{id}, for {},", quoted(hinted.component.id())),
        };
        let verdict = match hinted.verdict {
            Verdict::Owned => format!("is owned by {}", self.list(&hinted.owners)),
            Verdict::Unowned => "has no owner".to_owned(),
            Verdict::Conflicting => "has conflicting owners".to_owned(),
            Verdict::Exempt => "needs no owner".to_owned(),
        };
        let more = match more {
            0 => String::new(),
            more => format!("; {more} similar"),
        };
        let place = hint.place.as_ref().map(|place| self.places.position(place));
        let note = format!(
            "{}inferred{more}",
            place.map_or(String::new(), |at| format!("{at} · "))
        );
        let note = self.palette.paint(Tone::Faint, &format!("({note})"));
        format!("  ? {subject} {verdict} {note}")
    }

    /// Returns the lines about contacts for incidents.
    fn severity_contacts(&self, answer: &OwnerAnswer<'_>) -> Vec<String> {
        let line = |(component, of): (&Component, &SeverityContacts)| {
            let (id, severity) = (printable(&component.id()), printable(&of.severity));
            let contacts = of.contacts.iter();
            let contacts = contacts.map(|it| printable(&format!("{} {}", it.kind, it.address)));
            let contacts = joined(contacts, " · ");
            let time = of.response_time.as_deref().map(printable);
            let time = time.map_or(String::new(), |time| format!(" (response time: {time})"));
            let time = self.palette.paint(Tone::Faint, &time);
            format!("    {severity} of {id}: {contacts}{time}")
        };
        answer.severity_contacts().map(line).collect()
    }

    /// Adds the successors of retired teams.
    fn reached(&self, mut teams: Vec<TeamId>) -> Vec<TeamId> {
        for at in 0..teams.len() {
            let successor = self.map.teams.successor(teams[at]);
            if !teams.contains(&successor) {
                teams.push(successor);
            }
        }
        teams
    }

    fn retirement(&self, id: TeamId) -> Option<String> {
        let team = self.map.teams.get(id);
        let end = retirement(team.retired.as_ref()?, &self.map.teams);
        let end = self.palette.paint(Tone::Warning, &end);
        Some(format!("    {}: {end}", team.id.value))
    }

    fn contacts(&self, id: TeamId) -> Option<String> {
        let teams = &self.map.teams;
        let contacts = contacts(teams, id, false, self.palette).into_iter();
        let contacts = contacts.map(|(kind, address)| format!("{kind} {address}"));
        let contacts = joined(contacts, " · ");
        (!contacts.is_empty()).then(|| format!("{}: {contacts}", teams.name(id)))
    }
}
