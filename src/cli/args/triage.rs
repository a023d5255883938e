use std::path::PathBuf;

use clap::Args;

use crate::config::Percent;

/// Options of `check` for living with findings: which are told, and which are no reason to fail.
#[derive(Debug, Args)]
pub struct TriageOptions {
    /// Only what these checks find; a list with commas, or given several times
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All but what these checks find; a list with commas, or given several times
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Exit with 1 too if less than this share (percent) of the files is owned or exempt
    #[arg(long, value_name = "PERCENT")]
    pub min_coverage: Option<Percent>,
    /// Leave out findings that this file knows: only new ones are told, and fail
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found now to the file of --baseline
    #[arg(long, requires = "baseline", conflicts_with = "paths")]
    pub update_baseline: bool,
    /// With --baseline: tell known findings too, as known
    #[arg(long, requires = "baseline")]
    pub show_baselined: bool,
}
