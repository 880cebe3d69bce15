//! What became of each mutant: [`Outcomes`], kept from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::list::Mutant;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A test fails with it.
    Caught,
    /// A test does not end with it.
    TimedOut,
    /// Every test that reaches it passes.
    Missed,
    /// The tests that reach it and have been run pass; slower ones have not been run yet.
    Doubtful,
    /// No test reaches it.
    Unreached,
    /// It does not compile.
    Unviable,
    /// It cannot be woven and has not been tried by itself yet.
    Left,
}

/// A verdict with its reason.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    digest: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The test that caught it, or the compiler's words.
    pub by: String,
    /// Whether it cannot be woven and has to be tried in a build of its own.
    pub is_plain: bool,
}

/// What is known of all mutants, by name.
#[derive(Debug)]
pub struct Outcomes {
    path: PathBuf,
    known: BTreeMap<String, Outcome>,
}

impl Outcomes {
    /// Those of the last run.
    pub fn read(path: &Path) -> Result<Self> {
        let known = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(_) => BTreeMap::new(),
        };
        Ok(Self {
            path: path.to_owned(),
            known,
        })
    }

    /// Keeps only what is known of mutants whose files are the same as then.
    pub fn forget_changed(&mut self, mutants: &[Mutant]) {
        let digests: BTreeMap<&str, &str> = mutants
            .iter()
            .map(|mutant| (&*mutant.name, &*mutant.digest))
            .collect();
        self.known
            .retain(|name, outcome| digests.get(&**name) == Some(&&*outcome.digest));
    }

    /// Forgets what is known of some mutants, so that they are tried again.
    pub fn forget(&mut self, mutants: &[&Mutant]) {
        for mutant in mutants {
            self.known.remove(&mutant.name);
        }
    }

    /// What is known of a mutant.
    pub fn of(&self, mutant: &Mutant) -> Option<&Outcome> {
        self.known.get(&mutant.name)
    }

    /// The verdict on a mutant.
    pub fn verdict(&self, mutant: &Mutant) -> Option<&Verdict> {
        self.of(mutant).map(|outcome| &outcome.verdict)
    }

    /// Whether a mutant has to be tried in a build of its own.
    pub fn is_plain(&self, mutant: &Mutant) -> bool {
        self.of(mutant).is_some_and(|outcome| outcome.is_plain)
    }

    /// Notes a verdict.
    pub fn set(&mut self, mutant: &Mutant, verdict: Verdict, by: impl Into<String>) {
        let is_plain = verdict == Verdict::Left || self.is_plain(mutant);
        let outcome = Outcome {
            digest: mutant.digest.clone(),
            verdict,
            by: by.into(),
            is_plain,
        };
        self.known.insert(mutant.name.clone(), outcome);
    }

    /// Writes all down, in one step.
    pub fn save(&self) -> Result<()> {
        let draft = self.path.with_extension("draft");
        fs::write(&draft, serde_json::to_vec_pretty(&self.known)?)?;
        Ok(fs::rename(draft, &self.path)?)
    }
}
