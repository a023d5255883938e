//! Bars for a terminal.

use textwrap::core::display_width;

use super::{UNGROUPED, owning, receivers};
use crate::{
    alerting::TeamPages,
    coverage::{DirectoryCoverage, Overview, RepositoryOverview},
    outputs::{Look, Palette, Tone, bar, percent, verdicts},
    resolution::VerdictCounts,
    text::{joined, printable, printable_bytes},
    workspace::Places,
};

/// A line with a bar: a part of a whole. `is_coverage` means that the part should be the whole.
struct Row {
    name: String,
    part: u64,
    whole: u64,
    is_coverage: bool,
}

/// Returns the report as bars.
pub(crate) fn write(
    overview: &Overview<'_>,
    pages: &TeamPages,
    places: &Places,
    look: Look,
) -> String {
    let palette = Palette(look.color);
    let repositories = overview.repositories.iter();
    let repositories = joined(
        repositories.map(|repository| of_repository(overview, repository, palette)),
        "\n",
    );
    repositories + &receivers::human(pages, overview.teams, places, look)
}

fn of_repository(
    overview: &Overview<'_>,
    repository: &RepositoryOverview,
    palette: Palette,
) -> String {
    let coverage = &repository.whole.coverage;
    let total = coverage.files.total();
    let title = palette.paint(Tone::Strong, &printable(&repository.whole.title()));
    let whole = Row {
        name: "files".to_owned(),
        part: coverage.files.covered(),
        whole: total,
        is_coverage: true,
    };
    let teams = owning(repository).into_iter().map(|share| Row {
        name: printable(overview.teams.name(share.team)),
        part: share.files,
        whole: total,
        is_coverage: false,
    });
    let of_people = (repository.files_of_people > 0).then(|| Row {
        name: "(people)".to_owned(),
        part: repository.files_of_people,
        whole: total,
        is_coverage: false,
    });
    let directories = repository.directories.iter();
    // Subdirectories are shown only if they are not fully covered.
    let shown = directories.filter(|it| !it.is_nested() || it.files.covered() < it.files.total());
    let directories = shown.map(directory);
    let kinds = coverage.kinds.iter().map(|(kind, counts)| Row {
        name: (*kind).to_owned(),
        part: counts.verdicts.covered(),
        whole: counts.total,
        is_coverage: true,
    });
    let of_catch_all = (repository.files_of_catch_all > 0).then(|| Row {
        name: "only by a rule or line for all files".to_owned(),
        part: repository.files_of_catch_all,
        whole: total,
        is_coverage: false,
    });
    let mut out = format!("{title}  {}\n", verdicts(&coverage.files, palette));
    for (heading, rows) in [
        ("covered", vec![whole]),
        ("owned", of_catch_all.into_iter().collect()),
        ("teams", teams.chain(of_people).collect()),
        ("directories", directories.collect()),
        ("components", kinds.collect()),
        ("deployed together", groups(repository)),
    ] {
        out += &section(heading, &rows, palette);
    }
    out
}

fn groups(repository: &RepositoryOverview) -> Vec<Row> {
    let Some(grouped) = &repository.groups else {
        return Vec::new();
    };
    let groups = grouped.groups.iter();
    let groups = groups.map(|group| (printable(&group.deployer), &group.components));
    let single = (UNGROUPED.to_owned(), &grouped.ungrouped);
    let single = Some(single).filter(|(_, counts)| counts.total() > 0);
    let row = |(name, counts): (String, &VerdictCounts)| Row {
        name,
        part: counts.covered(),
        whole: counts.total(),
        is_coverage: true,
    };
    groups.chain(single).map(row).collect()
}

fn directory(directory: &DirectoryCoverage) -> Row {
    let indent = if directory.is_nested() { "  " } else { "" };
    Row {
        name: indent.to_owned() + &printable_bytes(&directory.path),
        part: directory.files.covered(),
        whole: directory.files.total(),
        is_coverage: true,
    }
}

fn section(heading: &str, rows: &[Row], palette: Palette) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let wide = |width: fn(&Row) -> usize| rows.iter().map(width).max().unwrap_or_default();
    let name = wide(|row| display_width(&row.name));
    let part = wide(|row| row.part.to_string().len());
    let whole = wide(|row| row.whole.to_string().len());
    let mut out = format!("  {}\n", palette.paint(Tone::Info, heading));
    for row in rows {
        let (filled, rest) = bar(row.part, row.whole);
        let tone = match row.is_coverage && row.part < row.whole {
            true => Tone::Warning,
            false => Tone::Good,
        };
        let gap = " ".repeat(name - display_width(&row.name));
        out += &format!(
            "    {}{gap}  {}{}  {:>7}  {:>part$} of {:>whole$}\n",
            row.name,
            palette.paint(tone, &filled),
            palette.paint(Tone::Faint, &rest),
            percent(row.part, row.whole),
            row.part,
            row.whole,
        );
    }
    out
}
