//! What a run waits for, as it is now: [`Live`] makes the lines that a terminal shows while they
//! change, one for each link and verb.

use std::collections::BTreeMap;
use std::time::Duration;

use super::view::More;
use super::view::run::WaitView;
use crate::address::HalfAddress;
use crate::apply::{Event, EventKind, Wait, Waiting};

/// So many lines at most; a run that waits for more says how many more.
const LINES: usize = 8;
/// Waits that one read reports arrive within this time.
const ONE_READ: Duration = Duration::from_millis(100);

/// What is waited for.
#[derive(Debug, Default)]
pub struct Live {
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

    /// The lines at a time since the start of the run.
    #[must_use]
    pub fn lines(&self, now: Duration) -> Vec<String> {
        let mut lines: Vec<String> = self
            .waits
            .values()
            .take(LINES)
            .map(|shown| line(shown, now))
            .collect();
        let more = More::of(self.waits.len().saturating_sub(LINES));
        lines.extend(more.map(|more| more.to_string()));
        lines
    }
}

/// The wait with the time that is left by now.
fn line(shown: &Shown, now: Duration) -> String {
    let left = (shown.waiting.left).saturating_sub(now.saturating_sub(shown.at));
    WaitView::of(&shown.waiting).with_left(Duration::from_secs(left.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::apply::{Counts, Outcome, Verdict};
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
            live.lines(Duration::from_secs(11)),
            [
                "promote-mirror west/dr to settle, 1,998 to go: 1,998 PENDING_STOPPED, worst lag 1,234 (times out in 9m 50s)"
            ]
        );
    }

    #[test]
    fn what_the_next_look_leaves_out_and_what_has_ended_is_gone() {
        let mut live = Live::default();
        live.take(&at(1, waiting("dr", Wait::Lag, 2)));
        live.take(&at(1, waiting("other", Wait::Settle, 1)));
        assert_eq!(live.lines(Duration::from_secs(1)).len(), 2);
        live.take(&at(3, waiting("dr", Wait::Settle, 2)));
        assert_eq!(live.lines(Duration::from_secs(3)).len(), 1);
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
            assert_eq!(live.lines(Duration::from_secs(4)).len(), left);
        }
    }

    #[test]
    fn many_waits_are_counted_and_the_end_clears_them() {
        let mut live = Live::default();
        for number in 0..20 {
            live.take(&at(1, waiting(&format!("link-{number:02}"), Wait::Time, 1)));
        }
        let lines = live.lines(Duration::from_secs(1));
        assert_eq!(lines.len(), LINES + 1);
        assert_eq!(lines[LINES], "and 12 more");
        live.take(&at(
            2,
            EventKind::Finished {
                counts: Counts::default(),
                verdict: Verdict::Complete,
            },
        ));
        assert!(live.lines(Duration::from_secs(2)).is_empty());
    }
}
