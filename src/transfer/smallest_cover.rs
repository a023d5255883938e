use std::{cmp::Reverse, collections::BTreeSet};

/// With more teams than this, the set may be slightly larger than the smallest one.
const MAX_EXACT: usize = 16;

/// Returns the smallest set of teams that contains a member of each group of owners, so that few reviewers cover all
/// files.
pub fn smallest_cover<'t>(groups: &[&'t [String]]) -> Vec<&'t str> {
    let groups: Vec<&[String]> = groups.iter().copied().filter(|it| !it.is_empty()).collect();
    let teams: BTreeSet<&String> = groups.iter().copied().flatten().collect();
    let mut teams: Vec<&str> = teams.into_iter().map(String::as_str).collect();
    // Teams that own most come first, so that they are preferred in sets of the same size.
    let owned = |team: &str| groups.iter().filter(|group| is_in(team, group)).count();
    teams.sort_by_key(|team| Reverse(owned(team)));
    if teams.len() > MAX_EXACT {
        return greedy(&groups, &teams);
    }
    let masks: Vec<u32> = groups
        .iter()
        .map(|group| {
            let bits = (0..).zip(&teams).filter(|(_, team)| is_in(team, group));
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

/// Whether a team is in a group.
fn is_in(team: &str, group: &[String]) -> bool {
    group.iter().any(|owner| owner == team)
}

fn greedy<'t>(groups: &[&[String]], teams: &[&'t str]) -> Vec<&'t str> {
    let mut open: Vec<&[String]> = groups.to_vec();
    let mut chosen = Vec::new();
    while !open.is_empty() {
        let gain = |team: &&&str| open.iter().filter(|group| is_in(team, group)).count();
        // `max_by_key` returns the last of several equal teams.
        let Some(best) = teams.iter().rev().max_by_key(gain) else {
            break;
        };
        open.retain(|group| !is_in(best, group));
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
        // The team that owns most is not needed.
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
