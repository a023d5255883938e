//! `ARCHITECTURE.md` and `CONTRIBUTING.md` match the sources.

use std::{collections::BTreeSet, fs};

use crate::harness::project;

fn page(name: &str) -> String {
    fs::read_to_string(project().join(name)).unwrap()
}

/// Returns the parts of a text in backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns the modules of the library in order, without those for unit tests.
fn modules(library: &str) -> Vec<&str> {
    let (modules, _) = library.split_once("\npub use ").unwrap();
    let modules = modules.lines().filter_map(|line| line.strip_prefix("mod "));
    modules.map(|line| line.trim_end_matches(';')).collect()
}

#[test]
fn the_table_lists_the_modules_of_the_library_in_order() {
    let text = page("ARCHITECTURE.md");
    let (_, table) = text.split_once("\n| module | contains |\n").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let rows = table.lines().skip(1);
    let described: Vec<&str> = rows.filter_map(|row| code(row).next()).collect();
    let library = page("src/lib.rs");
    assert_eq!(described, modules(&library));
}

#[test]
fn a_module_uses_only_those_above_it() {
    let library = page("src/lib.rs");
    let modules = modules(&library);
    for (at, module) in modules.iter().enumerate() {
        let below: BTreeSet<&str> = modules[at + 1..].iter().copied().collect();
        for (file, text) in sources(&format!("src/{module}")) {
            // Unit tests may use any module.
            let (text, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
            for used in used_modules(text) {
                assert!(!below.contains(used), "{file} uses {used}");
            }
        }
    }
}

/// Returns the files of a module and their texts, without tests.
fn sources(module: &str) -> Vec<(String, String)> {
    let one = project().join(format!("{module}.rs"));
    let mut found = Vec::new();
    let mut queue = vec![one, project().join(module)];
    while let Some(path) = queue.pop() {
        let name = path.display().to_string();
        if path.is_dir() && !path.ends_with("tests") {
            queue.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
        } else if name.ends_with(".rs") && path.is_file() && !path.ends_with("tests.rs") {
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Returns the modules of this crate in the paths and `use` declarations of a text.
fn used_modules(text: &str) -> Vec<&str> {
    let mut used = Vec::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => used.push(first_word(rest)),
            Some(list) => used.extend(outermost(list).into_iter().map(first_word)),
        }
    }
    used
}

/// Returns the first word of a text.
fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// Returns the comma-separated parts of a list in braces. The text starts after the opening brace.
fn outermost(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, char) in list.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
                if char == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[test]
fn finds_used_modules() {
    let text = "use crate::{\n    a::B,\n    c::{\n        D, E,\n    },\n};\nuse crate::{f::G, h};\ncrate::i::j()";
    assert_eq!(used_modules(text), ["a", "c", "f", "h", "i"]);
}

#[test]
fn the_files_in_the_text_exist() {
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = page(name);
        let words = code(&text).filter(|word| !word.contains(' ') && word.contains('/'));
        let files: BTreeSet<&str> = words.filter(|word| !word.contains("NAME")).collect();
        assert!(files.len() > 5, "{name}");
        for file in files {
            assert!(project().join(file).exists(), "{name}: {file}");
        }
        for pattern in code(&text).filter(|word| word.contains("/NAME")) {
            let (directory, _) = pattern.split_once("/NAME").unwrap();
            assert!(project().join(directory).is_dir(), "{name}: {pattern}");
        }
    }
}
