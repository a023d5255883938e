use std::ops::Range;

use bstr::{BStr, ByteSlice};

use crate::pattern::{Pattern, PatternError, escape};

/// The placeholder for the name of a component in the paths of its members.
const NAME: &str = "{name}";

/// The path of a member of a custom kind: a pattern in which one segment contains the name.
#[derive(Debug, Clone)]
pub struct MemberPath {
    text: String,
    /// The pattern, with `*` for the name.
    pattern: Pattern,
    /// The number of segments after the one with the name.
    after_name: usize,
    /// The text before and after the name in its segment.
    before: String,
    after: String,
    /// Whether it ends in `/`.
    is_directory: bool,
}

impl MemberPath {
    /// Reads a path such as `charts/{name}/`.
    ///
    /// # Errors
    /// Fails if the text is not a pattern, if it does not contain the name exactly once, and if braces, or `**`
    /// after the name, make the position of the name ambiguous. The error has the bytes at fault.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let error = |range: Range<usize>, message: &str, help: &str| PatternError {
            range,
            message: message.to_owned(),
            help: Some(help.to_owned()),
        };
        let all = 0..text.len();
        let Some(start) = text.find(NAME) else {
            let help = "put `{name}` where the component name appears";
            return Err(error(all, "it does not contain `{name}`", help));
        };
        let end = start + NAME.len();
        if let Some(again) = text[end..].find(NAME) {
            let range = end + again..end + again + NAME.len();
            let help = "keep one `{name}` and replace the others with `*`";
            return Err(error(range, "it contains `{name}` more than once", help));
        }
        let brace = text[..start].find('{');
        let brace = brace.or_else(|| Some(end + text[end..].find('{')?));
        if let Some(at) = brace {
            let help = "list several members instead";
            let message = "braces make the position of the name ambiguous";
            return Err(error(at..at + 1, message, help));
        }
        if let Some(at) = text[end..].find("**") {
            let help = "use `**` only before `{name}`, and end directory paths with `/`";
            let message = "`**` after `{name}` makes the position of the name ambiguous";
            return Err(error(end + at..end + at + 2, message, help));
        }
        let pattern = Pattern::parse(&format!("{}*{}", &text[..start], &text[end..]))?;
        let path = text.strip_prefix('/').unwrap_or(text);
        let is_directory = path.ends_with('/');
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut segments = path.split('/').rev();
        let after_name = segments.clone().position(|segment| segment.contains(NAME));
        let (before, after) = after_name
            .and_then(|at| segments.nth(at))
            .and_then(|segment| segment.split_once(NAME))
            .unwrap_or_default();
        if [before, after]
            .iter()
            .any(|part| part.contains(['*', '?', '[', '\\']))
        {
            let help = "use only literal characters next to `{name}`";
            return Err(error(
                all,
                "a wildcard next to `{name}` makes the name ambiguous",
                help,
            ));
        }
        Ok(Self {
            after_name: after_name.unwrap_or_default(),
            before: before.to_owned(),
            after: after.to_owned(),
            is_directory,
            pattern,
            text: text.to_owned(),
        })
    }

    /// Returns the path as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the pattern that matches the members of all names.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Returns the members that are this path or contain it, each with its name: files, and directories that end in
    /// `/`. With `**`, a member can be inside another one.
    pub fn members<'p>(&self, path: &'p BStr) -> impl Iterator<Item = (&'p BStr, &'p BStr)> {
        let alternatives = self.pattern.alternatives().iter();
        let ends = alternatives.flat_map(move |pattern| pattern.exact_ends(path));
        ends.filter_map(move |end| {
            let segment = path[..end].rsplit_str("/").nth(self.after_name)?;
            let name = segment
                .strip_prefix(self.before.as_bytes())?
                .strip_suffix(self.after.as_bytes())?;
            let member = match end < path.len() {
                true => &path[..=end],
                false if self.is_directory => return None,
                false => path,
            };
            (!name.is_empty()).then(|| (name.as_bstr(), member.as_bstr()))
        })
    }

    /// Returns the path of the member for this name, as a pattern.
    pub fn of(&self, name: &str) -> String {
        self.text.replace(NAME, &escape(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extracts_the_names_from_their_segments() {
        for (text, path, expected) in [
            ("charts/{name}/", "charts/kask/x/y", "kask in charts/kask/"),
            ("charts/{name}", "charts/kask", "kask in charts/kask"),
            ("charts/{name}", "charts/kask/x", "kask in charts/kask/"),
            ("/team-{name}.yaml", "team-a.yaml", "a in team-a.yaml"),
            ("h/*/{name}/x.yaml", "h/a/b/x.yaml", "b in h/a/b/x.yaml"),
            ("**/charts/{name}/", "charts/kask/x", "kask in charts/kask/"),
            (
                "**/charts/{name}/",
                "a/b/charts/kask/x",
                "kask in a/b/charts/kask/",
            ),
            (
                "**/charts/{name}/",
                "charts/kask/charts/db/x",
                "kask in charts/kask/, db in charts/kask/charts/db/",
            ),
            ("**/{name}.tf", "a/web.tf", "web in a/web.tf"),
            ("a/**/b-{name}/*/x", "a/c/b-web/y/x", "web in a/c/b-web/y/x"),
            ("a/**/b-{name}/*/x", "a/b-web/y/x", "web in a/b-web/y/x"),
            ("**/charts/{name}/", "charts/kask", ""),
        ] {
            let parsed = MemberPath::parse(text).unwrap();
            let path = BStr::new(path);
            assert_eq!(parsed.pattern().matches(path, false), !expected.is_empty());
            let found = parsed.members(path);
            let found: Vec<String> = found.map(|(name, of)| format!("{name} in {of}")).collect();
            assert_eq!(found.join(", "), expected, "{path} in {text}");
        }
    }

    #[test]
    fn rejects_ambiguous_names() {
        for text in [
            "charts/",
            "{name}/{name}",
            "{name}/**/x",
            "x/{name}/**",
            "**{name}/",
            "{a,b}/{name}",
            "{name}/{a,b}",
            "x/*{name}",
            "//{name}",
        ] {
            assert!(MemberPath::parse(text).is_err(), "{text}");
        }
    }
}
