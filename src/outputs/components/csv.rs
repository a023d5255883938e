use super::{in_use, inferred_owners, owners};
use crate::{config::Teams, coverage::ComponentReport, outputs::record, text::printable_bytes};

/// Returns the components as CSV.
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
            // Relative to the repository, not to the current directory.
            &report.place.in_file(printable_bytes(report.place.path())),
            &inferred_owners(report, teams).join("; "),
        ]);
    }
    out
}
