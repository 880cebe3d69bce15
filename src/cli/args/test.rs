//! The arguments of `test`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Color, Quiet};

/// `test`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Test {
    /// Scenario files, or folders: in them and below, files named scenario.yaml or *.scenario.yaml are scenarios
    /// [default: the working directory]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print the results
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: TestFormat,
    /// Write the files that `output` and `views` of scenarios name, with what comes out
    #[arg(long)]
    pub update: bool,
    /// Run the scenarios again when a file of theirs changes
    #[arg(long, conflicts_with = "update")]
    pub watch: bool,
    /// How many scenarios run at the same time [default: as many as there are processors]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Play one scenario and print what became of it, for the run that has started this one
    #[arg(long, hide = true, value_name = "FILE", conflicts_with = "paths")]
    pub play: Option<PathBuf>,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// How the results of scenarios are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people.
    #[default]
    Text,
    /// JUnit XML.
    Junit,
}
