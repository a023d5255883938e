//! How the project writes: the words of `data/rejected_words.txt` are in none of its texts.

use std::fs;

use ignore::WalkBuilder;
use regex_automata::meta::Regex;

use crate::harness::project;

/// The expression of each rejected word, and what to write instead.
fn rejected_words() -> Vec<(Regex, String)> {
    let text = fs::read_to_string(project().join("tests/it/data/rejected_words.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words = lines.map(|line| {
        let (word, instead) = line.split_once('\t').expect(line);
        // An identifier ends a word too.
        let word = Regex::new(&format!(r"(?i)(^|[^a-z])({word})($|[^a-z])")).unwrap();
        (word, instead.to_owned())
    });
    words.collect()
}

/// The lines of a file that people read. The changelog names what was renamed, in code spans.
fn lines(path: &str, text: &str) -> Vec<String> {
    let is_changelog = path == "CHANGELOG.md";
    let lines = text.lines().map(|line| match is_changelog {
        true => line.split('`').step_by(2).collect(),
        false => line.to_owned(),
    });
    lines.collect()
}

#[test]
fn no_text_contains_a_rejected_word() {
    let words = rejected_words();
    assert!(words.len() >= 8);
    let mut found = Vec::new();
    let mut files = 0;
    let mut walk = WalkBuilder::new(project());
    let walk = walk.hidden(false).filter_entry(|entry| {
        let name = entry.file_name();
        // Fixtures imitate what other people write.
        !["target", ".git", "fixtures", "data"]
            .iter()
            .any(|it| name == *it)
    });
    for entry in walk.build().map(Result::unwrap) {
        let path = entry.path().strip_prefix(project()).unwrap();
        let path = path.to_str().unwrap();
        let Ok(text) = fs::read_to_string(entry.path()) else {
            continue;
        };
        files += 1;
        for (at, line) in lines(path, &text).iter().enumerate() {
            for (word, instead) in &words {
                if word.is_match(line) {
                    found.push(format!(
                        "{path}:{}: write {instead}: {}",
                        at + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(files > 400, "{files}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
