use bstr::{BStr, ByteSlice};

use super::{Alternative, Extent, Pattern, Step, Token};

impl Pattern {
    /// Returns the part of its language that is probably unintended: names that start with a dot where the
    /// pattern starts with a wildcard (`.x.yaml` for `*.yaml`), and the content of directories that are named
    /// like files (inside `x.yaml/`) or in place of existing files, for which `is_file` returns true.
    pub fn unintended_part(&self, is_file: impl Fn(&BStr) -> bool) -> Option<Self> {
        let mut alternatives = Vec::new();
        for alternative in &self.alternatives {
            let is_of_file = || {
                let last = alternative.steps.last();
                let path = || alternative.path();
                last.is_some_and(is_file_like) || path().is_some_and(|it| is_file(it.as_bstr()))
            };
            if alternative.extent == Extent::Whole && is_of_file() {
                alternatives.push(Alternative {
                    extent: Extent::Inside,
                    ..alternative.clone()
                });
            }
            for (at, step) in alternative.steps.iter().enumerate() {
                for hidden in hidden(step) {
                    let mut unintended = alternative.clone();
                    unintended.steps[at] = hidden;
                    alternatives.push(unintended);
                }
            }
        }
        (!alternatives.is_empty()).then(|| Self::of(self.text.clone(), alternatives))
    }
}

/// Returns whether a name has a short extension that starts with a letter, other than `.d`, which
/// directories have.
fn is_file_like(step: &Step) -> bool {
    let end = match step {
        Step::Literal(name) => name.to_vec(),
        Step::Glob(glob) => glob.suffix(),
        Step::AnyDepth => return false,
    };
    let Some(dot) = end.rfind_byte(b'.') else {
        return false;
    };
    let extension = &end[dot + 1..];
    extension != b"d"
        && extension.len() <= 8
        && extension.first().is_some_and(u8::is_ascii_alphabetic)
        && extension.iter().all(u8::is_ascii_alphanumeric)
}

/// Returns the steps for the names that start with a dot, if the glob starts with a wildcard.
fn hidden(step: &Step) -> Vec<Step> {
    const DOT: Token = Token::Byte(b'.');
    let Step::Glob(glob) = step else {
        return Vec::new();
    };
    let (first, rest) = match glob.tokens() {
        [first, rest @ ..] => (first, rest),
        [] => return Vec::new(),
    };
    match first {
        Token::Star => {
            let longer = [&[DOT, Token::Star], rest].concat();
            let is_dot = matches!(rest.first(), Some(Token::Byte(b'.')));
            let shortest = is_dot.then(|| rest.to_vec());
            std::iter::once(longer)
                .chain(shortest)
                .map(Step::of)
                .collect()
        }
        Token::One(set) if set.contains(b'.') => vec![Step::of([&[DOT], rest].concat())],
        Token::One(_) | Token::Byte(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_hidden_names_and_content_of_files() {
        for (text, unintended, plain) in [
            (
                "x/*.yaml",
                &["x/a.yaml/b", "x/.a.yaml", "x/.yaml"][..],
                "x/a.yaml",
            ),
            ("**/*.{pp,erb}", &["a/b.erb/c", ".pp"], ".a/b.pp"),
            ("x/init.pp", &["x/init.pp/a"], "x/init.pp"),
            ("*/x", &[".a/x"], "a/x"),
            ("?x*", &[".xa"], "axa"),
            ("{a/,*.x}", &["b.x/c"], "a/c"),
            (".*/*", &[".a/.b"], ".a/b"),
            ("x/core", &["x/core/a"], "x/core"),
        ] {
            let pattern = Pattern::parse(text).unwrap();
            let part = pattern.unintended_part(|path| path == "x/core").unwrap();
            for path in unintended {
                assert!(part.matches((*path).into(), false), "{path} of {text}");
                assert!(pattern.matches((*path).into(), false), "{path} of {text}");
            }
            assert!(!part.matches(plain.into(), false), "{plain} of {text}");
        }
        for text in ["x/conf.d", "x/python3.11", "**", "[ab]*/", "x/.*"] {
            let pattern = Pattern::parse(text).unwrap();
            let part = pattern.unintended_part(|path| path == "x");
            assert_eq!(part, None, "{text}");
        }
    }
}
