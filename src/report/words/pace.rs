//! How fast a mirror topic copies, in words. Everything here is an estimate, and says so.

use super::health::short;
use super::loss::lag;
use super::number::{number, range};
use crate::live::{CatchUp, MirrorLoss, Pace};
use crate::plan::LagNow;

/// How far the promotions of a plan were behind when it was made; none where that was not read.
#[must_use]
pub fn lag_of_plan(lags: &[&LagNow]) -> Option<String> {
    let most = lags.iter().map(|it| it.lag.least).max()?;
    let least = lags.iter().map(|it| it.lag.least).min()?;
    let known: MirrorLoss = lags.iter().map(|it| it.lag).sum();
    let at_least = match known.unknown() {
        Some(_) => " or more; not all figures are current",
        None => "",
    };
    let mut text = format!(
        "reported lag at plan time: {}{at_least}",
        range(least, most, "message")
    );
    let pace = match lags {
        [
            LagNow {
                pace: Some(one), ..
            },
        ] => Some(pace(one)),
        several => paces(several.iter().filter_map(|it| it.pace.as_ref())),
    };
    if let Some(pace) = pace.filter(|_| most > 0) {
        text.push_str(&format!("; {pace}"));
    }
    Some(text)
}

/// The same of one, for a column.
#[must_use]
pub fn lag_and_pace(it: &LagNow) -> String {
    let lag = lag(&it.lag);
    match it.pace.filter(|_| it.lag.least > 0) {
        None => lag,
        Some(pace) => format!("{lag}; {} {}", catch_up(&pace), estimate(Some(&pace))),
    }
}

/// For a column: `about 4m`, `does not fall`.
#[must_use]
pub fn catch_up(pace: &Pace) -> String {
    match pace.catch_up {
        CatchUp::After(time) if time.is_zero() => "caught up".to_owned(),
        CatchUp::After(time) => format!("about {}", short(time)),
        CatchUp::NotFalling => "does not fall".to_owned(),
    }
}

/// For a column: `1,200 a minute`.
#[must_use]
pub fn rate(pace: &Pace) -> String {
    format!("{} a minute", number(pace.per_minute()))
}

/// One mirror topic in a sentence without its end.
#[must_use]
pub fn pace(pace: &Pace) -> String {
    let copies = format!("it copies {}", rate(pace));
    let end = match pace.catch_up {
        CatchUp::After(time) if time.is_zero() => " and has caught up".to_owned(),
        CatchUp::After(time) => format!(" and catches up in about {}", short(time)),
        CatchUp::NotFalling => ", and its lag does not fall".to_owned(),
    };
    format!("{copies}{end} {}", estimate(Some(pace)))
}

/// That it is an estimate, and how old the earlier read is where an earlier run has recorded it.
fn estimate(oldest: Option<&Pace>) -> String {
    match oldest.filter(|pace| pace.is_recorded) {
        None => "(estimate)".to_owned(),
        Some(pace) => format!("(estimate, from a record {} old)", short(pace.between)),
    }
}

/// Several mirror topics in a sentence without its end; none where none was read twice.
#[must_use]
pub fn paces<'a>(paces: impl Iterator<Item = &'a Pace>) -> Option<String> {
    let mut times = Vec::new();
    let mut never = 0_usize;
    let mut oldest: Option<&Pace> = None;
    for pace in paces {
        oldest = match oldest {
            Some(known) if known.between >= pace.between => Some(known),
            _ => Some(pace),
        };
        match pace.catch_up {
            CatchUp::After(time) => times.push(time),
            CatchUp::NotFalling => never += 1,
        }
    }
    let caught = match (times.iter().min(), times.iter().max()) {
        (Some(least), Some(most)) if least == most => {
            Some(format!("they catch up in about {}", short(*most)))
        }
        (Some(least), Some(most)) => {
            let (least, most) = (short(*least), short(*most));
            Some(format!("they catch up in about {least} to {most}"))
        }
        _ => None,
    };
    let never = (never > 0).then(|| format!("the lag of {} does not fall", number(never)));
    let parts: Vec<String> = caught.into_iter().chain(never).collect();
    (!parts.is_empty()).then(|| format!("{} {}", parts.join("; "), estimate(oldest)))
}
