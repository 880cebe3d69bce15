//! Drift in all its forms.

use std::path::PathBuf;
use std::time::Duration;

use linkwright::address::Address;
use linkwright::desired::{Exception, MirrorState};
use linkwright::drift::{Drift, DriftClass, Input};
use linkwright::health::Thresholds;
use linkwright::live::{Earlier, MirrorStatus, PartitionLag, Reading};
use linkwright::report::drift::{DriftView, json, junit, markdown, metrics, sarif, text};
use linkwright::report::plan_markdown::LIMIT;
use linkwright::report::style::Style;
use linkwright::report::words;

use super::world::{THEN, World, place};
use super::{golden, worlds};

/// An hour after the worlds' facts: 2026-11-01T11:00:00Z.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(THEN + 3_600_000).unwrap()
}

pub(crate) fn drift(world: &World) -> Drift {
    let plan = world.plan();
    Drift::of(&Input {
        plan: &plan,
        live: &world.live,
        desired: &world.desired,
        thresholds: Thresholds {
            max_lag: Some(8),
            max_catch_up: None,
            max_pending: Some(Duration::from_secs(600)),
        },
        now: now(),
    })
}

pub(crate) fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// An operator paused a mirror, narrowed a filter, added a link and broke a credential by hand.
pub(crate) fn by_hand() -> World {
    let mut world = worlds::alter();
    world.live_mirror("orders-dr", "payments", MirrorStatus::Paused, 0);
    world.mirror("orders-dr", "payments", MirrorState::Mirroring);
    world.link("somebodys", &[]);
    world.link_row("orders-dr").error = Some(linkwright::live::LinkError::Authentication);
    world.link_row("orders-dr").state = Some(linkwright::live::LinkState::Failed);
    world
}

pub(crate) fn exception(address: &str, field: Option<&str>, until: &str) -> Exception {
    Exception {
        address: Address::parse(address).unwrap(),
        field: field.map(str::to_owned),
        reason: "paused by on-call, INC-42".to_owned(),
        until: until.parse().unwrap(),
        place: place(70),
    }
}

fn every_form(name: &str, world: &World) {
    let drift = drift(world);
    let view = DriftView::of(&drift, None);
    let style = Style::default();
    let told = |form: &str, text: &str| golden::same(&format!("drift/{name}.{form}"), text);
    told("txt", &written(|out| text::write(out, &view, &style)));
    told("json", &written(|out| json::write(out, &view, None)));
    told("md", &markdown::render(&view));
    told(
        "sarif",
        &written(|out| sarif::write(out, &view, "links.yaml")),
    );
    told("xml", &written(|out| junit::write(out, &view)));
    told(
        "prom",
        &written(|out| metrics::write(out, &drift, &world.live, Some(now()))),
    );
}

#[test]
fn every_form_of_drift() {
    let mut expected = by_hand();
    expected.desired.exceptions = vec![
        exception("west/orders-dr/payments", Some("state"), "2026-12-01"),
        exception("west/orders-dr", Some("acl.sync.ms"), "2026-11-01"),
    ];
    let mut pending = worlds::promote();
    pending.live_mirror("orders-dr", "late", MirrorStatus::PendingStopped, 9000);
    for (name, world) in [
        ("quiet", worlds::no_changes()),
        ("by_hand", by_hand()),
        ("expected", expected),
        ("pending", pending),
        ("retire", worlds::retire()),
        ("create", worlds::create()),
        ("health", worlds::health()),
        ("unknowns", worlds::unknowns()),
        ("hostile", worlds::hostile()),
    ] {
        every_form(name, &world);
    }
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/drift.schema.json");
    golden::compare(path, &format!("{:#}\n", json::schema()));
    let validator = jsonschema::validator_for(&json::schema()).unwrap();
    for (name, world) in worlds::all() {
        let drift = drift(&world);
        let document = json::document(&DriftView::of(&drift, None), Some(now()));
        let document = serde_json::to_value(document).unwrap();
        assert!(validator.is_valid(&document), "{name}");
    }
}

#[test]
fn an_exception_holds_until_its_day_and_for_its_field_only() {
    let classes = |until: &str, field: Option<&str>| {
        let mut world = by_hand();
        world.desired.exceptions = vec![exception("west/orders-dr/payments", field, until)];
        let drift = drift(&world);
        let found = drift
            .findings
            .iter()
            .find(|found| found.code() == "LW420")
            .unwrap();
        found.class
    };
    assert_eq!(classes("2026-11-02", Some("state")), DriftClass::Expected);
    assert_eq!(classes("2026-11-02", None), DriftClass::Expected);
    assert_eq!(classes("2026-11-02", Some("lag")), DriftClass::State);
    assert_eq!(classes("2026-11-01", Some("state")), DriftClass::State);
}

#[test]
fn quiet_is_quiet_and_what_was_not_read_is_never_quiet() {
    let quiet = drift(&worlds::no_changes());
    assert!(!quiet.fails_on(&DriftClass::ALL));
    let style = Style::default();
    let text = written(|out| text::write(out, &DriftView::of(&quiet, None), &style));
    assert_eq!(text.lines().count(), 1);
    let unknown = drift(&worlds::no_changes_unknown());
    assert!(unknown.has_unknowns());
    assert!(!words::drift_summary(&unknown).contains("no drift"));
}

#[test]
fn thousands_fit_a_comment_and_are_listed_once() {
    let drift = drift(&worlds::many(3_000, 3_000));
    assert_eq!(drift.findings.len(), 6_000);
    let view = DriftView::of(&drift, None);
    let style = Style::default();
    assert!(
        written(|out| text::write(out, &view, &style))
            .lines()
            .count()
            < 20
    );
    assert!(markdown::render(&view).len() < LIMIT);
}

#[test]
fn metrics_escape_what_labels_hold() {
    let mut world = World::new(&[]);
    world.link("a\"b\\c\nd", &[]);
    world.declare("a\"b\\c\nd", &[]);
    let metrics = written(|out| metrics::write(out, &drift(&world), &world.live, None));
    assert!(metrics.contains(r#"link="a\"b\\c\nd"} 1"#), "{metrics}");
    world.cluster("west").mirrors = Reading::NotAsked;
    let metrics = written(|out| metrics::write(out, &drift(&world), &world.live, None));
    assert!(metrics.contains("linkwright_cluster_read{cluster=\"west\"} 0"));
}

/// On a slow network each mirror topic has a lag of its own. They are one finding, with the range, the furthest behind
/// first, after what is worse.
#[test]
fn lag_is_grouped_by_link_and_comes_after_what_has_failed() {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.declare("orders-dr", &[]);
    for number in 0..60 {
        let topic = format!("a{number:02}");
        world.mirror("orders-dr", topic.as_str(), MirrorState::Mirroring);
        world.live_mirror(
            "orders-dr",
            &topic,
            MirrorStatus::Active,
            100 + number * 1_000,
        );
    }
    world.mirror("orders-dr", "z", MirrorState::Mirroring);
    world.live_mirror("orders-dr", "z", MirrorStatus::Failed, 0);
    let drift = drift(&world);
    let view = DriftView::of(&drift, None);
    let text = written(|out| text::write(out, &view, &Style::default()));
    let behind: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("[LW247]"))
        .collect();
    assert_eq!(behind.len(), 1, "{text}");
    assert!(
        text.contains("60 mirror topics on west/orders-dr"),
        "{text}"
    );
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("at least 100 to 59,100 messages behind; the limit is 8"),
        "{text}"
    );
    assert!(
        flat.contains("a59, a58, a57, a56, a55 and 55 more"),
        "{text}"
    );
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
    assert!(at("[LW245]") < at("[LW247]"), "{text}");
    let page = linkwright::report::html::drift::render(&view, &world.plan(), &Default::default());
    for name in ["a00", "a31", "a59", "59,100"] {
        assert!(page.contains(name), "{name}");
    }
    let document = serde_json::to_string(&json::document(&view, None)).unwrap();
    assert!((0..60).all(|number| document.contains(&format!("west/orders-dr/a{number:02}"))));
}

/// With two reads, lag has a time: in findings, in metrics, and as a limit. It is called an estimate.
#[test]
fn lag_has_a_time_where_it_was_read_twice() {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.declare("orders-dr", &[]);
    for (number, fallen) in [(0, 60), (1, 6), (2, 0)] {
        let topic = format!("a{number}");
        world.mirror("orders-dr", topic.as_str(), MirrorState::Mirroring);
        world.live_mirror("orders-dr", &topic, MirrorStatus::Active, 600);
        let Reading::Read(mirrors) = &mut world.cluster("west").mirrors else {
            panic!("west answers");
        };
        let links = mirrors.values_mut();
        let row = links
            .filter_map(|rows| rows.get_mut(topic.as_str()))
            .next()
            .unwrap();
        let earlier = (row.lags.iter())
            .map(|lag| PartitionLag {
                lag: if lag.lag > 0 { lag.lag + fallen } else { 0 },
                last_source_fetch_offset: lag.last_source_fetch_offset - 100,
                ..*lag
            })
            .collect();
        row.earlier = Earlier::Sampled(Box::new(earlier));
    }
    for cluster in world.live.clusters.values_mut() {
        cluster.sampled = Some(Duration::from_secs(60));
    }
    let plan = world.plan();
    let judged = |max_lag, max_catch_up| {
        Drift::of(&Input {
            plan: &plan,
            live: &world.live,
            desired: &world.desired,
            thresholds: Thresholds {
                max_lag,
                max_catch_up,
                max_pending: None,
            },
            now: now(),
        })
    };
    let flat = |drift: &Drift| {
        let view = DriftView::of(drift, None);
        let text = written(|out| text::write(out, &view, &Style::default()));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let lag = flat(&judged(Some(8), None));
    assert!(
        lag.contains("they catch up in about 10m to 1h; the lag of 1 does not fall (estimate)"),
        "{lag}"
    );
    let slow = judged(None, Some(Duration::from_secs(1800)));
    assert_eq!(slow.findings.len(), 2);
    let text = flat(&slow);
    assert!(text.contains("2 mirror topics on west/orders-dr"), "{text}");
    assert!(
        text.contains("600 messages behind and do not catch up within 30m"),
        "{text}"
    );
    assert!(text.contains("[LW586]"), "{text}");
    let metrics = written(|out| metrics::write(out, &slow, &world.live, None));
    for line in [
        "linkwright_link_copied_messages_per_minute{cluster=\"west\",link=\"orders-dr\"} 600",
        "linkwright_link_catch_up_seconds{cluster=\"west\",link=\"orders-dr\"} 6000",
        "linkwright_link_not_catching_up_mirror_topics{cluster=\"west\",link=\"orders-dr\"} 1",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    // What does not copy does not catch up.
    let Reading::Read(mirrors) = &mut world.cluster("west").mirrors else {
        panic!("west answers");
    };
    let mut rows = mirrors.values_mut();
    let row = rows.find_map(|rows| rows.get_mut("a0")).unwrap();
    row.status = MirrorStatus::Paused;
    let paused = Drift::of(&Input {
        plan: &plan,
        live: &world.live,
        desired: &world.desired,
        thresholds: Thresholds {
            max_lag: None,
            max_catch_up: Some(Duration::from_secs(1800)),
            max_pending: None,
        },
        now: now(),
    });
    let text = flat(&paused);
    assert_eq!(paused.findings.len(), 3, "{text}");
}
