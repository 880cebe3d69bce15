//! The arguments of the commands that plan and carry plans out: `plan`, `show`, `approve` and `apply`.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args as ClapArgs, ValueEnum};

use super::{
    Color, Global, Leasing, Paths, Quiet, Recorded, Sampling, Suggested, Symbols, duration,
    sampling,
};
use crate::address::Address;
use crate::desired::Risk;
use crate::plan::Allow;
use crate::report::PlanFormat;

/// Where the ledger of credentials is unless the command line says otherwise.
pub const LEDGER: &str = ".linkwright/ledger.json";
/// Where what is deleted is archived unless the command line says otherwise.
pub const ARCHIVE: &str = "linkwright-archive";

/// What plan and apply have in common.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Planning {
    /// Allow operations with these risks (reversible, disruptive, irreversible, data-loss) in addition
    /// to those that the policy allows; blast-radius overrides the policy's limit, exceptions changes that
    /// an exception holds back
    #[arg(long, value_name = "RISK", value_delimiter = ',', value_parser = Suggested(allow_words, allow), hide_possible_values = true)]
    pub allow: Vec<Allow>,
    /// Rotate the credentials of this link: write them again
    #[arg(long, value_name = "LINK")]
    pub rotate: Vec<String>,
    /// Record the declared `generation` of credentials as written where none is on record; write nothing
    /// for it
    #[arg(long)]
    pub adopt_generation: bool,
    /// File that records which generation of credentials was written last, where there is no shared
    /// store; with --sandbox .linkwright/ledger.sandbox.json. It holds no secret
    #[arg(long, value_name = "FILE", default_value = LEDGER)]
    pub ledger: PathBuf,
    /// Plan only these addresses, everything under them, and the operations that they depend on:
    /// CLUSTER, CLUSTER/LINK or CLUSTER/LINK/TOPIC
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', value_parser = address)]
    pub target: Vec<Address>,
    /// Read mirror topics a second time after this long, such as 10s: a mirror topic that has fetched in
    /// between has a known lag. With `last` how fast they copy is estimated from the last run with --record
    #[arg(long, value_name = "DURATION|last", value_parser = sampling)]
    pub sample: Option<Sampling>,
}

pub(super) fn allow(word: &str) -> Result<Allow, String> {
    Allow::from_word(word).ok_or_else(|| {
        "expected reversible, disruptive, irreversible, data-loss, blast-radius or exceptions"
            .to_owned()
    })
}

/// The words of `--allow`, for shells to complete.
pub(super) fn allow_words() -> Vec<PossibleValue> {
    let risks = Risk::ALL.into_iter().map(Allow::Risk);
    let others = [
        Allow::BlastRadius,
        Allow::Exceptions,
        Allow::LostClusterAnswers,
    ];
    let words = risks.chain(others).map(Allow::word);
    words.map(PossibleValue::new).collect()
}

pub(super) fn address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .ok_or_else(|| "expected CLUSTER, CLUSTER/LINK or CLUSTER/LINK/TOPIC".to_owned())
}

/// `plan`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Plan {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// What is allowed.
    #[command(flatten)]
    pub planning: Planning,
    /// Exit with 2 if there are changes, with 0 if there are none
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// How to print the plan
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: PlanFormat,
    /// Explain why this operation is planned and what it waits for: CLUSTER/LINK or
    /// CLUSTER/LINK/TOPIC
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub why: Option<Address>,
    /// Send every allowed operation that supports it with `validate_only`, and show what the server
    /// answers. Nothing is changed
    #[arg(long, conflicts_with = "from")]
    pub rehearse: bool,
    /// List every operation; do not shorten long lists
    #[arg(long)]
    pub all: bool,
    /// Save the plan to this file, for `apply --plan`. A plan that is made --from a snapshot is not saved
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub out: Option<PathBuf>,
    /// Also write the plan as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json_out: Option<PathBuf>,
    /// Also write the plan as Markdown to this file
    #[arg(long, value_name = "FILE")]
    pub markdown_out: Option<PathBuf>,
    /// Also write the plan as an HTML page to this file; the page loads nothing else
    #[arg(long, value_name = "FILE")]
    pub html_out: Option<PathBuf>,
    /// In place of clusters.
    #[command(flatten)]
    pub recorded: Recorded,
    /// Record this run in the shared store, below runs/read/
    #[arg(long, conflicts_with = "from", help_heading = "Store")]
    pub record: bool,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

impl ValueEnum for PlanFormat {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.about()))
    }
}

/// `show`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Show {
    /// The file that `plan --out` or `drill --out` wrote
    #[arg(value_name = "PLAN-FILE")]
    pub plan: PathBuf,
    /// Show it only if it is approved with the private key of this public key (PEM): its approval is in
    /// PLAN-FILE.approval
    #[arg(long, value_name = "PUBLIC-KEY")]
    pub verify: Option<PathBuf>,
    /// How to print the plan
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ShowFormat,
    /// List every operation; do not shorten long lists
    #[arg(long)]
    pub all: bool,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Marks.
    #[command(flatten)]
    pub symbols: Symbols,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// How a saved plan is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people.
    #[default]
    Text,
    /// Markdown for a pull-request comment.
    Markdown,
    /// A page for a browser.
    Html,
    /// The JSON document of the saved plan.
    Json,
}

/// `approve`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Approve {
    /// The file that `plan --out` or `drill --out` wrote; the approval is written next to it, as
    /// PLAN-FILE.approval
    #[arg(value_name = "PLAN-FILE")]
    pub plan: PathBuf,
    /// The private key to sign with: PEM, as `openssl genpkey -algorithm ed25519` writes it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// How long the approval holds, such as 2h
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "24h")]
    pub valid_for: Duration,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// `apply`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Apply {
    /// Spec files, or folders with *.yaml and *.yml files; together they are one spec [default: the
    /// working directory]. A saved plan among them is recognised and means --plan; with a saved plan and
    /// no spec, the desired state is taken from the plan
    #[arg(value_name = "PATH|PLAN-FILE")]
    pub paths: Vec<PathBuf>,
    /// What is allowed.
    #[command(flatten)]
    pub planning: Planning,
    /// Apply this saved plan, or what an earlier run left of it, if it is still valid. With the spec's
    /// paths, they must still make this plan. It contains the --target and --rotate that it was made with;
    /// --allow must be passed again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["target", "rotate"])]
    pub plan: Option<PathBuf>,
    /// Apply without asking for approval. A saved plan without the spec's paths needs
    /// --auto-approve=as-planned
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "declared"
    )]
    pub auto_approve: Option<AutoApprove>,
    /// Apply the saved plan only if it is approved with the private key of this public key (PEM): its
    /// approval is in PLAN-FILE.approval. What was approved is allowed, and nothing else
    #[arg(long, value_name = "PUBLIC-KEY")]
    pub verify: Option<PathBuf>,
    /// Run all guards and validate_only requests; change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print progress and outcomes
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ApplyFormat,
    /// Write a JSON report of the run to this file; it is updated after every outcome
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Folder in which the history of a link is saved before the link is deleted
    #[arg(long, value_name = "DIR", default_value = ARCHIVE)]
    pub archive: PathBuf,
    /// What is done about other runs.
    #[command(flatten)]
    pub leasing: Leasing,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

/// What is approved without a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AutoApprove {
    /// What the spec at the given paths declares.
    Declared,
    /// What the saved plan contains, with or without the spec that it was made from.
    AsPlanned,
}

/// How apply prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ApplyFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON event a line.
    Json,
}
