//! What a server said to a call, for one operation: [`Answer`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::Cause;
use crate::address::{LinkName, TopicName};
use crate::api::error::TopicRefusal;
use crate::api::{self, ApiError, Client, Mode, wire};
use crate::plan::{Cut, PartitionCut};

/// What a call came to, for one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The server took it; a read will show when it is done.
    Accepted,
    /// It was so before: a mirror to stop has stopped.
    WasSo(String),
    /// It was so before: a link to delete is gone.
    AlreadyGone,
    /// It may have been done or not.
    Ambiguous(String),
    /// The answer leaves this mirror topic out: it may have been done or not.
    LeftOut,
    /// Something of that name exists. A read must tell what.
    Exists(String),
    /// The link was created too recently to be used.
    NotVisibleYet(String),
    /// Not now: the server could not be reached, failed or asked to slow down. Nothing was done.
    Later(String, Option<Duration>),
    /// No.
    Refused(String),
    /// No: a promotion is under way, and the server wants to end it. Waiting is left.
    StillPromoting(String),
    /// No: the server does not have this call.
    NoCall(api::Verb),
    /// Nothing was sent: more would be cut than the plan shows.
    CutGrew {
        /// What the plan shows.
        planned: Cut,
        /// What the preview shows.
        now: Cut,
    },
    /// The server took it, and says what it cuts.
    Cuts(Cut),
    /// Nothing was sent: a switchover pair forbids it, it is not known whether one does, or the lease does not hold
    /// for long enough.
    Forbidden(Box<Cause>),
}

/// The verb on these topics, and what it came to for each.
pub(super) async fn alter_mirrors(
    client: &Client,
    link: &LinkName,
    verb: api::Verb,
    topics: &[TopicName],
    mode: Mode,
) -> Result<BTreeMap<TopicName, Answer>, ApiError> {
    let stops = matches!(verb, api::Verb::Promote | api::Verb::Failover);
    let items = client.alter_mirrors(link, verb, topics, mode).await?;
    Ok(items
        .into_iter()
        .map(|item| {
            let answer = match item_answer(item.accepted(), stops) {
                Answer::Accepted if verb == api::Verb::TruncateAndRestore => {
                    Answer::Cuts(cut(&item))
                }
                answer => answer,
            };
            (TopicName::from(item.mirror_topic_name), answer)
        })
        .collect())
}

/// What a server says that it cuts, or has cut.
pub(super) fn cut(item: &wire::AlterMirror) -> Cut {
    let parts = item.partition_level_truncation_data.iter();
    let mut parts: Vec<PartitionCut> = parts
        .filter(|part| part.messages_truncated > 0)
        .filter_map(|part| {
            Some(PartitionCut {
                partition: i32::try_from(part.partition_id).ok()?,
                from: part.offset_truncated_to,
                records: u64::try_from(part.messages_truncated).ok()?,
            })
        })
        .collect();
    parts.sort_unstable();
    let listed = parts.iter().map(|part| part.records);
    let listed = listed.fold(0, u64::saturating_add);
    // The figures must agree: one that says more than the other is not believed.
    match item.messages_truncated.map(u64::try_from) {
        Some(Ok(total)) if total == listed => Cut::Previewed(parts),
        _ => Cut::NoFigures,
    }
}

fn item_answer(accepted: Result<(), TopicRefusal>, stops: bool) -> Answer {
    match accepted {
        Ok(()) => Answer::Accepted,
        Err(refusal) if stops && refusal.is_already_stopped() => Answer::WasSo(refusal.to_string()),
        Err(refusal) if refusal.is_transient() => Answer::Later(refusal.to_string(), None),
        Err(refusal) => Answer::Refused(refusal.to_string()),
    }
}

pub(super) fn error_answer(error: &ApiError) -> Answer {
    if let ApiError::Withheld { why, .. } = error {
        return Answer::Forbidden(Box::new(Cause::Withheld(why.clone())));
    }
    let words = error.to_string();
    if error.is_ambiguous() {
        Answer::Ambiguous(words)
    } else if error.already_exists() {
        Answer::Exists(words)
    } else if error.is_not_visible_yet() {
        Answer::NotVisibleYet(words)
    } else if error.is_retryable() {
        Answer::Later(words, error.retry_after())
    } else {
        Answer::Refused(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_that_stopped_before_is_the_end_of_a_stop_and_of_nothing_else() {
        let answer = |message: &str, stops| {
            let refusal = TopicRefusal {
                code: 400,
                message: message.to_owned(),
            };
            let words = refusal.to_string();
            (item_answer(Err(refusal), stops), words)
        };
        let (stopped, words) = answer("Topic 'a' has already stopped its mirror from 'dr'", true);
        assert_eq!(stopped, Answer::WasSo(words));
        let (stopped, words) = answer("Topic 'a' has already stopped its mirror from 'dr'", false);
        assert_eq!(stopped, Answer::Refused(words));
        let (other, words) = answer("Not authorized", true);
        assert_eq!(other, Answer::Refused(words));
        assert_eq!(item_answer(Ok(()), true), Answer::Accepted);
    }
}
