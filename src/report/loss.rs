//! How sure a lag or loss is, in every JSON document: [`LossFigure`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::live::{Loss, MirrorLoss};

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
