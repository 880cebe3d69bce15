//! References to secrets and the texts made with them: [`Reference`] and [`Template`].
//!
//! A secret's value is never part of the spec, the desired state, the plan or a report: they hold a
//! reference to it. The value is read when `apply` or `api` builds a request, and is dropped with
//! it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Where a value is found: `${env:NAME}`, `${env:NAME:-default}` or `${file:PATH}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// An environment variable, with the text to use when it is not set.
    Env {
        /// The variable's name.
        name: String,
        /// Used when the variable is not set.
        default: Option<Fallback>,
    },
    /// A file's content, without one trailing line break.
    File {
        /// The path as written; relative paths are relative to the working directory.
        path: String,
    },
}

/// The text that is used when an environment variable is not set.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fallback {
    /// This text, which is plaintext in the spec. It may be a secret, and is never printed.
    Text(String),
    /// The spec has one, and the saved plan that this reference is from does not.
    NotSaved,
}

/// A default that is made for the sandbox begins with this. It is no secret, and is saved.
pub const SANDBOX_DEFAULT: &str = "sandbox";

impl Fallback {
    /// Whether it is made for the sandbox.
    #[must_use]
    pub fn is_for_sandbox(&self) -> bool {
        matches!(self, Self::Text(text) if text.starts_with(SANDBOX_DEFAULT))
    }
}

impl fmt::Debug for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(***)",
            Self::NotSaved => "NotSaved",
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env {
                name,
                default: None,
            } => write!(f, "${{env:{name}}}"),
            Self::Env {
                name,
                default: Some(_),
            } => write!(f, "${{env:{name}:-…}}"),
            Self::File { path } => write!(f, "${{file:{path}}}"),
        }
    }
}

/// How a value is written into the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quoting {
    /// As it is.
    Plain,
    /// Inside double quotes of a JAAS configuration: `"` and `\` are escaped.
    Jaas,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Text that is not a secret.
    Text(String),
    /// A plaintext secret: kept, but never printed or saved.
    Clear(Clear, Quoting),
    /// A value to be fetched.
    Reference(Reference, Quoting),
}

/// A plaintext secret in the spec (which is a warning). It is never printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clear(String);

impl Clear {
    /// Wraps the text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for building a request.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Clear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clear(***)")
    }
}

/// A text with references in it, such as a JAAS configuration: what a sensitive link config is made
/// of.
///
/// It prints with its references as written and everything that might be a secret as `***`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Template {
    parts: Vec<Part>,
}

impl Template {
    /// An empty template, to be filled from left to right.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A template from its pieces.
    #[must_use]
    pub fn from_parts(parts: Vec<Part>) -> Self {
        Self { parts }
    }

    /// Its pieces in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Adds text that is not a secret.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Text(text)),
        }
        self
    }

    /// Adds every piece of `other`, each value in the given quoting.
    #[must_use]
    pub fn quoted(mut self, other: &Self, quoting: Quoting) -> Self {
        for part in &other.parts {
            self.parts.push(match part {
                Part::Text(text) => Part::Text(quoting.apply(text)),
                Part::Clear(clear, _) => Part::Clear(clear.clone(), quoting),
                Part::Reference(reference, _) => Part::Reference(reference.clone(), quoting),
            });
        }
        self
    }

    /// Adds one piece.
    pub fn push(&mut self, part: Part) {
        self.parts.push(part);
    }

    /// The references in it, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            Part::Reference(reference, _) => Some(reference),
            Part::Text(_) | Part::Clear(..) => None,
        })
    }

    /// Whether part of it is a plaintext secret, so that it cannot be saved.
    #[must_use]
    pub fn holds_clear_text(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Clear(..)))
    }

    /// Builds the text, fetching each reference with `fetch`.
    ///
    /// # Errors
    /// The first error that `fetch` returns.
    pub fn resolve<E>(
        &self,
        mut fetch: impl FnMut(&Reference) -> Result<SecretString, E>,
    ) -> Result<SecretString, E> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Clear(clear, quoting) => text.push_str(&quoting.apply(clear.expose())),
                Part::Reference(reference, quoting) => {
                    text.push_str(&quoting.apply(fetch(reference)?.expose_secret()));
                }
            }
        }
        Ok(SecretString::from(text))
    }
}

/// A piece of a template as it is saved and digested: no plaintext secret is in it, and of a default only
/// what is made for the sandbox.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SavedPart {
    Text(String),
    Clear,
    Env {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<SavedFallback>,
        quoting: Quoting,
    },
    File {
        path: String,
        quoting: Quoting,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SavedFallback {
    Sandbox(String),
    NotSaved,
}

impl From<&Part> for SavedPart {
    fn from(part: &Part) -> Self {
        match part {
            Part::Text(text) => Self::Text(text.clone()),
            Part::Clear(..) => Self::Clear,
            Part::Reference(Reference::Env { name, default }, quoting) => Self::Env {
                name: name.clone(),
                default: default.as_ref().map(|default| match default {
                    Fallback::Text(text) if default.is_for_sandbox() => {
                        SavedFallback::Sandbox(text.clone())
                    }
                    Fallback::Text(_) | Fallback::NotSaved => SavedFallback::NotSaved,
                }),
                quoting: *quoting,
            },
            Part::Reference(Reference::File { path }, quoting) => Self::File {
                path: path.clone(),
                quoting: *quoting,
            },
        }
    }
}

impl SavedPart {
    /// Back again. What was never saved cannot be read.
    fn into_part(self) -> Result<Part, &'static str> {
        Ok(match self {
            Self::Text(text) => Part::Text(text),
            Self::Clear => return Err("a plaintext secret cannot be read from a saved plan"),
            Self::Env {
                name,
                default,
                quoting,
            } => {
                let default = match default {
                    Some(SavedFallback::Sandbox(text)) => {
                        let default = Fallback::Text(text);
                        if !default.is_for_sandbox() {
                            return Err("a saved plan has no defaults but those for the sandbox");
                        }
                        Some(default)
                    }
                    Some(SavedFallback::NotSaved) => Some(Fallback::NotSaved),
                    None => None,
                };
                Part::Reference(Reference::Env { name, default }, quoting)
            }
            Self::File { path, quoting } => Part::Reference(Reference::File { path }, quoting),
        })
    }
}

/// Digests and saved plans are made of it: no secret is in it or may be guessed from it.
impl Serialize for Template {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.parts.iter().map(SavedPart::from))
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = Vec::<SavedPart>::deserialize(deserializer)?.into_iter();
        let parts = parts.map(SavedPart::into_part).collect::<Result<_, _>>();
        parts
            .map(Self::from_parts)
            .map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Clear(..) => f.write_str("***")?,
                Part::Reference(reference, _) => write!(f, "{reference}")?,
            }
        }
        Ok(())
    }
}

impl Quoting {
    /// The text as it is written inside this quoting.
    #[must_use]
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Jaas => text.replace('\\', "\\\\").replace('"', "\\\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Template {
        Template::from_parts(vec![Part::Reference(
            Reference::Env {
                name: name.to_owned(),
                default: None,
            },
            Quoting::Plain,
        )])
    }

    #[test]
    fn values_are_quoted_for_the_text_around_them_and_never_printed() {
        let mut password = env("PW");
        password.push(Part::Clear(Clear::new("in-clear"), Quoting::Plain));
        let jaas = Template::new()
            .text("password=\"")
            .quoted(&password, Quoting::Jaas)
            .text("\";");
        let text = jaas
            .resolve(|_| Ok::<_, ()>(SecretString::from("a\"b\\c".to_owned())))
            .unwrap();
        assert_eq!(text.expose_secret(), r#"password="a\"b\\cin-clear";"#);
        assert_eq!(jaas.to_string(), r#"password="${env:PW}***";"#);
        assert!(!format!("{jaas:?}").contains("in-clear"));
        assert!(jaas.holds_clear_text());
    }

    #[test]
    fn a_missing_value_is_the_callers_error() {
        assert_eq!(env("PW").resolve(|_| Err("no PW")).unwrap_err(), "no PW");
    }
}
