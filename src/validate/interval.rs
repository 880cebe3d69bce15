//! LW050: an interval that the server rejects.

use super::{Check, Rule};
use crate::catalog::names;
use crate::catalog::{self, Kind};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Duration;

pub(super) const RULE: Rule = Rule {
    code: Code("LW050"),
    severity: Severity::Error,
    title: "an interval that the server rejects",
    why: "offset sync and ACL sync run at most once a second, and every interval is a whole \
          number of milliseconds of at most 2,147,483,647 (24 days)",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync:
      interval: 100ms
      groups: { include: [\"*\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync:
      interval: 1s
      groups: { include: [\"*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let settings = site.settings;
        let offsets = settings.consumer_offset_sync.as_ref();
        let acls = settings.acl_sync.as_ref();
        let topics = settings.topic_config_sync.as_ref();
        let intervals = [
            (
                offsets.and_then(|sync| sync.interval.as_ref()),
                names::CONSUMER_OFFSET_SYNC_MS,
            ),
            (
                acls.and_then(|sync| sync.interval.as_ref()),
                names::ACL_SYNC_MS,
            ),
            (
                topics.and_then(|sync| sync.interval.as_ref()),
                names::TOPIC_CONFIG_SYNC_MS,
            ),
        ];
        for (interval, config) in intervals {
            let Some(interval) = interval else { continue };
            let millis = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
            let min = match catalog::lookup(config).map(|entry| entry.kind) {
                Some(Kind::Int { min: Some(min) }) => min,
                _ => 1,
            };
            let bound = if millis < min {
                format!("at least {}", least(min))
            } else if millis > i64::from(i32::MAX) {
                "at most 24 days".to_owned()
            } else {
                continue;
            };
            problems.push(
                RULE.report(
                    &interval.place,
                    format!("the interval {interval} is out of range for `{config}`"),
                    &bound,
                )
                .help(format!("use {bound}")),
            );
        }
    }
}

fn least(millis: i64) -> Duration {
    Duration::from_millis(millis.unsigned_abs())
}
