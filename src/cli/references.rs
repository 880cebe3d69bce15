//! Fetching what `${env:…}` and `${file:…}` stand for: [`References`]. The only place that reads
//! the environment and secret files.

use std::path::Path;

use secrecy::SecretString;

use crate::secret::{Reference, Template};

/// The process's environment and files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct References;

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reference} cannot be resolved: {why}")]
pub(super) struct Missing {
    /// The reference as written.
    pub(super) reference: String,
    /// Why.
    pub(super) why: String,
}

impl References {
    /// What a reference stands for.
    ///
    /// # Errors
    /// When the variable is not set and has no default, or the file cannot be read as text.
    pub(super) fn fetch(self, reference: &Reference) -> Result<SecretString, Missing> {
        let missing = |why: String| Missing {
            reference: reference.to_string(),
            why,
        };
        match reference {
            Reference::Env { name, default } => env(name)
                .or_else(|| default.clone())
                .map(SecretString::from)
                .ok_or_else(|| missing(format!("the environment variable {name} is not set"))),
            Reference::File { path } => {
                let text = std::fs::read_to_string(Path::new(path))
                    .map_err(|error| missing(error.to_string()))?;
                let text = text.strip_suffix('\n').unwrap_or(&text);
                let text = text.strip_suffix('\r').unwrap_or(text);
                Ok(SecretString::from(text.to_owned()))
            }
        }
    }

    /// Whether a reference leads somewhere.
    #[must_use]
    pub(super) fn is_there(self, reference: &Reference) -> bool {
        match reference {
            Reference::Env { name, default } => default.is_some() || env(name).is_some(),
            Reference::File { path } => Path::new(path).is_file(),
        }
    }

    /// A template with its references resolved.
    ///
    /// # Errors
    /// When one of them leads nowhere.
    pub(super) fn resolve(self, template: &Template) -> Result<SecretString, Missing> {
        template.resolve(|reference| self.fetch(reference))
    }
}

/// An environment variable; one that is not Unicode counts as not set.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the environment is read"
)]
pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
