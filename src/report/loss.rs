//! How sure a lag or loss is, in every JSON document: [`LossFigure`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::live::{CatchUp, Loss, MirrorLoss, Pace};

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LossFigure {
    /// Two reads show that the mirror topic is fetching: at most so many of the messages that its source
    /// had at the last fetch. Messages produced later are not counted.
    Known,
    /// So many or more.
    AtLeast,
    /// The server gives no usable figures, the source cannot be reached, or the link is in error.
    Unknown,
}

impl LossFigure {
    /// How sure this loss is.
    #[must_use]
    pub fn of(loss: &MirrorLoss) -> Self {
        match loss.loss {
            Loss::Known(_) => Self::Known,
            Loss::AtLeast(_) => Self::AtLeast,
            Loss::Unknown(_) => Self::Unknown,
        }
    }
}

/// How fast a mirror topic copies, by two reads. What follows from it is an estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PaceEntry {
    /// The time between the two reads, in milliseconds.
    pub between_ms: u64,
    /// Messages that it fetches in a minute.
    pub messages_per_minute: u64,
    /// Estimated seconds until it has caught up. Null where its lag does not fall.
    pub catch_up_seconds_estimate: Option<u64>,
    /// Whether the first read is the record of an earlier run (`--sample last`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recorded: bool,
}

impl PaceEntry {
    /// Of two reads.
    #[must_use]
    pub fn of(pace: &Pace) -> Self {
        Self {
            between_ms: u64::try_from(pace.between.as_millis()).unwrap_or(u64::MAX),
            messages_per_minute: pace.per_minute(),
            catch_up_seconds_estimate: match pace.catch_up {
                CatchUp::After(time) => Some(time.as_secs()),
                CatchUp::NotFalling => None,
            },
            recorded: pace.is_recorded,
        }
    }
}
