//! Many links as a table of clusters: a row for each source, a column for each destination, and in each cell the
//! links between the two. It stays readable where a drawing with arrows would not.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{CLIP, LETTER, MARGIN, escape, px};
use crate::plan::Direction;
use crate::report::picture::Topology;
use crate::report::safe::{clean, clip};
use crate::report::view::Truncated;
use crate::report::words::{self, More, Weight};

/// Clusters with a row and a column of their own; the rest shares one.
const MAX_CLUSTERS: usize = 14;
/// Links that the title of a cell names.
const NAMED: usize = 6;
/// Characters of a cluster's name.
const NAME: usize = 24;
/// Characters of the modes and of the prefixes of a cell.
const FACT: usize = 24;
const ROW: f64 = 74.0;
const LINE: f64 = 15.0;
const BAR: f64 = 4.0;

/// What one cell shows.
#[derive(Default)]
struct Cell {
    links: usize,
    count: usize,
    weight: Option<Weight>,
    is_mutual: bool,
    /// How many links are of which mode, by its word.
    modes: BTreeMap<String, usize>,
    /// Links by prefix; those without one have an empty one.
    prefixes: BTreeMap<String, usize>,
    /// Each link with what is known of it.
    named: Vec<String>,
}

impl Cell {
    /// `DESTINATION`, or `2 DESTINATION, 1 SOURCE`; empty where no mode is known.
    fn modes(&self) -> String {
        match self.modes.first_key_value() {
            Some((mode, n)) if *n == self.links => mode.clone(),
            _ => {
                let counted = self.modes.iter();
                let counted =
                    counted.map(|(mode, n)| format!("{} {mode}", words::number(*n as u64)));
                counted.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// `prefix west.`, or `3 prefixes`; empty where no link has one.
    fn prefixes(&self) -> String {
        let with: Vec<_> = (self.prefixes.iter())
            .filter(|(prefix, _)| !prefix.is_empty())
            .collect();
        match with.as_slice() {
            [] => String::new(),
            [(prefix, n)] if **n == self.links => format!("prefix {prefix}"),
            [(prefix, n)] => format!("{} with prefix {prefix}", words::number(**n as u64)),
            several => format!("{} prefixes", words::number(several.len() as u64)),
        }
    }
}

/// Draws the table under `top`; gives the width and height it takes.
pub(super) fn draw(body: &mut String, topology: &Topology, top: f64) -> (f64, f64) {
    let (names, ids, place) = clusters(topology);
    let cells = cells(topology, &place);
    let noun = topology.noun;
    let side = names
        .iter()
        .chain(&ids)
        .map(|name| name.chars().count())
        .max();
    let head = side.unwrap_or(0) as f64 * LETTER + 16.0;
    let longest = cells.values().flat_map(|cell| {
        let lines = [
            words::quantity(cell.count, noun),
            cell.modes(),
            cell.prefixes(),
        ];
        lines.map(|line| line.chars().count().min(FACT + 3))
    });
    let columns = names.iter().map(|name| name.chars().count());
    let column = longest.chain(columns).max().unwrap_or(8).max(8) as f64 * LETTER + 20.0;
    let most = cells.values().map(|cell| cell.links).max().unwrap_or(1);
    let _ = writeln!(
        body,
        "<g transform=\"translate({} {})\">",
        px(MARGIN),
        px(top)
    );
    text(body, "faint", 0.0, 12.0, "from \\ to");
    for (index, name) in names.iter().enumerate() {
        text(body, "bold", head + column * index as f64 + 8.0, 12.0, name);
        text(body, "bold", 0.0, 26.0 + ROW * index as f64 + 12.0, name);
        text(
            body,
            "faint",
            0.0,
            26.0 + ROW * index as f64 + 27.0,
            &ids[index],
        );
    }
    for row in 0..names.len() {
        for at in 0..names.len() {
            let (x, y) = (head + column * at as f64, 20.0 + ROW * row as f64);
            match cells.get(&(row, at)) {
                Some(cell) => draw_cell(
                    body,
                    cell,
                    noun,
                    (x, y, column),
                    most,
                    (&names[row], &names[at]),
                ),
                None => rect(body, "wave", x + 2.0, y + 2.0, column - 4.0, ROW - 4.0),
            }
        }
    }
    let height = 20.0 + ROW * names.len() as f64;
    text(body, "faint", 0.0, height + 18.0, &legend(topology));
    body.push_str("</g>\n");
    let width = head + column * names.len() as f64;
    (width + 2.0 * MARGIN, height + 24.0)
}

/// What the bars and colours mean.
fn legend(topology: &Topology) -> String {
    format!(
        "bar: share of links; red: {}; yellow: {}",
        topology.meaning.danger, topology.meaning.caution
    )
}

/// The clusters by name and id, and the place of each. The busiest have a place of their own.
fn clusters(topology: &Topology) -> (Vec<String>, Vec<String>, Vec<usize>) {
    let mut links = vec![0; topology.clusters.len()];
    for card in &topology.links {
        links[card.destination] += card.links.len();
        if let Some(source) = card.source {
            links[source] += card.links.len();
        }
    }
    let mut busiest: Vec<usize> = (0..links.len()).collect();
    busiest.sort_by_key(|index| Reverse(links[*index]));
    busiest.truncate(match links.len() > MAX_CLUSTERS {
        true => MAX_CLUSTERS - 1,
        false => MAX_CLUSTERS,
    });
    busiest.sort_unstable();
    let mut names: Vec<String> = busiest
        .iter()
        .map(|index| clip(&clean(topology.clusters[*index].name.as_str()), NAME))
        .collect();
    let id = |index: &usize| topology.clusters[*index].id.clone().unwrap_or_default();
    let mut ids: Vec<String> = busiest
        .iter()
        .map(|index| clip(&clean(&id(index)), NAME))
        .collect();
    let others = links.len() - busiest.len();
    let mut place = vec![busiest.len(); links.len()];
    for (at, index) in busiest.iter().enumerate() {
        place[*index] = at;
    }
    if let Some(more) = More::of(others) {
        names.push(more.called("cluster").to_string());
    }
    // Where a link is from is not always known.
    if topology.links.iter().any(|card| card.source.is_none()) {
        names.push("unknown".to_owned());
    }
    ids.resize(names.len(), String::new());
    (names, ids, place)
}

fn cells(topology: &Topology, place: &[usize]) -> BTreeMap<(usize, usize), Cell> {
    let unknown = place.iter().max().map_or(0, |last| last + 1);
    let mut cells: BTreeMap<(usize, usize), Cell> = BTreeMap::new();
    for card in &topology.links {
        let source = card.source.map_or(unknown, |source| place[source]);
        let cell = cells.entry((source, place[card.destination])).or_default();
        cell.links += card.links.len();
        cell.count += card.links.values().map(|link| link.count).sum::<usize>();
        let weights = card.links.values().filter_map(|link| link.weight);
        cell.weight = cell.weight.into_iter().chain(weights).max();
        for link in card.links.values() {
            if let Some(mode) = &link.mode {
                *cell.modes.entry(mode.to_string()).or_default() += 1;
                let prefix = clean(link.prefix.as_deref().unwrap_or_default());
                *cell.prefixes.entry(prefix.into_owned()).or_default() += 1;
            }
        }
        let named = (card.links.iter())
            .map(|(link, tally)| format!("{}: {}", clip(&clean(link), CLIP), clean(&tally.facts)));
        cell.named.extend(named);
        cell.is_mutual |= card.direction == Direction::Both;
    }
    cells
}

fn draw_cell(
    body: &mut String,
    cell: &Cell,
    noun: &str,
    (x, y, width): (f64, f64, f64),
    most: usize,
    (source, destination): (&str, &str),
) {
    let class = match cell.weight.unwrap_or(Weight::Plain) {
        Weight::Danger => "chip is-danger",
        Weight::Caution => "chip is-caution",
        Weight::Plain => "chip",
    };
    let links = words::quantity(cell.links, "link");
    let count = words::quantity(cell.count, noun);
    let joint = match cell.is_mutual {
        true => "and",
        false => "to",
    };
    let named = Truncated::of(&cell.named, NAMED).joined(Clone::clone);
    let title = format!("{source} {joint} {destination}: {links}, {count}. {named}");
    let _ = writeln!(body, "<g><title>{}</title>", escape(&title));
    rect(body, class, x + 2.0, y + 2.0, width - 4.0, ROW - 4.0);
    let bar = (width - 16.0) * cell.links as f64 / most as f64;
    rect(body, "tip", x + 8.0, y + ROW - 10.0, bar.max(2.0), BAR);
    let arrow = if cell.is_mutual { "↔ " } else { "" };
    text(body, "", x + 8.0, y + 16.0, &format!("{arrow}{links}"));
    let facts = [count, cell.modes(), cell.prefixes()];
    for (index, fact) in facts.iter().filter(|fact| !fact.is_empty()).enumerate() {
        let at = y + 30.0 + (LINE - 1.0) * index as f64;
        text(body, "faint", x + 8.0, at, &clip(fact, FACT));
    }
    body.push_str("</g>\n");
}

fn rect(body: &mut String, class: &str, x: f64, y: f64, width: f64, height: f64) {
    let _ = writeln!(
        body,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\"/>",
        px(x),
        px(y),
        px(width),
        px(height)
    );
}

fn text(body: &mut String, class: &str, x: f64, y: f64, words: &str) {
    let _ = writeln!(
        body,
        "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
        px(x),
        px(y),
        escape(words)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::LinkMode;
    use crate::report::picture::{ClusterCard, LinkCard, LinkTally, Meaning};

    #[test]
    fn cells_say_modes_and_prefixes() {
        let tally = |mode: &LinkMode, prefix: &str| LinkTally {
            count: 2,
            mode: Some(mode.clone()),
            prefix: Some(prefix.to_owned()).filter(|it| !it.is_empty()),
            ..LinkTally::default()
        };
        let card = |source, destination, links: Vec<LinkTally>| LinkCard {
            source,
            destination,
            direction: Direction::One,
            links: (0..).map(|n: usize| format!("l-{n}")).zip(links).collect(),
        };
        let cluster = |name: &str| ClusterCard {
            name: name.into(),
            id: None,
            count: 0,
        };
        let (destination, source) = (&LinkMode::Destination, &LinkMode::Source);
        let long = "a-prefix-that-is-longer-than-a-cell.";
        let topology = Topology {
            noun: "operation",
            meaning: Meaning {
                danger: "",
                caution: "",
            },
            clusters: vec![cluster("east"), cluster("west")],
            links: vec![
                card(
                    Some(0),
                    1,
                    vec![tally(destination, "p."), tally(destination, "p.")],
                ),
                card(
                    Some(1),
                    0,
                    vec![
                        tally(destination, "p."),
                        tally(source, "q."),
                        tally(source, ""),
                    ],
                ),
                card(Some(0), 0, vec![tally(source, "r.<"), tally(source, "")]),
                card(Some(1), 1, vec![tally(source, long)]),
                card(None, 1, vec![LinkTally::default()]),
            ],
        };
        let mut body = String::new();
        draw(&mut body, &topology, 0.0);
        let lines = |words: &str| body.matches(&format!(">{words}</text>")).count();
        for (words, count) in [
            ("DESTINATION", 1),
            ("prefix p.", 1),
            ("1 DESTINATION, 2 SOURCE", 1),
            ("2 prefixes", 1),
            ("SOURCE", 2),
            ("1 with prefix r.&lt;", 1),
            ("prefix a-prefix-that-is-...", 1),
        ] {
            assert_eq!(lines(words), count, "{words} {body}");
        }
    }
}
