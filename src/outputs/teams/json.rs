use crate::{
    alerting::TeamPages,
    coverage::Holdings,
    outputs::{TeamEntry, document},
    workspace::Workspace,
};

/// Returns the teams as JSON.
pub(crate) fn write(
    workspace: &Workspace,
    holdings: &Holdings<'_>,
    pages: &TeamPages,
) -> serde_json::Result<String> {
    let teams = workspace.map.teams.sorted().into_iter();
    let entries = teams.map(|(id, _)| TeamEntry::new(workspace, id, holdings, pages));
    document("teams", entries.collect::<Vec<_>>())
}
