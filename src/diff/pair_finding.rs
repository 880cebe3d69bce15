//! What there is to say of links that a switchover pair manages: [`SwitchoverFinding`], data.

use std::borrow::Cow;

use crate::address::{Address, ClusterName};
use crate::desired::Desired;
use crate::live::Unread;
use crate::live::switchover::{Pair, PairEndpoint, Switchover};

/// A pair as findings show it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PairShown {
    /// The pair.
    pub pair: Pair,
    /// The cluster of its active member by its name in the spec, where the spec has it.
    pub active: Option<ClusterName>,
    /// Its endpoints.
    pub endpoints: Vec<PairEndpoint>,
    /// Why they are not known, if they are not.
    pub endpoints_unread: Option<Unread>,
}

impl PairShown {
    /// A pair with what else is known of it.
    #[must_use]
    pub fn of(pair: &Pair, desired: &Desired, seen: &Switchover) -> Self {
        let active = pair.active_cluster().and_then(|id| desired.cluster_of(id));
        let (endpoints, endpoints_unread) = match seen.endpoints_of(pair) {
            Ok(all) => (all.cloned().collect(), None),
            Err(why) => (Vec::new(), Some(why.clone())),
        };
        Self {
            pair: pair.clone(),
            active: active.map(|cluster| cluster.name.clone()),
            endpoints,
            endpoints_unread,
        }
    }
}

/// What there is to say of a link that a pair manages, or may.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum SwitchoverFinding {
    /// The pair is failed over: the direction of its topics follows the active member, not the spec.
    FailedOver {
        /// The pair.
        pair: PairShown,
        /// How many differences of mirror topics are not listed, since they follow from that.
        folded: usize,
    },
    /// The pair is in a phase in which nothing may be written to its link.
    NotReady {
        /// The pair.
        pair: PairShown,
        /// How many differences of mirror topics are not listed.
        folded: usize,
    },
    /// The spec wants operations that the pair's phase forbids.
    Refused {
        /// The pair.
        pair: PairShown,
        /// How many differences of mirror topics are not listed.
        folded: usize,
        /// The operations that are not planned.
        operations: Vec<(Address, Cow<'static, str>)>,
    },
    /// The pairs could not be read: whether one manages the link is not known, and nothing is planned for it.
    Unknown {
        /// Why.
        why: Unread,
        /// The operations that are not planned.
        operations: Vec<(Address, Cow<'static, str>)>,
    },
}

impl SwitchoverFinding {
    /// How many differences of mirror topics are not listed.
    #[must_use]
    pub fn folded(&self) -> usize {
        match self {
            Self::FailedOver { folded, .. }
            | Self::NotReady { folded, .. }
            | Self::Refused { folded, .. } => *folded,
            Self::Unknown { .. } => 0,
        }
    }

    /// The operations that are not planned because of it.
    #[must_use]
    pub fn operations(&self) -> &[(Address, Cow<'static, str>)] {
        match self {
            Self::Refused { operations, .. } | Self::Unknown { operations, .. } => operations,
            Self::FailedOver { .. } | Self::NotReady { .. } => &[],
        }
    }
}
