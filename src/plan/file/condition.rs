//! Reasons, expectations and settle conditions in a saved plan.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kind_words::RotationV1;
use super::operation::millis;
use crate::desired::MirrorState;
use crate::live::MirrorStatus;
use crate::plan::{Because, Expect, Settle};

/// Why an operation is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "because", rename_all = "kebab-case", deny_unknown_fields)]
pub enum BecauseV1 {
    /// The spec declares it and it does not exist.
    Missing,
    /// Settings differ from the spec.
    Differs,
    /// Secrets are written anew.
    Rotation {
        /// Why.
        rotation: RotationV1,
    },
    /// The mirror's status is not the wished state.
    State {
        /// The live status.
        live: Option<String>,
        /// The wished state.
        wanted: String,
    },
    /// The link is to be taken away.
    Retired {
        /// The author's reason.
        reason: Option<String>,
    },
    /// Mirrors of the link are promoted in the same change.
    Promotion,
}

impl BecauseV1 {
    /// The live fact in it.
    pub(super) fn live(&self) -> Option<&str> {
        match self {
            Self::State { live, .. } => live.as_deref(),
            _ => None,
        }
    }
}

/// What must be true just before an operation acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "expect", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ExpectV1 {
    /// There is no link of that name.
    LinkAbsent,
    /// The link is the same one.
    LinkIs {
        /// The link's UUID.
        link_id: Option<String>,
    },
    /// These configs have these values.
    ConfigsWere {
        /// Values by name; none for one that is unset or secret.
        configs: BTreeMap<String, Option<String>>,
    },
    /// The link has no mirror of that name.
    MirrorAbsent,
    /// The mirror is in one of these statuses.
    MirrorIn {
        /// The statuses.
        statuses: Vec<String>,
    },
    /// Every mirror of the link is `STOPPED`.
    AllMirrorsStopped,
}

/// What a read must show before what waits for an operation may start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "settle", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SettleV1 {
    /// Nothing.
    AtOnce,
    /// The link can be read.
    LinkReadable,
    /// The link reports no error.
    LinkHealthy,
    /// The link is gone.
    LinkGone,
    /// The configs read back as written.
    ConfigsTaken,
    /// The mirror is in one of these statuses.
    MirrorIn {
        /// The statuses.
        statuses: Vec<String>,
    },
    /// This much time has passed.
    Elapsed {
        /// In milliseconds.
        ms: u64,
    },
}

impl BecauseV1 {
    pub(super) fn from_plan(because: &Because) -> Self {
        match because {
            Because::Missing => Self::Missing,
            Because::Differs => Self::Differs,
            Because::Rotation(reason) => Self::Rotation {
                rotation: RotationV1::from_plan(*reason),
            },
            Because::State { live, wanted } => Self::State {
                live: live.as_ref().map(ToString::to_string),
                wanted: wanted.word().to_owned(),
            },
            Because::Retired { reason } => Self::Retired {
                reason: reason.clone(),
            },
            Because::Promotion => Self::Promotion,
        }
    }

    pub(super) fn to_plan(&self) -> Result<Because, String> {
        Ok(match self {
            Self::Missing => Because::Missing,
            Self::Differs => Because::Differs,
            Self::Rotation { rotation } => Because::Rotation(rotation.to_plan()),
            Self::State { live, wanted } => Because::State {
                live: live.as_deref().map(MirrorStatus::from_word),
                wanted: MirrorState::ALL
                    .into_iter()
                    .find(|state| state.word() == wanted)
                    .ok_or_else(|| format!("there is no mirror state `{wanted}`"))?,
            },
            Self::Retired { reason } => Because::Retired {
                reason: reason.clone(),
            },
            Self::Promotion => Because::Promotion,
        })
    }
}

fn status_words(statuses: &[MirrorStatus]) -> Vec<String> {
    statuses.iter().map(ToString::to_string).collect()
}

fn statuses(words: &[String]) -> Cow<'static, [MirrorStatus]> {
    words
        .iter()
        .map(|word| MirrorStatus::from_word(word))
        .collect()
}

impl ExpectV1 {
    pub(super) fn from_plan(expect: &Expect) -> Self {
        match expect {
            Expect::LinkAbsent => Self::LinkAbsent,
            Expect::LinkIs { link_id } => Self::LinkIs {
                link_id: link_id.clone(),
            },
            Expect::ConfigsWere(configs) => Self::ConfigsWere {
                configs: configs.clone(),
            },
            Expect::MirrorAbsent => Self::MirrorAbsent,
            Expect::MirrorIn(statuses) => Self::MirrorIn {
                statuses: status_words(statuses),
            },
            Expect::AllMirrorsStopped => Self::AllMirrorsStopped,
        }
    }

    pub(super) fn to_plan(&self) -> Expect {
        match self {
            Self::LinkAbsent => Expect::LinkAbsent,
            Self::LinkIs { link_id } => Expect::LinkIs {
                link_id: link_id.clone(),
            },
            Self::ConfigsWere { configs } => Expect::ConfigsWere(configs.clone()),
            Self::MirrorAbsent => Expect::MirrorAbsent,
            Self::MirrorIn { statuses: words } => Expect::MirrorIn(statuses(words)),
            Self::AllMirrorsStopped => Expect::AllMirrorsStopped,
        }
    }
}

impl SettleV1 {
    pub(super) fn from_plan(settle: &Settle) -> Self {
        match settle {
            Settle::AtOnce => Self::AtOnce,
            Settle::LinkReadable => Self::LinkReadable,
            Settle::LinkHealthy => Self::LinkHealthy,
            Settle::LinkGone => Self::LinkGone,
            Settle::ConfigsTaken => Self::ConfigsTaken,
            Settle::MirrorIn(statuses) => Self::MirrorIn {
                statuses: status_words(statuses),
            },
            Settle::Elapsed(time) => Self::Elapsed { ms: millis(*time) },
        }
    }

    pub(super) fn to_plan(&self) -> Settle {
        match self {
            Self::AtOnce => Settle::AtOnce,
            Self::LinkReadable => Settle::LinkReadable,
            Self::LinkHealthy => Settle::LinkHealthy,
            Self::LinkGone => Settle::LinkGone,
            Self::ConfigsTaken => Settle::ConfigsTaken,
            Self::MirrorIn { statuses: words } => Settle::MirrorIn(statuses(words)),
            Self::Elapsed { ms } => Settle::Elapsed(Duration::from_millis(*ms)),
        }
    }
}
