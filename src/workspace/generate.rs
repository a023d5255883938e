//! `generate`: writes ownership files for a forge from the map.

use std::{
    collections::BTreeSet,
    fs::{self, Metadata},
    path::{Path, PathBuf},
};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Error, ErrorKind, Places, Unwritable, WhyUnwritable, Workspace, file};
use crate::{
    dialects::{
        self, Dialect, Difference, Extras, LostApprovers, NewFiles, Ownership, Tree, Written,
    },
    inventory::{Content, Kinds, Listing, is_generated, list},
    resolution::ResolvedRepository,
    text::{Place, count, first_few, joined, printable, printable_bytes, quoted, quoted_path},
};

/// What to generate.
#[derive(Debug)]
pub struct GenerateRequest {
    /// The dialect to write.
    pub dialect: String,
    /// The repository in the map [default: the only one].
    pub repository: Option<String>,
    /// The file to write or, for files in many folders, the directory [default: where the forge looks].
    pub output: Option<PathBuf>,
    /// Whether to list single files if the dialect cannot express a rule otherwise.
    pub per_file_fallback: bool,
    /// Folders that keep their existing ownership file.
    pub keep_existing: Vec<String>,
    /// Whether the map lists the files, with these options.
    pub is_listed: bool,
}

/// An existing file that ownlint did not generate.
#[derive(Debug)]
pub(crate) struct ReplacedFile {
    /// Its path.
    pub path: PathBuf,
    /// What neither the map nor the new file contains.
    pub lost: Vec<String>,
}

/// The ownership files of a dialect, verified against the map.
#[derive(Debug)]
pub struct GeneratedFiles {
    /// Their paths in the repository and their contents.
    pub(crate) written: Written,
    /// Where to write them, in the same order.
    pub(crate) paths: Vec<PathBuf>,
    /// Previously generated files that are no longer needed.
    pub(crate) stale: Vec<PathBuf>,
    /// The dialect.
    pub(crate) dialect: &'static Dialect,
    base: OutputBase,
}

impl Workspace {
    /// Generates the ownership files of a dialect from the map, and verifies the owners of every file.
    ///
    /// # Errors
    /// If the dialect cannot express the map, or the forge would see other owners.
    pub fn generate(&self, request: &GenerateRequest) -> Result<GeneratedFiles, Error> {
        let at = self.requested_repository(request.repository.as_deref())?;
        let dialect = dialects::by_name(&request.dialect)
            .ok_or_else(|| Error::new(format!("unknown dialect {}", quoted(&request.dialect))))?;
        let resolved = self.resolve(Kinds::Needed, |it| it == at)?;
        let [resolved] = &resolved[..] else {
            return Err(Error::new("the map has no repositories"));
        };
        self.warn_of_unreadable([resolved]);
        if request.per_file_fallback && dialect.answer.is_none() {
            return Err(Error::new(format!(
                "`--per-file-fallback` does not apply to `{}`, which does not list files",
                dialect.name
            )));
        }
        let kept = kept_folders(dialect, resolved, &request.keep_existing)?;
        let base = base(dialect, self, at, request.output.as_deref());
        let output = base.path_in(&self.roots[at]);
        let per_file = request.per_file_fallback;
        let command = dialects::command(&self.map, at, dialect, per_file, &kept, output.as_ref());
        let ownership = Ownership::new(dialect, &self.map, resolved, per_file, command);
        let mut ownership = ownership.map_err(|error| self.error(error))?;
        ownership.is_listed = request.is_listed;
        ownership.output = output.filter(|_| !dialect.is_per_folder);
        if let Some(output) = &ownership.output {
            refuse_unread(dialect, resolved, output)?;
        }
        let found = base.listed(dialect)?;
        if let Some((listing, content)) = &found {
            ownership.add_existing(dialect, &listing.files, content);
        }
        let kept: Vec<(BString, usize)> = kept
            .into_iter()
            .map(|folder| {
                let files = ownership.exclude_folder(folder.as_bstr());
                (folder, files)
            })
            .collect();
        let written = write(dialect, &ownership, &self.places([resolved]))?;
        for (folder, files) in &kept {
            self.notices.note(format!(
                "{} keeps its existing ownership file, so the map does not decide who owns {}",
                quoted(folder),
                count(*files, "file")
            ));
        }
        for note in &written.notes {
            self.notices.note(note);
        }
        self.note_lost_extras(at, dialect, resolved);
        let paths: Vec<PathBuf> = written.files.iter().map(|it| base.of(&it.0)).collect();
        if let Some((listing, content)) = found
            .as_ref()
            .filter(|_| paths.iter().any(|it| is_by_hand(it)))
        {
            let before = Tree::listed(content.clone(), &listing.files);
            let lost = dialects::lost_approvers(dialect, &ownership, &written, &before);
            lost.iter().for_each(|lost| self.note_lost_approvers(lost));
        }
        Ok(GeneratedFiles {
            paths,
            stale: stale(dialect, found.as_ref(), &base, &written),
            dialect,
            written,
            base,
        })
    }

    /// Adds a note about what the files of other dialects that the map trusts state besides owners.
    fn note_lost_extras(&self, at: usize, dialect: &Dialect, resolved: &ResolvedRepository) {
        let tree = Tree::of_repository(resolved).without_vendored(&self.map.settings);
        let trusted = self.map.repositories[at].trusted_dialects().into_iter();
        for other in trusted.filter_map(dialects::by_name) {
            if other.name == dialect.name || dialect.answer.is_none() {
                continue;
            }
            let mut extras = Extras::default();
            for source in other.sources(&tree, &resolved.listing.files) {
                extras.add(other, source.path.as_bstr(), source.text());
            }
            let texts = extras.without_comments().texts();
            if !texts.is_empty() {
                let summary = other.summary;
                self.notices.note(format!(
                    "the map trusts other files ({summary}), and the output does not contain their {}",
                    joined(texts, ", ")
                ));
            }
        }
    }

    /// Adds a note about who can no longer approve changes once files are replaced.
    fn note_lost_approvers(&self, lost: &LostApprovers) {
        const SHOWN: usize = 5;
        let names = first_few(lost.names.iter().map(quoted), SHOWN, |more| {
            format!("{more} more")
        });
        self.notices.note(format!(
            "with the new files, {} can no longer approve changes of {}, such as {}",
            joined(names, ", "),
            count(lost.files, "file"),
            quoted(&lost.first)
        ));
    }

    /// Returns requests for all files that the map lists.
    ///
    /// # Errors
    /// If there are none.
    pub fn listed_requests(&self) -> Result<Vec<GenerateRequest>, Error> {
        let entries = self.map.generated.iter();
        let requests: Vec<GenerateRequest> = entries
            .map(|entry| {
                let repository = &self.map.repositories[entry.repository];
                let folders = entry.keep_existing.iter();
                GenerateRequest {
                    dialect: entry.dialect.to_owned(),
                    repository: repository
                        .place
                        .is_some()
                        .then(|| repository.name.to_string()),
                    output: Some(self.roots[entry.repository].join(entry.path.to_path_lossy())),
                    per_file_fallback: entry.per_file_fallback,
                    keep_existing: folders.map(|folder| printable_bytes(folder)).collect(),
                    is_listed: true,
                }
            })
            .collect();
        match requests.is_empty() {
            true => Err(Error::new("the map lists no generated files")
                .help("add them under `generate` in the map, or select a dialect")),
            false => Ok(requests),
        }
    }

    /// Returns the requested repository, by its position in the map.
    fn requested_repository(&self, name: Option<&str>) -> Result<usize, Error> {
        match name {
            Some(name) => self.repository(name),
            None if self.map.repositories.len() == 1 => Ok(0),
            None => {
                let names = joined(self.titles().iter().map(quoted), ", ");
                Err(Error::new("the map covers several repositories")
                    .help(format!("select one with `--repository`: {names}")))
            }
        }
    }
}

impl GeneratedFiles {
    /// Returns the files to write, with their contents.
    pub(crate) fn targets(&self) -> Vec<(PathBuf, &[u8])> {
        let texts = self.written.files.iter().map(|(_, text)| text.as_bytes());
        self.paths.iter().cloned().zip(texts).collect()
    }

    /// Returns the existing files that these files replace and that ownlint did not generate.
    pub(crate) fn replaced(&self) -> Vec<ReplacedFile> {
        let files = self.paths.iter().zip(&self.written.files);
        let files = files.filter(|(path, _)| is_by_hand(path));
        let replaced = files.map(|(path, (_, text))| ReplacedFile {
            path: path.clone(),
            lost: self.lost_extras(path, text),
        });
        replaced.collect()
    }

    /// Returns what an existing file states, but neither the map nor the text that replaces it.
    fn lost_extras(&self, path: &Path, text: &str) -> Vec<String> {
        let bytes = on_disk(path).unwrap_or_default();
        self.dialect.lost_extras(&bytes.to_str_lossy(), text)
    }

    /// Checks that the files can be written.
    ///
    /// # Errors
    /// If a path leads through a symbolic link in the repository, which could lead anywhere, or through something other
    /// than a directory; or if it is a directory or, for a path that the user did not name, anything but a regular file.
    pub(crate) fn check_paths(&self, here: &Path) -> Result<(), Error> {
        for path in &self.paths {
            file::refuse_links(path)?;
            let is_below = matches!(self.base, OutputBase::Below(_));
            let is_other = |about: Metadata| about.is_dir() || is_below && !about.is_file();
            if path.metadata().is_ok_and(is_other) {
                let error = format!("{} is not a regular file", quoted(shown(path, here)));
                return Err(Error::new(error).help("remove it, then run the command again"));
            }
            let mut above = path.ancestors().skip(1);
            let is_other = |at: &&Path| at.metadata().is_ok_and(|about| !about.is_dir());
            if let Some(directory) = above.find(is_other) {
                let error = format!("{} is not a directory", quoted(shown(directory, here)));
                return Err(Error::new(error).help("remove it and run the command again"));
            }
        }
        Ok(())
    }

    /// Creates the directories of the files.
    ///
    /// # Errors
    /// If that fails.
    pub(crate) fn create_directories(&self, here: &Path) -> Result<(), Error> {
        for directory in self.paths.iter().filter_map(|path| path.parent()) {
            fs::create_dir_all(directory).map_err(|error| {
                let shown = quoted(shown(directory, here));
                let error = format!("failed to create {shown}: {error}");
                Error::new(error)
            })?;
        }
        Ok(())
    }
}

/// Returns the folders that keep their ownership file, sorted and without a trailing `/`.
fn kept_folders(
    dialect: &Dialect,
    repository: &ResolvedRepository,
    given: &[String],
) -> Result<Vec<BString>, Error> {
    if !given.is_empty() && !dialect.is_per_folder {
        return Err(Error::new(format!(
            "`--keep-existing` does not apply to `{}`, which writes a single file",
            dialect.name
        )));
    }
    let mut folders = BTreeSet::new();
    for folder in given {
        let path = folder.trim_start_matches("./").trim_matches('/');
        let content = repository.content();
        if !dialect.can_keep(&content, BStr::new(path)) {
            let name = joined(dialect.locations.iter().map(quoted), " or ");
            let message = format!("{} contains no {name} file to keep", quoted(path));
            return Err(Error::new(message)
                .help("select a folder whose ownership file was not generated by ownlint"));
        }
        folders.insert(BString::from(path));
    }
    Ok(folders.into_iter().collect())
}

/// Fails if the forge does not read the file at `output`, because it reads another one first.
fn refuse_unread(
    dialect: &Dialect,
    repository: &ResolvedRepository,
    output: &BString,
) -> Result<(), Error> {
    let first = dialect.read_first(&repository.listing.files, output.as_bstr());
    let (Some(first), Some(forge)) = (first, &dialect.forge) else {
        return Ok(());
    };
    let (output, first) = (quoted(output), quoted(first));
    let name = forge.name;
    Err(Error::new(format!(
        "{output} would have no effect, because {name} reads {first} first"
    ))
    .help(format!(
        "remove {first} first, or replace it: pass its path to `--output`"
    )))
}

/// Generates the files and verifies them; fails with all problems at once.
fn write(dialect: &Dialect, ownership: &Ownership<'_>, places: &Places) -> Result<Written, Error> {
    let unwritable = |why| {
        Error::from(ErrorKind::Unwritable(Unwritable {
            why,
            places: places.clone(),
            is_listed: ownership.is_listed,
        }))
    };
    let written = dialect.written(ownership);
    let mut written = written.map_err(|refusals| unwritable(WhyUnwritable::Refusals(refusals)))?;
    let (differences, new_files) = rayon::join(
        || dialects::prove(dialect, ownership, &written),
        || dialects::compare_new_files(dialect, ownership, &written),
    );
    if !differences.is_empty() {
        return Err(unwritable(WhyUnwritable::Differences {
            written,
            differences,
        }));
    }
    if let Some(new_files) = new_files {
        written.notes.extend(of_new_files(&new_files, places));
    }
    if dialect.answer.is_some() {
        if !ownership.conflicts().is_empty() {
            written
                .notes
                .push("files with conflicting claims are listed without an owner".to_owned());
        }
        written.notes.extend(ownership.unnamed_people());
    }
    Ok(written)
}

/// Returns notes about new files that would get other owners.
fn of_new_files(new_files: &NewFiles, places: &Places) -> Vec<String> {
    const SHOWN: usize = 10;
    let notes = new_files.differences.iter().map(|difference| {
        let path = quoted(&difference.path);
        let answers = both_answers(difference, places);
        format!("new file {path}: {answers}")
    });
    let notes = first_few(notes, SHOWN, |more| {
        let more = count(more, "more case");
        format!("and {more} in which a new file would not get the owners that the map assigns")
    });
    let mut notes: Vec<String> = notes.collect();
    if !new_files.is_complete {
        notes.push("only a sample of the possible new files was compared".to_owned());
    }
    notes
}

/// Returns the owners of a file in the map and for the forge, and the lines that decide.
pub(crate) fn both_answers(difference: &Difference, places: &Places) -> String {
    let names = |owners: &BTreeSet<String>| match owners.is_empty() {
        true => "no owner".to_owned(),
        false => joined(owners.iter().map(|owner| printable(owner)), " "),
    };
    let expected = names(&difference.expected);
    let answered = match &difference.failure {
        Some(failure) => Error::of_problem(failure).to_string(),
        None => format!("the forge would assign {}", names(&difference.answered)),
    };
    let mut text = format!("the map assigns {expected}, but {answered}");
    if let Some(place) = &difference.place {
        text += &format!("\n  the map: {}", places.position(place));
    }
    for rule in &difference.rules {
        text += &format!("\n  the forge: {}", unwritten_line(rule));
    }
    text
}

/// Returns a line of a file that is not written yet.
fn unwritten_line(place: &Place) -> String {
    let path = printable_bytes(place.path());
    match place {
        Place::Text(source, span) => {
            let line = source.line_column(span.start).line;
            format!("{path}:{line}: {}", printable(&source.text()[span.range()]))
        }
        Place::Path(..) => path,
    }
}

/// Where to write files.
#[derive(Debug)]
enum OutputBase {
    /// All files go below this directory.
    Below(PathBuf),
    /// The only file goes here.
    File(PathBuf),
}

impl OutputBase {
    fn of(&self, path: &BString) -> PathBuf {
        match self {
            Self::Below(directory) => directory.join(path.to_path_lossy()),
            Self::File(file) => file.clone(),
        }
    }

    /// Returns what is in the directory of the files, whether or not git tracks it. `None` if there is no directory.
    fn listed(&self, dialect: &Dialect) -> Result<Option<(Listing, Content)>, Error> {
        let directory = match self {
            Self::Below(directory) if dialect.is_per_folder => directory,
            _ => return Ok(None),
        };
        let Ok(about) = directory.metadata() else {
            return Ok(None);
        };
        if !about.is_dir() {
            let error = Error::new(format!("{} is not a directory", quoted_path(directory)));
            return Err(error.help(format!(
                "pass a directory to `--output`: `{}` writes a file in each folder",
                dialect.name
            )));
        }
        let root = directory
            .canonicalize()
            .unwrap_or_else(|_| directory.clone());
        let listing = list(&root, true).map_err(Error::new)?;
        let content = listing.content(&".".into(), &root);
        Ok(Some((listing, content)))
    }

    /// Returns the path of the only file or of the directory in `root`, if it is there.
    fn path_in(&self, root: &Path) -> Option<BString> {
        let (Self::File(path) | Self::Below(path)) = self;
        let path = file::resolve_links(path);
        let below = path.strip_prefix(root).ok()?;
        Some(below.as_os_str().as_encoded_bytes().into())
    }
}

/// Returns whether a file exists that ownlint did not generate. An empty file does not count.
fn is_by_hand(path: &Path) -> bool {
    let bytes = on_disk(path).unwrap_or_default();
    let text = bytes.to_str_lossy();
    !text.trim().is_empty() && !is_generated(&text)
}

/// Returns the content of a file on disk, if it exists.
pub(crate) fn on_disk(path: &Path) -> Option<Vec<u8>> {
    path.metadata().ok().filter(Metadata::is_file)?;
    fs::read(path).ok()
}

/// Returns a path as the user would type it.
pub(crate) fn shown(path: &Path, here: &Path) -> String {
    let path = path.strip_prefix(here).unwrap_or(path);
    printable_bytes(path.as_os_str().as_encoded_bytes())
}

fn base(dialect: &Dialect, workspace: &Workspace, at: usize, output: Option<&Path>) -> OutputBase {
    match output {
        None => OutputBase::Below(workspace.roots[at].clone()),
        Some(output) if dialect.is_per_folder => OutputBase::Below(workspace.here.join(output)),
        Some(output) => OutputBase::File(workspace.here.join(output)),
    }
}

/// Returns previously generated files in the output directory that are no longer needed.
fn stale(
    dialect: &Dialect,
    found: Option<&(Listing, Content)>,
    base: &OutputBase,
    written: &Written,
) -> Vec<PathBuf> {
    let Some((listing, content)) = found.filter(|_| dialect.is_per_folder) else {
        return Vec::new();
    };
    let files = listing.files.iter().map(|file| file.path);
    files
        .filter(|path| dialect.has_written(content, path))
        .filter(|file| !written.files.iter().any(|(path, _)| path == file))
        .map(|file| base.of(&file.to_owned()))
        .collect()
}
