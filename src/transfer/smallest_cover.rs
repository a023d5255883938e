use std::{cmp::Reverse, collections::BTreeSet};

/// With more teams than this, the set may not be the smallest, but no more than a little larger.
const MAX_EXACT: usize = 16;

/// The smallest set of teams with one of each of these groups of owners: a few people who between them
/// may speak for everything.
pub fn smallest_cover<'t>(groups: &[&'t [String]]) -> Vec<&'t str> {
    let groups: Vec<&[String]> = groups.iter().copied().filter(|it| !it.is_empty()).collect();
    let teams: BTreeSet<&String> = groups.iter().copied().flatten().collect();
    let mut teams: Vec<&str> = teams.into_iter().map(String::as_str).collect();
    // Those who own most come first, so that of equal sets theirs is found.
    let weight = |team: &str| groups.iter().filter(|group| speaks(team, group)).count();
    teams.sort_by_key(|team| Reverse(weight(team)));
    if teams.len() > MAX_EXACT {
        return greedy(&groups, &teams);
    }
    let masks: Vec<u32> = groups
        .iter()
        .map(|group| {
            let bits = (0..).zip(&teams).filter(|(_, team)| speaks(team, group));
            bits.fold(0, |mask, (bit, _)| mask | 1 << bit)
        })
        .collect();
    let covers = |set: &u32| masks.iter().all(|mask| mask & set != 0);
    let sets = 0..1_u32 << teams.len();
    let best = sets
        .filter(covers)
        .min_by_key(|set| (set.count_ones(), *set));
    let best = best.unwrap_or_default();
    (0..)
        .zip(&teams)
        .filter(|(bit, _)| best & (1_u32 << bit) != 0)
        .map(|(_, team)| *team)
        .collect()
}

/// Whether a team is one of a group.
fn speaks(team: &str, group: &[String]) -> bool {
    group.iter().any(|owner| owner == team)
}

fn greedy<'t>(groups: &[&[String]], teams: &[&'t str]) -> Vec<&'t str> {
    let mut open: Vec<&[String]> = groups.to_vec();
    let mut chosen = Vec::new();
    while !open.is_empty() {
        let gain = |team: &&&str| open.iter().filter(|group| speaks(team, group)).count();
        // Of equal ones the last would be taken.
        let Some(best) = teams.iter().rev().max_by_key(gain) else {
            break;
        };
        open.retain(|group| !speaks(best, group));
        chosen.push(*best);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_no_more_teams_than_needed() {
        let group = |teams: &[&str]| teams.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let cover = |groups: &[Vec<String>]| {
            let groups: Vec<&[String]> = groups.iter().map(Vec::as_slice).collect();
            smallest_cover(&groups).join(" ")
        };
        assert_eq!(cover(&[]), "");
        assert_eq!(cover(&[group(&[]), group(&["a"])]), "a");
        // The one with most is not needed.
        let joint = [
            group(&["a", "b"]),
            group(&["b", "c"]),
            group(&["a"]),
            group(&["c"]),
        ];
        assert_eq!(cover(&joint), "a c");
        let many: Vec<Vec<String>> = (0..20).map(|n| group(&[&n.to_string(), "all"])).collect();
        assert_eq!(cover(&many), "all");
    }
}
