//! Globs that match the same paths as an expression.

use regex_syntax::hir::{Class as Set, ClassUnicode};

use crate::{
    dialects::glob::{Class, Glob, GlobToken},
    regexes::{Expression, Node, Position},
};

/// The largest number of globs for an expression.
const MAX_GLOBS: usize = 64;

/// The longest glob.
const MAX_LENGTH: usize = 4_096;

/// A part of a path that an expression matches.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Token(GlobToken),
    /// Any characters, including `/`.
    All,
    /// Optional directories, each with its `/`.
    Directories,
    /// Optionally, `/` and any characters.
    Content,
    /// The end of the path.
    End,
}

/// Returns the globs that match the same paths as an expression that applies to whole paths; `None` if there are none.
pub(super) fn whole(expression: &Expression) -> Option<Vec<Glob>> {
    whole_node(expression.node())
}

/// Returns the globs that match the same paths as an expression, except those that globs match which its lookaheads
/// exclude: the latter, then the former. Returns `None` if there are none.
pub(super) fn split(expression: &Expression) -> Option<(Vec<Glob>, Vec<Glob>)> {
    let (lookaheads, rest) = expression.node().split_lookaheads();
    let mut excluded = Vec::new();
    for (node, is_negated) in lookaheads {
        match is_negated {
            true => excluded.extend(at_start(node)?),
            false => return None,
        }
    }
    Some((excluded, whole_node(&rest)?))
}

fn whole_node(node: &Node) -> Option<Vec<Glob>> {
    let parts = node.parts();
    let [
        Node::Position(Position::Start),
        parts @ ..,
        Node::Position(Position::LastLineEnd),
    ] = parts
    else {
        return None;
    };
    sequences(parts)?.into_iter().map(glob).collect()
}

/// Returns the globs that match the paths in which an expression matches at the start.
fn at_start(node: &Node) -> Option<Vec<Glob>> {
    let sequences = sequences(std::slice::from_ref(node))?.into_iter();
    sequences
        .map(|mut pieces| {
            match pieces.last() {
                Some(Piece::End) => {
                    pieces.pop();
                }
                _ => pieces.push(Piece::All),
            }
            glob(pieces)
        })
        .collect()
}

/// Returns all sequences of pieces that some nodes match.
fn sequences(nodes: &[Node]) -> Option<Vec<Vec<Piece>>> {
    let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
    for node in nodes {
        let of_node = pieces(node)?;
        if all.len() * of_node.len() > MAX_GLOBS {
            return None;
        }
        all = all
            .iter()
            .flat_map(|before| of_node.iter().map(|more| [&before[..], more].concat()))
            .collect();
        if all.iter().any(|pieces| pieces.len() > MAX_LENGTH) {
            return None;
        }
    }
    Some(all)
}

fn pieces(node: &Node) -> Option<Vec<Vec<Piece>>> {
    let one = |piece| Some(vec![vec![piece]]);
    if node.is_any() {
        return one(Piece::Token(GlobToken::Any));
    }
    match node {
        Node::Empty => Some(vec![Vec::new()]),
        Node::Set(Set::Unicode(class)) => one(Piece::Token(token(class)?)),
        Node::Position(Position::LastLineEnd) => one(Piece::End),
        Node::Concat(nodes) => sequences(nodes),
        Node::Alternation(nodes) => {
            let all: Vec<_> = nodes.iter().map(pieces).collect::<Option<_>>()?;
            let all: Vec<_> = all.into_iter().flatten().collect();
            (all.len() <= MAX_GLOBS).then_some(all)
        }
        Node::Group(_, node) => pieces(node),
        Node::Repeat { node, min, max, .. } => repeated(node, *min, *max),
        _ => None,
    }
}

fn repeated(node: &Node, min: u32, max: Option<u32>) -> Option<Vec<Vec<Piece>>> {
    let slash = Piece::Token(GlobToken::Char('/'));
    let of_node = pieces(node)?;
    let one = |piece| Some(vec![vec![piece]]);
    if let [only] = &of_node[..] {
        match (&only[..], min, max) {
            ([Piece::Token(GlobToken::Any)], 0, None) => return one(Piece::All),
            ([Piece::Token(GlobToken::One)], 0, None) => return one(Piece::Token(GlobToken::Star)),
            ([one @ Piece::Token(GlobToken::One)], 1, None) => {
                return Some(vec![vec![one.clone(), Piece::Token(GlobToken::Star)]]);
            }
            ([Piece::All, last], 0, Some(1)) if *last == slash => return one(Piece::Directories),
            (
                [
                    Piece::Token(GlobToken::One),
                    Piece::Token(GlobToken::Star),
                    last,
                ],
                0,
                None,
            ) if *last == slash => {
                return one(Piece::Directories);
            }
            ([first, Piece::All], 0, Some(1)) if *first == slash => return one(Piece::Content),
            _ => {}
        }
    }
    match (min, max) {
        (0, Some(1)) => {
            let none = std::iter::once(Vec::new());
            Some(none.chain(of_node).collect())
        }
        (min, Some(max)) if min == max && max <= 16 => {
            let nodes: Vec<Node> = (0..max).map(|_| node.clone()).collect();
            sequences(&nodes)
        }
        _ => None,
    }
}

/// Returns the token for a class of characters: those of globs never match `/` together with other characters.
fn token(class: &ClassUnicode) -> Option<GlobToken> {
    let ranges: Vec<(char, char)> = class
        .iter()
        .map(|range| (range.start(), range.end()))
        .collect();
    if let [(first, last)] = ranges[..]
        && first == last
    {
        return Some(GlobToken::Char(first));
    }
    let has_slash = ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&'/'));
    if has_slash || ranges.is_empty() {
        return None;
    }
    let mut others = class.clone();
    others.negate();
    let others: Vec<(char, char)> = others
        .iter()
        .map(|range| (range.start(), range.end()))
        .collect();
    Some(match &others[..] {
        [('/', '/')] => GlobToken::One,
        // All except a few characters and `/`.
        _ if others.len() < ranges.len() => GlobToken::Class(Class {
            negated: true,
            ranges: others,
        }),
        _ => GlobToken::Class(Class {
            negated: false,
            ranges,
        }),
    })
}

/// Returns the glob for a sequence of pieces; `None` if there is none.
fn glob(pieces: Vec<Piece>) -> Option<Glob> {
    let mut glob = Glob::default();
    let tokens = &mut glob.tokens;
    let count = pieces.len();
    for (at, piece) in pieces.into_iter().enumerate() {
        let is_last = at + 1 == count;
        let starts_segment = matches!(
            tokens.last(),
            None | Some(GlobToken::Char('/') | GlobToken::Directories)
        );
        match piece {
            Piece::Token(GlobToken::Any) if starts_segment => tokens.push(GlobToken::One),
            Piece::Token(token) => tokens.push(token),
            // Any path inside the directory.
            Piece::All if is_last && starts_segment => {
                tokens.push(GlobToken::Star);
                glob.with_content = true;
            }
            Piece::All if starts_segment => {
                if tokens.last() != Some(&GlobToken::Directories) {
                    tokens.push(GlobToken::Directories);
                }
                tokens.push(GlobToken::Star);
            }
            Piece::All => tokens.push(GlobToken::Anything),
            Piece::Directories if starts_segment => {
                if tokens.last() != Some(&GlobToken::Directories) {
                    tokens.push(GlobToken::Directories);
                }
            }
            Piece::Content if is_last && !starts_segment => glob.with_content = true,
            Piece::Directories | Piece::Content | Piece::End => return None,
        }
    }
    let has_any = tokens.contains(&GlobToken::Any);
    let has_star = tokens.contains(&GlobToken::Star);
    (!has_any || !has_star).then_some(glob)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::regexes::dotnet;

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "a",
            "b",
            "/",
            "/",
            "/",
            "\\.",
            ".",
            ".*",
            "[^/]*",
            "[^/]+",
            "[^/]",
            "[ab]",
            "[^a/]",
            "(?:.*/)?",
            "(?:/.*)?",
            "(?:[^/]+/)*",
            "(a|b/)",
            "b?",
            "(?:a/){2}",
            "",
        ])
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec("[ab.]{1,3}", 1..5).prop_map(|names| names.join("/"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn globs_match_like_expressions(
            pieces in prop::collection::vec(piece(), 1..6),
            paths in prop::collection::vec(path(), 20),
        ) {
            let text = format!("^{}$", pieces.concat());
            let Ok(expression) = dotnet::parse(&text) else {
                return Ok(());
            };
            let regex = expression.backtracking().unwrap();
            if let Some(globs) = whole(&expression) {
                for path in &paths {
                    let by_globs = globs.iter().any(|glob| glob.matches(path.as_bytes()));
                    prop_assert_eq!(Some(by_globs), regex.is_match(path), "{} {}: {:?}", text, path, globs);
                }
            }
        }
    }
}
