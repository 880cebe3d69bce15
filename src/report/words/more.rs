//! How much is not shown: [`More`].

use std::fmt;

use super::number::{number, quantity};

/// That there is more than is shown: it reads `and 3 more` or `and 3 links more`; with `{:#}`, where a sentence
/// begins, `3 more`.
#[derive(Clone, Copy, Debug)]
pub struct More {
    left: usize,
    noun: Option<&'static str>,
}

impl More {
    /// None when nothing is left.
    #[must_use]
    pub fn of(left: usize) -> Option<Self> {
        (left > 0).then_some(Self { left, noun: None })
    }

    /// The same with what it counts.
    #[must_use]
    pub fn called(self, noun: &'static str) -> Self {
        Self {
            noun: Some(noun),
            ..self
        }
    }
}

impl fmt::Display for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            f.write_str("and ")?;
        }
        match self.noun {
            None => write!(f, "{} more", number(self.left)),
            Some(noun) => write!(f, "{} more", quantity(self.left, noun)),
        }
    }
}
