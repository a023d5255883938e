use bstr::{BString, ByteSlice as _};

use super::{OwnerAnswer, Reply, Who};
use crate::{
    evidence::EvidenceSearch,
    inventory::Kinds,
    resolution::{ResolvedRepository, Verdict},
    workspace::{Error, recent_history::recent_history},
};

impl Who<'_> {
    /// Adds the evidence for the owners of paths and components without an owner to the answers. `uses_history` selects
    /// whether the git history is evidence.
    ///
    /// # Errors
    /// If a repository of such an answer cannot be resolved.
    pub fn add_evidence(&self, replies: &mut [Reply<'_>], uses_history: bool) -> Result<(), Error> {
        for (at, opened) in self.repositories.iter().enumerate() {
            let Some(opened) = opened else {
                continue;
            };
            let answers = replies.iter_mut().filter_map(|reply| match reply {
                Reply::Owners(answer) => Some(answer),
                Reply::Team(..) | Reply::Person(_) => None,
            });
            let mut unowned = answers
                .filter(|answer| std::ptr::eq(answer.repository, opened) && answer.is_unowned())
                .peekable();
            if unowned.peek().is_none() {
                continue;
            }
            // Other components and files are evidence, so the whole repository is needed.
            let resolved = match opened.is_whole {
                true => Vec::new(),
                false => self.workspace.resolve(Kinds::All, |of| of == at)?,
            };
            let repository = resolved.first().unwrap_or(opened);
            let history = match uses_history {
                true => recent_history(&repository.root, &self.workspace.notices),
                false => None,
            };
            let teams = &self.workspace.map.teams;
            let search = EvidenceSearch::new(repository, teams, history.as_deref());
            for answer in unowned {
                answer.add_evidence(repository, &search);
            }
        }
        Ok(())
    }
}

impl OwnerAnswer<'_> {
    /// Returns whether it has no owner. A directory in which some files are owned or exempt is not unowned.
    pub fn is_unowned(&self) -> bool {
        let mut contents = self.contents.iter();
        self.resolution.verdict == Verdict::Unowned
            && (self.requested.is_some() || contents.all(|(of, _)| of.verdict == Verdict::Unowned))
    }

    /// Adds the evidence in `repository`, which is the repository of the answer, but wholly resolved.
    fn add_evidence(&mut self, repository: &ResolvedRepository, search: &EvidenceSearch<'_>) {
        let own = |id: &u32| &self.repository.components[*id as usize];
        let components = self.components.iter().map(own);
        let components: Vec<u32> = components
            .filter_map(|component| repository.component(component.kind, &component.name))
            .collect();
        let mut path: BString = self.path.clone();
        if self.found.is_directory && !path.is_empty() && !path.ends_with(b"/") {
            path.push(b'/');
        }
        self.evidence = search.of_path(path.as_bstr(), &components);
    }
}
