//! The schema of the map, in both drafts.

use std::sync::LazyLock;

use serde_json::Value;

use super::{project, schema};

/// The schema as it is checked in.
pub static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let path = project().join("schemas/map.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// Returns what is wrong with a map, one error a line.
pub fn errors(map: &Value) -> String {
    schema::errors(&SCHEMA, map)
}

/// Returns a map as JSON, with the keys that `<<` adds.
pub fn read(text: &str) -> Result<Value, serde_yaml::Error> {
    let mut map: serde_yaml::Value = serde_yaml::from_str(text)?;
    // A merged mapping can merge others.
    loop {
        let before = map.clone();
        map.apply_merge()?;
        if map == before {
            return Ok(serde_json::to_value(map).unwrap_or_default());
        }
    }
}
