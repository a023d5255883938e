use rustc_hash::FxHashMap;

use super::{
    GoYamlError,
    scanner::Scanner,
    token::{Token, TokenKind},
};
use crate::text::Span;

/// How deep lists and mappings may be nested. go-yaml allows 10,000 levels, which would take too much stack.
pub(super) const MAX_DEPTH: usize = 200;

type Result<T> = std::result::Result<T, GoYamlError>;

/// The position of a node in its [document](Nodes).
pub(super) type NodeId = usize;

/// The nodes of a document.
#[derive(Debug, Default)]
pub(super) struct Nodes(Vec<Node>);

impl Nodes {
    pub fn get(&self, id: NodeId) -> &Node {
        &self.0[id]
    }
}

/// A node as written.
#[derive(Debug)]
pub(super) struct Node {
    pub span: Span,
    /// The tag; empty if there is none.
    pub tag: Vec<u8>,
    pub content: NodeContent,
}

#[derive(Debug)]
pub(super) enum NodeContent {
    Scalar {
        text: String,
        /// Whether the text determines the type.
        is_implicit: bool,
    },
    List(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
    Alias(NodeId),
}

/// Parses the first document of a file; the root is `None` if there is no document. go-yaml does not read what follows
/// the first document, except for the next token.
pub(super) fn parse(bytes: &[u8]) -> Result<(Nodes, Option<NodeId>)> {
    let mut parser = Parser {
        scanner: Scanner::new(bytes),
        nodes: Nodes::default(),
        anchors: FxHashMap::default(),
        prefixes: Vec::new(),
        depth: 0,
    };
    let root = parser.document()?;
    Ok((parser.nodes, root))
}

struct Parser<'b> {
    scanner: Scanner<'b>,
    nodes: Nodes,
    anchors: FxHashMap<String, NodeId>,
    /// The prefixes of tags by their handle.
    prefixes: Vec<(Vec<u8>, Vec<u8>)>,
    depth: usize,
}

/// Where a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    /// In a mapping, where the items of a list need no indentation.
    BlockMapping,
    Flow,
}

impl Parser<'_> {
    fn kind(&mut self) -> Result<&TokenKind> {
        Ok(&self.scanner.peek()?.kind)
    }

    /// Takes the next token if it is of this kind.
    fn eat(&mut self, kind: &TokenKind) -> Result<Option<Token>> {
        match self.kind()? == kind {
            true => self.scanner.take().map(Some),
            false => Ok(None),
        }
    }

    fn error<T>(&mut self, message: &str) -> Result<T> {
        let span = self.scanner.peek()?.span;
        Err(GoYamlError::new(span, message))
    }

    fn document(&mut self) -> Result<Option<NodeId>> {
        self.eat(&TokenKind::StreamStart)?;
        let is_explicit = match self.kind()? {
            TokenKind::StreamEnd => return Ok(None),
            TokenKind::VersionDirective(..)
            | TokenKind::TagDirective(..)
            | TokenKind::DocumentStart => true,
            _ => false,
        };
        self.directives()?;
        if is_explicit && self.eat(&TokenKind::DocumentStart)?.is_none() {
            return self.error("a `---` is missing after the directives");
        }
        let is_empty = is_explicit
            && matches!(
                self.kind()?,
                TokenKind::VersionDirective(..)
                    | TokenKind::TagDirective(..)
                    | TokenKind::DocumentStart
                    | TokenKind::DocumentEnd
                    | TokenKind::StreamEnd
            );
        let root = match is_empty {
            true => self.empty()?,
            false => self.node(Context::Block)?,
        };
        // An error in this token makes go-yaml reject the document.
        self.scanner.peek()?;
        Ok(Some(root))
    }

    fn directives(&mut self) -> Result<()> {
        let mut has_version = false;
        loop {
            match self.kind()?.clone() {
                TokenKind::VersionDirective(..) if has_version => {
                    return self.error("the directive `%YAML` occurs twice");
                }
                TokenKind::VersionDirective(1, 1) => has_version = true,
                TokenKind::VersionDirective(..) => {
                    return self.error("go-yaml supports only version 1.1 of YAML");
                }
                TokenKind::TagDirective(handle, prefix) => {
                    if self.prefix(&handle).is_some() {
                        return self.error("the directive `%TAG` occurs twice with one handle");
                    }
                    self.prefixes.push((handle, prefix));
                }
                _ => break,
            }
            self.scanner.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.prefix(handle.as_bytes()).is_none() {
                self.prefixes.push((handle.into(), prefix.into()));
            }
        }
        Ok(())
    }

    fn prefix(&self, handle: &[u8]) -> Option<&[u8]> {
        let mut prefixes = self.prefixes.iter();
        let (_, prefix) = prefixes.find(|(known, _)| known == handle)?;
        Some(prefix)
    }

    fn add(&mut self, span: Span, tag: Vec<u8>, content: NodeContent) -> NodeId {
        self.nodes.0.push(Node { span, tag, content });
        self.nodes.0.len() - 1
    }

    /// Adds an empty scalar before the next token.
    fn empty(&mut self) -> Result<NodeId> {
        let start = self.scanner.peek()?.span.start as usize;
        let content = NodeContent::Scalar {
            text: String::new(),
            is_implicit: true,
        };
        Ok(self.add(Span::new(start, start), Vec::new(), content))
    }

    /// Parses a node, or adds an empty scalar if the next token is one of `ends`.
    fn node_before(&mut self, ends: &[TokenKind], context: Context) -> Result<NodeId> {
        match ends.contains(self.kind()?) {
            true => self.empty(),
            false => self.node(context),
        }
    }

    fn node(&mut self, context: Context) -> Result<NodeId> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(GoYamlError::too_deep(self.scanner.peek()?.span));
        }
        let id = self.node_of_depth(context);
        self.depth -= 1;
        id
    }

    fn node_of_depth(&mut self, context: Context) -> Result<NodeId> {
        if let TokenKind::Alias(name) = self.kind()?.clone() {
            let span = self.scanner.take()?.span;
            let Some(target) = self.anchors.get(&name).copied() else {
                return Err(GoYamlError::new(span, "the anchor of an alias is missing"));
            };
            return Ok(self.add(span, Vec::new(), NodeContent::Alias(target)));
        }
        let mut span = self.scanner.peek()?.span;
        let (anchor, tag) = self.properties(&mut span)?;
        let is_implicit = tag.is_empty();
        // The id of a list or mapping is needed before those of its items, which may refer to it.
        let content = NodeContent::List(Vec::new());
        let has_properties = anchor.is_some() || !tag.is_empty();
        let kind = self.kind()?.clone();
        let is_block = context != Context::Flow;
        let is_indented = match kind {
            TokenKind::BlockEntry if context == Context::BlockMapping => false,
            TokenKind::FlowSequenceStart | TokenKind::FlowMappingStart => true,
            TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart if is_block => true,
            TokenKind::Scalar { text, is_plain } => {
                span = span.to(self.scanner.take()?.span);
                let is_implicit = tag.is_empty() && is_plain || tag == b"!";
                let content = NodeContent::Scalar { text, is_implicit };
                let id = self.add(span, tag, content);
                self.name(anchor, id);
                return Ok(id);
            }
            _ if has_properties => {
                let text = String::new();
                let content = NodeContent::Scalar { text, is_implicit };
                let id = self.add(span, tag, content);
                self.name(anchor, id);
                return Ok(id);
            }
            _ => return self.error("a value is missing"),
        };
        let id = self.add(span, tag, content);
        self.name(anchor, id);
        if is_indented {
            self.scanner.take()?;
        }
        let content = match kind {
            TokenKind::BlockEntry => NodeContent::List(self.items_without_indentation()?),
            TokenKind::BlockSequenceStart => NodeContent::List(self.block_items()?),
            TokenKind::BlockMappingStart => NodeContent::Mapping(self.block_entries()?),
            TokenKind::FlowSequenceStart => NodeContent::List(self.flow_items(span)?),
            _ => NodeContent::Mapping(self.flow_entries(span)?),
        };
        let last = match &content {
            NodeContent::List(items) => items.last(),
            NodeContent::Mapping(entries) => entries.last().map(|(_, value)| value),
            _ => None,
        };
        let end = last.map_or(span, |last| self.nodes.get(*last).span);
        let node = &mut self.nodes.0[id];
        node.span = span.to(end);
        node.content = content;
        Ok(id)
    }

    /// Parses an anchor and a tag, in any order.
    fn properties(&mut self, span: &mut Span) -> Result<(Option<String>, Vec<u8>)> {
        let (mut anchor, mut tag) = (None, None);
        loop {
            match self.kind()? {
                TokenKind::Anchor(_) if anchor.is_none() => {}
                TokenKind::Tag(..) if tag.is_none() => {}
                _ => break,
            }
            let token = self.scanner.take()?;
            *span = span.to(token.span);
            match token.kind {
                TokenKind::Anchor(name) => anchor = Some(name),
                TokenKind::Tag(handle, suffix) => tag = Some((handle, suffix, token.span)),
                _ => {}
            }
        }
        let Some((handle, suffix, span)) = tag else {
            return Ok((anchor, Vec::new()));
        };
        let tag = match handle.is_empty() {
            true => Some(suffix),
            false => self
                .prefix(&handle)
                .map(|prefix| [prefix, &suffix].concat()),
        };
        match tag.filter(|tag| handle.is_empty() || !tag.is_empty()) {
            Some(tag) => Ok((anchor, tag)),
            None => Err(GoYamlError::new(span, "the handle of a tag is undefined")),
        }
    }

    fn name(&mut self, anchor: Option<String>, id: NodeId) {
        if let Some(name) = anchor {
            self.anchors.insert(name, id);
        }
    }

    fn block_items(&mut self) -> Result<Vec<NodeId>> {
        const ENDS: [TokenKind; 2] = [TokenKind::BlockEntry, TokenKind::BlockEnd];
        let mut items = Vec::new();
        while self.eat(&TokenKind::BlockEntry)?.is_some() {
            items.push(self.node_before(&ENDS, Context::Block)?);
        }
        match self.eat(&TokenKind::BlockEnd)? {
            Some(_) => Ok(items),
            None => self.error("expected a list item"),
        }
    }

    fn items_without_indentation(&mut self) -> Result<Vec<NodeId>> {
        const ENDS: [TokenKind; 4] = [
            TokenKind::BlockEntry,
            TokenKind::Key,
            TokenKind::Value,
            TokenKind::BlockEnd,
        ];
        let mut items = Vec::new();
        while self.eat(&TokenKind::BlockEntry)?.is_some() {
            items.push(self.node_before(&ENDS, Context::Block)?);
        }
        Ok(items)
    }

    fn block_entries(&mut self) -> Result<Vec<(NodeId, NodeId)>> {
        const ENDS: [TokenKind; 3] = [TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd];
        let mut entries = Vec::new();
        loop {
            if self.eat(&TokenKind::BlockEnd)?.is_some() {
                return Ok(entries);
            }
            if self.eat(&TokenKind::Key)?.is_none() {
                return self.error("expected a key");
            }
            let key = self.node_before(&ENDS, Context::BlockMapping)?;
            let value = match self.eat(&TokenKind::Value)? {
                Some(_) => self.node_before(&ENDS, Context::BlockMapping)?,
                None => self.empty()?,
            };
            entries.push((key, value));
        }
    }

    fn flow_items(&mut self, start: Span) -> Result<Vec<NodeId>> {
        const KEY_ENDS: [TokenKind; 3] = [
            TokenKind::Value,
            TokenKind::FlowEntry,
            TokenKind::FlowSequenceEnd,
        ];
        let mut items = Vec::new();
        loop {
            if self.eat(&TokenKind::FlowSequenceEnd)?.is_some() {
                return Ok(items);
            }
            if !items.is_empty() {
                if self.eat(&TokenKind::FlowEntry)?.is_none() {
                    return self.unclosed(start, "]");
                }
                if self.eat(&TokenKind::FlowSequenceEnd)?.is_some() {
                    return Ok(items);
                }
            }
            let Some(key) = self.eat(&TokenKind::Key)? else {
                items.push(self.node(Context::Flow)?);
                continue;
            };
            // A mapping with one entry and without braces.
            let content = NodeContent::Mapping(Vec::new());
            let id = self.add(key.span, Vec::new(), content);
            let entry = match KEY_ENDS.contains(self.kind()?) {
                true => {
                    let key = self.empty()?;
                    self.scanner.take()?;
                    (key, self.flow_value(&KEY_ENDS)?)
                }
                false => (self.node(Context::Flow)?, self.flow_value(&KEY_ENDS)?),
            };
            self.nodes.0[id].content = NodeContent::Mapping(vec![entry]);
            items.push(id);
        }
    }

    /// Returns the error that a list or mapping in brackets does not end, or that its items are not separated.
    fn unclosed<T>(&mut self, start: Span, bracket: &str) -> Result<T> {
        let is_end = matches!(
            self.kind()?,
            TokenKind::StreamEnd | TokenKind::DocumentStart | TokenKind::DocumentEnd
        );
        match is_end {
            true => {
                let message = format!("a closing `{bracket}` is missing");
                Err(GoYamlError::new(start, message))
            }
            false => self.error(&format!("expected `,` or `{bracket}`")),
        }
    }

    /// Parses the value of a key in a flow list or mapping that ends with the last of `ends`.
    fn flow_value(&mut self, ends: &[TokenKind]) -> Result<NodeId> {
        match self.eat(&TokenKind::Value)? {
            Some(_) => self.node_before(&ends[1..], Context::Flow),
            None => self.empty(),
        }
    }

    fn flow_entries(&mut self, start: Span) -> Result<Vec<(NodeId, NodeId)>> {
        const ENDS: [TokenKind; 3] = [
            TokenKind::Value,
            TokenKind::FlowEntry,
            TokenKind::FlowMappingEnd,
        ];
        let mut entries = Vec::new();
        loop {
            if self.eat(&TokenKind::FlowMappingEnd)?.is_some() {
                return Ok(entries);
            }
            if !entries.is_empty() {
                if self.eat(&TokenKind::FlowEntry)?.is_none() {
                    return self.unclosed(start, "}");
                }
                if self.eat(&TokenKind::FlowMappingEnd)?.is_some() {
                    return Ok(entries);
                }
            }
            entries.push(match self.eat(&TokenKind::Key)? {
                Some(_) => (
                    self.node_before(&ENDS, Context::Flow)?,
                    self.flow_value(&ENDS)?,
                ),
                None => (self.node(Context::Flow)?, self.empty()?),
            });
        }
    }
}
