use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{
    NamedThing, SearchedName,
    web_address::{addresses, normalized},
};
use crate::{
    claims::ComponentId,
    config::Map,
    inventory::{
        Alert, Component, Found, FoundHost, FoundName, NameKind, SourceFile,
        detectors::{self, Hosts, docker_image::image_path},
    },
    resolution::{Resolution, ResolvedRepository},
    text::{Place, Source, Span},
};

/// The names of everything in some repositories. Components and alerts are known without the name; the rest is searched
/// for in the files that [mention](crate::inventory::Mentions) it.
#[derive(Debug)]
pub struct NameIndex<'r> {
    map: &'r Map,
    repositories: Vec<KnownNames<'r>>,
    /// By name in lower case, without the kind.
    components: FxHashMap<String, Vec<KnownComponent<'r>>>,
    /// By name in lower case.
    alerts: FxHashMap<String, Vec<KnownAlert<'r>>>,
}

/// The names in a repository that are read when they are first needed.
#[derive(Debug)]
struct KnownNames<'r> {
    repository: &'r ResolvedRepository,
    hosts: OnceCell<Vec<Hosts>>,
    mentions: OnceCell<MentioningFiles>,
}

/// The files that mention the searched names.
#[derive(Debug)]
struct MentioningFiles {
    files: BTreeMap<BString, Arc<SourceFile>>,
    /// What they name.
    names: Vec<FoundName>,
}

/// A component of a repository.
#[derive(Debug, Clone, Copy)]
struct KnownComponent<'r> {
    repository: &'r ResolvedRepository,
    id: ComponentId,
}

impl<'r> KnownComponent<'r> {
    fn component(self) -> &'r Component {
        &self.repository.components[self.id as usize]
    }
}

/// An alert in a repository.
#[derive(Debug, Clone, Copy)]
struct KnownAlert<'r> {
    repository: &'r ResolvedRepository,
    alert: &'r Alert,
    is_vendored: bool,
}

/// Keys in a line with an image.
const IMAGE_KEYS: [&str; 4] = ["image", "repository", "newName", "FROM"];

impl<'r> NameIndex<'r> {
    /// Creates the index of some repositories.
    pub fn new(
        map: &'r Map,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Self {
        let names = |repository| KnownNames {
            repository,
            hosts: OnceCell::new(),
            mentions: OnceCell::new(),
        };
        let mut index = Self {
            map,
            repositories: repositories.into_iter().map(names).collect(),
            components: FxHashMap::default(),
            alerts: FxHashMap::default(),
        };
        for at in 0..index.repositories.len() {
            let repository = index.repositories[at].repository;
            index.add_components(repository);
            for known in alerts(repository).filter(|known| !known.alert.is_template()) {
                let same = index.alerts.entry(known.alert.name.to_lowercase());
                same.or_default().push(known);
            }
        }
        index
    }

    fn add_components(&mut self, repository: &'r ResolvedRepository) {
        // The components with each short name, which many can have: `overlays/production`.
        let mut short: BTreeMap<(&str, &str), Vec<ComponentId>> = BTreeMap::new();
        let mut add = |name: &str, id| {
            let same = self.components.entry(name.to_lowercase());
            same.or_default().push(KnownComponent { repository, id });
        };
        for (id, component) in repository.existing_components() {
            add(&component.name, id);
            if let Some(name) = own_last_part(component) {
                add(name, id);
            } else if let Some(name) = short_name(component) {
                short.entry((component.kind, name)).or_default().push(id);
            }
        }
        for ((_, name), ids) in short {
            if let [id] = ids[..] {
                add(name, id);
            }
        }
    }

    /// Returns everything with a name, in the order of the kinds. If a component or alert has the name in the same letter
    /// case, excludes those that have it in another.
    pub fn find(&self, name: &SearchedName) -> Vec<NamedThing<'r>> {
        if name.text.is_empty() {
            return Vec::new();
        }
        let mut found = self.components(name);
        let is_component = !found.is_empty();
        found.extend(self.alerts(name));
        for names in &self.repositories {
            found.extend(self.hosts(names, name));
            found.extend(self.in_files(names, name, is_component));
        }
        found.sort_by(|a, b| (a.kind, &a.place, &a.name).cmp(&(b.kind, &b.place, &b.name)));
        found.dedup_by(|one, other| {
            (one.kind, &one.place, &one.name, one.component)
                == (other.kind, &other.place, &other.name, other.component)
        });
        found
    }

    fn components(&self, name: &SearchedName) -> Vec<NamedThing<'r>> {
        let text = &*name.text;
        let known = |text: &str| {
            let known = self.components.get(&text.to_lowercase());
            known.into_iter().flatten().copied()
        };
        let behind_kind = text.split_once(':');
        let behind_kind = behind_kind.map(|(_, rest)| rest.trim_start_matches(':'));
        let with_kind = behind_kind.into_iter().flat_map(known);
        let with_kind = with_kind.filter(|known| has_kind_and_name(known.component(), text));
        let in_namespace = self.in_namespace(name);
        let all = known(text).chain(with_kind).chain(in_namespace);
        let mut found: Vec<KnownComponent<'r>> = all.collect();
        let is_same = |known: &KnownComponent<'_>| ends_with_name(known.component(), text);
        if found.iter().any(is_same) {
            found.retain(is_same);
        }
        for detector in detectors::ALL {
            for notation in (detector.lookup.notation)(text) {
                found.extend(known(notation).filter(|known| {
                    let component = known.component();
                    component.detector == detector.name && ends_with_name(component, notation)
                }));
            }
        }
        let things = found.into_iter().map(|known| NamedThing {
            kind: NameKind::Component,
            name: known.component().id(),
            repository: known.repository,
            component: Some(known.id),
            alert: None,
            place: self.place(known),
            resolution: known.repository.whole(&self.map.teams, known.id),
        });
        things.collect()
    }

    /// Returns the components that files name with their namespace or the kind of resource: `argocd/kask`.
    fn in_namespace(&self, name: &SearchedName) -> Vec<KnownComponent<'r>> {
        let mut found = Vec::new();
        for names in self.repositories.iter().filter(|_| name.text.contains('/')) {
            let named = self.mentions(names).names.iter();
            let is_same =
                |found: &&FoundName| found.kind == NameKind::Component && name.is_name_of(found);
            for named in named.filter(is_same) {
                let known = self.components.get(&named.name.to_lowercase());
                found.extend(known.into_iter().flatten().filter(|known| {
                    let is_there = std::ptr::eq(known.repository, names.repository);
                    is_there && is_named_by(known.component(), named)
                }));
            }
        }
        found
    }

    /// Returns the place of a component: of its name, if its file contains the names of several.
    fn place(&self, known: KnownComponent<'r>) -> Place {
        let component = known.component();
        let mut repositories = self.repositories.iter();
        let names = repositories.find(|it| std::ptr::eq(it.repository, known.repository));
        let mut named = names
            .into_iter()
            .flat_map(|names| &self.mentions(names).names);
        let own = named.find(|found| is_named_by(component, found));
        let path = || known.repository.place(component.path.clone());
        own.map_or_else(path, |found| found.place.clone())
    }

    fn alerts(&self, name: &SearchedName) -> Vec<NamedThing<'r>> {
        let known = self.alerts.get(&name.text.to_lowercase());
        let known = || known.into_iter().flatten();
        let is_same = |known: &&KnownAlert<'_>| known.alert.name == name.text;
        let has_same = known().any(|it| is_same(&it));
        let alerts = known().filter(|it| !has_same || is_same(it));
        let things = alerts.map(|known| NamedThing {
            kind: NameKind::Alert,
            name: known.alert.name.clone(),
            repository: known.repository,
            component: None,
            alert: Some(known.alert),
            place: known.alert.place.clone(),
            resolution: self.of_alert(known),
        });
        things.collect()
    }

    /// Returns who owns an alert.
    fn of_alert(&self, known: &KnownAlert<'r>) -> Resolution {
        let teams = &self.map.teams;
        known
            .repository
            .resolution_of_alert(teams, known.alert, known.is_vendored)
    }

    fn hosts(&self, names: &KnownNames<'r>, name: &SearchedName) -> Vec<NamedThing<'r>> {
        let repository = names.repository;
        let sites = names.hosts.get_or_init(|| {
            let content = repository.content();
            Found::hosts(&repository.listing, &self.map.settings, &content)
        });
        let hosts = sites.iter().flat_map(|hosts| hosts.named(&name.text));
        let things = hosts.map(|FoundHost { component, place }| {
            let id = component.and_then(|(kind, name)| repository.component(kind, &name));
            let resolution = id.map(|id| repository.whole(&self.map.teams, id));
            NamedThing {
                kind: NameKind::Host,
                name: name.text.clone(),
                repository,
                component: id,
                alert: None,
                place,
                resolution: resolution.unwrap_or_default(),
            }
        });
        things.collect()
    }

    /// Returns the files that mention the searched names, and what they name.
    fn mentions<'n>(&self, names: &'n KnownNames<'r>) -> &'n MentioningFiles {
        let repository = names.repository;
        names.mentions.get_or_init(|| {
            let mentions = repository.listing.mentions.as_ref();
            let mut files = mentions.map(|it| it.files()).unwrap_or_default();
            // What the map names are teams.
            files.retain(|path, _| {
                let path = path.to_path().map(|path| repository.root.join(path));
                !path.is_ok_and(|path| self.map.files.contains(&path))
            });
            let mut names: Vec<FoundName> = Vec::new();
            let mut read: BTreeSet<(&str, &BStr)> = BTreeSet::new();
            for component in &repository.components {
                for path in component.declares_in.iter().chain([&component.path]) {
                    if let Some(file) = files.get(path)
                        && read.insert((component.detector, path.as_bstr()))
                    {
                        names.extend((detectors::of(component).lookup.in_file)(file));
                    }
                }
            }
            MentioningFiles { files, names }
        })
    }

    /// Returns what the files that mention a name call by it. The name of a service that no component has can be that of
    /// anything in its namespace.
    fn in_files(
        &self,
        names: &KnownNames<'r>,
        name: &SearchedName,
        is_component: bool,
    ) -> Vec<NamedThing<'r>> {
        let repository = names.repository;
        let mentions = self.mentions(names);
        let all = || {
            let names = mentions.names.iter();
            names.filter(|found| found.kind != NameKind::Component)
        };
        let mut same: Vec<&FoundName> = all().filter(|it| name.is_name_of(it)).collect();
        if same.is_empty() && !is_component {
            same.extend(all().filter(|it| name.is_in_namespace_of(it)));
        }
        let things = same.into_iter().map(|found| {
            let namespace = found.namespace.as_ref();
            let full = namespace.map(|namespace| format!("{namespace}/{}", found.name));
            let name = full.unwrap_or_else(|| found.name.clone());
            self.in_file(repository, found.kind, name, found.place.clone())
        });
        let mut things: Vec<NamedThing<'r>> = things.collect();
        for file in mentions.files.values() {
            for (kind, span) in words(file, name) {
                let text = &file.source.text()[span.range()];
                let place = Place::Text(Arc::clone(&file.source), span);
                things.push(self.in_file(repository, kind, text.to_owned(), place));
            }
        }
        things
    }

    /// Returns something that a file names. If a rule of an alert names it, it belongs to the owner of the alert.
    fn in_file(
        &self,
        repository: &'r ResolvedRepository,
        kind: NameKind,
        name: String,
        place: Place,
    ) -> NamedThing<'r> {
        let is_before = |known: &KnownAlert<'r>| {
            known.alert.place.path() == place.path() && known.alert.place <= place
        };
        let alerts = alerts(repository).filter(is_before);
        let alert = alerts.max_by(|one, other| one.alert.place.cmp(&other.alert.place));
        NamedThing {
            kind,
            name,
            repository,
            component: None,
            alert: None,
            resolution: match &alert {
                Some(alert) => self.of_alert(alert),
                None => repository.resolution_of_file(place.path()),
            },
            place,
        }
    }
}

/// Returns the alerts in a repository.
fn alerts(repository: &ResolvedRepository) -> impl Iterator<Item = KnownAlert<'_>> {
    repository
        .declarations
        .iter()
        .flat_map(move |declarations| {
            let alerts = declarations.alerts.iter();
            alerts.map(move |alert| KnownAlert {
                repository,
                alert,
                is_vendored: declarations.is_vendored,
            })
        })
}

/// Returns whether a name in a file is that of a component.
fn is_named_by(component: &Component, found: &FoundName) -> bool {
    let own = own_last_part(component).unwrap_or(&component.name);
    let is_there = found.place.path() == component.path;
    found.kind == NameKind::Component && found.name == own && is_there
}

/// Returns the own name of a component, if it is only the last part of its name.
fn own_last_part(component: &Component) -> Option<&str> {
    let kinds = detectors::of(component).lookup.own_last_part;
    let (_, last) = component.name.rsplit_once('/')?;
    kinds.contains(&component.kind).then_some(last)
}

/// Returns the directory of a component, if its name consists of several directories: `kask` for `services/kask`.
fn short_name(component: &Component) -> Option<&str> {
    let (_, last) = component.name.rsplit_once('/')?;
    let directory = &component.path[..component.path.rfind_byte(b'/')?];
    directory
        .ends_with(component.name.as_bytes())
        .then_some(last)
}

/// Returns whether a text is the name of a component after its kind or the last word of it, in any letter case:
/// `helm-chart:kask`, `chart:kask`, `role::cache`.
fn has_kind_and_name(component: &Component, text: &str) -> bool {
    let (_, word) = component
        .kind
        .rsplit_once('-')
        .unwrap_or(("", component.kind));
    let name = &component.name;
    let full = [
        component.id(),
        format!("{word}:{name}"),
        format!("{word}::{name}"),
    ];
    let text = text.to_lowercase();
    full.iter().any(|full| full.to_lowercase() == text)
}

/// Returns whether a text is, or ends with, a name of a component in exactly this letter case.
fn ends_with_name(component: &Component, text: &str) -> bool {
    text.ends_with(&component.name)
        || [own_last_part(component), short_name(component)].contains(&Some(text))
}

/// Returns the images and web addresses in a file that are the searched name.
fn words(file: &SourceFile, name: &SearchedName) -> Vec<(NameKind, Span)> {
    let text = file.source.text();
    let mut found = Vec::new();
    if let Some(address) = &name.address {
        let same = addresses(text).filter(|(_, it)| normalized(it).as_ref() == Some(address));
        found.extend(same.map(|(span, _)| (NameKind::Url, span)));
    }
    if let Some(image) = name.image() {
        found.extend(images(&file.source, image).map(|span| (NameKind::Image, span)));
    }
    found
}

/// Returns where lines with an image name the one at a path.
fn images(source: &Source, image: &str) -> impl Iterator<Item = Span> {
    let text = source.text();
    let start_of = |part: &str| part.as_ptr().addr() - text.as_ptr().addr();
    let lines = text.lines().filter(move |line| {
        line.contains(image) && IMAGE_KEYS.iter().any(|key| line.contains(key))
    });
    let words = lines.flat_map(|line| {
        line.split(|char: char| char.is_whitespace() || "\"',=[]{}".contains(char))
    });
    let same = words.filter(move |word| image_path(word) == Some(image) && !word.ends_with(':'));
    same.map(move |word| {
        let start = start_of(word);
        Span::new(start, start + word.len())
    })
}
