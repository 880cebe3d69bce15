//! Drift and health as Prometheus metrics, in the text format 0.0.4 that node exporter's textfile
//! collector reads: [`write()`].

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::drift::Drift;
use crate::live::loss::loss;
use crate::live::{CatchUp, MirrorStatus, Pace, Snapshot};

/// Writes the metrics of managed links (those whose configs were asked for) and of drift.
///
/// The caller replaces the collector's file at once, so that no half of it is ever read.
///
/// # Errors
/// When the writer fails.
pub fn write(
    out: &mut dyn Write,
    drift: &Drift,
    live: &Snapshot,
    generated_at: Option<jiff::Timestamp>,
) -> io::Result<()> {
    family(
        out,
        "linkwright_drift_findings",
        "Findings of the last run, by class.",
        drift
            .counts()
            .into_iter()
            .map(|(class, n)| (vec![("class", class.word().to_owned())], n as u64)),
    )?;
    let compared = drift.compared;
    family(
        out,
        "linkwright_compared",
        "Objects that the last run compared, by kind.",
        [
            ("clusters", compared.clusters),
            ("link_halves", compared.halves),
            ("configs", compared.configs),
            ("mirror_topics", compared.mirrors),
        ]
        .into_iter()
        .map(|(kind, n)| (vec![("kind", kind.to_owned())], n as u64)),
    )?;
    family(
        out,
        "linkwright_cluster_read",
        "Whether the cluster's links and mirror topics could be read.",
        live.clusters
            .iter()
            .filter(|(_, cluster)| !cluster.configs.is_empty())
            .map(|(name, cluster)| {
                let read = cluster.links.read().is_some() && cluster.mirrors.read().is_some();
                (vec![("cluster", name.to_string())], u64::from(read))
            }),
    )?;
    let links = links(live);
    family(
        out,
        "linkwright_link_healthy",
        "Whether the link is healthy (1) or reports an error (0).",
        links
            .iter()
            .map(|link| (link.labels(), u64::from(link.healthy))),
    )?;
    family(
        out,
        "linkwright_link_lag_messages",
        "Messages not yet mirrored, over all mirror topics of the link, as far as is known.",
        links.iter().map(|link| (link.labels(), link.lag)),
    )?;
    family(
        out,
        "linkwright_link_worst_lag_messages",
        "Messages not yet mirrored of the mirror topic with the highest lag.",
        links.iter().map(|link| (link.labels(), link.worst)),
    )?;
    family(
        out,
        "linkwright_link_lag_unknown_mirror_topics",
        "Mirror topics of the link whose lag is unknown or out of date.",
        links.iter().map(|link| (link.labels(), link.unknown)),
    )?;
    family(
        out,
        "linkwright_link_copied_messages_per_minute",
        "Messages that the link's mirror topics fetch in a minute, by this read and an earlier one (--sample).",
        (links.iter()).filter_map(|link| Some((link.labels(), link.pace?.0))),
    )?;
    family(
        out,
        "linkwright_link_catch_up_seconds",
        "Estimated time until the slowest mirror topic whose lag falls has caught up, by this read and an earlier one (--sample).",
        (links.iter()).filter_map(|link| Some((link.labels(), link.pace?.1))),
    )?;
    family(
        out,
        "linkwright_link_not_catching_up_mirror_topics",
        "Mirror topics whose lag does not fall, by this read and an earlier one (--sample).",
        (links.iter()).filter_map(|link| Some((link.labels(), link.pace?.2))),
    )?;
    family(
        out,
        "linkwright_link_mirror_topics",
        "Mirror topics of the link, by status.",
        links.iter().flat_map(|link| {
            link.statuses.iter().map(|(status, n)| {
                let mut labels = link.labels();
                labels.push(("status", status.clone()));
                (labels, *n)
            })
        }),
    )?;
    let time = generated_at.map(|time| u64::try_from(time.as_second()).unwrap_or(0));
    family(
        out,
        "linkwright_last_look_timestamp_seconds",
        "Time of the last run.",
        time.map(|time| (Vec::new(), time)).into_iter(),
    )
}

struct Link {
    cluster: String,
    link: String,
    healthy: bool,
    lag: u64,
    worst: u64,
    unknown: u64,
    /// Messages in a minute, seconds until the slowest has caught up, and how many do not catch up.
    pace: Option<(u64, u64, u64)>,
    statuses: BTreeMap<String, u64>,
}

impl Link {
    fn labels(&self) -> Vec<(&'static str, String)> {
        vec![
            ("cluster", self.cluster.clone()),
            ("link", self.link.clone()),
        ]
    }
}

fn links(live: &Snapshot) -> Vec<Link> {
    let mut links = Vec::new();
    for (name, cluster) in &live.clusters {
        let Some(mirrors) = cluster.mirrors.read() else {
            continue;
        };
        for (link, row) in cluster.links.read().into_iter().flatten() {
            if !cluster.configs.contains_key(link) {
                continue;
            }
            let mut statuses = BTreeMap::new();
            let (mut lag, mut worst, mut unknown) = (0u64, 0u64, 0u64);
            let mut pace = cluster.sampled.map(|_| (0, 0, 0));
            for mirror in mirrors.get(link).into_iter().flat_map(BTreeMap::values) {
                *statuses.entry(mirror.status.to_string()).or_insert(0) += 1;
                if mirror.status == MirrorStatus::Stopped {
                    continue;
                }
                let loss = loss(mirror, Some(row), mirror.earlier.sampled());
                if let (Some(pace), Some(seen)) =
                    (&mut pace, Pace::of(mirror, Some(row), cluster.sampled))
                {
                    add(pace, &seen);
                }
                lag = lag.saturating_add(loss.least);
                worst = worst.max(loss.least);
                unknown += u64::from(loss.unknown().is_some());
            }
            links.push(Link {
                cluster: name.to_string(),
                link: link.to_string(),
                healthy: row.is_healthy(),
                lag,
                worst,
                unknown,
                pace,
                statuses,
            });
        }
    }
    links
}

fn add((rate, slowest, never): &mut (u64, u64, u64), pace: &Pace) {
    *rate = rate.saturating_add(pace.per_minute());
    match pace.catch_up {
        CatchUp::After(time) => *slowest = (*slowest).max(time.as_secs()),
        CatchUp::NotFalling => *never += 1,
    }
}

/// Labels and value of one sample.
type Sample = (Vec<(&'static str, String)>, u64);

/// A metric with its samples; one without samples is left out.
fn family(
    out: &mut dyn Write,
    name: &str,
    help: &str,
    samples: impl Iterator<Item = Sample>,
) -> io::Result<()> {
    let mut samples = samples.peekable();
    if samples.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "# HELP {name} {help}")?;
    writeln!(out, "# TYPE {name} gauge")?;
    for (labels, value) in samples {
        let labels: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{}\"", escape(value)))
            .collect();
        if labels.is_empty() {
            writeln!(out, "{name} {value}")?;
        } else {
            writeln!(out, "{name}{{{}}} {value}", labels.join(","))?;
        }
    }
    Ok(())
}

/// A label's value: backslash, quote and line break are escaped.
fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
