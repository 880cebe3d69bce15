//! Operations in a saved plan.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SaveError;
use super::condition::{BecauseV1, ExpectV1, SettleV1};
use super::effect::EffectV1;
use super::fact::{AddressV1, LinkV1, MirrorV1, PlaceV1};
use super::kind_words::{PurposeV1, RoleV1, RotationV1, TurnV1, ValidationV1};
use crate::desired::Risk;
use crate::diff::{ConfigChange, ConfigTarget, ConfigValue, RemoteField};
use crate::live::MirrorStatus;
use crate::plan::{ArchiveContent, LagGate, Operation, OperationKind};
use crate::secret::{Part, Quoting, Reference, Template};

/// One operation, complete in itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationV1 {
    /// What it is about.
    pub address: AddressV1,
    /// The called cluster's id.
    pub cluster_id: String,
    /// The logical link.
    pub link: String,
    /// What to do.
    pub kind: KindV1,
    /// Why.
    pub because: BecauseV1,
    /// What a read must show just before it acts.
    pub expects: Vec<ExpectV1>,
    /// What a read must show before what waits for it may start.
    pub settle: SettleV1,
    /// How much it can hurt.
    pub risks: BTreeSet<Risk>,
    /// What it brings along.
    pub effects: Vec<EffectV1>,
    /// How long settling may take, in milliseconds.
    pub deadline_ms: u64,
    /// What could not be checked.
    pub unchecked: Vec<String>,
    /// Where the spec asks for it.
    pub place: Option<PlaceV1>,
}

/// The kinds of operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "kebab-case", deny_unknown_fields)]
pub enum KindV1 {
    /// Create a half.
    CreateLink {
        /// The half's part.
        role: RoleV1,
        /// Whether the other half of a bidirectional pair only waits to be connected to.
        peer_inbound: bool,
        /// The half's turn.
        turn: TurnV1,
        /// Whether the server tries the connection first.
        validation: ValidationV1,
        /// The request's field for the other cluster.
        remote_field: RemoteFieldV1,
        /// The other cluster's id.
        remote_id: String,
        /// The configs in request order.
        configs: Vec<ConfigV1>,
    },
    /// Change configs of a half.
    AlterLink {
        /// What for.
        purpose: PurposeV1,
        /// Why secrets are written anew, if they are.
        rotation: Option<RotationV1>,
        /// The changes in request order.
        changes: Vec<ChangeV1>,
    },
    /// Give offsets time to arrive.
    DrainOffsets {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// Create a mirror topic.
    CreateMirror {
        /// The source topic.
        source: String,
        /// Topic configs.
        configs: BTreeMap<String, String>,
    },
    /// Wait for a mirror topic to leave its passing status.
    AwaitMirror {
        /// The status.
        status: String,
    },
    /// Pause a mirror topic.
    PauseMirror,
    /// Resume a mirror topic.
    ResumeMirror,
    /// Promote a mirror topic.
    PromoteMirror {
        /// The lag it must come under, in messages.
        max_lag: u64,
        /// How long to wait for that, in milliseconds.
        within_ms: u64,
    },
    /// Fail a mirror topic over.
    FailoverMirror,
    /// Keep what the link knows of its mirrors.
    ArchiveHistory {
        /// What is known now.
        content: Box<ArchiveV1>,
    },
    /// Delete a half.
    DeleteLink {
        /// Whether it connects to the other.
        outbound: bool,
        /// What both halves have in common.
        pair: String,
        /// The prefix that becomes free.
        prefix: Option<String>,
    },
}

/// The create request's field for the other cluster's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RemoteFieldV1 {
    /// `source_cluster_id`.
    #[serde(rename = "source_cluster_id")]
    Source,
    /// `destination_cluster_id`.
    #[serde(rename = "destination_cluster_id")]
    Destination,
    /// `remote_cluster_id`.
    #[serde(rename = "remote_cluster_id")]
    Remote,
}

/// A config of a half that is created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigV1 {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: ValueV1,
}

/// A config that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeV1 {
    /// Its name.
    pub name: String,
    /// The value it has; none when it is not set or never told.
    pub before: Option<String>,
    /// The value it gets; none for the server's default.
    pub set: Option<ValueV1>,
    /// Where the spec says so.
    pub place: Option<PlaceV1>,
}

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ValueV1 {
    /// Plain text.
    Text(String),
    /// A secret: the text around it, and where the values are found.
    Secret(Vec<PartV1>),
}

/// A piece of a secret's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PartV1 {
    /// Text that is no secret.
    Text(String),
    /// An environment variable.
    Env {
        /// Its name.
        name: String,
        /// Whether the spec gives a default. It is not saved.
        has_default: bool,
        /// Whether it stands inside the quotes of a JAAS line.
        jaas: bool,
    },
    /// A file's content.
    File {
        /// Its path.
        path: String,
        /// Whether it stands inside the quotes of a JAAS line.
        jaas: bool,
    },
}

/// What is kept of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveV1 {
    /// The link's row.
    pub link: LinkV1,
    /// Its configs that are set and no secret.
    pub configs: BTreeMap<String, String>,
    /// Its mirrors.
    pub mirrors: Vec<MirrorV1>,
    /// Why it is taken away.
    pub reason: Option<String>,
}

impl OperationV1 {
    pub(super) fn from_plan(op: &Operation) -> Result<Self, SaveError> {
        let Operation {
            address,
            cluster_id,
            link,
            kind,
            because,
            expects,
            settle,
            risks,
            effects,
            deadline,
            unchecked,
            place,
        } = op;
        Ok(Self {
            address: AddressV1::from_plan(address),
            cluster_id: cluster_id.to_string(),
            link: link.to_string(),
            kind: KindV1::from_plan(kind).map_err(|config| SaveError::ClearText {
                address: address.clone(),
                config,
            })?,
            because: BecauseV1::from_plan(because),
            expects: expects.iter().map(ExpectV1::from_plan).collect(),
            settle: SettleV1::from_plan(settle),
            risks: risks.clone(),
            effects: effects.iter().map(EffectV1::from_plan).collect(),
            deadline_ms: millis(*deadline),
            unchecked: unchecked.clone(),
            place: place.as_ref().map(PlaceV1::from_plan),
        })
    }

    pub(super) fn to_plan(&self) -> Result<Operation, String> {
        Ok(Operation {
            address: self.address.to_plan(),
            cluster_id: self.cluster_id.as_str().into(),
            link: self.link.as_str().into(),
            kind: self.kind.to_plan(self)?,
            because: self.because.to_plan()?,
            expects: self.expects.iter().map(ExpectV1::to_plan).collect(),
            settle: self.settle.to_plan(),
            risks: self.risks.clone(),
            effects: self.effects.iter().map(EffectV1::to_plan).collect(),
            deadline: Duration::from_millis(self.deadline_ms),
            unchecked: self.unchecked.clone(),
            place: self.place.as_ref().map(PlaceV1::to_plan),
        })
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl KindV1 {
    /// As [`OperationKind::word`].
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::CreateLink { .. } => "create-link",
            Self::AlterLink { .. } => "alter-link",
            Self::DrainOffsets { .. } => "drain-offsets",
            Self::CreateMirror { .. } => "create-mirror",
            Self::AwaitMirror { .. } => "await-mirror",
            Self::PauseMirror => "pause-mirror",
            Self::ResumeMirror => "resume-mirror",
            Self::PromoteMirror { .. } => "promote-mirror",
            Self::FailoverMirror => "failover-mirror",
            Self::ArchiveHistory { .. } => "archive-history",
            Self::DeleteLink { .. } => "delete-link",
        }
    }

    /// Fails with the name of the config whose secret is written in clear.
    fn from_plan(kind: &OperationKind) -> Result<Self, String> {
        Ok(match kind {
            OperationKind::CreateLink {
                role,
                turn,
                validation,
                remote,
                configs,
            } => {
                let (remote_field, id) = match remote {
                    RemoteField::Source(id) => (RemoteFieldV1::Source, id),
                    RemoteField::Destination(id) => (RemoteFieldV1::Destination, id),
                    RemoteField::Remote(id) => (RemoteFieldV1::Remote, id),
                };
                let (role, peer_inbound) = RoleV1::from_plan(*role);
                Self::CreateLink {
                    role,
                    peer_inbound,
                    turn: TurnV1::from_plan(*turn),
                    validation: ValidationV1::from_plan(*validation),
                    remote_field,
                    remote_id: id.to_string(),
                    configs: configs
                        .iter()
                        .map(|(name, value)| {
                            Ok(ConfigV1 {
                                name: name.clone(),
                                value: value_from_plan(name, value)?,
                            })
                        })
                        .collect::<Result<_, String>>()?,
                }
            }
            OperationKind::AlterLink { purpose, changes } => {
                let (purpose, rotation) = PurposeV1::from_plan(*purpose);
                let changes = changes
                    .iter()
                    .map(change_from_plan)
                    .collect::<Result<_, _>>()?;
                Self::AlterLink {
                    purpose,
                    rotation,
                    changes,
                }
            }
            OperationKind::DrainOffsets { wait } => Self::DrainOffsets {
                wait_ms: millis(*wait),
            },
            OperationKind::CreateMirror { source, configs } => Self::CreateMirror {
                source: source.to_string(),
                configs: configs.clone(),
            },
            OperationKind::AwaitMirror { status } => Self::AwaitMirror {
                status: status.to_string(),
            },
            OperationKind::PauseMirror => Self::PauseMirror,
            OperationKind::ResumeMirror => Self::ResumeMirror,
            OperationKind::PromoteMirror {
                gate: LagGate { max_lag, within },
            } => Self::PromoteMirror {
                max_lag: *max_lag,
                within_ms: millis(*within),
            },
            OperationKind::FailoverMirror => Self::FailoverMirror,
            OperationKind::ArchiveHistory { content } => {
                let ArchiveContent {
                    link,
                    configs,
                    mirrors,
                    reason,
                } = &**content;
                Self::ArchiveHistory {
                    content: Box::new(ArchiveV1 {
                        link: LinkV1::from_plan(link),
                        configs: configs.clone(),
                        mirrors: mirrors.iter().map(MirrorV1::from_plan).collect(),
                        reason: reason.clone(),
                    }),
                }
            }
            OperationKind::DeleteLink {
                outbound,
                pair,
                prefix,
            } => Self::DeleteLink {
                outbound: *outbound,
                pair: pair.clone(),
                prefix: prefix.clone(),
            },
        })
    }

    fn to_plan(&self, op: &OperationV1) -> Result<OperationKind, String> {
        Ok(match self {
            Self::CreateLink {
                role,
                peer_inbound,
                turn,
                validation,
                remote_field,
                remote_id,
                configs,
            } => {
                let id = remote_id.as_str().into();
                OperationKind::CreateLink {
                    role: role.to_plan(*peer_inbound),
                    turn: turn.to_plan(),
                    validation: validation.to_plan(),
                    remote: match remote_field {
                        RemoteFieldV1::Source => RemoteField::Source(id),
                        RemoteFieldV1::Destination => RemoteField::Destination(id),
                        RemoteFieldV1::Remote => RemoteField::Remote(id),
                    },
                    configs: configs
                        .iter()
                        .map(|config| (config.name.clone(), value_to_plan(&config.value)))
                        .collect(),
                }
            }
            Self::AlterLink {
                purpose,
                rotation,
                changes,
            } => OperationKind::AlterLink {
                purpose: purpose.to_plan(*rotation),
                changes: changes
                    .iter()
                    .map(|change| change_to_plan(change, op))
                    .collect::<Result<_, _>>()?,
            },
            Self::DrainOffsets { wait_ms } => OperationKind::DrainOffsets {
                wait: Duration::from_millis(*wait_ms),
            },
            Self::CreateMirror { source, configs } => OperationKind::CreateMirror {
                source: source.as_str().into(),
                configs: configs.clone(),
            },
            Self::AwaitMirror { status } => OperationKind::AwaitMirror {
                status: MirrorStatus::from_word(status),
            },
            Self::PauseMirror => OperationKind::PauseMirror,
            Self::ResumeMirror => OperationKind::ResumeMirror,
            Self::PromoteMirror { max_lag, within_ms } => OperationKind::PromoteMirror {
                gate: LagGate {
                    max_lag: *max_lag,
                    within: Duration::from_millis(*within_ms),
                },
            },
            Self::FailoverMirror => OperationKind::FailoverMirror,
            Self::ArchiveHistory { content } => OperationKind::ArchiveHistory {
                content: Box::new(ArchiveContent {
                    link: content.link.to_plan(),
                    configs: content.configs.clone(),
                    mirrors: content.mirrors.iter().map(MirrorV1::to_plan).collect(),
                    reason: content.reason.clone(),
                }),
            },
            Self::DeleteLink {
                outbound,
                pair,
                prefix,
            } => OperationKind::DeleteLink {
                outbound: *outbound,
                pair: pair.clone(),
                prefix: prefix.clone(),
            },
        })
    }
}

fn change_from_plan(change: &ConfigChange) -> Result<ChangeV1, String> {
    let ConfigChange {
        name,
        before,
        target,
        place,
    } = change;
    Ok(ChangeV1 {
        name: name.clone(),
        before: before.clone(),
        set: match target {
            ConfigTarget::Set(value) => Some(value_from_plan(name, value)?),
            ConfigTarget::Reset => None,
        },
        place: Some(PlaceV1::from_plan(place)),
    })
}

fn change_to_plan(change: &ChangeV1, op: &OperationV1) -> Result<ConfigChange, String> {
    let place = change.place.as_ref().or(op.place.as_ref());
    Ok(ConfigChange {
        name: change.name.clone(),
        before: change.before.clone(),
        target: match &change.set {
            Some(value) => ConfigTarget::Set(value_to_plan(value)),
            None => ConfigTarget::Reset,
        },
        place: place
            .ok_or_else(|| format!("the change of `{}` has no place", change.name))?
            .to_plan(),
    })
}

fn value_from_plan(name: &str, value: &ConfigValue) -> Result<ValueV1, String> {
    Ok(match value {
        ConfigValue::Text(text) => ValueV1::Text(text.clone()),
        ConfigValue::Secret(template) => ValueV1::Secret(
            template
                .parts()
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Ok(PartV1::Text(text.clone())),
                    Part::Clear(..) => Err(name.to_owned()),
                    Part::Reference(reference, quoting) => {
                        let jaas = *quoting == Quoting::Jaas;
                        Ok(match reference {
                            Reference::Env { name, default } => PartV1::Env {
                                name: name.clone(),
                                has_default: default.is_some(),
                                jaas,
                            },
                            Reference::File { path } => PartV1::File {
                                path: path.clone(),
                                jaas,
                            },
                        })
                    }
                })
                .collect::<Result<_, _>>()?,
        ),
    })
}

fn value_to_plan(value: &ValueV1) -> ConfigValue {
    let quoting = |jaas: bool| if jaas { Quoting::Jaas } else { Quoting::Plain };
    match value {
        ValueV1::Text(text) => ConfigValue::Text(text.clone()),
        ValueV1::Secret(parts) => ConfigValue::Secret(Template::from_parts(
            parts
                .iter()
                .map(|part| match part {
                    PartV1::Text(text) => Part::Text(text.clone()),
                    PartV1::Env {
                        name,
                        has_default: _,
                        jaas,
                    } => {
                        let (name, default) = (name.clone(), None);
                        Part::Reference(Reference::Env { name, default }, quoting(*jaas))
                    }
                    PartV1::File { path, jaas } => {
                        let path = path.clone();
                        Part::Reference(Reference::File { path }, quoting(*jaas))
                    }
                })
                .collect(),
        )),
    }
}
