use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
};

/// The variables by which git finds a repository: paths. A hook has some of them set.
const PLACES: [&str; 4] = [
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
];

/// The variables by which git finds the objects of a repository. While a push is checked, its objects
/// are in a directory of their own.
const OBJECTS: [&str; 2] = ["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY"];

/// The variables that select a part of a repository. No part is ever meant.
const PARTS: [&str; 2] = ["GIT_NAMESPACE", "GIT_PREFIX"];

/// Keep git from starting a program, and from another answer than the usual one.
const SETTINGS: [&str; 4] = [
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.warnAmbiguousRefs=true",
    "log.showSignature=false",
];

/// Keep git from writing, fetching and asking, and from translated messages.
const ALWAYS: [(&str, &str); 5] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    // A git before 2.45 does not know the variable above, and would fetch by whatever command the
    // repository names. All versions know this one.
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
];

/// The repository that the `git` program is to use, as far as its working directory does not say it.
///
/// The environment of this process may describe the repository of the user, in a hook, or another one
/// than the one that is scanned. So git never inherits it: each variable is cleared unless set here.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment(Vec<(&'static str, OsString)>);

impl Environment {
    /// For the repository of the user: its objects are where this process was told.
    pub fn with_objects() -> Self {
        Self(inherited(OBJECTS).collect())
    }

    /// As [`with_objects`](Self::with_objects), with the repository itself where this process was told
    /// in `directory`; `None` where it was not.
    pub fn with_places(directory: &Path) -> Option<Self> {
        env::var_os("GIT_DIR")?;
        let mut environment = Self::with_objects();
        let places = inherited(PLACES).map(|(name, path)| (name, directory.join(path).into()));
        environment.0.extend(places);
        Some(environment)
    }

    /// Sets the index.
    pub fn set_index(&mut self, path: &Path) {
        self.0.push(("GIT_INDEX_FILE", path.into()));
    }

    /// What a variable says, if it is given to git.
    pub fn path(&self, name: &str) -> Option<&Path> {
        let (_, path) = self.0.iter().find(|(of, _)| *of == name)?;
        Some(Path::new(path))
    }

    /// Returns the `git` program in `directory`, kept from writing, fetching, asking and guessing.
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

/// Those of some variables that this process has.
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

    /// What a command does with a variable: sets it, clears it, or inherits it.
    fn of<'c>(command: &'c Command, name: &str) -> Option<Option<&'c OsStr>> {
        let mut variables = command.get_envs();
        variables
            .find(|(is, _)| *is == name)
            .map(|(_, value)| value)
    }

    #[test]
    fn only_the_repository_that_is_meant_reaches_git() {
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
