//! Properties of the order of owners for any hierarchy of teams.

use proptest::prelude::*;

use super::precedence::is_less_precise;
use crate::{
    config::{TeamId, Teams},
    testing::{Repo, map},
};

const TEAMS: usize = 6;

/// Teams, each of which has an earlier team as its parent, or none.
fn hierarchy() -> impl Strategy<Value = Teams> {
    let parents = (0..TEAMS).map(|at| prop::option::weighted(0.7, 0..at.max(1)));
    parents.collect::<Vec<_>>().prop_map(|parents| {
        let team = |(at, parent): (usize, Option<usize>)| match parent.filter(|parent| *parent < at)
        {
            Some(parent) => format!("  t{at}: {{parent: t{parent}}}\n"),
            None => format!("  t{at}: {{}}\n"),
        };
        let teams: String = parents.into_iter().enumerate().map(team).collect();
        let repo = Repo::new(&[("ownership.yaml", &format!("version: 1\nteams:\n{teams}"))]);
        map(repo.path()).teams
    })
}

/// Returns every list of owners, without regard to their order.
fn all_owners() -> Vec<Vec<TeamId>> {
    let owners = |bits: usize| {
        (0..TEAMS)
            .filter(|at| bits >> at & 1 == 1)
            .map(|at| TeamId(at as u32))
            .collect()
    };
    (1..1 << TEAMS).map(owners).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn less_precise_is_a_strict_partial_order(teams in hierarchy()) {
        let all = all_owners();
        let finer: Vec<Vec<usize>> = all
            .iter()
            .map(|coarse| {
                let finer = |at: &usize| is_less_precise(coarse, &all[*at], &teams);
                (0..all.len()).filter(finer).collect()
            })
            .collect();
        for (one, finer_than_one) in finer.iter().enumerate() {
            prop_assert!(!finer_than_one.contains(&one), "{:?} is less precise than itself", all[one]);
            for other in finer_than_one {
                for third in &finer[*other] {
                    // With one that is not less precise than itself, this also excludes two that are less precise
                    // than each other.
                    prop_assert!(
                        finer_than_one.contains(third),
                        "{:?} < {:?} < {:?}", all[one], all[*other], all[*third]
                    );
                }
            }
        }
    }

    #[test]
    fn an_ancestor_is_less_precise_and_an_unrelated_team_is_not(teams in hierarchy()) {
        for (one, _) in teams.iter() {
            for (other, _) in teams.iter() {
                let is_less_precise = is_less_precise(&[one], &[other], &teams);
                prop_assert_eq!(is_less_precise, teams.is_ancestor(one, other));
            }
        }
    }
}
