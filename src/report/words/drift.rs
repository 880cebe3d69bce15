//! Drift in words: [`DriftWords`].

use std::time::Duration;

use super::super::safe;
use super::attributes::{self, Change, Mark};
use super::{Weight, because, compared, duration, for_link, number, quantity, range};
use crate::diff::{Class, FindingKind};
use crate::drift::{Drift, DriftClass, DriftFinding, DriftKind, Novelty};
use crate::health::Exceeded;
use crate::live::{LossUnknown, MirrorLoss};
use crate::plan::Because;

/// A finding of drift in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriftWords {
    /// What is found, as a sentence without its end.
    pub summary: String,
    /// The same without figures, where it has any: findings that have it in common are said together.
    pub cause: Option<&'static str>,
    /// What it is about in detail, one line each.
    pub details: Vec<String>,
    /// The command or change of YAML that fixes it.
    pub remediation: String,
}

impl DriftWords {
    fn new(summary: impl Into<String>, remediation: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            cause: None,
            details: Vec::new(),
            remediation: remediation.into(),
        }
    }
}

/// The words for a finding of drift.
#[must_use]
pub fn drift(finding: &DriftFinding) -> DriftWords {
    let apply = "`linkwright apply`";
    match &finding.kind {
        DriftKind::Found(kind) => found(finding, kind),
        DriftKind::ThresholdExceeded(it) => exceeded(finding, it),
        DriftKind::LinkMissing => DriftWords::new("the link does not exist", apply),
        DriftKind::MirrorMissing => DriftWords::new("the mirror topic does not exist", apply),
        DriftKind::ConfigDiffers(change) => {
            let (summary, details) = match attributes::of_change(change).change {
                Change::Set(wanted) if change.hidden => {
                    let summary =
                        format!("is set to what the API does not return; the spec says {wanted}");
                    (summary, Vec::new())
                }
                other => difference(&other),
            };
            let fix = match change.hidden {
                true => format!(
                    "`linkwright apply` writes what the spec says; to keep what is set, declare {} as a reference",
                    change.name
                ),
                false => format!(
                    "`linkwright apply` restores {}; or write the live value into the spec",
                    change.name
                ),
            };
            DriftWords {
                details,
                ..DriftWords::new(format!("{} {summary}", change.name), fix)
            }
        }
        DriftKind::CredentialsDiffer(reason) => {
            DriftWords::new(because(&Because::Rotation(*reason)), apply)
        }
        DriftKind::StateDiffers(Because::State { live, wanted }) => DriftWords::new(
            match live {
                Some(status) => {
                    format!("the mirror topic is {status}; the spec says {wanted}")
                }
                None => because(&Because::State {
                    live: None,
                    wanted: *wanted,
                }),
            },
            format!(
                "`linkwright apply` changes it to {wanted}; or write the state that you want as its `state`"
            ),
        ),
        DriftKind::StateDiffers(other) => DriftWords::new(because(other), apply),
        DriftKind::RetiredLinkExists { reason } => DriftWords {
            details: vec![because(&Because::Retired {
                reason: reason.clone(),
            })],
            ..DriftWords::new(
                "the retired link still exists",
                "`linkwright apply` deletes it",
            )
        },
    }
}

fn found(finding: &DriftFinding, kind: &FindingKind) -> DriftWords {
    let words = super::finding::of_kind(&finding.address, kind);
    let mut remediation = words.help;
    for step in words.steps {
        let joint = match remediation.ends_with(':') {
            true => " ",
            false => "; ",
        };
        remediation.push_str(&format!("{joint}{step}"));
    }
    DriftWords {
        cause: None,
        summary: words.summary,
        details: words.details,
        remediation: for_its_link(&remediation, finding),
    }
}

fn for_its_link(text: &str, finding: &DriftFinding) -> String {
    match finding.address.half() {
        Some(half) => for_link(text, &half.link),
        None => text.to_owned(),
    }
}

fn exceeded(finding: &DriftFinding, exceeded: &Exceeded) -> DriftWords {
    match exceeded {
        Exceeded::Lag { loss, pace, max } => {
            let (cause, summary) = match unknown_lag(loss, *max) {
                Some(why) => (
                    LAG_UNKNOWN,
                    format!(
                        "how far the mirror topic is behind is unknown ({why}); the limit is {} messages",
                        number(*max)
                    ),
                ),
                None => (
                    LAG_HIGH,
                    format!(
                        "the mirror topic is at least {} messages behind; the limit is {}",
                        number(loss.least),
                        number(*max)
                    ),
                ),
            };
            DriftWords {
                cause: Some(cause),
                details: pace.iter().map(super::pace).collect(),
                ..DriftWords::new(
                    summary,
                    "check the link's throughput and the source's producers",
                )
            }
        }
        Exceeded::CatchUp { loss, pace, max } => DriftWords {
            cause: Some(CATCH_UP),
            details: vec![match pace {
                Some(pace) => super::pace(pace),
                None => NO_PACE.to_owned(),
            }],
            ..DriftWords::new(
                match loss.unknown() {
                    Some(why) => format!(
                        "whether the mirror topic catches up within {} is unknown ({why})",
                        duration(*max)
                    ),
                    None => format!(
                        "the mirror topic is {} messages behind and does not catch up within {}",
                        number(loss.least),
                        duration(*max)
                    ),
                },
                "check the link's throughput and the source's producers",
            )
        },
        Exceeded::Behind { estimate, most } => DriftWords {
            cause: Some(BEHIND),
            details: vec![super::written(estimate)],
            ..DriftWords::new(
                format!(
                    "the mirror topic is {} (estimate); its objective is {}",
                    super::behind(&estimate.behind),
                    duration(*most)
                ),
                BEHIND_FIX,
            )
        },
        Exceeded::BehindUnknown { why, topics, most } => DriftWords::new(
            format!(
                "whether {} within {} of the source, as the objective says, is not known: {}",
                match topics {
                    1 => "1 mirror topic is".to_owned(),
                    n => format!("{} are", quantity(*n, "mirror topic")),
                },
                duration(*most),
                why.map_or_else(
                    || "the objective is within the bounds of the estimate".to_owned(),
                    super::estimate_unknown
                ),
            ),
            why.map_or(
                "read with more time between the reads, such as with `--sample 5m`",
                super::estimate_fix,
            ),
        ),
        Exceeded::Failover { run, most } => DriftWords {
            details: vec![super::past_failover(run)],
            ..DriftWords::new(
                format!(
                    "the last failover {}; its objective is {}",
                    super::took(run),
                    duration(*most)
                ),
                for_its_link(
                    "`linkwright runs show` has what took how long; `linkwright drill` estimates how long it would take now",
                    finding,
                ),
            )
        },
        Exceeded::FailoverUnknown { why, most } => DriftWords::new(
            format!(
                "whether the last failover took at most {}, as the objective says, is not known: {}",
                duration(*most),
                safe::clean(why)
            ),
            "check the store with `linkwright store check`, and run again",
        ),
        Exceeded::Pending {
            status,
            since_ms: _,
            max,
            problems,
        } => DriftWords {
            details: problems
                .iter()
                .map(|problem| format!("{}: {}", problem.code, problem.message))
                .collect(),
            ..DriftWords::new(
                format!(
                    "the mirror topic is stuck in {status} for more than {}",
                    duration(*max)
                ),
                for_its_link(
                    "run `linkwright status LINK` to see what it waits for; usually producers still write at the source, or a synced consumer group is active at the destination: stop them",
                    finding,
                ),
            )
        },
    }
}

/// What lag above a limit has in common, whatever the figures.
const LAG_HIGH: &str = "lag above the limit";
const LAG_UNKNOWN: &str = "lag unknown";
const CATCH_UP: &str = "slow to catch up";
const BEHIND: &str = "further behind than the objective";
const BEHIND_FIX: &str =
    "check the link's throughput and the source's producers; or change `rpo` under `objectives`";
/// Of a mirror topic whose two reads show no pace.
const NO_PACE: &str = "two reads do not show that it copies";

/// Why the lag is not known, where no figure exceeds the limit.
fn unknown_lag(loss: &MirrorLoss, max: u64) -> Option<LossUnknown> {
    let why = loss.unknown().filter(|why| why.is_without_figures());
    why.filter(|_| loss.least <= max)
}

/// Several findings with the same cause in one sentence; none where their own words are the same.
#[must_use]
pub fn drift_together<'a>(findings: impl Iterator<Item = &'a DriftFinding>) -> Option<String> {
    let findings: Vec<&DriftFinding> = findings.collect();
    if let Some(summary) = slow_together(&findings).or_else(|| behind_together(&findings)) {
        return Some(summary);
    }
    let lags: Option<Vec<(&MirrorLoss, u64)>> = (findings.iter())
        .map(|finding| match &finding.kind {
            DriftKind::ThresholdExceeded(Exceeded::Lag { loss, max, .. }) => Some((loss, *max)),
            _ => None,
        })
        .collect();
    let lags = lags?;
    let (first, max) = *lags.first()?;
    if unknown_lag(first, max).is_some() {
        return Some(format!(
            "how far the mirror topics are behind is unknown; the limit is {} messages",
            number(max)
        ));
    }
    let least = lags.iter().map(|(loss, _)| loss.least).min()?;
    let most = lags.iter().map(|(loss, _)| loss.least).max()?;
    Some(format!(
        "the mirror topics are at least {} behind; the limit is {}",
        range(least, most, "message"),
        number(max)
    ))
}

/// Several mirror topics that catch up too slowly, or may.
fn slow_together(findings: &[&DriftFinding]) -> Option<String> {
    let slow: Option<Vec<(&MirrorLoss, Duration)>> = findings
        .iter()
        .map(|finding| match &finding.kind {
            DriftKind::ThresholdExceeded(Exceeded::CatchUp { loss, max, .. }) => Some((loss, *max)),
            _ => None,
        })
        .collect();
    let slow = slow?;
    let least = slow.iter().map(|(loss, _)| loss.least).min()?;
    let most = slow.iter().map(|(loss, _)| loss.least).max()?;
    let (_, max) = slow.first()?;
    let (behind, max) = (range(least, most, "message"), duration(*max));
    let unknown = slow.iter().filter(|(loss, _)| loss.unknown().is_some());
    Some(match unknown.count() {
        0 => format!("the mirror topics are {behind} behind and do not catch up within {max}"),
        n => format!(
            "the mirror topics report that they are {behind} behind and are not seen to catch up within {max}; the \
             figures of {n} may be out of date"
        ),
    })
}

/// Several mirror topics that are further behind than their objective.
fn behind_together(findings: &[&DriftFinding]) -> Option<String> {
    let behind: Option<Vec<(Duration, Duration)>> = (findings.iter())
        .map(|finding| match &finding.kind {
            DriftKind::ThresholdExceeded(Exceeded::Behind { estimate, most }) => {
                Some((estimate.behind.low(), *most))
            }
            _ => None,
        })
        .collect();
    let behind = behind?;
    let least = behind.iter().map(|(low, _)| *low).min()?;
    let (_, most) = behind.first()?;
    Some(format!(
        "the mirror topics are at least {} behind (estimate); their objective is {}",
        super::seconds(least),
        duration(*most)
    ))
}

/// A config's difference, read from the live side.
fn difference(change: &Change) -> (String, Vec<String>) {
    let whole = |pieces: &[(Mark, String)]| -> String {
        pieces.iter().map(|(_, text)| text.as_str()).collect()
    };
    match change {
        Change::Set(wanted) => (format!("is not set; the spec says {wanted}"), Vec::new()),
        Change::Replace { before, after } => (
            format!("is {}; the spec says {}", whole(before), whole(after)),
            Vec::new(),
        ),
        Change::Entries { entries, note: _ } => {
            let details = entries
                .iter()
                .filter_map(|(mark, entry)| match mark {
                    Mark::Added => Some(format!("missing: {entry}")),
                    Mark::Removed => Some(format!("not in the spec: {entry}")),
                    Mark::Same => None,
                })
                .collect();
            ("differs from the spec".to_owned(), details)
        }
    }
}

/// How grave findings of a class are.
#[must_use]
pub fn drift_weight(class: DriftClass) -> Weight {
    match class {
        DriftClass::Unknown | DriftClass::Health => Weight::Danger,
        DriftClass::State | DriftClass::Missing | DriftClass::Config => Weight::Caution,
        DriftClass::Unmanaged | DriftClass::Expected | DriftClass::Information => Weight::Plain,
    }
}

/// The title over the findings of a class.
#[must_use]
pub fn drift_title(class: DriftClass) -> &'static str {
    match class {
        DriftClass::Unknown => super::class_title(Class::Unknown),
        DriftClass::Health => super::class_title(Class::Health),
        DriftClass::Config => "Settings differ",
        DriftClass::State => "State differs from the spec",
        DriftClass::Missing => "Missing",
        DriftClass::Unmanaged => super::class_title(Class::Unmanaged),
        DriftClass::Expected => "Covered by an exception or a hold",
        DriftClass::Information => super::class_title(Class::Note),
    }
}

/// The mark in front of a finding; nothing for what is known.
#[must_use]
pub fn novelty_mark(news: Option<Novelty>) -> String {
    match news {
        Some(Novelty::New) => "new".to_owned(),
        Some(Novelty::Was(class)) => format!("new (was {class})"),
        Some(Novelty::Unchanged) | None => String::new(),
    }
}

/// Drift in one sentence without its end.
#[must_use]
pub fn drift_summary(drift: &Drift) -> String {
    let counts = drift.counts();
    let found: Vec<String> = DriftClass::ALL
        .into_iter()
        .filter_map(|class| Some((class, *counts.get(&class)?)))
        .filter(|(_, n)| *n > 0)
        .map(|(class, n)| format!("{} {class}", number(n as u64)))
        .collect();
    let mut compared = compared(&drift.compared);
    if found.is_empty() {
        compared.push_str(" match the spec");
        compared.push_str(&others(drift));
        return format!("no drift: {compared}");
    }
    compared.push_str(&others(drift));
    let only_known = drift
        .findings
        .iter()
        .all(|finding| finding.class.is_known());
    if only_known {
        return format!("no drift except {}; compared: {compared}", found.join(", "));
    }
    format!("drift: {}; compared: {compared}", found.join(", "))
}

/// The clusters without a declared link, as the end of a sentence, where there is anything to say of
/// them: something is live there, or they are all that was read.
fn others(drift: &Drift) -> String {
    let has_information = drift.of_class(DriftClass::Information).next().is_some();
    if drift.others == 0 || !(has_information || drift.compared.clusters == 0) {
        return String::new();
    }
    format!(
        "; also read: {} without a declared link",
        quantity(drift.others, "cluster")
    )
}

/// What has become of the last report, as a sentence; none when there is nothing to say.
#[must_use]
pub fn since(drift: &Drift) -> Option<String> {
    let since = drift.since.as_ref()?;
    let new = drift.new_findings().count();
    let counts = [
        (new, "new"),
        (since.gone.len(), "resolved"),
        (since.unseen.len(), "not readable in this run"),
        (drift.findings.len() - new, "unchanged"),
    ];
    let counted: Vec<String> = counts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", number(*n as u64)))
        .collect();
    if counted.is_empty() {
        return None;
    }
    Some(match &since.last {
        Some(last) => format!("Since {last}: {}.", counted.join(", ")),
        None => format!("No earlier report: {}.", counted.join(", ")),
    })
}
