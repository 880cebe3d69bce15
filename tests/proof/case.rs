//! A case is data: a world, a desired state, and what goes wrong on the way. It is kept as a folder of files.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use linkwright_clock::Clock;
use linkwright_sandbox::{FaultSpec, Sandbox};
use serde::{Deserialize, Serialize};

use crate::support::world;

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    /// The world file.
    pub(crate) world: String,
    /// The spec.
    pub(crate) spec: String,
    pub(crate) script: Script,
}

/// `case.yaml`: everything else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Script {
    /// What it shows, in a sentence.
    pub(crate) about: String,
    /// How it must end, where that is what was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ends: Option<crate::pairs::End>,
    /// The values of secrets by the names of their variables.
    pub(crate) secrets: BTreeMap<String, String>,
    /// Statuses that the API shows instead of the real ones, by mirror topic.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) odd: BTreeMap<String, String>,
    /// Faults during the first run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<FaultSpec>,
    /// Whether the first plan meets the faults too.
    pub(crate) faulty_plan: bool,
    /// The request of the first run at which it is killed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kill: Option<Kill>,
    /// What others do meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) outside: Vec<Outside>,
}

/// A kill of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kill {
    /// The request's number, from 0.
    pub(crate) request: usize,
    /// Whether the server still does it.
    pub(crate) is_done: bool,
}

/// One thing that somebody else does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outside {
    /// So long after the last one.
    pub(crate) after_ms: u64,
    /// Such as `POST /sandbox/v1/reach`.
    pub(crate) call: String,
    /// Its body.
    #[serde(default)]
    pub(crate) body: serde_json::Value,
}

impl Outside {
    /// Does it. What comes of it is somebody else's.
    pub(crate) async fn act(&self, sandbox: &Sandbox) {
        Clock::wall()
            .sleep(Duration::from_millis(self.after_ms))
            .await;
        let _answer = world::call(sandbox, None, &self.call, &self.body).await;
    }
}

impl Case {
    /// A case that is kept.
    pub(crate) fn read(folder: &Path) -> Self {
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        Self {
            world: text("world.yaml"),
            spec: text("spec.yaml"),
            script: serde_yaml::from_str(&text("case.yaml")).unwrap(),
        }
    }

    /// Keeps it.
    pub(crate) fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        let yaml = |text: &str| match serde_yaml::from_str::<serde_json::Value>(text) {
            Ok(value) => serde_yaml::to_string(&value).unwrap(),
            Err(_) => text.to_owned(),
        };
        std::fs::write(folder.join("world.yaml"), yaml(&self.world)).unwrap();
        std::fs::write(folder.join("spec.yaml"), yaml(&self.spec)).unwrap();
        let script = serde_yaml::to_string(&self.script).unwrap();
        std::fs::write(folder.join("case.yaml"), script).unwrap();
    }
}
