//! LW108: a topic config list with a config that is never copied.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW108"),
    severity: Severity::Error,
    title: "a topic config list with a config that is never copied",
    why: "the server rejects the list: schema validation, subject names, tiering and placement \
         belong to the destination",
    example: "\
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
        - confluent.value.schema.validation
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
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let syncs = check
        .hosts()
        .filter_map(|site| site.settings.topic_config_sync.as_ref());
    for name in syncs.flat_map(|sync| sync.include.iter().flatten()) {
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
