//! `route`: finds the teams to contact for a question.

use std::{collections::BTreeMap, ffi::OsString};

use bstr::{BStr, ByteSlice as _};

use super::{
    Error, Workspace,
    target::{Existence, Target},
    who::Question,
};
use crate::{
    config::TeamId,
    lookup::{NameIndex, NamedThing, SearchedName},
    resolution::{ResolvedRepository, Verdict},
    routing,
};

impl Workspace {
    /// Returns the teams to contact for a question in free text.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub fn route(&self, question: &str) -> Result<routing::Route<'_>, Error> {
        let mut searched = SearchedName::of_question(question);
        let parts = SearchedName::in_question(question).into_iter();
        searched.extend(parts.flat_map(|(_, names)| names));
        let repositories = self.repositories_with(&searched)?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("the result does not include components in this repository");
        let names = NameIndex::new(&self.map, repositories);
        let path = self.existing_path(question, repositories, &names)?;
        let route = routing::route(&self.map, repositories, &names, question, path);
        if route.named.is_empty() {
            let searched = searched.iter().map(|name| name.text.as_str());
            let places = self.places(repositories);
            self.notices.warn_of_unparsed(searched, &names, &places);
        }
        Ok(route)
    }

    /// Returns the path that a question consists of, or the alert in a line of it, if the path exists.
    fn existing_path<'r>(
        &'r self,
        question: &str,
        repositories: &'r [ResolvedRepository],
        names: &NameIndex<'r>,
    ) -> Result<Option<NamedThing<'r>>, Error> {
        let opened = |at: usize| {
            let name = &self.map.repositories[at].name;
            repositories.iter().find(|opened| opened.name == *name)
        };
        let is_listed = |at, path: &BStr| opened(at).is_some_and(|it| it.listing.files.holds(path));
        // The question need not be about anything that `who` answers.
        let question = match Question::new(self, &is_listed, 0, OsString::from(question)) {
            Err(invalid) if invalid.is_missing_line => return Err(invalid.error),
            question => question.ok(),
        };
        let Some((target, lines)) = question.as_ref().and_then(Question::path) else {
            return Ok(None);
        };
        let Some(repository) = opened(target.repository) else {
            return Ok(None);
        };
        let Some(path) = self.path_in(repository, target)? else {
            return Ok(None);
        };
        let (at, resolution) = (target.path.as_bstr(), &path.resolution);
        let alert = lines.and_then(|lines| {
            let lines = lines.line..=lines.last_line();
            names.alert_at(repository, at, lines, resolution)
        });
        Ok(Some(alert.unwrap_or(path)))
    }

    fn path_in<'r>(
        &'r self,
        repository: &'r ResolvedRepository,
        target: &Target,
    ) -> Result<Option<NamedThing<'r>>, Error> {
        let found = target.find(self, &repository.listing);
        if !matches!(found.existence, Existence::File | Existence::Directory) {
            return Ok(None);
        }
        let (teams, path) = (&self.map.teams, target.path.as_bstr());
        let resolution = repository
            .resolution_of(teams, path, found.is_directory)
            .map_err(|error| self.error(error))?;
        let mut inside: BTreeMap<TeamId, u64> = BTreeMap::new();
        if resolution.verdict == Verdict::Unowned && found.existence == Existence::Directory {
            for (of_files, files) in repository.inside(teams, path) {
                for team in &of_files.owners {
                    *inside.entry(*team).or_default() += files;
                }
            }
        }
        let mut inside: Vec<(TeamId, u64)> = inside.into_iter().collect();
        inside.sort_by_key(|(_, files)| std::cmp::Reverse(*files));
        let inside = inside.into_iter().map(|(team, _)| team).collect();
        Ok(Some(NamedThing::of_path(
            path, repository, resolution, inside,
        )))
    }
}
