/// Returns `text`, one line, as a code span of Markdown, in more backticks than it has in a row.
pub fn code_span(text: &str) -> String {
    if !text.contains('`') {
        return ["`", text, "`"].concat();
    }
    let runs = text.split(|char| char != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    // Spaces keep a backtick at either end apart from the fence.
    [&fence, " ", text, " ", &fence].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_do_not_end_a_code_span() {
        assert_eq!(code_span("</script>"), "`</script>`");
        assert_eq!(code_span("a`b"), "`` a`b ``");
        assert_eq!(code_span("`a``@b"), "``` `a``@b ```");
    }
}
