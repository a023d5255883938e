use regex_automata::{Input, MatchKind, PatternSet, meta, util::syntax};
use regex_syntax::hir::Hir;

/// Regular expressions, ready to be searched for at once.
#[derive(Debug)]
pub(super) struct Regexes {
    together: Option<meta::Regex>,
    each: Vec<meta::Regex>,
    /// By position among those that could be read: the id.
    ids: Vec<u32>,
}

/// What one expression may take.
const EXPRESSION_LIMIT: usize = 1 << 20;

/// What all of them together may take; where they take more, they are searched for one by one.
const TOGETHER_LIMIT: usize = 32 << 20;

impl Regexes {
    /// Of expressions, whose positions are their ids, and why some of them can't be read. `extended`
    /// says that blanks in them don't count.
    pub fn new<'t>(
        texts: impl IntoIterator<Item = &'t str>,
        extended: bool,
    ) -> (Self, Vec<(usize, String)>) {
        let syntax = syntax::Config::new()
            .utf8(false)
            .ignore_whitespace(extended)
            .nest_limit(100);
        let (mut parsed, mut ids): (Vec<Hir>, Vec<u32>) = Default::default();
        let mut faults: Vec<(usize, String)> = Vec::new();
        for (at, text) in texts.into_iter().enumerate() {
            match syntax::parse_with(text, &syntax) {
                Ok(hir) => {
                    parsed.push(hir);
                    ids.push(u32::try_from(at).unwrap_or(u32::MAX));
                }
                Err(error) => faults.push((at, reason(&error))),
            }
        }
        let build = |expressions: &[Hir], limit| {
            let config = meta::Config::new()
                .match_kind(MatchKind::All)
                .utf8_empty(false)
                .nfa_size_limit(Some(limit))
                .hybrid_cache_capacity(16 << 20);
            meta::Regex::builder()
                .configure(config)
                .build_many_from_hir(expressions)
                .ok()
        };
        let together = build(&parsed, TOGETHER_LIMIT);
        let mut each = Vec::new();
        if together.is_none() {
            let mut kept = Vec::new();
            for (hir, id) in parsed.into_iter().zip(&ids) {
                match build(&[hir], EXPRESSION_LIMIT) {
                    Some(regex) => {
                        each.push(regex);
                        kept.push(*id);
                    }
                    None => faults.push((*id as usize, "it is too large".to_owned())),
                }
            }
            ids = kept;
        }
        let regexes = Self {
            together,
            each,
            ids,
        };
        (regexes, faults)
    }

    /// The ids of all that are found in `text`, in order.
    pub fn all(&self, text: &[u8], found: &mut Vec<u32>) {
        found.clear();
        if self.ids.is_empty() {
            return;
        }
        match &self.together {
            Some(together) => {
                let mut set = PatternSet::new(together.pattern_len());
                together.which_overlapping_matches(&Input::new(text), &mut set);
                found.extend(set.iter().map(|at| self.ids[at.as_usize()]));
            }
            None => {
                let each = self.each.iter().zip(&self.ids);
                found.extend(
                    each.filter(|(one, _)| one.is_match(text))
                        .map(|(_, id)| *id),
                );
            }
        }
    }
}

/// The last line of what the library says: what is wrong, without a drawing of where.
fn reason(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
