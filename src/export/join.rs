//! Live halves → logical links: halves that belong together are put together.

use crate::catalog::{self, names};
use std::collections::BTreeMap;

use crate::address::{ClusterId, ClusterName, HalfAddress, LinkName, TopicName};
use crate::live::{ConfigFact, LinkFact, LinkMode, MirrorFact, Reading, Snapshot};

/// One live half and all that is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LiveHalf<'a> {
    pub(super) cluster: &'a ClusterName,
    pub(super) row: &'a LinkFact,
    pub(super) configs: &'a Configs,
    /// None when the mirror topics could not be read.
    pub(super) mirrors: Option<&'a BTreeMap<TopicName, MirrorFact>>,
}

pub(super) type Configs = BTreeMap<String, ConfigFact>;

/// A link as people think of it.
#[derive(Clone, Debug)]
pub(super) struct Logical<'a> {
    /// Its key in the spec.
    pub(super) key: String,
    pub(super) name: &'a LinkName,
    pub(super) shape: Shape<'a>,
}

/// The halves of a link and the parts they play.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape<'a> {
    /// One half on the destination, which connects to the source.
    Destination {
        half: LiveHalf<'a>,
        source: &'a ClusterId,
    },
    /// A half on each side; the source connects.
    Source {
        inbound: LiveHalf<'a>,
        outbound: LiveHalf<'a>,
    },
    /// A half on each side; both may hold mirrors.
    Bidirectional {
        first: LiveHalf<'a>,
        second: LiveHalf<'a>,
    },
}

impl<'a> Shape<'a> {
    pub(super) fn halves(&self) -> Vec<LiveHalf<'a>> {
        match *self {
            Self::Destination { half, .. } => vec![half],
            Self::Source { inbound, outbound } => vec![inbound, outbound],
            Self::Bidirectional { first, second } => vec![first, second],
        }
    }
}

impl<'a> LiveHalf<'a> {
    pub(super) fn address(&self) -> HalfAddress {
        HalfAddress {
            cluster: self.cluster.clone(),
            link: self.row.name.clone(),
        }
    }

    /// A config's value, default or not.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let value = self.configs.get(name)?.value.as_deref()?;
        (!value.is_empty()).then_some(value)
    }

    /// A config's value where it is not the default.
    pub(super) fn set(&self, name: &str) -> Option<&'a str> {
        self.is_set(name).then(|| self.value(name)).flatten()
    }

    /// Whether a config is set, though its value may be a secret.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.configs
            .get(name)
            .is_some_and(|fact| !crate::diff::is_unset(name, fact))
    }

    /// Whether a switch is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.value(name).is_some_and(catalog::is_true)
    }

    /// Whether it has credentials for the cluster that it lives on.
    pub(super) fn authenticates_locally(&self) -> bool {
        let names = self.configs.keys().map(String::as_str);
        names
            .filter(|name| {
                let name = name.strip_prefix(names::LOCAL).unwrap_or_default();
                let family = ["security.", "sasl.", "ssl."];
                family.iter().any(|family| name.starts_with(family))
            })
            .any(|name| self.is_set(name))
    }

    pub(super) fn connects(&self) -> bool {
        self.mode(names::CONNECTION_MODE).as_deref() != Some("INBOUND")
    }

    fn mode(&self, name: &str) -> Option<String> {
        Some(self.value(name)?.trim().to_ascii_uppercase())
    }

    /// Whether it is the source's half of a link whose source connects.
    pub(super) fn is_source(&self) -> bool {
        self.link_mode() == Some(LinkMode::Source)
    }

    fn link_mode(&self) -> Option<LinkMode> {
        self.row.mode(self.configs)
    }
}

/// A live half that no logical link could be made of, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alone {
    pub(super) address: HalfAddress,
    pub(super) why: String,
}

/// The logical links, sorted by name, and the halves that are left over.
pub(super) fn join<'a>(
    live: &'a Snapshot,
    ids: &BTreeMap<&'a ClusterName, &'a ClusterId>,
    is_ours: &dyn Fn(&HalfAddress) -> bool,
) -> (Vec<Logical<'a>>, Vec<Alone>) {
    let mut alone = Vec::new();
    let mut halves: BTreeMap<(&LinkName, &ClusterId), LiveHalf<'a>> = BTreeMap::new();
    for (cluster, facts) in &live.clusters {
        let Some(id) = ids.get(cluster) else { continue };
        for (name, row) in facts.links.read().into_iter().flatten() {
            let address = HalfAddress {
                cluster: cluster.clone(),
                link: name.clone(),
            };
            if !is_ours(&address) {
                continue;
            }
            match facts.configs.get(name) {
                Some(Reading::Read(configs)) => {
                    let mirrors = facts.mirrors.read().map(|all| all.get(name));
                    let half = LiveHalf {
                        cluster,
                        row,
                        configs,
                        mirrors: mirrors.map(|rows| rows.unwrap_or(const { &BTreeMap::new() })),
                    };
                    halves.insert((name, *id), half);
                }
                Some(Reading::Unread(why)) => alone.push(Alone {
                    address,
                    why: format!("its configs could not be read: {why}"),
                }),
                Some(Reading::NotAsked) | None => alone.push(Alone {
                    address,
                    why: "its configs were not read".to_owned(),
                }),
            }
        }
    }
    let mut links = Vec::new();
    while let Some(((name, id), half)) = halves.pop_first() {
        match shape(half, name, id, &mut halves) {
            Ok(shape) => links.push(Logical {
                key: name.to_string(),
                name,
                shape,
            }),
            Err(why) => alone.push(Alone {
                address: half.address(),
                why,
            }),
        }
    }
    (links, alone)
}

fn shape<'a>(
    half: LiveHalf<'a>,
    name: &'a LinkName,
    id: &ClusterId,
    halves: &mut BTreeMap<(&'a LinkName, &'a ClusterId), LiveHalf<'a>>,
) -> Result<Shape<'a>, String> {
    let mode = match half.link_mode() {
        Some(LinkMode::Other(word)) => {
            return Err(format!(
                "its link.mode is {word}, which Linkwright does not know"
            ));
        }
        Some(mode) => mode,
        None => {
            return Err(
                "its mode is unknown: the server reports neither link.mode nor the id of a source \
                     or destination cluster"
                    .to_owned(),
            );
        }
    };
    let Some(peer) = half.row.other_end(&mode) else {
        return Err("the server does not report which cluster is at its other end".to_owned());
    };
    if mode == LinkMode::Destination && half.connects() {
        return Ok(Shape::Destination { half, source: peer });
    }
    let fits = |other: &LiveHalf<'_>| {
        let wanted = match mode {
            LinkMode::Destination => LinkMode::Source,
            LinkMode::Source => LinkMode::Destination,
            _ => LinkMode::Bidirectional,
        };
        let back = other.row.other_end(&wanted);
        other.link_mode().as_ref() == Some(&wanted)
            && (wanted != LinkMode::Destination || !other.connects())
            && back.is_none_or(|back| back == id)
    };
    let Some(other) = halves.get(&(name, peer)).copied().filter(fits) else {
        return Err(format!(
            "its other half is on {peer}, where it was not read or does not exist: export or \
                 import both clusters together"
        ));
    };
    halves.remove(&(name, peer));
    Ok(match mode {
        LinkMode::Destination => Shape::Source {
            inbound: half,
            outbound: other,
        },
        LinkMode::Source => Shape::Source {
            inbound: other,
            outbound: half,
        },
        _ => Shape::Bidirectional {
            first: half,
            second: other,
        },
    })
}
