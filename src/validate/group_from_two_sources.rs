//! LW090: the same consumer groups synced from two clusters.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use super::view::meeting_includes;
use crate::spec::Filter;

pub(super) const RULE: Rule = Rule {
    code: Code("LW090"),
    severity: Severity::Warning,
    title: "the same consumer groups synced from two clusters",
    why: "both links write the offsets of one group on the destination, and the last writer \
          wins",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync: { groups: { include: [\"*\"] } }
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    consumer_offset_sync: { groups: { include: [\"billing\"] } }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync: { groups: { include: [\"orders*\"] } }
  payments-dr:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    consumer_offset_sync: { groups: { include: [\"billing\"] } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut there: BTreeMap<&str, Vec<(&str, &Filter)>> = BTreeMap::new();
    for site in check.hosts() {
        let (Some(holder), Some(peer)) = (site.holder_name(), site.peer_name()) else {
            continue;
        };
        let Some(sync) = site
            .settings
            .consumer_offset_sync
            .as_ref()
            .filter(|it| it.is_on())
        else {
            continue;
        };
        let Some(groups) = &sync.groups else { continue };
        if sync.prefix_groups.as_ref().is_some_and(|on| on.value) {
            continue;
        }
        let others = there.entry(holder).or_default();
        let met = others
            .iter()
            .take(MAX_COMPARED_LINKS)
            .filter(|(other, _)| *other != peer)
            .find_map(|(other, filter)| {
                Some((other, meeting_includes(filter, groups, |_, _| true)?))
            });
        if let Some((other, (a, b))) = met {
            problems.push(
                RULE.report(
                    &b.0.place,
                    format!("groups on `{holder}` get offsets from both `{other}` and `{peer}`"),
                    "synced here",
                )
                .at(&a.0.place, "and synced here")
                .help("let each link sync its own groups, or set `prefix_groups: true`"),
            );
        }
        others.push((peer, groups));
    }
}

/// A link is compared with this many others on its cluster; the first conflict is reported.
const MAX_COMPARED_LINKS: usize = 64;
