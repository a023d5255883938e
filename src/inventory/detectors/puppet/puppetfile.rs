//! The Puppetfile: the modules that r10k and similar tools install from elsewhere. It is Ruby, of which only plain calls
//! of `mod` and `moduledir` are read: a module whose name or directory is computed is unknown.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{
    environment::Environment,
    tokens::{ManifestToken, Placed, tokens},
};
use crate::{
    inventory::{Problem, Search},
    text::resolve,
};

/// Returns the directories of the modules that are installed from elsewhere, which end in `/`.
pub(super) fn installed(
    environment: &Environment,
    search: &Search<'_>,
    problems: &mut Vec<Problem>,
) -> FxHashSet<BString> {
    let mut installed = FxHashSet::default();
    for (_, name) in search.files.directly_in(&environment.directory) {
        // A repository can have several, such as `Puppetfile.vendor`.
        let is_one = name == "Puppetfile" || name.starts_with(b"Puppetfile.");
        if !is_one || name.ends_with(b".lock") || name.ends_with(b"/") {
            continue;
        }
        let path = [environment.directory.as_bytes(), name].concat();
        if let Some(file) = search.read(path.as_bstr(), problems) {
            let directory = environment.directory.as_bstr();
            installed.extend(modules(directory, file.source.text()));
        }
    }
    installed
}

fn modules(directory: &BStr, text: &str) -> Vec<BString> {
    let tokens = tokens(text);
    let token = |at: usize| tokens.get(at).map(|(_, token)| *token);
    let is_call = |at: usize| {
        let before = at.checked_sub(1).and_then(token);
        let is_word = matches!(
            token(at),
            Some(ManifestToken::Word("mod" | "moduledir" | "forge"))
        );
        // A key or a method of the same name.
        is_word
            && !matches!(before, Some(ManifestToken::Sign(b'.')))
            && !matches!(token(at + 1), Some(ManifestToken::Sign(b':' | b'=')))
    };
    let calls: Vec<usize> = (0..tokens.len()).filter(|at| is_call(*at)).collect();
    let mut module_directory = "modules";
    let mut found = Vec::new();
    for (nth, at) in calls.iter().enumerate() {
        let end = calls.get(nth + 1).copied().unwrap_or(tokens.len());
        let first = match token(at + 1) {
            Some(ManifestToken::Sign(b'(')) => at + 2,
            _ => at + 1,
        };
        let (Some(ManifestToken::Text(value)), true) = (token(first), first < end) else {
            continue;
        };
        match token(*at) {
            Some(ManifestToken::Word("moduledir")) => module_directory = value,
            Some(ManifestToken::Word("mod")) => {
                let options = &tokens[first + 1..end];
                if !is_local(options) {
                    let place = option(options, "install_path").and_then(text_of);
                    found.extend(module(directory, place.unwrap_or(module_directory), value));
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the directory of the module with this title: `name`, `author-name` or `author/name`.
fn module(directory: &BStr, parent: &str, title: &str) -> Option<BString> {
    let name = title.rsplit(['/', '-']).next().unwrap_or(title);
    if name.is_empty() || name.contains('#') {
        return None;
    }
    let parent = resolve(directory, parent.into())?;
    resolve(parent.as_bstr(), format!("{name}/").as_bytes().as_bstr()).map(|mut path| {
        path.push(b'/');
        path
    })
}

/// Returns whether a module with these options is part of the repository.
fn is_local(options: &[Placed<'_>]) -> bool {
    let is_true = option(options, "local") == Some(ManifestToken::Word("true"));
    let is_typed = option(options, "type").is_some_and(|value| {
        let local = [ManifestToken::Text("local"), ManifestToken::Word(":local")];
        local.contains(&value)
    });
    is_true || is_typed || option(options, "path").is_some()
}

fn text_of(token: ManifestToken<'_>) -> Option<&str> {
    match token {
        ManifestToken::Text(text) => Some(text),
        _ => None,
    }
}

/// Returns the value of an option: `:key => value` or `key: value`.
fn option<'t>(options: &[Placed<'t>], key: &str) -> Option<ManifestToken<'t>> {
    let is_key = |token: &ManifestToken<'_>| match token {
        ManifestToken::Word(word) => word.strip_prefix(':').unwrap_or(word) == key,
        _ => false,
    };
    let mut tokens = options.iter().map(|(_, token)| *token);
    while let Some(token) = tokens.next() {
        if !is_key(&token) {
            continue;
        }
        let mut value = tokens.clone().peekable();
        let mut has_sign = false;
        while let Some(ManifestToken::Sign(b':' | b'=' | b'>')) = value.peek() {
            value.next();
            has_sign = true;
        }
        if has_sign {
            return value.next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::modules;

    #[test]
    fn reads_calls_in_all_notations() {
        for (text, expected) in [
            ("mod 'puppetlabs/stdlib', '9.0.0'", "modules/stdlib/"),
            (
                "mod \"puppetlabs-stdlib\"\nmod('ntp', :latest)",
                "modules/stdlib/ modules/ntp/",
            ),
            (
                "mod 'apache',\n  :git => 'https://x.org/apache', # mod 'no'\n  :ref => 'main'\nmod 'ntp'",
                "modules/apache/ modules/ntp/",
            ),
            ("moduledir 'thirdparty'\nmod 'a/b'", "thirdparty/b/"),
            ("mod 'a'\nmoduledir('x/y/')\nmod 'b'", "modules/a/ x/y/b/"),
            (
                "mod 'a', git: 'https://x.org/a', install_path: 'external'\nmod 'b', :git => 'u', :install_path => 'ext'",
                "external/a/ ext/b/",
            ),
            (
                "mod 'a', :local => true\nmod 'b', local: true\nmod 'c', type: 'local'",
                "",
            ),
            ("mod 'a', :local => false", "modules/a/"),
            ("mod 'a', :path => 'modules/a'", ""),
            (
                "forge 'https://forge.puppet.com'\nmod 'a/b', type: 'forge', version: '1'",
                "modules/b/",
            ),
            // Unknown, or outside of the repository.
            ("moduledir '/etc/puppet/modules'\nmod 'a'", ""),
            ("%w[a b].each { |name| mod name }\nmod \"a/#{name}\"", ""),
            ("mod 'a', :git => 'u', :install_path => '../x'", ""),
            ("x.mod 'a'\ny mod: 'b'\nmod", ""),
        ] {
            let found = modules("".into(), text);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
        assert_eq!(modules("env/".into(), "mod 'a'"), ["env/modules/a/"]);
    }
}
