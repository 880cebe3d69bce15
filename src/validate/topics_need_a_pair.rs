//! LW110: `topics` on a link whose topics cannot be written on either cluster.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Mode;

pub(super) const RULE: Rule = Rule {
    code: Code("LW110"),
    severity: Severity::Error,
    title: "`topics` on a link that cannot be reversed",
    why: "`topics` says on which of two clusters a topic is written. That needs a bidirectional link, \
          and halves without a prefix: a mirror topic with another name cannot be reversed",
    example: "\
links:
  orders:
    source: east
    destination: west
    credentials: *credentials
    topics: { payments: { primary: east } }
",
    fix: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials }
    topics: { payments: { primary: east } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (key, link) in check.spec.links.iter() {
        let Some(first) = link.topics.names().next() else {
            continue;
        };
        if link.mode() != Mode::Bidirectional {
            problems.push(
                RULE.report(
                    &first.place,
                    format!("`topics` on `{key}`, which is no bidirectional link"),
                    "one way only",
                )
                .help(
                    "write `mirrors`; a link cannot become bidirectional, only a new one can be so",
                ),
            );
        }
        let prefixes = link
            .halves
            .iter()
            .filter_map(|(_, half)| half.settings.prefix.as_ref());
        for prefix in prefixes.filter(|prefix| !prefix.value.is_empty()) {
            problems.push(
                RULE.report(
                    &prefix.place,
                    format!("`topics` on `{key}`, whose mirror topics have a prefix"),
                    "a prefix",
                )
                .at(&first.place, "these would be reversed")
                .help("use a link without prefixes, or write `mirrors` under the halves"),
            );
        }
    }
}
