use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
    time::{Duration, Instant},
};

use bstr::{BStr, BString, ByteSlice};

use super::{Git, GitError};

/// The largest number of commits to read.
const MAX_COMMITS: usize = 10_000;

/// The largest number of paths to read, over all commits.
const MAX_PATHS: usize = 300_000;

/// The longest time to spend.
const MAX_TIME: Duration = Duration::from_secs(10);

/// The time before the latest commit from which commits are returned.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// How many older commits in a row end the history. A single one may only have a wrong date.
const MAX_OLDER: usize = 100;

/// The command that lists commits by hash, author, date and paths, as fields that end in NUL.
const LOG: &str = "log --raw -z --no-merges --no-renames --no-color --no-notes --encoding=UTF-8 \
                   --format=%H%x00%aN%x00%aE%x00%ct";

/// The recent commits of a repository.
#[derive(Debug, Default)]
pub struct History {
    /// The commits without merges, the latest one first.
    pub commits: Vec<Authored>,
    /// Why there are no further commits.
    pub end: HistoryEnd,
}

/// Why a history ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HistoryEnd {
    /// It contains all commits of a year.
    #[default]
    Complete,
    /// A limit of number, size or time was reached.
    Limit,
    /// The clone is shallow, so that no commit was read.
    Shallow,
}

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
    /// Returns the commits of HEAD in the year before the latest one, within limits of number, size and time. Paths
    /// are relative to the directory `below`, which ends in `/` or is empty; other paths are not included.
    ///
    /// # Errors
    /// If `git` cannot be run, or fails.
    pub fn history(&self, below: &BStr) -> Result<History, GitError> {
        if self.is_shallow() {
            return Ok(History {
                commits: Vec::new(),
                end: HistoryEnd::Shallow,
            });
        }
        if self.head()?.is_none() {
            return Ok(History::default());
        }
        let limit = format!("--max-count={}", MAX_COMMITS + 1);
        let arguments: Vec<&str> = LOG.split(' ').chain([&*limit, "HEAD", "--"]).collect();
        let mut child = self.start(&arguments, Stdio::null())?;
        let read = child.stdout.take().map(|output| read(output, below));
        let (history, is_whole) = read.unwrap_or_default();
        if !is_whole {
            // It may have more output than is read.
            let _ = child.kill();
        }
        let is_success = child.wait().is_ok_and(|status| status.success());
        if is_whole && !is_success {
            return Err(GitError::new("git could not read the history"));
        }
        Ok(history)
    }
}

/// Reads fields that end in NUL: the hash, name, email address and date of each commit, then for each path a field
/// that begins with `:`, and the path. Returns whether the output was read to its end.
fn read(output: impl Read, below: &BStr) -> (History, bool) {
    let end = Instant::now() + MAX_TIME;
    let mut output = BufReader::new(output);
    let mut field = || {
        let mut field = Vec::new();
        let is_whole = output.read_until(0, &mut field).is_ok() && field.pop() == Some(0);
        is_whole.then_some(field)
    };
    let text = |bytes: Vec<u8>| bytes.to_str_lossy().into_owned();
    let mut history = History::default();
    let (mut read, mut paths, mut older) = (0, 0, 0);
    let mut oldest = None;
    while paths < MAX_PATHS && Instant::now() < end {
        let Some(first) = field() else {
            return (history, true);
        };
        match first.trim_start() {
            [] => {}
            [b':', ..] => {
                let Some(path) = field() else {
                    return (history, true);
                };
                paths += 1;
                let path = path.strip_prefix(below.as_bytes());
                let commit = history.commits.last_mut().filter(|_| older == 0);
                if let (Some(path), Some(commit)) = (path, commit) {
                    commit.paths.push(path.into());
                }
            }
            _ => {
                let (Some(name), Some(email), Some(date)) = (field(), field(), field()) else {
                    return (history, true);
                };
                if read == MAX_COMMITS {
                    break;
                }
                read += 1;
                let date: i64 = date.to_str_lossy().trim().parse().unwrap_or_default();
                let oldest = *oldest.get_or_insert(date.saturating_sub(YEAR));
                if date < oldest {
                    older += 1;
                    if older == MAX_OLDER {
                        return (history, false);
                    }
                    continue;
                }
                older = 0;
                history.commits.push(Authored {
                    name: text(name),
                    email: text(email),
                    paths: Vec::new(),
                });
            }
        }
    }
    history.end = HistoryEnd::Limit;
    (history, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(history: &History) -> Vec<String> {
        let commits = history.commits.iter();
        commits.map(|one| format!("{one:?}")).collect()
    }

    #[test]
    fn reads_commits_with_their_paths() {
        let output = b"0a\0A \xc3\xbc\0a@x\x0099\0\n:0 1 0 a M\0:odd\npath\0:0 1 0 a M\0b\xff\0\
                       0b\0\0\0x\0\
                       0c\0C\0c@x\x0098\0\n:0 1 0 a M\0cut";
        let (history, is_whole) = read(&output[..], BStr::new(""));
        assert_eq!((history.end, is_whole), (HistoryEnd::Complete, true));
        assert_eq!(
            shown(&history),
            [
                r#"Authored { name: "A ü", email: "a@x", paths: [":odd\npath", "b\xff"] }"#,
                r#"Authored { name: "", email: "", paths: [] }"#,
                r#"Authored { name: "C", email: "c@x", paths: [] }"#,
            ]
        );
        let output = b"0a\0A\0a@x\x0099\0\n:0 1 0 a M\0sub/x\0:0 1 0 a M\0subx\0";
        let (history, _) = read(&output[..], BStr::new("sub/"));
        assert_eq!(history.commits[0].paths, ["x"]);
    }

    #[test]
    fn ends_after_a_year_or_at_a_limit() {
        let log = |dates: &mut dyn Iterator<Item = i64>| {
            let commits = dates.map(|date| format!("0a\0{date}\0a@x\0{date}\0\n:0 1 0 a M\0x\0"));
            commits.collect::<String>().into_bytes()
        };
        let names = |history: &History| {
            let commits = history.commits.iter();
            let names = commits.map(|it| format!("{} {}", it.name, it.paths.len()));
            names.collect::<Vec<_>>()
        };
        // A commit with a wrong date does not end the history.
        let now = 2 * YEAR;
        let log_of_a_year = log(&mut [now, 7, now - YEAR, now - YEAR - 1].into_iter());
        let (history, _) = read(&log_of_a_year[..], BStr::new(""));
        assert_eq!(names(&history), [format!("{now} 1"), format!("{YEAR} 1")]);
        let older = log(&mut std::iter::once(now)
            .chain(1..=MAX_OLDER as i64)
            .chain([now]));
        let (history, is_whole) = read(&older[..], BStr::new(""));
        assert_eq!(
            (history.commits.len(), history.end),
            (1, HistoryEnd::Complete)
        );
        assert!(!is_whole);
        let many = log(&mut std::iter::repeat_n(now, MAX_COMMITS + 1));
        let (history, _) = read(&many[..], BStr::new(""));
        assert_eq!(history.commits.len(), MAX_COMMITS);
        assert_eq!(history.end, HistoryEnd::Limit);
    }
}
