//! The arguments of `snapshot`, and `--from` of the commands that read one.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args as ClapArgs;

use super::{Global, Paths, Quiet, duration};

/// `--from`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Recorded {
    /// Read this file, which `snapshot` wrote, in place of the clusters. No network and no keys are used, and
    /// what is printed says how old the snapshot is
    #[arg(
        long,
        value_name = "SNAPSHOT",
        conflicts_with_all = ["sandbox", "sample"],
        help_heading = "Connection"
    )]
    pub from: Option<PathBuf>,
}

/// `snapshot`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Snapshot {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// Write the snapshot to this file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Read mirror topics twice, this long apart, 1s to 24h, such as 30s: `status --from` then shows how fast they copy, and
    /// topics of a twin are written as fast as they were
    #[arg(long, value_name = "DURATION", value_parser = between_reads)]
    pub sample: Option<Duration>,
    /// Keep of the names of topics, consumer groups and principals, and of addresses, only those that the spec says.
    /// The others are replaced. Names and prefixes of all links and ids stay
    #[arg(long)]
    pub hash_names: bool,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

/// The time between two reads of the mirror topics.
fn between_reads(text: &str) -> Result<Duration, String> {
    let wait = duration(text)?;
    let may_be = Duration::from_secs(1)..=Duration::from_secs(24 * 60 * 60);
    match may_be.contains(&wait) {
        true => Ok(wait),
        false => Err("expected 1s to 24h".to_owned()),
    }
}

/// `twin`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Twin {
    /// The file that `snapshot` wrote
    #[arg(value_name = "SNAPSHOT")]
    pub snapshot: PathBuf,
    /// Write the world to this file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}
