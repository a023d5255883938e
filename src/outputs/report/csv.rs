use super::{UNGROUPED, receivers::NamedReceivers};
use crate::{
    alerting::TeamPages,
    coverage::{Overview, RepositoryOverview},
    outputs::record,
    resolution::{Verdict, VerdictCounts},
    text::{joined, printable_bytes},
};

/// Returns the report as CSV, with one record per counted item. Columns that do not apply are empty.
pub(crate) fn write(overview: &Overview<'_>, pages: &TeamPages) -> String {
    let header = ["repository", "by", "name", "counts", "total"].into_iter();
    let header = header.chain(Verdict::ALL.map(Verdict::name));
    let mut out = record(header.chain(RECEIVERS));
    for repository in &overview.repositories {
        out += &of_repository(overview, repository, pages);
    }
    out
}

/// The columns of records about receivers.
const RECEIVERS: [&str; 4] = ["severity", "certain", "possible", "configuration"];

fn of_repository(
    overview: &Overview<'_>,
    repository: &RepositoryOverview,
    pages: &TeamPages,
) -> String {
    let name = &*repository.whole.name;
    let coverage = &repository.whole.coverage;
    let line = |by: &str, of: &str, counts: &str, total: u64, verdicts: [String; 4]| {
        let cells = [name, by, of, counts].map(str::to_owned).into_iter();
        let cells = cells.chain([total.to_string()]).chain(verdicts);
        record(cells.chain(RECEIVERS.map(|_| String::new())))
    };
    let texts = |counts: &VerdictCounts| Verdict::ALL.map(|it| counts.of(it).to_string());
    let (files, whole) = (&coverage.files, texts(&coverage.files));
    let mut out = line("repository", name, "files", files.total(), whole);
    for share in &repository.teams {
        let team = overview.teams.name(share.team);
        let components = share.components.values().sum();
        // A team has only owned files and components; the other verdicts do not apply.
        for (counts, number) in [("files", share.files), ("components", components)] {
            let mut verdicts: [String; 4] = Default::default();
            verdicts[0] = number.to_string();
            out += &line("team", team, counts, number, verdicts);
        }
    }
    for (by, files) in [
        ("people", repository.files_of_people),
        ("catch-all", repository.files_of_catch_all),
    ] {
        if files > 0 {
            let mut verdicts: [String; 4] = Default::default();
            verdicts[0] = files.to_string();
            out += &line(by, "", "files", files, verdicts);
        }
    }
    for it in &repository.directories {
        let path = printable_bytes(&it.path);
        let verdicts = texts(&it.files);
        out += &line("directory", &path, "files", it.files.total(), verdicts);
    }
    for (kind, it) in &coverage.kinds {
        out += &line("kind", kind, "components", it.total, texts(&it.verdicts));
    }
    if let Some(grouped) = &repository.groups {
        for group in &grouped.groups {
            let (counts, name) = (&group.components, &group.deployer);
            out += &line("group", name, "components", counts.total(), texts(counts));
        }
        let counts = &grouped.ungrouped;
        let (by, total) = ("ungrouped", counts.total());
        out += &line(by, UNGROUPED, "components", total, texts(counts));
    }
    for of in NamedReceivers::all(pages, overview.teams, name) {
        let total = of.certain.len() + of.possible.len();
        let cells = [name, "team", of.team, "receivers"].map(str::to_owned);
        let cells = cells.into_iter().chain([total.to_string()]);
        let cells = cells.chain(Verdict::ALL.map(|_| String::new()));
        let list = |names: &[String]| joined(names, "; ");
        out += &record(cells.chain([
            of.severity.to_owned(),
            list(&of.certain),
            list(&of.possible),
            of.configuration,
        ]));
    }
    out
}
