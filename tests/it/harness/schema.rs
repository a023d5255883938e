//! A validator for the parts of JSON Schema that the schemas of this project use, so that `cargo test` needs no other
//! validator. `.ci/extended outputs` checks the same documents with a complete one.

use std::fmt::Write as _;

use regex_automata::meta::Regex;
use serde_json::Value;

/// Returns the errors in `value`, one a line; empty if it is valid.
pub fn errors(schema: &Value, value: &Value) -> String {
    let mut errors = String::new();
    check(schema, schema, value, "", &mut errors);
    errors
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, errors: &mut String) {
    let mut error = |what: String| writeln!(errors, "{at}: {what}").unwrap();
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    let mut inner = Vec::new();
    for (keyword, says) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$schema" | "$defs" | "definitions" | "title" | "description" | "examples" => {}
            "$ref" => {
                let pointer = says.as_str().unwrap().strip_prefix('#').unwrap();
                inner.push((root.pointer(pointer).unwrap(), value, at.to_owned()));
            }
            "type" => {
                let types = says.as_array().cloned().unwrap_or(vec![says.clone()]);
                if !types.iter().any(|name| is(name.as_str().unwrap(), value)) {
                    error(format!("{value} is not of type {says}"));
                }
            }
            "const" if value != says => error(format!("{value} is not {says}")),
            "enum" if !says.as_array().unwrap().contains(value) => {
                error(format!("{value} is none of {says}"));
            }
            "const" | "enum" => {}
            "minimum" => {
                if value.as_f64().is_some_and(|it| it < says.as_f64().unwrap()) {
                    error(format!("{value} is below {says}"));
                }
            }
            "maximum" => {
                if value.as_f64().is_some_and(|it| it > says.as_f64().unwrap()) {
                    error(format!("{value} is above {says}"));
                }
            }
            "pattern" => {
                let regex = Regex::new(says.as_str().unwrap()).unwrap();
                if value.as_str().is_some_and(|text| !regex.is_match(text)) {
                    error(format!("{value} does not match {says}"));
                }
            }
            "not" => {
                if is_valid(root, says, value) {
                    error(format!("{value} must not match {says}"));
                }
            }
            "anyOf" | "oneOf" => {
                let schemas = says.as_array().unwrap().iter();
                let valid = schemas.filter(|it| is_valid(root, it, value)).count();
                if valid == 0 || keyword == "oneOf" && valid > 1 {
                    error(format!("{value} matches {valid} of {says}"));
                }
            }
            "allOf" => {
                for says in says.as_array().unwrap() {
                    inner.push((says, value, at.to_owned()));
                }
            }
            "minProperties" => {
                if value.as_object().is_some_and(|it| it.len() < number(says)) {
                    error(format!("{value} has fewer keys than {says}"));
                }
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flat_map(|it| it.keys()) {
                    if !is_valid(root, says, &Value::from(key.as_str())) {
                        error(format!("{key} is not a possible key"));
                    }
                }
            }
            "minLength" | "maxLength" => {
                let length = value.as_str().map(|text| text.chars().count());
                let fails = |it: usize| (it < number(says)) == (keyword == "minLength");
                if length.is_some_and(|it| it != number(says) && fails(it)) {
                    error(format!("{value} against {keyword} {says}"));
                }
            }
            "minItems" | "maxItems" => {
                let length = value.as_array().map(Vec::len);
                let fails = |it: usize| (it < number(says)) == (keyword == "minItems");
                if length.is_some_and(|it| it != number(says) && fails(it)) {
                    error(format!("against {keyword} {says}"));
                }
            }
            "required" => {
                for key in says.as_array().unwrap() {
                    if value.is_object() && value.get(key.as_str().unwrap()).is_none() {
                        error(format!("{key} is missing"));
                    }
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    inner.push((says, item, format!("{at}/{index}")));
                }
            }
            "properties" => {
                for (key, says) in says.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        inner.push((says, value, format!("{at}/{key}")));
                    }
                }
            }
            "additionalProperties" => {
                let known = |key: &String| schema["properties"].get(key).is_some();
                for (key, value) in value.as_object().into_iter().flatten() {
                    match says {
                        _ if known(key) => {}
                        Value::Bool(true) => {}
                        Value::Bool(false) => error(format!("unknown {key}")),
                        says => inner.push((says, value, format!("{at}/{key}"))),
                    }
                }
            }
            keyword => panic!("unsupported keyword of JSON Schema: {keyword}"),
        }
    }
    for (schema, value, at) in inner {
        check(root, schema, value, &at, errors);
    }
}

fn is_valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let mut errors = String::new();
    check(root, schema, value, "", &mut errors);
    errors.is_empty()
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        name => panic!("unsupported type of JSON Schema: {name}"),
    }
}
