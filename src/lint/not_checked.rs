use std::fmt;

use crate::{
    checks::Context,
    config::UncheckedRepository,
    text::{joined, quoted},
};

/// What a run on some of the repositories in the map does not check.
#[derive(Debug)]
pub struct NotChecked {
    /// The other repositories.
    pub repositories: Vec<UncheckedRepository>,
    /// The number of paths and selectors that match nothing in the checked repositories, but that apply to the
    /// others too.
    pub shared_entries: usize,
}

impl NotChecked {
    /// Returns what is not checked; `None` if all repositories are.
    pub fn of(context: &Context<'_>) -> Option<Self> {
        let map = context.map;
        map.is_narrowed().then(|| Self {
            repositories: map.unchecked.clone(),
            shared_entries: context.undecided_entries(),
        })
    }
}

impl fmt::Display for NotChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = |number| match number {
            1 => "1 entry".to_owned(),
            _ => format!("{number} entries"),
        };
        let what = match self.repositories.len() {
            1 => "repository",
            _ => "repositories",
        };
        let names = self.repositories.iter();
        let names = names.map(|it| {
            let entries = entries(it.entries);
            format!("{} ({entries} in the map)", quoted(&*it.name))
        });
        write!(f, "{what} {}", joined(names, ", "))?;
        match self.shared_entries {
            0 => Ok(()),
            1 => f.write_str(
                "; 1 entry that applies to all repositories did not match any checked \
                file",
            ),
            number => write!(
                f,
                "; {} that apply to all repositories did not match any checked file",
                entries(number)
            ),
        }
    }
}
