//! Priorities for rules that must win against others.

/// Two rules by their positions, of which the later one must win.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub earlier: usize,
    pub later: usize,
    /// Whether only a higher priority lets it win; if not, the same priority is enough.
    pub needs_higher: bool,
}

impl Order {
    fn step(self) -> i64 {
        i64::from(self.needs_higher)
    }
}

/// Returns priorities for `count` rules: as few values as possible, and 0 for as many rules as possible.
pub(super) fn priorities(count: usize, orders: &[Order]) -> Vec<i64> {
    let mut by_later: Vec<Vec<Order>> = vec![Vec::new(); count];
    let mut by_earlier: Vec<Vec<Order>> = vec![Vec::new(); count];
    for order in orders {
        by_later[order.later].push(*order);
        by_earlier[order.earlier].push(*order);
    }
    let bound_below = |at: usize, levels: &[i64]| {
        let bounds = by_later[at].iter().map(|it| levels[it.earlier] + it.step());
        bounds.max()
    };
    let bound_above = |at: usize, levels: &[i64]| {
        let bounds = by_earlier[at].iter().map(|it| levels[it.later] - it.step());
        bounds.min()
    };
    let mut least = vec![0; count];
    for at in 0..count {
        least[at] = bound_below(at, &least).unwrap_or(0);
    }
    let top = least.iter().copied().max().unwrap_or(0);
    let mut most = vec![top; count];
    for at in (0..count).rev() {
        most[at] = bound_above(at, &most).unwrap_or(top);
    }
    let can_have = |level: i64| {
        (0..count)
            .filter(|at| (least[*at]..=most[*at]).contains(&level))
            .count()
    };
    let base = (0..=top)
        .max_by_key(|level| (can_have(*level), -level))
        .unwrap_or(0);
    let mut forward = least.clone();
    for at in 0..count {
        let bound = bound_below(at, &forward).unwrap_or(0);
        forward[at] = base.clamp(bound, most[at]);
    }
    let mut backward = most.clone();
    for at in (0..count).rev() {
        let bound = bound_above(at, &backward).unwrap_or(top);
        backward[at] = base.clamp(least[at], bound);
    }
    let others = |levels: &Vec<i64>| levels.iter().filter(|level| **level != base).count();
    let levels = match others(&backward) < others(&forward) {
        true => backward,
        false => forward,
    };
    levels.into_iter().map(|level| level - base).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order(earlier: usize, later: usize, needs_higher: bool) -> Order {
        Order {
            earlier,
            later,
            needs_higher,
        }
    }

    #[test]
    fn most_rules_have_no_priority() {
        // `*`, `*.sql`, and three directories, in which `*.sql` must not win.
        let orders = [
            order(0, 1, false),
            order(0, 2, false),
            order(0, 3, false),
            order(0, 4, false),
            order(1, 2, true),
            order(1, 3, true),
            order(1, 4, true),
        ];
        assert_eq!(priorities(5, &orders), [-1, -1, 0, 0, 0]);
        assert_eq!(
            priorities(3, &[order(0, 2, true), order(1, 2, true)]),
            [0, 0, 1]
        );
        assert_eq!(priorities(2, &[]), [0, 0]);
    }

    proptest! {
        #[test]
        fn later_rules_win(pairs in prop::collection::vec((0..12_usize, 0..12_usize, any::<bool>()), 0..40)) {
            let pairs = pairs.into_iter().filter(|(earlier, later, _)| earlier < later);
            let orders: Vec<Order> = pairs.map(|(a, b, needs)| order(a, b, needs)).collect();
            let priorities = priorities(12, &orders);
            for order in &orders {
                let [earlier, later] = [order.earlier, order.later].map(|at| priorities[at]);
                prop_assert!(later >= earlier + order.step(), "{order:?} {priorities:?}");
            }
            // No assignment has fewer values than the longest chain.
            let mut chain = [0; 12];
            for at in 0..12 {
                let before = orders.iter().filter(|it| it.later == at);
                chain[at] = before.map(|it| chain[it.earlier] + it.step()).max().unwrap_or(0);
            }
            let values = std::collections::BTreeSet::from_iter(priorities);
            let most = chain.iter().max().unwrap() + 1;
            prop_assert!(values.len() as i64 <= most);
        }
    }
}
