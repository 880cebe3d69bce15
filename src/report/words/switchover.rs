//! What is found about links that Confluent's Switchover service manages, in words.

use std::borrow::Cow;

use super::More;
use super::found::{FindingWords, words};
use super::number::quantity;
use crate::address::Address;
use crate::diff::switchover::{PairShown, SwitchoverFinding};
use crate::live::switchover::PairPhase;
use crate::plan::switchover::{PairRefusal, WriteKind, refusal};

/// How many operations that are not planned are listed.
const MAX_LISTED: usize = 20;

/// Why a pair refuses a write, as a sentence without its end.
#[must_use]
pub fn pair_refusal(why: PairRefusal) -> &'static str {
    match why {
        PairRefusal::Provisioning => "the pair is being created and its link is checked",
        PairRefusal::Updating => {
            "the service is reversing, stopping or restoring the link's mirror topics"
        }
        PairRefusal::Deprovisioning => "the pair is being deleted",
        PairRefusal::RestoreFirst => {
            "an unplanned failover has stopped the link, and only RESTORE makes it copy again"
        }
        PairRefusal::Failed => "the pair's validation failed, and it manages the link no less",
        PairRefusal::ServiceDecides => {
            "the service decides which topics are copied in which direction; only configs may be edited"
        }
        PairRefusal::UnknownPhase => "this version does not know the pair's phase",
    }
}

/// What to do about it.
#[must_use]
pub fn pair_remediation(why: PairRefusal) -> &'static str {
    match why {
        PairRefusal::Provisioning | PairRefusal::Updating => {
            "wait until the pair is READY_TO_FAILOVER, and plan again"
        }
        PairRefusal::Deprovisioning => "wait until the pair is gone, and plan again",
        PairRefusal::RestoreFirst => {
            "run RESTORE first (`confluent switchover pair failover`, type RESTORE), then plan again"
        }
        PairRefusal::Failed => {
            "delete the switchover pair and plan again; create it again after the apply"
        }
        PairRefusal::ServiceDecides => {
            "change the direction with `confluent switchover pair failover`; for anything else delete the pair, \
             apply, and create it again"
        }
        PairRefusal::UnknownPhase => {
            "upgrade Linkwright, or wait until the pair is READY_TO_FAILOVER"
        }
    }
}

/// The words for a finding.
pub(super) fn finding(found: &SwitchoverFinding) -> FindingWords {
    match found {
        SwitchoverFinding::FailedOver { pair, folded } => failed_over(pair, *folded),
        SwitchoverFinding::NotReady { pair, folded } => not_ready(pair, *folded),
        SwitchoverFinding::Refused {
            pair,
            folded,
            operations,
        } => refused(pair, *folded, operations),
        SwitchoverFinding::Unknown { why, operations } => FindingWords {
            details: listed(operations),
            ..words(
                format!(
                    "whether a switchover pair manages {} is not known: {}",
                    match operations.is_empty() {
                        true => "links between clusters of Confluent Cloud",
                        false => "the link",
                    },
                    why.reason
                ),
                "a pair may be failing over now, so no request is made to such a link or its mirror topics",
                "make Confluent Cloud's API readable (`confluent_cloud`: key, environments, endpoint) and plan again; \
                 if no pair manages the link, remove `confluent_cloud`",
            )
        },
    }
}

fn failed_over(shown: &PairShown, folded: usize) -> FindingWords {
    let pair = &shown.pair;
    let help = match (&shown.active, &pair.phase) {
        (_, PairPhase::ReadyToRestore) => pair_remediation(PairRefusal::RestoreFirst).to_owned(),
        (Some(active), _) => format!(
            "nothing, while that is meant: write `primary: {active}` to have the spec say so, or go back with `confluent switchover pair failover`"
        ),
        (None, _) => "nothing, while that is meant".to_owned(),
    };
    let why = match pair.phase {
        PairPhase::ReadyToRestore => {
            "the link is stopped: until RESTORE its topics have no copy that follows"
        }
        _ => "the direction of its topics follows the active member, not the spec",
    };
    FindingWords {
        details: details(shown, folded),
        ..words(headline(shown), why, &help)
    }
}

fn not_ready(shown: &PairShown, folded: usize) -> FindingWords {
    // Every write is refused for the same reason while a pair is not ready.
    let why = refusal(&shown.pair.phase, WriteKind::EditConfigs);
    FindingWords {
        details: details(shown, folded),
        ..words(
            headline(shown),
            why.map_or("", pair_refusal),
            why.map_or("", pair_remediation),
        )
    }
}

fn refused(
    shown: &PairShown,
    folded: usize,
    operations: &[(Address, Cow<'static, str>)],
) -> FindingWords {
    let why =
        refusal(&shown.pair.phase, WriteKind::EditConfigs).unwrap_or(PairRefusal::ServiceDecides);
    let mut lines = listed(operations);
    lines.extend(details(shown, folded));
    FindingWords {
        details: lines,
        ..words(
            format!(
                "{}; {} refused",
                headline(shown),
                match operations.len() {
                    1 => "1 operation is".to_owned(),
                    n => format!("{} are", quantity(n, "operation")),
                }
            ),
            pair_refusal(why),
            pair_remediation(why),
        )
    }
}

/// `switchover pair sw-1 (orders) failed over to west, UNPLANNED, READY_TO_RESTORE since …`.
fn headline(shown: &PairShown) -> String {
    let pair = &shown.pair;
    let name = match pair.name.as_str() {
        "" => String::new(),
        name if name == pair.id => String::new(),
        name => format!(" ({name})"),
    };
    let active = active(shown);
    let what = match (pair.is_failed_over(), &pair.last_failover) {
        (true, Some(word)) => format!("failed over to {active} ({word})"),
        (true, None) => format!("failed over to {active}"),
        (false, _) => format!("has {active} as its active member"),
    };
    let at = match &pair.updated_at {
        Some(at) => format!(", last changed at {at}"),
        None => String::new(),
    };
    format!(
        "switchover pair {}{name} {what} and is {}{at}",
        pair.id, pair.phase
    )
}

fn active(shown: &PairShown) -> String {
    match &shown.active {
        Some(cluster) => cluster.to_string(),
        None => shown.pair.active.clone(),
    }
}

fn details(shown: &PairShown, folded: usize) -> Vec<String> {
    let pair = &shown.pair;
    let mut lines = Vec::new();
    if pair.is_failed_over() {
        lines.push(format!(
            "first active member: {}; active member: {}",
            pair.first_active, pair.active
        ));
    }
    lines.extend(
        pair.problems
            .iter()
            .map(|it| format!("the service reports: {it}")),
    );
    lines.extend(shown.endpoints.iter().map(|it| {
        format!(
            "endpoint {} leads to {} and is {}",
            it.id, it.target, it.phase
        )
    }));
    if let Some(why) = &shown.endpoints_unread {
        lines.push(format!("its endpoints could not be read: {}", why.reason));
    }
    if folded > 0 {
        let count = quantity(folded, "difference");
        lines.push(format!(
            "{count} of mirror topics not listed: the pair explains them"
        ));
    }
    lines
}

fn listed(operations: &[(Address, Cow<'static, str>)]) -> Vec<String> {
    let shown = operations.iter().take(MAX_LISTED);
    let mut lines: Vec<String> = shown
        .map(|(address, word)| format!("not planned: {word} {address}"))
        .collect();
    let more = More::of(operations.len().saturating_sub(MAX_LISTED));
    lines.extend(more.map(|more| more.called("operation").to_string()));
    lines
}
