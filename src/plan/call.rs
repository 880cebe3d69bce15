//! Calls that not every server has: [`CallSeen`].

/// Whether a server has a call that not every server has.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CallSeen {
    /// It was not asked.
    #[default]
    NotProbed,
    /// It has.
    Present,
    /// It does not.
    Absent,
    /// It was asked and did not say: its words.
    Unknown(String),
}

impl CallSeen {
    /// The stable word for machines.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotProbed => "not-probed",
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Unknown(_) => "unknown",
        }
    }
}
