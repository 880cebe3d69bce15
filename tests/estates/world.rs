//! The estates: [`Estate`], each a small world.

use linkwright_sandbox::{ClusterKind, Maker, Profile};

/// How the halves of a link connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    DestinationInitiated,
    SourceInitiated,
    /// Both halves connect.
    Bidirectional,
    /// One half waits for the other.
    BidirectionalInbound,
}

impl Mode {
    const ALL: [Self; 4] = [
        Self::DestinationInitiated,
        Self::SourceInitiated,
        Self::Bidirectional,
        Self::BidirectionalInbound,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::DestinationInitiated => "destination-initiated",
            Self::SourceInitiated => "source-initiated",
            Self::Bidirectional => "bidirectional",
            Self::BidirectionalInbound => "bidirectional-inbound",
        }
    }

    fn is_bidirectional(self) -> bool {
        matches!(self, Self::Bidirectional | Self::BidirectionalInbound)
    }
}

/// A link as a client makes it, on servers of a profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estate {
    pub(super) maker: Maker,
    pub(super) mode: Mode,
    pub(super) profile: Profile,
}

impl Estate {
    /// Every maker with every mode on every profile that has it.
    pub(super) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for maker in Maker::ALL {
            for mode in Mode::ALL {
                for profile in Profile::ALL {
                    // Platform before 7.1 has no bidirectional links.
                    if !(mode.is_bidirectional() && profile == Profile::CpOld) {
                        all.push(Self {
                            maker,
                            mode,
                            profile,
                        });
                    }
                }
            }
        }
        all
    }

    pub(super) fn maker(self) -> String {
        let word = serde_json::to_value(self.maker).unwrap();
        word.as_str().unwrap().to_owned()
    }

    pub(super) fn name(self) -> String {
        format!(
            "{}.{}.{}",
            self.maker(),
            self.mode.name(),
            self.profile.name()
        )
    }

    /// The world: a link with a mirror topic in each state that lasts, and filters as its maker writes them.
    pub(super) fn world(self) -> String {
        let mut text = "version: 1\nclusters:\n".to_owned();
        text.push_str(&self.cluster(&EAST));
        text.push_str(&self.cluster(&WEST));
        text
    }

    /// What a cluster answers like. Confluent for Kubernetes and kcp make the source's half on Platform.
    fn profile(self, end: &End) -> Profile {
        let on_platform = matches!(self.maker, Maker::Cfk | Maker::Kcp);
        match end.name {
            "east" if on_platform && self.on_cloud() => Profile::Cp8,
            _ => self.profile,
        }
    }

    fn on_cloud(self) -> bool {
        self.profile.kind() == ClusterKind::ConfluentCloud
    }

    fn is_cloud(self, end: &End) -> bool {
        self.profile(end).kind() == ClusterKind::ConfluentCloud
    }

    fn id(self, end: &End) -> &'static str {
        if self.is_cloud(end) {
            end.cloud_id
        } else {
            end.platform_id
        }
    }

    fn cluster(self, end: &End) -> String {
        let kind = match self.is_cloud(end) {
            true => "confluent-cloud",
            false => "confluent-platform",
        };
        let mut text = format!(
            "  - id: {}\n    name: {}\n    kind: {kind}\n    profile: {}\n    bootstrap_servers: {}\n",
            self.id(end),
            end.name,
            self.profile(end).name(),
            end.bootstrap,
        );
        // Without principals Confluent for Kubernetes authenticates with certificates.
        let certificates = self.maker == Maker::Cfk && self.mode == Mode::DestinationInitiated;
        if !certificates {
            let user = end.name.to_uppercase();
            text.push_str(&format!(
                "    link_principals: [{{ username: {user}LINK, password: {}-secret }}]\n",
                end.name
            ));
        }
        text.push_str("    topics:\n");
        for topic in end.topics {
            text.push_str(&format!(
                "      - {{ name: {topic}, partitions: 3, records: 300 }}\n"
            ));
        }
        text.push_str("    groups: [{ id: billing, offsets: {} }]\n");
        text.push_str(&self.link(end));
        text
    }

    fn link(self, end: &End) -> String {
        let is_west = end.name == "west";
        let (mode, connection) = match (self.mode, is_west) {
            (Mode::DestinationInitiated, false) => return String::new(),
            (Mode::DestinationInitiated, true) => ("DESTINATION", "OUTBOUND"),
            (Mode::SourceInitiated, false) => ("SOURCE", "OUTBOUND"),
            (Mode::SourceInitiated, true) => ("DESTINATION", "INBOUND"),
            (Mode::Bidirectional, _) | (Mode::BidirectionalInbound, false) => {
                ("BIDIRECTIONAL", "OUTBOUND")
            }
            (Mode::BidirectionalInbound, true) => ("BIDIRECTIONAL", "INBOUND"),
        };
        let peer = if is_west { &EAST } else { &WEST };
        let mut text = format!(
            "    links:\n      - name: orders-dr\n        remote: {}\n        mode: {mode}\n        \
             connection: {connection}\n        made_by: {}\n",
            self.id(peer),
            self.maker(),
        );
        if mode != "SOURCE" {
            let configs = super::makers::settings(self, is_west);
            if !configs.is_empty() {
                text.push_str("        configs:\n");
            }
            for (name, value) in configs {
                text.push_str(&format!("          {name}: '{value}'\n"));
            }
            text.push_str("        mirrors:\n");
            for (index, topic) in peer.topics.iter().enumerate() {
                let status = ["ACTIVE", "PAUSED", "STOPPED"][index % 3];
                text.push_str(&format!(
                    "          - {{ source_topic: {topic}, status: {status} }}\n"
                ));
            }
        }
        text
    }
}

/// One of the two clusters.
struct End {
    name: &'static str,
    cloud_id: &'static str,
    platform_id: &'static str,
    bootstrap: &'static str,
    topics: &'static [&'static str],
}

const EAST: End = End {
    name: "east",
    cloud_id: "lkc-east01",
    platform_id: "EastEastEastEastEast01",
    bootstrap: "pkc-1.us-east-1.aws.confluent.cloud:9092",
    topics: &["orders.placed", "payments", "stock"],
};

const WEST: End = End {
    name: "west",
    cloud_id: "lkc-west01",
    platform_id: "WestWestWestWestWest01",
    bootstrap: "pkc-2.us-west-2.aws.confluent.cloud:9092",
    topics: &["invoices", "returns"],
};
