//! What is lost, in words.

use super::number::{number, plural, quantity};
use crate::live::{Loss, MirrorLoss};

/// What failing one mirror topic over loses: `loses at least 51 messages in 3 partitions`. `stale` says
/// that it no longer follows its source.
pub(super) fn loses(loss: &MirrorLoss, stale: bool) -> String {
    match figure(loss, stale) {
        Some(figure) => format!("loses {figure}"),
        None => format!("loses {}", unsaid(loss, stale, "the lag")),
    }
}

/// The same of several together.
#[must_use]
pub fn lose_together(loss: &MirrorLoss, stale: bool) -> String {
    match figure(loss, stale) {
        Some(figure) => format!("together they lose {figure}"),
        None => format!("together they lose {}", unsaid(loss, stale, "every lag")),
    }
}

/// The figure, where there is one.
fn figure(loss: &MirrorLoss, stale: bool) -> Option<String> {
    let messages = |n: u64| {
        format!(
            "{} {} in {}",
            number(n),
            plural(usize::try_from(n).unwrap_or(usize::MAX), "message"),
            quantity(loss.lagging, "partition")
        )
    };
    match (loss.loss, loss.least) {
        (Loss::Known(0), _) if !stale => {
            Some("no message that the source had at the last fetch".to_owned())
        }
        (_, 0) => None,
        (Loss::Known(n), _) if !stale => Some(messages(n)),
        (_, n) => Some(format!("at least {}", messages(n))),
    }
}

/// What is lost where no figure is above 0.
fn unsaid(loss: &MirrorLoss, stale: bool, lag: &str) -> String {
    let unknown = loss.unknown().is_some() || loss.never_fetched > 0;
    match (stale, unknown) {
        (true, _) => {
            "the messages that the source received after mirroring stopped; how many is unknown"
                .to_owned()
        }
        (false, true) => "messages that were not copied; how many is unknown".to_owned(),
        (false, false) => {
            format!("messages that were not copied; {lag} was 0 at plan time")
        }
    }
}

/// How sure a figure is.
#[must_use]
pub fn how_known(loss: &MirrorLoss) -> String {
    match loss.loss {
        Loss::Unknown(why) => why.to_string(),
        Loss::AtLeast(_) if loss.never_fetched > 0 => format!(
            "nothing was fetched from {} yet, so a lag of 0 there means nothing",
            quantity(loss.never_fetched, "partition")
        ),
        Loss::AtLeast(_) => {
            "no two reads show that it is fetching, so more may be missing".to_owned()
        }
        Loss::Known(_) => {
            "two reads show that it is fetching; messages produced after that are not counted"
                .to_owned()
        }
    }
}

/// A lag for a column: `12` where it is known, `12+` for so many or more, `unknown`.
#[must_use]
pub fn lag(loss: &MirrorLoss) -> String {
    let least = number(loss.least);
    match loss.loss {
        Loss::Known(_) => least,
        Loss::Unknown(why) if why.is_without_figures() && loss.least == 0 => "unknown".to_owned(),
        Loss::AtLeast(_) | Loss::Unknown(_) => format!("{least}+"),
    }
}

/// That another client stopped a mirror topic, with what was not copied.
#[must_use]
pub fn stopped_outside(loss: &MirrorLoss) -> String {
    format!("stopped outside this run; {}", not_copied(loss))
}

/// What a mirror topic that has stopped did not copy, as far as is known.
#[must_use]
pub fn not_copied(loss: &MirrorLoss) -> String {
    let messages = |n: u64| {
        format!(
            "{} {}",
            number(n),
            plural(usize::try_from(n).unwrap_or(usize::MAX), "message")
        )
    };
    match loss.loss {
        Loss::Known(n) => format!(
            "{} of those that the source had at the last fetch {} not copied; later ones are not counted",
            messages(n),
            if n == 1 { "was" } else { "were" }
        ),
        Loss::AtLeast(n) => format!("at least {} were not copied", messages(n)),
        Loss::Unknown(why) if loss.least == 0 => {
            format!("how many messages were not copied is unknown: {why}")
        }
        Loss::Unknown(why) => format!("at least {} were not copied ({why})", messages(loss.least)),
    }
}
