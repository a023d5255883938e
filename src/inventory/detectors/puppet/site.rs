//! The main manifest: the roles that it assigns to machines, and the machines of each role.

use bstr::{BStr, ByteSlice};
use regex_automata::{PatternSet, meta, util::syntax};
use rustc_hash::FxHashSet;

use super::{
    environment::Environment,
    manifest,
    tokens::{ManifestToken, Placed, tokens},
};
use crate::inventory::{Problem, Search};

/// The size limit of all regular expressions for nodes.
const LIMIT: usize = 8 << 20;

/// What the main manifest assigns to machines.
#[derive(Default)]
pub(super) struct Site {
    /// The assigned roles, without `role::`.
    pub roles: FxHashSet<String>,
    /// Whether all assigned roles are known: none are assigned elsewhere, or by names that are set at run time.
    pub is_complete: bool,
    nodes: Vec<NodeDefinition>,
}

/// The block of a node definition.
struct NodeDefinition {
    /// The names of machines.
    names: Vec<String>,
    /// The regular expressions for names of machines.
    patterns: Vec<String>,
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
                Some(file) => is_partial |= site.add(file.source.text()),
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
        let (mut names, mut patterns) = (Vec::new(), Vec::new());
        let mut word = String::new();
        let mut is_parent = false;
        loop {
            let Some((_, token)) = tokens.get(at) else {
                return start;
            };
            at += 1;
            match *token {
                ManifestToken::Sign(sign @ (b',' | b'{')) => {
                    // Machines without another node definition have no names here.
                    let name = std::mem::take(&mut word);
                    names.extend(Some(name).filter(|it| !it.is_empty() && it != "default"));
                    if sign == b'{' {
                        break;
                    }
                }
                ManifestToken::Word("inherits") => is_parent = true,
                _ if is_parent => {}
                ManifestToken::Text(name) => names.push(name.to_owned()),
                ManifestToken::Pattern(pattern) => patterns.push(pattern.to_owned()),
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
            names,
            patterns,
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
        let all = self.nodes.iter().enumerate();
        let patterns: Vec<(usize, &str)> = all
            .flat_map(|(at, node)| node.patterns.iter().map(move |it| (at, it.as_str())))
            .collect();
        let expressions: Vec<&str> = patterns.iter().map(|(_, pattern)| *pattern).collect();
        // Without all expressions, the first one that matches a machine is unknown.
        let regex = meta::Builder::new()
            .configure(meta::Config::new().nfa_size_limit(Some(LIMIT)))
            .syntax(syntax::Config::new().nest_limit(100))
            .build_many(&expressions)
            .ok();
        let mut matching = PatternSet::new(expressions.len());
        let mut node_of = |host: &BStr| {
            let mut named = self.nodes.iter().filter(|node| {
                let mut names = node.names.iter();
                names.any(|name| is_name(name, host))
            });
            if let Some(node) = named.next() {
                return named.next().is_none().then_some(node);
            }
            matching.clear();
            let input = regex_automata::Input::new(host.as_bytes());
            regex
                .as_ref()?
                .which_overlapping_matches(&input, &mut matching);
            let first = matching.iter().next()?;
            Some(&self.nodes[patterns[first.as_usize()].0])
        };
        let roles = hosts.iter().map(|host| match &node_of(host)?.roles[..] {
            [role] => Some(role.as_str()),
            _ => None,
        });
        roles.collect()
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
