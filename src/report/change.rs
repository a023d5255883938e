use bstr::{BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Report, Selection, findings, in_scope, position, sort};
use crate::{
    checks::{self, Check, Context, Scope},
    finding::Finding,
    resolution::{ResolvedRepository, Verdict},
};

/// What a change does to the findings.
#[derive(Debug)]
pub struct ChangeReport {
    /// What it is compared with, for a person.
    pub base: String,
    /// Why nothing could be compared: then everything is new.
    pub without_base: Option<String>,
    /// How many findings it leaves as they were.
    pub old: usize,
    /// Findings that were, and are no more.
    pub fixed: Vec<Finding>,
}

/// Rolls files up into directories, by which the same files are told differently before and after.
const ROLLED_UP: &str = "unowned-path";

/// Has one finding for two claims, which a new file may join.
const JOINED: &str = "conflicting-owners";

impl<'c> Report<'c> {
    /// What is to be told of a change: findings that `base` did not have, and the old ones if they are
    /// asked for.
    ///
    /// Findings are the same by their fingerprints. Of the checks that are about files, a finding is
    /// new for the files that were not in that state before, and for them only.
    #[must_use]
    pub fn since(
        context: &Context<'c>,
        base: &Context<'_>,
        selection: &Selection,
        said: String,
        with_old: bool,
    ) -> Self {
        let mut report = Self::of(context, selection);
        let before = findings(base, selection, |_| true);
        let mut unpaired = Unpaired::new(&before);
        for finding in &mut report.findings {
            finding.is_old = unpaired.take(finding) || finding.check == ROLLED_UP;
        }
        let worse_now = worse(context, base, &[Verdict::Unowned, Verdict::Conflicting]);
        let worse_now = Scope::Files(worse_now);
        let fresh = context.within(&worse_now);
        let by_print: FxHashMap<String, usize> = report
            .findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| [ROLLED_UP, JOINED].contains(&finding.check))
            .map(|(at, finding)| (finding.fingerprint(), at))
            .collect();
        for finding in findings(&fresh, selection, is_by_file) {
            match by_print.get(&finding.fingerprint()).copied() {
                Some(at) if !report.findings[at].is_old => {}
                Some(at)
                    if finding.check == JOINED || report.findings[at].files == finding.files =>
                {
                    report.findings[at] = finding;
                }
                _ => report.findings.push(finding),
            }
        }
        let worse_before = Scope::Files(worse(base, context, &[Verdict::Unowned]));
        let mended = base.within(&worse_before);
        let mut fixed: Vec<Finding> = unpaired.rest();
        fixed.retain(|finding| finding.check != ROLLED_UP);
        let is_rolled_up = |check: &Check| check.name == ROLLED_UP;
        fixed.extend(findings(&mended, selection, is_rolled_up));
        fixed.retain(|finding| is_asked(context, finding));
        sort(base, &mut fixed);
        let old = report.findings.iter().filter(|finding| finding.is_old);
        report.change = Some(ChangeReport {
            base: said,
            without_base: None,
            old: old.count(),
            fixed,
        });
        if !with_old {
            report.findings.retain(|finding| !finding.is_old);
        }
        sort(context, &mut report.findings);
        report
    }

    /// What is to be told of a change where nothing can be compared: everything.
    #[must_use]
    pub fn since_nothing(
        context: &Context<'c>,
        selection: &Selection,
        said: String,
        why: String,
    ) -> Self {
        Self {
            change: Some(ChangeReport {
                base: said,
                without_base: Some(why),
                old: 0,
                fixed: Vec::new(),
            }),
            ..Self::of(context, selection)
        }
    }
}

fn is_by_file(check: &Check) -> bool {
    [ROLLED_UP, JOINED].contains(&check.name)
}

/// Findings of the base that nothing was paired with yet.
struct Unpaired<'f> {
    findings: FxHashMap<String, Vec<&'f Finding>>,
}

impl<'f> Unpaired<'f> {
    fn new(all: &'f [Finding]) -> Self {
        let mut findings: FxHashMap<String, Vec<&Finding>> = FxHashMap::default();
        for finding in all.iter().rev() {
            findings
                .entry(finding.fingerprint())
                .or_default()
                .push(finding);
        }
        Self { findings }
    }

    /// Whether there was such a finding.
    fn take(&mut self, finding: &Finding) -> bool {
        let same = self.findings.get_mut(&finding.fingerprint());
        same.is_some_and(|same| same.pop().is_some())
    }

    fn rest(self) -> Vec<Finding> {
        let mut rest: Vec<&Finding> = self.findings.into_values().flatten().collect();
        rest.sort_by(|a, b| a.place.cmp(&b.place));
        rest.into_iter().cloned().collect()
    }
}

/// The files that have one of some verdicts, which they do not have in `other`, by repository.
fn worse(
    context: &Context<'_>,
    other: &Context<'_>,
    verdicts: &[Verdict],
) -> Vec<FxHashSet<BString>> {
    let of_repository = |(at, repository): (usize, &ResolvedRepository)| {
        let mut same = other.repositories.iter();
        let same = same.find(|other| other.name == repository.name);
        let files = repository.listing.files.iter().enumerate();
        files
            .filter(|(position, file)| {
                let verdict = repository.resolved.group_of(*position).resolution.verdict;
                verdicts.contains(&verdict)
                    && context.scope.holds(at, file.path)
                    && same.and_then(|other| verdict_on(other, file.path)) != Some(verdict)
            })
            .map(|(_, file)| file.path.to_owned())
            .collect()
    };
    context.repositories().map(of_repository).collect()
}

fn verdict_on(repository: &ResolvedRepository, path: &bstr::BStr) -> Option<Verdict> {
    let at = repository.listing.files.find(path.as_bstr())?;
    Some(repository.resolved.group_of(at).resolution.verdict)
}

/// Whether the user asked about what a finding of the base is about.
fn is_asked(context: &Context<'_>, finding: &Finding) -> bool {
    if matches!(context.scope, Scope::All) {
        return true;
    }
    let at = position(context, finding);
    let check = checks::by_name(finding.check);
    check.is_some_and(|check| {
        let check = Check {
            knows_scope: false,
            ..*check
        };
        in_scope(context, at, &check, finding)
    })
}
