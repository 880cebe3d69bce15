//! LW094: a topic config on a mirror that is always copied from the source.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use super::config_include::ALWAYS_SYNCED;
use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW094"),
    severity: Severity::Error,
    title: "a topic config on a mirror that is always copied from the source",
    why: "`cleanup.policy`, `max.message.bytes`, `message.timestamp.type` and \
          `message.timestamp.difference.max.ms` always follow the source topic; a mirror \
          cannot have its own",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders.placed:
        configs: { cleanup.policy: compact }
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
        let included: BTreeMap<&str, &Located<String>> = sync
            .and_then(|sync| sync.include.as_ref())
            .into_iter()
            .flatten()
            .map(|name| (name.as_str(), name))
            .collect();
        for (_, declared) in site.settings.mirrors.iter() {
            for name in declared.0.configs.names() {
                let also = included.get(name.as_str());
                let always = ALWAYS_SYNCED.contains(&name.as_str());
                if !always && also.is_none() {
                    continue;
                }
                let mut problem = RULE.report(
                    &name.place,
                    format!("`{name}` follows the source topic"),
                    "copied from the source",
                );
                if let Some(also) = also {
                    problem = problem.at(&also.place, "synced here");
                }
                problems.push(problem.help(if always {
                    "remove it; change it on the source topic"
                } else {
                    "remove it here, or from `topic_config_sync.include`"
                }));
            }
        }
    }
}
