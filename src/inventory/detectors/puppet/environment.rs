//! Environments: directories with modules and a main manifest. The root of a repository is an environment, and so is
//! each directory with `environment.conf`, which can set both.
//!
//! What `puppet.conf` sets is unknown, and so is what is outside of the repository, as `$basemodulepath` is.

use bstr::{BStr, BString, ByteSlice};

use super::names::MODULES;
use crate::{
    inventory::{
        Files, Problem, Search,
        detectors::{ini, paths::directory},
    },
    text::{join, resolve},
};

const CONFIGURATION: &str = "environment.conf";

/// The directories of modules in repositories that set no other: those of the templates of Puppet for control
/// repositories, and the only one that Puppet itself searches.
const USUAL: [&str; 3] = ["site-modules/", "site/", MODULES];

/// A directory with modules and a main manifest.
pub(super) struct Environment {
    /// The path, which ends in `/`; empty for the root.
    pub directory: BString,
    /// The directories of modules, in the order in which Puppet searches them; each ends in `/` unless it is the root.
    pub modules: Vec<BString>,
    /// The files of the main manifest.
    pub manifests: Vec<BString>,
}

impl Environment {
    /// Finds all environments, beginning with the root.
    pub fn find(search: &Search<'_>, problems: &mut Vec<Problem>) -> Vec<Self> {
        let configured = search.files.named(&[CONFIGURATION]).map(|file| file.path);
        let configured: Vec<&BStr> = configured.map(directory).collect();
        let root = BStr::new("");
        let others = configured.iter().copied().filter(|it| !it.is_empty());
        let mut found: Vec<Self> = Vec::new();
        for directory in std::iter::once(root).chain(others) {
            // A module can contain the files of another environment, as examples or for tests.
            let mut modules = found.iter().flat_map(|it| &it.modules);
            if !modules.any(|modules| directory.starts_with(modules)) {
                found.push(Self::read(directory, search, problems));
            }
        }
        found
    }

    fn read(directory: &BStr, search: &Search<'_>, problems: &mut Vec<Problem>) -> Self {
        let files = search.files;
        let path: BString = [directory.as_bytes(), CONFIGURATION.as_bytes()]
            .concat()
            .into();
        let file = search.read(path.as_bstr(), problems);
        let setting = |key: &str| {
            let text = file.as_ref()?.source.text();
            let value = ini::value(text, "main", "main", key)?;
            Some(value.trim_matches(['\'', '"']).trim())
        };
        let modules = match setting("modulepath") {
            Some(value) => module_path(directory, value),
            None => usual(directory, files),
        };
        let manifest = setting("manifest").unwrap_or("manifests");
        let manifest = inside(directory, manifest).unwrap_or_default();
        let manifests = match manifest.ends_with(b".pp") {
            true => Vec::from_iter(files.find(manifest.as_bstr())),
            false if manifest.is_empty() => Vec::new(),
            false => files.under(&join(manifest.as_bstr(), b"")).collect(),
        };
        let manifests = manifests.into_iter().map(|at| files.get(at).path);
        Self {
            directory: directory.to_owned(),
            modules,
            manifests: manifests
                .filter(|path| path.ends_with(b".pp"))
                .map(ToOwned::to_owned)
                .collect(),
        }
    }

    /// Returns the path in the environment.
    pub fn path(&self, below: &str) -> BString {
        [self.directory.as_bytes(), below.as_bytes()]
            .concat()
            .into()
    }
}

/// Returns the usual directories of modules that contain manifests.
fn usual(directory: &BStr, files: &Files) -> Vec<BString> {
    let paths = USUAL.map(|usual| BString::from([directory.as_bytes(), usual.as_bytes()].concat()));
    let has_manifests = |path: &BString| {
        let mut modules = files.under(path);
        // Anything can be in a directory `site`.
        let is_manifest = |file: &BStr| match path.ends_with(MODULES.as_bytes()) {
            true => file.ends_with(b".pp"),
            false => file.ends_with(b".pp") && file.contains_str("/manifests/"),
        };
        modules.any(|at| is_manifest(files.get(at).path))
    };
    paths.into_iter().filter(has_manifests).collect()
}

/// Returns the directories in a module path that are inside the repository.
fn module_path(directory: &BStr, value: &str) -> Vec<BString> {
    // Windows separates paths with `;`, because drives contain `:`.
    let separator = if value.contains(';') { ';' } else { ':' };
    let mut found: Vec<BString> = Vec::new();
    for entry in value.split(separator) {
        let inside = inside(directory, entry.trim());
        let Some(mut path) = inside.filter(|_| !entry.trim().is_empty()) else {
            continue;
        };
        if !path.is_empty() {
            path.push(b'/');
        }
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

/// Returns a path that is relative to an environment, or that leads through the directory of all environments.
/// Returns `None` if it is outside of the repository.
fn inside(directory: &BStr, path: &str) -> Option<BString> {
    let installed = || {
        let (_, below) = path.split_once("environments/")?;
        Some(below.split_once('/')?.1)
    };
    let relative = match path.starts_with(['/', '$']) {
        true => installed()?,
        // Drives of Windows contain `:`.
        false if path.contains(['\\', '$', ':']) => return None,
        false => path,
    };
    resolve(directory, relative.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_paths_lead_to_directories_of_the_repository() {
        for (directory, value, expected) in [
            (
                "",
                "site-modules:modules:$basemodulepath",
                "site-modules/ modules/",
            ),
            ("", "./site/:modules : modules", "site/ modules/"),
            ("", "${basemodulepath}:/opt/puppetlabs/puppet/modules", ""),
            (
                "",
                "$codedir/environments/$environment/dist:modules",
                "dist/ modules/",
            ),
            (
                "",
                "/etc/puppetlabs/code/environments/production/site",
                "site/",
            ),
            ("", "../shared:a/../b", "b/"),
            (
                "env/dev/",
                "modules:../shared/modules",
                "env/dev/modules/ env/shared/modules/",
            ),
            ("", "C:\\modules;modules;D:/x", "modules/"),
            ("", "", ""),
        ] {
            let found = module_path(directory.into(), value);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{value}");
        }
    }
}
