//! A secret that cannot be used: [`SecretError`]. It quotes nothing of the value.

use super::shape::WrongShape;
use crate::secret::Reference;

/// A secret that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the secret {reference}: {why}")]
pub struct SecretError {
    /// Where it should be found. It prints without its default.
    pub reference: Reference,
    /// What is wrong with it.
    pub why: SecretFault,
}

/// What is wrong with a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// It was not found, in the words of whoever looked.
    #[error("{0}")]
    Missing(String),
    /// It is not what this config takes.
    #[error("{0}; `{1}` requires this format")]
    Shape(WrongShape, String),
}
