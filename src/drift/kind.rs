//! What drift finds: [`DriftKind`], data with a stable code.

use crate::diagnostic::Code;
use crate::diff::{ConfigChange, FindingKind, RotationReason, TopicFinding};
use crate::health::Exceeded;
use crate::live::{MirrorLoss, Pace};
use crate::plan::Because;

/// What is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// A finding of the plan.
    Found(FindingKind),
    /// A threshold or an objective of the spec is exceeded.
    ThresholdExceeded(Exceeded),
    /// A declared link does not exist.
    LinkMissing,
    /// A declared mirror topic does not exist.
    MirrorMissing,
    /// A link config differs from the spec.
    ConfigDiffers(ConfigChange),
    /// The spec has credentials that the link has not got yet.
    CredentialsDiffer(RotationReason),
    /// A mirror topic is not in the desired state, and why an operation is planned for it.
    StateDiffers(Because),
    /// A link that is to be deleted still exists.
    RetiredLinkExists {
        /// The author's reason to delete it.
        reason: Option<String>,
    },
}

impl DriftKind {
    /// Its stable code; `linkwright explain CODE` has more.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Found(kind) => kind.code(),
            Self::ThresholdExceeded(Exceeded::Lag { .. }) => Code("LW247"),
            Self::ThresholdExceeded(Exceeded::Pending { .. }) => Code("LW248"),
            Self::ThresholdExceeded(Exceeded::CatchUp { .. }) => Code("LW586"),
            Self::ThresholdExceeded(Exceeded::Behind { .. }) => Code("LW565"),
            Self::ThresholdExceeded(Exceeded::BehindUnknown { .. }) => Code("LW566"),
            Self::ThresholdExceeded(Exceeded::Failover { .. }) => Code("LW567"),
            Self::ThresholdExceeded(Exceeded::FailoverUnknown { .. }) => Code("LW568"),
            Self::LinkMissing => Code("LW401"),
            Self::MirrorMissing => Code("LW402"),
            Self::ConfigDiffers(_) => Code("LW410"),
            Self::CredentialsDiffer(_) => Code("LW411"),
            Self::StateDiffers(_) => Code("LW420"),
            Self::RetiredLinkExists { .. } => Code("LW430"),
        }
    }

    /// How far the mirror topic is behind, where that is what is found.
    #[must_use]
    pub fn lag(&self) -> Option<&MirrorLoss> {
        match self {
            Self::ThresholdExceeded(Exceeded::Lag { loss, .. }) => Some(loss),
            _ => None,
        }
    }

    /// How fast the mirror topic copies, where it is behind and was read twice.
    #[must_use]
    pub fn pace(&self) -> Option<&Pace> {
        match self {
            Self::ThresholdExceeded(Exceeded::Lag { pace, .. }) => pace.as_ref(),
            Self::ThresholdExceeded(Exceeded::CatchUp { pace, .. }) => pace.as_ref(),
            _ => None,
        }
    }

    /// How urgent it is among the findings of its class; 0 is the most urgent.
    #[must_use]
    pub fn urgency(&self) -> u8 {
        match self {
            Self::Found(kind) => kind.urgency(),
            Self::ThresholdExceeded(Exceeded::Pending { .. }) => 6,
            Self::ThresholdExceeded(_) => 9,
            _ => 5,
        }
    }

    /// The field that differs: `state`, or a link config's name. None for the whole thing. An
    /// exception can be limited to it.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Found(
                FindingKind::UndeclaredConfig { name, .. }
                | FindingKind::IneffectiveConfig { name, .. }
                | FindingKind::UnknownConfig { name, .. }
                | FindingKind::ReadOnlyConfig { name, .. }
                | FindingKind::FilterNotUnderstood { name, .. }
                | FindingKind::FixedConfig { name, .. },
            ) => Some(name),
            Self::ConfigDiffers(change) => Some(&change.name),
            Self::Found(FindingKind::HeldBack { field, .. }) => Some(field),
            Self::Found(FindingKind::HoldExpired { .. }) => Some("hold"),
            Self::CredentialsDiffer(_) => Some("credentials"),
            Self::ThresholdExceeded(Exceeded::Lag { .. } | Exceeded::CatchUp { .. }) => Some("lag"),
            Self::ThresholdExceeded(Exceeded::Behind { .. } | Exceeded::BehindUnknown { .. }) => {
                Some("objectives.rpo")
            }
            Self::ThresholdExceeded(
                Exceeded::Failover { .. } | Exceeded::FailoverUnknown { .. },
            ) => Some("objectives.rto"),
            Self::Found(
                FindingKind::MirrorRefused(_)
                | FindingKind::MirrorFaulty(_)
                | FindingKind::Topic(TopicFinding::Refused { .. })
                | FindingKind::PromotionWithoutSource { .. }
                | FindingKind::StoppedWithLag { .. },
            )
            | Self::ThresholdExceeded(Exceeded::Pending { .. })
            | Self::StateDiffers(_)
            | Self::RetiredLinkExists { .. } => Some("state"),
            Self::Found(_) | Self::LinkMissing | Self::MirrorMissing => None,
        }
    }

    /// What distinguishes it from others of its code and address: its field or, where it has none, a
    /// task, a call, or a state.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.field().or(match self {
            Self::Found(FindingKind::TaskInError { task, .. }) => Some(task),
            Self::Found(FindingKind::Unknown(why)) => Some(&why.what),
            Self::Found(FindingKind::NamelessLink { state: Some(state) }) => Some(state.word()),
            _ => None,
        })
    }
}
