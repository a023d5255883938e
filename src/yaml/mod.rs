//! YAML as a tree of values with their places.
//!
//! Reads untrusted files: several documents, unknown tags, duplicate keys, merge keys, partly broken
//! files. A typed reader would stop at the first unexpected value; here it can be reported with its
//! place.

pub mod go_yaml;
mod keys;
mod node;
mod parse;
mod quotes;
mod string_places;

pub use keys::possible_keys;
pub use node::{Entry, Node, Value};
pub use parse::{Parsed, SyntaxError, parse, quote_it};
pub use quotes::{Quotes, is_plain, item};
pub use string_places::StringPlaces;
