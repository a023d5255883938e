use std::{env, ffi::OsString, path::PathBuf};

use jiff::civil::Date;

use super::Error;
use crate::{
    config::{self, SeveralMaps},
    dialects::Dialect,
    snapshot::Snapshot,
};

/// The map to open, and how to open it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The directory that relative paths start from [default: the current directory].
    pub(crate) directory: Option<PathBuf>,
    /// The map [default: the map in the directory or the nearest directory above, by its name].
    pub(crate) map: Option<PathBuf>,
    /// The checkouts of repositories in the map, each as `NAME=DIR`.
    pub(crate) roots: Vec<OsString>,
    /// The only repository to read, by its name in the map [default: all].
    pub(crate) repository: Option<String>,
    /// The date for exemptions that expire [default: today, in UTC].
    pub(crate) today: Option<Date>,
    /// Whether to include files that git neither tracks nor ignores.
    pub(crate) untracked: bool,
    /// The dialect of the ownership files to check [default: detected].
    pub(crate) dialect: Option<&'static Dialect>,
}

impl Options {
    /// Starts relative paths from this directory, and looks for the map in it and in the directories above.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Reads this map.
    #[must_use]
    pub fn map(mut self, file: impl Into<PathBuf>) -> Self {
        self.map = Some(file.into());
        self
    }

    /// Reads only this repository, given its name in the map. The others need no checkout.
    #[must_use]
    pub fn repository(mut self, name: impl Into<String>) -> Self {
        self.repository = Some(name.into());
        self
    }

    /// Returns the directory that relative paths start from.
    pub(crate) fn here(&self) -> Result<PathBuf, Error> {
        match &self.directory {
            Some(directory) => Ok(directory.clone()),
            None => env::current_dir().map_err(|error| {
                Error::new(format!(
                    "failed to determine the current directory: \
                    {error}"
                ))
            }),
        }
    }

    /// Returns the directory that relative paths start from, with symbolic links resolved if possible.
    pub(crate) fn real_here(&self) -> Result<PathBuf, Error> {
        let here = self.here()?;
        Ok(here.canonicalize().unwrap_or(here))
    }

    /// Returns the date for exemptions that expire.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| {
            jiff::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date()
        })
    }

    /// Returns the path of the map: the selected one, or the one found on disk.
    ///
    /// # Errors
    /// If a directory contains several maps.
    pub(crate) fn find_map(&self) -> Result<Option<PathBuf>, SeveralMaps> {
        self.find_map_in(&Snapshot::default())
    }

    /// Returns the path of the map: the selected one, or the one found in a snapshot.
    ///
    /// # Errors
    /// If a directory contains several maps.
    pub(crate) fn find_map_in(&self, snapshot: &Snapshot) -> Result<Option<PathBuf>, SeveralMaps> {
        match (self.named_map(), self.here()) {
            (Some(named), _) => Ok(Some(named)),
            (None, Ok(here)) => config::find_in(&here, snapshot),
            (None, Err(_)) => Ok(None),
        }
    }

    /// Returns the path of the selected map.
    pub(crate) fn named_map(&self) -> Option<PathBuf> {
        let path = self.map.as_ref()?;
        Some(match &self.directory {
            Some(directory) => directory.join(path),
            // Error messages repeat the path as typed.
            None => path.clone(),
        })
    }
}
