//! Checks of link-config values, one by one and against each other, and what a change does in addition to
//! itself: disabling a feature clears its filter.

use super::error::ApiError;
use crate::catalog::link::{Access, FEATURES, Key, Kind, find};
use crate::catalog::topic::{self, Sync};
use crate::engine::tasks::acls::can_sync;
use crate::filter::{AclFilter, FilterKind, NameFilter};
use crate::profile::{Profile, Trait};
use crate::state::{Cluster, State};
use crate::switches::{
    AclSyncAcrossOrganizations, AclSyncWithPrefix, BootstrapServersScheme, FilterWithDisable,
    ReadOnlyConfig, TopicConfigSyncMinimum, UnknownConfig,
};
use crate::vocabulary::{ClusterKind, LinkMode};
use std::collections::BTreeMap;

/// The longest prefix of mirror names.
const LONGEST_PREFIX: usize = 12;

/// One requested value. `None` resets the key to its default.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

/// When the change is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Create,
    Alter,
}

/// The half that a set of configs belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) state: &'a State,
    pub(crate) cluster: &'a Cluster,
    pub(crate) mode: LinkMode,
    pub(crate) remote: Option<&'a str>,
}

type Configs = BTreeMap<String, String>;

/// Applies one change, or says why not. Returns false if the change is accepted and forgotten.
pub(crate) fn apply(
    place: Place<'_>,
    configs: &mut Configs,
    change: &Change,
    moment: Moment,
) -> Result<bool, ApiError> {
    let switches = &place.state.switches;
    let Some(key) = find(&change.name) else {
        return match switches.unknown_config {
            UnknownConfig::Ignored => Ok(false),
            UnknownConfig::Refused => Err(ApiError::kafka(format!(
                "Unknown cluster link config '{}'.",
                change.name
            ))),
        };
    };
    if key.access == Access::Dropped {
        return Ok(false);
    }
    let cloud = place.cluster.kind == ClusterKind::ConfluentCloud;
    if cloud && key.is_refused_on_cloud(switches) {
        return Err(ApiError::kafka(format!(
            "Cluster link config '{}' cannot be set on this cluster.",
            key.name
        )));
    }
    if key.is_read_only(place.cluster.kind) {
        return match switches.read_only_config {
            ReadOnlyConfig::Ignored => Ok(false),
            ReadOnlyConfig::Refused => Err(ApiError::kafka(format!(
                "Cluster link config '{}' is read-only.",
                key.name
            ))),
        };
    }
    if moment == Moment::Alter && key.access == Access::CreateOnly {
        let present = configs.get(key.name).map(String::as_str).or(key.default);
        let wanted = change.value.as_deref().or(key.default);
        if present == wanted {
            return Ok(false);
        }
        return Err(ApiError::kafka(format!(
            "Cluster link config '{}' cannot be updated.",
            key.name
        )));
    }
    match &change.value {
        None => {
            configs.remove(key.name);
        }
        Some(value) => {
            check(key, value, place)?;
            configs.insert(key.name.to_owned(), stored(key, value, place));
        }
    }
    Ok(true)
}

/// What the server keeps of a value.
pub(crate) fn stored(key: &Key, value: &str, place: Place<'_>) -> String {
    let strips = place.state.switches.bootstrap_servers_scheme == BootstrapServersScheme::Stripped;
    if key.name != "bootstrap.servers" || !strips {
        return value.to_owned();
    }
    let bare = value
        .split(',')
        .map(|address| address.split_once("://").map_or(address, |(_, rest)| rest));
    bare.collect::<Vec<_>>().join(",")
}

/// After all changes of one request: a feature switched off in it loses the filter it had, whatever
/// the order of the entries. Whether a filter of the same request goes too is a switch.
pub(crate) fn clear_disabled(place: Place<'_>, configs: &mut Configs, changes: &[Change]) {
    let keeps = place.state.switches.filter_with_disable == FilterWithDisable::Kept;
    for (enable, filter) in FEATURES {
        let touched = changes.iter().any(|change| change.name == enable);
        let given = changes
            .iter()
            .any(|change| change.name == filter && change.value.is_some());
        if touched && !is_true(configs.get(enable)) && !(given && keeps) {
            configs.remove(filter);
        }
    }
}

fn is_true(value: Option<&String>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn invalid(key: &Key, value: &str, why: &str) -> ApiError {
    // A secret must not come back in a message.
    let shown = if key.is_sensitive() {
        "[hidden]"
    } else {
        value
    };
    ApiError::kafka(format!(
        "Invalid value {shown} for configuration {}: {why}",
        key.name
    ))
}

/// Checks one value by itself.
pub(crate) fn check(key: &Key, value: &str, place: Place<'_>) -> Result<(), ApiError> {
    let wrong = |why: &str| Err(invalid(key, value, why));
    let switches = &place.state.switches;
    match key.kind {
        Kind::Text | Kind::List | Kind::Secret => Ok(()),
        Kind::Bool => match value.to_ascii_lowercase().as_str() {
            "true" | "false" => Ok(()),
            _ => wrong("Expected value to be either true or false"),
        },
        Kind::Int(minimum) => {
            let lenient = key.name == "topic.config.sync.ms"
                && place.state.switches.topic_config_sync_minimum
                    == TopicConfigSyncMinimum::OneMillisecond;
            let minimum = if lenient { 1 } else { minimum };
            match value.trim().parse::<i64>() {
                Err(_) => wrong("Not a number"),
                Ok(number) if number < minimum => {
                    wrong(&format!("Value must be at least {minimum}"))
                }
                Ok(_) => Ok(()),
            }
        }
        Kind::Choice(allowed) if allowed.contains(&value) => Ok(()),
        Kind::Choice(allowed) => wrong(&format!("String must be one of: {}", allowed.join(", "))),
        Kind::Prefix if value.chars().count() > LONGEST_PREFIX => wrong(&format!(
            "The prefix is longer than {LONGEST_PREFIX} characters"
        )),
        Kind::Prefix if !value.chars().all(is_name_letter) => {
            wrong("The prefix has characters that topic names cannot have")
        }
        Kind::Prefix => Ok(()),
        Kind::StartOffset => match value {
            "earliest" | "latest" => Ok(()),
            time if crate::clock::parse(time).is_some() => Ok(()),
            _ => wrong("Expected earliest, latest or an ISO 8601 time"),
        },
        Kind::TopicFilters => NameFilter::parse(value, FilterKind::Topics, switches)
            .map_or_else(|why| wrong(&why), |_| Ok(())),
        Kind::GroupFilters => NameFilter::parse(value, FilterKind::Groups, switches)
            .map_or_else(|why| wrong(&why), |_| Ok(())),
        Kind::AclFilters => AclFilter::parse(value).map_or_else(|why| wrong(&why), |_| Ok(())),
        Kind::TopicKeys => topic_keys(key, value, place.cluster.profile),
    }
}

/// Letters of topic and link names.
pub(crate) fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-".contains(letter)
}

/// Checks `topic.config.sync.include`.
fn topic_keys(key: &Key, value: &str, profile: Profile) -> Result<(), ApiError> {
    let names: Vec<&str> = value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    for name in &names {
        match topic::find(name).map(|known| known.sync) {
            None => {
                return Err(invalid(
                    key,
                    value,
                    &format!("Unknown topic config '{name}'"),
                ));
            }
            Some(Sync::Independent) => {
                return Err(invalid(
                    key,
                    value,
                    &format!("Topic config '{name}' is never synced"),
                ));
            }
            Some(Sync::AlwaysSynced | Sync::Included) => {}
        }
    }
    let missing = topic::TOPIC_KEYS
        .iter()
        .filter(|known| known.sync == Sync::AlwaysSynced)
        .filter(|known| {
            let is_of_kafka_3 = known.name == "message.timestamp.difference.max.ms";
            !is_of_kafka_3 || profile.has(Trait::TimestampDifference)
        })
        .find(|known| !names.contains(&known.name));
    match missing {
        None => Ok(()),
        Some(known) => Err(invalid(
            key,
            value,
            &format!("The list must contain '{}'", known.name),
        )),
    }
}

/// Checks the values against each other.
pub(crate) fn check_together(place: Place<'_>, configs: &Configs) -> Result<(), ApiError> {
    let on = |name: &str| is_true(configs.get(name));
    let prefixed = configs
        .get("cluster.link.prefix")
        .is_some_and(|prefix| !prefix.is_empty());
    let switches = &place.state.switches;
    // Without a link prefix the group prefix is empty: public deployments have it so.
    if on("consumer.group.prefix.enable") && place.mode == LinkMode::Bidirectional {
        return Err(ApiError::kafka(
            "The cluster link has an invalid configuration: consumer.group.prefix.enable cannot \
             be used on a bidirectional link.",
        ));
    }
    if on("acl.sync.enable") {
        if prefixed && switches.acl_sync_with_prefix == AclSyncWithPrefix::Refused {
            return Err(ApiError::kafka(
                "The cluster link has an invalid configuration: acl.sync.enable cannot be used \
                 with cluster.link.prefix.",
            ));
        }
        let remote = place.remote.and_then(|id| place.state.clusters.get(id));
        let apart = remote.is_some_and(|remote| !can_sync(remote, place.cluster));
        if apart && switches.acl_sync_across_organizations == AclSyncAcrossOrganizations::Refused {
            return Err(ApiError::kafka(
                "The cluster link has an invalid configuration: acl.sync.enable works between \
                 clusters of one organization only.",
            ));
        }
    }
    Ok(())
}
