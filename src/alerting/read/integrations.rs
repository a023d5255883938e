//! The kinds of integrations, by the names that configurations have for them.

/// The name in configurations, in lower case and without separators, and the name for people.
const KINDS: [(&str, &str); 30] = [
    ("awssns", "SNS"),
    ("dingding", "DingDing"),
    ("discord", "Discord"),
    ("email", "email"),
    ("googlechat", "Google Chat"),
    ("incidentio", "incident.io"),
    ("jira", "Jira"),
    ("kafka", "Kafka"),
    ("line", "LINE"),
    ("mattermost", "Mattermost"),
    ("mqtt", "MQTT"),
    ("msteams", "Microsoft Teams"),
    ("msteamsv2", "Microsoft Teams"),
    ("oncall", "Grafana OnCall"),
    ("opsgenie", "Opsgenie"),
    ("pagerduty", "PagerDuty"),
    ("prometheusalertmanager", "Alertmanager"),
    ("pushover", "Pushover"),
    ("rocketchat", "Rocket.Chat"),
    ("sensugo", "Sensu Go"),
    ("slack", "Slack"),
    ("sns", "SNS"),
    ("teams", "Microsoft Teams"),
    ("telegram", "Telegram"),
    ("threema", "Threema"),
    ("victorops", "VictorOps"),
    ("webex", "Webex"),
    ("webhook", "webhook"),
    ("wechat", "WeChat"),
    ("wecom", "WeCom"),
];

/// The integrations that wake people, by the name for people.
const PAGING: [&str; 7] = [
    "Grafana OnCall",
    "Opsgenie",
    "PagerDuty",
    "Pushover",
    "SNS",
    "VictorOps",
    "incident.io",
];

/// Returns whether an integration wakes people, unlike one that sends mails or messages to a channel.
pub(in crate::alerting) fn is_paging(kind: &str) -> bool {
    PAGING.contains(&kind)
}

/// Returns the names of integrations for people, each once and in order.
pub(super) fn kinds<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for kind in names.map(kind) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// Returns the name of an integration for people. A name that is not known is not repeated.
fn kind(name: &str) -> &'static str {
    let is_separator = |char: char| matches!(char, '-' | '_' | ' ');
    let name: String = name
        .chars()
        .filter(|char| !is_separator(*char))
        .map(|char| char.to_ascii_lowercase())
        .collect();
    let known = KINDS.iter().find(|(known, _)| *known == name);
    known.map_or("another integration", |(_, kind)| kind)
}
