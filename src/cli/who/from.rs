//! `who --from`: answers by an existing ownership file, with the forge's own rules.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bstr::{BStr, BString, ByteSlice};
use serde::Serialize;

use crate::{
    cli::{
        CLEAN, Outcome,
        args::{WhoArguments, WhoFormat},
        failure::Failure,
        session,
        terminal::Terminal,
    },
    config::without_dots,
    dialects::{Answer, Answers, Dialect, Tree},
    inventory::{self, work_tree},
    outputs::{Location, Palette, Places, Tone, path_text},
    text::{printable, printable_bytes, quoted, quoted_path},
};

pub(super) fn run(
    dialect: &Dialect,
    typed: &[OsString],
    arguments: &WhoArguments,
    terminal: &Terminal,
) -> Outcome {
    let here = session::here()?;
    let ground = Ground::new(&here, arguments.file.as_deref())?;
    let paths: Vec<BString> = typed
        .iter()
        .map(|typed| ground.path(Path::new(typed)))
        .collect::<Result<_, _>>()?;
    let asked: Vec<&BStr> = paths.iter().map(|path| path.as_bstr()).collect();
    let answer = dialect
        .answer
        .ok_or_else(|| Failure::new("no forge answers by such files"))?;
    let answers = answer(&ground.tree, &asked);
    let places = Places::of_map(&ground.files, &here);
    if answers.read.is_empty() {
        Failure::of_unread(&answers)?;
        if !ground.has_any(dialect) {
            return Err(nothing_read(dialect, &ground));
        }
    }
    terminal.warn_of(&answers.problems, &places);
    let out = match arguments.format {
        WhoFormat::Tsv => tsv(typed, &answers),
        WhoFormat::Json => json(&paths, &answers)?,
        WhoFormat::Human => human(typed, &answers, &places, Palette(terminal.out.color)),
    };
    Ok((out.into_bytes(), CLEAN))
}

/// Where paths begin and files lie.
struct Ground {
    tree: Tree<'static>,
    /// What paths are told from.
    root: PathBuf,
    /// Where relative paths begin.
    base: PathBuf,
    /// What places of files are relative to.
    files: PathBuf,
}

impl Ground {
    /// Without a file that is named: the work tree around `here`. A named directory is the tree, and
    /// paths begin there; of a named file they begin where the user is.
    fn new(here: &Path, file: Option<&Path>) -> Result<Self, Failure> {
        let here = here.canonicalize().unwrap_or_else(|_| here.to_path_buf());
        let root = work_tree(&here).unwrap_or_else(|| here.clone());
        let Some(named) = file else {
            return Ok(Self {
                tree: Tree::on_disk(root.clone()),
                files: root.clone(),
                root,
                base: here,
            });
        };
        let shown = quoted_path(named);
        let failed = |reason: String| Failure::new(format!("{shown} can't be read: {reason}"));
        let full = here
            .join(named)
            .canonicalize()
            .map_err(|error| failed(error.kind().to_string()))?;
        if full.is_dir() {
            return Ok(Self {
                tree: Tree::on_disk(full.clone()),
                files: full.clone(),
                root: full.clone(),
                base: full,
            });
        }
        let directory = full.parent().unwrap_or(&full);
        let name = full.file_name().unwrap_or_default().as_encoded_bytes();
        let tree =
            Tree::of_file(directory, name.as_bstr()).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            tree,
            files: directory.to_path_buf(),
            root,
            base: here,
        })
    }

    /// The path in the tree that a user means by `typed`.
    fn path(&self, typed: &Path) -> Result<BString, Failure> {
        let full = without_dots(&self.base.join(typed));
        let inside = full.strip_prefix(&self.root).map(Path::to_path_buf);
        let inside = inside.ok().or_else(|| {
            // Reached through a symbolic link in a directory above.
            let parent = full.parent()?.canonicalize().ok()?;
            let full = parent.join(full.file_name()?);
            Some(full.strip_prefix(&self.root).ok()?.to_path_buf())
        });
        match inside {
            Some(path) if !path.as_os_str().is_empty() => {
                Ok(path.as_os_str().as_encoded_bytes().into())
            }
            Some(_) => Err(Failure::new(format!(
                "{} is no file: forges know owners of files only",
                quoted_path(typed)
            ))),
            None => Err(Failure::new(format!(
                "{} is not in {}",
                quoted_path(typed),
                quoted_path(&self.root)
            ))),
        }
    }

    /// Whether the tree has ownership files elsewhere, so that it is an answer that nobody owns.
    fn has_any(&self, dialect: &Dialect) -> bool {
        let is_one = |path: &BStr| {
            let name = path.rsplit_str("/").next().unwrap_or_default();
            dialect.is_per_folder && dialect.locations.iter().any(|l| l.as_bytes() == name)
        };
        dialect.is_per_folder
            && inventory::list(&self.root, true)
                .is_ok_and(|listing| listing.files.iter().any(|file| is_one(file.path)))
    }
}

fn nothing_read(dialect: &Dialect, ground: &Ground) -> Failure {
    let names: Vec<String> = dialect.locations.iter().map(quoted).collect();
    let root = quoted_path(&ground.root);
    let message = match dialect.is_per_folder {
        true => format!("no folder of {root} has a file {}", names.join(" or ")),
        false => format!("there is no {} in {root}", names.join(", ")),
    };
    Failure::new(message).help("name it with --file")
}

fn tsv(typed: &[OsString], answers: &Answers) -> String {
    let mut out = String::new();
    for (typed, at) in typed.iter().zip(0..) {
        let owners: Vec<String> = answers.of(at).sorted().into_iter().map(printable).collect();
        out += &printable_bytes(typed.as_encoded_bytes());
        out.push('\t');
        out += &owners.join(" ");
        out.push('\n');
    }
    out
}

#[derive(Serialize)]
struct Entry<'a> {
    path: String,
    owners: &'a [String],
    rules: Vec<Rule>,
}

/// A line that decided.
#[derive(Serialize)]
struct Rule {
    text: String,
    location: Location,
}

fn json(paths: &[BString], answers: &Answers) -> Result<String, Failure> {
    let entry = |(path, at): (&BString, usize)| {
        let answer = answers.of(at);
        Entry {
            path: path_text(path),
            owners: &answer.owners,
            rules: answer
                .rules
                .iter()
                .map(|place| Rule {
                    text: place.words().to_owned(),
                    location: Location::new(place),
                })
                .collect(),
        }
    };
    let entries: Vec<Entry<'_>> = paths.iter().zip(0..).map(entry).collect();
    session::json(&entries)
}

fn human(typed: &[OsString], answers: &Answers, places: &Places, palette: Palette) -> String {
    let told = typed.iter().zip(0..).map(|(typed, at)| {
        let path = printable_bytes(typed.as_encoded_bytes());
        let mut lines = vec![palette.paint(Tone::Strong, &path)];
        let Answer { owners, rules } = answers.of(at);
        lines.push(match (&owners[..], &rules[..]) {
            ([], []) => format!(
                "  {}",
                palette.paint(Tone::Error, "unowned: no line matches")
            ),
            ([], _) => format!("  {}", palette.paint(Tone::Error, "unowned")),
            _ => {
                let names: Vec<String> = owners
                    .iter()
                    .map(|owner| palette.paint(Tone::Good, &printable(owner)))
                    .collect();
                format!("  owned by {}", names.join(", "))
            }
        });
        for place in rules {
            let position = palette.paint(Tone::Faint, &places.position(place));
            lines.push(format!("  {position}  {}", printable(place.words())));
        }
        lines.join("\n") + "\n"
    });
    told.collect::<Vec<String>>().join("\n")
}
