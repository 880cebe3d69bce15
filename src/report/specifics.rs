//! What to say of an operation beside its name, by its kind: shared by the views of a plan.

use super::attributes::{self, Attribute};
use super::group::Group;
use super::words;
use crate::desired::Role;
use crate::diff::RemoteField;
use crate::plan::{Operation, OperationKind, Turn, Validation};

/// What else to say of operations, by their kind.
pub(super) fn specifics(group: &Group<'_>) -> Vec<String> {
    let operation = group.first;
    match &operation.kind {
        OperationKind::CreateLink {
            role,
            turn,
            validation,
            remote,
            configs: _,
        } => {
            let other = match remote {
                RemoteField::Source(id) => format!("copying from cluster {id}"),
                RemoteField::Destination(id) => format!("copying to cluster {id}"),
                RemoteField::Remote(id) => format!("with cluster {id} at the other end"),
            };
            let turn = match turn {
                Turn::Only => "",
                Turn::First => "; the first of its two halves",
                Turn::Second => "; the second of its two halves",
            };
            let validation = match validation {
                Validation::Connect => "the server tries the connection before it accepts the link",
                Validation::Skip => "the server does not try the connection",
            };
            vec![
                format!("{}, {other}{turn}", role_words(*role)),
                validation.to_owned(),
            ]
        }
        OperationKind::AlterLink { .. }
        | OperationKind::PauseMirror
        | OperationKind::ResumeMirror
        | OperationKind::FailoverMirror => Vec::new(),
        OperationKind::DrainOffsets { wait } => vec![format!(
            "{}, two sync intervals, so that the last offsets arrive; nothing is sent",
            words::duration(*wait)
        )],
        OperationKind::CreateMirror { source, configs } => {
            let mut lines = Vec::new();
            let renamed = operation.address.mirror().is_some_and(|own| own != source);
            if renamed && group.ids.len() == 1 {
                lines.push(format!("of source topic {source}"));
            }
            lines.extend(
                configs
                    .iter()
                    .map(|(name, value)| match words::shown(name, value) {
                        words::Shown::Text(text) => format!("{name} = {text}"),
                        words::Shown::Entries(entries) => {
                            format!("{name} = {}", entries.join(", "))
                        }
                    }),
            );
            lines
        }
        OperationKind::AwaitMirror { status } => {
            vec![format!(
                "it is {status}, which passes by itself; nothing is sent"
            )]
        }
        OperationKind::PromoteMirror { gate } => vec![format!(
            "once its lag is {}, for which it gets {}",
            match gate.max_lag {
                0 => "0".to_owned(),
                n => format!("at most {} messages", words::number(n)),
            },
            words::duration(gate.within)
        )],
        OperationKind::ArchiveHistory { content } => vec![match content.mirrors.len() {
            0 => "the link and its configs go into a file; nothing is sent".to_owned(),
            n => format!(
                "the link, its configs and {} go into a file; nothing is sent",
                words::quantity(n, "mirror topic")
            ),
        }],
        OperationKind::DeleteLink { prefix, .. } => prefix
            .iter()
            .map(|prefix| format!("its prefix {prefix} becomes free"))
            .collect(),
    }
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Destination => "destination-initiated",
        Role::InboundDestination => {
            "source-initiated: the destination's half, which waits to be connected to"
        }
        Role::OutboundSource => "source-initiated: the source's half, which connects",
        Role::BidirectionalInbound => "bidirectional: the half that waits to be connected to",
        Role::BidirectionalOutbound { .. } => "bidirectional: a half that connects",
    }
}

/// The config differences of an operation.
pub(super) fn attributes_of(operation: &Operation) -> Vec<Attribute> {
    match &operation.kind {
        OperationKind::CreateLink { configs, .. } => attributes::of_new(configs),
        OperationKind::AlterLink { changes, .. } => attributes::of_changes(changes),
        _ => Vec::new(),
    }
}
