//! What becomes of a verb on one topic.

use crate::state::State;
use crate::switches::RefusedTurn;

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

/// Why a reverse or a restore is refused. The real codes and texts are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    code: i32,
    /// The error code of the OpenAPI document that is nearest.
    name: &'static str,
    text: String,
}

impl Obstacle {
    pub(crate) fn new(code: i32, name: &'static str, text: impl Into<String>) -> Obstacle {
        Obstacle {
            code,
            name,
            text: text.into(),
        }
    }

    /// As the server of this world puts it.
    pub(crate) fn verdict(self, state: &State) -> Verdict {
        let Obstacle { code, name, text } = self;
        match state.switches.refused_turn {
            RefusedTurn::Sentence => Verdict::Refused(code, text),
            RefusedTurn::Named => Verdict::Refused(code, format!("{name}: {text}")),
            RefusedTurn::OneCode => Verdict::Refused(40002, text),
        }
    }
}
