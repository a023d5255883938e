use rustc_hash::FxHashMap;

use crate::text::Place;

/// A receiver: a name, and the kinds of its integrations. Everything else may be secret and is not kept.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// The name.
    pub name: String,
    /// Whether a template decides the name.
    pub is_template: bool,
    /// The kinds of its integrations, each once and in order.
    pub integrations: Vec<&'static str>,
    /// The place of the name.
    pub place: Place,
}

/// The receivers that a configuration defines.
#[derive(Debug, Default)]
pub struct Receivers {
    all: Vec<Receiver>,
    /// By name: the position of the first one.
    by_name: FxHashMap<String, usize>,
}

impl Receivers {
    /// Returns all of them in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Receiver> {
        self.all.iter()
    }

    /// Returns the first one with a name.
    pub fn named(&self, name: &str) -> Option<&Receiver> {
        Some(&self.all[*self.by_name.get(name)?])
    }
}

impl FromIterator<Receiver> for Receivers {
    fn from_iter<I: IntoIterator<Item = Receiver>>(receivers: I) -> Self {
        let all: Vec<Receiver> = receivers.into_iter().collect();
        let mut by_name = FxHashMap::default();
        for (at, receiver) in all.iter().enumerate() {
            by_name.entry(receiver.name.clone()).or_insert(at);
        }
        Self { all, by_name }
    }
}
