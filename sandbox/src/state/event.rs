//! What will happen, and when.

use super::key::{HalfKey, MirrorKey};
use super::link::Task;
use super::switchover::FailoverType;
use crate::clock::Millis;
use serde::{Deserialize, Serialize};

/// An event and when it is due. Ordered by time, then by the order of scheduling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    pub(crate) at: Millis,
    pub(crate) number: u64,
    pub(crate) event: Event,
}

/// Something that will happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Event {
    /// A link tries its other side for the first time.
    FirstContact {
        #[serde(flatten)]
        half: HalfKey,
        epoch: u64,
    },
    /// `link_error` appears.
    ErrorVisible {
        #[serde(flatten)]
        half: HalfKey,
        epoch: u64,
    },
    /// The availability checks have failed often enough.
    Unavailable {
        #[serde(flatten)]
        half: HalfKey,
        epoch: u64,
    },
    /// Contact is back.
    ContactBack {
        #[serde(flatten)]
        half: HalfKey,
        epoch: u64,
    },
    /// A mirror looks whether its next transition may happen.
    MirrorStep {
        #[serde(flatten)]
        mirror: MirrorKey,
        epoch: u64,
    },
    /// A mirror looks whether its source topic is still the same.
    SourceCheck(MirrorKey),
    /// The retry timeout of a failing mirror has passed.
    RetriesOver(MirrorKey),
    /// A task runs.
    TaskRun {
        #[serde(flatten)]
        half: HalfKey,
        task: Task,
    },
    /// A deleted topic disappears.
    TopicGone { cluster: String, topic: String },
    /// A deleted link disappears.
    LinkGone(HalfKey),
    /// A switchover pair goes on with what is under way.
    PairStep { pair: String, epoch: u64 },
    /// A failover that the world file foresees.
    PairFailover {
        pair: String,
        kind: FailoverType,
        target: Option<String>,
    },
    /// A switchover endpoint can be used.
    EndpointReady(String),
    /// A deleted switchover endpoint disappears.
    EndpointGone(String),
}
