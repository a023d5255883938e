//! The main manifest: the roles that it assigns to machines, and the machines of each role.

use std::sync::{Arc, OnceLock};

use bstr::{BStr, ByteSlice};
use regex_automata::{PatternSet, meta, util::syntax};
use rustc_hash::FxHashSet;

use super::{
    environment::Environment,
    manifest,
    names::ROLE,
    short_host_names::first_matches,
    tokens::{ManifestToken, Placed, tokens},
};
use crate::{
    inventory::{FoundHost, Problem, Search},
    text::{Place, Source, Span},
};

/// The size limit of all regular expressions for nodes.
const LIMIT: usize = 8 << 20;

/// What the main manifest assigns to machines.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// The assigned roles, without `role::`.
    pub roles: FxHashSet<String>,
    /// Whether all assigned roles are known: none are assigned elsewhere, or by names that are set at run time.
    pub is_complete: bool,
    nodes: Vec<NodeDefinition>,
    /// The files that were read.
    files: Vec<Arc<Source>>,
    /// All regular expressions; `None` if one is not valid, or not without Ruby.
    regex: OnceLock<Option<meta::Regex>>,
}

/// The block of a node definition.
#[derive(Debug)]
struct NodeDefinition {
    /// The position of its file.
    file: usize,
    /// The names of machines, each with its place.
    names: Vec<(Span, String)>,
    /// The regular expressions for names of machines, each with its place.
    patterns: Vec<(Span, String)>,
    /// The place of `default`, if it applies to all other machines.
    default: Option<Span>,
    /// The roles that it assigns, each once.
    roles: Vec<String>,
}

impl Site {
    /// Reads the main manifest of an environment. Files that cannot be read may assign more roles.
    pub fn read(
        environment: &Environment,
        search: &Search<'_>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut site = Self::default();
        let mut is_partial = false;
        for path in &environment.manifests {
            match search.read(path.as_bstr(), problems) {
                Some(file) => {
                    is_partial |= site.add(file.source.text());
                    site.files.push(Arc::clone(&file.source));
                }
                None => is_partial = true,
            }
        }
        // Machines may get their roles from elsewhere: an external classifier, hieradata.
        site.is_complete = !site.roles.is_empty() && !is_partial;
        site
    }

    /// Adds a file, and returns whether it assigns more roles than are known.
    fn add(&mut self, text: &str) -> bool {
        let tokens = tokens(text);
        let names = manifest::names(&tokens);
        let is_partial = names.are_partial;
        self.roles.extend(roles(names));
        let mut at = 0;
        while at < tokens.len() {
            at = match tokens[at].1 {
                ManifestToken::Word("node") => self.add_node(&tokens, at + 1),
                _ => at + 1,
            };
        }
        is_partial
    }

    /// Adds the node definition whose names begin at `at`, if there is one. Returns the position after it.
    fn add_node(&mut self, tokens: &[Placed<'_>], mut at: usize) -> usize {
        let start = at;
        let (mut names, mut patterns, mut default) = (Vec::new(), Vec::new(), None);
        let (mut word, mut word_start) = (String::new(), 0);
        let mut is_parent = false;
        let placed = |start: usize, name: &str| (Span::new(start, start + name.len()), name.into());
        loop {
            let Some((token_start, token)) = tokens.get(at) else {
                return start;
            };
            at += 1;
            if word.is_empty() {
                word_start = *token_start;
            }
            match *token {
                ManifestToken::Sign(sign @ (b',' | b'{')) => {
                    let name = std::mem::take(&mut word);
                    match &*name {
                        "" => {}
                        // Machines without another node definition have no names here.
                        "default" => default = Some(placed(word_start, &name).0),
                        _ => names.push(placed(word_start, &name)),
                    }
                    if sign == b'{' {
                        break;
                    }
                }
                ManifestToken::Word("inherits") => is_parent = true,
                _ if is_parent => {}
                ManifestToken::Text(name) => names.push(placed(*token_start, name)),
                ManifestToken::Pattern(pattern) => patterns.push(placed(*token_start, pattern)),
                // A name without quotes.
                ManifestToken::Word(part) => word += part,
                ManifestToken::Sign(sign @ (b'.' | b'-')) => word.push(sign.into()),
                ManifestToken::Sign(_) => return start,
            }
        }
        let end = at + block(&tokens[at..]);
        let mut known = FxHashSet::default();
        let assigned = roles(manifest::names(&tokens[at..end]));
        self.nodes.push(NodeDefinition {
            file: self.files.len(),
            names,
            patterns,
            default,
            roles: assigned.filter(|role| known.insert(role.clone())).collect(),
        });
        end
    }

    /// Returns the role of each machine in `hosts`, in order: the one that its node definition assigns. `None` if
    /// there is none, if there are several, or if another node definition could be the one of the machine.
    pub fn roles_of(&self, hosts: &[&BStr]) -> Vec<Option<&str>> {
        if hosts.is_empty() {
            return Vec::new();
        }
        let patterns = self.patterns();
        let expressions: Vec<&str> = patterns.iter().map(|(.., pattern)| *pattern).collect();
        // Without all expressions, the first one that matches a machine is unknown.
        let regex = self.regex(&expressions);
        let mut matching = PatternSet::new(expressions.len());
        let mut node_of = |host: &BStr| {
            let mut named = self.nodes.iter().filter(|node| {
                let mut names = node.names.iter();
                names.any(|(_, name)| is_name(name, host))
            });
            if let Some(node) = named.next() {
                return named.next().is_none().then_some(node);
            }
            matching.clear();
            let input = regex_automata::Input::new(host.as_bytes());
            regex?.which_overlapping_matches(&input, &mut matching);
            let first = matching.iter().next()?;
            Some(patterns[first.as_usize()].0)
        };
        let roles = hosts.iter().map(|host| match &node_of(host)?.roles[..] {
            [role] => Some(role.as_str()),
            _ => None,
        });
        roles.collect()
    }

    /// Returns the names of machines in node definitions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.nodes.iter().flat_map(|node| &node.names);
        names.map(|(_, name)| name.as_str())
    }

    /// Returns the machines with a name, and the roles that the main manifest assigns to them. As in Puppet, a node
    /// definition with the name comes first, then the first regular expression that matches, and `default` last. A name
    /// without a domain can belong to several machines.
    ///
    /// Any word could be the name of a machine for which there is only a regular expression, so a name without a domain
    /// must contain a digit, and expressions that match everything do not apply to it. `default` applies only to machines
    /// in a domain that occurs in a manifest.
    pub fn hosts(&self, name: &str) -> Vec<FoundHost> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if name.is_empty() || name.starts_with('.') || !name.bytes().all(is_part) {
            return Vec::new();
        }
        let domain = name.split_once('.').map(|(_, domain)| domain);
        let named = self.nodes.iter().flat_map(|node| {
            let same = node.names.iter().filter(|(_, known)| {
                let known = known.to_ascii_lowercase();
                match domain {
                    Some(_) => known == name,
                    None => is_name(&known, BStr::new(&name)),
                }
            });
            same.map(move |(span, _)| (node, *span))
        });
        let mut found: Vec<(&NodeDefinition, Span)> = named.collect();
        if found.is_empty() {
            found = self.matching(&name, domain.is_some());
        }
        if found.is_empty() && domain.is_some_and(|domain| self.mentions(domain)) {
            let defaults = self.nodes.iter();
            found.extend(defaults.filter_map(|node| Some((node, node.default?))));
        }
        found
            .into_iter()
            .flat_map(|(node, span)| self.found(node, span))
            .collect()
    }

    /// Returns the roles of a node definition, with the place that names a machine.
    fn found(&self, node: &NodeDefinition, span: Span) -> Vec<FoundHost> {
        let host = |component| FoundHost {
            component,
            place: Place::Text(Arc::clone(&self.files[node.file]), span),
            is_default: node.default == Some(span),
        };
        match &node.roles[..] {
            [] => vec![host(None)],
            roles => roles
                .iter()
                .map(|role| host(Some((ROLE, role.clone()))))
                .collect(),
        }
    }

    /// Returns all regular expressions, with their node definitions and places.
    fn patterns(&self) -> Vec<(&NodeDefinition, Span, &str)> {
        let all = self.nodes.iter();
        let patterns = all.flat_map(|node| {
            let patterns = node.patterns.iter();
            patterns.map(move |(span, pattern)| (node, *span, pattern.as_str()))
        });
        patterns.collect()
    }

    /// Returns the node definitions with the first regular expression that matches a machine. If the name has no domain,
    /// there may be several.
    fn matching(&self, name: &str, has_domain: bool) -> Vec<(&NodeDefinition, Span)> {
        let patterns = self.patterns();
        let expressions: Vec<&str> = patterns.iter().map(|(.., pattern)| *pattern).collect();
        let Some(regex) = self.regex(&expressions) else {
            return Vec::new();
        };
        let all_matching = |text: &str| {
            let mut matching = PatternSet::new(expressions.len());
            let input = regex_automata::Input::new(text);
            regex.which_overlapping_matches(&input, &mut matching);
            matching
        };
        let first: Vec<usize> = match has_domain {
            true => {
                let matching = all_matching(name);
                matching.iter().take(1).map(|it| it.as_usize()).collect()
            }
            false if !name.bytes().any(|byte| byte.is_ascii_digit()) => Vec::new(),
            false => {
                // No machine has such a name.
                let everything = all_matching("!");
                let is_specific = |at: &usize| {
                    let mut known = everything.iter();
                    !known.any(|known| known.as_usize() == *at)
                };
                let found = first_matches(&expressions, name).into_iter();
                found.filter(is_specific).collect()
            }
        };
        let nodes = first.into_iter().map(|at| (patterns[at].0, patterns[at].1));
        nodes.collect()
    }

    fn regex(&self, expressions: &[&str]) -> Option<&meta::Regex> {
        let build = || {
            meta::Builder::new()
                .configure(meta::Config::new().nfa_size_limit(Some(LIMIT)))
                .syntax(syntax::Config::new().nest_limit(100))
                .build_many(expressions)
                .ok()
        };
        self.regex.get_or_init(build).as_ref()
    }

    /// Returns whether a machine in a domain occurs in a manifest.
    fn mentions(&self, domain: &str) -> bool {
        let escaped = domain.replace('.', "\\.");
        self.nodes.iter().any(|node| {
            let mut names = node.names.iter();
            let mut patterns = node.patterns.iter();
            names.any(|(_, name)| name.split_once('.').is_some_and(|(_, of)| of == domain))
                || patterns.any(|(_, pattern)| pattern.contains(&escaped))
        })
    }
}

/// Returns the roles among the classes that a manifest uses, without `role::`.
fn roles(names: manifest::Names<'_>) -> impl Iterator<Item = String> {
    let roles = names.named.into_iter();
    roles.filter_map(|named| match named.is_assigned {
        true => Some(named.name.to_owned()),
        false => named.name.strip_prefix("role::").map(ToOwned::to_owned),
    })
}

/// Returns whether a node definition for `name` is that of `host`, which may lack the domain.
fn is_name(name: &str, host: &BStr) -> bool {
    let domain = name.as_bytes().strip_prefix(host.as_bytes());
    domain.is_some_and(|domain| domain.is_empty() || domain[0] == b'.')
}

/// Returns the number of tokens up to the end of a block, after its opening brace.
fn block(tokens: &[Placed<'_>]) -> usize {
    let mut depth = 1;
    let end = tokens.iter().position(|(_, token)| {
        match token {
            ManifestToken::Sign(b'{') => depth += 1,
            ManifestToken::Sign(b'}') => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.unwrap_or(tokens.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles_of(text: &str, hosts: &[&str]) -> Vec<String> {
        let mut site = Site::default();
        site.add(text);
        let hosts: Vec<&BStr> = hosts.iter().map(|host| BStr::new(*host)).collect();
        let roles = site.roles_of(&hosts).into_iter();
        roles.map(|role| role.unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn machines_have_the_role_of_their_node_definition() {
        for (text, expected) in [
            ("node 'a1' { include role::x }", "x - -"),
            (
                "node 'a1.example.org', \"a2.example.org\", { role(x::y) }",
                "x::y x::y -",
            ),
            ("node a1.example.org { include role::x }", "x - -"),
            (
                "node /^a\\d{1,2}$/ { include role::x }\nnode default { include role::y }",
                "x x -",
            ),
            ("node /^a'[#{]/, /2$/ { class { 'role::x': } }", "- x -"),
            // The first expression that matches applies, and a name before all expressions.
            (
                "node /^a/ { include role::x }\nnode 'a1', /b/ { include role::y }\nnode /2/ { include role::z }",
                "y x y",
            ),
            (
                "node 'a1' inherits 'base' { if $x { include role::x } include role::x }",
                "x - -",
            ),
            // Several roles, or a name that several definitions have.
            (
                "node 'a1' { include role::x, role::y }\nnode 'a2' { }",
                "- - -",
            ),
            (
                "node 'a1.x' { include role::x }\nnode 'a1.y' { include role::y }",
                "- - -",
            ),
            // Ruby has expressions that ownlint does not.
            (
                "node /^a(?=1)/ { include role::x }\nnode /^a/ { include role::y }",
                "- - -",
            ),
            ("$node = 'a1'\nnode", "- - -"),
        ] {
            let found = roles_of(text, &["a1", "a2", "b1"]);
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
