//! How fast a mirror topic copies and whether it catches up, from two reads: [`Pace`].

use std::time::Duration;

use super::link::LinkFact;
use super::loss::loss;
use super::mirror::{MirrorFact, MirrorStatus};

/// What two reads show of a mirror topic. Everything that follows from it is an estimate: the next minute may be
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pace {
    /// The time between the two reads.
    pub between: Duration,
    /// Messages that it fetched in between.
    pub fetched: u64,
    /// When it has caught up, if it goes on like this: when its slowest partition has.
    pub catch_up: CatchUp,
    /// Whether the first read is the record of an earlier run, so that the time in between may be long.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_recorded: bool,
}

/// Whether a mirror topic catches up with its source, if it goes on like this.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum CatchUp {
    /// After so long; at once where it has no lag.
    After(Duration),
    /// Not at all: its lag does not fall.
    NotFalling,
}

impl Pace {
    /// The pace of a mirror topic that was read twice, this long apart. `link` is its link in the later read. None
    /// where it does not copy, where its figures may have stopped moving, or where a read has no figures for all of
    /// its partitions.
    #[must_use]
    pub fn of(
        mirror: &MirrorFact,
        link: Option<&LinkFact>,
        between: Option<Duration>,
    ) -> Option<Self> {
        let between = between.filter(|time| !time.is_zero())?;
        let is_current = mirror.status == MirrorStatus::Active
            && loss(mirror, link, mirror.earlier.sampled())
                .unknown()
                .is_none();
        let figures = mirror.earlier.figures();
        if !is_current || mirror.lags.len() != figures.len() {
            return None;
        }
        let mut pace = Self {
            between,
            fetched: 0,
            catch_up: CatchUp::After(Duration::ZERO),
            is_recorded: mirror.earlier.is_recorded(),
        };
        for lag in mirror.lags.iter() {
            let partition = |it: &&super::PartitionLag| it.partition == lag.partition;
            let earlier = figures.iter().find(partition)?;
            let fetched = (lag.last_source_fetch_offset)
                .checked_sub(earlier.last_source_fetch_offset)
                .and_then(|fetched| u64::try_from(fetched).ok())?;
            let (before, now) = (
                u64::try_from(earlier.lag).ok()?,
                u64::try_from(lag.lag).ok()?,
            );
            pace.fetched = pace.fetched.saturating_add(fetched);
            pace.catch_up = pace.catch_up.max(catch_up(before, now, between));
        }
        Some(pace)
    }

    /// Messages that it fetches in a minute.
    #[must_use]
    pub fn per_minute(&self) -> u64 {
        let millis = self.between.as_millis().max(1);
        u64::try_from(u128::from(self.fetched) * 60_000 / millis).unwrap_or(u64::MAX)
    }
}

/// When a partition has caught up whose lag was so much before and is so much now.
fn catch_up(before: u64, now: u64, between: Duration) -> CatchUp {
    match (now, before.checked_sub(now)) {
        (0, _) => CatchUp::After(Duration::ZERO),
        (_, None | Some(0)) => CatchUp::NotFalling,
        (now, Some(fallen)) => {
            let millis = between.as_millis() * u128::from(now) / u128::from(fallen);
            CatchUp::After(Duration::from_millis(
                u64::try_from(millis).unwrap_or(u64::MAX),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::LinkError;
    use crate::live::samples::{link, mirror};

    fn of(mirror: &MirrorFact, between: Option<Duration>) -> Option<Pace> {
        Pace::of(mirror, Some(&link(None)), between)
    }

    const TEN: Option<Duration> = Some(Duration::from_secs(10));

    #[test]
    fn rate_and_catch_up_come_from_two_reads() {
        let pace = of(
            &mirror(&[(900, 0), (100, 50)], &[(700, 300), (80, 150)]),
            TEN,
        );
        let pace = pace.unwrap();
        assert_eq!((pace.fetched, pace.per_minute()), (400, 2_400));
        assert_eq!(pace.catch_up, CatchUp::After(Duration::from_secs(40)));
        let current = of(&mirror(&[(5, 0)], &[(0, 5)]), TEN).unwrap();
        assert_eq!(current.catch_up, CatchUp::After(Duration::ZERO));
        let slow = of(&mirror(&[(5, 0)], &[(9, 1)]), TEN).unwrap();
        assert_eq!(slow.catch_up, CatchUp::NotFalling);
        // The sum falls, and one partition never catches up.
        let uneven = of(
            &mirror(&[(10_000, 0), (1_000, 0)], &[(5_000, 9_000), (2_000, 10)]),
            TEN,
        );
        assert_eq!(uneven.unwrap().catch_up, CatchUp::NotFalling);
    }

    #[test]
    fn without_two_whole_reads_there_is_none() {
        let whole = [(5, 1)];
        assert_eq!(of(&mirror(&whole, &whole), None), None);
        assert_eq!(of(&mirror(&[], &whole), TEN), None);
        assert_eq!(of(&mirror(&whole, &[(-1, 1)]), TEN), None);
        // An offset that went backwards is not progress.
        assert_eq!(of(&mirror(&[(5, 9)], &whole), TEN), None);
        let mut paused = mirror(&whole, &whole);
        paused.status = MirrorStatus::Paused;
        assert_eq!(of(&paused, TEN), None);
        // Figures that have stopped moving say nothing, least of all that it has caught up.
        let current = mirror(&[(0, 1)], &[(0, 1)]);
        let broken = link(Some(LinkError::Authentication));
        assert_eq!(Pace::of(&current, Some(&broken), TEN), None);
        assert_eq!(Pace::of(&current, None, TEN), None);
        // Whatever a server says, nothing overflows.
        let far = of(&mirror(&[(1, i64::MIN)], &[(1, i64::MAX)]), TEN);
        assert_eq!(far, None);
        let mut partial = mirror(&whole, &whole);
        partial.partitions = 2;
        assert_eq!(of(&partial, TEN), None);
    }
}
