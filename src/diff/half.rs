//! What becomes of one link half: [`HalfChange`].

use crate::catalog::names;
use std::collections::BTreeMap;

use super::config::{self, ConfigChange, ConfigValue, Secrets};
use super::effect::{self, Effect, Names};
use super::finding::{Finding, FindingKind, ImmutableDifference};
use super::{Changes, Options, Unrecorded, held, mirror};
use crate::address::{ClusterId, HalfAddress, LinkKey, TopicName};
use crate::desired::{ClusterKind, Desired, DesiredValue, Half, Link, Role};
use crate::diagnostic::Place;
use crate::live::groups::{is_on, link_prefix};
use crate::live::{
    ClusterSnapshot, ConfigFact, LinkError, LinkFact, LinkMode, MirrorStatus, Reading, Snapshot,
    Unread, UnreadKind,
};

/// A link half to create or alter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfChange {
    /// The half.
    pub address: HalfAddress,
    /// The logical link: both halves of a pair carry the same.
    pub link: LinkKey,
    /// The half's part in the link.
    pub role: Role,
    /// What to do.
    pub kind: HalfChangeKind,
    /// Where the spec declares it.
    pub place: Place,
}

/// What becomes of a half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HalfChangeKind {
    /// It is created with all its configs at once.
    Create {
        /// Which field of the request names the other cluster.
        remote: RemoteField,
        /// The configs in request order: filters before the switches that use them.
        configs: Vec<(String, ConfigValue)>,
        /// What it brings along.
        effects: Vec<Effect>,
    },
    /// Some of its configs change.
    Alter {
        /// How the half connects and authenticates to clusters, and why secrets are among it.
        connection: Vec<ConfigChange>,
        /// Why secrets are rotated, if they are.
        rotation: Option<RotationReason>,
        /// Everything else.
        settings: Vec<ConfigChange>,
        /// What the settings bring along.
        effects: Vec<Effect>,
    },
}

/// The create request's field for the other cluster's id, with that id.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RemoteField {
    /// `source_cluster_id`: the half is on the destination.
    Source(ClusterId),
    /// `destination_cluster_id`: the half is on the source of a source-initiated link.
    Destination(ClusterId),
    /// `remote_cluster_id`: the link is bidirectional.
    Remote(ClusterId),
}

/// Why secrets are written although they cannot be compared.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum RotationReason {
    /// The caller asked for it.
    Asked,
    /// The spec's `generation` is higher than the one last written.
    Generation {
        /// The one last written.
        from: u32,
        /// The spec's.
        to: u32,
    },
    /// The spec has a `generation`, and the shared store has no record that any was written.
    NotOnRecord {
        /// The spec's.
        generation: u32,
    },
    /// The link reports `AUTHENTICATION_ERROR`.
    AuthenticationFails,
}

/// Compares one half and its mirrors.
pub(super) fn compare(
    link: &Link,
    half: &Half,
    desired: &Desired,
    live: &Snapshot,
    options: &Options,
    changes: &mut Changes,
) {
    let unknown = |why: &crate::live::Unread| {
        Finding::new(
            config::half_address(&half.address),
            FindingKind::Unknown(why.clone()),
            Some(half.place.clone()),
        )
    };
    let Some(host) = live.clusters.get(&half.address.cluster) else {
        return;
    };
    let rows = match &host.links {
        Reading::Read(rows) => rows,
        Reading::Unread(why) => return changes.findings.push(unknown(why)),
        Reading::NotAsked => return,
    };
    let never = BTreeMap::new();
    let live_configs = host.configs.get(&half.address.link);
    let live_configs = live_configs.and_then(Reading::read).unwrap_or(&never);
    changes
        .findings
        .extend(acl_sync_between_kinds(half, desired, live_configs));
    let Some(row) = rows.get(&half.address.link) else {
        if let Some(topics) = ordinary_topics(half, host) {
            return changes.findings.push(Finding::new(
                config::half_address(&half.address),
                FindingKind::LinkGone { topics },
                Some(half.place.clone()),
            ));
        }
        let created = create(link, half, live, &mut changes.findings);
        changes.halves.push(created);
        return mirror::compare(desired, link, half, live, options, changes);
    };
    let configs = match host.configs.get(&half.address.link) {
        Some(Reading::Read(configs)) => configs,
        Some(Reading::Unread(why)) => return changes.findings.push(unknown(why)),
        Some(Reading::NotAsked) | None => return,
    };
    changes.compared.configs += configs.len();
    let mode = match known_mode(&half.address, row, configs) {
        Ok(mode) => mode,
        Err(why) => return changes.findings.push(unknown(&why)),
    };
    let differences = identity(half, row, &mode, configs, desired);
    if !differences.is_empty() {
        // Nothing else is compared: it is another link than the one the spec means.
        return changes.findings.push(Finding::new(
            config::half_address(&half.address),
            FindingKind::Immutable { differences },
            Some(half.place.clone()),
        ));
    }
    alter(link, half, desired, (row, configs), live, options, changes);
    mirror::compare(desired, link, half, live, options, changes);
}

/// All topics that the half's mirrors would be, where each of them is an ordinary topic.
fn ordinary_topics(half: &Half, host: &ClusterSnapshot) -> Option<Vec<TopicName>> {
    let (topics, mirrors) = (host.topics.read()?, host.mirrors.read()?);
    let wanted: Vec<TopicName> = half
        .mirrors
        .literal
        .keys()
        .map(|source| half.mirror_name(source))
        .collect();
    let is_mirror = |topic: &TopicName| {
        let mut rows = mirrors.values().filter_map(|rows| rows.get(topic));
        rows.any(|row| row.status != MirrorStatus::Stopped)
    };
    let are_ordinary = (wanted.iter()).all(|topic| topics.contains(topic) && !is_mirror(topic));
    (are_ordinary && !wanted.is_empty()).then_some(wanted)
}

/// ACL sync is left as it is where it is on, and not turned on where Confluent does not support it.
fn acl_sync_between_kinds(
    half: &Half,
    desired: &Desired,
    live: &BTreeMap<String, ConfigFact>,
) -> Option<Finding> {
    let declared = half.configs.get(names::ACL_SYNC_ENABLE)?;
    let on = DesiredValue::Value("true".to_owned());
    let kind = |name| desired.clusters.get(name).map(|cluster| cluster.kind);
    let (own, other) = (kind(&half.address.cluster)?, kind(&half.peer.cluster)?);
    let is_cloud = |kind| kind == ClusterKind::ConfluentCloud;
    let turns_on = declared.value == on && !is_on(live, names::ACL_SYNC_ENABLE);
    (turns_on && is_cloud(own) != is_cloud(other)).then(|| {
        Finding::new(
            config::half_address(&half.address),
            FindingKind::AclSyncBetweenKinds { own, other },
            Some(declared.place.clone()),
        )
    })
}

fn create(link: &Link, half: &Half, live: &Snapshot, findings: &mut Vec<Finding>) -> HalfChange {
    let mut configs = config::of_new_half(half);
    let nothing = BTreeMap::new();
    let mut as_changes: Vec<ConfigChange> = configs
        .iter()
        .map(|(name, value)| ConfigChange {
            name: name.clone(),
            before: None,
            hidden: false,
            target: config::ConfigTarget::Set(value.clone()),
            place: half.place.clone(),
        })
        .collect();
    let effects = effects_known_enough(half, &mut as_changes, &nothing, live, findings);
    configs.retain(|(name, _)| as_changes.iter().any(|change| change.name == *name));
    HalfChange {
        address: half.address.clone(),
        link: link.key.clone(),
        role: half.role,
        kind: HalfChangeKind::Create {
            remote: match half.role {
                Role::Destination | Role::InboundDestination => {
                    RemoteField::Source(half.peer.id.clone())
                }
                Role::OutboundSource => RemoteField::Destination(half.peer.id.clone()),
                Role::BidirectionalInbound | Role::BidirectionalOutbound { .. } => {
                    RemoteField::Remote(half.peer.id.clone())
                }
            },
            effects,
            configs,
        },
        place: half.place.clone(),
    }
}

/// Takes out of the changes what an exception holds back. How a half connects is never held back.
fn hold_back(
    half: &Half,
    desired: &Desired,
    options: &Options,
    all: &mut Vec<ConfigChange>,
    findings: &mut Vec<Finding>,
) {
    let address = config::half_address(&half.address);
    all.retain(|change| {
        if config::is_connection(&change.name) {
            return true;
        }
        let Some(exception) = held::of_field(desired, options, &address, &change.name) else {
            return true;
        };
        let live = change
            .before
            .clone()
            .unwrap_or_else(|| "not set".to_owned());
        let wanted = match &change.target {
            config::ConfigTarget::Set(ConfigValue::Text(value)) => value.clone(),
            config::ConfigTarget::Set(ConfigValue::Secret(_)) => return true,
            config::ConfigTarget::Reset => "the default".to_owned(),
        };
        let name = &change.name;
        findings.push(held::finding(
            address.clone(),
            name,
            (live, wanted),
            false,
            exception,
        ));
        false
    });
}

fn alter(
    link: &Link,
    half: &Half,
    desired: &Desired,
    (row, configs): (&LinkFact, &BTreeMap<String, ConfigFact>),
    live: &Snapshot,
    options: &Options,
    changes: &mut Changes,
) {
    let rotation = rotation(half, row, options);
    let is_recorded = options.recorded_generations.contains_key(&half.address);
    if let (Some(generation), false, None, Unrecorded::NotKnown) =
        (half.generation, is_recorded, rotation, options.unrecorded)
    {
        changes.findings.push(Finding::new(
            config::half_address(&half.address),
            FindingKind::GenerationNotKnown { generation },
            Some(half.place.clone()),
        ));
    }
    let secrets = match rotation {
        Some(_) => Secrets::Write,
        None => Secrets::Keep,
    };
    let mut all = config::compare(half, configs, secrets, &mut changes.findings);
    hold_back(half, desired, options, &mut all, &mut changes.findings);
    let effects = effects_known_enough(half, &mut all, configs, live, &mut changes.findings);
    if all.is_empty() {
        return;
    }
    let (mut connection, mut settings): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|change| config::is_connection(&change.name));
    for list in [&mut connection, &mut settings] {
        list.sort_by(|a, b| config::request_order(&a.name, &b.name));
    }
    changes.halves.push(HalfChange {
        address: half.address.clone(),
        link: link.key.clone(),
        role: half.role,
        kind: HalfChangeKind::Alter {
            connection,
            rotation,
            settings,
            effects,
        },
        place: half.place.clone(),
    });
}

/// What changes bring along. ACL sync is taken out of them while the lists of ACLs cannot be read just
/// now: which ACLs it would delete is known when they can, and no one must be asked to allow a loss
/// because a server was busy.
fn effects_known_enough(
    half: &Half,
    all: &mut Vec<ConfigChange>,
    configs: &BTreeMap<String, ConfigFact>,
    live: &Snapshot,
    findings: &mut Vec<Finding>,
) -> Vec<Effect> {
    let effects = effect::of_configs(half, all, configs, live);
    let passing = effects.iter().find_map(|effect| match effect {
        Effect::AclsDeleted(Names::Unknown(Some(why))) if why.kind.may_pass() => Some(why),
        _ => None,
    });
    let Some(why) = passing else {
        return effects;
    };
    findings.push(Finding::new(
        config::half_address(&half.address),
        FindingKind::Unknown(why.as_ref().clone()),
        Some(half.place.clone()),
    ));
    all.retain(|change| {
        ![names::ACL_SYNC_ENABLE, names::ACL_FILTERS].contains(&change.name.as_str())
    });
    effect::of_configs(half, all, configs, live)
}

/// Whether the half's secrets are to be rotated. They read back as null, so that a difference
/// cannot be seen.
fn rotation(half: &Half, row: &LinkFact, options: &Options) -> Option<RotationReason> {
    let has_secrets = half
        .configs
        .values()
        .any(|declared| matches!(declared.value, DesiredValue::Secret(_)));
    if !has_secrets {
        return None;
    }
    if options.rotate.contains(&half.address.link) {
        return Some(RotationReason::Asked);
    }
    let recorded = options.recorded_generations.get(&half.address).copied();
    if let (Some(to), Some(from)) = (half.generation, recorded)
        && to > from
    {
        return Some(RotationReason::Generation { from, to });
    }
    if let (Some(generation), None, Unrecorded::Write) =
        (half.generation, recorded, options.unrecorded)
    {
        return Some(RotationReason::NotOnRecord { generation });
    }
    (row.error == Some(LinkError::Authentication)).then_some(RotationReason::AuthenticationFails)
}

/// The mode of a live half, which decides what its mirror topics are and who else needs it.
pub(super) fn known_mode(
    address: &HalfAddress,
    row: &LinkFact,
    configs: &BTreeMap<String, ConfigFact>,
) -> Result<LinkMode, Unread> {
    let reason = match row.mode(configs) {
        Some(LinkMode::Other(word)) => {
            format!("its link.mode is {word}, which this version does not know")
        }
        Some(mode) => return Ok(mode),
        None => "the server reports neither link.mode nor the id of a source or destination \
                 cluster"
            .to_owned(),
    };
    Err(Unread {
        what: format!("the mode of link {address}"),
        reason,
        kind: UnreadKind::Unintelligible,
    })
}

/// What differs in what is fixed at creation. Ids that an old server leaves out prove nothing.
fn identity(
    half: &Half,
    row: &LinkFact,
    mode: &LinkMode,
    configs: &BTreeMap<String, ConfigFact>,
    desired: &Desired,
) -> Vec<ImmutableDifference> {
    let mut differences = Vec::new();
    let mut differ = |field: &'static str, live: &str, wanted: &str| {
        differences.push(ImmutableDifference {
            field: field.into(),
            live: live.to_owned(),
            wanted: wanted.to_owned(),
        });
    };
    let name_of = |id: &ClusterId| {
        desired.cluster_of(id).map_or_else(
            || id.to_string(),
            |cluster| format!("{} ({id})", cluster.name),
        )
    };
    let (field, live_id) = match half.role {
        Role::Destination | Role::InboundDestination => ("source", &row.source),
        Role::OutboundSource => ("destination", &row.destination),
        Role::BidirectionalInbound | Role::BidirectionalOutbound { .. } => ("remote", &row.remote),
    };
    if let Some(id) = live_id
        && *id != half.peer.id
    {
        differ(field, &name_of(id), &name_of(&half.peer.id));
    }
    let wanted = half.role.link_mode().word();
    if mode.word() != wanted {
        differ(names::LINK_MODE, mode.word(), wanted);
    }
    let wanted = half.role.connection_mode().word();
    let live = config::live_connection_mode(configs);
    // Servers that show no connection mode at all show no difference either.
    if configs.contains_key(names::CONNECTION_MODE)
        && !config::same(names::CONNECTION_MODE, live, wanted)
    {
        differ(names::CONNECTION_MODE, live, wanted);
    }
    if half.role.holds_mirrors() {
        let live = link_prefix(configs);
        if live != half.prefix.as_deref() {
            differ(
                "prefix",
                live.unwrap_or("(none)"),
                half.prefix.as_deref().unwrap_or("(none)"),
            );
        }
    }
    differences
}
