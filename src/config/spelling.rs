//! The forms in which files write the names of teams.

/// Returns the letters and digits in lower case, with one `-` for everything between them.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii_alphanumeric() {
            slug.push(char.to_ascii_lowercase());
        } else if char.is_alphanumeric() {
            slug.extend(char.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// Returns a name, then the parts of `Name (URL)`, `Name <address>` or `Name: address`, which may be nested once. All
/// parts are trimmed, and not empty.
pub(super) fn name_parts(text: &str) -> impl Iterator<Item = &str> + Clone {
    let (name, address) = name_and_address(text).unzip();
    let (of_name, of_address) = (
        name.and_then(name_and_address),
        address.and_then(name_and_address),
    );
    let nested = [of_name, of_address].into_iter().flatten();
    let nested = nested.flat_map(|(name, address)| [name, address]);
    [Some(text.trim()), name, address]
        .into_iter()
        .flatten()
        .chain(nested)
        .filter(|part| !part.is_empty())
}

/// Returns the parts by which a spelling can be found: those of [`name_parts`], the last segments of URLs and handles,
/// and the parts of addresses before the `@`.
pub(crate) fn spelling_parts(text: &str) -> impl Iterator<Item = &str> {
    name_parts(text).flat_map(|part| {
        let local = part.split_once('@').map(|(local, _)| local);
        let local = local.filter(|local| !local.is_empty());
        [Some(part), last_segment(part), local]
            .into_iter()
            .flatten()
    })
}

/// Splits `Name (URL)`, `Name <address>` and `Name: address`. Instead of a URL, the parentheses may contain any other
/// way to reach a team.
pub(crate) fn name_and_address(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let in_parentheses = || {
        let (name, address) = text.strip_suffix(')')?.rsplit_once('(')?;
        is_contact(address).then(|| (name.trim(), address.trim()))
    };
    let after_colon = || {
        let (name, address) = text.split_once(':')?;
        let address = address.trim();
        (is_contact(address) && !name.trim().is_empty()).then(|| (name.trim(), address))
    };
    let pair = name_and_mail(text)
        .or_else(in_parentheses)
        .or_else(after_colon)?;
    // In a list, the address is the one of its last name.
    let is_one = pair.0.starts_with('"') || !is_list(pair.0);
    is_one.then_some(pair)
}

/// Splits `Name <address>`.
pub(crate) fn name_and_mail(text: &str) -> Option<(&str, &str)> {
    let (name, address) = text.trim().strip_suffix('>')?.rsplit_once('<')?;
    Some((name.trim(), address.trim()))
}

/// Returns whether a text is a URL, an email address, a handle or a channel, which may follow the name of a team.
fn is_contact(text: &str) -> bool {
    let text = text.trim();
    let is_address = || text.contains('@') && !text.contains("//") && !is_list(text);
    text.contains("://") || text.starts_with('#') || is_address()
}

/// Returns whether a text is the handle of a team, and not of a person: `@organization/team`.
pub fn is_team_handle(text: &str) -> bool {
    let handle = text.trim().strip_prefix('@');
    handle.is_some_and(|handle| handle.contains('/') && !handle.contains([' ', '@']))
}

/// Returns the last segment of a URL, of the handle `@organization/team`, or of the reference `group:namespace/team`.
pub(super) fn last_segment(text: &str) -> Option<&str> {
    url_end(text).or_else(|| {
        let path = match is_team_handle(text) {
            true => text,
            false => reference(text)?,
        };
        let end = path.rsplit('/').next()?.trim();
        (!end.is_empty()).then_some(end)
    })
}

/// Returns what follows the kind in a reference to an owner: `group:default/team`, `user:jane`.
fn reference(text: &str) -> Option<&str> {
    let (kind, rest) = text.split_once(':')?;
    let kinds = ["group", "team", "user"];
    let is_kind = kinds.iter().any(|it| it.eq_ignore_ascii_case(kind.trim()));
    (is_kind && !rest.contains("//")).then_some(rest)
}

/// Returns the last segment of the path of a URL.
pub(crate) fn url_end(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.chars().all(|char| char.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (_, end) = rest.trim_end_matches('/').rsplit_once('/')?;
    Some(end)
}

/// Returns the login in an address with which a forge replaces a private one: `login@users.noreply.…`, where a number
/// and `+` or `-` may precede the login.
pub(super) fn hidden_login(address: &str) -> Option<&str> {
    let (user, domain) = address.trim().split_once('@')?;
    let rest = user.trim_start_matches(|char: char| char.is_ascii_digit());
    let numbered = rest.strip_prefix(['+', '-']);
    let login = numbered.filter(|_| rest.len() < user.len()).unwrap_or(user);
    domain
        .to_lowercase()
        .starts_with("users.noreply.")
        .then_some(login)
}

/// Returns the words in a contact by which it can be found: all of it, and the addresses and channels in it.
pub(super) fn contact_keys(contact: &str) -> impl Iterator<Item = String> {
    let words = contact.split([' ', ',', ';', '<', '>', '(', ')']);
    let words = words.filter(move |word| word.len() < contact.len() && is_contact(word));
    std::iter::once(contact).chain(words).map(contact_key)
}

/// Returns the form of a contact that is compared.
pub(super) fn contact_key(contact: &str) -> String {
    let contact = contact.trim().to_lowercase();
    let plain = contact.strip_prefix("mailto:").unwrap_or(&contact);
    plain.trim_end_matches('/').to_owned()
}

/// Returns whether a text separates several names. The slug of such a list may be the one of another name.
pub(super) fn is_list(text: &str) -> bool {
    text.contains([',', ';', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_login_in_a_hidden_address() {
        for (address, login) in [
            ("bo@users.noreply.github.com", Some("bo")),
            ("12+Bo@users.noreply.github.com", Some("Bo")),
            ("12-bo@users.noreply.gitlab.com", Some("bo")),
            ("cy-7@Users.noreply.github.com", Some("cy-7")),
            ("7@users.noreply.github.com", Some("7")),
            ("bo@x.org", None),
            ("", None),
        ] {
            assert_eq!(hidden_login(address), login, "{address}");
        }
    }

    #[test]
    fn parses_slugs_and_urls() {
        assert_eq!(slug("ServiceOps"), "serviceops");
        assert_eq!(
            slug("Infrastructure  Foundations "),
            "infrastructure-foundations"
        );
        assert_eq!(slug("SRE/Data_Persistence"), "sre-data-persistence");
        assert_eq!(
            url_end("https://w.org/wiki/SRE/Traffic/?x#y"),
            Some("Traffic")
        );
        assert_eq!(url_end("https://w.org"), None);
        assert_eq!(url_end("a/b"), None);
    }

    #[test]
    fn splits_a_name_from_its_address() {
        for (text, expected) in [
            (
                "Kafka SIG (https://w.org/Kafka_SIG)",
                Some(("Kafka SIG", "https://w.org/Kafka_SIG")),
            ),
            ("Kafka SIG (#kafka)", Some(("Kafka SIG", "#kafka"))),
            ("Kafka SIG (all)", None),
            ("Kafka SIG <k@x.org>", Some(("Kafka SIG", "k@x.org"))),
            ("Kafka SIG: k@x.org", Some(("Kafka SIG", "k@x.org"))),
            (
                "Kafka SIG: https://w.org/Kafka",
                Some(("Kafka SIG", "https://w.org/Kafka")),
            ),
            ("Kafka SIG:#kafka", Some(("Kafka SIG", "#kafka"))),
            ("Kafka: SIG", None),
            (": k@x.org", None),
            ("A: a@x.org, B: b@x.org", None),
            ("A <a@x.org>, B <b@x.org>", None),
            ("https://k@w.org/Kafka", None),
        ] {
            assert_eq!(name_and_address(text), expected, "{text}");
        }
        let parts: Vec<&str> = name_parts("Kafka (https://w.org/SIG) <k@x.org>").collect();
        let expected = [
            "Kafka (https://w.org/SIG) <k@x.org>",
            "Kafka (https://w.org/SIG)",
            "k@x.org",
            "Kafka",
            "https://w.org/SIG",
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn finds_the_team_at_the_end_of_a_handle_or_reference() {
        for (text, expected) in [
            ("@org/team", Some("team")),
            ("@org/group/team", Some("team")),
            ("group:default/team", Some("team")),
            ("Group:team", Some("team")),
            ("@jane", None),
            ("jane@x.org", None),
            ("a/b", None),
            ("kind:a/b", None),
            ("group:", None),
        ] {
            assert_eq!(last_segment(text), expected, "{text}");
        }
    }
}
