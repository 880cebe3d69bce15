//! Every rule of the estimate, and what holds for any figures.

use proptest::prelude::*;

use super::*;
use crate::live::samples::{lags, link, mirror};
use crate::live::{Earlier, LinkError};

const TEN: Duration = Duration::from_secs(10);

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

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn of_one(before: (i64, i64), now: (i64, i64)) -> LossEstimate {
    // Another topic shows that the link is in contact, and adds one record at most.
    let moving = mirror(&[(0, 7)], &[(0, 8)]);
    let mirrors = BTreeMap::from([
        ("one".into(), mirror(&[before], &[now])),
        ("moving".into(), moving),
    ]);
    of_link(&link(None), &mirrors, Some(TEN), Duration::ZERO)["one"]
}

#[test]
fn steady_production_gives_a_narrow_interval_of_records() {
    // 100 a second, half a second behind.
    let steady = mirror(&[(50, 0)], &[(50, 1_000)]);
    let seen = of(std::slice::from_ref(&steady), Duration::ZERO);
    // In the half second since the last fetch 50 more may have been written.
    assert_eq!(seen.records, within(49, 50, 101));
    assert_eq!(seen.written_per_minute(), Some(6_000));
    // A loss that comes a second later: as likely the same, and up to twice what is written until then.
    let later = of(&[steady], seconds(1));
    assert_eq!(later.records, within(0, 50, 301));
    assert!(later.records.holds(150) && !later.records.holds(302));
}

#[test]
fn what_was_written_since_the_last_fetch_is_within_the_bounds() {
    let current = of_one((0, 0), (0, 1_000));
    assert_eq!(current.records, within(0, 0, 51));
    assert_eq!(current.behind, within(seconds(0), seconds(0), millis(500)));
}

#[test]
fn steady_production_meets_an_objective_that_is_longer_than_the_time_between_the_reads() {
    let seen = of_one((50, 0), (50, 1_000));
    assert_eq!(
        seen.behind,
        within(Duration::ZERO, millis(500), millis(10_500))
    );
    assert_eq!(seen.behind.against(millis(10_500)), Verdict::Met);
    // All of these 50 may be of the last moment, or of the first after the first read.
    assert_eq!(seen.behind.against(seconds(10)), Verdict::Unknown);
    assert_eq!(seen.behind.against(millis(100)), Verdict::Unknown);
}

#[test]
fn bounds_of_time_suppose_no_even_pace() {
    // A thousand records at once, just before the second read.
    let burst = of_one((0, 0), (1_000, 0));
    assert_eq!(burst.behind.low(), Duration::ZERO);
    assert_eq!(burst.behind.against(seconds(1)), Verdict::Unknown);
    let burst = of_one((0, 0), (1_000, 1));
    assert_eq!(burst.behind.low(), Duration::ZERO);
    assert_eq!(burst.behind.high(), Some(millis(10_500)));
    // Of 200 that are missing 99 were there at the first read, however old they were then.
    let old = of_one((100, 0), (200, 1));
    let at_least = |low| Estimate::AtLeast {
        low,
        why: EstimateUnknown::WrittenEarlier,
    };
    assert_eq!(old.behind, at_least(TEN));
    assert_eq!(old.behind.against(seconds(60)), Verdict::Unknown);
    // All that was there at the first read is copied, to the record.
    assert_eq!(
        of_one((100, 0), (150, 100)).behind.high(),
        Some(millis(10_500))
    );
    assert_eq!(of_one((100, 0), (151, 99)).behind.high(), None);
    // Half a minute behind at the pace of the reads: some of it is certainly from before the first.
    let far = of_one((3_000, 0), (3_000, 1_000));
    assert_eq!(far.behind, at_least(TEN));
    assert_eq!(far.behind.against(seconds(5)), Verdict::Missed);
}

#[test]
fn what_was_read_is_judged_by_itself_however_long_the_run_goes_on() {
    let steady = mirror(&[(50, 0)], &[(50, 1_000)]);
    let when_read = of(std::slice::from_ref(&steady), Duration::ZERO);
    let shown = of(&[steady], seconds(60));
    assert_eq!(when_read.behind.against(seconds(15)), Verdict::Met);
    assert_eq!(shown.behind.against(seconds(15)), Verdict::Unknown);
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
    // An offset that begins is not seen to move.
    let begins = mirror(&[(0, -1)], &[(0, 8)]);
    let seen = of(&[quiet.clone(), begins], Duration::ZERO);
    assert_eq!(seen.records.unknown(), Some(EstimateUnknown::NoContact));
    // Another mirror topic of the link shows that it is in contact.
    let both = of(&[quiet, moving.clone()], Duration::ZERO);
    assert_eq!(both.records, within(0, 0, 3));
    let seen = of(&[standing, moving], Duration::ZERO);
    assert_eq!(seen.records.unknown(), Some(EstimateUnknown::Standing));
    // It may have begun to copy since.
    assert_eq!(seen.records.low(), 7);
}

#[test]
fn an_idle_partition_is_not_exactly_current() {
    for offset in [7, -1] {
        let idle = of_one((0, offset), (0, offset));
        assert_eq!(idle.records, within(0, 0, 1));
        assert_eq!(idle.behind, within(seconds(0), seconds(0), millis(500)));
    }
}

#[test]
fn an_offset_that_a_server_does_not_know_is_not_taken_for_one() {
    let known = |before, now| of_one(before, now).records;
    let unknown = |low| Estimate::AtLeast {
        low,
        why: EstimateUnknown::Incomplete,
    };
    assert_eq!(known((0, -1), (3, 1_000_000)), unknown(3));
    assert_eq!(known((0, 7), (0, -1)), unknown(0));
    assert_eq!(known((4, -1), (4, -1)), unknown(4));
    assert_eq!(known((-1, 7), (4, 9)), unknown(4));
    // So is a partition that was added between the reads.
    let added = mirror(&[(5, 1)], &[(5, 9), (2, 3)]);
    assert_eq!(of(&[added], Duration::ZERO).records, unknown(7));
}

#[test]
fn a_part_of_what_is_written_is_not_taken_for_all() {
    let moving = of(&[mirror(&[(0, 7)], &[(0, 8)])], Duration::ZERO);
    assert_eq!(moving.written, Some((1, TEN)));
    let unknown = LossEstimate::unknown(EstimateUnknown::Unread);
    assert_eq!(moving.and(unknown).written, None);
    assert_eq!(unknown.and(moving).written, None);
    assert_eq!(moving.and(moving).written, Some((2, TEN)));
    let nothing = LossEstimate::default();
    assert_eq!(moving.and(nothing), moving);
    assert_eq!(nothing.and(moving), moving);
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
    recorded.earlier = Earlier::Recorded(Box::new(lags(&[(5, 1)]).into()));
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
    let skewed = mirror(&[(0, 0), (0, 0)], &[(0, 100_000), (500, 500)]);
    let seen = of(&[skewed], Duration::ZERO);
    assert_eq!(seen.behind.likely(), Some(seconds(5)));
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

    /// Whenever records were written and copied: how old the oldest that is missing is, is within the bounds.
    #[test]
    fn any_pattern_of_writing_is_held(
        mut times in prop::collection::vec(0u64..30_000, 1..40),
        first in 0usize..40,
        more in 0usize..40,
    ) {
        // Written before and after the first read at 20 s; the second is at 30 s.
        times.sort_unstable();
        let ends = [20_000, 30_000].map(|read| times.iter().filter(|it| **it < read).count());
        let before = first.min(ends[0]);
        let now = before.saturating_add(more).min(ends[1]);
        let signed = |number: usize| i64::try_from(number).unwrap();
        let lag = |end: usize, copied: usize| (signed(end - copied), signed(copied));
        let seen = of_one(lag(ends[0], before), lag(ends[1], now));
        let behind = times.get(now).map_or(0, |oldest| 30_000 - oldest);
        prop_assert!(seen.behind.holds(millis(behind)), "{seen:?} {behind}");
    }
}
