//! Link objects and mirror topics of the twin, from rows and configs.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::world::{Link, Mirror};
use crate::api::wire;
use crate::catalog::names;

/// The most partitions that a topic of a sandbox has.
pub(super) const MOST_PARTITIONS: usize = 10_000;

/// In place of a value that is a secret.
const UNKNOWN: &str = "unknown";
const UNKNOWN_JAAS: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required \
                            username=\"unknown\" password=\"unknown\";";

/// The words of `mirror_status` that a sandbox has.
const STATUSES: [&str; 12] = [
    "ACTIVE",
    "FAILED",
    "LINK_FAILED",
    "LINK_PAUSED",
    "PAUSED",
    "PENDING_STOPPED",
    "SOURCE_UNAVAILABLE",
    "STOPPED",
    "PENDING_MIRROR",
    "PENDING_SYNCHRONIZE",
    "PENDING_SETUP_FOR_RESTORE",
    "PENDING_RESTORE",
];

/// The words of `mirror_topic_error` that a sandbox has.
const MIRROR_ERRORS: [&str; 9] = [
    "SOURCE_TOPIC_MAY_BE_DELETED",
    "SOURCE_TOPIC_ID_CHANGED",
    "SOURCE_PARTITIONS_DECREASED",
    "NON_MONOTONIC_LOG_APPEND_EPOCH",
    "UNEXPECTED_TRUNCATION",
    "UNSUPPORTED_MESSAGE_FORMAT",
    "NON_MONOTONIC_SOURCE_EPOCH",
    "ILLEGAL_STATE",
    "UNSUPPORTED_MIRROR_STATE",
];

/// The words of `link_error` that a sandbox has.
const LINK_ERRORS: [&str; 5] = [
    "AUTHENTICATION_ERROR",
    "UNRESOLVABLE_BOOTSTRAP_ERROR",
    "INVALID_BOOTSTRAP_INTERNAL_ENDPOINT_ERROR",
    "BOOTSTRAP_TCP_CONNECTION_FAILED_ERROR",
    "TIMEOUT_ERROR",
];

fn known<const N: usize>(words: [&'static str; N], word: &str) -> Option<&'static str> {
    words.into_iter().find(|known| *known == word)
}

/// The id of the other cluster, where the row says it.
pub(super) fn remote(row: &wire::Link) -> Option<&str> {
    let ids = [
        &row.remote_cluster_id,
        &row.source_cluster_id,
        &row.destination_cluster_id,
    ];
    let mut ids = ids.into_iter().filter_map(|id| id.as_deref());
    ids.find(|id| !id.is_empty())
}

pub(super) fn mode(facts: &Facts, row: &wire::Link) -> &'static str {
    let word = facts.config(&row.link_name, names::LINK_MODE);
    match word.map(str::to_ascii_uppercase).as_deref() {
        Some("SOURCE") => "SOURCE",
        Some("BIDIRECTIONAL") => "BIDIRECTIONAL",
        Some(_) => "DESTINATION",
        None if row.destination_cluster_id.is_some() => "SOURCE",
        None if row.source_cluster_id.is_none() && row.remote_cluster_id.is_some() => {
            "BIDIRECTIONAL"
        }
        None => "DESTINATION",
    }
}

pub(super) fn connection(facts: &Facts, row: &wire::Link) -> &'static str {
    let word = facts.config(&row.link_name, names::CONNECTION_MODE);
    match word.is_some_and(|word| word.eq_ignore_ascii_case("INBOUND")) {
        true => "INBOUND",
        false => "OUTBOUND",
    }
}

/// The error that a link is in; none where it is in contact, or paused.
pub(super) fn error(row: &wire::Link) -> Option<&'static str> {
    let said = row.link_error.as_deref().filter(|word| *word != "NO_ERROR");
    let is_down = row.link_state.as_deref() == Some("UNAVAILABLE");
    match said {
        Some(word) => Some(known(LINK_ERRORS, word).unwrap_or("UNKNOWN")),
        None => is_down.then_some("UNKNOWN"),
    }
}

/// A link object without its mirror topics. `reached` is where the other cluster is reached.
pub(super) fn link(
    facts: &Facts,
    row: &wire::Link,
    remote: &str,
    reached: Option<&str>,
    has_config: &dyn Fn(&str) -> bool,
) -> (Link, Vec<String>) {
    let (mut configs, mut left_out) = (BTreeMap::new(), Vec::new());
    let read = facts.configs.get(&row.link_name);
    for config in read
        .into_iter()
        .flatten()
        .filter(|config| !config.is_default())
    {
        if !has_config(&config.name) {
            left_out.push(config.name.clone());
            continue;
        }
        let value = match (&config.value, config.name.as_str()) {
            (Some(value), _) => value.clone(),
            (None, names::BOOTSTRAP_SERVERS) => reached.unwrap_or_default().to_owned(),
            (None, name) if name.ends_with("jaas.config") => UNKNOWN_JAAS.to_owned(),
            (None, _) => UNKNOWN.to_owned(),
        };
        configs.insert(config.name.clone(), value);
    }
    if read.is_none() {
        // The prefix shows in the names.
        let mut rows = facts
            .rows()
            .filter(|it| it.link_name.as_str() == row.link_name);
        let prefix = rows.find_map(|row| {
            let name = row.mirror_topic_name.as_str();
            name.strip_suffix(row.source_topic_name.as_str())
        });
        if let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) {
            configs.insert(names::CLUSTER_LINK_PREFIX.to_owned(), prefix.to_owned());
        }
    }
    let link = Link {
        name: row.link_name.clone(),
        remote: remote.to_owned(),
        mode: mode(facts, row),
        connection: connection(facts, row),
        cluster_link_id: row.cluster_link_id.clone().filter(|id| !id.is_empty()),
        contact_lost: error(row).is_some() && row.link_state.as_deref() == Some("ACTIVE"),
        only_configs: read.is_some(),
        configs,
        mirrors: Vec::new(),
    };
    (link, left_out)
}

/// The next offset and the lag of each partition of a mirror topic.
pub(super) fn positions(row: &wire::Mirror) -> Vec<(i64, i64)> {
    let highest = row
        .mirror_lags
        .iter()
        .map(|lag| lag.partition.saturating_add(1))
        .max();
    let count = row.num_partitions.max(highest.unwrap_or(1));
    let count = usize::try_from(count)
        .unwrap_or(1)
        .clamp(1, MOST_PARTITIONS);
    let mut all = vec![(0, 0); count];
    for lag in &row.mirror_lags {
        let place = usize::try_from(lag.partition)
            .ok()
            .and_then(|at| all.get_mut(at));
        if let Some(place) = place {
            *place = (lag.last_source_fetch_offset.max(0), lag.lag.max(0));
        }
    }
    all
}

/// A mirror topic; what is wrong where the sandbox has no such one.
pub(super) fn mirror(row: &wire::Mirror, prefix: &str) -> Result<Mirror, String> {
    let topic = row.mirror_topic_name.as_str();
    if topic.strip_prefix(prefix) != Some(row.source_topic_name.as_str()) {
        return Err(format!(
            "it mirrors {} under a name that the link's prefix does not make",
            row.source_topic_name
        ));
    }
    let Some(status) = known(STATUSES, &row.mirror_status) else {
        return Err(format!(
            "its status {} is one that the sandbox does not know",
            row.mirror_status
        ));
    };
    let positions = positions(row);
    let error = row.mirror_topic_error.as_deref();
    let error = error.filter(|word| *word != "NO_ERROR" && !word.is_empty());
    Ok(Mirror {
        source_topic: row.source_topic_name.to_string(),
        status,
        lag: positions.iter().map(|(_, lag)| *lag).collect(),
        offsets: positions.iter().map(|(next, _)| *next).collect(),
        since: jiff::Timestamp::from_millisecond(row.state_time_ms)
            .ok()
            .filter(|since| since.as_millisecond() > 0)
            .map(|since| since.to_string()),
        error: error.map(|word| known(MIRROR_ERRORS, word).unwrap_or("ILLEGAL_STATE")),
        copies_per_s: None,
    })
}
