mod diff;
mod voice;

use std::{
    fs::{self, Metadata},
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
};

use bstr::{BString, ByteSlice as _};

use super::{
    CLEAN, FINDINGS, Outcome,
    ahead::Ahead,
    args::{GenerateArguments, Global},
    checkouts,
    failure::Failure,
    file,
    session::Session,
    terminal::Terminal,
};
use voice::Voice;

use crate::{
    dialects::{self, Dialect, Ownership, Written, shell_word},
    inventory::is_generated,
    outputs::{Palette, Places},
    resolution::{RepositoryError, ResolvedRepository},
    text::{count, neutral, printable_bytes, quoted},
};

pub(super) fn run(arguments: &GenerateArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let ahead = Ahead::start(global, false);
    let session = Session::open(global)?;
    if let Some(path) = &arguments.output {
        file::spare_map(path, &session.map)?;
    }
    let at = repository(&session, arguments.repository.as_deref())?;
    let dialect = dialects::by_name(&arguments.dialect).ok_or_else(|| {
        Failure::new(format!(
            "there is no dialect {}",
            quoted(&arguments.dialect)
        ))
    })?;
    let root = &session.roots[at];
    let resolved = ahead
        .list(root)
        .map_err(RepositoryError::Listing)
        .and_then(|listing| session.resolve(at, listing))
        .map_err(|error| session.failure(error))?;
    checkouts::warn_of_unreadable(&session.map, [&resolved], &session.here, terminal);
    if arguments.per_file_fallback && dialect.answer.is_none() {
        return Err(Failure::new(format!(
            "--per-file-fallback is for ownership files, and {} names no files",
            dialect.summary
        )));
    }
    let left_out = left_out(dialect, &resolved, &arguments.leave_out)?;
    let mut ownership = Ownership::new(
        &session.map,
        &resolved,
        dialect,
        arguments.per_file_fallback,
        command(dialect, &session, at, arguments, &left_out),
    )
    .map_err(|error| session.failure(error))?;
    let base = base(dialect, &session, at, arguments.output.as_deref());
    ownership.output = base.file_in(root);
    let left: Vec<(BString, usize)> = left_out
        .into_iter()
        .map(|folder| {
            let files = ownership.leave_out(folder.as_bstr());
            (folder, files)
        })
        .collect();
    let voice = Voice {
        places: Places::new(&session.map, [&resolved], &session.here),
        palette: Palette(terminal.err.color),
    };
    let written = write(dialect, &ownership, &voice)?;
    for (folder, files) in &left {
        terminal.note(&format!(
            "{}: its {} are left to the ownership file in it, whatever the map says",
            quoted(folder),
            count(*files, "file")
        ));
    }
    for note in &written.notes {
        terminal.note(note);
    }
    let targets: Vec<(PathBuf, &[u8])> = written
        .files
        .iter()
        .map(|(path, text)| (base.of(path), text.as_bytes()))
        .collect();
    let is_told = !terminal.err.quiet && !arguments.check;
    if is_told && (dialect.is_per_folder || arguments.output.is_some()) {
        for (path, _) in &targets {
            if there(path).is_some_and(|bytes| !is_generated(&bytes.to_str_lossy())) {
                terminal.note(&format!(
                    "{} was written by somebody else: this takes its place",
                    quoted(shown(path, &session.here))
                ));
            }
        }
    }
    let stale = stale(dialect, &resolved, &base, &written);
    let outcome = if arguments.check {
        check(&targets, &stale, &session.here)
    } else if arguments.output.is_some() {
        if let Some(path) = stale.first() {
            return Err(Failure::new(format!(
                "{} was written by ownlint and is no longer wanted",
                quoted(shown(path, &session.here))
            ))
            .help("remove it, and the others that `--check` lists"));
        }
        base.prepare(&targets, &session.here)?;
        file::replace_all(&targets).map(|()| (Vec::new(), CLEAN))
    } else {
        let text = on_screen(&written);
        let shown = if io::stdout().is_terminal() {
            neutral(&text)
        } else {
            None
        };
        Ok((shown.unwrap_or(text).into_bytes(), CLEAN))
    };
    std::mem::forget(resolved);
    outcome
}

/// The repository that is asked for, by its position in the map.
fn repository(session: &Session, name: Option<&str>) -> Result<usize, Failure> {
    match name {
        Some(name) => session.repository(name),
        None if session.map.repositories.len() == 1 => Ok(0),
        None => {
            let names: Vec<String> = session.titles().iter().map(quoted).collect();
            let names = names.join(", ");
            Err(Failure::new("the map has several repositories")
                .help(format!("say which one: --repository, one of {names}")))
        }
    }
}

/// The command that writes this again, in the directory of the map: the same whoever runs it.
fn command(
    dialect: &Dialect,
    session: &Session,
    at: usize,
    arguments: &GenerateArguments,
    left_out: &[BString],
) -> String {
    let mut command = format!("ownlint generate {}", dialect.name);
    let repository = &session.map.repositories[at];
    if repository.place.is_some() {
        command += &format!(" --repository {}", shell_word(&*repository.name));
    }
    if arguments.per_file_fallback {
        command += " --per-file-fallback";
    }
    for folder in left_out {
        command += &format!(" --leave-out {}", shell_word(folder));
    }
    let root = repository.root.strip_prefix(&session.map.directory);
    let root = root.unwrap_or(&repository.root);
    let output = match dialect.locations.first().filter(|_| !dialect.is_per_folder) {
        Some(location) => root.join(location),
        None if root.as_os_str().is_empty() => ".".into(),
        None => root.to_owned(),
    };
    command + " --output " + &shell_word(output.as_os_str().as_encoded_bytes())
}

/// The folders that are left out, sorted, without `/` at their ends.
fn left_out(
    dialect: &Dialect,
    repository: &ResolvedRepository,
    given: &[String],
) -> Result<Vec<BString>, Failure> {
    if !given.is_empty() && !dialect.is_per_folder {
        return Err(Failure::new(format!(
            "--leave-out is for ownership files in folders, and {} is one file",
            dialect.summary
        )));
    }
    let mut folders = Vec::new();
    for folder in given {
        let path = folder.trim_start_matches("./").trim_matches('/');
        let has_own = dialect.locations.iter().any(|name| {
            let file = BString::from(format!("{path}/{name}"));
            repository.listing.files.find(file.as_bstr()).is_some()
                && !dialect.has_written(&repository.content(), file.as_bstr())
        });
        if !has_own {
            let failure = format!("{} has no {} of its own", quoted(path), dialect.summary);
            return Err(Failure::new(failure).help(
                "only a folder with an ownership file that somebody else wrote can be left to it",
            ));
        }
        folders.push(path.into());
    }
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

/// Writes, and proves what was written; says everything that stands in the way.
fn write(dialect: &Dialect, ownership: &Ownership<'_>, voice: &Voice) -> Result<Written, Failure> {
    let written = dialect.written(ownership);
    let mut written = written.map_err(|refusals| voice.refused(&refusals))?;
    let (differences, new_files) = rayon::join(
        || dialects::prove(dialect, ownership, &written),
        || dialects::compare_new_files(dialect, ownership, &written),
    );
    if !differences.is_empty() {
        return Err(voice.differ(&written, &differences));
    }
    if let Some(new_files) = new_files {
        written.notes.extend(voice.new_files(&new_files));
    }
    let undecided = ownership.undecided().len();
    if dialect.answer.is_some() && undecided > 0 {
        written
            .notes
            .push("files that claims conflict about are written as nobody's".to_owned());
    }
    Ok(written)
}

/// Where files go.
enum Base {
    /// All below this directory.
    Below(PathBuf),
    /// The only one there is, here.
    File(PathBuf),
}

impl Base {
    fn of(&self, path: &BString) -> PathBuf {
        match self {
            Self::Below(directory) => directory.join(path.to_path_lossy()),
            Self::File(file) => file.clone(),
        }
    }

    /// The path of the one file that is written, if it lies in `root`.
    fn file_in(&self, root: &Path) -> Option<BString> {
        let Self::File(file) = self else {
            return None;
        };
        let place = file::place(file);
        let below = place.strip_prefix(root).ok()?;
        Some(below.as_os_str().as_encoded_bytes().into())
    }

    /// Makes the directories of the files. Below a directory nobody named the files one by one: a link
    /// there could lead anywhere.
    fn prepare(&self, targets: &[(PathBuf, &[u8])], here: &Path) -> Result<(), Failure> {
        for (path, _) in targets {
            let is_other = |about: Metadata| !about.is_file();
            if matches!(self, Self::Below(_)) && path.symlink_metadata().is_ok_and(is_other) {
                let failure = format!("{} is no regular file", quoted(shown(path, here)));
                return Err(Failure::new(failure).help("remove it, then this can take its place"));
            }
        }
        for directory in targets.iter().filter_map(|(path, _)| path.parent()) {
            fs::create_dir_all(directory).map_err(|error| {
                let failure = format!("failed to make {}: {error}", quoted(shown(directory, here)));
                Failure::new(failure)
            })?;
        }
        Ok(())
    }
}

/// What a file holds, if there is one.
fn there(path: &Path) -> Option<Vec<u8>> {
    path.metadata().ok().filter(Metadata::is_file)?;
    fs::read(path).ok()
}

/// A path as the user would type it.
fn shown(path: &Path, here: &Path) -> String {
    let path = path.strip_prefix(here).unwrap_or(path);
    printable_bytes(path.as_os_str().as_encoded_bytes())
}

fn base(dialect: &Dialect, session: &Session, at: usize, output: Option<&Path>) -> Base {
    match output {
        None => Base::Below(session.roots[at].clone()),
        Some(output) if dialect.is_per_folder => Base::Below(session.here.join(output)),
        Some(output) => Base::File(session.here.join(output)),
    }
}

/// Files that this program wrote into some folder before, and that are no longer wanted.
fn stale(
    dialect: &Dialect,
    repository: &ResolvedRepository,
    base: &Base,
    written: &Written,
) -> Vec<PathBuf> {
    if !dialect.is_per_folder {
        return Vec::new();
    }
    repository
        .listing
        .files
        .iter()
        .filter(|file| dialect.is_one(file.path))
        .filter(|file| !written.files.iter().any(|(path, _)| path == file.path))
        .map(|file| base.of(&file.path.to_owned()))
        .filter(|path| there(path).is_some_and(|bytes| is_generated(&bytes.to_str_lossy())))
        .collect()
}

fn check(targets: &[(PathBuf, &[u8])], stale: &[PathBuf], here: &Path) -> Outcome {
    let mut out = String::new();
    let stale = stale.iter().map(|path| (path, &[][..]));
    for (path, wanted) in targets
        .iter()
        .map(|(path, wanted)| (path, *wanted))
        .chain(stale)
    {
        let there = there(path).unwrap_or_default();
        if there != wanted {
            let (there, wanted) = (there.to_str_lossy(), wanted.to_str_lossy());
            out += &diff::unified(&shown(path, here), &there, &wanted);
        }
    }
    let code = if out.is_empty() { CLEAN } else { FINDINGS };
    Ok((out.into_bytes(), code))
}

fn on_screen(written: &Written) -> String {
    let mut out = String::new();
    let is_many = written.files.len() > 1;
    for (path, text) in &written.files {
        if is_many {
            out += &format!("==> {} <==\n", printable_bytes(path));
        }
        out += text;
        if is_many {
            out.push('\n');
        }
    }
    out
}
