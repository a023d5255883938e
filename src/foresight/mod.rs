//! What would come to files that do not exist yet: decided on languages, not on today's files, and
//! asked of the same resolution that today's files go through.

mod claim_source;
mod contest;
mod familiar;
mod oracle;
mod redundancy;
mod shade;
#[cfg(test)]
mod tests;

pub use claim_source::ClaimSource;
pub use contest::{Contest, MOST, Undecided};
pub use oracle::{Foresight, Oracle};
pub use shade::{Overtaken, Prospect};
