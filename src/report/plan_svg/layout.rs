//! Where boxes and arrows go: [`layout`]. The one place that knows the layout library.

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, Ranker};

/// The points that an arrow goes through.
pub(super) type Route = Vec<(f64, f64)>;

/// A layout.
pub(super) struct Layout {
    /// The centre of each box.
    pub(super) centers: Vec<(f64, f64)>,
    /// The route of each arrow, from what comes first to what waits.
    pub(super) routes: Vec<Route>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Places boxes of these sizes in columns by wave.
///
/// Each box is in its wave's column: the library ranks by the longest path to a sink, and the
/// arrows are given to it reversed, so that a box's rank is its wave. Were that ever not so, the
/// boxes are put into plain columns instead.
pub(super) fn layout(
    sizes: &[(f64, f64)],
    arrows: &[(usize, usize)],
    waves: &[usize],
    gap: f64,
) -> Layout {
    let laid = by_library(sizes, arrows, gap);
    match laid {
        Some(laid) if in_columns(&laid, sizes, waves) => laid,
        _ => in_plain_columns(sizes, arrows, waves, gap),
    }
}

/// The arrows are given to the library reversed; see [`layout`].
fn by_library(sizes: &[(f64, f64)], arrows: &[(usize, usize)], gap: f64) -> Option<Layout> {
    let reversed: Vec<(usize, usize)> = arrows
        .iter()
        .map(|(before, after)| (*after, *before))
        .collect();
    let mut laid = place(
        sizes,
        &reversed,
        LayoutOptions {
            rankdir: RankDir::RL,
            ranksep: gap,
            ranker: Ranker::LongestPath,
            ..LayoutOptions::default()
        },
    )?;
    laid.routes.iter_mut().for_each(|route| route.reverse());
    attach(&mut laid, sizes, arrows);
    Some(laid)
}

/// Places boxes so that most arrows go from left to right. Arrows may go round in circles.
pub(super) fn network(sizes: &[(f64, f64)], arrows: &[(usize, usize)]) -> Layout {
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        ranksep: 44.0,
        ..LayoutOptions::default()
    };
    let laid = place(sizes, arrows, options);
    let mut laid =
        laid.unwrap_or_else(|| in_plain_columns(sizes, arrows, &vec![1; sizes.len()], 44.0));
    attach(&mut laid, sizes, arrows);
    laid
}

/// Lets the library place boxes and route arrows.
fn place(
    sizes: &[(f64, f64)],
    arrows: &[(usize, usize)],
    options: LayoutOptions,
) -> Option<Layout> {
    let mut graph: Graph<NodeLabel, EdgeLabel> = Graph::with_options(GraphOptions {
        directed: true,
        multigraph: false,
        compound: false,
    });
    // Names of one length keep the library's order by name the same as ours.
    let name = |index: usize| format!("{index:06}");
    for (index, (width, height)) in sizes.iter().enumerate() {
        let label = NodeLabel {
            width: *width,
            height: *height,
            ..NodeLabel::default()
        };
        graph.set_node(name(index), Some(label));
    }
    for (from, to) in arrows {
        graph.set_edge(name(*from), name(*to), Some(EdgeLabel::default()), None);
    }
    dagre::layout(
        &mut graph,
        Some(LayoutOptions {
            nodesep: 16.0,
            edgesep: 10.0,
            tie_keep_first: true,
            ..options
        }),
    );
    let mut centers = Vec::with_capacity(sizes.len());
    for index in 0..sizes.len() {
        let node = graph.node(&name(index))?;
        centers.push((node.x?, node.y?));
    }
    let mut routes = Vec::with_capacity(arrows.len());
    for (from, to) in arrows {
        let edge = graph.edge(&name(*from), &name(*to), None)?;
        routes.push(edge.points.iter().map(|point| (point.x, point.y)).collect());
    }
    Some(Layout {
        width: extent(&centers, sizes, |at| at.0, |size| size.0),
        height: extent(&centers, sizes, |at| at.1, |size| size.1),
        centers,
        routes,
    })
}

/// Ends arrows in the middle of a side: the library ends them where they meet the outline, which is
/// often at a corner.
fn attach(laid: &mut Layout, sizes: &[(f64, f64)], arrows: &[(usize, usize)]) {
    let centers = &laid.centers;
    for (route, (from, to)) in laid.routes.iter_mut().zip(arrows) {
        let outwards = if centers[*from].0 <= centers[*to].0 {
            0.5
        } else {
            -0.5
        };
        if let [first, .., last] = route.as_mut_slice() {
            *first = (
                centers[*from].0 + sizes[*from].0 * outwards,
                centers[*from].1,
            );
            *last = (centers[*to].0 - sizes[*to].0 * outwards, centers[*to].1);
        }
    }
}

fn extent(
    centers: &[(f64, f64)],
    sizes: &[(f64, f64)],
    at: impl Fn(&(f64, f64)) -> f64,
    size: impl Fn(&(f64, f64)) -> f64,
) -> f64 {
    centers
        .iter()
        .zip(sizes)
        .map(|(center, extent)| at(center) + size(extent) / 2.0)
        .fold(0.0, f64::max)
}

/// Whether every box of a wave is left of every box of the next.
fn in_columns(laid: &Layout, sizes: &[(f64, f64)], waves: &[usize]) -> bool {
    let last = waves.iter().copied().max().unwrap_or(0);
    let mut ends = vec![(f64::MAX, f64::MIN); last + 1];
    for ((center, size), wave) in laid.centers.iter().zip(sizes).zip(waves) {
        let end = &mut ends[*wave];
        *end = (
            end.0.min(center.0 - size.0 / 2.0),
            end.1.max(center.0 + size.0 / 2.0),
        );
    }
    ends.retain(|(left, right)| left <= right);
    ends.windows(2).all(|pair| pair[0].1 < pair[1].0)
        && laid.routes.iter().all(|route| route.len() >= 2)
}

/// One column for each wave, boxes from top to bottom, straight arrows.
fn in_plain_columns(
    sizes: &[(f64, f64)],
    arrows: &[(usize, usize)],
    waves: &[usize],
    gap: f64,
) -> Layout {
    let last = waves.iter().copied().max().unwrap_or(0);
    let mut widths = vec![0.0_f64; last + 1];
    for ((width, _), wave) in sizes.iter().zip(waves) {
        widths[*wave] = widths[*wave].max(*width);
    }
    let mut left = vec![0.0; last + 1];
    for wave in 1..=last {
        left[wave] = left[wave - 1]
            + if wave > 1 {
                widths[wave - 1] + gap
            } else {
                0.0
            };
    }
    let mut next = vec![0.0; last + 1];
    let mut centers = Vec::with_capacity(sizes.len());
    for ((_, height), wave) in sizes.iter().zip(waves) {
        centers.push((
            left[*wave] + widths[*wave] / 2.0,
            next[*wave] + height / 2.0,
        ));
        next[*wave] += height + 16.0;
    }
    let routes = arrows
        .iter()
        .map(|(before, after)| {
            let (from, to) = (centers[*before], centers[*after]);
            vec![
                (from.0 + sizes[*before].0 / 2.0, from.1),
                (to.0 - sizes[*after].0 / 2.0, to.1),
            ]
        })
        .collect();
    Layout {
        width: extent(&centers, sizes, |at| at.0, |size| size.0),
        height: extent(&centers, sizes, |at| at.1, |size| size.1),
        centers,
        routes,
    }
}
