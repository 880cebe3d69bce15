//! What is found about topics whose primary is declared, and about lost clusters, in words.

use super::found::{FindingWords, words};
use super::number::{moment, quantity};
use crate::address::{ClusterName, TopicName};
use crate::diff::{Refused, RowShown, TopicFinding};

/// The words for a finding.
pub(super) fn finding(finding: &TopicFinding) -> FindingWords {
    match finding {
        TopicFinding::NotAPair { other, differs } => FindingWords {
            details: differs.clone(),
            ..words(
                format!("this half and {other} are no pair"),
                "topics can be reversed and restored only between the two halves of one bidirectional link",
                "create the missing half so that it joins the other: `linkwright explain LW280` has the steps",
            )
        },
        TopicFinding::Refused {
            why,
            primary,
            other,
            rows,
        } => FindingWords {
            details: rows.iter().map(row).collect(),
            ..refused(why, primary, other)
        },
        TopicFinding::NotKnown {
            cluster,
            why,
            topics,
        } => FindingWords {
            details: names(topics),
            ..words(
                format!("{} not known: {cluster}, {}", are(topics), why.reason),
                "nothing is planned for what was not read on both clusters, and it does not count as in place",
                "make the cluster readable and plan again; if it is lost for good, declare it `lost`",
            )
        },
        TopicFinding::PrimaryLost {
            cluster,
            other,
            topics,
        } => FindingWords {
            details: names(topics),
            ..words(
                format!(
                    "{} written on {cluster}, which is declared lost",
                    are(topics)
                ),
                "nothing is planned: a loss alone does not say that they are to be failed over",
                &format!("to fail them over, write `primary: {other}`"),
            )
        },
        TopicFinding::NoCopy {
            cluster,
            why,
            topics,
        } => FindingWords {
            details: names(topics),
            ..words(
                match why {
                    None => format!("{} no copy until {cluster} is back", have(topics)),
                    Some(why) => format!(
                        "{} no copy that is known: {cluster}, {}",
                        have(topics),
                        why.reason
                    ),
                },
                "the copy on the other cluster is restored once it is read again",
                "when the cluster is back, remove `lost` and plan again",
            )
        },
        TopicFinding::NotCopiedInTime { cluster, topics } => FindingWords {
            details: names(topics),
            ..words(
                format!(
                    "{} not on this cluster, and {cluster} is declared lost",
                    are(topics)
                ),
                "there is nothing to fail over: no mirror topic was created before the loss",
                "create the topic here if it is needed now, or wait until the cluster is back",
            )
        },
        TopicFinding::ClusterLost { reason, until } => words(
            format!("declared lost until {until}: {reason}"),
            "it is not read, and nothing is planned on it",
            "remove `lost` when the cluster is back: the plan then restores the copies on it",
        ),
        TopicFinding::LossExpired { reason, until } => words(
            format!("declared lost, and the day to check that again has come ({until}): {reason}"),
            "as long as it is declared lost, it is not read and topics are not copied to it",
            "remove `lost` if the cluster is back; otherwise set a later `until`",
        ),
        TopicFinding::LostAnswers { reason } => words(
            format!("declared lost, and it answers: {reason}"),
            "it was asked once whether it is there; nothing else of it was read, and nothing is failed over while it answers",
            "remove `lost` from the spec; `--allow lost-cluster-answers` fails over in spite of the answer",
        ),
    }
}

fn refused(why: &Refused, primary: &ClusterName, other: &ClusterName) -> FindingWords {
    match why {
        Refused::PrimaryIsMirrorOf(link) => words(
            format!("the topic of {primary} is a mirror topic of another link, {link}"),
            "no one can write to a mirror topic, so it cannot be the primary",
            "write the other cluster as `primary`, or take the topic out of the other link first",
        ),
        Refused::OtherIsMirrorOf(link) => words(
            format!("the topic of {other} is a mirror topic of another link, {link}"),
            "a topic can be the mirror of one link only",
            "take it out of one of the links",
        ),
        Refused::ByAnotherClient(status) => words(
            format!("the mirror topic of {other} is {status}: another client reverses or stops it"),
            "the spec says that it should mirror; two clients at work on one topic can lose data",
            "wait until it has ended and plan again; write the `primary` that is meant",
        ),
        Refused::LinkInError => words(
            "a half of the link reports an error, so the topic cannot be reversed".to_owned(),
            "a reversal copies the last records first, which needs a link that works both ways",
            "repair the link; its own finding says what is wrong",
        ),
        Refused::OtherAlive(status) => words(
            format!("the mirror topic of {primary} is {status}, and {other} answers"),
            "while the writer is alive, failing over would lose records for nothing",
            "repair or resume the link, and plan again",
        ),
        Refused::Failed => words(
            format!("the mirror topic of {primary} is FAILED and cannot be repaired"),
            "it copies nothing more, and only a mirror topic that copies can be reversed",
            &format!(
                "write `primary: {other}`; then delete the topic on {primary} by hand if it has nothing that is needed, and the next plan creates its mirror topic again"
            ),
        ),
        Refused::OtherUnread => words(
            format!("{other} could not be read, and is not declared lost"),
            "a switchover needs both clusters, and a failover needs a declared loss: that a cluster cannot be read may be a fault of this machine",
            &format!(
                "make {other} readable and plan again; or, if it is lost, declare `lost: {{ reason, until }}` on it, which plans a failover"
            ),
        ),
        Refused::CopyFirst => words(
            format!(
                "{other} writes the topic, and the topic of {primary} is no mirror topic of it"
            ),
            "it must first become a copy of what is written; otherwise records would be lost",
            &format!(
                "first write `primary: {other}` and apply: {primary} is restored as its copy; later write `primary: {primary}`"
            ),
        ),
        Refused::CreateFirst => words(
            format!("{other} writes the topic, and {primary} does not have it"),
            "there is nothing that could be written on yet",
            &format!("first write `primary: {other}` and apply: the mirror topic is created"),
        ),
        Refused::SourceMissing(_) => words(
            "the topic does not exist where it should be written".to_owned(),
            "there is nothing to copy",
            "create the topic, or correct the key",
        ),
        Refused::WriterUnknown => words(
            "which cluster writes the topic is not known".to_owned(),
            "both have an ordinary topic, or both a mirror topic; making one of them a copy would delete what the other does not have",
            "find out which one is written, and make the other a mirror topic by hand (`mirrors:truncate-and-restore` at its cluster); the next plan goes on from there",
        ),
    }
}

/// What a half shows, on a line.
fn row(shown: &RowShown) -> String {
    let cluster = &shown.cluster;
    match (&shown.status, shown.since_ms) {
        _ if !shown.is_read => format!("{cluster}: not read"),
        (None, _) => format!("{cluster}: no mirror topic"),
        (Some(status), None) => format!("{cluster}: {status}"),
        (Some(status), Some(since)) => format!("{cluster}: {status} since {}", moment(since)),
    }
}

fn names(topics: &[TopicName]) -> Vec<String> {
    let names: Vec<&str> = topics.iter().take(20).map(TopicName::as_str).collect();
    let more = super::More::of(topics.len().saturating_sub(20));
    let more = more.map(|more| more.called("topic").to_string());
    let mut lines = vec![names.join(", ")];
    lines.extend(more);
    lines
}

fn are(topics: &[TopicName]) -> String {
    let verb = if topics.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quantity(topics.len(), "topic"))
}

fn have(topics: &[TopicName]) -> String {
    let verb = if topics.len() == 1 { "has" } else { "have" };
    format!("{} {verb}", quantity(topics.len(), "topic"))
}
