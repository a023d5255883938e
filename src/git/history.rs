use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
    time::{Duration, Instant},
};

use bstr::{BString, ByteSlice};

use super::{Git, GitError};

/// How many commits are looked at.
const MAX_COMMITS: usize = 3_000;

/// How many paths of all of them.
const MAX_PATHS: usize = 300_000;

/// Lists commits by hash, author and paths: words, with a space between them.
const LOG: &str = "log --raw -z --no-merges --no-renames --no-color --no-notes --encoding=UTF-8 \
                   --format=%H%x00%aN%x00%aE";

/// How long it may take.
const MAX_TIME: Duration = Duration::from_secs(10);

/// A commit, as far as it tells who works on what.
#[derive(Debug)]
pub struct Authored {
    /// The author's name, as `.mailmap` has it.
    pub name: String,
    /// The address, likewise.
    pub email: String,
    /// What it changed.
    pub paths: Vec<BString>,
}

impl Git {
    /// The latest commits that HEAD comes from, the latest one first and merges left out, as many as can be read within limits of number, size
    /// and time; none where there is no commit yet.
    ///
    /// # Errors
    /// Where the program can't be run.
    pub fn history(&self) -> Result<Vec<Authored>, GitError> {
        let limit = format!("--max-count={MAX_COMMITS}");
        let arguments: Vec<&str> = LOG.split(' ').chain([&*limit, "HEAD", "--"]).collect();
        let mut child = self.start(&arguments, Stdio::null())?;
        let history = child.stdout.take().map(read).unwrap_or_default();
        // It may have more to say than anybody wants to hear.
        let _ = child.kill();
        let _ = child.wait();
        Ok(history)
    }
}

/// Reads fields, each with a NUL at its end: hash, name and address of each commit, then for each
/// path a field that begins with `:` and the path.
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
    fn commits_with_their_paths() {
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
