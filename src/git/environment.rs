use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
};

/// The variables with the paths by which git finds a repository. Some of them are set in a hook.
const PLACES: [&str; 4] = [
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
];

/// The variables by which git finds the objects of a repository. In a hook that checks a push, new objects are in a
/// separate directory.
const OBJECTS: [&str; 2] = ["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY"];

/// The variables that select a part of a repository. They are always cleared.
const PARTS: [&str; 2] = ["GIT_NAMESPACE", "GIT_PREFIX"];

/// Settings that keep git from starting other programs and that make its output predictable.
const SETTINGS: [&str; 4] = [
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.warnAmbiguousRefs=true",
    "log.showSignature=false",
];

/// Variables that keep git from writing, fetching, prompting and translating its messages.
const ALWAYS: [(&str, &str); 5] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    // A git before 2.45 does not know the variable above, and would fetch by whatever command the
    // repository names. All versions know this one.
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
];

/// The environment that selects the repository for `git`, in addition to its working directory.
///
/// The environment of this process may describe the user's repository, as in a hook, or a repository other than the
/// scanned one. So git never inherits it: each variable is cleared unless it is set here.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment(Vec<(&'static str, OsString)>);

impl Environment {
    /// Returns the environment of the user's repository, with the object directories of this process's environment.
    pub fn with_objects() -> Self {
        Self(inherited(OBJECTS).collect())
    }

    /// Like [`with_objects`](Self::with_objects), but also with the repository paths of this process's environment,
    /// relative to `directory`. Returns `None` if `GIT_DIR` is not set.
    pub fn with_places(directory: &Path) -> Option<Self> {
        env::var_os("GIT_DIR")?;
        let mut environment = Self::with_objects();
        let places = inherited(PLACES).map(|(name, path)| (name, directory.join(path).into()));
        environment.0.extend(places);
        Some(environment)
    }

    /// Sets the path of the index.
    pub fn set_index(&mut self, path: &Path) {
        self.0.push(("GIT_INDEX_FILE", path.into()));
    }

    /// Returns the path in a variable, if it is passed to git.
    pub fn path(&self, name: &str) -> Option<&Path> {
        let (_, path) = self.0.iter().find(|(of, _)| *of == name)?;
        Some(Path::new(path))
    }

    /// Returns the `git` command in `directory`, kept from writing, fetching, prompting and guessing.
    pub fn command(&self, directory: &Path) -> Command {
        let mut command = Command::new("git");
        command.args(["--no-pager", "-C"]).arg(directory);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        for name in PLACES.into_iter().chain(OBJECTS).chain(PARTS) {
            command.env_remove(name);
        }
        command
            .envs(self.0.iter().map(|(name, value)| (name, value)))
            .envs(ALWAYS)
            .stdin(Stdio::null());
        command
    }
}

/// Returns the given variables that are set in this process.
fn inherited<const N: usize>(
    names: [&'static str; N],
) -> impl Iterator<Item = (&'static str, OsString)> {
    let value = |name| Some((name, env::var_os(name)?));
    let set = names.into_iter().filter_map(value);
    set.filter(|(_, value)| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    /// Returns whether a command sets, clears or inherits a variable.
    fn of<'c>(command: &'c Command, name: &str) -> Option<Option<&'c OsStr>> {
        let mut variables = command.get_envs();
        variables
            .find(|(is, _)| *is == name)
            .map(|(_, value)| value)
    }

    #[test]
    fn git_sees_only_the_selected_repository() {
        let mut environment = Environment::default();
        assert_eq!(environment.path("GIT_INDEX_FILE"), None);
        environment.set_index(Path::new("/r/.git/next-index"));
        assert_eq!(
            environment.path("GIT_INDEX_FILE"),
            Some(Path::new("/r/.git/next-index"))
        );
        assert_eq!(environment.path("GIT_DIR"), None);
        let command = environment.command(Path::new("/r"));
        let index = OsStr::new("/r/.git/next-index");
        assert_eq!(of(&command, "GIT_INDEX_FILE"), Some(Some(index)));
        let others = PLACES.into_iter().filter(|name| *name != "GIT_INDEX_FILE");
        for name in others.chain(OBJECTS).chain(PARTS) {
            assert_eq!(of(&command, name), Some(None), "{name}");
        }
        for (name, value) in ALWAYS {
            assert_eq!(of(&command, name), Some(Some(OsStr::new(value))));
        }
    }
}
