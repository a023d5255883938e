use std::sync::Arc;

use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

use crate::regexes::{
    Regexes,
    re2::{self, Re2Error},
};

/// The filters of a file that are regular expressions, in the syntax of RE2.
#[derive(Debug, Default)]
pub(super) struct Filters {
    /// The valid ones, with their positions as ids.
    pub regexes: Arc<Regexes>,
    /// The positions of those that RE2 rejects, with the reason.
    pub invalid: Vec<(usize, &'static str)>,
    /// The positions of those that are too large together.
    pub too_large: Vec<usize>,
}

/// Caches compiled filters: many folders of a tree contain the same ones.
#[derive(Debug, Default)]
pub(super) struct FilterCache(FxHashMap<Vec<String>, Filters>);

impl FilterCache {
    /// Compiles filters, or returns those that were compiled before.
    pub fn get(&mut self, texts: Vec<String>) -> &Filters {
        self.0
            .entry(texts)
            .or_insert_with_key(|texts| Filters::new(texts))
    }
}

impl Filters {
    fn new(texts: &[String]) -> Self {
        let mut filters = Self::default();
        let (invalid, too_large) = (&mut filters.invalid, &mut filters.too_large);
        let parse = |(at, text): (usize, &String)| -> Option<(u32, Hir)> {
            match re2::parse(text) {
                Ok(hir) => return Some((u32::try_from(at).ok()?, hir)),
                Err(Re2Error::Rejected(reason)) => invalid.push((at, reason)),
                Err(Re2Error::TooLarge) => too_large.push(at),
            }
            None
        };
        let (regexes, more) = Regexes::of_text(texts.iter().enumerate().filter_map(parse));
        too_large.extend(more.into_iter().map(|at| at as usize));
        too_large.sort_unstable();
        filters.regexes = Arc::new(regexes);
        filters
    }
}
