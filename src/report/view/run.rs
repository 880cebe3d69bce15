//! What every view of a run shows: [`RunView`] when it is over, [`Ended`] and [`WaitView`] while it goes on.

use std::time::Duration;

use crate::apply::{Counts, Outcome, Reason, Report, Verdict, Wait, Waiting};
use crate::plan::Plan;
use crate::report::safe;
use crate::report::words::{self, Action, duration, number, quantity};

/// A run that is over, and what the plan made after it shows.
pub(crate) struct RunView {
    pub(crate) weight: Weight,
    /// How it ended: `complete`.
    pub(crate) verdict: &'static str,
    /// What must be known of that, if anything: `operations may still complete on the server`.
    pub(crate) consequence: Option<&'static str>,
    /// How many operations ended in which way; ways in which none did are left out.
    pub(crate) counts: Vec<(usize, &'static str)>,
    pub(crate) took: String,
    /// The archives that were written.
    pub(crate) archives: Vec<String>,
    /// Every operation that did not succeed, in the plan's order.
    pub(crate) failures: Vec<Failure>,
    /// What is left to do; none when nothing is.
    pub(crate) left: Option<String>,
}

/// How grave an end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Good,
    Caution,
    Danger,
}

/// An operation that did not succeed.
pub(crate) struct Failure {
    pub(crate) verb: &'static str,
    pub(crate) address: String,
    pub(crate) ended: Ended,
}

/// How one operation ended.
pub(crate) struct Ended {
    pub(crate) weight: Weight,
    pub(crate) word: &'static str,
    /// Why; none when it reached its goal.
    pub(crate) why: Option<String>,
}

impl RunView {
    pub(crate) fn of(report: &Report, again: &Plan) -> Self {
        let (weight, verdict, consequence) = match report.verdict() {
            Verdict::Complete => (Weight::Good, "complete", None),
            Verdict::Interrupted => (Weight::Caution, "interrupted", None),
            Verdict::Stale => (
                Weight::Danger,
                "stopped",
                Some("live state changed since the plan"),
            ),
            Verdict::Partial => (Weight::Danger, "partly failed", None),
            Verdict::TimedOut => (
                Weight::Caution,
                "timed out",
                Some("operations may still complete on the server"),
            ),
        };
        Self {
            weight,
            verdict,
            consequence,
            counts: counts(report.counts()),
            took: roughly(report.took),
            archives: report
                .archives
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            failures: report
                .operations
                .iter()
                .filter(|operation| !operation.outcome.is_reached())
                .map(|operation| Failure {
                    verb: operation.verb,
                    address: operation.address.to_string(),
                    ended: Ended::of(&operation.outcome),
                })
                .collect(),
            left: (again.has_changes() || again.is_refused() || again.has_unknowns())
                .then(|| words::summary(again)),
        }
    }
}

fn counts(counts: Counts) -> Vec<(usize, &'static str)> {
    let Counts {
        done,
        unchanged,
        failed,
        blocked,
        unknown,
        skipped,
    } = counts;
    [
        (done, "done"),
        (unchanged, "unchanged"),
        (failed, "failed"),
        (blocked, "blocked"),
        (unknown, "unknown"),
        (skipped, "skipped"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .collect()
}

impl Ended {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let (weight, word, why) = match outcome {
            Outcome::Done => (Weight::Good, "done", None),
            Outcome::Unchanged => (Weight::Good, "unchanged", None),
            Outcome::Failed {
                reason: Reason::TimedOut,
                cause,
            } => (Weight::Danger, "timed out", Some(words::cause(cause))),
            Outcome::Failed { cause, .. } => (Weight::Danger, "failed", Some(words::cause(cause))),
            Outcome::Unknown { cause } => (Weight::Danger, "unknown", Some(words::cause(cause))),
            Outcome::Blocked { by } => (
                Weight::Caution,
                "blocked",
                Some(format!("operation {by} did not succeed")),
            ),
            Outcome::Skipped => (
                Weight::Caution,
                "skipped",
                Some("the run was interrupted".to_owned()),
            ),
        };
        Self { weight, word, why }
    }
}

/// What is waited for.
pub(crate) struct WaitView {
    /// `promote 998 mirror topics on west/dr, waiting for the lag to fall: 998 ACTIVE, worst lag 12`; harmless.
    pub(crate) text: String,
    /// The same without what can be left out where there is little room, the shortest last.
    shorter: Vec<String>,
    /// What happens when the time is over: `timeout`.
    end: &'static str,
}

impl WaitView {
    pub(crate) fn of(waiting: &Waiting) -> Self {
        let Waiting {
            half,
            verb,
            wait,
            count,
            statuses,
            lag: _,
            worst_lag,
            left: _,
        } = waiting;
        let (goal, end) = match wait {
            Wait::Lag => (", waiting for the lag to fall", "timeout"),
            Wait::Settle => ("", "timeout"),
            Wait::Time => (", waiting", "ends"),
        };
        let half = half.to_string();
        let half = safe::clean(&half);
        let order = match Action::of_code(verb) {
            Some(action) if action.noun() == "link" => {
                format!("{} {} {half}", action.verb(), action.noun())
            }
            Some(action) => {
                format!(
                    "{} {} on {half}",
                    action.verb(),
                    quantity(*count, action.noun())
                )
            }
            None => format!("{verb} {half}"),
        };
        let statuses: Vec<String> = statuses
            .iter()
            .map(|(status, count)| format!("{} {}", number(*count), safe::clean(status.word())))
            .collect();
        let lag = worst_lag.map(|lag| format!("worst lag {}", number(lag)));
        let joined = |parts: Vec<String>| match parts.is_empty() {
            true => String::new(),
            false => format!(": {}", parts.join(", ")),
        };
        let brief = joined(lag.iter().cloned().collect());
        let standing = joined(statuses.into_iter().chain(lag).collect());
        Self {
            text: format!("{order}{goal}{standing}"),
            shorter: vec![
                format!("{order}{standing}"),
                format!("{order}{brief}"),
                order,
            ],
            end,
        }
    }

    /// The same with the time that is left.
    pub(crate) fn with_left(&self, left: Duration) -> String {
        self.ended(&self.text, left)
    }

    /// The same in so many columns, without what does not fit.
    pub(crate) fn within(&self, left: Duration, columns: usize) -> String {
        let all = std::iter::once(&self.text).chain(&self.shorter);
        let mut lines = all.map(|text| self.ended(text, left));
        let fitting = lines.find(|line| line.chars().count() <= columns);
        fitting.unwrap_or_else(|| {
            let shortest = self.shorter.last().unwrap_or(&self.text);
            // What is clipped ends in three dots.
            safe::clip(shortest, columns.saturating_sub(3))
        })
    }

    fn ended(&self, text: &str, left: Duration) -> String {
        format!("{text} ({} in {})", self.end, roughly(left))
    }
}

/// A duration; tenths of a second are enough.
pub(crate) fn roughly(exact: Duration) -> String {
    let millis = u64::try_from(exact.as_millis()).unwrap_or(u64::MAX);
    duration(match millis >= 10_000 {
        true => Duration::from_secs(millis / 1000),
        false => Duration::from_millis(millis / 100 * 100),
    })
}
