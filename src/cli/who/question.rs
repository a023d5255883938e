use std::{
    ffi::{OsStr, OsString},
    io::Read as _,
    path::Path,
};

use bstr::ByteSlice as _;

use super::team;
use crate::{
    cli::{failure::Failure, session::Session, target::Target},
    config::TeamId,
    inventory::detectors,
    text::{closest, quoted},
};

/// What stands on standard input, one a line or up to a NUL byte.
pub(super) fn from_stdin(null: bool) -> Result<Vec<OsString>, Failure> {
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Failure::new(format!("standard input could not be read: {error}")))?;
    input
        .split(|byte| *byte == if null { 0 } else { b'\n' })
        .map(|line| {
            if null {
                line
            } else {
                line.strip_suffix(b"\r").unwrap_or(line)
            }
        })
        .filter(|line| !line.is_empty())
        .map(|line| match line.to_os_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Failure::new(format!(
                "{} is no path on this system",
                quoted(line)
            ))),
        })
        .collect()
}

/// One question.
pub(super) struct Question {
    /// As the user typed it.
    pub typed: OsString,
    pub about: About,
}

/// What a user asked about.
pub(super) enum About {
    Path(Target),
    Component(&'static str, String),
    Team(TeamId),
    /// Nothing that the map covers, unless it is part of the name of a component.
    Elsewhere(Failure),
}

impl Question {
    pub fn new(session: &Session, typed: OsString) -> Result<Self, Failure> {
        let about = About::new(session, &typed)?;
        Ok(Self { typed, about })
    }

    /// Whether it is one word for a path that is not there, so that it may be the name of a component
    /// of any repository.
    pub fn may_name_component(&self, session: &Session) -> bool {
        let About::Path(target) = &self.about else {
            return false;
        };
        let is_word = !self.typed.as_encoded_bytes().contains(&b'/');
        is_word && target.is_directory_on_disk(session).is_none()
    }
}

impl About {
    fn new(session: &Session, typed: &OsStr) -> Result<Self, Failure> {
        let text = typed.to_string_lossy();
        if let Some(name) = text.strip_prefix("team:") {
            return team::named(session, name).map(Self::Team);
        }
        if let Some((kind, name)) = text.split_once(':') {
            let kinds = session.map.kinds(&detectors::kinds());
            if let Some(kind) = kinds.iter().find(|known| **known == kind) {
                return Ok(Self::Component(kind, name.to_owned()));
            }
            if let Some(id) = team::meant(session, typed) {
                return Ok(Self::Team(id));
            }
            if let Some(near) = closest(kind, kinds)
                && !session.here.join(typed).exists()
            {
                let failure = Failure::new(format!("{} is no kind of component", quoted(kind)));
                return Err(failure.help(format!("did you mean {}?", quoted(near))));
            }
        }
        if let Some(id) = team::meant(session, typed) {
            return Ok(Self::Team(id));
        }
        match Target::new(session, Path::new(typed)) {
            Ok(target) => Ok(Self::Path(target)),
            // Where it lies is clear, or could not be said.
            Err(failure) if typed.is_empty() || text.starts_with(['/', '.']) => Err(failure),
            Err(failure) => Ok(Self::Elsewhere(failure)),
        }
    }
}
