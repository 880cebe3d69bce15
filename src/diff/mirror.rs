//! What becomes of a mirror topic: the decision table ([`decide`]) and its use on one half.
//!
//! `docs/decisions.md` holds the same table in prose. It is a total function: every desired state
//! meets every live status.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::Names;
use super::finding::{Finding, FindingKind, MirrorFault, MirrorRefusal};
use super::{Changes, HalfChange, HalfChangeKind, Options, config, held};
use crate::address::{Address, ClusterName, GroupName, HalfAddress, LinkName, TopicName};
use crate::catalog::names;
use crate::desired::{ClusterKind, Desired, DesiredMirror, Half, Link, MirrorState};
use crate::diagnostic::Place;
use crate::live::{
    ClusterSnapshot, Lags, LinkError, LinkFact, MirrorFact, MirrorLoss, MirrorStatus, Reading,
    Snapshot, loss::loss,
};

/// A mirror topic to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorChange {
    /// The half that holds it.
    pub half: HalfAddress,
    /// Its own name.
    pub topic: TopicName,
    /// Its source topic.
    pub source: TopicName,
    /// What to do, in this order.
    pub verbs: &'static [Verb],
    /// The desired state.
    pub wanted: MirrorState,
    /// What it is now; none when it is to be created.
    pub live: Option<MirrorNow>,
    /// Topic configs to create it with.
    pub configs: BTreeMap<String, String>,
    /// Whose topic it is, where the spec declares its primary.
    pub turn: Option<Box<Turn>>,
    /// What could not be checked before creating it.
    pub unchecked: Vec<&'static str>,
    /// Where the spec says so.
    pub place: Place,
}

/// The two sides of a topic whose primary is declared, at the time of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The other half than the one that the change is called at.
    pub other: HalfAddress,
    /// The declared primary.
    pub primary: ClusterName,
    /// Where the topic is written now.
    pub writer: ClusterName,
    /// The id of the link, which both halves have.
    pub link_id: Option<String>,
    /// The consumer groups whose offsets the link syncs to the called side; unknown if they are too many
    /// or could not be read.
    pub groups: Names<GroupName>,
    /// Mirror topics of other links that have the other side's topic as their source.
    pub readers: Vec<Address>,
}

/// What there is to know of a live mirror before it is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorNow {
    /// Its status.
    pub status: MirrorStatus,
    /// When it entered that status: milliseconds since 1970, if the server says.
    pub since_ms: Option<i64>,
    /// What is lost if it stops now.
    pub loss: MirrorLoss,
    /// Its figures, for a later read to compare with.
    pub lags: Lags,
}

impl MirrorNow {
    /// What the rows of a mirror and of its link say.
    #[must_use]
    pub fn of(row: &MirrorFact, link: Option<&LinkFact>) -> Self {
        Self {
            status: row.status.clone(),
            since_ms: row.since_ms,
            loss: loss(row, link, row.earlier.sampled()),
            lags: row.lags.clone(),
        }
    }
}

/// One thing to do with a mirror topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Wait until it has left its transitional status.
    Await,
    /// Create it.
    Create,
    /// Pause it.
    Pause,
    /// Resume it.
    Resume,
    /// Promote it: stop after everything was copied.
    Promote,
    /// Fail it over: stop at once.
    Failover,
    /// Reverse it: its topic becomes writable, and the topic of the other half becomes the mirror.
    Reverse,
    /// The same, and the new mirror is paused.
    ReverseAndPause,
    /// Restore it: an ordinary topic becomes a mirror again.
    Restore,
}

/// What is live where the mirror should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveMirror<'a> {
    /// Nothing; the name is free as far as is known.
    Absent,
    /// A plain topic.
    PlainTopic(History),
    /// A mirror of another link.
    MirrorOf(&'a LinkName),
    /// A mirror of this link.
    Mirror(&'a MirrorStatus),
    /// A mirror of this link, which reports an error: its source is out of reach, whatever the mirror's
    /// own status says yet.
    WithoutSource(&'a MirrorStatus, Option<&'a LinkError>),
}

impl<'a> LiveMirror<'a> {
    /// A mirror as its row and its link's row in the same read show it.
    #[must_use]
    pub fn of(row: &'a MirrorFact, link: Option<&'a LinkFact>) -> Self {
        match link.filter(|link| !link.is_healthy()) {
            Some(link) => Self::WithoutSource(&row.status, link.error.as_ref()),
            None => Self::Mirror(&row.status),
        }
    }
}

/// Whether the rows of a link tell of every mirror that was stopped on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// They do: stopped mirrors stay listed as long as the link exists.
    Kept,
    /// They need not: Confluent Platform may list a stopped mirror no more, and a link that was
    /// deleted took its history along.
    MayBeGone,
}

/// What becomes of a mirror topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MirrorDecision {
    /// It is as desired.
    Nothing,
    /// These verbs bring it there.
    Act(&'static [Verb]),
    /// It is as desired as far as can be seen, and that is worth a note.
    AssumeStopped,
    /// It does not do what it should, and acting would not help.
    Report(MirrorFault),
    /// There is no safe way there.
    Refuse(MirrorRefusal),
}

/// The decision table: desired state × live status.
///
/// Sources: the statuses and verbs of the OpenAPI document; the states from which the Terraform
/// provider lets each verb start; its issue 780 for failing over a failed mirror.
#[must_use]
pub fn decide(wanted: MirrorState, live: &LiveMirror<'_>) -> MirrorDecision {
    use LiveMirror as L;
    use MirrorDecision::{Act, AssumeStopped, Nothing, Refuse, Report};
    use MirrorState::{FailedOver, Mirroring, Paused, Promoted};
    use MirrorStatus as S;

    let status = match live {
        L::Absent => {
            return match wanted {
                Mirroring => Act(&[Verb::Create]),
                Paused => Act(&[Verb::Create, Verb::Pause]),
                Promoted | FailedOver => Refuse(MirrorRefusal::NothingToStop),
            };
        }
        L::PlainTopic(history) => {
            return match (wanted, history) {
                (Promoted | FailedOver, History::MayBeGone) => AssumeStopped,
                (Promoted | FailedOver, History::Kept) | (Mirroring | Paused, _) => {
                    Refuse(MirrorRefusal::PlainTopic)
                }
            };
        }
        L::MirrorOf(link) => return Refuse(MirrorRefusal::MirrorOf((*link).clone())),
        L::Mirror(status) => *status,
        L::WithoutSource(status, error) => match (*status, wanted) {
            // A promotion never ends without its source; a failover needs none.
            (S::PendingStopped, FailedOver) => return Act(&[Verb::Failover]),
            (
                S::Active
                | S::Paused
                | S::PendingMirror
                | S::PendingSynchronize
                | S::PendingSetupForRestore
                | S::PendingRestore,
                Promoted,
            ) => return Refuse(MirrorRefusal::PromoteLinkInError(error.cloned())),
            _ => *status,
        },
    };
    match (status, wanted) {
        (S::Active, Mirroring) | (S::Paused, Paused) | (S::LinkPaused, Paused) => Nothing,
        (S::Active, Paused) => Act(&[Verb::Pause]),
        (S::Paused, Mirroring) => Act(&[Verb::Resume]),
        (S::Active | S::Paused, Promoted) => Act(&[Verb::Promote]),

        (S::Stopped, Promoted | FailedOver) => Nothing,
        (S::PendingStopped, Promoted | FailedOver) => Act(&[Verb::Await]),
        (S::Stopped, Mirroring | Paused) => Refuse(MirrorRefusal::Writable),
        (S::PendingStopped, Mirroring | Paused) => Refuse(MirrorRefusal::BecomingWritable),

        (
            S::PendingMirror
            | S::PendingSynchronize
            | S::PendingSetupForRestore
            | S::PendingRestore,
            wanted,
        ) => Act(match wanted {
            Mirroring => &[Verb::Await],
            Paused => &[Verb::Await, Verb::Pause],
            Promoted => &[Verb::Await, Verb::Promote],
            FailedOver => &[Verb::Failover],
        }),

        (S::SourceUnavailable, Mirroring | Paused) => Report(MirrorFault::SourceUnavailable),
        (S::LinkFailed, Mirroring | Paused) => Report(MirrorFault::LinkFailed),
        (S::LinkPaused, Mirroring) => Report(MirrorFault::LinkPaused),
        (S::Failed, Mirroring | Paused) => Report(MirrorFault::Failed(None)),
        (S::SourceUnavailable | S::LinkFailed, Promoted) => {
            Refuse(MirrorRefusal::PromoteNeedsSource(status.clone()))
        }
        (S::LinkPaused, Promoted) => Refuse(MirrorRefusal::LinkPaused),
        (S::Failed, Promoted) => Refuse(MirrorRefusal::FailedCannotPromote(None)),

        (S::Other(word), _) => Report(MirrorFault::UnknownStatus(word.clone())),

        (
            S::Active
            | S::Paused
            | S::LinkPaused
            | S::SourceUnavailable
            | S::LinkFailed
            | S::Failed,
            FailedOver,
        ) => Act(&[Verb::Failover]),
    }
}

/// What keeps a mirror topic from mirroring, going by its row. It is what [`decide`] reports of one
/// that should mirror.
#[must_use]
pub fn fault(row: &MirrorFact) -> Option<MirrorFault> {
    match decide(MirrorState::Mirroring, &LiveMirror::Mirror(&row.status)) {
        MirrorDecision::Report(MirrorFault::Failed(_)) => {
            Some(MirrorFault::Failed(row.error.clone()))
        }
        MirrorDecision::Report(fault) => Some(fault),
        MirrorDecision::Nothing
        | MirrorDecision::Act(_)
        | MirrorDecision::AssumeStopped
        | MirrorDecision::Refuse(_) => None,
    }
}

/// Compares the mirrors of one half. A half whose mirror topics could not be read gets a finding.
pub(super) fn compare(
    desired: &Desired,
    link: &Link,
    half: &Half,
    live: &Snapshot,
    options: &Options,
    changes: &mut Changes,
) {
    let Some(host) = live.clusters.get(&half.address.cluster) else {
        return;
    };
    let all = match &host.mirrors {
        Reading::Read(all) => all,
        Reading::Unread(why) => {
            changes.findings.push(Finding::new(
                config::half_address(&half.address),
                FindingKind::Unknown(why.clone()),
                Some(half.place.clone()),
            ));
            return;
        }
        Reading::NotAsked => return,
    };
    let nothing = BTreeMap::new();
    let rows = all.get(&half.address.link).unwrap_or(&nothing);
    changes.compared.mirrors += rows.len();
    if link.topics.is_some() {
        return; // What becomes of its topics, both halves together say.
    }
    // Both are in the order of their names, also with a prefix: going through them side by side costs less
    // than looking a hundred thousand names up.
    let mut listed = rows.keys().peekable();
    for (source, declared) in &half.mirrors.literal {
        let topic = half.mirror_name(source);
        while listed.next_if(|name| **name < topic).is_some() {}
        if listed.peek() != Some(&&topic) {
            absent(desired, half, source, topic, declared, live, changes);
        }
    }
    let live_link = host
        .links
        .read()
        .and_then(|links| links.get(&half.address.link));
    let is_paused = link.pauses(half);
    let auto_create = half.auto_create();
    let mut literal = half.mirrors.literal.iter().peekable();
    for (topic, row) in rows {
        // A pause that the spec asks for is no problem.
        let expected = |fault: &MirrorFault| is_paused && *fault == MirrorFault::LinkPaused;
        if is_history(half, row, live) {
            continue;
        }
        // Rows come in the order of their sources, unless names were chosen by hand.
        while literal
            .next_if(|(source, _)| **source < row.source_topic)
            .is_some()
        {}
        let declared = match literal.peek() {
            Some((source, declared)) if **source == row.source_topic => Some(*declared),
            _ => half.mirrors.of(&row.source_topic),
        };
        if let Some(declared) = declared {
            let first = (changes.findings.len(), changes.mirrors.len());
            present(half, topic, row, live_link, declared, expected, changes);
            for finding in changes.findings.iter_mut().skip(first.0) {
                if finding.kind == FindingKind::MirrorRefused(MirrorRefusal::Writable)
                    && let Some(other) = reversed_to(half, row, live)
                {
                    finding.kind = FindingKind::MirrorRefused(MirrorRefusal::Reversed(other));
                }
            }
            hold_back(first, row, declared, desired, options, changes);
            continue;
        }
        let covered = auto_create
            .as_ref()
            .filter(|(filters, _)| filters.selects(row.source_topic.as_str()));
        let (kind, place) = match covered {
            Some((_, place)) => match coverage(row) {
                Some(FindingKind::MirrorFaulty(fault)) if expected(&fault) => continue,
                Some(kind) => (kind, *place),
                None => continue,
            },
            None => {
                let status = row.status.clone();
                (FindingKind::UnmanagedMirror { status }, &half.place)
            }
        };
        changes.findings.push(Finding::new(
            Address::Mirror(half.address.clone(), topic.clone()),
            kind,
            Some(place.clone()),
        ));
    }
}

/// Takes back what was said of mirror topics whose link is paused, where the plan resumes it.
pub(super) fn withdraw_ending_pauses(desired: &Desired, changes: &mut Changes) {
    let is_resumed = |change: &&HalfChange| match &change.kind {
        HalfChangeKind::Alter { settings, .. } => settings.iter().any(|setting| {
            setting.name == names::CLUSTER_LINK_PAUSED && !setting.target.turns_on()
        }),
        HalfChangeKind::Create { .. } => false,
    };
    let resumed: BTreeSet<&HalfAddress> = (changes.halves.iter())
        .filter(is_resumed)
        .map(|change| &change.address)
        .collect();
    let ending: BTreeSet<&HalfAddress> = (desired.halves())
        .filter(|(link, half)| link.pausing(half).any(|it| resumed.contains(&it.address)))
        .map(|(_, half)| &half.address)
        .collect();
    changes.findings.retain(|finding| {
        finding.kind != FindingKind::MirrorFaulty(MirrorFault::LinkPaused)
            || (finding.address.half()).is_none_or(|half| !ending.contains(half))
    });
}

/// Holds back what was just decided of one mirror topic, where an exception covers its state: the change is
/// not made, and a refusal is no reason to refuse everything else.
fn hold_back(
    (findings, mirrors): (usize, usize),
    row: &MirrorFact,
    declared: &DesiredMirror,
    desired: &Desired,
    options: &Options,
    changes: &mut Changes,
) {
    let (address, exception) = if let Some(change) = changes.mirrors.get(mirrors) {
        let address = Address::Mirror(change.half.clone(), change.topic.clone());
        let exception = held::of_field(desired, options, &address, "state");
        (address, exception)
    } else if let Some(Finding {
        address,
        kind: FindingKind::MirrorRefused(_),
        ..
    }) = changes.findings.get(findings)
    {
        (address.clone(), held::of_state(desired, options, address))
    } else {
        return;
    };
    let Some(exception) = exception else {
        return;
    };
    let is_refused = changes.mirrors.len() == mirrors;
    changes.mirrors.truncate(mirrors);
    changes.findings.truncate(findings);
    let states = (row.status.to_string(), declared.state.to_string());
    let held = held::finding(address, "state", states, is_refused, exception);
    changes.findings.push(held);
}

/// Whether a stopped row is only what a reversal there and back left behind: no key of its own speaks of
/// it, and the other half mirrors the topic of the same name.
fn is_history(half: &Half, row: &MirrorFact, live: &Snapshot) -> bool {
    reversed_to(half, row, live).is_some() && !half.mirrors.literal.contains_key(&row.source_topic)
}

/// The other half of a bidirectional link, where it mirrors the topic of a stopped row: someone reversed it.
fn reversed_to(half: &Half, row: &MirrorFact, live: &Snapshot) -> Option<HalfAddress> {
    let is_pair = half.role.link_mode() == crate::desired::LinkMode::Bidirectional;
    if !is_pair || row.status != MirrorStatus::Stopped {
        return None;
    }
    let peer = live.clusters.get(&half.peer.cluster)?;
    let other = (peer.mirrors.read()?.get(&half.address.link)?).get(&row.topic)?;
    (other.status != MirrorStatus::Stopped).then(|| HalfAddress {
        cluster: half.peer.cluster.clone(),
        link: half.address.link.clone(),
    })
}

/// What there is to say of a mirror that no key governs and that its link's auto-create selects. It
/// is never acted upon and never refused: only a key declares a state.
fn coverage(row: &MirrorFact) -> Option<FindingKind> {
    match &row.status {
        MirrorStatus::Paused => Some(FindingKind::SelectedMirrorPaused),
        MirrorStatus::Stopped | MirrorStatus::PendingStopped => {
            Some(FindingKind::SelectedMirrorStopped {
                status: row.status.clone(),
            })
        }
        _ => fault(row).map(FindingKind::MirrorFaulty),
    }
}

fn present(
    half: &Half,
    topic: &TopicName,
    row: &MirrorFact,
    link: Option<&LinkFact>,
    declared: &DesiredMirror,
    expected: impl Fn(&MirrorFault) -> bool,
    changes: &mut Changes,
) {
    let kind = match decide(declared.state, &LiveMirror::of(row, link)) {
        MirrorDecision::Nothing => match standing_lag(declared.state, row) {
            Some(not_copied) => FindingKind::StoppedWithLag { not_copied },
            None => return,
        },
        MirrorDecision::AssumeStopped => FindingKind::HistoryMissing {
            wanted: declared.state,
        },
        MirrorDecision::Act(verbs) => {
            if let Some(kind) = without_source(declared.state, row, link) {
                let address = Address::Mirror(half.address.clone(), topic.clone());
                let place = Some(declared.place.clone());
                changes.findings.push(Finding::new(address, kind, place));
            }
            changes.mirrors.push(MirrorChange {
                half: half.address.clone(),
                topic: topic.clone(),
                source: row.source_topic.clone(),
                verbs,
                wanted: declared.state,
                live: Some(MirrorNow::of(row, link)),
                configs: BTreeMap::new(),
                turn: None,
                unchecked: Vec::new(),
                place: declared.place.clone(),
            });
            return;
        }
        MirrorDecision::Report(fault) if expected(&fault) => return,
        MirrorDecision::Report(MirrorFault::Failed(_)) => {
            FindingKind::MirrorFaulty(MirrorFault::Failed(row.error.clone()))
        }
        MirrorDecision::Refuse(MirrorRefusal::FailedCannotPromote(_)) => {
            FindingKind::MirrorRefused(MirrorRefusal::FailedCannotPromote(row.error.clone()))
        }
        MirrorDecision::Report(fault) => FindingKind::MirrorFaulty(fault),
        MirrorDecision::Refuse(refusal) => FindingKind::MirrorRefused(refusal),
    };
    let address = Address::Mirror(half.address.clone(), topic.clone());
    changes
        .findings
        .push(Finding::new(address, kind, Some(declared.place.clone())));
}

/// That a promotion which has started waits for a source that cannot be reached.
pub(super) fn without_source(
    wanted: MirrorState,
    row: &MirrorFact,
    link: Option<&LinkFact>,
) -> Option<FindingKind> {
    let link = link.filter(|link| !link.is_healthy())?;
    let waits = wanted == MirrorState::Promoted && row.status == MirrorStatus::PendingStopped;
    waits.then(|| FindingKind::PromotionWithoutSource {
        error: link.error.clone(),
        message: link.error_message.clone(),
        not_copied: loss(row, Some(link), &[]).least,
        problems: row.transition_problems.clone(),
    })
}

/// The messages that a stopped mirror topic did not copy, where it should have been promoted: it was
/// failed over.
fn standing_lag(wanted: MirrorState, row: &MirrorFact) -> Option<u64> {
    if wanted != MirrorState::Promoted || row.status != MirrorStatus::Stopped {
        return None;
    }
    let not_copied = loss(row, None, &[]).least;
    (not_copied > 0).then_some(not_copied)
}

/// What the absence of a row proves.
fn history(half: &Half, host: &ClusterSnapshot, desired: &Desired) -> History {
    let cluster = desired.clusters.get(&half.address.cluster);
    let keeps_rows = cluster.is_some_and(|it| it.kind == ClusterKind::ConfluentCloud);
    let link_is_there = host
        .links
        .read()
        .is_some_and(|links| links.contains_key(&half.address.link));
    match keeps_rows && link_is_there {
        true => History::Kept,
        false => History::MayBeGone,
    }
}

/// A mirror that is desired by its own name and is not there.
fn absent(
    desired: &Desired,
    half: &Half,
    source: &TopicName,
    topic: TopicName,
    declared: &DesiredMirror,
    live: &Snapshot,
    changes: &mut Changes,
) {
    let Some(host) = live.clusters.get(&half.address.cluster) else {
        return;
    };
    let mut unchecked = Vec::new();
    let other = host
        .mirrors
        .read()
        .and_then(|all| {
            all.iter().find(|(_, rows)| {
                rows.get(&topic)
                    .is_some_and(|row| row.status != MirrorStatus::Stopped)
            })
        })
        .map(|(link, _)| link);
    let what = match (other, &host.topics) {
        (Some(link), _) => LiveMirror::MirrorOf(link),
        (None, Reading::Read(topics)) if topics.contains(&topic) => {
            LiveMirror::PlainTopic(history(half, host, desired))
        }
        (None, Reading::Read(_)) => LiveMirror::Absent,
        (None, Reading::Unread(_) | Reading::NotAsked) => {
            unchecked.push("whether the name is free");
            LiveMirror::Absent
        }
    };
    let mut found = |kind| {
        changes.findings.push(Finding::new(
            Address::Mirror(half.address.clone(), topic.clone()),
            kind,
            Some(declared.place.clone()),
        ));
    };
    let verbs = match decide(declared.state, &what) {
        MirrorDecision::Act(verbs) => verbs,
        MirrorDecision::Nothing => return,
        MirrorDecision::AssumeStopped => {
            return found(FindingKind::HistoryMissing {
                wanted: declared.state,
            });
        }
        MirrorDecision::Refuse(refusal) => return found(FindingKind::MirrorRefused(refusal)),
        MirrorDecision::Report(fault) => return found(FindingKind::MirrorFaulty(fault)),
    };
    match live
        .clusters
        .get(&half.peer.cluster)
        .and_then(|source| source.topics.read())
    {
        // Whether a source topic that is not there will be is said once all halves are compared:
        // see `chain`.
        Some(_) => {}
        None => unchecked.push("whether the source topic exists"),
    }
    changes.mirrors.push(MirrorChange {
        half: half.address.clone(),
        topic,
        source: source.clone(),
        verbs,
        wanted: declared.state,
        live: None,
        configs: declared.configs.clone(),
        turn: None,
        unchecked,
        place: declared.place.clone(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/decisions.md`, cell by cell: one word per desired state.
    const TABLE: &[(&str, [&str; 4])] = &[
        ("ACTIVE", ["-", "pause", "promote", "failover"]),
        ("PAUSED", ["resume", "-", "promote", "failover"]),
        ("LINK_PAUSED", ["report", "-", "refuse", "failover"]),
        (
            "SOURCE_UNAVAILABLE",
            ["report", "report", "refuse", "failover"],
        ),
        ("LINK_FAILED", ["report", "report", "refuse", "failover"]),
        ("FAILED", ["report", "report", "refuse", "failover"]),
        (
            "PENDING_MIRROR",
            ["await", "await pause", "await promote", "failover"],
        ),
        ("PENDING_STOPPED", ["refuse", "refuse", "await", "await"]),
        ("STOPPED", ["refuse", "refuse", "-", "-"]),
        (
            "PENDING_SYNCHRONIZE",
            ["await", "await pause", "await promote", "failover"],
        ),
        (
            "PENDING_SETUP_FOR_RESTORE",
            ["await", "await pause", "await promote", "failover"],
        ),
        (
            "PENDING_RESTORE",
            ["await", "await pause", "await promote", "failover"],
        ),
        ("TELEPORTING", ["report", "report", "report", "report"]),
    ];

    fn word(decision: MirrorDecision) -> String {
        match decision {
            MirrorDecision::Nothing => "-".to_owned(),
            MirrorDecision::AssumeStopped => "note".to_owned(),
            MirrorDecision::Report(_) => "report".to_owned(),
            MirrorDecision::Refuse(_) => "refuse".to_owned(),
            MirrorDecision::Act(verbs) => {
                let words: Vec<String> = verbs
                    .iter()
                    .map(|verb| format!("{verb:?}").to_lowercase())
                    .collect();
                words.join(" ")
            }
        }
    }

    #[test]
    fn every_cell_of_the_table() {
        for (status, row) in TABLE {
            let status = MirrorStatus::from_word(status);
            for (wanted, expected) in MirrorState::ALL.into_iter().zip(row) {
                assert_eq!(
                    word(decide(wanted, &LiveMirror::Mirror(&status))),
                    *expected,
                    "{wanted} × {status}"
                );
            }
        }
        assert_eq!(TABLE.len(), MirrorStatus::KNOWN.len() + 1);
    }

    #[test]
    fn the_rows_without_a_mirror_of_ours() {
        let other = LinkName::from("other");
        let rows = [
            (
                LiveMirror::Absent,
                ["create", "create pause", "refuse", "refuse"],
            ),
            (
                LiveMirror::PlainTopic(History::Kept),
                ["refuse", "refuse", "refuse", "refuse"],
            ),
            (
                LiveMirror::PlainTopic(History::MayBeGone),
                ["refuse", "refuse", "note", "note"],
            ),
            (
                LiveMirror::MirrorOf(&other),
                ["refuse", "refuse", "refuse", "refuse"],
            ),
        ];
        for (live, row) in rows {
            for (wanted, expected) in MirrorState::ALL.into_iter().zip(row) {
                assert_eq!(word(decide(wanted, &live)), expected, "{wanted} × {live:?}");
            }
        }
    }
}
