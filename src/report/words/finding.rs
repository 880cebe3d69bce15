//! Findings in words: [`FindingWords`].

use super::number::quantity;
use super::remedy::{link_error_help, link_error_words, mirror_error_words, task_problem_help};
use crate::address::{Address, TopicName};
use crate::diff::{
    self, Class, Finding, FindingKind, ImmutableDifference, MirrorRefusal, MirrorTrouble,
};
use crate::live::{LinkError, MirrorError, MirrorStatus, UnreadKind};

/// A finding in words. None of them names the finding's own address, so that equal findings about
/// many mirror topics can be told once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingWords {
    /// What is found, as a sentence without its end.
    pub summary: String,
    /// Why it matters. May be empty.
    pub why: String,
    /// What to do about it. May be empty.
    pub help: String,
    /// What it is about in detail, one line each: differences, problems, names. May be empty.
    pub details: Vec<String>,
    /// What to do, step by step, where the help is more than a sentence.
    pub steps: Vec<String>,
}

/// The title over the findings of a class.
#[must_use]
pub fn class_title(class: Class) -> &'static str {
    match class {
        Class::Refusal => "Cannot be done as the spec says",
        Class::Unknown => "Not known",
        Class::Health => "Not healthy",
        Class::Config => "Settings that no file declares",
        Class::Unmanaged => "Not managed here",
        Class::Note => "Already so",
    }
}

/// The words for a finding.
#[must_use]
pub fn finding(finding: &Finding) -> FindingWords {
    of_kind(&finding.address, &finding.kind)
}

/// The words for what is found at an address.
pub(super) fn of_kind(address: &Address, kind: &FindingKind) -> FindingWords {
    match kind {
        FindingKind::Immutable { differences } => immutable(address, differences),
        FindingKind::FixedConfig { name, live } => FindingWords {
            details: vec![format!("{name} is {}", live_value(name, live.as_deref()))],
            ..words(
                format!("{name} differs, and the server takes no change of it"),
                "some configs are fixed when the link is created, others belong to the server",
                "take it out of the spec or write the live value there; another value needs another link, side by side with this one",
            )
        },
        FindingKind::MirrorRefused(refusal) => refused(refusal),
        FindingKind::SourceTopicMissing { cluster, topic } => words(
            format!("the source topic {topic} does not exist on {cluster}"),
            "a mirror topic can be created only for a topic that exists",
            "create the topic there first, or correct the key under `mirrors` (keys are source topic names, without the prefix)",
        ),
        FindingKind::RetiredMirrorsRunning { mirrors } => FindingWords {
            details: statuses(mirrors),
            ..words(
                format!(
                    "the link cannot be deleted while {} not stopped",
                    mirror_topics_are(mirrors.len())
                ),
                "the retired entry says `mirrors: must-be-stopped`, or says nothing, which means the same",
                "write `mirrors: promote` (waits until everything is copied) or `mirrors: failover` (at once, may lose the lag) in the retired entry",
            )
        },
        FindingKind::PartnerMirrorsRunning { partner, mirrors } => FindingWords {
            details: statuses(mirrors),
            ..words(
                format!(
                    "{} not stopped on the link's other half, {partner}",
                    mirror_topics_are(mirrors.len())
                ),
                "without this half they would follow their sources no more, stay read-only, and could not be promoted",
                "retire the other half in the same spec and say there how its mirror topics are to be stopped",
            )
        },
        FindingKind::PartnerNotSeen { cluster } => words(
            format!(
                "the link's other half is on {cluster}, which the spec gives no way to look at"
            ),
            "whether mirror topics there need this half was not looked at; without it they would stay read-only and could not be promoted",
            "declare that cluster under `clusters:` with a `rest_endpoint`, so that it is looked at, or make sure that no mirror topic of the link is left there",
        ),
        FindingKind::Unknown(why) => words(
            format!("{} could not be read: {}", why.what, why.reason),
            "nothing that depends on it was compared, so nothing is planned for it",
            unread_help(why.kind),
        ),
        FindingKind::LinkUnhealthy {
            state,
            error,
            message,
        } => {
            let mut details = Vec::new();
            if let Some(message) = message.as_deref().filter(|message| !message.is_empty()) {
                details.push(format!("the server says: {message}"));
            }
            let state = state.as_ref().map_or(
                "in a state that it does not tell".to_owned(),
                ToString::to_string,
            );
            FindingWords {
                details,
                ..words(
                    match error {
                        Some(error @ LinkError::Other(_)) => {
                            format!("{}; it is {state}", link_error_words(error))
                        }
                        Some(error) => {
                            format!("{} ({error}); it is {state}", link_error_words(error))
                        }
                        None => format!("the link is {state}"),
                    },
                    "its mirror topics do not follow their sources while this lasts",
                    link_error_help(error.as_ref()),
                )
            }
        }
        FindingKind::TaskInError { task, problems } => FindingWords {
            details: problems
                .iter()
                .map(|problem| format!("{}: {}", problem.code, problem.message))
                .collect(),
            ..words(
                format!("the link's task {task} is in error"),
                "the link shows ACTIVE all the same, and the feature does nothing",
                problems.first().map_or(
                    "look at the link's tasks with `linkwright status LINK`",
                    task_problem_help,
                ),
            )
        },
        FindingKind::MirrorTroubled(trouble) => troubled(trouble),
        FindingKind::UndeclaredConfig { name, live } => words(
            format!(
                "{name} is set to {} and the spec does not mention it",
                live_value(name, live.as_deref())
            ),
            "it stays as it is: only what the spec names is ours",
            match diff::is_never_reset(name, live.as_deref()) {
                true => {
                    "declare it; settings of the connection, of security and of secrets are never reset, since the link could lose its connection"
                }
                false => {
                    "declare it under `configs:`, or write `undeclared_configs: reset` on the link to put it back to its default"
                }
            },
        ),
        FindingKind::UnmanagedLink { mirrors } => words(
            format!(
                "a link that no file declares, with {}",
                quantity(*mirrors, "mirror topic")
            ),
            "it is never touched",
            "declare it under `links` (`linkwright export` writes it), or list it under `retired` to take it away",
        ),
        FindingKind::NamelessLink { state } => words(
            format!(
                "the cluster lists a link without a name{}",
                state
                    .as_ref()
                    .map_or(String::new(), |state| format!(", {state}"))
            ),
            "it is a remnant of a link whose other half was deleted; without a name nobody can address it",
            "ask the operators of the cluster; Linkwright leaves it alone",
        ),
        FindingKind::UnmanagedMirror { status } => words(
            format!("a mirror topic that no key under `mirrors` governs, {status}"),
            "it is never touched",
            "write its source topic's name, or a pattern such as \"*\", under the link's `mirrors`",
        ),
        FindingKind::NoRowLeft { wanted } => words(
            format!("an ordinary topic of this name is there, and is taken as {wanted}"),
            "the link lists no mirror topic of this name any more, so nothing tells whether the topic was one",
            "nothing, if the topic is the former copy; otherwise take the key out of `mirrors`",
        ),
        FindingKind::RetiredGone => words(
            "the retired link does not exist any more".to_owned(),
            "",
            "take the entry out of `retired` when you like",
        ),
    }
}

fn words(summary: String, why: &str, help: &str) -> FindingWords {
    FindingWords {
        summary,
        why: why.to_owned(),
        help: help.to_owned(),
        details: Vec::new(),
        steps: Vec::new(),
    }
}

fn live_value(name: &str, live: Option<&str>) -> String {
    if super::is_secret(name) {
        return "(secret)".to_owned();
    }
    live.map_or("a value that is never told".to_owned(), str::to_owned)
}

/// What cannot change needs another link beside the first: the steps that lose nothing.
fn immutable(address: &Address, differences: &[ImmutableDifference]) -> FindingWords {
    let link = address
        .half()
        .map_or_else(String::new, |half| half.link.to_string());
    let cluster = address.cluster();
    let details: Vec<String> = differences
        .iter()
        .map(|difference| {
            format!(
                "{}: the link has {}, the spec says {}",
                difference.field, difference.live, difference.wanted
            )
        })
        .collect();
    let steps = vec![
        format!("1. put back what differs, and declare the new link beside it, as `{link}-2`"),
        format!(
            "2. apply; let the new mirror topics catch up (one cluster cannot hold two mirrors of one name: give `{link}-2` another prefix, or move topic by topic)"
        ),
        format!("3. move the clients, then set the mirrors of `{link}` to `state: promoted`"),
        format!(
            "4. move `{link}` from `links` to `retired: [{{ link: {link}, cluster: {cluster}, mirrors: must-be-stopped }}]`"
        ),
    ];
    FindingWords {
        details,
        steps,
        ..words(
            format!(
                "{} fixed when a link is created, and {} from the spec",
                differences
                    .iter()
                    .map(|difference| difference.field)
                    .collect::<Vec<_>>()
                    .join(", ")
                    + if differences.len() == 1 {
                        " is"
                    } else {
                        " are"
                    },
                if differences.len() == 1 {
                    "differs"
                } else {
                    "differ"
                }
            ),
            "changing it would mean deleting the link: its mirror topics would be cut off and their history lost",
            "move side by side:",
        )
    }
}

fn refused(refusal: &MirrorRefusal) -> FindingWords {
    match refusal {
        MirrorRefusal::NothingToStop => words(
            "there is no mirror topic to promote or fail over".to_owned(),
            "promoted and failed-over are ends of a mirror topic that exists",
            "take the key out of `mirrors`, or let it mirror first with `state: mirroring`",
        ),
        MirrorRefusal::PlainTopic => words(
            "an ordinary topic has the mirror's name".to_owned(),
            "a topic cannot become a mirror; deleting it would delete its data",
            "give the link a prefix, take the key out of `mirrors`, or rename or delete the topic yourself if you are sure that nobody needs it",
        ),
        MirrorRefusal::MirrorOf(link) => words(
            format!("the name is taken by a mirror topic of link {link}"),
            "one topic follows one source",
            "stop it there first, give this link a prefix, or take the key out of `mirrors`",
        ),
        MirrorRefusal::PromoteNeedsSource(status) => words(
            format!("it cannot be promoted while it is {status}"),
            "promoting copies everything that is left, so it needs the source",
            "wait until the source is back, or write `state: failed-over` to stop it at once with what was copied (`mirrors: failover` for a retired link)",
        ),
        MirrorRefusal::LinkPaused => words(
            "it cannot be promoted while its link is paused".to_owned(),
            "promoting copies everything that is left, and a paused link copies nothing",
            "resume the link (`cluster.link.paused: false` under `configs`), or write `state: failed-over`",
        ),
        MirrorRefusal::FailedCannotPromote(error) => words(
            format!("it has failed and cannot be promoted{}", why_failed(error)),
            "a failed mirror topic copies nothing any more, so nothing can be waited for",
            "write `state: failed-over` to make it writable with what was copied (`mirrors: failover` for a retired link)",
        ),
        MirrorRefusal::BecomingWritable => words(
            "it is PENDING_STOPPED: a promotion or failover is under way".to_owned(),
            "it becomes a writable topic, and that cannot be called back",
            "write `state: promoted` or `state: failed-over`, whichever was meant; to mirror the topic again see `linkwright explain LW216`",
        ),
        MirrorRefusal::Writable => words(
            "it is STOPPED: an ordinary writable topic".to_owned(),
            "it can only mirror again after being deleted with all its data, and Linkwright never deletes a topic",
            "write `state: promoted` (or `failed-over`) to accept it; ways to mirror it again are in `linkwright explain LW217`",
        ),
        MirrorRefusal::UnknownStatus(status) => words(
            format!("the server says it is {status}, which this version does not know"),
            "acting on a status that nobody understands could lose data",
            "upgrade Linkwright, or stop the mirror topic with the Confluent CLI",
        ),
    }
}

/// A mirror topic's trouble in words.
#[must_use]
pub fn troubled(trouble: &MirrorTrouble) -> FindingWords {
    match trouble {
        MirrorTrouble::SourceUnavailable => words(
            "its source cannot be reached (SOURCE_UNAVAILABLE)".to_owned(),
            "it lags behind until the source is back, then goes on by itself",
            "look at the link and at the source cluster; if the source is lost, write `state: failed-over`",
        ),
        MirrorTrouble::LinkFailed => words(
            "its link has failed (LINK_FAILED)".to_owned(),
            "no mirror topic of the link follows its source",
            "mend the link first; if it cannot be mended, write `state: failed-over`",
        ),
        MirrorTrouble::LinkPaused => words(
            "its link is paused (LINK_PAUSED)".to_owned(),
            "it does not follow its source until the link is resumed",
            "write `cluster.link.paused: false` under the link's `configs`, or `state: paused` if that is meant",
        ),
        MirrorTrouble::Failed(error) => words(
            format!("it has failed and will mirror no more{}", why_failed(error)),
            "what was copied stays and is read-only; only a new mirror topic follows the source again",
            "write `state: failed-over` to use what was copied; to mirror anew, delete the topic yourself and apply again",
        ),
        MirrorTrouble::UnknownStatus(status) => words(
            format!("the server says it is {status}, which this version does not know"),
            "nothing is done to it",
            "upgrade Linkwright, or look at it with the Confluent CLI",
        ),
    }
}

fn why_failed(error: &Option<MirrorError>) -> String {
    match error {
        None => String::new(),
        Some(error) => format!(": {} ({error})", mirror_error_words(error)),
    }
}

fn statuses(mirrors: &[(TopicName, MirrorStatus)]) -> Vec<String> {
    mirrors
        .iter()
        .map(|(topic, status)| format!("{topic} is {status}"))
        .collect()
}

fn mirror_topics_are(count: usize) -> String {
    if count == 1 {
        "1 mirror topic is".to_owned()
    } else {
        format!("{} are", quantity(count, "mirror topic"))
    }
}

fn unread_help(kind: UnreadKind) -> &'static str {
    match kind {
        UnreadKind::Unreachable => {
            "check the endpoint and the network, and run again; failing over a mirror topic needs the destination only"
        }
        UnreadKind::Unauthenticated => "check the API key or token under the cluster's `rest_auth`",
        UnreadKind::Forbidden => "give the principal the right to read it, and run again",
        UnreadKind::ServerFailure => "run again later",
        UnreadKind::Unintelligible => {
            "check that `rest_endpoint` is a Kafka REST v3 endpoint, and report it if it is"
        }
        UnreadKind::NoEndpoint => "give the cluster a `rest_endpoint`, if it has one",
    }
}
