//! YAML 1.1 as version 2 of the Go library go-yaml reads it, which decides what Kubernetes' Prow sees in a file.
//!
//! This is not what the YAML specification says: go-yaml rejects tabs in some places and accepts them in others, treats
//! `yes` as a boolean and `0x10` as a number, ends a document after a list in brackets, and does not read the second
//! document. The reader follows the algorithm of go-yaml, because a file with any error is ignored as a whole.

mod error;
mod number;
mod parser;
mod reader;
mod scalar;
mod scanner;
#[cfg(test)]
mod tests;
mod token;
mod value;

pub use error::GoYamlError;
pub use value::{Value, ValueContent, read};
