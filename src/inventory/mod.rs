//! The files and components of a repository.

mod alert;
mod component;
mod content;
pub mod detectors;
mod extensions;
mod file_reader;
mod files;
mod found_name;
mod generated;
mod globs;
mod ignored;
mod kinds;
mod link_error;
mod links;
mod list;
mod mentions;
mod name;
mod namespaces;
mod needles;
mod no_follow;
mod notification_files;
mod owner_catalog;
mod placeholder;
mod read_cache;
mod read_components;
mod references;
mod roll_up;
mod search;
mod skip_worktree;
mod source_file;
mod subtree;
pub mod template;
mod tracked;
mod unreadable;
mod walk;

use std::borrow::Cow;

use rayon::prelude::*;

pub use alert::{Alert, AlertKey, AlertLabel};
pub use component::{
    Component, Declaration, Declarations, Deployment, Effect, Hint, MissingMember, Orphan, Problem,
    ProblemKind, SeverityContact, SeverityContacts, State,
};
pub use content::{Content, ReadError};
pub use file_reader::FileReader;
pub use files::{File, Files, FilesBuilder};
pub use found_name::{FoundHost, FoundName, NameKind};
pub use generated::{after_mark, is_generated, mark};
pub use kinds::Kinds;
pub use link_error::{LinkError, LinkProblem};
pub use links::Links;
pub use list::{Listing, list, list_in};
pub use mentions::{MentionedText, Mentions};
pub use name::Name;
pub use namespaces::{Namespaces, inherit_from_namespaces};
pub use notification_files::{NOTIFICATION_FILE_ENDS, may_route};
pub use owner_catalog::{
    CatalogPart, OwnerCatalog, OwnerEntity, OwnerReference, Relation, RelationKind, kind_and_name,
};
pub use read_cache::{CacheMode, ReadCache};
pub use read_components::{ReadComponents, read_components};
pub use roll_up::{RolledUp, roll_up};
pub use search::Search;
pub use skip_worktree::SkipWorktree;
pub use source_file::SourceFile;
pub use subtree::Subtree;
pub use unreadable::Unreadable;

pub use crate::git::FileKind;

use crate::config::Settings;

use detectors::Hosts;

/// The components of a repository, and the orphaned members.
#[derive(Debug, Default)]
pub struct Found {
    /// The components.
    pub components: Vec<Component>,
    /// Members of components that do not exist.
    pub orphans: Vec<Orphan>,
    /// The problems with reading the files that show where components are.
    pub problems: Vec<Problem>,
}

impl From<Vec<Component>> for Found {
    fn from(components: Vec<Component>) -> Self {
        Self {
            components,
            ..Self::default()
        }
    }
}

impl Found {
    /// Returns everything that detectors find in a repository, including the names of expected files.
    pub fn among(listing: &mut Listing, settings: &Settings, content: &Content) -> Self {
        let unlisted = detectors::needed_unlisted(listing.kinds, settings);
        if let Some(found) = listing.found.take()
            && settings.finds_same_as_default()
            && unlisted.is_empty()
            && listing.expected.is_empty()
        {
            return found;
        }
        let files = match &listing.expected[..] {
            [] => Cow::Borrowed(&listing.files),
            expected => {
                let expected = expected.iter().map(|path| (path, FileKind::Regular));
                Cow::Owned(listing.files.with(expected))
            }
        };
        Self::by(&Search {
            files: &files,
            settings,
            unlisted: &unlisted,
            listed: &listing.files,
            content,
        })
    }

    /// Reads which components are assigned to machines.
    pub fn hosts(listing: &Listing, settings: &Settings, content: &Content) -> Vec<Hosts> {
        let search = Search {
            files: &listing.files,
            settings,
            unlisted: &[],
            listed: &listing.files,
            content,
        };
        let each = detectors::ALL.iter();
        each.map(|detector| (detector.lookup.hosts)(&search))
            .collect()
    }

    fn by(search: &Search<'_>) -> Self {
        let each = detectors::ALL.par_iter();
        let each = each.map(|detector| (detector.find)(search));
        let mut all = Self::default();
        for found in each.collect::<Vec<_>>() {
            all.components.extend(found.components);
            all.orphans.extend(found.orphans);
            all.problems.extend(found.problems);
        }
        all
    }
}
