//! LW097: offset sync on a link whose mirrors have all been promoted or failed over.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::MirrorState;

pub(super) const RULE: Rule = Rule {
    code: Code("LW097"),
    severity: Severity::Warning,
    title: "offset sync on a link whose mirrors have all been promoted or failed over",
    why: "after a cutover, groups consume on the destination; stale offsets from the source can \
         still overwrite theirs, and the sync blocks promotions (CONSUMER_GROUP_IN_USE_ERROR)",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync: { groups: { include: [\"billing\"] } }
    mirrors:
      orders.placed: { state: promoted }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders.placed: { state: promoted }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let settings = site.settings;
        let Some(sync) = settings
            .consumer_offset_sync
            .as_ref()
            .filter(|sync| sync.is_on())
        else {
            continue;
        };
        let creates = settings
            .auto_create_mirrors
            .as_ref()
            .is_some_and(|auto| auto.is_on());
        let all_ended = settings.mirrors.iter().all(|(_, declared)| {
            matches!(
                declared.0.state(),
                MirrorState::Promoted | MirrorState::FailedOver
            )
        });
        if all_ended && !creates && !settings.mirrors.is_empty() {
            problems.push(
                RULE.report(
                    &sync.place,
                    "offsets are synced but nothing is mirrored any more",
                    "still on",
                )
                .help(
                    "remove `consumer_offset_sync` in the same change: the plan turns it off \
                         before it promotes",
                ),
            );
        }
    }
}
