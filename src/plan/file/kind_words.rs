//! The closed words of operations in a saved plan: roles, turns, purposes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::Role;
use crate::diff::RotationReason;
use crate::plan::{AlterPurpose, Turn, Validation};

/// The part a half plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoleV1 {
    /// The only half, on the destination.
    Destination,
    /// The destination's half of a source-initiated link.
    InboundDestination,
    /// The source's half of a source-initiated link.
    OutboundSource,
    /// A bidirectional half that waits to be connected to.
    BidirectionalInbound,
    /// A bidirectional half that connects.
    BidirectionalOutbound,
}

impl RoleV1 {
    pub(super) fn from_plan(role: Role) -> (Self, bool) {
        match role {
            Role::Destination => (Self::Destination, false),
            Role::InboundDestination => (Self::InboundDestination, false),
            Role::OutboundSource => (Self::OutboundSource, false),
            Role::BidirectionalInbound => (Self::BidirectionalInbound, false),
            Role::BidirectionalOutbound { peer_inbound } => {
                (Self::BidirectionalOutbound, peer_inbound)
            }
        }
    }

    pub(super) fn to_plan(self, peer_inbound: bool) -> Role {
        match self {
            Self::Destination => Role::Destination,
            Self::InboundDestination => Role::InboundDestination,
            Self::OutboundSource => Role::OutboundSource,
            Self::BidirectionalInbound => Role::BidirectionalInbound,
            Self::BidirectionalOutbound => Role::BidirectionalOutbound { peer_inbound },
        }
    }
}

/// A half's turn in the creation of its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TurnV1 {
    /// It is created first.
    First,
    /// It is created after the other.
    Second,
    /// It is the only half.
    Only,
}

impl TurnV1 {
    pub(super) fn from_plan(turn: Turn) -> Self {
        match turn {
            Turn::First => Self::First,
            Turn::Second => Self::Second,
            Turn::Only => Self::Only,
        }
    }

    pub(super) fn to_plan(self) -> Turn {
        match self {
            Self::First => Turn::First,
            Self::Second => Turn::Second,
            Self::Only => Turn::Only,
        }
    }
}

/// `validate_link` of the create request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ValidationV1 {
    /// The server tries the connection first.
    Connect,
    /// It does not.
    Skip,
}

impl ValidationV1 {
    pub(super) fn from_plan(validation: Validation) -> Self {
        match validation {
            Validation::Connect => Self::Connect,
            Validation::Skip => Self::Skip,
        }
    }

    pub(super) fn to_plan(self) -> Validation {
        match self {
            Self::Connect => Validation::Connect,
            Self::Skip => Validation::Skip,
        }
    }
}

/// What an alteration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PurposeV1 {
    /// How the half connects and signs in.
    Connection,
    /// Anything else.
    Settings,
    /// Turning auto-create off before a link is taken away.
    StopAutoCreate,
    /// Turning offset sync off.
    StopOffsetSync,
}

impl PurposeV1 {
    pub(super) fn from_plan(purpose: AlterPurpose) -> (Self, Option<RotationV1>) {
        match purpose {
            AlterPurpose::Connection(rotation) => {
                (Self::Connection, rotation.map(RotationV1::from_plan))
            }
            AlterPurpose::Settings => (Self::Settings, None),
            AlterPurpose::StopAutoCreate => (Self::StopAutoCreate, None),
            AlterPurpose::StopOffsetSync => (Self::StopOffsetSync, None),
        }
    }

    pub(super) fn to_plan(self, rotation: Option<RotationV1>) -> AlterPurpose {
        match self {
            Self::Connection => AlterPurpose::Connection(rotation.map(RotationV1::to_plan)),
            Self::Settings => AlterPurpose::Settings,
            Self::StopAutoCreate => AlterPurpose::StopAutoCreate,
            Self::StopOffsetSync => AlterPurpose::StopOffsetSync,
        }
    }
}

/// Why secrets are written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RotationV1 {
    /// The caller asked for it.
    Asked,
    /// The spec's generation rose.
    Generation {
        /// The one last written.
        from: u32,
        /// The spec's.
        to: u32,
    },
    /// The link reports `AUTHENTICATION_ERROR`.
    AuthenticationFails,
}

impl RotationV1 {
    pub(super) fn from_plan(reason: RotationReason) -> Self {
        match reason {
            RotationReason::Asked => Self::Asked,
            RotationReason::Generation { from, to } => Self::Generation { from, to },
            RotationReason::AuthenticationFails => Self::AuthenticationFails,
        }
    }

    pub(super) fn to_plan(self) -> RotationReason {
        match self {
            Self::Asked => RotationReason::Asked,
            Self::Generation { from, to } => RotationReason::Generation { from, to },
            Self::AuthenticationFails => RotationReason::AuthenticationFails,
        }
    }
}
