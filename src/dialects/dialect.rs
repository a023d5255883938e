use bstr::BStr;

use super::{Answers, Tree};

/// A kind of ownership file that forges know.
#[derive(Debug)]
pub struct Dialect {
    /// The word for it on the command line.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// Where its file is: the first of these that exists.
    pub locations: &'static [&'static str],
    /// Whether every folder may have such a file.
    pub is_per_folder: bool,
    /// Says what a tree's files answer for these paths.
    pub answer: fn(&Tree, &[&BStr]) -> Answers,
}
