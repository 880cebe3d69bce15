//! LW096: a topic config list without configs that are always copied.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Cluster, ClusterKind, PlatformVersion};

pub(super) const RULE: Rule = Rule {
    code: Code("LW096"),
    severity: Severity::Warning,
    title: "a topic config list without configs that are always copied",
    why: "the server copies them whether the list has them or not, and rejects the list without \
         them, or adds them. Which ones these are depends on the version: Kafka 4 (Confluent \
         Platform 8 and Confluent Cloud) has no `message.timestamp.difference.max.ms`. Without \
         `version` on the cluster the newest known one counts",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync:
      include: [cleanup.policy, retention.ms]
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync:
      include:
        - cleanup.policy
        - max.message.bytes
        - message.timestamp.type
        - retention.ms
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let Some(sync) = &site.settings.topic_config_sync else {
            continue;
        };
        let Some(include) = sync.include.as_ref().filter(|_| !sync.broken) else {
            continue;
        };
        let holder = check.holder(site);
        let missing: Vec<String> = always_synced(holder)
            .filter(|always| !include.iter().any(|name| name.value == **always))
            .map(|name| format!("`{name}`"))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let place = include.first().map_or(&sync.place, |name| &name.place);
        let of_version = match holder.and_then(Cluster::version) {
            Some(version) => format!("Confluent Platform {version} always copies them"),
            None => "the newest known version always copies them; `version` on the cluster says \
                     which one it runs"
                .to_owned(),
        };
        problems.push(
            RULE.report(
                place,
                format!("the list does not contain {}", missing.join(", ")),
                "incomplete list",
            )
            .help(format!("add them: {of_version}")),
        );
    }
}

/// What mirrors on a cluster always take from their source.
fn always_synced(holder: Option<&Cluster>) -> impl Iterator<Item = &'static &'static str> {
    let version = holder
        .filter(|cluster| cluster.kind() != ClusterKind::ConfluentCloud)
        .and_then(Cluster::version);
    let is_kafka_3 = version.is_some_and(|version| version < PlatformVersion(8, 0));
    ALWAYS_SYNCED
        .iter()
        .filter(move |name| is_kafka_3 || **name != GONE_IN_KAFKA_4)
}

const GONE_IN_KAFKA_4: &str = "message.timestamp.difference.max.ms";

/// Topic configs that a mirror always takes from its source.
pub(super) const ALWAYS_SYNCED: [&str; 4] = [
    "cleanup.policy",
    "max.message.bytes",
    "message.timestamp.difference.max.ms",
    "message.timestamp.type",
];

/// Topic configs that the server copies besides, as long as the link has no list of its own: what
/// Confluent Platform 7.5 reads back. Later versions may copy more.
pub(super) const SYNCED_BY_DEFAULT: [&str; 5] = [
    "delete.retention.ms",
    "max.compaction.lag.ms",
    "min.compaction.lag.ms",
    "retention.bytes",
    "retention.ms",
];
