//! LW060: an internal topic.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW060"),
    severity: Severity::Warning,
    title: "an internal topic",
    why: "auto-creation silently skips topics that begin with `__` or `_confluent`, and mirroring \
         them by name copies the internal state of one cluster to another",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\", \"__consumer_offsets\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"orders.*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let auto = site.settings.auto_create_mirrors.as_ref();
        let included = auto
            .and_then(|auto| auto.topics.as_ref())
            .into_iter()
            .flat_map(|topics| &topics.include)
            .map(|pattern| (pattern.0.value.name.as_str(), &pattern.0.place));
        let mirrored = site
            .settings
            .mirrors
            .names()
            .map(|name| (name.as_str(), &name.place));
        for (name, place) in included.chain(mirrored) {
            if name.starts_with("__") || name.starts_with("_confluent") {
                problems.push(
                    RULE.report(place, format!("`{name}` is an internal topic"), "internal")
                        .help("remove it; `consumer_offset_sync` copies consumer offsets"),
                );
            }
        }
    }
}
