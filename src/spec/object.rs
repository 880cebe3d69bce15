//! The one or two objects that a link is on its clusters: [`LinkObject`], and [`link_objects`], which
//! alone decides what they are.

use super::link::{Connection, Half, Link, Mode, Settings};
use super::located::Located;
use super::pattern::Filter;
use super::role::Role;
use crate::diagnostic::Place;

/// One link object: a half, or the only object of a destination-initiated link.
#[derive(Clone, Copy, Debug)]
pub struct LinkObject<'a> {
    /// The link's key in the spec.
    pub key: &'a Located<String>,
    /// The link.
    pub link: &'a Link,
    /// The link's name on the cluster.
    pub name: &'a Located<String>,
    /// The part it plays.
    pub role: Role,
    /// The cluster that holds the object, as the link names it.
    pub holder: Option<&'a Located<String>>,
    /// The cluster at the other end.
    pub peer: Option<&'a Located<String>>,
    /// The settings that apply: the link's, or the half's.
    pub settings: &'a Settings,
    /// The settings whose `configs` go to this object.
    pub raw: Option<&'a Settings>,
    /// Where the object is declared.
    pub place: &'a Place,
    /// Something of the link or the half could not be read.
    pub broken: bool,
}

impl<'a> LinkObject<'a> {
    /// What its mirror topics' names begin with; empty when nothing is declared.
    #[must_use]
    pub fn prefix(&self) -> &'a str {
        (self.settings.prefix.as_ref()).map_or("", |prefix| prefix.as_str())
    }

    /// The holding cluster's name.
    #[must_use]
    pub fn holder_name(&self) -> Option<&'a str> {
        self.holder.map(|name| name.as_str())
    }

    /// The filter of auto-creation, where it is on.
    #[must_use]
    pub fn auto_create(&self) -> Option<&'a Filter> {
        let auto = self.settings.auto_create_mirrors.as_ref()?;
        auto.topics.as_ref().filter(|_| auto.is_on())
    }

    /// The other cluster's name.
    #[must_use]
    pub fn peer_name(&self) -> Option<&'a str> {
        self.peer.map(|name| name.as_str())
    }
}

/// A link's name on its clusters: the one that is written, or its key.
#[must_use]
pub fn name_of<'a>(key: &'a Located<String>, link: &'a Link) -> &'a Located<String> {
    link.name.as_ref().unwrap_or(key)
}

/// A link's objects, as far as the spec says them: what is left out or wrong is absent here.
#[must_use]
pub fn link_objects<'a>(key: &'a Located<String>, link: &'a Link) -> Vec<LinkObject<'a>> {
    let (source, destination) = (link.source.as_ref(), link.destination.as_ref());
    let on_destination = LinkObject {
        key,
        link,
        name: name_of(key, link),
        role: Role::Destination,
        holder: destination,
        peer: source,
        settings: &link.settings,
        raw: Some(&link.settings),
        place: &link.place,
        broken: link.broken,
    };
    match link.mode() {
        Mode::DestinationInitiated => vec![on_destination],
        Mode::SourceInitiated => {
            let own = source.and_then(|source| link.halves.get(source));
            vec![
                LinkObject {
                    role: Role::InboundDestination,
                    ..on_destination
                },
                LinkObject {
                    role: Role::OutboundSource,
                    holder: source,
                    peer: destination,
                    raw: own.map(|half| &half.settings),
                    place: own.map_or(&link.place, |half| &half.place),
                    ..on_destination
                },
            ]
        }
        Mode::Bidirectional => {
            let halves: Vec<(&Located<String>, &Half)> = link.halves.iter().collect();
            let object = |(at, (holder, half)): (usize, &(&'a Located<String>, &'a Half))| {
                let mut others = halves.iter().enumerate().filter(|(index, _)| *index != at);
                let other = others.next().map(|(_, other)| *other);
                LinkObject {
                    role: match half.connection() {
                        Connection::Inbound => Role::BidirectionalInbound,
                        Connection::Outbound => Role::BidirectionalOutbound {
                            peer_inbound: other
                                .is_some_and(|(_, half)| half.connection() == Connection::Inbound),
                        },
                    },
                    holder: Some(holder),
                    peer: other.map(|(name, _)| name),
                    settings: &half.settings,
                    raw: Some(&half.settings),
                    place: &half.place,
                    broken: link.broken || half.broken,
                    ..on_destination
                }
            };
            halves.iter().enumerate().map(object).collect()
        }
    }
}
