use std::{env, ffi::OsString, path::PathBuf};

use jiff::civil::Date;

use super::Error;
use crate::{config, snapshot::Snapshot};

/// Which map to open, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The directory that relative paths begin in [default: that of the process].
    pub(crate) directory: Option<PathBuf>,
    /// The map [default: `ownership.yaml` in the directory or one above].
    pub(crate) map: Option<PathBuf>,
    /// Where repositories of the map are checked out, each as `NAME=DIR`.
    pub(crate) roots: Vec<OsString>,
    /// The day on which exemptions are judged [default: today, in UTC].
    pub(crate) today: Option<Date>,
    /// Whether files that git does not know yet, and does not ignore, belong to a repository.
    pub(crate) untracked: bool,
}

impl Options {
    /// Begins relative paths in this directory, and looks for the map there and in those above.
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

    /// The directory that relative paths begin in.
    pub(crate) fn here(&self) -> Result<PathBuf, Error> {
        match &self.directory {
            Some(directory) => Ok(directory.clone()),
            None => env::current_dir()
                .map_err(|error| Error::new(format!("the current directory is gone: {error}"))),
        }
    }

    /// The same, without symbolic links where that can be found out.
    pub(crate) fn real_here(&self) -> Result<PathBuf, Error> {
        let here = self.here()?;
        Ok(here.canonicalize().unwrap_or(here))
    }

    /// The day on which exemptions are judged.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| {
            jiff::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date()
        })
    }

    /// The map that is named, or found on disk.
    pub(crate) fn find_map(&self) -> Option<PathBuf> {
        self.find_map_in(&Snapshot::default())
    }

    /// The map that is named, or found at another moment.
    pub(crate) fn find_map_in(&self, snapshot: &Snapshot) -> Option<PathBuf> {
        let found = || config::find_in(&self.here().ok()?, snapshot);
        self.named_map().or_else(found)
    }

    /// The map that is named.
    pub(crate) fn named_map(&self) -> Option<PathBuf> {
        let path = self.map.as_ref()?;
        Some(match &self.directory {
            Some(directory) => directory.join(path),
            // As it was typed: error messages repeat it.
            None => path.clone(),
        })
    }
}
