use std::collections::BTreeMap;

/// The labels of an alert, as far as they are known.
///
/// The labels of an alert are not all visible in its rule: those of the series, of the Prometheus server and of
/// relabelling are added later. So a label that is not listed is unknown, not absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSet(BTreeMap<String, String>);

impl LabelSet {
    /// Sets the value of a label; an empty value means that the alert does not have the label.
    pub fn set(&mut self, label: impl Into<String>, value: impl Into<String>) {
        self.0.insert(label.into(), value.into());
    }

    /// Returns the value of a label; `None` if it is unknown.
    pub fn get(&self, label: &str) -> Option<&str> {
        self.0.get(label).map(String::as_str)
    }

    /// Returns the known labels in order.
    pub fn known(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.0.iter();
        labels.map(|(label, value)| (label.as_str(), value.as_str()))
    }
}

impl<L: Into<String>, V: Into<String>> FromIterator<(L, V)> for LabelSet {
    fn from_iter<I: IntoIterator<Item = (L, V)>>(labels: I) -> Self {
        let labels = labels.into_iter();
        let labels = labels.map(|(label, value)| (label.into(), value.into()));
        Self(labels.collect())
    }
}
