//! The map above the waves: clusters, and the links between them from source to destination. Links with the same
//! ends are one box; where there are many, [`matrix`] draws them.

use std::fmt::Write as _;

use super::layout::{self, Route};
use super::{CLIP, LETTER, MARGIN, curve, escape, matrix, px};
use crate::plan::Direction;
use crate::report::picture::{LinkCard, Topology};
use crate::report::safe::{clean, clip};
use crate::report::view::More;
use crate::report::words::{self, Weight};

/// Links that one card names.
const NAMED: usize = 4;
/// More boxes of links than this are drawn as a table.
const MAX_BOXES: usize = 6;
const LINE: f64 = 16.0;
const PADDING: f64 = 14.0;

/// What a box of the map says, the first line loudest.
struct Tile {
    class: &'static str,
    weight: Weight,
    lines: Vec<String>,
}

impl Tile {
    fn size(&self) -> (f64, f64) {
        let longest = self.lines.iter().map(|line| line.chars().count()).max();
        (
            longest.unwrap_or(0) as f64 * LETTER + 2.0 * PADDING,
            self.lines.len() as f64 * LINE + PADDING,
        )
    }
}

/// Draws the map under `top`; gives the width and height it takes.
pub(super) fn draw(body: &mut String, topology: &Topology, top: f64) -> (f64, f64) {
    if topology.clusters.is_empty() {
        return (0.0, 0.0);
    }
    if topology.links.len() > MAX_BOXES {
        return matrix::draw(body, topology, top);
    }
    let noun = topology.noun;
    let first_link = topology.clusters.len();
    let clusters = topology.clusters.iter().map(|cluster| Tile {
        class: "cluster",
        weight: Weight::Plain,
        lines: vec![
            format!("cluster {}", clip(&clean(&cluster.title()), CLIP)),
            match cluster.count {
                0 => format!("no {noun} here"),
                n => format!("{} here", words::quantity(n, noun)),
            },
        ],
    });
    let tiles: Vec<Tile> = clusters
        .chain(topology.links.iter().map(|card| link_tile(card, noun)))
        .collect();
    let mut lines = Vec::new();
    let mut heads = Vec::new();
    for (index, link) in topology.links.iter().enumerate() {
        if let Some(source) = link.source {
            lines.push((source, first_link + index));
            heads.push(match link.direction {
                Direction::One => "",
                Direction::Both => " marker-start=\"url(#tip)\"",
            });
        }
        lines.push((first_link + index, link.destination));
        heads.push(" marker-end=\"url(#tip)\"");
    }
    let sizes: Vec<(f64, f64)> = tiles.iter().map(Tile::size).collect();
    let laid = layout::network(&sizes, &lines);
    let _ = writeln!(
        body,
        "<g transform=\"translate({} {})\">",
        px(MARGIN),
        px(top)
    );
    for ((route, heads), (from, to)) in laid.routes.iter().zip(heads).zip(&lines) {
        line(body, route, heads, &tiles[*from], &tiles[*to]);
    }
    for ((tile, (x, y)), (width, height)) in tiles.iter().zip(&laid.centers).zip(&sizes) {
        draw_tile(body, tile, x - width / 2.0, y - height / 2.0);
    }
    body.push_str("</g>\n");
    (laid.width + 2.0 * MARGIN, laid.height)
}

fn link_tile(card: &LinkCard, noun: &str) -> Tile {
    let mut lines: Vec<String> = card
        .links
        .iter()
        .take(NAMED)
        .flat_map(|(link, tally)| {
            let head = format!(
                "link {}: {}",
                clip(&clean(link), CLIP),
                words::quantity(tally.count, noun)
            );
            let facts = Some(format!("  {}", clip(&clean(&tally.facts), 2 * CLIP)));
            [Some(head), facts.filter(|_| !tally.facts.is_empty())]
        })
        .flatten()
        .collect();
    let rest = card.links.values().skip(NAMED).map(|tally| tally.count);
    if let Some(more) = More::of(card.links.len().saturating_sub(NAMED)) {
        lines.push(format!(
            "{}: {}",
            more.called("link"),
            words::quantity(rest.sum(), noun)
        ));
    }
    let weights = card.links.values().filter_map(|tally| tally.weight);
    Tile {
        class: "chip",
        weight: weights.max().unwrap_or(Weight::Plain),
        lines,
    }
}

fn line(body: &mut String, route: &Route, heads: &str, from: &Tile, to: &Tile) {
    let name = |tile: &Tile| tile.lines.first().cloned().unwrap_or_default();
    let _ = writeln!(
        body,
        "<path class=\"arrow\" d=\"{}\"{heads}><title>{}</title></path>",
        curve(route),
        escape(&format!("{} to {}", name(from), name(to)))
    );
}

fn draw_tile(body: &mut String, tile: &Tile, x: f64, y: f64) {
    let (width, height) = tile.size();
    let _ = writeln!(
        body,
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
        match tile.weight {
            Weight::Danger => "chip is-danger",
            Weight::Caution => "chip is-caution",
            Weight::Plain => tile.class,
        },
        px(x),
        px(y),
        px(width),
        px(height)
    );
    for (index, text) in tile.lines.iter().enumerate() {
        let class = match (tile.class, index) {
            ("cluster", 0) => "bold",
            _ => "faint",
        };
        let _ = writeln!(
            body,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            px(x + PADDING),
            px(y + PADDING / 2.0 + 12.0 + LINE * index as f64),
            escape(text)
        );
    }
}
