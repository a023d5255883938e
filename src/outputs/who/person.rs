//! The answers of `who` about people in ownership files.

use bstr::ByteSlice as _;
use serde::Serialize;

use crate::{
    config::Teams,
    outputs::{Palette, Tone, path_text},
    resolution::ResolvedRepository,
    text::{count, first_few, joined, printable, printable_bytes, quoted},
    workspace::{PersonAnswer, PersonHolding, PersonReview},
};

/// The maximum number of directories and files in the text.
const TOP: usize = 6;

/// Returns the answer as text for a terminal.
pub(super) fn render(answer: &PersonAnswer<'_>, teams: &Teams, palette: Palette) -> String {
    let mut lines = vec![
        palette.paint(Tone::Strong, &printable(&answer.name)),
        format!("  {}", described(answer, teams)),
    ];
    for holding in &answer.holdings {
        let kind = match holding.is_trusted {
            true => "trusted",
            false => "which the map only compares",
        };
        let within = within(holding.repository);
        let verb = match holding.is_owner {
            true => "owns",
            false => "may also approve",
        };
        let through = through(holding.group.as_ref());
        let files = count(holding.files(), "file");
        let dialect = holding.dialect;
        lines.push(format!(
            "  {verb} {files}{within} by the {dialect} files ({kind}){through}"
        ));
        let paths = holding.subtrees.iter().map(|subtree| {
            let files = match subtree.path.ends_with_str("/") {
                true => format!(" ({})", count(subtree.files.len(), "file")),
                false => String::new(),
            };
            format!("    {}{files}", printable_bytes(subtree.path))
        });
        let more = |more| palette.paint(Tone::Faint, &format!("    and {more} more"));
        lines.push(joined(first_few(paths, TOP, more), "\n"));
    }
    if !answer.reviews.is_empty() {
        let files = count(answer.reviews.len(), "ownership file");
        lines.push(format!("  is a reviewer in {files}"));
        let reviews = answer.reviews.iter().map(|review| {
            let (within, through) = (within(review.repository), through(review.group.as_ref()));
            format!("    {}{within}{through}", printable_bytes(&review.path))
        });
        let more = |more| palette.paint(Tone::Faint, &format!("    and {more} more"));
        lines.push(joined(first_few(reviews, TOP, more), "\n"));
    }
    lines.join("\n") + "\n"
}

/// Describes a person in the map.
fn described(answer: &PersonAnswer<'_>, teams: &Teams) -> String {
    let who = "a person in ownership files";
    match answer.team {
        Some(team) => format!("{who} who is in team `{}`", teams.name(team)),
        None if answer.is_group => {
            "a group in ownership files that is not a team in the map".to_owned()
        }
        // The groups are shown with what they own.
        None if answer.holdings.iter().any(|it| it.group.is_some()) => who.to_owned(),
        None => format!("{who} who is in no team in the map"),
    }
}

/// Names a repository, unless it is the only one.
fn within(repository: &ResolvedRepository) -> String {
    match &*repository.name {
        "." => String::new(),
        name => format!(" in {}", printable(name)),
    }
}

/// Names the group through which a person is named.
fn through(group: Option<&String>) -> String {
    group.map_or_else(String::new, |group| format!(" through {}", quoted(group)))
}

/// The answer in JSON.
#[derive(Serialize)]
pub(super) struct PersonAnswerEntry<'a> {
    /// The question as typed.
    query: String,
    /// The name in the ownership files.
    person: &'a str,
    /// Whether it is a group instead.
    is_group: bool,
    /// The id of their team.
    team: Option<&'a str>,
    owns: Vec<PersonHoldingEntry<'a>>,
    may_also_approve: Vec<PersonHoldingEntry<'a>>,
    reviews: Vec<PersonReviewEntry<'a>>,
}

#[derive(Serialize)]
struct PersonHoldingEntry<'a> {
    repository: &'a str,
    dialect: &'static str,
    /// Whether the map trusts the ownership files, or only compares them.
    policy: &'static str,
    /// The group through which they do; null if files name them.
    group: Option<&'a str>,
    files: usize,
    /// Directories, which end in `/`, and files.
    paths: Vec<String>,
}

/// An ownership file that names the person as a reviewer.
#[derive(Serialize)]
struct PersonReviewEntry<'a> {
    repository: &'a str,
    dialect: &'static str,
    path: String,
    group: Option<&'a str>,
}

impl<'a> PersonAnswerEntry<'a> {
    pub fn new(answer: &'a PersonAnswer<'_>, teams: &'a Teams) -> Self {
        let holdings = |is_owner| {
            let holdings = answer.holdings.iter();
            let holdings = holdings.filter(|holding| holding.is_owner == is_owner);
            holdings.map(PersonHoldingEntry::new).collect()
        };
        Self {
            query: path_text(answer.question.typed.as_encoded_bytes()),
            person: &answer.name,
            is_group: answer.is_group,
            team: answer.team.map(|team| teams.name(team)),
            owns: holdings(true),
            may_also_approve: holdings(false),
            reviews: answer.reviews.iter().map(PersonReviewEntry::new).collect(),
        }
    }
}

impl<'a> PersonHoldingEntry<'a> {
    fn new(holding: &'a PersonHolding<'_>) -> Self {
        let paths = holding.subtrees.iter();
        Self {
            repository: &holding.repository.name,
            dialect: holding.dialect,
            policy: match holding.is_trusted {
                true => "trust",
                false => "compare",
            },
            group: holding.group.as_deref(),
            files: holding.files(),
            paths: paths.map(|subtree| path_text(subtree.path)).collect(),
        }
    }
}

impl<'a> PersonReviewEntry<'a> {
    fn new(review: &'a PersonReview<'_>) -> Self {
        Self {
            repository: &review.repository.name,
            dialect: review.dialect,
            path: path_text(&review.path),
            group: review.group.as_deref(),
        }
    }
}
