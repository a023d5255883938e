use regex_syntax::hir::{Class, Hir, HirKind};

/// Returns about how many states the automaton of an expression has, which takes much less time than to compile it.
pub fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len().max(1),
        // A range beyond ASCII takes a sequence of bytes.
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.iter();
            ranges
                .map(|range| range.end().len_utf8())
                .sum::<usize>()
                .max(1)
        }
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            let times = usize::try_from(times).unwrap_or(usize::MAX);
            weight(&repetition.sub).saturating_mul(times)
        }
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            let weights = parts.iter().map(weight);
            weights.fold(1, usize::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::weight;
    use crate::regexes::{Regexes, re2};

    #[test]
    fn grows_with_the_automaton() {
        for (text, least, most) in [
            ("abc", 3, 5),
            ("[a-z]+x?", 2, 5),
            ("(a|bc){10}", 30, 60),
            (r"\pL{40}", 10_000, 200_000),
            ("((a{100}){10})", 1_000, 1_100),
        ] {
            let found = weight(&re2::parse(text).unwrap());
            assert!((least..=most).contains(&found), "{text}: {found}");
        }
    }

    #[test]
    fn sets_are_limited() {
        let text = |at: usize| if at == 50 { "x$" } else { r"\pL{40}x" };
        let parsed = (0..100).map(|at| (u32::try_from(at).unwrap(), re2::parse(text(at)).unwrap()));
        let (regexes, too_large) = Regexes::new(parsed);
        assert!((80..99).contains(&too_large.len()), "{too_large:?}");
        let mut found = Vec::new();
        regexes.all(b"x", &mut found);
        assert_eq!(found, [50]);
    }

    #[test]
    fn large_sets_need_no_memory_for_pairs() {
        // With a value for each pair of a state and an expression, some of these would take more than 60 GB.
        for (form, text) in [
            ("^(?:(s|w)N.*x.*)$", "s1234 éx"),
            ("^(?:N.*)$", "1234é"),
            (r"\bN\b", "é1234é"),
            ("(?:aN|)$", "é"),
        ] {
            let parsed = |at: u32| re2::parse(&form.replace('N', &at.to_string())).unwrap();
            let (regexes, too_large) = Regexes::new((0..10_000).map(|at| (at, parsed(at))));
            assert!(too_large.is_empty(), "{form}");
            let mut found = Vec::new();
            regexes.all(text.as_bytes(), &mut found);
            let single = |at: &u32| {
                let (regexes, _) = Regexes::new([(*at, parsed(*at))]);
                regexes.is_match(text.as_bytes())
            };
            let expected: Vec<u32> = (0..10_000)
                .step_by(617)
                .chain(found.iter().copied().take(20))
                .collect();
            let wrong = expected
                .iter()
                .filter(|at| single(at) != found.contains(at));
            assert_eq!(wrong.count(), 0, "{form}");
            assert_eq!(regexes.is_match(text.as_bytes()), !found.is_empty());
            assert!(!found.is_empty(), "{form}");
        }
    }
}
