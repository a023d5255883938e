use crate::{
    coverage::Holdings,
    outputs::{TeamEntry, document},
    workspace::Workspace,
};

/// Returns the teams as JSON.
pub(crate) fn write(workspace: &Workspace, holdings: &Holdings<'_>) -> serde_json::Result<String> {
    let teams = workspace.map.teams.sorted().into_iter();
    let entries = teams.map(|(id, _)| TeamEntry::new(workspace, id, holdings));
    document("teams", entries.collect::<Vec<_>>())
}
