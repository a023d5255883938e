use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCandidates;

use crate::{cli::completions::candidates, config::Percent};

/// The `check` options that control which findings are shown and which findings fail the run.
#[derive(Debug, Args)]
pub struct TriageOptions {
    /// Run only these checks; separate names with commas, or repeat the option
    #[arg(long, value_name = "CHECK", value_delimiter = ',', add = ArgValueCandidates::new(candidates::checks))]
    pub only: Vec<String>,
    /// Run all checks except these; separate names with commas, or repeat the option
    #[arg(long, value_name = "CHECK", value_delimiter = ',', add = ArgValueCandidates::new(candidates::checks))]
    pub skip: Vec<String>,
    /// Also exit with 1 if less than this percentage of the files is owned or exempt
    #[arg(long, value_name = "PERCENT", overrides_with = "min_coverage")]
    pub min_coverage: Option<Percent>,
    /// Hide the findings listed in this file, so that only new findings are shown and can fail the run
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the current findings to the --baseline file
    #[arg(long, requires = "baseline", conflicts_with = "paths")]
    pub update_baseline: bool,
    /// With --baseline: also show baselined findings, marked as such
    #[arg(long, requires = "baseline")]
    pub show_baselined: bool,
}
