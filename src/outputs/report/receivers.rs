//! The receivers by team and severity.

use serde::Serialize;

use crate::{
    alerting::{Configuration, ReachedReceiver, SeverityPages, TeamPages},
    config::Teams,
    outputs::{
        Cell, Look, Table, code_cell,
        pages::{ReceiverEntry, receiver, title},
        path_text, plain,
    },
    text::{first_few, joined},
    workspace::Places,
};

/// The number of certain and of possible receivers that a table shows for one team and severity.
const MOST: usize = 20;

/// The receivers of a team's alerts with the same severity, in one configuration.
#[derive(Serialize)]
pub(super) struct SeverityEntry<'a> {
    team: &'a str,
    /// `None` if it is unknown.
    severity: Option<&'a str>,
    file: String,
    line: usize,
    certain: Vec<ReceiverEntry<'a>>,
    possible: Vec<ReceiverEntry<'a>>,
}

impl<'a> SeverityEntry<'a> {
    /// Returns the receivers in the configurations of a repository.
    pub fn all(pages: &'a TeamPages, teams: &'a Teams, repository: &str) -> Vec<Self> {
        let rows = pages.by_severity.iter();
        let rows = rows.filter_map(|row| {
            let configuration = of(pages, row);
            let place = &configuration.place;
            let is_here = place.repository().is_some_and(|name| **name == *repository);
            is_here.then(|| Self {
                team: teams.name(row.team),
                severity: row.severity.as_deref(),
                file: path_text(place.path()),
                line: place.start().line,
                certain: ReceiverEntry::all(configuration, &row.pages.certain),
                possible: ReceiverEntry::all(configuration, &row.pages.possible),
            })
        });
        rows.collect()
    }
}

fn of<'a>(pages: &'a TeamPages, row: &SeverityPages) -> &'a Configuration {
    &pages.routing.configurations[row.pages.configuration].configuration
}

/// Returns the certain and the possible receivers.
fn receivers(pages: &TeamPages, row: &SeverityPages) -> [String; 2] {
    list(row, |it| receiver(of(pages, row), it))
}

/// Returns the first certain and the first possible receivers.
fn list(row: &SeverityPages, text: impl Fn(&ReachedReceiver) -> String) -> [String; 2] {
    [&row.pages.certain, &row.pages.possible].map(|receivers| {
        let receivers = receivers.iter().map(&text);
        joined(
            first_few(receivers, MOST, |rest| format!("and {rest} more")),
            ", ",
        )
    })
}

/// The names of the receivers of a team's alerts with the same severity.
pub(super) struct NamedReceivers<'a> {
    pub team: &'a str,
    /// Empty if it is unknown.
    pub severity: &'a str,
    /// The file and line of the configuration.
    pub configuration: String,
    pub certain: Vec<String>,
    pub possible: Vec<String>,
}

impl<'a> NamedReceivers<'a> {
    /// Returns the receivers in the configurations of a repository.
    pub fn all(
        pages: &'a TeamPages,
        teams: &'a Teams,
        repository: &str,
    ) -> impl Iterator<Item = Self> {
        let entries = SeverityEntry::all(pages, teams, repository).into_iter();
        entries.map(|entry| Self {
            team: entry.team,
            severity: entry.severity.unwrap_or_default(),
            configuration: format!("{}:{}", entry.file, entry.line),
            certain: entry.certain.into_iter().map(|it| it.name).collect(),
            possible: entry.possible.into_iter().map(|it| it.name).collect(),
        })
    }
}

/// Returns a table for a terminal; empty without notification routes.
pub(super) fn human(pages: &TeamPages, teams: &Teams, places: &Places, look: Look) -> String {
    if pages.by_severity.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        ("TEAM", false),
        ("SEVERITY", false),
        ("CERTAIN", false),
        ("POSSIBLE", false),
        ("CONFIGURATION", false),
    ]);
    for row in &pages.by_severity {
        let [certain, possible] = receivers(pages, row);
        let known = &pages.routing.configurations[row.pages.configuration];
        let cells = [
            teams.name(row.team),
            row.severity.as_deref().unwrap_or("unknown"),
            &certain,
            &possible,
            &title(known, places),
        ];
        table.row(cells.map(Cell::new).into(), Vec::new());
    }
    format!("\n{}", table.render(look))
}

/// Returns a table for a page; empty without notification routes.
pub(super) fn markdown(pages: &TeamPages, teams: &Teams, places: &Places) -> String {
    if pages.by_severity.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "\n## Receivers of alerts\n\n\
         | team | severity | certain | possible | configuration |\n\
         | :--- | :--- | :--- | :--- | :--- |\n",
    );
    for row in &pages.by_severity {
        let [certain, possible] = list(row, |receiver| {
            let configuration = of(pages, row);
            let name = code_cell(&*configuration.name_of(receiver));
            match configuration.integrations_of(receiver) {
                None if configuration.is_template(receiver) => {
                    format!("{name} (name from a template)")
                }
                None | Some([]) => name,
                Some(kinds) => format!("{name} ({})", kinds.join(", ")),
            }
        });
        let known = &pages.routing.configurations[row.pages.configuration];
        let severity = row.severity.as_ref();
        out += &format!(
            "| {} | {} | {certain} | {possible} | {} |\n",
            code_cell(teams.name(row.team)),
            severity.map_or_else(|| "unknown".to_owned(), code_cell),
            plain(&title(known, places)),
        );
    }
    out
}
