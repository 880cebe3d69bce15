//! The arguments of verbs for people in an incident: `failover`, `promote`, `pause`, `resume` and `switchover`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::planning::{allow, allow_words};
use super::saving::patch_file;
use super::{ApplyFormat, Global, Leasing, Suggested};
use crate::plan::Allow;

/// `failover`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Failover {
    /// What to fail over, on the cluster that takes over: CLUSTER/LINK/TOPIC, or CLUSTER/LINK for all
    /// mirror topics of the link there
    #[arg(value_name = "ADDRESS", required = true)]
    pub addresses: Vec<String>,
    /// Declare the other cluster lost, with this reason: it is not read any more. A link with `topics` needs
    /// it
    #[arg(long, value_name = "REASON", value_parser = reason)]
    pub lost: Option<String>,
    /// The day on which the loss must be checked again [default: in 30 days]
    #[arg(long, value_name = "DAY", requires = "lost", value_parser = day)]
    pub lost_until: Option<jiff::civil::Date>,
    /// What all of them have.
    #[command(flatten)]
    pub acting: Acting,
}

/// `promote`, `pause` and `resume`.
#[derive(Clone, Debug, ClapArgs)]
pub struct OnMirrors {
    /// The mirror topics: CLUSTER/LINK/TOPIC, or CLUSTER/LINK for all mirror topics of the link there
    #[arg(value_name = "ADDRESS", required = true)]
    pub addresses: Vec<String>,
    /// What all of them have.
    #[command(flatten)]
    pub acting: Acting,
}

/// `switchover`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Switchover {
    /// The key of the link in the spec
    #[arg(value_name = "LINK")]
    pub link: String,
    /// The cluster that its topics are written on from now on
    #[arg(long, value_name = "CLUSTER")]
    pub to: String,
    /// What all of them have.
    #[command(flatten)]
    pub acting: Acting,
}

/// What verbs have in common.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Acting {
    /// Allow operations with these risks (reversible, disruptive, direction, irreversible, data-loss) in
    /// addition to those that the policy allows; blast-radius overrides the policy's limit
    #[arg(long, value_name = "RISK", value_delimiter = ',', value_parser = Suggested(allow_words, allow), hide_possible_values = true)]
    pub allow: Vec<Allow>,
    /// Change the spec when the operations are done; otherwise the change stays in the patch file
    #[arg(long)]
    pub write: bool,
    /// Save the change of the spec to this file before anything is planned; it ends in .patch [default:
    /// linkwright-VERB-DIGEST.patch]
    #[arg(long, value_name = "FILE", value_parser = patch_file)]
    pub patch: Option<PathBuf>,
    /// Show the change of the spec and the plan, with all guards and validate_only requests; change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Apply without asking for approval
    #[arg(long)]
    pub auto_approve: bool,
    /// How to print progress and outcomes
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ApplyFormat,
    /// Write a JSON report of the run to this file; it is updated after every outcome
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// What is done about other runs.
    #[command(flatten)]
    pub leasing: Leasing,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("expected the reason, such as \"region down, INC-4711\"".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}

fn day(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse()
        .map_err(|_| "expected a day, such as 2026-12-01".to_owned())
}
