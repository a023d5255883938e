use std::ops::Range;

use bstr::{BStr, BString, ByteSlice};

use crate::pattern::{Pattern, PatternError, escape};

/// The placeholder for the name of a component in the paths of its members.
const NAME: &str = "{name}";

/// The path of a member of a custom kind: a pattern in which one segment contains the name.
#[derive(Debug, Clone)]
pub struct MemberPath {
    text: String,
    /// The pattern, with `*` for the name.
    pattern: Pattern,
    /// The number of segments before the one with the name.
    at: usize,
    /// The text before and after the name in its segment.
    before: String,
    after: String,
    /// The number of segments.
    length: usize,
    /// Whether it ends in `/`.
    is_directory: bool,
}

impl MemberPath {
    /// Reads a path such as `charts/{name}/`.
    ///
    /// # Errors
    /// Fails if the text is not a pattern, if it does not contain the name exactly once, and if `**` or
    /// braces make the position of the name ambiguous. The error has the bytes at fault.
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
        let open = |part: &str, from: usize| {
            let at = part.find('{').or_else(|| part.find("**"))?;
            Some(from + at..from + at + 1)
        };
        if let Some(range) = open(&text[..start], 0).or_else(|| open(&text[end..], end)) {
            let help = "list several members instead, and end directory paths with `/`";
            return Err(error(
                range,
                "braces and `**` make the position of the name ambiguous",
                help,
            ));
        }
        let pattern = Pattern::parse(&format!("{}*{}", &text[..start], &text[end..]))?;
        let path = text.strip_prefix('/').unwrap_or(text);
        let is_directory = path.ends_with('/');
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut segments = path.split('/');
        let at = segments.clone().position(|segment| segment.contains(NAME));
        let (before, after) = at
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
            at: at.unwrap_or_default(),
            before: before.to_owned(),
            after: after.to_owned(),
            length: path.split('/').count(),
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

    /// Returns the name that a matching path contains, and the member that is this path or contains it: a
    /// file, or a directory that ends in `/`.
    pub fn member<'p>(&self, path: &'p BStr) -> Option<(&'p BStr, BString)> {
        let segment = path.split_str("/").nth(self.at)?;
        let name = segment
            .strip_prefix(self.before.as_bytes())?
            .strip_suffix(self.after.as_bytes())?;
        let mut ends = path.find_iter("/");
        let member = match ends.nth(self.length - 1) {
            Some(end) => path[..=end].to_owned(),
            None if self.is_directory => return None,
            None => path.to_owned(),
        };
        (!name.is_empty()).then(|| (name.as_bstr(), member))
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
    fn extracts_the_name_from_its_segment() {
        let member = |text: &str, path: &str| {
            let parsed = MemberPath::parse(text).unwrap();
            let path = BStr::new(path);
            assert!(parsed.pattern().matches(path, false), "{path} in {text}");
            parsed
                .member(path)
                .map(|(name, of)| (name.to_string(), of.to_string()))
        };
        let both = |name: &str, of: &str| Some((name.to_owned(), of.to_owned()));
        assert_eq!(
            member("charts/{name}/", "charts/kask/x/y"),
            both("kask", "charts/kask/")
        );
        assert_eq!(
            member("charts/{name}", "charts/kask"),
            both("kask", "charts/kask")
        );
        assert_eq!(
            member("/team-{name}.yaml", "team-a.yaml"),
            both("a", "team-a.yaml")
        );
        assert_eq!(
            member("h/*/{name}/x.yaml", "h/a/b/x.yaml"),
            both("b", "h/a/b/x.yaml")
        );
    }

    #[test]
    fn rejects_ambiguous_names() {
        for text in [
            "charts/",
            "{name}/{name}",
            "**/{name}/",
            "{a,b}/{name}",
            "x/*{name}",
            "//{name}",
        ] {
            assert!(MemberPath::parse(text).is_err(), "{text}");
        }
    }
}
