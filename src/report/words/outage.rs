//! An outage in words: since when, what is missing, what is not known, and how to fail over.

use super::More;
use super::number::{moment, number, quantity};
use crate::diff::{FailoverChange, Outage};

/// How many keys under `mirrors` are named.
const MAX_KEYS: usize = 20;

/// Since when, as far as it is known.
#[must_use]
pub fn outage_since(it: &Outage) -> String {
    match it.noticed_ms {
        Some(millis) => format!(
            "the server noticed it at {}; contact was lost some minutes before",
            moment(millis)
        ),
        None => "not known: the server reports no time of the last contact".to_owned(),
    }
}

/// What is known to be missing at the destination.
#[must_use]
pub fn outage_missing(it: &Outage) -> String {
    let of = quantity(it.mirrors, "mirror topic");
    let known = match it.loss.least {
        0 => format!("no message that the last figures show, in {of}"),
        1 => format!("at least 1 message, in {} of {of}", number(it.behind)),
        n => format!(
            "at least {} messages, in {} of {of}",
            number(n),
            number(it.behind)
        ),
    };
    match it.loss.unknown() {
        Some(why) if why.is_without_figures() => format!("{known}; not all have figures ({why})"),
        _ => known,
    }
}

/// What is not known of it.
pub const OUTAGE_UNKNOWN: &str = "what the source received after the last fetch; the figures do not change while the source cannot be reached";

/// How to fail over, step by step.
#[must_use]
pub fn failover_steps(it: &FailoverChange) -> Vec<String> {
    let keys: Vec<String> = it
        .keys
        .iter()
        .take(MAX_KEYS)
        .map(|key| written(key))
        .collect();
    let mut keys = keys.join(", ");
    if let Some(more) = More::of(it.keys.len().saturating_sub(MAX_KEYS)) {
        keys.push_str(&format!(" {more}"));
    }
    let protect = match it.is_protected {
        true if it.lost.is_some() => "remove `protect: true`, ",
        true => "remove `protect: true` and ",
        false => "",
    };
    let mut command = "linkwright apply".to_owned();
    let address = it.half.to_string();
    if is_plain(&address) {
        command.push_str(&format!(" --target {address}"));
    }
    if !it.allow.is_empty() {
        command.push_str(&format!(" --allow {}", it.allow.join(",")));
    }
    if let Some(lost) = &it.lost {
        let here = &it.half.cluster;
        return vec![
            format!(
                "if {lost} is lost, fail over: write `lost: {{ reason: …, until: … }}` on cluster `{lost}`, {protect}and `primary: {here}` under `topics` of link `{}`",
                it.link
            ),
            format!("then run `{command}`; it needs {here} only"),
        ];
    }
    vec![
        format!(
            "if the source is lost, fail over: on link `{}` in the spec, {protect}write `state: failed-over` under `mirrors` for {keys}",
            it.link
        ),
        format!("then run `{command}`; it needs the destination only"),
    ]
}

/// A key as it is written in YAML.
fn written(key: &str) -> String {
    match is_plain(key) {
        true => format!("`{key}`"),
        false => format!("`{key:?}`"),
    }
}

fn is_plain(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    !text.starts_with('-') && text.chars().all(plain)
}
