//! The arguments of commands that work on specs alone: `validate`, `render`, `fmt`, `set` and `permissions`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Chosen, Color, Guarded, Paths, Quiet, Saving};

/// `validate`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Validate {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// How to print diagnostics
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: DiagnosticFormat,
    /// Also check that every ${env:…} and ${file:…} exists; those that only apply needs are notes
    #[arg(long)]
    pub references: bool,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Make the fixes that are safe, in place: those of problems with exactly one fix that keeps what is meant
    #[arg(long)]
    pub fix: bool,
    /// Check the spec with each of its environments
    #[arg(
        long,
        conflicts_with = "environment",
        help_heading = "Environments of the spec"
    )]
    pub all_environments: bool,
    /// Which environment.
    #[command(flatten)]
    pub chosen: Chosen,
    /// What specs may do.
    #[command(flatten)]
    pub guard: Guarded,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// `fmt`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Fmt {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// Write nothing: print the files that are not in the canonical layout, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// `set`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Set {
    /// Addresses, and the keys to set at each of them. An address is CLUSTER, CLUSTER/LINK or
    /// CLUSTER/LINK/TOPIC, or the keys that lead there: links.orders-dr.mirrors."orders.placed"
    #[arg(value_name = "ADDRESS|KEY=VALUE", required = true)]
    pub what: Vec<String>,
    /// Remove this key of each address
    #[arg(long, value_name = "KEY")]
    pub remove: Vec<String>,
    /// Spec files, or folders with *.yaml and *.yml files; together they are one spec [default: the
    /// working directory]
    #[arg(long, value_name = "PATH")]
    pub spec: Vec<PathBuf>,
    /// Which environment.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Where the change goes; otherwise it is only shown.
    #[command(flatten)]
    pub saving: Saving,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DiagnosticFormat {
    /// For people, with snippets.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
}

/// `render`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Render {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// Which environment.
    #[command(flatten)]
    pub chosen: Chosen,
    /// What specs may do.
    #[command(flatten)]
    pub guard: Guarded,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// `permissions`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Permissions {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: PermissionsFormat,
    /// Also list what it takes to promote the declared mirror topics or fail them over
    #[arg(long)]
    pub for_failover: bool,
    /// The environment and the variables.
    #[command(flatten)]
    pub chosen: Chosen,
    /// What specs may do.
    #[command(flatten)]
    pub guard: Guarded,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// How permissions are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PermissionsFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// Commands for a shell: the Confluent CLI on Confluent Cloud, kafka-acls elsewhere.
    Commands,
}
