/// `text`, of one line, as a code span of Markdown: between more backticks than it has in a row.
pub fn code_span(text: &str) -> String {
    if !text.contains('`') {
        return ["`", text, "`"].concat();
    }
    let runs = text.split(|char| char != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    // A backtick at the side of the fence would be one of it.
    [&fence, " ", text, " ", &fence].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_backtick_ends_it() {
        assert_eq!(code_span("</script>"), "`</script>`");
        assert_eq!(code_span("a`b"), "`` a`b ``");
        assert_eq!(code_span("`a``@b"), "``` `a``@b ```");
    }
}
