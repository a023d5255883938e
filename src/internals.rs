//! Internals for benchmarks and fuzz targets. They may change with every version.

pub mod alerting {
    pub use crate::alerting::{Configuration, Evaluator, LabelSet, read};
}

pub mod checks {
    pub use crate::checks::{Context, Scope, names};
}

pub mod config {
    pub use crate::config::{Vocabulary, load_from};
}

pub mod dialects {
    pub use crate::dialects::{handle_keys, names, outputs, read_statements};
}

pub mod inventory {
    pub use crate::inventory::{SourceFile, list};

    pub mod detectors {
        pub use crate::inventory::detectors::{kinds, names, reading_owner_keys};
    }
}

pub mod lint {
    pub use crate::lint::{Report, Selection};
}

pub mod outputs {
    pub use crate::outputs::ALL;
}

pub mod pattern {
    pub use crate::pattern::{Language, Overlaps, Pattern, PatternTree, Relation};
}

pub mod resolution {
    pub use crate::resolution::ResolvedRepository;
}

pub mod yaml {
    pub use crate::yaml::go_yaml;
}

pub mod text {
    pub use crate::text::{Source, SourceOrigin};
}

pub mod snapshot {
    pub use crate::snapshot::Snapshot;
}
