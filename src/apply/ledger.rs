//! Which generation of its credentials each half was last given: [`Ledger`].
//!
//! The API does not return secrets, so that a raised `generation` in the spec can only be distinguished from one
//! that was written before by remembering. The file holds numbers and keyed digests, never a secret;
//! without it nothing is rotated because of its generation, and that is no error.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::durable::Flush;
use super::execute::Secrets;
use super::report_file::replace_json;
use super::secret_error::SecretError;
use crate::address::{Address, HalfAddress};
use crate::plan::{
    AlterPurpose, ConfigTarget, ConfigValue, Operation, OperationKind, RotationReason,
};
use crate::secret::Template;

/// The version of the ledger's format.
pub const FORMAT_VERSION: u32 = 1;

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

/// What was written last to each half.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    key: String,
    entries: BTreeMap<HalfAddress, Entry>,
}

/// What was written last to one half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    generation: Option<u32>,
    digest: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerV1 {
    format_version: u32,
    key: String,
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
    /// A secret that was just written cannot be fetched again for its digest.
    #[error(transparent)]
    Secret(#[from] SecretError),
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
        let LedgerV1 {
            format_version,
            key,
            halves,
        } = serde_json::from_str(&text).map_err(|error| format(error.to_string()))?;
        if format_version != FORMAT_VERSION {
            return Err(format(format!(
                "its format_version is {format_version}; this version supports {FORMAT_VERSION}"
            )));
        }
        let entries = halves
            .into_iter()
            .map(|(name, entry)| match Address::parse(&name) {
                Some(Address::Half(half)) => Ok((half, entry)),
                _ => Err(format(format!("`{name}` is not the address of a link"))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { key, entries })
    }

    /// The generations on record, as the diff wants them.
    #[must_use]
    pub fn generations(&self) -> BTreeMap<HalfAddress, u32> {
        self.entries
            .iter()
            .filter_map(|(half, entry)| Some((half.clone(), entry.generation?)))
            .collect()
    }

    fn write(&self, path: &Path) -> Result<(), LedgerError> {
        let document = LedgerV1 {
            format_version: FORMAT_VERSION,
            key: self.key.clone(),
            halves: self
                .entries
                .iter()
                .map(|(half, entry)| (half.to_string(), entry.clone()))
                .collect(),
        };
        replace_json(path, &document, Flush::ToDisk).map_err(|source| LedgerError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

impl LedgerUse {
    /// Records what an operation has written, if secrets were among it.
    ///
    /// # Errors
    /// When the file cannot be used; the operation is done all the same.
    pub(super) fn record(&self, op: &Operation, secrets: &dyn Secrets) -> Result<(), LedgerError> {
        let Some((written, rotation)) = written(op) else {
            return Ok(());
        };
        let mut ledger = Ledger::read(&self.path)?;
        if ledger.key.is_empty() {
            ledger.key = random_key();
        }
        let digest = keyed_digest(&ledger.key, &written, secrets)?;
        let generation = match rotation {
            Some(RotationReason::Generation { to, .. }) => Some(to),
            Some(RotationReason::Asked | RotationReason::AuthenticationFails) | None => {
                self.generations.get(op.half()).copied()
            }
        };
        ledger
            .entries
            .insert(op.half().clone(), Entry { generation, digest });
        ledger.write(&self.path)
    }
}

/// Secrets by config name.
type Written<'a> = Vec<(&'a str, &'a Template)>;

/// The secrets that an operation writes, and why it does.
fn written(op: &Operation) -> Option<(Written<'_>, Option<RotationReason>)> {
    let (written, rotation): (Written<'_>, _) = match &op.kind {
        OperationKind::CreateLink { configs, .. } => (
            configs
                .iter()
                .filter_map(|(name, value)| match value {
                    ConfigValue::Secret(template) => Some((name.as_str(), template)),
                    ConfigValue::Text(_) => None,
                })
                .collect(),
            None,
        ),
        OperationKind::AlterLink {
            purpose: AlterPurpose::Connection(rotation),
            changes,
        } => (
            changes
                .iter()
                .filter_map(|change| match &change.target {
                    ConfigTarget::Set(ConfigValue::Secret(template)) => {
                        Some((change.name.as_str(), template))
                    }
                    ConfigTarget::Set(ConfigValue::Text(_)) | ConfigTarget::Reset => None,
                })
                .collect(),
            *rotation,
        ),
        _ => return None,
    };
    (!written.is_empty()).then_some((written, rotation))
}

/// HMAC-SHA-256 over names and values: it says whether secrets are the same, and nothing else.
fn keyed_digest(
    key: &str,
    written: &[(&str, &Template)],
    secrets: &dyn Secrets,
) -> Result<String, SecretError> {
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (byte, key) in block.iter_mut().zip(key.bytes()) {
            *byte ^= key;
        }
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    for (name, template) in written {
        let value = template.resolve(|reference| secrets.fetch(reference))?;
        for text in [*name, value.expose_secret()] {
            inner.update((text.len() as u64).to_be_bytes());
            inner.update(text.as_bytes());
        }
    }
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    Ok(hex(&outer.finalize()))
}

/// 64 hexadecimal digits of the process's own randomness: enough to keep digests of different
/// ledgers apart.
fn random_key() -> String {
    let mut bytes = Vec::new();
    for number in 0_u64..4 {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(number);
        bytes.extend(hasher.finish().to_be_bytes());
    }
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    use secrecy::SecretString;

    use super::*;
    use crate::secret::{Part, Quoting, Reference};

    struct One(&'static str);

    impl Secrets for One {
        fn fetch(&self, _: &Reference) -> Result<SecretString, SecretError> {
            Ok(SecretString::from(self.0.to_owned()))
        }
    }

    fn template() -> Template {
        Template::from_parts(vec![Part::Reference(
            Reference::File {
                path: "password".to_owned(),
            },
            Quoting::Plain,
        )])
    }

    #[test]
    fn a_digest_distinguishes_secrets_and_does_not_contain_them() {
        let template = template();
        let written = [("sasl.jaas.config", &template)];
        let digest = |key: &str, secret| keyed_digest(key, &written, &One(secret)).unwrap();
        assert_eq!(digest("k", "hush"), digest("k", "hush"));
        assert_ne!(digest("k", "hush"), digest("k", "hush!"));
        assert_ne!(digest("k", "hush"), digest("l", "hush"));
        assert_ne!(random_key(), random_key());
        assert!(!digest("k", "hush").contains("hush"));
        // As Python's `hmac` computes them.
        assert_eq!(
            digest("k", "hush"),
            "8dd5b3190975d6b7569d2871a0ed089e5edf3a7e83790a6d1051b58e70446a72"
        );
        assert_eq!(
            digest(&"0123456789abcdef".repeat(4), "hush"),
            "e545a5c7f830abb705d8df2b4fc52b696fe913856d187e6bb03a1eba81b7a21b"
        );
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
        let ledger = Ledger {
            key: "k".to_owned(),
            entries: BTreeMap::from([(
                half.clone(),
                Entry {
                    generation: Some(3),
                    digest: "d".to_owned(),
                },
            )]),
        };
        ledger.write(&path).unwrap();
        let read = Ledger::read(&path).unwrap();
        assert_eq!(read, ledger);
        assert_eq!(read.generations(), BTreeMap::from([(half, 3)]));
        std::fs::write(&path, r#"{"format_version":2,"key":"","halves":{}}"#).unwrap();
        let error = Ledger::read(&path).unwrap_err().to_string();
        assert!(error.contains("format_version is 2"), "{error}");
        // What is there and cannot be read is not taken for nothing.
        assert!(matches!(
            Ledger::read(directory.path()),
            Err(LedgerError::Io { .. })
        ));
    }
}
