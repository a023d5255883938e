//! What cannot be written in `tests/dialects/gerrit.txt`: control characters, bytes, links and sizes.

use bstr::{BStr, BString};

use super::DIALECT;
use crate::{
    dialects::{Answers, FileProblemKind, Tree},
    testing::within,
};

fn answers(files: &[(&str, &[u8])], paths: &[&str]) -> Answers {
    let files = files.iter();
    let files = files.map(|(path, bytes)| (BString::from(*path), bytes.to_vec()));
    let paths: Vec<&BStr> = paths.iter().map(BStr::new).collect();
    (DIALECT.answer.unwrap())(&Tree::in_memory(files), &paths)
}

#[test]
fn unicode_line_breaks_end_lines() {
    for line_break in [
        "\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}",
    ] {
        let text = format!("a@x.org # one{line_break}b@x.org{line_break}");
        let answers = answers(&[("OWNERS", text.as_bytes())], &["f"]);
        assert_eq!(
            answers.of(0).owners,
            ["a@x.org", "b@x.org"],
            "{line_break:?}"
        );
        assert!(answers.problems.is_empty(), "{line_break:?}");
    }
}

#[test]
fn invalid_bytes_matter_outside_comments_only() {
    let owners = |bytes: &[u8]| {
        let answers = answers(&[("OWNERS", bytes)], &["f"]);
        (answers.of(0).owners.len(), answers.problems.len())
    };
    assert_eq!(owners(b"r@x.org # Ren\xe9\n"), (1, 0));
    assert_eq!(owners(b"# Ren\xe9\nr@x.org\n"), (1, 0));
    assert_eq!(owners(b"ren\xe9@x.org\n"), (1, 1));
}

#[test]
fn a_byte_order_mark_is_a_part_of_the_first_line() {
    for (first, kind) in [
        ("# comment", FileProblemKind::Rejected),
        ("set noparent", FileProblemKind::Rejected),
        ("r@x.org", FileProblemKind::Line),
    ] {
        let text = format!("\u{feff}{first}\n");
        let answers = answers(&[("OWNERS", text.as_bytes())], &["f"]);
        let kinds: Vec<FileProblemKind> = answers.problems.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [kind], "{first}");
    }
}

#[test]
fn a_path_with_a_line_break_matches_no_glob() {
    let files: [(&str, &[u8]); 1] = [("OWNERS", b"r@x.org\nper-file *=f@x.org\n")];
    let answers = answers(&files, &["a", "a\nb"]);
    assert_eq!(answers.of(0).owners, ["f@x.org", "r@x.org"]);
    assert_eq!(answers.of(1).owners, ["r@x.org"]);
}

#[test]
fn a_glob_with_invalid_bytes_matches_nothing() {
    let text = b"a@x.com\nper-file x\xe9.md,y.md=b@x.com\n";
    let answers = answers(&[("OWNERS", text)], &["xe.md", "x?.md", "y.md"]);
    assert_eq!(answers.of(0).owners, ["a@x.com"]);
    assert_eq!(answers.of(1).owners, ["a@x.com"]);
    assert_eq!(answers.of(2).owners.len(), 2);
    assert_eq!(answers.problems.len(), 1);
}

#[test]
fn each_include_is_visited_once() {
    // Each file includes the next two: by paths, there are as many as Fibonacci numbers.
    const FILES: usize = 200;
    let name = |at: usize| format!("OWNERS_{at}");
    let mut files = vec![("OWNERS".to_owned(), format!("include {}\n", name(0)))];
    files.extend((0..FILES).map(|at| {
        let text = format!(
            "o{at}@x.org\ninclude {}\ninclude {}\n",
            name(at + 1),
            name(at + 2)
        );
        (name(at), text)
    }));
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_bytes()))
        .collect();
    let answers = within(5, || answers(&files, &["f"]));
    assert_eq!(answers.of(0).owners.len(), FILES);
}
