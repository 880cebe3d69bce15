//! How a cluster answers, in words: what could not be read, and what is odd about what was.

use super::found::{FindingWords, words};
use super::health::short;
use super::number::quantity;
use crate::diff::AnswerFinding;
use crate::live::UnreadKind;

/// What to do about something that could not be read.
pub(super) fn unread_help(kind: UnreadKind) -> &'static str {
    match kind {
        UnreadKind::Unreachable => {
            "check the endpoint and the network, and run again; a failover needs the destination only"
        }
        UnreadKind::Unauthenticated => "check the API key or token under the cluster's `rest_auth`",
        UnreadKind::Forbidden => {
            "grant the principal what the call needs, and run again; `linkwright permissions` lists it"
        }
        UnreadKind::ServerFailure => "run again later",
        UnreadKind::NoSuchCluster => {
            "the cluster was deleted, or its `id` or `rest_endpoint` is wrong: correct them, or remove the cluster and its links from the spec"
        }
        UnreadKind::Unintelligible => {
            "check that `rest_endpoint` is a Kafka REST v3 endpoint and that no proxy or portal answers in its place; if so, report a bug"
        }
        UnreadKind::NotReported => "nothing: this server does not report it",
        UnreadKind::NotInSnapshot => {
            "take a new snapshot with this spec, or run the command without --from"
        }
        UnreadKind::OtherCluster => {
            "check which server is behind `rest_endpoint`, and whether a proxy, cache or load balancer on the way mixes up clusters"
        }
        UnreadKind::Disagreeing => {
            "run again; if it stays so, check whether a cache or several servers answer at `rest_endpoint`, and compare with the Confluent CLI"
        }
        UnreadKind::NoEndpoint => "add a `rest_endpoint` to the cluster",
    }
}

/// The words for what is odd about an answer.
pub(super) fn words_of(finding: &AnswerFinding) -> FindingWords {
    match finding {
        AnswerFinding::Repeated => words(
            "the server lists it more than once".to_owned(),
            "all its rows have the same content, so that nothing depends on which one is right",
            "nothing, unless it stays so: then a proxy or cache on the way repeats rows",
        ),
        AnswerFinding::UnknownLinkState { state } => words(
            format!("the link is {state}, a state that this version does not know"),
            "whether it mirrors cannot be said from its state; its error and its mirror topics are compared as usual",
            "upgrade Linkwright, or check it with the Confluent CLI",
        ),
        AnswerFinding::MirrorsNotListed { named, listed } => words(
            format!(
                "the link names {}, and {} of it listed",
                quantity(*named, "mirror topic"),
                match listed {
                    0 => "none are".to_owned(),
                    1 => "1 is".to_owned(),
                    listed => format!("{listed} are"),
                }
            ),
            "the lists disagree, also when they are read again: mirror topics that are not listed were not compared",
            "run again; if it stays so, compare with the Confluent CLI: `confluent kafka link describe` and `confluent kafka mirror list`",
        ),
        AnswerFinding::FromSnapshot { taken_at, age } => words(
            format!(
                "read from a snapshot that was taken {} ago, at {taken_at:.0}",
                short(*age)
            ),
            "the cluster was not asked: it may have changed since",
            "for what holds now, run the command without --from; only such a plan can be applied",
        ),
        AnswerFinding::NamesHidden { names } => FindingWords {
            details: names.clone(),
            ..words(
                format!(
                    "whether it has {} of the spec is not known: the snapshot hides names that its spec did not say",
                    quantity(names.len(), "name")
                ),
                "they may be there under a name that is hidden, and what is said of them may not hold",
                "take a new snapshot with this spec, or run the command without --from",
            )
        },
    }
}
