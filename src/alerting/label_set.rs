use std::collections::BTreeMap;

/// The labels of an alert, as far as they are known.
///
/// A rule does not show all labels of its alerts: those of the series, of the Prometheus server and of relabelling are
/// added later. So a label that is not listed is unknown, not absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSet(BTreeMap<String, Option<String>>);

impl LabelSet {
    /// Sets the value of a label; an empty value means that the alert does not have the label.
    pub fn set(&mut self, label: impl Into<String>, value: impl Into<String>) {
        self.0.insert(label.into(), Some(value.into()));
    }

    /// Records that the alert has a label with an unknown value.
    pub fn set_unknown(&mut self, label: impl Into<String>) {
        self.0.insert(label.into(), None);
    }

    /// Returns the value of a label; `None` if it is unknown.
    pub fn get(&self, label: &str) -> Option<&str> {
        self.0.get(label)?.as_deref()
    }

    /// Returns the known labels in order.
    pub fn known(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.0.iter();
        labels.filter_map(|(label, value)| Some((label.as_str(), value.as_deref()?)))
    }
}

impl<L: Into<String>, V: Into<String>> FromIterator<(L, V)> for LabelSet {
    fn from_iter<I: IntoIterator<Item = (L, V)>>(labels: I) -> Self {
        let mut set = Self::default();
        for (label, value) in labels {
            set.set(label, value);
        }
        set
    }
}
