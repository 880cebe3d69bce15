//! Graphs and the drawn picture.

use linkwright::plan::Plan;
use linkwright::report::plan_json::About;
use linkwright::report::{html, plan_graph, plan_markdown, plan_svg};

use super::{golden, mermaid, worlds};

fn text(
    write: impl Fn(&mut dyn std::io::Write, &Plan) -> std::io::Result<()>,
    plan: &Plan,
) -> String {
    let mut out = Vec::new();
    write(&mut out, plan).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_world_is_drawn() {
    for (name, world) in worlds::all() {
        let plan = world.plan();
        golden::same(&format!("graph/{name}.dot"), &text(plan_graph::dot, &plan));
        let mermaid = text(plan_graph::mermaid, &plan);
        assert_eq!(mermaid::check(&mermaid), Ok(()), "{name}");
        golden::same(&format!("graph/{name}.mmd"), &mermaid);
        golden::same(&format!("graph/{name}.svg"), &plan_svg::render(&plan));
    }
}

#[test]
fn a_picture_is_the_same_every_time() {
    let plan = worlds::retire().plan();
    let first = plan_svg::render(&plan);
    for _ in 0..50 {
        assert_eq!(plan_svg::render(&plan), first);
    }
}

/// Arrows of the map above the waves: from the source's box to the link's, and on to the destination's.
#[test]
fn links_are_drawn_from_source_to_destination() {
    let svg = plan_svg::render(&worlds::create().plan());
    let arrow = |title: &str| svg.contains(&format!("<title>{title}</title>"));
    let link = svg
        .lines()
        .find_map(|line| line.split_once(">link ")?.1.split_once("</text>"))
        .map(|(text, _)| format!("link {text}"))
        .unwrap();
    assert!(
        arrow(&format!("cluster east (lkc-east01) to {link}")),
        "{svg}"
    );
    assert!(
        arrow(&format!("{link} to cluster west (lkc-west01)")),
        "{svg}"
    );
}

#[test]
fn what_is_many_is_one_box() {
    let plan = worlds::many(5_000, 500).plan();
    let svg = plan_svg::render(&plan);
    assert!(svg.contains("create 5,000 mirror topics on"), "{svg}");
    assert!(svg.len() < 20_000);
    golden::same("graph/many.svg", &svg);
}

#[test]
fn pictures_stand_alone_and_hold_no_hostile_markup() {
    let svg = plan_svg::render(&worlds::hostile().plan());
    for bad in ["<img", "<script", "href", "@import", "\u{1b}", "\u{202e}"] {
        assert!(!svg.contains(bad), "{bad}");
    }
    assert!(svg.contains("prefers-color-scheme: dark"));
}

/// Names and messages of others, in every form that a browser or a viewer shows.
#[test]
fn labels_hold_nothing_that_hides_or_acts() {
    let plan = worlds::hostile().plan();
    for (form, text) in [
        ("svg", plan_svg::render(&plan)),
        ("dot", text(plan_graph::dot, &plan)),
        ("mermaid", text(plan_graph::mermaid, &plan)),
        ("markdown", plan_markdown::render(&plan)),
        ("html", html::plan::render(&plan, &About::default())),
    ] {
        let acts = |c: &char| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        };
        assert_eq!(text.chars().find(acts), None, "{form}");
    }
}
