//! LW091: a topic mirrored both ways under one name.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use crate::spec::{Located, MirrorState};

pub(super) const RULE: Rule = Rule {
    code: Code("LW091"),
    severity: Severity::Error,
    title: "a topic mirrored both ways under one name",
    why: "a mirror of a topic cannot be that topic's source: without a prefix the two \
          directions need the same name for two things",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { credentials: *credentials, mirrors: { orders: {} } }
      west: { credentials: *credentials, mirrors: { orders: {} } }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { credentials: *credentials, prefix: west., mirrors: { orders: {} } }
      west: { credentials: *credentials, prefix: east., mirrors: { orders: {} } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut there: BTreeMap<(&str, &str, String), &Located<String>> = BTreeMap::new();
    for site in check.hosts() {
        let (Some(holder), Some(peer)) = (site.holder_name(), site.peer_name()) else {
            continue;
        };
        for (source, declared) in site.settings.mirrors.iter() {
            let ended = matches!(
                declared.0.state(),
                MirrorState::Promoted | MirrorState::FailedOver
            );
            if source.contains('*') || ended {
                continue;
            }
            // The source of this mirror is itself a mirror, made by the way back.
            let mirror = format!("{}{source}", site.prefix());
            if let Some(back) = there.get(&(peer, holder, source.value.clone()))
                && back.value == mirror
            {
                problems.push(
                    RULE.report(
                        &source.place,
                        format!("`{mirror}` would be the mirror of its own mirror"),
                        "mirrored this way",
                    )
                    .at(&back.place, "and back")
                    .help("give the halves prefixes, or mirror it one way only"),
                );
            }
            there.insert((holder, peer, mirror), source);
        }
    }
}
