//! Terraform: a directory with `*.tf` files is a module. Its owner is in the tags `owner` or `team`, in any letter
//! case: in the `default_tags` of a provider, and in the tags of resources and modules.

use std::{
    cell::{Cell, OnceCell},
    sync::Arc,
};

use bstr::ByteSlice;
use hcl_edit::{
    Span as _,
    expr::{Expression, Object, ObjectKey, Traversal, TraversalOperator},
    structure::{Block, Body},
    template::Element,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Detector, declared::open_text, paths::by_directory};
use crate::{
    inventory::{Component, Declaration, Declarations, Effect, FileReader, Files, Name, Problem},
    text::{Place, Source, Span},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "terraform",
    kinds: &[KIND],
    find: |search| find(search.files).into(),
    read: |component, reader, _| vec![read(component, reader)],
    ..Detector::PLAIN
};

const KIND: &str = "terraform-module";

fn find(files: &Files) -> Vec<Component> {
    let modules = by_directory(files.ending_in(&[".tf"])).into_iter();
    modules
        .map(|(directory, paths)| DETECTOR.in_directory(KIND, directory, "", paths))
        .collect()
}

fn read(component: Component, reader: &FileReader<'_>) -> (Component, Declarations) {
    let mut declarations = Declarations::default();
    let mut module = Module::default();
    for path in &component.declares_in {
        let opened = open_text(reader, path.as_bstr(), &mut declarations);
        if let Some(file) = opened.filter(|file| file.not_utf8.is_none()) {
            let source = Arc::clone(&file.source);
            module.files.push(TerraformFile::new(source));
        }
    }
    // Most modules contain neither word and need not be parsed.
    if !module
        .files
        .iter()
        .any(|file| has_word(file, &["owner", "team"]))
    {
        return (component, declarations);
    }
    let (mut defaults, mut tags) = (Tags::default(), Tags::default());
    for file in module.files.iter().filter(|file| has_word(file, &["tags"])) {
        let Some(body) = file.body() else {
            continue;
        };
        for block in body.blocks() {
            match block.ident.as_str() {
                "provider" => {
                    for block in block.body.get_blocks("default_tags") {
                        defaults.add(&module, file, block);
                    }
                }
                "resource" | "module" => tags.add(&module, file, block),
                _ => {}
            }
        }
    }
    tags.names
        .retain(|name| !defaults.known.contains(&name.spellings));
    for (key, tags) in [("default_tags", defaults), ("tags", tags)] {
        declarations.declarations.extend(tags.declaration(key));
    }
    let problems = module.files.iter().filter_map(TerraformFile::problem);
    declarations.problems.extend(problems);
    (component, declarations)
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
            hcl_edit::parser::parse_body(self.text().0).map_err(|error| {
                let message = format!("not valid HCL: {}", error.message());
                (error.location().offset(), message)
            })
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

/// The files of a directory, and the values that they name.
#[derive(Default)]
struct Module {
    files: Vec<TerraformFile>,
    /// By reference: `var.name` or `local.name`.
    named: OnceCell<FxHashMap<String, Position>>,
    /// The number of expressions that were searched for tags.
    searched: Cell<usize>,
}

/// The positions of the file, of the block in it, and of the attribute in the block.
type Position = [usize; 3];

impl Module {
    /// Returns the expression that a variable or a local value refers to, if it is in this directory.
    fn resolve(&self, reference: &Traversal) -> Option<(&TerraformFile, &Expression)> {
        let Expression::Variable(scope) = &reference.expr else {
            return None;
        };
        let [operator] = &reference.operators[..] else {
            return None;
        };
        let TraversalOperator::GetAttr(name) = operator.value() else {
            return None;
        };
        let named = self.named.get_or_init(|| self.named());
        let [file, block, attribute] =
            *named.get(&format!("{}.{}", scope.as_str(), name.as_str()))?;
        let file = &self.files[file];
        let block = file.body()?.get(block)?.as_block()?;
        let attribute = block.body.get(attribute)?.as_attribute()?;
        Some((file, &attribute.value))
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

    /// Returns the objects that tags consist of: one object, the arguments of `merge`, or the value of a reference.
    fn objects<'m>(
        &'m self,
        file: &'m TerraformFile,
        expression: &'m Expression,
        depth: usize,
    ) -> Vec<(&'m TerraformFile, &'m Object)> {
        self.searched.set(self.searched.get() + 1);
        let depth = match depth.checked_sub(1) {
            Some(depth) if self.searched.get() < MAX_SEARCHED => depth,
            _ => return Vec::new(),
        };
        match expression {
            Expression::Object(object) => vec![(file, object)],
            Expression::Parenthesis(inner) => self.objects(file, inner.inner(), depth),
            Expression::FuncCall(call) if call.name.name.as_str() == "merge" => {
                let arguments = call.args.iter();
                arguments
                    .flat_map(|argument| self.objects(file, argument, depth))
                    .collect()
            }
            Expression::Traversal(reference) => match self.resolve(reference) {
                Some((file, value)) => self.objects(file, value, depth),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Returns the names that an expression evaluates to, or a template if its value depends on more than this
    /// directory.
    fn names(&self, file: &TerraformFile, expression: &Expression, depth: usize) -> Vec<Name> {
        let inner = match expression {
            Expression::Null(_) => return Vec::new(),
            Expression::String(text) if text.trim().is_empty() => return Vec::new(),
            Expression::String(text) => return Name::list(text, file.place(expression)),
            Expression::Traversal(reference) => self.resolve(reference),
            Expression::Parenthesis(inner) => Some((file, inner.inner())),
            Expression::StringTemplate(template) => {
                let mut elements = template.iter();
                match (elements.next(), elements.next()) {
                    (Some(Element::Interpolation(only)), None) => Some((file, &only.expr)),
                    _ => None,
                }
            }
            _ => None,
        };
        let resolved = inner
            .filter(|_| depth > 0)
            .map(|(file, inner)| self.names(file, inner, depth - 1))
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

/// The distinct names in the tags of blocks.
#[derive(Default)]
struct Tags {
    names: Vec<Name>,
    known: FxHashSet<Vec<String>>,
    place: Option<Place>,
}

impl Tags {
    fn add(&mut self, module: &Module, file: &TerraformFile, block: &Block) {
        let Some(tags) = block.body.get_attribute("tags") else {
            return;
        };
        for (file, object) in module.objects(file, &tags.value, DEPTH) {
            for (key, value) in object.iter() {
                let is = |word| key_text(key).is_some_and(|key| key.eq_ignore_ascii_case(word));
                if !is("owner") && !is("team") {
                    continue;
                }
                for mut name in module.names(file, value.expr(), DEPTH) {
                    name.may_be_person = is("owner");
                    self.place.get_or_insert_with(|| name.place.clone());
                    if self.known.insert(name.spellings.clone()) {
                        self.names.push(name);
                    }
                }
            }
        }
    }

    fn declaration(self, key: &'static str) -> Option<Declaration> {
        let place = self.place.filter(|_| !self.names.is_empty())?;
        Some(Declaration::new(key, Effect::Owner, place, self.names))
    }
}

fn key_text(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Ident(ident) => Some(ident.as_str()),
        ObjectKey::Expression(Expression::String(text)) => Some(text.as_str()),
        ObjectKey::Expression(_) => None,
    }
}
