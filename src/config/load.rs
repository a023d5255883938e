use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    FREE_MAP_NAME, Foreign, Map, MapError, MapErrors, Vocabulary, corrections::correction,
    reader::Reader, requires, schema, spanned::Text, written::WrittenMap,
};
use crate::{
    git::{has_git_directory, top_around},
    snapshot::{Snapshot, canonicalize_existing, without_dots},
    text::{Place, Source, SourceOrigin, Span, quoted, quoted_path, read_regular},
    yaml::{self, SyntaxError},
};

/// The largest file of the map that is read, in bytes.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// How deep includes may be nested.
const MAX_INCLUDE_DEPTH: usize = 32;

/// Reads the map in the file `path`, and everything that it includes, from a snapshot. Calls `seen` with the
/// path of the map (without symbolic links) and its text before the map is parsed.
///
/// # Errors
/// All errors of all files, each with its place.
pub fn load_from(
    snapshot: &Snapshot,
    path: &Path,
    vocabulary: &Vocabulary<'_>,
    mut seen: impl FnMut(&Path, &str),
) -> Result<Map, MapErrors> {
    if !snapshot.has_file(path) && fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let shown = quoted_path(path);
        let error = MapError::unplaced(format!("the map {shown} is not a regular file"));
        let help = "save the map as a regular file: the paths of its includes and repositories \
                    are relative to the directory that contains it";
        return Err(MapErrors(vec![error.help(help)]));
    }
    let real = snapshot.canonicalize(path).map_err(|error| {
        let shown = quoted_path(path);
        let why = match fs::read_link(path) {
            Ok(target) if error.kind() == io::ErrorKind::NotFound => {
                let target = quoted_path(&target);
                format!("it links to {target}, which does not exist")
            }
            _ => error.to_string(),
        };
        let message = format!("the map {shown} could not be read: {why}");
        MapErrors(vec![MapError::unplaced(message)])
    })?;
    if leaves_repository(&place_of(path), &real) {
        let message = format!(
            "the map {} is a symbolic link to {}, which is not in the same repository",
            quoted_path(path),
            quoted_path(&real)
        );
        let help = "replace the link with a regular file, or select that file with `--config`";
        return Err(MapErrors(vec![MapError::unplaced(message).help(help)]));
    }
    read(snapshot, None, &real, vocabulary, |loader| {
        loader.file(&real, None, &mut seen);
    })
}

/// Returns the absolute path of a file, with links resolved in all of its directories.
fn place_of(path: &Path) -> PathBuf {
    // The parent of a bare name is an empty path.
    let directory = canonicalize_existing(&Path::new(".").join(path.parent().unwrap_or(path)));
    directory.join(path.file_name().unwrap_or_default())
}

/// Returns whether the link at `path` in a repository leads to a file outside of it or in its git directory, whose
/// content must not be shown in a log. Both paths are absolute, without links in their directories.
fn leaves_repository(path: &Path, target: &Path) -> bool {
    let Some(top) = top_around(path).filter(|_| path != target) else {
        return false;
    };
    match target.strip_prefix(top) {
        Ok(below) => has_git_directory(below),
        Err(_) => true,
    }
}

/// Reads the map in the file `path` as if its files that are keys of `texts` had these texts. All paths are absolute.
///
/// # Errors
/// All errors of all files, each with its place.
pub fn load_texts(
    texts: &BTreeMap<PathBuf, String>,
    path: &Path,
    vocabulary: &Vocabulary<'_>,
) -> Result<Map, MapErrors> {
    read(
        &Snapshot::default(),
        Some(texts),
        path,
        vocabulary,
        |loader| {
            loader.file(path, None, &mut |_, _| ());
        },
    )
}

fn read(
    snapshot: &Snapshot,
    texts: Option<&BTreeMap<PathBuf, String>>,
    path: &Path,
    vocabulary: &Vocabulary<'_>,
    begin: impl FnOnce(&mut Loader<'_>),
) -> Result<Map, MapErrors> {
    let directory = path.parent().unwrap_or(path).to_path_buf();
    let mut errors = Vec::new();
    let mut loader = Loader {
        snapshot,
        texts,
        vocabulary,
        directory: &directory,
        chain: Vec::new(),
        done: Vec::new(),
        follows_links: false,
        written: WrittenMap::default(),
        errors: &mut errors,
    };
    begin(&mut loader);
    let (written, files, follows_links) = (loader.written, loader.done, loader.follows_links);
    if let Some(error) = requires::unmet(written.requires.as_ref()) {
        return Err(MapErrors(vec![error]));
    }
    let map = Map::validated(written, files, directory, vocabulary, &mut errors);
    match errors.is_empty() {
        true => Ok(Map {
            follows_links,
            ..map
        }),
        false => Err(MapErrors::new(errors)),
    }
}

struct Loader<'l> {
    snapshot: &'l Snapshot,
    /// Files that are not written yet.
    texts: Option<&'l BTreeMap<PathBuf, String>>,
    vocabulary: &'l Vocabulary<'l>,
    directory: &'l Path,
    /// The files that are being read, outermost first.
    chain: Vec<PathBuf>,
    done: Vec<PathBuf>,
    follows_links: bool,
    written: WrittenMap,
    errors: &'l mut Vec<MapError>,
}

impl Loader<'_> {
    /// Reads the file `path`, which `include` names (`None` for the map itself). Calls `seen` with its text.
    fn file(&mut self, path: &Path, include: Option<&Text>, seen: &mut dyn FnMut(&Path, &str)) {
        let source = match self.open(path) {
            Ok((source, None)) => {
                seen(path, source.text());
                Arc::new(source)
            }
            Ok((source, Some(span))) => {
                let place = Place::Text(Arc::new(source), span);
                let error = MapError::new(place, "the map is not valid UTF-8");
                self.errors.push(error.help("save it in UTF-8"));
                return;
            }
            Err(error) => {
                let shown = quoted_path(path);
                let message = format!("the map {shown} could not be read: {error}");
                self.errors.push(match include {
                    Some(include) => MapError::new(include.place.clone(), message),
                    None => MapError::unplaced(message),
                });
                return;
            }
        };
        self.source(path, source, include.is_none());
    }

    /// Reads the text of the file `path`.
    fn source(&mut self, path: &Path, source: Arc<Source>, is_main: bool) {
        let parsed = yaml::parse(source.text());
        let place = |span| Place::Text(Arc::clone(&source), span);
        if let Some(conflict) = merge_conflict(source.text()) {
            let error = MapError::new(place(conflict), "the map contains a merge conflict");
            let help = "resolve the conflict, and remove the lines that start with `<<<<<<<`, \
                        `=======` and `>>>>>>>`";
            self.errors.push(error.help(help));
            return;
        }
        for error in &parsed.errors {
            self.errors.push(syntax_error(&source, error));
        }
        if let Some(second) = parsed.documents.get(1) {
            let message = "a map must contain a single YAML document, but this is the second one";
            self.errors.push(MapError::new(place(second.span), message));
        }
        let Some(root) = parsed.documents.first() else {
            if parsed.errors.is_empty() {
                let error = MapError::new(place(Span::default()), "the map is empty");
                self.errors
                    .push(error.help("start the map with `version: 1`"));
            }
            return;
        };
        if is_main && Foreign::of(root) == Some(Foreign::Services) {
            let file = quoted(path.file_name().unwrap_or_default().as_encoded_bytes());
            let why = Foreign::Services.description();
            let message = format!("{file} is not an ownlint map: {why}");
            let mut keys = root
                .entries()
                .unwrap_or_default()
                .iter()
                .map(|entry| &entry.key);
            let key = keys.find(|key| key.as_str() == Some(Foreign::SERVICES));
            let span = key.map_or(root.span, |key| key.span);
            let error = MapError::new(place(span), message);
            self.errors.push(error.help(format!(
                "keep this file, and save the map as `{FREE_MAP_NAME}`"
            )));
            return;
        }
        let mut reader = Reader {
            source: Arc::clone(&source),
            errors: self.errors,
        };
        let includes = schema::read(
            &mut reader,
            root,
            is_main,
            self.vocabulary,
            &mut self.written,
        );
        self.chain.push(path.to_path_buf());
        for include in &includes {
            self.include(path, include);
        }
        self.done.extend(self.chain.pop());
        // To drop the tree of a large map takes long enough to matter.
        rayon::spawn(move || drop(parsed));
    }

    fn include(&mut self, from: &Path, include: &Text) {
        let mut error = |message: &str, help: &str| {
            let error = MapError::new(include.place.clone(), message);
            self.errors.push(error.help(help));
        };
        let relative = Path::new(&include.value);
        let inside = "use a path that is relative to this file and inside the map's directory";
        if relative.is_absolute() {
            return error("an include must be a relative path", inside);
        }
        let base = from.parent().unwrap_or(self.directory);
        let path = without_dots(&base.join(relative));
        let real = self.snapshot.canonicalize(&path);
        let real = real.unwrap_or_else(|_| path.clone());
        self.follows_links |= real != path;
        let path = real;
        let below = path.strip_prefix(self.directory);
        if !below.is_ok_and(|below| !has_git_directory(below)) {
            return error(
                "an included file must be inside the map's directory",
                inside,
            );
        }
        if self.chain.contains(&path) {
            return error(
                "the files include each other in a cycle",
                "remove this include",
            );
        }
        if self.chain.len() > MAX_INCLUDE_DEPTH {
            return error(
                &format!("includes are nested more than {MAX_INCLUDE_DEPTH} levels deep"),
                "include the file directly from the main map file, not from another include",
            );
        }
        if self.done.contains(&path) {
            return error("the file is included twice", "remove this include");
        }
        self.file(&path, Some(include), &mut |_, _| ());
    }

    fn open(&self, path: &Path) -> std::io::Result<(Source, Option<Span>)> {
        let text = self.texts.and_then(|texts| texts.get(path));
        let bytes = match (text, self.snapshot.file(path, MAX_BYTES)) {
            (Some(text), _) => text.clone().into(),
            (None, Some(bytes)) => bytes?,
            (None, None) => read_regular(path, MAX_BYTES)?,
        };
        let relative = path.strip_prefix(self.directory).unwrap_or(path);
        let relative = relative.as_os_str().as_encoded_bytes().into();
        Ok(Source::new(SourceOrigin::Map, relative, bytes))
    }
}

/// Returns the error of a map that is not valid YAML, at the line to correct if it is known.
fn syntax_error(source: &Arc<Source>, error: &SyntaxError) -> MapError {
    let correction = correction(source.text(), error.span);
    let line = |at: u32| source.line_column(at).line;
    let other = correction.as_ref().map(|it| it.span);
    let other = other.filter(|span| line(span.start) != line(error.span.start));
    let message = format!("not valid YAML: {}", error.message);
    let place = Place::Text(Arc::clone(source), other.unwrap_or(error.span));
    MapError {
        help: match (&error.help, correction) {
            (Some(help), Some(it)) => Some(format!("{help}; write {}", quoted(it.new))),
            (None, Some(it)) => Some(format!("write {}: {}", quoted(it.new), it.why)),
            (help, None) => help.clone(),
        },
        ..MapError::new(place, message)
    }
}

/// Returns the line in which git starts a merge conflict.
fn merge_conflict(text: &str) -> Option<Span> {
    const MARKER: &str = "<<<<<<< ";
    let mut places = text.match_indices(MARKER).map(|(at, _)| at);
    let at = places.find(|at| *at == 0 || text[..*at].ends_with('\n'))?;
    let line = text[at..].lines().next().unwrap_or_default();
    Some(Span::new(at, at + line.len()))
}
