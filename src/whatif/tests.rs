//! Compares the results of the what-if analysis with the resolution of every short path, with and without the
//! analyzed rule.

use std::{collections::BTreeSet, path::Path};

use bstr::{BStr, ByteSlice as _};
use proptest::prelude::*;

use super::{NewClaim, Prospect, WhatIf};
use crate::{
    claims::{ClaimId, ClaimSource, Claims, Origin},
    config::Map,
    inventory::list,
    pattern::Pattern,
    resolution::{ResolvedRepository, Verdict},
    testing::{self, Repo},
};

const FILES: [&str; 7] = ["a/a", "a/b/x", "a/x", "b/a/b", "b/x/a", "x/b", "z/z/z"];

/// Patterns; those that start with `files:` are for files.
const PATTERNS: [&str; 33] = [
    "**",
    "a/",
    "b/",
    "x/",
    "a/b/",
    "a/a",
    "*/x",
    "*/b/",
    "**/x",
    "**/b/",
    "a/*/",
    "{a,b}/",
    "a/[!b]*",
    "a/[b]*",
    "[ab]/x",
    "b/**/a",
    "?/?/",
    "*/a",
    "a/?",
    "**/a/**/b",
    "[!a]*/",
    "z/z/",
    "a/{a,b}",
    "z/**",
    "b/[!a]*/",
    "**/[ab]",
    "files:*",
    "files:**",
    "files:a/*",
    "files:*/x",
    "files:a/a",
    "files:**/[!b]*",
    "files:{a,b}/*",
];

/// Returns the key in the map for a pattern, and its text.
fn key_and_text(pattern: &str) -> (&'static str, &str) {
    match pattern.strip_prefix("files:") {
        Some(text) => ("files", text),
        None => ("paths", pattern),
    }
}

/// A rule with one path.
#[derive(Debug, Clone)]
struct Rule {
    pattern: String,
    owner: &'static str,
    priority: i64,
}

fn rules(owners: &'static [&'static str]) -> impl Strategy<Value = Vec<Rule>> {
    let rule = (
        prop::sample::select(&PATTERNS[..]),
        prop::sample::select(owners),
        prop::sample::select(vec![0, 0, 0, 1]),
    );
    let rule = rule.prop_map(|(pattern, owner, priority)| Rule {
        pattern: pattern.to_owned(),
        owner,
        priority,
    });
    prop::collection::vec(rule, 2..9)
}

/// Returns a rule for each alternative of one with braces.
fn alternatives() -> impl Strategy<Value = Vec<Rule>> {
    let patterns = prop::collection::vec(prop::sample::select(&PATTERNS[..]), 2..4);
    let owner = prop::sample::select(UNRELATED);
    (patterns, owner, 0..=1i64).prop_map(|(patterns, owner, priority)| {
        let rule = |pattern: &str| Rule {
            pattern: pattern.to_owned(),
            owner,
            priority,
        };
        patterns.into_iter().map(rule).collect()
    })
}

/// Teams with a parent and its child.
const RELATED: &[&str] = &["sre", "traffic", "dba"];

const UNRELATED: &[&str] = &["wmcs", "traffic", "dba"];

struct Resolved {
    map: Map,
    repository: ResolvedRepository,
}

impl Resolved {
    /// Resolves the files in `root` with these rules.
    fn new(root: &Path, rules: &[Rule]) -> Self {
        let mut text = String::from(
            "version: 1\nteams: {sre: {}, traffic: {parent: sre}, dba: {}, wmcs: {}}\nrules:\n",
        );
        for Rule {
            pattern,
            owner,
            priority,
        } in rules
        {
            let (key, pattern) = key_and_text(pattern);
            text += &format!("- {{{key}: ['{pattern}'], owner: {owner}, priority: {priority}}}\n");
        }
        std::fs::write(root.join("ownership.yaml"), &text).unwrap();
        let map = testing::map(root);
        let listing = list(root, false).unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let repository = ResolvedRepository::new(
            &map,
            0,
            root.to_path_buf(),
            listing,
            today,
            crate::dialects::read_statements,
        )
        .unwrap();
        Self { map, repository }
    }

    fn what_if(&self) -> WhatIf<'_> {
        WhatIf::new(&self.repository, &self.map.teams)
    }

    fn claims(&self) -> &Claims {
        &self.repository.claims
    }

    /// Returns the position of the rule that makes a claim.
    fn rule_of(&self, claim: ClaimId) -> usize {
        match self.claims().get(claim).origin {
            Origin::Rule(at) => at,
            other => panic!("{other:?}"),
        }
    }

    /// Returns the pattern of a claim, one alternative of the pattern of its rule.
    fn pattern(&self, claim: ClaimId) -> &Pattern {
        let claims = self.claims();
        &claims.patterns()[claims.get(claim).patterns[0] as usize]
    }

    /// Returns the verdict on a path, its owners, and the winning claims.
    fn at(&self, path: &BStr) -> (Verdict, Vec<String>, Vec<ClaimId>) {
        let resolved = self.repository.resolve_path(&self.map.teams, path, false);
        let (resolution, _) = resolved.unwrap();
        let owners = resolution.owners.iter();
        let owners = owners.map(|id| self.map.teams.name(*id).to_owned());
        (resolution.verdict, owners.collect(), resolution.winning)
    }
}

/// Returns the existing files, including the map.
fn today() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().chain(["ownership.yaml"])
}

/// Returns all paths of up to three names.
fn short_paths() -> Vec<String> {
    let names = ["a", "b", "x", "z", "bz"];
    let ones: Vec<String> = names.map(str::to_owned).to_vec();
    let deeper = |paths: &[String]| -> Vec<String> {
        let inside = |path: &String| names.map(|name| format!("{path}/{name}"));
        paths.iter().flat_map(inside).collect()
    };
    let twos = deeper(&ones);
    [deeper(&twos), twos, ones].concat()
}

fn repo() -> Repo {
    Repo::new(&FILES.map(|path| (path, "")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn potential_conflicts_are_conflicts(rules in rules(RELATED)) {
        let repo = repo();
        let resolved = Resolved::new(repo.path(), &rules);
        let what_if = resolved.what_if();
        for potential_conflict in what_if.potential_conflicts() {
            let potential_conflict = potential_conflict.unwrap();
            let readable = what_if.readable_conflict(&potential_conflict);
            for path in [&potential_conflict.path, &readable] {
                let (verdict, _, standing) = resolved.at(path.as_bstr());
                prop_assert_eq!(verdict, Verdict::Conflicting, "{} of {:?}", path, rules);
                prop_assert!(standing.contains(&potential_conflict.one) && standing.contains(&potential_conflict.other));
            }
            prop_assert!(!today().any(|file| readable == file));
        }
    }

    #[test]
    fn all_conflicts_are_reported(rules in rules(UNRELATED)) {
        let repo = repo();
        let resolved = Resolved::new(repo.path(), &rules);
        let what_if = resolved.what_if();
        // Alternatives in the braces of a rule are reported together.
        let of_rules = |one: ClaimId, other: ClaimId| {
            let (one, other) = (resolved.rule_of(one), resolved.rule_of(other));
            (one.min(other), one.max(other))
        };
        let mut reported: BTreeSet<(usize, usize)> = BTreeSet::new();
        for potential_conflict in what_if.potential_conflicts() {
            let potential_conflict = potential_conflict.unwrap();
            reported.insert(of_rules(potential_conflict.one, potential_conflict.other));
        }
        let pairs_at = |path: &BStr| {
            let (verdict, _, standing) = resolved.at(path);
            let pairs = standing.iter().flat_map(|one| standing.iter().map(|other| (*one, *other)));
            let differ = |one: ClaimId, other: ClaimId| {
                rules[resolved.rule_of(one)].owner != rules[resolved.rule_of(other)].owner
            };
            let pairs = pairs.filter(|(one, other)| one < other && differ(*one, *other));
            match verdict {
                Verdict::Conflicting => pairs.collect::<Vec<_>>(),
                _ => Vec::new(),
            }
        };
        let today = today().flat_map(|file| pairs_at(file.into()));
        let today: BTreeSet<_> = today.map(|(one, other)| of_rules(one, other)).collect();
        prop_assert!(reported.is_disjoint(&today));
        let is_in_file = |path: &String| FILES.iter().any(|file| path.starts_with(&format!("{file}/")));
        for path in short_paths().into_iter().filter(|path| !is_in_file(path)) {
            for pair in pairs_at(path.as_str().into()) {
                let (one, other) = (resolved.pattern(pair.0), resolved.pattern(pair.1));
                let pair_of_rules = of_rules(pair.0, pair.1);
                let matches = |id: ClaimId| {
                    let pattern = resolved.claims().get(id).patterns[0];
                    what_if.files_of(pattern) > 0
                };
                // Pairs are reported only if one of the claims matches files.
                let is_reported = reported.contains(&pair_of_rules)
                    || today.contains(&pair_of_rules)
                    || (one.is_literal() && other.is_literal() && one.alternatives() != other.alternatives())
                    || !(matches(pair.0) || matches(pair.1));
                prop_assert!(is_reported, "{one:?} and {other:?} on {path} of {rules:?}");
            }
        }
    }

    #[test]
    fn rivals_of_new_claims_conflict_with_them_once_they_exist(
        rules in rules(RELATED),
        text in prop::sample::select(&PATTERNS[..]),
    ) {
        let pattern = match key_and_text(text) {
            ("files", text) => Pattern::parse_files(text),
            (_, text) => Pattern::parse(text),
        };
        let pattern = pattern.unwrap();
        prop_assume!(pattern.alternatives().len() == 1);
        prop_assume!(FILES.iter().any(|file| pattern.matches((*file).into(), false)));
        let repo = repo();
        let resolved = Resolved::new(repo.path(), &rules);
        let what_if = resolved.what_if();
        let claim = NewClaim { patterns: &[pattern], owners: &[], replaced: &[] };
        for priority in [0, what_if.free_priority(&claim)] {
            let rival = what_if.rival(&claim, priority).map(|id| resolved.rule_of(id));
            let rule = Rule { pattern: text.to_owned(), owner: "wmcs", priority };
            let with = Resolved::new(repo.path(), &[&rules[..], &[rule]].concat());
            let now = today().map(|file| with.at(file.into()));
            let now = now.filter(|(verdict, ..)| *verdict == Verdict::Conflicting);
            let now = now.map(|(.., winning)| winning);
            let new = with.what_if().potential_conflicts().into_iter();
            let new = new.map(|pair| pair.unwrap()).map(|pair| vec![pair.one, pair.other]);
            let is_of_it = |claims: &Vec<ClaimId>| {
                let mut rules = claims.iter().map(|id| with.rule_of(*id));
                rules.any(|at| at == resolved.map.rules.len())
            };
            let has_conflict = now.chain(new).any(|claims| is_of_it(&claims));
            prop_assert_eq!(rival.is_some(), has_conflict, "{:?} {} {} {:?}", rival, priority, text, rules);
        }
    }

    #[test]
    fn prospects_of_overridden_claims_are_correct(rules in rules(RELATED)) {
        let repo = repo();
        let resolved = Resolved::new(repo.path(), &rules);
        let what_if = resolved.what_if();
        let winning: BTreeSet<ClaimId> =
            today().flat_map(|file| resolved.at(file.into()).2).collect();
        let claims = resolved.claims().iter().map(|(id, _)| id);
        let claims: Vec<ClaimId> = claims.filter(|id| !winning.contains(id)).collect();
        for (claim, overridden_claims) in claims.iter().zip(what_if.overridden_claims(&claims)) {
            match overridden_claims.prospect {
                Some(Prospect::Wins(path)) => {
                    let readable = what_if.readable_win(&mut what_if.evaluator(), *claim, path.as_bstr());
                    for path in [path, readable] {
                        prop_assert!(resolved.at(path.as_bstr()).2.contains(claim));
                    }
                }
                Some(Prospect::NeverWins(by)) => {
                    prop_assert!(!by.is_empty());
                    for path in short_paths() {
                        let standing = resolved.at(path.as_str().into()).2;
                        prop_assert!(!standing.contains(claim), "{claim} on {path} of {rules:?}");
                    }
                }
                Some(Prospect::Undecided) | None => {}
            }
        }
    }

    #[test]
    fn removing_redundant_rules_changes_no_verdict(rules in rules(RELATED)) {
        let repo = repo();
        let resolved = Resolved::new(repo.path(), &rules);
        let what_if = resolved.what_if();
        // All redundant rules can be removed together.
        let mut removed: BTreeSet<ClaimSource> = BTreeSet::new();
        let mut fewer = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            let claims = resolved.claims().iter().map(|(id, _)| id);
            let claims: Vec<ClaimId> = claims.filter(|id| resolved.rule_of(*id) == at).collect();
            let is_redundant = |claim: &ClaimId| {
                let found = what_if.makes_redundant(&mut what_if.evaluator(), *claim, |other| removed.contains(&other));
                found.unwrap().is_some()
            };
            if claims.iter().all(is_redundant) {
                removed.insert(ClaimSource::of(resolved.claims().get(claims[0])));
            } else {
                fewer.push(rule.clone());
            }
        }
        if removed.is_empty() {
            return Ok(());
        }
        let without = Resolved::new(repo.path(), &fewer);
        let changed = |path: &String| {
            let [(verdict, owners, _), (other, others, _)] =
                [&resolved, &without].map(|resolved| resolved.at(path.as_str().into()));
            (verdict, owners) != (other, others)
        };
        let path = short_paths().into_iter().find(changed);
        prop_assert_eq!(path, None, "{:?}", rules);
    }

    #[test]
    fn braces_mean_one_rule_for_each_alternative(rules in rules(UNRELATED), apart in alternatives()) {
        let repo = repo();
        let with = |some: &[Rule]| Resolved::new(repo.path(), &[some, &rules].concat());
        let patterns = apart.iter().map(|rule| key_and_text(&rule.pattern));
        let (keys, texts): (Vec<&str>, Vec<&str>) = patterns.unzip();
        prop_assume!(keys.iter().all(|key| *key == keys[0]));
        let prefix = if keys[0] == "files" { "files:" } else { "" };
        let together = Rule {
            pattern: format!("{prefix}{{{}}}", texts.join(",")),
            ..apart[0]
        };
        let braces = apart.len();
        let [together, apart] = [with(&[together]), with(&apart)];
        for path in short_paths() {
            // The winning rules, with those for the alternatives as one.
            let at = |resolved: &Resolved, before: usize| {
                let (verdict, owners, winning) = resolved.at(path.as_str().into());
                let rules = winning.iter().map(|id| resolved.rule_of(*id));
                let rules = rules.map(|rule| rule.checked_sub(before));
                (verdict, owners, rules.collect::<BTreeSet<_>>())
            };
            prop_assert_eq!(at(&together, 1), at(&apart, braces), "{} of {:?}", path, rules);
        }
    }
}
