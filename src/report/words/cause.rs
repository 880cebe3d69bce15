//! What an operation waits for and why it failed, in words: [`cause`] and [`problem`].

use super::More;
use super::loss::stopped_outside;
use super::number::number;
use super::switchover::{pair_refusal, pair_remediation};
use crate::address::GroupName;
use crate::apply::{Cause, RunProblem, Stuck};
use crate::live::{LinkError, LinkState, MirrorStatus, TaskProblem};
use crate::plan::{Cut, PartitionCut};

/// A cause in words that stand alone.
#[must_use]
pub fn cause(it: &Cause) -> String {
    match it {
        Cause::Unread(why) => why.to_string(),
        Cause::LinksNotRead => "the list of links has not been read yet".to_owned(),
        Cause::MirrorsNotRead => "the mirror topics have not been read yet".to_owned(),
        Cause::LinkNotListed { is_new: true } => "the link is not listed yet".to_owned(),
        Cause::LinkNotListed { is_new: false } => "the link is not listed".to_owned(),
        Cause::LinkStillListed => "the link is still listed".to_owned(),
        Cause::LinkUnhealthy {
            state,
            error,
            message,
        } => unhealthy(state.as_ref(), error.as_ref(), message.as_deref()),
        Cause::LinkNotReached => "the link has not connected to the other cluster yet".to_owned(),
        Cause::LinkHealthyTooBriefly => {
            "the link has been healthy for too short a time to be sure".to_owned()
        }
        Cause::ConfigsNotFound => "the link's configs were not found".to_owned(),
        Cause::ConfigsNotShown(names) => {
            format!("the server does not show the new {} yet", names.join(", "))
        }
        Cause::HistoryNotRead => "the link's history has not been read yet".to_owned(),
        Cause::TasksNotRead => "the link's tasks have not been read yet".to_owned(),
        Cause::TasksWellTooBriefly => {
            "the link's tasks have been healthy for too short a time to be sure".to_owned()
        }
        Cause::TaskInError { task, problems } => match problems.as_slice() {
            [] => format!("the link's task {task} is in error"),
            problems => format!("the link's task {task} is in error: {}", listed(problems)),
        },
        Cause::MirrorNotListed => "the mirror topic is not listed".to_owned(),
        Cause::MirrorStatus {
            status,
            expected,
            error,
        } => {
            let seen = format!("status is {status}, not {}", any_of(expected));
            match error {
                Some(error) => format!("{seen}: {error}"),
                None => seen,
            }
        }
        Cause::LinkExists(half) => {
            format!("link {half} exists now, with another cluster or other settings than planned")
        }
        Cause::LinkGone(half) => format!("link {half} no longer exists"),
        Cause::LinkReplaced(half) => format!("link {half} was recreated since the plan"),
        Cause::ConfigsChanged { half, names } => {
            format!("{} of {half} changed since the plan", names.join(", "))
        }
        Cause::MirrorExists { address, source } => {
            format!("{address} exists now, as the mirror of {source}")
        }
        Cause::MirrorGone(address) => format!("{address} is no longer a mirror topic"),
        Cause::MirrorStatusChanged {
            address,
            status,
            expected,
        } => format!("{address} is {status}; expected {}", any_of(expected)),
        Cause::MirrorsRunning {
            half,
            first,
            status,
            more,
        } => {
            let words = format!("a mirror topic of {half} is not stopped: {first} is {status}");
            match More::of(*more) {
                None => words,
                Some(more) => format!("{words}, {more}"),
            }
        }
        Cause::Server(words) | Cause::Local(words) => words.clone(),
        Cause::LeftOut => "the server's response does not mention this mirror topic".to_owned(),
        Cause::AmbiguousUnread { cause: why, unread } => {
            let unread = cause(unread);
            format!("{}; the live state could not be read: {unread}", cause(why))
        }
        Cause::Secret(error) => error.to_string(),
        Cause::LagTooHigh { lag, max, waited } => {
            let lag = match lag {
                Ok(lag) => format!("its lag is {lag} messages"),
                Err(why) => format!("its lag is unknown ({why})"),
            };
            format!(
                "{lag}; it must be at most {max}; waited {} s",
                waited.as_secs()
            )
        }
        Cause::LossAboveBound { loss, max } => {
            let seen = match loss.unknown().filter(|why| why.is_without_figures()) {
                Some(why) if loss.least <= *max => format!("what it would lose is unknown now ({why})"),
                _ => format!("it would lose at least {} messages now", number(loss.least)),
            };
            format!(
                "{seen}, and `policy.failover.max_lag` is {}; nothing was sent for it",
                number(*max)
            )
        }
        Cause::LinkUnhealthyAt { half, seen } => format!("link {half}: {}", cause(seen)),
        Cause::NotOrdinary { address, status } => match status {
            Some(status) => format!("{address} is a mirror topic now ({status})"),
            None => format!("{address} no longer exists"),
        },
        Cause::OffsetsDiffer { groups, waited } => {
            let names: Vec<&str> = groups.iter().take(MAX_NAMED).map(GroupName::as_str).collect();
            let mut words = names.join(", ");
            if let Some(more) = More::of(groups.len().saturating_sub(MAX_NAMED)) {
                words = format!("{words}, {more}");
            }
            format!(
                "the committed offsets of {words} did not become equal on both clusters within {} s; nothing was sent for it",
                waited.as_secs()
            )
        }
        Cause::CallMissing { verb } => format!(
            "the server does not have the call `mirrors:{verb}`; nothing was sent for it"
        ),
        Cause::CutAbovePlan { planned, now } => format!(
            "the preview shows that {} would be deleted, and the plan shows {}; nothing was sent for it: plan again",
            cut(now),
            cut(planned)
        ),
        Cause::GroupsActive { half, groups } => {
            let named = groups.iter().take(MAX_NAMED);
            let named: Vec<_> = named.map(|(name, state)| format!("{name} is {state}")).collect();
            let mut words = named.join(", ");
            if let Some(more) = More::of(groups.len().saturating_sub(MAX_NAMED)) {
                words.push_str(&format!(", {more}"));
            }
            format!(
                "consumer groups are active at {} whose offsets {half} copies: {words}; the promotion would stay in PENDING_STOPPED, so nothing was sent for it: stop the consumers there and run again",
                half.cluster
            )
        }
        Cause::PairForbids { pair, phase, why } => format!(
            "switchover pair {pair} is {phase}: {}; nothing was sent for it: {}",
            pair_refusal(*why),
            pair_remediation(*why)
        ),
        Cause::PairsUnread(why) => format!(
            "whether a switchover pair manages the link could not be read again ({why}); a pair may be failing over, so nothing was sent for it"
        ),
        Cause::Withheld(why) => format!("nothing was sent for it: {why}; run again"),
        Cause::StoppedOutside { loss } => match loss {
            Some(loss) => stopped_outside(loss),
            None => "stopped outside this run; how many messages were not copied is unknown: it is no longer listed".to_owned(),
        },
        Cause::NotSettled {
            waited,
            seen,
            problems,
            stuck,
        } => {
            let seen = seen.as_deref().map(cause).unwrap_or_default();
            let mut words = format!("did not settle within {} s: {seen}", waited.as_secs());
            if let Some(stuck) = stuck {
                words.push_str(&self::stuck(stuck, problems.is_empty()));
            }
            match problems.as_slice() {
                [] => words,
                problems => format!("{words}: {}", listed(problems)),
            }
        }
        Cause::SecretsReplaced(why) => format!(
            "{}; the previous secrets cannot be read, so they cannot be restored: write working credentials with --rotate",
            cause(why)
        ),
        Cause::RunStopped => "the run was stopped before the operation settled".to_owned(),
        Cause::HandedOver => {
            "it was sent; another run asked for the cluster, so that its effect was not waited for".to_owned()
        }
        Cause::RunEnded => "the run ended before the operation settled".to_owned(),
    }
}

/// What a mirror topic waits for that does not stop. `is_silent` says that the server gives no reason.
fn stuck(it: &Stuck, is_silent: bool) -> String {
    let mut words = String::new();
    if let Some(answer) = &it.declined {
        words.push_str(&format!(
            "; the server does not fail it over while it is being promoted ({answer})"
        ));
    }
    if let Some(error) = &it.link_error {
        words.push_str(&format!(
            "; it waits for its source, and the link reports {error}: `state: failed-over` does not need the source"
        ));
    } else if it.loss.least > 0 {
        words.push_str(&format!(
            "; it waits for at least {} messages to be copied: stop the producers at the source",
            number(it.loss.least)
        ));
    } else if is_silent {
        words.push_str(
            "; the server does not say what it waits for: check for consumers that are active here with synced offsets",
        );
    }
    words
}

/// How many groups or partitions are named.
const MAX_NAMED: usize = 5;

/// The offsets of a partition that a restore deletes, the last one included.
pub(super) fn cut_range(it: &PartitionCut) -> String {
    let last = it
        .from
        .saturating_add_unsigned(it.records.saturating_sub(1));
    format!("partition {}: offsets {} to {last}", it.partition, it.from)
}

/// Which records a restore deletes: how many, and from where.
#[must_use]
pub(crate) fn cut(it: &Cut) -> String {
    let Cut::Previewed(parts) = it else {
        return "an unknown number of messages".to_owned();
    };
    let Some(records) = it.records().filter(|records| *records > 0) else {
        return "0 messages".to_owned();
    };
    let places: Vec<String> = parts.iter().take(MAX_NAMED).map(cut_range).collect();
    let mut words = format!("{} messages ({}", number(records), places.join(", "));
    if let Some(more) = More::of(parts.len().saturating_sub(MAX_NAMED)) {
        words = format!("{words}, {more}");
    }
    format!("{words})")
}

/// A problem in words that stand alone.
#[must_use]
pub fn problem(it: &RunProblem) -> String {
    match it {
        RunProblem::Report { path, why } => {
            format!("cannot write the run report {}: {why}", path.display())
        }
        RunProblem::Lease { what } => what.clone(),
        RunProblem::Ledger { why } => why.clone(),
    }
}

/// `the link reports AUTHENTICATION_ERROR: …`, or the state where there is no error.
fn unhealthy(
    state: Option<&LinkState>,
    error: Option<&LinkError>,
    message: Option<&str>,
) -> String {
    match (error, message, state) {
        (Some(error), Some(message), _) => format!("the link reports {error}: {message}"),
        (Some(error), None, _) => format!("the link reports {error}"),
        (None, _, Some(state)) => format!("the link is {state}"),
        (None, _, None) => "the link does not report a healthy state".to_owned(),
    }
}

fn listed(problems: &[TaskProblem]) -> String {
    let words: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.code, problem.message))
        .collect();
    words.join("; ")
}

fn any_of(statuses: &[MirrorStatus]) -> String {
    let words: Vec<&str> = statuses.iter().map(MirrorStatus::word).collect();
    words.join(" or ")
}
