//! The spec as rules see it: each link split into its link objects.

use super::Context;
use crate::diagnostic::Place;
use crate::spec::{
    self, Cluster, Connection, Filter, Half, Link, Located, Mode, Pattern, Settings, Spec,
};

/// What a rule is given.
pub(super) struct Check<'a> {
    pub(super) spec: &'a Spec,
    pub(super) context: &'a Context,
    /// Every link object, in the order of the file.
    pub(super) sites: Vec<Site<'a>>,
}

/// One link object: a half, or the only object of a destination-initiated link.
pub(super) struct Site<'a> {
    pub(super) key: &'a Located<String>,
    pub(super) link: &'a Link,
    /// The link's name on the cluster.
    pub(super) name: &'a Located<String>,
    pub(super) part: Part,
    /// The cluster that holds the object, as it is named in the link.
    pub(super) holder: Option<&'a Located<String>>,
    /// The cluster at the other end.
    pub(super) peer: Option<&'a Located<String>>,
    /// The settings that apply: the link's, or the half's.
    pub(super) settings: &'a Settings,
    /// The settings whose `configs` go to this object.
    pub(super) raw: Option<&'a Settings>,
    /// Where the object is declared.
    pub(super) place: &'a Place,
    /// Something of the link or the half could not be read.
    pub(super) broken: bool,
}

/// The part that an object plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Destination,
    InboundDestination,
    OutboundSource,
    Bidirectional {
        own: Connection,
        other: Option<Connection>,
    },
}

impl Part {
    pub(super) fn connects(self) -> bool {
        match self {
            Self::Destination | Self::OutboundSource => true,
            Self::InboundDestination => false,
            Self::Bidirectional { own, .. } => own == Connection::Outbound,
        }
    }

    pub(super) fn holds_mirrors(self) -> bool {
        self != Self::OutboundSource
    }

    /// Whether it authenticates to its own cluster too.
    pub(super) fn needs_local(self) -> bool {
        match self {
            Self::OutboundSource => true,
            Self::Bidirectional { own, other } => {
                own == Connection::Outbound && other == Some(Connection::Inbound)
            }
            Self::Destination | Self::InboundDestination => false,
        }
    }
}

impl<'a> Check<'a> {
    pub(super) fn new(spec: &'a Spec, context: &'a Context) -> Self {
        Self {
            spec,
            context,
            sites: spec
                .links
                .iter()
                .flat_map(|(key, link)| sites(key, link))
                .collect(),
        }
    }

    pub(super) fn cluster(&self, name: Option<&Located<String>>) -> Option<&'a Cluster> {
        self.spec.clusters.get(name?)
    }

    pub(super) fn holder(&self, site: &Site<'a>) -> Option<&'a Cluster> {
        self.cluster(site.holder)
    }

    pub(super) fn peer(&self, site: &Site<'a>) -> Option<&'a Cluster> {
        self.cluster(site.peer)
    }

    /// The objects that hold mirrors.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &Site<'a>> {
        self.sites.iter().filter(|site| site.part.holds_mirrors())
    }
}

impl<'a> Site<'a> {
    pub(super) fn prefix(&self) -> &'a str {
        self.settings
            .prefix
            .as_ref()
            .map_or("", |prefix| prefix.as_str())
    }

    /// The holding cluster's name.
    pub(super) fn holder_name(&self) -> Option<&'a str> {
        self.holder.map(|name| name.as_str())
    }

    /// The filter of auto-creation, where it is on.
    pub(super) fn auto_create(&self) -> Option<&'a Filter> {
        let auto = self.settings.auto_create_mirrors.as_ref()?;
        auto.topics.as_ref().filter(|_| auto.is_on())
    }

    /// The other cluster's name.
    pub(super) fn peer_name(&self) -> Option<&'a str> {
        self.peer.map(|name| name.as_str())
    }
}

fn sites<'a>(key: &'a Located<String>, link: &'a Link) -> Vec<Site<'a>> {
    let name = spec::name_of(key, link);
    let one_way = |part, holder, peer, raw| Site {
        key,
        link,
        name,
        part,
        holder,
        peer,
        settings: &link.settings,
        raw,
        place: &link.place,
        broken: link.broken,
    };
    let (source, destination) = (link.source.as_ref(), link.destination.as_ref());
    match link.mode() {
        Mode::DestinationInitiated => {
            let raw = Some(&link.settings);
            vec![one_way(Part::Destination, destination, source, raw)]
        }
        Mode::SourceInitiated => {
            let own = source.and_then(|source| link.halves.get(source));
            let raw = Some(&link.settings);
            vec![
                one_way(Part::InboundDestination, destination, source, raw),
                one_way(
                    Part::OutboundSource,
                    source,
                    destination,
                    own.map(|half| &half.settings),
                ),
            ]
        }
        Mode::Bidirectional => {
            let halves: Vec<(&Located<String>, &Half)> = link.halves.iter().collect();
            halves
                .iter()
                .enumerate()
                .map(|(index, (cluster, half))| {
                    let other = halves
                        .iter()
                        .enumerate()
                        .find(|(at, _)| *at != index)
                        .map(|(_, other)| other);
                    Site {
                        key,
                        link,
                        name,
                        part: Part::Bidirectional {
                            own: half.connection(),
                            other: other.map(|(_, half)| half.connection()),
                        },
                        holder: Some(cluster),
                        peer: other.map(|(name, _)| *name),
                        settings: &half.settings,
                        raw: Some(&half.settings),
                        place: &cluster.place,
                        broken: link.broken || half.broken,
                    }
                })
                .collect()
        }
    }
}

/// The name filters of an object, each with the field that holds its patterns.
pub(super) fn filters_of<'a>(site: &Site<'a>) -> impl Iterator<Item = (&'static str, &'a Filter)> {
    let settings = site.settings;
    let groups = settings
        .consumer_offset_sync
        .as_ref()
        .and_then(|sync| sync.groups.as_ref());
    let topics = settings
        .auto_create_mirrors
        .as_ref()
        .and_then(|auto| auto.topics.as_ref());
    [("groups", groups), ("topics", topics)]
        .into_iter()
        .filter_map(|(what, filter)| Some((what, filter?)))
}

/// As many patterns of two filters are compared with one another.
const MAX_COMPARED_PATTERNS: usize = 200;

/// The patterns that are compared with one another. Real lists are shorter; a hostile one must not
/// cost the square of its length.
pub(super) fn take_at_most<T>(list: &[T], most: usize) -> &[T] {
    list.get(..most).unwrap_or(list)
}

/// Two includes, one of each filter, that select some name that neither filter excludes.
pub(super) fn meeting_includes<'a>(
    a: &'a Filter,
    b: &'a Filter,
) -> Option<(&'a Pattern, &'a Pattern)> {
    take_at_most(&a.include, MAX_COMPARED_PATTERNS)
        .iter()
        .find_map(|first| {
            take_at_most(&b.include, MAX_COMPARED_PATTERNS)
                .iter()
                .find_map(|second| {
                    let (x, y) = (&first.0.value, &second.0.value);
                    let narrow = if x.covers(y) { y } else { x };
                    let excluded = |filter: &Filter| {
                        take_at_most(&filter.exclude, MAX_COMPARED_PATTERNS)
                            .iter()
                            .any(|exclude| exclude.0.value.covers(narrow))
                    };
                    (x.overlaps(y) && !excluded(a) && !excluded(b)).then_some((first, second))
                })
        })
}
