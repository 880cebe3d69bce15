//! Findings in words.

use std::borrow::Cow;

use super::More;
use super::answers;
use super::found::{FindingWords, words};
use super::number::{number, quantity};
use super::outage::{OUTAGE_UNKNOWN, failover_steps, outage_missing, outage_since};
use super::remediation::{
    link_error_help, link_error_words, mirror_error_words, task_problem_help,
};
use crate::address::{Address, TopicName};
use crate::diff::{
    self, Class, Finding, FindingKind, ImmutableDifference, MirrorFault, MirrorRefusal,
};
use crate::live::{LinkError, MirrorError, MirrorStatus, TaskProblem};

/// The title over the findings of a class.
#[must_use]
pub fn class_title(class: Class) -> &'static str {
    match class {
        Class::Refusal => "Cannot be applied",
        Class::Unknown => "Could not be read",
        Class::Health => "Unhealthy",
        Class::Warning => "Warnings",
        Class::Config => "Undeclared settings",
        Class::Unmanaged => "Unmanaged",
        Class::Note => "Notes",
    }
}

/// The words for a finding.
#[must_use]
pub fn finding(finding: &Finding) -> FindingWords {
    let mut words = of_kind(&finding.address, &finding.kind);
    if let FindingKind::MirrorRefused(_) | FindingKind::SourceTopicMissing { .. } = finding.kind {
        words
            .help
            .push_str("; to go on with the rest meanwhile, name it with `--target`");
    }
    words
}

/// The words for what is found at an address.
pub(super) fn of_kind(address: &Address, kind: &FindingKind) -> FindingWords {
    match kind {
        FindingKind::Immutable { differences } => immutable(address, differences),
        FindingKind::FixedConfig { name, live } => FindingWords {
            details: vec![format!("{name} is {}", live_value(name, live.as_deref()))],
            ..words(
                format!("{name} differs and cannot be changed"),
                "the config is fixed at link creation or read-only on the server",
                "remove it from the spec or write the live value; another value needs a second link",
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
                "the retired entry says `mirrors: must-be-stopped`, which is also the default",
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
                "without this half they would stop mirroring, stay read-only, and could not be promoted",
                "retire the other half in the same spec and say there how to stop its mirror topics",
            )
        },
        FindingKind::PartnerNotSeen { cluster } => words(
            format!("the link's other half is on {cluster}, which cannot be read"),
            "mirror topics there may need this half; without it they would stay read-only and could not be promoted",
            "declare that cluster under `clusters:` with a `rest_endpoint`, or make sure that no mirror topic of the link is left there",
        ),
        FindingKind::Answer(finding) => answers::words_of(finding),
        FindingKind::Unknown(why) => words(
            format!("{} could not be read: {}", why.what, why.reason),
            "what depends on it was not compared, and nothing is planned for it",
            answers::unread_help(why.kind),
        ),
        FindingKind::LinkUnhealthy {
            state,
            error,
            message,
            outage,
            lost,
        } => {
            let mut details = Vec::new();
            if let Some(message) = message.as_deref().filter(|message| !message.is_empty()) {
                details.push(format!("the server reports: {message}"));
            }
            let mut steps = Vec::new();
            if let Some(outage) = outage {
                details.extend([
                    format!("since: {}", outage_since(outage)),
                    format!("missing: {}", outage_missing(outage)),
                    format!("not known: {OUTAGE_UNKNOWN}"),
                ]);
                steps.extend(outage.failover.iter().flat_map(failover_steps));
            }
            let state = state
                .as_ref()
                .map_or("in an unknown state".to_owned(), ToString::to_string);
            FindingWords {
                details,
                steps,
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
                    "its mirror topics do not mirror until this is fixed",
                    &match lost {
                        None => link_error_help(error.as_ref()).to_owned(),
                        Some(lost) => format!(
                            "nothing, while {lost} is declared lost; when it is back, remove `lost` and plan again"
                        ),
                    },
                )
            }
        }
        FindingKind::HalvesNotPaired { other } => words(
            format!(
                "this half and {other} have different link ids: they are two links, not a pair"
            ),
            "they were created at the same time or without reaching each other; offset sync back, reverse and restore do not work between them",
            "take the link out of `links` and retire the half without mirror topics, apply, write the link again without the entry in `retired`, and apply: the half is then created as the other one's pair",
        ),
        FindingKind::LinkGone { topics } => FindingWords {
            details: vec![format!(
                "ordinary topics: {}",
                topics
                    .iter()
                    .map(TopicName::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            )],
            ..words(
                "the link does not exist, and its mirror topics are ordinary topics".to_owned(),
                "most likely they were promoted or failed over and the link was deleted after that; a topic with data cannot become a mirror topic",
                "if that is so, remove the link from `links`; if the link is new, give it a `prefix`, leave these topics out of `mirrors`, or delete them yourself if you are sure that no one needs them",
            )
        },
        FindingKind::TaskInError { task, problems } => FindingWords {
            details: problems
                .iter()
                .map(|problem| format!("{}: {}", problem.code, problem.message))
                .collect(),
            ..words(
                format!("the link's task {task} is in error"),
                "the link shows ACTIVE nevertheless, but the feature does not work",
                problems.first().map_or(
                    "check the link's tasks with `linkwright status LINK`",
                    task_problem_help,
                ),
            )
        },
        FindingKind::MirrorFaulty(fault) => faulty(fault),
        FindingKind::PromotionWithoutSource {
            error,
            message,
            not_copied,
            problems,
        } => without_source(error.as_ref(), message.as_deref(), *not_copied, problems),
        FindingKind::StoppedWithLag { not_copied } => words(
            format!(
                "it is STOPPED, and at least {} {} not copied: it was failed over, not promoted",
                quantity(
                    usize::try_from(*not_copied).unwrap_or(usize::MAX),
                    "message"
                ),
                if *not_copied == 1 { "was" } else { "were" }
            ),
            "a promoted topic has everything that its source had; this one does not, and nothing copies the rest",
            "write `state: failed-over` to accept it; what is missing is on the source, if it is still there",
        ),
        FindingKind::UndeclaredConfig { name, live } => words(
            format!(
                "{name} is set to {} and the spec does not mention it",
                live_value(name, live.as_deref())
            ),
            "it is not changed: Linkwright manages only what the spec declares",
            match diff::is_never_reset(name, live.as_deref()) {
                true => {
                    "declare it; connection, security and secret settings are never reset, because the link could lose its connection"
                }
                false => {
                    "declare it under `configs:`, or set `undeclared_configs: reset` on the link to reset it to its default"
                }
            },
        ),
        FindingKind::IneffectiveConfig { name, live } => words(
            format!(
                "{name} is set to {} and has no effect here",
                live_value(name, live.as_deref())
            ),
            match crate::catalog::is_connection(name) {
                true => "this half waits for connections and opens none",
                false => "this half is on the source and copies nothing to its own cluster",
            },
            "no action is needed; to declare it, write it under the `configs` of this half",
        ),
        FindingKind::UnknownConfig { name, live } => words(
            format!(
                "{name} is set to {}, and this version of Linkwright does not know the config",
                live_value(name, live.as_deref())
            ),
            "it is not changed, not even by `undeclared_configs: reset`",
            "no action is needed; declare it under `configs:` to manage it, with `null` to reset it",
        ),
        FindingKind::ReadOnlyConfig { name, live } => words(
            format!(
                "{name} is set to {}, and the server does not allow changing it",
                live_value(name, live.as_deref())
            ),
            "whoever runs the servers has set it",
            "no action is needed",
        ),
        FindingKind::FilterNotUnderstood { name, live, why } => FindingWords {
            details: vec![format!("the link has {live}")],
            ..words(
                format!("{name} differs, and the link's filter cannot be kept whole: {why}"),
                "writing the spec's filter would lose what this version does not understand",
                "remove the filter from its section and write the whole text under `configs`, as the link has it or as it should be",
            )
        },
        FindingKind::AclSyncBetweenKinds { own, other } => words(
            format!("ACL sync from {other} to {own} cannot be turned on"),
            "Confluent syncs ACLs from Cloud to Cloud or from Platform to Platform: the two have different principals",
            "remove `acl_sync` and create the ACLs on the destination",
        ),
        FindingKind::UnmanagedLink { mirrors } => words(
            format!(
                "a link that is not declared, with {}",
                quantity(*mirrors, "mirror topic")
            ),
            "Linkwright does not change it",
            "declare it under `links` (`linkwright export` writes it), or list it under `retired` to remove it",
        ),
        FindingKind::NamelessLink { state } => words(
            format!(
                "the cluster lists a link without a name{}",
                state
                    .as_ref()
                    .map_or(String::new(), |state| format!(", {state}"))
            ),
            "it remains from a link whose other half was deleted; without a name no request can address it",
            "ask the operators of the cluster; Linkwright does not change it",
        ),
        FindingKind::UnmanagedMirror { status } => words(
            format!("an undeclared mirror topic, {status}"),
            "Linkwright does not change it",
            "declare its source topic, or a pattern such as \"*\", under the link's `mirrors`",
        ),
        FindingKind::SelectedMirrorPaused => words(
            "the mirror topic is PAUSED, and auto-create of its link selects it".to_owned(),
            "no key under `mirrors` says which state it should have, so it stays as it is",
            "write its source topic under the link's `mirrors`: `{ state: paused }` if that is meant, `{}` to resume it",
        ),
        FindingKind::SelectedMirrorStopped { status } => words(
            format!("auto-create of the link selects this mirror topic, and it is {status}"),
            "it no longer follows its source, and nothing makes it a mirror topic again",
            "write its source topic under the link's `mirrors` with `{ state: promoted }` if that is meant; or exclude it from `auto_create_mirrors`",
        ),
        FindingKind::HistoryMissing { wanted } => words(
            format!("an ordinary topic of this name exists and counts as {wanted}"),
            "the link no longer lists a mirror topic of this name, so whether it was one is unknown",
            "no action if the topic is the former mirror; otherwise remove the key from `mirrors`",
        ),
        FindingKind::HeldBack {
            field,
            live,
            wanted,
            is_refused,
            reason,
            until,
        } => words(
            format!("held back until {until}: {reason}"),
            &format!(
                "{field} is {live} and the spec says {wanted}; an exception covers it, so it is not changed"
            ),
            match is_refused {
                false => {
                    "`--allow exceptions` applies it now; otherwise it is applied once the exception expires or is removed"
                }
                true => {
                    "the plan is refused once the exception expires or is removed: write the state that is meant"
                }
            },
        ),
        FindingKind::Held {
            reason,
            until,
            operations,
            refused,
        } => held(address, reason, *until, operations, *refused),
        FindingKind::HoldExpired { reason, until } => words(
            format!("its hold has ended on {until}: {reason}"),
            "operations are planned for it again, and the entry has no effect any more",
            "remove `hold`, or set a later `until` with a reason",
        ),
        FindingKind::GenerationNotKnown { generation } => words(
            format!("whether credentials of generation {generation} were written is not known"),
            "secrets cannot be read back, and neither a shared store nor the ledger file on this disk has a record",
            "`--rotate LINK` writes them, `--adopt-generation` records them as written; with a shared store (`--store`) it is remembered",
        ),
        FindingKind::Topic(finding) => super::topic::finding(finding),
        FindingKind::Switchover(finding) => super::switchover::finding(finding),
        FindingKind::RetiredGone => words(
            "the retired link no longer exists".to_owned(),
            "",
            "remove the entry from `retired`",
        ),
    }
}

/// How many of the operations that are held back are listed.
const MAX_HELD: usize = 20;

/// What a hold keeps off.
fn held(
    address: &Address,
    reason: &str,
    until: jiff::civil::Date,
    operations: &[(Address, Cow<'static, str>)],
    refused: usize,
) -> FindingWords {
    let mut details: Vec<String> = operations
        .iter()
        .take(MAX_HELD)
        .map(|(of, word)| match of == address {
            true => format!("held back: {word}"),
            false => format!("held back: {word} {of}"),
        })
        .collect();
    if let Some(more) = More::of(operations.len().saturating_sub(MAX_HELD)) {
        details.push(more.called("operation").to_string());
    }
    if refused > 0 {
        details.push(format!(
            "{} is not refused for now, although the spec's state cannot be reached",
            quantity(refused, "difference")
        ));
    }
    let why = match operations.is_empty() && refused == 0 {
        true => "nothing differs from the spec at present",
        false => "no operation is planned for it, nor any that waits for one of these",
    };
    FindingWords {
        details,
        ..words(
            format!("held until {until}: {reason}"),
            why,
            "the hold ends on that day; to act before, remove `hold` from the spec",
        )
    }
}

/// A promotion that waits for a source that cannot be reached.
fn without_source(
    error: Option<&LinkError>,
    message: Option<&str>,
    not_copied: u64,
    problems: &[TaskProblem],
) -> FindingWords {
    let reports = match error {
        Some(error) => format!("the link reports {error}"),
        None => "the link is not healthy".to_owned(),
    };
    let mut details = Vec::new();
    if let Some(message) = message.filter(|message| !message.is_empty()) {
        details.push(format!("the server reports for the link: {message}"));
    }
    details.extend(problems.iter().map(|problem| {
        format!(
            "the server reports for the promotion: {}: {}",
            problem.code, problem.message
        )
    }));
    let known = match not_copied {
        0 => "how many messages are missing is unknown".to_owned(),
        n => format!(
            "at least {} not copied",
            match n {
                1 => "1 message is".to_owned(),
                n => format!("{} messages are", number(n)),
            }
        ),
    };
    FindingWords {
        details,
        ..words(
            format!(
                "it is PENDING_STOPPED and waits for its source, which cannot be reached: {reports}"
            ),
            &format!(
                "a promotion ends when everything is copied, so without the source it does not end; {known}"
            ),
            "restore the connection to the source, and the promotion ends by itself; if the source is lost, write `state: failed-over` (`mirrors: failover` for a retired link) and apply with `--allow irreversible,data-loss`: Linkwright then asks the server to fail it over instead",
        )
    }
}

fn live_value(name: &str, live: Option<&str>) -> String {
    if super::is_secret(name) {
        return "(secret)".to_owned();
    }
    live.map_or(
        "a value that the API does not return".to_owned(),
        str::to_owned,
    )
}

/// What cannot change needs another link next to the first: the steps that lose nothing.
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
        format!(
            "1. write the live values for what differs, and declare the new link next to it, as `{link}-2`"
        ),
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
                    .map(|difference| &*difference.field)
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
            "to change it, the link must be deleted: its mirror topics would stop and their history would be lost",
            "migrate to a second link:",
        )
    }
}

fn refused(refusal: &MirrorRefusal) -> FindingWords {
    match refusal {
        MirrorRefusal::NothingToStop => words(
            "there is no mirror topic to promote or fail over".to_owned(),
            "promoted and failed-over are end states of an existing mirror topic",
            "remove the key from `mirrors`, or create the mirror first with `state: mirroring`",
        ),
        MirrorRefusal::PlainTopic => words(
            "an ordinary topic has the mirror's name".to_owned(),
            "a topic cannot become a mirror; deleting it would delete its data",
            "give a new link a prefix (it is fixed at creation), remove the key from `mirrors`, or delete the topic yourself if you are sure that no one needs it",
        ),
        MirrorRefusal::MirrorOf(link) => words(
            format!("a mirror topic of link {link} has the name"),
            "a topic mirrors one source only",
            "leave the topic to that link and remove the key from `mirrors`, or give a new link a prefix (it is fixed at creation)",
        ),
        MirrorRefusal::PromoteNeedsSource(status) => words(
            format!("it cannot be promoted while it is {status}"),
            "promotion copies the remaining messages, so it needs the source",
            "wait until the source is back, or write `state: failed-over` to make it writable at once with the messages that were copied (`mirrors: failover` for a retired link)",
        ),
        MirrorRefusal::PromoteLinkInError(error) => words(
            match error {
                Some(error) => format!("it cannot be promoted while its link reports {error}"),
                None => "it cannot be promoted while its link is not healthy".to_owned(),
            },
            "promotion copies the remaining messages, so it needs the source",
            "wait until the source is back, or write `state: failed-over` to make it writable at once with the messages that were copied (`mirrors: failover` for a retired link)",
        ),
        MirrorRefusal::LinkPaused => words(
            "it cannot be promoted while its link is paused".to_owned(),
            "promotion copies the remaining messages, and a paused link copies nothing",
            "write `state: mirroring` and resume the link (`cluster.link.paused: false` under `configs`), apply, and promote it then; or write `state: failed-over`",
        ),
        MirrorRefusal::FailedCannotPromote(error) => words(
            format!("it has failed and cannot be promoted{}", why_failed(error)),
            "a failed mirror topic no longer copies, so a promotion would never finish",
            "write `state: failed-over` to make it writable with the messages that were copied (`mirrors: failover` for a retired link)",
        ),
        MirrorRefusal::BecomingWritable => words(
            "it is PENDING_STOPPED: a promotion or failover is in progress".to_owned(),
            "it will become a writable topic, and that cannot be cancelled",
            "write the intended state, `state: promoted` or `state: failed-over`; to mirror the topic again see `linkwright explain LW216`",
        ),
        MirrorRefusal::Writable => words(
            "it is STOPPED: an ordinary writable topic".to_owned(),
            "under `mirrors` it can mirror again only after being deleted with all its data, and Linkwright never deletes a topic",
            "write `state: promoted` (or `failed-over`) to accept it; ways to mirror it again are in `linkwright explain LW217`",
        ),
        MirrorRefusal::Reversed(other) => words(
            format!("it is STOPPED, and {other} mirrors it: it was reversed"),
            "the two halves would be the source of each other; Linkwright does not reverse a mirror topic",
            &format!(
                "move the key to the `mirrors` of the half on {} to accept it, or reverse it back with the Confluent CLI",
                other.cluster
            ),
        ),
        MirrorRefusal::UnknownStatus(status) => words(
            format!("the server reports {status}, which this version does not know"),
            "acting on an unknown status could lose data",
            "upgrade Linkwright, or stop the mirror topic with the Confluent CLI",
        ),
    }
}

/// A mirror topic's problem in words.
#[must_use]
pub fn faulty(fault: &MirrorFault) -> FindingWords {
    match fault {
        MirrorFault::SourceUnavailable => words(
            "its source cannot be reached (SOURCE_UNAVAILABLE)".to_owned(),
            "it falls behind until the source is back, then continues by itself",
            "check the link and the source cluster; if the source is lost, write `state: failed-over`",
        ),
        MirrorFault::PrimaryUnavailable => words(
            "its primary cannot be reached (SOURCE_UNAVAILABLE)".to_owned(),
            "it falls behind until the primary is back, then continues by itself",
            "check the link and the primary; if that cluster is lost, declare it `lost` and write the other one as `primary`",
        ),
        MirrorFault::PairFailed => words(
            "its link has failed (LINK_FAILED)".to_owned(),
            "no mirror topic of the link mirrors its source",
            "fix the link first; if the primary is lost, declare it `lost` and write the other cluster as `primary`",
        ),
        MirrorFault::LinkFailed => words(
            "its link has failed (LINK_FAILED)".to_owned(),
            "no mirror topic of the link mirrors its source",
            "fix the link first; if it cannot be fixed, write `state: failed-over`",
        ),
        MirrorFault::LinkPaused => words(
            "its link is paused (LINK_PAUSED)".to_owned(),
            "it does not mirror its source until the link is resumed",
            "write `cluster.link.paused: false` under the link's `configs`, or `state: paused` if that is intended",
        ),
        MirrorFault::Failed(error) => words(
            format!("it has failed for good{}", why_failed(error)),
            "messages that were copied stay, read-only; only a new mirror topic can mirror the source again",
            "write `state: failed-over` to use the copy; to mirror again, delete the topic yourself and apply",
        ),
        MirrorFault::UnknownStatus(status) => words(
            format!("the server reports {status}, which this version does not know"),
            "Linkwright does not change it",
            "upgrade Linkwright, or check it with the Confluent CLI",
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
