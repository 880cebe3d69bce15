//! Estimates of what would be lost, in words. Who uses them says that they are estimates.

use std::time::Duration;

use super::health::short;
use super::number::{number, plural, quantity};
use crate::health::PastFailover;
use crate::live::{Estimate, EstimateUnknown, LossEstimate};

/// `about 50 records (49 to 51)`, `at least 5 records`.
#[must_use]
pub fn records(estimate: &Estimate<u64>) -> String {
    let noun = |n: u64| plural(usize::try_from(n).unwrap_or(usize::MAX), "record");
    match *estimate {
        Estimate::Within { low, likely, high } if low == high => {
            format!("{} {}", number(likely), noun(likely))
        }
        Estimate::Within { low, likely, high } => format!(
            "about {} {} ({} to {})",
            number(likely),
            noun(likely),
            number(low),
            number(high)
        ),
        Estimate::AtLeast { low: 0, .. } => "an unknown number of records".to_owned(),
        Estimate::AtLeast { low, .. } => format!("at least {} {}", number(low), noun(low)),
    }
}

/// `about 0.5 s (0.4 s to 0.6 s) behind`, `at least 10 s behind`, `not behind`.
#[must_use]
pub fn behind(estimate: &Estimate<Duration>) -> String {
    match *estimate {
        Estimate::Within { low, likely, high } => {
            let (low, likely, high) = (seconds(low), seconds(likely), seconds(high));
            match low == high {
                true if high == seconds(Duration::ZERO) => "not behind".to_owned(),
                true => format!("{likely} behind"),
                false => format!("about {likely} ({low} to {high}) behind"),
            }
        }
        Estimate::AtLeast { low, .. } if low.is_zero() => "behind by an unknown time".to_owned(),
        Estimate::AtLeast { low, .. } => format!("at least {} behind", seconds(low)),
    }
}

/// A time to a tenth of a second where it is short: `0.5 s`, `12s`, `3m`.
#[must_use]
pub fn seconds(time: Duration) -> String {
    match time.as_millis() {
        0 => "0 s".to_owned(),
        1..100 => "0.1 s".to_owned(),
        millis @ 100..10_000 => {
            let tenths = (millis + 50) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        _ => short(time),
    }
}

/// How fast the source of mirror topics is written, in a sentence without its end.
#[must_use]
pub fn written(estimate: &LossEstimate) -> String {
    match (estimate.written_per_minute(), estimate.written) {
        (Some(rate), Some((_, between))) => format!(
            "{} records a minute are written to its source, and {} would be lost; from two reads {} apart (estimate)",
            number(rate),
            records(&estimate.records),
            seconds(between)
        ),
        _ => "how fast its source is written is not known".to_owned(),
    }
}

/// Why there is no upper bound, without an end.
#[must_use]
pub fn estimate_unknown(why: EstimateUnknown) -> String {
    match why {
        EstimateUnknown::NotMirrored => "a declared topic is not mirrored",
        EstimateUnknown::ReadOnce => "mirror topics were read once",
        EstimateUnknown::Recorded => {
            "the earlier read is the record of another run, which does not show that the source can be reached now"
        }
        EstimateUnknown::Figures(why) => return why.to_string(),
        EstimateUnknown::NotActive => {
            "a mirror topic is not ACTIVE, and no figure has what its source receives"
        }
        EstimateUnknown::Standing => {
            "a mirror topic is behind and has fetched nothing between the two reads"
        }
        EstimateUnknown::NoContact => {
            "nothing of the link has moved between the two reads, so that nothing shows that the source can be reached"
        }
        EstimateUnknown::WentBack => "an offset went backwards between the two reads",
        EstimateUnknown::WrittenEarlier => {
            "some of what is not copied was written before the first read, and no figure says how long before"
        }
        EstimateUnknown::Incomplete => {
            "one of the two reads has no offset or no lag of a partition, for which servers say -1"
        }
        EstimateUnknown::Unread => "mirror topics could not be read",
    }
    .to_owned()
}

/// What would make it known.
#[must_use]
pub fn estimate_fix(why: EstimateUnknown) -> &'static str {
    match why {
        EstimateUnknown::ReadOnce | EstimateUnknown::Recorded => {
            "read twice in one run, such as with `--sample 10s`"
        }
        EstimateUnknown::NoContact
        | EstimateUnknown::WrittenEarlier
        | EstimateUnknown::Incomplete => {
            "read again while records are written, or with more time between the reads (`--sample 5m`)"
        }
        EstimateUnknown::NotMirrored => "mirror it with `linkwright apply`",
        EstimateUnknown::NotActive => "resume the mirror topic, or remove the objective",
        EstimateUnknown::Figures(_)
        | EstimateUnknown::Standing
        | EstimateUnknown::WentBack
        | EstimateUnknown::Unread => {
            "check the link and its source with `linkwright status`, and run again"
        }
    }
}

/// How long an earlier failover took, after it is named: `took 41s`, `took 41s and left 1 of 2 mirror topics`. Of whether it was
/// for all mirror topics of its link, its record says nothing.
#[must_use]
pub fn took(run: &PastFailover) -> String {
    let (all, done) = run.topics;
    let time = seconds(run.took);
    match all.saturating_sub(done) {
        0 => format!(
            "took {time} for {} of its link",
            quantity(all, "mirror topic")
        ),
        left => format!(
            "took {time} and left {} of {}",
            number(left as u64),
            quantity(all, "mirror topic")
        ),
    }
}

/// One earlier failover: `2026-11-02T08:00:00Z: 2 of 2 mirror topics in 41s; at least 36 records lost (run …)`.
#[must_use]
pub fn past_failover(run: &PastFailover) -> String {
    let (all, done) = run.topics;
    let lost = match run.lost {
        0 => String::new(),
        lost => format!(
            "; at least {} lost",
            quantity(usize::try_from(lost).unwrap_or(usize::MAX), "record")
        ),
    };
    format!(
        "{:.0}: {} of {} in {}{lost} (run {})",
        run.began,
        number(done as u64),
        quantity(all, "mirror topic"),
        seconds(run.took),
        run.run
    )
}
