use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{
    NamedThing, SearchedName, Understanding,
    web_address::{addresses, is_value_of_key, normalized},
};
use crate::{
    claims::{ComponentId, teams_of},
    config::Map,
    inventory::{
        Alert, Component, Found, FoundName, NOTIFICATION_FILE_ENDS, NameKind, SourceFile,
        detectors::{
            self, Hosts, UNIT_TESTS, docker_image::image_path, kubernetes_names::ServiceName,
        },
        template::Template,
    },
    resolution::{AlertResolution, Resolution, ResolvedRepository},
    text::{Place, Source, Span, closest, with_one_typo, without_template_code},
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
    /// The alerts by path.
    alerts: OnceCell<BTreeMap<&'r BStr, Vec<KnownAlert<'r>>>>,
}

impl<'r> KnownNames<'r> {
    /// Returns the alert whose rule contains a place.
    fn alert_around(&self, place: &Place) -> Option<KnownAlert<'r>> {
        let Place::Text(_, span) = place else {
            return None;
        };
        let alerts = self.alerts_in(place.path());
        let is_before = |known: &KnownAlert<'_>| {
            let rule = known.alert.rule;
            rule.is_none_or(|rule| rule.start <= span.start)
        };
        let next = alerts.partition_point(is_before);
        let last = alerts[..next].last().copied();
        last.filter(|known| known.alert.holds(place))
    }

    /// Returns the alerts in a file, by the starts of their rules.
    fn alerts_in(&self, path: &BStr) -> &[KnownAlert<'r>] {
        let by_path = self.alerts.get_or_init(|| {
            let mut by_path: BTreeMap<&BStr, Vec<KnownAlert<'r>>> = BTreeMap::new();
            for known in alerts(self.repository) {
                let same = by_path.entry(known.alert.place.path());
                same.or_default().push(known);
            }
            for alerts in by_path.values_mut() {
                alerts.sort_by_key(|known| known.alert.rule.map(|rule| rule.start));
            }
            by_path
        });
        by_path.get(path).map_or(&[], Vec::as_slice)
    }
}

/// The files that mention the searched names.
#[derive(Debug)]
struct MentioningFiles {
    files: BTreeMap<BString, Arc<SourceFile>>,
    /// Those that test rules: they repeat what the rules say.
    tests: BTreeSet<BString>,
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
            alerts: OnceCell::new(),
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
        if !name.is_pod {
            found.extend(self.alerts(name));
        }
        for names in &self.repositories {
            if !name.is_pod {
                found.extend(self.hosts(names, name));
            }
            found.extend(self.in_files(names, name, is_component));
        }
        if name.is_pod {
            found.retain(|thing| matches!(thing.kind, NameKind::Component | NameKind::Kubernetes));
            for thing in &mut found {
                thing.understanding.push(Understanding::Pod);
            }
        }
        // A file that names the host says more than the definition for all other hosts.
        let is_default =
            |thing: &NamedThing<'_>| thing.understanding.contains(&Understanding::DefaultNode);
        if found
            .iter()
            .any(|thing| !is_default(thing) && !thing.is_mention())
        {
            found.retain(|thing| !is_default(thing));
        }
        // What a key names is stronger than what a text mentions.
        if found.iter().any(|thing| !thing.is_mention()) {
            found.retain(|thing| !thing.is_mention());
        }
        found.sort_by(|a, b| (a.kind, &a.place, &a.name).cmp(&(b.kind, &b.place, &b.name)));
        found.dedup_by(|one, other| {
            (one.kind, &one.place, &one.name, one.component)
                == (other.kind, &other.place, &other.name, other.component)
        });
        found
    }

    /// Returns where files contain a name that are no valid YAML, and no valid template of YAML either: they may define what
    /// has the name.
    pub fn unparsed(&self, name: &str) -> Vec<Place> {
        let mentions = self.repositories.iter().map(|names| self.mentions(names));
        let files = mentions.flat_map(|mentions| &mentions.files);
        let unparsed = files.filter(|(path, file)| {
            let mut ends = NOTIFICATION_FILE_ENDS.iter();
            ends.any(|end| path.ends_with(end.as_bytes())) && !is_parsed(file)
        });
        let places = unparsed.filter_map(|(_, file)| {
            let start = file.source.text().find(name)?;
            let span = Span::new(start, start + name.len());
            Some(Place::Text(Arc::clone(&file.source), span))
        });
        places.collect()
    }

    /// Returns the name that is most similar to a misspelled one: of a component, alert or host. `None` if it is a name
    /// that several of them have as a part, and so is not misspelled.
    pub fn closest(&self, text: &str) -> Option<&str> {
        let near = closest(text, self.names())?;
        (near.to_lowercase() != text.to_lowercase()).then_some(near)
    }

    /// Returns the name of a component, alert or host that differs from a misspelled one by one typo. Names with other
    /// numbers are those of other things.
    pub fn with_one_typo(&self, text: &str) -> Option<&str> {
        let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
        let typed = digits(text);
        let same = self.names().filter(|name| digits(name) == typed);
        with_one_typo(text, same)
    }

    /// Returns the names of components, alerts and hosts.
    fn names(&self) -> impl Iterator<Item = &str> {
        let components = self.components.values().flatten();
        let components = components.flat_map(|known| {
            let component = known.component();
            let short = own_last_part(component).or_else(|| short_name(component));
            [Some(&*component.name), short].into_iter().flatten()
        });
        let alerts = self.alerts.values().flatten();
        let alerts = alerts.map(|known| known.alert.name.as_str());
        let hosts = self.repositories.iter();
        let hosts = hosts.flat_map(|names| self.sites(names));
        let hosts = hosts.flat_map(Hosts::names);
        components.chain(alerts).chain(hosts)
    }

    /// Returns the name of a component or alert that is the longest start of a text, up to a hyphen.
    pub fn longest_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut ends = text.rmatch_indices('-').map(|(at, _)| &text[..at]);
        ends.find(|start| {
            let start = start.to_lowercase();
            self.components.contains_key(&start) || self.alerts.contains_key(&start)
        })
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
        let mut found: Vec<(KnownComponent<'r>, Option<Understanding>)> =
            found.into_iter().map(|known| (known, None)).collect();
        for detector in detectors::ALL {
            for notation in (detector.lookup.notation)(text) {
                let named = known(notation).filter(|known| {
                    let component = known.component();
                    component.detector == detector.name && ends_with_name(component, notation)
                });
                found.extend(named.filter_map(|known| {
                    let is_guess = has_other_directories(known.component(), text, notation);
                    let understanding = match is_guess {
                        true => Some(Understanding::LastPart),
                        false => self.in_that_namespace(known, text)?,
                    };
                    Some((known, understanding))
                }));
            }
        }
        let things = found.into_iter().map(|(known, understanding)| NamedThing {
            component: Some(known.id),
            understanding: understanding.into_iter().collect(),
            ..NamedThing::new(
                NameKind::Component,
                known.component().id(),
                known.repository,
                self.place(known),
                known.repository.whole(&self.map.teams, known.id),
            )
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

    /// Returns how the name of a service was understood that refers to a component: its namespace may be unknown. Returns
    /// `None` if the files show that the component is in another namespace.
    fn in_that_namespace(
        &self,
        known: KnownComponent<'r>,
        text: &str,
    ) -> Option<Option<Understanding>> {
        let service = ServiceName::new(text);
        let Some(ServiceName {
            name,
            namespace: Some(namespace),
        }) = service
        else {
            return Some(None);
        };
        let same = self.components.get(&name.to_lowercase());
        let same = || same.into_iter().flatten();
        let is_of_same = |found: &&FoundName| {
            let path = found.place.path();
            found.name == name || same().any(|known| known.component().holds(path, false))
        };
        let here = self.repositories.iter();
        let here = here.filter(|names| std::ptr::eq(names.repository, known.repository));
        let names = here.flat_map(|names| &self.mentions(names).names);
        let namespaces = names
            .filter(is_of_same)
            .filter_map(|found| found.namespace.as_deref());
        let mut namespaces = namespaces
            .filter(|namespace| !namespace.contains("{{"))
            .peekable();
        match namespaces.peek() {
            None => Some(Some(Understanding::UnverifiedNamespace(
                namespace.to_owned(),
            ))),
            Some(_) => namespaces.any(|known| known == namespace).then_some(None),
        }
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
        let of_file = |known: &KnownAlert<'r>| {
            let path = known.alert.place.path();
            known.repository.resolution_of_file(path)
        };
        alerts
            .map(|known| self.alert(known, of_file(known)))
            .collect()
    }

    fn alert(&self, known: &KnownAlert<'r>, of_file: Resolution) -> NamedThing<'r> {
        let name = without_template_code(&known.alert.name).into_owned();
        let place = known.alert.place.clone();
        let of_alert = self.of_alert(known, of_file);
        NamedThing {
            is_owned_by_rule: of_alert.is_in_rule,
            // The labels of vendored rules are those of somebody else.
            alert: (!known.is_vendored).then_some(known.alert),
            unknown_teams: self.unknown_teams(known),
            ..NamedThing::new(
                NameKind::Alert,
                name,
                known.repository,
                place,
                of_alert.resolution,
            )
        }
    }

    /// Returns the alert whose rule contains some lines of a file with the resolution `of_file`.
    pub fn alert_at(
        &self,
        repository: &'r ResolvedRepository,
        path: &BStr,
        lines: RangeInclusive<u32>,
        of_file: &Resolution,
    ) -> Option<NamedThing<'r>> {
        let mut repositories = self.repositories.iter();
        let names = repositories.find(|it| std::ptr::eq(it.repository, repository))?;
        let alerts = names.alerts_in(path).iter();
        let mut in_line = alerts.filter(|it| it.alert.is_in_lines(&lines));
        let alert = in_line.next()?;
        // A line can contain several rules.
        let is_only = in_line.next().is_none();
        is_only.then(|| self.alert(alert, of_file.clone()))
    }

    /// Returns the teams that the rule of an alert names, if the map knows none of them.
    fn unknown_teams(&self, known: &KnownAlert<'r>) -> Vec<String> {
        let owner = &known.alert.owner;
        if known.is_vendored || !teams_of(owner, &self.map.teams).is_empty() {
            return Vec::new();
        }
        let names = owner.iter().filter_map(|name| name.spellings.first());
        names.cloned().collect()
    }

    /// Returns who owns an alert in a file with the resolution `of_file`.
    fn of_alert(&self, known: &KnownAlert<'r>, of_file: Resolution) -> AlertResolution {
        let teams = &self.map.teams;
        known
            .repository
            .resolution_of_alert(of_file, teams, known.alert, known.is_vendored)
    }

    /// Returns the machines of a repository.
    fn sites<'n>(&self, names: &'n KnownNames<'r>) -> &'n [Hosts] {
        let repository = names.repository;
        names.hosts.get_or_init(|| {
            let content = repository.content();
            Found::hosts(&repository.listing, &self.map.settings, &content)
        })
    }

    fn hosts(&self, names: &KnownNames<'r>, name: &SearchedName) -> Vec<NamedThing<'r>> {
        let repository = names.repository;
        let hosts = self
            .sites(names)
            .iter()
            .flat_map(|hosts| hosts.named(&name.text));
        let things = hosts.map(|host| {
            let component = host.component;
            let id = component.and_then(|(kind, name)| repository.component(kind, &name));
            let resolution = id.map(|id| repository.whole(&self.map.teams, id));
            NamedThing {
                component: id,
                understanding: host
                    .is_default
                    .then_some(Understanding::DefaultNode)
                    .into_iter()
                    .collect(),
                ..NamedThing::new(
                    NameKind::Host,
                    name.text.clone(),
                    repository,
                    host.place,
                    resolution.unwrap_or_default(),
                )
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
            let is_test = |component: &&Component| {
                component.kind == UNIT_TESTS && files.contains_key(&component.path)
            };
            let tests = repository.components.iter().filter(is_test);
            let tests = tests.map(|test| test.path.clone()).collect();
            MentioningFiles {
                files,
                tests,
                names,
            }
        })
    }

    /// Returns what the files that mention a name call by it. If no service and no component has the name of a service,
    /// what has exactly this name in its namespace is meant.
    fn in_files(
        &self,
        names: &KnownNames<'r>,
        name: &SearchedName,
        is_component: bool,
    ) -> Vec<NamedThing<'r>> {
        let mentions = self.mentions(names);
        let all = || {
            let names = mentions.names.iter();
            names.filter(|found| found.kind != NameKind::Component)
        };
        // A service is no workload.
        let is_workload = |found: &&FoundName| found.resource.as_deref() != Some("Service");
        let same = all().filter(|it| name.is_name_of(it));
        let mut same: Vec<&FoundName> = same.filter(|it| !name.is_pod || is_workload(it)).collect();
        if same.is_empty() && !is_component {
            same.extend(all().filter(|it| name.is_workload_of_service(it)));
        }
        let things = same.into_iter().map(|found| {
            let namespace = found.namespace.as_ref();
            let full = namespace.map(|namespace| format!("{namespace}/{}", found.name));
            let name = full.unwrap_or_else(|| found.name.clone());
            self.in_file(names, found.kind, name, found.place.clone())
        });
        let mut things: Vec<NamedThing<'r>> = things.collect();
        for (path, file) in &mentions.files {
            let is_test = mentions.tests.contains(path);
            for (kind, span) in words(file, name) {
                let text = file.source.text();
                let place = Place::Text(Arc::clone(&file.source), span);
                let alert = names.alert_around(&place);
                let is_unclear = is_test || alert.is_some_and(|it| it.alert.has_variable_team());
                let is_mention =
                    kind == NameKind::Url && (is_unclear || !is_value_of_key(text, span));
                let name = text[span.range()].to_owned();
                things.push(NamedThing {
                    understanding: is_mention
                        .then_some(Understanding::Mention)
                        .into_iter()
                        .collect(),
                    ..self.in_file(names, kind, name, place)
                });
            }
        }
        things
    }

    /// Returns something that a file names. If a rule of an alert names it, it belongs to the owner of the alert.
    fn in_file(
        &self,
        names: &KnownNames<'r>,
        kind: NameKind,
        name: String,
        place: Place,
    ) -> NamedThing<'r> {
        let repository = names.repository;
        let alert = names.alert_around(&place);
        let of_file = repository.resolution_of_file(place.path());
        let resolution = match &alert {
            Some(alert) => self.of_alert(alert, of_file).resolution,
            None => of_file,
        };
        let unknown_teams = alert.map(|alert| self.unknown_teams(&alert));
        NamedThing {
            unknown_teams: unknown_teams.unwrap_or_default(),
            ..NamedThing::new(kind, name, repository, place, resolution)
        }
    }
}

/// Returns whether a file is valid YAML, perhaps as a template.
fn is_parsed(file: &SourceFile) -> bool {
    let text = file.source.text();
    let is_template_of = |start: &str, template: fn(&str) -> Template| {
        text.contains(start) && template(text).parse(text).errors.is_empty()
    };
    file.yaml().errors.is_empty()
        || is_template_of("{{", Template::go)
        || is_template_of("<%", Template::erb)
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

/// Returns whether a text is a name of a component after its kind or the last word of it, in any letter case:
/// `helm-chart:kask`, `chart:kask`, `role::cache`.
fn has_kind_and_name(component: &Component, text: &str) -> bool {
    let kind = component.kind;
    let (_, word) = kind.rsplit_once('-').unwrap_or(("", kind));
    let text = text.to_lowercase();
    let names = [
        Some(&*component.name),
        own_last_part(component),
        short_name(component),
    ];
    names.into_iter().flatten().any(|name| {
        let full = [
            format!("{kind}:{name}"),
            format!("{word}:{name}"),
            format!("{word}::{name}"),
        ];
        full.iter().any(|full| full.to_lowercase() == text)
    })
}

/// Returns whether only the last part of the name of a component is in a text that also has directories, but other ones.
fn has_other_directories(component: &Component, text: &str, last: &str) -> bool {
    let directories = text.rsplit_once(last).map_or("", |(before, _)| before);
    let own = component.name.strip_suffix(last).unwrap_or_default();
    directories.contains('/') && !own.is_empty() && !directories.ends_with(own)
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
