use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Fault, MAP_NAME, Map, MapError, Vocabulary, reader::Reader, schema, spanned::Text,
    written::WrittenMap,
};
use crate::{
    snapshot::{Snapshot, without_dots},
    text::{Place, Source, SourceOrigin, Span, quoted_path, read_regular},
    yaml,
};

/// A file of the map that is larger is refused.
const MAX_BYTES: u64 = 64 << 20;

/// How many files may lie between the map and one that it includes.
const MAX_INCLUDE_DEPTH: usize = 32;

/// The map for `directory` at a moment: [`MAP_NAME`] in it or in the nearest directory above, be it a link
/// to nowhere.
pub fn find_in(directory: &Path, snapshot: &Snapshot) -> Option<PathBuf> {
    directory
        .ancestors()
        .map(|ancestor| ancestor.join(MAP_NAME))
        .find(|path| snapshot.has_entry(path))
}

/// Reads the map in the file `path` and everything that it includes, as they are at a moment. The path of
/// the map, without symbolic links, and its text are `seen` before they are parsed.
///
/// # Errors
/// All faults of all files, each at its place.
pub fn load_from(
    snapshot: &Snapshot,
    path: &Path,
    vocabulary: &Vocabulary<'_>,
    mut seen: impl FnMut(&Path, &str),
) -> Result<Map, MapError> {
    if !snapshot.has_file(path) && fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let shown = quoted_path(path);
        let fault = Fault::unplaced(format!("the map {shown} is not a file"));
        let help = "what a map includes and covers is looked for around it: it needs a directory";
        return Err(MapError(vec![fault.help(help)]));
    }
    let path = snapshot.canonicalize(path).map_err(|error| {
        let shown = quoted_path(path);
        let why = match fs::read_link(path) {
            Ok(target) if error.kind() == io::ErrorKind::NotFound => {
                let target = quoted_path(&target);
                format!("it leads to {target}, which is not there")
            }
            _ => error.to_string(),
        };
        let message = format!("the map {shown} could not be read: {why}");
        MapError(vec![Fault::unplaced(message)])
    })?;
    read(snapshot, &path, vocabulary, |loader| {
        loader.file(&path, None, &mut seen);
    })
}

/// Reads a map that is not written yet, as if `text` stood in the file `path`, which is absolute.
///
/// # Errors
/// All faults of all files, each at its place.
pub fn load_text(text: &str, path: &Path, vocabulary: &Vocabulary<'_>) -> Result<Map, MapError> {
    read(&Snapshot::default(), path, vocabulary, |loader| {
        let (source, _) = Source::new(SourceOrigin::Map, MAP_NAME.into(), text.into());
        loader.source(path, Arc::new(source), true);
    })
}

fn read(
    snapshot: &Snapshot,
    path: &Path,
    vocabulary: &Vocabulary<'_>,
    begin: impl FnOnce(&mut Loader<'_>),
) -> Result<Map, MapError> {
    let directory = path.parent().unwrap_or(path).to_path_buf();
    let mut faults = Vec::new();
    let mut loader = Loader {
        snapshot,
        forges: vocabulary.forges,
        directory: &directory,
        chain: Vec::new(),
        done: Vec::new(),
        follows_links: false,
        written: WrittenMap::default(),
        faults: &mut faults,
    };
    begin(&mut loader);
    let (written, files, follows_links) = (loader.written, loader.done, loader.follows_links);
    let map = Map::validated(written, files, directory, vocabulary, &mut faults);
    match faults.is_empty() {
        true => Ok(Map {
            follows_links,
            ..map
        }),
        false => Err(MapError::new(faults)),
    }
}

struct Loader<'l> {
    snapshot: &'l Snapshot,
    forges: &'l [&'static str],
    directory: &'l Path,
    /// Files that are being read, outermost first.
    chain: Vec<PathBuf>,
    done: Vec<PathBuf>,
    follows_links: bool,
    written: WrittenMap,
    faults: &'l mut Vec<Fault>,
}

impl Loader<'_> {
    /// Reads the file `path`, which stands written at `said`. Its text is `seen` first.
    fn file(&mut self, path: &Path, said: Option<&Text>, seen: &mut dyn FnMut(&Path, &str)) {
        let source = match self.open(path) {
            Ok((source, None)) => {
                seen(path, source.text());
                Arc::new(source)
            }
            Ok((source, Some(span))) => {
                let place = Place::Text(Arc::new(source), span);
                self.faults
                    .push(Fault::new(place, "the map is not UTF-8 text"));
                return;
            }
            Err(error) => {
                let shown = quoted_path(path);
                let message = format!("the map {shown} could not be read: {error}");
                self.faults.push(match said {
                    Some(said) => Fault::new(said.place.clone(), message),
                    None => Fault::unplaced(message),
                });
                return;
            }
        };
        self.source(path, source, said.is_none());
    }

    /// Reads what stands in the file `path`.
    fn source(&mut self, path: &Path, source: Arc<Source>, is_main: bool) {
        let parsed = yaml::parse(source.text());
        let place = |span| Place::Text(Arc::clone(&source), span);
        for error in &parsed.errors {
            let message = format!("not valid YAML: {}", error.message);
            let mut fault = Fault::new(place(error.span), message);
            fault.help.clone_from(&error.help);
            self.faults.push(fault);
        }
        if let Some(second) = parsed.documents.get(1) {
            let message = "a map is one YAML document; this is a second one";
            self.faults.push(Fault::new(place(second.span), message));
        }
        let Some(root) = parsed.documents.first() else {
            if parsed.errors.is_empty() {
                let fault = Fault::new(place(Span::default()), "the map is empty");
                self.faults.push(fault.help("begin it with `version: 1`"));
            }
            return;
        };
        let mut reader = Reader {
            source: Arc::clone(&source),
            faults: self.faults,
        };
        let includes = schema::read(&mut reader, root, is_main, self.forges, &mut self.written);
        self.chain.push(path.to_path_buf());
        for include in &includes {
            self.include(path, include);
        }
        self.done.extend(self.chain.pop());
        // Taking a large map apart takes as long as reading a part of it.
        rayon::spawn(move || drop(parsed));
    }

    fn include(&mut self, from: &Path, said: &Text) {
        let mut fault = |message: &str, help: &str| {
            let fault = Fault::new(said.place.clone(), message);
            self.faults.push(fault.help(help));
        };
        let relative = Path::new(&said.value);
        let inside = "a map includes files next to it or below, by a relative path";
        if relative.is_absolute() {
            return fault("an include has to be a relative path", inside);
        }
        let base = from.parent().unwrap_or(self.directory);
        let path = without_dots(&base.join(relative));
        let real = self.snapshot.canonicalize(&path);
        let real = real.unwrap_or_else(|_| path.clone());
        self.follows_links |= real != path;
        let path = real;
        if !path.starts_with(self.directory) {
            return fault("an include may not leave the directory of the map", inside);
        }
        if self.chain.contains(&path) {
            return fault(
                "the files include each other in a circle",
                "leave this one out",
            );
        }
        if self.chain.len() > MAX_INCLUDE_DEPTH {
            return fault(
                &format!("files include each other more than {MAX_INCLUDE_DEPTH} deep"),
                "include them from the map itself",
            );
        }
        if self.done.contains(&path) {
            return fault("the file is included twice", "leave this one out");
        }
        self.file(&path, Some(said), &mut |_, _| ());
    }

    fn open(&self, path: &Path) -> std::io::Result<(Source, Option<Span>)> {
        let bytes = match self.snapshot.file(path, MAX_BYTES) {
            Some(bytes) => bytes?,
            None => read_regular(path, MAX_BYTES)?,
        };
        let relative = path.strip_prefix(self.directory).unwrap_or(path);
        let relative = relative.as_os_str().as_encoded_bytes().into();
        Ok(Source::new(SourceOrigin::Map, relative, bytes))
    }
}
