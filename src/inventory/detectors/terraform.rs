//! Terraform: a directory with `*.tf` files is a module. Its owner is in the tags or labels `owner` or `team`, in any
//! letter case, of a provider, and of resources and modules. The map can list more keys, which are also read as
//! arguments of modules, as local values and as variables.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell},
    ops::Range,
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice};
use hcl_edit::{
    Span as _,
    expr::{Expression, ObjectKey, Traversal, TraversalOperator},
    structure::{Block, Body, Structure},
    template::Element,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Detector,
    declared::{YamlFile, open_text},
    detector::Label,
    paths::{by_directory, directory, file_name},
};
use crate::{
    config::Settings,
    inventory::{
        Component, Declaration, Declarations, Effect, FileReader, Files, Name, Problem,
        ProblemKind, SourceFile,
    },
    text::{Place, Source, Span, quoted},
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "terraform",
    kinds: &[KIND],
    find: |search| find(search.files).into(),
    read: |component, reader, settings| vec![read(component, reader, settings)],
    labels: Some(labels),
    ..Detector::PLAIN
};

const KIND: &str = "terraform-module";

/// The keys of tags that name owners without being listed in the map.
const USUAL_KEYS: &[&str] = &["owner", "team"];

/// The attributes of resources and modules that contain tags.
const TAGS: &[&str] = &["tags", "labels"];

/// The attributes of providers that contain the tags of all resources.
const PROVIDER_TAGS: &[&str] = &["default_tags", "default_labels"];

fn find(files: &Files) -> Vec<Component> {
    let mut modules = by_directory(files.ending_in(&[".tf"]));
    for file in files.ending_in(&[".tfvars", ".tfvars.json"]) {
        if load_order(file.path).is_some()
            && let Some(paths) = modules.get_mut(directory(file.path))
        {
            paths.push(file.path.to_owned());
        }
    }
    modules
        .into_iter()
        .map(|(directory, paths)| DETECTOR.in_directory(KIND, directory, "", paths))
        .collect()
}

/// Returns when Terraform loads a file with values of variables by itself; a later file overrides an earlier one. `None`
/// if it does not.
fn load_order(path: &BStr) -> Option<(u8, &BStr)> {
    let name = file_name(path);
    match name.as_bytes() {
        b"terraform.tfvars" => Some((0, name)),
        b"terraform.tfvars.json" => Some((1, name)),
        _ if name.ends_with(b".auto.tfvars") || name.ends_with(b".auto.tfvars.json") => {
            Some((2, name))
        }
        _ => None,
    }
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> (Component, Declarations) {
    let mut declarations = Declarations::default();
    let mut module = Module::default();
    let is_code = |path: &&BString| path.ends_with(b".tf");
    for path in component.declares_in.iter().filter(is_code) {
        let opened = open_text(reader, path.as_bstr(), &mut declarations);
        if let Some(file) = opened.filter(|file| file.not_utf8.is_none()) {
            let source = Arc::clone(&file.source);
            module.files.push(TerraformFile::new(source));
        }
    }
    // Most modules contain neither word and need not be parsed.
    let keys: Vec<&str> = settings.owner_keys.of(&[DETECTOR.name]).collect();
    let words: Vec<&str> = USUAL_KEYS.iter().chain(&keys).copied().collect();
    if !module.files.iter().any(|file| has_word(file, &words)) {
        return (component, declarations);
    }
    module.read_values(&component, reader, &mut declarations);
    let [mut defaults, mut tags, mut arguments] = [(); 3].map(|()| OwnerTags::new(&keys));
    let words: Vec<&str> = TAGS.iter().chain(&keys).copied().collect();
    for file in module.files.iter().filter(|file| has_word(file, &words)) {
        let Some(body) = file.body() else {
            continue;
        };
        for block in body.blocks() {
            match block.ident.as_str() {
                "provider" => {
                    // AWS has a block, Google and the API provider of Azure have attributes.
                    for block in block.body.get_blocks("default_tags") {
                        defaults.add(&module, file, block, &["tags"]);
                    }
                    defaults.add(&module, file, block, PROVIDER_TAGS);
                }
                "resource" => tags.add(&module, file, block, TAGS),
                "module" => {
                    tags.add(&module, file, block, TAGS);
                    arguments.add_attributes(&module, file, block);
                }
                "locals" => arguments.add_attributes(&module, file, block),
                "variable" => arguments.add_variable(&module, block),
                _ => {}
            }
        }
    }
    tags.names
        .retain(|name| !defaults.known.contains(&name.spellings));
    arguments.names.retain(|name| {
        !defaults.known.contains(&name.spellings) && !tags.known.contains(&name.spellings)
    });
    for (key, tags) in [
        ("default_tags", defaults),
        ("tags", tags),
        ("arguments", arguments),
    ] {
        for problem in &tags.problems {
            // Several blocks can have the same tags.
            let mut known = declarations.problems.iter();
            if !known.any(|known| known.place == problem.place) {
                declarations.problems.push(problem.clone());
            }
        }
        declarations.declarations.extend(tags.declaration(key));
    }
    let values = module.values.iter().filter_map(|file| match file {
        ValuesFile::Hcl(file) => Some(file),
        ValuesFile::Json(_) => None,
    });
    let files = module.files.iter().chain(values);
    let problems = files.filter_map(TerraformFile::problem);
    declarations.problems.extend(problems);
    (component, declarations)
}

/// Returns the tags, the arguments of modules, the local values and the variables in a file that are strings. The usual
/// keys are skipped: tags need no owner key for them, and elsewhere they often mean something else.
fn labels(file: &SourceFile) -> Vec<Label> {
    let file = TerraformFile::new(Arc::clone(&file.source));
    let mut labels = Vec::new();
    for structure in file.body().into_iter().flatten() {
        let block = match structure {
            // A value of a variable, in a file of its own.
            Structure::Attribute(attribute) => {
                add_labels(attribute.key.as_str(), &attribute.value, &mut labels);
                continue;
            }
            Structure::Block(block) => block,
        };
        let mut add = |body: &Body, is_wanted: &dyn Fn(&str) -> bool| {
            for attribute in body.attributes().filter(|it| is_wanted(it.key.as_str())) {
                add_labels(attribute.key.as_str(), &attribute.value, &mut labels);
            }
        };
        match block.ident.as_str() {
            "provider" => {
                for block in block.body.get_blocks("default_tags") {
                    add(&block.body, &|key| key == "tags");
                }
                add(&block.body, &|key| PROVIDER_TAGS.contains(&key));
            }
            "resource" => add(&block.body, &|key| TAGS.contains(&key)),
            "module" | "locals" => add(&block.body, &|_| true),
            "variable" => {
                let label = block.labels.first().map(|label| label.as_str());
                let default = block.body.get_attribute("default");
                if let Some((label, default)) = label.zip(default) {
                    add_labels(label, &default.value, &mut labels);
                }
            }
            _ => {}
        }
    }
    labels
}

/// Adds a value that is a string, or the values of an object or of the arguments of a call.
fn add_labels(key: &str, value: &Expression, labels: &mut Vec<Label>) {
    match value {
        Expression::String(text) => {
            let mut usual = USUAL_KEYS.iter();
            if !usual.any(|usual| key.eq_ignore_ascii_case(usual)) {
                labels.push((key.to_owned(), text.to_string()));
            }
        }
        Expression::Object(object) => {
            for (key, value) in object.iter() {
                let key = match key {
                    ObjectKey::Ident(ident) => Some(ident.as_str()),
                    ObjectKey::Expression(key) => key.as_str(),
                };
                if let Some(key) = key {
                    add_labels(key, value.expr(), labels);
                }
            }
        }
        Expression::FuncCall(call) => {
            for argument in call.args.iter() {
                add_labels(key, argument, labels);
            }
        }
        _ => {}
    }
}

/// A file of a module, parsed on demand.
struct TerraformFile {
    source: Arc<Source>,
    body: OnceCell<Result<Body, (usize, String)>>,
}

impl TerraformFile {
    fn new(source: Arc<Source>) -> Self {
        let body = OnceCell::new();
        Self { source, body }
    }

    /// Returns its text without a byte order mark, and the length of the mark.
    fn text(&self) -> (&str, usize) {
        let text = self.source.text();
        let plain = text.trim_start_matches('\u{feff}');
        (plain, text.len() - plain.len())
    }

    fn body(&self) -> Option<&Body> {
        let parse = || {
            if self.source.text().len() > MAX_BYTES {
                let message = format!("the file is larger than {} KiB", MAX_BYTES >> 10);
                return Err((0, message));
            }
            let mut text = Cow::Borrowed(self.text().0);
            let mut repeated = 0;
            loop {
                let error = match hcl_edit::parser::parse_body(&text) {
                    Ok(body) => return Ok(body),
                    Err(error) => error,
                };
                let offset = error.location().offset();
                repeated += 1;
                let is_repeated = error.message().contains("redefined object key");
                let renamed = (is_repeated && repeated <= MAX_REPEATED)
                    .then(|| with_other_key(&text, offset, repeated));
                match renamed.flatten() {
                    Some(renamed) => text = Cow::Owned(renamed),
                    None => return Err((offset, format!("not valid HCL: {}", error.message()))),
                }
            }
        };
        self.body.get_or_init(parse).as_ref().ok()
    }

    /// Returns the problem with parsing it, if it was parsed.
    fn problem(&self) -> Option<Problem> {
        let Some(Err((offset, message))) = self.body.get() else {
            return None;
        };
        let at = (offset + self.text().1).min(self.source.text().len());
        let message = crate::text::printable(message);
        Some(Problem::in_text(&self.source, Span::new(at, at), message))
    }

    fn place(&self, expression: &Expression) -> Place {
        let range = expression.span().unwrap_or_default();
        let before = self.text().1;
        let span = Span::new(range.start + before, range.end + before);
        Place::Text(Arc::clone(&self.source), span)
    }

    /// Returns a key of an object and its position. The parser sees another name for a key that its object repeats.
    fn key(&self, key: &ObjectKey) -> Option<(&str, Range<usize>)> {
        let mut range = key.span()?;
        let written = self.text().0.get(range.clone())?;
        let plain = written
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        if plain.is_some() {
            range = range.start + 1..range.end - 1;
        }
        Some((plain.unwrap_or(written), range))
    }

    /// Returns the problem that an object sets the key at a position again.
    fn repeated(&self, key: Range<usize>) -> Problem {
        let (text, before) = self.text();
        let span = Span::new(key.start + before, key.end + before);
        let key = quoted(&text[key]);
        let message =
            format!("{key} is set more than once, and Terraform uses only the last value");
        Problem {
            kind: ProblemKind::Ignored,
            help: Some(format!("remove all but one {key}")),
            ..Problem::in_text(&self.source, span, message)
        }
    }

    /// Returns the source text of an expression.
    fn raw(&self, expression: &Expression) -> &str {
        let range = expression.span().unwrap_or_default();
        self.text().0.get(range).unwrap_or_default()
    }
}

/// Returns whether one of the words occurs in a file, in any letter case.
fn has_word(file: &TerraformFile, words: &[&str]) -> bool {
    let text = file.source.text().as_bytes();
    words.iter().any(|word| {
        let first = word.as_bytes()[0];
        text.find_iter(&[first])
            .chain(text.find_iter(&[first.to_ascii_uppercase()]))
            .filter_map(|at| text.get(at..at + word.len()))
            .any(|here| here.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// The value of a variable, a local value or an attribute.
#[derive(Clone, Copy)]
enum Value<'m> {
    Hcl(&'m TerraformFile, &'m Expression),
    Json(&'m YamlFile, &'m Node),
}

/// The files of a directory, and the values that they name.
#[derive(Default)]
struct Module {
    files: Vec<TerraformFile>,
    /// The files with values of variables, of which a later one overrides an earlier one.
    values: Vec<ValuesFile>,
    /// By reference: `var.name` or `local.name`.
    named: OnceCell<FxHashMap<String, Position>>,
    /// The number of expressions that were searched for tags.
    searched: Cell<usize>,
}

/// A file with values of variables.
enum ValuesFile {
    Hcl(TerraformFile),
    Json(YamlFile),
}

/// The positions of the file, of the block in it, and of the attribute in the block.
type Position = [usize; 3];

impl Module {
    /// Reads the values of variables that Terraform loads by itself.
    fn read_values(
        &mut self,
        component: &Component,
        reader: &FileReader<'_>,
        declarations: &mut Declarations,
    ) {
        let paths = component.declares_in.iter().map(|path| path.as_bstr());
        let mut paths: Vec<_> = paths
            .filter_map(|path| Some((load_order(path)?, path)))
            .collect();
        paths.sort_unstable();
        for (_, path) in paths {
            if path.ends_with(b".json") {
                let file = YamlFile::open(reader, path, declarations);
                self.values.extend(file.map(ValuesFile::Json));
                continue;
            }
            let file = open_text(reader, path, declarations);
            if let Some(file) = file.filter(|file| file.not_utf8.is_none()) {
                let file = TerraformFile::new(Arc::clone(&file.source));
                self.values.push(ValuesFile::Hcl(file));
            }
        }
    }

    /// Returns the value of a variable in the files that Terraform loads by itself.
    fn loaded(&self, variable: &str) -> Option<Value<'_>> {
        self.values.iter().rev().find_map(|file| match file {
            ValuesFile::Hcl(file) => {
                let attribute = file.body()?.get_attribute(variable)?;
                Some(Value::Hcl(file, &attribute.value))
            }
            ValuesFile::Json(file) => {
                let mut documents = file.documents.iter();
                let value = documents.find_map(|document| document.get(variable))?;
                Some(Value::Json(file, value))
            }
        })
    }

    /// Returns the value of a variable: the one that Terraform loads by itself, or else the default.
    fn variable(&self, name: &str) -> Option<Value<'_>> {
        self.loaded(name)
            .or_else(|| self.find(&format!("var.{name}")))
    }

    /// Returns the value that a variable or a local value refers to, if it is in this directory.
    fn resolve(&self, reference: &Traversal) -> Option<Value<'_>> {
        let Expression::Variable(scope) = &reference.expr else {
            return None;
        };
        let [operator] = &reference.operators[..] else {
            return None;
        };
        let TraversalOperator::GetAttr(name) = operator.value() else {
            return None;
        };
        match scope.as_str() {
            "var" => self.variable(name.as_str()),
            scope => self.find(&format!("{scope}.{}", name.as_str())),
        }
    }

    /// Returns the default of a variable, or a local value.
    fn find(&self, reference: &str) -> Option<Value<'_>> {
        let named = self.named.get_or_init(|| self.named());
        let [file, block, attribute] = *named.get(reference)?;
        let file = &self.files[file];
        let block = file.body()?.get(block)?.as_block()?;
        let attribute = block.body.get(attribute)?.as_attribute()?;
        Some(Value::Hcl(file, &attribute.value))
    }

    /// Returns the defaults of variables, and the local values.
    fn named(&self) -> FxHashMap<String, Position> {
        let mut named = FxHashMap::default();
        let files = self.files.iter().enumerate();
        for (of, file) in files.filter(|(_, file)| has_word(file, &["variable", "locals"])) {
            let structures = file.body().into_iter().flat_map(Body::iter).enumerate();
            for (at, structure) in structures {
                let Some(block) = structure.as_block() else {
                    continue;
                };
                let label = block.labels.first().map(|label| label.as_str());
                for (within, inner) in block.body.iter().enumerate() {
                    let Some(attribute) = inner.as_attribute() else {
                        continue;
                    };
                    let key = match (block.ident.as_str(), label) {
                        ("variable", Some(label)) if attribute.has_key("default") => {
                            format!("var.{label}")
                        }
                        ("locals", None) => format!("local.{}", attribute.key.as_str()),
                        _ => continue,
                    };
                    named.entry(key).or_insert([of, at, within]);
                }
            }
        }
        named
    }

    /// Adds the names in the objects that tags consist of, under keys for which `is_owner` returns true: one object,
    /// the arguments of `merge`, or the value of a reference.
    fn tags(
        &self,
        value: Value<'_>,
        depth: usize,
        is_owner: &impl Fn(&str) -> bool,
        found: &mut FoundTags,
    ) {
        self.searched.set(self.searched.get() + 1);
        let depth = match depth.checked_sub(1) {
            Some(depth) if self.searched.get() < MAX_SEARCHED => depth,
            _ => return,
        };
        let (file, expression) = match value {
            Value::Hcl(file, expression) => (file, expression),
            Value::Json(file, node) => {
                for entry in node.entries().unwrap_or_default() {
                    if let Some(key) = entry.key.as_str().filter(|key| is_owner(key)) {
                        found.set(key, self.names(Value::Json(file, &entry.value), DEPTH));
                    }
                }
                return;
            }
        };
        match expression {
            Expression::Object(object) => {
                let mut known: FxHashMap<&str, Option<Range<usize>>> = FxHashMap::default();
                for (key, value) in object.iter() {
                    let Some((key, place)) = file.key(key).filter(|(key, _)| is_owner(key)) else {
                        continue;
                    };
                    found.set(key, self.names(Value::Hcl(file, value.expr()), DEPTH));
                    // One problem for all values of a key, at the first.
                    match known.get_mut(key) {
                        Some(first) => {
                            let first = first.take().map(|first| file.repeated(first));
                            found.problems.extend(first);
                        }
                        None => drop(known.insert(key, Some(place))),
                    }
                }
            }
            Expression::Parenthesis(inner) => {
                self.tags(Value::Hcl(file, inner.inner()), depth, is_owner, found);
            }
            Expression::FuncCall(call) if call.name.name.as_str() == "merge" => {
                for argument in call.args.iter() {
                    self.tags(Value::Hcl(file, argument), depth, is_owner, found);
                }
            }
            Expression::Traversal(reference) => {
                if let Some(value) = self.resolve(reference) {
                    self.tags(value, depth, is_owner, found);
                }
            }
            _ => {}
        }
    }

    /// Returns the names that a value evaluates to, or a template if it depends on more than this directory.
    fn names(&self, value: Value<'_>, depth: usize) -> Vec<Name> {
        let (file, expression) = match value {
            Value::Hcl(file, expression) => (file, expression),
            Value::Json(file, node) => {
                let text = node.as_str().filter(|text| !text.trim().is_empty());
                let names = text.map(|text| Name::list(text, file.place(node)));
                return names.unwrap_or_default();
            }
        };
        let inner = match expression {
            Expression::Null(_) => return Vec::new(),
            Expression::String(text) if text.trim().is_empty() => return Vec::new(),
            Expression::String(text) => return Name::list(text, file.place(expression)),
            Expression::Traversal(reference) => self.resolve(reference),
            Expression::Parenthesis(inner) => Some(Value::Hcl(file, inner.inner())),
            Expression::StringTemplate(template) => {
                let mut elements = template.iter();
                match (elements.next(), elements.next()) {
                    (Some(Element::Interpolation(only)), None) => {
                        Some(Value::Hcl(file, &only.expr))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let resolved = inner
            .filter(|_| depth > 0)
            .map(|inner| self.names(inner, depth - 1))
            .filter(|names| names.iter().any(|name| !name.is_template));
        resolved.unwrap_or_else(|| {
            let raw = file.raw(expression).to_owned();
            vec![Name {
                is_template: true,
                ..Name::new(vec![raw], file.place(expression))
            }]
        })
    }
}

/// The longest chain of references to follow.
const DEPTH: usize = 8;

/// The largest number of expressions of a module to search for tags, because nested merges can grow without limit.
const MAX_SEARCHED: usize = 100_000;

/// The largest size of a file to parse: the parser compares each key of an object with all keys before it.
const MAX_BYTES: usize = 256 << 10;

/// How many repeated keys of objects in a file are accepted: the file is parsed again for each of them.
const MAX_REPEATED: u32 = 16;

/// The names under the owner keys of tags.
#[derive(Default)]
struct FoundTags {
    by_key: Vec<(String, Vec<Name>)>,
    /// The keys that an object sets more than once.
    problems: Vec<Problem>,
}

impl FoundTags {
    /// Sets the value of a key. As in Terraform, a later value overrides an earlier one.
    fn set(&mut self, key: &str, names: Vec<Name>) {
        self.by_key.retain(|(known, _)| known != key);
        self.by_key.push((key.to_owned(), names));
    }
}

/// The distinct names in the tags or arguments of blocks.
struct OwnerTags<'k> {
    /// The keys that the map lists.
    keys: &'k [&'k str],
    names: Vec<Name>,
    known: FxHashSet<Vec<String>>,
    place: Option<Place>,
    problems: Vec<Problem>,
}

impl<'k> OwnerTags<'k> {
    fn new(keys: &'k [&'k str]) -> Self {
        Self {
            keys,
            names: Vec::new(),
            known: FxHashSet::default(),
            place: None,
            problems: Vec::new(),
        }
    }

    /// Adds the names in the tags of a block, which are the values of these attributes.
    fn add(&mut self, module: &Module, file: &TerraformFile, block: &Block, attributes: &[&str]) {
        let keys = self.keys;
        let is_owner = |key: &str| {
            let mut words = USUAL_KEYS.iter().chain(keys);
            words.any(|word| key.eq_ignore_ascii_case(word))
        };
        for attribute in attributes {
            let Some(tags) = block.body.get_attribute(attribute) else {
                continue;
            };
            let mut found = FoundTags::default();
            module.tags(Value::Hcl(file, &tags.value), DEPTH, &is_owner, &mut found);
            self.problems.extend(found.problems);
            for (key, names) in found.by_key {
                self.add_names(&key, names);
            }
        }
    }

    /// Adds the names in the attributes of a block. `owner` and `team` are common arguments with other meanings, so
    /// only the keys that the map lists count.
    fn add_attributes(&mut self, module: &Module, file: &TerraformFile, block: &Block) {
        for key in self.keys {
            if let Some(attribute) = block.body.get_attribute(key) {
                let names = module.names(Value::Hcl(file, &attribute.value), DEPTH);
                self.add_names(key, names);
            }
        }
    }

    /// Adds the names in the value of a variable, if its name is a key that the map lists.
    fn add_variable(&mut self, module: &Module, block: &Block) {
        let Some(label) = block.labels.first().map(|label| label.as_str()) else {
            return;
        };
        if let Some(value) = module
            .variable(label)
            .filter(|_| self.keys.contains(&label))
        {
            self.add_names(label, module.names(value, DEPTH));
        }
    }

    fn add_names(&mut self, key: &str, names: Vec<Name>) {
        for mut name in names {
            name.may_be_person = key.eq_ignore_ascii_case("owner");
            self.place.get_or_insert_with(|| name.place.clone());
            if self.known.insert(name.spellings.clone()) {
                self.names.push(name);
            }
        }
    }

    fn declaration(self, key: &'static str) -> Option<Declaration> {
        let place = self.place.filter(|_| !self.names.is_empty())?;
        Some(Declaration::new(key, Effect::Owner, place, self.names))
    }
}

/// Returns `text` with another name of the same length for the key at `at`, which its object repeats and the parser
/// rejects. `count` makes the name unique. Returns `None` if the end of the key is unknown.
fn with_other_key(text: &str, at: usize, count: u32) -> Option<String> {
    let length = key_length(text.get(at..)?)?;
    let padding = "_".repeat(length.checked_sub(1)?);
    let letter = char::from_u32(u32::from('A') + count)?;
    let (before, after) = (&text[..at], &text[at + length..]);
    Some(format!("{before}{letter}{padding}{after}"))
}

/// Returns the length of the key at the start of `text`, which ends before `=`, `:` or a comment outside of strings and
/// brackets.
fn key_length(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match (char, open.last()) {
            ('=' | ':' | '/', None) => return Some(text[..at].trim_end().len()),
            ('\\', Some('"')) => drop(chars.next()),
            ('$' | '%', Some('"')) if chars.next_if(|(_, next)| *next == '{').is_some() => {
                open.push('}');
            }
            (close, Some(expected)) if close == *expected => drop(open.pop()),
            (_, Some('"')) => {}
            ('"', _) => open.push('"'),
            ('(', _) => open.push(')'),
            ('[', _) => open.push(']'),
            ('{', _) => open.push('}'),
            _ => {}
        }
    }
    None
}
