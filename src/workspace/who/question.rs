use std::ffi::{OsStr, OsString};

use super::{
    path_search::{FoundTarget, IsListed, MissingLine, PathSearch, is_explicit},
    reading::{LinePosition, Reading},
};
use crate::{
    config::TeamId,
    inventory::detectors,
    lookup::{SearchedName, teams_at},
    text::{count, quoted},
    workspace::{
        Error, Workspace,
        names::team,
        target::{Target, empty, outside},
    },
};

/// One question.
#[derive(Debug)]
pub struct Question {
    /// As the user typed it.
    pub typed: OsString,
    /// Its position among all questions.
    pub position: usize,
    /// How the path was understood that it is about if nothing has this name.
    pub(super) reading: Reading,
    pub(super) about: About,
}

/// The subject of a question.
#[derive(Debug)]
pub(super) enum About {
    Path(Target),
    Component(&'static str, String),
    Team(TeamId),
    /// A name, if anything has it.
    Name(Name),
}

/// A name of components or of a team.
#[derive(Debug)]
pub(super) struct Name {
    /// The names that the text may consist of.
    pub names: Vec<SearchedName>,
    pub team: Option<TeamId>,
    /// The new file that the question is about if nothing has this name.
    pub new_file: Option<Target>,
}

/// Why a question cannot be understood.
#[derive(Debug)]
pub(in crate::workspace) struct InvalidQuestion {
    pub error: Error,
    /// Whether it is about a line beyond the end of an existing file.
    pub is_missing_line: bool,
}

impl From<Error> for InvalidQuestion {
    fn from(error: Error) -> Self {
        Self {
            error,
            is_missing_line: false,
        }
    }
}

impl Question {
    pub(in crate::workspace) fn new(
        workspace: &Workspace,
        is_listed: &IsListed<'_>,
        position: usize,
        typed: OsString,
    ) -> Result<Self, InvalidQuestion> {
        let (about, reading) = understand(workspace, is_listed, &typed)?;
        Ok(Self {
            typed,
            position,
            reading,
            about,
        })
    }

    /// Whether it is about a team.
    pub(super) fn is_about_team(&self) -> bool {
        match &self.about {
            About::Team(_) => true,
            About::Name(name) => name.team.is_some(),
            About::Path(_) | About::Component(..) => false,
        }
    }

    /// Returns the path that it is certainly about, and the lines behind it.
    pub(in crate::workspace) fn path(&self) -> Option<(&Target, Option<LinePosition>)> {
        match &self.about {
            About::Path(target) => Some((target, self.reading.position)),
            About::Component(..) | About::Team(_) | About::Name(_) => None,
        }
    }

    /// Returns the names that it may be about.
    pub(super) fn names(&self) -> &[SearchedName] {
        match &self.about {
            About::Name(name) => &name.names,
            About::Path(_) | About::Component(..) | About::Team(_) => &[],
        }
    }

    /// Returns the path that it is about, if nothing has this name.
    pub(super) fn target(&self) -> Option<&Target> {
        match &self.about {
            About::Path(target) => Some(target),
            About::Name(name) => name.new_file.as_ref(),
            About::Component(..) | About::Team(_) => None,
        }
    }
}

/// The longest question. No path is longer on usual systems.
const MAX_BYTES: usize = 4096;

/// How much of a longer question is shown.
const MAX_SHOWN: usize = 60;

/// Returns what a question is about: the first in the order that the documentation lists.
fn understand(
    workspace: &Workspace,
    is_listed: &IsListed<'_>,
    typed: &OsStr,
) -> Result<(About, Reading), InvalidQuestion> {
    if typed.is_empty() {
        return Err(empty().into());
    }
    if typed.len() > MAX_BYTES {
        let start = quoted(&typed.as_encoded_bytes()[..MAX_SHOWN]);
        let message =
            format!("the argument that starts with {start} is too long for a path or a name");
        let error = Error::new(message).help(format!("use at most {MAX_BYTES} bytes"));
        return Err(error.into());
    }
    let obvious = |about| Ok((about, Reading::default()));
    let names = workspace.map.repositories.iter().zip(0..);
    let names = names.map(|(repository, at)| (&*repository.name, at));
    let search = PathSearch {
        roots: &workspace.roots,
        names: names.filter(|(name, _)| *name != ".").collect(),
        here: &workspace.here,
        map: Some(&workspace.map.directory),
        is_listed,
    };
    if let Some(target) = search.existing(typed) {
        return obvious(About::Path(target));
    }
    let text = typed.to_str().unwrap_or_default();
    if let Some(name) = text.strip_prefix("team:") {
        return obvious(About::Team(team(&workspace.map.teams, name)?));
    }
    let kinds = workspace.map.kinds(&detectors::kinds());
    if let Some((kind, name)) = text.split_once(':')
        && let Some(kind) = kinds.iter().find(|known| **known == kind)
    {
        return obvious(About::Component(kind, name.to_owned()));
    }
    let bytes = typed.as_encoded_bytes();
    let is_word = !bytes.contains(&b'/');
    let is_url = text.contains("://");
    let is_explicit = is_explicit(bytes);
    let (new_file, reading) = match search.find(typed) {
        Some(FoundTarget {
            missing_line: Some(why),
            ..
        }) => {
            return Err(InvalidQuestion {
                error: missing_line(typed, why),
                is_missing_line: matches!(why, MissingLine::Beyond(_)),
            });
        }
        Some(found) if found.is_certain || is_explicit || found.is_new_file && !is_url => {
            return Ok((About::Path(found.target), found.reading));
        }
        // A new file, unless it is a name with a slash.
        Some(found) if !is_word && !is_url && found.is_likely => {
            (Some(found.target), found.reading)
        }
        // The user clearly means a path.
        _ if bytes[0] == b'/' || is_explicit => {
            return Err(outside(workspace, typed.as_ref()).into());
        }
        _ => (None, Reading::default()),
    };
    let teams = &workspace.map.teams;
    // Names of teams contain no slash, except in handles and URLs.
    let team = match is_word {
        true => teams.resolve(text),
        false => teams.with_handle(text),
    };
    let team = team.or_else(|| {
        let at_address = teams_at(teams, text).into_iter();
        at_address.map(|(team, _)| team).next()
    });
    let mut names = SearchedName::of_subject(text);
    if team.is_some() {
        // The argument as a whole has a meaning.
        names.retain(|name| name.text == text);
    }
    let name = Name {
        names,
        team,
        new_file,
    };
    Ok((About::Name(name), reading))
}

/// Returns the error for a line or column that the file does not have.
pub(super) fn missing_line(typed: &OsStr, why: MissingLine) -> Error {
    let shown = quoted(typed.as_encoded_bytes());
    match why {
        MissingLine::Impossible => {
            let error = Error::new(format!("the line or column in {shown} is out of range"));
            error.help("lines and columns start at 1; to ask about the file, use only its path")
        }
        MissingLine::Beyond(lines) => {
            let lines = count(lines, "line");
            let message = format!("the line in {shown} does not exist: the file has {lines}");
            Error::new(message).help("to ask about the file, use only its path")
        }
    }
}
