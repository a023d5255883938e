use super::UNGROUPED;
use crate::{
    coverage::{Overview, RepositoryOverview},
    outputs::record,
    resolution::{Verdict, VerdictCounts},
    text::printable_bytes,
};

/// Returns the report as CSV, with one record per counted item. Columns that do not apply are empty.
pub(crate) fn write(overview: &Overview<'_>) -> String {
    let header = ["repository", "by", "name", "counts", "total"].into_iter();
    let mut out = record(header.chain(Verdict::ALL.map(Verdict::name)));
    for repository in &overview.repositories {
        out += &of_repository(overview, repository);
    }
    out
}

fn of_repository(overview: &Overview<'_>, repository: &RepositoryOverview) -> String {
    let name = &*repository.whole.name;
    let coverage = &repository.whole.coverage;
    let line = |by: &str, of: &str, counts: &str, total: u64, verdicts: [String; 4]| {
        let cells = [name, by, of, counts].map(str::to_owned).into_iter();
        record(cells.chain([total.to_string()]).chain(verdicts))
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
    out
}
