//! Refusals of the guards in words: [`RefusalWords`].

use super::number::{number, percent, quantity};
use crate::desired::Risk;
use crate::diff::Effect;
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

fn risk_predicate(risk: Risk) -> &'static str {
    match risk {
        Risk::Reversible => "would change something",
        Risk::Disruptive => "would stop something that people rely on",
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
        Risk::Irreversible => {
            "a promoted or failed-over topic never mirrors again, deleting a link erases its history, and a removed secret cannot be read back"
        }
        Risk::DataLoss => {
            "messages that were not copied, or ACLs that match a filter, would be lost"
        }
    }
}
