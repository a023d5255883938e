//! Markdown tables for forges.

use super::{UNGROUPED, owning, receivers};
use crate::{
    alerting::TeamPages,
    coverage::{Overview, RepositoryOverview},
    outputs::{code_cell, percent, plain},
    resolution::{Verdict, VerdictCounts},
    text::{count, grouped, joined, printable},
    workspace::Places,
};

/// Returns the report as tables, for a page or a job summary.
pub(crate) fn write(overview: &Overview<'_>, pages: &TeamPages, places: &Places) -> String {
    let mut out = String::from("# Ownership\n");
    for repository in &overview.repositories {
        out += &of_repository(overview, repository);
    }
    out + &receivers::markdown(pages, overview.teams, places)
}

fn of_repository(overview: &Overview<'_>, repository: &RepositoryOverview) -> String {
    let coverage = &repository.whole.coverage;
    let total = coverage.files.total();
    let mut out = format!(
        "\n## {}\n\n{} of {} covered ({}).\n",
        plain(&printable(&repository.whole.title())),
        grouped(coverage.files.covered()),
        count(total, "file"),
        percent(coverage.files.covered(), total),
    );
    let teams = owning(repository).into_iter().map(|share| {
        let components: u64 = share.components.values().sum();
        vec![
            code_cell(overview.teams.name(share.team)),
            share.files.to_string(),
            percent(share.files, total),
            components.to_string(),
        ]
    });
    let of_people = (repository.files_of_people > 0).then(|| {
        let files = repository.files_of_people;
        vec![
            "people".to_owned(),
            files.to_string(),
            percent(files, total),
            "0".to_owned(),
        ]
    });
    if repository.files_of_catch_all > 0 {
        let files = repository.files_of_catch_all;
        out += &format!(
            "\n{} ({}) {} owned only by a rule or line for all files.\n",
            count(files, "file"),
            percent(files, total),
            if files == 1 { "is" } else { "are" }
        );
    }
    let teams = teams.chain(of_people);
    out += &table(&["team", "files", "share", "components"], teams);
    let counts = |mut names: Vec<String>, total: u64, counts: &VerdictCounts| {
        names.push(total.to_string());
        names.extend(Verdict::ALL.map(|verdict| counts.of(verdict).to_string()));
        names.push(percent(counts.covered(), total));
        names
    };
    let header = |names: &[&'static str]| {
        let verdicts = Verdict::ALL.map(Verdict::name);
        [names, &verdicts, &["covered"]].concat()
    };
    let directories = repository.directories.iter();
    let directories =
        directories.map(|it| counts(vec![code_cell(&it.path)], it.files.total(), &it.files));
    out += &table(&header(&["directory", "files"]), directories);
    let kinds = coverage.kinds.iter();
    let kinds = kinds.map(|(kind, it)| counts(vec![code_cell(kind)], it.total, &it.verdicts));
    out += &table(&header(&["kind", "components"]), kinds);
    if let Some(grouped) = &repository.groups {
        let groups = grouped.groups.iter().map(|group| {
            let owners = overview.teams.names(&group.owners).into_iter();
            let owners = joined(owners.map(code_cell), " ");
            let (name, of) = (code_cell(&group.deployer), &group.components);
            counts(vec![name, owners], of.total(), of)
        });
        let single = &grouped.ungrouped;
        let single = (single.total() > 0).then(|| {
            let names = vec![UNGROUPED.to_owned(), String::new()];
            counts(names, single.total(), single)
        });
        let header = header(&["deployed together", "owners", "components"]);
        out += &table(&header, groups.chain(single));
    }
    out
}

/// Returns a table of names and numbers; empty without rows.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return String::new();
    }
    let mut out = format!(
        "\n| {} |\n| :---{} |\n",
        header.join(" | "),
        " | ---:".repeat(header.len() - 1)
    );
    for row in rows {
        out += &format!("| {} |\n", row.join(" | "));
    }
    out
}
