use super::{Check, Context, Properties, removal::remove};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
    text::{printable, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "expired-exemption",
    severity: Severity::Warning,
    summary: "The end date of an exemption has passed.",
    what: "`until` is the last day on which an exemption applies.",
    why: "\
After its end date, the exemption no longer applies, so the files are unowned unless another \
claim covers them.",
    impact: "The exemption no longer applies.",
    fix: "\
If the exemption is still needed, set a new `until` date and update the reason. Otherwise, remove \
the exemption.",
    example: "\
exemptions:
  - paths: [utils/legacy_report.py]
    reason: replaced by the new report
    until: 2025-03-31                 # has passed",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .map
        .exemptions
        .iter()
        .filter(|exemption| exemption.has_expired(context.today))
        .filter_map(|exemption| Some((exemption, exemption.until.as_ref()?)))
        .map(|(exemption, until)| {
            let mut subject: Vec<&str> = exemption
                .paths
                .iter()
                .map(|path| &**path.value.text())
                .collect();
            let paths = subject.join(", ");
            // The order in the map must not be part of the identity.
            subject.sort_unstable();
            Finding {
                repository: context.name_of(exemption.repository),
                subject: subject.join(", "),
                label: "date has passed".to_owned(),
                advice: vec![
                    Advice::edit("remove the exemption", remove(&exemption.place)),
                    Advice::in_words("set a new `until` date"),
                ],
                ..CHECK.finding(
                    until.place.clone(),
                    format!(
                        "the exemption for {} expired on {} (\"{}\")",
                        quoted(&paths),
                        until.value,
                        printable(&exemption.reason)
                    ),
                )
            }
        })
        .collect()
}
