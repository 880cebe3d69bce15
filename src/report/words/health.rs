//! Health in words: what is wrong by cause, and ages.

use std::time::Duration;

use super::number::{duration, moment, quantity, range};
use super::remediation::{link_error_words, mirror_error_words};
use crate::diff::MirrorFault;
use crate::health::{Cause, Problem, Thresholds};
use crate::live::{LinkError, LinkState};

/// A problem in one sentence, without its end.
#[must_use]
pub fn health_problem(problem: &Problem<'_>) -> String {
    let links = quantity(problem.links.len(), "link");
    let halves = quantity(problem.links.len(), "link half");
    let several = problem.links.len() != 1;
    match &problem.cause {
        Cause::LinkInError { state, error } => {
            let words = link_in_error(*state, *error);
            match problem.mirrors.len() {
                0 => format!("{links} in error: {words}"),
                n => format!(
                    "{links} in error, with {} that cannot mirror: {words}",
                    quantity(n, "mirror topic")
                ),
            }
        }
        Cause::Mirrors { fault, .. } => format!(
            "{} on {links} {}",
            quantity(problem.mirrors.len(), "mirror topic"),
            fault_words(fault, problem.mirrors.len())
        ),
        Cause::Missing if several => format!("{halves} are declared and do not exist"),
        Cause::Missing => format!("{halves} is declared and does not exist"),
        Cause::Unpaired if several => format!("{halves} are not paired with their other halves"),
        Cause::Unpaired => format!("{halves} is not paired with its other half"),
        Cause::Task(name) => format!("task {name} is in error on {links}"),
    }
}

fn link_in_error(state: Option<&LinkState>, error: Option<&LinkError>) -> String {
    match (error, state) {
        (Some(error @ LinkError::Other(_)), _) => link_error_words(error),
        (Some(error), _) if *error != LinkError::NoError => {
            format!("{} ({error})", link_error_words(error))
        }
        (_, Some(state)) => format!("the link is {state}"),
        (_, None) => "the link is unhealthy".to_owned(),
    }
}

fn fault_words(fault: &MirrorFault, count: usize) -> String {
    let (have, do_not, their) = match count {
        1 => ("has", "does not", "its"),
        _ => ("have", "do not", "their"),
    };
    match fault {
        MirrorFault::Failed(None) => format!("{have} FAILED and cannot mirror again"),
        MirrorFault::Failed(Some(error)) => format!(
            "{have} FAILED and cannot mirror again: {} ({error})",
            mirror_error_words(error)
        ),
        MirrorFault::LinkFailed | MirrorFault::PairFailed => {
            format!("{do_not} mirror: {their} link has failed (LINK_FAILED)")
        }
        MirrorFault::SourceUnavailable => {
            format!("cannot reach {their} source (SOURCE_UNAVAILABLE)")
        }
        MirrorFault::PrimaryUnavailable => {
            format!("cannot reach {their} primary (SOURCE_UNAVAILABLE)")
        }
        MirrorFault::LinkPaused => {
            format!("{do_not} mirror: {their} link is paused (LINK_PAUSED)")
        }
        MirrorFault::UnknownStatus(status) => {
            format!("{have} the status {status}, which this version does not know")
        }
    }
}

/// The limits of a report of drift; none where there are none.
#[must_use]
pub fn limits(thresholds: &Thresholds) -> Option<String> {
    let lag = thresholds.max_lag;
    let lag = lag.map(|max| format!("lag {}", range(max, max, "message")));
    let time = thresholds.max_catch_up;
    let time = time.map(|max| format!("time to catch up {}", duration(max)));
    let pending = thresholds.max_pending;
    let pending = pending.map(|max| format!("transitional status {}", duration(max)));
    let limits: Vec<String> = lag.into_iter().chain(time).chain(pending).collect();
    (!limits.is_empty()).then(|| limits.join(", "))
}

/// How long ago something was, in one unit: `45s`, `3m`, `5h`, `12d`. A time that is still to come, by another
/// clock, is given as such.
#[must_use]
pub fn age(since_ms: i64, now: jiff::Timestamp) -> String {
    let Ok(past) = u64::try_from(now.as_millisecond().saturating_sub(since_ms)) else {
        return moment(since_ms);
    };
    short(Duration::from_millis(past))
}

/// A duration in its largest whole unit: `45s`, `3m`, `5h`, `12d`.
#[must_use]
pub fn short(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3_600 => format!("{}m", seconds / 60),
        seconds @ 3_600..172_800 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit() {
        let now = jiff::Timestamp::from_millisecond(1_793_527_200_000).unwrap();
        let ago = |seconds: i64| age(now.as_millisecond() - seconds * 1_000, now);
        let ages = [0, 59, 60, 200, 3_599, 3_600, 172_799, 172_800, 1_000_000].map(ago);
        assert_eq!(
            ages,
            ["0s", "59s", "1m", "3m", "59m", "1h", "47h", "2d", "11d"]
        );
        assert_eq!(ago(-1), "2026-11-01T10:00:01Z");
    }
}
