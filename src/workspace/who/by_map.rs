//! Finds the map that answers a question: an absolute path can be in another checkout, with its own map.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::UnansweredQuestion;
use crate::{
    config::{find_in, without_dots},
    snapshot::Snapshot,
    workspace::{Error, Options, Workspace, target::innermost},
};

/// Questions with the same map.
#[derive(Debug)]
pub struct MapQuestions {
    pub workspace: Workspace,
    /// The path of the map, if it belongs to another checkout.
    pub other_map: Option<PathBuf>,
    /// The questions, each with its position among all.
    pub typed: Vec<(usize, OsString)>,
}

impl MapQuestions {
    /// Opens the map of the options, and the maps of other checkouts for absolute paths in them. If the user selects a
    /// map or repository, it answers all questions. Also returns the questions about other checkouts whose maps have errors.
    ///
    /// # Errors
    /// If questions need the map of the options, and it does not exist or has errors.
    pub fn all(
        options: &Options,
        typed: Vec<OsString>,
    ) -> Result<(Vec<Self>, Vec<UnansweredQuestion>), Error> {
        let own = Workspace::open_partly(options);
        let is_selected =
            options.map.is_some() || options.repository.is_some() || !options.roots.is_empty();
        let mut of_own = Vec::new();
        let mut others: Vec<Self> = Vec::new();
        let mut unanswered = Vec::new();
        for (at, typed) in typed.into_iter().enumerate() {
            let path = Path::new(&typed);
            let is_own = is_selected
                || path.is_relative()
                || own.as_ref().is_ok_and(|own| covers(own, path));
            if !is_own {
                if let Some(other) = others.iter_mut().find(|it| covers(&it.workspace, path)) {
                    other.typed.push((at, typed));
                    continue;
                }
                match Self::of_other(options, path) {
                    Ok(Some((workspace, map))) => {
                        others.push(Self {
                            workspace,
                            other_map: Some(map),
                            typed: vec![(at, typed)],
                        });
                        continue;
                    }
                    // The own map explains where it does not apply.
                    Ok(None) => {}
                    Err(error) => {
                        unanswered.push(UnansweredQuestion {
                            typed,
                            position: at,
                            error,
                        });
                        continue;
                    }
                }
            }
            of_own.push((at, typed));
        }
        if of_own.is_empty() && !others.is_empty() {
            return Ok((others, unanswered));
        }
        others.push(Self {
            workspace: own?,
            other_map: None,
            typed: of_own,
        });
        Ok((others, unanswered))
    }

    /// Opens the map around an absolute path, if one of its repositories contains the path.
    fn of_other(options: &Options, path: &Path) -> Result<Option<(Workspace, PathBuf)>, Error> {
        let Some(map) = find_in(&without_dots(path), &Snapshot::default())? else {
            return Ok(None);
        };
        let workspace = Workspace::open_partly(&options.clone().map(&map))?;
        Ok(covers(&workspace, path).then_some((workspace, map)))
    }
}

/// Whether an absolute path is in a repository of a map.
fn covers(workspace: &Workspace, path: &Path) -> bool {
    innermost(&workspace.roots, &without_dots(path)).is_some()
}
