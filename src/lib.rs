//! ownlint finds and checks the owners of infrastructure repositories.
//!
//! A [`Workspace`] is a map (`ownership.yaml`) with its repositories. It runs the checks and returns the owners of
//! paths:
//!
//! ```
//! use ownlint::{CheckRequest, Options, Workspace};
//!
//! let workspace = Workspace::open(&Options::default())?;
//! let checked = workspace.check(&CheckRequest::default())?;
//! for finding in checked.findings() {
//!     let severity = finding.severity.name();
//!     println!("{}: {severity}: {}", checked.position(finding), finding.message);
//! }
//! for owners in workspace.owners("fixtures/puppet/modules/varnish")? {
//!     println!("{} is owned by {}", owners.path, owners.teams.join(", "));
//!     assert_eq!(owners.teams, ["traffic"]);
//! }
//! # Ok::<(), ownlint::Error>(())
//! ```

mod text;

mod yaml;

mod advice;

mod finding;

mod pattern;

mod regexes;

mod git;

mod snapshot;

mod config;

mod prow;

mod inventory;

mod claims;

mod resolution;

mod evidence;

mod coverage;

mod whatif;

mod transfer;

mod dialects;

mod alerting;

mod lookup;

mod checks;

mod lint;

mod routing;

mod draft;

mod edit;

mod workspace;

mod outputs;

mod cli;

pub use finding::{Finding, Severity};
pub use workspace::{
    CheckRequest, Checked, Error, Notice, NoticeLevel, Options, Owners, Workspace,
};

#[doc(hidden)]
pub use cli::run;

#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;

#[cfg(test)]
mod local_names;

#[cfg(test)]
mod testing;
