//! Resolves the references and values in the map as written.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    MapError, Vocabulary,
    model::{Exemption, Policy, Rule},
    reader::Reader,
    selector::Selector,
    settings::CustomKind,
    slug,
    spanned::{Spanned, Text},
    teams::{Person, Retired, Team, TeamId, Teams, handle_key},
    unintended::unintended,
    written::{ExemptionEntry, PathTexts, RuleEntry, WrittenHandle, WrittenPerson, WrittenTeam},
};
use crate::{
    finding::Severity,
    pattern::{Pattern, PatternError},
    text::{MAX_SUGGESTIONS, closest, likely, quoted},
};

/// The largest total weight of the patterns of a map.
const MAX_PATTERN_WEIGHT: usize = 4_000_000;

fn teams(entries: Vec<WrittenTeam>, errors: &mut Vec<MapError>) -> Teams {
    let mut ids: FxHashMap<String, (TeamId, Text)> = FxHashMap::default();
    for (entry, id) in entries.iter().zip((0..).map(TeamId)) {
        let own = &entry.team.id;
        let text = &own.value;
        if text.is_empty() || !text.chars().all(is_id_char) {
            let message = format!("{} is not a valid team id", quoted(text));
            let error = MapError::new(own.place.clone(), message);
            let id = valid_id(text).map(|id| format!("write `{id}`: "));
            let id = id.unwrap_or_default();
            errors.push(error.help(format!(
                "{id}use only a–z, 0–9 and `-`, and list other spellings under `aliases`"
            )));
        }
        let earlier = ids.insert(text.clone(), (id, own.clone()));
        if let Some((_, earlier)) = earlier
            && earlier.place.path() != own.place.path()
        {
            let message = format!("team {} is defined twice", quoted(text));
            let error = MapError::new(own.place.clone(), message);
            errors.push(error.related(earlier.place, "first defined here"));
        }
    }
    let mut searches = 0;
    let mut known = |text: Option<&Text>, what: &str| -> Option<TeamId> {
        let text = text?;
        let id = ids.get(&text.value).map(|(id, _)| *id);
        if id.is_none() {
            let message = format!("{what} {} is not a team in the map", quoted(&text.value));
            searches += 1;
            let near = match searches <= MAX_SUGGESTIONS {
                true => closest(&text.value, ids.keys().map(String::as_str)),
                false => None,
            };
            errors.push(MapError::new(text.place.clone(), message).did_you_mean(near));
        }
        id
    };
    let mut parents: Vec<Option<TeamId>> = entries
        .iter()
        .map(|entry| known(entry.parent.as_ref(), "parent"))
        .collect();
    let mut successors: Vec<Option<TeamId>> = entries
        .iter()
        .map(|entry| known(entry.successor.as_ref(), "successor"))
        .collect();
    let parent = |entry: &WrittenTeam| entry.parent.clone();
    for cycle in cycles(&mut parents) {
        let message = |team: &str| format!("team {team} is its own ancestor");
        let help = "remove one `parent` to break the cycle";
        errors.extend(cycle_error(&entries, &cycle, parent, message).map(|it| it.help(help)));
    }
    let successor = |entry: &WrittenTeam| entry.successor.clone();
    for cycle in cycles(&mut successors) {
        let message = |team: &str| format!("team {team} is its own successor");
        let help = "name an active team as the `successor`, or remove the key";
        errors.extend(cycle_error(&entries, &cycle, successor, message).map(|it| it.help(help)));
    }
    let handles = entries.iter().zip((0..).map(TeamId));
    let handles = handles.flat_map(|(entry, id)| {
        let handles = entry.handles.iter().cloned();
        handles.map(move |handle| (handle, id))
    });
    let handles: Vec<(WrittenHandle, TeamId)> = handles.collect();
    let list = entries.into_iter().zip(parents).zip(successors);
    let list = list.map(|((entry, parent), successor)| Team {
        parent,
        retired: entry.team.retired.map(|retired| Retired {
            successor,
            ..retired
        }),
        ..entry.team
    });
    let teams = Teams::new(list.collect());
    for clash in teams.clashes() {
        let message = format!(
            "{} is already a name of team {}",
            quoted(&clash.text.value),
            quoted(&clash.owner.id.value)
        );
        let error = MapError::new(clash.text.place.clone(), message)
            .help("use each name for only one team (letter case and punctuation are ignored)");
        errors.push(error.related(clash.earlier.place.clone(), "first used here"));
    }
    shared_handles(&teams, &handles, errors);
    teams
}

/// Reports the handles that several teams have.
fn shared_handles(teams: &Teams, handles: &[(WrittenHandle, TeamId)], errors: &mut Vec<MapError>) {
    let mut known: FxHashMap<(&str, String), (&Text, TeamId)> = FxHashMap::default();
    for (handle, team) in handles {
        let key = (handle.forge.as_str(), handle_key(&handle.name.value));
        let (earlier, owner) = *known.entry(key).or_insert((&handle.name, *team));
        if !teams.may_share_handles(owner, *team) {
            let message = format!(
                "{} is already a {} handle of team {}",
                quoted(&handle.name.value),
                handle.forge,
                quoted(teams.name(owner))
            );
            let error = MapError::new(handle.name.place.clone(), message)
                .help("list each handle for only one team, unless one team is part of the other");
            errors.push(error.related(earlier.place.clone(), "first used here"));
        }
    }
}

/// Parses a pattern of an entry, for files or for paths.
fn path_pattern(text: &Text, of_files: bool, kinds: &[&str]) -> Result<Pattern, PatternError> {
    if let Some(error) = unintended(&text.value, kinds) {
        return Err(error);
    }
    match of_files {
        true => Pattern::parse_files(&text.value),
        false => Pattern::parse(&text.value),
    }
}

/// The longest id that is suggested.
const MAX_ID: usize = 60;

/// Returns the valid id that is most similar to a name.
fn valid_id(name: &str) -> Option<String> {
    let id = slug(name);
    let is_valid = (1..=MAX_ID).contains(&id.len()) && id.chars().all(is_id_char);
    is_valid.then_some(id)
}

/// Returns whether team ids and kind names may contain this character.
fn is_id_char(char: char) -> bool {
    char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-'
}

/// Removes the references between teams that lead back to the same team. Returns the teams of each such cycle, in the
/// order of the references, starting with the first team in the map.
fn cycles(references: &mut [Option<TeamId>]) -> Vec<Vec<usize>> {
    let mut cycles = Vec::new();
    // By team: the team from which it was first visited.
    let mut visited_from: Vec<Option<usize>> = vec![None; references.len()];
    for start in 0..references.len() {
        let mut at = Some(start);
        let mut path = Vec::new();
        while let Some(here) = at
            && visited_from[here].is_none()
        {
            visited_from[here] = Some(start);
            path.push(here);
            at = references[here].map(|id| id.0 as usize);
        }
        let first_again = path.iter().position(|team| Some(*team) == at);
        cycles.extend(first_again.map(|first| path.split_off(first)));
    }
    for cycle in &mut cycles {
        let first = cycle.iter().enumerate().min_by_key(|(_, team)| **team);
        let first = first.map_or(0, |(at, _)| at);
        cycle.rotate_left(first);
        for team in cycle.iter() {
            references[*team] = None;
        }
    }
    cycles
}

/// Returns an error about teams that refer to each other in a cycle, at the `reference` of the first one.
fn cycle_error(
    entries: &[WrittenTeam],
    cycle: &[usize],
    reference: impl Fn(&WrittenTeam) -> Option<Text>,
    message: impl Fn(&str) -> String,
) -> Option<MapError> {
    let mut teams = cycle.iter().map(|at| &entries[*at]);
    let first = teams.next()?;
    let message = message(&quoted(&first.team.id.value));
    let error = MapError::new(reference(first)?.place, message);
    let others = teams.filter_map(reference);
    Some(others.fold(error, |error, other| {
        error.related(other.place, "part of the cycle")
    }))
}

pub(super) struct Validator<'v> {
    pub teams: Teams,
    pub vocabulary: &'v Vocabulary<'v>,
    /// Those of the vocabulary and of the map.
    pub kinds: Vec<&'static str>,
    /// The total weight of the patterns so far.
    pattern_weight: usize,
    /// For how many unknown owners one was searched that is near.
    searches: usize,
    pub errors: &'v mut Vec<MapError>,
}

impl<'v> Validator<'v> {
    pub(super) fn new(
        entries: Vec<WrittenTeam>,
        vocabulary: &'v Vocabulary<'v>,
        errors: &'v mut Vec<MapError>,
    ) -> Self {
        Self {
            teams: teams(entries, errors),
            vocabulary,
            kinds: vocabulary.kinds.to_vec(),
            pattern_weight: 0,
            searches: 0,
            errors,
        }
    }

    pub(super) fn people(&mut self, entries: Vec<WrittenPerson>) {
        let mut people = Vec::with_capacity(entries.len());
        for entry in entries {
            let team = self.owners(std::slice::from_ref(&entry.team));
            people.extend(team.first().map(|team| {
                Person {
                    name: entry.name,
                    emails: entry.emails,
                    handles: entry
                        .handles
                        .into_iter()
                        .map(|it| (it.forge, it.name))
                        .collect(),
                    team: team.value,
                }
            }));
        }
        for (later, earlier) in self.teams.add_people(people) {
            let message = format!("{} is already used for a person", quoted(&later.value));
            let error = MapError::new(later.place, message);
            self.errors
                .push(error.related(earlier.place, "first used here"));
        }
    }

    pub(super) fn custom_kinds(&mut self, kinds: &[CustomKind]) {
        for (at, of) in kinds.iter().enumerate() {
            let kind = &of.kind;
            let text = kind.value;
            // Kinds with equal names are different if no repository has both.
            let is_elsewhere = |known: &&CustomKind| {
                let both = known.repository.as_ref().zip(of.repository.as_ref());
                both.is_some_and(|(known, own)| known != own)
            };
            let mut before = kinds[..at].iter().filter(|it| it.kind.value == text);
            let is_repeated = before.clone().next().is_some();
            let earlier = before.find(|known| !is_elsewhere(known));
            if is_repeated && earlier.is_none() {
                continue;
            }
            if !text.chars().all(is_id_char) {
                let message = format!("{} is not a valid kind name", quoted(text));
                let error = MapError::new(kind.place.clone(), message);
                self.errors.push(error.help("use only a–z, 0–9 and `-`"));
            }
            if self.kinds.contains(&text) {
                let message = format!("kind {} already exists", quoted(text));
                let mut error = MapError::new(kind.place.clone(), message);
                if let Some(earlier) = earlier {
                    error = error.related(earlier.kind.place.clone(), "first defined here");
                }
                self.errors.push(error);
            }
            self.kinds.push(text);
        }
    }

    pub(super) fn rules(
        &mut self,
        repository: Option<usize>,
        entries: Vec<RuleEntry>,
    ) -> Vec<Rule> {
        // Parse most patterns in parallel; patterns with braces one by one, up to the weight limit.
        let parse = |entry: &RuleEntry| -> Vec<_> {
            let texts = entry.paths.iter();
            let ahead = texts.map(|(text, of_files)| {
                (!text.value.contains('{')).then(|| path_pattern(text, of_files, &self.kinds))
            });
            ahead.collect()
        };
        let ahead = entries.par_iter().with_min_len(128).map(parse);
        let ahead: Vec<Vec<Option<Result<Pattern, PatternError>>>> = ahead.collect();
        entries
            .into_iter()
            .zip(ahead)
            .map(|(entry, ahead)| Rule {
                repository,
                paths: (entry.paths.iter().zip(ahead))
                    .filter_map(|((text, of_files), parsed)| {
                        let parsed =
                            parsed.unwrap_or_else(|| path_pattern(text, of_files, &self.kinds));
                        self.parsed(text, 0, "pattern", parsed)
                    })
                    .collect(),
                components: self.selectors(&entry.components),
                owners: self.owners(&entry.owners),
                priority: entry.priority,
                note: entry.note.map(|note| note.value),
                place: entry.place,
            })
            .collect()
    }

    pub(super) fn exemptions(
        &mut self,
        repository: Option<usize>,
        entries: Vec<ExemptionEntry>,
    ) -> Vec<Exemption> {
        entries
            .into_iter()
            .map(|entry| Exemption {
                repository,
                paths: self.path_patterns(&entry.paths),
                reason: entry.reason,
                priority: entry.priority,
                until: entry.until,
                place: entry.place,
            })
            .collect()
    }

    pub fn owners(&mut self, texts: &[Text]) -> Vec<Spanned<TeamId>> {
        let mut owners: Vec<Spanned<TeamId>> = Vec::with_capacity(texts.len());
        let mut known: FxHashMap<TeamId, usize> = FxHashMap::default();
        for text in texts {
            let Some(id) = self.teams.by_id(&text.value) else {
                let message = format!("{} is not a team in the map", quoted(&text.value));
                let error = MapError::new(text.place.clone(), message);
                self.errors.push(match self.teams.resolve(&text.value) {
                    Some(team) => {
                        let id = self.teams.name(team);
                        error.help(format!("use the team's id, `{id}`"))
                    }
                    None => {
                        self.searches += 1;
                        let near = match self.searches <= MAX_SUGGESTIONS {
                            true => self.teams.suggest(&text.value),
                            false => None,
                        };
                        let error = match valid_id(&text.value) {
                            Some(id) => error.help(format!("add `{id}: {{}}` under `teams`")),
                            None => error,
                        };
                        error.did_you_mean(near.map(|(_, id)| self.teams.name(id)))
                    }
                });
                continue;
            };
            let at = match texts.len() {
                // The common case: no lookup needed.
                1 => 0,
                _ => *known.entry(id).or_insert(owners.len()),
            };
            if let Some(earlier) = owners.get(at) {
                let message = format!("owner {} is listed twice", quoted(&text.value));
                let error = MapError::new(text.place.clone(), message);
                self.errors
                    .push(error.related(earlier.place.clone(), "first listed here"));
                continue;
            }
            owners.push(text.with(id));
        }
        owners
    }

    pub fn patterns(&mut self, texts: &[Text]) -> Vec<Spanned<Arc<Pattern>>> {
        texts
            .iter()
            .filter_map(|text| self.pattern(text, 0, "pattern"))
            .collect()
    }

    /// Parses the patterns of an entry.
    pub fn path_patterns(&mut self, texts: &PathTexts) -> Vec<Spanned<Arc<Pattern>>> {
        texts
            .iter()
            .filter_map(|(text, of_files)| {
                let pattern = path_pattern(text, of_files, &self.kinds);
                self.parsed(text, 0, "pattern", pattern)
            })
            .collect()
    }

    /// Parses the pattern that begins at byte `from` of a text.
    fn pattern(&mut self, text: &Text, from: usize, what: &str) -> Option<Spanned<Arc<Pattern>>> {
        self.parsed(text, from, what, Pattern::parse(&text.value[from..]))
    }

    fn parsed(
        &mut self,
        text: &Text,
        from: usize,
        what: &str,
        parsed: Result<Pattern, PatternError>,
    ) -> Option<Spanned<Arc<Pattern>>> {
        match parsed {
            Ok(value) => {
                let before = self.pattern_weight;
                self.pattern_weight += value.weight();
                if self.pattern_weight > MAX_PATTERN_WEIGHT {
                    // Reported once, at the first pattern over the limit.
                    if before <= MAX_PATTERN_WEIGHT {
                        let message = "the total length of the patterns in the map is too large \
                            after brace expansion";
                        let error = MapError::new(text.place.clone(), message);
                        let help = "use wildcards instead of braces";
                        self.errors.push(error.help(help));
                    }
                    return None;
                }
                Some(text.with(Arc::new(value)))
            }
            Err(error) => {
                let error = MapError::of_pattern(text, from, what, error);
                self.errors.push(error);
                None
            }
        }
    }

    pub fn selectors(&mut self, texts: &[Text]) -> Vec<Spanned<Selector>> {
        texts
            .iter()
            .filter_map(|text| self.selector(text))
            .collect()
    }

    fn selector(&mut self, text: &Text) -> Option<Spanned<Selector>> {
        let Some((kind, _)) = text.value.split_once(':') else {
            let message = format!("{} is not a component selector", quoted(&text.value));
            let error = MapError::new(text.place.clone(), message);
            let help = "write `kind:name`, such as `helm-chart:*`, or list paths under `paths`";
            self.errors.push(error.help(help));
            return None;
        };
        let Some(known) = self.kinds.iter().find(|known| **known == kind).copied() else {
            let place = Reader::within(&text.place, &text.value, 0..kind.len());
            let message = format!("{} is not a component kind", quoted(kind));
            let error = MapError::new(place, message);
            let kinds = &self.kinds;
            let near = likely(kind, kinds);
            let error = error
                .help(format!("known kinds: {}", kinds.join(", ")))
                .did_you_mean(near);
            self.errors.push(error);
            return None;
        };
        let name = self.pattern(text, kind.len() + 1, "selector")?;
        Some(text.with(Selector {
            text: text.value.clone(),
            kind: known,
            name: name.value,
        }))
    }

    /// Returns the policy by detector.
    pub(super) fn policies(
        &mut self,
        pairs: &[(Text, Text)],
        inherited: &FxHashMap<&'static str, Policy>,
    ) -> FxHashMap<&'static str, Policy> {
        self.policies_of(pairs, inherited, self.vocabulary.detectors, "detector")
    }

    /// Returns the policy by dialect of ownership files.
    pub(super) fn ownership_files(
        &mut self,
        pairs: &[(Text, Text)],
        inherited: &FxHashMap<&'static str, Policy>,
    ) -> FxHashMap<&'static str, Policy> {
        let what = "dialect of ownership files";
        let is_for_all =
            |(name, value): &&(Text, Text)| name.value == "*" && value.value == "trust";
        if let Some((name, _)) = pairs.iter().find(is_for_all) {
            let message = "`*` cannot be trusted, because forges read the same file differently";
            let error = MapError::new(name.place.clone(), message);
            self.errors
                .push(error.help("name the dialect whose files are trusted"));
        }
        self.policies_of(pairs, inherited, self.vocabulary.dialects, what)
    }

    /// Returns the dialect of the forge that is in use.
    pub(super) fn forge(&mut self, name: Option<&Text>) -> Option<&'static str> {
        let names = self.vocabulary.dialects;
        self.known(name?, names, "dialect of ownership files")
    }

    fn policies_of(
        &mut self,
        pairs: &[(Text, Text)],
        inherited: &FxHashMap<&'static str, Policy>,
        names: &[&'static str],
        what: &str,
    ) -> FxHashMap<&'static str, Policy> {
        let mut inherited = inherited.clone();
        // `*` applies to all that are not named.
        let (all, named): (Vec<_>, Vec<_>) = pairs
            .iter()
            .cloned()
            .partition(|(name, _)| name.value == "*");
        for (_, value) in &all {
            if let Some(policy) = self.meaning(value, &Policy::ALL) {
                inherited.extend(names.iter().map(|name| (*name, policy)));
            }
        }
        self.settings(&named, &inherited, names, what, &Policy::ALL)
    }

    pub(super) fn severities(
        &mut self,
        pairs: &[(Text, Text)],
        inherited: &FxHashMap<&'static str, Option<Severity>>,
    ) -> FxHashMap<&'static str, Option<Severity>> {
        const SEVERITIES: [(&str, Option<Severity>); 4] = [
            ("error", Some(Severity::Error)),
            ("warning", Some(Severity::Warning)),
            ("info", Some(Severity::Info)),
            ("off", None),
        ];
        self.settings(
            pairs,
            inherited,
            self.vocabulary.checks,
            "check",
            &SEVERITIES,
        )
    }

    fn settings<T: Copy>(
        &mut self,
        pairs: &[(Text, Text)],
        inherited: &FxHashMap<&'static str, T>,
        names: &[&'static str],
        what: &str,
        values: &[(&str, T)],
    ) -> FxHashMap<&'static str, T> {
        let mut settings = inherited.clone();
        for (name, value) in pairs {
            let known = self.known(name, names, what);
            let meant = self.meaning(value, values);
            if let (Some(known), Some(meant)) = (known, meant) {
                settings.insert(known, meant);
            }
        }
        settings
    }

    /// Returns the entry of `names` that `name` is. Reports an error if there is none.
    pub fn known(
        &mut self,
        name: &Text,
        names: &[&'static str],
        what: &str,
    ) -> Option<&'static str> {
        let known = names.iter().find(|known| **known == name.value).copied();
        if known.is_none() {
            self.unknown(name, &format!("a {what}"), names);
        }
        known
    }

    /// Reports that a name is not `what` was expected, which is one of `names`.
    pub fn unknown(&mut self, name: &Text, what: &str, names: &[&str]) {
        let message = format!("{} is not {what}", quoted(&name.value));
        let error = MapError::new(name.place.clone(), message);
        let error = error.help(format!("known names: {}", names.join(", ")));
        let near = likely(&name.value, names);
        self.errors.push(error.did_you_mean(near));
    }

    /// Returns the value of a word, one of several.
    fn meaning<T: Copy>(&mut self, word: &Text, values: &[(&str, T)]) -> Option<T> {
        let meant = values.iter().find(|(known, _)| *known == word.value);
        if meant.is_none() {
            let words: Vec<&str> = values.iter().map(|(known, _)| *known).collect();
            let list = words.join("`, `");
            let message = format!("{} is not one of `{list}`", quoted(&word.value));
            let near = likely(&word.value, &words);
            let error = MapError::new(word.place.clone(), message);
            self.errors.push(error.did_you_mean(near));
        }
        meant.map(|(_, value)| *value)
    }
}
