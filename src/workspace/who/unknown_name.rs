use std::path::Path;

use super::{
    Question,
    answer::Answers,
    hint::{component, similar_team},
};
use crate::{
    config::Teams,
    inventory::detectors,
    resolution::ResolvedRepository,
    text::{closest, count, did_you_mean, joined, quoted},
    workspace::{
        Error, Workspace,
        target::{Target, below_a_root, innermost, outside},
    },
};

/// The maximum number of teams that are suggested.
const MOST_TEAMS: usize = 3;

impl Answers<'_, '_> {
    /// Returns the error for a question that is neither a path nor a name. If there are few questions, suggests what may
    /// be meant.
    pub(super) fn unknown_name(&self, question: &Question) -> Error {
        let workspace = self.workspace;
        let typed = question.typed.as_os_str();
        let bytes = typed.as_encoded_bytes();
        let full = workspace.here.join(typed);
        if full.symlink_metadata().is_ok() {
            return outside(workspace, Path::new(typed));
        }
        let text = typed.to_str().unwrap_or_default();
        if let Some((kind, _)) = text.split_once(':')
            && let Some(near) = closest(kind, workspace.map.kinds(&detectors::kinds()))
        {
            let error = Error::new(format!("unknown component kind {}", quoted(kind)));
            return error.help(format!("did you mean {}?", quoted(near)));
        }
        let error = Error::new(format!(
            "no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named {}",
            quoted(bytes)
        ));
        if !text.is_empty() && !text.contains(char::is_alphanumeric) {
            return error;
        }
        let places = workspace.places(self.repositories.iter().flatten());
        workspace
            .notices
            .warn_of_unparsed([text], self.names(), &places);
        let near_path = || {
            let target = Target::at(&workspace.roots, &full)?;
            let repository = self.repositories[target.repository].as_ref()?;
            target.near(typed, &repository.listing.files)
        };
        // Part of a URL can be similar to a name by chance.
        let near = (self.are_few && !text.contains("://")).then(|| {
            below_a_root(workspace, Path::new(typed))
                .or_else(|| end_below_a_root(workspace, Path::new(typed)))
                .or_else(|| self.similar_name(text))
                .or_else(near_path)
        });
        let declared = declared_as_team(self.repositories, text);
        let new = (self.is_only && !text.contains("://")).then(|| {
            let new = quoted([&before_new_file(workspace), bytes].concat());
            format!("for a file that does not exist yet, use {new}")
        });
        let by_words = by_words(text).filter(|_| self.is_only);
        let help = [near.flatten(), declared, by_words, new];
        let help: Vec<String> = help.into_iter().flatten().collect();
        match help.is_empty() {
            true => error,
            false => error.help(help.join("\n")),
        }
    }

    /// Suggests a name that is similar to `text`, or that `text` or a part of it may mean.
    fn similar_name(&self, text: &str) -> Option<String> {
        let teams = &self.workspace.map.teams;
        let names = self.names();
        let team = match text.contains('/') {
            true => None,
            false => teams.suggest(text).map(|(near, _)| near),
        };
        let name = names.closest(text);
        let near = closest(text, team.into_iter().chain(name));
        match near.or(team) {
            Some(near) if team == Some(near) => similar_team(teams, text),
            Some(near) => did_you_mean([near]),
            None => {
                let last = text.rsplit('/').next().filter(|last| *last != text);
                last.and_then(|last| component(self.repositories, last))
                    .or_else(|| teams_with_words(teams, text))
                    .or_else(|| did_you_mean(names.longest_start(text)))
            }
        }
    }
}

/// Suggests existing paths that are the longest end of a path: the directories before it may be those of a checkout.
fn end_below_a_root(workspace: &Workspace, typed: &Path) -> Option<String> {
    let mut rest = typed.components();
    let ends = std::iter::from_fn(|| {
        rest.next()?;
        Some(rest.as_path().to_owned())
    });
    let mut ends = ends.take_while(|end| end.components().nth(1).is_some());
    ends.find_map(|end| below_a_root(workspace, &end))
}

/// Suggests the teams whose names mean the same as `text` except for words such as `team`, or contain it.
fn teams_with_words(teams: &Teams, text: &str) -> Option<String> {
    let similar = teams.similar(text);
    let teams_of = |ids: &[_]| {
        let names = teams.names(ids).into_iter().take(MOST_TEAMS);
        let names = joined(names.map(quoted), " or ");
        (!names.is_empty()).then(|| format!("did you mean team {names}?"))
    };
    teams_of(&similar.same).or_else(|| teams_of(&similar.longer))
}

/// Returns that components declare `text` as their owner, although no team has this name.
fn declared_as_team(repositories: &[Option<ResolvedRepository>], text: &str) -> Option<String> {
    let declarations = repositories
        .iter()
        .flatten()
        .flat_map(|repository| &repository.resolved_declarations);
    let declaring = declarations.filter(|of| of.unresolved.iter().any(|name| name.raw == text));
    let declaring = declaring.count();
    let components = count(declaring, "component");
    (declaring > 0).then(|| {
        let verb = if declaring == 1 {
            "declares"
        } else {
            "declare"
        };
        format!(
            "{components} {verb} the owner {}, which is not a team in the map",
            quoted(text)
        )
    })
}

/// Returns how to search for single words, if `text` consists of words that need no quotes on the command line.
fn by_words(text: &str) -> Option<String> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || " -_.:/".contains(char);
    let is_word = !text.starts_with('-') && !text.contains("://");
    let is_words = is_word && text.chars().all(is_plain) && text.contains(char::is_alphabetic);
    is_words.then(|| {
        let command = quoted(format!("ownlint route {text}"));
        format!("to search for single words, use {command}")
    })
}

/// Returns what to write before the name of a new file: the current directory, or a repository if that is elsewhere.
fn before_new_file(workspace: &Workspace) -> Vec<u8> {
    let mut names = workspace.map.repositories.iter().map(|it| &*it.name);
    let is_inside = innermost(&workspace.roots, &workspace.here).is_some();
    let name = names.find(|name| *name != "." && !is_inside);
    name.map_or_else(|| b"./".to_vec(), |name| format!("{name}:").into_bytes())
}
