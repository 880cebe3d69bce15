//! Every rule of the estimate, and what holds for any figures.

use proptest::prelude::*;

use super::*;
use crate::live::{Earlier, LinkError};

const TEN: Duration = Duration::from_secs(10);

fn link(error: Option<LinkError>) -> LinkFact {
    LinkFact {
        name: "dr".into(),
        link_id: None,
        source: None,
        destination: None,
        remote: None,
        state: None,
        error,
        error_message: None,
        topic_count: 1,
    }
}

fn lags(figures: &[(i64, i64)]) -> Vec<PartitionLag> {
    (0..)
        .zip(figures)
        .map(
            |(partition, &(lag, last_source_fetch_offset))| PartitionLag {
                partition,
                lag,
                last_source_fetch_offset,
            },
        )
        .collect()
}

/// A mirror topic with lag and offset of each partition before and now.
fn mirror(before: &[(i64, i64)], now: &[(i64, i64)]) -> MirrorFact {
    MirrorFact {
        link: "dr".into(),
        topic: "orders".into(),
        source_topic: "orders".into(),
        partitions: u32::try_from(now.len()).unwrap(),
        status: MirrorStatus::Active,
        since_ms: None,
        error: None,
        transition_problems: Vec::new(),
        lags: lags(now).into(),
        earlier: match before {
            [] => Earlier::None,
            some => Earlier::Sampled(lags(some).into()),
        },
    }
}

fn of(mirrors: &[MirrorFact], after: Duration) -> LossEstimate {
    let named = mirrors.iter().zip(0..);
    let mirrors = named.map(|(mirror, n)| (format!("t{n}").as_str().into(), mirror.clone()));
    let all = of_link(&link(None), &mirrors.collect(), Some(TEN), after);
    all.into_values().sum()
}

fn within<T>(low: T, likely: T, high: T) -> Estimate<T> {
    Estimate::Within { low, likely, high }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn steady_production_gives_a_narrow_interval() {
    // 100 a second, half a second behind.
    let steady = mirror(&[(50, 0)], &[(50, 1_000)]);
    let seen = of(std::slice::from_ref(&steady), Duration::ZERO);
    assert_eq!(seen.records, within(49, 50, 51));
    assert_eq!(seen.written_per_minute(), Some(6_000));
    let millis = Duration::from_millis;
    assert_eq!(seen.behind, within(millis(489), millis(500), millis(510)));
    assert_eq!(seen.behind.against(seconds(1)), Verdict::Met);
    assert_eq!(seen.behind.against(millis(500)), Verdict::Unknown);
    assert_eq!(seen.behind.against(millis(100)), Verdict::Missed);
    // A loss that comes a second later: as likely the same, and up to twice what is written until then.
    let later = of(&[steady], seconds(1));
    assert_eq!(later.records, within(0, 50, 251));
    assert!(later.records.holds(150) && !later.records.holds(252));
}

#[test]
fn a_copy_that_catches_up_is_judged_by_where_it_is() {
    let fast = mirror(&[(1_000_000, 0)], &[(100, 1_000_000)]);
    let seen = of(&[fast], Duration::ZERO);
    assert_eq!(seen.records.likely(), Some(100));
    // Written: 100 in ten seconds, so that the figure is known to half a second of that.
    assert_eq!(seen.records.high(), Some(106));
}

#[test]
fn what_shows_no_contact_has_no_upper_bound() {
    let quiet = mirror(&[(0, 7)], &[(0, 7)]);
    let standing = mirror(&[(5, 7)], &[(9, 7)]);
    let moving = mirror(&[(0, 7)], &[(0, 8)]);
    let why = |mirrors: &[MirrorFact]| of(mirrors, Duration::ZERO).records.unknown();
    assert_eq!(
        why(std::slice::from_ref(&quiet)),
        Some(EstimateUnknown::NoContact)
    );
    // Another mirror topic of the link shows that it is in contact.
    let both = of(&[quiet, moving.clone()], Duration::ZERO);
    assert_eq!(both.records.unknown(), None);
    assert_eq!(both.records.high(), Some(1));
    let seen = of(&[standing, moving], Duration::ZERO);
    assert_eq!(seen.records.unknown(), Some(EstimateUnknown::Standing));
    // It may have begun to copy since.
    assert_eq!(seen.records.low(), 7);
}

#[test]
fn what_is_not_known_says_why_and_keeps_the_lower_figure() {
    let why = |mirror: &MirrorFact, link: &LinkFact, between| {
        let mirrors = BTreeMap::from([("orders".into(), mirror.clone())]);
        let all = of_link(link, &mirrors, between, Duration::ZERO);
        let one: LossEstimate = all.into_values().sum();
        (one.records.low(), one.records.unknown())
    };
    let well = link(None);
    let moved = mirror(&[(5, 1)], &[(5, 9)]);
    let once = mirror(&[], &[(5, 9)]);
    let known = |why| Some(EstimateUnknown::Figures(why));
    assert_eq!(
        why(&once, &well, None),
        (5, Some(EstimateUnknown::ReadOnce))
    );
    assert_eq!(
        why(&moved, &well, None),
        (5, Some(EstimateUnknown::ReadOnce))
    );
    let broken = link(Some(LinkError::Timeout));
    let seen = why(&moved, &broken, Some(TEN));
    assert_eq!(seen, (5, known(LossUnknown::LinkInError)));
    let mut paused = moved.clone();
    paused.status = MirrorStatus::Paused;
    assert_eq!(
        why(&paused, &well, Some(TEN)),
        (5, Some(EstimateUnknown::NotActive))
    );
    let back = mirror(&[(5, 9)], &[(5, 1)]);
    assert_eq!(
        why(&back, &well, Some(TEN)),
        (5, Some(EstimateUnknown::WentBack))
    );
    let mut recorded = moved.clone();
    recorded.earlier = Earlier::Recorded(lags(&[(5, 1)]).into());
    assert_eq!(
        why(&recorded, &well, Some(TEN)).1,
        Some(EstimateUnknown::Recorded)
    );
    // What has stopped loses nothing more.
    let mut stopped = moved;
    stopped.status = MirrorStatus::Stopped;
    assert_eq!(why(&stopped, &well, Some(TEN)), (0, None));
}

#[test]
fn the_time_behind_is_that_of_the_partition_that_is_furthest_behind() {
    let skewed = mirror(&[(0, 0), (990, 0)], &[(0, 100_000), (1_000, 10)]);
    let seen = of(&[skewed], Duration::ZERO);
    assert_eq!(seen.behind.likely(), Some(seconds(500)));
    // Records that were written before the first read are older than that.
    let old = mirror(&[(9, 0)], &[(5, 4)]);
    let seen = of(&[old], Duration::ZERO);
    let at_least = Estimate::AtLeast {
        low: TEN,
        why: EstimateUnknown::WrittenEarlier,
    };
    assert_eq!(seen.behind, at_least);
}

proptest! {
    #[test]
    fn the_bounds_are_in_order_whatever_a_server_says(
        before in prop::collection::vec((any::<i64>(), any::<i64>()), 0..4),
        now in prop::collection::vec((any::<i64>(), any::<i64>()), 0..4),
        after in 0u64..u64::MAX,
    ) {
        let mirror = mirror(&before, &now);
        let seen = of(&[mirror], Duration::from_millis(after));
        if let Estimate::Within { low, likely, high } = seen.records {
            prop_assert!(low <= likely && likely <= high);
        }
        if let Estimate::Within { low, likely, high } = seen.behind {
            prop_assert!(low <= likely && likely <= high);
        }
    }

    /// Whoever writes and copies at any steady pace: what is lost after the reads is within the bounds.
    #[test]
    fn steady_paces_are_held(
        written in 0u64..100_000,
        copied in 0u64..200_000,
        lag in 0u64..1_000_000,
        after in 0u64..20_000,
    ) {
        let copied = copied.min(lag + written);
        let signed = |number: u64| i64::try_from(number).unwrap();
        let now = lag + written - copied;
        let mirror = mirror(&[(signed(lag), 0)], &[(signed(now), signed(copied))]);
        let seen = of(&[mirror], Duration::from_millis(after));
        let grown = now + written * after / 10_000;
        let lost = grown.saturating_sub(copied * after / 10_000);
        prop_assert!(seen.records.holds(lost), "{seen:?} {lost}");
    }
}
