use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

use crate::{
    config::TeamId,
    inventory::detectors,
    text::{closest, quoted},
    workspace::{Error, Workspace, names::team, target::Target},
};

/// One question.
#[derive(Debug)]
pub struct Question {
    /// As the user typed it.
    pub typed: OsString,
    pub(super) about: About,
}

/// The subject of a question.
#[derive(Debug)]
pub(super) enum About {
    Path(Target),
    Component(&'static str, String),
    Team(TeamId),
    /// Outside the map, unless it is part of the name of a component.
    Elsewhere(Error),
}

impl Question {
    pub(super) fn new(workspace: &Workspace, typed: OsString) -> Result<Self, Error> {
        let about = About::new(workspace, &typed)?;
        Ok(Self { typed, about })
    }

    /// Whether it is about a team.
    pub(super) fn is_about_team(&self) -> bool {
        matches!(self.about, About::Team(_))
    }

    /// Whether it is a single name of a path that does not exist, which may name a component of any repository.
    pub(super) fn may_name_component(&self, workspace: &Workspace) -> bool {
        let About::Path(target) = &self.about else {
            return false;
        };
        let is_word = !self.typed.as_encoded_bytes().contains(&b'/');
        is_word && target.is_directory_on_disk(workspace).is_none()
    }
}

impl About {
    fn new(workspace: &Workspace, typed: &OsStr) -> Result<Self, Error> {
        let text = typed.to_string_lossy();
        if let Some(name) = text.strip_prefix("team:") {
            return team(&workspace.map.teams, name).map(Self::Team);
        }
        if let Some((kind, name)) = text.split_once(':') {
            let kinds = workspace.map.kinds(&detectors::kinds());
            if let Some(kind) = kinds.iter().find(|known| **known == kind) {
                return Ok(Self::Component(kind, name.to_owned()));
            }
            if let Some(id) = team_unless_path(workspace, typed) {
                return Ok(Self::Team(id));
            }
            if let Some(near) = closest(kind, kinds)
                && !workspace.here.join(typed).exists()
            {
                let error = Error::new(format!("unknown component kind {}", quoted(kind)));
                return Err(error.help(format!("did you mean {}?", quoted(near))));
            }
        }
        if let Some(id) = team_unless_path(workspace, typed) {
            return Ok(Self::Team(id));
        }
        match Target::new(workspace, Path::new(typed)) {
            Ok(target) => Ok(Self::Path(target)),
            // The user clearly means a path.
            Err(error) if typed.is_empty() || text.starts_with(['/', '.']) => Err(error),
            Err(error) => Ok(Self::Elsewhere(error)),
        }
    }
}

/// Returns the team with this name, unless a path has the same name.
fn team_unless_path(workspace: &Workspace, typed: &OsStr) -> Option<TeamId> {
    let text = typed.to_str()?;
    // Names of teams contain no slash, except in URLs.
    let may_be_path = (text.contains('/') && !text.contains("://")) || matches!(text, "." | "..");
    if may_be_path || workspace.here.join(text).symlink_metadata().is_ok() {
        return None;
    }
    workspace.map.teams.resolve(text)
}
