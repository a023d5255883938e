use super::VERDICTS;
use crate::{
    coverage::{Overview, RepositoryOverview},
    outputs::record,
    resolution::Verdict,
    text::printable_bytes,
};

/// One record for each thing that is counted; columns that say nothing of it are empty.
/// For spreadsheets.
pub(crate) fn write(overview: &Overview<'_>) -> String {
    let [owned, exempt, unowned, conflicting] = VERDICTS.map(Verdict::name);
    let mut out = record([
        "repository",
        "by",
        "name",
        "counts",
        "total",
        owned,
        exempt,
        unowned,
        conflicting,
    ]);
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
    let texts = |of: &dyn Fn(Verdict) -> u64| VERDICTS.map(|verdict| of(verdict).to_string());
    let whole = texts(&|verdict| coverage.files(verdict));
    let mut out = line("repository", name, "files", coverage.total(), whole);
    for share in &repository.teams {
        let team = overview.teams.name(share.team);
        let components = share.components.values().sum();
        // A team is told what it owns; of what it does not own nothing can be said to be its own.
        for (counts, number) in [("files", share.files), ("components", components)] {
            let mut verdicts: [String; 4] = Default::default();
            verdicts[0] = number.to_string();
            out += &line("team", team, counts, number, verdicts);
        }
    }
    for it in &repository.directories {
        let verdicts = texts(&|verdict| it.files(verdict));
        let path = printable_bytes(&it.path);
        out += &line("directory", &path, "files", it.total(), verdicts);
    }
    for (kind, it) in &coverage.kinds {
        let verdicts = texts(&|verdict| it.count(verdict));
        out += &line("kind", kind, "components", it.total, verdicts);
    }
    out
}
