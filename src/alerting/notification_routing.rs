use std::sync::Arc;

use bstr::{BStr, ByteSlice as _, Finder};
use rayon::prelude::*;

use super::{
    Configuration, ConfigurationKind, ConfigurationProblem, ConfigurationProblemKind,
    FileConfigurations, Receivers,
};
use crate::{
    config::{AlertingConfig, Map},
    inventory::{File, FileKind, NOTIFICATION_FILE_ENDS, ReadError, SourceFile},
    resolution::{ResolvedRepository, is_vendored},
    text::{Place, joined, quoted},
};

/// Directories with files that are not deployed.
const EXAMPLES: [&str; 6] = [
    "example", "examples", "fixtures", "test", "testdata", "tests",
];

/// How many files are opened in a repository if no detector opens them anyway. If there are more, only those with one
/// of the [`WORDS`] are opened, because reading all of them would take longer than the rest of a check.
const MAX_OPENED: usize = 500;

/// Words in the paths of files with notification routes, in lower case.
const WORDS: [&str; 7] = [
    "alert",
    "contact",
    "grafana",
    "monitoring",
    "notification",
    "prometheus",
    "receiver",
];

/// The notification routes in some repositories.
#[derive(Debug, Default)]
pub struct NotificationRouting {
    /// The configurations, by repository and path.
    pub configurations: Vec<KnownConfiguration>,
    /// What is wrong with them.
    pub problems: Vec<ConfigurationProblem>,
    /// The files that may contain some, but could not be read.
    pub unread: Vec<UnreadFile>,
}

/// A file that may contain notification routes, but could not be read.
#[derive(Debug)]
pub struct UnreadFile {
    /// The file.
    pub place: Place,
    /// Why it could not be read.
    pub error: ReadError,
}

impl UnreadFile {
    /// Returns the message for users.
    pub fn sentence(&self) -> String {
        let path = quoted(self.place.path());
        format!("{path} could not be read: {}", self.error)
    }
}

/// A configuration, and whose alerts it routes.
#[derive(Debug)]
pub struct KnownConfiguration {
    /// The configuration.
    pub configuration: Configuration,
    /// The names of the repositories whose alerts it routes; `None` for all.
    pub repositories: Option<Vec<Arc<str>>>,
}

impl KnownConfiguration {
    /// Returns whether it routes the alerts of a repository.
    pub fn applies_to(&self, repository: &str) -> bool {
        let listed = self.repositories.as_ref();
        listed.is_none_or(|listed| listed.iter().any(|name| **name == *repository))
    }
}

impl NotificationRouting {
    /// Reads the configurations in the repositories of a map: those that the map lists, or else all. Of the files that no
    /// detector has opened, only a limited number is opened.
    pub fn new<'r>(
        map: &Map,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Self {
        let mut routing = Self::default();
        let configs = &map.alerting.configs;
        let mut is_used = vec![false; configs.len()];
        let repositories: Vec<&ResolvedRepository> = repositories.into_iter().collect();
        for repository in &repositories {
            let (found, unread) = files(map, repository);
            routing.unread.extend(unread);
            for (path, found) in found {
                if configs.is_empty() {
                    routing.add(found, None);
                    continue;
                }
                let is_empty = found.configurations.is_empty() && found.problems.is_empty();
                let mut names = Some(Vec::new());
                let entries = configs.iter().zip(&mut is_used);
                for (entry, is_used) in entries.filter(|(entry, _)| entry.lists(path)) {
                    *is_used |= !is_empty;
                    // An entry without repositories routes the alerts of all.
                    names = names.filter(|_| !entry.repositories.is_empty());
                    let listed = entry.repositories.iter();
                    if let Some(names) = &mut names {
                        names.extend(listed.map(|name| name.value.as_str().into()));
                    }
                }
                routing.add(found, names);
            }
        }
        let is_complete = !map.is_narrowed() && repositories.len() == map.repositories.len();
        let unused = configs.iter().zip(is_used);
        let unused = unused.filter(|(_, is_used)| is_complete && !is_used);
        routing.problems.extend(unused.map(|(entry, _)| {
            let path = quoted(&**entry.path.value.text());
            let mut why = repositories.iter().filter_map(|it| why_unused(entry, it));
            let why = why
                .next()
                .unwrap_or_else(|| "there is no such file".to_owned());
            ConfigurationProblem {
                kind: ConfigurationProblemKind::Invalid,
                place: entry.path.place.clone(),
                message: format!("{path} matches no file with notification routes: {why}"),
                help: Some("correct the path, or remove the entry".to_owned()),
            }
        }));
        routing
    }

    /// Returns whether there may be notification routes that were not read.
    pub fn is_incomplete(&self) -> bool {
        let mut problems = self.problems.iter();
        !self.unread.is_empty() || problems.any(|problem| problem.kind.hides_routes())
    }

    fn add(&mut self, found: FileConfigurations, repositories: Option<Vec<Arc<str>>>) {
        self.problems.extend(found.problems);
        let configurations = found.configurations.into_iter();
        self.configurations
            .extend(configurations.map(|configuration| KnownConfiguration {
                configuration,
                repositories: repositories.clone(),
            }));
    }
}

/// Returns why no configuration was found in the first file that an entry lists; `None` if it lists none.
fn why_unused(entry: &AlertingConfig, repository: &ResolvedRepository) -> Option<String> {
    let mut files = repository.listing.files.iter();
    let file = files.find(|file| entry.lists(file.path))?;
    let ends = NOTIFICATION_FILE_ENDS.map(quoted);
    let why = match file.kind {
        FileKind::Symlink => "is a symbolic link, and symbolic links are not followed".to_owned(),
        FileKind::Submodule => "is a submodule".to_owned(),
        FileKind::Regular if !has_end(file.path) => {
            format!("does not end in {}", joined(ends, ", "))
        }
        FileKind::Regular => match repository.content().keep(file.path) {
            Err(error) => format!("could not be read: {error}"),
            Ok(read) if read.not_utf8.is_some() => "is not UTF-8".to_owned(),
            Ok(_) => "contains none".to_owned(),
        },
    };
    Some(format!("{} {why}", quoted(file.path)))
}

fn has_end(path: &BStr) -> bool {
    let mut ends = NOTIFICATION_FILE_ENDS.iter();
    ends.any(|end| path.ends_with(end.as_bytes()))
}

/// A file with configurations, and its path.
type Found<'r> = (&'r BStr, FileConfigurations);

/// Returns the files of a repository with configurations, and those that could not be read.
fn files<'r>(map: &Map, repository: &'r ResolvedRepository) -> (Vec<Found<'r>>, Vec<UnreadFile>) {
    let configs = &map.alerting.configs;
    let is_automatic = configs.is_empty();
    let is_own = |path: &BStr| {
        let is_example = |name: &[u8]| EXAMPLES.iter().any(|known| known.as_bytes() == name);
        !is_vendored(path, &map.settings) && !path.split_str("/").any(is_example)
    };
    let is_listed = |path: &BStr| configs.iter().any(|entry| entry.lists(path));
    let may_contain = |path: &BStr| match is_automatic {
        true => is_own(path),
        false => is_listed(path),
    };
    let is_candidate = |file: &File<'_>| file.kind == FileKind::Regular && may_contain(file.path);
    let content = repository.content();
    let files = &repository.listing.files;
    let mut unopened = Vec::from(NOTIFICATION_FILE_ENDS);
    unopened.retain(|end| !content.opened_ends.contains(end));
    let candidates = files.ending_in(&unopened).filter(is_candidate);
    let mut candidates: Vec<&BStr> = candidates.map(|file| file.path).collect();
    if is_automatic && candidates.len() > MAX_OPENED {
        let words = WORDS.map(Finder::new);
        candidates.retain(|path| {
            let path = path.to_ascii_lowercase();
            words.iter().any(|word| word.find(&path).is_some())
        });
    }
    let opened = candidates
        .into_par_iter()
        .filter_map(|path| Some((path, content.notification_file(path)?)));
    let mut opened: Vec<(&BStr, Result<Arc<SourceFile>, ReadError>)> = opened.collect();
    let known = content.notification_files().into_iter();
    opened.extend(known.filter_map(|(path, read)| {
        let file = files.get(files.find(path.as_bstr())?);
        // A file that could not be read may also be a dashboard, which the map does not list.
        let is_wanted = is_candidate(&file) || read.is_err() && is_own(file.path);
        (is_wanted && file.kind == FileKind::Regular).then_some((file.path, read))
    }));
    opened.sort_by_key(|(path, _)| *path);
    let (mut read, mut unread) = (Vec::with_capacity(opened.len()), Vec::new());
    for (path, file) in opened {
        match file {
            Ok(file) => read.push((path, file)),
            // Its target is searched, too, if it is in the repository.
            Err(ReadError::Symlink) => {}
            Err(error) => unread.push(UnreadFile {
                place: repository.place(path),
                error,
            }),
        }
    }
    let found = read
        .into_par_iter()
        .map(|(path, file)| (path, super::read(&file)));
    let mut found: Vec<Found<'r>> = found.collect();
    add_contact_points(&mut found);
    (found, unread)
}

/// Adds the contact points in all files to the notification policies of Grafana, and reports the missing ones.
fn add_contact_points(found: &mut [Found<'_>]) {
    let points = found.iter().flat_map(|(_, it)| it.contact_points.clone());
    let points: Arc<Receivers> = Arc::new(points.collect());
    if points.iter().next().is_none() {
        return;
    }
    let has_unknown = points.iter().any(|point| point.is_template);
    for (_, file) in found {
        let policies = file.configurations.iter_mut();
        for policy in policies.filter(|it| it.kind == ConfigurationKind::Grafana) {
            policy.receivers = Arc::clone(&points);
            policy.has_unknown_receivers = has_unknown;
            file.problems.extend(policy.missing_receivers());
        }
    }
}
