//! From the API's words to facts: the one place that turns `wire` into `live`.
//!
//! Each function takes one reply whole, so that a field added to either side must be thought about.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{ClusterId, ClusterName, GroupName, LinkName, TopicName};
use crate::api::{ApiError, TransportError, wire};
use crate::live::{
    AclFact, ConfigFact, GroupFact, GroupOffsets, LinkError, LinkFact, LinkState, MirrorError,
    MirrorFact, MirrorStatus, PartitionLag, TaskErrorCode, TaskFact, TaskProblem, TaskState,
    Unread, UnreadKind,
};

/// Why something was not read, from what the call came to.
pub(super) fn unread(error: &ApiError) -> Unread {
    let reason = match error {
        ApiError::Transport {
            error: TransportError::TooLarge { limit },
            ..
        } => format!(
            "the response is larger than {} MiB: raise `policy.max_response_mib`",
            limit >> 20
        ),
        _ => error.reason(),
    };
    Unread {
        what: error.call().to_owned(),
        reason,
        kind: unread_kind(error),
    }
}

/// The same for a list that every cluster has: where it is not found, neither is the cluster.
pub(super) fn unread_list(error: &ApiError) -> Unread {
    let mut why = unread(error);
    if error.is_not_found() {
        why.kind = UnreadKind::NoSuchCluster;
        why.reason = format!(
            "there is no cluster of this id: it was deleted, or its id or endpoint is wrong ({})",
            why.reason
        );
    }
    why
}

fn unread_kind(error: &ApiError) -> UnreadKind {
    if error.is_auth() {
        UnreadKind::Unauthenticated
    } else if error.is_forbidden() {
        UnreadKind::Forbidden
    } else {
        match error {
            ApiError::Transport { error, .. } => match error {
                TransportError::TooLarge { .. } => UnreadKind::Unintelligible,
                _ => UnreadKind::Unreachable,
            },
            ApiError::Token { .. } => UnreadKind::Unreachable,
            ApiError::OtherCluster { .. } => UnreadKind::OtherCluster,
            ApiError::NotRecorded { .. } => UnreadKind::NotInSnapshot,
            ApiError::Refused { .. } if error.is_retryable() => UnreadKind::ServerFailure,
            ApiError::Refused { .. }
            | ApiError::Unintelligible { .. }
            | ApiError::Ambiguous { .. }
            | ApiError::Withheld { .. }
            | ApiError::Unaddressable { .. } => UnreadKind::Unintelligible,
        }
    }
}

/// What a list has more than once, each time with the same content.
pub(super) type Repeated = BTreeSet<(LinkName, Option<TopicName>)>;

/// A list of links.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By name.
    pub(super) named: BTreeMap<LinkName, LinkFact>,
    /// The rows that have no name.
    pub(super) nameless: Vec<LinkFact>,
    pub(super) repeated: Repeated,
}

/// Links by name, and the rows that have none; an error for two rows of one name that contradict each
/// other.
pub(super) fn links(rows: Vec<wire::Link>) -> Result<Links, String> {
    let mut links = Links::default();
    for row in rows {
        let fact = link(row);
        if fact.name.as_str().is_empty() {
            links.nameless.push(fact);
            continue;
        }
        match links.named.get(&fact.name) {
            None => drop(links.named.insert(fact.name.clone(), fact)),
            Some(first) if says_the_same(first, &fact) => {
                links.repeated.insert((fact.name, None));
            }
            Some(_) => return Err(contradiction(&format!("link {}", fact.name))),
        }
    }
    Ok(links)
}

/// Whether two rows of one link agree in everything that is compared.
fn says_the_same(one: &LinkFact, other: &LinkFact) -> bool {
    let LinkFact {
        name: _,
        link_id,
        source,
        destination,
        remote,
        state,
        error,
        error_message: _,
        topic_count: _,
    } = one;
    (link_id, source, destination) == (&other.link_id, &other.source, &other.destination)
        && (remote, state, error) == (&other.remote, &other.state, &other.error)
}

fn contradiction(what: &str) -> String {
    format!("the list has {what} in several rows that contradict each other")
}

/// Why a list that contradicts itself, or another, counts as not read.
pub(super) fn disagreeing(what: &str, cluster: &ClusterName, reason: String) -> Unread {
    Unread {
        what: format!("{what} of {cluster}"),
        reason,
        kind: UnreadKind::Disagreeing,
    }
}

fn link(row: wire::Link) -> LinkFact {
    let wire::Link {
        metadata: _,
        link_name,
        source_cluster_id,
        destination_cluster_id,
        remote_cluster_id,
        cluster_link_id,
        topic_count,
        link_state,
        link_error,
        link_error_message,
        tasks: _,
    } = row;
    LinkFact {
        name: LinkName::from(link_name),
        link_id: given(cluster_link_id),
        source: given(source_cluster_id).map(ClusterId::from),
        destination: given(destination_cluster_id).map(ClusterId::from),
        remote: given(remote_cluster_id).map(ClusterId::from),
        state: given(link_state).map(|word| LinkState::from_word(&word)),
        error: given(link_error).map(|word| LinkError::from_word(&word)),
        error_message: given(link_error_message),
        topic_count,
    }
}

/// An empty text says as much as none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A link's tasks.
pub(super) fn tasks(tasks: Vec<wire::Task>) -> Vec<TaskFact> {
    tasks
        .into_iter()
        .map(|task| {
            let wire::Task {
                task_name,
                state,
                errors,
            } = task;
            TaskFact {
                name: task_name,
                state: TaskState::from_word(&state),
                problems: problems(errors),
            }
        })
        .collect()
}

fn problems(problems: Vec<wire::Problem>) -> Vec<TaskProblem> {
    problems
        .into_iter()
        .map(|problem| {
            let wire::Problem {
                error_code,
                error_message,
            } = problem;
            TaskProblem {
                code: TaskErrorCode::from_word(&error_code),
                message: error_message,
            }
        })
        .collect()
}

/// A link's configs by name.
pub(super) fn configs(rows: Vec<wire::Config>) -> BTreeMap<String, ConfigFact> {
    rows.into_iter()
        .map(|config| {
            let is_sensitive = config.is_sensitive();
            let fact = ConfigFact {
                is_default: config.is_default(),
                is_read_only: config.is_read_only(),
                is_sensitive,
                // A server that sends a secret's value has made a mistake that must not spread.
                value: config.value.filter(|_| !is_sensitive),
            };
            (config.name, fact)
        })
        .collect()
}

/// Mirror topics by link, then by their own names.
pub(super) type Mirrors = BTreeMap<LinkName, BTreeMap<TopicName, MirrorFact>>;

/// The rows of a list of mirror topics as they come in.
#[derive(Default)]
pub(super) struct Listed {
    links: Vec<(LinkName, Vec<(TopicName, MirrorFact)>)>,
    places: BTreeMap<LinkName, usize>,
    /// The place of the row before.
    last: usize,
}

impl Extend<wire::Mirror> for Listed {
    fn extend<I: IntoIterator<Item = wire::Mirror>>(&mut self, rows: I) {
        for row in rows {
            self.add(mirror(row));
        }
    }
}

impl Listed {
    fn add(&mut self, mut fact: MirrorFact) {
        // Most servers list a link's mirrors together.
        let is_last = |(link, _): &(LinkName, _)| *link == fact.link;
        if !self.links.get(self.last).is_some_and(is_last) {
            self.last = match self.places.get(&fact.link) {
                Some(place) => *place,
                None => {
                    self.places.insert(fact.link.clone(), self.links.len());
                    self.links.push((fact.link.clone(), Vec::new()));
                    self.links.len() - 1
                }
            };
        }
        let (link, rows) = &mut self.links[self.last];
        fact.link = link.clone();
        rows.push((fact.topic.clone(), fact));
    }

    /// Mirror topics by link, with what the list has more than once; an error for two live rows of one name
    /// that contradict each other.
    pub(super) fn by_link(self) -> Result<(Mirrors, Repeated), String> {
        let is_live = |row: &MirrorFact| row.status != MirrorStatus::Stopped;
        let mut all = Mirrors::new();
        let mut repeated = Repeated::new();
        for (link, mut rows) in self.links {
            // A mirror that was reversed there and back may have two rows, and the stopped one is history:
            // of two rows of one name the map keeps the later. Sorted, collecting them costs one comparison
            // each where inserting would cost many.
            rows.sort_by(|(a, one), (b, other)| {
                a.cmp(b).then_with(|| is_live(one).cmp(&is_live(other)))
            });
            for pair in rows.windows(2) {
                let [(topic, one), (next, other)] = pair else {
                    continue;
                };
                if topic != next || !is_live(one) {
                    continue;
                }
                if (&one.status, &one.source_topic) != (&other.status, &other.source_topic) {
                    return Err(contradiction(&format!("mirror topic {link}/{topic}")));
                }
                repeated.insert((link.clone(), Some(topic.clone())));
            }
            all.insert(link, rows.into_iter().collect());
        }
        Ok((all, repeated))
    }
}

/// One mirror topic.
pub(super) fn mirror(row: wire::Mirror) -> MirrorFact {
    let wire::Mirror {
        metadata: _,
        link_name,
        mirror_topic_name,
        source_topic_name,
        num_partitions,
        mirror_lags,
        mirror_status,
        state_time_ms,
        mirror_topic_error,
        mirror_state_transition_errors,
    } = row;
    MirrorFact {
        earlier: Default::default(),
        link: link_name,
        // Without a prefix both are the same, and then they are so in memory too.
        source_topic: if source_topic_name == mirror_topic_name {
            mirror_topic_name.clone()
        } else {
            source_topic_name
        },
        topic: mirror_topic_name,
        partitions: u32::try_from(num_partitions.max(0)).unwrap_or(u32::MAX),
        status: MirrorStatus::from_word(&mirror_status),
        // A server that does not know the time says 0.
        since_ms: Some(state_time_ms).filter(|time| *time > 0),
        error: given(mirror_topic_error).map(|word| MirrorError::from_word(&word)),
        transition_problems: problems(mirror_state_transition_errors),
        lags: mirror_lags
            .into_iter()
            .map(|lag| {
                let wire::Lag {
                    partition,
                    lag,
                    last_source_fetch_offset,
                } = lag;
                PartitionLag {
                    partition: i32::try_from(partition).unwrap_or(i32::MAX),
                    lag,
                    last_source_fetch_offset,
                }
            })
            .collect(),
    }
}

/// The names of topics.
pub(super) fn topics(rows: Vec<wire::Topic>) -> BTreeSet<TopicName> {
    rows.into_iter()
        .map(|topic| TopicName::from(topic.topic_name))
        .collect()
}

/// ACL bindings.
pub(super) fn acls(rows: Vec<wire::Acl>) -> BTreeSet<AclFact> {
    rows.into_iter()
        .map(|acl| {
            let wire::Acl {
                cluster_id: _,
                resource_type,
                resource_name,
                pattern_type,
                principal,
                host,
                operation,
                permission,
            } = acl;
            AclFact {
                resource_type,
                resource_name,
                pattern_type,
                principal,
                host,
                operation,
                permission,
            }
        })
        .collect()
}

/// What a consumer group has committed. A partition without an offset has a negative one.
pub(super) fn group_offsets(rows: Vec<wire::GroupLag>) -> GroupOffsets {
    rows.into_iter()
        .filter(|row| row.current_offset >= 0)
        .map(|row| {
            let topic = TopicName::from(row.topic_name);
            ((topic, row.partition_id), row.current_offset)
        })
        .collect()
}

/// Consumer groups by id.
pub(super) fn groups(rows: Vec<wire::Group>) -> BTreeMap<GroupName, GroupFact> {
    rows.into_iter()
        .map(|group| {
            let wire::Group {
                cluster_id: _,
                consumer_group_id,
                state,
            } = group;
            (GroupName::from(consumer_group_id), GroupFact { state })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_0_is_none() {
        let row = |state_time_ms| wire::Mirror {
            state_time_ms,
            ..wire::Mirror::default()
        };
        assert_eq!(mirror(row(0)).since_ms, None);
        assert_eq!(
            mirror(row(1_703_285_083_428)).since_ms,
            Some(1_703_285_083_428)
        );
    }

    fn mirrors(rows: Vec<wire::Mirror>) -> Result<(Mirrors, Repeated), String> {
        let mut listed = Listed::default();
        listed.extend(rows);
        listed.by_link()
    }

    #[test]
    fn of_two_rows_of_one_name_the_stopped_one_is_history() {
        let row = |status: &str| wire::Mirror {
            link_name: "dr".into(),
            mirror_topic_name: "orders".into(),
            source_topic_name: "orders".into(),
            mirror_status: status.to_owned(),
            ..wire::Mirror::default()
        };
        for rows in [["ACTIVE", "STOPPED"], ["STOPPED", "ACTIVE"]] {
            let (links, repeated) = mirrors(rows.map(row).into()).unwrap();
            assert!(repeated.is_empty());
            let orders = &links[&LinkName::from("dr")][&TopicName::from("orders")];
            assert_eq!(orders.status, MirrorStatus::Active, "{rows:?}");
        }
    }

    #[test]
    fn rows_that_contradict_each_other_are_no_list() {
        let row = |status: &str, source: &str| wire::Mirror {
            link_name: "dr".into(),
            mirror_topic_name: "orders".into(),
            source_topic_name: source.into(),
            mirror_status: status.to_owned(),
            ..wire::Mirror::default()
        };
        let active = || row("ACTIVE", "orders");
        let (_, repeated) = mirrors(vec![active(), active()]).unwrap();
        assert_eq!(repeated.len(), 1);
        for other in [row("PAUSED", "orders"), row("ACTIVE", "other")] {
            let why = mirrors(vec![active(), other]).unwrap_err();
            assert!(why.contains("dr/orders"), "{why}");
        }
        let link = |state: &str, count| wire::Link {
            link_name: "dr".to_owned(),
            link_state: Some(state.to_owned()),
            topic_count: count,
            ..wire::Link::default()
        };
        let same = links(vec![link("ACTIVE", 1), link("ACTIVE", 2)]).unwrap();
        assert_eq!((same.named.len(), same.repeated.len()), (1, 1));
        links(vec![link("ACTIVE", 1), link("PAUSED", 1)]).unwrap_err();
    }
}
