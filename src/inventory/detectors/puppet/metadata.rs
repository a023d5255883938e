//! The metadata of published modules.

use bstr::BStr;

use crate::{
    inventory::{Declaration, Declarations, Effect, FileReader, detectors::declared::YamlFile},
    text::printable,
};

/// The name of the file.
pub(super) const FILE: &str = "metadata.json";

/// Adds the author, who is usually a user of a forge and rarely a team. Returns the name of the module.
pub(super) fn read(
    reader: &FileReader<'_>,
    path: &BStr,
    declarations: &mut Declarations,
) -> Option<String> {
    // YAML includes JSON, except for tabs between values.
    let spaces = |text: &str| text.replace('\t', " ");
    let file = YamlFile::open_as(reader, path, declarations, spaces)?;
    for document in &file.documents {
        let Some(author) = document.get("author").filter(|author| !author.is_null()) else {
            continue;
        };
        let Some(mut name) = file.name("author", author, &mut declarations.problems) else {
            continue;
        };
        name.may_be_person = true;
        let declaration = Declaration::of("author", Effect::Hint, vec![name]);
        declarations.declarations.extend(declaration);
    }
    let mut documents = file.documents.iter();
    let title = documents.find_map(|document| document.get("name")?.as_str())?;
    // The author precedes the name.
    let name = title.rsplit(['-', '/']).next()?.trim();
    (!name.is_empty()).then(|| printable(name))
}
