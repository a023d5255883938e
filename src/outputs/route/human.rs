use super::pages_of;
use crate::{
    alerting::TeamPages,
    config::{Escalation, Map, Retired, TeamId},
    inventory::NameKind,
    lookup::NamedThing,
    outputs::{Palette, Tone, contacts, named, named_line, pages},
    routing::{
        FoundTeam, MatchKind, MatchReason, NO_ESCALATION, Route, by_urgency, escalation_lines,
        for_emergencies, reach, retirement,
    },
    text::{count, first_few, joined, printable, quoted},
    workspace::Places,
};

/// The maximum number of teams with their contacts.
const MOST_TEAMS: usize = 5;

/// The maximum number of less direct matches.
const MOST: usize = 8;

/// Formats an answer for a terminal.
pub(crate) struct RouteText<'s> {
    pub map: &'s Map,
    pub pages: &'s TeamPages,
    pub places: Places,
    pub palette: Palette,
    pub width: usize,
    pub emergency: bool,
}

impl RouteText<'_> {
    pub fn render(&self, question: &str, answer: &Route<'_>) -> String {
        let mut parts = Vec::new();
        if self.emergency {
            parts.push(self.emergency());
        }
        if !answer.corrections.is_empty() {
            parts.push(self.corrections(answer));
        }
        if !answer.named.is_empty() {
            parts.push(self.named(&answer.named));
        }
        parts.extend(self.unmatched_words(answer));
        let teams = answer.teams.iter().map(|found| self.team(answer, found));
        let all = "use `--format json` to list all";
        let more = |rest| format!("… and {rest} more: {all}\n");
        parts.extend(first_few(teams, MOST_TEAMS, more));
        if !answer.other_teams.is_empty() {
            parts.push(self.other_teams(&answer.other_teams));
        }
        let has_question = !question.trim().is_empty();
        if answer.teams.is_empty() && has_question {
            let no_match = format!("no team matches {}", quoted(question));
            parts.push(self.palette.paint(Tone::Warning, &no_match) + "\n");
        }
        let is_unreachable = answer.teams.iter().all(|found| self.is_unreachable(found));
        let is_unowned = !answer.named.is_empty() && !answer.named.iter().any(NamedThing::is_owned);
        if is_unreachable || is_unowned || !answer.unmatched_words.is_empty() {
            let title = if has_question {
                "Contact instead"
            } else {
                "Otherwise"
            };
            parts.extend(self.escalation(title));
        }
        parts.join("\n")
    }

    /// Returns what the question names. Of many things, shows only the first ones.
    fn named(&self, things: &[NamedThing<'_>]) -> String {
        let lines = things.iter().map(|thing| {
            let line = named_line(self.map, thing, &self.places);
            if thing.is_owned() {
                return line;
            }
            // The receivers of an alert with an owner follow the contacts of the owner.
            let pages = self.pages.of_alerts(thing.rule());
            let pages = pages::lines(self.pages, &pages, &self.places).into_iter();
            let pages = pages.map(|line| format!("\n  pages: {line}"));
            self.palette.paint(Tone::Warning, &line) + &joined(pages, "")
        });
        let all = "use `--format json` to list all";
        let lines = first_few(lines, MOST, |rest| format!("… and {rest} more: {all}"));
        joined(lines, "\n") + "\n"
    }

    fn is_unreachable(&self, found: &FoundTeam) -> bool {
        let teams = &self.map.teams;
        teams.get(found.team).retired.is_some() || reach(teams, found.team, false).is_empty()
    }

    fn emergency(&self) -> String {
        let way = for_emergencies(&self.map.organization.escalation);
        let way = way.map(|way| self.ways("In an emergency", &[way]));
        way.unwrap_or_else(|| {
            let none = "the map has no emergency contacts";
            self.palette.paint(Tone::Warning, none) + "\n"
        })
    }

    /// Returns the escalation contacts of the organization, except the one that was shown first.
    fn escalation(&self, title: &str) -> Option<String> {
        let escalation = &self.map.organization.escalation;
        if escalation.is_empty() {
            return Some(format!("{NO_ESCALATION}\n"));
        }
        let mut ways = by_urgency(escalation, self.emergency);
        if self.emergency && for_emergencies(escalation).is_some() {
            ways.remove(0);
        }
        (!ways.is_empty()).then(|| self.ways(title, &ways))
    }

    fn ways(&self, title: &str, ways: &[&Escalation]) -> String {
        let (title, ways) = escalation_lines(title, &self.map.organization, ways);
        self.palette.paint(Tone::Strong, &title) + "\n" + &ways
    }

    /// Returns which words match nothing, if others do.
    fn unmatched_words(&self, answer: &Route<'_>) -> Option<String> {
        let words = joined(answer.unmatched_words.iter().map(quoted), ", ");
        let is_partial = !words.is_empty() && !answer.teams.is_empty();
        let text = format!("no match for {words}");
        is_partial.then(|| self.palette.paint(Tone::Warning, &text) + "\n")
    }

    fn corrections(&self, answer: &Route<'_>) -> String {
        let lines = answer.corrections.iter().map(|correction| {
            let (typed, meant) = (quoted(&correction.typed), quoted(&correction.meant));
            let text = format!("no match for {typed}: did you mean {meant}?");
            let text = self.palette.paint(Tone::Warning, &text);
            format!("{text} Showing results for {meant}:\n")
        });
        lines.collect()
    }

    fn team(&self, answer: &Route<'_>, found: &FoundTeam) -> String {
        let teams = &self.map.teams;
        let team = teams.get(found.team);
        let reasons = found.reasons.iter();
        let reasons = joined(reasons.map(|it| self.reason(it)), "; ");
        let mut lines = vec![named(team, self.palette)];
        lines.extend(found.successor_of.iter().map(|id| self.successor_of(*id)));
        lines.extend(team.retired.as_ref().map(|retired| {
            let text = retirement(retired, teams);
            format!("  {}", self.palette.paint(Tone::Warning, &text))
        }));
        lines.extend(self.wrapped(&format!("because {reasons}")));
        if let Some(description) = &team.description {
            let text = self.wrapped(&printable(description));
            lines.extend(
                text.iter()
                    .map(|line| self.palette.paint(Tone::Faint, line)),
            );
        }
        lines.extend(self.contacts(found.team));
        let pages = pages_of(self.pages, teams, answer, found);
        let pages = pages::lines(self.pages, &pages, &self.places).into_iter();
        lines.extend(pages.map(|line| format!("  pages: {line}")));
        lines.join("\n") + "\n"
    }

    fn successor_of(&self, id: TeamId) -> String {
        let team = self.map.teams.get(id);
        let retired = team.retired.as_ref().map(Retired::text).unwrap_or_default();
        let text = format!("successor of {}, {retired}", printable(team.display_name()));
        format!("  {}", self.palette.paint(Tone::Warning, &text))
    }

    fn contacts(&self, id: TeamId) -> Vec<String> {
        let contacts = contacts(&self.map.teams, id, self.emergency, self.palette);
        if contacts.is_empty() {
            return vec!["  the map has no contacts for this team".to_owned()];
        }
        let lines = contacts.into_iter();
        lines
            .map(|(kind, address)| format!("  {kind}: {address}"))
            .collect()
    }

    fn other_teams(&self, found: &[FoundTeam]) -> String {
        let heading = self.palette.paint(Tone::Strong, "Less direct matches:");
        let lines = found.iter().map(|found| {
            let why = self.reason(&found.reasons[0]);
            let why = self.palette.paint(Tone::Faint, &why);
            let team = self.map.teams.get(found.team);
            format!("  {}: {why}", named(team, self.palette))
        });
        let all = "use `--format json` to list all";
        let lines = first_few(lines, MOST, |rest| format!("  … and {rest} more: {all}"));
        format!("{heading}\n{}\n", joined(lines, "\n"))
    }

    fn reason(&self, reason: &MatchReason) -> String {
        let text = quoted(&reason.text);
        let name = || {
            let name = self.map.teams.find([reason.text.as_str()]);
            match name.is_some_and(|name| name.is_former) {
                true => "former name",
                false => "name",
            }
        };
        let is_former = || name() == "former name";
        let is_named =
            matches!(reason.match_kind, MatchKind::Named(kind) if kind != NameKind::Component);
        let more = match reason.more {
            0 => String::new(),
            more if is_named => format!(", and {more} more"),
            more => format!(" and {}", count(more, "other matching component")),
        };
        let why = match (reason.match_kind, reason.is_guess) {
            (MatchKind::Named(NameKind::Component), _) => format!("the team owns {text}{more}"),
            (MatchKind::Named(NameKind::Path), _) if reason.is_indirect => {
                format!("the team owns files in {text}{more}")
            }
            (MatchKind::Named(NameKind::Path), _) => format!("the team owns {text}{more}"),
            (MatchKind::Named(kind), _) if reason.is_indirect => {
                format!("the team owns the file of {text}, {}{more}", kind.words())
            }
            (MatchKind::Named(kind), _) => format!("the team owns {text}, {}{more}", kind.words()),
            (MatchKind::Name, false) if is_former() => {
                format!("the team was formerly called {text}")
            }
            (MatchKind::Name, false) => format!("{text} is one of the team's names"),
            (MatchKind::Area, false) => format!("{text} is one of the team's areas"),
            (MatchKind::Name | MatchKind::NameWord, _) => {
                format!("{} the team's {} {text}", matching(reason), name())
            }
            (MatchKind::Area | MatchKind::AreaWord, _) => {
                format!("{} the team's area {text}", matching(reason))
            }
            (MatchKind::Linked, _) => format!("the team owns the related component {text}"),
            (MatchKind::ComponentWord, _) => {
                format!("{} {text}{more} of the team", matching(reason))
            }
            (MatchKind::Description, _) => {
                format!("{} the team's description", matching(reason))
            }
        };
        match reason.is_guess {
            true => format!("{why} (guess)"),
            false => why,
        }
    }

    fn wrapped(&self, text: &str) -> Vec<String> {
        let options = textwrap::Options::new(self.width)
            .initial_indent("  ")
            .subsequent_indent("  ")
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        let lines = textwrap::wrap(text, options).into_iter();
        lines.map(|line| line.into_owned()).collect()
    }
}

/// Returns `the word X matches`, with the words of the question that match.
fn matching(reason: &MatchReason) -> String {
    match &reason.words[..] {
        [word] => format!("the word {} matches", quoted(word)),
        words => format!("the words {} match", quoted(words.join(" "))),
    }
}
