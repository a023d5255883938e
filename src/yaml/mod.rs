//! YAML as a tree in which every value knows where it stands.
//!
//! Made for files that nobody has vouched for: several documents, unknown tags, duplicate keys,
//! merge keys, half-broken files. A typed reader would stop at the first surprise; here a surprise
//! is something to report with its place.

mod node;
mod parse;
mod quotes;

pub use node::{Entry, Node, Value};
pub use parse::{Parsed, parse, quote_it};
pub use quotes::{Quotes, is_plain, item};
