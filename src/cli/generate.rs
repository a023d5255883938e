use std::io::{self, IsTerminal as _};

use bstr::ByteSlice as _;

use super::{
    CLEAN, FINDINGS, Outcome,
    args::{GenerateArguments, Global},
    terminal::Terminal,
};
use crate::{
    inventory::is_generated,
    outputs::generate,
    text::{neutral, quoted},
    workspace::{Error, GenerateRequest, GeneratedFiles, Workspace, file, on_disk, shown},
};

pub(super) fn run(arguments: &GenerateArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let workspace = Workspace::open(&global.options())?;
    if let Some(path) = &arguments.output {
        file::refuse_map_file(path, &workspace.map)?;
    }
    let request = GenerateRequest {
        dialect: arguments.dialect.clone(),
        repository: arguments.repository.clone(),
        output: arguments.output.clone(),
        per_file_fallback: arguments.per_file_fallback,
        keep_existing: arguments.keep_existing.clone(),
    };
    let generated = terminal.query(&workspace, |it| it.generate(&request))?;
    let here = &workspace.here;
    let writes = arguments.output.is_some();
    if !arguments.check && (generated.is_per_folder || writes) {
        note_replaced_files(&generated, &workspace, terminal);
    }
    let outcome = if arguments.check {
        let changes = generate::changes(&generated, here);
        let code = if changes.is_empty() { CLEAN } else { FINDINGS };
        (changes.into_bytes(), code)
    } else if writes {
        if let Some(path) = generated.stale.first() {
            return Err(Error::new(format!(
                "{} is a generated file that is no longer needed",
                quoted(shown(path, here))
            ))
            .help("remove it, and the other files that `--check` lists"));
        }
        generated.prepare(here)?;
        file::replace_all(&generated.targets())?;
        (Vec::new(), CLEAN)
    } else {
        let text = generate::texts(&generated);
        let neutral = match io::stdout().is_terminal() {
            true => neutral(&text),
            false => None,
        };
        (neutral.unwrap_or(text).into_bytes(), CLEAN)
    };
    Ok(outcome)
}

/// Prints a note for each existing file that ownlint did not write and that these files replace.
fn note_replaced_files(generated: &GeneratedFiles, workspace: &Workspace, terminal: &Terminal) {
    for path in &generated.paths {
        if on_disk(path).is_some_and(|bytes| !is_generated(&bytes.to_str_lossy())) {
            terminal.note(&format!(
                "{} was not written by ownlint: this file replaces it",
                quoted(shown(path, &workspace.here))
            ));
        }
    }
}
