//! LW094: a topic config on a mirror that its link copies from the source.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use super::config_include::{ALWAYS_SYNCED, SYNCED_BY_DEFAULT};
use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW094"),
    severity: Severity::Error,
    title: "a topic config on a mirror that its link copies from the source",
    why: "a mirror cannot have its own value of a topic config that its link keeps in sync: \
          `cleanup.policy`, `max.message.bytes`, `message.timestamp.type` and, before Kafka 4, \
          `message.timestamp.difference.max.ms` always, and those of \
          `topic_config_sync.include`. Without that list the server also copies \
          `delete.retention.ms`, `max.compaction.lag.ms`, `min.compaction.lag.ms`, \
          `retention.bytes` and `retention.ms`",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders.placed:
        configs: { retention.ms: 604800000 }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync:
      include: [cleanup.policy, max.message.bytes, message.timestamp.type, message.timestamp.difference.max.ms]
    mirrors:
      orders.placed:
        configs: { retention.ms: 604800000 }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let sync = site.settings.topic_config_sync.as_ref();
        let include = sync.and_then(|sync| sync.include.as_ref());
        // A list that could not be read is not a list that is left out.
        let by_default = include.is_none() && sync.is_none_or(|sync| !sync.broken);
        let included: BTreeMap<&str, &Located<String>> = include
            .into_iter()
            .flatten()
            .map(|name| (name.as_str(), name))
            .collect();
        for (_, declared) in site.settings.mirrors.iter() {
            for name in declared.0.configs.names() {
                let also = included.get(name.as_str());
                let help = if ALWAYS_SYNCED.contains(&name.as_str()) {
                    "remove it; change it on the source topic"
                } else if also.is_some() {
                    "remove it here, or from `topic_config_sync.include`"
                } else if by_default && SYNCED_BY_DEFAULT.contains(&name.as_str()) {
                    "remove it here, or list under `topic_config_sync.include` what to copy instead"
                } else {
                    continue;
                };
                let mut problem = RULE.report(
                    &name.place,
                    format!("`{name}` follows the source topic"),
                    "copied from the source",
                );
                if let Some(also) = also {
                    problem = problem.at(&also.place, "synced here");
                }
                problems.push(problem.help(help));
            }
        }
    }
}
