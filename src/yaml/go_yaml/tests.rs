//! The recorded answers of Prow, which uses go-yaml, are compared in `src/dialects/kubernetes/tests.rs`.

use proptest::prelude::*;

use super::{ValueContent, read};
use crate::testing::within;

/// Parts of YAML files that are unusual together.
const PIECES: [&str; 60] = [
    "a",
    "b: ",
    "- ",
    "-\t",
    "? ",
    ": ",
    ":",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "\n  ",
    "\r\n",
    "\t",
    " ",
    "#",
    " # c\n",
    "'",
    "\"",
    "\\x41",
    "\\\n",
    "\\u",
    "|",
    "|2-\n",
    ">",
    ">+\n",
    "&a ",
    "*a ",
    "!!str ",
    "!!int ",
    "!!binary ",
    "!!timestamp ",
    "!x!y",
    "!<",
    "!%C3",
    "! ",
    "<<: ",
    "%YAML 1.1\n",
    "%TAG !x! y\n",
    "---\n",
    "...\n",
    "~",
    "yes",
    "0x1",
    "1e5",
    "-0b",
    ".5_",
    ".inf",
    "2001-01-01",
    "=",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{e9}",
    "\u{7f}",
    "@",
    "`",
    "\0",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_read_or_rejected(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.into_iter().map(|at| PIECES[at]).collect();
        if let Err(error) = read(text.as_bytes()) {
            prop_assert!(error.span.start as usize <= text.len().max(1), "{error:?}");
        }
    }

    #[test]
    fn any_bytes_are_read_or_rejected(
        mark in 0..3_usize,
        bytes in proptest::collection::vec(any::<u8>(), 0..1_200),
    ) {
        let mark = [&b""[..], b"\xFF\xFE", b"\xFE\xFF"][mark];
        // Any result will do.
        let _ = read(&[mark, &bytes].concat());
    }
}

#[test]
fn nesting_is_limited() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        "[".repeat(300) + &"]".repeat(300),
    ] {
        let error = within(10, || read(text.as_bytes())).unwrap_err();
        assert!(error.is_limit, "{error:?}");
    }
    let deep = "[".repeat(150) + &"]".repeat(150);
    assert!(read(deep.as_bytes()).is_ok());
    // Aliases nest as well.
    let mut text = "a0: &a0 [x]\n".to_owned();
    for at in 1..1_000 {
        text += &format!("a{at}: &a{at} [*a{}]\n", at - 1);
    }
    assert!(within(10, || read(text.as_bytes())).unwrap_err().is_limit);
}

#[test]
fn aliases_are_limited() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..9 {
        let alias = format!("*a{}", at - 1);
        text += &format!("a{at}: &a{at} [{}]\n", [&*alias; 9].join(", "));
    }
    let error = within(10, || read(text.as_bytes())).unwrap_err();
    assert!(
        !error.is_limit && error.message.contains("aliases"),
        "{error:?}"
    );
}

#[test]
fn large_files_are_read() {
    let text = "approvers:\n".to_owned() + &"- someone # a comment\n".repeat(50_000);
    let value = within(10, || read(text.as_bytes())).unwrap();
    let ValueContent::Mapping(entries) = value.content else {
        panic!("{value:?}");
    };
    let ValueContent::List(items) = &entries[0].value.content else {
        panic!("{:?}", entries[0]);
    };
    assert_eq!(items.len(), 50_000);
    assert!(read(text.repeat(5).as_bytes()).unwrap_err().is_limit);
}
