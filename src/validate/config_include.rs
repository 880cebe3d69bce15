//! LW096: a topic config list that the server rejects.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW096"),
    severity: Severity::Error,
    title: "a topic config list that the server rejects",
    why: "the list must contain the configs that are always copied, and none that is never copied: \
         schema validation, subject names, tiering and placement belong to the destination",
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
        - message.timestamp.difference.max.ms
        - retention.ms
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let syncs = check
        .hosts()
        .filter_map(|site| site.settings.topic_config_sync.as_ref());
    for sync in syncs {
        let Some(include) = &sync.include else {
            continue;
        };
        if sync.broken {
            continue;
        }
        let missing: Vec<String> = ALWAYS_SYNCED
            .iter()
            .filter(|always| !include.iter().any(|name| name.value == **always))
            .map(|name| format!("`{name}`"))
            .collect();
        if !missing.is_empty() {
            let place = include.first().map_or(&sync.place, |name| &name.place);
            problems.push(
                RULE.report(
                    place,
                    format!("the list does not contain {}", missing.join(", ")),
                    "incomplete list",
                )
                .help("add them: they are always copied"),
            );
        }
        for name in include {
            if is_never_synced(name) {
                problems.push(
                    RULE.report(
                        &name.place,
                        format!("`{name}` is never copied"),
                        "not allowed in this list",
                    )
                    .help("remove it; set it on the destination's topics"),
                );
            }
        }
    }
}

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

fn is_never_synced(name: &str) -> bool {
    [
        "confluent.key.",
        "confluent.value.",
        "confluent.tier.",
        "confluent.placement.",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}
