//! What would come to files that do not exist yet: decided on languages, not on today's files, and
//! asked of the same resolution that today's files go through.

mod contest;
mod familiar;
mod oracle;
mod redundancy;
mod shade;
mod subject;
#[cfg(test)]
mod tests;

pub use contest::{Contest, MOST, Undecided};
pub use oracle::{Foresight, Oracle};
pub use shade::{Fate, Overtaken};
pub use subject::Subject;
