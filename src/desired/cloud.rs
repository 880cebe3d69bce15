//! Confluent Cloud's own API, where the spec has a key for it: [`ConfluentCloud`].

use crate::diagnostic::Place;
use crate::secret::Template;

/// Where Confluent Cloud's own API is, unless the spec says otherwise.
pub const CLOUD_ENDPOINT: &str = "https://api.confluent.cloud";

/// How switchover pairs are read. Nothing is ever written there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ConfluentCloud {
    /// The base URL.
    pub url: String,
    /// The Cloud API key.
    pub api_key: Template,
    /// Its secret.
    pub api_secret: Template,
    /// The environments whose pairs are read.
    pub environments: Vec<String>,
    /// Where the spec declares it.
    pub place: Place,
}

impl ConfluentCloud {
    /// The texts that may hold references.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        [&self.api_key, &self.api_secret].into_iter()
    }
}
