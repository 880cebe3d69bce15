//! What an operation does, in a word: [`Deed`].

use crate::plan::{AlterPurpose, Operation, OperationKind};

/// What an operation does. Views group, count and mark operations by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
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
    /// A link's history is written to a file.
    Archive,
    /// A link half is deleted.
    DeleteLink,
}

impl Deed {
    /// Every deed, in the order in which summaries name them.
    pub const ALL: [Self; 11] = [
        Self::CreateLink,
        Self::CreateMirror,
        Self::AlterLink,
        Self::Drain,
        Self::Await,
        Self::Pause,
        Self::Resume,
        Self::Promote,
        Self::Failover,
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
            OperationKind::FailoverMirror => Self::Failover,
            OperationKind::ArchiveHistory { .. } => Self::Archive,
            OperationKind::DeleteLink { .. } => Self::DeleteLink,
        }
    }

    /// The stable word for machines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::CreateLink => "create-link",
            Self::AlterLink => "alter-link",
            Self::Drain => "drain-offsets",
            Self::CreateMirror => "create-mirror",
            Self::Await => "await-mirror",
            Self::Pause => "pause-mirror",
            Self::Resume => "resume-mirror",
            Self::Promote => "promote-mirror",
            Self::Failover => "failover-mirror",
            Self::Archive => "archive-history",
            Self::DeleteLink => "delete-link",
        }
    }

    /// The verb, as an order.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::CreateLink | Self::CreateMirror => "create",
            Self::AlterLink => "change",
            Self::Drain => "wait for offsets on",
            Self::Await => "wait for",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Promote => "promote",
            Self::Failover => "fail over",
            Self::Archive => "archive the history of",
            Self::DeleteLink => "delete",
        }
    }

    /// What it is done to.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::CreateLink | Self::AlterLink | Self::Drain | Self::Archive | Self::DeleteLink => {
                "link"
            }
            Self::CreateMirror
            | Self::Await
            | Self::Pause
            | Self::Resume
            | Self::Promote
            | Self::Failover => "mirror topic",
        }
    }

    /// The order for this operation, without its address: `change the connection of link`.
    #[must_use]
    pub fn order(operation: &Operation) -> String {
        let deed = Self::of(operation);
        match &operation.kind {
            OperationKind::AlterLink { purpose, .. } => match purpose {
                AlterPurpose::Connection(None) => "change the connection of link",
                AlterPurpose::Connection(Some(_)) => "write the credentials of link",
                AlterPurpose::Settings => "change settings of link",
                AlterPurpose::StopAutoCreate => "turn auto-create off on link",
                AlterPurpose::StopOffsetSync => "turn consumer offset sync off on link",
            }
            .to_owned(),
            _ => format!("{} {}", deed.verb(), deed.noun()),
        }
    }
}
