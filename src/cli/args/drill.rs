//! The arguments of `drill`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};

use super::planning::address;
use super::{Global, Paths, duration};
use crate::address::{Address, HalfAddress};

/// `drill`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Drill {
    /// The link on the cluster that would take over: CLUSTER/LINK
    #[arg(value_name = "CLUSTER/LINK", value_parser = half)]
    pub link: HalfAddress,
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// How long to wait between the two reads of mirror topics [default: not quite half of the objective
    /// `rpo`; 10s at most]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub sample: Option<Duration>,
    /// How to print the drill
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: DrillFormat,
    /// List every name; do not shorten long lists
    #[arg(long)]
    pub all: bool,
    /// Save the drill to this file, for `approve` to sign
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Also write the drill as an HTML page to this file; the page loads nothing else
    #[arg(long, value_name = "FILE")]
    pub html_out: Option<PathBuf>,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

/// How a drill is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DrillFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

fn half(text: &str) -> Result<HalfAddress, String> {
    match address(text)? {
        Address::Half(half) => Ok(half),
        Address::Cluster(_) | Address::Mirror(..) => Err(
            "expected CLUSTER/LINK, the cluster that would take over and the link there".to_owned(),
        ),
    }
}
