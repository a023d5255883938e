use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Check, Context, respell::respell};
use crate::{
    claims::Origin,
    config::Spanned,
    finding::{Finding, Help, Severity},
    inventory::File,
    pattern::{Pattern, PatternTree, Walker},
    text::{MAX_SUGGESTIONS, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "dead-rule",
    severity: Severity::Warning,
    summary: "A path or selector of a rule matches nothing.",
    explanation: "\
What it was written for has moved, has gone, or was never spelled like that, and whoever reads the \
map believes that it is owned. A rule for all repositories is dead if it matches in none.

Patterns begin at the root of the repository and are case-sensitive: the finding says if `**/` in \
front, or another letter case, would match. Correct the pattern, or take it out.",
    example: "\
rules:
  - paths: [files/dashboards/]        # matches nothing: write `**/files/dashboards/`
    owner: observability",
    knows_scope: false,
    one_cause: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let alive = alive(context);
    let mut dead = Vec::new();
    let mut findings = Vec::new();
    for (at, rule) in context.map.rules.iter().enumerate() {
        let is_dead = |entry: &usize| !alive.contains(&(Origin::Rule(at), *entry));
        let paths = (0..).zip(&rule.paths).filter(|(entry, _)| is_dead(entry));
        dead.extend(paths.map(|(_, path)| (rule.repository, path)));
        let selectors = (rule.paths.len()..).zip(&rule.components);
        for (_, selector) in selectors.filter(|(entry, _)| is_dead(entry)) {
            let text = &selector.value.text;
            let message = format!("selector {} names no component", quoted(text));
            let near = match findings.len() < MAX_SUGGESTIONS {
                true => near_component(context, rule.repository, &selector.value),
                false => None,
            };
            let is_name = |near: &&String| !near.contains(META);
            let fix = near.as_ref().filter(is_name);
            let help = near
                .as_ref()
                .map(|near| format!("did you mean {}?", quoted(near)));
            findings.push(Finding {
                repository: repository_name(context, rule.repository),
                subject: text.clone(),
                label: "names nothing".to_owned(),
                help: help.map(Help::Say),
                fix: fix.and_then(|near| respell(&selector.place, Some(text), near)),
                ..Finding::new(CHECK.name, selector.place.clone(), message)
            });
        }
    }
    findings.extend(dead_patterns(context, &dead, "pattern", CHECK.name));
    findings
}

/// The entries of rules and exemptions that match something.
pub(super) fn alive(context: &Context<'_>) -> FxHashSet<(Origin, usize)> {
    let mut alive = FxHashSet::default();
    for (_, repository) in context.repositories() {
        let claims = &repository.claims;
        let files = repository
            .resolved
            .files_by_pattern(claims.patterns().len());
        for (_, claim) in claims.iter() {
            let matches = claim
                .patterns
                .iter()
                .any(|pattern| files[*pattern as usize] > 0);
            if matches || claim.component.is_some() {
                alive.insert((claim.origin, claim.entry));
            }
        }
    }
    alive
}

fn repository_name(context: &Context<'_>, at: Option<usize>) -> Option<Arc<str>> {
    at.map(|at| context.repositories[at].name.clone())
}

/// A finding for each pattern that matches nothing, with what would.
pub(super) fn dead_patterns(
    context: &Context<'_>,
    dead: &[(Option<usize>, &Spanned<Arc<Pattern>>)],
    what: &str,
    check: &'static str,
) -> Vec<Finding> {
    let hints = hints(context, dead);
    dead.iter()
        .zip(hints)
        .map(|((repository, pattern), hint)| {
            let text = pattern.value.text();
            Finding {
                repository: repository_name(context, *repository),
                subject: text.to_string(),
                label: "matches nothing".to_owned(),
                fix: hint
                    .as_ref()
                    .and_then(|hint| respell(&pattern.place, Some(text), hint.pattern.as_ref()?)),
                help: hint.map(|hint| Help::Say(hint.text)),
                ..Finding::new(
                    check,
                    pattern.place.clone(),
                    format!("{what} {} matches nothing", quoted(text.as_bytes())),
                )
            }
        })
        .collect()
}

/// A dead pattern as it might have been meant: at any depth, in any letter case.
struct Loose<'p> {
    pattern: &'p Pattern,
    /// In lower case, at any depth.
    loose: Pattern,
}

impl<'p> Loose<'p> {
    fn new(pattern: &'p Pattern) -> Option<Self> {
        let loose = Pattern::parse(&anywhere(pattern.text()).to_ascii_lowercase()).ok()?;
        Some(Self { pattern, loose })
    }

    /// Whether it could match a path that is all in lower case, though the pattern as written does not.
    fn differs_in_lower_case(&self) -> bool {
        let text = self.pattern.text();
        !text.starts_with("**/") || text.bytes().any(|byte| byte.is_ascii_uppercase())
    }

    /// What is to be changed so that it matches `file`, which is `lower` in lower case.
    fn hint(&self, file: &File<'_>, lower: &BStr) -> Option<Hint> {
        let text = self.pattern.text();
        let example = quoted(file.path);
        let anywhere = Pattern::parse(&anywhere(text)).ok()?;
        if anywhere.matches(file.path, file.is_directory()) {
            let shown = quoted(anywhere.text().as_bytes());
            return Some(Hint {
                text: format!("{shown} would match, for example {example}"),
                pattern: Some(anywhere.text().to_string()),
            });
        }
        let in_lower_case = Pattern::parse(&text.to_ascii_lowercase()).ok()?;
        in_lower_case
            .matches(lower, file.is_directory())
            .then(|| Hint {
                text: format!("in another letter case it would match {example}"),
                pattern: in_case_of(text, file.path),
            })
    }
}

/// What a dead pattern might have been meant to be.
#[derive(Debug, Clone)]
struct Hint {
    text: String,
    /// To be written in its place, if that is clear.
    pattern: Option<String>,
}

/// What makes a pattern more than a path.
const META: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// A pattern that is a path, in the letter case of `path`.
fn in_case_of(pattern: &str, path: &BStr) -> Option<String> {
    let start = pattern.len() - pattern.trim_start_matches('/').len();
    let inner = pattern[start..].trim_end_matches('/');
    let there = path.get(..inner.len())?.to_str().ok()?;
    let is_same = there.eq_ignore_ascii_case(inner) && !pattern.contains(META);
    let end = &pattern[start + inner.len()..];
    is_same.then(|| format!("{}{there}{end}", &pattern[..start]))
}

fn anywhere(text: &str) -> String {
    format!("**/{}", text.trim_start_matches('/'))
}

/// For each dead pattern, what would match: `**/` in front, or another letter case. All are tried in
/// one walk over lower-case paths.
fn hints(
    context: &Context<'_>,
    dead: &[(Option<usize>, &Spanned<Arc<Pattern>>)],
) -> Vec<Option<Hint>> {
    let mut hints = vec![None; dead.len()];
    let loose = dead.iter().enumerate();
    let loose = loose.filter_map(|(at, (_, pattern))| Some((at, Loose::new(&pattern.value)?)));
    // Most paths are in lower case, where many patterns have nothing left to try.
    let (in_all, in_mixed): (Vec<_>, Vec<_>) =
        loose.partition(|(_, loose)| loose.differs_in_lower_case());
    let trees = [&in_all, &in_mixed]
        .map(|patterns| PatternTree::new(patterns.iter().map(|(_, loose)| &loose.loose)));
    for (of, repository) in context.repositories() {
        let [mut all, mut mixed] = trees.each_ref().map(PatternTree::walk);
        let mut lower = Vec::new();
        for file in repository.listing.files.iter() {
            lower.clear();
            lower.extend(file.path.iter().map(u8::to_ascii_lowercase));
            let lower = lower.as_bstr();
            let mut try_out = |walker: &mut Walker<'_>, patterns: &[(usize, Loose<'_>)]| {
                walker.matches(lower, file.is_directory(), |hits| {
                    for hit in hits {
                        let (at, loose) = &patterns[*hit as usize];
                        let applies = dead[*at].0.is_none_or(|only| only == of);
                        if hints[*at].is_none() && applies {
                            hints[*at] = loose.hint(&file, lower);
                        }
                    }
                });
            };
            if !in_all.is_empty() {
                try_out(&mut all, &in_all);
            }
            if !in_mixed.is_empty() && lower != file.path {
                try_out(&mut mixed, &in_mixed);
            }
        }
    }
    hints
}

/// The selector that was most likely meant.
fn near_component(
    context: &Context<'_>,
    repository: Option<usize>,
    selector: &crate::config::Selector,
) -> Option<String> {
    let (_, name) = selector.text.split_once(':')?;
    let names = context
        .repositories()
        .filter(|(at, _)| repository.is_none_or(|only| only == *at))
        .flat_map(|(_, repository)| &repository.components)
        .filter(|component| component.kind == selector.kind)
        .map(|component| component.name.as_str());
    let near = crate::text::closest(name, names)?;
    Some(format!("{}:{near}", selector.kind))
}
