//! The findings that a change introduces.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ChangeReport, CheckedChange, Report, Selection,
    areas::reports_areas,
    report_ids::identify,
    run_checks::{CheckResults, findings, in_scope, of_change, run, sort},
};
use crate::{
    checks::{self, Check, Context, Scope},
    finding::{Finding, Identity},
    resolution::{ResolvedRepository, Verdict},
    transfer::OwnershipChange,
};

impl Report {
    /// Returns the report of a change: the findings that do not exist in `base`, and the pre-existing
    /// ones if they are requested.
    ///
    /// A finding is introduced if neither `base` nor any of `others` has it, and fixed if all of them have it.
    /// Findings are equal if their identities are. If a check reports a verdict on files, its findings
    /// are new only for files that did not have the verdict before. A finding that one of the sides before holds back
    /// is neither introduced nor pre-existing. If the base has no map, it is resolved with the new one, which the change
    /// adds: so all findings about this map are new. `transferred` is what the change takes from an owner or gives to
    /// another, if that is known.
    #[must_use]
    pub fn since<'c>(
        context: &Context<'_>,
        base: &Context<'c>,
        others: &[Context<'c>],
        selection: &Selection,
        checked: CheckedChange,
        with_pre_existing: bool,
        transferred: Option<OwnershipChange<'_>>,
    ) -> Self {
        let (mut report, mut before) =
            rayon::join(|| Self::of(context, selection), || run(base, selection));
        if checked.adds_map {
            before.findings.retain(|it| it.place.repository().is_some());
        }
        let elsewhere: Vec<_> = others.iter().map(|other| run(other, selection)).collect();
        let (mut known, _) = pair(report.findings.iter(), &before.findings);
        for other in &elsewhere {
            let (also_known, _) = pair(report.findings.iter(), &other.findings);
            known
                .iter_mut()
                .zip(also_known)
                .for_each(|(is, also)| *is |= also);
        }
        for (finding, is_baselined) in report.findings.iter_mut().zip(known) {
            // New files in areas are added below. A conflict that only gets new files is found there too.
            finding.is_pre_existing = is_baselined || reports_areas(finding.check);
        }
        let held_back = elsewhere.iter().chain([&before]);
        let held_back: FxHashSet<Identity<'_>> = held_back
            .flat_map(|run| run.held_back.iter().map(Finding::identity))
            .collect();
        report
            .findings
            .retain(|it| it.is_pre_existing || !held_back.contains(&it.identity()));
        let head = UnreportedFiles::new(context, &report.suppressed);
        let sides = std::iter::once((base, &before)).chain(others.iter().zip(&elsewhere));
        let sides: Vec<Side<'_, '_>> = sides.map(|(side, run)| Side::new(side, run)).collect();
        let verdicts = [Verdict::Unowned, Verdict::Conflicting];
        let is_new = |repository: &str, path: &BStr, verdict| {
            let mut before = sides.iter().map(|side| &side.files);
            head.has(repository, path, verdict)
                && !before.any(|side| side.has(repository, path, verdict))
        };
        let files = Scope::Files(with_verdict(context, &verdicts, is_new));
        let fresh = of_files(context, &files, selection, |verdict| verdict.is_some());
        let areas = pre_existing_areas(context, &head, &sides, &report.findings);
        report
            .findings
            .retain(|finding| !reports_areas(finding.check));
        report.findings.extend(areas);
        for (finding, at) in positions(&report.findings, fresh) {
            match at {
                Some(at) if !report.findings[at].is_pre_existing => {}
                // The finding may also be about files that had the same verdict before.
                Some(at)
                    if !reports_areas(finding.check)
                        && report.findings[at].files == finding.files =>
                {
                    report.findings[at] = finding;
                }
                _ => report.findings.push(finding),
            }
        }
        // A finding that is now only about new files is introduced, and the one about the files before is fixed.
        let still = report.findings.iter().filter(|it| it.is_pre_existing);
        let (_, mut fixed) = pair(still, &before.findings);
        for other in &elsewhere {
            let occurs: FxHashSet<Identity<'_>> =
                other.findings.iter().map(Finding::identity).collect();
            fixed.retain(|finding| occurs.contains(&finding.identity()));
        }
        let is_fixed = |repository: &str, path: &BStr, verdict| {
            let mut before = sides.iter().map(|side| &side.files);
            !head.has(repository, path, verdict)
                && before.all(|side| side.has(repository, path, verdict))
        };
        let files = Scope::Files(with_verdict(base, &[Verdict::Unowned], is_fixed));
        fixed.retain(|finding| !reports_areas(finding.check));
        let unowned = of_files(base, &files, selection, |it| it == Some(Verdict::Unowned));
        fixed.extend(unowned);
        let all = report.findings.iter().chain(&report.suppressed);
        let hiding: Vec<&Finding> = all.filter(|finding| finding.hides_others).collect();
        let is_hidden = |finding: &Finding| {
            // A finding about an entry of the map may be about any repository.
            let is_in =
                |it: &Finding| it.repository.is_none() || it.repository == finding.repository;
            let mut hiding = hiding.iter();
            hiding.any(|it| it.check == finding.check && is_in(it))
        };
        fixed.retain(|finding| !is_hidden(finding));
        fixed.retain(|finding| in_scope(context, context.position(finding), finding));
        sort(base, &mut fixed);
        checks::raise_introduced(context, base, transferred.as_ref(), &mut report.findings);
        if let Some(mut transferred) = transferred {
            transferred.files.retain(|file| {
                let path = file.path.as_bstr();
                !head.reports(selection, &file.repository, path)
            });
            let about_change = of_change(context, selection, &transferred);
            report.findings.extend(about_change.findings);
            report.suppressed.extend(about_change.suppressed);
        }
        let pre_existing = report
            .findings
            .iter()
            .filter(|finding| finding.is_pre_existing);
        report.change = Some(ChangeReport {
            checked,
            without_base: None,
            pre_existing: pre_existing.count(),
            fixed,
        });
        let before_change = others.iter().chain([base]);
        raise_added(context, &components(before_change), &mut report.findings);
        drop(sides);
        sort(base, &mut before.findings);
        sort(context, &mut report.findings);
        identify(&mut report.findings, &before.findings);
        if !with_pre_existing {
            report.findings.retain(|finding| !finding.is_pre_existing);
        }
        report
    }

    /// Returns the report of a change that has no base to compare with: all findings are new.
    #[must_use]
    pub fn without_base(
        context: &Context<'_>,
        selection: &Selection,
        checked: CheckedChange,
        why: String,
    ) -> Self {
        let mut report = Self::of(context, selection);
        // Without an earlier commit, the change adds all components.
        if checked.commit.is_none() {
            raise_added(context, &FxHashSet::default(), &mut report.findings);
        }
        Self {
            change: Some(ChangeReport {
                checked,
                without_base: Some(why),
                pre_existing: 0,
                fixed: Vec::new(),
            }),
            ..report
        }
    }
}

/// Returns the pre-existing findings about areas, as the first side that has them groups their files. So consumers that
/// compare reports find the same entries, however the files are grouped after the change.
fn pre_existing_areas(
    context: &Context<'_>,
    head: &UnreportedFiles<'_, '_>,
    sides: &[Side<'_, '_>],
    findings: &[Finding],
) -> Vec<Finding> {
    let mut remaining: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (of, repository) in context.repositories() {
        let name = &*repository.name;
        let files = repository.listing.files.iter();
        let unowned = files.filter(|file| {
            context.scope.holds(of, file.path) && head.has(name, file.path, Verdict::Unowned)
        });
        for file in unowned {
            let mut sides = sides.iter().enumerate();
            let area = sides.find_map(|(at, side)| {
                let is_known = side.files.has(name, file.path, Verdict::Unowned);
                Some((at, side.area(name, file.path).filter(|_| is_known)?))
            });
            if let Some(area) = area {
                *remaining.entry(area).or_default() += 1;
            }
        }
    }
    let now: FxHashMap<Identity<'_>, &Finding> =
        findings.iter().map(|it| (it.identity(), it)).collect();
    let remaining = remaining.into_iter().map(|((side, at), files)| {
        let before = &sides[side].findings[at];
        let now = now.get(&before.identity());
        let mut finding = match now.filter(|now| now.files == Some(files)) {
            Some(now) => (*now).clone(),
            None => before.clone(),
        };
        if finding.files != Some(files) {
            let remain = if files == 1 { "remains" } else { "remain" };
            finding.message += &format!("; {files} of these files {remain} unowned");
            finding.files = Some(files);
        }
        let check = checks::by_name(finding.check);
        let severity = check.and_then(|it| it.severity_in(context, context.position(&finding)));
        finding.severity = severity.unwrap_or(finding.severity);
        finding.is_pre_existing = true;
        finding
    });
    remaining.collect()
}

/// Returns the ids of all components, with the names of their repositories.
fn components<'s, 'c: 's>(
    sides: impl Iterator<Item = &'s Context<'c>>,
) -> FxHashSet<(&'c str, String)> {
    let all = sides.flat_map(Context::components);
    all.map(|of| (&*of.repository.name, of.component.id()))
        .collect()
}

/// Sets the severity of introduced findings that are strict about components that the change adds, which are those that
/// are not `before`.
fn raise_added(
    context: &Context<'_>,
    before: &FxHashSet<(&str, String)>,
    findings: &mut [Finding],
) {
    for finding in findings {
        let (Some(name), Some(component)) = (&finding.repository, &finding.component) else {
            continue;
        };
        let is_added = finding.is_strict_if_added
            && !finding.is_pre_existing
            && !before.contains(&(&**name, component.clone()));
        let check = checks::by_name(finding.check).filter(|_| is_added);
        let at = context.position(finding);
        let strict = check.and_then(|check| check.severity_in(context, at));
        if let Some(severity) = strict.filter(|severity| *severity > finding.severity) {
            finding.severity = severity;
            finding.message += "; new components must have an owner";
        }
    }
}

/// Returns, for each finding, whether it existed before, and the findings that no longer exist.
fn pair<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    before: &[Finding],
) -> (Vec<bool>, Vec<Finding>) {
    let mut unpaired: FxHashMap<Identity<'_>, Vec<usize>> = FxHashMap::default();
    for (at, finding) in before.iter().enumerate().rev() {
        unpaired.entry(finding.identity()).or_default().push(at);
    }
    let known = findings.map(|finding| {
        let same = unpaired.get_mut(&finding.identity());
        same.is_some_and(|same| same.pop().is_some())
    });
    let known = known.collect();
    let mut rest: Vec<usize> = unpaired.into_values().flatten().collect();
    rest.sort_unstable();
    (
        known,
        rest.into_iter().map(|at| before[at].clone()).collect(),
    )
}

/// Returns the `fresh` findings, each with the position of the equal finding about all files.
fn positions(findings: &[Finding], fresh: Vec<Finding>) -> Vec<(Finding, Option<usize>)> {
    let about_files = findings.iter().enumerate();
    let about_files = about_files.filter(|(_, it)| checks::reported_by(it.check).is_some());
    let known: FxHashMap<Identity<'_>, usize> = about_files
        .map(|(at, finding)| (finding.identity(), at))
        .collect();
    let at = |finding: &Finding| known.get(&finding.identity()).copied();
    let at: Vec<Option<usize>> = fresh.iter().map(at).collect();
    fresh.into_iter().zip(at).collect()
}

/// Returns the findings of the checks with `wanted` verdicts about these files only.
fn of_files(
    context: &Context<'_>,
    files: &Scope,
    selection: &Selection,
    wanted: fn(Option<Verdict>) -> bool,
) -> Vec<Finding> {
    let wanted = |check: &Check| wanted(check.properties.verdict);
    match files {
        Scope::Files(files) if files.iter().all(FxHashSet::is_empty) => Vec::new(),
        _ => findings(&context.within(files), selection, wanted),
    }
}

/// Returns the files of each repository that have one of these verdicts, and that are `wanted`.
fn with_verdict(
    context: &Context<'_>,
    verdicts: &[Verdict],
    wanted: impl Fn(&str, &BStr, Verdict) -> bool,
) -> Vec<FxHashSet<BString>> {
    let of_repository = |(at, repository): (usize, &ResolvedRepository)| {
        let files = repository.listing.files.iter().enumerate();
        files
            .filter(|(position, file)| {
                let verdict = repository.resolved.group_of(*position).resolution.verdict;
                verdicts.contains(&verdict)
                    && context.scope.holds(at, file.path)
                    && wanted(&repository.name, file.path, verdict)
            })
            .map(|(_, file)| file.path.to_owned())
            .collect()
    };
    context.repositories().map(of_repository).collect()
}

/// A side that a change builds on, with its findings.
struct Side<'u, 'c> {
    files: UnreportedFiles<'u, 'c>,
    findings: &'u [Finding],
    /// The positions of the findings about areas, by the name of the repository and the path.
    areas: FxHashMap<(&'u str, &'u BStr), usize>,
}

impl<'u, 'c> Side<'u, 'c> {
    fn new(context: &'u Context<'c>, run: &'u CheckResults) -> Self {
        let areas = run.findings.iter().enumerate();
        let areas = areas.filter(|(_, finding)| reports_areas(finding.check));
        let areas = areas.filter_map(|(at, finding)| {
            let name = finding.repository.as_deref()?;
            Some(((name, finding.path.as_ref()?.as_bstr()), at))
        });
        Self {
            files: UnreportedFiles::new(context, &run.suppressed),
            findings: &run.findings,
            areas: areas.collect(),
        }
    }

    /// Returns the position of the finding about the area that contains a file without an owner.
    fn area(&self, repository: &str, path: &BStr) -> Option<usize> {
        areas_with(path).find_map(|area| self.areas.get(&(repository, area)).copied())
    }
}

/// Returns the areas that can contain a file, as findings name them: the root, the directories around the file, and the
/// file itself.
fn areas_with(path: &BStr) -> impl Iterator<Item = &BStr> {
    let above = path.find_iter("/").map(|end| path[..=end].as_bstr());
    std::iter::once(BStr::new(".")).chain(above).chain([path])
}

/// One side of a change, with the files without an owner that it does not report.
struct UnreportedFiles<'u, 'c> {
    context: &'u Context<'c>,
    /// The suppressed paths of findings, by the name of the repository.
    hidden: FxHashMap<&'u str, FxHashSet<&'u BStr>>,
    /// By repository, whether each file belongs to a component with a finding of its own.
    with_components: Vec<Vec<bool>>,
}

impl<'u, 'c> UnreportedFiles<'u, 'c> {
    fn new(context: &'u Context<'c>, suppressed: &'u [Finding]) -> Self {
        let mut hidden: FxHashMap<&str, FxHashSet<&BStr>> = FxHashMap::default();
        for finding in suppressed.iter().filter(|it| reports_areas(it.check)) {
            if let (Some(name), Some(path)) = (&finding.repository, &finding.path) {
                hidden.entry(&**name).or_default().insert(path.as_bstr());
            }
        }
        let with_components = context.repositories();
        let with_components =
            with_components.map(|(at, _)| context.files_reported_with_components(at));
        Self {
            context,
            hidden,
            with_components: with_components.collect(),
        }
    }

    /// Returns whether a file exists and has a verdict that is reported, and not only in the finding of a component.
    fn has(&self, name: &str, path: &BStr, verdict: Verdict) -> bool {
        self.find(name, path).is_some_and(|(of, at)| {
            self.verdict_or_component(of, at) == Some(verdict)
                && (verdict != Verdict::Unowned || !self.with_components[of][at])
        })
    }

    /// Returns whether a selected check reports the verdict on a file, or on its component.
    fn reports(&self, selection: &Selection, name: &str, path: &BStr) -> bool {
        self.find(name, path).is_some_and(|(of, at)| {
            let verdict = self.verdict_or_component(of, at);
            let check = verdict.and_then(checks::reporting);
            check.is_some_and(|it| selection.holds(it) && it.is_on(self.context, Some(of)))
        })
    }

    /// Returns the positions of a repository and of a file in it.
    fn find(&self, name: &str, path: &BStr) -> Option<(usize, usize)> {
        let mut repositories = self.context.repositories();
        let (of, repository) = repositories.find(|(_, repository)| *repository.name == *name)?;
        Some((of, repository.listing.files.find(path)?))
    }

    /// Returns the verdict on a file; `None` if it is not reported.
    fn verdict_or_component(&self, of: usize, at: usize) -> Option<Verdict> {
        let repository = &self.context.repositories[of];
        let verdict = repository.resolved.group_of(at).resolution.verdict;
        let path = repository.listing.files.get(at).path;
        let is_off = |check: &Check| !check.is_on(self.context, Some(of));
        let is_unreported = verdict == Verdict::Unowned
            && (checks::reporting(verdict).is_none_or(is_off)
                || self.hides(&repository.name, path)
                || self.context.is_baseline(of, path));
        (!is_unreported).then_some(verdict)
    }

    fn hides(&self, repository: &str, path: &BStr) -> bool {
        let hidden = self.hidden.get(repository);
        hidden.is_some_and(|hidden| areas_with(path).any(|area| hidden.contains(area)))
    }
}
