//! What a request does to a link: [`WriteKind`], as switchover pairs judge it.

/// What a request does to a link or its mirror topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WriteKind {
    /// It edits configs: filters, sync settings, credentials.
    EditConfigs,
    /// It turns a feature off so that mirror topics or the link can end.
    PrepareEnd,
    /// It pauses or resumes the whole link (`cluster.link.paused`).
    PauseLink,
    /// It creates a half of the link.
    CreateLink,
    /// It deletes a half of the link.
    DeleteLink,
    /// It creates a mirror topic.
    CreateMirror,
    /// It pauses a mirror topic.
    PauseMirror,
    /// It resumes a mirror topic.
    ResumeMirror,
    /// It promotes a mirror topic.
    PromoteMirror,
    /// It fails a mirror topic over.
    FailoverMirror,
    /// It reverses a mirror topic.
    ReverseMirror,
    /// It makes an ordinary topic a mirror topic again.
    RestoreMirror,
}

impl WriteKind {
    /// Every kind, in the order of the table.
    pub const ALL: [Self; 12] = [
        Self::EditConfigs,
        Self::PrepareEnd,
        Self::PauseLink,
        Self::CreateLink,
        Self::DeleteLink,
        Self::CreateMirror,
        Self::PauseMirror,
        Self::ResumeMirror,
        Self::PromoteMirror,
        Self::FailoverMirror,
        Self::ReverseMirror,
        Self::RestoreMirror,
    ];
}
