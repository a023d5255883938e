use std::{cmp::Reverse, sync::Arc};

use super::{
    EditError, NewValue, Step,
    data::Data,
    insertion::{Insertion, insertions},
};
use crate::yaml::{Node, parse};

/// Values to add to a YAML file.
#[derive(Debug, Clone, Default)]
pub struct Additions {
    /// The lists and mappings to extend, each with its path.
    list: Vec<(Vec<Step>, NewValue)>,
}

impl Additions {
    /// Adds the entries of a mapping, or the items of a list, to the value at a path. What is missing on the path is created.
    pub fn add(&mut self, path: Vec<Step>, value: NewValue) {
        self.list.push((path, value));
    }

    /// Returns the text with the values added. Only text is inserted: nothing is removed or replaced, except
    /// a null such as `~`.
    ///
    /// # Errors
    /// If the text is not a single valid document, or a value cannot be added by inserting text only.
    pub fn apply(&self, text: &str) -> Result<String, EditError> {
        let root = document(text)?;
        let additions = self.onto(&root);
        let mut inserted: Vec<(usize, usize, Insertion)> = Vec::new();
        for (path, value) in &additions {
            for insertion in insertions(text, &root, path, value)? {
                inserted.push((insertion.at, path.len(), insertion));
            }
        }
        // At the end of a file, inner values come first.
        inserted.sort_by_key(|(at, depth, _)| (*at, Reverse(*depth)));
        let mut edited = String::with_capacity(text.len());
        let mut done = 0;
        for (at, _, insertion) in &inserted {
            edited += &text[done..*at];
            edited += &insertion.text;
            done = *at + insertion.replaced;
        }
        edited += &text[done..];
        let mut expected = Data::of(&root);
        for (path, value) in &additions {
            expected.add(path, value);
        }
        match document(&edited) {
            Ok(root) if Data::of(&root) == expected => Ok(edited),
            _ => Err(EditError::new(
                root.span,
                "the layout of this file does not allow it, for example because of YAML anchors",
            )),
        }
    }

    /// Returns the additions to values that exist in a document, one for each value.
    fn onto(&self, root: &Node) -> Vec<(Vec<Step>, NewValue)> {
        let mut additions: Vec<(Vec<Step>, NewValue)> = Vec::new();
        for (path, value) in &self.list {
            let existing = existing_depth(root, path);
            let (known, missing) = path.split_at(existing);
            let value = missing
                .iter()
                .rev()
                .fold(value.clone(), |value, step| match step {
                    Step::Key(key) => NewValue::Mapping(vec![(key.clone(), value)]),
                    Step::Item(_) => NewValue::List(vec![value]),
                });
            match additions.iter_mut().find(|(path, _)| path == known) {
                Some((_, of_path)) => of_path.merge(value),
                None => additions.push((known.to_vec(), value)),
            }
        }
        additions
    }
}

/// Returns the number of steps that lead to an existing value.
fn existing_depth(root: &Node, path: &[Step]) -> usize {
    let mut at = Some(root);
    let mut depth = 0;
    for step in path {
        at = at.and_then(|node| match step {
            Step::Key(key) => node.all(key).last().map(|entry| &*entry.value),
            Step::Item(item) => node.items()?.get(*item).map(|item| &**item),
        });
        if at.is_none() {
            break;
        }
        depth += 1;
    }
    depth
}

/// Returns the only document of a text.
fn document(text: &str) -> Result<Arc<Node>, EditError> {
    let parsed = parse(text);
    if let Some(error) = parsed.errors.first() {
        return Err(EditError::new(error.span, error.message.clone()));
    }
    match &parsed.documents[..] {
        [root] => Ok(Arc::clone(root)),
        [_, second, ..] => Err(EditError::new(
            second.span,
            "the file has several documents",
        )),
        [] => Err(EditError::new(
            crate::text::Span::default(),
            "the file is empty",
        )),
    }
}
