//! Tests the answers of the project's own map, without a repository.

use super::route;
use crate::lookup::NameIndex;
use crate::testing::{self, project};

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

/// Topics, and the teams that look after them. If there are several teams, each looks after its own part.
const TOPICS: &[(&str, &[&str])] = &[
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
    // Persistent data
    ("databases", &[PERSISTENCE]),
    ("backups", &[PERSISTENCE]),
    ("object storage", &[PERSISTENCE]),
    ("RDBMS", &[PERSISTENCE]),
    ("backup systems", &[PERSISTENCE]),
    ("MariaDB", &[PERSISTENCE]),
    ("Bacula", &[PERSISTENCE]),
    ("Swift", &[PERSISTENCE]),
    // The foundations of all other systems
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
    // Observability
    ("monitoring", &[O11Y]),
    ("logging", &[O11Y]),
    ("Prometheus", &[O11Y]),
    ("Grafana", &[O11Y]),
    ("ElasticSearch", &[O11Y]),
    ("Kibana", &[O11Y]),
    ("Logstash", &[O11Y]),
    ("AlertManager", &[O11Y]),
    ("o11y", &[O11Y]),
    // Services for users
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
    // Data analysis
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
    // Machine learning
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
    ("Data Platform", &["data-platform", PLATFORM]),
    ("API Platform", &[PLATFORM]),
    ("Platform Operations", &[PLATFORM]),
    ("WMF Dumps", &[PLATFORM]),
    ("service infrastructure", &[PLATFORM]),
    // Shared by several teams
    ("Kafka", &[DATA, O11Y]),
    ("Kubernetes", &[DATA, ML, SERVICEOPS]),
    ("MediaWiki", &[PLATFORM, SERVICEOPS]),
];

#[test]
fn finds_the_teams_of_every_topic() {
    let map = testing::map(&project());
    for (word, expected) in TOPICS {
        for question in [
            (*word).to_owned(),
            word.to_lowercase(),
            word.to_uppercase(),
            format!("who do I ask about {word}?"),
            format!("{word}, please"),
        ] {
            let names = NameIndex::new(&map, []);
            let answer = route(&map, &[], &names, &question, None);
            let teams = answer.teams.iter();
            let teams: Vec<&str> = teams.map(|it| map.teams.name(it.team)).collect();
            assert_eq!(teams, *expected, "{question}");
            assert!(answer.corrections.is_empty(), "{question}");
            assert!(answer.teams.iter().all(|found| !found.reasons.is_empty()));
        }
    }
}
