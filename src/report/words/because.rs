//! Why an operation is planned, what it expects and when it has settled.

use crate::diff::RotationReason;
use crate::live::MirrorStatus;
use crate::plan::{Because, Expect, Settle};

use super::number::duration;

/// Why an operation is planned, to be read after "because".
#[must_use]
pub fn because(because: &Because) -> String {
    match because {
        Because::Missing => "the spec declares it and it does not exist".to_owned(),
        Because::Differs => "it differs from the spec".to_owned(),
        Because::Rotation(RotationReason::Asked) => {
            "--rotate was passed; secrets cannot be read back, so they are always written"
                .to_owned()
        }
        Because::Rotation(RotationReason::Generation { from, to }) => format!(
            "`credentials.generation` changed from {from} to {to}, so the secrets are rotated"
        ),
        Because::Rotation(RotationReason::NotOnRecord { generation }) => {
            format!("generation {generation} is not on record")
        }
        Because::Rotation(RotationReason::AuthenticationFails) => {
            "the link reports AUTHENTICATION_ERROR, so its secrets are written again".to_owned()
        }
        Because::State { live: None, wanted } => {
            format!("the spec says {wanted} and it does not exist")
        }
        Because::State {
            live: Some(status),
            wanted,
        } => format!("it is {status}; the spec says {wanted}"),
        Because::Retired { reason: None } => "the link is listed under `retired`".to_owned(),
        Because::Retired {
            reason: Some(reason),
        } => format!("the link is listed under `retired`: {reason}"),
        Because::Promotion => {
            "mirror topics of the link are promoted in the same change".to_owned()
        }
        Because::Direction { primary, writer } if primary == writer => format!(
            "the spec says that {primary} is its primary, and this topic is not a mirror topic of it"
        ),
        Because::Direction { primary, writer } => {
            format!("the spec says that {primary} is its primary, and it is written at {writer}")
        }
        Because::Predicted { source } => format!(
            "auto-create of the link selects source topic {source}, and another link mirrors this \
             mirror topic"
        ),
    }
}

/// The stable word of a reason, for machines.
#[must_use]
pub fn because_code(because: &Because) -> &'static str {
    match because {
        Because::Missing => "missing",
        Because::Differs => "differs",
        Because::Rotation(_) => "rotation",
        Because::State { .. } => "state",
        Because::Retired { .. } => "retired",
        Because::Promotion => "promotion",
        Because::Predicted { .. } => "predicted",
        Because::Direction { .. } => "direction",
    }
}

/// When an operation has settled, to be read after "settled when"; none when it is done at once.
#[must_use]
pub fn settle(settle: &Settle) -> Option<String> {
    Some(match settle {
        Settle::AtOnce => return None,
        Settle::LinkReadable => "the link can be read".to_owned(),
        Settle::LinkHealthy => "the link can be read and reports no error".to_owned(),
        Settle::LinkGone => "the link no longer exists".to_owned(),
        Settle::ConfigsTaken => "the cluster shows the new values".to_owned(),
        Settle::MirrorIn(statuses) => format!("the mirror topic is {}", any_of(statuses)),
        Settle::Turned(it) => format!(
            "the topic is a mirror topic of {} in status {}, and an ordinary topic at {}",
            it.mirror,
            any_of(&it.statuses),
            it.plain.cluster
        ),
        Settle::Elapsed(time) => format!("{} have passed", duration(*time)),
    })
}

/// What must be true just before an operation acts, to be read after "expects that".
#[must_use]
pub fn expectation(expect: &Expect) -> String {
    match expect {
        Expect::LinkAbsent => "there is no link of that name".to_owned(),
        Expect::LinkIs { link_id: Some(id) } => format!("the link is still {id}"),
        Expect::LinkIs { link_id: None } => "the link still exists".to_owned(),
        Expect::ConfigsWere(configs) => format!(
            "{} still as planned",
            match configs.len() {
                1 => "the config is".to_owned(),
                n => format!("the {} configs are", super::number(n as u64)),
            }
        ),
        Expect::MirrorAbsent => "the link has no mirror topic of that name".to_owned(),
        Expect::MirrorIn(statuses) => format!("the mirror topic is {}", any_of(statuses)),
        Expect::AllMirrorsStopped => {
            "every mirror topic of the link is STOPPED, and none is PENDING_STOPPED".to_owned()
        }
        Expect::PairedWith { other, .. } => format!("{other} is still the other half"),
        Expect::LinkHealthyAt(half) => format!("{half} reports no error"),
        Expect::PlainAt(half) => format!("the topic is an ordinary one at {}", half.cluster),
        Expect::StoppedAt(half) => format!("the mirror topic of {half} is STOPPED"),
    }
}

fn any_of(statuses: &[MirrorStatus]) -> String {
    let words: Vec<&str> = statuses.iter().map(MirrorStatus::word).collect();
    words.join(" or ")
}
