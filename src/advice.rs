//! Advice on findings: the ways to fix them, as changes that a program can apply.

use std::sync::Arc;

use crate::{
    text::{Place, quoted},
    yaml::{self, Quotes},
};

/// One way to fix a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do, as an imperative or a question.
    pub text: String,
    /// The change that does exactly this; `None` if only a person can make it.
    pub change: Option<Change>,
    /// Whether a program can apply the change although nobody has decided between alternatives.
    pub is_certain: bool,
}

/// A change that fixes a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Replaces or removes parts of files.
    Edit(Fix),
    /// Adds a rule to the map.
    AddRule(NewRule),
    /// Adds a spelling to the aliases of a team in the map.
    AddAlias(NewAlias),
    /// Adds a team to the map.
    AddTeam(NewTeam),
    /// Adds a person to the map.
    AddPerson(NewPerson),
    /// Deletes a file.
    Delete(Place),
}

/// Edits that together fix a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, in one sentence.
    pub description: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// The replacement of a part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The part to replace; always a span in a file.
    pub place: Place,
    /// The new text; empty to remove the part.
    pub replacement: String,
}

/// A rule to add to the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// The repository that it applies to, if the map lists repositories.
    pub repository: Option<Arc<str>>,
    /// What it selects.
    pub target: NewTarget,
    /// The teams; empty if the reader has to choose one.
    pub owners: Vec<String>,
    /// A priority below 0, so that the rule does not conflict with others, but gives way to them.
    pub priority: Option<i64>,
}

/// What a rule to add selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewTarget {
    /// A pattern for paths.
    Path(String),
    /// A component, as `kind:name`.
    Component(String),
}

/// A spelling to add to the aliases of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlias {
    /// The spelling.
    pub alias: String,
    /// The team; `None` if the reader has to choose it.
    pub team: Option<String>,
}

/// A team to add to the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTeam {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its other spellings.
    pub aliases: Vec<String>,
    /// A key under `handles`, and its name there.
    pub handle: Option<(&'static str, String)>,
}

/// A person to add to the map. The reader has to choose the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Their name.
    pub name: Option<String>,
    /// Their email address.
    pub email: Option<String>,
}

impl Advice {
    /// Describes a change that only a person can make.
    pub fn in_words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            change: None,
            is_certain: false,
        }
    }

    /// Proposes edits. Without edits, a person has to make the change.
    pub fn edit(text: impl Into<String>, fix: Option<Fix>) -> Self {
        Self {
            change: fix.map(Change::Edit),
            ..Self::in_words(text)
        }
    }

    /// Like [`Self::edit`], for edits that nobody has to decide on.
    pub fn certain(text: impl Into<String>, fix: Option<Fix>) -> Self {
        Self {
            is_certain: fix.is_some(),
            ..Self::edit(text, fix)
        }
    }

    /// Proposes a rule.
    pub fn add_rule(rule: NewRule) -> Self {
        let repository = rule.repository.as_deref().map_or_else(String::new, |name| {
            format!(" for repository {}", quoted(name))
        });
        let priority = match rule.priority {
            Some(_) => " with a negative `priority`, so that overlapping claims win",
            None => "",
        };
        Self {
            text: format!("add a rule{repository} to the map{priority}"),
            change: Some(Change::AddRule(rule)),
            is_certain: false,
        }
    }

    /// Proposes an alias.
    pub fn add_alias(alias: NewAlias) -> Self {
        let shown = quoted(&alias.alias);
        Self {
            text: match &alias.team {
                Some(team) => format!("add {shown} to the `aliases` of team {}", quoted(team)),
                None => format!("add {shown} to the team's `aliases`"),
            },
            change: Some(Change::AddAlias(alias)),
            is_certain: false,
        }
    }

    /// Proposes a team.
    pub fn add_team(team: NewTeam) -> Self {
        Self {
            text: "add the team under `teams` in the map".to_owned(),
            change: Some(Change::AddTeam(team)),
            is_certain: false,
        }
    }

    /// Proposes a person.
    pub fn add_person(person: NewPerson) -> Self {
        Self {
            text: "add the person under `people` in the map".to_owned(),
            change: Some(Change::AddPerson(person)),
            is_certain: false,
        }
    }

    /// Proposes to delete the file at `place`.
    pub fn delete(place: Place) -> Self {
        Self {
            text: "remove the file".to_owned(),
            change: Some(Change::Delete(place)),
            is_certain: false,
        }
    }

    /// Returns the edits, if a program can apply them.
    pub fn fix(&self) -> Option<&Fix> {
        match &self.change {
            Some(Change::Edit(fix)) if self.is_certain => Some(fix),
            _ => None,
        }
    }

    /// Returns the entry to add to the map as YAML, if there is one.
    fn entry(&self) -> Option<String> {
        match &self.change {
            Some(Change::AddRule(rule)) => Some(rule.entry()),
            Some(Change::AddTeam(team)) => Some(team.entry()),
            Some(Change::AddPerson(person)) => Some(person.entry()),
            _ => None,
        }
    }

    /// Describes the alternatives in one sentence, with the entry to add to the map below it. `None` if there are no
    /// alternatives.
    pub fn help(alternatives: &[Self]) -> Option<String> {
        // The entry follows the sentence, so its alternative is the last one.
        let (mut ordered, last): (Vec<&Self>, Vec<&Self>) =
            alternatives.iter().partition(|one| one.entry().is_none());
        ordered.extend(last);
        let (last, others) = ordered.split_last()?;
        let others: Vec<&str> = others.iter().map(|one| one.text.as_str()).collect();
        let sentence = match &others[..] {
            [] => last.text.clone(),
            others => format!("{}, or {}", others.join(", "), last.text),
        };
        Some(match last.entry() {
            Some(entry) => format!("{sentence}:\n{entry}"),
            None => sentence,
        })
    }
}

impl NewRule {
    fn entry(&self) -> String {
        let (key, item) = match &self.target {
            NewTarget::Path(pattern) => ("paths", pattern),
            NewTarget::Component(selector) => ("components", selector),
        };
        let owners = match &self.owners[..] {
            [] => "owner: TEAM".to_owned(),
            [owner] => format!("owner: {owner}"),
            several => format!("owners: [{}]", several.join(", ")),
        };
        let priority = self.priority;
        let priority = priority.map_or_else(String::new, |it| format!("\n  priority: {it}"));
        format!("- {key}:\n  - {}\n  {owners}{priority}", yaml::item(item))
    }
}

impl NewTeam {
    fn entry(&self) -> String {
        let id = Quotes::Single.unless_word(&self.id, &[]);
        let name = self.name.iter();
        let name = name.map(|name| format!("\n  name: {}", yaml::item(name)));
        let aliases = self.aliases.iter();
        let aliases = aliases.map(|alias| format!("\n  - {}", yaml::item(alias)));
        let aliases: String = aliases.collect();
        let aliases = Some(aliases).filter(|aliases| !aliases.is_empty());
        let aliases = aliases.map(|aliases| format!("\n  aliases:{aliases}"));
        let handle = self.handle.iter();
        let handle =
            handle.map(|(key, name)| format!("\n  handles:\n    {key}: {}", yaml::item(name)));
        format!(
            "{id}:{}",
            name.chain(aliases).chain(handle).collect::<String>()
        )
    }
}

impl NewPerson {
    fn entry(&self) -> String {
        let name = self.name.iter();
        let name = name.map(|name| format!("name: {}", yaml::item(name)));
        let email = self.email.iter();
        let email = email.map(|email| format!("emails:\n  - {}", yaml::item(email)));
        let fields: Vec<String> = name.chain(email).collect();
        format!("- {}\n  team: TEAM", fields.join("\n  "))
    }
}
