//! The JSON Schema of the map, for editors and for programs that write maps. It accepts every map that ownlint accepts.

use clap::ValueEnum;
use serde_json::{Map, Value, json};

/// The schema in the newest draft. Tests compare its keys and names with those that ownlint knows.
const SCHEMA: &str = include_str!("../../schemas/map.schema.json");

/// A draft of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Draft {
    /// Draft 07, for editors
    #[value(name = "07")]
    Seven,
    /// Draft 2020-12
    #[value(name = "2020-12")]
    Newest,
}

/// Returns the schema in a draft.
pub(crate) fn text(draft: Draft) -> String {
    match draft {
        Draft::Newest => SCHEMA.to_owned(),
        Draft::Seven => {
            let schema: Value = serde_json::from_str(SCHEMA).expect("tests parse the schema");
            let mut schema = in_draft_07(schema);
            schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
            format!("{schema:#}\n")
        }
    }
}

/// Rewrites what draft 07 expresses in another way: `$defs`, and keywords beside `$ref`, which it ignores.
fn in_draft_07(value: Value) -> Value {
    let object = match value {
        Value::Array(items) => return items.into_iter().map(in_draft_07).collect(),
        Value::Object(object) => object,
        other => return other,
    };
    let mut rewritten = Map::new();
    let mut reference = None;
    for (key, value) in object {
        match (key.as_str(), value) {
            ("$ref", Value::String(path)) => {
                reference = Some(json!({"$ref": path.replace("/$defs/", "/definitions/")}));
            }
            ("$defs", definitions) => {
                rewritten.insert("definitions".to_owned(), in_draft_07(definitions));
            }
            (_, value) => {
                rewritten.insert(key, in_draft_07(value));
            }
        }
    }
    match reference {
        Some(reference) if rewritten.is_empty() => reference,
        Some(reference) => {
            rewritten.insert("allOf".to_owned(), json!([reference]));
            Value::Object(rewritten)
        }
        None => Value::Object(rewritten),
    }
}
