use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
    time::{Duration, Instant},
};

use bstr::{BString, ByteSlice};

use super::{Git, GitError};

/// The largest number of commits to read.
const MAX_COMMITS: usize = 3_000;

/// The largest number of paths to read, over all commits.
const MAX_PATHS: usize = 300_000;

/// The command that lists commits by hash, author and paths, as words separated by spaces.
const LOG: &str = "log --raw -z --no-merges --no-renames --no-color --no-notes --encoding=UTF-8 \
                   --format=%H%x00%aN%x00%aE";

/// The longest time to spend.
const MAX_TIME: Duration = Duration::from_secs(10);

/// The author and paths of a commit.
#[derive(Debug)]
pub struct Authored {
    /// The author's name, mapped by `.mailmap`.
    pub name: String,
    /// The author's email address, mapped likewise.
    pub email: String,
    /// The paths that the commit changed.
    pub paths: Vec<BString>,
}

impl Git {
    /// Returns the latest commits of HEAD, the latest one first and without merges, within limits of number, size and
    /// time. The list is empty if there is no commit yet.
    ///
    /// # Errors
    /// If `git` cannot be run.
    pub fn history(&self) -> Result<Vec<Authored>, GitError> {
        let limit = format!("--max-count={MAX_COMMITS}");
        let arguments: Vec<&str> = LOG.split(' ').chain([&*limit, "HEAD", "--"]).collect();
        let mut child = self.start(&arguments, Stdio::null())?;
        let history = child.stdout.take().map(read).unwrap_or_default();
        // It may have more output than is read.
        let _ = child.kill();
        let _ = child.wait();
        Ok(history)
    }
}

/// Reads fields that end in NUL: the hash, name and email address of each commit, then for each path a field that
/// begins with `:`, and the path.
fn read(output: impl Read) -> Vec<Authored> {
    let end = Instant::now() + MAX_TIME;
    let mut output = BufReader::new(output);
    let mut field = || {
        let mut field = Vec::new();
        let is_whole = output.read_until(0, &mut field).is_ok() && field.pop() == Some(0);
        is_whole.then_some(field)
    };
    let text = |bytes: Vec<u8>| bytes.to_str_lossy().into_owned();
    let mut history: Vec<Authored> = Vec::new();
    let mut paths = 0;
    while paths < MAX_PATHS && Instant::now() < end {
        let Some(first) = field() else {
            break;
        };
        match first.trim_start() {
            [] => {}
            [b':', ..] => {
                let Some(path) = field() else {
                    break;
                };
                if let Some(commit) = history.last_mut() {
                    commit.paths.push(path.into());
                    paths += 1;
                }
            }
            _ => {
                let (Some(name), Some(email)) = (field(), field()) else {
                    break;
                };
                history.push(Authored {
                    name: text(name),
                    email: text(email),
                    paths: Vec::new(),
                });
            }
        }
    }
    history
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_commits_with_their_paths() {
        let output = b"0a\0A \xc3\xbc\0a@x\0\n:0 1 0 a M\0:odd\npath\0:0 1 0 a M\0b\xff\0\
                       0b\0\0\0\
                       0c\0C\0c@x\0\n:0 1 0 a M\0cut";
        let commits = read(&output[..]);
        let shown: Vec<String> = commits.iter().map(|one| format!("{one:?}")).collect();
        assert_eq!(
            shown,
            [
                r#"Authored { name: "A ü", email: "a@x", paths: [":odd\npath", "b\xff"] }"#,
                r#"Authored { name: "", email: "", paths: [] }"#,
                r#"Authored { name: "C", email: "c@x", paths: [] }"#,
            ]
        );
    }
}
