//! Names of things and their order: [`ClusterName`], [`ClusterId`], [`LinkName`], [`TopicName`]
//! and the [`Address`] built from them.
//!
//! Names have no behaviour. They are all that desired state (`desired`) and live state (`live`)
//! share.

pub mod store_url;

use std::fmt;
use std::sync::Arc;

/// Declares a newtype over a shared string: ordered, printable, cheap to look up by `&str` and to
/// clone. A name is part of the desired state, the live state, the change and the operation of each
/// of a hundred thousand mirror topics.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Default, schemars::JsonSchema)]
        #[schemars(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as it was written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        // Names of one link's mirrors share their cluster's and link's texts: most comparisons need
        // not look into them.
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                match Arc::ptr_eq(&self.0, &other.0) {
                    true => std::cmp::Ordering::Equal,
                    false => self.0.cmp(&other.0),
                }
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl<T: Into<Arc<str>>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text).map(Self)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

/// Reads a text into shared memory at once: a list of mirrors has three names for each of them.
struct Text;

impl serde::de::Visitor<'_> for Text {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Arc<str>, E> {
        Ok(text.into())
    }
}

name! {
    /// A cluster's name in the spec, such as `east`. It means nothing to the server.
    ClusterName
}
name! {
    /// A cluster's own id: `lkc-…` on Confluent Cloud, 22 base64url characters elsewhere.
    ClusterId
}
name! {
    /// A cluster link's name on the cluster that holds it. Both halves of one link carry the same.
    LinkName
}
name! {
    /// A logical link's name for people: its key in the spec, or the link's own name when no spec
    /// declares it. Both halves of a pair have the same.
    LinkKey
}
name! {
    /// A Kafka topic's name, of a mirror topic or of its source.
    TopicName
}
name! {
    /// A consumer group's id.
    GroupName
}

/// Where a link half is: the cluster that holds the link object, and the link's name there.
///
/// Calls for a half always go to this cluster, whichever end of the link it is.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct HalfAddress {
    /// The holding cluster's name in the spec.
    pub cluster: ClusterName,
    /// The link's name on that cluster.
    pub link: LinkName,
}

impl fmt::Display for HalfAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.link)
    }
}

/// What a change, an operation or a finding is about: `west`, `west/orders-dr` or
/// `west/orders-dr/payments` (the mirror topic's name on the cluster that holds it).
///
/// Addresses order by cluster, then link, then mirror topic, so that output is stable.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Address {
    /// A whole cluster.
    Cluster(ClusterName),
    /// One half of a link, at the cluster that holds it.
    Half(HalfAddress),
    /// One mirror topic, by its own name.
    Mirror(HalfAddress, TopicName),
}

impl Address {
    /// The cluster that holds what is addressed.
    #[must_use]
    pub fn cluster(&self) -> &ClusterName {
        match self {
            Self::Cluster(cluster) => cluster,
            Self::Half(half) | Self::Mirror(half, _) => &half.cluster,
        }
    }

    /// The link half, if a half or one of its mirrors is addressed.
    #[must_use]
    pub fn half(&self) -> Option<&HalfAddress> {
        match self {
            Self::Cluster(_) => None,
            Self::Half(half) | Self::Mirror(half, _) => Some(half),
        }
    }

    /// The mirror topic, if one is addressed.
    #[must_use]
    pub fn mirror(&self) -> Option<&TopicName> {
        match self {
            Self::Mirror(_, topic) => Some(topic),
            Self::Cluster(_) | Self::Half(_) => None,
        }
    }

    /// Reads `cluster`, `cluster/link` or `cluster/link/topic`; none of the parts may be empty.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(3, '/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let half = |cluster: &str, link: &str| HalfAddress {
            cluster: cluster.into(),
            link: link.into(),
        };
        match parts.as_slice() {
            [cluster] => Some(Self::Cluster((*cluster).into())),
            [cluster, link] => Some(Self::Half(half(cluster, link))),
            [cluster, link, topic] => Some(Self::Mirror(half(cluster, link), (*topic).into())),
            _ => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(cluster) => fmt::Display::fmt(cluster, f),
            Self::Half(half) => fmt::Display::fmt(half, f),
            Self::Mirror(half, topic) => write!(f, "{half}/{topic}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_printed() {
        for text in ["west", "west/orders-dr", "west/orders-dr/payments"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "/", "west/", "west//topic", "/link"] {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_link_sorts_before_its_mirrors_and_after_its_cluster() {
        let mut sorted = ["west/a/t", "west/b", "west", "west/a", "east/z"]
            .map(|text| Address::parse(text).unwrap());
        sorted.sort();
        // Kinds first, then names: clusters, halves, mirrors.
        let printed: Vec<String> = sorted.iter().map(ToString::to_string).collect();
        assert_eq!(printed, ["west", "east/z", "west/a", "west/b", "west/a/t"]);
    }
}
