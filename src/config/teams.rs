//! Teams, and the spellings under which repositories name them.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::Spanned;
use crate::text::closest_name;

/// How often a name is split: a name with a URL, and each of these with an address.
const MAX_PARTS: usize = 2;

/// A team, by its position in [`Teams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamId(pub u32);

/// A team, which can be an owner.
#[derive(Debug)]
pub struct Team {
    /// `[a-z0-9-]`, unique.
    pub id: Spanned<String>,
    /// The display name.
    pub name: Option<Spanned<String>>,
    /// The team it is part of.
    pub parent: Option<TeamId>,
    /// Other spellings.
    pub aliases: Vec<Spanned<String>>,
    /// Spellings that are no longer used but still found in files.
    pub former_names: Vec<Spanned<String>>,
    /// What it does.
    pub description: Option<String>,
    /// Search words for its areas of responsibility.
    pub areas: Vec<Spanned<String>>,
    /// How to reach it: kind and address, in the order of the map.
    pub contacts: Vec<(String, String)>,
    /// The handles by forge.
    pub handles: Vec<(String, Vec<String>)>,
    /// Set if the team is retired.
    pub retired: Option<Retired>,
}

impl Team {
    /// Creates a team that has only an id.
    pub(super) fn new(id: Spanned<String>) -> Self {
        Self {
            id,
            name: None,
            parent: None,
            aliases: Vec::new(),
            former_names: Vec::new(),
            description: None,
            areas: Vec::new(),
            contacts: Vec::new(),
            handles: Vec::new(),
            retired: None,
        }
    }

    /// Returns its name for messages.
    pub fn display_name(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.id).value.as_str()
    }

    /// Returns the replacement for `raw`: the team's own URL if `raw` is one and the team has one, else its name.
    pub fn name_in_place_of(&self, raw: &str) -> &str {
        let is_url = |text: &str| url_end(text).is_some();
        let mut aliases = self.aliases.iter().map(|alias| alias.value.as_str());
        aliases
            .find(|alias| is_url(raw) && is_url(alias) && self.former_name(alias).is_none())
            .unwrap_or_else(|| self.display_name())
    }

    fn mail_addresses(&self) -> impl Iterator<Item = &str> {
        let contacts = self.contacts.iter().map(|(_, address)| address.as_str());
        let handles = self.handles.iter().flat_map(|(_, handles)| handles);
        contacts
            .chain(handles.map(String::as_str))
            .filter(|text| !text.starts_with('@') && text.contains('@') && !text.contains(' '))
    }

    /// Returns all current and former spellings.
    pub fn spellings(&self) -> impl Iterator<Item = &Spanned<String>> {
        std::iter::once(&self.id)
            .chain(&self.name)
            .chain(&self.aliases)
            .chain(&self.former_names)
    }

    /// Returns the former name that `raw` is, exactly or as a slug.
    pub fn former_name(&self, raw: &str) -> Option<&Spanned<String>> {
        let mut names = self.former_names.iter();
        names.find(|name| {
            spelling_parts(raw)
                .any(|part| spelling_parts(&name.value).any(|known| slug(known) == slug(part)))
        })
    }
}

/// The retirement of a team.
#[derive(Debug)]
pub struct Retired {
    /// The first day.
    pub since: Option<Spanned<Date>>,
    /// The team that took over.
    pub successor: Option<TeamId>,
}

impl Retired {
    /// Returns "retired since 2024-02-09", or "retired" if the date is not known.
    pub fn text(&self) -> String {
        match &self.since {
            Some(since) => format!("retired since {}", since.value),
            None => "retired".to_owned(),
        }
    }
}

/// All teams, with an index of their names.
#[derive(Debug, Default)]
pub struct Teams {
    list: Vec<Team>,
    by_spelling: FxHashMap<String, TeamId>,
    by_slug: FxHashMap<String, TeamId>,
    /// By the slug of the last segment of an alias that is a URL; `None` if several teams share it.
    by_url_end: FxHashMap<String, Option<TeamId>>,
    /// By email address among the contacts and handles of a team; `None` if several teams share it.
    by_mail: FxHashMap<String, Option<TeamId>>,
    /// By handle in lower case, without `@` at the start; `None` if several teams share it.
    by_handle: FxHashMap<String, Option<TeamId>>,
    people: Vec<Person>,
    /// The position of a person by name and by email address, in lower case.
    by_person: FxHashMap<String, usize>,
}

/// A person. What they declare belongs to their team.
#[derive(Debug)]
pub struct Person {
    /// Their name.
    pub name: Option<Spanned<String>>,
    /// Their email addresses.
    pub emails: Vec<Spanned<String>>,
    /// Their team.
    pub team: TeamId,
}

/// A spelling that is used twice, with the later and the earlier place.
pub(super) struct DuplicateName<'t> {
    pub text: &'t Spanned<String>,
    pub earlier: &'t Spanned<String>,
    pub owner: &'t Team,
}

impl Teams {
    pub(super) fn new(list: Vec<Team>) -> Self {
        let mut teams = Self::default();
        for (team, id) in list.iter().zip((0..).map(TeamId)) {
            for spelling in team.spellings() {
                let text = &spelling.value;
                teams.by_spelling.entry(text.clone()).or_insert(id);
                teams.by_slug.entry(slug(text)).or_insert(id);
                if let Some(end) = url_end(text) {
                    share(&mut teams.by_url_end, slug(end), id);
                }
            }
            for address in team.mail_addresses() {
                share(&mut teams.by_mail, address.to_lowercase(), id);
            }
            for handle in team.handles.iter().flat_map(|(_, handles)| handles) {
                let handle = handle.strip_prefix('@').unwrap_or(handle);
                share(&mut teams.by_handle, handle.to_lowercase(), id);
            }
        }
        teams.list = list;
        teams
    }

    /// Adds people. Returns names and addresses that occur twice, the later place first.
    pub(super) fn add_people(
        &mut self,
        people: Vec<Person>,
    ) -> Vec<(Spanned<String>, Spanned<String>)> {
        let mut twice = Vec::new();
        let mut first: FxHashMap<String, Spanned<String>> = FxHashMap::default();
        for (at, person) in people.iter().enumerate() {
            for text in person.name.iter().chain(&person.emails) {
                let key = text.value.to_lowercase();
                self.by_person.entry(key.clone()).or_insert(at);
                if let Some(earlier) = first.insert(key, text.clone()) {
                    twice.push((text.clone(), earlier));
                }
            }
        }
        self.people = people;
        twice
    }

    /// Returns the people of a team.
    pub fn people_of(&self, team: TeamId) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.team == team)
    }

    /// Returns the person with this name or email address (or both, `Name <address>`).
    pub fn person(&self, raw: &str) -> Option<&Person> {
        let known = |text: &str| self.by_person.get(&text.trim().to_lowercase());
        let at = known(raw).or_else(|| {
            let (name, address) = name_and_mail(raw)?;
            known(address).or_else(|| known(name))
        })?;
        Some(&self.people[*at])
    }

    /// Returns spellings that are used for two teams, or twice for one.
    pub(super) fn clashes(&self) -> Vec<DuplicateName<'_>> {
        let mut by_spelling: FxHashMap<&str, &Spanned<String>> = FxHashMap::default();
        let mut by_slug: FxHashMap<String, (usize, &Spanned<String>)> = FxHashMap::default();
        let mut clashes = Vec::new();
        for (at, team) in self.list.iter().enumerate() {
            for text in team.spellings() {
                let same = by_spelling.insert(&text.value, text);
                let (owner, first) = *by_slug.entry(slug(&text.value)).or_insert((at, text));
                // A team that is defined twice is reported elsewhere.
                let is_reported = same.is_some_and(|same| {
                    same.value == self.list[owner].id.value && text.value == team.id.value
                });
                if !is_reported && (owner != at || same.is_some()) {
                    clashes.push(DuplicateName {
                        text,
                        earlier: same.unwrap_or(first),
                        owner: &self.list[owner],
                    });
                }
            }
        }
        clashes
    }

    /// Returns all teams with their ids, in the order of the map.
    pub fn iter(&self) -> impl Iterator<Item = (TeamId, &Team)> {
        (0..).map(TeamId).zip(&self.list)
    }

    /// Returns all teams, sorted by their ids in the map.
    pub fn sorted(&self) -> Vec<(TeamId, &Team)> {
        let mut sorted: Vec<_> = self.iter().collect();
        sorted.sort_by(|(_, a), (_, b)| a.id.value.cmp(&b.id.value));
        sorted
    }

    /// Returns the team with this id.
    pub fn get(&self, id: TeamId) -> &Team {
        &self.list[id.0 as usize]
    }

    /// Returns the id of a team in the map.
    pub fn name(&self, id: TeamId) -> &str {
        &self.get(id).id.value
    }

    /// Returns the ids of several teams in the map.
    pub fn names(&self, ids: &[TeamId]) -> Vec<&str> {
        ids.iter().map(|id| self.name(*id)).collect()
    }

    /// Returns the team with exactly this id in the map.
    pub fn by_id(&self, text: &str) -> Option<TeamId> {
        let id = *self.by_spelling.get(text)?;
        (self.name(id) == text).then_some(id)
    }

    /// Returns the team that a name in any file refers to. Looks for it among ids, names and aliases, then
    /// their slugs, then by the last segment of a URL. `Name (URL)` is tried as the name, then as the URL.
    pub fn resolve(&self, raw: &str) -> Option<TeamId> {
        self.resolve_within(raw, MAX_PARTS)
    }

    /// Like [`resolve`](Self::resolve), but splits the name at most `parts` times.
    fn resolve_within(&self, raw: &str, parts: usize) -> Option<TeamId> {
        let raw = raw.trim();
        if raw.is_empty() {
            return None;
        }
        let part = |text: &str| self.resolve_within(text, parts.checked_sub(1)?);
        self.by_spelling
            .get(raw)
            .or_else(|| self.by_slug.get(&slug(raw)))
            .copied()
            .or_else(|| {
                let end = slug(url_end(raw)?);
                let by_end = || self.by_url_end.get(&end).copied().flatten();
                self.by_slug.get(&end).copied().or_else(by_end)
            })
            .or_else(|| {
                let (name, url) = name_and_url(raw)?;
                part(name).or_else(|| part(url))
            })
            .or_else(|| match name_and_mail(raw) {
                Some((name, address)) => part(name).or_else(|| self.by_address(address)),
                None => self.by_address(raw),
            })
    }

    /// Returns the team of an email address, or of an alias that is its part up to the `@`.
    fn by_address(&self, address: &str) -> Option<TeamId> {
        let (local, _) = address.trim().split_once('@')?;
        let known = self.by_mail.get(&address.trim().to_lowercase());
        known.copied().flatten().or_else(|| {
            let alias = self.by_spelling.get(&format!("{}@", local.to_lowercase()));
            alias.copied()
        })
    }

    /// Returns the team of the author of a commit: of the person with this address or name, or with this address, or
    /// the login in it, among the handles and contacts of the team.
    pub fn of_author(&self, name: &str, email: &str) -> Option<TeamId> {
        let known = |map: &FxHashMap<String, Option<TeamId>>, key: &str| {
            map.get(&key.to_lowercase()).copied().flatten()
        };
        self.person(email)
            .or_else(|| self.person(name))
            .map(|person| person.team)
            .or_else(|| known(&self.by_mail, email.trim()))
            .or_else(|| known(&self.by_handle, hidden_login(email)?))
    }

    /// Returns the current spelling that an unknown name was most likely meant to be, and its team.
    pub fn suggest(&self, raw: &str) -> Option<(&str, TeamId)> {
        let spellings = || self.list.iter().flat_map(Team::spellings);
        let texts = spellings()
            .map(|spelling| spelling.value.as_str())
            .filter(|text| url_end(text).is_none());
        let near =
            closest_name(name_and_url(raw).map_or(raw, |(name, _)| name), texts).or_else(|| {
                let end = slug(url_end(raw)?);
                let slugs = self.list.iter().map(|team| team.id.value.as_str());
                closest_name(&end, slugs)
            })?;
        let team = self.resolve(near)?;
        let of = self.get(team);
        // Do not suggest a former name: it would be reported as well.
        let is_in_use = of.former_name(near).is_none() && url_end(raw).is_none();
        let near = if is_in_use {
            near
        } else {
            of.name_in_place_of(raw)
        };
        Some((near, team))
    }

    /// Returns whether `ancestor` is an ancestor of `team`.
    pub fn is_ancestor(&self, ancestor: TeamId, team: TeamId) -> bool {
        self.ancestors(team).any(|id| id == ancestor)
    }

    /// Follows successors to the last one. Returns the team itself if it has no successor.
    pub fn successor(&self, team: TeamId) -> TeamId {
        let next = |id: &TeamId| self.get(*id).retired.as_ref()?.successor;
        let chain = std::iter::successors(Some(team), next).take(self.list.len());
        chain.last().unwrap_or(team)
    }

    /// Returns the ancestors of a team, nearest first.
    pub fn ancestors(&self, team: TeamId) -> impl Iterator<Item = TeamId> {
        std::iter::successors(self.get(team).parent, |id| self.get(*id).parent)
            .take(self.list.len())
    }
}

/// Maps a key to a team, or to `None` if several teams share it.
fn share(teams: &mut FxHashMap<String, Option<TeamId>>, key: String, id: TeamId) {
    let known = teams.entry(key).or_insert(Some(id));
    *known = known.filter(|known| *known == id);
}

/// Returns the letters and digits in lower case, with one `-` for everything between them.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_alphanumeric() {
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

/// Returns the last segment of the path of a URL.
fn url_end(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.chars().all(|char| char.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (_, end) = rest.trim_end_matches('/').rsplit_once('/')?;
    Some(end)
}

/// Returns the parts by which a spelling can be found: the whole, the parts of `Name (URL)` or
/// `Name <address>`, the last segment of a URL, and the part of an address before the `@`.
pub(crate) fn spelling_parts(text: &str) -> impl Iterator<Item = &str> {
    let pair = name_and_url(text).or_else(|| name_and_mail(text));
    let (name, second) = pair.unzip();
    let of = second.unwrap_or(text);
    let local = of.split_once('@').map(|(local, _)| local);
    [Some(text), name, second, url_end(of), local]
        .into_iter()
        .flatten()
}

/// Returns the login in an address with which a forge replaces a private one: `login@users.noreply.…`, where a number
/// and `+` or `-` may precede the login.
fn hidden_login(address: &str) -> Option<&str> {
    let (user, domain) = address.trim().split_once('@')?;
    let rest = user.trim_start_matches(|char: char| char.is_ascii_digit());
    let numbered = rest.strip_prefix(['+', '-']);
    let login = numbered.filter(|_| rest.len() < user.len()).unwrap_or(user);
    domain
        .to_lowercase()
        .starts_with("users.noreply.")
        .then_some(login)
}

/// Splits `Name <address>`.
pub(crate) fn name_and_mail(text: &str) -> Option<(&str, &str)> {
    let (name, address) = text.trim().strip_suffix('>')?.rsplit_once('<')?;
    Some((name.trim(), address.trim()))
}

/// Splits `Name (URL)`.
fn name_and_url(text: &str) -> Option<(&str, &str)> {
    let (name, url) = text.trim().strip_suffix(')')?.rsplit_once('(')?;
    url.contains("://").then(|| (name.trim(), url.trim()))
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
        assert_eq!(
            name_and_url("Kafka SIG (https://w.org/Kafka_SIG)"),
            Some(("Kafka SIG", "https://w.org/Kafka_SIG"))
        );
    }
}
