use bstr::ByteSlice as _;

use super::{Resolution, ResolvedRepository};
use crate::{claims::ComponentId, config::Teams};

impl ResolvedRepository {
    /// What a component comes to as a whole: nobody owns it where not all of it is owned.
    pub fn whole(&self, teams: &Teams, id: ComponentId) -> Resolution {
        self.as_a_whole(id, &self.of_component(teams, id))
    }

    /// The same, given what its files come to: the worst. Of several as bad, what
    /// the file comes to in which it declares its owner, then what most of its files come to.
    pub fn as_a_whole(&self, id: ComponentId, inside: &[(&Resolution, u64)]) -> Resolution {
        let component = &self.components[id as usize];
        let own = component.declares_in.first().unwrap_or(&component.path);
        let own = self.listing.files.find(own.as_bstr());
        let own = own.map(|file| &self.resolved.group_of(file).resolution);
        let whole = inside.iter().max_by_key(|(resolution, files)| {
            let is_own = own.is_some_and(|own| own.owners == resolution.owners);
            (resolution.verdict, is_own, *files)
        });
        let whole = whole.map(|(resolution, _)| Resolution::clone(resolution));
        whole.unwrap_or_default()
    }
}
