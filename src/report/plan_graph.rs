//! A plan as a graph for Graphviz ([`dot`]) and Mermaid ([`mermaid`]).
//!
//! Clusters hold links, links hold operations, and an arrow goes from what comes first to what waits
//! for it. `plan_svg` draws the same without any other program.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::picture::{self, Card, Picture};
use super::safe::{clean, clip};
use super::style::unicode;
use crate::address::ClusterName;
use crate::plan::Plan;

/// Characters of a name in a box.
const CLIP: usize = 60;

/// Writes the graph in Graphviz' language.
///
/// # Errors
/// When the writer fails.
pub fn dot(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let picture = picture::of(plan);
    writeln!(out, "digraph plan {{")?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(
        out,
        "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=11];"
    )?;
    writeln!(
        out,
        "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#57606a\"];"
    )?;
    for (number, (cluster, links)) in nested(&picture).into_iter().enumerate() {
        let id = cluster_id(&picture, cluster);
        writeln!(out, "  subgraph cluster_{number} {{")?;
        writeln!(out, "    label={};", quoted(&format!("{cluster} ({id})")))?;
        for (inner, (link, boxes)) in links.into_iter().enumerate() {
            writeln!(out, "    subgraph cluster_{number}_{inner} {{")?;
            writeln!(out, "      label={}; style=dashed;", quoted(link))?;
            for index in boxes {
                let card = &picture.boxes[index];
                let border = if card.is_grave() {
                    ", color=\"#cf222e\", penwidth=2"
                } else {
                    ""
                };
                writeln!(
                    out,
                    "      n{index} [label={}{border}];",
                    quoted(&label(card, unicode(card.deed)).join("\n"))
                )?;
            }
            writeln!(out, "    }}")?;
        }
        writeln!(out, "  }}")?;
    }
    for arrow in &picture.arrows {
        let rules: Vec<&str> = arrow.rules.keys().copied().collect();
        writeln!(
            out,
            "  n{} -> n{} [label={}];",
            arrow.before,
            arrow.after,
            quoted(&rules.join("\n"))
        )?;
    }
    writeln!(out, "}}")
}

/// Writes the graph in Mermaid's language.
///
/// # Errors
/// When the writer fails.
pub fn mermaid(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let picture = picture::of(plan);
    writeln!(out, "flowchart LR")?;
    for (number, (cluster, links)) in nested(&picture).into_iter().enumerate() {
        let id = cluster_id(&picture, cluster);
        writeln!(
            out,
            "  subgraph c{number}[\"{}\"]",
            entities(&format!("{cluster} ({id})"))
        )?;
        for (inner, (link, boxes)) in links.into_iter().enumerate() {
            writeln!(
                out,
                "    subgraph c{number}l{inner}[\"{}\"]",
                entities(link)
            )?;
            for index in boxes {
                let card = &picture.boxes[index];
                // No symbols: a label that begins with `+` or `-` would be taken for a list.
                let lines: Vec<String> =
                    label(card, "").iter().map(|line| entities(line)).collect();
                let class = if card.is_grave() { ":::grave" } else { "" };
                writeln!(out, "      n{index}[\"{}\"]{class}", lines.join("<br/>"))?;
            }
            writeln!(out, "    end")?;
        }
        writeln!(out, "  end")?;
    }
    for arrow in &picture.arrows {
        let rules: Vec<&str> = arrow.rules.keys().copied().collect();
        writeln!(
            out,
            "  n{} -->|\"{}\"| n{}",
            arrow.before,
            entities(&rules.join(", ")),
            arrow.after
        )?;
    }
    writeln!(out, "  classDef grave stroke:#cf222e,stroke-width:3px")
}

/// What stands in a box: what is done, to what, and how it can hurt.
fn label(card: &Card<'_>, symbol: &str) -> Vec<String> {
    let first = format!("{symbol} {} ({})", card.order, card.numbers());
    let mut lines = vec![
        first.trim_start().to_owned(),
        clip(&clean(&card.subject), CLIP),
    ];
    let risks = card.risks();
    if !risks.is_empty() {
        lines.push(risks.join(", "));
    }
    lines
}

/// The boxes by cluster and link.
fn nested<'a>(
    picture: &'a Picture<'_>,
) -> BTreeMap<&'a ClusterName, BTreeMap<&'a str, Vec<usize>>> {
    let mut nested: BTreeMap<&ClusterName, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (index, card) in picture.boxes.iter().enumerate() {
        let half = card.first.half();
        nested
            .entry(&half.cluster)
            .or_default()
            .entry(half.link.as_str())
            .or_default()
            .push(index);
    }
    nested
}

fn cluster_id<'a>(picture: &'a Picture<'_>, name: &ClusterName) -> &'a str {
    picture
        .clusters
        .iter()
        .find(|cluster| cluster.name == *name)
        .map_or("", |cluster| cluster.id.as_str())
}

/// A quoted string; line breaks of ours become Graphviz' own.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| clean(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

/// Everything but plain characters as Mermaid's entities, so that no name is taken for syntax.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text).chars() {
        if c.is_alphanumeric() || " .,-_/".contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", u32::from(c)));
        }
    }
    out
}
