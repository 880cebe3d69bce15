//! The part that a link object plays: [`Role`].

/// The part a half plays. It fixes the link mode, the connection mode and which id the create
/// request carries; none of these can change later.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Role {
    /// The only half of a destination-initiated link, on the destination.
    Destination,
    /// The destination's half of a source-initiated link: it waits for the source to connect.
    InboundDestination,
    /// The source's half of a source-initiated link: it connects to the destination.
    OutboundSource,
    /// A bidirectional half that waits to be connected to.
    BidirectionalInbound,
    /// A bidirectional half that connects; `peer_inbound` says whether the other only waits.
    BidirectionalOutbound {
        /// Whether the other half is inbound.
        peer_inbound: bool,
    },
}

impl Role {
    /// `link.mode`.
    #[must_use]
    pub fn link_mode(self) -> LinkMode {
        match self {
            Self::Destination | Self::InboundDestination => LinkMode::Destination,
            Self::OutboundSource => LinkMode::Source,
            Self::BidirectionalInbound | Self::BidirectionalOutbound { .. } => {
                LinkMode::Bidirectional
            }
        }
    }

    /// `connection.mode`.
    #[must_use]
    pub fn connection_mode(self) -> ConnectionMode {
        match self {
            Self::InboundDestination | Self::BidirectionalInbound => ConnectionMode::Inbound,
            Self::Destination | Self::OutboundSource | Self::BidirectionalOutbound { .. } => {
                ConnectionMode::Outbound
            }
        }
    }

    /// Whether this half connects to the other cluster.
    #[must_use]
    pub fn connects(self) -> bool {
        self.connection_mode() == ConnectionMode::Outbound
    }

    /// Whether this half has mirror topics.
    #[must_use]
    pub fn holds_mirrors(self) -> bool {
        self != Self::OutboundSource
    }

    /// Whether this half must authenticate to its own cluster too.
    #[must_use]
    pub fn needs_local_credentials(self) -> bool {
        matches!(
            self,
            Self::OutboundSource | Self::BidirectionalOutbound { peer_inbound: true }
        )
    }
}

/// `link.mode`: which end of the copy the holding cluster is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum LinkMode {
    /// Mirrors are here.
    Destination,
    /// Mirrors are at the other end.
    Source,
    /// Mirrors can be at both ends.
    Bidirectional,
}

impl LinkMode {
    /// The API's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Destination => "DESTINATION",
            Self::Source => "SOURCE",
            Self::Bidirectional => "BIDIRECTIONAL",
        }
    }
}

/// `connection.mode`: which end opens the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionMode {
    /// This half connects.
    Outbound,
    /// This half is connected to.
    Inbound,
}

impl ConnectionMode {
    /// The API's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Outbound => "OUTBOUND",
            Self::Inbound => "INBOUND",
        }
    }
}
