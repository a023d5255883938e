use super::{hints, in_use, owners};
use crate::{config::Teams, coverage::ComponentReport, outputs::record, text::printable_bytes};

/// For spreadsheets.
pub(crate) fn write(components: &[ComponentReport<'_>], teams: &Teams) -> String {
    let mut out = record([
        "repository",
        "kind",
        "name",
        "verdict",
        "owners",
        "state",
        "in_use",
        "files",
        "place",
        "inferred_owners",
    ]);
    for report in components {
        out += &record([
            &*report.repository.name,
            report.component.kind,
            &report.component.name,
            report.resolution.verdict.name(),
            &owners(report, teams, " "),
            report.state.name(),
            in_use(report),
            &report.files.to_string(),
            // In its repository, wherever the program was started.
            &report.place.in_file(printable_bytes(report.place.path())),
            &hints(report, teams).join("; "),
        ]);
    }
    out
}
