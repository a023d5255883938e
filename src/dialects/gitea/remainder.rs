//! Expressions without lookaheads for everything in a directory except some paths, because Forgejo has no lookaheads.

use std::collections::BTreeMap;

use super::write::escape;
use crate::dialects::glob::{Glob, GlobToken};

/// Paths to exclude, by their characters.
#[derive(Debug, Default)]
struct Excluded {
    next: BTreeMap<char, Self>,
    /// Whether the path that ends here is excluded.
    path: bool,
    /// Whether all paths that start like this are excluded.
    all: bool,
}

/// Returns an expression that matches what `directory` matches, except what one of `excluded` matches; `None` unless
/// `directory` matches everything in a directory, and the others have no wildcards either.
pub(super) fn remainder(directory: &Glob, excluded: &[&Glob]) -> Option<String> {
    let (start, true) = literal(directory)? else {
        return None;
    };
    let mut root = Excluded::default();
    for glob in excluded {
        let (path, is_inside) = literal(glob)?;
        let rest = path.strip_prefix(&start)?;
        let end = root.at(rest);
        match is_inside {
            true => end.all = true,
            false => {
                end.path = true;
                if glob.with_content {
                    end.at("/").all = true;
                }
            }
        }
    }
    let start: String = start.chars().map(escape).collect();
    Some(start + &root.others())
}

/// Returns the path of a glob without wildcards, and whether it matches what is inside instead of the path.
fn literal(glob: &Glob) -> Option<(String, bool)> {
    let (tokens, is_inside) = match &glob.tokens[..] {
        [tokens @ .., GlobToken::Star] if glob.with_content => (tokens, true),
        tokens => (tokens, false),
    };
    let chars = tokens.iter().map(|token| match token {
        GlobToken::Char(char) => Some(*char),
        _ => None,
    });
    let path: String = chars.collect::<Option<_>>()?;
    let starts_segment = path.is_empty() || path.ends_with('/');
    (starts_segment == is_inside).then_some((path, is_inside))
}

impl Excluded {
    fn at(&mut self, rest: &str) -> &mut Self {
        let mut node = self;
        for char in rest.chars() {
            node = node.next.entry(char).or_default();
        }
        node
    }

    /// Returns an expression for all texts from here on that are not excluded.
    fn others(&self) -> String {
        if self.next.is_empty() {
            return String::from(if self.path { ".+" } else { ".*" });
        }
        let in_class = |char: &char| match char {
            '-' => "\\-".to_owned(),
            char => escape(*char),
        };
        let chars: String = self.next.keys().map(in_class).collect();
        let mut parts = vec![format!("[^{chars}].*")];
        for (char, next) in self.next.iter().filter(|(_, next)| !next.all) {
            parts.push(escape(*char) + &next.others());
        }
        let optional = if self.path { "" } else { "?" };
        format!("(?:{}){optional}", parts.join("|"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_automata::meta::Regex;

    use super::*;

    fn glob(path: &str, is_inside: bool, with_content: bool) -> Glob {
        let mut tokens: Vec<GlobToken> = path.chars().map(GlobToken::Char).collect();
        if is_inside {
            tokens.extend([GlobToken::Char('/'), GlobToken::Star]);
        }
        Glob {
            tokens,
            with_content: is_inside || with_content,
        }
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec("[ab.\\-]{1,2}", 1..4).prop_map(|names| names.join("/"))
    }

    proptest! {
        #[test]
        fn matches_the_remainder(
            excluded in prop::collection::vec((path(), any::<bool>(), any::<bool>()), 0..5),
            paths in prop::collection::vec(path(), 30),
        ) {
            let excluded = excluded.iter();
            let excluded: Vec<Glob> = excluded
                .map(|(path, is_inside, with_content)| glob(&format!("d/{path}"), *is_inside, *with_content))
                .collect();
            let directory = glob("d", true, true);
            let text = remainder(&directory, &excluded.iter().collect::<Vec<_>>()).unwrap();
            let regex = Regex::new(&format!("^(?:{text})$")).unwrap();
            for path in paths.iter().map(|path| format!("d/{path}")) {
                let is_excluded = excluded.iter().any(|glob| glob.matches(path.as_bytes()));
                prop_assert_eq!(regex.is_match(&path), !is_excluded, "{} {}", text, path);
            }
        }
    }

    #[test]
    fn has_no_expression_for_wildcards() {
        let directory = glob("d", true, true);
        let star = Glob {
            tokens: vec![GlobToken::Star],
            with_content: false,
        };
        assert_eq!(remainder(&directory, &[&star]), None);
        assert_eq!(remainder(&star, &[]), None);
        assert_eq!(remainder(&glob("d", false, true), &[]), None);
        let text = remainder(
            &directory,
            &[&glob("d/ab", true, true), &glob("d/c", false, false)],
        );
        assert_eq!(
            text.unwrap(),
            "d/(?:[^ac].*|a(?:[^b].*|b(?:[^/].*)?)?|c.+)?"
        );
    }
}
