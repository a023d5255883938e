use std::{ffi::OsStr, path::Path};

use super::{
    CLEAN, Outcome,
    args::{Global, InitArguments},
    terminal::Terminal,
};
use crate::{
    config::MAP_NAME,
    git::work_tree,
    text::{quoted, quoted_path},
    workspace::{Error, MapDrafter, file, map_file},
};

pub(super) fn run(arguments: &InitArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let options = global.options();
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
        None => Ok((text.into_bytes(), CLEAN)),
        Some(target) => {
            file::replace(target, text.as_bytes())?;
            Ok((Vec::new(), CLEAN))
        }
    }
}
