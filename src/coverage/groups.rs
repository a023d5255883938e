use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::ComponentReport;
use crate::{
    claims::ComponentId,
    config::TeamId,
    inventory::{Component, FileReader, Links, detectors},
    resolution::{ResolvedRepository, Verdict, VerdictCounts},
    text::{directory_around, join},
};

/// Components that are deployed together, or a single component.
#[derive(Debug)]
pub struct ComponentGroup<'r> {
    /// The repository.
    pub repository: &'r ResolvedRepository,
    /// What deploys the components, or the single component.
    pub head: &'r Component,
    /// The requested components in the group, which can include the head.
    pub members: Vec<ComponentReport<'r>>,
}

impl<'r> ComponentGroup<'r> {
    /// Groups components of some repositories. A component that nothing deploys, or that several others deploy, is a
    /// group of its own.
    pub fn all(components: Vec<ComponentReport<'r>>) -> Vec<Self> {
        let mut deployers: BTreeMap<&str, Deployers<'r>> = BTreeMap::new();
        let mut groups: BTreeMap<(&str, &str, &str), Self> = BTreeMap::new();
        for report in components {
            let repository = report.repository;
            let known = deployers.entry(&repository.name);
            let known = known.or_insert_with(|| Deployers::new(repository));
            let head = known.of(report.component).unwrap_or(report.component);
            let key = (head.kind, head.name.as_str(), &*repository.name);
            let group = groups.entry(key).or_insert_with(|| Self {
                repository,
                head,
                members: Vec::new(),
            });
            group.members.push(report);
        }
        groups.into_values().collect()
    }

    /// Returns the owners of the members, sorted, each once.
    pub fn owners(&self) -> Vec<TeamId> {
        let members = self.members.iter();
        let owners: BTreeSet<TeamId> = members
            .flat_map(|of| of.resolution.owners.iter().copied())
            .collect();
        owners.into_iter().collect()
    }

    /// Returns the name of what deploys the members; `None` if the group is a single component.
    pub fn deployer(&self) -> Option<String> {
        let is_single =
            matches!(&self.members[..], [only] if std::ptr::eq(only.component, self.head));
        (!is_single).then(|| self.head.id())
    }

    /// Returns the verdicts on the members.
    pub fn verdicts(&self) -> VerdictCounts {
        let mut counts = VerdictCounts::default();
        for member in &self.members {
            counts.add(member.resolution.verdict, 1);
        }
        counts
    }

    /// Returns the worst verdict on the members.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.members.iter().map(|of| of.resolution.verdict);
        verdicts.max().unwrap_or(Verdict::Unowned)
    }
}

/// What deploys each component of a repository.
struct Deployers<'r> {
    repository: &'r ResolvedRepository,
    ids: FxHashMap<(&'r str, &'r str), ComponentId>,
    /// All components by their paths, sorted.
    by_path: Vec<(&'r BStr, ComponentId)>,
    /// What components include, by their directories.
    included: FxHashMap<&'r BStr, Vec<BString>>,
    /// The deployers of components; `None` for those with several.
    found: FxHashMap<ComponentId, Option<ComponentId>>,
}

impl<'r> Deployers<'r> {
    fn new(repository: &'r ResolvedRepository) -> Self {
        let content = repository.content();
        let links = Links::new(&content, &repository.listing.files, &[]);
        let reader = FileReader::new(&links);
        let all = || repository.components.iter().zip(0..);
        let mut by_path: Vec<_> = all().map(|(of, id)| (of.path.as_bstr(), id)).collect();
        by_path.sort_unstable();
        let mut included = FxHashMap::default();
        for (component, _) in all() {
            if let Some(paths) = (detectors::of(component).includes)(component, &reader) {
                included.insert(component.path.as_bstr(), paths);
            }
        }
        let ids = all().map(|(of, id)| ((of.kind, of.name.as_str()), id));
        let mut deployers = Self {
            repository,
            ids: ids.collect(),
            by_path,
            included,
            found: FxHashMap::default(),
        };
        let applications = all().filter(|(of, _)| !of.deploys.is_empty());
        deployers.add(applications.map(|(of, id)| {
            let paths = of.deploys.iter().map(|it| it.path.clone());
            (id, paths.collect())
        }));
        let uses = detectors::ALL.iter().filter_map(|detector| detector.uses);
        for uses in uses {
            let users = all().filter(|(of, _)| of.kind == uses.by);
            let used = users.map(|(of, id)| {
                let hints = of.hints.iter().filter(|hint| hint.kind == uses.what);
                let used = hints.filter_map(|hint| deployers.ids.get(&(hint.kind, &*hint.name)));
                let paths = used.map(|id| repository.components[*id as usize].path.clone());
                (id, paths.collect())
            });
            let used: Vec<(ComponentId, Vec<BString>)> = used.collect();
            deployers.add(used.into_iter());
        }
        let inner: FxHashSet<BString> = deployers
            .included
            .values()
            .flatten()
            .map(|path| join(path.as_bstr(), b""))
            .collect();
        let roots = all().filter(|(of, id)| {
            deployers.included.contains_key(of.path.as_bstr())
                && !inner.contains(&of.path)
                && !deployers.found.contains_key(id)
        });
        let roots = roots.map(|(of, id)| (id, vec![of.path.clone()]));
        let roots: Vec<(ComponentId, Vec<BString>)> = roots.collect();
        deployers.add(roots.into_iter());
        deployers
    }

    /// Adds deployers of one sort, with the paths that they deploy. Those that were added before are more specific.
    fn add(&mut self, deployers: impl Iterator<Item = (ComponentId, Vec<BString>)>) {
        let mut new: BTreeMap<ComponentId, Option<ComponentId>> = BTreeMap::new();
        for (deployer, paths) in deployers {
            // What deploys others has a group of its own.
            new.insert(deployer, Some(deployer));
            for id in self.reached(paths) {
                let known = new.entry(id).or_insert(Some(deployer));
                if *known != Some(deployer) && *known != Some(id) {
                    *known = None;
                }
            }
        }
        for (id, deployer) in new {
            self.found.entry(id).or_insert(deployer);
        }
    }

    /// Returns the components at some paths, and everything that they include.
    fn reached(&self, paths: Vec<BString>) -> BTreeSet<ComponentId> {
        let mut reached = BTreeSet::new();
        let mut seen: FxHashSet<BString> = FxHashSet::default();
        let mut rest = paths;
        while let Some(path) = rest.pop() {
            let directory = join(path.strip_suffix(b"/").unwrap_or(&path).as_bstr(), b"");
            if !seen.insert(directory.clone()) {
                continue;
            }
            let included = self.included.get(directory.as_bstr());
            let file = path.as_bstr();
            let from = self.by_path.partition_point(|(of, _)| *of < file);
            let inside = self.by_path[from..]
                .iter()
                .take_while(|(of, _)| of.starts_with(&path) || of.starts_with(&directory));
            for (of, id) in inside {
                let is_inside = *of == file
                    || *of == directory.as_bstr()
                    || of.starts_with(&directory)
                        && (included.is_none() || directory_around(of) == directory.as_bstr());
                if is_inside {
                    reached.insert(*id);
                }
            }
            rest.extend(included.into_iter().flatten().cloned());
        }
        reached
    }

    /// Returns what deploys a component.
    fn of(&self, component: &Component) -> Option<&'r Component> {
        let id = self.ids.get(&(component.kind, component.name.as_str()))?;
        let deployer = (*self.found.get(id)?)?;
        Some(&self.repository.components[deployer as usize])
    }
}
