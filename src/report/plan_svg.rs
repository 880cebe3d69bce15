//! A plan as a picture that any browser shows: [`write()`].
//!
//! Clusters with their links stand on top; below them the operations, wave by wave from left to
//! right, with an arrow from what comes first to what waits for it. The picture is complete in itself (no
//! fonts, scripts or other files), follows the reader's light or dark scheme, and says in titles and
//! words what it says in colours.

mod layout;
mod matrix;
mod topology;

use std::fmt::Write as _;
use std::io::{self, Write};

use layout::{Layout, Route};

use super::picture::{self, Card, Picture, Topology};
use super::safe::{clean, clip};
use super::words::{self, Action, Family};
use crate::plan::Plan;

/// Characters of a name in a box; the whole name is in the box's title.
const CLIP: usize = 42;
/// Pixels of a character of 12-pixel monospace type, a little generous.
const LETTER: f64 = 7.3;
const BOX_HEIGHT: f64 = 58.0;
const MARGIN: f64 = 24.0;
/// The distance between waves: room for arrows.
const GAP: f64 = 56.0;

/// Writes the picture.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    out.write_all(render(plan).as_bytes())
}

/// The picture as SVG.
#[must_use]
pub fn render(plan: &Plan) -> String {
    let mut top = String::new();
    let (head_width, head_height) = head(&mut top, plan);
    let drawing = draw(plan, top, head_height);
    let width = drawing.width.max(head_width);
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">Linkwright plan</title>\n<desc id=\"desc\">{}.</desc>\n{TIP}{STYLE}<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n",
        escape(&words::summary(plan)),
        w = px(width),
        h = px(drawing.height),
    );
    svg.push_str(&drawing.body);
    svg.push_str("</svg>\n");
    svg
}

/// What is in an `svg` element; colours come from around it, by the classes of [`STYLE`].
pub(crate) struct Drawing {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) body: String,
}

/// Clusters, links and waves, for a page that has a heading and colours of its own.
pub(crate) fn drawing(plan: &Plan) -> Drawing {
    draw(plan, TIP.to_owned(), MARGIN)
}

/// Clusters and links alone.
pub(crate) fn map(topology: &Topology) -> Drawing {
    let mut body = TIP.to_owned();
    let (width, height) = topology::draw(&mut body, topology, MARGIN);
    Drawing {
        width,
        height: MARGIN + height + MARGIN,
        body,
    }
}

/// Draws the clusters at `y`, and the waves under them.
fn draw(plan: &Plan, mut body: String, y: f64) -> Drawing {
    let mut picture = picture::of(plan);
    picture.reduce();
    // Boxes of one wave are equally wide, so that they stand in a column.
    let mut widths: Vec<f64> = vec![0.0; plan.waves.len() + 1];
    for card in &picture.boxes {
        widths[card.wave] = widths[card.wave].max(card_width(card));
    }
    let sizes: Vec<(f64, f64)> = picture
        .boxes
        .iter()
        .map(|card| (widths[card.wave], BOX_HEIGHT))
        .collect();
    let arrows: Vec<(usize, usize)> = picture
        .arrows
        .iter()
        .map(|arrow| (arrow.before, arrow.after))
        .collect();
    let waves: Vec<usize> = picture.boxes.iter().map(|card| card.wave).collect();
    let laid = layout::layout(&sizes, &arrows, &waves, GAP);

    let (map_width, map_height) = topology::draw(&mut body, &picture.topology, y);
    let top = y + map_height + 44.0;
    columns(&mut body, plan, &picture, &laid, &sizes, top);
    let _ = writeln!(
        body,
        "<g transform=\"translate({} {})\">",
        px(MARGIN),
        px(top)
    );
    for (arrow, route) in picture.arrows.iter().zip(&laid.routes) {
        let why: Vec<&str> = arrow.rules.values().copied().collect();
        arrow_path(&mut body, route, &why.join("; "));
    }
    for ((card, (x, y)), (width, height)) in picture.boxes.iter().zip(&laid.centers).zip(&sizes) {
        card_box(&mut body, card, x - width / 2.0, y - height / 2.0, *width);
    }
    body.push_str("</g>\n");
    Drawing {
        width: (laid.width + 2.0 * MARGIN).max(map_width).max(480.0),
        height: top + laid.height + MARGIN,
        body,
    }
}

/// The head of an arrow.
const TIP: &str = r#"<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0 1 10 5 0 9z"/></marker></defs>
"#;

/// Colours for light and dark. Written out twice, since not every viewer knows CSS variables.
const STYLE: &str = r#"<style>
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
.sans { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
.big { font-size: 16px; font-weight: 600; }
.bold { font-weight: 600; }
.faint { fill: #59636e; font-size: 11px; }
.page { fill: #ffffff; }
.cluster { fill: #f6f8fa; stroke: #d1d9e0; }
.chip { fill: #ffffff; stroke: #d1d9e0; }
.is-danger { stroke: #cf222e; stroke-width: 2; fill: #ffebe9; }
.is-caution { stroke: #9a6700; stroke-width: 1.5; fill: #fff8c5; }
.wave { fill: #f6f8fa; }
.box { fill: #ffffff; stroke: #d1d9e0; stroke-width: 1; }
.grave .box { stroke: #cf222e; stroke-width: 2; }
.grave .risk { fill: #cf222e; font-weight: 600; }
.risk { fill: #9a6700; font-size: 11px; }
.refused { fill: #cf222e; font-weight: 600; }
.arrow { fill: none; stroke: #818b98; stroke-width: 1.4; }
.tip { fill: #818b98; }
.create { fill: #1a7f37; } .change { fill: #0969da; } .wait { fill: #818b98; } .stop { fill: #8250df; } .delete { fill: #cf222e; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.faint { fill: #9198a1; }
.page { fill: #0d1117; }
.cluster { fill: #151b23; stroke: #3d444d; }
.chip { fill: #0d1117; stroke: #3d444d; }
.is-danger { stroke: #f85149; fill: #2c171a; }
.is-caution { stroke: #d29922; fill: #272115; }
.wave { fill: #151b23; }
.box { fill: #0d1117; stroke: #3d444d; }
.grave .box { stroke: #f85149; }
.grave .risk { fill: #f85149; }
.risk { fill: #d29922; }
.refused { fill: #f85149; }
.arrow { stroke: #656c76; }
.tip { fill: #656c76; }
.create { fill: #3fb950; } .change { fill: #4493f8; } .wait { fill: #656c76; } .stop { fill: #ab7df8; } .delete { fill: #f85149; }
}
</style>
"#;

/// The summary; gives the width and height it takes.
fn head(body: &mut String, plan: &Plan) -> (f64, f64) {
    let sentence = words::capital(words::summary(plan));
    let mut y = MARGIN + 14.0;
    let _ = writeln!(
        body,
        "<text class=\"sans big\" x=\"{}\" y=\"{}\">{}</text>",
        px(MARGIN),
        px(y),
        escape(&sentence)
    );
    let width = MARGIN * 2.0 + sentence.chars().count() as f64 * 10.2;
    if plan.is_refused() {
        y += 20.0;
        let _ = writeln!(
            body,
            "<text class=\"sans refused\" x=\"{}\" y=\"{}\">Refused: nothing will be applied.</text>",
            px(MARGIN),
            px(y)
        );
    }
    (width, y + 18.0)
}

/// A band behind each wave, with its number.
fn columns(
    body: &mut String,
    plan: &Plan,
    picture: &Picture<'_>,
    laid: &Layout,
    sizes: &[(f64, f64)],
    top: f64,
) {
    for wave in 1..=plan.waves.len() {
        let edges = picture
            .boxes
            .iter()
            .zip(&laid.centers)
            .zip(sizes)
            .filter(|((card, _), _)| card.wave == wave)
            .map(|((_, (x, _)), (width, _))| (x - width / 2.0, x + width / 2.0));
        let (mut left, mut right) = (f64::MAX, f64::MIN);
        for (from, to) in edges {
            left = left.min(from);
            right = right.max(to);
        }
        if left > right {
            continue;
        }
        let _ = writeln!(
            body,
            "<rect class=\"wave\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n<text class=\"sans faint\" x=\"{}\" y=\"{}\">Wave {wave} of {}</text>",
            px(MARGIN + left - 12.0),
            px(top - 28.0),
            px(right - left + 24.0),
            px(laid.height + 40.0),
            px(MARGIN + left),
            px(top - 11.0),
            plan.waves.len()
        );
    }
}

fn card_width(card: &Card<'_>) -> f64 {
    let lines = card_lines(card);
    let longest = lines
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    (longest as f64 * LETTER + 30.0).max(150.0)
}

/// The three lines of a box.
fn card_lines(card: &Card<'_>) -> [String; 3] {
    let risks = card.risks();
    [
        format!("{} {}", symbol(card.action), card.order),
        clip(&clean(&card.subject), CLIP),
        if risks.is_empty() {
            card.numbers()
        } else {
            format!("{}  {}", card.numbers(), risks.join(", "))
        },
    ]
}

fn card_box(body: &mut String, card: &Card<'_>, x: f64, y: f64, width: f64) {
    let [order, subject, foot] = card_lines(card);
    let because = words::because(&card.first.because);
    let grave = if card.is_severe() {
        " class=\"grave\""
    } else {
        ""
    };
    let _ = writeln!(
        body,
        "<g{grave}><title>{}</title>\n<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"6\"/>\n<rect class=\"{colour}\" x=\"{bar_x}\" y=\"{bar_y}\" width=\"4\" height=\"{bar_h}\" rx=\"2\"/>\n<text x=\"{text_x}\" y=\"{y1}\">{}</text>\n<text class=\"bold\" x=\"{text_x}\" y=\"{y2}\">{}</text>\n<text class=\"{foot_class}\" x=\"{text_x}\" y=\"{y3}\">{}</text></g>",
        escape(&format!("{} {}: {because}", card.order, card.subject)),
        escape(&order),
        escape(&subject),
        escape(&foot),
        x = px(x),
        y = px(y),
        w = px(width),
        h = px(BOX_HEIGHT),
        bar_x = px(x + 5.0),
        bar_y = px(y + 7.0),
        bar_h = px(BOX_HEIGHT - 14.0),
        text_x = px(x + 16.0),
        y1 = px(y + 18.0),
        y2 = px(y + 34.0),
        y3 = px(y + 50.0),
        colour = colour(card.action),
        foot_class = if card.risks().is_empty() {
            "faint"
        } else {
            "risk"
        },
    );
}

/// The action's symbol; not every font of a browser has the one that terminals show for a pause.
pub(crate) fn symbol(action: Action) -> &'static str {
    match action {
        Action::Pause => "‖",
        action => action.unicode(),
    }
}

/// The class that gives a action its colour.
pub(crate) fn colour(action: Action) -> &'static str {
    match action.family() {
        Family::Create => "create",
        Family::Change => "change",
        Family::Wait => "wait",
        Family::Stop => "stop",
        Family::Delete => "delete",
    }
}

fn arrow_path(body: &mut String, route: &Route, why: &str) {
    let _ = writeln!(
        body,
        "<path class=\"arrow\" d=\"{}\" marker-end=\"url(#tip)\"><title>{}</title></path>",
        curve(route),
        escape(why)
    );
}

/// A smooth line through the route's points, as SVG's path data.
fn curve(route: &Route) -> String {
    let Some((first, rest)) = route.split_first() else {
        return String::new();
    };
    let mut path = format!("M{} {}", px(first.0), px(first.1));
    let mut from = *first;
    for to in rest {
        let middle = f64::midpoint(from.0, to.0);
        let _ = write!(
            path,
            " C{m} {} {m} {} {} {}",
            px(from.1),
            px(to.1),
            px(to.0),
            px(to.1),
            m = px(middle)
        );
        from = *to;
    }
    path
}

/// A coordinate with at most one digit after the point: the same on every machine.
pub(crate) fn px(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 {
        format!("{rounded:.0}")
    } else {
        format!("{rounded:.1}")
    }
}

/// Text for XML.
fn escape(text: &str) -> String {
    clean(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
