//! Whatever names and messages come, every view says something and none breaks.

use crate::support::generated::generated;
use linkwright::address::Address;
use linkwright::desired::{Desired, MirrorState, RetireMirrors};
use linkwright::health::{Health, Selection};
use linkwright::live::{LinkError, MirrorStatus};
use linkwright::report::drift::DriftView;
use linkwright::report::plan_json::{self, About};
use linkwright::report::status;
use linkwright::report::style::{Detail, Style, Symbols};
use linkwright::report::{drift, html, plan_graph, plan_markdown, plan_svg, plan_text, why};
use proptest::prelude::*;

use super::world::World;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z.]{1,12}",
        2 => ".{1,40}",
        1 => "[`|@#<>\\[\\]()*_~:/ \\\\\n\r\t\u{1b}\u{202e}&\"']{1,30}",
        1 => "x{200,249}",
    ]
}

fn world() -> impl Strategy<Value = World> {
    let mirror = (
        name(),
        0..MirrorStatus::KNOWN.len(),
        0..4usize,
        0..9_000_i64,
    );
    (
        name(),
        name(),
        ".{0,300}",
        proptest::collection::vec(mirror, 0..40),
        0..4usize,
    )
        .prop_map(|(link, old, message, mirrors, allowed)| {
            let mut world = World::new(&[]);
            world.link(&link, &[]);
            world.declare(&link, &[("some.text", &message)]);
            world.link_row(&link).error = Some(LinkError::Other(message.clone()));
            world.link_row(&link).error_message = Some(message.clone());
            for (topic, status, state, lag) in mirrors {
                let status = MirrorStatus::KNOWN[status].clone();
                world.live_mirror(&link, &topic, status.clone(), lag);
                world.mirror(&link, topic.as_str(), MirrorState::ALL[state]);
                if old != link {
                    world.live_mirror(&old, &topic, status, lag);
                }
            }
            if old != link {
                world.link(&old, &[]);
                world.retire(&old, RetireMirrors::Failover);
            }
            world.allow(&["irreversible", "data-loss", "blast-radius"][..allowed.min(3)]);
            world
        })
}

proptest! {
    #![proptest_config(generated(48))]

    #[test]
    fn no_view_breaks(world in world()) {
        let plan = world.plan();
        for symbols in [Symbols::Unicode, Symbols::Ascii, Symbols::Words] {
            for (width, detail) in [(1, Detail::All), (80, Detail::Brief)] {
                let style = Style { symbols, width, detail, ..Style::default() };
                let mut page = Vec::new();
                plan_text::write(&mut page, &plan, &style)?;
                let page = String::from_utf8(page)?;
                prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
                prop_assert!(symbols != Symbols::Ascii || page.is_ascii());
            }
        }
        let markdown = plan_markdown::render(&plan);
        prop_assert!(markdown.len() < plan_markdown::LIMIT);
        let opened = markdown.matches("<details><summary>").count();
        prop_assert!(markdown.matches("\n</details>").count() >= opened);
        let mut json = Vec::new();
        plan_json::write(&mut json, &plan, &About::default())?;
        let _: serde_json::Value = serde_json::from_slice(&json)?;
        plan_graph::dot(&mut Vec::new(), &plan)?;
        let mut graph = Vec::new();
        plan_graph::mermaid(&mut graph, &plan)?;
        prop_assert_eq!(super::mermaid::check(&String::from_utf8(graph)?), Ok(()));
        let style = Style { symbols: Symbols::Ascii, width: 60, ..Style::default() };
        let mut rest = Vec::new();
        for half in plan.operations.iter().map(|operation| operation.half().clone()).take(2) {
            let _ = why::write(&mut rest, &plan, &Address::Half(half), &style)?;
        }
        let found = super::drift::drift(&world);
        let drift = DriftView::of(&found, None);
        drift::text::write(&mut rest, &drift, &style)?;
        let status = Health::of(&world.live, &Desired::default());
        status::text::rollup(&mut rest, &status, &style)?;
        let all = Selection::default();
        status::text::links(&mut rest, &status, &all, &style)?;
        status::text::mirrors(&mut rest, &status, &all, jiff::Timestamp::UNIX_EPOCH, &style)?;
        let rest = String::from_utf8(rest)?;
        prop_assert!(rest.is_ascii() && !rest.chars().any(|c| c.is_control() && c != '\n'));
        prop_assert!(drift::markdown::render(&drift).len() < plan_markdown::LIMIT);
        let mut sarif = Vec::new();
        drift::sarif::write(&mut sarif, &drift, "links.yaml")?;
        let _: serde_json::Value = serde_json::from_slice(&sarif)?;
        let mut junit = Vec::new();
        drift::junit::write(&mut junit, &drift)?;
        let junit = String::from_utf8(junit)?;
        prop_assert!(!junit.chars().any(|c| c.is_control() && c != '\n'));
        let mut metrics = Vec::new();
        drift::metrics::write(&mut metrics, &found, &world.live, None)?;
        let metrics = String::from_utf8(metrics)?;
        let is_sample = |line: &str| {
            line.is_empty() || line.starts_with("# ") || line.starts_with("linkwright_")
        };
        prop_assert!(metrics.split('\n').all(is_sample));
        for page in [
            html::plan::render(&plan, &About::default()),
            html::drift::render(&drift, &plan, &Default::default()),
        ] {
            prop_assert_eq!(super::html::check(&page), Ok(()));
        }
        let svg = plan_svg::render(&plan);
        prop_assert_eq!(svg.matches("<svg").count(), 1);
        prop_assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    }
}
