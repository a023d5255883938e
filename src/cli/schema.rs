use super::{CLEAN, args::SchemaArguments};
use crate::outputs::map_schema;

pub(super) fn run(arguments: &SchemaArguments) -> (Vec<u8>, u8) {
    (map_schema::text(arguments.draft).into_bytes(), CLEAN)
}
