//! Fetching the values of `${env:…}` and `${file:…}`: [`References`]. The only place that reads
//! the environment and secret files.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::SecretString;

use super::input;

use crate::apply::{SecretError, SecretFault, Secrets};
use crate::secret::{Fallback, Reference, Template};
use crate::validate::MissingValue;

/// Whether references have made-up values in this process.
static MADE_UP: AtomicBool = AtomicBool::new(false);

/// The value that is made up.
const VALUE: &str = "made-up";

/// From now on no secret is read in this process: a reference that the environment has no value for, and every file,
/// has a made-up value. Only for a process that calls simulated clusters alone.
pub(super) fn make_up() {
    MADE_UP.store(true, Ordering::Relaxed);
}

fn is_made_up() -> bool {
    MADE_UP.load(Ordering::Relaxed)
}

/// The process's environment and files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct References;

/// A reference without a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reference} cannot be resolved: {why}")]
pub(super) struct Missing {
    /// The reference as written.
    pub(super) reference: String,
    /// Why.
    pub(super) why: String,
}

impl References {
    /// The value of a reference.
    ///
    /// # Errors
    /// When there is no value, or a blank one: a secret that a pipeline has not set often arrives as an
    /// empty variable, and must not replace credentials that work.
    pub(super) fn fetch(self, reference: &Reference) -> Result<SecretString, Missing> {
        look_up(reference).map_err(|missing_value| Missing {
            reference: reference.to_string(),
            why: missing_value.to_string(),
        })
    }

    /// Why a reference has no value; `None` when it has one.
    #[must_use]
    pub(super) fn missing_value(self, reference: &Reference) -> Option<MissingValue> {
        look_up(reference).err()
    }

    /// Why a reference seems to have no value. The value of an environment variable is not kept, and a
    /// file is not read.
    #[must_use]
    pub(super) fn missing(self, reference: &Reference) -> Option<MissingValue> {
        let Reference::File { path } = reference else {
            return look_up(reference).err();
        };
        if is_made_up() {
            return None;
        }
        match std::fs::metadata(path) {
            Ok(found) if found.is_file() && found.len() == 0 => {
                Some(MissingValue::EmptyFile(path.clone()))
            }
            Ok(_) => None,
            Err(error) => Some(MissingValue::File {
                path: path.clone(),
                why: error.to_string(),
            }),
        }
    }

    /// A template with its references resolved.
    ///
    /// # Errors
    /// When one of them has no value.
    pub(super) fn resolve(self, template: &Template) -> Result<SecretString, Missing> {
        template.resolve(|reference| self.fetch(reference))
    }
}

impl Secrets for References {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError> {
        References::fetch(*self, reference).map_err(|missing| SecretError {
            reference: reference.clone(),
            why: SecretFault::Missing(missing.why),
        })
    }
}

/// No values: what plans and does not apply reads no credentials of links.
pub(super) struct Withheld;

impl Secrets for Withheld {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError> {
        Err(SecretError {
            reference: reference.clone(),
            why: SecretFault::Missing(
                "plan reads no credentials of links; `apply --dry-run` validates this too"
                    .to_owned(),
            ),
        })
    }
}

fn look_up(reference: &Reference) -> Result<SecretString, MissingValue> {
    match reference {
        Reference::File { .. } if is_made_up() => Ok(SecretString::from(VALUE)),
        _ => value_of(reference).or_else(|missing| match is_made_up() {
            true => Ok(SecretString::from(VALUE)),
            false => Err(missing),
        }),
    }
}

fn value_of(reference: &Reference) -> Result<SecretString, MissingValue> {
    let is_blank = |text: &str| text.trim().is_empty();
    let value = match reference {
        Reference::Env { name, default } => match (env(name), default) {
            (Some(value), _) if !is_blank(&value) => value,
            // A default that is made for the sandbox replaces an empty variable too; any other is meant
            // for a variable that is not set.
            (Some(_), Some(default @ Fallback::Text(text))) if default.is_for_sandbox() => {
                text.clone()
            }
            (Some(_), _) => return Err(MissingValue::EmptyVariable(name.clone())),
            (None, Some(Fallback::Text(text))) if !is_blank(text) => text.clone(),
            (None, Some(Fallback::Text(_))) => {
                return Err(MissingValue::EmptyDefault(name.clone()));
            }
            (None, Some(Fallback::NotSaved)) => {
                return Err(MissingValue::DefaultNotSaved(name.clone()));
            }
            (None, None) => return Err(MissingValue::NotSet(name.clone())),
        },
        Reference::File { path } => {
            let text = input::text(Path::new(path), input::SECRET).map_err(|error| {
                MissingValue::File {
                    path: path.clone(),
                    why: error.to_string(),
                }
            })?;
            if is_blank(&text) {
                return Err(MissingValue::EmptyFile(path.clone()));
            }
            let text = text.strip_suffix('\n').unwrap_or(&text);
            text.strip_suffix('\r').unwrap_or(text).to_owned()
        }
    };
    Ok(SecretString::from(value))
}

/// An environment variable; one that is not Unicode counts as not set.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the environment is read"
)]
pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
