//! Globs that match the same paths as an expression.

use regex_syntax::hir::{Class as Set, ClassUnicode};

use crate::{
    dialects::glob::{Class, Glob, GlobToken},
    regexes::{Expression, Node, Position},
};

/// How many pieces there may be for each part of an expression, so that a file needs no more time than its size
/// justifies.
const MAX_GROWTH: usize = 64;

/// How many pieces an expression may have, whatever its size.
const MAX_PIECES: usize = 1 << 20;

/// The largest number of repetitions that are written out.
const MAX_REPEAT: u32 = 16;

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
    let sequences = Expansion::default().sequences(parts)?;
    sequences.into_iter().map(glob).collect()
}

/// Returns the globs that match the paths in which an expression matches at the start.
fn at_start(node: &Node) -> Option<Vec<Glob>> {
    let sequences = Expansion::default().sequences(std::slice::from_ref(node))?;
    let all = sequences.into_iter().map(|mut pieces| {
        match pieces.last() {
            Some(Piece::End) => {
                pieces.pop();
            }
            _ => pieces.push(Piece::All),
        }
        glob(pieces)
    });
    all.collect()
}

/// Expands expressions to sequences of pieces.
#[derive(Default)]
struct Expansion {
    /// The number of parts that have been expanded.
    parts: usize,
}

impl Expansion {
    /// Returns all sequences of pieces that some nodes match.
    fn sequences(&mut self, nodes: &[Node]) -> Option<Vec<Vec<Piece>>> {
        let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
        // The length of the longest one, and the number of all pieces and sequences.
        let (mut longest, mut total) = (0, 1);
        for node in nodes {
            if let Some(piece) = piece(node) {
                self.parts += 1;
                let piece = piece?;
                longest += 1;
                total += all.len();
                self.check(longest, total)?;
                for pieces in &mut all {
                    pieces.push(piece.clone());
                }
                continue;
            }
            let of_node = self.pieces(node)?;
            longest += of_node.iter().map(Vec::len).max().unwrap_or_default();
            let pieces: usize = of_node.iter().map(|pieces| pieces.len() + 1).sum();
            total = total.saturating_mul(of_node.len()) + all.len().saturating_mul(pieces);
            self.check(longest, total)?;
            if let [only] = &of_node[..] {
                all.iter_mut()
                    .for_each(|pieces| pieces.extend_from_slice(only));
                continue;
            }
            let pairs = all
                .iter()
                .flat_map(|before| of_node.iter().map(|more| [&before[..], more].concat()));
            all = pairs.collect();
        }
        Some(all)
    }

    /// Returns `None` if sequences are too long, or all together.
    fn check(&self, longest: usize, total: usize) -> Option<()> {
        let limit = self.parts.saturating_mul(MAX_GROWTH).min(MAX_PIECES);
        (longest <= MAX_LENGTH && total <= limit).then_some(())
    }

    fn pieces(&mut self, node: &Node) -> Option<Vec<Vec<Piece>>> {
        self.parts += 1;
        if let Some(piece) = piece(node) {
            return Some(vec![vec![piece?]]);
        }
        match node {
            Node::Empty => Some(vec![Vec::new()]),
            Node::Concat(nodes) => self.sequences(nodes),
            Node::Alternation(nodes) => {
                let all = nodes.iter().map(|node| self.pieces(node));
                let all: Vec<_> = all.collect::<Option<_>>()?;
                Some(all.into_iter().flatten().collect())
            }
            Node::Group(_, node) => self.pieces(node),
            Node::Repeat { node, min, max, .. } => self.repeated(node, *min, *max),
            _ => None,
        }
    }

    fn repeated(&mut self, node: &Node, min: u32, max: Option<u32>) -> Option<Vec<Vec<Piece>>> {
        let slash = Piece::Token(GlobToken::Char('/'));
        let of_node = self.pieces(node)?;
        let one = |piece| Some(vec![vec![piece]]);
        if let [only] = &of_node[..] {
            match (&only[..], min, max) {
                ([Piece::Token(GlobToken::Any)], 0, None) => return one(Piece::All),
                ([Piece::Token(GlobToken::One)], 0, None) => {
                    return one(Piece::Token(GlobToken::Star));
                }
                ([one @ Piece::Token(GlobToken::One)], 1, None) => {
                    return Some(vec![vec![one.clone(), Piece::Token(GlobToken::Star)]]);
                }
                ([Piece::All, last], 0, Some(1)) if *last == slash => {
                    return one(Piece::Directories);
                }
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
                ([first, Piece::All], 0, Some(1)) if *first == slash => {
                    return one(Piece::Content);
                }
                _ => {}
            }
        }
        match (min, max) {
            (0, Some(1)) => {
                let none = std::iter::once(Vec::new());
                Some(none.chain(of_node).collect())
            }
            (min, Some(max)) if min == max && max <= MAX_REPEAT => {
                let nodes: Vec<Node> = (0..max).map(|_| node.clone()).collect();
                self.sequences(&nodes)
            }
            _ => None,
        }
    }
}

/// Returns the only piece that a node matches, which is `None` if there is none for it; `None` if a node can match
/// several.
fn piece(node: &Node) -> Option<Option<Piece>> {
    match node {
        Node::Set(_) if node.is_any() => Some(Some(Piece::Token(GlobToken::Any))),
        Node::Set(Set::Unicode(class)) => Some(token(class).map(Piece::Token)),
        Node::Position(Position::LastLineEnd) => Some(Some(Piece::End)),
        _ => None,
    }
}

/// Returns the token for a class of characters: those of globs never match `/` together with other characters.
fn token(class: &ClassUnicode) -> Option<GlobToken> {
    if let [one] = class.ranges()
        && one.start() == one.end()
    {
        return Some(GlobToken::Char(one.start()));
    }
    let ranges: Vec<(char, char)> = class
        .iter()
        .map(|range| (range.start(), range.end()))
        .collect();
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

    /// The number of alternatives does not matter, but the number of their combinations does.
    #[test]
    fn as_many_globs_as_alternatives_are_possible() {
        let excluded: Vec<String> = (0..1_000).map(|at| format!("a{at}/(?:.*/)?b")).collect();
        let parsed = |text: &str| dotnet::parse(text).unwrap();
        let text = format!("^(?!{}).*$", excluded.join("|"));
        let (excluded, own) = split(&parsed(&text)).unwrap();
        assert_eq!((excluded.len(), own.len()), (1_000, 1));
        for (alternatives, expected) in [(5, Some(32)), (25, None)] {
            let text = format!("^{}$", "(?:a|b)".repeat(alternatives));
            let globs = whole(&parsed(&text));
            assert_eq!(globs.map(|globs| globs.len()), expected, "{text}");
        }
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
