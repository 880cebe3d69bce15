//! One operation, or a batch of them, as an API call: [`Work`] and the [`Answer`] to it.
//!
//! Nothing is decided here. An operation holds everything that its request needs but the secrets,
//! which are fetched when the request is built and dropped with it.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

pub(super) use super::said::Answer;
use super::said::{alter_mirrors, error_answer};
use super::secret_error::{SecretError, SecretFault};
use super::shape;
use super::turn_call::{self, Turn};
use crate::address::{LinkName, TopicName};
use crate::api::{self, ApiError, Client, Deleted, Mode, NewConfig, NewLink, NewMirror};
use crate::plan::{
    ConfigChange, ConfigTarget, ConfigValue, Operation, OperationKind, RemoteField, Validation,
};
use crate::secret::Reference;

/// Where the values of secrets come from.
pub trait Secrets {
    /// Fetches one value.
    ///
    /// # Errors
    /// When there is none.
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError>;
}

/// A call to make.
pub(super) enum Work {
    /// `POST /links`.
    CreateLink(NewLink, api::RemoteCheck),
    /// `PUT /links/{link}/configs:alter`.
    AlterLink(LinkName, Vec<api::ConfigChange>),
    /// `DELETE /links/{link}`.
    DeleteLink(LinkName),
    /// `POST /links/{link}/mirrors`.
    CreateMirror(LinkName, NewMirror),
    /// `POST /links/{link}/mirrors:{verb}`.
    AlterMirrors(LinkName, api::Verb, Vec<TopicName>),
    /// `POST /links/{link}/mirrors:failover` for topics whose promotion is under way: with `validate_only`
    /// first, and without it for those that the server would take.
    Overtake(LinkName, Vec<TopicName>),
    /// A verb that turns topics: probed, previewed, and sent.
    Turn(Turn),
}

/// What a call came to.
pub(super) enum Performed {
    /// The same for every operation it was made for.
    Whole(Answer),
    /// Topic by topic; a topic that is missing was not answered.
    ByTopic(BTreeMap<TopicName, Answer>),
}

/// The verb of a mirror operation that can share its request with others of its kind.
pub(super) fn batch_verb(kind: &OperationKind) -> Option<api::Verb> {
    match kind {
        OperationKind::PauseMirror => Some(api::Verb::Pause),
        OperationKind::ResumeMirror => Some(api::Verb::Resume),
        OperationKind::PromoteMirror { .. } => Some(api::Verb::Promote),
        OperationKind::FailoverMirror { .. } => Some(api::Verb::Failover),
        OperationKind::ReverseMirror { paused, .. } => Some(reverse_verb(*paused)),
        OperationKind::RestoreMirror { .. } => Some(api::Verb::TruncateAndRestore),
        OperationKind::CreateLink { .. }
        | OperationKind::AlterLink { .. }
        | OperationKind::DrainOffsets { .. }
        | OperationKind::CreateMirror { .. }
        | OperationKind::AwaitMirror { .. }
        | OperationKind::ArchiveHistory { .. }
        | OperationKind::DeleteLink { .. } => None,
    }
}

fn reverse_verb(paused: bool) -> api::Verb {
    match paused {
        true => api::Verb::ReverseAndPause,
        false => api::Verb::ReverseAndStart,
    }
}

/// Whether anything is sent for operations of this kind.
pub(super) fn sends(kind: &OperationKind) -> bool {
    match kind {
        OperationKind::CreateLink { .. }
        | OperationKind::AlterLink { .. }
        | OperationKind::CreateMirror { .. }
        | OperationKind::PauseMirror
        | OperationKind::ResumeMirror
        | OperationKind::PromoteMirror { .. }
        | OperationKind::FailoverMirror { .. }
        | OperationKind::ReverseMirror { .. }
        | OperationKind::RestoreMirror { .. }
        | OperationKind::DeleteLink { .. } => true,
        OperationKind::DrainOffsets { .. }
        | OperationKind::AwaitMirror { .. }
        | OperationKind::ArchiveHistory { .. } => false,
    }
}

/// The call that carries out one operation; none when nothing is sent for it.
///
/// # Errors
/// When a secret cannot be had; nothing is sent then.
pub(super) fn work(op: &Operation, secrets: &dyn Secrets) -> Result<Option<Work>, SecretError> {
    let link = || op.half().link.clone();
    let topic = || op.address.mirror().cloned().into_iter().collect();
    Ok(Some(match &op.kind {
        OperationKind::CreateLink {
            role: _,
            turn: _,
            validation,
            remote,
            configs,
        } => {
            let (source, destination, remote) = match remote {
                RemoteField::Source(id) => (Some(id), None, None),
                RemoteField::Destination(id) => (None, Some(id), None),
                RemoteField::Remote(id) => (None, None, Some(id)),
            };
            let configs = configs
                .iter()
                .map(|(name, value)| {
                    Ok(NewConfig {
                        name: name.clone(),
                        value: config_value(name, value, secrets)?,
                    })
                })
                .collect::<Result<_, _>>()?;
            let check = match validation {
                Validation::Connect => api::RemoteCheck::Connect,
                Validation::Skip => api::RemoteCheck::Skip,
            };
            let new = NewLink {
                name: link(),
                source: source.cloned(),
                destination: destination.cloned(),
                remote: remote.cloned(),
                // The second half finds the first by its name; Confluent Platform refuses the id on
                // an inbound bidirectional half.
                link_id: None,
                configs,
            };
            Work::CreateLink(new, check)
        }
        OperationKind::AlterLink {
            purpose: _,
            changes,
        } => Work::AlterLink(link(), alterations(changes, secrets)?),
        OperationKind::DeleteLink { .. } => Work::DeleteLink(link()),
        OperationKind::CreateMirror {
            source, configs, ..
        } => Work::CreateMirror(
            link(),
            NewMirror {
                source_topic: source.clone(),
                mirror_topic: op.address.mirror().cloned(),
                configs: configs
                    .iter()
                    .map(|(name, value)| NewConfig {
                        name: name.clone(),
                        value: value.clone().into(),
                    })
                    .collect(),
            },
        ),
        OperationKind::PauseMirror => Work::AlterMirrors(link(), api::Verb::Pause, topic()),
        OperationKind::ResumeMirror => Work::AlterMirrors(link(), api::Verb::Resume, topic()),
        OperationKind::PromoteMirror { .. } => {
            Work::AlterMirrors(link(), api::Verb::Promote, topic())
        }
        OperationKind::FailoverMirror { gate } if gate.overtakes => Work::Overtake(link(), topic()),
        OperationKind::FailoverMirror { .. } => {
            Work::AlterMirrors(link(), api::Verb::Failover, topic())
        }
        OperationKind::ReverseMirror { paused, .. } => {
            Work::AlterMirrors(link(), reverse_verb(*paused), topic())
        }
        OperationKind::RestoreMirror { .. } => {
            Work::AlterMirrors(link(), api::Verb::TruncateAndRestore, topic())
        }
        OperationKind::DrainOffsets { .. }
        | OperationKind::AwaitMirror { .. }
        | OperationKind::ArchiveHistory { .. } => return Ok(None),
    }))
}

fn alterations(
    changes: &[ConfigChange],
    secrets: &dyn Secrets,
) -> Result<Vec<api::ConfigChange>, SecretError> {
    changes
        .iter()
        .map(|change| {
            let name = change.name.clone();
            Ok(match &change.target {
                ConfigTarget::Set(value) => api::ConfigChange::Set {
                    value: config_value(&name, value, secrets)?,
                    name,
                },
                ConfigTarget::Reset => api::ConfigChange::Delete { name },
            })
        })
        .collect()
}

fn config_value(
    name: &str,
    value: &ConfigValue,
    secrets: &dyn Secrets,
) -> Result<api::ConfigValue, SecretError> {
    let template = match value {
        ConfigValue::Text(text) => return Ok(text.clone().into()),
        ConfigValue::Secret(template) => template,
    };
    let text = template.resolve(|reference| secrets.fetch(reference))?;
    let problem = shape::problem(name, text.expose_secret());
    match (problem, template.references().next()) {
        (Some(problem), Some(reference)) => Err(SecretError {
            reference: reference.clone(),
            why: SecretFault::Shape(problem, name.to_owned()),
        }),
        // Validation has reported plaintext secrets.
        _ => Ok(text.into()),
    }
}

/// Makes the call and says what it came to. With [`Mode::Rehearse`] nothing is changed, and creating a
/// mirror, which has no such form, must not be asked for.
pub(super) async fn perform(client: &Client, work: Work, mode: Mode) -> Performed {
    let result = match &work {
        Work::CreateLink(new, check) => client.create_link(new, *check, mode).await,
        Work::AlterLink(link, changes) => client.alter_configs(link, changes, mode).await,
        Work::CreateMirror(link, new) => client.create_mirror(link, new).await,
        Work::DeleteLink(link) => match client.delete_link(link, mode).await {
            Ok(Deleted::Accepted) => Ok(()),
            Ok(Deleted::AlreadyGone) => {
                return Performed::Whole(Answer::AlreadyGone);
            }
            Err(error) => Err(error),
        },
        Work::AlterMirrors(link, verb, topics) => {
            match alter_mirrors(client, link, *verb, topics, mode).await {
                Ok(answers) => return Performed::ByTopic(answers),
                Err(error) => Err(error),
            }
        }
        Work::Turn(turn) => match turn_call::carry_out(client, turn).await {
            Ok(answers) => return Performed::ByTopic(answers),
            Err(answer) => return Performed::Whole(answer),
        },
        Work::Overtake(link, topics) => match overtake(client, link, topics, mode).await {
            Ok(answers) => return Performed::ByTopic(answers),
            Err(error) => Err(error),
        },
    };
    Performed::Whole(match result {
        Ok(()) => Answer::Accepted,
        Err(error) => error_answer(&error),
    })
}

/// Fails topics over whose promotion is under way, as far as the server takes that. Servers differ, so it
/// is asked first; one that carries out what it was asked to validate has done what is wanted.
async fn overtake(
    client: &Client,
    link: &LinkName,
    topics: &[TopicName],
    mode: Mode,
) -> Result<BTreeMap<TopicName, Answer>, ApiError> {
    let verb = api::Verb::Failover;
    let mut answers = alter_mirrors(client, link, verb, topics, Mode::Rehearse).await?;
    let taken: Vec<TopicName> = answers
        .iter()
        .filter(|(_, answer)| **answer == Answer::Accepted)
        .map(|(topic, _)| topic.clone())
        .collect();
    for answer in answers.values_mut() {
        if let Answer::WasSo(words) | Answer::Refused(words) = answer {
            *answer = Answer::StillPromoting(std::mem::take(words));
        }
    }
    if !taken.is_empty() && mode == Mode::Perform {
        match alter_mirrors(client, link, verb, &taken, mode).await {
            Ok(said) => answers.extend(said),
            Err(error) => {
                let answer = error_answer(&error);
                answers.extend(taken.into_iter().map(|topic| (topic, answer.clone())));
            }
        }
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::live::MirrorStatus;
    use crate::plan::LagGate;

    #[test]
    fn nothing_is_sent_for_what_only_waits() {
        let waits = [
            OperationKind::DrainOffsets {
                wait: Duration::from_secs(1),
            },
            OperationKind::AwaitMirror {
                status: Some(MirrorStatus::PendingMirror),
            },
        ];
        for kind in waits {
            assert!(!sends(&kind), "{kind:?}");
        }
        let gate = LagGate {
            max_lag: 0,
            within: Duration::from_secs(1),
        };
        assert!(sends(&OperationKind::PromoteMirror {
            gate,
            together: Vec::new(),
            idle: None,
        }));
    }
}
