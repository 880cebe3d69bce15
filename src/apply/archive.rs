//! The history of a link, kept in a file before the link is deleted: [`write()`].
//!
//! Deleting a link erases what it knows of its stopped mirror topics. Where the copy got to (the
//! last source offsets fetched, and when) is what a later failback or an audit asks for.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::durable;
use super::observation::Observation;
use super::records::Records;
use crate::live::{ConfigFact, LinkFact, MirrorFact, Reading, Unread};
use crate::plan::{Operation, OperationKind};
use crate::store::component;

/// The version of the archive's format.
pub const FORMAT_VERSION: u32 = 1;

/// One archive: a link half as it was just before it was deleted. Secrets are not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Version of this format: 1.
    pub format_version: u32,
    /// When it was read.
    pub generated_at: String,
    /// The cluster's name in the spec.
    pub cluster: String,
    /// The cluster's id.
    pub cluster_id: String,
    /// The link.
    pub link: ArchivedLink,
    /// Why it was taken away, in the author's words.
    pub reason: Option<String>,
    /// Its configs that were set and are no secret.
    pub configs: BTreeMap<String, String>,
    /// Its mirror topics, by name.
    pub mirrors: Vec<ArchivedMirror>,
}

/// The link's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedLink {
    /// Its name.
    pub name: String,
    /// Its UUID.
    pub id: Option<String>,
    /// The source cluster, where the half was at the destination.
    pub source_cluster_id: Option<String>,
    /// The destination cluster, where the half was at the source.
    pub destination_cluster_id: Option<String>,
    /// The other cluster of a bidirectional link.
    pub remote_cluster_id: Option<String>,
    /// Its state in the API's word.
    pub state: Option<String>,
    /// Its error in the API's word.
    pub error: Option<String>,
}

/// One mirror topic's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedMirror {
    /// Its own name.
    pub topic: String,
    /// Its source topic.
    pub source_topic: String,
    /// Its status in the API's word.
    pub status: String,
    /// When it took that status: milliseconds since 1970. Null where the server does not say.
    pub since_ms: Option<i64>,
    /// Why it failed, in the API's word, if it did.
    pub error: Option<String>,
    /// How many partitions it has.
    pub partitions: u32,
    /// Where the copy of each partition got to.
    pub lags: Vec<ArchivedLag>,
}

/// Where the copy of one partition got to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedLag {
    /// The partition.
    pub partition: i32,
    /// Messages behind the source.
    pub lag: i64,
    /// The last source offset that was fetched; -1 when nothing was.
    pub last_source_fetch_offset: i64,
}

/// Why no archive was written. The link is not deleted then.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// What belongs into it could not be read.
    #[error("cannot archive the link's history: {0}")]
    Unread(Unread),
    /// Not all that belongs into it was read.
    #[error("not all of the link's history was read")]
    NotRead,
    /// The shared store could not keep it.
    #[error("cannot keep the link's history in the store: {0}")]
    Store(String),
    /// The file could not be written.
    #[error("cannot write the link's history to {}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

/// Keeps what was just read of a half, in the shared store if there is one, and returns where; none when the link is
/// gone.
///
/// It is complete and on the disk, or in the store and read back, when this returns, and nothing is ever overwritten.
pub(super) fn write(
    directory: &Path,
    records: Option<&dyn Records>,
    op: &Operation,
    observation: &Observation,
    now: jiff::Timestamp,
) -> Result<Option<PathBuf>, ArchiveError> {
    let half = op.half();
    let links = known(&observation.links)?;
    let mirrors = known(&observation.mirrors)?;
    let Some(link) = links.get(&half.link) else {
        return Ok(None);
    };
    let configs = match observation.configs.get(&half.link) {
        Some(reading) => known(reading)?,
        // Listed and not found: what is about to be deleted must not go unread.
        None => known(&Reading::NotAsked)?,
    };
    let reason = match &op.kind {
        OperationKind::ArchiveHistory { content } => content.reason.clone(),
        _ => None,
    };
    let archive = Archive {
        format_version: FORMAT_VERSION,
        generated_at: now.to_string(),
        cluster: half.cluster.to_string(),
        cluster_id: op.cluster_id.to_string(),
        link: archived_link(link),
        reason,
        configs: archived_configs(configs),
        mirrors: mirrors
            .get(&half.link)
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(archived_mirror)
            .collect(),
    };
    let stem = format!(
        "{}--{}",
        component(half.cluster.as_str()),
        component(half.link.as_str())
    );
    let Some(records) = records else {
        return store(directory, &stem, &archive).map(Some);
    };
    let mut text = serde_json::to_vec_pretty(&archive).unwrap_or_default();
    text.push(b'\n');
    let kept = records.archive(&op.cluster_id, &stem, &text);
    kept.map(|place| Some(PathBuf::from(place)))
        .map_err(ArchiveError::Store)
}

fn known<T>(reading: &Reading<T>) -> Result<&T, ArchiveError> {
    match reading {
        Reading::Read(fact) => Ok(fact),
        Reading::Unread(why) => Err(ArchiveError::Unread(why.clone())),
        Reading::NotAsked => Err(ArchiveError::NotRead),
    }
}

fn archived_link(row: &LinkFact) -> ArchivedLink {
    let LinkFact {
        name,
        link_id,
        source,
        destination,
        remote,
        state,
        error,
        error_message: _,
        topic_count: _,
    } = row;
    let text = |id: &Option<crate::address::ClusterId>| id.as_ref().map(ToString::to_string);
    ArchivedLink {
        name: name.to_string(),
        id: link_id.clone(),
        source_cluster_id: text(source),
        destination_cluster_id: text(destination),
        remote_cluster_id: text(remote),
        state: state.as_ref().map(ToString::to_string),
        error: error.as_ref().map(ToString::to_string),
    }
}

fn archived_configs(configs: &BTreeMap<String, ConfigFact>) -> BTreeMap<String, String> {
    configs
        .iter()
        .filter(|(_, fact)| !fact.is_sensitive && !fact.is_default)
        .filter_map(|(name, fact)| Some((name.clone(), fact.value.clone()?)))
        .collect()
}

fn archived_mirror(row: &MirrorFact) -> ArchivedMirror {
    let MirrorFact {
        link: _,
        topic,
        source_topic,
        partitions,
        status,
        since_ms,
        error,
        transition_problems: _,
        lags,
        earlier: _,
    } = row;
    ArchivedMirror {
        topic: topic.to_string(),
        source_topic: source_topic.to_string(),
        status: status.to_string(),
        since_ms: *since_ms,
        error: error.as_ref().map(ToString::to_string),
        partitions: *partitions,
        lags: lags
            .iter()
            .map(|lag| ArchivedLag {
                partition: lag.partition,
                lag: lag.lag,
                last_source_fetch_offset: lag.last_source_fetch_offset,
            })
            .collect(),
    }
}

/// Writes under the first free name of `stem.json`, `stem-2.json`, …
fn store(directory: &Path, stem: &str, archive: &Archive) -> Result<PathBuf, ArchiveError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ArchiveError::Io { path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed(directory))?;
    let mut writer = BufWriter::new(file.as_file_mut());
    serde_json::to_writer_pretty(&mut writer, archive)
        .map_err(std::io::Error::from)
        .and_then(|()| writer.write_all(b"\n"))
        .and_then(|()| writer.flush())
        .map_err(failed(directory))?;
    drop(writer);
    file.as_file().sync_all().map_err(failed(directory))?;
    for number in 1_u32.. {
        let name = match number {
            1 => format!("{stem}.json"),
            _ => format!("{stem}-{number}.json"),
        };
        let path = directory.join(name);
        match file.persist_noclobber(&path) {
            Ok(_) => {
                // The name must be on the disk too before the link goes.
                durable::flush_names(directory).map_err(failed(directory))?;
                return Ok(path);
            }
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                file = error.file;
            }
            Err(error) => return Err(failed(&path)(error.error)),
        }
    }
    Err(failed(directory)(std::io::Error::from(
        std::io::ErrorKind::AlreadyExists,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Archive {
        Archive {
            format_version: FORMAT_VERSION,
            generated_at: "2026-11-02T08:00:00Z".to_owned(),
            cluster: "west".to_owned(),
            cluster_id: "lkc-west".to_owned(),
            link: ArchivedLink {
                name: "dr".to_owned(),
                id: None,
                source_cluster_id: None,
                destination_cluster_id: None,
                remote_cluster_id: None,
                state: None,
                error: None,
            },
            reason: None,
            configs: BTreeMap::new(),
            mirrors: Vec::new(),
        }
    }

    #[test]
    fn only_configs_that_were_set_and_are_no_secret_are_kept() {
        let fact = |is_sensitive, is_default| ConfigFact {
            value: Some("value".to_owned()),
            is_default,
            is_read_only: false,
            is_sensitive,
        };
        let configs = BTreeMap::from([
            ("default".to_owned(), fact(false, true)),
            ("secret".to_owned(), fact(true, false)),
            ("secret-default".to_owned(), fact(true, true)),
            ("set".to_owned(), fact(false, false)),
        ]);
        assert_eq!(
            archived_configs(&configs),
            BTreeMap::from([("set".to_owned(), "value".to_owned())])
        );
    }

    #[test]
    fn an_archive_is_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let first = store(directory.path(), "west--dr", &archive()).unwrap();
        assert_eq!(first.file_name().unwrap(), "west--dr.json");
        std::fs::write(&first, "precious").unwrap();
        let second = store(directory.path(), "west--dr", &archive()).unwrap();
        assert_eq!(second.file_name().unwrap(), "west--dr-2.json");
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "precious");
        let read: Archive =
            serde_json::from_str(&std::fs::read_to_string(second).unwrap()).unwrap();
        assert_eq!(read, archive());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let below = file.path().join("archive");
        assert!(matches!(
            store(&below, "west--dr", &archive()),
            Err(ArchiveError::Io { .. })
        ));
        // A name that cannot be had is not taken for one that is taken.
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(
            store(directory.path(), "no/such", &archive()),
            Err(ArchiveError::Io { path, .. }) if path.ends_with("no/such.json")
        ));
    }
}
