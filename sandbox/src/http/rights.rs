//! Which ACLs each route asks of a caller whom ACLs decide about.
//!
//! Documented are the calls on links and mirrors (Confluent, "Manage Security for Cluster Linking") and what
//! Kafka asks for topics, groups and ACLs. Not documented is what reading a link's configs needs: here
//! DESCRIBE on the cluster, which Confluent Cloud describes as including them.

use super::Call;
use super::error::ApiError;
use crate::acls::Operation::{self, Alter, AlterConfigs, Delete, Describe, DescribeConfigs};
use crate::acls::Resource;
use crate::engine::verb::Verb;
use crate::state::Cluster;

/// What the first name of a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Nothing,
    Topic(Operation),
    Group(Operation),
}

/// What a route asks for.
#[derive(Debug, Clone, Copy)]
struct Rights {
    route: &'static str,
    /// Operations on the cluster.
    cluster: &'static [Operation],
    /// An operation on what the path names.
    named: Named,
}

const fn on_cluster(route: &'static str, cluster: &'static [Operation]) -> Rights {
    Rights {
        route,
        cluster,
        named: Named::Nothing,
    }
}

const fn on_topic(route: &'static str, operation: Operation) -> Rights {
    Rights {
        route,
        cluster: &[],
        named: Named::Topic(operation),
    }
}

const fn on_group(route: &'static str) -> Rights {
    Rights {
        route,
        cluster: &[],
        named: Named::Group(Describe),
    }
}

/// Lists show only the rows that the caller may describe, whatever is said here; so does what is here with
/// nothing.
const RIGHTS: &[Rights] = &[
    on_cluster("clusters.get", &[Describe]),
    on_cluster("links.list", &[Describe]),
    on_cluster("links.get", &[Describe]),
    on_cluster("links.create", &[Alter]),
    on_cluster("links.delete", &[Alter]),
    on_cluster("link-configs.list", &[Describe]),
    on_cluster("link-configs.get", &[Describe]),
    on_cluster("link-configs.alter", &[Alter]),
    on_cluster("link-configs.set", &[Alter]),
    on_cluster("link-configs.reset", &[Alter]),
    on_cluster("mirrors.list-all", &[Describe]),
    on_cluster("mirrors.list", &[Describe]),
    on_cluster("mirrors.get", &[Describe]),
    // CREATE or ALTER on each topic is asked for where the topics are known.
    on_cluster("mirrors.create", &[Alter, AlterConfigs]),
    on_cluster("mirrors.promote", &[Describe]),
    on_cluster("mirrors.failover", &[Describe]),
    on_cluster("mirrors.pause", &[Alter, AlterConfigs]),
    on_cluster("mirrors.resume", &[Alter, AlterConfigs]),
    on_cluster("mirrors.reverse-and-start", &[Alter, AlterConfigs]),
    on_cluster("mirrors.reverse-and-pause", &[Alter, AlterConfigs]),
    on_cluster("mirrors.truncate-and-restore", &[Alter, AlterConfigs]),
    on_cluster("topics.list", &[]),
    on_cluster("topics.create", &[]),
    on_topic("topics.get", Describe),
    on_topic("topics.grow", Alter),
    on_topic("topics.delete", Delete),
    on_topic("topics.partitions", Describe),
    on_topic("topics.partition", Describe),
    on_topic("topics.replicas", Describe),
    on_cluster("topic-configs.list-all", &[]),
    on_cluster("topic-configs.defaults", &[Describe]),
    on_topic("topic-configs.list", DescribeConfigs),
    on_topic("topic-configs.get", DescribeConfigs),
    on_topic("topic-configs.alter", AlterConfigs),
    on_topic("topic-configs.set", AlterConfigs),
    on_topic("topic-configs.reset", AlterConfigs),
    on_cluster("acls.list", &[Describe]),
    on_cluster("acls.create", &[Alter]),
    on_cluster("acls.create-many", &[Alter]),
    on_cluster("acls.delete", &[Alter]),
    on_cluster("broker-configs.list", &[DescribeConfigs]),
    on_cluster("broker-configs.get", &[DescribeConfigs]),
    on_cluster("groups.list", &[]),
    // A group that may not be described is not found (kafka-rest).
    on_cluster("groups.get", &[]),
    on_cluster("groups.consumers", &[]),
    on_group("groups.lags"),
    on_group("groups.lag"),
    on_group("groups.lag-summary"),
];

/// Refuses a caller to whom ACLs do not allow the route.
pub(crate) fn allow(cluster: &Cluster, route: &str, call: &Call<'_>) -> Result<(), ApiError> {
    let Some(rights) = RIGHTS.iter().find(|rights| rights.route == route) else {
        return Err(ApiError::forbidden());
    };
    let named = match rights.named {
        Named::Nothing => true,
        Named::Topic(operation) => call.may(cluster, operation, Resource::Topic(call.name(0))),
        Named::Group(operation) => call.may(cluster, operation, Resource::Group(call.name(0))),
    };
    let mut on_cluster = rights.cluster.iter();
    let allowed = named && on_cluster.all(|it| call.may(cluster, *it, Resource::Cluster));
    allowed.then_some(()).ok_or_else(ApiError::forbidden)
}

/// Whether the caller may use a verb on a mirror topic.
pub(crate) fn may_alter(cluster: &Cluster, call: &Call<'_>, verb: Verb, topic: &str) -> bool {
    let topic = Resource::Topic(topic);
    match verb {
        Verb::Promote | Verb::Failover => call.may(cluster, Alter, topic),
        _ => {
            call.may(cluster, Operation::Create, topic)
                || call.may(cluster, Operation::Create, Resource::Cluster)
        }
    }
}

/// The names of the routes that have rights.
#[cfg(test)]
pub(crate) fn routes() -> Vec<&'static str> {
    RIGHTS.iter().map(|rights| rights.route).collect()
}
