use std::{ffi::OsStr, path::Path};

use super::{
    CLEAN, Outcome,
    args::{Global, InitArguments},
    terminal::Terminal,
};
use crate::{
    config::MAP_NAME,
    git::work_tree,
    outputs::map_update,
    text::{quoted, quoted_path},
    workspace::{Error, MapDrafter, Options, Workspace, file, map_file},
};

pub(super) fn run(arguments: &InitArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let options = global.options();
    if arguments.update {
        return update(arguments, &options, terminal);
    }
    let here = options.real_here()?;
    let (map, why) = match &arguments.output {
        Some(path) => map_file::new_path(&here.join(path))?,
        None => {
            let root = match arguments.directories.is_empty() {
                true => work_tree(&here).unwrap_or_else(|| here.clone()),
                false => here.clone(),
            };
            let usual = root.join(MAP_NAME);
            map_file::new_path(&usual).unwrap_or((usual, None))
        }
    };
    let target = arguments.output.is_some().then_some(&map);
    if let Some(target) = target
        && target.symlink_metadata().is_ok()
        && !arguments.force
    {
        let shown = quoted_path(target);
        return Err(Error::new(format!("{shown} already exists"))
            .help("use --force to overwrite the file, or omit --output to print the draft"));
    }
    if let Some(target) = target {
        file::require_parent(target)?;
    }
    let name = map.file_name();
    let name = name.and_then(OsStr::to_str).unwrap_or(MAP_NAME);
    let uses_history = !arguments.no_history;
    let drafter = MapDrafter::open(&options, &arguments.directories, &map, uses_history)?;
    let text = drafter.draft(arguments.from.as_deref(), arguments.replace);
    terminal.show(&drafter.take_notices());
    let text = text?;
    let root = drafter.directory();
    let is_elsewhere = |directory: &Path| directory.canonicalize().is_ok_and(|it| it != *root);
    if let Some(why) = why {
        let name = quoted(name);
        terminal.note(&match target {
            Some(_) => format!("{why}; writing the map to {name}"),
            None => format!("{why}; save this map as {name}"),
        });
    }
    let directory = target.and_then(|map| map.parent());
    if directory.is_some_and(is_elsewhere) {
        let root = quoted_path(root);
        terminal.note(&format!(
            "move this map to {root}, because a map covers only the directory that contains it"
        ));
    }
    match target {
        None => {
            if map.symlink_metadata().is_err() {
                terminal.note(&format!(
                    "no file is written; to write this draft to a file, use `--output {name}`"
                ));
            }
            Ok((text.into_bytes(), CLEAN))
        }
        Some(target) => {
            file::replace(target, text.as_bytes())?;
            let shown = quoted_path(arguments.output.as_deref().unwrap_or(target));
            terminal.note(&format!(
                "wrote the map to {shown}; next, run `ownlint check`"
            ));
            Ok((Vec::new(), CLEAN))
        }
    }
}

/// Shows or inserts what is new since the map was written.
fn update(arguments: &InitArguments, options: &Options, terminal: &Terminal) -> Outcome {
    let workspace = Workspace::open(options)?;
    let from = arguments.from.as_deref();
    let update = terminal.query(&workspace, |it| it.update_map(from))?;
    if update.files.is_empty() {
        terminal.note("the map contains all teams, aliases, handles and kinds of ownership files");
    }
    if arguments.write {
        let files = update.files.iter();
        let targets = files.map(|file| (file.path.clone(), file.after.as_bytes()));
        file::replace_all(&targets.collect::<Vec<_>>())?;
    } else if !update.files.is_empty() {
        terminal.note("to insert these lines, use `--write`");
    }
    let changes = map_update::changes(&update, &workspace.here);
    Ok((changes.into_bytes(), CLEAN))
}
