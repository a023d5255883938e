//! Addresses of the web, compared without what people omit or add.

use crate::{
    config::{TeamId, Teams},
    text::Span,
};

/// Returns an address without its scheme, the usual ports, a fragment and slashes at the end. The host is in lower case.
/// Returns `None` if the text is not an address: it has no scheme, and no host with a domain.
pub(super) fn normalized(text: &str) -> Option<String> {
    let (rest, has_scheme) = match text.split_once("://") {
        Some((_, rest)) => (rest, true),
        None => (text, false),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let host_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    let host = host.strip_suffix(":443").or(host.strip_suffix(":80"));
    let host = host.unwrap_or(&rest[..host_end]);
    let mut labels = host.split('.');
    let has_domain = labels.clone().count() > 1 && labels.all(|label| !label.is_empty());
    let is_host = |char: char| char.is_alphanumeric() || matches!(char, '-' | '.' | ':' | '_');
    let is_address = !host.is_empty() && host.chars().all(is_host) && (has_scheme || has_domain);
    is_address.then(|| host.to_lowercase() + path.trim_end_matches('/'))
}

/// Returns the UID of the dashboard at an address of Grafana: `https://grafana.example.org/d/UID/title`.
pub(super) fn dashboard_uid(text: &str) -> Option<&str> {
    let (_, address) = text.split_once("://")?;
    let path = address.split(['?', '#']).next()?;
    let mut parts = path.split('/').skip(1);
    parts.find(|part| ["d", "d-solo"].contains(part))?;
    parts.next().filter(|uid| !uid.is_empty())
}

/// Returns the addresses in a text that have a scheme, each with its place. A query that contains a template is no part
/// of an address.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let is_end = |char: char| char.is_whitespace() || "\"'`<>()[]{}|\\^,;".contains(char);
    text.match_indices("://").map(move |(at, _)| {
        let scheme = text[..at].bytes().rev();
        let scheme = scheme.take_while(u8::is_ascii_alphanumeric).count();
        let rest = &text[at..];
        let end = at + rest.find(is_end).unwrap_or(rest.len());
        let mut address = &text[at - scheme..end];
        if rest[end - at..].starts_with('{') {
            // A template fills in the query.
            address = address.split('?').next().unwrap_or(address);
        }
        let address = address.trim_end_matches(['.', ':', '!', '?', '*']);
        let start = at - scheme;
        (Span::new(start, start + address.len()), address)
    })
}

/// Parts of keys whose values are addresses of what the file is about.
const NAMING_KEYS: [&str; 7] = [
    "dashboard",
    "documentation",
    "homepage",
    "link",
    "runbook",
    "url",
    "wiki",
];

/// Returns whether an address is the value of a key such as `runbook_url`, and not only a part of another text.
pub(super) fn is_value_of_key(text: &str, address: Span) -> bool {
    let before = &text[..address.range().start];
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_mark = |char: char| char.is_whitespace() || "\"'".contains(char);
    let key = line.trim_end_matches(is_mark).strip_suffix([':', '=']);
    key.is_some_and(|key| {
        let is_part = |char: char| char.is_alphanumeric() || "_-.".contains(char);
        let key = key.trim_end_matches(is_mark);
        let start = key.rfind(|char| !is_part(char)).map_or(0, |at| at + 1);
        let key = key[key.ceil_char_boundary(start)..].to_lowercase();
        NAMING_KEYS.iter().any(|part| key.contains(part))
    })
}

/// Returns the teams with a contact or name at an address, as written in the map.
pub fn teams_at<'t>(teams: &'t Teams, text: &str) -> Vec<(TeamId, &'t str)> {
    let Some(address) = normalized(text) else {
        return Vec::new();
    };
    let all = teams.iter().flat_map(|(id, team)| {
        let spellings = team.spellings().map(|it| it.value.as_str());
        let contacts = team.contacts.iter().map(|(_, address)| address.as_str());
        let written = spellings.chain(contacts);
        written.map(move |written| (id, written))
    });
    all.filter(|(_, written)| {
        let is_same = |(_, part): (Span, &str)| normalized(part).as_ref() == Some(&address);
        addresses(written).any(is_same)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_what_people_omit() {
        for (text, expected) in [
            ("https://Wiki.example.org/A/", Some("wiki.example.org/A")),
            ("http://wiki.example.org:80/A#b", Some("wiki.example.org/A")),
            ("wiki.example.org/A", Some("wiki.example.org/A")),
            ("wiki.example.org", Some("wiki.example.org")),
            ("https://wiki/?q=1", Some("wiki/?q=1")),
            ("wiki", None),
            ("a/b.c", None),
            ("a b.c", None),
            ("disk. full", None),
            ("https://", None),
        ] {
            assert_eq!(normalized(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn finds_the_keys_of_addresses() {
        for (before, expected) in [
            ("runbook_url: ", true),
            ("  runbook: '", true),
            ("{\"dashboardUrl\": \"", true),
            ("URL=", true),
            ("repoURL: ", true),
            ("description: ", false),
            ("description: the url: see ", false),
            ("- ", false),
            ("", false),
            ("# see ", false),
            ("url:\n", false),
            ("\u{e9}: ", false),
        ] {
            let text = format!("{before}https://a.org");
            let span = Span::new(before.len(), text.len());
            assert_eq!(is_value_of_key(&text, span), expected, "{before}");
        }
    }

    #[test]
    fn finds_addresses_and_dashboards() {
        let text = "runbook: https://a.org/b. See (http://c.org/d), 'x://y'";
        let found: Vec<&str> = addresses(text).map(|(_, address)| address).collect();
        assert_eq!(found, ["https://a.org/b", "http://c.org/d", "x://y"]);
        let text = "https://a.org/b/?c={{ d }} https://a.org/e?f=1";
        let found: Vec<&str> = addresses(text).map(|(_, address)| address).collect();
        assert_eq!(found, ["https://a.org/b/", "https://a.org/e?f=1"]);
        for (span, address) in addresses(text) {
            assert_eq!(&text[span.range()], address);
        }
        for (text, expected) in [
            ("https://grafana.example.org/d/abc/title?x=1", Some("abc")),
            ("https://example.org/grafana/d-solo/abc", Some("abc")),
            ("https://example.org/d/", None),
            ("https://d/abc", None),
        ] {
            assert_eq!(dashboard_uid(text), expected, "{text}");
        }
    }
}
