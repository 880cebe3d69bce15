//! What becomes of a verb on one topic.

/// What a verb would do to one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is accepted, and can be carried out.
    Accepted,
    /// Nothing to do, and that is no error.
    Nothing,
    /// It is refused: item code and message.
    Refused(i32, String),
}
