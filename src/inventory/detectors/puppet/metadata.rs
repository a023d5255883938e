//! The metadata that a module is published with.

use bstr::BStr;

use crate::inventory::{
    Declaration, Declarations, FileReader, Standing, detectors::declared::YamlFile,
};

/// What it is called.
pub(super) const FILE: &str = "metadata.json";

/// Adds the author, who is a user of a forge as a rule, seldom a team.
pub(super) fn read(reader: &FileReader<'_>, path: &BStr, declarations: &mut Declarations) {
    // JSON is YAML, but for the tabs between values.
    let spaces = |text: &str| text.replace('\t', " ");
    let Some(file) = YamlFile::open_as(reader, path, declarations, spaces) else {
        return;
    };
    for document in &file.documents {
        let Some(author) = document.get("author").filter(|author| !author.is_null()) else {
            continue;
        };
        let Some(mut name) = file.name("author", author, &mut declarations.problems) else {
            continue;
        };
        name.may_be_person = true;
        let declaration = Declaration::of("author", Standing::Hint, vec![name]);
        declarations.declarations.extend(declaration);
    }
}
