//! Where desired and live state differ: (`Desired`, `Snapshot`) → [`Changes`].
//!
//! > If the spec does not name it, it is not ours.
//!
//! A link is ours when it is declared or retired; its typed settings are ours even where they are
//! left out. Everything else that is live is shown and never touched. A fact that could not be read
//! leads to a finding, never to a change. No words for people here: a change and a finding are data.

mod chain;
mod config;
pub mod direction;
mod effect;
mod finding;
mod half;
mod health;
mod held;
mod mirror;
mod needs;
mod outage;
mod pair;
mod pair_finding;
pub mod pairing;
mod promotion;
mod refused;
mod retire;
pub mod switchover;
pub mod writer;

use std::collections::{BTreeMap, BTreeSet};

pub use crate::catalog::Feature;
pub use config::{ConfigChange, ConfigTarget, ConfigValue, is_hidden, is_never_reset, is_unset};
pub(crate) use config::{default_of, same};
pub use effect::{Cut, Effect, Names, NotCompared, OffsetMove, PartitionCut};
pub use finding::{
    AnswerFinding, Class, Finding, FindingKind, ImmutableDifference, Keeps, MirrorFault,
    MirrorRefusal, RowShown, TopicFinding,
};
pub use half::{HalfChange, HalfChangeKind, RemoteField, RotationReason};
pub(crate) use health::unpaired;
pub use mirror::{
    History, LiveMirror, MirrorChange, MirrorDecision, MirrorNow, Turn, Verb, decide, fault,
};
pub use needs::{ExtraReads, extra_reads, first_reads, offset_reads};
pub use outage::{FailoverChange, Outage, outage};
pub use promotion::{blocking_groups, not_synced, peer};
pub use refused::{Absent, Refused};
pub use retire::{RetiredMirror, Retirement};

use crate::address::{ClusterName, GroupName, HalfAddress, LinkName, TopicName};
use crate::desired::Desired;
use crate::live::{Sample, Snapshot};

/// What the caller knows in addition to the spec and live state.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Links whose credentials are to be rotated (`--rotate LINK`).
    pub rotate: BTreeSet<LinkName>,
    /// The credentials' generation last written to each half, where that is known.
    pub recorded_generations: BTreeMap<HalfAddress, u32>,
    /// What is done about a half whose generation is declared and not on record.
    pub unrecorded: Unrecorded,
    /// Today, for exceptions that hold changes back; nothing is held back when left out, as drift is found
    /// and for `--allow exceptions`.
    pub hold_back: Option<jiff::civil::Date>,
    /// Today, for holds; nothing is held when left out, as drift is found.
    pub today: Option<jiff::civil::Date>,
    /// Which earlier figures are put next to those of mirror topics (`--sample`).
    pub sample: Sample,
}

/// What is done about a half whose `generation` is declared and on no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unrecorded {
    /// No record was read: nothing is said of it.
    #[default]
    NotRead,
    /// Whether these credentials were written is not known, and is found.
    NotKnown,
    /// There is a shared store, which would know: they are written.
    Write,
    /// The caller records them as written.
    Adopt,
}

/// Every difference, and everything worth saying about what is live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Link halves to create or alter, in address order.
    pub halves: Vec<HalfChange>,
    /// Mirror topics to act on, in address order.
    pub mirrors: Vec<MirrorChange>,
    /// Links to take away, in address order.
    pub retirements: Vec<Retirement>,
    /// The consumer groups that may hold promotions up, by the half whose mirrors are promoted.
    pub blocking_groups: BTreeMap<HalfAddress, Names<GroupName>>,
    /// What cannot or need not be acted upon.
    pub findings: Vec<Finding>,
    /// Clusters whose topics decide about a topic of a bidirectional link, and were not read.
    pub topics_needed: BTreeSet<ClusterName>,
    /// Rows that decide about one, that their server may not list, and that were not asked for by name.
    pub rows_needed: BTreeSet<(HalfAddress, TopicName)>,
    /// Today, where holds of the spec keep operations off.
    pub today: Option<jiff::civil::Date>,
    /// How much was read, for saying "no changes" honestly.
    pub compared: Compared,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Compared {
    /// Clusters of the spec that hold a declared or retired half.
    pub clusters: usize,
    /// Link halves declared or retired.
    pub halves: usize,
    /// Live mirror topics on these halves.
    pub mirrors: usize,
    /// Link configs compared.
    pub configs: usize,
}

/// Compares desired and live state.
///
/// The same desired state and the same facts give the same changes, in the same order.
#[must_use]
pub fn diff(desired: &Desired, live: &Snapshot, options: &Options) -> Changes {
    let declared = desired;
    let followed = switchover::follow(declared, live);
    let desired = &*followed;
    let mut changes = Changes {
        today: options.today,
        ..Changes::default()
    };
    let mut clusters = BTreeSet::new();
    for (link, half) in desired.halves() {
        clusters.insert(&half.address.cluster);
        changes.compared.halves += 1;
        half::compare(link, half, desired, live, options, &mut changes);
    }
    for retired in &desired.retired {
        clusters.insert(&retired.address.cluster);
        changes.compared.halves += 1;
        retire::compare(retired, live, &mut changes);
    }
    for link in desired.links.values() {
        if let Some(rules) = &link.topics {
            pairing::compare(desired, link, rules, live, options, &mut changes);
        }
    }
    pairing::losses(desired, live, &mut changes);
    chain::resolve(desired, live, &mut changes);
    mirror::withdraw_ending_pauses(desired, &mut changes);
    pair::withdraw_unsafe_retirements(desired, live, &mut changes);
    changes.compared.clusters = clusters.len();
    health::check(desired, live, &mut changes);
    changes
        .mirrors
        .sort_by(|a, b| (&a.half, &a.topic).cmp(&(&b.half, &b.topic)));
    changes
        .retirements
        .sort_by(|a, b| a.address.cmp(&b.address));
    promotion::check(desired, live, &mut changes);
    pairing::withdraw_turned(&mut changes);
    switchover::report(declared, live, &mut changes);
    changes
        .findings
        .sort_by(|a, b| (&a.address, a.kind.code()).cmp(&(&b.address, b.kind.code())));
    changes
}

#[cfg(test)]
pub(crate) mod tests;
