use crate::{
    alerting::{Configuration, KnownConfiguration, Reached, ReachedRoute},
    outputs::{
        Palette, Tone, named,
        pages::{receiver, title},
    },
    text::{joined, printable},
    workspace::{Places, ReceiversAnswer, Workspace},
};

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
    joined(answers.iter().map(|answer| text.answer(answer)), "\n")
}

struct ReceiversText<'a> {
    workspace: &'a Workspace,
    places: &'a Places,
    palette: Palette,
}

impl ReceiversText<'_> {
    fn answer(&self, answer: &ReceiversAnswer<'_>) -> String {
        let paint = |tone, text: &str| self.palette.paint(tone, text);
        let team = answer.team.map(|id| self.workspace.map.teams.get(id));
        let mut lines = Vec::new();
        match (&answer.alert, team) {
            (Some(alert), _) => {
                let name = paint(Tone::Strong, &printable(&alert.alert.name));
                let position = self.places.position(&alert.alert.place);
                lines.push(format!("{name}  {}", paint(Tone::Faint, &position)));
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
        if answer.reached.is_empty() {
            lines.push(paint(
                Tone::Warning,
                "  no notification route matches these alerts",
            ));
        }
        for (known, reached) in &answer.reached {
            lines.extend(self.configuration(known, reached));
        }
        lines.join("\n") + "\n"
    }

    fn configuration(&self, known: &KnownConfiguration, reached: &Reached) -> Vec<String> {
        let configuration = &known.configuration;
        let title = self.palette.paint(Tone::Faint, &title(known, self.places));
        let mut lines = vec![format!("  {title}")];
        for (mark, word, tone, receivers) in [
            ("✓", "certain", Tone::Good, &reached.certain),
            ("?", "possible", Tone::Warning, &reached.possible),
        ] {
            for at in receivers {
                let mark = self.palette.paint(tone, mark);
                let receiver = receiver(configuration, *at);
                lines.push(format!("    {mark} {word:<9} {receiver}"));
                let routes = reached.routes.iter();
                let routes =
                    routes.filter(|it| configuration.routes[it.route].receivers.contains(at));
                lines.extend(routes.map(|it| self.path(configuration, *it)));
            }
        }
        if let Some(place) = &configuration.unknown_routes {
            let position = self.places.position(place);
            let text = format!("the template adds routes that ownlint cannot read: {position}");
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
