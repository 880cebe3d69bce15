//! The arguments of `accept`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Global, Saving};
use crate::accept::StoppedAs;
use crate::address::Address;

/// `accept`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Accept {
    /// What to accept: CLUSTER, CLUSTER/LINK or CLUSTER/LINK/TOPIC, with everything under it. Without
    /// addresses, list what can be accepted and what cannot
    #[arg(value_name = "ADDRESS", value_parser = super::planning::address, conflicts_with = "all")]
    pub addresses: Vec<Address>,
    /// Accept everything that can be accepted; the rest is listed
    #[arg(long)]
    pub all: bool,
    /// Accept only what this report of drift has too (`drift --json-out`). The values are those that are
    /// live now
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// What stopped mirror topics were, where nothing shows it
    #[arg(long = "as", value_enum, value_name = "STATE")]
    pub stopped_as: Option<StoppedState>,
    /// Where the change goes; otherwise it is only shown.
    #[command(flatten)]
    pub saving: Saving,
    /// How to print the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: AcceptFormat,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

/// What a stopped mirror topic was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoppedState {
    /// It was promoted.
    Promoted,
    /// It was failed over.
    FailedOver,
}

impl From<StoppedState> for StoppedAs {
    fn from(stopped_as: StoppedState) -> Self {
        match stopped_as {
            StoppedState::Promoted => Self::Promoted,
            StoppedState::FailedOver => Self::FailedOver,
        }
    }
}

/// How accept prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AcceptFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}
