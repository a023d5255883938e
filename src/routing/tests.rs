//! What the project's own map answers without a repository.

use super::route;
use crate::{
    coverage::Holdings,
    testing::{self, project},
};

const DCOPS: &str = "data-center-operations";
const PERSISTENCE: &str = "data-persistence";
const FOUNDATIONS: &str = "infrastructure-foundations";
const O11Y: &str = "observability";
const SERVICEOPS: &str = "service-operations";
const TRAFFIC: &str = "traffic";
const DATA: &str = "data-engineering";
const ML: &str = "machine-learning";
const WMCS: &str = "cloud-services";
const PLATFORM: &str = "platform-engineering";
const COLLAB: &str = "collaboration-services";

/// What people ask about, and who looks after it. Where several teams do, each one's part is its own.
const ASKED: &[(&str, &[&str])] = &[
    // Data centers and hardware
    ("data centers", &[DCOPS]),
    ("hardware maintenance", &[DCOPS]),
    ("hardware purchases", &[DCOPS]),
    ("hardware life cycle", &[DCOPS]),
    ("specs", &[DCOPS]),
    ("purchasing", &[DCOPS]),
    ("install", &[DCOPS]),
    ("break/fix", &[DCOPS]),
    ("decommissioning", &[DCOPS]),
    // Data that has to stay
    ("databases", &[PERSISTENCE]),
    ("backups", &[PERSISTENCE]),
    ("object storage", &[PERSISTENCE]),
    ("RDBMS", &[PERSISTENCE]),
    ("backup systems", &[PERSISTENCE]),
    ("MariaDB", &[PERSISTENCE]),
    ("Bacula", &[PERSISTENCE]),
    ("Swift", &[PERSISTENCE]),
    // What everything stands on
    ("automation", &[FOUNDATIONS]),
    ("networking", &[FOUNDATIONS]),
    ("metal cloud", &[FOUNDATIONS]),
    ("configuration management", &[FOUNDATIONS]),
    ("orchestration", &[FOUNDATIONS]),
    ("infrastructure security", &[FOUNDATIONS]),
    ("network operations", &[FOUNDATIONS]),
    ("cumin", &[FOUNDATIONS]),
    ("netbox", &[FOUNDATIONS]),
    ("puppet", &[FOUNDATIONS]),
    ("spicerack", &[FOUNDATIONS]),
    // What watches
    ("monitoring", &[O11Y]),
    ("logging", &[O11Y]),
    ("Prometheus", &[O11Y]),
    ("Grafana", &[O11Y]),
    ("ElasticSearch", &[O11Y]),
    ("Kibana", &[O11Y]),
    ("Logstash", &[O11Y]),
    ("AlertManager", &[O11Y]),
    ("o11y", &[O11Y]),
    // What users see
    ("MediaWiki operations", &[SERVICEOPS]),
    ("user-visible services", &[SERVICEOPS]),
    ("microservices", &[SERVICEOPS]),
    ("SOA service infrastructure", &[SERVICEOPS]),
    ("memcached", &[SERVICEOPS]),
    ("redis", &[SERVICEOPS]),
    ("GitLab", &[COLLAB, SERVICEOPS]),
    ("OTRS", &[SERVICEOPS]),
    ("Phabricator", &[COLLAB, SERVICEOPS]),
    ("mail systems", &[SERVICEOPS]),
    // The edge
    ("caching", &[TRAFFIC]),
    ("DNS", &[TRAFFIC]),
    ("TLS termination", &[TRAFFIC]),
    ("caching layers", &[TRAFFIC]),
    ("load balancing", &[TRAFFIC]),
    ("own network", &[TRAFFIC]),
    ("ATS", &[TRAFFIC]),
    ("Varnish", &[TRAFFIC]),
    ("GeoDNS", &[TRAFFIC]),
    ("Wikidough", &[TRAFFIC]),
    // Data that is looked into
    ("self-service data platform", &[DATA]),
    ("data lake", &[DATA]),
    ("ingestion", &[DATA]),
    ("processing", &[DATA]),
    ("exploration", &[DATA]),
    ("Hadoop", &[DATA]),
    ("Hive", &[DATA]),
    ("Presto", &[DATA]),
    ("Druid", &[DATA]),
    ("Airflow", &[DATA]),
    ("Superset", &[DATA]),
    ("Jupyter", &[DATA]),
    ("Cassandra", &[DATA]),
    ("Ceph", &[DATA]),
    // Models
    ("ML infrastructure", &[ML]),
    ("production models", &[ML]),
    ("applied ethical ML", &[ML]),
    ("Lift Wing", &[ML]),
    ("Lift Wing Kubernetes cluster", &[ML]),
    ("ORES", &[ML]),
    // The cloud
    ("cloud computing infrastructure", &[WMCS]),
    ("hosting environment", &[WMCS]),
    ("Technical Engagement", &[WMCS]),
    ("VPS", &[WMCS]),
    ("IaaS", &[WMCS]),
    ("Toolforge", &[WMCS]),
    ("PaaS", &[WMCS]),
    ("WMCS", &[WMCS]),
    // Platforms
    ("Data Platform", &[PLATFORM, "data-platform"]),
    ("API Platform", &[PLATFORM]),
    ("Platform Operations", &[PLATFORM]),
    ("WMF Dumps", &[PLATFORM]),
    ("service infrastructure", &[PLATFORM]),
    // What several teams have a part of
    ("Kafka", &[DATA, O11Y]),
    ("Kubernetes", &[DATA, ML, SERVICEOPS]),
    ("MediaWiki", &[PLATFORM, SERVICEOPS]),
];

#[test]
fn everything_the_organisation_names_finds_its_teams() {
    let map = testing::map(&project());
    let holdings = Holdings::new(&map.teams, []);
    for (word, expected) in ASKED {
        for question in [
            (*word).to_owned(),
            word.to_lowercase(),
            word.to_uppercase(),
            format!("who do I ask about {word}?"),
            format!("{word}, please"),
        ] {
            let answer = route(&map.teams, &holdings, &question);
            let teams = answer.teams.iter();
            let teams: Vec<&str> = teams.map(|it| map.teams.name(it.team)).collect();
            assert_eq!(teams, *expected, "{question}");
            assert!(answer.corrections.is_empty(), "{question}");
            assert!(answer.teams.iter().all(|found| !found.reasons.is_empty()));
        }
    }
}
