//! What an operation does, in a word ([`Action`]) and in detail ([`details`]).

use super::configs::{Shown, shown};
use super::number::{duration, number, quantity};
use crate::address::HalfAddress;
use crate::live::MirrorStatus;
use crate::plan::{
    AlterPurpose, CallSeen, CreationOrder, Operation, OperationKind, RemoteField, ReverseGate,
    Role, Validation,
};

/// What an operation does. Views group, count and mark operations by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A link half is created.
    CreateLink,
    /// A link half's configs change.
    AlterLink,
    /// Offsets get time to arrive.
    Drain,
    /// A mirror topic is created.
    CreateMirror,
    /// A mirror topic is waited for.
    Await,
    /// A mirror topic is paused.
    Pause,
    /// A mirror topic is resumed.
    Resume,
    /// A mirror topic is promoted.
    Promote,
    /// A mirror topic is failed over.
    Failover,
    /// A mirror topic and its source trade places.
    Reverse,
    /// An ordinary topic becomes a mirror topic again.
    Restore,
    /// A link's history is written to a file.
    Archive,
    /// A link half is deleted.
    DeleteLink,
}

/// What actions have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Something comes or goes on.
    Create,
    /// Something changes.
    Change,
    /// Nothing is sent.
    Wait,
    /// A mirror topic stops for good.
    Stop,
    /// Something is deleted.
    Delete,
}

/// What views know of a action.
struct Facts {
    code: &'static str,
    verb: &'static str,
    noun: &'static str,
    unicode: &'static str,
    ascii: &'static str,
    family: Family,
}

impl Facts {
    const fn new(
        code: &'static str,
        verb: &'static str,
        noun: &'static str,
        unicode: &'static str,
        ascii: &'static str,
        family: Family,
    ) -> Self {
        Self {
            code,
            verb,
            noun,
            unicode,
            ascii,
            family,
        }
    }
}

impl Action {
    /// Every action, in the order in which summaries name them.
    pub const ALL: [Self; 13] = [
        Self::CreateLink,
        Self::CreateMirror,
        Self::AlterLink,
        Self::Drain,
        Self::Await,
        Self::Pause,
        Self::Resume,
        Self::Promote,
        Self::Failover,
        Self::Reverse,
        Self::Restore,
        Self::Archive,
        Self::DeleteLink,
    ];

    /// What this operation does.
    #[must_use]
    pub fn of(operation: &Operation) -> Self {
        match &operation.kind {
            OperationKind::CreateLink { .. } => Self::CreateLink,
            OperationKind::AlterLink { .. } => Self::AlterLink,
            OperationKind::DrainOffsets { .. } => Self::Drain,
            OperationKind::CreateMirror { .. } => Self::CreateMirror,
            OperationKind::AwaitMirror { .. } => Self::Await,
            OperationKind::PauseMirror => Self::Pause,
            OperationKind::ResumeMirror => Self::Resume,
            OperationKind::PromoteMirror { .. } => Self::Promote,
            OperationKind::FailoverMirror { .. } => Self::Failover,
            OperationKind::ReverseMirror { .. } => Self::Reverse,
            OperationKind::RestoreMirror { .. } => Self::Restore,
            OperationKind::ArchiveHistory { .. } => Self::Archive,
            OperationKind::DeleteLink { .. } => Self::DeleteLink,
        }
    }

    /// Everything that views know of it: its stable word, its verb as an order, what it is done to, its
    /// signs and its family.
    const fn facts(self) -> Facts {
        use Family::{Change, Create, Delete, Stop, Wait};
        const LINK: &str = "link";
        const MIRROR: &str = "mirror topic";
        match self {
            Self::CreateLink => Facts::new("create-link", "create", LINK, "+", "+", Create),
            Self::AlterLink => Facts::new("alter-link", "change", LINK, "~", "~", Change),
            Self::Drain => Facts::new("drain-offsets", "wait for offsets on", LINK, "…", ".", Wait),
            Self::CreateMirror => Facts::new("create-mirror", "create", MIRROR, "+", "+", Create),
            Self::Await => Facts::new("await-mirror", "wait for", MIRROR, "…", ".", Wait),
            Self::Pause => Facts::new("pause-mirror", "pause", MIRROR, "⏸", "=", Change),
            Self::Resume => Facts::new("resume-mirror", "resume", MIRROR, "▶", ">", Create),
            Self::Promote => Facts::new("promote-mirror", "promote", MIRROR, "⇑", "^", Stop),
            Self::Failover => Facts::new("failover-mirror", "fail over", MIRROR, "⚡", "!", Stop),
            Self::Reverse => Facts::new("reverse-mirror", "reverse", MIRROR, "⇄", "%", Change),
            Self::Restore => Facts::new("restore-mirror", "restore", MIRROR, "↺", "@", Change),
            Self::Archive => Facts::new(
                "archive-history",
                "archive the history of",
                LINK,
                "≡",
                "#",
                Wait,
            ),
            Self::DeleteLink => Facts::new("delete-link", "delete", LINK, "-", "-", Delete),
        }
    }

    /// The action with this stable word.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// The stable word for machines.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.facts().code
    }

    /// The verb, as an order.
    #[must_use]
    pub fn verb(self) -> &'static str {
        self.facts().verb
    }

    /// What it is done to.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.facts().noun
    }

    /// Its mark in Unicode.
    pub(crate) fn unicode(self) -> &'static str {
        self.facts().unicode
    }

    /// Its mark in ASCII.
    pub(crate) fn ascii(self) -> &'static str {
        self.facts().ascii
    }

    /// What it is like; it decides the colour.
    pub(crate) fn family(self) -> Family {
        self.facts().family
    }

    /// The order for this operation, without its address: `change the connection of link`.
    #[must_use]
    pub fn order(operation: &Operation) -> String {
        let action = Self::of(operation);
        match &operation.kind {
            OperationKind::AlterLink { purpose, .. } => match purpose {
                AlterPurpose::Connection(None) => "change the connection of link",
                AlterPurpose::Connection(Some(_)) => "write the credentials of link",
                AlterPurpose::Settings => "change settings of link",
                AlterPurpose::StopAutoCreate => "turn auto-create off on link",
                AlterPurpose::StopOffsetSync | AlterPurpose::StopOffsetSyncLast => {
                    "turn consumer offset sync off on link"
                }
            }
            .to_owned(),
            _ => format!("{} {}", action.verb(), action.noun()),
        }
    }
}

/// What else to say of operations, by their kind.
pub(crate) fn details(operation: &Operation, count: usize) -> Vec<String> {
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
                RemoteField::Remote(id) => format!("with cluster {id}"),
            };
            let turn = match turn {
                CreationOrder::Only => "",
                CreationOrder::First => "; first of two halves",
                CreationOrder::Second => "; second of two halves",
            };
            let validation = match validation {
                Validation::Connect => "the server tests the connection before it creates the link",
                Validation::Skip => "the server does not test the connection",
            };
            vec![
                format!("{}, {other}{turn}", role_words(*role)),
                validation.to_owned(),
            ]
        }
        OperationKind::AlterLink { .. }
        | OperationKind::PauseMirror
        | OperationKind::ResumeMirror
        | OperationKind::FailoverMirror { .. } => Vec::new(),
        OperationKind::DrainOffsets { wait } => vec![format!(
            "{}, two sync intervals, so that the last offsets are synced; no request is sent",
            duration(*wait)
        )],
        OperationKind::CreateMirror {
            source, configs, ..
        } => {
            let mut lines = Vec::new();
            let renamed = operation.address.mirror().is_some_and(|own| own != source);
            if renamed && count == 1 {
                lines.push(format!("of source topic {source}"));
            }
            lines.extend(
                configs
                    .iter()
                    .map(|(name, value)| match shown(name, value) {
                        Shown::Text(text) => format!("{name} = {text}"),
                        Shown::Entries(entries) => {
                            format!("{name} = {}", entries.join(", "))
                        }
                    }),
            );
            lines
        }
        OperationKind::AwaitMirror { status } => vec![match status {
            Some(MirrorStatus::PendingStopped) => {
                "it is PENDING_STOPPED: a promotion or failover is in progress; no request is sent"
                    .to_owned()
            }
            Some(status) => format!(
                "it is {status}, a transitional status that ends by itself; no request is sent"
            ),
            None => {
                "predicted: it does not exist yet, and auto-create of its link will create it; \
                     no request is sent"
                    .to_owned()
            }
        }],
        OperationKind::PromoteMirror { gate, together, .. } => {
            let lag = match gate.max_lag {
                0 => "0".to_owned(),
                n => format!("at most {} messages", number(n)),
            };
            let mut lines = vec![format!(
                "starts when its lag is {lag}; timeout {}",
                duration(gate.within)
            )];
            lines.extend(moves_together(together, "promoted"));
            lines
        }
        OperationKind::ReverseMirror {
            other,
            paused,
            gate,
            together,
            call,
        } => {
            let mut lines = reverse(other, *paused, gate, together);
            let name = match paused {
                true => "reverse-and-pause-mirror",
                false => "reverse-and-start-mirror",
            };
            lines.push(call_words(name, call));
            lines
        }
        OperationKind::RestoreMirror { other, call, .. } => vec![
            format!(
                "cuts it to where {other} stopped mirroring, and copies what was written at {} since",
                other.cluster
            ),
            call_words("truncate-and-restore", call),
        ],
        OperationKind::ArchiveHistory { content } => vec![match content.mirrors.len() {
            0 => "the link and its configs are written to a file; no request is sent".to_owned(),
            n => format!(
                "the link, its configs and {} are written to a file; no request is sent",
                quantity(n, "mirror topic")
            ),
        }],
        OperationKind::DeleteLink { prefix, .. } => prefix
            .iter()
            .map(|prefix| format!("its prefix {prefix} becomes free"))
            .collect(),
    }
}

/// Whether the server has a call that not every server has.
fn call_words(name: &str, seen: &CallSeen) -> String {
    match seen {
        CallSeen::NotProbed => format!("not probed: whether the server has mirrors:{name}"),
        CallSeen::Present => format!("the server has mirrors:{name}"),
        CallSeen::Absent => format!("the server does not have mirrors:{name}"),
        CallSeen::Unknown(why) => {
            format!("it is unknown whether the server has mirrors:{name}: {why}")
        }
    }
}

fn reverse(
    other: &HalfAddress,
    paused: bool,
    gate: &ReverseGate,
    together: &[String],
) -> Vec<String> {
    let becomes = if paused {
        "a paused mirror topic"
    } else {
        "its mirror topic"
    };
    let mut lines = vec![format!(
        "the topic of {other} becomes {becomes}; nothing is copied again"
    )];
    lines.push(match &gate.compare {
        Some(groups) if groups.is_empty() => format!(
            "starts when its lag is 0 in three reads; timeout {}",
            duration(gate.within)
        ),
        Some(groups) => format!(
            "starts when its lag is 0 and the offsets of {} are equal on both clusters, in three \
             reads; timeout {}",
            quantity(groups.len(), "consumer group"),
            duration(gate.within)
        ),
        None => format!(
            "starts when {} have passed and its lag is 0 in three reads; offsets not compared; \
             timeout {}",
            duration(gate.wait),
            duration(gate.within)
        ),
    });
    lines.extend(moves_together(together, "reversed"));
    lines
}

/// That an operation waits for the others of its sets.
fn moves_together(together: &[String], how: &str) -> Option<String> {
    let sets = if together.len() == 1 {
        "its set"
    } else {
        "its sets"
    };
    (!together.is_empty()).then(|| {
        format!(
            "moves together with the other mirror topics of {sets} ({}): none is {how} before all \
             can be",
            together.join(", ")
        )
    })
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Destination => "destination-initiated",
        Role::InboundDestination => "source-initiated: the inbound half, on the destination",
        Role::OutboundSource => "source-initiated: the outbound half, on the source",
        Role::BidirectionalInbound => "bidirectional: the inbound half",
        Role::BidirectionalOutbound { .. } => "bidirectional: an outbound half",
    }
}
