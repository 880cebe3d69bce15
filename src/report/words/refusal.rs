//! Refusals of the guards in words: [`RefusalWords`].

use super::More;
use super::number::{number, percent, quantity};
use crate::address::GroupName;
use crate::desired::Risk;
use crate::diff::{Effect, Names};
use crate::live::MirrorLoss;
use crate::plan::{Plan, Refusal, RefusalKind};

/// A refusal in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalWords {
    /// What is refused, as a sentence without its end.
    pub summary: String,
    /// Why.
    pub why: String,
    /// The flag that would let it pass for this run, written out; none when no flag does.
    pub flag: Option<String>,
    /// What to change in the spec instead.
    pub spec: String,
}

/// The words for a refusal.
#[must_use]
pub fn refusal(plan: &Plan, refusal: &Refusal) -> RefusalWords {
    let mut words = of_kind(plan, refusal);
    if is_about_one(plan, refusal) && has_rest(plan, refusal) {
        words
            .spec
            .push_str("; to go on with the rest meanwhile, name it with `--target`");
    }
    words
}

/// Whether it is about one link or one mirror topic, so that the rest can be planned without it.
fn is_about_one(plan: &Plan, refusal: &Refusal) -> bool {
    let ids = refusal.operations.iter();
    let mut addresses = ids.map(|id| &plan.operation(*id).address);
    match refusal.kind {
        RefusalKind::BlastRadius { .. } => false,
        RefusalKind::Protected { .. }
        | RefusalKind::Guarded { .. }
        | RefusalKind::PrefixTaken { .. }
        | RefusalKind::FinalSync { .. }
        | RefusalKind::LostClusterAnswers { .. }
        | RefusalKind::SetSplit { .. } => true,
        RefusalKind::NotAllowed(_) | RefusalKind::FailoverLag { .. } => {
            let first = addresses.next();
            first.is_some() && addresses.all(|address| Some(address) == first)
        }
    }
}

/// Whether there are operations on other mirror topics or links, which can be planned alone.
fn has_rest(plan: &Plan, refusal: &Refusal) -> bool {
    let refused = || refusal.operations.iter().map(|id| plan.operation(*id));
    plan.operations.iter().any(|op| {
        refused().all(|it| {
            let are_mirrors = op.address.mirror().is_some() && it.address.mirror().is_some();
            op.address != it.address && (op.half() != it.half() || are_mirrors)
        })
    })
}

fn of_kind(plan: &Plan, refusal: &Refusal) -> RefusalWords {
    let operations = || quantity(refusal.operations.len(), "operation");
    let flag = refusal
        .kind
        .allowed_by()
        .map(|allow| format!("--allow {}", allow.word()));
    match &refusal.kind {
        RefusalKind::NotAllowed(risk) => RefusalWords {
            summary: format!("{} {}", operations(), risk_predicate(*risk)),
            why: format!(
                "{}; neither `policy.allow` nor `--allow` permits it",
                risk_reason(*risk)
            ),
            flag,
            spec: format!("add `{risk}` to `policy.allow`"),
        },
        RefusalKind::Protected { link } => RefusalWords {
            summary: format!(
                "link {link} is protected, and {} on it would be irreversible or lose data",
                operations()
            ),
            why: "`protect: true` refuses this whatever else is allowed".to_owned(),
            flag,
            spec: format!("remove `protect: true` from link {link} in a separate change"),
        },
        RefusalKind::Guarded { address } => RefusalWords {
            summary: format!(
                "the guard file protects {address}, and {} on it would be irreversible or lose data",
                operations()
            ),
            why: "`protect` of the guard file refuses this whatever else is allowed".to_owned(),
            flag,
            spec: format!("those who own the guard file can remove {address} from `protect`"),
        },
        RefusalKind::BlastRadius {
            cluster,
            hit,
            of,
            bound,
        } => RefusalWords {
            summary: format!(
                "{} of {} links and running mirror topics on {cluster} would be stopped or deleted ({})",
                number(*hit as u64),
                number(*of as u64),
                percent(*hit, *of)
            ),
            why: format!(
                "the policy allows at most {} %, on clusters with {} objects or more",
                bound.max_percent, bound.from
            ),
            flag,
            spec: format!(
                "raise `policy.blast_radius.max_percent` to {}, or remove them in smaller steps",
                (hit * 100).div_ceil((*of).max(1))
            ),
        },
        RefusalKind::FailoverLag { max_lag } => {
            let losses = || {
                refusal
                    .operations
                    .iter()
                    .flat_map(|id| &plan.operation(*id).effects)
                    .filter_map(|effect| match effect {
                        Effect::Loses { loss, .. } => Some(loss),
                        _ => None,
                    })
            };
            let worst = losses().map(|loss| loss.least).max().unwrap_or_default();
            let doubt = losses()
                .filter_map(MirrorLoss::unknown)
                .find(|why| why.is_without_figures());
            let topics = quantity(refusal.operations.len(), "mirror topic");
            let limit = number(*max_lag);
            let reason = match doubt {
                Some(doubt) if worst <= *max_lag => {
                    format!("how far behind they are is unknown ({doubt})")
                }
                _ => format!("the worst is at least {} messages behind", number(worst)),
            };
            RefusalWords {
                summary: match doubt {
                    None => format!(
                        "{topics} to be failed over would lose more than {limit} messages each"
                    ),
                    Some(_) => format!(
                        "{topics} to be failed over may lose more than {limit} messages each"
                    ),
                },
                why: format!("{reason}, and `policy.failover.max_lag` is {limit}"),
                flag,
                spec: match doubt {
                    None => format!(
                        "raise `policy.failover.max_lag` to {worst} or more to accept that loss, or wait until they have caught up"
                    ),
                    Some(_) => "remove `policy.failover.max_lag` to accept that loss, or wait until the server reports lag"
                        .to_owned(),
                },
            }
        }
        RefusalKind::FinalSync { half, groups } => RefusalWords {
            summary: match groups {
                Names::Known(groups) => format!(
                    "{} of {half} would be promoted with offset sync on, while {} at the destination: {}",
                    quantity(refusal.operations.len(), "mirror topic"),
                    match groups.len() {
                        1 => "1 synced consumer group is active".to_owned(),
                        n => format!("{} synced consumer groups are active", number(n as u64)),
                    },
                    listed(groups)
                ),
                Names::Unknown(why) => format!(
                    "{} of {half} would be promoted with offset sync on, and whether synced consumer groups are active at the destination is unknown: {}",
                    quantity(refusal.operations.len(), "mirror topic"),
                    why.as_ref()
                        .map_or_else(|| "they were not read".to_owned(), ToString::to_string)
                ),
            },
            why: "an active group keeps the promotion in PENDING_STOPPED, and no request is known to lead back from there; `policy.promote.offset_sync` is `final_sync`".to_owned(),
            flag,
            spec: "stop these consumers, or write `policy.promote.offset_sync: off_first`".to_owned(),
        },
        RefusalKind::LostClusterAnswers { cluster } => RefusalWords {
            summary: format!(
                "{} would fail over without {cluster}, which answers",
                operations()
            ),
            why: "a failover loses what was not copied; with both clusters the topics can be reversed, which loses nothing"
                .to_owned(),
            flag,
            spec: format!("remove `lost` from cluster `{cluster}`"),
        },
        RefusalKind::SetSplit {
            half,
            set,
            stay,
            groups,
        } => {
            let mut reasons = Vec::new();
            if !stay.is_empty() {
                let names: Vec<String> = stay
                    .iter()
                    .take(5)
                    .map(|(topic, status)| match status {
                        Some(status) => format!("{topic} is {status}"),
                        None => format!("{topic} does not exist"),
                    })
                    .collect();
                let mut names = names.join(", ");
                if let Some(more) = More::of(stay.len().saturating_sub(5)) {
                    names.push_str(&format!(" {more}"));
                }
                reasons.push(format!("this plan does not move all of it ({names})"));
            }
            match groups {
                Some(Names::Known(groups)) => reasons.push(format!(
                    "synced consumer groups are active at the destination ({})",
                    listed(groups)
                )),
                Some(Names::Unknown(_)) => reasons.push(
                    "whether synced consumer groups are active at the destination is unknown"
                        .to_owned(),
                ),
                None => {}
            }
            RefusalWords {
                summary: format!(
                    "the set {set} of {half} cannot move together: {}",
                    reasons.join("; ")
                ),
                why: "`move_together` says that these mirror topics move all or none".to_owned(),
                flag,
                spec: "write `state: promoted`, or the same `primary`, for each of them, fix what keeps one from it, and stop the consumers at the destination; or take it out of `move_together`".to_owned(),
            }
        }
        RefusalKind::PrefixTaken { by, prefix } => RefusalWords {
            summary: format!("link {by} already has the prefix {prefix}"),
            why: "two links on one cluster cannot have the same prefix".to_owned(),
            flag,
            spec: format!(
                "choose another prefix (it cannot be changed later), or list {} under `retired`",
                by.link
            ),
        },
    }
}

/// The first names, and how many more there are.
fn listed(groups: &[GroupName]) -> String {
    let names: Vec<&str> = groups.iter().take(5).map(GroupName::as_str).collect();
    match More::of(groups.len().saturating_sub(5)) {
        None => names.join(", "),
        Some(more) => format!("{} {more}", names.join(", ")),
    }
}

fn risk_predicate(risk: Risk) -> &'static str {
    match risk {
        Risk::Reversible => "would change something",
        Risk::Disruptive => "would stop something that people rely on",
        Risk::Direction => "would make a topic read-only on one of its clusters",
        Risk::Irreversible => "would be irreversible",
        Risk::DataLoss => "may lose data",
    }
}

fn risk_reason(risk: Risk) -> &'static str {
    match risk {
        Risk::Reversible => "the policy does not allow even reversible operations",
        Risk::Disruptive => {
            "a sync turned off, a narrower filter or new credentials can be reverted, but clients notice"
        }
        Risk::Direction => "producers that still write to the topic there fail from then on",
        Risk::Irreversible => {
            "a promoted or failed-over topic mirrors again only on a bidirectional link, deleting a link erases its history, and a removed secret cannot be read back"
        }
        Risk::DataLoss => {
            "messages that were not copied, or ACLs that match a filter, would be lost"
        }
    }
}
