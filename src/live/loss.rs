//! What is lost if mirroring stops now: [`Loss`], partition by partition and for a whole mirror topic.
//!
//! The API gives no end offsets of the source and no time of the last contact, so that one read never
//! proves a mirror topic current. Everything that judges, shows or bounds a loss asks [`loss`].

use std::fmt;

use super::link::LinkFact;
use super::mirror::{MirrorFact, MirrorStatus, PartitionLag};

/// How many messages are lost if mirroring stops now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Loss {
    /// At most so many of those that were at the source when the mirror last fetched from it, which was
    /// between two reads. What was produced later is not in it.
    Known(u64),
    /// So many or more: no second read has shown that the mirror is still fetching.
    AtLeast(u64),
    /// The figures do not say.
    Unknown(LossUnknown),
}

impl Loss {
    /// The loss of two things together. What is unknown of one is unknown of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown(a), Self::Unknown(b)) => Self::Unknown(a.min(b)),
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Known(a), Self::Known(b)) => Self::Known(a.saturating_add(b)),
            (Self::Known(a) | Self::AtLeast(a), Self::Known(b) | Self::AtLeast(b)) => {
                Self::AtLeast(a.saturating_add(b))
            }
        }
    }

    /// Whether there is an upper bound.
    #[must_use]
    pub fn is_known(self) -> bool {
        matches!(self, Self::Known(_))
    }
}

/// Why the figures of a mirror topic do not say what would be lost.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum LossUnknown {
    /// The server gives no figures.
    Missing,
    /// The server gives figures for only some of the partitions.
    Partial,
    /// The lag of a partition is negative, which means "unknown".
    Negative,
    /// The source cannot be reached: the figures have stopped moving.
    SourceUnavailable,
    /// The link reports an error, or could not be read: the figures may have stopped moving.
    LinkInError,
}

impl LossUnknown {
    /// Whether there are no figures, rather than figures that may be old.
    #[must_use]
    pub fn is_without_figures(self) -> bool {
        matches!(self, Self::Missing | Self::Partial | Self::Negative)
    }

    /// Its stable word, for machines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "no-figures",
            Self::Partial => "partial-figures",
            Self::Negative => "negative-figures",
            Self::SourceUnavailable => "source-unavailable",
            Self::LinkInError => "link-in-error",
        }
    }
}

impl fmt::Display for LossUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the server reports no lag",
            Self::Partial => "the server reports the lag of only some partitions",
            Self::Negative => "the server reports a negative lag, which means \"unknown\"",
            Self::SourceUnavailable => "the source cannot be reached, so the lag is out of date",
            Self::LinkInError => "the link reports an error, so the lag may be out of date",
        })
    }
}

/// What is lost of one mirror topic, or of several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MirrorLoss {
    /// Over all partitions.
    pub loss: Loss,
    /// The lower figure: messages that the server reports as not copied, however old the report is.
    pub least: u64,
    /// How many partitions have any.
    pub lagging: usize,
    /// Of how many partitions nothing was ever fetched.
    pub never_fetched: usize,
}

impl Default for MirrorLoss {
    fn default() -> Self {
        Self {
            loss: Loss::Known(0),
            least: 0,
            lagging: 0,
            never_fetched: 0,
        }
    }
}

impl MirrorLoss {
    /// What is lost of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            loss: self.loss.and(other.loss),
            least: self.least.saturating_add(other.least),
            lagging: self.lagging + other.lagging,
            never_fetched: self.never_fetched + other.never_fetched,
        }
    }

    /// Why it is not known, where it is not.
    #[must_use]
    pub fn unknown(&self) -> Option<LossUnknown> {
        match self.loss {
            Loss::Unknown(why) => Some(why),
            Loss::Known(_) | Loss::AtLeast(_) => None,
        }
    }

    /// Whether it is more than a bound allows, as far as figures go. Without figures no bound is kept.
    #[must_use]
    pub fn exceeds(&self, max: u64) -> bool {
        self.least > max || self.unknown().is_some_and(LossUnknown::is_without_figures)
    }
}

/// The mirror topics of a link, or of several, together.
impl std::iter::Sum for MirrorLoss {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::and)
    }
}

/// What is lost of a mirror topic if it stops as this read shows it. `link` is its link in the same
/// read; `earlier` are its figures in an earlier read, if there was one.
#[must_use]
pub fn loss(row: &MirrorFact, link: Option<&LinkFact>, earlier: &[PartitionLag]) -> MirrorLoss {
    let sums = row.lags.sums();
    let gap = match sums.partitions {
        0 => Some(LossUnknown::Missing),
        listed if listed < row.partitions => Some(LossUnknown::Partial),
        _ => None,
    };
    let negative = sums.has_negative.then_some(LossUnknown::Negative);
    MirrorLoss {
        loss: match gap.or(negative).or_else(|| stale(row, link)) {
            Some(why) => Loss::Unknown(why),
            None if is_fetching(row, earlier) => Loss::Known(sums.messages),
            None => Loss::AtLeast(sums.messages),
        },
        least: sums.messages,
        lagging: sums.lagging as usize,
        never_fetched: sums.never_fetched as usize,
    }
}

/// Why all figures of a mirror topic may be old, where they may.
fn stale(row: &MirrorFact, link: Option<&LinkFact>) -> Option<LossUnknown> {
    if !link.is_some_and(LinkFact::is_healthy) {
        return Some(LossUnknown::LinkInError);
    }
    let is_cut_off = matches!(
        row.status,
        MirrorStatus::SourceUnavailable | MirrorStatus::LinkFailed
    );
    is_cut_off.then_some(LossUnknown::SourceUnavailable)
}

/// Whether every partition was seen to fetch since an earlier read.
fn is_fetching(row: &MirrorFact, earlier: &[PartitionLag]) -> bool {
    // An offset that went backwards, or began from nothing, is not progress that was seen.
    let moved = |lag: &PartitionLag| {
        earlier.iter().any(|before| {
            before.partition == lag.partition
                && before.last_source_fetch_offset >= 0
                && before.last_source_fetch_offset < lag.last_source_fetch_offset
        })
    };
    row.status == MirrorStatus::Active && !earlier.is_empty() && row.lags.iter().all(moved)
}

#[cfg(test)]
mod tests;
