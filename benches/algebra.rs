//! Measures pattern analysis: which of many patterns overlap, and the relation of each pair. The targets are absolute
//! times, since there is no other program to compare with.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

mod corpus;

use std::time::Duration;

use corpus::{paths, rules_for, time};
use ownlint::internals::pattern::{Language, Overlaps, Pattern, Relation};
use rayon::prelude::*;

fn main() {
    let paths = paths(100_000);
    println!(
        "{:<50} {:>9} {:>10} {:>10} {:>8}  target",
        "what", "pairs", "not nested", "time", "a pair"
    );
    for (number, target) in [(2_000, 0.5), (10_000, 5.0)] {
        let rules = rules_for(&paths, number);
        let plain: Vec<String> = rules.into_iter().map(|rule| rule.pattern).collect();
        pairs(&format!("{number} rules"), &plain, target);
        // Some patterns overlap with everything.
        let floating = (0..number / 100).map(|at| {
            let letter = char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
            match at % 3 {
                0 => format!("**/*{at}.{{yaml,rb}}"),
                1 => format!("areas/*/{letter}*/"),
                _ => format!("**/part{at}*/*_{letter}*"),
            }
        });
        let crossing: Vec<String> = plain.into_iter().chain(floating).collect();
        pairs(&format!("{number} rules, 1 % floating"), &crossing, target);
    }
    let hostile: Vec<String> = (0..2_000)
        .map(|at| {
            let letters = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
            let [a, b, c, d] = [at, at / 26, at * 7 + 3, at / 3 + 11].map(letters);
            format!("**/*{a}{b}*{c}{d}*")
        })
        .collect();
    pairs("2000 rules that all overlap", &hostile, f64::INFINITY);
    println!(
        "peak memory, paths and rules included: {} MB",
        peak() / 1024
    );
}

/// Returns the peak memory of this process in KiB, if the system reports it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = peak.and_then(|rest| rest.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

/// Finds all overlapping pairs and their relations, on all cores.
fn pairs(what: &str, texts: &[String], target: f64) {
    let patterns: Vec<Pattern> = texts
        .iter()
        .map(|text| Pattern::parse(text).expect("a pattern"))
        .collect();
    let run = || {
        let languages: Vec<Language<'_>> = patterns
            .iter()
            .map(|pattern| Language::of([pattern]))
            .collect();
        let overlaps = Overlaps::new((0..).zip(&patterns));
        let counts = patterns.par_iter().enumerate().map(|(at, pattern)| {
            let others = overlaps.of(pattern).into_iter().map(|id| id as usize);
            let relations = others.filter(|other| *other < at).map(|other| {
                let relation = languages[at].relation(&languages[other]);
                relation.expect("simple patterns")
            });
            relations.fold((0, 0), |(all, crossing), relation| {
                let is_crossing = relation == Relation::Overlapping;
                (all + 1, crossing + usize::from(is_crossing))
            })
        });
        counts.reduce(|| (0, 0), |(a, b), (c, d)| (a + c, b + d))
    };
    let (all, crossing) = run();
    let mut times: Vec<Duration> = (0..5).map(|_| time(run)).collect();
    times.sort_unstable();
    let seconds = times[times.len() / 2].as_secs_f64();
    let verdict = if seconds <= target { "ok" } else { "over" };
    println!(
        "{what:<50} {all:>9} {crossing:>10} {:>7.1} ms {:>5.0} ns  {target} s {verdict}",
        seconds * 1e3,
        seconds * 1e9 / f64::from(u32::try_from(all.max(1)).unwrap_or(u32::MAX)),
    );
}
