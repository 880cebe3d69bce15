//! What a run waits for, as it is now: [`Live`] makes the lines that a terminal shows while they
//! change, one for each link and verb.

use std::collections::BTreeMap;
use std::time::Duration;

use super::view::More;
use super::view::run::{WaitView, roughly};
use super::words::{number, quantity};
use crate::address::HalfAddress;
use crate::apply::{Event, EventKind, Outcome, Reason, Wait, Waiting};

/// So many lines at most; a run that waits for more says how many more.
const LINES: usize = 8;
/// Waits that one read reports arrive within this time.
const ONE_READ: Duration = Duration::from_millis(100);

/// How far a run is, and what is waited for.
#[derive(Debug, Default)]
pub struct Live {
    /// How many operations there are; none before the run has begun.
    total: usize,
    ended: usize,
    failed: usize,
    timed_out: usize,
    waits: BTreeMap<(HalfAddress, &'static str, Wait), Shown>,
}

/// A wait and when it was last reported.
#[derive(Debug)]
struct Shown {
    waiting: Waiting,
    at: Duration,
}

impl Live {
    /// Takes an event in.
    pub fn take(&mut self, event: &Event) {
        self.count(&event.kind);
        match &event.kind {
            EventKind::Waiting(waiting) => {
                // One read reports every wait at its cluster: what it leaves out is over.
                self.waits.retain(|(half, ..), shown| {
                    half.cluster != waiting.half.cluster
                        || event.elapsed.saturating_sub(shown.at) < ONE_READ
                });
                let key = (waiting.half.clone(), waiting.verb, waiting.wait);
                let shown = Shown {
                    waiting: waiting.clone(),
                    at: event.elapsed,
                };
                self.waits.insert(key, shown);
            }
            EventKind::OperationFinished { address, verb, .. } => {
                let Some(half) = address.half() else { return };
                let ended = self
                    .waits
                    .iter_mut()
                    .find(|((of, word, _), _)| of == half && word == verb);
                if let Some((key, shown)) = ended {
                    shown.waiting.count = shown.waiting.count.saturating_sub(1);
                    if shown.waiting.count == 0 {
                        let key = key.clone();
                        self.waits.remove(&key);
                    }
                }
            }
            EventKind::Finished { .. } => self.waits.clear(),
            EventKind::Started { .. }
            | EventKind::OperationStarted { .. }
            | EventKind::BatchSent { .. }
            | EventKind::Retry { .. }
            | EventKind::Interrupted { .. }
            | EventKind::Problem(_) => {}
        }
    }

    fn count(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Started { operations } => self.total = *operations,
            EventKind::OperationFinished { outcome, .. } => {
                self.ended += 1;
                match outcome {
                    Outcome::Failed {
                        reason: Reason::TimedOut,
                        ..
                    } => self.timed_out += 1,
                    Outcome::Failed { .. } => self.failed += 1,
                    _ => {}
                }
            }
            EventKind::Finished { .. } => self.total = 0,
            _ => {}
        }
    }

    /// The lines at a time since the start of the run, each in so many columns: how far the run is, and what it
    /// waits for.
    #[must_use]
    pub fn lines(&self, now: Duration, columns: usize) -> Vec<String> {
        let waits = self.waits.values().take(LINES);
        let waits = waits.map(|shown| line(shown, now, columns));
        let more = More::of(self.waits.len().saturating_sub(LINES));
        let more = more.map(|more| more.called("wait").to_string());
        (self.overall(now).into_iter())
            .chain(waits)
            .chain(more)
            .collect()
    }

    /// `600/3,020 operations, 4m 10s, 2 timed out`.
    fn overall(&self, now: Duration) -> Option<String> {
        if self.total == 0 {
            return None;
        }
        let mut text = format!(
            "{}/{}, {}",
            number(self.ended),
            quantity(self.total, "operation"),
            roughly(Duration::from_secs(now.as_secs()))
        );
        for (count, what) in [(self.failed, "failed"), (self.timed_out, "timed out")] {
            if count > 0 {
                text.push_str(&format!(", {} {what}", number(count)));
            }
        }
        Some(text)
    }
}

/// The wait with the time that is left by now.
fn line(shown: &Shown, now: Duration, columns: usize) -> String {
    let left = (shown.waiting.left).saturating_sub(now.saturating_sub(shown.at));
    WaitView::of(&shown.waiting).within(Duration::from_secs(left.as_secs()), columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::apply::{Cause, Counts, Outcome, Verdict};
    use crate::live::MirrorStatus;
    use crate::plan::OpId;

    fn half(link: &str) -> HalfAddress {
        HalfAddress {
            cluster: "west".into(),
            link: link.into(),
        }
    }

    fn waiting(link: &str, wait: Wait, count: usize) -> EventKind {
        EventKind::Waiting(Waiting {
            half: half(link),
            verb: "promote-mirror",
            wait,
            count,
            statuses: [(MirrorStatus::PendingStopped, count)].into(),
            lag: Some(2 * 1234),
            worst_lag: Some(1234),
            left: Duration::from_secs(600),
        })
    }

    fn at(seconds: u64, kind: EventKind) -> Event {
        Event {
            elapsed: Duration::from_secs(seconds),
            kind,
        }
    }

    #[test]
    fn a_line_has_count_status_worst_lag_and_deadline() {
        let mut live = Live::default();
        live.take(&at(1, waiting("dr", Wait::Settle, 1998)));
        assert_eq!(
            live.lines(Duration::from_secs(11), 200),
            [
                "promote 1,998 mirror topics on west/dr: 1,998 PENDING_STOPPED, worst lag 1,234 (timeout in 9m 50s)"
            ]
        );
        for columns in [80, 60, 20] {
            let lines = live.lines(Duration::from_secs(11), columns);
            assert!(lines[0].chars().count() <= columns, "{lines:?}");
        }
        assert_eq!(
            live.lines(Duration::from_secs(11), 80),
            ["promote 1,998 mirror topics on west/dr: worst lag 1,234 (timeout in 9m 50s)"]
        );
    }

    #[test]
    fn the_first_line_says_how_far_the_run_is() {
        let mut live = Live::default();
        live.take(&at(0, EventKind::Started { operations: 3_020 }));
        for number in 0..600 {
            let cause = Cause::Local("late".to_owned());
            live.take(&at(
                4,
                EventKind::OperationFinished {
                    op: OpId(number),
                    address: Address::Mirror(half("dr"), "orders".into()),
                    verb: "promote-mirror",
                    outcome: match number {
                        0 | 1 => Outcome::Failed {
                            reason: Reason::TimedOut,
                            cause,
                        },
                        _ => Outcome::Done,
                    },
                    outside: None,
                    took: Duration::ZERO,
                },
            ));
        }
        assert_eq!(
            live.lines(Duration::from_secs(250), 80),
            ["600/3,020 operations, 4m 10s, 2 timed out"]
        );
    }

    #[test]
    fn what_the_next_look_leaves_out_and_what_has_ended_is_gone() {
        let mut live = Live::default();
        live.take(&at(1, waiting("dr", Wait::Lag, 2)));
        live.take(&at(1, waiting("other", Wait::Settle, 1)));
        assert_eq!(live.lines(Duration::from_secs(1), 200).len(), 2);
        live.take(&at(3, waiting("dr", Wait::Settle, 2)));
        assert_eq!(live.lines(Duration::from_secs(3), 200).len(), 1);
        for left in [1, 0] {
            live.take(&at(
                4,
                EventKind::OperationFinished {
                    op: OpId(0),
                    address: Address::Mirror(half("dr"), "orders".into()),
                    verb: "promote-mirror",
                    outcome: Outcome::Done,
                    outside: None,
                    took: Duration::ZERO,
                },
            ));
            assert_eq!(live.lines(Duration::from_secs(4), 200).len(), left);
        }
    }

    #[test]
    fn many_waits_are_counted_and_the_end_clears_them() {
        let mut live = Live::default();
        for number in 0..20 {
            live.take(&at(1, waiting(&format!("link-{number:02}"), Wait::Time, 1)));
        }
        let lines = live.lines(Duration::from_secs(1), 200);
        assert_eq!(lines.len(), LINES + 1);
        assert_eq!(lines[LINES], "and 12 waits more");
        live.take(&at(
            2,
            EventKind::Finished {
                counts: Counts::default(),
                verdict: Verdict::Complete,
            },
        ));
        assert!(live.lines(Duration::from_secs(2), 200).is_empty());
    }
}
