use std::{iter, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    alerting::{
        Configuration, KnownConfiguration, LabelSet, LabelSource, Reached, ReachedReceiver,
        ReachedRoute,
    },
    outputs::{
        Palette, Tone, named,
        pages::{receiver, title},
    },
    text::{count, first_few, joined, printable},
    workspace::{Places, ReceiversAnswer, Unrouted, Workspace},
};

/// The number of answers that are shown.
const MOST: usize = 100;

/// The number of certain and of possible receivers that are shown in one configuration.
const MOST_RECEIVERS: usize = 50;

/// The number of routes to one receiver that are shown.
const MOST_ROUTES: usize = 20;

/// The number of further places of the same alert that are shown.
const MOST_PLACES: usize = 3;

/// Returns the answers as text for a terminal.
pub(crate) fn write(
    workspace: &Workspace,
    answers: &[ReceiversAnswer<'_>],
    places: &Places,
    palette: Palette,
) -> String {
    let text = ReceiversText {
        workspace,
        places,
        palette,
    };
    // Copies of an alert, for example in the rules of several clusters, are shown together.
    let mut groups: Vec<Vec<&ReceiversAnswer<'_>>> = Vec::new();
    for answer in answers {
        let mut last = groups.iter_mut().rev().take(MOST);
        match last.find(|group| is_copy(group[0], answer)) {
            Some(group) => group.push(answer),
            None => groups.push(vec![answer]),
        }
    }
    let shown = groups.iter().map(|group| text.answer(group));
    let shown = first_few(shown, MOST, |rest| {
        let more = count(rest as u64, "more answer");
        format!("… and {more}: use `--format json` to list all\n")
    });
    joined(shown, "\n")
}

/// Returns whether two answers differ only in the place of the alert.
fn is_copy(one: &ReceiversAnswer<'_>, other: &ReceiversAnswer<'_>) -> bool {
    let name = |answer: &ReceiversAnswer<'_>| Some(answer.alert.as_ref()?.alert.name.clone());
    let same_results = one.reached.len() == other.reached.len()
        && one
            .reached
            .iter()
            .zip(&other.reached)
            .all(|(one, other)| std::ptr::eq(one.0, other.0) && Arc::ptr_eq(&one.1, &other.1));
    same_results
        && one.alert.is_some()
        && (name(one), one.team, &one.labels, one.unrouted)
            == (name(other), other.team, &other.labels, other.unrouted)
}

struct ReceiversText<'a> {
    workspace: &'a Workspace,
    places: &'a Places,
    palette: Palette,
}

impl ReceiversText<'_> {
    fn answer(&self, copies: &[&ReceiversAnswer<'_>]) -> String {
        let answer = copies[0];
        let paint = |tone, text: &str| self.palette.paint(tone, text);
        let team = answer.team.map(|id| self.workspace.map.teams.get(id));
        let mut lines = Vec::new();
        match (&answer.alert, team) {
            (Some(alert), _) => {
                let name = paint(Tone::Strong, &printable(&alert.alert.name));
                let position = self.places.position(&alert.alert.place);
                lines.push(format!("{name}  {}", paint(Tone::Faint, &position)));
                lines.extend(self.further_places(&copies[1..]));
                let team = team.map(|team| named(team, self.palette));
                lines.extend(team.map(|team| format!("  team {team}")));
            }
            (None, Some(team)) => lines.push(paint(Tone::Strong, &named(team, Palette(false)))),
            (None, None) => lines.push(paint(Tone::Strong, "alerts with these labels")),
        }
        let labels = answer.labels.known();
        let labels = labels.map(|(name, value)| format!("{}={value:?}", printable(name)));
        let labels = joined(labels, ", ");
        let known = if labels.is_empty() { "none" } else { &labels };
        lines.push(format!("  known labels: {known}"));
        let assumed = match answer.source {
            None | Some(LabelSource::Rules) => None,
            Some(LabelSource::Routes) => {
                Some("no rule names this team: the label comes from the routes")
            }
            Some(LabelSource::OwnedRules) => {
                Some("no rule or route names this team: the labels come from alerts that it owns")
            }
            Some(LabelSource::Names) => {
                Some("no alert of this team was found: the label is an assumption")
            }
        };
        lines.extend(assumed.map(|text| format!("  {}", paint(Tone::Faint, text))));
        let unrouted = answer.unrouted.map(|why| match why {
            Unrouted::NotRead => {
                "the receivers are unknown: files that may contain notification routes could not be read"
            }
            Unrouted::NoConfiguration => {
                "the receivers are unknown: no notification routes were found"
            }
            Unrouted::OtherRepositories => {
                "the receivers are unknown: no notification routes for this repository were found"
            }
            Unrouted::NoRoute => "no notification route matches these alerts",
        });
        lines.extend(unrouted.map(|text| format!("  {}", paint(Tone::Warning, text))));
        for (known, reached) in &answer.reached {
            lines.extend(self.configuration(known, reached, &answer.labels));
        }
        lines.join("\n") + "\n"
    }

    /// Returns where the same alert is also defined.
    fn further_places(&self, copies: &[&ReceiversAnswer<'_>]) -> Option<String> {
        let alerts = copies.iter().filter_map(|copy| copy.alert.as_ref());
        let places = alerts.map(|alert| self.places.position(&alert.alert.place));
        let places: Vec<String> = places.take(MOST_PLACES).collect();
        let text = match copies.len().checked_sub(places.len())? {
            _ if copies.is_empty() => return None,
            0 => format!("  also in {}", places.join(", ")),
            more => format!("  also in {} and {more} more places", places.join(", ")),
        };
        Some(self.palette.paint(Tone::Faint, &text))
    }

    fn configuration(
        &self,
        known: &KnownConfiguration,
        reached: &Reached,
        labels: &LabelSet,
    ) -> Vec<String> {
        let configuration = &known.configuration;
        let title = self.palette.paint(Tone::Faint, &title(known, self.places));
        let mut lines = vec![format!("  {title}")];
        let mut leading: FxHashMap<ReachedReceiver, Vec<ReachedRoute>> = FxHashMap::default();
        for it in &reached.routes {
            for receiver in configuration.receivers_of(it.route, labels) {
                leading.entry(receiver).or_default().push(*it);
            }
        }
        for (mark, word, tone, receivers) in [
            ("✓", "certain", Tone::Good, &reached.certain),
            ("?", "possible", Tone::Warning, &reached.possible),
        ] {
            let mark = self.palette.paint(tone, mark);
            let parts = receivers.iter().map(|found| {
                let name = receiver(configuration, found);
                let line = format!("    {mark} {word:<9} {name}");
                let routes = leading.get(found).map_or(&[][..], Vec::as_slice).iter();
                let routes = routes.map(|it| self.path(configuration, *it));
                let routes = first_few(routes, MOST_ROUTES, |rest| {
                    format!("        … and {}", count(rest as u64, "more route"))
                });
                iter::once(line)
                    .chain(routes)
                    .collect::<Vec<_>>()
                    .join("\n")
            });
            lines.extend(first_few(parts, MOST_RECEIVERS, |rest| {
                let more = count(rest as u64, &format!("more {word} receiver"));
                format!("    … and {more}: use `--format json` to list all")
            }));
        }
        if let Some(place) = &configuration.unknown_routes {
            let position = self.places.position(place);
            let text = format!("there may be routes that ownlint cannot read: {position}");
            lines.push(format!("    {}", self.palette.paint(Tone::Warning, &text)));
        }
        lines
    }

    /// Returns the way to a route.
    fn path(&self, configuration: &Configuration, reached: ReachedRoute) -> String {
        let path = configuration.path(reached.route);
        let steps = path.iter().map(|at| {
            let route = &configuration.routes[*at];
            let matchers = route.matchers.iter();
            let matchers = matchers.map(|it| printable(&it.to_string()));
            match (joined(matchers, ", "), route.parent) {
                (matchers, _) if !matchers.is_empty() => matchers,
                (_, None) => "root".to_owned(),
                (_, Some(_)) => "all".to_owned(),
            }
        });
        let steps = joined(steps, " → ");
        let position = self
            .places
            .position(&configuration.routes[reached.route].place);
        format!(
            "        {}",
            self.palette
                .paint(Tone::Faint, &format!("{steps} · {position}"))
        )
    }
}
