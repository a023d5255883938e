//! Opens a map with its repositories, resolves them once, and answers every command.

mod baseline;
mod change;
mod check;
mod checkouts;
mod components;
mod diff;
mod early_listing;
mod error;
pub(crate) mod file;
mod generate;
mod git_hooks;
mod init;
pub(crate) mod map_file;
mod map_report;
mod names;
mod notices;
mod open;
mod options;
mod overview;
mod owners;
mod places;
mod receivers;
mod recent_history;
mod requested;
mod reviewers;
mod route;
mod standalone;
mod subject;
mod target;
mod teams;
mod who;

pub use baseline::BaselineFile;
pub use change::{Base, ChangeQuestion, ComparedWorkspaces, TouchedFiles};
pub use check::{CheckRequest, Checked};
pub(crate) use components::ComponentFilter;
pub(crate) use diff::OwnershipDiff;
pub use error::Error;
pub(crate) use error::{ErrorKind, Unwritable, WhyUnwritable};
pub use generate::{GenerateRequest, GeneratedFiles};
pub(crate) use generate::{both_answers, on_disk, shown};
pub use git_hooks::GitHooks;
pub use init::{MapDrafter, MapUpdate};
pub(crate) use map_report::MapReport;
pub use notices::{Notice, NoticeLevel};
pub use open::Workspace;
pub use options::Options;
pub use owners::Owners;
pub(crate) use places::Places;
pub(crate) use places::relative;
pub(crate) use receivers::{ReceiversAnswer, ReceiversRequest, Unrouted};
pub use reviewers::{Reviewer, Reviewers};
pub(crate) use subject::Subject;
pub(crate) use target::Existence;
pub(crate) use who::{
    FileAnswers, FilePath, MapQuestions, OwnerAnswer, PathStart, PersonAnswer, PersonHolding,
    PersonReview, Reading, Reply, UnansweredQuestion, Who, ignored_declarations, who_by_file,
};
