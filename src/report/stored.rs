//! What is in a store, for people and as JSON documents.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::quantity;
use super::{document, safe};
use crate::apply::archive::Archive;
use crate::plan::file::OriginV1;
use crate::store::kept::Kept;
use crate::store::lease::{LeaseV1, StateV1};

/// The schema of `lease list -o json`.
#[must_use]
pub fn leases_schema() -> serde_json::Value {
    document::schema::<LeasesDocument>()
}

/// The schema of `runs list -o json`.
#[must_use]
pub fn runs_schema() -> serde_json::Value {
    document::schema::<RunsDocument>()
}

/// The schema of `runs show ID -o json`.
#[must_use]
pub fn run_schema() -> serde_json::Value {
    document::schema::<RunDocument>()
}

/// The schema of `archive list -o json`.
#[must_use]
pub fn archives_schema() -> serde_json::Value {
    document::schema::<ArchivesDocument>()
}

/// The part of a store that something is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is about real clusters.
    Live,
    /// What runs with `--sandbox` have kept.
    Sandbox,
}

/// What the clusters of a part are, where they are not real.
pub(crate) fn simulated(part: Part) -> Option<&'static str> {
    match part {
        Part::Live => None,
        Part::Sandbox => Some("simulated (--sandbox)"),
    }
}

/// What the outcome of a run is until it has ended.
pub const UNFINISHED: &str = "unfinished";

/// The version of these documents. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// The leases that are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright leases")]
pub struct LeasesDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// The leases, by cluster id.
    pub leases: Vec<LeaseEntry>,
}

/// One lease that is held. Its holder may have stopped renewing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeaseEntry {
    /// The cluster.
    pub cluster_id: String,
    /// Who holds it: what `lease release --holder` takes.
    pub holder: String,
    /// The machine.
    pub host: String,
    /// The run.
    pub run_id: String,
    /// Since when, by the holder's clock.
    pub since: String,
    /// It rises with each renewal.
    pub sequence: u64,
    /// Where the pipeline's page is.
    pub url: Option<String>,
    /// Who asked the holder to stop, if someone did.
    pub asked_by: Option<String>,
    /// Whether it is of a run with `--sandbox`.
    pub sandbox: bool,
}

/// Writes the leases that are held as one JSON document.
///
/// # Errors
/// When they cannot be written.
pub fn leases_json(out: &mut dyn Write, leases: &[(Part, LeaseV1)]) -> io::Result<()> {
    let entries = leases.iter().map(|(part, lease)| LeaseEntry {
        cluster_id: lease.cluster_id.clone(),
        holder: lease.holder.clone(),
        host: lease.host.clone(),
        run_id: lease.run_id.clone(),
        since: lease.since.clone(),
        sequence: lease.sequence,
        url: lease.url.clone(),
        asked_by: lease.yields.as_ref().map(|it| it.holder.clone()),
        sandbox: *part == Part::Sandbox,
    });
    let document = LeasesDocument {
        format_version: FORMAT_VERSION,
        leases: entries.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes the leases that are held as text.
///
/// # Errors
/// When they cannot be written.
pub fn leases_text(out: &mut dyn Write, leases: &[(Part, LeaseV1)]) -> io::Result<()> {
    if leases.is_empty() {
        return writeln!(out, "No cluster is leased.");
    }
    for (part, lease) in leases {
        writeln!(out, "{}", lease_line(*part, lease))?;
    }
    Ok(())
}

/// The cluster of a lease, and that it is a simulated one if it is.
#[must_use]
pub fn cluster_of(part: Part, lease: &LeaseV1) -> String {
    let mark = match part {
        Part::Live => "",
        Part::Sandbox => " (sandbox)",
    };
    format!("{}{mark}", safe::clean(&lease.cluster_id))
}

/// `lkc-west01: held by ann/… on laptop since …`.
#[must_use]
pub fn lease_line(part: Part, lease: &LeaseV1) -> String {
    let cluster = cluster_of(part, lease);
    let LeaseV1 {
        holder,
        host,
        since,
        ..
    } = lease;
    let mut line = match lease.state {
        StateV1::Withdrawn => format!(
            "{cluster}: an operator has released it, and {holder} on {host}, who held it since {since}, may not \
             have noticed yet"
        ),
        StateV1::Held | StateV1::Released => {
            format!("{cluster}: held by {holder} on {host} since {since}")
        }
    };
    if let Some(url) = &lease.url {
        line.push_str(&format!(" ({url})"));
    }
    if let Some(asked) = &lease.yields {
        line.push_str(&format!(
            "; {} on {} asked for it",
            asked.holder, asked.host
        ));
    }
    safe::clean(&line).into_owned()
}

/// What one run did, as it is kept in a store. Nothing secret is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Linkwright run")]
pub struct RunDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// The run's id.
    pub id: String,
    /// The command: `apply` or a verb such as `failover`, and with `--record` `plan`, `drift` or `status`.
    pub command: String,
    /// A digest of the spec's paths, its environment and its clusters: `drift --since last` compares runs of one
    /// scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The commit that the spec is from, where it is known.
    pub commit: Option<String>,
    /// Where what it worked on is from: the version of Linkwright, the spec's paths and commit, and in `needs` what was
    /// allowed. Left out in records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginV1>,
    /// Who ran it.
    pub holder: String,
    /// On which machine.
    pub host: String,
    /// Where the pipeline's page is.
    pub url: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it ended; null for a run that goes on, or that was killed.
    pub ended_at: Option<String>,
    /// The exit code; null for a run that goes on, or that was killed.
    pub exit_code: Option<u8>,
    /// What the exit code means, in a word; `unfinished` for a run that goes on, or that was killed.
    pub outcome: String,
    /// The digest of the plan that it carried out; null where it carried out none.
    pub plan_digest: Option<String>,
    /// The reason that was given for running without a lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_lease: Option<String>,
    /// The run report, as `apply --report` writes it, or the document that the command writes with `-o json`; null where
    /// nothing was carried out.
    pub report: Option<serde_json::Value>,
    /// The events, as `apply --output json` writes them; empty for other commands.
    pub events: Vec<serde_json::Value>,
}

/// Runs, without their reports and events.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright runs")]
pub struct RunsDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// The runs, the newest first.
    pub runs: Vec<RunEntry>,
}

/// One run of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunEntry {
    /// The run's id.
    pub id: String,
    /// The command.
    pub command: String,
    /// The commit that the spec is from, where it is known.
    pub commit: Option<String>,
    /// Who ran it.
    pub holder: String,
    /// On which machine.
    pub host: String,
    /// When it began.
    pub started_at: String,
    /// When it ended; null for a run that goes on, or that was killed.
    pub ended_at: Option<String>,
    /// The exit code; null for a run that goes on, or that was killed.
    pub exit_code: Option<u8>,
    /// What the exit code means, in a word; `unfinished` for a run that goes on, or that was killed.
    pub outcome: String,
    /// Whether it is a run with `--sandbox`.
    pub sandbox: bool,
}

/// Whether an object is the record of a run that was not completed.
#[must_use]
pub fn is_unfinished(content: &[u8]) -> bool {
    serde_json::from_slice::<RunDocument>(content).is_ok_and(|run| run.outcome == UNFINISHED)
}

fn run_entry((part, kept): &(Part, Kept)) -> RunEntry {
    let sandbox = *part == Part::Sandbox;
    match serde_json::from_slice::<RunDocument>(&kept.content) {
        Ok(run) => RunEntry {
            id: kept.id.clone(),
            command: run.command,
            commit: run.commit,
            holder: run.holder,
            host: run.host,
            started_at: run.started_at,
            ended_at: run.ended_at,
            exit_code: run.exit_code,
            outcome: run.outcome,
            sandbox,
        },
        Err(_) => RunEntry {
            id: kept.id.clone(),
            command: "unknown".to_owned(),
            commit: None,
            holder: String::new(),
            host: String::new(),
            started_at: String::new(),
            ended_at: None,
            exit_code: None,
            outcome: "the record cannot be read".to_owned(),
            sandbox,
        },
    }
}

/// Writes runs as one JSON document.
///
/// # Errors
/// When they cannot be written.
pub fn runs_json(out: &mut dyn Write, runs: &[(Part, Kept)]) -> io::Result<()> {
    let document = RunsDocument {
        format_version: FORMAT_VERSION,
        runs: runs.iter().map(run_entry).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes runs as text, one a line.
///
/// # Errors
/// When they cannot be written.
pub fn runs_text(out: &mut dyn Write, runs: &[(Part, Kept)]) -> io::Result<()> {
    if runs.is_empty() {
        return writeln!(out, "No run is recorded.");
    }
    for run in runs.iter().map(run_entry) {
        let commit = run.commit.as_deref().unwrap_or("unknown commit");
        let exit = match run.exit_code {
            Some(code) => format!("{} ({code})", run.outcome),
            None => run.outcome,
        };
        let mark = if run.sandbox { "  sandbox" } else { "" };
        let line = format!(
            "{}  {}  {exit}  {} on {}  {commit}{mark}",
            run.id, run.command, run.holder, run.host
        );
        writeln!(out, "{}", safe::clean(&line))?;
    }
    Ok(())
}

/// Writes one run as text: what it was, and how each operation ended.
///
/// # Errors
/// When it cannot be written.
pub fn run_text(out: &mut dyn Write, part: Part, content: &[u8]) -> io::Result<()> {
    let Ok(run) = serde_json::from_slice::<RunDocument>(content) else {
        return out.write_all(content);
    };
    let commit = run.commit.as_deref().unwrap_or("unknown");
    let plan = run.plan_digest.as_deref().unwrap_or("none");
    let mut lines = vec![
        format!("{} {}", run.command, run.id),
        format!("  by {} on {}", run.holder, run.host),
        match &run.ended_at {
            Some(end) => format!("  from {} to {end}", run.started_at),
            None => format!("  from {}", run.started_at),
        },
        format!("  commit {commit}, plan {plan}"),
        match run.exit_code {
            Some(code) => format!("  {} (exit code {code})", run.outcome),
            None => format!("  {}: it goes on, or was killed", run.outcome),
        },
    ];
    lines.extend(simulated(part).map(|words| format!("  clusters {words}")));
    lines.extend(run.url.map(|url| format!("  {url}")));
    let reason = run.without_lease;
    lines.extend(reason.map(|reason| format!("  without a lease: {reason}")));
    let report = run.report.unwrap_or_default();
    for operation in report["operations"].as_array().into_iter().flatten() {
        let text = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
        let outcome = operation["outcome"]["result"].as_str();
        lines.push(format!(
            "  {}  {} {}",
            outcome.unwrap_or("unknown"),
            text("operation"),
            text("address")
        ));
    }
    for problem in report["ending"]["problems"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let text = |key: &str| problem[key].as_str().unwrap_or_default();
        lines.push(format!("  {}: {}", text("code"), text("summary")));
    }
    let unread = report["unread"].as_array().into_iter().flatten();
    let unread = unread.filter_map(serde_json::Value::as_str);
    lines.extend(unread.map(|why| format!("  not read: {why}")));
    for line in lines {
        writeln!(out, "{}", safe::clean(&line))?;
    }
    Ok(())
}

/// Archives of links that were deleted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright archives")]
pub struct ArchivesDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// The archives, the newest first.
    pub archives: Vec<ArchiveEntry>,
}

/// One archive of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArchiveEntry {
    /// What `archive show` takes.
    pub id: String,
    /// The cluster's id.
    pub cluster_id: Option<String>,
    /// The cluster's name in the spec.
    pub cluster: Option<String>,
    /// The link.
    pub link: Option<String>,
    /// When it was read.
    pub generated_at: Option<String>,
    /// How many mirror topics it has.
    pub mirrors: Option<usize>,
    /// Whether it is of a run with `--sandbox`.
    pub sandbox: bool,
}

fn archive_entry((part, kept): &(Part, Kept)) -> ArchiveEntry {
    let archive = serde_json::from_slice::<Archive>(&kept.content).ok();
    let of = |get: fn(&Archive) -> &String| archive.as_ref().map(|it| get(it).clone());
    ArchiveEntry {
        id: kept.id.clone(),
        cluster_id: of(|it| &it.cluster_id),
        cluster: of(|it| &it.cluster),
        link: of(|it| &it.link.name),
        generated_at: of(|it| &it.generated_at),
        mirrors: archive.as_ref().map(|it| it.mirrors.len()),
        sandbox: *part == Part::Sandbox,
    }
}

/// Writes archives as one JSON document.
///
/// # Errors
/// When they cannot be written.
pub fn archives_json(out: &mut dyn Write, archives: &[(Part, Kept)]) -> io::Result<()> {
    let document = ArchivesDocument {
        format_version: FORMAT_VERSION,
        archives: archives.iter().map(archive_entry).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes archives as text, one a line.
///
/// # Errors
/// When they cannot be written.
pub fn archives_text(out: &mut dyn Write, archives: &[(Part, Kept)]) -> io::Result<()> {
    if archives.is_empty() {
        return writeln!(out, "No link is archived.");
    }
    for archive in archives.iter().map(archive_entry) {
        let mark = if archive.sandbox { "  sandbox" } else { "" };
        let line = match (&archive.cluster, &archive.link, archive.mirrors) {
            (Some(cluster), Some(link), Some(mirrors)) => format!(
                "{}  {cluster}/{link}, {}{mark}",
                archive.id,
                quantity(mirrors, "mirror topic")
            ),
            _ => format!("{}  cannot be read", archive.id),
        };
        writeln!(out, "{}", safe::clean(&line))?;
    }
    Ok(())
}

/// Writes one archive as text.
///
/// # Errors
/// When it cannot be written.
pub fn archive_text(out: &mut dyn Write, part: Part, content: &[u8]) -> io::Result<()> {
    let Ok(archive) = serde_json::from_slice::<Archive>(content) else {
        return out.write_all(content);
    };
    let mut lines = vec![format!(
        "{}/{} ({}), read {}",
        archive.cluster, archive.link.name, archive.cluster_id, archive.generated_at
    )];
    lines.extend(simulated(part).map(|words| format!("  clusters {words}")));
    lines.extend(archive.reason.map(|reason| format!("  because: {reason}")));
    for (name, value) in &archive.configs {
        lines.push(format!("  {name} = {value}"));
    }
    for mirror in &archive.mirrors {
        let (topic, source) = (&mirror.topic, &mirror.source_topic);
        lines.push(format!("  {topic} (of {source}): {}", mirror.status));
        for lag in &mirror.lags {
            lines.push(format!(
                "    partition {}: last source offset fetched {}, lag {}",
                lag.partition, lag.last_source_fetch_offset, lag.lag
            ));
        }
    }
    for line in lines {
        writeln!(out, "{}", safe::clean(&line))?;
    }
    Ok(())
}
