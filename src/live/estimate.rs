//! What would be lost of mirror topics if their source were lost, as intervals: [`of_link`]. Two reads show how fast the
//! source is written and how fast the copy follows.
//!
//! Everything here is an estimate. Bounds of records hold as long as production and copying go on as the reads have seen
//! them: up to twice as fast in the time between the last read and the loss. Bounds of time hold however records were
//! spread over the time: they rest only on which records were there at the first read. Both suppose that the source
//! answers, as the link and its mirror topics say of themselves.

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
    /// The spec declares the topic, and it has no mirror topic.
    NotMirrored,
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
    /// Some of what is not copied was written before the first read, and no figure says how long before.
    WrittenEarlier,
    /// One of the reads has no offset or no lag of a partition.
    Incomplete,
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

    /// What is lost of both together. What is not known to be written of one is not known of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let nothing = Self::default();
        let written = match (self.written, other.written) {
            (Some((a, between)), Some((b, other))) => {
                Some((a.saturating_add(b), between.max(other)))
            }
            (written, None) if other == nothing => written,
            (None, written) if self == nothing => written,
            _ => None,
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
pub const FETCH: Duration = Duration::from_millis(500);

/// What would be lost of each mirror topic of a link that has not stopped, if the source were lost so long `after` the
/// last read. `between` is the time between the two reads, if there were two.
///
/// What is shown is shown for the age that it has by then. Objectives are judged with no time `after`: a run that goes on
/// to read other things must not come to know less of what it has read.
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
        // An offset that began from nothing is not progress that was seen.
        before.is_some_and(|before| {
            let before = before.last_source_fetch_offset;
            before >= 0 && before < now.last_source_fetch_offset
        })
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
        let before = earlier(figures, now.partition).ok_or(EstimateUnknown::Incomplete)?;
        let partition = Partition::of(before, now)?;
        Ok(partition.estimate(between, after, has_contact))
    });
    let parts: Result<Vec<LossEstimate>, EstimateUnknown> = parts.collect();
    let parts = match parts {
        Ok(parts) => parts,
        Err(why) => return least.at_least(why),
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
    fn of(before: &PartitionLag, now: &PartitionLag) -> Result<Self, EstimateUnknown> {
        let number = |lag: i64| u64::try_from(lag).map_err(|_| EstimateUnknown::Incomplete);
        let (lag_before, lag) = (number(before.lag)?, number(now.lag)?);
        let offsets = [before, now].map(|it| it.last_source_fetch_offset);
        let copied = match offsets.map(u64::try_from) {
            [Ok(before), Ok(now)] => (now.checked_sub(before)).ok_or(EstimateUnknown::WentBack)?,
            // A partition without records that is idle has none, though all is well with it.
            [Err(_), Err(_)] if lag_before == 0 && lag == 0 => 0,
            _ => return Err(EstimateUnknown::Incomplete),
        };
        Ok(Self {
            lag_before,
            lag,
            copied,
            // A source that was cut is not written to.
            written: copied.saturating_add(lag).saturating_sub(lag_before),
        })
    }

    /// No figure shows that a partition that has not moved and has no lag is still fetched. Servers report errors of topics
    /// and of links, none of partitions, and each of them ends the status ACTIVE or the health of the link, which this
    /// supposes. With these, and with something of the link that has moved, it is taken for one that is fetched: it is
    /// current but for what was written since.
    fn estimate(&self, between: Duration, after: Duration, has_contact: bool) -> LossEstimate {
        let within = |records: u64, time: Duration| share(records, time, between);
        // What may be written since the last fetch, and one record for the moments of the reads.
        let unseen = within(self.written, FETCH);
        let is_moving = self.copied > 0 || self.written > 0;
        let noise = self.lag.abs_diff(self.lag_before).min(unseen) + u64::from(is_moving);
        let (written, copied) = (within(self.written, after), within(self.copied, after));
        let low = (self.lag)
            .saturating_sub(noise)
            .saturating_sub(copied.saturating_mul(2));
        let likely = self.lag.saturating_add(written).saturating_sub(copied);
        let high = self.lag.saturating_add(unseen).saturating_add(1);
        let high = high.saturating_add(written.saturating_mul(2));
        let likely = likely.clamp(low, high);
        let estimate = LossEstimate {
            records: Estimate::Within { low, likely, high },
            behind: self.behind(low, likely, between, after),
            written: Some((self.written, between)),
        };
        match (self.copied, self.lag) {
            (0, 1..) => estimate.at_least(EstimateUnknown::Standing),
            _ if !has_contact => estimate.at_least(EstimateUnknown::NoContact),
            _ => estimate,
        }
    }

    /// How old the oldest record that is missing is, if at least `low` are missing and `likely` so many.
    ///
    /// If more are missing than were written between the reads, some were there at the first read. If the lag is no more
    /// than was written, all that was there at the first read is copied, and what is missing is younger than the last fetch
    /// before that. If nothing lags, it is younger than the last fetch before the second read. How the records were spread
    /// over the time between the reads no figure says: only the likeliest value supposes an even pace.
    fn behind(
        &self,
        low: u64,
        likely: u64,
        between: Duration,
        after: Duration,
    ) -> Estimate<Duration> {
        let since_first = between.saturating_add(after);
        let youngest = match low > self.written {
            true => since_first,
            false => Duration::ZERO,
        };
        let oldest = match self.lag {
            0 => after.saturating_add(FETCH),
            lag if lag <= self.written => since_first.saturating_add(FETCH),
            _ => {
                return Estimate::AtLeast {
                    low: youngest,
                    why: EstimateUnknown::WrittenEarlier,
                };
            }
        };
        let millis = u128::from(likely).saturating_mul(between.as_millis());
        let even = millis / u128::from(self.written.max(1));
        let even = Duration::from_millis(u64::try_from(even).unwrap_or(u64::MAX));
        Estimate::Within {
            low: youngest,
            likely: even.clamp(youngest, oldest),
            high: oldest,
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
