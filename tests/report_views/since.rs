//! Drift since the last report, and what a webhook is told of it.

use std::path::PathBuf;

use linkwright::drift::{Drift, DriftClass, DriftFinding, Novelty};
use linkwright::live::{MirrorStatus, Reading, Unread, UnreadKind};
use linkwright::report::drift::last_report::{LastReport, NotAReport};
use linkwright::report::drift::{DriftView, json, markdown, notification, sarif, slack, text};
use linkwright::report::style::Style;

use super::drift::{by_hand, drift, exception, now, written};
use super::world::World;
use super::{golden, worlds};

const USUAL: [DriftClass; 5] = [
    DriftClass::Health,
    DriftClass::Config,
    DriftClass::State,
    DriftClass::Missing,
    DriftClass::Unmanaged,
];

fn report(drift: &Drift) -> LastReport {
    report_after(drift, None)
}

fn report_after(drift: &Drift, last: Option<&LastReport>) -> LastReport {
    let view = DriftView::of(drift, last);
    LastReport::read(&written(|out| json::write(out, &view, Some(now())))).unwrap()
}

fn compared(drift: Drift, last: &LastReport) -> Drift {
    drift.compared_with(Some(last.earlier()), now())
}

fn since(before: &World, after: &World) -> Drift {
    compared(drift(after), &report(&drift(before)))
}

fn unreachable<T>() -> Reading<T> {
    Reading::Unread(Unread {
        what: "GET …/links of west".to_owned(),
        reason: "no connection".to_owned(),
        kind: UnreadKind::Unreachable,
    })
}

#[test]
fn an_unchanged_world_is_no_news_whatever_its_figures() {
    for (name, world) in worlds::all() {
        let again = since(&world, &world);
        assert!(!again.is_new(&DriftClass::ALL), "{name}");
        assert_eq!(again.new_findings().count(), 0, "{name}");
    }
    let mut lag = World::new(&["a"]);
    lag.declare("orders-dr", &[]);
    lag.link("orders-dr", &[]);
    lag.live_mirror("orders-dr", "a", MirrorStatus::Active, 100);
    lag.mirror(
        "orders-dr",
        "a",
        linkwright::desired::MirrorState::Mirroring,
    );
    let before = drift(&lag);
    assert_eq!(before.findings.len(), 1, "{before:?}");
    lag.live_mirror("orders-dr", "a", MirrorStatus::Active, 900);
    let after = compared(drift(&lag), &report(&before));
    assert_ne!(after.findings[0].kind, before.findings[0].kind);
    assert!(!after.is_new(&DriftClass::ALL));
}

/// A server tells since when for mirror topics only; a row of reports tells it for everything.
#[test]
fn a_row_of_reports_knows_since_when() {
    let first = drift(&by_hand()).compared_with(None, now());
    let later = now() + jiff::SignedDuration::from_hours(1);
    let again = drift(&by_hand()).compared_with(Some(report(&first).earlier()), later);
    let then = Some(now().to_string());
    assert!(again.findings.iter().all(|found| found.first_seen == then));
    let view = DriftView::of(&again, None);
    let text = written(|out| text::write(out, &view, &Style::default()));
    assert!(text.contains("first seen 2026-11-01T11:00:00Z"), "{text}");
}

#[test]
fn ids_are_unique() {
    for (name, world) in worlds::all() {
        let drift = drift(&world);
        let ids: std::collections::BTreeSet<_> =
            drift.findings.iter().map(DriftFinding::id).collect();
        assert_eq!(ids.len(), drift.findings.len(), "{name}");
    }
}

#[test]
fn what_is_new_and_what_has_gone_is_shown_in_every_format() {
    let mut before = worlds::alter();
    before.link("old", &[]);
    let last = report(&drift(&before));
    let after = compared(drift(&by_hand()), &last);
    assert!(after.is_new(&USUAL));
    let view = DriftView::of(&after, Some(&last));
    let style = Style::default();
    let told = |form: &str, text: &str| golden::same(&format!("drift/since.{form}"), text);
    told("txt", &written(|out| text::write(out, &view, &style)));
    told("json", &written(|out| json::write(out, &view, None)));
    told("md", &markdown::render(&view));
    told(
        "sarif",
        &written(|out| sarif::write(out, &view, "links.yaml")),
    );
    let document = notification::document(&view, Some(now()));
    told(
        "notification.json",
        &format!("{}\n", serde_json::to_string_pretty(&document).unwrap()),
    );
    told("slack.json", &format!("{:#}\n", slack::document(&view)));
}

#[test]
fn without_an_earlier_report_everything_is_new() {
    let first = drift(&by_hand()).compared_with(None, now());
    assert_eq!(first.new_findings().count(), first.findings.len());
    assert!(first.is_new(&USUAL));
    let quiet = drift(&worlds::no_changes()).compared_with(None, now());
    assert!(!quiet.is_new(&DriftClass::ALL));
    assert!(quiet.is_quiet());
}

#[test]
fn only_classes_that_count_are_news() {
    let after = since(&worlds::no_changes(), &by_hand());
    assert!(after.is_new(&[DriftClass::State]));
    assert!(!after.is_new(&[DriftClass::Missing]));
}

#[test]
fn an_exception_that_comes_or_runs_out_is_news_once() {
    let mut excused = by_hand();
    excused.desired.exceptions = vec![exception(
        "west/orders-dr/payments",
        Some("state"),
        "2026-12-01",
    )];
    for (before, after, was) in [
        (&by_hand(), &excused, DriftClass::State),
        (&excused, &by_hand(), DriftClass::Expected),
    ] {
        let drift = since(before, after);
        let new: Vec<_> = drift.new_findings().collect();
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].news, Some(Novelty::Was(was)));
        assert!(drift.is_new(&USUAL));
        assert!(!since(after, after).is_new(&USUAL));
    }
}

/// What nobody could look at has not gone, and is no news when it is seen again.
#[test]
fn what_was_not_seen_has_not_gone() {
    let lit = by_hand();
    let mut dark = by_hand();
    let west = dark.cluster("west");
    west.links = unreachable();
    west.mirrors = unreachable();
    let seen = drift(&lit);
    let last = report(&seen);
    let hidden = compared(drift(&dark), &last);
    let state = hidden.since.as_ref().unwrap();
    assert!(state.gone.is_empty(), "{:?}", state.gone);
    assert_eq!(state.unseen.len(), seen.findings.len());
    assert!(hidden.is_new(&USUAL), "that nothing can be seen is news");
    let last = report_after(&hidden, Some(&last));
    let still = compared(drift(&dark), &last);
    assert!(!still.is_new(&USUAL));
    let last = report_after(&still, Some(&last));
    let again = compared(drift(&lit), &last);
    assert_eq!(again.new_findings().count(), 0);
    assert!(
        again
            .since
            .unwrap()
            .gone
            .iter()
            .all(|finding| finding.class == DriftClass::Unknown)
    );
}

#[test]
fn a_foreign_file_is_no_report() {
    let foreign = |text: &str| LastReport::read(text).unwrap_err();
    for text in ["", "{}", "[]", "{\"format_version\":1}", "\u{feff}"] {
        assert!(matches!(foreign(text), NotAReport::Foreign(_)), "{text:?}");
    }
    assert_eq!(foreign("{\"format_version\":2}"), NotAReport::Version(2));
    let drift = drift(&by_hand());
    let document = json::document(&DriftView::of(&drift, None), None);
    let mut report = serde_json::to_value(document).unwrap();
    report["findings"][0]["class"] = "surprising".into();
    assert!(
        foreign(&report.to_string())
            .to_string()
            .contains("no class `surprising`")
    );
}

#[test]
fn the_schema_of_notifications_is_the_one_of_the_types() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/notification.schema.json");
    golden::compare(path, &format!("{:#}\n", notification::schema()));
    let validator = jsonschema::validator_for(&notification::schema()).unwrap();
    for (name, world) in worlds::all() {
        for drift in [drift(&world), since(&worlds::no_changes(), &world)] {
            let document = notification::document(&DriftView::of(&drift, None), Some(now()));
            let document = serde_json::to_value(document).unwrap();
            assert!(validator.is_valid(&document), "{name}");
        }
    }
}

#[test]
fn a_webhook_is_never_sent_more_than_it_takes() {
    let many = drift(&worlds::many(3_000, 3_000));
    let document = notification::document(&DriftView::of(&many, None), None);
    assert_eq!(document.new.len() + document.more_new, many.findings.len());
    assert_eq!(document.new.len(), notification::MAX_FINDINGS);
    let last = report(&many);
    let gone = compared(drift(&World::new(&[])), &last);
    let text = slack::document(&DriftView::of(&gone, Some(&last)))["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.len() < 4_000, "{}", text.len());
    assert!(text.contains("more: run `linkwright drift`"));
}

#[test]
fn nothing_in_a_message_calls_anybody() {
    let drift = drift(&worlds::hostile());
    let text = slack::document(&DriftView::of(&drift, None))["text"].to_string();
    assert!(!text.contains("<!"), "{text}");
    assert!(!text.contains("<http"), "{text}");
}
