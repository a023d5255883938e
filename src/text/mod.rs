//! Places in source files, and text that is safe to print.

mod count;
mod joined;
mod markdown;
mod path;
mod place;
mod printable;
mod regular;
mod source;
mod span;
mod suggest;
mod template_tags;
mod typos;
mod unit;

pub use count::{and_more, count, first_few, grouped};
pub use joined::joined;
pub use markdown::code_span;
pub use path::{directory, directory_around, file_name, join, resolve, resolve_in_root};
pub use place::Place;
pub(crate) use printable::neutral;
pub use printable::{
    printable, printable_bytes, printable_lines, quoted, quoted_in_brief, quoted_path, shell_word,
    steers,
};
pub(crate) use regular::read_regular;
pub use source::{LineColumn, Source, SourceOrigin};
pub use span::Span;
pub use suggest::{
    MAX_SUGGESTIONS, closest, closest_name, closest_within, did_you_mean, likely, with_one_typo,
};
pub use template_tags::{
    ANY_TEXT, code_of_output, has_template_tag, is_template_tag, template_parts,
    without_template_code,
};
pub use typos::Typos;
pub use unit::Unit;
