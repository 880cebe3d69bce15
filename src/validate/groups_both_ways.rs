//! LW089: the same consumer groups synced both ways.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use super::view::meeting_includes;
use crate::spec::Filter;

pub(super) const RULE: Rule = Rule {
    code: Code("LW089"),
    severity: Severity::Warning,
    title: "the same consumer groups synced both ways",
    why: "each direction overwrites the other one's offsets, so a group may jump back or \
          ahead; offsets of a group flow from where it consumes",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east:
        prefix: west.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"billing*\"] } }
      west:
        prefix: east.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"*\"] } }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east:
        prefix: west.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"east-billing*\"] } }
      west:
        prefix: east.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"west-billing*\"] } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let syncs: Vec<_> = check
        .hosts()
        .filter_map(|site| {
            let sync = site.settings.consumer_offset_sync.as_ref()?;
            let prefixed = sync.prefix_groups.as_ref().is_some_and(|on| on.value);
            let groups = sync.groups.as_ref().filter(|_| sync.is_on() && !prefixed)?;
            Some((site.holder_name()?, site.peer_name()?, groups))
        })
        .collect();
    let mut back: BTreeMap<(&str, &str), Vec<&Filter>> = BTreeMap::new();
    for (holder, peer, groups) in syncs {
        if let Some(others) = back.get(&(peer, holder)) {
            let met = others
                .iter()
                .find_map(|other| meeting_includes(other, groups));
            if let Some((a, b)) = met {
                problems.push(
                    RULE.report(
                        &b.0.place,
                        format!("groups are synced from `{peer}` to `{holder}` and back"),
                        "this way",
                    )
                    .at(&a.0.place, "and that way")
                    .help("let each direction sync its own groups"),
                );
            }
        }
        back.entry((holder, peer)).or_default().push(groups);
    }
}
