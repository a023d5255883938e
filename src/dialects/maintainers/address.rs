//! The addresses in the values of `M:`.

use std::{borrow::Cow, sync::LazyLock};

use bstr::ByteSlice;
use regex_automata::{meta::Regex, util::syntax};

use super::{parse::trim_start, script::Script};

/// The most steps that removing the comments from a value may take. The program removes them one by one, so a value that
/// consists of comments takes steps that grow with the square of its length.
const MAX_STEPS: usize = 32 << 10;

/// Returns the owners that a value names: `Name <address>` or an address for each of them. `None` if it has too many
/// comments.
pub(super) fn addresses(value: &[u8], script: &Script) -> Option<Vec<String>> {
    let comments = value.find_iter(b"(").count();
    if comments * value.len() > MAX_STEPS {
        return None;
    }
    let mut owners = Vec::new();
    // A value without a comma names one owner, whether or not it is valid.
    let list = match value.contains(&b',') {
        true => Grammar::get().list(value, script),
        false => None,
    };
    match list {
        Some(list) => owners.extend(list.iter().filter_map(|it| owner(it, script))),
        None => owners.extend(owner(value, script)),
    }
    Some(owners)
}

/// Returns the owner that a text names. Text behind the address is dropped, and a name with special characters is
/// quoted.
pub(super) fn owner(text: &[u8], script: &Script) -> Option<String> {
    let (name, address) = name_and_address(text, script)?;
    let address = trim(address, script);
    if address.is_empty() {
        return None;
    }
    let address = address.to_str_lossy();
    // The program does this twice, when it parses the text and when it shows the owner.
    let name = quoted_name(&quoted_name(name, script), script);
    Some(match name.is_empty() {
        true => address.into_owned(),
        false => format!("{} <{address}>", name.to_str_lossy()),
    })
}

/// Splits a text into a name, which can be empty, and an address.
fn name_and_address<'t>(text: &'t [u8], script: &Script) -> Option<(&'t [u8], &'t [u8])> {
    if let Some((name, rest)) = text
        .split_once_str("<")
        .filter(|(name, _)| !name.is_empty())
        && let Some(end) = rest.rfind_byte(b'>')
        && rest[..end].rfind_byte(b'@').is_some_and(|at| at > 0)
    {
        return Some((name, &rest[..end]));
    }
    let ats = |text: &'t [u8]| {
        let ats = (1..text.len()).rev();
        ats.filter(move |at| text[*at] == b'@')
    };
    // What follows an `@` up to whitespace.
    let domain = |text: &'t [u8], at: usize| {
        let rest = &text[at + 1..];
        let mut end = 0;
        while end < rest.len() && trim_start(&rest[end..], script).len() == rest.len() - end {
            end += bstr::decode_utf8(&rest[end..]).1;
        }
        &rest[..end]
    };
    if let Some(inner) = trim_start(text, script).strip_prefix(b"<") {
        let ends = |at: usize| Some(at + 1 + domain(inner, at).rfind_byte(b'>')?);
        if let Some(end) = ats(inner).find_map(ends) {
            return Some((b"", &inner[..end]));
        }
    }
    let at = ats(text).next()?;
    Some((b"", &text[..at + 1 + domain(text, at).len()]))
}

/// Returns a name in quotes if it contains special characters.
fn quoted_name(name: &[u8], script: &Script) -> Vec<u8> {
    let name = trim(name, script);
    let name = name.strip_prefix(b"\"").unwrap_or(name);
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' ' | b'-');
    if name.iter().all(is_plain) {
        return name.to_vec();
    }
    let mut quoted = vec![b'"'];
    let mut before = 0;
    for byte in name {
        if *byte == b'"' && before != b'\\' {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
        before = *byte;
    }
    quoted.push(b'"');
    quoted
}

fn trim<'t>(text: &'t [u8], script: &Script) -> &'t [u8] {
    let mut rest = trim_start(text, script);
    loop {
        let (_, length) = bstr::decode_last_utf8(rest);
        let start = rest.len() - length;
        if length == 0 || !trim_start(&rest[start..], script).is_empty() {
            return rest;
        }
        rest = &rest[..start];
    }
}

/// The grammar of addresses in RFC 822.
struct Grammar {
    one: Regex,
    list: Regex,
    member: Regex,
    comment: Regex,
}

impl Grammar {
    fn get() -> &'static Self {
        static GRAMMAR: LazyLock<Grammar> = LazyLock::new(Grammar::new);
        &GRAMMAR
    }

    fn new() -> Self {
        let blank = r"(?:(?:\r\n)?[ \t])";
        let specials = r#"()<>@,;:\\".\[\]"#;
        let atom = format!(r"(?:[^{specials} \x00-\x1F\x7F]+{blank}*)");
        let quoted = format!(r#"(?:"(?:[^"\r\\]|\\.|{blank})*"{blank}*)"#);
        let literal = format!(r"(?:\[(?:[^\[\]\r\\]|\\.)*\]{blank}*)");
        let word = format!("(?:{atom}|{quoted})");
        let local = format!(r"{word}(?:\.{blank}*{word})*");
        let label = format!("(?:{atom}|{literal})");
        let domain = format!(r"{label}(?:\.{blank}*{label})*");
        let address = format!("{local}@{blank}*{domain}");
        let route = format!("(?:@{domain}(?:,@{blank}*{domain})*:{blank}*)");
        let in_brackets = format!("<{blank}*{route}?{address}>{blank}*");
        let mailbox = format!("(?:{address}|{word}*{in_brackets})");
        let group = format!(r"{word}*:{blank}*(?:{mailbox}(?:,\s*{mailbox})*)?;\s*");
        let any = format!("{blank}*(?:{mailbox}|{group})");
        // A comment may contain none of its own: the innermost ones are removed first.
        let unquoted = r#"(?:[^"\\]|\\.)*"#;
        let before = format!(r#"{unquoted}(?:"{unquoted}"{unquoted})*"#);
        Self {
            one: regex(&format!("^{any}$")),
            list: regex(&format!("^(?:{any})?(?:,(?:{any})?)*$")),
            member: regex(&format!("(?:^|,{blank}*)({any})")),
            comment: regex(&format!(r"^({before})\((?:[^()\\]|\\.)*\)")),
        }
    }

    /// Returns the members of a list; `None` if the value is none.
    fn list(&self, value: &[u8], script: &Script) -> Option<Vec<Vec<u8>>> {
        let text = self.without_comments(value);
        let is_beyond = |char: char| u32::from(char) > 0xFF;
        // Values with such characters are never valid.
        if script.is_decoded && text.chars().any(is_beyond)
            || self.one.is_match(&*text)
            || !self.list.is_match(&*text)
        {
            return None;
        }
        let members = self.member.captures_iter(&*text);
        let members = members.filter_map(|found| Some(text[found.get_group(1)?.range()].to_vec()));
        Some(members.collect())
    }

    /// Replaces comments by spaces.
    fn without_comments<'v>(&self, value: &'v [u8]) -> Cow<'v, [u8]> {
        let mut text = Cow::Borrowed(value);
        let mut groups = self.comment.create_captures();
        loop {
            self.comment.captures(&*text, &mut groups);
            let (Some(all), Some(before)) = (groups.get_group(0), groups.get_group(1)) else {
                return text;
            };
            text = [&text[..before.end], b" ", &text[all.end..]]
                .concat()
                .into();
        }
    }
}

fn regex(text: &str) -> Regex {
    let syntax = syntax::Config::new()
        .unicode(false)
        .utf8(false)
        .dot_matches_new_line(true);
    let regex = Regex::builder().syntax(syntax).build(text);
    regex.expect("the grammar is valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_owners_in_a_value() {
        for (value, owners) in [
            ("Ann <a@x.org>", &["Ann <a@x.org>"][..]),
            ("a@x.org", &["a@x.org"]),
            ("<a@x.org>", &["a@x.org"]),
            ("Ann <a@x.org> [@ann]", &["Ann <a@x.org>"]),
            ("Ann <a@x.org> (on call)", &["Ann <a@x.org>"]),
            ("a@x.org, b@x.org", &["a@x.org", "b@x.org"]),
            (
                "Ann <a@x.org>, Bob <b@x.org>",
                &["Ann <a@x.org>", "Bob <b@x.org>"],
            ),
            ("Ann A. B. <a@x.org>", &["\"Ann A. B.\" <a@x.org>"]),
            ("\"A, B\" <a@x.org>", &["\"A, B\" <a@x.org>"]),
            ("Jörg <j@x.org>", &["\"Jörg\" <j@x.org>"]),
            ("A (x, y) <a@x.org>, b@x.org", &["A <a@x.org>", "b@x.org"]),
            ("Ann", &[]),
            ("Ann <>", &[]),
            ("", &[]),
        ] {
            let found = addresses(value.as_bytes(), &Script::CURRENT).unwrap();
            assert_eq!(found, owners, "{value}");
        }
    }

    #[test]
    fn values_with_too_many_comments_are_not_read() {
        for (comments, is_read) in [(10, true), (200, false), (100_000, false)] {
            let value = format!("M {}, a@x.org", "(c)".repeat(comments));
            let found = addresses(value.as_bytes(), &Script::CURRENT);
            assert_eq!(found.is_some(), is_read, "{comments}");
        }
    }
}
