//! What would be lost of mirror topics if their source were lost, as intervals: [`of_link`]. Two reads show how fast the
//! source is written and how fast the copy follows.
//!
//! Everything here is an estimate. It holds as long as production and copying go on as the reads have seen them: up to
//! twice as fast in the time between the last read and the loss.

use std::collections::BTreeMap;
use std::time::Duration;

use super::link::LinkFact;
use super::loss::{LossUnknown, loss};
use super::mirror::{MirrorFact, MirrorStatus, PartitionLag};
use crate::address::TopicName;

/// A figure that is not known exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate<T> {
    /// It is within these bounds.
    Within {
        /// Not less.
        low: T,
        /// The likeliest value.
        likely: T,
        /// Not more.
        high: T,
    },
    /// It is so much or more, and why no more is known.
    AtLeast {
        /// Not less.
        low: T,
        /// Why there is no upper bound.
        why: EstimateUnknown,
    },
}

/// Why there is no upper bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Copy)]
pub enum EstimateUnknown {
    /// The mirror topics were read once.
    ReadOnce,
    /// The earlier read is the record of another run, which does not show that the source can be reached now.
    Recorded,
    /// The figures do not say it.
    Figures(LossUnknown),
    /// The mirror topic is not active: what its source receives is not in its figures.
    NotActive,
    /// It is behind and has fetched nothing between the reads.
    Standing,
    /// Nothing of the link has moved between the reads, so that nothing shows that the source can be reached.
    NoContact,
    /// An offset went backwards between the reads.
    WentBack,
    /// What is not copied was written before the first read, and nothing was written since.
    WrittenEarlier,
    /// The mirror topics could not be read.
    Unread,
}

/// How an estimate compares with the most that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is not more, whatever it is within its bounds.
    Met,
    /// It is more, whatever it is within its bounds.
    Missed,
    /// It may be more, or not.
    Unknown,
}

impl<T: Copy + Ord> Estimate<T> {
    /// Exactly this.
    #[must_use]
    pub fn exactly(value: T) -> Self {
        Self::Within {
            low: value,
            likely: value,
            high: value,
        }
    }

    /// The lower bound.
    #[must_use]
    pub fn low(&self) -> T {
        match self {
            Self::Within { low, .. } | Self::AtLeast { low, .. } => *low,
        }
    }

    /// The likeliest value, where there is an upper bound.
    #[must_use]
    pub fn likely(&self) -> Option<T> {
        match self {
            Self::Within { likely, .. } => Some(*likely),
            Self::AtLeast { .. } => None,
        }
    }

    /// The upper bound.
    #[must_use]
    pub fn high(&self) -> Option<T> {
        match self {
            Self::Within { high, .. } => Some(*high),
            Self::AtLeast { .. } => None,
        }
    }

    /// Why there is no upper bound.
    #[must_use]
    pub fn unknown(&self) -> Option<EstimateUnknown> {
        match self {
            Self::Within { .. } => None,
            Self::AtLeast { why, .. } => Some(*why),
        }
    }

    /// Whether a value is within the bounds.
    #[must_use]
    pub fn holds(&self, value: T) -> bool {
        self.low() <= value && self.high().is_none_or(|high| value <= high)
    }

    /// How it compares with the most that is wanted.
    #[must_use]
    pub fn against(&self, most: T) -> Verdict {
        match self.high() {
            Some(high) if high <= most => Verdict::Met,
            _ if self.low() > most => Verdict::Missed,
            _ => Verdict::Unknown,
        }
    }

    /// Both figures put together, bound by bound.
    fn with(self, other: Self, both: impl Fn(T, T) -> T) -> Self {
        let low = both(self.low(), other.low());
        match (self, other) {
            (
                Self::Within { likely, high, .. },
                Self::Within {
                    likely: other,
                    high: top,
                    ..
                },
            ) => Self::Within {
                low,
                likely: both(likely, other),
                high: both(high, top),
            },
            (Self::AtLeast { why, .. }, Self::AtLeast { why: other, .. }) => Self::AtLeast {
                low,
                why: why.min(other),
            },
            (Self::AtLeast { why, .. }, _) | (_, Self::AtLeast { why, .. }) => {
                Self::AtLeast { low, why }
            }
        }
    }

    /// The same without an upper bound, and why.
    fn at_least(self, why: EstimateUnknown) -> Self {
        Self::AtLeast {
            low: self.low(),
            why,
        }
    }
}

/// What would be lost of a mirror topic, or of several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossEstimate {
    /// Records that are written to the source and not copied.
    pub records: Estimate<u64>,
    /// How far the copy is behind: when the oldest of these records was written. Of several mirror topics, that of the
    /// one that is furthest behind.
    pub behind: Estimate<Duration>,
    /// Records that were written to the source between the reads, and the time between them.
    pub written: Option<(u64, Duration)>,
}

impl Default for LossEstimate {
    fn default() -> Self {
        Self {
            records: Estimate::exactly(0),
            behind: Estimate::exactly(Duration::ZERO),
            written: None,
        }
    }
}

impl LossEstimate {
    /// That nothing is known.
    #[must_use]
    pub fn unknown(why: EstimateUnknown) -> Self {
        Self::default().at_least(why)
    }

    /// What is lost of both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let written = match (self.written, other.written) {
            (Some((a, between)), Some((b, other))) => {
                Some((a.saturating_add(b), between.max(other)))
            }
            (one, other) => one.or(other),
        };
        Self {
            records: self.records.with(other.records, u64::saturating_add),
            behind: self.behind.with(other.behind, Ord::max),
            written,
        }
    }

    /// Records that are written to the source in a minute, where it was read twice.
    #[must_use]
    pub fn written_per_minute(&self) -> Option<u64> {
        let (written, between) = self.written?;
        let millis = between.as_millis().max(1);
        Some(u64::try_from(u128::from(written) * 60_000 / millis).unwrap_or(u64::MAX))
    }

    fn at_least(self, why: EstimateUnknown) -> Self {
        Self {
            records: self.records.at_least(why),
            behind: self.behind.at_least(why),
            ..self
        }
    }
}

impl std::iter::Sum for LossEstimate {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.reduce(Self::and).unwrap_or_default()
    }
}

/// A figure is as old as the last fetch before it, which is this old at most while a source answers at once
/// (`replica.fetch.wait.max.ms`).
const FETCH: Duration = Duration::from_millis(500);

/// What would be lost of each mirror topic of a link that has not stopped, if the source were lost so long `after` the
/// last read. `between` is the time between the two reads, if there were two.
#[must_use]
pub fn of_link(
    link: &LinkFact,
    mirrors: &BTreeMap<TopicName, MirrorFact>,
    between: Option<Duration>,
    after: Duration,
) -> BTreeMap<TopicName, LossEstimate> {
    let has_contact = mirrors.values().any(has_moved);
    let running = mirrors
        .iter()
        .filter(|(_, mirror)| mirror.status != MirrorStatus::Stopped);
    let estimates = running.map(|(topic, mirror)| {
        let estimate = of_mirror(link, mirror, between, after, has_contact);
        (topic.clone(), estimate)
    });
    estimates.collect()
}

/// Whether a mirror topic has fetched between the two reads of this run.
fn has_moved(mirror: &MirrorFact) -> bool {
    mirror.lags.iter().any(|now| {
        let before = earlier(mirror.earlier.sampled(), now.partition);
        before.is_some_and(|before| before.last_source_fetch_offset < now.last_source_fetch_offset)
    })
}

fn earlier(figures: &[PartitionLag], partition: i32) -> Option<&PartitionLag> {
    figures.iter().find(|it| it.partition == partition)
}

fn of_mirror(
    link: &LinkFact,
    mirror: &MirrorFact,
    between: Option<Duration>,
    after: Duration,
    has_contact: bool,
) -> LossEstimate {
    let seen = loss(mirror, Some(link), mirror.earlier.sampled());
    let least = LossEstimate {
        records: Estimate::exactly(seen.least),
        ..LossEstimate::default()
    };
    if let Some(why) = seen.unknown() {
        return least.at_least(EstimateUnknown::Figures(why));
    }
    if mirror.status != MirrorStatus::Active {
        return least.at_least(EstimateUnknown::NotActive);
    }
    let figures = mirror.earlier.figures();
    let Some(between) = between.filter(|time| !time.is_zero() && !figures.is_empty()) else {
        return least.at_least(EstimateUnknown::ReadOnce);
    };
    let parts = mirror.lags.iter().map(|now| {
        earlier(figures, now.partition)
            .and_then(|before| Partition::of(before, now))
            .map(|partition| partition.estimate(between, after, has_contact))
    });
    // Of a partition that was added between the reads nothing is known but its lag.
    let parts: Option<Vec<LossEstimate>> = parts.collect();
    let Some(parts) = parts else {
        return least.at_least(EstimateUnknown::WentBack);
    };
    let whole: LossEstimate = parts.into_iter().sum();
    match mirror.earlier.is_recorded() {
        true => whole.at_least(EstimateUnknown::Recorded),
        false => whole,
    }
}

/// What two reads show of a partition.
struct Partition {
    lag_before: u64,
    lag: u64,
    /// Records that were fetched between the reads.
    copied: u64,
    /// Records that were written between them.
    written: u64,
}

impl Partition {
    /// None where an offset went backwards or a lag is no number of records.
    fn of(before: &PartitionLag, now: &PartitionLag) -> Option<Self> {
        let copied = (now.last_source_fetch_offset).checked_sub(before.last_source_fetch_offset)?;
        let written = copied.checked_add(now.lag)?.checked_sub(before.lag)?;
        Some(Self {
            lag_before: u64::try_from(before.lag).ok()?,
            lag: u64::try_from(now.lag).ok()?,
            copied: u64::try_from(copied).ok()?,
            // A source that was cut is not written to.
            written: u64::try_from(written).unwrap_or(0),
        })
    }

    fn estimate(&self, between: Duration, after: Duration, has_contact: bool) -> LossEstimate {
        let within = |records: u64, time: Duration| share(records, time, between);
        let is_moving = self.copied > 0 || self.written > 0;
        // How much the figure varies by itself, and one record for the moments of the reads.
        let noise = self.lag.abs_diff(self.lag_before);
        let noise = noise.min(within(self.written, FETCH)) + u64::from(is_moving);
        let (written, copied) = (within(self.written, after), within(self.copied, after));
        let low = (self.lag).saturating_sub(noise.saturating_add(copied.saturating_mul(2)));
        let likely = self.lag.saturating_add(written).saturating_sub(copied);
        let high = self.lag.saturating_add(noise);
        let high = high.saturating_add(written.saturating_mul(2));
        let records = Estimate::Within {
            low,
            likely: likely.clamp(low, high),
            high,
        };
        let estimate = LossEstimate {
            records,
            behind: self.behind(records, between, after),
            written: Some((self.written, between)),
        };
        match (self.copied, self.lag) {
            (0, 1..) => estimate.at_least(EstimateUnknown::Standing),
            _ if !has_contact => estimate.at_least(EstimateUnknown::NoContact),
            _ => estimate,
        }
    }

    /// For how long so many records are written. Of the records between two reads one may fall on the other side of either:
    /// with few of them the pace is known less well.
    fn behind(
        &self,
        records: Estimate<u64>,
        between: Duration,
        after: Duration,
    ) -> Estimate<Duration> {
        let time = |records: u64, written: u64| {
            let millis = u128::from(records).saturating_mul(between.as_millis())
                / u128::from(written.max(1));
            Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
        };
        let fastest = self.written.saturating_add(1);
        let (low, likely, high) = match (records, self.written) {
            (Estimate::Within { high: 0, .. }, _) => return Estimate::exactly(Duration::ZERO),
            (_, 0) if self.lag == 0 => return Estimate::exactly(Duration::ZERO),
            (_, 0) => {
                return Estimate::AtLeast {
                    low: between,
                    why: EstimateUnknown::WrittenEarlier,
                };
            }
            (Estimate::Within { low, likely, high }, _) => (low, likely, high),
            (Estimate::AtLeast { low, why }, _) => {
                return Estimate::AtLeast {
                    low: time(low, fastest),
                    why,
                };
            }
        };
        // Records that are no more than were written since the first read are no older than it.
        let newest = (high <= self.written).then(|| between.saturating_add(after));
        let slowest = (self.written > 1).then(|| time(high, self.written - 1));
        let high = match (slowest, newest) {
            (Some(one), Some(other)) => one.min(other),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => {
                return Estimate::AtLeast {
                    low: time(low, fastest),
                    why: EstimateUnknown::WrittenEarlier,
                };
            }
        };
        let low = time(low, fastest).min(high);
        Estimate::Within {
            low,
            likely: time(likely, self.written).clamp(low, high),
            high,
        }
    }
}

/// The part of the records of one time that falls on another, rounded up.
fn share(records: u64, time: Duration, between: Duration) -> u64 {
    let part = u128::from(records).saturating_mul(time.as_micros());
    let between = between.as_micros().max(1);
    u64::try_from(part.div_ceil(between)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
