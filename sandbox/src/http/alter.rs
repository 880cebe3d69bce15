//! The seven alter calls on mirrors: always 200, with one verdict per topic inside.

use super::error::ApiError;
use super::mirrors::{MirrorLag, lags};
use super::reply::{Metadata, Reply};
use super::{Call, links, rights};
use crate::engine::restore::{Cut, cuts};
use crate::engine::verb::{Verb, apply, judge};
use crate::engine::verdict::Verdict;
use crate::profile::{Profile, Trait};
use crate::state::key::MirrorKey;
use crate::state::{Cluster, State};
use crate::switches::{
    MessagesTruncatedAbsent, NamesAndPattern, PartitionsWithoutCut, PlatformTruncate,
};
use crate::vocabulary::ClusterKind;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Body {
    mirror_topic_names: Option<Vec<String>>,
    mirror_topic_name_pattern: Option<String>,
}

#[derive(Debug, Serialize)]
struct Item {
    kind: &'static str,
    metadata: Metadata,
    mirror_topic_name: String,
    error_code: Option<i32>,
    error_message: Option<String>,
    mirror_lags: Vec<MirrorLag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_truncated: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_level_truncation_data: Option<Vec<PartitionCut>>,
}

#[derive(Debug, Serialize)]
struct PartitionCut {
    partition_id: usize,
    messages_truncated: i64,
    offset_truncated_to: i64,
}

/// The longest pattern that is tried.
const LONGEST_PATTERN: usize = 1_000;

/// The topics a body names: as listed, or every one on the link that the whole pattern matches.
fn topics(state: &State, call: &Call<'_>, verb: Verb) -> Result<Vec<String>, ApiError> {
    let body: Body = call.json()?;
    let (names, pattern) = (body.mirror_topic_names, body.mirror_topic_name_pattern);
    let (names, pattern) = match (names, pattern, state.switches.names_and_pattern) {
        (Some(_), Some(_), NamesAndPattern::Refused) => {
            return Err(ApiError::bad_request(
                "Only one of mirror_topic_names and mirror_topic_name_pattern can be given.",
            ));
        }
        (Some(names), Some(_), NamesAndPattern::NamesWin) => (Some(names), None),
        (_, Some(pattern), _) => (None, Some(pattern)),
        (names, None, _) => (names, None),
    };
    if let Some(names) = names {
        let mut unique = Vec::with_capacity(names.len());
        let mut seen = std::collections::BTreeSet::new();
        for name in names {
            if seen.insert(name.clone()) {
                unique.push(name);
            }
        }
        return Ok(unique);
    }
    let Some(pattern) = pattern else {
        return Err(ApiError::bad_request(
            "One of mirror_topic_names and mirror_topic_name_pattern is required.",
        ));
    };
    if pattern.len() > LONGEST_PATTERN {
        return Err(ApiError::bad_request("The pattern is too long."));
    }
    let regex = Regex::new(&format!("^(?:{pattern})$"))
        .map_err(|error| ApiError::bad_request(format!("The pattern is not valid: {error}")))?;
    let key = call.half();
    let half = links::visible(state, call, &key.link)?;
    if verb == Verb::TruncateAndRestore {
        let cluster = call.cluster(state)?;
        let restorable = cluster.topics.iter().filter(|(name, topic)| {
            topic.mirror_of.is_none()
                && regex.is_match(name)
                && judge(state, &key.mirror(name), verb) == Verdict::Accepted
        });
        return Ok(restorable.map(|(name, _)| name.clone()).collect());
    }
    let cluster = call.cluster(state)?;
    let shown = half
        .mirrors
        .iter()
        .filter(|(_, row)| links::is_shown(state, cluster, row.status));
    Ok(shown
        .map(|(name, _)| name.clone())
        .filter(|name| regex.is_match(name))
        .collect())
}

fn item(
    state: &State,
    call: &Call<'_>,
    cluster: &Cluster,
    key: &MirrorKey,
    verb: Verb,
    verdict: &Verdict,
    with_partitions: bool,
) -> Item {
    let has = |wanted| cluster.profile.has(wanted);
    let (link, name) = (&key.half.link, &key.name);
    let truncates = verb == Verb::TruncateAndRestore && *verdict == Verdict::Accepted;
    let cuts = if truncates {
        cuts(state, key)
    } else {
        Vec::new()
    };
    let absent = match state.switches.messages_truncated_absent {
        MessagesTruncatedAbsent::Null => None,
        MessagesTruncatedAbsent::MinusOne => Some(-1),
    };
    let (error_code, error_message) = match verdict {
        Verdict::Accepted | Verdict::Nothing => (None, None),
        Verdict::Refused(code, message) => (Some(*code), Some(message.clone())),
    };
    let (encoded_link, encoded) = (super::path::encode(link), super::path::encode(name));
    Item {
        kind: "AlterMirrorsData",
        metadata: Metadata::new(
            &state.switches,
            call.url(&format!("/links/{encoded_link}/mirrors/{encoded}")),
        ),
        mirror_topic_name: name.clone(),
        error_code,
        error_message,
        mirror_lags: match state.mirror(key) {
            // A topic that is to be restored is no mirror yet: its lag is what it will copy, in the
            // order of the cuts.
            _ if truncates => cuts.iter().map(restored_lag).collect(),
            Some((half, row)) => lags(state, cluster, half, name, row),
            None => Vec::new(),
        },
        messages_truncated: has(Trait::Truncation).then(|| {
            if truncates {
                Some(cuts.iter().map(|cut| cut.records).sum())
            } else {
                absent
            }
        }),
        partition_level_truncation_data: has(Trait::Truncation).then(|| {
            let all = state.switches.partitions_without_cut == PartitionsWithoutCut::Listed;
            cuts.iter()
                .filter(|cut| with_partitions && (all || cut.records > 0))
                .map(|cut| PartitionCut {
                    partition_id: cut.partition,
                    messages_truncated: cut.records,
                    offset_truncated_to: cut.to,
                })
                .collect()
        }),
    }
}

/// The lag of a partition after what has diverged is cut.
fn restored_lag(cut: &Cut) -> MirrorLag {
    MirrorLag {
        partition: cut.partition,
        lag: cut.behind,
        last_source_fetch_offset: -1,
    }
}

/// What a `fail-items` fault says about a topic, the `index`th of its request.
fn faulted(call: &Call<'_>, name: &str, index: usize) -> Option<Verdict> {
    let failing = call.failing.as_ref()?;
    let hit = if failing.topics.is_empty() {
        index % 2 == 1
    } else {
        failing.topics.iter().any(|topic| topic == name)
    };
    hit.then(|| Verdict::Refused(failing.error_code, failing.message.clone()))
}

/// Whether a cluster knows the path of truncate-and-restore.
fn has_restore(state: &State, cluster: &Cluster) -> bool {
    cluster.kind != ClusterKind::ConfluentPlatform
        || match state.switches.platform_truncate {
            PlatformTruncate::Missing => false,
            PlatformTruncate::Present => true,
            PlatformTruncate::SinceEight => cluster.profile == Profile::Cp8,
        }
}

fn alter(state: &mut State, call: &Call<'_>, verb: Verb) -> Result<Reply, ApiError> {
    let validate_only = call.query.flag("validate_only", false)?;
    let with_partitions = call
        .query
        .flag("include_partition_level_truncation_data", false)?;
    let cluster = call.cluster(state)?;
    if verb == Verb::TruncateAndRestore && !has_restore(state, cluster) {
        return Err(ApiError::no_path());
    }
    links::visible(state, call, call.name(0))?;
    let names = topics(state, call, verb)?;
    let half = call.half();
    let mut items = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let key = half.mirror(name);
        let allowed = rights::may_alter(call.cluster(state)?, call, verb, name);
        let verdict = faulted(call, name, index).unwrap_or_else(|| match allowed {
            true => judge(state, &key, verb),
            false => Verdict::Refused(401, String::from("Not authorized")),
        });
        let cluster = call.cluster(state)?;
        items.push(item(
            state,
            call,
            cluster,
            &key,
            verb,
            &verdict,
            with_partitions,
        ));
        if verdict == Verdict::Accepted && !validate_only {
            apply(state, &key, verb);
        }
    }
    let mirrors = call.url(&format!(
        "/links/{}/mirrors",
        super::path::encode(&half.link)
    ));
    if call
        .cluster(state)?
        .profile
        .has(Trait::AlterRepliesAsRecorded)
    {
        items.sort_by(|a, b| a.mirror_topic_name.cmp(&b.mirror_topic_name));
        return Ok(Reply::list("KafkaAlterMirrorsDataList", &mirrors, &items));
    }
    // The kind is that of the promote call, whatever the verb: so it is in every example.
    let url = format!("{mirrors}:{}", verb.path());
    Ok(Reply::list("KafkaPromoteMirror", &url, &items))
}

/// `POST /links/{link}/mirrors:promote`.
pub(crate) fn promote(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::Promote)
}

/// `POST /links/{link}/mirrors:failover`.
pub(crate) fn failover(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::Failover)
}

/// `POST /links/{link}/mirrors:pause`.
pub(crate) fn pause(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::Pause)
}

/// `POST /links/{link}/mirrors:resume`.
pub(crate) fn resume(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::Resume)
}

/// `POST /links/{link}/mirrors:reverse-and-start-mirror`.
pub(crate) fn reverse_and_start(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::ReverseAndStart)
}

/// `POST /links/{link}/mirrors:reverse-and-pause-mirror`.
pub(crate) fn reverse_and_pause(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::ReverseAndPause)
}

/// `POST /links/{link}/mirrors:truncate-and-restore`.
pub(crate) fn truncate_and_restore(state: &mut State, call: &Call<'_>) -> Result<Reply, ApiError> {
    alter(state, call, Verb::TruncateAndRestore)
}
