//! How fast topics are written and mirror topics copy, from two reads of the mirror topics: [`Pace`], [`Rates`].

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::facts::Facts;
use super::links;
use crate::api::wire;

/// What two reads of a mirror topic show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    /// Records that are written to its source in a second.
    pub(super) written: f64,
    /// Records that it copies in a second.
    pub(super) copied: f64,
    /// How many it is behind.
    lag: i64,
    /// How many it was behind in the first read.
    lag_before: i64,
}

/// Why it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unknown {
    /// The figures are not of the same partitions, or not of all.
    Figures,
    /// The end of a partition went backwards.
    Backwards,
    /// The first read has no figures.
    NotReadBefore,
    /// The mirror topic does not copy now.
    NotActive,
    /// There is no mirror topic.
    NoMirror,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Figures => "without figures of all partitions in both reads",
            Self::Backwards => "their offsets went backwards between the reads",
            Self::NotReadBefore => "without a mirror topic that was active in the first read",
            Self::NotActive => "without an active mirror topic on a link that is in contact",
            Self::NoMirror => "without a mirror topic",
        })
    }
}

impl Pace {
    /// What the two reads of a mirror topic show that are so far apart.
    pub(super) fn of(
        facts: &Facts,
        link: &wire::Link,
        row: &wire::Mirror,
        between: Duration,
    ) -> Result<Self, Unknown> {
        let is_down = links::error(link).is_some() || link.link_state.as_deref() == Some("FAILED");
        if is_down || row.mirror_status != "ACTIVE" {
            return Err(Unknown::NotActive);
        }
        let link_id = link.cluster_link_id.as_deref().filter(|id| !id.is_empty());
        let earlier = facts.earlier.as_ref().ok_or(Unknown::NotReadBefore)?;
        let topic = row.mirror_topic_name.as_str();
        let before = earlier.figures(&link.link_name, link_id, topic);
        let before = before.ok_or(Unknown::NotReadBefore)?;
        if row.state_time_ms > earlier.read_at().as_millisecond() {
            return Err(Unknown::NotReadBefore);
        }
        let count = usize::try_from(row.num_partitions).unwrap_or(0);
        if before.len() != row.mirror_lags.len() || before.len() < count {
            return Err(Unknown::Figures);
        }
        let (mut written, mut copied) = (0, 0);
        let (mut behind, mut behind_before) = (0_i64, 0_i64);
        for now in &row.mirror_lags {
            let mut all = before.iter();
            let same = all.find(|(partition, ..)| i64::from(*partition) == now.partition);
            let (_, lag_before, next_before) = same.ok_or(Unknown::Figures)?;
            if now.lag < 0 || *lag_before < 0 {
                return Err(Unknown::Figures);
            }
            let (next, next_before) = (now.last_source_fetch_offset.max(0), (*next_before).max(0));
            let (end, end_before) = (
                next.saturating_add(now.lag),
                next_before.saturating_add(*lag_before),
            );
            written = more(written, end, end_before)?;
            copied = more(copied, next, next_before)?;
            behind = behind.saturating_add(now.lag);
            behind_before = behind_before.saturating_add(*lag_before);
        }
        let per_second = |records: u64| as_number(records) / between.as_secs_f64();
        Ok(Self {
            written: per_second(written),
            copied: per_second(copied),
            lag: behind,
            lag_before: behind_before,
        })
    }

    /// Whether it is no further behind than what is written in a second, or copies and stays as far behind as it was: what it
    /// copies is then as much as there is to copy, and not as much as it can.
    pub(super) fn keeps_up(&self) -> bool {
        let is_close = as_number(self.lag.unsigned_abs()) <= self.written;
        is_close || (self.copied > 0.0 && self.lag == self.lag_before)
    }
}

/// So many records, and those between two offsets.
fn more(records: u64, now: i64, before: i64) -> Result<u64, Unknown> {
    let between = now
        .checked_sub(before)
        .and_then(|it| u64::try_from(it).ok());
    Ok(records.saturating_add(between.ok_or(Unknown::Backwards)?))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is an estimate, and no one writes so many records"
)]
fn as_number(records: u64) -> f64 {
    records as f64
}

/// How fast topics are written, by cluster and topic: records a second.
#[derive(Debug, Default)]
pub(super) struct Rates(BTreeMap<(String, String), Result<f64, Unknown>>);

impl Rates {
    /// Adds what the mirror topics of a link say of their source topics.
    pub(super) fn add(
        &mut self,
        facts: &Facts,
        link: &wire::Link,
        remote: &str,
        between: Duration,
    ) {
        let rows = facts.rows();
        for row in rows.filter(|row| row.link_name.as_str() == link.link_name) {
            let rate = Pace::of(facts, link, row, between).map(|pace| pace.written);
            let key = (remote.to_owned(), row.source_topic_name.to_string());
            let known = self.0.entry(key).or_insert(Err(Unknown::NoMirror));
            *known = match (*known, rate) {
                (Ok(one), Ok(other)) => Ok(one.max(other)),
                (Ok(rate), Err(_)) | (Err(_), Ok(rate)) => Ok(rate),
                (Err(one), Err(other)) => Err(one.min(other)),
            };
        }
    }

    /// Records that are written to a topic in a second.
    pub(super) fn of(&self, cluster: &str, topic: &str) -> Result<f64, Unknown> {
        let key = (cluster.to_owned(), topic.to_owned());
        self.0.get(&key).copied().unwrap_or(Err(Unknown::NoMirror))
    }
}
