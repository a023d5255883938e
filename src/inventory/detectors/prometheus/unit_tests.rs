//! Unit tests of rules, which promtool runs. A test of one file belongs to the rules in that file; a test of several files
//! belongs to none of them. Many rules are rendered before they are tested, so the path in a test need not exist: the
//! owner of the test can then be inferred from the only file with that name in the repository.

use std::{collections::BTreeMap, sync::Arc};

use bstr::{BStr, BString, ByteSlice as _};

use super::{
    super::paths::{directory, file_name},
    rule_file::RuleFile,
};
use crate::{
    inventory::{Component, Hint},
    text::{printable_bytes, resolve},
    yaml::Node,
};

/// The kind of component.
pub const KIND: &str = "prometheus-tests";

/// Returns the component of a test, with a hint for each path of a file with rules; `None` if the file is no test.
pub(super) fn read(file: &RuleFile, tentative: &Component) -> Option<Component> {
    let documents = &file.yaml.documents;
    let is_test = |document: &&Arc<Node>| {
        let has = |key| document.get(key).is_some();
        has("rule_files") && has("tests")
    };
    let document = documents.iter().find(is_test)?;
    let named = document.get("rule_files").and_then(|files| files.items());
    let around = directory(tentative.path.as_bstr());
    let hints = named.unwrap_or_default().iter().filter_map(|node| {
        let path = resolve(around, node.as_str()?.into())?;
        Some(Hint {
            kind: super::KIND,
            name: printable_bytes(&path),
            relation: "tested by it",
            is_user: false,
            place: Some(file.yaml.place(node)),
        })
    });
    Some(Component {
        kind: KIND,
        is_listed: false,
        needs_others: true,
        hints: hints.collect(),
        ..tentative.clone()
    })
}

/// Adds the paths of tests to the rules that they test.
pub(super) fn link(components: &mut [Component]) {
    let rules = components.iter().enumerate();
    let rules = rules.filter(|(_, of)| of.kind == super::KIND);
    let mut by_path: BTreeMap<&BStr, usize> = BTreeMap::new();
    // `None` if several files have the name.
    let mut by_name: BTreeMap<&BStr, Option<usize>> = BTreeMap::new();
    for (at, of) in rules {
        by_path.insert(of.path.as_bstr(), at);
        let same = by_name.entry(file_name(of.path.as_bstr()));
        same.and_modify(|other| *other = None).or_insert(Some(at));
    }
    let mut tested: Vec<(usize, Vec<Hint>)> = Vec::new();
    let mut exact: Vec<(usize, BString)> = Vec::new();
    let tests = components.iter().enumerate();
    for (at, test) in tests.filter(|(_, of)| of.kind == KIND) {
        let hints = test.hints.iter().filter_map(|hint| {
            let path = BStr::new(&hint.name);
            let same_name = || *by_name.get(file_name(path))?;
            let of = by_path.get(path).copied().or_else(same_name)?;
            Some(Hint {
                name: components[of].name.clone(),
                ..hint.clone()
            })
        });
        tested.push((at, hints.collect()));
        if let [only] = &test.hints[..] {
            let rules = by_path.get(BStr::new(&only.name));
            exact.extend(rules.map(|of| (*of, test.path.clone())));
        }
    }
    for (at, hints) in tested {
        components[at].hints = hints;
    }
    for (of, test) in exact {
        components[of].paths.push(test);
    }
}
