//! How fast a mirror topic copies and whether it catches up, from two reads: [`Pace`].

use std::time::Duration;

use super::mirror::{MirrorFact, MirrorStatus};

/// What two reads show of a mirror topic. Everything that follows from it is an estimate: the next minute may be
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pace {
    /// The time between the two reads.
    pub between: Duration,
    /// Messages that it fetched in between.
    pub fetched: u64,
    /// Its lag in the first read.
    pub before: u64,
    /// Its lag in the second read.
    pub now: u64,
}

/// Whether a mirror topic catches up with its source, if it goes on like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CatchUp {
    /// After so long; at once where it has no lag.
    After(Duration),
    /// Not at all: its lag does not fall.
    NotFalling,
}

impl Pace {
    /// The pace of a mirror topic that was read twice, this long apart. None where it does not copy, or where a
    /// read has no figures for all of its partitions.
    #[must_use]
    pub fn of(mirror: &MirrorFact, between: Option<Duration>) -> Option<Self> {
        let between = between.filter(|time| !time.is_zero())?;
        let is_whole = !mirror.lags.is_empty()
            && mirror.lags.len() >= mirror.partitions as usize
            && mirror.lags.len() == mirror.earlier.len();
        if mirror.status != MirrorStatus::Active || !is_whole {
            return None;
        }
        let mut pace = Self {
            between,
            fetched: 0,
            before: 0,
            now: 0,
        };
        for lag in mirror.lags.iter() {
            let partition = |it: &&super::PartitionLag| it.partition == lag.partition;
            let earlier = mirror.earlier.iter().find(partition)?;
            let fetched = lag.last_source_fetch_offset - earlier.last_source_fetch_offset;
            pace.fetched += u64::try_from(fetched).ok()?;
            pace.before += u64::try_from(earlier.lag).ok()?;
            pace.now += u64::try_from(lag.lag).ok()?;
        }
        Some(pace)
    }

    /// Messages that it fetches in a minute.
    #[must_use]
    pub fn per_minute(&self) -> u64 {
        let millis = self.between.as_millis().max(1);
        u64::try_from(u128::from(self.fetched) * 60_000 / millis).unwrap_or(u64::MAX)
    }

    /// When it has caught up, if it goes on like this.
    #[must_use]
    pub fn catch_up(&self) -> CatchUp {
        match (self.now, self.before.checked_sub(self.now)) {
            (0, _) => CatchUp::After(Duration::ZERO),
            (_, None | Some(0)) => CatchUp::NotFalling,
            (now, Some(fallen)) => {
                let millis = self.between.as_millis() * u128::from(now) / u128::from(fallen);
                CatchUp::After(Duration::from_millis(
                    u64::try_from(millis).unwrap_or(u64::MAX),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::PartitionLag;

    fn mirror(before: &[(i64, i64)], now: &[(i64, i64)]) -> MirrorFact {
        let lags = |figures: &[(i64, i64)]| {
            (0..)
                .zip(figures)
                .map(|(partition, (lag, offset))| PartitionLag {
                    partition,
                    lag: *lag,
                    last_source_fetch_offset: *offset,
                })
                .collect()
        };
        MirrorFact {
            link: "dr".into(),
            topic: "orders".into(),
            source_topic: "orders".into(),
            partitions: u32::try_from(now.len()).unwrap(),
            status: MirrorStatus::Active,
            since_ms: None,
            error: None,
            transition_problems: Vec::new(),
            lags: lags(now),
            earlier: lags(before),
        }
    }

    const TEN: Option<Duration> = Some(Duration::from_secs(10));

    #[test]
    fn rate_and_catch_up_come_from_two_reads() {
        let pace = Pace::of(
            &mirror(&[(900, 0), (100, 50)], &[(700, 300), (100, 150)]),
            TEN,
        );
        let pace = pace.unwrap();
        assert_eq!((pace.fetched, pace.per_minute()), (400, 2_400));
        assert_eq!(pace.catch_up(), CatchUp::After(Duration::from_secs(40)));
        let current = Pace::of(&mirror(&[(5, 0)], &[(0, 5)]), TEN).unwrap();
        assert_eq!(current.catch_up(), CatchUp::After(Duration::ZERO));
        let slow = Pace::of(&mirror(&[(5, 0)], &[(9, 1)]), TEN).unwrap();
        assert_eq!(slow.catch_up(), CatchUp::NotFalling);
    }

    #[test]
    fn without_two_whole_reads_there_is_none() {
        let whole = [(5, 1)];
        assert_eq!(Pace::of(&mirror(&whole, &whole), None), None);
        assert_eq!(Pace::of(&mirror(&[], &whole), TEN), None);
        assert_eq!(Pace::of(&mirror(&whole, &[(-1, 1)]), TEN), None);
        // An offset that went backwards is not progress.
        assert_eq!(Pace::of(&mirror(&[(5, 9)], &whole), TEN), None);
        let mut paused = mirror(&whole, &whole);
        paused.status = MirrorStatus::Paused;
        assert_eq!(Pace::of(&paused, TEN), None);
        let mut partial = mirror(&whole, &whole);
        partial.partitions = 2;
        assert_eq!(Pace::of(&partial, TEN), None);
    }
}
