//! A plan as a graph for Graphviz ([`dot`]) and Mermaid ([`mermaid`]).
//!
//! Clusters hold links, links hold operations, and an arrow goes from what comes first to what waits
//! for it: in Graphviz' language all of them, in Mermaid's those that others do not imply. `plan_svg`
//! draws the same without any other program.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::picture::{self, Card, ClusterCard, Extent, Picture};
use super::safe::{clean, clip};
use crate::address::{ClusterName, HalfAddress};
use crate::plan::{Direction, Plan};

/// Characters of a name in a box.
const CLIP: usize = 60;
/// What the graph of a plan without operations says: an empty picture would look like a mistake.
const EMPTY: &str = "no operations";

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
    if picture.boxes.is_empty() {
        writeln!(out, "  n0 [label={}];", quoted(EMPTY))?;
    }
    for (number, (cluster, links)) in nested(&picture).into_iter().enumerate() {
        let title = cluster_title(&picture, cluster);
        writeln!(out, "  subgraph cluster_{number} {{")?;
        writeln!(out, "    label={};", quoted(&title))?;
        for (inner, (half, boxes)) in links.into_iter().enumerate() {
            writeln!(out, "    subgraph cluster_{number}_{inner} {{")?;
            writeln!(
                out,
                "      label={}; style=dashed;",
                quoted(&link_title(plan, &picture, half, &boxes))
            )?;
            for index in boxes {
                let card = &picture.boxes[index];
                let border = if card.is_severe() {
                    ", color=\"#cf222e\", penwidth=2"
                } else {
                    ""
                };
                writeln!(
                    out,
                    "      n{index} [label={}{border}];",
                    quoted(&label(card, card.action.unicode()).join("\n"))
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
    let mut picture = picture::of(plan);
    picture.reduce();
    // Names are long words: at its usual 200 pixels Mermaid breaks them in odd places.
    writeln!(
        out,
        "%%{{init: {{\"flowchart\": {{\"wrappingWidth\": 480}}}}}}%%"
    )?;
    writeln!(out, "flowchart LR")?;
    if picture.boxes.is_empty() {
        writeln!(out, "  n0[\"{EMPTY}\"]")?;
    }
    for (number, (cluster, links)) in nested(&picture).into_iter().enumerate() {
        let title = cluster_title(&picture, cluster);
        writeln!(out, "  subgraph c{number}[\"{}\"]", entities(&title))?;
        for (inner, (half, boxes)) in links.into_iter().enumerate() {
            writeln!(
                out,
                "    subgraph c{number}l{inner}[\"{}\"]",
                entities(&link_title(plan, &picture, half, &boxes))
            )?;
            for index in boxes {
                let card = &picture.boxes[index];
                // No symbols: a label that begins with `+` or `-` would be taken for a list.
                let lines: Vec<String> =
                    label(card, "").iter().map(|line| entities(line)).collect();
                let class = if card.is_severe() { ":::grave" } else { "" };
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

/// What is in a box: what is done, to what, and how it can hurt.
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

/// Boxes by link; those of several links are under none.
type ByLink<'a> = BTreeMap<Option<&'a HalfAddress>, Vec<usize>>;

/// The boxes by cluster and link; those of several clusters are under none.
fn nested<'a>(picture: &'a Picture<'_>) -> BTreeMap<Option<&'a ClusterName>, ByLink<'a>> {
    let mut nested: BTreeMap<Option<&ClusterName>, ByLink<'_>> = BTreeMap::new();
    for (index, card) in picture.boxes.iter().enumerate() {
        let half = card.first.half();
        let (cluster, half) = match card.extent {
            Extent::Link => (Some(&half.cluster), Some(half)),
            Extent::Cluster => (Some(&half.cluster), None),
            Extent::All => (None, None),
        };
        let links = nested.entry(cluster).or_default();
        links.entry(half).or_default().push(index);
    }
    nested
}

/// What is above a cluster.
fn cluster_title(picture: &Picture<'_>, name: Option<&ClusterName>) -> String {
    let Some(name) = name else {
        return "several clusters".to_owned();
    };
    picture
        .topology
        .clusters
        .iter()
        .find(|cluster| cluster.name == *name)
        .map_or_else(|| name.to_string(), ClusterCard::title)
}

/// What is above a link's operations: its name, and the other cluster where that is known. Above those of several links:
/// how many they are, and where they come from.
fn link_title(
    plan: &Plan,
    picture: &Picture<'_>,
    half: Option<&HalfAddress>,
    boxes: &[usize],
) -> String {
    let Some(half) = half else {
        let cards: Vec<&Card<'_>> = boxes.iter().map(|index| &picture.boxes[*index]).collect();
        return picture::facts_together(plan, &cards);
    };
    let link = &half.link;
    match plan.links.get(half) {
        Some(ends) => {
            let id = ends.source_id.as_ref();
            let id = id.map_or(String::new(), |id| format!(" ({id})"));
            let between = match ends.direction {
                Direction::Both => {
                    format!(
                        "{link}, between {}{id} and {}",
                        ends.source, ends.destination
                    )
                }
                Direction::One => {
                    format!("{link}, from {}{id} to {}", ends.source, ends.destination)
                }
            };
            match picture::link_facts(half, ends) {
                facts if facts.is_empty() => between,
                facts => format!("{between}; {facts}"),
            }
        }
        None => link.to_string(),
    }
}

/// A quoted string; line breaks of ours become Graphviz' own.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| clean(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

/// Everything but plain characters as Mermaid's entities, so that no name is taken for syntax. A text
/// that begins like an item of a list would be taken for one.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text).chars() {
        let is_plain = match out.is_empty() {
            true => c.is_alphabetic(),
            false => c.is_alphanumeric() || " .,-_/".contains(c),
        };
        if is_plain {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", u32::from(c)));
        }
    }
    out
}
