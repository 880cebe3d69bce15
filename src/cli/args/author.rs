//! The arguments of commands for authors: `init`, `import` and `lsp`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Color, Connection, Quiet, Verbose, pair};

/// `init`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Init {
    /// The file to write; it must not exist
    #[arg(value_name = "FILE", default_value = "linkwright.yaml")]
    pub file: PathBuf,
    /// What to start from [default: one link with comments on every section]
    #[arg(long, value_enum, value_name = "NAME")]
    pub template: Option<Template>,
    /// A cluster to start from, under a name that you choose. Its id is read from its REST endpoint; with
    /// --sandbox, ENDPOINT is an id or a name of the world
    #[arg(long, value_name = "NAME=ENDPOINT", value_parser = pair, conflicts_with = "template")]
    pub from_cluster: Vec<(String, String)>,
    /// Where to read the API key or user name for a --from-cluster: ${env:NAME} or ${file:PATH}, never the
    /// key itself. Without NAME= it applies to every --from-cluster [default: ${env:NAME_API_KEY}]
    #[arg(long, value_name = "[NAME=]REFERENCE", requires = "from_cluster")]
    pub api_key: Vec<String>,
    /// Where to read the API secret or password for a --from-cluster [default: ${env:NAME_API_SECRET}]
    #[arg(long, value_name = "[NAME=]REFERENCE", requires = "from_cluster")]
    pub api_secret: Vec<String>,
    /// Call the REST API of every --from-cluster without authentication
    #[arg(long, requires = "from_cluster", conflicts_with_all = ["api_key", "api_secret"])]
    pub no_sign_in: bool,
    /// Which clusters.
    #[command(flatten)]
    pub connection: Connection,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

/// The templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// Disaster recovery: a bidirectional link whose topics can change sides.
    Dr,
    /// Two clusters that mirror each other's topics under a prefix.
    Bidirectional,
    /// A source behind a firewall, which opens the connection.
    SourceInitiated,
    /// From Confluent Platform to Confluent Cloud.
    Migration,
    /// A source with Kerberos.
    Kerberos,
}

/// `import`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Import {
    /// The tool that the files are from
    #[arg(value_enum, value_name = "TOOL")]
    pub tool: ImportTool,
    /// The files. Both link objects of a link must be in them; they may be in different files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Folder to write the specs and HANDOVER.md to; it is created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub out_dir: PathBuf,
    /// Compare the specs with this live cluster, and read its id from it. NAME is the name that the specs
    /// give the cluster. With --sandbox, ENDPOINT is an id or a name of the world
    #[arg(long, value_name = "NAME=ENDPOINT", value_parser = pair)]
    pub cluster: Vec<(String, String)>,
    /// The id of a cluster that the files do not say
    #[arg(long, value_name = "NAME=ID", value_parser = id)]
    pub id: Vec<(String, String)>,
    /// The name of the link, for properties files that no script uses [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub link: Option<String>,
    /// Where to read the API key or user name for a --cluster: ${env:NAME} or ${file:PATH}, never the
    /// key itself. Without NAME= it applies to every --cluster [default: ${env:NAME_API_KEY}]
    #[arg(long, value_name = "[NAME=]REFERENCE", requires = "cluster")]
    pub api_key: Vec<String>,
    /// Where to read the API secret or password for a --cluster [default: ${env:NAME_API_SECRET}]
    #[arg(long, value_name = "[NAME=]REFERENCE", requires = "cluster")]
    pub api_secret: Vec<String>,
    /// Call the REST API of every --cluster without authentication
    #[arg(long, requires = "cluster", conflicts_with_all = ["api_key", "api_secret"])]
    pub no_sign_in: bool,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    /// Which clusters.
    #[command(flatten)]
    pub connection: Connection,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
    /// More output.
    #[command(flatten)]
    pub verbose: Verbose,
}

/// The tools that specs are imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportTool {
    /// What `terraform show -json` or `tofu show -json` prints, of a state or of a saved plan.
    Terraform,
    /// Manifests of Confluent for Kubernetes: ClusterLink, with KafkaRestClass and Kafka.
    Cfk,
    /// Properties files of links, and scripts with the commands that create links and mirror topics.
    Properties,
}

/// `lsp`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Lsp {
    /// What editors pass; there is no other way
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// `NAME=ID`.
fn id(text: &str) -> Result<(String, String), String> {
    pair(text).map_err(|_| "expected NAME=ID, such as west=lkc-west01".to_owned())
}
