//! Charts that were copied into others.

use super::Detected;

#[test]
fn a_library_inside_a_chart_is_vendored_unless_it_names_a_team() {
    let maintainers = "maintainers: [{name: Upstream}]\n";
    for (chart, state) in [
        (format!("type: library\n{maintainers}"), "vendored"),
        (
            format!("type: library\nteam: sre\n{maintainers}"),
            "declared",
        ),
        ("type: library\n".to_owned(), "missing"),
        (format!("type: application\n{maintainers}"), "missing"),
        (maintainers.to_owned(), "missing"),
    ] {
        let all = Detected::in_files(&[
            ("charts/hub/Chart.yaml", chart.as_str()),
            ("charts/hub/charts/common/Chart.yaml", &chart),
        ]);
        assert_eq!(all.state("helm-subchart:hub/common"), state, "{chart}");
        let own = all.state("helm-chart:hub");
        assert_ne!(own, "vendored", "{chart}");
    }
}
