//! Which generation of its credentials each half was last given: [`Ledger`].
//!
//! The API does not return secrets, so that a raised `generation` in the spec can only be distinguished from one
//! that was written before by remembering. The ledger holds numbers, never a secret and nothing made of one. It is in
//! the shared store, or in a file on this disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::durable::Flush;
use super::records::Records;
use super::report_file::replace_json;
use crate::address::{Address, HalfAddress};
use crate::plan::{
    AlterPurpose, ConfigTarget, ConfigValue, Operation, OperationKind, RotationReason,
};

/// The version of the ledger's format. Version 1 had digests of secrets, which are not read.
pub const FORMAT_VERSION: u32 = 2;

/// No more of a ledger is read: one of a hundred thousand links has a fifth of it.
const LONGEST: u64 = 64 << 20;

/// Where a run records generations, and which it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerUse {
    /// The file.
    pub path: PathBuf,
    /// The generation that the spec gives each half.
    pub generations: BTreeMap<HalfAddress, u32>,
}

/// The generation that was written last to each half.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: BTreeMap<HalfAddress, u32>,
}

/// What was written last to one half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    generation: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct LedgerV2 {
    format_version: u32,
    halves: BTreeMap<String, Entry>,
}

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be read or written.
    #[error("cannot use the ledger {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not a ledger of a version that is known.
    #[error("cannot use the ledger {}: {why}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The shared store cannot be used for it.
    #[error("cannot use the ledger in the store: {0}")]
    Store(String),
}

impl Ledger {
    /// Reads a ledger; an empty one when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read or is no ledger.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let text = match bounded(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(source) => {
                let path = path.to_owned();
                return Err(LedgerError::Io { path, source });
            }
        };
        let format = |why: String| LedgerError::Format {
            path: path.to_owned(),
            why,
        };
        let LedgerV2 {
            format_version,
            halves,
        } = serde_json::from_str(&text).map_err(|error| format(error.to_string()))?;
        if !(1..=FORMAT_VERSION).contains(&format_version) {
            return Err(format(format!(
                "its format_version is {format_version}; this version supports {FORMAT_VERSION}"
            )));
        }
        let entries = halves
            .into_iter()
            .filter_map(|(name, entry)| Some((name, entry.generation?)))
            .map(|(name, generation)| match Address::parse(&name) {
                Some(Address::Half(half)) => Ok((half, generation)),
                _ => Err(format(format!("`{name}` is not the address of a link"))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// The generations on record, as the diff wants them.
    #[must_use]
    pub fn generations(&self) -> BTreeMap<HalfAddress, u32> {
        self.entries.clone()
    }

    /// Records a generation in a file.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn record(path: &Path, half: &HalfAddress, generation: u32) -> Result<(), LedgerError> {
        let _lock = lock(path)?;
        let mut ledger = Self::read(path)?;
        ledger.entries.insert(half.clone(), generation);
        ledger.write(path)
    }

    /// Records a generation in a file, unless something is on record of the half. Returns whether it was recorded.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn adopt(path: &Path, half: &HalfAddress, generation: u32) -> Result<bool, LedgerError> {
        let _lock = lock(path)?;
        let mut ledger = Self::read(path)?;
        let is_new = !ledger.entries.contains_key(half);
        if is_new {
            ledger.entries.insert(half.clone(), generation);
            ledger.write(path)?;
        }
        Ok(is_new)
    }

    fn write(&self, path: &Path) -> Result<(), LedgerError> {
        let entry = |generation: &u32| Entry {
            generation: Some(*generation),
        };
        let entries = self.entries.iter();
        let document = LedgerV2 {
            format_version: FORMAT_VERSION,
            halves: entries
                .map(|(half, generation)| (half.to_string(), entry(generation)))
                .collect(),
        };
        replace_json(path, &document, Flush::ToDisk).map_err(|source| LedgerError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

impl LedgerUse {
    /// Records what an operation has written, if secrets of a generation were among it.
    ///
    /// # Errors
    /// When the ledger cannot be used; the operation is done all the same.
    pub(super) fn record(
        &self,
        op: &Operation,
        records: Option<&dyn Records>,
    ) -> Result<(), LedgerError> {
        let Some(rotation) = written(op) else {
            return Ok(());
        };
        let half = op.half();
        let generation = match rotation {
            Some(
                RotationReason::Generation { to, .. }
                | RotationReason::NotOnRecord { generation: to },
            ) => Some(to),
            Some(RotationReason::Asked | RotationReason::AuthenticationFails) | None => {
                self.generations.get(half).copied()
            }
        };
        match (generation, records) {
            (None, _) => Ok(()),
            (Some(to), None) => Ledger::record(&self.path, half, to),
            (Some(to), Some(records)) => records
                .credentials_written(&op.cluster_id, half, to)
                .map_err(LedgerError::Store),
        }
    }
}

/// Why an operation writes secrets, if it does.
fn written(op: &Operation) -> Option<Option<RotationReason>> {
    let (writes, rotation) = match &op.kind {
        OperationKind::CreateLink { configs, .. } => {
            let is_secret =
                |(_, value): &(String, ConfigValue)| matches!(value, ConfigValue::Secret(_));
            (configs.iter().any(is_secret), None)
        }
        OperationKind::AlterLink {
            purpose: AlterPurpose::Connection(rotation),
            changes,
        } => {
            let writes = changes
                .iter()
                .any(|change| matches!(change.target, ConfigTarget::Set(ConfigValue::Secret(_))));
            (writes, *rotation)
        }
        _ => return None,
    };
    writes.then_some(rotation)
}

/// Keeps other runs from changing a ledger between reading and writing it, while this is kept. The ledger itself is
/// replaced, so that the lock is a file of its own next to it, which stays.
fn lock(path: &Path) -> Result<File, LedgerError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = PathBuf::from(name);
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(&lock).map_err(|source| LedgerError::Io {
        path: lock.clone(),
        source,
    })?;
    // A file system without locks is no reason to forget what was written.
    if let Err(error) = file.lock() {
        tracing::debug!(%error, path = %lock.display(), "no lock for the ledger");
    }
    Ok(file)
}

/// The text of a ledger, which is never long.
fn bounded(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?
        .take(LONGEST + 1)
        .read_to_string(&mut text)?;
    match text.len() as u64 > LONGEST {
        true => Err(std::io::Error::new(
            std::io::ErrorKind::FileTooLarge,
            format!("it is larger than {} MiB", LONGEST >> 20),
        )),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two applies in one checkout, for other clusters.
    #[test]
    fn runs_that_record_at_once_lose_no_generation() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.json");
        let half = |run: u32, link: u32| HalfAddress {
            cluster: format!("c{run}").as_str().into(),
            link: format!("l{link}").as_str().into(),
        };
        let start = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for run in 0..4 {
                let (path, start) = (&path, &start);
                scope.spawn(move || {
                    start.wait();
                    for link in 0..8 {
                        match link % 2 {
                            0 => Ledger::record(path, &half(run, link), 1).unwrap(),
                            _ => assert!(Ledger::adopt(path, &half(run, link), 1).unwrap()),
                        }
                    }
                });
            }
        });
        assert_eq!(Ledger::read(&path).unwrap().generations().len(), 32);
    }

    #[test]
    fn a_missing_ledger_is_an_empty_one_and_a_broken_one_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.json");
        assert_eq!(Ledger::read(&path).unwrap(), Ledger::default());
        let half = HalfAddress {
            cluster: "west".into(),
            link: "dr".into(),
        };
        Ledger::record(&path, &half, 3).unwrap();
        let read = Ledger::read(&path).unwrap();
        assert_eq!(read.generations(), BTreeMap::from([(half.clone(), 3)]));
        // Version 1 had digests; a half whose generation was not known has no entry.
        let first = r#"{"format_version":1,"key":"k","halves":{
            "west/dr":{"generation":2,"digest":"d"},"west/other":{"digest":"e"}}}"#;
        std::fs::write(&path, first).unwrap();
        let read = Ledger::read(&path).unwrap();
        assert_eq!(read.generations(), BTreeMap::from([(half.clone(), 2)]));
        Ledger::record(&path, &half, 4).unwrap();
        assert!(!Ledger::adopt(&path, &half, 5).unwrap());
        let read = Ledger::read(&path).unwrap();
        assert_eq!(read.generations(), BTreeMap::from([(half.clone(), 4)]));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("digest") && !text.contains("key"), "{text}");
        std::fs::write(&path, r#"{"format_version":3,"halves":{}}"#).unwrap();
        let error = Ledger::read(&path).unwrap_err().to_string();
        assert!(error.contains("format_version is 3"), "{error}");
        // What is there and cannot be read is not taken for nothing.
        assert!(matches!(
            Ledger::read(directory.path()),
            Err(LedgerError::Io { .. })
        ));
    }
}
