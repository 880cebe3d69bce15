//! The live picture as one JSON document. Its schema is `schemas/status.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::address::HalfAddress;
use crate::health::{
    self, Health, LinkHealth, LinkRow, Ownership, Problem, Rows, Selection, TopicRow,
};
use crate::live::{MirrorFact, TaskProblem};
use crate::report::loss::{LossFigure, PaceEntry};
use crate::report::words;

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// What is live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright status")]
pub struct StatusDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// When live state was read (RFC 3339). Differs from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The snapshot that was read in place of the clusters; left out where they were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<FromSnapshot>,
    /// What is wrong, by cause, the most urgent first. It is about all links, whatever is selected.
    pub problems: Vec<HealthProblem>,
    /// The links that were listed, by address or in the order of `--sort`. With `--mirrors`, `--status` or
    /// `--topic`: those with a mirror topic that is selected.
    pub links: Vec<LinkEntry>,
    /// Declared link halves that do not exist, as `cluster/link`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What matches and is left out because of `--limit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
    /// What could not be read, with the reason.
    pub unread: Vec<String>,
}

/// How old what is shown is, where a snapshot was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FromSnapshot {
    /// When it was taken (RFC 3339): as `generated_at`.
    pub taken_at: String,
    /// How many seconds before the command ran. Differs from run to run.
    pub age_seconds: u64,
}

/// A cause, and everything that it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HealthProblem {
    /// Its stable code: `link-in-error`, `mirror-failed`, `link-failed`, `source-unavailable`,
    /// `primary-unavailable`, `missing`, `not-paired`, `unknown-status`, `task-in-error` or `link-paused`.
    pub code: String,
    /// The same in words.
    pub summary: String,
    /// The link halves, as `cluster/link`.
    pub links: Vec<String>,
    /// The mirror topics, as `cluster/link/topic`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mirror_topics: Vec<String>,
}

/// How much is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// How many links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<usize>,
    /// How many mirror topics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror_topics: Option<usize>,
}

/// One link half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkEntry {
    /// `cluster/link`.
    pub address: String,
    /// Whether a file declares or retires it.
    pub managed: bool,
    /// The link's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_id: Option<String>,
    /// The source cluster's id, on a destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_cluster_id: Option<String>,
    /// The destination cluster's id, on the source of a source-initiated link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_cluster_id: Option<String>,
    /// The other cluster's id, on a bidirectional link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_cluster_id: Option<String>,
    /// The API's word for its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Whether nothing is wrong with its connection, its other half, its tasks and its mirror topics, as
    /// far as is known.
    pub healthy: bool,
    /// The link's other half, where the two have different link ids and are no pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpaired_with: Option<String>,
    /// The API's word for its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The server's words for the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// What is known of the outage, where the link cannot reach its source and mirror topics follow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageEntry>,
    /// How many mirror topics are in each status; left out when they could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_status: Option<BTreeMap<String, usize>>,
    /// Its mirror topics, those that are selected; left out when they could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror_topics: Option<Vec<MirrorEntry>>,
    /// Its tasks; left out when they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<TaskEntry>>,
    /// The consumer groups that are active on its cluster and whose offsets it writes: they hold up a
    /// promotion. Left out when they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_groups: Option<Vec<String>>,
}

/// What is known of an outage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutageEntry {
    /// When the server noticed it (RFC 3339); contact was lost some minutes before. Null where it is not
    /// known.
    pub noticed: Option<String>,
    /// How many mirror topics follow the source.
    pub mirror_topics: usize,
    /// Messages that are known to be missing; later ones are not known.
    pub missing_at_least: u64,
    /// How to fail over, step by step. Empty where no file declares the link, or the spec says so already.
    pub failover: Vec<String>,
}

/// One mirror topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MirrorEntry {
    /// Its own name.
    pub topic: String,
    /// Its source topic.
    pub source_topic: String,
    /// The API's word for its status.
    pub status: String,
    /// Since when it has that status (RFC 3339). Null where the server does not say.
    pub since: Option<String>,
    /// How many partitions it has.
    pub partitions: u32,
    /// Messages not yet mirrored, over all partitions, as far as the server reports them.
    pub lag: u64,
    /// How sure that is.
    pub figure: LossFigure,
    /// Why it is not known, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// How fast it copies; only with `--sample`, of an active mirror topic with figures for every partition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<PaceEntry>,
    /// The API's word for why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What holds up its transition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemEntry>,
}

/// One task of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskEntry {
    /// Its name.
    pub name: String,
    /// The API's word for its state.
    pub state: String,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemEntry>,
}

/// A problem in the server's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProblemEntry {
    /// The server's code.
    pub code: String,
    /// The server's words.
    pub message: String,
    /// How to fix it.
    pub help: String,
}

impl ProblemEntry {
    fn of(problem: &TaskProblem) -> Self {
        Self {
            code: problem.code.to_string(),
            message: problem.message.clone(),
            help: words::task_problem_help(problem).to_owned(),
        }
    }
}

/// The document.
#[must_use]
pub fn document(
    health: &Health,
    selection: &Selection,
    generated_at: Option<jiff::Timestamp>,
) -> StatusDocument {
    let mut document = StatusDocument {
        format_version: FORMAT_VERSION,
        generated_at: generated_at.map(|time| time.to_string()),
        snapshot: None,
        problems: health::problems(health).iter().map(problem).collect(),
        links: Vec::new(),
        missing: Vec::new(),
        left_out: None,
        unread: health.unread.iter().map(ToString::to_string).collect(),
    };
    match selection.rows {
        Rows::Links => {
            let shown = selection.links(health);
            for row in &shown.rows {
                match row {
                    LinkRow::Found(one) => {
                        document
                            .links
                            .push(link(one, one.mirrors.iter().flat_map(BTreeMap::values)));
                    }
                    LinkRow::Missing(half) => document.missing.push(half.to_string()),
                }
            }
            document.left_out = (shown.omitted() > 0).then(|| LeftOut {
                links: Some(shown.omitted()),
                mirror_topics: None,
            });
        }
        Rows::Topics => {
            let shown = selection.topics(health);
            document.links = by_link(&shown.rows);
            document.left_out = (shown.omitted() > 0).then(|| LeftOut {
                links: None,
                mirror_topics: Some(shown.omitted()),
            });
        }
    }
    document
}

/// The links of these mirror topics, in the order of their first ones.
fn by_link(rows: &[TopicRow<'_>]) -> Vec<LinkEntry> {
    let mut places: BTreeMap<&HalfAddress, usize> = BTreeMap::new();
    let mut links: Vec<(&LinkHealth, Vec<&MirrorFact>)> = Vec::new();
    for row in rows {
        let at = *places.entry(&row.link.address).or_insert_with(|| {
            links.push((row.link, Vec::new()));
            links.len() - 1
        });
        links[at].1.push(row.mirror);
    }
    let links = links.into_iter();
    links
        .map(|(one, mirrors)| link(one, mirrors.into_iter()))
        .collect()
}

fn problem(problem: &Problem<'_>) -> HealthProblem {
    HealthProblem {
        code: problem.cause.code().to_owned(),
        summary: words::health_problem(problem),
        links: problem.links.iter().map(ToString::to_string).collect(),
        mirror_topics: (problem.mirrors.iter())
            .map(|(half, topic)| format!("{half}/{topic}"))
            .collect(),
    }
}

fn link<'a>(link: &LinkHealth, mirrors: impl Iterator<Item = &'a MirrorFact>) -> LinkEntry {
    let row = &link.row;
    LinkEntry {
        address: link.address.to_string(),
        managed: link.ownership == Ownership::Managed,
        link_id: row.link_id.clone(),
        source_cluster_id: row.source.as_ref().map(ToString::to_string),
        destination_cluster_id: row.destination.as_ref().map(ToString::to_string),
        remote_cluster_id: row.remote.as_ref().map(ToString::to_string),
        state: row.state.as_ref().map(ToString::to_string),
        healthy: link.is_healthy(),
        unpaired_with: link.unpaired.as_ref().map(ToString::to_string),
        error: row.error.as_ref().map(ToString::to_string),
        error_message: row.error_message.clone(),
        outage: link.outage.as_ref().map(|it| OutageEntry {
            noticed: it.noticed_ms.map(words::moment),
            mirror_topics: it.mirrors,
            missing_at_least: it.loss.least,
            failover: it.failover.iter().flat_map(words::failover_steps).collect(),
        }),
        by_status: link.by_status().map(|counts| {
            counts
                .into_iter()
                .map(|(status, n)| (status.to_string(), n))
                .collect()
        }),
        mirror_topics: (link.mirrors.is_some())
            .then(|| mirrors.map(|row| mirror(link, row)).collect()),
        tasks: link.tasks.as_ref().map(|tasks| {
            tasks
                .iter()
                .map(|task| TaskEntry {
                    name: task.name.clone(),
                    state: task.state.to_string(),
                    problems: task.problems.iter().map(ProblemEntry::of).collect(),
                })
                .collect()
        }),
        active_groups: link
            .active_groups
            .as_ref()
            .map(|groups| groups.iter().map(ToString::to_string).collect()),
    }
}

fn mirror(link: &LinkHealth, mirror: &MirrorFact) -> MirrorEntry {
    let loss = link.loss(mirror);
    MirrorEntry {
        topic: mirror.topic.to_string(),
        source_topic: mirror.source_topic.to_string(),
        status: mirror.status.to_string(),
        since: mirror.since_ms.map(words::moment),
        partitions: mirror.partitions,
        lag: loss.least,
        figure: LossFigure::of(&loss),
        unknown: loss.unknown().map(|why| why.to_string()),
        pace: link.pace(mirror).as_ref().map(PaceEntry::of),
        error: mirror.error.as_ref().map(ToString::to_string),
        problems: mirror
            .transition_problems
            .iter()
            .map(ProblemEntry::of)
            .collect(),
    }
}

/// Writes the document, indented, with a line break at its end.
///
/// # Errors
/// When the writer fails.
pub fn write(
    out: &mut dyn Write,
    health: &Health,
    selection: &Selection,
    generated_at: Option<jiff::Timestamp>,
    snapshot: Option<FromSnapshot>,
) -> io::Result<()> {
    let document = StatusDocument {
        snapshot,
        ..document(health, selection, generated_at)
    };
    crate::report::document::write(out, &document)
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::report::document::schema::<StatusDocument>()
}
