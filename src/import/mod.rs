//! Files of other tools → specs that say the same: [`terraform()`], [`cfk()`] and [`properties()`] read them,
//! [`Found::world`] makes of what they say the clusters and the live state that they describe, and `export` writes
//! the spec. `report::hand_over` writes the guide to the rest: what the other tool must forget, and what it must not
//! destroy.
//!
//! Secrets are never kept: a value that is one is known to be set, and becomes a reference. What a file does not
//! say, such as the id of a cluster, is a placeholder that no cluster has, and is listed.

mod cfk;
mod command;
mod filters;
mod found;
mod properties;
mod reader;
mod script;
mod shell;
mod terraform;
mod world;

use std::sync::Arc;

pub use found::{Found, Left, Owned, OwnedKind};
pub use terraform::without_keys;
pub use world::{Described, Known};

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {words}")]
pub struct NotRead {
    /// The file.
    pub file: String,
    /// What is wrong with it, and what is expected.
    pub words: String,
}

impl NotRead {
    fn new(file: &str, words: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            words: words.into(),
        }
    }
}

/// The tool that files are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Terraform or OpenTofu, with the provider for Confluent.
    Terraform,
    /// Confluent for Kubernetes.
    Cfk,
    /// Properties files, and scripts of the Confluent CLI or of Confluent Platform's commands.
    Properties,
}

/// How a spec compares with the live clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It was not compared: no endpoint was given.
    Not,
    /// A plan has no changes.
    Same,
    /// A plan has changes, or is refused: a line for each.
    Differs(Vec<String>),
    /// Part of it could not be read: a line for each.
    Unread(Vec<String>),
    /// It was not compared, because it does not validate: a line for each error.
    Invalid(Vec<String>),
}

/// Files with their names.
pub type Files = [(Arc<str>, Arc<str>)];

/// Reads the output of `terraform show -json`, of a state or of a saved plan, and raw state files.
///
/// # Errors
/// When a file is none of these.
pub fn terraform(files: &Files) -> Result<Found, NotRead> {
    let mut found = Found::default();
    for (name, text) in files {
        terraform::read(name, text, &mut found)?;
    }
    Ok(found.finished())
}

/// Reads Kubernetes manifests with ClusterLink resources of Confluent for Kubernetes.
///
/// # Errors
/// When a file has invalid YAML.
pub fn cfk(files: &Files) -> Result<Found, NotRead> {
    let mut found = Found::default();
    cfk::read(files, &mut found)?;
    Ok(found.finished())
}

/// Reads properties files of links, and scripts with the commands that create links and mirror topics. `look_up`
/// returns the text of a file that a script names, for the names of the script and of the file, and `link` names the
/// link of properties files that no script uses.
///
/// # Errors
/// When a file has neither properties nor such commands.
pub fn properties(
    files: &Files,
    link: Option<&str>,
    look_up: &dyn Fn(&str, &str) -> Option<String>,
) -> Result<Found, NotRead> {
    let mut found = Found::default();
    let (scripts, plain): (Vec<_>, Vec<_>) =
        files.iter().partition(|(_, text)| script::is_script(text));
    for (name, text) in &scripts {
        script::read(name, text, look_up, &mut found)?;
    }
    properties::read(&plain, link, &mut found)?;
    Ok(found.finished())
}
