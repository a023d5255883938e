//! The only file that knows the YAML parser.

use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entry, Node, Value, node::NodeContent};
use crate::text::{Span, printable};

/// The limits for a file.
#[derive(Debug, Clone, Copy)]
pub struct Limit;

impl Limit {
    /// The number of values in one file, with all aliases expanded. A long text counts as several.
    pub const NODES: u64 = 1_000_000;
    /// The depth of nested lists and mappings, with all aliases expanded.
    pub const DEPTH: usize = 100;
}

/// The number of bytes of a text that count as one more value.
const BYTES_PER_NODE: u64 = 64;

/// The result of parsing a file.
#[derive(Debug, Default, Clone)]
pub struct Parsed {
    /// The documents that could be read. An empty file has none; an empty document is null.
    pub documents: Vec<Arc<Node>>,
    /// The syntax errors. A broken document does not prevent reading those after it.
    pub errors: Vec<SyntaxError>,
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where the parser stopped.
    pub span: Span,
    /// The problem, in lower case and without a full stop.
    pub message: String,
    /// How to fix it, if known.
    pub help: Option<String>,
    /// Whether the document is valid, but exceeds a [limit](Limit).
    pub exceeds_limit: bool,
}

impl SyntaxError {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            exceeds_limit: false,
        }
    }

    fn too_deep(span: Span) -> Self {
        let message = format!(
            "lists and mappings are nested more than {} levels deep",
            Limit::DEPTH
        );
        Self {
            exceeds_limit: true,
            ..Self::new(span, message)
        }
    }
}

/// Returns the help for a string that starts with `char`, if this character has a special meaning in
/// YAML.
pub fn quote_it(char: char) -> Option<String> {
    let meaning = match char {
        '*' => "is an alias",
        '&' => "is an anchor",
        '!' => "is a tag",
        '%' => "is a directive",
        '@' | '`' => "is reserved",
        _ => return None,
    };
    let shown = match char {
        '`' => "a backtick".to_owned(),
        char => format!("`{char}`"),
    };
    Some(format!(
        "quote the value: in YAML, {shown} at the start of a value {meaning}"
    ))
}

/// Reads every document of `text`.
pub fn parse(text: &str) -> Parsed {
    let parsed = documents(text, &[]);
    if parsed.errors.is_empty() {
        return parsed;
    }
    // In YAML 1.2, the colon of `*name: value` is part of the name. In YAML 1.1 it is not, and puppet,
    // helm, ansible and others follow YAML 1.1.
    let (spaced, gaps) = with_spaced_alias_keys(text);
    match gaps.is_empty() {
        true => parsed,
        false => documents(&spaced, &gaps),
    }
}

/// Returns `text` with a space after each alias that is a key, and the positions of these spaces.
fn with_spaced_alias_keys(text: &str) -> (String, Vec<usize>) {
    // The characters that libyaml allows.
    let name = |at: usize| {
        let rest = &text[at + 1..];
        let is_of_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        &rest[..rest.find(|char| !is_of_name(char)).unwrap_or(rest.len())]
    };
    let anchors = text.match_indices('&').map(|(at, _)| name(at));
    let anchors: FxHashSet<&str> = anchors.collect();
    let mut spaced = String::with_capacity(text.len());
    let (mut gaps, mut done) = (Vec::new(), 0);
    for (at, _) in text.match_indices('*') {
        let name = name(at);
        let end = at + 1 + name.len();
        let is_key = text[end..].strip_prefix(':').is_some_and(|rest| {
            // YAML has no other blanks.
            rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])
        });
        if is_key && !name.is_empty() && anchors.contains(name) {
            spaced.push_str(&text[done..end]);
            gaps.push(spaced.len());
            spaced.push(' ');
            done = end;
        }
    }
    spaced.push_str(&text[done..]);
    (spaced, gaps)
}

/// Parses the documents of `text`, with spans as before the spaces at `gaps` were inserted.
fn documents(text: &str, gaps: &[usize]) -> Parsed {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.flow_nesting_limit = Limit::DEPTH;
    options.block_nesting_limit = Limit::DEPTH;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut parsed = Parsed::default();
    let mut weight = 0;
    loop {
        let builder = Builder {
            text,
            gaps,
            weight: &mut weight,
            open: Vec::new(),
            anchors: FxHashMap::default(),
            root: None,
        };
        match builder.document(&mut parser) {
            Ok(Some(document)) => parsed.documents.push(document),
            Ok(None) => return parsed,
            Err(error) => {
                parsed.errors.push(error);
                let is_full = weight > Limit::NODES;
                if is_full || !matches!(parser.proceed_next_document(), Ok(true)) {
                    return parsed;
                }
            }
        }
    }
}

/// A list or mapping that is still being read.
struct Open {
    /// The span of its start.
    span: Span,
    anchor: usize,
    mapping: bool,
    children: Vec<Arc<Node>>,
}

struct Builder<'t> {
    text: &'t str,
    /// The positions of bytes in the text that are not in the file.
    gaps: &'t [usize],
    /// The number of values read from the file so far.
    weight: &'t mut u64,
    open: Vec<Open>,
    anchors: FxHashMap<usize, Arc<Node>>,
    root: Option<Arc<Node>>,
}

impl Builder<'_> {
    /// Returns the position in the file of a byte of the text.
    fn original(&self, at: usize) -> usize {
        at - self.gaps.partition_point(|gap| *gap < at)
    }

    /// Reads up to the end of one document. Returns `None` at the end of the stream.
    fn document<'p, I>(
        mut self,
        parser: &mut Parser<'p, I>,
    ) -> Result<Option<Arc<Node>>, SyntaxError>
    where
        I: granit_parser::input::BorrowedInput<'p>,
    {
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| self.scan_error(&error))?;
            let range = span.byte_range().unwrap_or_default();
            let span = Span::new(self.original(range.start), self.original(range.end));
            match event {
                Event::DocumentEnd => return Ok(self.root),
                Event::Scalar(text, style, anchor, tag) => {
                    let weight = 1 + text.len() as u64 / BYTES_PER_NODE;
                    self.count(weight, span)?;
                    // A block scalar's event ends at the next token, past line breaks and blank lines.
                    let written = &self.text[range.clone()];
                    let span = match style {
                        ScalarStyle::Literal | ScalarStyle::Folded => {
                            let end = range.start + written.trim_end().len();
                            Span::new(self.original(range.start), self.original(end))
                        }
                        _ => span,
                    };
                    let node = Node {
                        span,
                        content: NodeContent::Value(Value::Scalar {
                            text: text.into(),
                            plain: style == ScalarStyle::Plain && tag.is_none(),
                        }),
                        weight,
                        depth: 0,
                    };
                    self.add(node, anchor);
                }
                Event::SequenceStart(_, anchor, _) => self.start(span, anchor, false)?,
                Event::MappingStart(_, anchor, _) => self.start(span, anchor, true)?,
                Event::SequenceEnd | Event::MappingEnd => self.end(span),
                Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                    Some(node) => self.add_alias(node, span)?,
                    None => {
                        let message = "a YAML alias refers to a value that contains the alias \
                            itself";
                        return Err(SyntaxError::new(span, message));
                    }
                },
                _ => {}
            }
        }
        Ok(None)
    }

    fn start(&mut self, span: Span, anchor: usize, mapping: bool) -> Result<(), SyntaxError> {
        self.count(1, span)?;
        self.open.push(Open {
            span,
            anchor,
            mapping,
            children: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else {
            return;
        };
        // The end event of a block collection is at the next token, after blank lines and comments;
        // that of a flow collection is at its closing bracket.
        let flow = span.end > span.start;
        let last = match open.children.last() {
            Some(last) if !flow => last.span,
            _ => span,
        };
        let children = open.children.iter();
        let weight = 1 + children.clone().map(|child| child.weight).sum::<u64>();
        let depth = 1 + children.map(|child| child.depth).max().unwrap_or_default();
        let value = if open.mapping {
            let mut children = open.children.into_iter();
            let mut entries = Vec::with_capacity(children.len() / 2);
            while let (Some(key), Some(value)) = (children.next(), children.next()) {
                entries.push(Entry { key, value });
            }
            Value::Mapping(entries)
        } else {
            Value::Sequence(open.children)
        };
        let node = Node {
            span: open.span.to(last),
            content: NodeContent::Value(value),
            weight,
            depth,
        };
        self.add(node, open.anchor);
    }

    /// Adds the aliased value with the span of the alias.
    fn add_alias(&mut self, node: Arc<Node>, span: Span) -> Result<(), SyntaxError> {
        self.count(node.weight, span)?;
        if self.open.len() + node.depth > Limit::DEPTH {
            return Err(SyntaxError::too_deep(span));
        }
        let alias = Node {
            span,
            weight: node.weight,
            depth: node.depth,
            content: NodeContent::Alias(node),
        };
        self.add(alias, 0);
        Ok(())
    }

    /// Counts values before they are added and take up memory.
    fn count(&mut self, weight: u64, span: Span) -> Result<(), SyntaxError> {
        *self.weight = self.weight.saturating_add(weight);
        if *self.weight <= Limit::NODES {
            return Ok(());
        }
        let message = format!(
            "the file has more than {} values after its YAML aliases are expanded",
            Limit::NODES
        );
        Err(SyntaxError {
            exceeds_limit: true,
            ..SyntaxError::new(span, message)
        })
    }

    fn add(&mut self, node: Node, anchor: usize) {
        let node = Arc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Arc::clone(&node));
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.root = Some(node),
        }
    }

    fn scan_error(&self, error: &ScanError) -> SyntaxError {
        let at = error
            .marker()
            .byte_offset()
            .unwrap_or_default()
            .min(self.text.len());
        let char = self.text[at..].chars().next();
        let width = char.map_or(0, |char| if char == '\n' { 0 } else { char.len_utf8() });
        let start = self.original(at);
        let span = Span::new(start, start + width);
        let info = printable(&error.info());
        // The message of the library does not contain the limit.
        if info.contains("recursion limit") {
            return SyntaxError::too_deep(span);
        }
        SyntaxError {
            help: char.and_then(quote_it),
            ..SyntaxError::new(span, info)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parsed: &Parsed) -> Vec<String> {
        parsed
            .documents
            .iter()
            .map(|document| format!("{:?}", document.value()))
            .collect()
    }

    #[test]
    fn spans_include_quotes_and_end_with_the_last_child() {
        let text = "a: 'x'\nb:\n  - 1\n  - two\n\n# end\nc: [y, z]\n";
        let parsed = parse(text);
        let root = &parsed.documents[0];
        assert_eq!(&text[root.get("a").unwrap().span.range()], "'x'");
        assert_eq!(&text[root.get("b").unwrap().span.range()], "- 1\n  - two");
        assert_eq!(&text[root.get("c").unwrap().span.range()], "[y, z]");
    }

    #[test]
    fn spans_of_block_scalars_are_those_of_their_lines() {
        for header in [">-", "|", "|+ # c", ">2"] {
            for end in ["", "\n", "\r\n", "\n\n\n# c\nb: 1\n"] {
                let text = format!("a: {header}\n  x\n  y{end}");
                let parsed = parse(&text);
                let value = parsed.documents[0].get("a").unwrap();
                assert_eq!(&text[value.span.range()], "x\n  y", "{text:?}");
            }
        }
    }

    #[test]
    fn reads_documents_after_a_broken_one() {
        let parsed = parse("a: [1\n---\nb: 2\n");
        assert_eq!(parsed.errors.len(), 1);
        assert_eq!(parsed.documents.len(), 1, "{:?}", texts(&parsed));
        assert_eq!(parsed.documents[0].get("b").unwrap().as_str(), Some("2"));
    }

    #[test]
    fn reads_unknown_tags_nulls_duplicates_and_merge_keys() {
        let parsed =
            parse("base: &b {t: x}\nr: !ruby/regexp /a/\nn: ~\nd: 1\nd: 2\nm: {<<: *b}\n---\n");
        assert!(parsed.errors.is_empty());
        let root = &parsed.documents[0];
        assert_eq!(root.get("r").unwrap().as_str(), Some("/a/"));
        assert!(root.get("n").unwrap().is_null());
        assert_eq!(root.all("d").count(), 2);
        assert_eq!(root.get("d").unwrap().as_str(), Some("2"));
        assert_eq!(root.get("m").unwrap().get("t").unwrap().as_str(), Some("x"));
        assert!(parsed.documents[1].is_null());
    }

    #[test]
    fn suggests_quotes_for_special_characters() {
        for text in [
            "- *.md", "- [x, *]", "a: *b", "- &", "- @x", "- `x`", "- %{x}",
        ] {
            let parsed = parse(text);
            let help = parsed.errors[0].help.as_deref();
            assert!(
                help.is_some_and(|help| help.starts_with("quote the value: ")),
                "{text}"
            );
        }
        for text in ["a: [1", "a: b: c", "a: 'x"] {
            assert_eq!(parse(text).errors[0].help, None, "{text}");
        }
    }

    #[test]
    fn reads_an_alias_as_a_key() {
        let text = "a: &b x\nc: {*b: é}\nd: @q\n";
        let error = &parse(text).errors[0];
        assert_eq!(&text[error.span.range()], "@");
        let text = "a: &b x\nc:\n  *b: é\nd:\n  - *b: [y, z]\n    *b : 'q'\n";
        let parsed = parse(text);
        assert_eq!(parsed.errors, []);
        let root = &parsed.documents[0];
        let entry = root.get("c").unwrap().entry("x").unwrap();
        assert_eq!(&text[entry.key.span.range()], "*b");
        assert_eq!(&text[entry.value.span.range()], "é");
        let list = root.get("d").unwrap();
        assert_eq!(&text[list.span.range()], "- *b: [y, z]\n    *b : 'q'");
        let entries = list.items().unwrap()[0].entries().unwrap();
        let values = entries.iter().map(|entry| &text[entry.value.span.range()]);
        assert_eq!(values.collect::<Vec<_>>(), ["[y, z]", "'q'"]);
        let parsed = parse("a: &b x\n*b: y\nc: '*b:\u{a0}z'\n");
        assert_eq!(parsed.errors, []);
        let text = parsed.documents[0].get("c").unwrap().as_str();
        assert_eq!(text, Some("*b:\u{a0}z"));
    }

    #[test]
    fn rejects_bombs_and_deep_nesting() {
        let mut bomb = String::from("a0: &a0 [x]\n");
        for level in 1..12 {
            let row = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{row}]\n"));
        }
        assert!(
            parse(&bomb).errors[0]
                .message
                .contains("YAML aliases are expanded")
        );
        assert_eq!(parse(&"[".repeat(100_000)).errors.len(), 1);
        assert_eq!(parse("a: &a [*a]\n").errors.len(), 1);
        let mut nested = String::from("a0: &a0 [x]\n");
        for level in 1..200 {
            nested.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
        }
        assert!(parse(&nested).errors[0].message.contains("levels deep"));
        let text = "x".repeat(64_000);
        let bytes = format!("a: &a {text}\nb: [{}]\n", "*a, ".repeat(2_000));
        assert!(
            parse(&bytes).errors[0]
                .message
                .contains("YAML aliases are expanded")
        );
        let document = format!(
            "a: &a [{}]\nb: [{}]\n---\n",
            "x,".repeat(99),
            "*a,".repeat(999)
        );
        let documents = document.repeat(12);
        let parsed = parse(&documents);
        assert!(parsed.errors.len() == 1 && parsed.documents.len() < 12);
    }

    #[test]
    fn agrees_with_libyaml() {
        for text in [
            "a: 1\nb: [x, 'y']\n",
            "- a\n-\n  k: v\n",
            "s: |\n  one\n  two\nf: >-\n  a\n  b\n",
            "q: \"\\u00e9\\n\"\n",
            "? [complex, key]\n: v\n",
            "a: &b x\nc:\n  *b:\n    y: &b-1 z\n  *b-1: 1\nd: [*b, {*b-1: q}]\ne:\n- *b: 1\n",
        ] {
            let ours = plain(&parse(text).documents[0]);
            let theirs: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    fn plain(node: &Node) -> serde_yaml::Value {
        match node.value() {
            Value::Scalar { text, plain: true } => serde_yaml::from_str(text).unwrap(),
            Value::Scalar { text, .. } => serde_yaml::Value::String(text.to_string()),
            Value::Sequence(items) => items.iter().map(|item| plain(item)).collect(),
            Value::Mapping(entries) => entries
                .iter()
                .map(|entry| (plain(&entry.key), plain(&entry.value)))
                .collect::<serde_yaml::Mapping>()
                .into(),
        }
    }
}
