//! The terminal page.

use linkwright::desired::MirrorState;
use linkwright::live::{Earlier, MirrorStatus, PartitionLag, Reading};
use linkwright::plan::Plan;
use linkwright::report::style::{Colors, Detail, Style, Symbols};
use linkwright::report::{consent, plan_json, plan_text};

use super::{golden, worlds};

fn page(plan: &Plan, style: &Style) -> String {
    let mut out = Vec::new();
    plan_text::write(&mut out, plan, style).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_world_reads_well() {
    for (name, world) in worlds::all() {
        golden::same(
            &format!("{name}.txt"),
            &page(&world.plan(), &Style::default()),
        );
    }
    golden::same(
        "acl_sync.txt",
        &page(&worlds::acl_sync().plan(), &Style::default()),
    );
}

#[test]
fn narrow_ascii_words_colours_and_everything() {
    let plan = worlds::alter().plan();
    let style = Style::default();
    let narrow = Style { width: 60, ..style };
    let ascii = Style {
        symbols: Symbols::Ascii,
        width: 80,
        ..style
    };
    let words = Style {
        symbols: Symbols::Words,
        width: 120,
        ..style
    };
    let colours = Style {
        colors: Colors::On,
        ..style
    };
    let all = Style {
        detail: Detail::All,
        ..style
    };
    golden::same("styles/narrow.txt", &page(&plan, &narrow));
    golden::same("styles/ascii.txt", &page(&plan, &ascii));
    golden::same("styles/words.txt", &page(&plan, &words));
    golden::same("styles/colours.txt", &page(&plan, &colours));
    golden::same("styles/all.txt", &page(&plan, &all));
    for line in page(&plan, &ascii).lines() {
        assert!(line.is_ascii() && line.len() <= 80, "{line}");
    }
}

#[test]
fn a_thousand_mirrors_are_listed_once() {
    let plan = worlds::many(1000, 0).plan();
    let brief = page(&plan, &Style::default());
    golden::same("thousand.txt", &brief);
    assert!(brief.lines().count() < 15);
    let all = page(
        &plan,
        &Style {
            detail: Detail::All,
            ..Style::default()
        },
    );
    assert!(all.contains("orders.00999"));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let page = page(&worlds::hostile().plan(), &Style::default());
    for bad in ["\u{1b}", "\u{202e}", "line\nbreak"] {
        assert!(!page.contains(bad), "{bad:?}");
    }
}

/// Approval is asked for with a line for each link and kind, and not for each mirror topic.
#[test]
fn irreversible_operations_are_listed_by_link_and_kind() {
    let mut world = super::world::World::new(&[]);
    for link in ["a", "b"] {
        world.link(link, &[]);
        world.declare(link, &[]);
    }
    for number in 0..30 {
        let topic = format!("t{number:02}");
        world.live_mirror("a", &topic, MirrorStatus::Active, 0);
        world.mirror("a", topic.as_str(), MirrorState::Promoted);
        let topic = format!("u{number:02}");
        world.live_mirror("b", &topic, MirrorStatus::Active, 10_240 + 1_000 * number);
        world.mirror("b", topic.as_str(), MirrorState::FailedOver);
    }
    let lines = consent::irreversible(&world.plan());
    assert_eq!(
        lines,
        [
            "fail over 30 mirror topics on west/b, each of which loses 10,240 to 39,240 messages: \
             u29, u28, u27, u26, u25 and 25 more",
            "promote 30 mirror topics on west/a: t00, t01, t02, t03, t04 and 25 more",
        ]
    );
}

/// A promotion waits for its lag: the plan says how much that is, and with two reads how long it takes.
#[test]
fn a_promotion_shows_its_lag() {
    let mut world = super::world::World::new(&[]);
    world.link("a", &[]);
    world.declare("a", &[]);
    for (topic, lag) in [("t0", 0), ("t1", 1_200)] {
        world.live_mirror("a", topic, MirrorStatus::Active, lag);
        world.mirror("a", topic, MirrorState::Promoted);
    }
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = flat(page(&world.plan(), &Style::default()));
    assert!(
        text.contains("lag at plan time: 0 to 1,200 messages"),
        "{text}"
    );
    for cluster in world.live.clusters.values_mut() {
        cluster.sampled = Some(std::time::Duration::from_secs(60));
    }
    if let Reading::Read(mirrors) = &mut world.cluster("west").mirrors {
        for row in mirrors.values_mut().flat_map(|rows| rows.values_mut()) {
            let earlier = (row.lags.iter())
                .map(|lag| PartitionLag {
                    lag: 2 * lag.lag,
                    last_source_fetch_offset: lag.last_source_fetch_offset - 9,
                    ..*lag
                })
                .collect();
            row.earlier = Earlier::Sampled(Box::new(earlier));
        }
    }
    let plan = world.plan();
    let text = flat(page(&plan, &Style::default()));
    let estimate = "they catch up in about 0s to 1m (estimate)";
    assert!(text.contains(estimate), "{text}");
    let document = plan_json::document(&plan, &plan_json::About::default());
    let lags = document.operations.iter().filter_map(|it| it.lag.as_ref());
    let seconds = lags.map(|lag| lag.pace.as_ref().unwrap().catch_up_seconds_estimate);
    assert_eq!(seconds.collect::<Vec<_>>(), [Some(0), Some(60)]);
}
